//! Why a verb failed, and the exit code of that: the one place where errors of
//! the library meet exit codes. It knows no verb; what goes wrong in one verb
//! alone is a [`Failure`] of its own.

use std::path::PathBuf;

use crate::model::{few_lines, line, line_of, line_of_path};

use super::config::ConfigError;
use super::{exit, hints};
use crate::advisory::snapshot::SnapshotError;
use crate::advisory::store::StoreError;
use crate::limits::Exceeded;
use crate::{advisory, history};

/// What goes wrong in one verb alone.
pub(super) trait Failure: std::error::Error + Send {
    /// The exit code that tells it (see [`exit`]).
    fn exit_code(&self) -> u8 {
        exit::ERROR
    }
}

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("{}{}", .0, hints::of_history(.0))]
    History(#[from] history::Error),
    #[error(transparent)]
    Advisory(#[from] advisory::Error),
    #[error(transparent)]
    Exceeded(#[from] Exceeded),
    #[error("{}{}", .0, hints::of_store(.0))]
    Store(#[from] StoreError),
    #[error("{}{}", .0, hints::of_snapshot(.0))]
    Snapshot(#[from] SnapshotError),
    /// What there was is printed; this says what it lacks.
    #[error("advisories are missing: {0}")]
    Incomplete(String),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("cannot {doing} {}: {}", line_of_path(path), line_of(source))]
    File { doing: &'static str, path: PathBuf, source: std::io::Error },
    #[error("{}", line(.0))]
    Usage(String),
    #[error("{}", line(.0))]
    NotFound(String),
    #[error("{}", line(.0))]
    Findings(String),
    #[error("secnotes cannot write its own output: {}; please report this", line_of(.0))]
    Internal(#[from] serde_json::Error),
    #[error("{0}")]
    OfVerb(Box<dyn Failure>),
}

impl<F: Failure + 'static> From<F> for Error {
    fn from(failure: F) -> Self {
        Self::OfVerb(Box::new(failure))
    }
}

impl Error {
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::History(
                history::Error::Shallow { .. }
                | history::Error::MissingCommit { .. }
                | history::Error::Damaged { .. }
                | history::Error::BadReference { .. },
            ) => exit::HISTORY,
            Self::Store(error) | Self::Snapshot(SnapshotError::Store(error)) => of_store(error),
            Self::Snapshot(SnapshotError::Files { .. }) => exit::ERROR,
            Self::Exceeded(_) | Self::Advisory(_) | Self::Incomplete(_) | Self::Snapshot(_) => exit::ADVISORIES,
            Self::Usage(_) => exit::USAGE,
            Self::Findings(_) => exit::FINDINGS,
            Self::Internal(_) => exit::INTERNAL,
            Self::OfVerb(failure) => failure.exit_code(),
            _ => exit::ERROR,
        }
    }
}

/// A folder that cannot be used is the user's to mend; a store that is not
/// there, or of no use, is data that is missing.
const fn of_store(error: &StoreError) -> u8 {
    match error {
        StoreError::Files { .. }
        | StoreError::Database { .. }
        | StoreError::Foreign(_)
        | StoreError::NotAFile { .. } => exit::ERROR,
        _ => exit::ADVISORIES,
    }
}

/// Several reasons as one text: the first few, a line each.
pub(super) fn lines(reasons: &[String]) -> String {
    const FEW: usize = 10;
    if let [only] = reasons {
        return line(only).to_string();
    }
    let shown: Vec<String> = reasons.iter().take(FEW).map(|reason| line(reason).to_string()).collect();
    if shown.is_empty() { String::new() } else { format!("\n  {}", few_lines(&shown, reasons.len())) }
}
