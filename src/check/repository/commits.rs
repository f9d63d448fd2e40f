//! Whether the commits that a record names are here, and whether those that
//! end a range descend from those that begin it.

use rustc_hash::FxHashMap;

use crate::check::problem::{Problem, some};
use crate::check::view::{Event, Kind, Range, View};
use crate::check::{Code, Quality};
use crate::emit::osv::validate::{Rule, shown};
use crate::history::{Graph, Node};
use crate::model::CommitPrefix;

use super::facts::Facts;
use super::own::{self, GitEvent, GitRange, Own};
use super::reach::Reach;

/// Looks up every commit that a record names.
pub(super) fn resolve<'r, 'v>(
    facts: &Facts<'_>,
    at: usize,
    view: &'r View<'v>,
    found: &mut Vec<Problem>,
) -> Own<'r, 'v> {
    let graph = &facts.history.graph;
    let (mut ranges, mut whole_hashes) = (Vec::new(), FxHashMap::default());
    for entry in &view.affected {
        for range in entry.ranges.iter().filter(|range| own::is_of(range, facts.project)) {
            let (mut events, mut whole) = (Vec::new(), true);
            for event in range.events() {
                let special = match event.kind {
                    Kind::Introduced => event.value == "0",
                    Kind::Limit => event.value.contains('*'),
                    _ => false,
                };
                let node = if special { None } else { look_up(graph, range, event, found) };
                if let Some(node) = node {
                    whole_hashes.insert(range.place(event), graph.id(node));
                }
                whole &= special || node.is_some();
                events.push(GitEvent { event, node });
            }
            ranges.push(GitRange { entry, range, events, whole });
        }
    }
    // Why something is no full hash has been said; what the hash is has not.
    for problem in found.iter_mut().filter(|problem| problem.code == Code::Specification(Rule::NotAFullHash)) {
        if let Some(hash) = whole_hashes.get(&problem.at) {
            problem.message.push_str(&format!("; the commit is {hash}"));
        }
    }
    for (at, hash) in own::links(view, facts.project) {
        let Ok(prefix) = hash.parse::<CommitPrefix>() else { continue };
        if graph.find_prefix(&prefix).is_empty() {
            let message = format!("no branch or tag of this repository leads to the commit {}", shown(hash));
            found.push(Problem::new(Quality::ReferencedCommitNotFound, format!("/references/{at}/url"), message));
        }
    }
    Own { at, view, ranges }
}

/// The commit of an event, reported where there is none.
fn look_up(graph: &Graph, range: &Range<'_>, event: &Event<'_>, found: &mut Vec<Problem>) -> Option<Node> {
    let digits: String = event.value.chars().take_while(char::is_ascii_hexdigit).collect();
    let nodes = digits.parse::<CommitPrefix>().map(|prefix| graph.find_prefix(&prefix)).unwrap_or_default();
    match nodes.as_slice() {
        [node] => Some(*node),
        [] => {
            let message = format!(
                "no branch or tag of this repository leads to the commit {}; name one that the releases have",
                shown(event.value)
            );
            found.push(Problem::new(Quality::CommitNotFound, range.place(event), message));
            None
        }
        several => {
            let ids: Vec<String> = several.iter().map(|node| graph.id(*node).to_string()).collect();
            let message = format!("{} may be {}", shown(event.value), some(ids.iter().map(String::as_str)));
            found.push(Problem::new(Quality::CommitNotFound, range.place(event), message));
            None
        }
    }
}

/// Reports ends of ranges before which nothing was introduced.
pub(super) fn ancestry(reach: &Reach<'_>, record: &Own<'_, '_>, found: &mut Vec<Problem>) {
    for range in record.ranges.iter().filter(|range| range.whole && !range.begins_at_zero()) {
        let introduced: Vec<Node> = range.nodes(Kind::Introduced).collect();
        for kind in [Kind::Fixed, Kind::LastAffected, Kind::Limit] {
            for end in range.of(kind) {
                let Some(node) = end.node else { continue };
                if introduced.is_empty() || introduced.iter().any(|from| reach.descends(node, *from)) {
                    continue;
                }
                let message = format!(
                    "no `introduced` commit is an ancestor of {}, so it ends nothing; \
                     name what introduced the vulnerability on this line, or 0",
                    shown(end.event.value)
                );
                found.push(Problem::new(Quality::EndWithoutIntroduced, range.range.place(end.event), message));
            }
        }
    }
}
