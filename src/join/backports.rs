//! Copies of a fix on other branches, by what their messages say.

use std::collections::BTreeMap;

use super::index::{Index, Resolved};
use super::link::Link;
use crate::history::{History, Node};
use crate::ledger::FixRole;
use crate::model::{Evidence, EvidenceKind};

/// Adds every commit that says it is a copy of a linked one, and copies of
/// these; and what a linked one says it is a copy of, when it is on a branch here.
pub(super) fn add(history: &History, index: &Index<'_>, links: &mut BTreeMap<Node, Link>) {
    let mut waiting: Vec<Node> = links.keys().copied().collect();
    while let Some(commit) = waiting.pop() {
        let Some(role) = links.get(&commit).map(|link| link.role) else { continue };
        let id = history.graph.id(commit);
        let mut found: Vec<(Node, String)> = Vec::new();
        for copy in index.copies_of(commit) {
            found.push((*copy, format!("its message says that it copies the fix {}", id.short())));
        }
        for origin in &history.commit(commit).message.origins {
            if let Resolved::Commit(original) = index.resolve(&origin.commit) {
                found.push((
                    original,
                    format!("is what the fix {} says it copies ({})", id.short(), origin.kind.as_str()),
                ));
            }
        }
        for (node, detail) in found {
            let undoes = history.commit(node).message.reverts.as_ref().is_some_and(|reverts| !reverts.reapplies);
            if node == commit || undoes || links.contains_key(&node) {
                continue;
            }
            let mut link = Link::new(node, if history.graph.is_merge(node) { FixRole::Merge } else { role });
            link.copy_of = Some(commit);
            link.evidence.push(Evidence { kind: EvidenceKind::CherryPick, commit: Some(id), detail });
            links.insert(node, link);
            waiting.push(node);
        }
    }
}
