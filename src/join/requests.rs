//! The pull request by which a commit came in.

use super::index::Index;
use super::unity::says_several;
use super::weights::MAX_MEMBERS;
use crate::history::{History, Node};

/// The number of the pull request that brought a commit: by its own subject, as squashes
/// have it, else by that of the merge around it. None where nothing says, where the merge
/// brought works of many, and of a number that another repository gave.
pub(crate) fn request_of(history: &History, index: &Index<'_>, commit: Node) -> Option<u64> {
    let merge = || {
        let merge = index.merge_of(history, commit)?;
        let is_one = !says_several(&history.commit(merge).message.subject)
            && history.graph.brought_by(merge).iter().take(MAX_MEMBERS + 1).count() <= MAX_MEMBERS;
        is_one.then(|| number(history, index, merge)).flatten()
    };
    match &*history.commit(commit).message.pull_requests {
        [] => merge(),
        _ => number(history, index, commit),
    }
}

/// The number in the message of a commit. Of several the last given: a backport's subject
/// goes on with the number of its own request behind that of the original's.
fn number(history: &History, index: &Index<'_>, commit: Node) -> Option<u64> {
    let number = history.commit(commit).message.pull_requests.iter().copied().max()?;
    (!is_of_another(history, index, commit, number)).then_some(number)
}

/// How many of the next numbers are looked for. In histories that name requests most of
/// ten have a commit.
const NEXT: u64 = 64;

/// Nobody leaves a request open for longer than this, in seconds, but for some.
const LONGEST: i64 = 2 * 365 * 86_400;

/// Whether a request of a later number came in years before. Numbers are given in the
/// order of time: KubeSphere's commits of 2025 name #1991 and #2107 of a private
/// repository, and the public requests of these numbers are of 2020 and something else.
fn is_of_another(history: &History, index: &Index<'_>, commit: Node, number: u64) -> bool {
    let time = history.graph.time(commit);
    let next = (1..=NEXT).filter_map(|more| number.checked_add(more));
    let mut later = next.flat_map(|next| index.pull_request(next));
    later.any(|other| history.graph.time(other) < time.saturating_sub(LONGEST))
}
