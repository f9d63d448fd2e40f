//! The few commits of a fix that a reader is shown.

use std::cmp::Reverse;

use super::book::Ledger;
use super::report::{FixBy, FixCommit};
use crate::history::{Node, ReleaseRange};
use crate::join::{Link, request_of};
use crate::model::FixRole;

/// The most that are shown: kata's GHSA-wwj6-vghv-5p64 has four commits and a merge,
/// and a reader opens one or two.
const MOST: usize = 3;

/// The most commits of a fix whose pull requests are looked for, each of which is a
/// pass over what came after it; a change of defaults had some 25.
const MOST_ASKED: usize = 32;

/// What matters most of the commits that an entry prints, and how many more there are.
///
/// What the release brings itself goes before what it had, for that is what a reader
/// finds on its branch; what is surer before what is less so. Merges go last: one shows
/// the same change among others, and that of a fix which is there adds nothing to it. A
/// pull request stands for all that it brought.
pub(super) fn of(ledger: &Ledger<'_>, range: &ReleaseRange, printed: &[(&Link, FixCommit)]) -> (Vec<FixBy>, usize) {
    let is_merge = |commit: &FixCommit| commit.role == FixRole::Merge;
    let fixes = printed.iter().filter(|(_, commit)| !is_merge(commit)).map(|(link, _)| link.commit);
    let fixes: Vec<Node> = fixes.collect();
    let tells = |(link, commit): &&(&Link, FixCommit)| !is_merge(commit) || !brings(ledger, link.commit, &fixes);
    let mut ordered: Vec<&(&Link, FixCommit)> = printed.iter().filter(tells).collect();
    ordered.sort_by_key(|(link, commit)| {
        (is_merge(commit), !range.commits.contains(link.commit), Reverse(link.confidence))
    });
    let mut all: Vec<FixBy> = Vec::new();
    for (at, (link, commit)) in ordered.into_iter().enumerate() {
        let asked = (at < MOST_ASKED).then_some(link.commit);
        let pull_request = asked.and_then(|commit| request_of(ledger.history, ledger.index, commit));
        if pull_request.is_none() || all.iter().all(|known| known.pull_request != pull_request) {
            all.push(FixBy { commit: commit.clone(), pull_request });
        }
    }
    let more = all.len().saturating_sub(MOST);
    all.truncate(MOST);
    (all, more)
}

/// Whether a merge brought one of some commits.
fn brings(ledger: &Ledger<'_>, merge: Node, commits: &[Node]) -> bool {
    let brought = ledger.history.graph.brought_by(merge);
    commits.iter().any(|commit| brought.contains(*commit))
}
