//! A document of JSON or YAML, as far as it can be read.
//!
//! Lock files are read from trees of text, not into structures of one shape: a
//! field of an unforeseen type costs that field and not the file, and a file
//! that breaks off has said what stands before.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};

use super::found::{Found, plain, quoted};
use super::line;
use crate::inventory::problem::Problem;

/// A value of JSON or YAML. Numbers are text: a version may look like one.
#[derive(Debug, Default, PartialEq)]
pub(in crate::inventory) enum Value<'a> {
    #[default]
    Null,
    Bool(bool),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    /// Entries in the document's order; of equal keys, the last counts.
    Map(Vec<(Cow<'a, str>, Value<'a>)>),
}

static NULL: Value<'static> = Value::Null;

impl<'a> Value<'a> {
    /// The value of a key; null where this is no map, or has no such key.
    pub(in crate::inventory) fn get(&self, key: &str) -> &Self {
        self.entries().iter().rev().find(|(name, _)| name == key).map_or(&NULL, |(_, value)| value)
    }

    /// The entries of a map; none of anything else.
    pub(super) fn entries(&self) -> &[(Cow<'a, str>, Self)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a text or number.
    pub(in crate::inventory) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether this is the word `true`.
    pub(super) const fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }
}

/// Reads a document of JSON; where it breaks off, what stands before, and the problem.
pub(super) fn json(text: &str) -> (Value<'_>, Option<Problem>) {
    let mut value = Value::Null;
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Fill(&mut value).deserialize(&mut reader).and_then(|()| reader.end());
    let problem = read.err().map(|error| {
        let message = error.to_string();
        let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
        problem(text, 0, Some(error.line()), format!("it is not JSON: {}", plain(reason)))
    });
    (value, problem)
}

/// The first line with a key, or a text, of a document of JSON: values know no lines,
/// and a problem is rare enough to be looked for.
pub(super) fn line_of_quoted(text: &str, key: &str) -> Option<usize> {
    Some(line::of_offset(text, text.find(&format!("\"{key}\""))?))
}

/// Reads a document of JSON that has to be an object; what else it is, is told.
pub(super) fn object<'t>(text: &'t str, found: &mut Found) -> (Value<'t>, Option<Problem>) {
    let (root, ended) = json(text);
    if !matches!(root, Value::Map(_)) && ended.is_none() {
        found.tell(Some(1), "it is no JSON object", "");
    }
    (root, ended)
}

/// Tells that a lock file's version is not known, and which it is read as.
pub(super) fn unknown_version(text: &str, version: &Value<'_>, newest: &str, found: &mut Found) {
    let version = quoted(version.text().unwrap_or("?"));
    let message = format!("version {version} is not known; it is read as version {newest}");
    found.problem("version", line_of_quoted(text, "version"), message);
}

/// Reads one document of YAML, which begins `before` lines into its file.
pub(in crate::inventory) fn yaml(text: &str, before: usize) -> (Value<'_>, Option<Problem>) {
    // The largest real locks have about a million nodes, a dozen levels and no
    // anchors: what tools write is never abbreviated, and what is abbreviated
    // may be a bomb.
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 10 << 20,
            max_nodes: 4 << 20,
            max_depth: 48,
            flow_nesting_limit: 48,
            max_aliases: 0,
            max_anchors: 0,
            max_documents: 1,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::AsOrdinary,
        // As YAML 1.2 has it: `no` and `on` are names of packages.
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    };
    let mut value = Value::Null;
    let read = serde_saphyr::with_deserializer_from_str_with_options(text, options, |reader| {
        Fill(&mut value).deserialize(reader)
    });
    let problem = read.err().map(|error| {
        let line = error.location().and_then(|place| usize::try_from(place.line()).ok());
        let message = error.to_string();
        let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
        let message = if reason.starts_with("budget breached") {
            "it has anchors, or is larger or deeper than what is read".to_owned()
        } else {
            format!("it is not YAML: {}", plain(reason))
        };
        problem(text, before, line, message)
    });
    (value, problem)
}

/// Why a document breaks off. What a merge left behind is the likeliest reason.
fn problem(text: &str, before: usize, line: Option<usize>, message: String) -> Problem {
    match text.lines().position(|line| line.starts_with("<<<<<<<")) {
        Some(marker) => Problem { line: Some(before + marker + 1), message: "it has an unfinished merge".to_owned() },
        None => Problem { line: line.map(|line| before + line), message },
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = Value::Null;
        Fill(&mut value).deserialize(deserializer)?;
        Ok(value)
    }
}

/// The line of a key in the text that it was read from, whose first line has this
/// number.
pub(super) fn line_of_key(text: &str, first: usize, key: &str) -> Option<usize> {
    if key.trim().is_empty() {
        return None;
    }
    let within = key.as_ptr().addr().checked_sub(text.as_ptr().addr()).filter(|at| *at < text.len());
    // A key that the reader had to copy is looked for.
    let is_key = |at: &usize| {
        let quotes = ['"', '\''];
        let (before, rest) = text.split_at_checked(*at).unwrap_or_default();
        let before = before.strip_suffix(quotes).unwrap_or(before);
        let after = rest.strip_prefix(key).unwrap_or_default();
        let after = after.strip_prefix(quotes).unwrap_or(after).trim_start();
        after.starts_with(':') && (before.is_empty() || before.ends_with([' ', '\t', '\n', ',', '{']))
    };
    let found = || text.match_indices(key).map(|(at, _)| at).find(is_key);
    let at = within.or_else(found)?;
    Some(line::of_offset(text, at) - 1 + first)
}

/// The line of a text of JSON in the document that it was read from, if it was not copied.
pub(super) fn line_of_text(document: &str, text: &str) -> Option<usize> {
    line::of_part(document, text)
}

