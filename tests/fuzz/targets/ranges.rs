//! Events of a range of versions: the first line chooses the ecosystem, each
//! other is an event (its first byte says which kind), the last is the version
//! asked about. Evaluated step by step, as OSV's specification does, they say
//! the same; and in any order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use secnotes::model::order::{EventKind, Key, Order, Timeline};

const ECOSYSTEMS: [&str; 12] = [
    "Go",
    "crates.io",
    "npm",
    "NuGet",
    "PyPI",
    "RubyGems",
    "Maven",
    "Packagist",
    "Debian",
    "Alpine",
    "Red Hat",
    "CRAN",
];

fuzz_target!(|data: &str| {
    let mut lines = data.lines();
    let first = usize::from(lines.next().and_then(|line| line.bytes().next()).unwrap_or_default());
    let Some(order) = Order::of_ecosystem(ECOSYSTEMS[first % ECOSYSTEMS.len()]) else { return };
    let mut events: Vec<(EventKind, &str)> = lines.filter_map(event).take(16).collect();
    let Some((_, asked)) = events.pop() else { return };
    let (Some(timeline), Some(version)) = (timeline(order, &events), order.key(asked)) else { return };
    let affected = timeline.affects(&version);
    assert_eq!(affected, evaluated(order, &events, &version), "{events:?} {asked:?}");
    events.reverse();
    let backwards = self::timeline(order, &events).expect("the same events");
    assert_eq!(backwards.affects(&version), affected, "{events:?} {asked:?}");
    for (from, up_to) in timeline.spans() {
        assert!(up_to.is_none_or(|up_to| from <= up_to), "{events:?}");
    }
    if affected {
        let within =
            |(from, up_to): &(&Key, Option<&Key>)| **from <= version && up_to.is_none_or(|end| version <= *end);
        assert!(timeline.spans().iter().any(within), "{events:?} {asked:?}");
    }
});

fn event(line: &str) -> Option<(EventKind, &str)> {
    let kind = EventKind::ALL[usize::from(line.bytes().next()?) % EventKind::ALL.len()];
    Some((kind, line.get(1..)?))
}

fn timeline(order: Order, events: &[(EventKind, &str)]) -> Option<Timeline<usize>> {
    Timeline::new(order, events.iter().enumerate().map(|(at, (kind, version))| (*kind, *version, at)))
}

/// OSV's own algorithm ("Evaluation"), event by event.
fn evaluated(order: Order, events: &[(EventKind, &str)], version: &Key) -> bool {
    let limits: Vec<&str> =
        events.iter().filter(|(kind, _)| *kind == EventKind::Limit).map(|(_, text)| *text).collect();
    let before = |limit: &&str| limit.contains('*') || order.key(limit).is_some_and(|limit| *version < limit);
    if !limits.is_empty() && !limits.iter().any(before) {
        return false;
    }
    let placed = events.iter().filter(|(kind, _)| *kind != EventKind::Limit);
    let mut placed: Vec<(Key, EventKind)> = placed.filter_map(|(kind, text)| Some((order.key(text)?, *kind))).collect();
    placed.sort();
    let mut affected = false;
    for (at, kind) in placed {
        match kind {
            EventKind::Introduced if *version >= at => affected = true,
            EventKind::Fixed if *version >= at => affected = false,
            EventKind::LastAffected if *version > at => affected = false,
            _ => {}
        }
    }
    affected
}
