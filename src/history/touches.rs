//! Which packages commits change, from the trees down to the packages' folders.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use git2::Oid;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Repository;
use super::objects::{FOLDER, Fault, Lent, Objects, SharedObjects, type_of};
use super::oid::oid;
use super::paths::{Claims, Folder, PackagePaths};
use crate::model::CommitId;

/// Whose a commit is, as one package of a repository sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Touch {
    /// It changes something of the package, or its trees cannot be read.
    Own,
    /// It changes nothing that any package claims.
    Nobodys,
    /// It changes other packages alone.
    Others,
}

/// Tells whose commits are. A repository is one; tests bring another.
pub trait Touches: Send + Sync {
    /// Whose each of these commits is, in their order.
    fn touch(&self, commits: &[CommitId]) -> Vec<Touch>;
}

/// Reads from a repository which of its packages each commit changes against
/// its first parent, once for all packages. What a merge brought is its change.
pub(crate) struct RepositoryTouches {
    objects: SharedObjects,
    paths: PackagePaths,
    known: Mutex<FxHashMap<CommitId, Packages>>,
    unreadable: AtomicUsize,
}

/// The packages that a commit changes; none where that cannot be read.
type Packages = Option<Arc<[usize]>>;

impl std::fmt::Debug for RepositoryTouches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RepositoryTouches").field("paths", &self.paths).finish_non_exhaustive()
    }
}

impl RepositoryTouches {
    /// Reads from this repository, of which packages have these paths.
    #[must_use]
    pub(crate) fn new(repository: &Repository, paths: PackagePaths) -> Self {
        let objects = repository.objects.shared();
        Self { objects, paths, known: Mutex::default(), unreadable: AtomicUsize::new(0) }
    }

    /// The paths of the packages.
    #[must_use]
    pub(crate) const fn paths(&self) -> &PackagePaths {
        &self.paths
    }

    /// The packages that each of these commits changes, in their order; none
    /// where its trees are not here.
    #[must_use]
    pub(crate) fn packages(&self, commits: &[CommitId]) -> Vec<Packages> {
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let missing: BTreeSet<CommitId> = {
            let known = lock();
            commits.iter().copied().filter(|commit| !known.contains_key(commit)).collect()
        };
        if !missing.is_empty() {
            let missing: Vec<CommitId> = missing.into_iter().collect();
            let read = |lent: &mut Lent<'_>, commit: &CommitId| {
                let found = touched(lent.objects()?, self.paths.root(), *commit).ok()?;
                Some(found.into_iter().collect::<Arc<[usize]>>())
            };
            let read: Vec<Packages> = missing.par_iter().map_init(|| self.objects.open(), read).collect();
            self.unreadable.fetch_add(read.iter().filter(|read| read.is_none()).count(), Ordering::Relaxed);
            lock().extend(missing.into_iter().zip(read));
        }
        let known = lock();
        commits.iter().map(|commit| known.get(commit).cloned().flatten()).collect()
    }

    /// Of how many commits it could not be read, so far.
    #[must_use]
    pub(crate) fn unreadable(&self) -> usize {
        self.unreadable.load(Ordering::Relaxed)
    }
}

/// The same as one of the packages sees it.
#[derive(Clone, Debug)]
pub(crate) struct TouchesOf {
    /// Where it is read.
    pub touches: Arc<RepositoryTouches>,
    /// The package's number.
    pub package: usize,
}

impl Touches for TouchesOf {
    fn touch(&self, commits: &[CommitId]) -> Vec<Touch> {
        let whose = |packages: Packages| match packages.as_deref() {
            Some([]) => Touch::Nobodys,
            Some(packages) if !packages.contains(&self.package) => Touch::Others,
            // Of a partial clone nobody can tell: then everything belongs.
            Some(_) | None => Touch::Own,
        };
        self.touches.packages(commits).into_iter().map(whose).collect()
    }
}

/// The packages that a commit changes against its first parent.
fn touched(objects: &Objects, root: &Folder, commit: CommitId) -> Result<BTreeSet<usize>, Fault> {
    let read = objects.commit(oid(commit))?;
    let old = match read.parents.first() {
        Some(parent) => Some(objects.commit(oid(*parent))?.tree),
        None => None,
    };
    let mut found = BTreeSet::new();
    let claims = Claims::default().within(root);
    if old != Some(read.tree) {
        descend(objects, root, &claims, (old, Some(read.tree)), &mut found)?;
    }
    Ok(found)
}

/// An entry of a folder.
type Entry = (Vec<u8>, Oid, u32);

/// Looks into two different trees of a folder, only as deep as packages lie.
fn descend(
    objects: &Objects,
    folder: &Folder,
    claims: &Claims,
    (old, new): (Option<Oid>, Option<Oid>),
    found: &mut BTreeSet<usize>,
) -> Result<(), Fault> {
    if folder.below.is_empty() {
        found.extend(claims.packages());
        return Ok(());
    }
    let list = |tree: Option<Oid>| -> Result<Vec<Entry>, Fault> {
        let Some(tree) = tree else { return Ok(Vec::new()) };
        let mut listed: Vec<Entry> = objects.with_tree(tree, |entries| {
            entries.map(|entry| entry.map(|entry| (entry.name.to_vec(), entry.id, entry.mode))).collect()
        })?;
        // Git orders a folder as if its name ended with a slash.
        listed.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(listed)
    };
    let (old, new) = (list(old)?, list(new)?);
    let beside = |of: &[Entry], entry: &Entry| -> Option<Entry> {
        let at = of.binary_search_by(|other| other.0.cmp(&entry.0)).ok()?;
        of.get(at).cloned()
    };
    let changed = old.iter().map(|entry| (Some(entry.clone()), beside(&new, entry)));
    let added = new.iter().filter(|entry| beside(&old, entry).is_none()).map(|entry| (None, Some(entry.clone())));
    for (old, new) in changed.chain(added).filter(|(old, new)| old != new) {
        let Some((name, ..)) = old.as_ref().or(new.as_ref()) else { continue };
        let below = std::str::from_utf8(name).ok().and_then(|name| folder.below.get(name));
        let Some(below) = below else {
            found.extend(claims.packages());
            continue;
        };
        let tree =
            |entry: &Option<Entry>| entry.as_ref().filter(|(.., mode)| type_of(*mode) == FOLDER).map(|(_, id, _)| *id);
        let (within, trees) = (claims.within(below), (tree(&old), tree(&new)));
        if trees.0.is_none() && trees.1.is_none() {
            // A file, or a submodule, is claimed whole.
            found.extend(within.packages());
        } else {
            descend(objects, below, &within, trees, found)?;
        }
    }
    Ok(())
}
