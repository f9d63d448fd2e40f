//! What the project is: where it lives and what it publishes, by the settings and
//! by what the repository shows.

use std::collections::{BTreeMap, BTreeSet};

use super::settings::Settings;
use super::tags::remotes;
use crate::advisory::{Former, PackageName, Project};
use crate::history::{Error, History, Node, Repository};
use crate::inventory;
use crate::model::{CommitId, Finding, FindingCode, Published, Remote};

/// What the manifests at `HEAD` call what they publish.
pub(super) fn published(repository: &Repository, remotes: &[Remote]) -> Vec<Published> {
    let head = repository.head().ok().flatten();
    let read = head.and_then(|head| repository.files(head, &inventory::enters, &inventory::is_manifest).ok());
    read.map(|(manifests, _)| inventory::published(&manifests, remotes)).unwrap_or_default()
}

/// How many major versions' manifests are read, the newest of them.
const MAJORS: usize = 6;

/// The newest release of each of the newest major versions, the newest first.
pub(super) fn released(history: &History) -> Vec<CommitId> {
    let newest = history.releases.newest().ok().map(|release| release.commit);
    let mut majors = BTreeMap::new();
    for release in history.releases.all() {
        majors.insert(release.line.first().copied().unwrap_or_default(), release.commit);
    }
    let mut commits: Vec<Node> = newest.into_iter().collect();
    commits.extend(majors.into_values().rev().take(MAJORS).filter(|commit| Some(*commit) != newest));
    commits.into_iter().map(|commit| history.graph.id(commit)).collect()
}

/// The project as it is set, else as its remotes and the manifests at `HEAD`
/// and these releases, the newest first, show it, and what of these could not be
/// read: a partial clone lacks files. Fails where there are too many files to look at.
///
/// What a branch has dropped, renamed or moved to a repository of its own was
/// released from here: `github.com/docker/distribution` until its version 3.
pub(super) fn project(
    settings: &Settings,
    repository: &Repository,
    released: &[CommitId],
) -> Result<(Project, Option<Finding>), Error> {
    let set = &settings.project;
    let remotes = remotes(settings, repository);
    let named = set.packages.iter().filter_map(|package| PackageName::new(&package.ecosystem, &package.name));
    let mut packages: BTreeSet<PackageName> = named.collect();
    let mut former = Former::default();
    let (mut published, mut unreadable) = (Vec::new(), None);
    let mut seen = BTreeSet::new();
    let commits = repository.head()?.into_iter().chain(released.iter().copied());
    for commit in commits.filter(|commit| seen.insert(*commit)) {
        let is_current = released.first().is_none_or(|newest| *newest == commit) || published.is_empty();
        let missing = match repository.files(commit, &inventory::enters, &inventory::is_manifest) {
            Ok((manifests, missing)) => {
                let found = inventory::published(&manifests, &remotes);
                packages.extend(found.iter().map(|published| published.package.clone()));
                former.extend(Former::of_modules(&found, &remotes));
                // Folders of older versions say nothing of today's.
                published.extend(found.into_iter().filter(|_| is_current));
                (missing > 0)
                    .then(|| format!("{missing} folders or manifests of commit {} are not here", commit.short()))
            }
            // A tree without end is nobody's partial clone.
            Err(error @ Error::Limit(_)) => return Err(error),
            Err(error) => Some(error.to_string()),
        };
        unreadable = unreadable.or(missing);
    }
    published.sort();
    published.dedup();
    let unreadable = unreadable.map(|what| {
        let message = format!(
            "{what}, as in a partial clone; advisories are matched to the project by its address and the packages \
             that could be read. List others under [project] packages."
        );
        Finding::new(FindingCode::Unreadable, "manifests", message)
    });
    let id_prefix = settings.id_prefix.clone();
    Ok((Project { remotes, packages, published, former, id_prefix, siblings: None }, unreadable))
}
