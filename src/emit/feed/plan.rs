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

/// Whose word `modified` is.
/// Whoever asks a feed for what is newer than the newest that he has misses a record that joins
/// with an older date (google/osv.dev issue 2670); and the feed of which an entry is new is itself
/// newer (RFC 4287, section 4.2.15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dates {
    /// secnotes wrote the records: `modified` says when the feed's entry became
    /// what it is, which is what OSV means by it.
    Ours,
    /// The records are published as they are, with the dates of who wrote them.
    Theirs,
}

/// An export, as far as dates depend on it: when it is made, whose the dates
/// are, and what readers have seen by then.
#[derive(Clone, Debug)]
pub struct Export {
    now: Stamp,
    dates: Dates,
    /// The moment of what is newest in the published feed, in whole seconds;
    /// none where it is empty.
    seen: Option<i64>,
    /// The newest `modified` there.
    newest: Option<Timestamp>,
    /// Whether there is no published feed yet.
    is_first: bool,
}

/// Dates that lie further ahead than this are wrong, and put off nothing but
/// their own record: else one of them would date all that joins later.
const AHEAD: i64 = 24 * 3600;

impl Export {
    /// An export over the feed of this index, or of a new feed.
    #[must_use]
    pub fn new(now: Stamp, dates: Dates, published: Option<&Index>) -> Self {
        let latest = now.0.saturating_add(AHEAD);
        let records = || published.into_iter().flat_map(|index| &index.records);
        let moment = |stamp: &Timestamp| stamp.unix().filter(|(seconds, _)| *seconds <= latest);
        let newest = records().filter_map(|item| Some((moment(&item.modified)?, &item.modified)));
        let newest = newest.max_by_key(|(moment, _)| *moment);
        let updated = records().filter_map(|item| moment(item.updated.as_ref()?)).max();
        let seen = newest.map(|(moment, _)| moment).max(updated).map(|(seconds, _)| seconds);
        let newest = newest.map(|(_, stamp)| stamp.clone());
        Self { now, dates, seen, newest, is_first: published.is_none() }
    }

    /// The newest `modified` that was published before, where a record that joins
    /// or changes is no later: an importer that goes by dates passes it by.
    #[must_use]
    pub fn passes_by(&self, item: &Item) -> Option<&Timestamp> {
        self.newest.as_ref().filter(|newest| item.modified.unix() <= newest.unix())
    }

    /// Its moment, or a second after what readers have seen where that is later:
    /// they look for what is newer than the newest that they have.
    fn moment(&self, before: Option<&Timestamp>) -> i64 {
        let before = before.and_then(|stamp| Some(stamp.unix()?.0));
        let seen = before.into_iter().chain(self.seen).max();
        seen.map_or(self.now.0, |seen| self.now.0.max(seen.saturating_add(1)))
    }

    /// When something is news: at its own date if that is later still.
    fn news(&self, own: &Timestamp, before: Option<&Timestamp>) -> Timestamp {
        let moment = self.moment(before);
        if own.unix() > Some((moment, 0)) {
            return own.clone();
        }
        Timestamp::from_unix(moment).or_else(|| Timestamp::from_unix(self.now.0)).unwrap_or_else(|| own.clone())
    }

