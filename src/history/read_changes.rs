//! Reads what commits changed from a repository, in parallel, each once.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::change::{Change, Changes};
use super::change_cache;
use super::changed_lines::{Lines, line_hash};
use super::notes;
use super::objects::{FOLDER, Lent, Objects, SUBMODULE, SharedObjects, type_of};
use super::oid::oid;
use super::tree_diff::differences;
use super::{Error, Repository};
use crate::limits::{self, Limits};
use crate::model::CommitId;

/// A change of more files than this moves code or vendors it; its contents
/// take seconds to compare and say nothing about a fix.
const MAX_FILES: usize = 500;

/// The most lines that a link may point at.
const MAX_QUOTED: usize = 200;

/// Reads changes from a repository and remembers them.
pub struct RepositoryChanges {
    objects: SharedObjects,
    limits: Limits,
    cache: Option<PathBuf>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    changes: FxHashMap<CommitId, Option<Arc<Change>>>,
    /// Whether the file was looked at, and how many changes it holds.
    loaded: Option<usize>,
    /// How many changes were read from the repository.
    computed: usize,
    /// How many of these are in the file.
    written: usize,
}

impl std::fmt::Debug for RepositoryChanges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RepositoryChanges").field("cache", &self.cache).finish_non_exhaustive()
    }
}

impl RepositoryChanges {
    /// Reads from this repository; `cache` is the file in which changes are
    /// kept from one run to the next.
    #[must_use]
    pub fn new(repository: &Repository, cache: Option<PathBuf>) -> Self {
        let (objects, limits) = (repository.objects.shared(), repository.limits);
        Self { objects, limits, cache, known: Mutex::new(Known::default()) }
    }

    /// How many changes were read from the repository's objects so far.
    #[must_use]
    pub fn computed(&self) -> usize {
        self.lock().computed
    }

    /// Writes what was read and is not in the file yet. A cache that cannot be
    /// written is no harm; the error says why.
    ///
    /// # Errors
    /// The file or its folder cannot be written.
    pub fn keep(&self) -> Result<(), Error> {
        let mut known = self.lock();
        let Some(path) = self.cache.as_deref().filter(|_| known.computed > known.written) else { return Ok(()) };
        let entries = known.changes.iter().filter_map(|(id, change)| Some((*id, change.clone()?)));
        change_cache::write(path, entries.collect())
            .map_err(|source| Error::Cache { path: path.to_owned(), source })?;
        known.written = known.computed;
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn load_cache(&self) {
        let mut known = self.lock();
        if known.loaded.is_none() {
            let kept = self.cache.as_deref().map(change_cache::read).unwrap_or_default();
            known.loaded = Some(kept.len());
            known.changes.extend(kept.into_iter().map(|(id, change)| (id, Some(change))));
        }
    }
}

/// What a commit changed never changes, and takes about 2 ms to find out: it is kept.
impl Changes for RepositoryChanges {
    fn changes(&self, commits: &[CommitId]) -> Vec<Option<Arc<Change>>> {
        self.load_cache();
        let missing: BTreeSet<CommitId> = {
            let known = self.lock();
            commits.iter().copied().filter(|commit| !known.changes.contains_key(commit)).collect()
        };
        if !missing.is_empty() {
            let missing: Vec<CommitId> = missing.into_iter().collect();
            let read = |lent: &mut Lent<'_>, commit: &CommitId| {
                read_change(lent.objects()?, self.limits, *commit).map(Arc::new)
            };
            let read: Vec<Option<Arc<Change>>> = missing.par_iter().map_init(|| self.objects.open(), read).collect();
            let mut known = self.lock();
            known.computed += read.iter().flatten().count();
            known.changes.extend(missing.into_iter().zip(read));
        }
        let known = self.lock();
        commits.iter().map(|commit| known.changes.get(commit).cloned().flatten()).collect()
    }

    fn messages(&self, commits: &[CommitId]) -> Vec<Option<Arc<str>>> {
        let message = |lent: &mut Lent<'_>, commit: &CommitId| {
            let text = lent
                .objects()?
                .with_commit(oid(*commit), |bytes| Ok(Arc::from(&*String::from_utf8_lossy(message_of(bytes)))));
            text.ok()
        };
        commits.par_iter().map_init(|| self.objects.open(), message).collect()
    }

    fn contents_at(&self, commits: &[CommitId], paths: &[String]) -> Vec<Vec<Option<[u8; 20]>>> {
        let contents = |lent: &mut Lent<'_>, commit: &CommitId| {
            let tree = lent.objects().and_then(|objects| Some((objects, objects.commit(oid(*commit)).ok()?.tree)));
            let at = |path: &String| {
                let (objects, tree) = tree?;
                let (id, mode) = objects.at_path(tree, path).ok()??;
                let is_file = !matches!(type_of(mode), FOLDER | SUBMODULE);
                is_file.then(|| id.as_bytes().try_into().ok()).flatten()
            };
            paths.iter().map(at).collect()
        };
        commits.par_iter().map_init(|| self.objects.open(), contents).collect()
    }

    fn notes(&self, spans: &[(Option<CommitId>, CommitId)]) -> Vec<Vec<String>> {
        let gained = |lent: &mut Lent<'_>, (base, tip): &(Option<CommitId>, CommitId)| {
            lent.objects().map(|objects| notes::gained(objects, self.limits, *base, *tip)).unwrap_or_default()
        };
        spans.par_iter().map_init(|| self.objects.open(), gained).collect()
    }

    fn lines_at(&self, commit: CommitId, path: &str, lines: RangeInclusive<usize>) -> Vec<u64> {
        let lent = self.objects.open();
        let read = |objects: &Objects| {
            let tree = objects.commit(oid(commit)).ok()?.tree;
            let (id, _) = objects.at_path(tree, path).ok()??;
            let blob = objects.blob(id, limits::COMPARED_FILE).ok()?;
            let count = lines.end().saturating_sub(*lines.start()).min(MAX_QUOTED) + 1;
            let text = blob.content().split(|byte| *byte == b'\n').skip(lines.start().saturating_sub(1)).take(count);
            Some(text.filter_map(line_hash).collect())
        };
        lent.objects().and_then(read).unwrap_or_default()
    }
}

/// The message of a commit, from the first line that says something.
fn message_of(bytes: &[u8]) -> &[u8] {
    let at = bytes.windows(2).position(|pair| pair == b"\n\n").map_or(bytes.len(), |at| at + 2);
    let message = bytes.get(at..).unwrap_or_default();
    let begin = message.iter().position(|byte| *byte != b'\n').unwrap_or(message.len());
    message.get(begin..).unwrap_or_default()
}

/// What a commit changed; none where its trees are not here, or have no end.
fn read_change(objects: &Objects, limits: Limits, id: CommitId) -> Option<Change> {
    let commit = objects.commit(oid(id)).ok()?;
    let old = match commit.parents.first() {
        Some(parent) => Some(objects.commit(oid(*parent)).ok()?.tree),
        None => None,
    };
    let Some(found) = differences(objects, limits, id, old, commit.tree).ok()? else {
        return Some(Change::default());
    };
    let paths: BTreeSet<String> = found.iter().map(|difference| difference.path.clone()).collect();
    let few = paths.len() <= MAX_FILES;
    let mut change = Change { paths: paths.into_iter().collect(), ..Change::default() };
    if few && let Some(lines) = Lines::read(objects, &found) {
        lines.finish(&mut change);
    }
    Some(change)
}
