//! Which versions of which packages the records call affected, and on whose word.

use std::collections::{BTreeMap, BTreeSet};

use super::records::pseudo_version;
use crate::advisory::{Advisory, SourceRecord};
use crate::model::order::{EventKind as Kind, Key, Order, Timeline};
use crate::model::{AdvisoryId, Disclosure, PackageName, osv};

/// What advisories say of some packages.
#[derive(Debug, Default)]
pub struct Packages<'a> {
    /// Of each package, by the place of the advisory in the list.
    said: BTreeMap<PackageName, BTreeMap<usize, Vec<Said<'a>>>>,
    /// Ranges that say nothing certain, by the records that have them.
    unread: Vec<(&'a AdvisoryId, String)>,
}

/// What one record says of one package.
#[derive(Debug)]
struct Said<'a> {
    record: &'a SourceRecord,
    /// The package as the record writes it.
    name: &'a str,
    /// What the record tells of, if that is something else than a vulnerability.
    informational: Option<Informational>,
    order: Order,
    ranges: Vec<Range<'a>>,
    /// The ranges that pseudo-versions are held against, where these are others.
    of_commits: Option<Vec<Range<'a>>>,
    /// Versions that are named one by one.
    versions: BTreeSet<Key>,
    /// The same, where they have no place in the order; of a repository, the commits
    /// that brought the vulnerability in, or were the last to have it.
    words: BTreeSet<&'a str>,
    /// Of a repository, the commits that are without it: fixes, and limits.
    clean: BTreeSet<&'a str>,
}

#[derive(Debug)]
struct Range<'a> {
    timeline: Timeline<()>,
    events: Vec<(Kind, &'a str)>,
}

/// What the records of an advisory say of one version of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Judgement {
    /// It is not affected.
    Unaffected,
    /// It is, and no record that speaks of the package says otherwise.
    Affected,
    /// Records contradict each other.
    Disputed,
    /// The version has no place in the order of its ecosystem.
    Unknown,
}

impl Judgement {
    /// Whether any record says that it is affected.
    #[must_use]
    pub const fn may_be_affected(self) -> bool {
        matches!(self, Self::Affected | Self::Disputed)
    }
}

impl<'a> Packages<'a> {
    /// Takes from advisories what they say of the packages that are asked for.
    /// Records that were withdrawn say nothing any more.
    #[must_use]
    pub fn new(advisories: &'a [Advisory], wanted: &dyn Fn(&PackageName) -> bool) -> Self {
        let mut packages = Self::default();
        for (advisory, one) in advisories.iter().enumerate() {
            for record in one.records.iter().filter(|record| record.disclosure != Disclosure::Withdrawn) {
                for affected in record.record.affected.items() {
                    packages.take(advisory, record, affected, wanted);
                    packages.take_commits(advisory, record, affected, wanted);
                }
            }
        }
        packages
    }

