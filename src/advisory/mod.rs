//! OSV and GitHub records → advisories: read, merged by their aliases, each
//! fact keeping the record it came from.

mod archive;
mod budget;
mod contents;
mod cwes;
mod digest;
mod error;
mod files;
mod github;
mod kind;
mod merge;
mod parcel;
mod project;
mod raw;
mod read;
mod record;
#[cfg(feature = "net")]
pub mod remote;
mod siblings;
#[cfg(feature = "store")]
pub mod snapshot;
#[cfg(feature = "store")]
pub mod store;
mod texts;
pub(crate) mod typed;
mod why_not;

use std::sync::Arc;

pub use budget::Budget;
pub(crate) use cwes::cwes_of;
pub use digest::CompiledFrom;
pub use error::{BadFile, Error};
pub use files::{File, read as read_files};
pub use github::github_ecosystem;
pub(crate) use github::{UNKNOWN_PACKAGE, package_of};
pub use merge::merge;
pub(crate) use parcel::{Parcel, Parcels};
pub use project::{About, Former, Project};
pub(crate) use project::{commit_of, go_major};
pub use raw::{raw, raw_stream};
pub use read::{Loaded, read};
pub use record::read_record;
pub use siblings::Siblings;

pub use crate::model::PackageName;
use crate::model::order::EventKind;
use crate::model::{AdvisoryId, Credit, Disclosure, Finding, IdScheme, Remote, Severity, Timestamp, osv};

/// One vulnerability: all records that are aliases of each other.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Advisory {
    /// The id that people look for first.
    pub id: AdvisoryId,
    /// All its other ids, ordered.
    pub aliases: Vec<AdvisoryId>,
    /// The records, the most trusted first.
    pub records: Vec<SourceRecord>,
    /// Who may know of it.
    pub disclosure: Disclosure,
    /// Its title, of the most trusted record that has one.
    pub summary: Option<Fact<String>>,
    /// How severe it is, by the most trusted record that says.
    pub severity: Severity,
    /// When it was published.
    pub published: Option<Fact<Timestamp>>,
    /// What is affected, as every record says it.
    pub affected: Vec<Fact<Affected>>,
    /// Links, each address once.
    pub references: Vec<Fact<Reference>>,
    /// Those who are credited, each once for each type of credit.
    pub credits: Vec<Fact<Credit>>,
    /// What is odd in the records, and where they disagree.
    pub findings: Vec<Finding>,
}

