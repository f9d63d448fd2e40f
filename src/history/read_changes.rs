//! Reads what commits changed from a repository, in parallel, each once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use git2::{Delta, DiffOptions, ObjectType, Oid, Tree};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::change::{Change, Changes, PatchId, is_foreign};
use super::change_cache;
use super::repository::oid;
use super::words::{Word, each_stem, fingerprint};
use super::{Error, Repository};
use crate::model::CommitId;

/// A change of more files than this moves code or vendors it; its contents
/// take seconds to compare and say nothing about a fix.
const MAX_FILES: usize = 500;

/// The largest file whose lines are compared, in bytes.
const MAX_FILE: i64 = 1 << 20;

/// The most lines of one change that are kept, and the most words.
const MAX_LINES: usize = 20_000;
const MAX_WORDS: usize = 6_000;

/// Reads changes from a repository and remembers them.
pub struct RepositoryChanges {
    path: PathBuf,
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
}

impl std::fmt::Debug for RepositoryChanges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RepositoryChanges").field("path", &self.path).finish_non_exhaustive()
    }
}

impl RepositoryChanges {
    /// Reads from this repository; `cache` is the file in which changes are
    /// kept from one run to the next.
    #[must_use]
    pub fn new(repository: &Repository, cache: Option<PathBuf>) -> Self {
        Self { path: repository.git.path().to_path_buf(), cache, known: Mutex::new(Known::default()) }
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
        let known = self.lock();
        let Some(path) = self.cache.as_deref().filter(|_| known.computed > 0) else { return Ok(()) };
        let entries = known.changes.iter().filter_map(|(id, change)| Some((*id, change.clone()?)));
        change_cache::write(path, entries.collect()).map_err(|source| Error::Cache { path: path.to_owned(), source })
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

impl Changes for RepositoryChanges {
    fn changes(&self, commits: &[CommitId]) -> Vec<Option<Arc<Change>>> {
        self.load_cache();
        let missing: BTreeSet<CommitId> = {
            let known = self.lock();
            commits.iter().copied().filter(|commit| !known.changes.contains_key(commit)).collect()
        };
        if !missing.is_empty() {
            let missing: Vec<CommitId> = missing.into_iter().collect();
            let read: Vec<Option<Arc<Change>>> = missing
                .par_iter()
                .map_init(|| open(&self.path), |git, commit| read_change(git.as_ref()?, *commit).map(Arc::new))
                .collect();
            let mut known = self.lock();
            known.computed += read.iter().flatten().count();
            known.changes.extend(missing.into_iter().zip(read));
        }
        let known = self.lock();
        commits.iter().map(|commit| known.changes.get(commit).cloned().flatten()).collect()
    }

    fn messages(&self, commits: &[CommitId]) -> Vec<Option<Arc<str>>> {
        let message = |git: &mut Option<git2::Repository>, commit: &CommitId| {
            let commit = git.as_ref()?.find_commit(oid(*commit)).ok()?;
            Some(String::from_utf8_lossy(commit.message_bytes()).into())
        };
        commits.par_iter().map_init(|| open(&self.path), message).collect()
    }

    fn contents_at(&self, commits: &[CommitId], paths: &[String]) -> Vec<Vec<Option<[u8; 20]>>> {
        let contents = |git: &mut Option<git2::Repository>, commit: &CommitId| {
            let tree = git.as_ref().and_then(|git| git.find_commit(oid(*commit)).ok()?.tree().ok());
            let at = |path: &String| {
                let entry = tree.as_ref()?.get_path(Path::new(path)).ok()?;
                (entry.kind() == Some(ObjectType::Blob)).then(|| entry.id().as_bytes().try_into().ok()).flatten()
            };
            paths.iter().map(at).collect()
        };
        commits.par_iter().map_init(|| open(&self.path), contents).collect()
    }
}

/// A handle of this thread's own: git2's cannot be shared.
fn open(path: &Path) -> Option<git2::Repository> {
    git2::Repository::open(path).ok()
}

/// What a commit changed; none where its trees are not here.
fn read_change(git: &git2::Repository, commit: CommitId) -> Option<Change> {
    let commit = git.find_commit(oid(commit)).ok()?;
    let new = commit.tree().ok()?;
    let old: Option<Tree<'_>> = match commit.parent_id(0) {
        Ok(parent) => Some(git.find_commit(parent).ok()?.tree().ok()?),
        Err(_) => None,
    };
    let mut options = DiffOptions::new();
    options.context_lines(3).indent_heuristic(true).ignore_submodules(true).max_size(MAX_FILE);
    let diff = git.diff_tree_to_tree(old.as_ref(), Some(&new), Some(&mut options)).ok()?;
    let mut paths = BTreeSet::new();
    for delta in diff.deltas() {
        let files = [delta.old_file().path_bytes(), delta.new_file().path_bytes()];
        paths.extend(files.into_iter().flatten().map(|path| String::from_utf8_lossy(path).into_owned()));
    }
    let few = paths.len() <= MAX_FILES;
    let mut change = Change { paths: paths.into_iter().collect(), ..Change::default() };
    if few {
        let mut lines = Lines::default();
        if lines.read(&diff).is_ok() {
            lines.finish(&mut change);
        }
    }
    Some(change)
}

/// The lines of a change while they are gathered.
#[derive(Default)]
struct Lines {
    contexts: BTreeSet<String>,
    added: Vec<u64>,
    removed: Vec<u64>,
    words: BTreeSet<Word>,
    /// For each file its name and its lines in order, added and removed apart:
    /// what the identity is made of.
    files: Vec<(Vec<u8>, [Vec<u8>; 2])>,
}

impl Lines {
    fn read(&mut self, diff: &git2::Diff<'_>) -> Result<(), git2::Error> {
        let lines = std::cell::RefCell::new(self);
        let ours = |delta: &git2::DiffDelta<'_>| {
            let path = delta.new_file().path_bytes().or_else(|| delta.old_file().path_bytes());
            let path = String::from_utf8_lossy(path.unwrap_or_default());
            delta.status() != Delta::Unmodified && !is_foreign(&path)
        };
        diff.foreach(
            &mut |delta, _| {
                let path = delta.new_file().path_bytes().or_else(|| delta.old_file().path_bytes());
                lines.borrow_mut().files.push((path.unwrap_or_default().to_vec(), [Vec::new(), Vec::new()]));
                true
            },
            None,
            Some(&mut |delta, hunk| {
                if ours(&delta) {
                    lines.borrow_mut().context(hunk.header());
                }
                true
            }),
            Some(&mut |delta, _, line| {
                if ours(&delta) {
                    lines.borrow_mut().line(line.origin(), line.content());
                }
                true
            }),
        )
    }

