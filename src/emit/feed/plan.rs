//! What an export changes: a verdict for each record, and all of them together.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::canonical;
use super::index::Index;
use super::item::Item;
use crate::model::Timestamp;

/// The moment of an export, in whole seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(pub i64);

impl Stamp {
    /// This moment, or the second after the last change where that is later:
    /// clients look for what is newer than what they have.
    fn after(self, before: &Timestamp) -> Timestamp {
        let earliest = before.unix().map_or(self.0, |(seconds, _)| seconds.saturating_add(1));
        let text = Timestamp::from_unix(self.0.max(earliest));
        text.or_else(|| Timestamp::from_unix(self.0)).unwrap_or_else(|| before.clone())
    }
}

/// A record and the bytes of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// What the index says of it.
    pub item: Item,
    /// Its file.
    pub bytes: Vec<u8>,
}

/// What is to be done about a record of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It says what is published already: its file stays as it is.
    Same,
    /// It is new.
    Added(Published),
    /// It says something else than before.
    Changed(Published),
    /// It says the same, but its file was lost or edited by hand.
    Mended(Published),
}

/// Compares a record with what is published; `damaged` says that the published
/// file is not what the index says.
#[must_use]
pub fn weigh(before: Option<&Item>, damaged: bool, id: &str, mut record: Value, now: Stamp) -> Verdict {
    let Some(before) = before else {
        let (item, bytes) = Item::publish(id, &mut record);
        return Verdict::Added(Published { item, bytes });
    };
    if canonical::meaning(&mut record) == before.meaning {
        if !damaged {
            return Verdict::Same;
        }
        set(&mut record, "modified", &before.modified);
        let (item, bytes) = Item::publish(id, &mut record);
        return Verdict::Mended(Published { item, bytes });
    }
    let computed = Timestamp::new(record.get("modified").and_then(Value::as_str).unwrap_or_default());
    if computed.unix() <= before.modified.unix() {
        set(&mut record, "modified", &now.after(&before.modified));
    }
    let (item, bytes) = Item::publish(id, &mut record);
    Verdict::Changed(Published { item, bytes })
}

/// Takes back a record that the input does not hold any more.
#[must_use]
pub fn withdraw(before: &Item, mut record: Value, now: Stamp) -> Published {
    let stamp = now.after(&before.modified);
    set(&mut record, "withdrawn", &stamp);
    set(&mut record, "modified", &stamp);
    let (item, bytes) = Item::publish(&before.id, &mut record);
    Published { item, bytes }
}

fn set(record: &mut Value, name: &str, stamp: &Timestamp) {
    if let Some(fields) = record.as_object_mut() {
        fields.insert(name.to_owned(), json!(stamp.as_str()));
    }
}

/// Whether so many lost records are more than a tenth of those that stood: a
/// broken input sooner than so many errors of the project.
#[must_use]
pub const fn is_too_much(lost: usize, live: usize) -> bool {
    lost.saturating_mul(10) > live
}

/// All verdicts of an export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The records of the feed to be, by id.
    pub items: Vec<Item>,
    /// The files to write, by id.
    pub fresh: BTreeMap<String, Vec<u8>>,
    /// The ids of new records.
    pub added: Vec<String>,
    /// The ids of records that say something else.
    pub changed: Vec<String>,
    /// The ids of records that are taken back since they vanished.
    pub withdrawn: Vec<String>,
    /// The ids of records whose files are put back.
    pub mended: Vec<String>,
    /// How many records stay as they are.
    pub unchanged: usize,
}

impl Plan {
    /// The plan of these verdicts and withdrawals, in the order of ids.
    #[must_use]
    pub fn new(before: &Index, verdicts: Vec<(String, Verdict)>, withdrawn: Vec<Published>) -> Self {
        let mut plan = Self::default();
        let mut items: BTreeMap<String, Item> =
            before.records.iter().map(|item| (item.id.clone(), item.clone())).collect();
        let mut put = |plan: &mut Self, published: Published| {
            let id = published.item.id.clone();
            items.insert(id.clone(), published.item);
            plan.fresh.insert(id, published.bytes);
        };
        for (id, verdict) in verdicts {
            let (list, published) = match verdict {
                Verdict::Same => continue,
                Verdict::Added(published) => (&mut plan.added, published),
                Verdict::Changed(published) => (&mut plan.changed, published),
                Verdict::Mended(published) => (&mut plan.mended, published),
            };
            list.push(id);
            put(&mut plan, published);
        }
        for published in withdrawn {
            plan.withdrawn.push(published.item.id.clone());
            put(&mut plan, published);
        }
        for list in [&mut plan.added, &mut plan.changed, &mut plan.withdrawn, &mut plan.mended] {
            list.sort_unstable();
        }
        plan.unchanged = items.len() - plan.fresh.len();
        plan.items = items.into_values().collect();
        plan
    }

