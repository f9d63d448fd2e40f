//! Where a fix is whole, and where it is taken back.

use super::super::affected::{Timeline, affected};
use crate::history::{FOLLOWED, Graph, Node};
use crate::join::{AdvisoryLinks, Carry};
use crate::model::{Confidence, FixRole};

/// The fix of an advisory on every branch.
#[derive(Default)]
pub(super) struct Fixes {
    /// Commits with which the fix is whole: a fix of one commit and every copy
    /// of it; of a fix of several commits the last, on each branch.
    pub(super) fixed: Vec<Node>,
    /// Commits that take it back.
    pub(super) reopened: Vec<Node>,
    /// The commits that change what was vulnerable.
    pub(super) commits: Vec<Node>,
}

/// The fix by links that are at least this sure; none where there is no such
/// link. `is_none` tells what is no fix after all, as what prepares a release: a
/// record that names such a commit names the release, and not what fixes
/// anything on other lines.
/// A fix in one piece, whose history takes nothing back, needs no walk: each commit of it is an
/// event.
pub(super) fn of(
    graph: &Graph,
    links: &AdvisoryLinks,
    least: Confidence,
    is_none: &dyn Fn(Node) -> bool,
) -> Option<Fixes> {
    let sure = |commit: &Node| links.link(*commit).is_some_and(|link| link.confidence >= least);
    let groups = links.sure_groups(least).into_iter();
    let groups: Vec<Vec<Vec<Node>>> = groups
        .map(|group| {
            let parts = group.into_iter().map(|part| part.into_iter().filter(|commit| !is_none(*commit)).collect());
            parts.filter(|part: &Vec<_>| !part.is_empty()).collect::<Vec<_>>()
        })
        .filter(|group| group.iter().flatten().any(sure))
        .collect();
    if groups.is_empty() {
        return None;
    }
    let of_fix = |commit: &Node| links.link(*commit).is_none_or(|link| link.role == FixRole::Fix);
    let mut commits: Vec<Node> = groups.iter().flatten().flatten().copied().filter(of_fix).collect();
    commits.sort_unstable();
    commits.dedup();
    let single = groups.iter().all(|group| group.len() == 1);
    let each: Vec<Node> = groups.iter().flatten().flatten().copied().collect();
    let (mut fixed, reopened) = if single && links.reverts.is_empty() && !begin_apart(graph, &each) {
        (each, Vec::new())
    } else {
        replayed(graph, &AdvisoryLinks { groups, ..links.clone() })
    };
    fixed.sort_unstable();
    fixed.dedup();
    Some(Fixes { fixed, reopened, commits })
}

