//! Reads the records of files.

use serde_json::Value;

use super::files::{self, File};
use super::kind::{from_osv, from_value, is_osv, looks_like_advisory};
use super::why_not::{not_a_record, not_json};
use super::{BadFile, Budget, Error, SourceRecord};
use crate::files::Place;
use crate::limits::Exceeded;
use crate::model::osv;

/// What was read.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Loaded {
    /// Every record, by id and then by where it was read.
    pub records: Vec<SourceRecord>,
    /// Files that hold no advisory and were passed over.
    pub passed_over: Vec<String>,
}

/// Reads the records of files, folder trees and zip archives.
///
/// # Errors
/// A path cannot be read or holds no advisory, or a file is broken. A file
/// of a folder that is plainly something else is passed over; one that was
/// named has to be an advisory.
pub fn read(places: &[Place], budget: &Budget) -> Result<Loaded, Error> {
    let outcomes: Vec<Outcome> = files::each(places, budget, &|file| read_file(file, budget))?;
    let (mut loaded, mut bad) = (Loaded::default(), Vec::new());
    for outcome in outcomes {
        match outcome {
            Outcome::Records(records) => loaded.records.extend(records),
            Outcome::PassedOver(origin) => loaded.passed_over.push(origin),
            Outcome::Bad(file) => bad.push(file),
        }
    }
    if !bad.is_empty() {
        return Err(Error::Bad(bad));
    }
    if let (true, Some(path)) = (loaded.records.is_empty(), places.first()) {
        return Err(Error::NoAdvisory(path.as_path().to_owned()));
    }
    loaded.records.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| a.origin.cmp(&b.origin)));
    Ok(loaded)
}

enum Outcome {
    Records(Vec<SourceRecord>),
    PassedOver(String),
    Bad(BadFile),
}

fn read_file(file: File, budget: &Budget) -> Result<Outcome, Exceeded> {
    let origin = file.origin();
    let bad = |reason: String| Ok(Outcome::Bad(BadFile { origin: origin.clone(), reason }));
    let bytes = match &file.bytes {
        Ok(bytes) => bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes),
        Err(reason) => return bad(reason.clone()),
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return bad("the file is empty".to_owned());
    }
    budget.take_parsed(bytes)?;
    // An OSV record is read straight into its own type; only what is none is
    // looked at as a value. That was measured to be twice as fast as reading values.
    if let Ok(record) = serde_json::from_slice::<osv::Record>(bytes)
        && is_osv(&record)
    {
        return from_osv(record, origin.clone()).map_or_else(bad, |record| Ok(Outcome::Records(vec![record])));
    }
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => return bad(not_json(&error)),
    };
    let is_list = value.is_array();
    let items = match value {
        Value::Array(items) => items,
        item => vec![item],
    };
    let looks = items.iter().any(looks_like_advisory);
    if !looks {
        if file.named {
            return bad("it holds no OSV record and no GitHub advisory".to_owned());
        }
        return Ok(Outcome::PassedOver(origin));
    }
    let why = |at: usize| {
        let why = not_a_record(bytes, is_list.then_some(at));
        // The lines of the JSON that YAML was turned into are not its own.
        let is_placed = file.is_yaml() && why.starts_with("line ");
        let why = if is_placed { why.splitn(3, ", ").last().unwrap_or_default() } else { &why };
        format!("record {}: {why}", at + 1)
    };
    let records = items.into_iter().enumerate().map(|(at, item)| from_value(item, &origin).map_err(|_| why(at)));
    records.collect::<Result<Vec<_>, String>>().map_or_else(bad, |records| Ok(Outcome::Records(records)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(text: &str, named: bool) -> Result<usize, String> {
        let file = File { file: "x.json".to_owned(), entry: None, named, bytes: Ok(text.as_bytes().to_vec()) };
        match read_file(file, &Budget::default()).unwrap() {
            Outcome::Records(records) => Ok(records.len()),
            Outcome::PassedOver(_) => Ok(0),
            Outcome::Bad(bad) => Err(bad.reason),
        }
    }

    #[test]
    fn records_are_told_by_their_fields() {
        assert_eq!(outcome(r#"{"id":"GO-2026-1","modified":"2026-01-01T00:00:00Z"}"#, true), Ok(1));
        assert_eq!(
            outcome("\u{feff}[{\"ghsa_id\":\"GHSA-2222-2222-2222\"},{\"id\":\"CVE-2024-1\",\"affected\":[]}]", true),
            Ok(2)
        );
        assert_eq!(outcome(r#"{"name":"package"}"#, false), Ok(0));
    }

    #[test]
    fn what_is_broken_says_where() {
        assert!(outcome("", true).unwrap_err().contains("empty"));
        assert!(outcome("{\"id\": ", false).unwrap_err().contains("line 1 column"));
        assert!(outcome(r#"{"name":"package"}"#, true).unwrap_err().contains("no OSV record"));
        assert!(outcome(r#"{"id":"../../x","modified":"x"}"#, false).unwrap_err().contains("not an advisory id"));
        assert!(outcome(r#"{"id":"GO-2026-1","modified":"x","affected":5}"#, false).is_err());
        assert!(outcome(&"[".repeat(100_000), false).unwrap_err().contains("recursion"));
    }
}
