//! What of a record is about the project's repository.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::advisory::{PackageName, Project};
use crate::check::view::{Affected, Event, Kind, Range, View, items, text};
use crate::history::Node;

/// A record that is about the project.
pub(super) struct Own<'r, 'v> {
    /// Its place among the records.
    pub(super) at: usize,
    pub(super) view: &'r View<'v>,
    /// Its ranges of the repository's commits.
    pub(super) ranges: Vec<GitRange<'r, 'v>>,
}

/// A range of the repository's commits.
pub(super) struct GitRange<'r, 'v> {
    /// The entry that it belongs to.
    pub(super) entry: &'r Affected<'v>,
    pub(super) range: &'r Range<'v>,
    pub(super) events: Vec<GitEvent<'r, 'v>>,
    /// Whether every event names a commit that is here: else nothing can be
    /// said of what the range affects, and a guess would be wider or narrower.
    pub(super) whole: bool,
}

/// An event of such a range.
pub(super) struct GitEvent<'r, 'v> {
    pub(super) event: &'r Event<'v>,
    /// The commit; none for `0`, and for a limit of `*`.
    pub(super) node: Option<Node>,
}

impl GitRange<'_, '_> {
    /// The commits of events of a kind.
    pub(super) fn nodes(&self, kind: Kind) -> impl Iterator<Item = Node> + '_ {
        self.of(kind).filter_map(|event| event.node)
    }

    pub(super) fn of(&self, kind: Kind) -> impl Iterator<Item = &GitEvent<'_, '_>> {
        self.events.iter().filter(move |event| event.event.kind == kind)
    }

    /// Whether the vulnerability was there from the beginning.
    pub(super) fn begins_at_zero(&self) -> bool {
        self.of(Kind::Introduced).any(|event| event.node.is_none())
    }
}

pub(super) fn is_of(range: &Range<'_>, project: &Project) -> bool {
    range.is_git() && range.repo.is_some_and(|repo| project.lives_at(repo))
}

/// The package of an entry, if it is the project's.
pub(super) fn package(entry: &Affected<'_>, project: &Project) -> Option<PackageName> {
    PackageName::new(entry.ecosystem(), entry.name()).filter(|package| project.owns(package))
}

/// The commits of the repository to which references link, with their places.
pub(super) fn links<'v>(record: &View<'v>, project: &Project) -> Vec<(usize, &'v str)> {
    let commit = |url: &'v str| {
        let path = project.remotes.iter().find_map(|remote| remote.path_within(url))?;
        let hash = path.trim_start_matches("-/").strip_prefix("commit/")?;
        Some(hash.split(['/', '?', '#', '.']).next().unwrap_or(hash))
    };
    let references = record.items("references").enumerate();
    references.filter_map(|(at, reference)| Some((at, commit(text(reference, "url")?)?))).collect()
}

/// The commits that a record calls no fixes, though they are `fixed` events: where
/// the word of records ends a line, as records of ours say it.
pub(super) fn by_word<'v>(record: &View<'v>) -> BTreeSet<&'v str> {
    let ours = record.value.get("database_specific").and_then(|specific| specific.get("secnotes"));
    ours.into_iter().flat_map(|ours| items(ours, "fixed_by_record")).filter_map(Value::as_str).collect()
}

/// Whether a record is about the project. A link alone is not enough where the
/// record names packages: a consumer's record links to our fix as well.
pub(super) fn concerns(record: &View<'_>, project: &Project) -> bool {
    let entries = || record.affected.iter();
    entries().any(|entry| package(entry, project).is_some())
        || entries().flat_map(|entry| &entry.ranges).any(|range| is_of(range, project))
        || entries().all(|entry| entry.package.is_none()) && !links(record, project).is_empty()
}
