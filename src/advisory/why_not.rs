//! What is wrong with a text that should be a record: the place and the kind of
//! the fault, and nothing of what the text says. It may be a draft.

use serde_json::error::Category;
use serde_json::value::RawValue;

use super::github::GitHubAdvisory;
use super::kind::from_value;
use crate::model::osv;

/// Why a text is no JSON: `it is not JSON: expected value at line 1 column 3`.
pub(super) fn not_json(error: &serde_json::Error) -> String {
    format!("it is not JSON: {}", words(error))
}

/// Why the record at a place of a list is none, or the only one.
pub(super) fn not_a_record(text: &[u8], at: Option<usize>) -> String {
    let items: Result<Vec<&RawValue>, _> = match at {
        Some(_) => serde_json::from_slice(text),
        None => serde_json::from_slice(text).map(|item| vec![item]),
    };
    let item = items.ok().and_then(|items| items.into_iter().nth(at.unwrap_or(0)));
    let Some(item) = item.map(RawValue::get) else { return "it is no list of records".to_owned() };
    let value = serde_json::from_str::<serde_json::Value>(item).unwrap_or_default();
    let error = if value.get("ghsa_id").is_some() {
        serde_json::from_str::<GitHubAdvisory>(item).err()
    } else {
        serde_json::from_str::<osv::Record>(item).err()
    };
    match error {
        Some(error) => {
            let begin = (item.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            let end = begin + offset(item.as_bytes(), error.line(), error.column());
            let before = text.get(..end).unwrap_or(text);
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            let column = before.iter().rev().take_while(|byte| **byte != b'\n').count();
            let field = field(item.as_bytes().get(..end - begin).unwrap_or_default());
            format!("line {line}, column {column}, {field}: {}", words(&error))
        }
        None => from_value(value, "").err().unwrap_or_else(|| "it cannot be read".to_owned()),
    }
}

/// What a parser says, without the text that it found: `invalid type: string,
/// expected a sequence`.
fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if error.classify() != Category::Data {
        return text;
    }
    let said = text.rsplit_once(" at line ").map_or(text.as_str(), |(said, _)| said);
    if said.starts_with("missing field") {
        // The name is ours.
        return said.to_owned();
    }
    let found = said.split(['"', '`']).next().unwrap_or_default().trim_end();
    match said.rsplit_once(", expected ") {
        Some((before, expected)) if found.len() <= before.len() => format!("{found}, expected {expected}"),
        _ => found.to_owned(),
    }
}

/// The byte that a line and a column name, both counted from 1.
fn offset(text: &[u8], line: usize, column: usize) -> usize {
    let lines = text.split(|byte| *byte == b'\n').take(line.saturating_sub(1));
    (lines.map(|line| line.len() + 1).sum::<usize>() + column).min(text.len())
}

/// A place within a text whose end is the fault.
enum Step {
    Field(Vec<u8>),
    Item(usize),
}

/// The field that a record's text breaks off in: `affected/0/ranges`.
fn field(text: &[u8]) -> String {
    let (mut path, mut bytes) = (Vec::new(), text.iter().copied());
    let mut last = Vec::new();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' => path.push(Step::Field(Vec::new())),
            b'[' => path.push(Step::Item(0)),
            b'}' | b']' => _ = path.pop(),
            b',' => match path.last_mut() {
                Some(Step::Item(at)) => *at += 1,
                Some(Step::Field(name)) => name.clear(),
                None => {}
            },
            b':' => {
                if let Some(Step::Field(name)) = path.last_mut() {
                    *name = std::mem::take(&mut last);
                }
            }
            b'"' => {
                last.clear();
                while let Some(byte) = bytes.next().filter(|byte| *byte != b'"') {
                    last.push(byte);
                    if byte == b'\\' {
                        last.extend(bytes.next());
                    }
                }
            }
            _ => {}
        }
    }
    let names: Vec<String> = path.iter().filter_map(name).collect();
    if names.is_empty() { "the record".to_owned() } else { format!("`{}`", names.join("/")) }
}

/// A field's name, where it can be one of OSV's or GitHub's.
fn name(step: &Step) -> Option<String> {
    match step {
        Step::Item(at) => Some(at.to_string()),
        Step::Field(name) if name.is_empty() => None,
        Step::Field(name) => {
            let known = name.len() <= 30 && name.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_');
            Some(if known { String::from_utf8_lossy(name).into_owned() } else { "…".to_owned() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_said_and_the_text_is_not() {
        let text = b"{\"id\":\"GO-2026-1\",\n \"affected\": [{}, {\"ranges\": \"SECRET, expected x\"}]}";
        assert_eq!(
            not_a_record(text, None),
            "line 2, column 49, `affected/1/ranges`: invalid type: string, expected a sequence"
        );
        let list = b"[{\"id\":\"GO-1\"},\n{\"id\":\"GO-2\",\"modified\":{\"SECRET\":\"SECRET\"}}]";
        let why = not_a_record(list, Some(1));
        assert!(why.starts_with("line 2, column ") && why.contains("`modified`: invalid type: map"), "{why}");
        for secret in ["\"SECRET\"", "5318008", "true", "1.5318008", "{\"SECRET\":1}", "[\"SECRET\"]"] {
            let field = if secret.starts_with('[') { "summary" } else { "affected" };
            let text = format!("{{\"id\":\"GO-2026-1\",\"modified\":\"SECRET\",\"{field}\":{secret}}}");
            let why = not_a_record(text.as_bytes(), None);
            assert!(why.contains(&format!("`{field}")) && why.contains("expected"), "{why}");
            assert!(!why.contains("SECRET") && !why.contains("5318008"), "{why}");
        }
        for text in ["{\"id\":\"SECRET SECRET\",\"modified\":\"\"}", "{\"ghsa_id\":\"SECRET\",\"state\":\"SECRET\"}"] {
            let why = not_a_record(text.as_bytes(), None);
            assert!(!why.contains("SECRET"), "{why}");
        }
        let github = "{\"ghsa_id\":\"GHSA-2222-2222-2222\",\"severity\":[\"SECRET\"]}";
        let why = not_a_record(github.as_bytes(), None);
        assert!(!why.contains("SECRET"), "{why}");
    }

    #[test]
    fn what_is_no_json_says_where() {
        for text in ["{\"SECRET\" 1}", "{\"a\":\"SECRET\\x\"}", "[SECRET]", "{\"id\":\"SECRET", "\"SECRET\" \"x\""] {
            let why = not_json(&serde_json::from_str::<serde_json::Value>(text).unwrap_err());
            assert!(why.contains("at line 1 column ") && !why.contains("SECRET"), "{why}");
        }
    }
}
