//! How secnotes knows: the story of an advisory, a commit or a release, for
//! people as text and for scripts as JSON (`secnotes/explain/v1`). Both come
//! from the same data, so that they cannot disagree.

mod advisory;
mod affected;
mod commit;
mod release;
mod text;

use serde::Serialize;

pub use advisory::advisory;
pub use commit::commit;
pub use release::release;
pub use text::plain;

use crate::advisory::CompiledFrom;
use crate::history::Node;
use crate::ledger::Ledger;
use crate::model::{self, CommitId};

/// The schema's name in the JSON.
const SCHEMA: &str = "secnotes/explain/v1";

/// A story, of one of three kinds.
#[derive(Clone, Debug, Serialize)]
pub struct Story {
    schema: &'static str,
    #[serde(flatten)]
    of: Of,
}

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Of {
    Advisory(Box<advisory::AdvisoryStory>),
    Commit(Box<commit::CommitStory>),
    Release(Box<release::ReleaseStory>),
}

impl Story {
    const fn new(of: Of) -> Self {
        Self { schema: SCHEMA, of }
    }

    /// The story as JSON, with a line break at its end.
    #[must_use]
    pub fn json(&self, from: &CompiledFrom) -> String {
        super::pretty_from(self, from)
    }

    /// The story for people.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.of {
            Of::Advisory(story) => text::advisory(story),
            Of::Commit(story) => text::commit(story),
            Of::Release(story) => text::release(story),
        }
    }
}

/// A trace, as the stories print it.
#[derive(Clone, Debug, Serialize)]
struct Evidence {
    kind: model::EvidenceKind,
    /// In points; about three make odds ten times better.
    weight: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<CommitId>,
    detail: String,
}

impl From<&model::Evidence> for Evidence {
    fn from(of: &model::Evidence) -> Self {
        Self { kind: of.kind, weight: of.weight.points(), commit: of.commit, detail: of.detail.clone() }
    }
}

/// A commit by its hash and its subject, which is untrusted text.
#[derive(Clone, Debug, Serialize)]
struct Named {
    id: CommitId,
    subject: String,
}

impl Named {
    fn new(ledger: &Ledger<'_>, node: Node) -> Self {
        Self { id: ledger.history.graph.id(node), subject: ledger.history.commit(node).message.subject.to_string() }
    }
}

/// A finding, as the stories print it.
#[derive(Clone, Debug, Serialize)]
struct Finding {
    code: model::FindingCode,
    level: model::Level,
    subject: String,
    message: String,
}

impl From<&model::Finding> for Finding {
    fn from(of: &model::Finding) -> Self {
        Self { code: of.code, level: of.level(), subject: of.subject.clone(), message: of.message.clone() }
    }
}
