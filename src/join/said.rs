//! What records say of the project's releases by their versions.

use std::collections::BTreeSet;

use super::records::pseudo_version;
use crate::advisory::{Advisory, Event, PackageName, package_of};
use crate::history::Release;
use crate::model::{IdScheme, Version};

/// What an advisory's records say of releases: of each package the most trusted
/// record that names it, or all of them where they are about several vulnerabilities.
#[derive(Debug)]
pub(crate) struct Said<'a> {
    packages: Vec<Package<'a>>,
    /// Go modules without their major version, with each that is named.
    majors: BTreeSet<(&'a str, u64)>,
}

#[derive(Debug)]
struct Package<'a> {
    /// None where records name tags of the repository, and no package.
    name: Option<&'a PackageName>,
    source: usize,
    /// Ranges are evaluated one by one.
    ranges: Vec<Span<'a>>,
    /// The versions that are listed as affected beside them.
    listed: BTreeSet<Version>,
}

/// A range of versions, read once. It is no `Timeline` of `model::order`: the project's
/// releases are compared as their tags are read, whatever the ecosystem, and an end
/// that is no version ends nothing, where a record as such is told to be odd.
#[derive(Debug)]
struct Span<'a> {
    events: &'a [Event],
    /// Its turns in the order of versions; none where it speaks of commits, or its
    /// beginning is no version.
    turns: Option<Vec<Turn>>,
}

/// From which version on what is said; whether only behind that version.
type Turn = (Option<Version>, Word, bool);

impl<'a> Span<'a> {
    fn new(events: &'a [Event]) -> Self {
        Self { events, turns: turns(events) }
    }

    fn of(&self, version: &Version) -> Option<Word> {
        within(self.turns.as_ref()?, version)
    }

    /// The texts with which it begins.
    fn begins(&self) -> Vec<&'a str> {
        let begins = self.events.iter().filter(|event| matches!(event, Event::Introduced(_)));
        begins.map(|event| event.text()).collect()
    }
}

impl Package<'_> {
    /// What is said of a version: it is affected if any range has it, or the list.
    fn of(&self, version: &Version) -> Option<Word> {
        if self.listed.contains(version) {
            return Some(Word::Affected);
        }
        let word = |range: &Span<'_>| match range.of(version) {
            Some(Word::Affected) if self.is_settled(range, version) => Some(Word::Fixed),
            word => word,
        };
        let words: Vec<Word> = self.ranges.iter().filter_map(word).collect();
        [Word::Affected, Word::Fixed, Word::NotYet].into_iter().find(|word| words.contains(word))
    }

    /// Whether a range that begins where this one does ends on the version's own
    /// line before it: who types `< 1.0.1` and `< 1.1.1` speaks of two lines.
    fn is_settled(&self, of: &Span<'_>, version: &Version) -> bool {
        let begins = of.begins();
        let ends = |(at, word, after): &Turn| {
            let same_line = |at: &Version| (0..2).all(|place| at.number(place) == version.number(place));
            *word == Word::Fixed && !after && at.as_ref().is_some_and(|at| version >= at && same_line(at))
        };
        begins.len() == 1
            && self.ranges.iter().any(|other| other.turns.iter().flatten().any(ends) && other.begins() == begins)
    }
}

/// What records say of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
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
    pub(crate) fn by(advisory: &'a Advisory) -> Self {
        let mut packages: Vec<Package<'a>> = Vec::new();
        let several = is_of_several(advisory);
        for fact in &advisory.affected {
            let name = fact.value.package.as_ref();
            let ranges = || fact.value.ranges.iter().filter(|range| range.repo.is_none());
            if name.is_none() && ranges().next().is_none() {
                continue;
            }
            let events = ranges().map(|range| Span::new(&range.events));
            let same = |known: &&mut Package<'_>| known.name == name && (!several || known.source == fact.source);
            match packages.iter_mut().find(same) {
                Some(known) if known.source == fact.source => known.ranges.extend(events),
                // A record that could not be read says nothing, and another one may.
                Some(known) if known.ranges.is_empty() && known.listed.is_empty() => {
                    known.source = fact.source;
                    known.ranges = events.collect();
                    known.listed = name.map(|name| listed(advisory, fact.source, name)).unwrap_or_default();
                }
                Some(_) => {}
                None => {
                    let listed = name.map(|name| listed(advisory, fact.source, name)).unwrap_or_default();
                    packages.push(Package { name, source: fact.source, ranges: events.collect(), listed });
                }
            }
        }
        let majors = packages.iter().filter_map(|package| go_major(package.name?)).collect();
        Self { packages, majors }
    }

    /// Whether a release is affected; none where no package is named of which
    /// it is a version, or its ranges cannot be read.
    #[must_use]
    pub(crate) fn is_affected(&self, release: &Release) -> Option<bool> {
        self.of(release).filter(|word| *word != Word::NotNamed).map(|word| word == Word::Affected)
    }

    /// What is said of a release, if anything.
    #[must_use]
    pub(crate) fn of(&self, release: &Release) -> Option<Word> {
        let own = self.packages.iter().filter(|package| self.is_of(package, release));
        let words: Vec<Word> = own.filter_map(|package| package.of(&release.version)).collect();
        let said = [Word::Affected, Word::Fixed, Word::NotYet].into_iter().find(|word| words.contains(word));
        let highest = self.majors.iter().map(|(_, major)| *major).max();
        said.or_else(|| highest.filter(|highest| release.version.number(0) > *highest).map(|_| Word::NotNamed))
    }

    /// What is said of a release as a version of one package, if anything.
    #[must_use]
    pub(crate) fn of_package(&self, name: &PackageName, release: &Release) -> Option<Word> {
        let own = self.packages.iter().any(|package| package.name == Some(name) && self.is_of(package, release));
        self.of_version(name, &release.version).filter(|_| own)
    }

    /// What is said of a version of one package, if anything.
    #[must_use]
    pub(crate) fn of_version(&self, name: &PackageName, version: &Version) -> Option<Word> {
        let own = self.packages.iter().filter(|package| package.name == Some(name));
        let words: Vec<Word> = own.filter_map(|package| package.of(version)).collect();
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
                    let text = event.text().trim_start_matches(['v', 'V']);
                    text.parse::<Version>().is_ok_and(|version| version.number(0) > 1)
                };
                let later = package.ranges.iter().flat_map(|range| range.events).any(|event| named(&event));
                (number <= 1 || later) && !self.majors.contains(&(name.name.as_str(), number))
            }
            None => true,
        }
    }
}

