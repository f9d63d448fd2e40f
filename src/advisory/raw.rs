//! Files that may hold records, as bytes: for who judges them.

use std::path::{Path, PathBuf};

use super::Error;
use super::files::{self, MAX_FILE, read_up_to};

/// A file, or an entry of an archive, that may hold records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawFile {
    /// The file, or the archive.
    pub file: String,
    /// The entry of the archive.
    pub entry: Option<String>,
    /// Whether this very file was named, not a folder or an archive around it.
    pub named: bool,
    /// Its contents, or why they could not be read.
    pub bytes: Result<Vec<u8>, String>,
}

/// Reads a file, a folder tree or an archive, in a fixed order, within bounds.
///
/// # Errors
/// The path cannot be read, or is a folder without anything to read.
pub fn raw(path: &Path) -> Result<Vec<RawFile>, Error> {
    let files = files::read(&[PathBuf::from(path)])?;
    Ok(files.into_iter().map(from_file).collect())
}

fn from_file(file: files::File) -> RawFile {
    let archive = file.entry.as_ref().and_then(|entry| file.origin.strip_suffix(entry.as_str())?.strip_suffix(": "));
    let name = archive.unwrap_or(&file.origin).to_owned();
    RawFile { file: name, entry: file.entry, named: file.named, bytes: file.bytes }
}

/// Reads a stream, such as standard input, as one file that was named.
pub fn raw_stream(name: &str, stream: impl std::io::Read) -> RawFile {
    RawFile { file: name.to_owned(), entry: None, named: true, bytes: read_up_to(stream, MAX_FILE) }
}
