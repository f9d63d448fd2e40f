//! The objects of a repository, for one thread and for several.

use std::cell::{Cell, OnceCell, RefCell};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use flate2::Decompress;
use git2::{ObjectType, OdbLookupFlags, Oid};
use rustc_hash::FxHashMap;

use super::fault::{self, Fault};
use super::loose::Loose;
use super::packs::PackIndex;
use super::parse::{Commit, FOLDER, TreeEntry, entries, tag_target, type_of};
use crate::limits;

/// What names a commit: itself, and a tag.
const NAMED: [ObjectType; 2] = [ObjectType::Commit, ObjectType::Tag];

/// A repository's objects, for one thread.
pub(in crate::history) struct Objects {
    git: git2::Repository,
    loose: Arc<Loose>,
    /// What tags were seen to lead to: thousands may name one another.
    peeled: RefCell<FxHashMap<Oid, Option<Oid>>>,
    /// How often an object was not found, after which packs are listed again.
    refreshed: Cell<u8>,
    packs: OnceCell<Vec<PackIndex>>,
    inflate: RefCell<Option<Decompress>>,
}

/// So many packs are opened at a time, with two files each: a process may open a thousand.
const MOST_PACKS: usize = 100;

/// So often packs are listed again for an object that is not there.
/// In a partial clone that is every second object, and a list of all packs each time.
const REFRESHED: u8 = 3;

impl Objects {
    /// The objects of a repository that is open.
    pub(in crate::history) fn new(git: git2::Repository) -> Self {
        let loose = Arc::new(Loose::list(&git.commondir().join("objects")));
        Self::of(git, loose)
    }

    fn of(git: git2::Repository, loose: Arc<Loose>) -> Self {
        Self {
            git,
            loose,
            peeled: RefCell::default(),
            refreshed: Cell::new(0),
            packs: OnceCell::new(),
            inflate: RefCell::default(),
        }
    }

    /// A file of a pack that is no regular file, if there is one.
    pub(in crate::history) fn odd_pack(&self) -> Option<PathBuf> {
        self.loose.odd_pack()
    }

    /// The repository, for what reads no object: references, configuration, paths.
    pub(in crate::history) const fn git(&self) -> &git2::Repository {
        &self.git
    }

    /// The same for other threads: a handle of the git library is one thread's.
    /// git2's `Repository` may go to another thread and not be used by two: one for each thread gave
    /// 1.84 times the speed on two cores.
    pub(in crate::history) fn shared(&self) -> SharedObjects {
        SharedObjects { path: self.git.path().to_path_buf(), loose: Arc::clone(&self.loose), idle: Mutex::default() }
    }

    /// The indexes of all packs.
    pub(in crate::history) fn pack_indexes(&self) -> Vec<PathBuf> {
        self.loose.pack_indexes()
    }

    /// How many bytes all packs have, and how many objects.
    pub(in crate::history) fn packed(&self) -> (u64, u64) {
        let packs = self.packs();
        (packs.iter().map(|pack| pack.size).sum(), packs.iter().map(PackIndex::len).sum())
    }

    /// The packs, opened when they are first asked for. Of a repository with more packs
    /// than files may be open the rest is left to the git library.
    fn packs(&self) -> &[PackIndex] {
        let open = || self.pack_indexes().iter().take(MOST_PACKS).filter_map(|path| PackIndex::open(path)).collect();
        self.packs.get_or_init(open)
    }

    /// The bytes of a commit that a pack holds whole, read without the git library, which
    /// maps what it reads; none where it has to be asked.
    pub(in crate::history) fn whole_commit(&self, id: Oid) -> Option<Vec<u8>> {
        if self.loose.has(id) {
            return None;
        }
        let mut state = self.inflate.borrow_mut();
        let state = state.get_or_insert_with(|| Decompress::new(true));
        self.packs().iter().find_map(|pack| pack.whole_commit(pack.find(id)?, state))
    }

    /// Whether an object is a commit that a pack holds whole. Most tags lead to such
    /// ones, and need not be followed further.
    fn is_whole_commit(&self, id: Oid) -> bool {
        let found = self.packs().iter().find_map(|pack| pack.is_whole_commit(pack.find(id)?));
        found.unwrap_or(false)
    }

    /// The size of an object in bytes, and what it is.
    pub(in crate::history) fn kind(&self, id: Oid) -> Result<(u64, ObjectType), Fault> {
        match self.loose.header(id) {
            Some(Err(fault)) if !self.loose.is_packed(id) => Err(fault),
            Some(Ok(header)) => Ok(header),
            _ => self.packed_kind(id),
        }
    }

    fn packed_kind(&self, id: Oid) -> Result<(u64, ObjectType), Fault> {
        let odb = self.git.odb().map_err(|error| Fault::of(&error))?;
        // A missing object makes the git library list all packs again, for it may be in
        // a new one. In a partial clone every second object is missing.
        if self.refreshed.get() >= REFRESHED && !odb.exists_ext(id, OdbLookupFlags::NO_REFRESH) {
            return Err(Fault::Missing);
        }
        let (size, kind) = odb.read_header(id).map_err(|error| {
            self.refreshed.set(self.refreshed.get().saturating_add(1));
            Fault::of(&error)
        })?;
        Ok((size as u64, kind))
    }