/// Whether commits descend from different roots. A fix ends what it descends from
/// only, so that a merge of two such histories has to be said to be fixed once more.
fn begin_apart(graph: &Graph, commits: &[Node]) -> bool {
    if commits.len() < 2 {
        return false;
    }
    let roots: Vec<Node> = graph.nodes().filter(|node| graph.parents(*node).is_empty()).collect();
    if roots.len() < 2 {
        return false;
    }
    let contained = graph.containment(&roots, commits);
    let differs =
        |root: &Node| (1..commits.len()).any(|at| contained.contains(at, *root) != contained.contains(0, *root));
    roots.iter().any(differs)
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
    let first = asked.first().map_or(usize::MAX, |first| first.index());
    for node in graph.nodes().skip(first) {
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
    if !reopened.is_empty() || begin_apart(graph, &fixed) {
        let nodes: Vec<Node> = graph.nodes().skip(first).filter(|node| followed.name(*node) != 0).collect();
        // What has no fix in its history needs no event to say so.
        let with_fix = Timeline { introduced: fixed.clone(), ..Timeline::default() };
        let with_fix = affected(graph, &nodes, &[with_fix]).pop().unwrap_or_default();
        let nodes: Vec<Node> = with_fix.iter().filter_map(|at| nodes.get(at).copied()).collect();
        settle(graph, &nodes, &is_whole, &mut fixed, &mut reopened);
    }
    (fixed, reopened)
}

/// Adds events where those so far say otherwise than the history: a merge of a
/// line that took the fix back with one that brought it back, each without the
/// other's commits, has a parent of either kind and is no turn of its own.
fn settle(
    graph: &Graph,
    nodes: &[Node],
    is_whole: &dyn Fn(Node) -> bool,
    fixed: &mut Vec<Node>,
    reopened: &mut Vec<Node>,
) {
    // Each round settles the earliest nodes that are wrong; there are hardly
    // ever any, and rounds enough for any history that people make.
    for _ in 0..16 {
        let timeline =
            Timeline { from_roots: true, introduced: reopened.clone(), fixed: fixed.clone(), ..Timeline::default() };
        let Some(open) = affected(graph, nodes, &[timeline]).pop() else { return };
        let wrong: Vec<Node> = nodes
            .iter()
            .enumerate()
            .filter(|(at, node)| open.contains(*at) == is_whole(**node))
            .map(|(_, node)| *node)
            .collect();
        let earliest =
            wrong.iter().filter(|node| graph.parents(**node).iter().all(|parent| wrong.binary_search(parent).is_err()));
        let mut settled = true;
        for node in earliest {
            settled = false;
            if is_whole(*node) { fixed.push(*node) } else { reopened.push(*node) }
        }
        if settled {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::join::{Link, Revert};
    use crate::model::CommitId;

    /// What a made-up history does with a fix of up to two parts.
    #[derive(Clone, Debug)]
    struct Plan {
        /// For each commit how far back its parents are; 0 begins a root.
        parents: Vec<Vec<usize>>,
        /// Commits that are a part of the fix: which part, and which commit.
        parts: Vec<(bool, usize)>,
        /// Commits that take back or bring back what an earlier part did.
        reverts: Vec<(usize, usize, bool)>,
    }

    fn plan() -> impl Strategy<Value = Plan> {
        let parents = prop::collection::vec(prop::collection::vec(0usize..5, 1..3), 4..24);
        let parts = prop::collection::vec((any::<bool>(), 0usize..24), 1..5);
        let reverts = prop::collection::vec((0usize..24, 0usize..5, any::<bool>()), 0..4);
        (parents, parts, reverts).prop_map(|(parents, parts, reverts)| Plan { parents, parts, reverts })
    }

    fn made(plan: &Plan) -> (Graph, AdvisoryLinks) {
        let id = |number: usize| CommitId::from_bytes([u8::try_from(number).unwrap(); 20]);
        let commits: Vec<(CommitId, Vec<CommitId>)> = plan
            .parents
            .iter()
            .enumerate()
            .map(|(at, back)| {
                let mut parents: Vec<usize> =
                    back.iter().filter(|back| **back > 0).filter_map(|back| at.checked_sub(*back)).collect();
                parents.dedup();
                (id(at), parents.into_iter().map(id).collect())
            })
            .collect();
        let graph = Graph::new(&commits).unwrap();
        let node = |at: usize| graph.find(&id(at % plan.parents.len())).unwrap();
        let mut group = vec![Vec::new(), Vec::new()];
        for (second, at) in &plan.parts {
            let part: &mut Vec<Node> = &mut group[usize::from(*second)];
            part.push(node(*at));
            part.dedup();
        }
        group.retain(|part| !part.is_empty());
        let linked: Vec<Node> = group.iter().flatten().copied().collect();
        let mut links = AdvisoryLinks { groups: vec![group], ..AdvisoryLinks::default() };
        links.links = linked
            .iter()
            .map(|commit| Link {
                commit: *commit,
                role: FixRole::Fix,
                copy_of: None,
                also_of: Vec::new(),
                needed: true,
                aside: false,
                evidence: Vec::new(),
                confidence: Confidence::Likely,
            })
            .collect();
        links.reverts = plan
            .reverts
            .iter()
            .map(|(by, of, reapplies)| Revert { by: node(*by), of: linked[of % linked.len()], reapplies: *reapplies })
            .filter(|revert| !linked.contains(&revert.by) && graph.descendants(revert.of).contains(revert.by))
            .collect();
        links.reverts.sort_unstable();
        links.reverts.dedup();
        (graph, links)
    }

    /// What a commit descends from, itself included, by asking each parent.
    fn history(graph: &Graph, node: Node) -> Vec<Node> {
        let mut all: Vec<Node> = graph.parents(node).iter().flat_map(|parent| history(graph, *parent)).collect();
        all.push(node);
        all.sort_unstable();
        all.dedup();
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        /// The events say of every commit of a fixed history what reading its
        /// whole history says: affected unless it carries the whole fix.
        #[test]
        fn events_agree_with_the_history_of_every_commit(plan in plan()) {
            let (graph, links) = made(&plan);
            let fixes = of(&graph, &links, Confidence::Likely, &|_| false).unwrap();
            let timeline = Timeline {
                from_roots: true,
                introduced: fixes.reopened.clone(),
                fixed: fixes.fixed.clone(),
                ..Timeline::default()
            };
            let nodes: Vec<Node> = graph.nodes().collect();
            let open = affected(&graph, &nodes, &[timeline]).remove(0);
            // A root that leads to no fix has nothing to do with it.
            let leading: Vec<Node> = fixes.fixed.iter().flat_map(|fix| history(&graph, *fix)).collect();
            for (at, node) in nodes.iter().enumerate() {
                let known = history(&graph, *node);
                let whole = Carry::by(&links, &|commit| known.contains(&commit)) == Carry::Whole;
                let of_root = |commit: &&Node| graph.parents(**commit).is_empty() && leading.contains(commit);
                let related = leading.is_empty() || known.iter().any(|commit| of_root(&commit));
                prop_assert_eq!(open.contains(at), related && !whole, "{:?} of {:?}", node, fixes.fixed);
            }
        }
    }
}
