//! What can be wrong with the store.

use std::path::{Path, PathBuf};

use super::condemned::condemn;
use crate::limits::Exceeded;
use crate::model::{line, line_of, line_of_path};

/// Why the store could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no store yet.
    #[error("there is no store of advisories at {}; `secnotes sync` makes it", line_of_path(.0))]
    Missing(PathBuf),
    /// The folder or a file of the store cannot be used.
    #[error("cannot {doing} {}: {}", line_of_path(path), line_of(source))]
    Files {
        /// What was being done.
        doing: &'static str,
        /// To which path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The database refuses.
    #[error("the store of advisories {} cannot be used: {}", line_of_path(path), line_of(source))]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The file is damaged, or none of ours.
    #[error("{} is damaged, or no store of advisories ({}); {mend}", line_of_path(path), line(why))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// How that shows.
        why: String,
        /// What to do.
        mend: &'static str,
    },
    /// Something else is where a file of the store belongs.
    #[error("{} is {kind}, where the store keeps a file; remove it, or name another folder", line_of_path(path))]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What is there.
        kind: &'static str,
    },
    /// It holds more of what was asked for than fits.
    #[error(transparent)]
    Exceeded(#[from] Exceeded),
    /// The file is another program's database.
    #[error("{} is another program's database; name another folder", line_of_path(.0))]
    Foreign(PathBuf),
    /// A secnotes of another version made it.
    #[error("{} is a store of version {found}, and this secnotes reads version {known}; {mend}", line_of_path(path))]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
        /// What to do.
        mend: &'static str,
    },
}

impl StoreError {
    /// A file is damaged. It is marked as such, so that the next sync sets it
    /// aside, even if it would not come upon the damage itself.
    pub(super) fn damaged(path: &Path, why: &str) -> Self {
        let mend = if condemn(path) {
            "`secnotes sync` sets it aside and makes a new one"
        } else {
            "nothing can be written beside it, so remove it, or name another folder with --store; then `secnotes sync` \
             makes a new one"
        };
        Self::Damaged { path: path.to_owned(), why: why.to_owned(), mend }
    }

    pub(crate) fn files(doing: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Files { doing, path, source }
    }
}
