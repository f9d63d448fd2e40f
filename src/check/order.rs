//! The order of versions, where it is known how an ecosystem orders them.

use std::cmp::Ordering;

use super::view::{Event, Kind};

/// An order of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Semantic Versioning 2.0, to the letter.
    Semver,
    /// The same, for ecosystems that also read `1.2` and a leading `v`.
    Loose,
    /// PEP 440, Python's.
    Pep440,
}

/// A version's place in an order.
#[derive(Clone, Debug)]
pub(super) enum Key {
    /// `0`, before everything.
    Least,
    Semver(Box<semver::Version>),
    Pep440(Box<pep440_rs::Version>),
}

/// The longest version that is looked at.
const LONGEST: usize = 256;

/// Ecosystems whose versions are semantic versions by their own rules.
const SEMVER: [&str; 6] = ["Go", "crates.io", "npm", "Hex", "SwiftURL", "Pub"];

impl Order {
    /// The order of a range of this type, of a package of this ecosystem.
    pub(super) fn of(range: &str, ecosystem: &str) -> Option<Self> {
        match (range, ecosystem) {
            ("SEMVER", _) => Some(Self::Semver),
            ("ECOSYSTEM", "PyPI") => Some(Self::Pep440),
            ("ECOSYSTEM", ecosystem) if SEMVER.contains(&ecosystem) => Some(Self::Loose),
            _ => None,
        }
    }

    /// The place of a version, `None` where it is none.
    pub(super) fn key(self, text: &str) -> Option<Key> {
        if text == "0" {
            return Some(Key::Least);
        }
        if text.len() > LONGEST {
            return None;
        }
        match self {
            Self::Semver => semver::Version::parse(text).ok().map(|version| Key::Semver(Box::new(version))),
            Self::Loose => loose(text).map(|version| Key::Semver(Box::new(version))),
            Self::Pep440 => text.parse().ok().map(|version| Key::Pep440(Box::new(version))),
        }
    }
}

fn loose(text: &str) -> Option<semver::Version> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let core = text.find(['-', '+']).unwrap_or(text.len());
    let (numbers, rest) = text.split_at_checked(core)?;
    let missing = 2usize.checked_sub(numbers.matches('.').count())?;
    semver::Version::parse(&format!("{numbers}{}{rest}", ".0".repeat(missing))).ok()
}

/// Whether a text is a semantic version. The numbers may have any length,
/// which no integer type holds.
pub(super) fn is_semver(text: &str) -> bool {
    let mut short = String::new();
    let mut digits = 0;
    for c in text.chars().take(LONGEST * 64) {
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        if digits <= 18 {
            short.push(c);
        }
    }
    semver::Version::parse(&short).is_ok()
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Semver(a), Self::Semver(b)) => a.cmp_precedence(b),
            (Self::Pep440(a), Self::Pep440(b)) => a.cmp(b),
            (Self::Least, Self::Least) => Ordering::Equal,
            (Self::Least, _) | (Self::Semver(_), Self::Pep440(_)) => Ordering::Less,
            (_, Self::Least) | (Self::Pep440(_), Self::Semver(_)) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}

/// The events of a range, sorted, as the specification evaluates them.
pub(super) struct Timeline<'v> {
    /// What takes effect where, and whether what follows is affected.
    steps: Vec<(Key, Event<'v>, bool)>,
    limits: Vec<Key>,
}

