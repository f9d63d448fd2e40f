//! What can be wrong with a snapshot.

use std::path::{Path, PathBuf};

use crate::advisory::store::StoreError;
use crate::files::FileError;
use crate::limits::Exceeded;
use crate::model::{line, line_of, line_of_path};

/// Why a snapshot cannot be written or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// A file cannot be read or written.
    #[error("cannot {doing} {}: {}", line_of_path(path), line_of(source))]
    Files {
        /// What was being done.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The folder is none.
    #[error("{} is no snapshot: {}", line_of_path(path), line(why))]
    NotASnapshot {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Its records are not those that were recorded.
    #[error(
        "{} is not as it was recorded: its records were added, removed or changed. Record it again, or use it as it is",
        line_of_path(.0)
    )]
    Changed(PathBuf),
    /// It is too large.
    #[error(transparent)]
    Exceeded(#[from] Exceeded),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(super) fn unreadable(doing: &'static str) -> impl Fn(FileError) -> SnapshotError {
    move |error| SnapshotError::Files { doing, path: error.path, source: std::io::Error::other(error.why.to_string()) }
}

pub(super) fn failed(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> SnapshotError {
    let path = path.to_owned();
    move |source| SnapshotError::Files { doing, path, source }
}
