//! Walks through the folders of one commit, within bounds.

use git2::Oid;

use super::objects::{Fault, Objects};
use crate::limits::{self, Exceeded, Limits};
use crate::model::CommitId;

/// An entry of a folder.
pub(super) struct Entry {
    /// Its path from the root, with slashes; bytes that are no text are replaced.
    pub(super) path: String,
    pub(super) mode: u32,
    pub(super) id: Oid,
}

impl Entry {
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// Why a folder cannot be listed.
pub(super) enum WalkError {
    /// The commit has more than a limit allows.
    Limit(Exceeded),
    /// The folder is missing or damaged.
    Fault(Fault),
}

impl From<Fault> for WalkError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Lists the folders of one commit, and counts what it lists: a few trees may
/// name each other ten times over, ten levels deep.
pub(super) struct TreeWalk<'o> {
    objects: &'o Objects,
    limit: u64,
    commit: CommitId,
    taken: u64,
}

impl<'o> TreeWalk<'o> {
    pub(super) const fn new(objects: &'o Objects, limits: Limits, commit: CommitId) -> Self {
        Self { objects, limit: limits.tree_entries, commit, taken: 0 }
    }

    /// The entries of a folder, as they are stored.
    pub(super) fn folder(&mut self, tree: Oid, folder: &str, depth: usize) -> Result<Vec<Entry>, WalkError> {
        if depth > limits::TREE_DEPTH {
            return Err(Fault::Damaged(format!(
                "folders lie more than {} deep, as git refuses them",
                limits::TREE_DEPTH
            ))
            .into());
        }
        let (commit, limit, mut taken) = (self.commit, self.limit, self.taken);
        let listed = self.objects.with_tree(tree, |entries| {
            let mut listed = Vec::new();
            for entry in entries {
                let entry = entry?;
                let name = String::from_utf8_lossy(entry.name);
                let path = if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") };
                if path.len() > limits::TREE_PATH {
                    return Err(Fault::Damaged(format!("a path in it has more than {} bytes", limits::TREE_PATH)));
                }
                taken = taken.saturating_add(weight(&path));
                if taken > limit {
                    return Ok(None);
                }
                listed.push(Entry { path, mode: entry.mode, id: entry.id });
            }
            Ok(Some(listed))
        })?;
        self.taken = taken;
        listed.ok_or_else(|| exceeded(commit, limit))
    }

    /// Counts files that are kept once more.
    pub(super) fn keep<'p>(&mut self, paths: impl Iterator<Item = &'p str>) -> Result<(), WalkError> {
        self.taken = paths.map(weight).fold(self.taken, u64::saturating_add);
        if self.taken > self.limit { Err(exceeded(self.commit, self.limit)) } else { Ok(()) }
    }
}

/// What an entry counts: one of a long path takes the memory of several.
const fn weight(path: &str) -> u64 {
    1 + path.len() as u64 / 64
}

fn exceeded(commit: CommitId, limit: u64) -> WalkError {
    let what = format!("the files and folders of commit {} are", commit.short());
    WalkError::Limit(Exceeded::new(what, "tree-entries", limit))
}
