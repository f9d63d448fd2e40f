//! The events of a range of OSV, as its specification evaluates them.

use super::{Key, Order};

/// What an event says. Ordered as events of one version take effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// Versions from this one on are affected.
    Introduced,
    /// Versions from this one on are not.
    Fixed,
    /// Versions after this one are not.
    LastAffected,
    /// The range says nothing of versions from this one on.
    Limit,
}

impl EventKind {
    /// Every kind, in their order.
    pub const ALL: [Self; 4] = [Self::Introduced, Self::Fixed, Self::LastAffected, Self::Limit];

    /// The kind of an event that has a field of this name.
    #[must_use]
    pub fn of_field(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The name of the field that an event of this kind has.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Introduced => "introduced",
            Self::Fixed => "fixed",
            Self::LastAffected => "last_affected",
            Self::Limit => "limit",
        }
    }
}

impl std::fmt::Display for EventKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The events of a range, sorted. `E` is what the caller knows an event by.
///
/// Source: OSV schema, "Evaluation".
#[derive(Clone, Debug)]
pub struct Timeline<E> {
    steps: Vec<Step<E>>,
    /// None where nothing limits the range.
    limits: Vec<Key>,
}

#[derive(Clone, Debug)]
struct Step<E> {
    at: Key,
    kind: EventKind,
    event: E,
}

impl<E> Step<E> {
    /// Whether what follows is affected.
    fn begins(&self) -> bool {
        self.kind == EventKind::Introduced
    }
}

