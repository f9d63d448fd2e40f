//! The ranges of an entry as they are meant, wherever in it they stand.

use serde_json::{Map, Value};

use super::{Affected, Range};
use crate::model::order::{EventKind, Order, Timeline};

/// A range of an entry of `affected`.
#[derive(Clone, Debug)]
pub struct StatedRange<'a> {
    /// `GIT`, `SEMVER` or `ECOSYSTEM`.
    pub kind: Option<&'a str>,
    /// The repository of a `GIT` range.
    pub repo: Option<&'a str>,
    /// The events, each by its field.
    pub events: Vec<(&'a str, &'a Value)>,
    /// Whether its end stands elsewhere in the entry.
    pub is_completed: bool,
}

impl<'a> StatedRange<'a> {
    fn new(range: &'a Range) -> Self {
        let events = range.events.items().iter().flatten().map(|(key, value)| (key.as_str(), value)).collect();
        Self { kind: range.kind.text(), repo: range.repo.text(), events, is_completed: false }
    }

    /// Whether it is one of commits.
    #[must_use]
    pub fn is_git(&self) -> bool {
        self.kind == Some("GIT")
    }
}

impl Affected {
    /// The ranges as they are written.
    #[must_use]
    pub fn written_ranges(&self) -> Vec<StatedRange<'_>> {
        self.ranges.items().iter().map(StatedRange::new).collect()
    }

    /// The ranges with the ends that a record of Go's database gives elsewhere,
    /// see `completed`.
    #[must_use]
    pub fn stated_ranges(&self) -> Vec<StatedRange<'_>> {
        let written = self.written_ranges();
        let Some(custom) = self.custom_ranges() else { return written };
        let (mut stated, versions): (Vec<_>, Vec<_>) = written.into_iter().partition(StatedRange::is_git);
        let Some(ranges) = said(&versions).and_then(|said| completed(&said, &custom)) else {
            stated.extend(versions);
            return stated;
        };
        stated.extend(ranges.into_iter().map(|events| StatedRange {
            kind: Some("ECOSYSTEM"),
            repo: None,
            is_completed: true,
            events: events.into_iter().map(|event| (event.kind.as_str(), event.known_by)).collect(),
        }));
        stated
    }

    /// An event of the custom ranges that has no place among Go's versions, so that
    /// these are passed over: MinIO's `RELEASE.2025-02-28T09-55-16Z`.
    #[must_use]
    pub fn unplaced_custom(&self) -> Option<&str> {
        let events = self.custom_ranges()?.into_iter().flatten();
        events.map(|said| said.version).find(|version| Order::Go.key(version).is_none())
    }

    /// The ranges of versions that Go's module proxy does not know; none where
    /// there are none, or one has an event that is no text.
    fn custom_ranges(&self) -> Option<Vec<Vec<Said<'_, &Value>>>> {
        let ecosystem = self.package.value()?.ecosystem.text()?;
        let custom = self.ecosystem_specific.value()?.get(CUSTOM_RANGES).filter(|_| ecosystem == "Go")?;
        let events = |range| items(range, "events").filter_map(Value::as_object).flat_map(Map::iter);
        let all = |range| events(range).map(|(key, value)| event(key, value)).collect();
        custom.as_array()?.iter().map(all).collect()
    }
}

/// The field of `ecosystem_specific` in which Go's database has such ranges.
pub(crate) const CUSTOM_RANGES: &str = "custom_ranges";

/// An event, and what the caller knows it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said<'v, E> {
    pub(crate) kind: EventKind,
    pub(crate) version: &'v str,
    pub(crate) known_by: E,
}

fn items<'v>(value: &'v Value, field: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    value.get(field).and_then(Value::as_array).into_iter().flatten()
}

fn event<'v>(key: &str, value: &'v Value) -> Option<Said<'v, &'v Value>> {
    let kind = EventKind::of_field(key)?;
    Some(Said { kind, version: value.as_str()?, known_by: value })
}

fn said<'v>(ranges: &[StatedRange<'v>]) -> Option<Vec<Said<'v, &'v Value>>> {
    ranges.iter().flat_map(|range| &range.events).map(|(key, value)| event(key, value)).collect()
}

/// What the events of a Go module's ranges come to with those of its custom ones,
/// where the former have no end and the latter one that comes after their
/// beginning; none where the former stand.
///
/// Go's database keeps versions that the module proxy does not know (28.0.0 of a
/// module whose path has no `/v28`) out of `ranges`, since `go` could do nothing
/// with them, and puts `introduced: 0` there. Source: golang/vulndb,
/// `internal/osv`, `EcosystemSpecific`, and doc/format.md, `non_go_versions`.
pub(crate) fn completed<'v, E: Clone>(
    stated: &[Said<'v, E>],
    custom: &[Vec<Said<'v, E>>],
) -> Option<Vec<Vec<Said<'v, E>>>> {
    let line = timeline(stated)?;
    let begins = line.spans().last().filter(|(_, end)| end.is_none()).map(|(begins, _)| (*begins).clone())?;
    let lines: Vec<_> = custom.iter().map(|events| timeline(events)).collect::<Option<_>>()?;
    let end = lines.iter().flat_map(Timeline::spans).filter_map(|(_, end)| end).max()?;
    if *end <= begins {
        return None;
    }
    let is_zero = |said: &Said<'_, E>| said.kind == EventKind::Introduced && said.version == "0";
    if stated.iter().all(is_zero) {
        return Some(custom.to_vec());
    }
    // A range that Go knows the beginning of, and not the end: the 0 in the other
    // place is what its database puts before every end without a beginning.
    let ends = custom.iter().flatten().filter(|said| !is_zero(said));
    Some(vec![stated.iter().chain(ends).cloned().collect()])
}

