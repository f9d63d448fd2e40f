//! The one place where errors meet exit codes.

use std::path::PathBuf;

use crate::model::{line, line_of, line_of_path};

use super::config::ConfigError;
use super::demo::DemoError;
use super::exit;
use super::feed::FeedError;
use crate::advisory::snapshot::SnapshotError;
use crate::advisory::store::StoreError;
use crate::emit::markdown::TemplateError;
use crate::files::FileError;
use crate::limits::Exceeded;
use crate::{advisory, history};

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    History(#[from] history::Error),
    #[error(transparent)]
    Advisory(#[from] advisory::Error),
    #[error(transparent)]
    Exceeded(#[from] Exceeded),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// What there was is printed; this says what it lacks.
    #[error("advisories are missing: {0}")]
    Incomplete(String),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error(transparent)]
    Feed(#[from] FeedError),
    #[error(transparent)]
    BadTemplate(#[from] TemplateError),
    #[error("cannot read the template {0} (built in are `default` and `kata`)")]
    Template(FileError),
    #[error("cannot read the SBOM {0}")]
    Sbom(FileError),
    #[error("cannot use {} as an SBOM: {}", line_of_path(path), line(.why))]
    NoSbom { path: PathBuf, why: String },
    #[error("cannot {doing} {}: {}", line_of_path(path), line_of(source))]
    File { doing: &'static str, path: PathBuf, source: std::io::Error },
    #[error("{}", line(.0))]
    Usage(String),
    #[error("{}", line(.0))]
    NotFound(String),
    #[error("{}", line(.0))]
    Findings(String),
    #[error("cannot use the list of packages {}: {}", line_of_path(path), line_of(source))]
    KnownPackages { path: PathBuf, source: crate::check::RegistryError },
    /// The others are written, unless all or none were asked for.
    #[error("{} of {} records cannot be published and are left out: {}", .reasons.len(), .left + .reasons.len(), lines(.reasons))]
    Refused { left: usize, reasons: Vec<String> },
    #[error("secnotes cannot write its own output: {}; please report this", line_of(.0))]
    Internal(#[from] serde_json::Error),
}

impl Error {
    pub(super) const fn exit_code(&self) -> u8 {
        match self {
            Self::History(
                history::Error::Shallow { .. }
                | history::Error::MissingCommit { .. }
                | history::Error::Damaged { .. }
                | history::Error::BadReference { .. },
            ) => exit::HISTORY,
            Self::Store(error) | Self::Snapshot(SnapshotError::Store(error)) => of_store(error),
            Self::Snapshot(SnapshotError::Files { .. }) => exit::ERROR,
            Self::Feed(FeedError::Exceeded(_))
            | Self::Exceeded(_)
            | Self::Advisory(_)
            | Self::Incomplete(_)
            | Self::Snapshot(_) => exit::ADVISORIES,
            Self::Usage(_) => exit::USAGE,
            Self::Feed(FeedError::LeftOut { .. }) | Self::Findings(_) | Self::Refused { .. } => exit::FINDINGS,
            Self::Internal(_) => exit::INTERNAL,
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
    let shown: Vec<String> = reasons.iter().take(FEW).map(|reason| format!("\n  {}", line(reason))).collect();
    let more = reasons.len().saturating_sub(FEW);
    let tail = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    format!("{}{tail}", shown.concat())
}
