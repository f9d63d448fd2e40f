//! What records say of the project's releases by their versions.

use std::collections::BTreeSet;

use crate::advisory::{Advisory, Event, PackageName};
use crate::history::Release;
use crate::model::Version;

/// What an advisory's records say of releases: of each package the most trusted
/// record that names it.
#[derive(Debug)]
pub struct Said<'a> {
    packages: Vec<(&'a PackageName, Vec<&'a Event>)>,
    /// Go modules without their major version, with each that is named.
    majors: BTreeSet<(&'a str, u64)>,
}

impl<'a> Said<'a> {
    /// Reads the version ranges of an advisory's records.
    #[must_use]
    pub fn by(advisory: &'a Advisory) -> Self {
        let mut packages: Vec<(&PackageName, usize, Vec<&Event>)> = Vec::new();
        for fact in &advisory.affected {
            let Some(package) = &fact.value.package else { continue };
            let events = fact.value.ranges.iter().filter(|range| range.repo.is_none()).flat_map(|range| &range.events);
            match packages.iter_mut().find(|(known, ..)| *known == package) {
                Some((_, source, known)) if *source == fact.source => known.extend(events),
                Some(_) => {}
                None => packages.push((package, fact.source, events.collect())),
            }
        }
        let majors = packages.iter().filter_map(|(package, ..)| go_major(package)).collect();
        Self { packages: packages.into_iter().map(|(package, _, events)| (package, events)).collect(), majors }
    }

    /// Whether a release is affected; none where no package is named of which
    /// it is a version, or its ranges cannot be read.
    #[must_use]
    pub fn is_affected(&self, release: &Release) -> Option<bool> {
        let own = self.packages.iter().filter(|(package, _)| self.is_of(package, release));
        own.filter_map(|(_, events)| within(events, &release.version)).reduce(|one, other| one || other)
    }

    /// Whether a release is a version of a package: where the modules of several
    /// major versions are named, each has its own.
    fn is_of(&self, package: &PackageName, release: &Release) -> bool {
        let number = release.version.number(0);
        match go_major(package) {
            Some((_, major)) => number == major,
            None => !self.majors.contains(&(package.name.as_str(), number)),
        }
    }
}

/// A Go module without its major version, and that version.
fn go_major(package: &PackageName) -> Option<(&str, u64)> {
    let (base, major) = crate::advisory::go_major(&package.name);
    major.filter(|major| package.ecosystem == "Go" && *major > 1).map(|major| (base, major))
}

/// The first version that a package can have, where its name says so.
pub(super) fn first_of_package(package: &PackageName) -> Option<Version> {
    go_major(package).and_then(|(_, major)| format!("{major}.0.0-0").parse().ok())
}

/// Source: OSV schema, "Evaluation".
fn within(events: &[&Event], version: &Version) -> Option<bool> {
    let mut turns: Vec<(Option<Version>, bool, bool)> = Vec::new();
    for event in events {
        let (text, affected, after) = match event {
            Event::Introduced(text) => (text, true, false),
            Event::Fixed(text) => (text, false, false),
            Event::LastAffected(text) => (text, false, true),
            Event::Limit(_) => continue,
        };
        let at = if text == "0" { None } else { Some(text.trim_start_matches(['v', 'V']).parse().ok()?) };
        turns.push((at, affected, after));
    }
    turns.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    let mut reached = turns.iter().filter(|(at, _, after)| match at {
        None => true,
        Some(at) if *after => version > at,
        Some(at) => version >= at,
    });
    (!turns.is_empty()).then(|| reached.next_back().is_some_and(|(_, affected, _)| *affected))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn affected(events: &[Event], version: &str) -> Option<bool> {
        within(&events.iter().collect::<Vec<_>>(), &version.parse().unwrap())
    }

    #[test]
    fn events_are_evaluated_in_the_order_of_versions() {
        let fixed = |text: &str| Event::Fixed(text.to_owned());
        let introduced = |text: &str| Event::Introduced(text.to_owned());
        let lines = [introduced("1.3.0"), fixed("1.3.1"), introduced("0"), fixed("1.2.5")];
        for (version, expected) in [("0.1", true), ("1.2.4", true), ("1.2.5", false), ("1.3.0", true), ("1.3.1", false)]
        {
            assert_eq!(affected(&lines, version), Some(expected), "{version}");
        }
        let last = [introduced("1.0"), Event::LastAffected("1.4.0".to_owned())];
        assert_eq!((affected(&last, "1.4"), affected(&last, "1.4.1")), (Some(true), Some(false)));
        assert_eq!(affected(&[fixed("later")], "1.0"), None);
        assert_eq!(affected(&[], "1.0"), None);
    }
}