impl Advisory {
    /// An advisory of which only the id is known.
    #[must_use]
    pub const fn unrecorded(id: AdvisoryId) -> Self {
        Self {
            id,
            aliases: Vec::new(),
            records: Vec::new(),
            disclosure: Disclosure::Unknown,
            summary: None,
            severity: Severity {
                level: crate::model::SeverityLevel::Unknown,
                vectors: Vec::new(),
                scores: Vec::new(),
                by: None,
                disputed: false,
            },
            published: None,
            affected: Vec::new(),
            references: Vec::new(),
            credits: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// The page that speaks for it: the repository's own, where a record links to it.
    #[must_use]
    pub fn page(&self) -> Option<String> {
        let own = |url: &&str| {
            let page = url.split_once("/security/advisories/").map(|(_, id)| id);
            url.starts_with("https://") && page.is_some_and(|page| self.ids().any(|id| id.as_str() == page))
        };
        let links = self.references.iter().map(|reference| reference.value.url.as_str());
        links.into_iter().find(own).map(str::to_owned)
    }

    /// When the first of its records was published: databases take over what others
    /// published years before.
    #[must_use]
    pub fn first_published(&self) -> Option<Timestamp> {
        let standing = self.records.iter().filter(|source| source.disclosure == Disclosure::Published);
        let published = standing.filter_map(|source| source.record.published.text()).map(Timestamp::new);
        published.filter(|time| time.unix().is_some()).min_by(Timestamp::compare)
    }

    /// When it was withdrawn, if it is: as the most trusted record says.
    #[must_use]
    pub fn withdrawn(&self) -> Option<Timestamp> {
        let withdrawn = self.records.iter().filter(|_| self.disclosure == Disclosure::Withdrawn);
        let times = withdrawn.filter_map(|source| source.record.withdrawn.text()).map(Timestamp::new);
        times.into_iter().find(|time| time.unix().is_some())
    }

    /// The versions that its records name, as written, without a `v` before them.
    pub fn versions(&self) -> impl Iterator<Item = &str> {
        let facts = self.affected.iter().flat_map(|fact| {
            let events = fact.value.ranges.iter().filter(|range| range.repo.is_none()).flat_map(|range| &range.events);
            fact.value.patched.iter().map(String::as_str).chain(events.map(Event::text))
        });
        let listed = self.records.iter().flat_map(|source| source.record.affected.items());
        let listed = listed.flat_map(|affected| affected.versions.items()).map(String::as_str);
        facts.chain(listed).map(|text| text.trim_start_matches(['v', 'V']))
    }

    /// The id and all aliases.
    pub fn ids(&self) -> impl Iterator<Item = &AdvisoryId> {
        std::iter::once(&self.id).chain(&self.aliases)
    }

    /// The id that people search for: a CVE where there is one.
    #[must_use]
    pub fn name(&self) -> &AdvisoryId {
        self.ids().find(|id| id.scheme() == IdScheme::Cve).unwrap_or(&self.id)
    }

    /// The record that a fact came from.
    #[must_use]
    pub fn source_of<T>(&self, fact: &Fact<T>) -> Option<&SourceRecord> {
        self.records.get(fact.source)
    }
}

/// A statement and the record that makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<T> {
    /// What is stated.
    pub value: T,
    /// Which of [`Advisory::records`] states it.
    pub source: usize,
}

/// A record as it was read.
#[derive(Clone, Debug)]
pub struct SourceRecord {
    /// Its own id.
    pub id: AdvisoryId,
    /// What kind of database it is from.
    pub database: Database,
    /// Where it was read: `advisories/GO-2026-4517.json`.
    pub origin: String,
    /// The record; GitHub's are told in OSV's words.
    pub record: Arc<osv::Record>,
    /// Its own disclosure state.
    pub disclosure: Disclosure,
    /// The repository whose advisory it is, for a repository advisory.
    pub repository: Option<Remote>,
    /// Who declined to be credited, as [`Credit::person`](crate::model::Credit::person) tells people apart.
    pub declined: Vec<String>,
}

impl SourceRecord {
    /// Its id and its aliases; those that can be none are left out.
    pub fn ids(&self) -> impl Iterator<Item = AdvisoryId> {
        let aliases = self.record.aliases.items().iter().filter_map(|alias| alias.parse().ok());
        std::iter::once(self.id.clone()).chain(aliases)
    }
}

/// The records in the order in which they are asked: those that were withdrawn last.
fn standing_first(records: &[SourceRecord]) -> impl Iterator<Item = &SourceRecord> {
    let of = |gone: bool| records.iter().filter(move |source| (source.disclosure == Disclosure::Withdrawn) == gone);
    of(false).chain(of(true))
}

/// Kinds of databases, the most trusted first: the project's own word counts
/// more than GitHub's review, and that more than third parties'.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Database {
    /// A repository's own GitHub advisory.
    RepositoryAdvisory,
    /// GitHub's global advisory database.
    GitHub,
    /// The CVE list.
    Cve,
    /// Any other.
    Other,
}

/// A package, or a repository, and which of its versions are affected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Affected {
    /// The package; none for a repository's GIT ranges.
    pub package: Option<PackageName>,
    /// Ranges of affected versions or commits.
    pub ranges: Vec<Range>,
    /// Versions that the record says are patched.
    pub patched: Vec<String>,
}

/// A range of affected versions or commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The repository of a GIT range, as written.
    pub repo: Option<String>,
    /// What happens along it, in the record's order.
    pub events: Vec<Event>,
}

/// An event of a range, with OSV's meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The first affected version or commit; `0` is before the first.
    Introduced(String),
    /// The first that is not affected any more.
    Fixed(String),
    /// The last that is affected.
    LastAffected(String),
    /// An upper bound that says nothing of a fix.
    Limit(String),
}

impl Event {
    /// An event of a kind, with its version or commit.
    #[must_use]
    pub const fn new(kind: EventKind, text: String) -> Self {
        match kind {
            EventKind::Introduced => Self::Introduced(text),
            EventKind::Fixed => Self::Fixed(text),
            EventKind::LastAffected => Self::LastAffected(text),
            EventKind::Limit => Self::Limit(text),
        }
    }

    /// What it says.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Introduced(_) => EventKind::Introduced,
            Self::Fixed(_) => EventKind::Fixed,
            Self::LastAffected(_) => EventKind::LastAffected,
            Self::Limit(_) => EventKind::Limit,
        }
    }

    /// The version or commit, as written.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Introduced(text) | Self::Fixed(text) | Self::LastAffected(text) | Self::Limit(text) => text,
        }
    }
}

/// A link of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference {
    /// OSV's reference type: `FIX`, `ADVISORY`, `WEB` …
    pub kind: String,
    /// The address, as written.
    pub url: String,
}
