//! Updates that were security fixes and that a release takes back.

use super::book::Ledger;
use crate::history::message::Reverts;
use crate::history::{Node, ReleaseRange};
use crate::join::quiet;
use crate::model::{AdvisoryId, Finding, FindingCode};

/// A finding for every revert in a range that takes back a commit which named
/// an advisory of something that the project uses.
pub(super) fn reverted(ledger: &Ledger<'_>, range: &ReleaseRange, findings: &mut Vec<Finding>) {
    let own = |id: &AdvisoryId| ledger.own.iter().any(|advisory| advisory.ids().any(|known| known == id));
    let takes_back = |by: &Node| ledger.history.commit(*by).message.reverts.is_some();
    for by in ledger.history.not_of_others(range.commits.iter().filter(takes_back)) {
        let facts = &ledger.history.commit(by).message;
        let Some(reverts) = facts.reverts.as_ref().filter(|reverts| !reverts.reapplies) else { continue };
        for of in taken_back(ledger, by, reverts) {
            let mentions = &ledger.history.commit(of).message.mentions;
            let (by_id, of_id) = (ledger.history.graph.id(by), ledger.history.graph.id(of));
            // Many updates say that they are for security, and not for which id.
            if mentions.is_empty() && quiet::is_security_update(ledger.history, of) {
                let message = format!(
                    "Commit {} takes back {}, which calls itself a security update: {}",
                    by_id.short(),
                    of_id.short(),
                    ledger.history.commit(of).message.subject
                );
                findings.push(Finding::new(FindingCode::SecurityUpdateReverted, of_id.to_string(), message));
            }
            for mention in mentions.iter().filter(|mention| !mention.context.is_negative() && !own(&mention.id)) {
                let message =
                    format!("Commit {} takes back {}, which said that it fixes this.", by_id.short(), of_id.short());
                findings.push(Finding::new(FindingCode::SecurityUpdateReverted, mention.id.as_str(), message));
            }
        }
    }
}

/// The commits that a revert takes back: those it names, else the last one
/// before it of the subject that it quotes. What a merge brought goes with it.
fn taken_back(ledger: &Ledger<'_>, by: Node, reverts: &Reverts) -> Vec<Node> {
    let history = ledger.history;
    let mut of: Vec<Node> = reverts.commits.iter().flat_map(|commit| history.graph.find_prefix(commit)).collect();
    if let (Some(subject), true) = (&reverts.subject, of.is_empty()) {
        let before = history.graph.ancestors(&[by]);
        let quoted = before.iter().filter(|node| *node != by && history.commit(*node).message.subject == *subject);
        of.extend(quoted.last());
    }
    let brought: Vec<Node> =
        of.iter().flat_map(|node| history.graph.brought_by(*node).iter().collect::<Vec<_>>()).collect();
    of.extend(brought.into_iter().take(200));
    of
}
