//! Whether the git library may read a repository on its own.

use std::path::Path;

use git2::Oid;

use super::objects::{FOLDER, Fault, Objects, type_of};
use super::oid::commit_id;
use super::tree_walk::{TreeWalk, WalkError};
use crate::limits::Limits;

/// A repository whose loose objects are whole, so that none is waited for.
pub(crate) struct Readable {
    objects: Objects,
}

impl Readable {
    /// Checks the loose objects of the repository at a path.
    ///
    /// # Errors
    /// One is damaged, or there is no repository; the text says what.
    pub(crate) fn check(path: &Path) -> Result<Self, String> {
        let git = git2::Repository::open(path).map_err(|error| error.message().to_owned())?;
        let objects = Objects::new(git);
        let told = |(id, fault): (Oid, Fault)| format!("object {id} cannot be read: {fault}; see: git fsck");
        objects.check_all().map_err(told)?;
        Ok(Self { objects })
    }

    /// Checks that a tree has an end, and so a comparison with it.
    ///
    /// # Errors
    /// It has more files than the limits allow, or a folder of it cannot be read.
    pub(crate) fn check_tree(&self, tree: Oid, limits: Limits) -> Result<(), String> {
        let mut walk = TreeWalk::new(&self.objects, limits, commit_id(tree));
        let mut waiting = vec![(String::new(), tree, 0)];
        while let Some((folder, tree, depth)) = waiting.pop() {
            let listed = walk.folder(tree, &folder, depth).map_err(|error| match error {
                WalkError::Limit(limit) => limit.to_string(),
                WalkError::Fault(fault) => format!("tree {tree} cannot be read: {fault}; see: git fsck"),
            })?;
            let folders = listed.into_iter().filter(|entry| type_of(entry.mode) == FOLDER);
            waiting.extend(folders.map(|entry| (entry.path, entry.id, depth + 1)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_left_alone_that_would_be_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let git = git2::Repository::init_bare(folder.path()).unwrap();
        let mut tree = git.treebuilder(None).unwrap();
        for name in ["a", "b", "c"] {
            tree.insert(name, git.blob(b"{}").unwrap(), 0o100_644).unwrap();
        }
        let mut id = tree.write().unwrap();
        let sound = Readable::check(folder.path()).unwrap();
        assert_eq!(sound.check_tree(id, Limits::default()), Ok(()));
        for _ in 0..20 {
            let mut tree = git.treebuilder(None).unwrap();
            for name in ["a", "b", "c"] {
                tree.insert(name, id, 0o040_000).unwrap();
            }
            id = tree.write().unwrap();
        }
        let limits = Limits { tree_entries: 1_000, ..Limits::default() };
        let bomb = Readable::check(folder.path()).unwrap();
        assert!(bomb.check_tree(id, limits).unwrap_err().contains("tree-entries"));
        let name = id.to_string();
        let (first, rest) = name.split_at(2);
        let file = folder.path().join("objects").join(first).join(rest);
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, b"x\x9c").unwrap();
        assert!(Readable::check(folder.path()).err().unwrap().contains(&name));
    }
}
