//! Where a fix is whole, and where it is taken back.

use super::super::{Carry, FixRole};
use crate::history::{FOLLOWED, Graph, Node};
use crate::join::AdvisoryLinks;
use crate::model::Confidence;

/// The fix of an advisory on every branch.
pub(super) struct Fixes {
    /// Commits with which the fix is whole: a fix of one commit and every copy
    /// of it; of a fix of several commits the last, on each branch.
    pub(super) fixed: Vec<Node>,
    /// Commits that take it back.
    pub(super) reopened: Vec<Node>,
    /// The commits that change what was vulnerable.
    pub(super) commits: Vec<Node>,
}

/// The fix by links that are at least this sure; none where there is no such link.
pub(super) fn of(graph: &Graph, links: &AdvisoryLinks, least: Confidence) -> Option<Fixes> {
    let sure = |commit: &Node| links.link(*commit).is_some_and(|link| link.confidence >= least);
    let groups: Vec<Vec<Vec<Node>>> = links
        .groups
        .iter()
        .map(|group| {
            let parts = group.iter().map(|part| part.iter().copied().filter(sure).collect::<Vec<_>>());
            parts.filter(|part| !part.is_empty()).collect::<Vec<_>>()
        })
        .filter(|group: &Vec<_>| !group.is_empty())
        .collect();
    if groups.is_empty() {
        return None;
    }
    let of_fix = |commit: &Node| links.link(*commit).is_none_or(|link| link.role == FixRole::Fix);
    let mut commits: Vec<Node> = groups.iter().flatten().flatten().copied().filter(of_fix).collect();
    commits.sort_unstable();
    commits.dedup();
    let single = groups.iter().all(|group| group.len() == 1);
    let (mut fixed, reopened) = if single && links.reverts.is_empty() {
        (groups.iter().flatten().flatten().copied().collect(), Vec::new())
    } else {
        replayed(graph, &AdvisoryLinks { groups, ..links.clone() })
    };
    fixed.sort_unstable();
    fixed.dedup();
    Some(Fixes { fixed, reopened, commits })
}

/// Goes through the history once and notes where the fix becomes whole and
/// where it stops to be.
fn replayed(graph: &Graph, links: &AdvisoryLinks) -> (Vec<Node>, Vec<Node>) {
    let mut asked: Vec<Node> = links.groups.iter().flatten().flatten().copied().collect();
    asked.extend(links.reverts.iter().map(|revert| revert.by));
    asked.sort_unstable();
    asked.dedup();
    // A fix of more commits than can be followed has its last ones left out.
    asked.truncate(FOLLOWED);
    let followed = graph.follow(&asked, graph.len().saturating_sub(1));
    let contains = |name: u32| {
        let asked = &asked;
        let followed = &followed;
        move |commit: Node| asked.binary_search(&commit).is_ok_and(|place| followed.has(name, place))
    };
    let whole: Vec<bool> =
        (0..followed.names()).map(|name| Carry::by(links, &contains(name)) == Carry::Whole).collect();
    let is_whole = |node: Node| whole.get(followed.name(node) as usize) == Some(&true);
    let (mut fixed, mut reopened) = (Vec::new(), Vec::<Node>::new());
    let first = asked.first().copied();
    for node in graph.nodes().skip(first.map_or(usize::MAX, |first| first.index())) {
        let had = graph.parents(node).iter().any(|parent| is_whole(*parent));
        match (had, is_whole(node)) {
            (false, true) => fixed.push(node),
            (true, false) => {
                // What merges a line that was opened before needs no event of its own.
                let known = contains(followed.name(node));
                if !reopened.iter().any(|earlier| *earlier != node && known(*earlier)) {
                    reopened.push(node);
                }
            }
            _ => {}
        }
    }
    (fixed, reopened)
}
