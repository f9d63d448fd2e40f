//! The files in which two trees differ, as git tells them.
//!
//! The git library reads the trees on its own, loose or not, as deep as they are
//! and as often as they are named; this reads each with the bounds of a walk.
//!
//! It is also some ten times as fast as the library's diff of trees: the changed paths of five
//! years of curl take 0.43 s, entry by entry, instead of 4.7.

use std::cmp::Ordering;

use git2::Oid;

use super::objects::{FOLDER, Objects, SUBMODULE, type_of};
use super::tree_walk::{Entry, TreeWalk, WalkError};
use crate::limits::{self, Limits};
use crate::model::CommitId;

/// A file that only one of two trees has, or that both have with other contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Its path from the root.
    pub(super) path: String,
    /// What the first tree has there, and with which mode.
    pub(super) old: Option<(Oid, u32)>,
    /// What the second has.
    pub(super) new: Option<(Oid, u32)>,
}

/// The files in which a commit's tree differs from another, by path; none
/// where they are more than are kept of one commit.
///
/// A file that became a link is told twice: as removed and as added. Of
/// submodules those are told that came or went.
pub(super) fn differences(
    objects: &Objects,
    limits: Limits,
    commit: CommitId,
    old: Option<Oid>,
    new: Oid,
) -> Result<Option<Vec<Difference>>, WalkError> {
    let mut walk = TreeWalk::new(objects, limits, commit);
    let mut found = Vec::new();
    let mut waiting = vec![Folder { path: String::new(), old, new: Some(new), depth: 0 }];
    while let Some(folder) = waiting.pop() {
        let mut list = |tree: Option<Oid>| -> Result<Vec<Entry>, WalkError> {
            let mut listed = match tree {
                Some(tree) => walk.folder(tree, &folder.path, folder.depth)?,
                None => Vec::new(),
            };
            listed.sort_by(|a, b| a.path.cmp(&b.path));
            Ok(listed)
        };
        let (old, new) = (list(folder.old)?, list(folder.new)?);
        for (old, new) in pairs(old, new) {
            compare(old, new, folder.depth, &mut found, &mut waiting);
        }
        if found.len() > limits::CHANGED_PATHS {
            return Ok(None);
        }
    }
    // Git orders whole paths, and tells what went before what came.
    found.sort_by(|a, b| a.path.cmp(&b.path).then(a.new.is_some().cmp(&b.new.is_some())));
    Ok(Some(found))
}

/// A folder of which the two trees have different contents.
struct Folder {
    path: String,
    old: Option<Oid>,
    new: Option<Oid>,
    depth: usize,
}

/// The entries of two ordered lists, side by side.
fn pairs(old: Vec<Entry>, new: Vec<Entry>) -> impl Iterator<Item = (Option<Entry>, Option<Entry>)> {
    let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
    std::iter::from_fn(move || {
        let order = match (old.peek(), new.peek()) {
            (Some(a), Some(b)) => a.path.cmp(&b.path),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return None,
        };
        let old = if order.is_le() { old.next() } else { None };
        let new = if order.is_ge() { new.next() } else { None };
        Some((old, new))
    })
}

fn compare(
    old: Option<Entry>,
    new: Option<Entry>,
    depth: usize,
    found: &mut Vec<Difference>,
    waiting: &mut Vec<Folder>,
) {
    let what = |entry: &Option<Entry>| entry.as_ref().map(|entry| (entry.id, entry.mode));
    let (a, b) = (what(&old), what(&new));
    let Some(path) = old.or(new).map(|entry| entry.path) else { return };
    let folder = |of: Option<(Oid, u32)>| of.filter(|(_, mode)| type_of(*mode) == FOLDER).map(|(id, _)| id);
    let file = |of: Option<(Oid, u32)>| of.filter(|(_, mode)| type_of(*mode) != FOLDER);
    let (folders, files) = ((folder(a), folder(b)), (file(a), file(b)));
    if folders.0 != folders.1 {
        waiting.push(Folder { path: path.clone(), old: folders.0, new: folders.1, depth: depth + 1 });
    }
    match files {
        (None, None) => {}
        (Some((_, before)), Some((_, after))) if type_of(before) == type_of(after) => {
            if files.0 != files.1 && type_of(after) != SUBMODULE {
                found.push(Difference { path, old: files.0, new: files.1 });
            }
        }
        (old, new) => {
            found.extend(old.map(|old| Difference { path: path.clone(), old: Some(old), new: None }));
            found.extend(new.map(|new| Difference { path, old: None, new: Some(new) }));
        }
    }
}
