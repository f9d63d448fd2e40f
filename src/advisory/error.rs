//! What can be wrong with files of advisories.

use std::path::PathBuf;

use crate::files::FileError;
use crate::limits::Exceeded;
use crate::model::{few_lines, line, line_of_path};

/// Why advisories could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The path is not there, or may not be read.
    #[error("cannot read advisories at {0}")]
    Unreadable(#[from] FileError),
    /// There are too many of them, or they are too large.
    #[error(transparent)]
    Exceeded(#[from] Exceeded),
    /// There is nothing to read at a path.
    #[error("{} holds no advisory: it needs .json files or .zip files of OSV or GitHub records", line_of_path(.0))]
    NoAdvisory(PathBuf),
    /// Some files are broken; all of them are named, since an advisory that
    /// silently goes missing makes wrong notes.
    #[error("{}", bad_files(.0))]
    Bad(Vec<BadFile>),
}

/// One file, or one entry of an archive, that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadFile {
    /// Where it is.
    pub origin: String,
    /// What is wrong with it.
    pub reason: String,
}

fn bad_files(files: &[BadFile]) -> String {
    let shown: Vec<String> =
        files.iter().take(10).map(|bad| format!("{}: {}", line(&bad.origin), line(&bad.reason))).collect();
    format!("advisories that cannot be used; mend or remove them:\n  {}", few_lines(&shown, files.len()))
}

/// A broken id is not repeated: it may be a draft's.
pub(super) const NO_ID: &str = "its id is not an advisory id: letters, digits and `-_.:+~`, beginning with a letter or \
                                digit, at most 128";