    /// The function that git names after the second `@@`.
    fn context(&mut self, header: &[u8]) {
        let header = String::from_utf8_lossy(header);
        if let Some(context) = header.splitn(3, "@@").nth(2).map(str::trim).filter(|context| !context.is_empty())
            && self.contexts.len() < 200
        {
            self.contexts.insert(context.chars().take(120).collect());
        }
    }

    fn line(&mut self, origin: char, content: &[u8]) {
        let added = match origin {
            '+' => true,
            '-' => false,
            _ => return,
        };
        let bare: Vec<u8> = content.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let Some((_, of_file)) = self.files.last_mut() else { return };
        let [plus, minus] = of_file;
        let into = if added { plus } else { minus };
        into.extend_from_slice(&bare);
        into.push(b'\n');
        // A lone brace is on every page.
        if bare.len() < 3 || self.added.len() + self.removed.len() >= MAX_LINES {
            return;
        }
        let lines = if added { &mut self.added } else { &mut self.removed };
        lines.push(fingerprint(&bare));
        if self.words.len() < MAX_WORDS {
            each_stem(&String::from_utf8_lossy(content), &mut |stem, _| {
                self.words.insert(Word::of(stem));
            });
        }
    }

    fn finish(mut self, change: &mut Change) {
        self.files.retain(|(_, [added, removed])| !added.is_empty() || !removed.is_empty());
        self.files.sort();
        self.added.sort_unstable();
        self.removed.sort_unstable();
        change.read = true;
        change.patch_id = patch_id(&self.files, false);
        change.inverse_patch_id = patch_id(&self.files, true);
        change.contexts = self.contexts.into_iter().collect();
        change.added = self.added;
        change.removed = self.removed;
        change.words = self.words.into_iter().collect();
    }
}

fn patch_id(files: &[(Vec<u8>, [Vec<u8>; 2])], inverse: bool) -> Option<PatchId> {
    if files.is_empty() {
        return None;
    }
    let mut text = Vec::new();
    for (path, [added, removed]) in files {
        let (plus, minus) = if inverse { (removed, added) } else { (added, removed) };
        for part in [path, plus, minus] {
            text.extend_from_slice(&(part.len() as u64).to_le_bytes());
            text.extend_from_slice(part);
        }
    }
    // SHA-1 as git computes it: nobody makes two changes collide by chance.
    let id = Oid::hash_object(ObjectType::Blob, &text).ok()?;
    id.as_bytes().try_into().ok().map(PatchId)
}
