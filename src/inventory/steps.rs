//! Which commits changed what the manifests say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::contents::Inventory;
use super::dependency::Dependency;
use super::reader::Reader;
use super::void::voids;
use crate::history::{Files, Repository, Trees};
use crate::limits;
use crate::model::CommitId;

/// What one commit changed in one manifest or lock file.
#[derive(Clone, Debug)]
pub struct Step {
    /// The commit.
    pub commit: CommitId,
    /// The file.
    pub path: Arc<str>,
    /// What it said before; nothing where it is new.
    pub before: Arc<[Dependency]>,
    /// What it says after; nothing where it is gone.
    pub after: Arc<[Dependency]>,
    /// What it said at the other parents of a merge: what one of them had, the
    /// merge did not make.
    pub others: Vec<Arc<[Dependency]>>,
}

/// The steps of a range.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// The steps, in the order of the commits, then by path.
    pub steps: Vec<Step>,
    /// How many commits cannot be told, because their trees are not here.
    pub unread: usize,
}

/// A commit of a range, with its parents.
pub type Commit = (CommitId, Vec<CommitId>);

/// Finds the commits that changed these files. A merge counts only for what it
/// made itself: a file that none of its parents has like that.
#[must_use]
pub fn steps(repository: &Repository, reader: &mut Reader<'_>, commits: &[Commit], paths: &BTreeSet<String>) -> Steps {
    let trees = Trees::new(repository, |path| paths.contains(path));
    let mut found = Steps::default();
    for (commit, parents) in commits {
        let listed = listed(&trees, *commit, parents);
        let Some((own, of_parents)) = listed else {
            found.unread += 1;
            continue;
        };
        let changed: BTreeSet<&str> = changed(&own, &of_parents);
        if changed.is_empty() {
            continue;
        }
        let asked: Vec<CommitId> = std::iter::once(*commit).chain(parents.iter().copied()).collect();
        match reader.read(&asked) {
            Ok(inventories) => found.steps.extend(between(*commit, &inventories, &changed)),
            Err(_) => found.unread += 1,
        }
    }
    found
}

/// The files of a commit and of its parents; none where one of the trees is not
/// here, or a merge has more parents than are compared.
fn listed(trees: &Trees<'_>, commit: CommitId, parents: &[CommitId]) -> Option<(Arc<Files>, Vec<Arc<Files>>)> {
    if parents.len() > limits::MERGE_PARENTS {
        return None;
    }
    let own = trees.whole(commit)?;
    let of_parents = parents.iter().map(|parent| trees.whole(*parent)).collect::<Option<Vec<_>>>()?;
    Some((own, of_parents))
}

/// The files that are unlike those of every parent.
fn changed<'f>(own: &'f Files, of_parents: &'f [Arc<Files>]) -> BTreeSet<&'f str> {
    fn map(files: &Files) -> BTreeMap<&str, crate::history::BlobId> {
        files.files.iter().map(|file| (&*file.path, file.blob)).collect()
    }
    let mine = map(own);
    let others: Vec<_> = of_parents.iter().map(|files| map(files)).collect();
    let mut paths: BTreeSet<&str> = mine.keys().copied().collect();
    paths.extend(others.iter().flat_map(|files| files.keys().copied()));
    paths.retain(|path| others.iter().all(|files| files.get(path) != mine.get(path)));
    // The tree has the commits of submodules, and the file only their addresses.
    if of_parents.iter().all(|files| files.submodules != own.submodules) {
        paths.insert(".gitmodules");
    }
    paths
}

/// What changed between a commit and its first parent, for files of these
/// paths and for versions under keys of them.
fn between(commit: CommitId, inventories: &[Inventory], changed: &BTreeSet<&str>) -> Vec<Step> {
    let of = |inventory: Option<&Inventory>| -> BTreeMap<Arc<str>, Arc<[Dependency]>> {
        let files = inventory.into_iter().flat_map(|inventory| &inventory.manifests);
        files.map(|file| (Arc::clone(&file.path), Arc::clone(&file.dependencies))).collect()
    };
    let (after, before) = (of(inventories.first()), of(inventories.get(1)));
    let others: Vec<_> = inventories.iter().skip(2).map(|inventory| of(Some(inventory))).collect();
    let manifests = || inventories.iter().take(2).flat_map(|inventory| &inventory.manifests);
    let own: BTreeSet<&str> =
        manifests().filter(|file| changed.contains(file.file())).map(|file| &*file.path).collect();
    let mut paths: BTreeSet<&Arc<str>> = after.keys().collect();
    paths.extend(before.keys());
    let step = |path: &Arc<str>| {
        let (before, after) =
            (before.get(path).cloned().unwrap_or_default(), after.get(path).cloned().unwrap_or_default());
        let others = others.iter().map(|other| other.get(path).cloned().unwrap_or_default()).collect();
        (before != after).then(|| Step { commit, path: Arc::clone(path), before, after, others })
    };
    // A workspace's file changes what its modules say, a workflow may be led to others
    // for what it sets up, manifests say less beside lock files, and some files make
    // others void.
    let over_others = [
        "go.work",
        "go.mod",
        "pom.xml",
        ".txt",
        ".props",
        ".targets",
        "-version",
        "-versions",
        ".lock.json",
        ".lockfile",
    ];
    let is_over_others = |path: &&str| over_others.iter().any(|end| path.ends_with(end)) || voids(path);
    let governs = changed.iter().any(is_over_others);
    paths.into_iter().filter(|path| governs || own.contains(&***path)).filter_map(step).collect()
}
