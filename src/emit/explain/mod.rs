//! How secnotes knows: the story of an advisory, a commit or a release, for
//! people as text and for scripts as JSON (`secnotes/explain/v1`). Both come
//! from the same data, so that they cannot disagree.

mod advisory;
mod affected;
mod commit;
mod parts;
mod release;
mod text;

use serde::Serialize;

use super::pretty::pretty_from;

use crate::advisory::CompiledFrom;
use crate::history::{LineOrigin, Node};
use crate::ledger::{Ledger, ReleaseReport};
use crate::model::{AdvisoryId, CommitId};

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
        pretty_from(self, from)
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

/// The story of an advisory of the project; none where the id is not one of the
/// project's advisories, or may not be seen. `origins` tells where the lines
/// that a commit removes were added; it is asked only where nothing else tells
/// what introduced the vulnerability.
#[must_use]
pub fn advisory(
    ledger: &Ledger<'_>,
    id: &AdvisoryId,
    tip: Node,
    private: bool,
    origins: &dyn Fn(CommitId) -> Vec<LineOrigin>,
) -> Option<Story> {
    advisory::story(ledger, id, tip, private, origins).map(|story| Story::new(Of::Advisory(Box::new(story))))
}

/// The story of a commit. Advisories that may not be seen are not in it.
#[must_use]
pub fn commit(ledger: &Ledger<'_>, node: Node, private: bool) -> Story {
    Story::new(Of::Commit(Box::new(commit::story(ledger, node, private))))
}

/// The story of a release, from its report; what the report may not show is
/// not in it.
#[must_use]
pub fn release(ledger: &Ledger<'_>, report: &ReleaseReport) -> Story {
    Story::new(Of::Release(Box::new(release::story(ledger, report))))
}
