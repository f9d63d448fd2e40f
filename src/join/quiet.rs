//! Commits that look like security fixes and that no advisory explains.

use super::index::Index;
use super::wording;
use crate::history::message::subject;
use crate::history::{CommitSet, History, Node};

/// A commit that looks like a security fix, and by which words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quiet {
    pub(crate) commit: Node,
    pub(crate) words: String,
}

/// Whether a commit says that it updates something because of a weakness.
pub(crate) fn is_security_update(history: &History, commit: Node) -> bool {
    let line = subject::key(&history.commit(commit).message.subject);
    wording::is_update(line) && (wording::weakness(line).is_some() || wording::is_labelled(line))
}

/// The commits of a range whose subjects speak of a weakness. Merges repeat
/// what they bring; updates, documents, tests and reverts are no fixes of the
/// project's own code; who names an advisory is not quiet.
pub(crate) fn fixes(history: &History, index: &Index<'_>, commits: &CommitSet) -> Vec<Quiet> {
    let mut found: Vec<Quiet> = Vec::new();
    for commit in commits.iter().filter(|node| !history.graph.is_merge(*node)) {
        let facts = &history.commit(commit).message;
        let line = subject::key(&facts.subject);
        let named = !index.said_by(commit).is_empty() || index.is_private_fork(commit) || facts.reverts.is_some();
        if named || wording::is_update(line) || wording::is_upkeep(line) {
            continue;
        }
        let words = match wording::weakness(line) {
            Some(words) => words.to_owned(),
            None if wording::is_labelled(line) => "security".to_owned(),
            None => continue,
        };
        found.push(Quiet { commit, words });
    }
    found
}
