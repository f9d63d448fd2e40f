//! The files of trees, each folder read once however many commits have it.

use std::cell::RefCell;
use std::sync::Arc;

use git2::Oid;
use rustc_hash::FxHashMap;

use super::objects::{FOLDER, Fault, LINK, Lent, SUBMODULE, type_of};
use super::oid::oid;
use super::tree_walk::{TreeWalk, WalkError};
use super::{Error, Repository};
use crate::limits::{self, Exceeded};
use crate::model::CommitId;

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
    /// The submodules among them, each with the commit of its own repository.
    pub submodules: Vec<(Arc<str>, CommitId)>,
}

/// Lists files of one repository's trees.
pub struct Trees<'r> {
    repository: &'r Repository,
    wanted: Box<dyn Fn(&str) -> bool + 'r>,
    /// By the folder's contents and its path: what is asked for depends on both.
    known: RefCell<Known>,
    /// The commit that had too many files: each that has them takes seconds, so
    /// that none is listed after it.
    exceeded: RefCell<Option<Exceeded>>,
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
        Self { repository, wanted: Box::new(wanted), known: RefCell::default(), exceeded: RefCell::default() }
    }

    /// The files of a commit's tree.
    ///
    /// # Errors
    /// The commit or its tree is not here, or it has too many files.
    pub fn of(&self, commit: CommitId) -> Result<Arc<Files>, Error> {
        if let Some(exceeded) = &*self.exceeded.borrow() {
            return Err(exceeded.clone().into());
        }
        let objects = &self.repository.objects;
        let mut walk = TreeWalk::new(objects, self.repository.limits, commit);
        let read = objects.commit(oid(commit)).map_err(WalkError::Fault);
        read.and_then(|read| self.folder(&mut walk, read.tree, "", 0)).map_err(|error| match error {
            WalkError::Limit(limit) => {
                *self.exceeded.borrow_mut() = Some(limit.clone());
                limit.into()
            }
            WalkError::Fault(fault) => Error::Git {
                doing: format!("reading the files of commit {}", commit.short()),
                message: fault.to_string(),
            },
        })
    }

    /// The file at a path of a commit's tree, whatever was asked for; none where
    /// there is none.
    #[must_use]
    pub fn file(&self, commit: CommitId, path: &str) -> Option<BlobId> {
        let objects = &self.repository.objects;
        let tree = objects.commit(oid(commit)).ok()?.tree;
        let (id, mode) = objects.at_path(tree, path).ok()??;
        let is_file = !matches!(type_of(mode), FOLDER | LINK | SUBMODULE);
        is_file.then(|| BlobId(id.as_bytes().try_into().unwrap_or_default()))
    }

    /// The same for a commit of whose tree something may be missing; none then.
    #[must_use]
    pub fn whole(&self, commit: CommitId) -> Option<Arc<Files>> {
        self.of(commit).ok().filter(|files| files.missing.is_empty())
    }

    fn folder(&self, walk: &mut TreeWalk<'_>, tree: Oid, path: &str, depth: usize) -> Result<Arc<Files>, WalkError> {
        let key = (tree, Arc::from(path));
        if let Some(known) = self.known.borrow().get(&key) {
            return Ok(Arc::clone(known));
        }
        let mut found = Files::default();
        for entry in walk.folder(tree, path, depth)? {
            match type_of(entry.mode) {
                FOLDER if depth < limits::MANIFEST_DEPTH => {
                    match self.folder(walk, entry.id, &entry.path, depth + 1) {
                        Ok(below) => {
                            // Each level keeps its files, so that equal folders are read once.
                            walk.keep(below.files.iter().map(|file| &*file.path))?;
                            walk.keep(below.missing.iter().chain(&below.elsewhere).map(|path| &**path))?;
                            found.files.extend(below.files.iter().cloned());
                            found.missing.extend(below.missing.iter().cloned());
                            found.elsewhere.extend(below.elsewhere.iter().cloned());
                            found.submodules.extend(below.submodules.iter().cloned());
                        }
                        Err(WalkError::Limit(limit)) => return Err(WalkError::Limit(limit)),
                        Err(WalkError::Fault(_)) => found.missing.push(entry.path.into()),
                    }
                }
                // One that is told stands for those beside it.
                FOLDER if found.missing.is_empty() => found.missing.push(entry.path.into()),
                FOLDER => {}
                SUBMODULE => {
                    let path: Arc<str> = entry.path.into();
                    let commit = CommitId::from_bytes(entry.id.as_bytes().try_into().unwrap_or_default());
                    found.elsewhere.push(Arc::clone(&path));
                    found.submodules.push((path, commit));
                }
                // A link's contents are the path that it leads to.
                LINK if (self.wanted)(&entry.path) => found.elsewhere.push(entry.path.into()),
                LINK => {}
                _ if (self.wanted)(&entry.path) => {
                    let blob = BlobId(entry.id.as_bytes().try_into().unwrap_or_default());
                    found.files.push(FileAt { path: entry.path.into(), blob });
                }
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
    /// Whether a commit's tree has a file or a folder at a path; none where that
    /// cannot be read, as in a partial clone.
    #[must_use]
    pub fn has_path(&self, commit: CommitId, path: &str) -> Option<bool> {
        let tree = self.objects.commit(oid(commit)).ok()?.tree;
        self.objects.at_path(tree, path).ok().map(|found| found.is_some())
    }

    /// The folders at the root of a commit's tree; none where that cannot be read.
    #[must_use]
    pub fn folders(&self, commit: CommitId) -> Vec<String> {
        let listed = self.objects.commit(oid(commit)).and_then(|read| {
            self.objects.with_tree(read.tree, |entries| {
                let folders = entries.filter(|entry| !entry.as_ref().is_ok_and(|entry| type_of(entry.mode) != FOLDER));
                folders.map(|entry| entry.map(|entry| String::from_utf8_lossy(entry.name).into_owned())).collect()
            })
        });
        listed.unwrap_or_default()
    }

    /// How many bytes a file has; none where it is not here.
    #[must_use]
    pub fn size(&self, blob: BlobId) -> Option<u64> {
        let (size, _) = self.objects.kind(Oid::from_bytes(&blob.0).ok()?).ok()?;
        Some(size)
    }

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
        let shared = self.objects.shared();
        let read = |lent: &mut Lent<'_>, (blob, question): &(BlobId, Q)| {
            let (objects, id) = (lent.objects()?, Oid::from_bytes(&blob.0).ok()?);
            match objects.with_blob(id, most as u64, |bytes| make(question, Ok(bytes))) {
                Ok(made) => Some(made),
                Err(Fault::TooLarge(size)) => Some(make(question, Err(usize::try_from(size).unwrap_or(usize::MAX)))),
                Err(_) => None,
            }
        };
        asked.par_iter().map_init(|| shared.open(), read).collect()
    }
}
