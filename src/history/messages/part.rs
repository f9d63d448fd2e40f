//! A part of the index.

use super::commits::Commits;
use super::texts::Texts;
use crate::model::CommitId;

/// A part of the index: some commits, and what their messages say.
#[derive(Default)]
pub(super) struct Part {
    pub(super) commits: Commits,
    pub(super) texts: Texts,
}

/// Whether some part has a commit.
pub(super) fn has(parts: &[Part], id: &CommitId) -> bool {
    parts.iter().any(|part| part.commits.find(id).is_some())
}
