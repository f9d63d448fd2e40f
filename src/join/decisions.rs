//! What people of the project decided: `[[link]]` in the configuration.

use super::index::{Index, Resolved};
use crate::advisory::Advisory;
use crate::history::Node;
use crate::model::{AdvisoryId, CommitPrefix, Finding, FindingCode, FindingPlace};

/// A decision about one advisory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Any id of the advisory.
    pub advisory: AdvisoryId,
    /// The commits that fix it, on every line; a merge stands for what it
    /// brought. Empty where only `not` says something.
    pub commits: Vec<CommitPrefix>,
    /// Commits that do not.
    pub not: Vec<CommitPrefix>,
    /// Why, for those who read it later.
    pub reason: String,
    /// Where it stands.
    pub origin: FindingPlace,
}

/// The decisions about one advisory, with the commits found.
#[derive(Debug, Default)]
pub(super) struct Decided {
    pub(super) commits: Vec<(Node, String)>,
    pub(super) not: Vec<Node>,
    /// Where the first of those stands that name commits.
    pub(super) place: Option<FindingPlace>,
}

/// Looks up what was decided about an advisory.
pub(super) fn about(
    decisions: &[Decision],
    index: &Index<'_>,
    advisory: &Advisory,
    findings: &mut Vec<Finding>,
) -> Decided {
    let mut decided = Decided::default();
    for decision in decisions.iter().filter(|decision| advisory.ids().any(|id| *id == decision.advisory)) {
        let mut unusable = |message: String| {
            let finding = Finding::new(FindingCode::DecisionUnusable, advisory.id.as_str(), message);
            findings.push(finding.at(decision.origin.clone()));
        };
        let mut find = |prefix: &CommitPrefix| {
            resolved(index, ("link", &decision.origin.file), prefix).map_err(&mut unusable).ok()
        };
        let commits: Vec<Node> = decision.commits.iter().filter_map(&mut find).collect();
        decided.not.extend(decision.not.iter().filter_map(&mut find));
        let detail = format!("{} says so: {}", decision.origin.file, decision.reason);
        if !commits.is_empty() {
            decided.place.get_or_insert_with(|| decision.origin.clone());
        }
        decided.commits.extend(commits.into_iter().map(|commit| (commit, detail.clone())));
    }
    decided
}

/// The commit that a `[[link]]` or a `[[note]]` of a file names, or why it names none.
pub(super) fn resolved(index: &Index<'_>, (what, file): (&str, &str), prefix: &CommitPrefix) -> Result<Node, String> {
    match index.resolve(prefix) {
        Resolved::Commit(node) => Ok(node),
        Resolved::Missing => Err(format!("A [[{what}]] of {file} names {prefix}, which no branch or tag here has.")),
        Resolved::Ambiguous(count) => {
            Err(format!("A [[{what}]] of {file} names {prefix}, with which {count} commits begin. Give more digits."))
        }
    }
}

/// Findings about decisions that name no advisory of the project.
pub(super) fn strangers(decisions: &[Decision], advisories: &[Advisory]) -> Vec<Finding> {
    let known = |id: &AdvisoryId| advisories.iter().any(|advisory| advisory.ids().any(|own| own == id));
    let unknown = decisions.iter().filter(|decision| !known(&decision.advisory));
    let say = |decision: &Decision| {
        Finding::new(
            FindingCode::DecisionUnusable,
            decision.advisory.as_str(),
            format!(
                "A [[link]] of {} is about it, and no advisory given has this id. Give its record, or remove the link.",
                decision.origin.file
            ),
        )
        .at(decision.origin.clone())
    };
    unknown.map(say).collect()
}
