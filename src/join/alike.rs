//! How commits and changes are alike, whoever looks for copies.

use super::weights;
use crate::history::message::subject;
use crate::history::{Change, History, Node};

/// Whether a commit takes something back that a fix did. Where the fix is a
/// revert, its copies are reverts as well.
pub(super) fn undoes(history: &History, commit: Node, fix: Node) -> bool {
    let reverts = |node: Node| history.commit(node).message.reverts.as_ref().is_some_and(|reverts| !reverts.reapplies);
    reverts(commit) && !reverts(fix)
}

/// The subject of a commit that its copies have as well; empty where there is none.
pub(super) fn subject_of(history: &History, node: Node) -> &str {
    subject::of(&history.commit(node).message).unwrap_or_default()
}

pub(super) fn is_fork(history: &History, node: Node) -> bool {
    history.commit(node).message.merge.is_private_fork()
}

/// Whether two commits were written about the time in which the private forks
/// of one fix are made.
pub(super) fn near(history: &History, a: Node, b: Node) -> bool {
    history.commit(a).author_time.abs_diff(history.commit(b).author_time) <= weights::FORK_SECONDS
}

/// How the tier of equal code is told.
pub(super) const SAME_CODE: &str =
    "changes the same lines of code, documents and tests and the names of files aside, as";

/// Whether two changes are the same but for documents, tests and the names of
/// files, and have at least so many telling lines.
pub(super) fn same_code(ours: &Change, theirs: &Change, lines: u32) -> bool {
    ours.shipped_id.is_some() && ours.shipped_id == theirs.shipped_id && ours.shipped_lines >= lines
}