    fn take(
        &mut self,
        advisory: usize,
        record: &'a SourceRecord,
        affected: &'a osv::Affected,
        wanted: &dyn Fn(&PackageName) -> bool,
    ) {
        let Some(package) = affected.package.value() else { return };
        let (Some(ecosystem), Some(name)) = (package.ecosystem.text(), package.name.text()) else { return };
        let Some(package) = PackageName::new(ecosystem, name).filter(|package| wanted(package)) else { return };
        let Some(order) = Order::of_ecosystem(&package.ecosystem) else { return };
        let mut ranges: Vec<Range<'_>> = Vec::new();
        let mut odd: Vec<String> = affected.unplaced_custom().map(str::to_owned).into_iter().collect();
        let stated = affected.stated_ranges();
        for range in &stated {
            match read(range, order) {
                Ok(range) => ranges.extend(range),
                Err(event) => odd.push(event),
            }
        }
        for event in odd {
            let short: String = event.chars().take(60).flat_map(char::escape_debug).collect();
            let message = format!(
                "Its range of {package} has the event “{short}”, which is no version there; the range is passed over, \
                 and what it says of versions is not known."
            );
            self.unread.push((&record.id, message));
        }
        // A pseudo-version is a commit's, named by the last tag that Go knows: its
        // place among versions that Go does not know says nothing.
        let mut texts = stated.iter().flat_map(|range| &range.events).filter_map(|(_, value)| value.as_str());
        let of_commits = (stated.iter().any(|range| range.is_completed)
            && !texts.any(|text| pseudo_version(text).is_some()))
        .then(|| affected.written_ranges().iter().filter_map(|range| read(range, order).ok().flatten()).collect());
        let listed = affected.versions.items().iter().map(String::as_str);
        let (placed, words): (Vec<_>, Vec<_>) =
            listed.map(|text| (order.key(text), text)).partition(|(key, _)| key.is_some());
        if ranges.is_empty() && placed.is_empty() && words.is_empty() {
            // Only commits, or nothing that can be placed: it says nothing of versions.
            return;
        }
        let versions = placed.into_iter().filter_map(|(key, _)| key).collect();
        let words = words.into_iter().map(|(_, text)| text).collect();
        let informational = Informational::of(affected);
        let clean = BTreeSet::new();
        let said = Said { record, name, informational, order, ranges, of_commits, versions, words, clean };
        self.said.entry(package).or_default().entry(advisory).or_default().push(said);
    }

    /// Takes what ranges of commits say of the repositories that are asked for, as
    /// submodules are. Without a repository's history the commits that a record
    /// names are all that can be judged; of any other nobody knows what it has.
    fn take_commits(
        &mut self,
        advisory: usize,
        record: &'a SourceRecord,
        affected: &'a osv::Affected,
        wanted: &dyn Fn(&PackageName) -> bool,
    ) {
        for range in affected.ranges.items().iter().filter(|range| range.kind.text() == Some("GIT")) {
            let Some(name) = range.repo.text() else { continue };
            let Some(package) = PackageName::new("Git", name).filter(|package| wanted(package)) else { continue };
            let name = name.split_once("://").map_or(name, |(_, address)| address);
            let name = name.strip_suffix(".git").unwrap_or(name);
            let (mut words, mut clean) = (BTreeSet::new(), BTreeSet::new());
            for (key, value) in range.events.items().iter().flatten() {
                let Some(commit) = value.as_str() else { continue };
                match key.as_str() {
                    "introduced" | "last_affected" => _ = words.insert(commit),
                    "fixed" | "limit" => _ = clean.insert(commit),
                    _ => {}
                }
            }
            let (ranges, versions) = (Vec::new(), BTreeSet::new());
            let (informational, of_commits, order) = (None, None, Order::Semver);
            let said = Said { record, name, informational, order, ranges, of_commits, versions, words, clean };
            self.said.entry(package).or_default().entry(advisory).or_default().push(said);
        }
    }

    /// Ranges of packages in use that say nothing certain, by record.
    pub fn unread(&self) -> impl Iterator<Item = (&AdvisoryId, &String)> {
        self.unread.iter().map(|(id, message)| (*id, message))
    }

    /// The advisories that speak of a package, by their places in the list.
    pub fn about(&self, package: &PackageName) -> BTreeSet<usize> {
        self.said.get(package).into_iter().flat_map(BTreeMap::keys).copied().collect()
    }

    /// Every package and the advisories that speak of it.
    pub fn all(&self) -> impl Iterator<Item = (&PackageName, BTreeSet<usize>)> {
        self.said.iter().map(|(package, said)| (package, said.keys().copied().collect()))
    }

