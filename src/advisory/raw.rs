//! Files that may hold records, as they were written: for who judges them.

use super::contents::read_up_to;
use super::files::{self, File};
use super::{Budget, Error};
use crate::files::Place;
use crate::limits::Exceeded;

/// Reads a file, a folder tree or an archive, in a fixed order, within bounds.
///
/// # Errors
/// The path cannot be read, or is a folder without anything to read.
pub fn raw(place: &Place, budget: &Budget) -> Result<Vec<File>, Error> {
    files::each_as_it_is(std::slice::from_ref(place), budget, &|file| parsed(file, budget))
}

/// The file, whose values will be parsed, and kept until all files are judged.
fn parsed(file: File, budget: &Budget) -> Result<File, Exceeded> {
    let bytes = file.bytes.as_deref().unwrap_or_default();
    if file.is_yaml() {
        budget.take_parsed_yaml(bytes)?;
    } else {
        budget.take_parsed(bytes)?;
    }
    Ok(file)
}

/// Reads a stream, such as standard input, as one file that was named.
///
/// # Errors
/// It is too much.
pub fn raw_stream(name: &str, stream: impl std::io::Read, budget: &Budget) -> Result<File, Error> {
    let bytes = read_up_to(stream, budget.largest_file());
    budget.take(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))?;
    let text = bytes.as_deref().unwrap_or_default();
    // What begins otherwise may be YAML.
    if text.trim_ascii_start().starts_with(b"{") || text.trim_ascii_start().starts_with(b"[") {
        budget.take_parsed(text)?;
    } else {
        budget.take_parsed_yaml(text)?;
    }
    Ok(File { file: name.to_owned(), entry: None, named: true, bytes })
}
