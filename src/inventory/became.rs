//! What became of files that are not read, of which nothing but their hashes is known.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::contents::Inventory;
use super::delta::ChangeKind;
use super::format::Format;
use super::tree_path::{folder, up};
use super::unlocked::Unlocked;
use super::unread::{Unread, UnreadLock};
use crate::history::BlobId;

/// A file of which its path and the hash of its contents is known.
trait Hashed: Ord {
    fn path(&self) -> &str;
    fn blob(&self) -> BlobId;
}

impl Hashed for Unread {
    fn path(&self) -> &str {
        &self.path
    }

    fn blob(&self) -> BlobId {
        self.blob
    }
}

impl Hashed for Unlocked {
    fn path(&self) -> &str {
        &self.path
    }

    fn blob(&self) -> BlobId {
        self.blob
    }
}

/// All files of a kind that a tree has, and those of them that are told of.
struct Side<'i, F> {
    all: &'i [F],
    told: Vec<&'i F>,
}

/// What became of files, by path: each that is told of the later tree, with nothing
/// where it is the same as before, and each of the earlier one that is gone.
fn compared<'i, F: Hashed>(from: &Side<'i, F>, to: &Side<'i, F>) -> Vec<(&'i F, Option<ChangeKind>)> {
    let by_path =
        |side: &Side<'i, F>| -> BTreeMap<&'i str, &'i F> { side.all.iter().map(|file| (file.path(), file)).collect() };
    let (before, here) = (by_path(from), by_path(to));
    let change = |file: &F| match before.get(file.path()) {
        None => Some(ChangeKind::Added),
        Some(known) => (known.blob() != file.blob()).then_some(ChangeKind::Changed),
    };
    let mut all: Vec<_> = to.told.iter().map(|file| (*file, change(file))).collect();
    let gone = from.told.iter().filter(|file| !here.contains_key(file.path()));
    all.extend(gone.map(|file| (*file, Some(ChangeKind::Removed))));
    all.sort_by(|a, b| a.0.cmp(b.0));
    all
}

impl Unread {
    /// What became of lock files that are not read, by path: each of the later
    /// tree, with nothing where it is the same as before, and each that is gone.
    #[must_use]
    pub fn compared<'i>(from: &'i Inventory, to: &'i Inventory) -> Vec<(&'i Self, Option<ChangeKind>)> {
        let side = |of: &'i Inventory| Side { all: &of.unread, told: of.unread.iter().collect() };
        compared(&side(from), &side(to))
    }
}

impl Unlocked {
    /// The manifests of a tree for which no lock file speaks, beside them or above:
    /// one that is known and not read is told by itself.
    pub fn of(inventory: &Inventory) -> impl Iterator<Item = &Self> {
        let read: HashSet<(Format, &str)> =
            inventory.manifests.iter().map(|lock| (lock.format, lock.format.home(&lock.path))).collect();
        let mut unread: HashMap<&str, Vec<&UnreadLock>> = HashMap::new();
        for file in &inventory.unread {
            unread.entry(folder(&file.path)).or_default().push(file.lock);
        }
        let speaks = move |file: &&Self| {
            let locks = |home: &str| {
                let here = unread.get(home).into_iter().flatten();
                file.kind.locks.iter().any(|format| read.contains(&(*format, home)))
                    || here.into_iter().any(|lock| lock.locks(file.kind.ecosystem))
            };
            up(folder(&file.path)).any(locks)
        };
        inventory.unlocked.iter().filter(move |file| !speaks(file))
    }

    /// Those of two trees that changed, by path.
    #[must_use]
    pub fn changed<'i>(from: &'i Inventory, to: &'i Inventory) -> Vec<(&'i Self, ChangeKind)> {
        let side = |of: &'i Inventory| Side { all: &of.unlocked, told: Self::of(of).collect() };
        compared(&side(from), &side(to)).into_iter().filter_map(|(file, change)| Some((file, change?))).collect()
    }
}