impl<E> Timeline<E> {
    /// The timeline of events: of each its kind, its version, and what it is
    /// known by. None where one of them has no place in the order.
    pub fn new<'t>(order: Order, events: impl IntoIterator<Item = (EventKind, &'t str, E)>) -> Option<Self> {
        let (mut steps, mut limits, mut unlimited) = (Vec::new(), Vec::new(), false);
        for (kind, version, event) in events {
            match kind {
                // Infinity, where it stands, allows everything.
                EventKind::Limit if version.contains('*') => unlimited = true,
                EventKind::Limit => limits.push(order.key(version)?),
                _ => steps.push(Step { at: order.key(version)?, kind, event }),
            }
        }
        if unlimited {
            limits.clear();
        }
        steps.sort_by(|a, b| a.at.cmp(&b.at).then(a.kind.cmp(&b.kind)));
        Some(Self { steps, limits })
    }

    /// Whether a version is within the range.
    #[must_use]
    pub fn affects(&self, version: &Key) -> bool {
        let taken = self.steps.partition_point(|step| match step.kind {
            EventKind::LastAffected => *version > step.at,
            _ => *version >= step.at,
        });
        let affected = taken.checked_sub(1).and_then(|last| self.steps.get(last)).is_some_and(Step::begins);
        affected && (self.limits.is_empty() || self.limits.iter().any(|limit| version < limit))
    }

    /// The first end, where it comes before anything was introduced.
    #[must_use]
    pub fn early_end(&self) -> Option<&E> {
        self.steps.first().filter(|step| !step.begins()).map(|step| &step.event)
    }

    /// Events that change nothing, a second beginning or a second end, each after
    /// the event that says the same.
    pub fn idle(&self) -> impl Iterator<Item = (&E, &E)> {
        let pairs = self.steps.iter().zip(self.steps.iter().skip(1));
        pairs
            .filter(|(before, after)| before.begins() == after.begins() && before.at != after.at)
            .map(|(before, after)| (&before.event, &after.event))
    }

    /// Where the range is affected: from, and up to; nothing for no end. An end
    /// may belong to the range (`last_affected`). Limits are left out of account.
    #[must_use]
    pub fn spans(&self) -> Vec<(&Key, Option<&Key>)> {
        let mut spans = Vec::new();
        let mut from = None;
        for step in &self.steps {
            match (from, step.begins()) {
                (None, true) => from = Some(&step.at),
                (Some(start), false) => {
                    spans.push((start, Some(&step.at)));
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
    use super::EventKind::{Fixed, Introduced, LastAffected, Limit};
    use super::*;

    /// Events are known by where they stand.
    fn timeline(order: Order, events: &[(EventKind, &str)]) -> Option<Timeline<usize>> {
        Timeline::new(order, events.iter().enumerate().map(|(index, (kind, version))| (*kind, *version, index)))
    }

    fn affected(order: Order, events: &[(EventKind, &str)], versions: &[&str]) -> Vec<bool> {
        let line = timeline(order, events).unwrap();
        versions.iter().map(|version| line.affects(&order.loosened().key(version).unwrap())).collect()
    }

    #[test]
    fn events_are_evaluated_in_their_order_wherever_they_stand() {
        let events = [(Fixed, "2.0.0"), (Introduced, "0"), (Introduced, "3.0.0"), (Fixed, "3.1.0")];
        let versions = ["0.1.0", "1.9.9", "2.0.0-rc.1", "2.0.0", "3.0.0+x", "3.1.0"];
        assert_eq!(affected(Order::Semver, &events, &versions), [true, true, true, false, true, false]);
        assert_eq!(timeline(Order::Semver, &events).unwrap().spans().len(), 2);
        let events = [(Introduced, "1.0.0"), (LastAffected, "1.5.0")];
        assert_eq!(affected(Order::Semver, &events, &["0.9.0", "v1.5", "1.5.1"]), [false, true, false]);
        assert_eq!(affected(Order::Semver, &[], &["1.0.0"]), [false]);
    }

    #[test]
    fn a_range_ends_at_the_farthest_of_its_limits() {
        let versions = ["1.0.0", "2.0.0", "3.0.0"];
        let events = [(Introduced, "0"), (Limit, "2.0.0")];
        assert_eq!(affected(Order::Semver, &events, &versions), [true, false, false]);
        let events = [(Introduced, "0"), (Limit, "2.0.0"), (Limit, "3.0.0")];
        assert_eq!(affected(Order::Semver, &events, &versions), [true, true, false]);
        let events = [(Introduced, "0"), (Limit, "2.0.0"), (Limit, "*")];
        assert_eq!(affected(Order::Semver, &events, &versions), [true, true, true]);
    }

    #[test]
    fn a_version_that_is_introduced_and_fixed_is_not_affected_and_a_last_one_is() {
        assert_eq!(affected(Order::Maven, &[(Fixed, "1.0"), (Introduced, "1")], &["1.0", "1.1"]), [false, false]);
        assert_eq!(affected(Order::Maven, &[(LastAffected, "1"), (Introduced, "1.0")], &["1", "1.1"]), [true, false]);
    }

    #[test]
    fn a_range_of_a_distribution_ends_at_its_package() {
        let events = [(Introduced, "0"), (Fixed, "1:2.4.1-3+deb12u2")];
        let versions = ["9.0-1", "1:2.4.1-3", "1:2.4.1-3+deb12u2", "1:2.4.1-10"];
        assert_eq!(affected(Order::Debian, &events, &versions), [true, true, false, false]);
    }

    #[test]
    fn ends_before_beginnings_and_idle_events_are_seen() {
        let line = timeline(Order::Semver, &[(Introduced, "2.0.0"), (Fixed, "1.0.0")]).unwrap();
        assert_eq!(line.early_end(), Some(&1));
        let events = [(Introduced, "0"), (Introduced, "1.0.0"), (Fixed, "2.0.0"), (Fixed, "3.0.0")];
        let line = timeline(Order::Semver, &events).unwrap();
        assert_eq!(line.idle().collect::<Vec<_>>(), [(&0, &1), (&2, &3)]);
        assert!(line.early_end().is_none());
    }

    #[test]
    fn a_range_with_an_event_that_cannot_be_placed_has_no_timeline() {
        assert!(timeline(Order::Semver, &[(Introduced, "0"), (Fixed, "2.0")]).is_none());
        assert!(timeline(Order::Packagist, &[(Introduced, "0"), (Fixed, "dev-main")]).is_none());
    }
}
