//! The files of a store.

use std::io::ErrorKind;
use std::path::Path;

use super::error::StoreError;

/// The file of public records.
pub(super) const PUBLIC: &str = "advisories.sqlite";
/// The file of unpublished records.
pub(super) const PRIVATE: &str = "unpublished.sqlite";

/// Whether there is a file at a path. Nothing else is opened: a pipe would be
/// waited for, and a link could lead anywhere.
pub(super) fn is_there(path: &Path) -> Result<bool, StoreError> {
    let kind = match std::fs::symlink_metadata(path) {
        Ok(found) => found.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        // A file that may not be seen is another thing than none.
        Err(error) => return Err(StoreError::files("open", path)(error)),
    };
    let kind = match kind {
        kind if kind.is_file() => return Ok(true),
        kind if kind.is_dir() => "a folder",
        kind if kind.is_symlink() => "a link",
        _ => "a pipe, a socket or a device",
    };
    Err(StoreError::NotAFile { path: path.to_owned(), kind })
}