impl<'v> Timeline<'v> {
    /// The timeline of events; none where one of them cannot be placed.
    pub(super) fn new(order: Order, events: &[Event<'v>]) -> Option<Self> {
        let (mut steps, mut limits) = (Vec::new(), Vec::new());
        for event in events {
            match event.kind {
                // Infinity, where it stands, allows everything.
                Kind::Limit if event.value.contains('*') => {}
                Kind::Limit => limits.push(order.key(event.value)?),
                _ => steps.push((order.key(event.value)?, *event, false)),
            }
        }
        if events.iter().any(|event| event.kind == Kind::Limit && event.value.contains('*')) {
            limits.clear();
        }
        steps.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.kind.cmp(&b.1.kind)));
        for (_, event, affected) in &mut steps {
            *affected = event.kind == Kind::Introduced;
        }
        Some(Self { steps, limits })
    }

    /// Whether a version is within the range.
    pub(super) fn affects(&self, version: &Key) -> bool {
        let taken = self.steps.partition_point(|(key, event, _)| match event.kind {
            Kind::LastAffected => version > key,
            _ => version >= key,
        });
        let affected = taken.checked_sub(1).and_then(|last| self.steps.get(last)).is_some_and(|step| step.2);
        affected && (self.limits.is_empty() || self.limits.iter().any(|limit| version < limit))
    }

    /// The first end that comes before anything was introduced.
    pub(super) fn early_end(&self) -> Option<Event<'v>> {
        self.steps.first().filter(|(_, event, _)| event.kind != Kind::Introduced).map(|(_, event, _)| *event)
    }

    /// Events that change nothing: a second beginning, or a second end.
    pub(super) fn idle(&self) -> impl Iterator<Item = Event<'v>> + '_ {
        let pairs = self.steps.iter().zip(self.steps.iter().skip(1));
        pairs.filter(|(before, after)| before.2 == after.2 && before.0 != after.0).map(|(_, after)| after.1)
    }

    /// Where the range is affected: from, and up to; nothing for no end. An end
    /// may belong to the range (`last_affected`).
    pub(super) fn spans(&self) -> Vec<(&Key, Option<&Key>)> {
        let mut spans = Vec::new();
        let mut from = None;
        for (key, _, affected) in &self.steps {
            match (from, *affected) {
                (None, true) => from = Some(key),
                (Some(start), false) => {
                    spans.push((start, Some(key)));
                    from = None;
                }
                _ => {}
            }
        }
        spans.extend(from.map(|start| (start, None)));
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline(events: &[(Kind, &'static str)]) -> Timeline<'static> {
        let events: Vec<_> =
            events.iter().enumerate().map(|(index, (kind, value))| Event { index, kind: *kind, value }).collect();
        Timeline::new(Order::Semver, &events).unwrap()
    }

    fn affected(timeline: &Timeline<'_>, versions: &[&str]) -> Vec<bool> {
        versions.iter().map(|version| timeline.affects(&Order::Semver.key(version).unwrap())).collect()
    }

    #[test]
    fn events_are_evaluated_in_their_order_wherever_they_stand() {
        use Kind::{Fixed, Introduced, LastAffected, Limit};
        let line = timeline(&[(Fixed, "2.0.0"), (Introduced, "0"), (Introduced, "3.0.0"), (Fixed, "3.1.0")]);
        let versions = ["0.1.0", "1.9.9", "2.0.0-rc.1", "2.0.0", "3.0.0+x", "3.1.0"];
        assert_eq!(affected(&line, &versions), [true, true, true, false, true, false]);
        assert_eq!(line.spans().len(), 2);
        let line = timeline(&[(Introduced, "1.0.0"), (LastAffected, "1.5.0")]);
        assert_eq!(affected(&line, &["0.9.0", "1.5.0", "1.5.1"]), [false, true, false]);
        let line = timeline(&[(Introduced, "0"), (Limit, "2.0.0")]);
        assert_eq!(affected(&line, &["1.0.0", "2.0.0"]), [true, false]);
        let line = timeline(&[(Introduced, "0"), (Limit, "2.0.0"), (Limit, "*")]);
        assert_eq!(affected(&line, &["1.0.0", "2.0.0"]), [true, true]);
    }

    #[test]
    fn ends_before_beginnings_and_idle_events_are_seen() {
        use Kind::{Fixed, Introduced};
        let line = timeline(&[(Introduced, "2.0.0"), (Fixed, "1.0.0")]);
        assert_eq!(line.early_end().unwrap().index, 1);
        let line = timeline(&[(Introduced, "0"), (Introduced, "1.0.0"), (Fixed, "2.0.0"), (Fixed, "3.0.0")]);
        assert_eq!(line.idle().map(|event| event.index).collect::<Vec<_>>(), [1, 3]);
        assert!(line.early_end().is_none());
    }

    #[test]
    fn versions_are_read_as_their_ecosystem_reads_them() {
        assert!(Order::Semver.key("v1.0.0").is_none() && Order::Semver.key("1.0").is_none());
        assert_eq!(Order::Loose.key("v1.0"), Order::Loose.key("1.0.0+incompatible"));
        assert!(Order::Pep440.key("1.0rc1") < Order::Pep440.key("1.0.post1"));
        assert!(Order::of("ECOSYSTEM", "Maven").is_none());
        assert!(is_semver("1.2.3-0.20200101000000-abcdefabcdef") && is_semver(&format!("1.0.{}", "9".repeat(99))));
        assert!(!is_semver("1.02.3") && !is_semver("v1.2.3") && !is_semver("1.2") && !is_semver(""));
    }
}
