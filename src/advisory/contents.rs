//! Names and contents of files that may hold records.

use std::io::Read;

use crate::limits::Exceeded;
use crate::model::yaml::{is_yaml, may_be_record, to_json};

/// Whether a name is that of a file which may hold records.
pub(super) fn is_record_name(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".json") || is_yaml(name)
}

/// The JSON that YAML stands for.
pub(super) fn json_of(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    to_json(text).map(String::into_bytes).map_err(|fault| fault.to_string())
}

/// Whether this is YAML that plainly holds something else than records: of a
/// folder or an archive, that is as little worth a word as its text files.
pub(super) fn is_other_yaml(name: &str, bytes: &Result<Vec<u8>, String>) -> bool {
    is_yaml(name) && bytes.as_ref().is_ok_and(|bytes| !may_be_record(bytes))
}

/// What a file of more bytes is told.
pub(super) fn too_large(most: u64) -> String {
    Exceeded::new("it has", "advisory-file", most).to_string()
}

/// Reads no more than so many bytes.
pub(super) fn read_up_to(reader: impl Read, most: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    reader.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > most {
        return Err(too_large(most));
    }
    Ok(bytes)
}
