//! What a release depends on, and what the one before depended on.

use std::collections::BTreeSet;

use super::opened::Opened;
use super::settings::Settings;
use crate::history::{Error, Release, ReleaseRange};
use crate::inventory::{Dependency, Inventory, Pin, Place, Reader, Steps, is_of_runtime, steps};
use crate::ledger::{Dependencies, Query};
use crate::model::{CommitId, Finding, FindingCode, PackageName};

/// Two inventories, and the commits between them.
pub(super) struct Inventories {
    from: Option<Inventory>,
    /// That of the highest version that was published before, for the first of a line.
    published: Option<(Release, Inventory)>,
    to: Inventory,
    steps: Steps,
}

impl Inventories {
    /// Reads what a report about these commits needs, of the files of what is asked
    /// about and of what was given beside; a finding says what could not be read.
    pub(super) fn read(opened: &Opened, query: &Query<'_>) -> Result<Self, Finding> {
        let (repository, history) = (&opened.repository, opened.history());
        let base = query.base();
        let mut reader = Reader::new(repository, &opened.settings.dependencies.rules);
        let unreadable = |error: Error| {
            let mend = if matches!(error, Error::Limit(_)) { "" } else { " Use a full clone." };
            let message = format!(
                "{error}; what the release depends on cannot be told, and nothing bears out what commits say of \
                 it.{mend}"
            );
            Finding::new(FindingCode::Unreadable, "dependencies", message)
        };
        // Without a release that is counted from nothing is news or not.
        let published = query.highest_before(history).filter(|_| base.is_some());
        let commits = std::iter::once(query.tip).chain(base).chain(published.map(|release| release.commit));
        let commits: Vec<CommitId> = commits.map(|node| history.graph.id(node)).collect();
        let mut read = reader.read(&commits).map_err(unreadable)?.into_iter().map(|mut inventory| {
            inventory.keep(&|path| opened.has(path));
            inventory
        });
        let Some(mut to) = read.next() else {
            // One commit was asked for at least.
            return Err(Finding::new(FindingCode::Unreadable, "dependencies", "no commit was read"));
        };
        let mut from = base.and_then(|_| read.next());
        let published = published.cloned().zip(read.next());
        opened.request.sboms.complete(from.as_mut(), &mut to);
        let steps = from.as_ref().map(|from| {
            let range = ReleaseRange::new(&history.graph, query.tip, base);
            let parents = |node| history.graph.parents(node).iter().map(|parent| history.graph.id(*parent)).collect();
            let own = history.own(range.commits.iter());
            let commits: Vec<_> = own.into_iter().map(|node| (history.graph.id(node), parents(node))).collect();
            steps(repository, &mut reader, &commits, &files(from, &to))
        });
        Ok(Self { from, published, to, steps: steps.unwrap_or_default() })
    }

    /// Every package that advisories may speak of.
    pub(super) fn packages(&self) -> BTreeSet<PackageName> {
        self.from
            .iter()
            .chain(self.published.iter().map(|(_, inventory)| inventory))
            .chain([&self.to])
            .flat_map(packages)
            .collect()
    }

    /// What a report takes.
    pub(super) fn dependencies<'i>(&'i self, settings: &'i Settings) -> Dependencies<'i> {
        Dependencies {
            from: self.from.as_ref(),
            published: self.published.as_ref().map(|(release, inventory)| (release, inventory)),
            to: &self.to,
            steps: &self.steps,
            statements: &settings.dependencies.statements,
            policy: settings.dependencies.policy,
        }
    }
}

/// The packages of an inventory in exact versions, but for other people's; and what
/// builds it, of which something is said where its release is not.
pub(super) fn packages(inventory: &Inventory) -> BTreeSet<PackageName> {
    let own = inventory.manifests.iter().filter(|file| file.place != Place::Vendored);
    let counts = |dependency: &&Dependency| dependency.pin == Pin::Exact || is_of_runtime(&dependency.package);
    let exact = own.flat_map(|file| file.dependencies.iter()).filter(counts);
    exact.map(|dependency| PackageName::clone(&dependency.package)).collect()
}

/// The paths of the files that the steps between two inventories can be in.
fn files(from: &Inventory, to: &Inventory) -> BTreeSet<String> {
    let files = from.manifests.iter().chain(&to.manifests).filter(|file| file.place != Place::Vendored);
    // What makes others void brings what it says itself, or nothing.
    let voiding = from.void.iter().chain(&to.void).map(|(_, by)| by.clone());
    files.map(|manifest| manifest.file().to_owned()).chain(voiding).collect()
}
