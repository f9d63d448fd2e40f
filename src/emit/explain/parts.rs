//! What stories of all kinds are made of.

use serde::Serialize;

use crate::history::Node;
use crate::ledger::Ledger;
use crate::model::{self, CommitId};

/// A trace, as the stories print it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Evidence {
    pub(super) kind: model::EvidenceKind,
    /// In points; about three make odds ten times better.
    pub(super) weight: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) commit: Option<CommitId>,
    pub(super) detail: String,
}

impl From<&model::Evidence> for Evidence {
    fn from(of: &model::Evidence) -> Self {
        Self { kind: of.kind, weight: of.weight.points(), commit: of.commit, detail: of.detail.clone() }
    }
}

/// A commit by its hash and its subject, which is untrusted text.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Named {
    pub(super) id: CommitId,
    pub(super) subject: String,
}

impl Named {
    pub(super) fn new(ledger: &Ledger<'_>, node: Node) -> Self {
        Self { id: ledger.history.graph.id(node), subject: ledger.history.commit(node).message.subject.to_string() }
    }
}

/// A finding, as the stories print it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    pub(super) code: model::FindingCode,
    pub(super) level: model::Level,
    pub(super) subject: String,
    pub(super) message: String,
    /// What to do about all of the code.
    pub(super) mend: &'static str,
}

impl From<&model::Finding> for Finding {
    fn from(of: &model::Finding) -> Self {
        let (subject, message) = (of.subject.clone(), of.message.clone());
        Self { code: of.code, level: of.level(), subject, message, mend: of.code.mend() }
    }
}

impl From<&Finding> for model::Finding {
    fn from(of: &Finding) -> Self {
        Self::new(of.code, of.subject.as_str(), of.message.as_str())
    }
}
