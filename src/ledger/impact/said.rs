//! What records say of the project's releases by their versions.

use std::collections::BTreeSet;

use crate::advisory::{Advisory, Event, PackageName};
use crate::history::Release;
use crate::join::records::pseudo_version;
use crate::model::{IdScheme, Version};

/// What an advisory's records say of releases: of each package the most trusted
/// record that names it, or all of them where they are about several vulnerabilities.
#[derive(Debug)]
pub struct Said<'a> {
    packages: Vec<Package<'a>>,
    /// Go modules without their major version, with each that is named.
    majors: BTreeSet<(&'a str, u64)>,
}

#[derive(Debug)]
struct Package<'a> {
    /// None where records name tags of the repository, and no package.
    name: Option<&'a PackageName>,
    source: usize,
    events: Vec<&'a Event>,
}

/// What records say of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It lies before what they call affected.
    NotYet,
    /// It is affected.
    Affected,
    /// It lies behind what they call affected.
    Fixed,
    /// It is of a later major version of a Go module than they name.
    NotNamed,
}

impl<'a> Said<'a> {
    /// Reads the version ranges of an advisory's records.
    #[must_use]
    pub fn by(advisory: &'a Advisory) -> Self {
        let mut packages: Vec<Package<'a>> = Vec::new();
        let several = is_of_several(advisory);
        for fact in &advisory.affected {
            let name = fact.value.package.as_ref();
            let ranges = || fact.value.ranges.iter().filter(|range| range.repo.is_none());
            if name.is_none() && ranges().next().is_none() {
                continue;
            }
            let events = ranges().flat_map(|range| &range.events);
            let same = |known: &&mut Package<'_>| known.name == name && (!several || known.source == fact.source);
            match packages.iter_mut().find(same) {
                Some(known) if known.source == fact.source => known.events.extend(events),
                Some(_) => {}
                None => packages.push(Package { name, source: fact.source, events: events.collect() }),
            }
        }
        let majors = packages.iter().filter_map(|package| go_major(package.name?)).collect();
        Self { packages, majors }
    }

    /// Whether a release is affected; none where no package is named of which
    /// it is a version, or its ranges cannot be read.
    #[must_use]
    pub fn is_affected(&self, release: &Release) -> Option<bool> {
        self.of(release).filter(|word| *word != Word::NotNamed).map(|word| word == Word::Affected)
    }

    /// What is said of a release, if anything.
    #[must_use]
    pub fn of(&self, release: &Release) -> Option<Word> {
        let own = self.packages.iter().filter(|package| self.is_of(package, release));
        let words: Vec<Word> = own.filter_map(|package| within(&package.events, &release.version)).collect();
        let said = [Word::Affected, Word::Fixed, Word::NotYet].into_iter().find(|word| words.contains(word));
        let highest = self.majors.iter().map(|(_, major)| *major).max();
        said.or_else(|| highest.filter(|highest| release.version.number(0) > *highest).map(|_| Word::NotNamed))
    }

    /// What is said of a release as a version of one package, if anything.
    #[must_use]
    pub fn of_package(&self, name: &PackageName, release: &Release) -> Option<Word> {
        let own = self.packages.iter().filter(|package| package.name == Some(name) && self.is_of(package, release));
        let words: Vec<Word> = own.filter_map(|package| within(&package.events, &release.version)).collect();
        [Word::Affected, Word::Fixed, Word::NotYet].into_iter().find(|word| words.contains(word))
    }

    /// Whether a release is a version of a package. A Go module without a major
    /// version has 0 and 1, and later ones where records name such.
    fn is_of(&self, package: &Package<'_>, release: &Release) -> bool {
        let number = release.version.number(0);
        let Some(name) = package.name else { return true };
        match go_major(name) {
            Some((_, major)) => number == major,
            None if name.ecosystem == "Go" => {
                let named = |event: &&Event| {
                    let text = text_of(event).trim_start_matches(['v', 'V']);
                    text.parse::<Version>().is_ok_and(|version| version.number(0) > 1)
                };
                let later = package.events.iter().any(named);
                (number <= 1 || later) && !self.majors.contains(&(name.name.as_str(), number))
            }
            None => true,
        }
    }
}

/// Whether an advisory is made of the records of several vulnerabilities, which
/// some database calls aliases of each other: netty's CVE-2021-21295 and
/// CVE-2021-21409 are. What one of the records calls fixed, another one may not.
pub(super) fn is_of_several(advisory: &Advisory) -> bool {
    advisory.ids().filter(|id| id.scheme() == IdScheme::Cve).count() > 1
}

const fn text_of(event: &Event) -> &String {
    match event {
        Event::Introduced(text) | Event::Fixed(text) | Event::LastAffected(text) | Event::Limit(text) => text,
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

/// Source: OSV schema, "Evaluation". A pseudo-version is a commit's, and its
/// place among releases says nothing.
fn within(events: &[&Event], version: &Version) -> Option<Word> {
    let mut turns: Vec<(Option<Version>, Word, bool)> = Vec::new();
    for event in events {
        let (word, after) = match event {
            Event::Introduced(_) => (Word::Affected, false),
            Event::Fixed(_) => (Word::Fixed, false),
            Event::LastAffected(_) => (Word::Fixed, true),
            Event::Limit(_) => continue,
        };
        let text = text_of(event);
        let at = match text.as_str() {
            "0" => None,
            text if pseudo_version(text).is_some() => return None,
            text => Some(text.trim_start_matches(['v', 'V']).parse().ok()?),
        };
        turns.push((at, word, after));
    }
    // Where one version ends a range and begins another, it is affected.
    let order = |word: &Word, after: &bool| (*after, *word == Word::Affected);
    turns.sort_by(|(a, ours, after), (b, theirs, later)| {
        a.cmp(b).then_with(|| order(ours, after).cmp(&order(theirs, later)))
    });
    let mut reached = turns.iter().filter(|(at, _, after)| match at {
        None => true,
        Some(at) if *after => version > at,
        Some(at) => version >= at,
    });
    (!turns.is_empty()).then(|| reached.next_back().map_or(Word::NotYet, |(_, word, _)| *word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn affected(events: &[Event], version: &str) -> Option<bool> {
        within(&events.iter().collect::<Vec<_>>(), &version.parse().unwrap()).map(|word| word == Word::Affected)
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
        let pseudo = [introduced("0"), fixed("0.5.0-alpha.5.0.20221102000000-1f054980bc27")];
        assert_eq!(affected(&pseudo, "3.4.0"), None, "a commit has no place among versions");
        assert_eq!(within(&[&introduced("1.0")], &"0.9".parse().unwrap()), Some(Word::NotYet));
        assert_eq!(affected(&[], "1.0"), None);
    }
}
