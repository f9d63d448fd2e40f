//! The words of the document.
//!
//! They are written out here, though the inner types have words of their own: renaming
//! one of those must not change what scripts read.

use crate::join::packages::Informational;
use crate::ledger::{LineState, Scope, Status};
use crate::model::{Confidence, Disclosure, EvidenceKind, FixRole, Level, SeverityLevel};

pub(in crate::emit) const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Project => "project",
        Scope::Dependency => "dependency",
    }
}

pub(in crate::emit) const fn severity(level: SeverityLevel) -> &'static str {
    match level {
        SeverityLevel::Unknown => "unknown",
        SeverityLevel::None => "none",
        SeverityLevel::Low => "low",
        SeverityLevel::Medium => "medium",
        SeverityLevel::High => "high",
        SeverityLevel::Critical => "critical",
    }
}

pub(in crate::emit) const fn disclosure(disclosure: Disclosure) -> &'static str {
    match disclosure {
        Disclosure::Unknown => "unknown",
        Disclosure::Triage => "triage",
        Disclosure::Draft => "draft",
        Disclosure::Closed => "closed",
        Disclosure::Published => "published",
        Disclosure::Withdrawn => "withdrawn",
    }
}

pub(in crate::emit) const fn status(status: Status) -> &'static str {
    match status {
        Status::Fixed => "fixed",
        Status::Carried => "carried",
        Status::Partial => "partial",
        Status::Reverted => "reverted",
        Status::Claimed => "claimed",
        Status::Removed => "removed",
        Status::Introduced => "introduced",
        Status::Affected => "affected",
    }
}

pub(in crate::emit) const fn line_state(state: LineState) -> &'static str {
    match state {
        LineState::Fixed => "fixed",
        LineState::Unfixed => "unfixed",
    }
}

pub(in crate::emit) const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Possible => "possible",
        Confidence::Likely => "likely",
        Confidence::Confirmed => "confirmed",
    }
}

pub(in crate::emit) const fn informational(informational: Informational) -> &'static str {
    match informational {
        Informational::Unmaintained => "unmaintained",
        Informational::Unsound => "unsound",
        Informational::Notice => "notice",
    }
}

pub(in crate::emit) const fn role(role: FixRole) -> &'static str {
    match role {
        FixRole::Fix => "fix",
        FixRole::Merge => "merge",
    }
}

pub(super) const fn level(level: Level) -> &'static str {
    match level {
        Level::Note => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

pub(in crate::emit) const fn kind(kind: EvidenceKind) -> &'static str {
    // Stable by its own promise, and shared with SARIF and `explain`.
    kind.as_str()
}
