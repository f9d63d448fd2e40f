//! The records of a file on their way into the store.

use serde_json::value::RawValue;

use super::incoming::Incoming;
use crate::advisory::Budget;
use crate::advisory::contents::json_of;
use crate::advisory::kind::looks_like_advisory;
use crate::advisory::read_record;
use crate::model::yaml::{is_yaml, may_be_record};

/// The records of a text, each read or not.
pub(in crate::advisory) type Items = Vec<Result<Incoming, String>>;

/// The records of a file, of JSON or by its name of YAML: one, a list of them, or
/// none where it is plainly something else; each by itself, for one that is broken
/// stops no other.
pub(in crate::advisory) fn items(name: &str, bytes: Vec<u8>, budget: &Budget) -> Result<Items, String> {
    let bytes = if is_yaml(name) {
        if !may_be_record(&bytes) {
            return Ok(Vec::new());
        }
        budget.fits_yaml(&bytes).map_err(|error| error.to_string())?;
        json_of(&bytes)?
    } else {
        bytes
    };
    let _loan = budget.lend(&bytes, 1).map_err(|error| error.to_string())?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    if text.trim_ascii_start().first() == Some(&b'[') {
        let all: Vec<&RawValue> = serde_json::from_slice(text).map_err(|error| not_json(&error))?;
        let advisory =
            |item: &&&RawValue| serde_json::from_str(item.get()).is_ok_and(|item| looks_like_advisory(&item));
        if !all.iter().any(|item| advisory(&item)) {
            return Ok(Vec::new());
        }
        return Ok(all.into_iter().map(|item| Incoming::read(item.get().as_bytes().to_vec())).collect());
    }
    // Nearly always it is a record, and then it is parsed once.
    match read_record(text, "") {
        Ok(record) => Ok(vec![Ok(Incoming::of(&record, bytes))]),
        Err(why) => {
            let value: serde_json::Value = serde_json::from_slice(text).map_err(|error| not_json(&error))?;
            if looks_like_advisory(&value) { Ok(vec![Err(why)]) } else { Ok(Vec::new()) }
        }
    }
}

fn not_json(error: &serde_json::Error) -> String {
    format!("it is not JSON (line {}, column {})", error.line(), error.column())
}