/// The versions that a record lists of a package.
fn listed(advisory: &Advisory, source: usize, name: &PackageName) -> BTreeSet<Version> {
    let entries = advisory.records.get(source).into_iter().flat_map(|source| source.record.affected.items());
    let own = entries.filter(|entry| !entry.versions.items().is_empty() && package_of(entry).as_ref() == Some(name));
    let texts = own.flat_map(|entry| entry.versions.items());
    texts.filter_map(|text| text.trim_start_matches(['v', 'V']).parse().ok()).collect()
}

/// Whether an advisory is made of the records of several vulnerabilities, which
/// some database calls aliases of each other: netty's CVE-2021-21295 and
/// CVE-2021-21409 are. What one of the records calls fixed, another one may not.
pub(crate) fn is_of_several(advisory: &Advisory) -> bool {
    advisory.ids().filter(|id| id.scheme() == IdScheme::Cve).count() > 1
}

/// A Go module without its major version, and that version.
fn go_major(package: &PackageName) -> Option<(&str, u64)> {
    let (base, major) = crate::advisory::go_major(&package.name);
    major.filter(|major| package.ecosystem == "Go" && *major > 1).map(|major| (base, major))
}

/// The first version that a package can have, where its name says so.
pub(crate) fn first_of_package(package: &PackageName) -> Option<Version> {
    go_major(package).and_then(|(_, major)| format!("{major}.0.0-0").parse().ok())
}

/// The turns of a range. A pseudo-version is a commit's, and its place among
/// releases says nothing; nor does a range whose beginning is no version. An end
/// that is none ends nothing.
fn turns(events: &[Event]) -> Option<Vec<Turn>> {
    let mut turns: Vec<Turn> = Vec::new();
    for event in events {
        let (word, after) = match event {
            Event::Introduced(_) => (Word::Affected, false),
            Event::Fixed(_) => (Word::Fixed, false),
            Event::LastAffected(_) => (Word::Fixed, true),
            Event::Limit(_) => continue,
        };
        let at = match event.text() {
            "0" => None,
            text if pseudo_version(text).is_some() => return None,
            text => match text.trim_start_matches(['v', 'V']).parse() {
                Ok(at) => Some(at),
                Err(_) if word == Word::Affected => return None,
                Err(_) => continue,
            },
        };
        turns.push((at, word, after));
    }
    // Where one version ends a range and begins another, it is affected.
    let order = |word: &Word, after: &bool| (*after, *word == Word::Affected);
    turns.sort_by(|(a, ours, after), (b, theirs, later)| {
        a.cmp(b).then_with(|| order(ours, after).cmp(&order(theirs, later)))
    });
    Some(turns)
}

/// Source: OSV schema, "Evaluation".
fn within(turns: &[Turn], version: &Version) -> Option<Word> {
    // A tag may show that a word is none of a candidate (jetty's 9.2.26.v20180806),
    // which the same text in a record does not: what is spelled alike is the same.
    let reached = |(at, _, after): &Turn| match at {
        None => true,
        Some(at) if at.is_spelled_as(version) => !after,
        Some(at) if *after => version > at,
        Some(at) => version >= at,
    };
    let reached = turns.partition_point(reached);
    let last = reached.checked_sub(1).and_then(|last| turns.get(last));
    (!turns.is_empty()).then(|| last.map_or(Word::NotYet, |(_, word, _)| *word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn affected(events: &[Event], version: &str) -> Option<bool> {
        Span::new(events).of(&version.parse().unwrap()).map(|word| word == Word::Affected)
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
        assert_eq!(affected(&[introduced("0"), fixed("later")], "1.0"), Some(true), "an end that is none ends nothing");
        let pseudo = [introduced("0"), fixed("0.5.0-alpha.5.0.20221102000000-1f054980bc27")];
        assert_eq!(affected(&pseudo, "3.4.0"), None, "a commit has no place among versions");
        assert_eq!(Span::new(&[introduced("1.0")]).of(&"0.9".parse().unwrap()), Some(Word::NotYet));
        assert_eq!(affected(&[], "1.0"), None);
        let dated = || "9.2.26.v20180806".to_owned();
        let released = dated().parse::<Version>().unwrap().without_word();
        let of = |events: &[Event]| Span::new(events).of(&released);
        assert_eq!(of(&[introduced("9.0.0"), Event::LastAffected(dated())]), Some(Word::Affected));
        assert_eq!(of(&[introduced("9.0.0"), Event::Fixed(dated())]), Some(Word::Fixed));
    }
}