    /// Reads an object of one of some kinds, and makes something of it.
    fn read<T>(
        &self,
        id: Oid,
        wanted: &[ObjectType],
        most: u64,
        make: impl FnOnce(ObjectType, &[u8]) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        match self.loose.read(id, wanted, most) {
            Some(Err(fault)) if !self.loose.is_packed(id) => return Err(fault),
            Some(Ok((kind, bytes))) => return make(kind, &bytes),
            _ => {}
        }
        let (size, kind) = self.packed_kind(id)?;
        fault::judge(size, kind, wanted, most)?;
        let odb = self.git.odb().map_err(|error| Fault::of(&error))?;
        let object = odb.read(id).map_err(|error| Fault::of(&error))?;
        make(object.kind(), object.data())
    }

    /// Reads a commit, and makes something of its bytes.
    pub(in crate::history) fn with_commit<T>(
        &self,
        id: Oid,
        make: impl FnOnce(&[u8]) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.read(id, &[ObjectType::Commit], limits::GIT_OBJECT, |_, bytes| make(bytes))
    }

    /// A commit's tree and parents.
    pub(in crate::history) fn commit(&self, id: Oid) -> Result<Commit, Fault> {
        self.with_commit(id, Commit::parse)
    }

    /// Reads a tree, and gives its entries one by one, as they are stored.
    pub(in crate::history) fn with_tree<T>(
        &self,
        id: Oid,
        make: impl FnOnce(&mut dyn Iterator<Item = Result<TreeEntry<'_>, Fault>>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.read(id, &[ObjectType::Tree], limits::GIT_OBJECT, |_, bytes| make(&mut entries(bytes)))
    }

    /// Reads the contents of a file of at most so many bytes.
    pub(in crate::history) fn with_blob<T>(
        &self,
        id: Oid,
        most: u64,
        make: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Fault> {
        self.read(id, &[ObjectType::Blob], most, |_, bytes| Ok(make(bytes)))
    }

    /// The contents of a file as the git library wants it, to compare.
    pub(in crate::history) fn blob(&self, id: Oid, most: u64) -> Result<git2::Blob<'_>, Fault> {
        let (size, kind) = self.kind(id)?;
        fault::judge(size, kind, &[ObjectType::Blob], most)?;
        self.loose.check(id)?;
        self.git.find_blob(id).map_err(|error| Fault::of(&error))
    }

    /// What a tag or a commit leads to: a commit, or none where it leads to a
    /// tree or a file.
    pub(in crate::history) fn peel(&self, id: Oid) -> Result<Option<Oid>, (Oid, Fault)> {
        let (mut at, mut passed) = (id, Vec::new());
        // A tag cannot be part of what it names, so that this ends.
        let end = loop {
            if let Some(known) = self.peeled.borrow().get(&at) {
                break *known;
            }
            if !self.loose.has(at) && self.is_whole_commit(at) {
                break Some(at);
            }
            match self.tagged(at) {
                Ok(None) => break Some(at),
                Ok(Some((_, kind))) if !NAMED.contains(&kind) => break None,
                Ok(Some((target, _))) => {
                    passed.push(at);
                    at = target;
                }
                Err(Fault::Kind(_)) if at == id => break None,
                Err(fault) => return Err((at, fault)),
            }
        };
        self.peeled.borrow_mut().extend(passed.into_iter().chain([at]).map(|tag| (tag, end)));
        Ok(end)
    }

    /// What a tag names, and of what kind that is; none of a commit.
    fn tagged(&self, id: Oid) -> Result<Option<(Oid, ObjectType)>, Fault> {
        self.read(id, &NAMED, limits::GIT_OBJECT, |kind, bytes| match kind {
            ObjectType::Commit => Commit::parse(bytes).map(|_| None),
            _ => tag_target(bytes).map(Some),
        })
    }

    /// Checks every loose object, for what reads objects on its own. Gives the
    /// first that is damaged.
    pub(in crate::history) fn check_all(&self) -> Result<(), (Oid, Fault)> {
        self.loose.check_all()
    }

    /// The file or folder at a path of a tree, with its mode; none where there is none.
    pub(in crate::history) fn at_path(&self, tree: Oid, path: &str) -> Result<Option<(Oid, u32)>, Fault> {
        if path.len() > limits::TREE_PATH {
            return Ok(None);
        }
        let mut at = (tree, FOLDER);
        for part in path.split('/') {
            if type_of(at.1) != FOLDER {
                return Ok(None);
            }
            let found = self.with_tree(at.0, |entries| {
                for entry in entries {
                    let entry = entry?;
                    if entry.name == part.as_bytes() {
                        return Ok(Some((entry.id, entry.mode)));
                    }
                }
                Ok(None)
            })?;
            match found {
                Some(found) => at = found,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }
}

/// Where other threads open a repository's objects.
pub(in crate::history) struct SharedObjects {
    path: PathBuf,
    loose: Arc<Loose>,
    /// Those that no thread has: to open a repository takes a hundred system
    /// calls, and there is a question for each of a thousand advisories.
    idle: Mutex<Vec<Objects>>,
}

impl SharedObjects {
    /// The objects for this thread.
    pub(in crate::history) fn open(&self) -> Lent<'_> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let open = || {
            let git = git2::Repository::open(&self.path).ok()?;
            Some(Objects::of(git, Arc::clone(&self.loose)))
        };
        Lent { objects: idle.or_else(open), home: self }
    }
}

/// Objects for a thread, for the time being.
pub(in crate::history) struct Lent<'s> {
    objects: Option<Objects>,
    home: &'s SharedObjects,
}

impl Lent<'_> {
    /// The objects; none where the repository is gone.
    pub(in crate::history) const fn objects(&self) -> Option<&Objects> {
        self.objects.as_ref()
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.home.idle.lock().unwrap_or_else(PoisonError::into_inner).extend(self.objects.take());
    }
}
