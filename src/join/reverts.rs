//! What takes a fix back, and what brings it back.

use super::index::Index;
use super::link::{Link, Revert};
use crate::history::{History, Node};

/// Every commit that reverts a linked one, by hash or, where it names no hash
/// that is here, by quoting its subject; and every one that undoes that.
pub(super) fn of(history: &History, index: &Index<'_>, links: &[Link]) -> Vec<Revert> {
    let mut found: Vec<Revert> = Vec::new();
    for by in index.reverts().iter().copied() {
        let Some(reverts) = &history.commit(by).message.reverts else { continue };
        for commit in &reverts.commits {
            let fix = links.iter().find(|link| commit.matches(&history.graph.id(link.commit)));
            found.extend(fix.map(|link| Revert { by, of: link.commit, reapplies: reverts.reapplies }));
            // A revert of a revert, by hash, brings back what that took.
            let undone: Vec<Revert> =
                found.iter().copied().filter(|known| commit.matches(&history.graph.id(known.by))).collect();
            found.extend(undone.into_iter().map(|known| Revert { by, of: known.of, reapplies: !known.reapplies }));
        }
        let by_hash = found.iter().any(|known| known.by == by);
        if let (Some(subject), false) = (&reverts.subject, by_hash) {
            let same = |link: &&Link| link.commit < by && &history.commit(link.commit).message.subject == subject;
            let descends = |commit: Node| history.graph.descendants(commit).contains(by);
            let fixes = links.iter().filter(same).filter(|link| descends(link.commit));
            found.extend(fixes.map(|link| Revert { by, of: link.commit, reapplies: reverts.reapplies }));
        }
    }
    // Who takes a merge back takes back what it brought in.
    for revert in found.clone().into_iter().filter(|revert| history.graph.is_merge(revert.of)) {
        let brought = history.graph.brought_by(revert.of);
        let within = links.iter().filter(|link| brought.contains(link.commit));
        found.extend(within.map(|link| Revert { of: link.commit, ..revert }));
    }
    found.sort_unstable();
    found.dedup();
    found
}
