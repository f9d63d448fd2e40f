//! What takes a fix back, and what brings it back.

use std::sync::Arc;

use super::backports::Again;
use super::index::Index;
use super::link::{Link, Revert};
use crate::history::change::{is_foreign, is_prose, is_test};
use crate::history::{Change, Changes, History, Node, ReleaseRange};
use crate::model::CommitId;
use crate::model::FixRole;

/// Every commit that reverts a linked one, by hash or, where it names no hash
/// that is here, by quoting its subject; and every one that undoes that.
pub(super) fn of(history: &History, index: &Index<'_>, links: &[Link]) -> Vec<Revert> {
    let mut found: Vec<Revert> = Vec::new();
    for by in index.reverts().iter().copied() {
        let Some(reverts) = &history.commit(by).message.reverts else { continue };
        for commit in &reverts.commits {
            let fix = links.iter().find(|link| commit.matches(&history.graph.id(link.commit)));
            // A fix that is a revert is the fix.
            let fix = fix.filter(|_| links.iter().all(|link| link.commit != by));
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

/// Reverts that do not say so: commits that undo exactly what a fix did. They
/// are looked for where a message hints at one, and before releases that have
/// the fix in their history and, file by file, what was there before it.
/// To compare every later commit with the fix would read the whole history. So the two cheap signs
/// come first, a subject that speaks of going back, and files that a release has as they were; only
/// what shows one is compared.
pub(super) fn add_unsaid(
    history: &History,
    index: &Index<'_>,
    changes: &dyn Changes,
    links: &[Link],
    again: &[Again],
    found: &mut Vec<Revert>,
) {
    let fixes: Vec<&Link> =
        links.iter().filter(|link| link.role == FixRole::Fix && !history.graph.is_merge(link.commit)).collect();
    let ids: Vec<CommitId> = fixes.iter().map(|link| history.graph.id(link.commit)).collect();
    let read = changes.changes(&ids);
    for (link, change) in fixes.iter().zip(read) {
        let Some(change) = change.filter(|change| change.read && change.patch_id.is_some()) else { continue };
        let mut suspects = hinted(history, index, link.commit);
        suspects.extend(before_undone(history, changes, link.commit, &change));
        suspects.sort_unstable();
        suspects.dedup();
        suspects.retain(|suspect| found.iter().all(|known| known.by != *suspect));
        let ids: Vec<CommitId> = suspects.iter().map(|node| history.graph.id(*node)).collect();
        for (by, theirs) in suspects.into_iter().zip(changes.changes(&ids)) {
            if theirs.is_some_and(|theirs| theirs.inverse_patch_id == change.patch_id) {
                found.push(Revert { by, of: link.commit, reapplies: false });
            }
        }
    }
    for (by, of) in again {
        let taken = found.iter().any(|revert| revert.of == *of && !revert.reapplies && revert.by < *by);
        if taken && found.iter().all(|revert| revert.by != *by || revert.of != *of) {
            found.push(Revert { by: *by, of: *of, reapplies: true });
        }
    }
    found.sort_unstable();
    found.dedup();
}

/// Descendants whose subjects speak of going back.
fn hinted(history: &History, index: &Index<'_>, fix: Node) -> Vec<Node> {
    let later = || index.going_back().iter().copied().filter(|node| *node > fix);
    if later().next().is_none() {
        return Vec::new();
    }
    let descendants = history.graph.descendants(fix);
    later().filter(|node| descendants.contains(*node)).collect()
}

/// The most files of a fix that are looked at in each release.
/// A larger fix is not looked at: all its files have to be as before at once, and each is looked up
/// in the tree of every release that has the fix.
const MAX_PATHS: usize = 6;

/// Commits that put every file of a fix back, before a release that has them
/// as they were.
fn before_undone(history: &History, changes: &dyn Changes, fix: Node, change: &Arc<Change>) -> Vec<Node> {
    let shipped = |path: &&String| !is_prose(path) && !is_test(path) && !is_foreign(path);
    let paths: Vec<String> = change.paths.iter().filter(shipped).take(MAX_PATHS + 1).cloned().collect();
    let Some(parent) = history.graph.parents(fix).first().copied() else { return Vec::new() };
    if paths.is_empty() || paths.len() > MAX_PATHS {
        return Vec::new();
    }
    let with = history.graph.descendants(fix);
    let releases: Vec<_> = history.releases.all().iter().filter(|release| with.contains(release.commit)).collect();
    let points: Vec<CommitId> = [parent, fix]
        .into_iter()
        .chain(releases.iter().map(|release| release.commit))
        .map(|node| history.graph.id(node))
        .collect();
    let contents = changes.contents_at(&points, &paths);
    let (Some(before), Some(after)) = (contents.first(), contents.get(1)) else { return Vec::new() };
    if before == after {
        return Vec::new();
    }
    let mut suspects = Vec::new();
    for (release, contents) in releases.iter().zip(contents.iter().skip(2)) {
        if contents != before {
            continue;
        }
        let range = ReleaseRange::of_code(&history.graph, &history.releases, release);
        let commits: Vec<Node> = range.commits.iter().filter(|node| with.contains(*node) && *node != fix).collect();
        let ids: Vec<CommitId> = commits.iter().map(|node| history.graph.id(*node)).collect();
        let back =
            commits.into_iter().zip(changes.contents_at(&ids, &paths)).filter(|(_, contents)| contents == before);
        suspects.extend(back.map(|(node, _)| node).filter(|node| !history.graph.is_merge(*node)).take(20));
    }
    suspects
}