    /// The package's name as the records of an advisory write it.
    #[must_use]
    pub fn spelled(&self, advisory: usize, package: &PackageName) -> Option<&'a str> {
        self.of(advisory, package).map(|said| said.name).next()
    }

    /// Whether all that an advisory says of a package is that nobody maintains
    /// it any more, or another notice: no vulnerability.
    #[must_use]
    pub fn is_notice(&self, advisory: usize, package: &PackageName) -> bool {
        let is_notice = |said: &Said<'_>| said.informational.is_some_and(Informational::is_notice);
        self.of(advisory, package).all(is_notice)
    }

    /// What an advisory tells of a package, if some record of it says that this is
    /// no vulnerability as such. Others copy such records without the word.
    #[must_use]
    pub fn informational(&self, advisory: usize, package: &PackageName) -> Option<Informational> {
        self.of(advisory, package).find_map(|said| said.informational)
    }

    fn of<'s>(&'s self, advisory: usize, package: &PackageName) -> impl Iterator<Item = &'s Said<'a>> {
        self.said.get(package).and_then(|said| said.get(&advisory)).into_iter().flatten()
    }

    /// What the records of an advisory say of a version.
    #[must_use]
    pub fn judge(&self, advisory: usize, package: &PackageName, version: &str) -> Judgement {
        // A record may speak of one package in several places: one of them is enough.
        let mut words: BTreeMap<&str, bool> = BTreeMap::new();
        for said in self.of(advisory, package) {
            let Some(affected) = said.affects(version) else { continue };
            *words.entry(said.record.id.as_str()).or_default() |= affected;
        }
        let has = |word: bool| words.values().any(|affected| *affected == word);
        match (has(true), has(false)) {
            (false, false) => Judgement::Unknown,
            (true, false) => Judgement::Affected,
            (false, true) => Judgement::Unaffected,
            (true, true) => Judgement::Disputed,
        }
    }

    /// What each record that has ranges of a package says of versions, the most
    /// trusted first: whether each is affected, where it has a place. Records
    /// with an event that is `foreign` to these versions are passed over, and so
    /// are mere lists, which say nothing of a version that was never published.
    pub(super) fn sides(
        &self,
        advisory: usize,
        package: &PackageName,
        versions: &[&str],
        foreign: &dyn Fn(&str) -> bool,
    ) -> Vec<(&'a AdvisoryId, Vec<Option<bool>>)> {
        let mut sides: Vec<(&SourceRecord, Vec<Option<bool>>)> = Vec::new();
        let is_foreign =
            |said: &Said<'_>| said.ranges.iter().flat_map(|range| &range.events).any(|(_, text)| foreign(text));
        let passed_over: Vec<&SourceRecord> = self
            .of(advisory, package)
            .filter(|said| said.ranges.is_empty() || is_foreign(said))
            .map(|said| said.record)
            .collect();
        for said in self
            .of(advisory, package)
            .filter(|said| !passed_over.iter().any(|record| std::ptr::eq(*record, said.record)))
        {
            let of_this = versions.iter().map(|version| said.affects(version));
            // A record may speak of one package in several places: one of them is enough.
            match sides.iter_mut().find(|(record, _)| std::ptr::eq(*record, said.record)) {
                Some((_, known)) => {
                    for (known, this) in known.iter_mut().zip(of_this) {
                        *known = known.or(this).map(|known| known || this == Some(true));
                    }
                }
                None => sides.push((said.record, of_this.collect())),
            }
        }
        sides.into_iter().map(|(record, said)| (&record.id, said)).collect()
    }

    /// What decides about a package, in a few words: `GO-2026-4440: fixed in 0.45.0`.
    #[must_use]
    pub fn decided_by(&self, advisory: usize, package: &PackageName) -> String {
        let mut told: Vec<String> = Vec::new();
        let mut known: BTreeSet<String> = BTreeSet::new();
        for said in self.of(advisory, package) {
            let words = said.words();
            if known.insert(words.clone()) {
                told.push(format!("{}: {words}", said.record.id));
            }
        }
        told.join("; ")
    }

    /// The lowest fixed version above a version that some record names.
    #[must_use]
    pub fn fixed_after(&self, advisory: usize, package: &PackageName, version: &str) -> Option<&'a str> {
        let fixes = self.of(advisory, package).flat_map(|said| {
            let key = said.order.key(version);
            let events = said.ranges.iter().flat_map(|range| &range.events);
            let fixed = events.filter(|(kind, _)| *kind == Kind::Fixed);
            fixed.filter_map(move |(_, text)| {
                Some((said.order.key(text).filter(|fix| Some(fix) > key.as_ref())?, *text))
            })
        });
        let of_repository = || self.of(advisory, package).find_map(|said| said.clean.first().copied());
        fixes.min_by(|a, b| a.0.cmp(&b.0)).map(|(_, text)| text).or_else(of_repository)
    }
}

