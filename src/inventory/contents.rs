//! What a commit's tree depends on.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::tree::Manifest;
use super::unlocked::Unlocked;
use super::unread::Unread;
use crate::model::CommitId;

/// What a commit's tree depends on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inventory {
    /// The commit.
    pub commit: CommitId,
    /// Its manifests and lock files, by path.
    pub manifests: Vec<Manifest>,
    /// Files and folders that are not here, as in a partial clone, by path.
    pub missing: Vec<Arc<str>>,
    /// Manifests that say nothing of versions and belong to a lock file.
    pub companions: BTreeSet<Arc<str>>,
    /// Lock files that are known and not read, by path.
    pub unread: Vec<Unread>,
    /// Manifests that are not read for what they ask for, by path.
    pub unlocked: Vec<Unlocked>,
    /// Lock files that do not count, each with the one beside it that makes it void.
    pub void: Vec<(Arc<str>, String)>,
    /// Links in the places of manifests, and submodules.
    pub elsewhere: Vec<Arc<str>>,
}

impl Inventory {
    /// A tree of these files and of nothing else.
    pub(crate) fn of(manifests: Vec<Manifest>) -> Self {
        Self {
            commit: CommitId::from_bytes([0; 20]),
            manifests,
            missing: Vec::new(),
            companions: BTreeSet::new(),
            unread: Vec::new(),
            unlocked: Vec::new(),
            void: Vec::new(),
            elsewhere: Vec::new(),
        }
    }

    /// Adds files that are not of the tree.
    pub fn add(&mut self, files: &[Manifest]) {
        self.manifests.extend_from_slice(files);
        self.manifests.sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// Leaves out files that are not `within` what is asked about, a package of
    /// several. What is missing stays: nobody knows what it holds.
    pub fn keep(&mut self, within: &dyn Fn(&str) -> bool) {
        self.manifests.retain(|manifest| within(manifest.file()));
        self.companions.retain(|path| within(path));
        self.unread.retain(|file| within(&file.path));
        self.unlocked.retain(|file| within(&file.path));
        self.void.retain(|(path, _)| within(path));
        self.elsewhere.retain(|path| within(path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Format, Place};

    #[test]
    fn what_is_kept_is_asked_of_files_and_not_of_keys_nor_of_parts_of_folders() {
        let manifest = |(path, format): (&str, Format)| Manifest {
            path: Arc::from(path),
            format,
            place: Place::Own,
            dependencies: Arc::default(),
            unpinned: Vec::new(),
            problems: Vec::new(),
        };
        let files =
            [("a:b/go.mod", Format::GoMod), ("a:b/v.yaml:go.version", Format::Toolchain), ("c/go.mod", Format::GoMod)];
        let mut inventory = Inventory::of(files.map(manifest).to_vec());
        inventory.keep(&|path| path.starts_with("a:b/"));
        let kept: Vec<&str> = inventory.manifests.iter().map(|manifest| &*manifest.path).collect();
        assert_eq!(kept, ["a:b/go.mod", "a:b/v.yaml:go.version"]);
    }
}