fn timeline<E>(events: &[Said<'_, E>]) -> Option<Timeline<()>> {
    Timeline::new(Order::Go, events.iter().map(|said| (said.kind, said.version, ())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The stated ranges of an entry of Go's database, in a few words.
    fn stated(ranges: Value, custom: Value) -> Vec<String> {
        let ranges: Vec<Value> = [ranges].into_iter().filter(|events| !events.is_null()).collect();
        let range = |kind: &str, events: &Value| json!({ "type": kind, "events": events });
        let entry: Affected = serde_json::from_value(json!({
            "package": { "ecosystem": "Go", "name": "example.org/m" },
            "ranges": ranges.iter().map(|events| range("SEMVER", events)).collect::<Vec<_>>(),
            "ecosystem_specific": {
                "custom_ranges": custom.as_array().unwrap().iter().map(|events| range("ECOSYSTEM", events)).collect::<Vec<_>>()
            },
        }))
        .unwrap();
        let words = |range: StatedRange<'_>| {
            let events = range.events.iter().map(|(key, value)| format!("{key} {}", value.as_str().unwrap_or("?")));
            format!("{}: {}", range.kind.unwrap_or("?"), events.collect::<Vec<_>>().join(", "))
        };
        entry.stated_ranges().into_iter().map(words).collect()
    }

    #[test]
    fn an_open_range_of_go_ends_where_its_custom_ranges_do() {
        // GO-2024-3248, of KubeSphere.
        let custom =
            json!([[{ "introduced": "3.0.0" }, { "fixed": "3.4.1" }, { "introduced": "4.0.0" }, { "fixed": "4.1.3" }]]);
        assert_eq!(
            stated(json!([{ "introduced": "0" }]), custom),
            ["ECOSYSTEM: introduced 3.0.0, fixed 3.4.1, introduced 4.0.0, fixed 4.1.3"]
        );
        let two = json!([[{ "introduced": "0" }, { "fixed": "1.2.0" }], [{ "introduced": "2.0.0" }, { "last_affected": "2.1.0" }]]);
        assert_eq!(stated(json!([{ "introduced": "0" }]), two).len(), 2, "each range is its own");
    }

    #[test]
    fn a_beginning_that_go_knows_stays() {
        // GO-2025-3763, of Teleport, and GO-2025-3853, of OpenBao.
        let custom = json!([[{ "introduced": "0" }, { "fixed": "12.4.35" }, { "introduced": "13.0.0" }, { "fixed": "13.4.27" }]]);
        assert_eq!(
            stated(json!([{ "introduced": "0.0.11" }]), custom),
            ["ECOSYSTEM: introduced 0.0.11, fixed 12.4.35, introduced 13.0.0, fixed 13.4.27"]
        );
        let known =
            json!([{ "introduced": "0" }, { "fixed": "0.0.0-20250806193153-183891f8d535" }, { "introduced": "0.1.0" }]);
        assert_eq!(
            stated(known, json!([[{ "introduced": "0" }, { "fixed": "2.3.2" }]])),
            ["ECOSYSTEM: introduced 0, fixed 0.0.0-20250806193153-183891f8d535, introduced 0.1.0, fixed 2.3.2"]
        );
    }

    #[test]
    fn ranges_that_speak_for_themselves_stand() {
        let custom = || json!([[{ "introduced": "19.03.0" }, { "fixed": "19.03.1" }]]);
        let ended = json!([{ "introduced": "0" }, { "fixed": "20.10.0-beta1+incompatible" }]);
        assert_eq!(stated(ended, custom()), ["SEMVER: introduced 0, fixed 20.10.0-beta1+incompatible"]);
        // GO-2025-3437: the end is that of an earlier range.
        let earlier = json!([[{ "introduced": "0" }, { "fixed": "0.7.1-0.20250129155113-4c6e03c463141" }]]);
        assert_eq!(stated(json!([{ "introduced": "0.7.2" }]), earlier), ["SEMVER: introduced 0.7.2"]);
        for useless in [
            json!([[{ "introduced": "0.9.5" }]]),
            json!([[{ "introduced": "0" }, { "fixed": "9.6.0b1" }]]),
            json!([[{ "fixed": 3 }]]),
        ] {
            assert_eq!(stated(json!([{ "introduced": "0" }]), useless), ["SEMVER: introduced 0"]);
        }
        assert_eq!(stated(Value::Null, custom()).len(), 0, "without ranges the record says nothing that Go could use");
    }
}
