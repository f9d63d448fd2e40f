//! What an advisory reaches, and what of its fix matters most.

use serde::Serialize;

use super::words::{line_state, role};
use crate::ledger;

#[derive(Serialize)]
pub(super) struct Line<'r> {
    name: &'r str,
    affected: String,
    fixed_in: Option<&'r str>,
    status: &'static str,
}

impl<'r> Line<'r> {
    pub(super) fn new(line: &'r ledger::LineReach) -> Self {
        Self {
            name: &line.name,
            affected: spans(&line.affected),
            fixed_in: line.fixed_in.as_ref().map(|tag| tag.as_str()),
            status: line_state(line.state),
        }
    }
}

/// Affected releases in one text.
pub(in crate::emit) fn spans(spans: &[ledger::Span]) -> String {
    spans.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[derive(Serialize)]
pub(super) struct By<'r> {
    id: String,
    subject: &'r str,
    role: &'static str,
    pull_request: Option<u64>,
}

impl<'r> By<'r> {
    pub(super) fn new(by: &'r ledger::FixBy) -> Self {
        let commit = &by.commit;
        Self {
            id: commit.id.to_string(),
            subject: &commit.subject,
            role: role(commit.role),
            pull_request: by.pull_request,
        }
    }
}