    /// Publishes a record that joins the feed or says something else than before.
    fn publish(&self, before: Option<&Item>, id: &str, mut record: Value) -> Published {
        let own = Timestamp::new(record.get("modified").and_then(Value::as_str).unwrap_or_default());
        let earlier = before.map(|item| &item.modified);
        let news = self.news(&own, before.map(Item::updated));
        // What changed and does not say so would be taken by nobody who has it.
        let stands_still = earlier.is_some_and(|earlier| own.unix() <= earlier.unix());
        if self.dates == Dates::Ours || stands_still {
            set(&mut record, "modified", &news);
        }
        let (mut item, bytes) = Item::publish(id, &mut record);
        item.updated = (item.modified != news).then_some(news);
        Published { item, bytes }
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
#[non_exhaustive]
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
///
/// What is new for readers is dated so that they find it, see [`Dates`]. The
/// first export of a feed is no news: nobody has read it, an importer takes all
/// of it whatever its dates are, and those of twenty years say more than today's.
#[must_use]
pub fn weigh(before: Option<&Item>, damaged: bool, id: &str, mut record: Value, export: &Export) -> Verdict {
    let Some(before) = before else {
        if export.is_first {
            let (item, bytes) = Item::publish(id, &mut record);
            return Verdict::Added(Published { item, bytes });
        }
        return Verdict::Added(export.publish(None, id, record));
    };
    if canonical::meaning(&mut record) == before.meaning {
        if !damaged {
            return Verdict::Same;
        }
        set(&mut record, "modified", &before.modified);
        let (mut item, bytes) = Item::publish(id, &mut record);
        item.updated.clone_from(&before.updated);
        return Verdict::Mended(Published { item, bytes });
    }
    Verdict::Changed(export.publish(Some(before), id, record))
}

/// Takes back a record that the input does not hold any more.
#[must_use]
pub fn withdraw(before: &Item, mut record: Value, export: &Export) -> Published {
    let stamp = export.news(&before.modified, Some(before.updated()));
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
/// Many records of a database have vanished at once before (github/advisory-database issue 827).
#[must_use]
pub const fn is_too_much(lost: usize, live: usize) -> bool {
    lost.saturating_mul(10) > live
}

/// All verdicts of an export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
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

    /// An export of these records' author over a feed with these ones.
    fn export(dates: Dates, published: &[&Item]) -> Export {
        let index = Index { records: published.iter().copied().cloned().collect(), ..Index::default() };
        Export::new(NOW, dates, Some(&index))
    }

    fn first(record: Value) -> Published {
        let Verdict::Added(published) = weigh(None, false, "CVE-2026-1", record, &Export::new(NOW, Dates::Ours, None))
        else {
            panic!()
        };
        published
    }

    fn modified_of(bytes: &[u8]) -> String {
        serde_json::from_slice::<Value>(bytes).unwrap()["modified"].as_str().unwrap().to_owned()
    }

    #[test]
    fn what_means_the_same_stays_whatever_its_time() {
        let before = first(record("2026-01-01T00:00:00Z", "a")).item;
        let later = record("2026-05-01T00:00:00Z", "a");
        for dates in [Dates::Ours, Dates::Theirs] {
            let export = export(dates, &[&before]);
            assert_eq!(weigh(Some(&before), false, "CVE-2026-1", later.clone(), &export), Verdict::Same);
            let mended = weigh(Some(&before), true, "CVE-2026-1", later.clone(), &export);
            let Verdict::Mended(mended) = mended else { panic!() };
            assert_eq!(mended.item, before);
        }
    }

    #[test]
    fn the_first_export_keeps_the_dates_of_its_records() {
        for dates in [Dates::Ours, Dates::Theirs] {
            let export = Export::new(NOW, dates, None);
            let verdict = weigh(None, false, "CVE-2026-1", record("2006-01-01T00:00:00Z", "a"), &export);
            let Verdict::Added(added) = verdict else { panic!() };
            assert_eq!((modified_of(&added.bytes).as_str(), &added.item.updated), ("2006-01-01T00:00:00Z", &None));
            assert_eq!(export.passes_by(&added.item), None);
        }
    }

    #[test]
    fn what_joins_is_dated_when_it_joins() {
        let beside = |modified: &str| first(record(modified, "a")).item;
        for (published, own, expected) in [
            ("2026-03-01T10:00:00Z", "2026-03-01T09:50:00Z", NOW_TEXT),
            // Later than what is published, but readers have looked since.
            ("2026-03-01T10:00:00Z", "2026-03-01T10:30:00Z", NOW_TEXT),
            ("2026-03-01T10:00:00Z", "2027-03-01T00:00:00Z", "2027-03-01T00:00:00Z"),
            // Two exports at one moment.
            (NOW_TEXT, "2026-03-01T09:50:00Z", "2027-01-15T08:00:01Z"),
            ("2027-01-15T08:00:00.75Z", "2026-03-01T09:50:00Z", "2027-01-15T08:00:01Z"),
            // A wrong clock dates its own record alone.
            ("2099-01-01T00:00:00Z", "2026-03-01T09:50:00Z", NOW_TEXT),
        ] {
            let beside = beside(published);
            let weigh = |dates| weigh(None, false, "CVE-2026-1", record(own, "b"), &export(dates, &[&beside]));
            let (Verdict::Added(ours), Verdict::Added(theirs)) = (weigh(Dates::Ours), weigh(Dates::Theirs)) else {
                panic!()
            };
            assert_eq!(modified_of(&ours.bytes), expected, "{published} {own}");
            assert_eq!((ours.item.updated().as_str(), ours.item.updated.as_ref()), (expected, None));
            assert_eq!(modified_of(&theirs.bytes), own, "{published} {own}");
            assert_eq!(theirs.item.updated().as_str(), expected, "{published} {own}");
        }
        // Into an empty feed, too: an importer has seen that nothing was there.
        let verdict = weigh(None, false, "CVE-2026-1", record("2026-01-01T00:00:00Z", "b"), &export(Dates::Ours, &[]));
        let Verdict::Added(added) = verdict else { panic!() };
        assert_eq!(added.item.modified.as_str(), NOW_TEXT);
    }

    #[test]
    fn a_change_moves_modified_forward_and_never_backward() {
        for (published, computed, ours, theirs) in [
            ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", NOW_TEXT, "2026-02-01T00:00:00Z"),
            ("2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z", NOW_TEXT, NOW_TEXT),
            ("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z", NOW_TEXT, NOW_TEXT),
            ("2026-02-01T00:00:00Z", "2028-01-01T00:00:00Z", "2028-01-01T00:00:00Z", "2028-01-01T00:00:00Z"),
            ("2030-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2030-01-01T00:00:01Z", "2030-01-01T00:00:01Z"),
            ("2030-01-01T00:00:00.5Z", "2030-01-01T00:00:00.500Z", "2030-01-01T00:00:01Z", "2030-01-01T00:00:01Z"),
        ] {
            let before = first(record(published, "a")).item;
            for (dates, expected) in [(Dates::Ours, ours), (Dates::Theirs, theirs)] {
                let changed = record(computed, "b");
                let verdict = weigh(Some(&before), false, "CVE-2026-1", changed, &export(dates, &[&before]));
                let Verdict::Changed(changed) = verdict else { panic!("{published}") };
                assert_eq!(modified_of(&changed.bytes), expected, "{published} {computed}");
                assert_eq!(changed.item.modified.as_str(), expected);
                assert_eq!(changed.item.updated().as_str(), ours, "{published} {computed}");
            }
        }
    }

    #[test]
    fn what_readers_by_date_miss_is_told() {
        let (newest, older) = (first(record("2026-03-01T10:00:00Z", "a")).item, "2026-03-01T09:50:00Z");
        for (dates, own, missed) in [
            (Dates::Theirs, older, true),
            (Dates::Theirs, "2026-03-01T10:00:00Z", true),
            (Dates::Theirs, "2026-03-01T10:00:00.1Z", false),
            (Dates::Ours, older, false),
        ] {
            let export = export(dates, &[&newest]);
            let Verdict::Added(added) = weigh(None, false, "CVE-2026-2", record(own, "b"), &export) else { panic!() };
            assert_eq!(export.passes_by(&added.item).is_some(), missed, "{dates:?} {own}");
        }
    }

    #[test]
    fn what_vanishes_is_withdrawn_and_comes_back() {
        let one = first(record("2026-01-01T00:00:00Z", "a"));
        let before = export(Dates::Theirs, &[&one.item]);
        let gone = withdraw(&one.item, serde_json::from_slice(&one.bytes).unwrap(), &before);
        assert_eq!(gone.item.withdrawn.as_ref().unwrap().as_str(), NOW_TEXT);
        assert_eq!(modified_of(&gone.bytes), NOW_TEXT);
        let after = export(Dates::Theirs, &[&gone.item]);
        let again = weigh(Some(&gone.item), false, "CVE-2026-1", record("2026-01-01T00:00:00Z", "a"), &after);
        let Verdict::Changed(back) = again else { panic!() };
        assert_eq!((back.item.withdrawn, back.item.meaning), (None, one.item.meaning));
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
            let (item, bytes) = Item::publish(id, &mut json!({ "id": id, "modified": "m" }));
            Published { item, bytes }
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