/// Reads into a place, so that what was read stays when an error ends it.
struct Fill<'p, 'a>(&'p mut Value<'a>);

impl<'de: 'a, 'a> DeserializeSeed<'de> for Fill<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de: 'a, 'a> Visitor<'de> for Fill<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        *self.0 = Value::Bool(value);
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        *self.0 = Value::Text(value.to_string().into());
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        *self.0 = Value::Text(value.to_string().into());
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        *self.0 = Value::Text(value.to_string().into());
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        *self.0 = Value::Text(text.into());
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        *self.0 = Value::Text(text.to_owned().into());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let mut items = Vec::new();
        let end = loop {
            let mut item = Value::Null;
            match access.next_element_seed(Fill(&mut item)) {
                Ok(Some(())) => items.push(item),
                Ok(None) => break Ok(()),
                Err(error) => {
                    items.push(item);
                    break Err(error);
                }
            }
        };
        *self.0 = Value::List(items);
        end
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let mut entries = Vec::new();
        let end = loop {
            let key = match access.next_key_seed(Key) {
                Ok(Some(key)) => key,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            let mut value = Value::Null;
            let read = access.next_value_seed(Fill(&mut value));
            entries.push((key, value));
            if read.is_err() {
                break read;
            }
        };
        *self.0 = Value::Map(entries);
        end
    }
}

/// Reads a key as it is written: `1.10` is no number.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Cow<'de, str>, E> {
        Err(E::custom("a key is empty"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(problem: Option<Problem>) -> Vec<(Option<usize>, String)> {
        problem.into_iter().map(|problem| (problem.line, problem.message)).collect()
    }

    #[test]
    fn what_stands_before_a_break_is_read() {
        let (value, problem) = json("{\"a\": {\"b\": [1, 1.5, true, null]},\n \"c\": {\"d\": \"e\", \"f\"");
        assert_eq!(value.get("a").get("b").items().len(), 4);
        assert_eq!(value.get("c").get("d").text(), Some("e"));
        assert_eq!(messages(problem), [(Some(2), "it is not JSON: EOF while parsing an object".to_owned())]);
        let (value, problem) = yaml("a: {b: 1.50}\nc:\n  d: e\n  f: [g]]\n", 10);
        assert_eq!(value.get("c").get("d").text(), Some("e"));
        assert_eq!(problem.and_then(|problem| problem.line), Some(14));
    }

    #[test]
    fn words_that_older_yaml_takes_for_others_are_words() {
        let (value, problem) = yaml("no: on\n1.10: 1_0\n? y\n: 007\n", 0);
        let entries: Vec<_> = value.entries().iter().map(|(key, value)| (key.as_ref(), value.text())).collect();
        assert_eq!(entries, [("no", Some("on")), ("1.10", Some("1_0")), ("y", Some("007"))]);
        assert_eq!(problem, None);
    }

    #[test]
    fn of_equal_keys_the_last_counts() {
        for (value, problem) in [json("{\"a\": 1, \"a\": 2}"), yaml("a: 1\na: 2\n", 0)] {
            assert_eq!((value.get("a").text(), problem), (Some("2"), None));
        }
    }

    #[test]
    fn nothing_is_expanded() {
        for text in ["a: &a [x]\nb: *a\n", "a: &a {x: 1}\n<<: *a\n"] {
            let expected = "it has anchors, or is larger or deeper than what is read".to_owned();
            assert_eq!(messages(yaml(text, 0).1).pop().map(|(_, message)| message), Some(expected), "{text}");
        }
        let (value, problem) = yaml("<<: {x: 1}\n", 0);
        assert_eq!((value.get("x"), value.get("<<").get("x").text()), (&Value::Null, Some("1")));
        assert_eq!(problem, None);
    }

    #[test]
    fn deep_nesting_is_a_problem_and_no_deep_stack() {
        for deep in ["[".repeat(1 << 20), "{\"a\":".repeat(1 << 20)] {
            assert!(json(&deep).1.is_some());
            assert!(yaml(&deep, 0).1.is_some());
        }
        let stairs: String = (0..2000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
        assert!(yaml(&stairs, 0).1.is_some());
        assert!(yaml(&"- ".repeat(1 << 16), 0).1.is_some());
    }

    #[test]
    fn keys_have_lines() {
        let line = |(value, problem): (Value<'_>, Option<Problem>), text: &str| -> Vec<Option<usize>> {
            assert_eq!(problem, None);
            value.entries().iter().map(|(key, _)| line_of_key(text, 1, key)).collect()
        };
        let text = "{\n \"b\": \"a:\",\n\"a\": {\"a\": 1},\n\"\\u0061b\": 2}";
        assert_eq!(line(json(text), text), [Some(2), Some(3), None]);
        let text = "ab: [a, b]\nb: 'a'\n/a/b: 1\n'c@1, c@2': x\n? \"d\"\n: y\na:\n  b: z\n";
        assert_eq!(line(yaml(text, 0), text), [1, 2, 3, 4, 5, 7].map(Some));
    }

    #[test]
    fn a_key_of_what_surrounds_keys_is_looked_for_once() {
        for odd in ["'", " ", "\n"] {
            assert_eq!(line_of_key(&odd.repeat(1 << 20), 1, odd), None);
        }
    }

    #[test]
    fn a_merge_that_was_not_finished_is_named() {
        let text = "{\n<<<<<<< HEAD\n\"a\": 1\n=======\n";
        let expected = [(Some(2), "it has an unfinished merge".to_owned())];
        assert_eq!(messages(json(text).1), expected);
        assert_eq!(messages(yaml("a: b\n<<<<<<< HEAD\nc: d\n", 0).1), expected);
    }
}
