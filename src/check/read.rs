//! The bytes of a file → the records in it, or why there are none.

use serde_json::Value;

use super::spot::duplicate_keys;
use super::{Given, Origin, Problem, Quality, Spot};
use crate::emit::osv::validate::shown;
use crate::model::yaml::{is_yaml, may_be_record, to_json};

/// What a file holds.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Read {
    /// Its records, in their order.
    pub records: Vec<Given>,
    /// What is wrong with the file itself, and where if its parser said.
    pub problems: Vec<(Problem, Option<Spot>)>,
    /// Whether it plainly holds something else, and was not named.
    pub passed_over: bool,
    /// Whether it is written in YAML.
    pub yaml: bool,
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
    if in_yaml(origin, bytes) {
        let fault = |message: String, spot| Read { yaml: true, ..broken(Quality::NotYaml, message, spot) };
        let Ok(text) = std::str::from_utf8(bytes) else { return fault("the file is not UTF-8".to_owned(), None) };
        return match to_json(text) {
            // Its keys stand once in each place: nothing else is read.
            Ok(json) => Read { yaml: true, ..of_json(origin, named, json.as_bytes()) },
            Err(why) => {
                let spot = Spot { line: why.mark.line, column: why.mark.column, width: 1 };
                fault(format!("the file cannot be read as YAML: {}", why.reason), Some(spot))
            }
        };
    }
    of_json(origin, named, bytes)
}

/// Whether a file is written in YAML: by its name, and a stream by what it holds.
fn in_yaml(origin: &Origin, bytes: &[u8]) -> bool {
    let name = origin.entry.as_ref().unwrap_or(&origin.file);
    let is_json = name.to_ascii_lowercase().ends_with(".json") || bytes.trim_ascii_start().starts_with(b"{");
    is_yaml(name) || !is_json && !bytes.trim_ascii_start().starts_with(b"[") && may_be_record(bytes)
}

fn of_json(origin: &Origin, named: bool, bytes: &[u8]) -> Read {
    let broken = |code: Quality, message: String, spot: Option<Spot>| Read {
        problems: vec![(Problem::new(code, "", message), spot)],
        ..Read::default()
    };
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
        let message = "this is no OSV record: those have an `id` and a `modified`";
        return broken(Quality::NotARecord, message.to_owned(), None);
    }
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let twice = duplicate_keys(text).into_iter().map(|at| {
        let key = shown(at.rsplit('/').next().unwrap_or_default());
        let message = format!("`{key}` stands in this object more than once, and readers disagree which one counts");
        (Problem::new(Quality::DuplicateKey, at, message), None)
    });
    let given = |(at, value)| Given { origin: origin.clone(), at, value };
    Read { problems: twice.collect(), records: items.into_iter().map(given).collect(), ..Read::default() }
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
    fn yaml_is_known_by_its_name_and_in_a_stream_by_its_keys() {
        let text = b"id: GO-1\nmodified: 2026-01-01\nversions: [1.10]\n";
        let of = |file: &str, bytes: &[u8]| {
            let origin = Origin { file: file.to_owned(), entry: None };
            let read = read(&origin, true, bytes);
            let problem = read.problems.first().map(|(problem, spot)| (problem.code.as_str(), *spot));
            (read.records.first().map(|given| given.value["modified"].clone()), problem, read.yaml)
        };
        let date = Some(Value::from("2026-01-01T00:00:00Z"));
        assert_eq!(of("a.yaml", text), (date.clone(), None, true));
        assert_eq!(of("<stdin>", text), (date, None, true));
        assert_eq!(of("a.json", text).1.map(|(code, _)| code), Some("not-json"));
        let twice = of("a.yml", b"id: GO-1\nmodified: x\nid: GO-2\n");
        assert_eq!(twice, (None, Some(("not-yaml", Some(Spot { line: 3, column: 1, width: 1 }))), true));
        assert_eq!(of("a.yaml", b"\xff").1, Some(("not-yaml", None)));
        assert_eq!(of("a.yaml", b"a: 1").1.map(|(code, _)| code), Some("not-a-record"));
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
