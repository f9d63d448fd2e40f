//! Files that may hold records, as bytes: for who judges them.

use super::contents::read_up_to;
use super::files;
use super::{Budget, Error};
use crate::files::Place;
use crate::limits::Exceeded;

/// A file, or an entry of an archive, that may hold records.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
pub fn raw(place: &Place, budget: &Budget) -> Result<Vec<RawFile>, Error> {
    files::each_as_it_is(std::slice::from_ref(place), budget, &|file| from_file(file, budget))
}

fn from_file(file: files::File, budget: &Budget) -> Result<RawFile, Exceeded> {
    let bytes = file.bytes.as_deref().unwrap_or_default();
    if file.is_yaml() {
        budget.take_parsed_yaml(bytes)?;
    } else {
        budget.take_parsed(bytes)?;
    }
    let archive = file.entry.as_ref().and_then(|entry| file.origin.strip_suffix(entry.as_str())?.strip_suffix(": "));
    let name = archive.unwrap_or(&file.origin).to_owned();
    Ok(RawFile { file: name, entry: file.entry, named: file.named, bytes: file.bytes })
}

/// Reads a stream, such as standard input, as one file that was named.
///
/// # Errors
/// It is too much.
pub fn raw_stream(name: &str, stream: impl std::io::Read, budget: &Budget) -> Result<RawFile, Error> {
    let bytes = read_up_to(stream, budget.largest_file());
    budget.take(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))?;
    let text = bytes.as_deref().unwrap_or_default();
    // What begins otherwise may be YAML.
    if text.trim_ascii_start().starts_with(b"{") || text.trim_ascii_start().starts_with(b"[") {
        budget.take_parsed(text)?;
    } else {
        budget.take_parsed_yaml(text)?;
    }
    Ok(RawFile { file: name.to_owned(), entry: None, named: true, bytes })
}
