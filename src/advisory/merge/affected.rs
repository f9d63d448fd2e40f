//! What a record says is affected.

use rustc_hash::FxHashSet;
use serde_json::Value;

use crate::advisory::github::package_of;
use crate::advisory::{Affected, Event, Range, typed};
use crate::model::order::EventKind;
use crate::model::osv;

pub(super) fn affected(entry: &osv::Affected) -> Affected {
    let package = package_of(entry);
    let ranges: Vec<Range> = entry.stated_ranges().iter().map(range).collect();
    let specific = entry.database_specific.value();
    let stated = specific.and_then(|specific| specific.get("patched_versions")).and_then(Value::as_array);
    let mut patched: Vec<String> = stated.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let mut known: FxHashSet<String> = patched.iter().cloned().collect();
    for range in ranges.iter().filter(|range| range.repo.is_none()) {
        for event in &range.events {
            let Event::Fixed(text) = event else { continue };
            // Databases copy what people type: a list where one version belongs.
            let list = text.contains([',', ';', ' ', '|']).then(|| typed::versions(text));
            for version in list.unwrap_or_else(|| vec![text.clone()]) {
                if known.insert(version.clone()) {
                    patched.push(version);
                }
            }
        }
    }
    Affected { package, ranges, patched }
}

fn range(range: &osv::StatedRange<'_>) -> Range {
    let event = |(key, value): &(&str, &Value)| {
        let value = value.as_str()?.to_owned();
        EventKind::of_field(key).map(|kind| Event::new(kind, value))
    };
    Range {
        repo: range.is_git().then(|| range.repo.unwrap_or_default().to_owned()),
        events: range.events.iter().filter_map(event).collect(),
    }
}
