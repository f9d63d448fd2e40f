//! The files of trees, each folder read once however many commits have it.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use git2::{ObjectType, Oid};
use rustc_hash::FxHashMap;

use super::repository::oid;
use super::{Error, Repository};
use crate::model::CommitId;

/// Folders nested more deeply are not looked into: a hostile tree has no end.
const DEEPEST: usize = 200;

/// More folders than this in one commit are no project's: a few objects may
/// name each other ten times over, nine levels deep.
const MOST_FOLDERS: usize = 200_000;

/// The mode of a symbolic link.
const LINK: i32 = 0o120_000;

/// The hash of a file's contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId([u8; 20]);

/// A file of a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileAt {
    /// Its path from the root, with slashes.
    pub path: Arc<str>,
    /// Its contents.
    pub blob: BlobId,
}

/// The files of a tree that were asked for, by path.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The files.
    pub files: Vec<FileAt>,
    /// Folders that are not here, as in a partial clone.
    pub missing: Vec<Arc<str>>,
    /// Links of paths that were asked for, and submodules: what is there is elsewhere.
    pub elsewhere: Vec<Arc<str>>,
}

/// Lists files of one repository's trees.
pub struct Trees<'r> {
    git: &'r git2::Repository,
    wanted: Box<dyn Fn(&str) -> bool + 'r>,
    /// By the folder's contents and its path: what is asked for depends on both.
    known: RefCell<Known>,
    /// How many folders were read for the commit at hand.
    read: Cell<usize>,
}

type Known = FxHashMap<(Oid, Arc<str>), Arc<Files>>;

impl std::fmt::Debug for Trees<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trees").field("known", &self.known.borrow().len()).finish_non_exhaustive()
    }
}

impl<'r> Trees<'r> {
    /// Lists the files whose paths `wanted` takes.
    #[must_use]
    pub fn new(repository: &'r Repository, wanted: impl Fn(&str) -> bool + 'r) -> Self {
        Self { git: &repository.git, wanted: Box::new(wanted), known: RefCell::default(), read: Cell::new(0) }
    }

    /// The files of a commit's tree.
    ///
    /// # Errors
    /// The commit or its tree is not here.
    pub fn of(&self, commit: CommitId) -> Result<Arc<Files>, Error> {
        let tree = self.git.find_commit(oid(commit)).map(|commit| commit.tree_id());
        self.read.set(0);
        let files = tree.and_then(|tree| self.folder(tree, "", 0));
        files.map_err(|error| Error::git(format!("reading the files of commit {}", commit.short()), &error))
    }

    /// The file at a path of a commit's tree, whatever was asked for; none where
    /// there is none.
    #[must_use]
    pub fn file(&self, commit: CommitId, path: &str) -> Option<BlobId> {
        let tree = self.git.find_commit(oid(commit)).ok()?.tree().ok()?;
        let entry = tree.get_path(std::path::Path::new(path)).ok()?;
        let is_file = entry.kind() == Some(ObjectType::Blob) && entry.filemode() != LINK;
        is_file.then(|| BlobId(entry.id().as_bytes().try_into().unwrap_or_default()))
    }

    /// The same for a commit of whose tree something may be missing; none then.
    #[must_use]
    pub fn whole(&self, commit: CommitId) -> Option<Arc<Files>> {
        self.of(commit).ok().filter(|files| files.missing.is_empty())
    }

    fn folder(&self, tree: Oid, path: &str, depth: usize) -> Result<Arc<Files>, git2::Error> {
        let key = (tree, Arc::from(path));
        if let Some(known) = self.known.borrow().get(&key) {
            return Ok(Arc::clone(known));
        }
        self.read.set(self.read.get() + 1);
        let tree = self.git.find_tree(tree)?;
        let mut found = Files::default();
        for entry in &tree {
            let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
            let place = if path.is_empty() { name } else { format!("{path}/{name}") };
            match entry.kind() {
                Some(ObjectType::Tree) if depth < DEEPEST && self.read.get() < MOST_FOLDERS => {
                    match self.folder(entry.id(), &place, depth + 1) {
                        Ok(below) => {
                            found.files.extend(below.files.iter().cloned());
                            found.missing.extend(below.missing.iter().cloned());
                            found.elsewhere.extend(below.elsewhere.iter().cloned());
                        }
                        Err(_) => found.missing.push(place.into()),
                    }
                }
                // One that is told stands for those beside it.
                Some(ObjectType::Tree) if found.missing.is_empty() => found.missing.push(place.into()),
                // A link's contents are the path that it leads to.
                Some(ObjectType::Blob) if (self.wanted)(&place) && entry.filemode() == LINK => {
                    found.elsewhere.push(place.into());
                }
                Some(ObjectType::Blob) if (self.wanted)(&place) => {
                    let blob = BlobId(entry.id().as_bytes().try_into().unwrap_or_default());
                    found.files.push(FileAt { path: place.into(), blob });
                }
                Some(ObjectType::Commit) => found.elsewhere.push(place.into()),
                _ => {}
            }
        }
        // Git orders a folder as if its name ended with a slash.
        found.files.sort();
        let found = Arc::new(found);
        self.known.borrow_mut().insert(key, Arc::clone(&found));
        Ok(found)
    }
}

impl Repository {
    /// Reads the contents of blobs and makes something of each, in parallel; none
    /// for one that is not here. Of one that is larger than `most` bytes, only the
    /// size is read.
    #[must_use]
    pub fn read_blobs<Q: Sync, A: Send>(
        &self,
        asked: &[(BlobId, Q)],
        most: usize,
        make: impl Fn(&Q, Result<&[u8], usize>) -> A + Sync,
    ) -> Vec<Option<A>> {
        use rayon::prelude::*;
        let path = self.git.path();
        let read = |git: &mut Option<git2::Repository>, (blob, question): &(BlobId, Q)| {
            let (git, id) = (git.as_ref()?, Oid::from_bytes(&blob.0).ok()?);
            let (size, _) = git.odb().ok()?.read_header(id).ok()?;
            if size > most {
                return Some(make(question, Err(size)));
            }
            let blob = git.find_blob(id).ok()?;
            Some(make(question, Ok(blob.content())))
        };
        asked.par_iter().map_init(|| git2::Repository::open(path).ok(), read).collect()
    }
}