    /// Whether every record stays as it is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fresh.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::feed::sample;

    const NOW: Stamp = Stamp(1_800_000_000);
    const NOW_TEXT: &str = "2027-01-15T08:00:00Z";

    fn record(modified: &str, summary: &str) -> Value {
        json!({ "id": "CVE-2026-1", "modified": modified, "summary": summary })
    }

    fn added(record: Value) -> Published {
        let Verdict::Added(published) = weigh(None, false, "CVE-2026-1", record, NOW) else { panic!() };
        published
    }

    fn modified_of(bytes: &[u8]) -> String {
        serde_json::from_slice::<Value>(bytes).unwrap()["modified"].as_str().unwrap().to_owned()
    }

    #[test]
    fn what_means_the_same_stays_whatever_its_time() {
        let before = added(record("2026-01-01T00:00:00Z", "a")).item;
        let later = record("2026-05-01T00:00:00Z", "a");
        assert_eq!(weigh(Some(&before), false, "CVE-2026-1", later.clone(), NOW), Verdict::Same);
        let Verdict::Mended(mended) = weigh(Some(&before), true, "CVE-2026-1", later, NOW) else { panic!() };
        assert_eq!(mended.item, before);
    }

    #[test]
    fn a_change_moves_modified_forward_and_never_backward() {
        for (published, computed, expected) in [
            ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z"),
            ("2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z", NOW_TEXT),
            ("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z", NOW_TEXT),
            ("2030-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2030-01-01T00:00:01Z"),
            ("2030-01-01T00:00:00.5Z", "2030-01-01T00:00:00.500Z", "2030-01-01T00:00:01Z"),
        ] {
            let before = added(record(published, "a")).item;
            let Verdict::Changed(changed) = weigh(Some(&before), false, "CVE-2026-1", record(computed, "b"), NOW)
            else {
                panic!("{published}")
            };
            assert_eq!(modified_of(&changed.bytes), expected, "{published} {computed}");
            assert_eq!(changed.item.modified.as_str(), expected);
        }
    }

    #[test]
    fn what_vanishes_is_withdrawn_and_comes_back() {
        let first = added(record("2026-01-01T00:00:00Z", "a"));
        let gone = withdraw(&first.item, serde_json::from_slice(&first.bytes).unwrap(), NOW);
        assert_eq!(gone.item.withdrawn.as_ref().unwrap().as_str(), NOW_TEXT);
        assert_eq!(modified_of(&gone.bytes), NOW_TEXT);
        let again = weigh(Some(&gone.item), false, "CVE-2026-1", record("2026-01-01T00:00:00Z", "a"), NOW);
        let Verdict::Changed(back) = again else { panic!() };
        assert_eq!((back.item.withdrawn, back.item.meaning), (None, first.item.meaning));
        assert_eq!(modified_of(&back.bytes), "2027-01-15T08:00:01Z");
    }

    #[test]
    fn a_tenth_may_go_at_once() {
        assert!(!is_too_much(0, 0) && !is_too_much(1, 10) && !is_too_much(2_000, 20_000));
        assert!(is_too_much(1, 9) && is_too_much(2_001, 20_000) && is_too_much(1, 1));
    }

    #[test]
    fn a_plan_has_every_record_once_and_in_order() {
        let before = sample::index(&["CVE-2026-1", "CVE-2026-2", "CVE-2026-3"]);
        let publish = |id: &str| {
            let Verdict::Added(published) = weigh(None, false, id, json!({ "id": id, "modified": "m" }), NOW) else {
                panic!()
            };
            published
        };
        let verdicts = vec![
            ("CVE-2026-9".to_owned(), Verdict::Added(publish("CVE-2026-9"))),
            ("CVE-2026-0".to_owned(), Verdict::Added(publish("CVE-2026-0"))),
            ("CVE-2026-2".to_owned(), Verdict::Same),
            ("CVE-2026-3".to_owned(), Verdict::Changed(publish("CVE-2026-3"))),
        ];
        let plan = Plan::new(&before, verdicts, vec![publish("CVE-2026-1")]);
        assert_eq!(plan.added, ["CVE-2026-0", "CVE-2026-9"]);
        assert_eq!((plan.changed.len(), plan.withdrawn.len(), plan.unchanged), (1, 1, 1));
        let ids: Vec<&str> = plan.items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!(ids, ["CVE-2026-0", "CVE-2026-1", "CVE-2026-2", "CVE-2026-3", "CVE-2026-9"]);
    }
}
