//! The bytes of a file → the records in it, or why there are none.

use serde_json::Value;

use super::spot::duplicate_keys;
use super::{Given, Origin, Problem, Quality, Spot};
use crate::emit::osv::validate::shown;

/// What a file holds.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// Its records, in their order.
    pub records: Vec<Given>,
    /// What is wrong with the file itself, and where if its parser said.
    pub problems: Vec<(Problem, Option<Spot>)>,
    /// Whether it plainly holds something else, and was not named.
    pub passed_over: bool,
}

/// Reads the records of a file: one, or a list. What was found in a folder or
/// an archive and has nothing of a record is passed over; what was `named` has
/// to be one.
#[must_use]
pub fn read(origin: &Origin, named: bool, bytes: &[u8]) -> Read {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let broken = |code: Quality, message: String, spot: Option<Spot>| Read {
        problems: vec![(Problem::new(code, "", message), spot)],
        ..Read::default()
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return broken(Quality::NotJson, "the file is empty".to_owned(), None);
    }
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => {
            let spot = Spot { line: error.line().max(1), column: error.column().max(1), width: 1 };
            return broken(Quality::NotJson, format!("the file is no JSON: {error}"), Some(spot));
        }
    };
    let items: Vec<(String, Value)> = match value {
        Value::Array(items) => items.into_iter().enumerate().map(|(at, item)| (format!("/{at}"), item)).collect(),
        item => vec![(String::new(), item)],
    };
    if !items.iter().any(|(_, item)| is_record(item)) {
        if !named {
            return Read { passed_over: true, ..Read::default() };
        }
        let message = "this is JSON, and no OSV record: those have an `id` and a `modified`";
        return broken(Quality::NotARecord, message.to_owned(), None);
    }
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let twice = duplicate_keys(text).into_iter().map(|at| {
        let key = shown(at.rsplit('/').next().unwrap_or_default());
        let message = format!("`{key}` stands in this object more than once, and readers disagree which one counts");
        (Problem::new(Quality::DuplicateKey, at, message), None)
    });
    let given = |(at, value)| Given { origin: origin.clone(), at, value };
    Read { problems: twice.collect(), records: items.into_iter().map(given).collect(), passed_over: false }
}

/// GitHub's answers have ids of other names, and are no OSV.
fn is_record(value: &Value) -> bool {
    let has = |field: &str| value.get(field).is_some();
    let word = ["modified", "affected", "schema_version"].into_iter().any(has);
    !has("ghsa_id") && (has("id") && (word || has("summary") || has("details")) || has("schema_version") && word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(bytes: &[u8], named: bool) -> (usize, Vec<&'static str>, bool) {
        let read = read(&Origin::default(), named, bytes);
        let codes = read.problems.iter().map(|(problem, _)| problem.code.as_str()).collect();
        (read.records.len(), codes, read.passed_over)
    }

    #[test]
    fn files_hold_one_record_or_a_list() {
        assert_eq!(codes(b"\xef\xbb\xbf{\"id\": \"GO-1\", \"modified\": \"x\"}", true), (1, vec![], false));
        let list = read(&Origin::default(), false, br#"[{"id": "GO-1", "affected": []}, 5]"#);
        assert_eq!(list.records[1].at, "/1");
        assert_eq!(list.records[1].id(), "");
    }

    #[test]
    fn what_is_no_record_is_passed_over_unless_it_was_named() {
        for text in [r#"{"name": "package"}"#, r#"{"ghsa_id": "GHSA-x", "id": 1, "summary": ""}"#, "[]", "7"] {
            assert_eq!(codes(text.as_bytes(), false), (0, vec![], true), "{text}");
            assert_eq!(codes(text.as_bytes(), true), (0, vec!["not-a-record"], false), "{text}");
        }
    }

    #[test]
    fn broken_files_say_where() {
        assert_eq!(codes(b" \n", false), (0, vec!["not-json"], false));
        assert_eq!(codes(b"{\"id\": \"\xff\"}", false).1, ["not-json"]);
        assert_eq!(codes("[".repeat(100_000).as_bytes(), false).1, ["not-json"]);
        assert_eq!(codes(b"{\"id\": 1e999999}", false).1, ["not-json"]);
        let broken = read(&Origin::default(), false, b"{\n  \"id\": ,}");
        assert_eq!(broken.problems[0].1, Some(Spot { line: 2, column: 9, width: 1 }));
        assert_eq!(codes(br#"{"id": "GO-1", "id": "GO-2", "modified": ""}"#, false), (1, vec!["duplicate-key"], false));
    }
}