/// What an advisory tells of that is no vulnerability as such.
/// Source: RustSec's advisory format, `informational`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Informational {
    /// Nobody maintains the package any more, or it goes on under another name.
    Unmaintained,
    /// Safe code can reach undefined behaviour; nobody says that an attacker can.
    Unsound,
    /// Anything else that users may want to know.
    Notice,
}

impl Informational {
    fn of(affected: &osv::Affected) -> Option<Self> {
        let word = affected.database_specific.value()?.get("informational")?.as_str()?;
        match word {
            "unmaintained" => Some(Self::Unmaintained),
            "unsound" => Some(Self::Unsound),
            "notice" => Some(Self::Notice),
            _ => None,
        }
    }

    /// Whether it says nothing of the code.
    #[must_use]
    pub const fn is_notice(self) -> bool {
        matches!(self, Self::Unmaintained | Self::Notice)
    }
}

/// A range of versions; none where it is one of commits, an error where an event
/// has no place in the order.
fn read<'a>(range: &osv::StatedRange<'a>, order: Order) -> Result<Option<Range<'a>>, String> {
    if !matches!(range.kind, Some("SEMVER" | "ECOSYSTEM")) {
        return Ok(None);
    }
    let mut events = Vec::new();
    for (key, value) in &range.events {
        let Some(kind) = Kind::of_field(key) else { continue };
        events.push((kind, value.as_str().ok_or_else(|| value.to_string())?));
    }
    match Timeline::new(order, events.iter().map(|(kind, version)| (*kind, *version, ()))) {
        Some(timeline) => Ok(Some(Range { timeline, events })),
        None => {
            let odd = events.iter().find(|(_, version)| !version.contains('*') && order.key(version).is_none());
            Err(odd.map_or_else(String::new, |(_, version)| (*version).to_owned()))
        }
    }
}

impl Said<'_> {
    /// Whether a version is affected; none where it has no place in the order.
    fn affects(&self, version: &str) -> Option<bool> {
        if self.words.contains(version) {
            return Some(true);
        }
        if self.clean.contains(version) {
            return Some(false);
        }
        let key = self.order.key(version)?;
        let ranges = self.of_commits.as_ref().filter(|_| pseudo_version(version).is_some()).unwrap_or(&self.ranges);
        Some(self.versions.contains(&key) || ranges.iter().any(|range| range.timeline.affects(&key)))
    }

    fn words(&self) -> String {
        let end = |event: &(Kind, &str)| match event {
            (Kind::Fixed, version) => Some(format!("fixed in {version}")),
            (Kind::LastAffected, version) => Some(format!("last affected {version}")),
            (Kind::Limit | Kind::Introduced, _) => None,
        };
        let mut ends: Vec<String> = self.ranges.iter().flat_map(|range| &range.events).filter_map(end).collect();
        ends.extend(self.clean.iter().map(|commit| format!("fixed in {commit}")));
        match (ends.is_empty(), self.ranges.is_empty()) {
            (false, _) => ends.join(", "),
            (true, false) => "no fixed version".to_owned(),
            (true, true) => format!("{} versions listed", self.versions.len() + self.words.len()),
        }
    }
}
