//! YAML as the JSON that it stands for, so that records which people keep as
//! YAML are read by all that reads JSON.
//!
//! What JSON cannot hold, and what is there to hide something, is refused:
//! aliases, which make a bomb of a few lines, tags, keys that are no text or
//! stand twice, more than one document.

use std::fmt;

use rustc_hash::FxHashSet;
use serde_saphyr::granit_parser::{self, Event, Parser, ScalarStyle};

use super::yaml_time;
use crate::limits::YAML_DEPTH;

/// Whether the name of a file says that it holds YAML.
#[must_use]
pub(crate) fn is_yaml(name: &str) -> bool {
    let (_, end) = name.rsplit_once('.').unwrap_or_default();
    end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml")
}

/// Whether a text of YAML may hold a record of OSV: workflows, charts and lock
/// files lie beside records, and need not even be whole YAML.
#[must_use]
pub(crate) fn may_be_record(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let (mut id, mut more) = (false, false);
    text.split(|c| *c == b'\n').any(|line| {
        // An item of a list, or JSON on one line or several.
        let line = line.trim_ascii_start();
        let line = line.strip_prefix(b"- ").unwrap_or(line);
        let has = |key: &str| line.starts_with(key.as_bytes()) || in_json(line, key);
        id |= has("id:");
        more |= ["modified:", "affected:", "schema_version:"].into_iter().any(has);
        id && more
    })
}

/// Whether a line has a key as JSON writes it.
fn in_json(line: &[u8], key: &str) -> bool {
    line.contains(&b'"')
        && memchr::memmem::find(line, format!("\"{}\":", key.trim_end_matches(':')).as_bytes()).is_some()
}

/// A place in a text, both counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// Why a text cannot be read. It quotes nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) mark: Mark,
    pub(crate) reason: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {} column {}", self.reason, self.mark.line, self.mark.column)
    }
}

/// The JSON text of a document of YAML.
pub(crate) fn to_json(text: &str) -> Result<String, Fault> {
    read(text, &mut |_, _| {})
}

/// The same, and shows where each value stands, by its pointer (RFC 6901).
pub(crate) fn read(text: &str, see: &mut dyn FnMut(&str, Mark)) -> Result<String, Fault> {
    let options = granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: YAML_DEPTH + 1,
        block_nesting_limit: YAML_DEPTH + 1,
    };
    let mut writer = Writer { json: String::with_capacity(text.len()), pointer: String::new(), open: Vec::new(), see };
    let (mut documents, mut end) = (0, Mark { line: 1, column: 1 });
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| Fault {
            mark: mark(error.marker()),
            reason: "it is not YAML, or deeper than what is read",
        })?;
        let at = mark(&span.start);
        let fault = |reason| Err(Fault { mark: at, reason });
        if event.tag().is_some() {
            return fault("it has a tag, and JSON has none");
        }
        match event {
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 {
                    return fault("it has a second document; write a file for each, or one list");
                }
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                return fault("it has an alias; write out what it stands for");
            }
            Event::Scalar(text, style, ..) => writer.scalar(&text, style == ScalarStyle::Plain, at)?,
            Event::SequenceStart(..) => writer.begin(false, at)?,
            Event::MappingStart(..) => writer.begin(true, at)?,
            Event::SequenceEnd | Event::MappingEnd => writer.end(),
            _ => {}
        }
        end = at;
    }
    if writer.json.is_empty() {
        return Err(Fault { mark: end, reason: "it holds nothing" });
    }
    Ok(writer.json)
}

fn mark(marker: &granit_parser::Marker) -> Mark {
    Mark { line: marker.line().max(1), column: marker.col() + 1 }
}

/// The fields that hold text in every version of OSV, or lists of it: there a
/// version that looks like a number is written as it stands, `1.10` and not 1.1.
const TEXTS: [&str; 24] = [
    "schema_version",
    "id",
    "modified",
    "published",
    "withdrawn",
    "aliases",
    "upstream",
    "related",
    "summary",
    "details",
    "ecosystem",
    "name",
    "purl",
    "type",
    "score",
    "source",
    "repo",
    "introduced",
    "fixed",
    "last_affected",
    "limit",
    "versions",
    "url",
    "contact",
];

/// The fields that hold a time, which YAML's own form writes without quotes.
const TIMES: [&str; 3] = ["modified", "published", "withdrawn"];

/// What databases and ecosystems put into a record; the names of fields mean nothing there.
const FREE: [&str; 2] = ["database_specific", "ecosystem_specific"];

/// What is open around a value.
struct Open {
    inside: Inside,
    /// How long the pointer was around it.
    pointer: usize,
    /// Whether values are what YAML takes them for, not what OSV does.
    free: bool,
}

enum Inside {
    /// The keys so far, and whether the value of the last one is to come.
    Map { keys: FxHashSet<String>, waiting: bool },
    /// How many items there are, and the key that the list stands under.
    List { items: usize, key: String },
}

struct Writer<'s> {
    json: String,
    pointer: String,
    open: Vec<Open>,
    see: &'s mut dyn FnMut(&str, Mark),
}

impl Writer<'_> {
    fn scalar(&mut self, text: &str, plain: bool, at: Mark) -> Result<(), Fault> {
        if let Some(Open { inside: Inside::Map { waiting: false, .. }, .. }) = self.open.last() {
            return self.key(text, plain, at);
        }
        self.value(at);
        let free = self.open.last().is_some_and(|open| open.free);
        let key = self.key_around();
        let value = match plain.then(|| of_plain(text)) {
            Some(Plain::Null) => "null".to_owned(),
            // A text that YAML would take for something else.
            Some(Plain::Bool | Plain::Number) if free || !TEXTS.contains(&key) => text.to_owned(),
            Some(_) if !free && TIMES.contains(&key) => quoted(&yaml_time::in_utc(text)),
            _ => quoted(text),
        };
        self.json.push_str(&value);
        self.after_value();
        Ok(())
    }

    fn key(&mut self, text: &str, plain: bool, at: Mark) -> Result<(), Fault> {
        if plain && !matches!(of_plain(text), Plain::Text) {
            return Err(Fault { mark: at, reason: "it has a key that is no text; put it into quotes" });
        }
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        let Inside::Map { keys, waiting } = &mut open.inside else { return Ok(()) };
        if !keys.is_empty() {
            self.json.push(',');
        }
        if !keys.insert(text.to_owned()) {
            return Err(Fault { mark: at, reason: "it has a key twice in one place" });
        }
        *waiting = true;
        self.pointer.truncate(open.pointer);
        self.pointer.push('/');
        self.pointer.push_str(&text.replace('~', "~0").replace('/', "~1"));
        self.json.push_str(&quoted(text));
        self.json.push(':');
        Ok(())
    }

    fn begin(&mut self, map: bool, at: Mark) -> Result<(), Fault> {
        if let Some(Open { inside: Inside::Map { waiting: false, .. }, .. }) = self.open.last() {
            return Err(Fault { mark: at, reason: "it has a key that is no text" });
        }
        if self.open.len() >= YAML_DEPTH {
            return Err(Fault { mark: at, reason: "it is deeper than what is read" });
        }
        self.value(at);
        let key = self.key_around();
        let free = FREE.contains(&key) || self.open.last().is_some_and(|open| open.free);
        let inside = if map {
            Inside::Map { keys: FxHashSet::default(), waiting: false }
        } else {
            Inside::List { items: 0, key: key.to_owned() }
        };
        self.json.push(if map { '{' } else { '[' });
        self.open.push(Open { inside, pointer: self.pointer.len(), free });
        Ok(())
    }

    fn end(&mut self) {
        if let Some(open) = self.open.pop() {
            self.pointer.truncate(open.pointer);
            self.json.push(if matches!(open.inside, Inside::Map { .. }) { '}' } else { ']' });
        }
        self.after_value();
    }

    /// A value begins.
    fn value(&mut self, at: Mark) {
        if let Some(Open { inside: Inside::List { items, .. }, pointer, .. }) = self.open.last_mut() {
            if *items > 0 {
                self.json.push(',');
            }
            self.pointer.truncate(*pointer);
            self.pointer.push_str(&format!("/{items}"));
            *items += 1;
        }
        (self.see)(&self.pointer, at);
    }

    fn after_value(&mut self) {
        if let Some(Open { inside: Inside::Map { waiting, .. }, .. }) = self.open.last_mut() {
            *waiting = false;
        }
    }

    /// The key of the value that begins, or of the list that it is an item of.
    fn key_around(&self) -> &str {
        match self.open.last() {
            Some(Open { inside: Inside::List { key, .. }, .. }) => key,
            Some(_) => self.pointer.rsplit('/').next().unwrap_or_default(),
            None => "",
        }
    }
}

/// What YAML's core schema takes a text without quotes for.
enum Plain {
    Null,
    Bool,
    /// A number that JSON can write.
    Number,
    Text,
}

fn of_plain(text: &str) -> Plain {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Plain::Null,
        "true" | "false" => Plain::Bool,
        _ if text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
            && serde_json::from_str::<serde_json::Number>(text).is_ok() =>
        {
            Plain::Number
        }
        _ => Plain::Text,
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn value(text: &str) -> Value {
        serde_json::from_str(&to_json(text).unwrap()).unwrap()
    }

    fn fault(text: &str) -> (usize, usize, &'static str) {
        let fault = to_json(text).unwrap_err();
        (fault.mark.line, fault.mark.column, fault.reason)
    }

    #[test]
    fn a_record_is_what_its_json_would_be() {
        let text = "# a comment\nid: PYSEC-2026-1\nmodified: 2026-02-19T09:00:56Z\npublished: 2026-02-19\n\
                    withdrawn: '2026-02-19'\ndetails: A title\n  that goes on.\n\n  A second paragraph.\n\
                    summary: |\n  a: \"b\"\nwhen: 2026-02-19\naffected:\n- package: {ecosystem: PyPI, name: parcel}\n\
                    \x20 ranges:\n  - type: ECOSYSTEM\n    events:\n    - introduced: 0\n    - fixed: 1.10\n\
                    \x20 versions: [1.0, 1e3, true, 0x1F, \"2.0\"]\n  database_specific:\n    name: 1.10\n    list: [1, no, ~]\n";
        let expected = json!({
            "id": "PYSEC-2026-1", "modified": "2026-02-19T09:00:56Z", "published": "2026-02-19T00:00:00Z",
            "withdrawn": "2026-02-19", "details": "A title that goes on.\nA second paragraph.",
            "summary": "a: \"b\"\n", "when": "2026-02-19",
            "affected": [{ "package": { "ecosystem": "PyPI", "name": "parcel" },
                           "ranges": [{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }, { "fixed": "1.10" }] }],
                           "versions": ["1.0", "1e3", "true", "0x1F", "2.0"],
                           "database_specific": { "name": 1.1, "list": [1, "no", null] } }],
        });
        assert_eq!(value(text), expected);
        let list: Vec<String> = value(text).as_object().unwrap().keys().cloned().collect();
        assert_eq!(list[..3], ["id", "modified", "published"]);
    }

    #[test]
    fn other_fields_are_what_yaml_takes_them_for() {
        assert_eq!(
            value("a: 1\nb: true\nc: yes\nd: 007\ne: .inf\nf:\n"),
            json!({ "a": 1, "b": true, "c": "yes", "d": "007", "e": ".inf", "f": null })
        );
        assert_eq!(value("- {}\n- []\n- 'it''s'\n- \"\\u00e9\\n\"\n"), json!([{}, [], "it's", "\u{e9}\n"]));
        assert_eq!(
            value("{\"id\": \"GO-1\", \"affected\": [{\"x\": 1.5}]}"),
            json!({ "id": "GO-1", "affected": [{ "x": 1.5 }] })
        );
    }

    #[test]
    fn what_json_cannot_hold_is_refused_with_its_place() {
        assert_eq!(fault("a: &x [1]\nb: *x\n"), (2, 4, "it has an alias; write out what it stands for"));
        assert_eq!(fault("a: *x\n").0, 1);
        assert_eq!(fault("a: 1\nb: 2\na: 3\n"), (3, 1, "it has a key twice in one place"));
        assert_eq!(fault("a: !!python/object:os.system x\n").2, "it has a tag, and JSON has none");
        assert_eq!(fault("a: !x {}\n").2, "it has a tag, and JSON has none");
        for key in ["1: a\n", "~: a\n", "true: a\n", "? [a]\n: b\n", "? {a: b}\n: c\n"] {
            assert!(fault(key).2.starts_with("it has a key that is no text"), "{key}");
        }
        assert_eq!(fault("a: 1\n---\nb: 2\n").0, 2);
        assert_eq!(fault("").2, "it holds nothing");
        assert_eq!(fault("# nothing\n").2, "it holds nothing");
        assert_eq!(fault("a: [1\nb: 2\n").2, "it is not YAML, or deeper than what is read");
        assert!(to_json("'a'").is_ok());
    }

    #[test]
    fn what_is_deep_is_refused_and_what_json_reads_is_read() {
        for (open, close) in [("[", "]"), ("{a: ", "}")] {
            let deep = |levels: usize| open.repeat(levels) + &close.repeat(levels);
            assert!(to_json(&deep(YAML_DEPTH)).is_ok_and(|json| serde_json::from_str::<Value>(&json).is_ok()));
            assert!(to_json(&deep(YAML_DEPTH + 1)).is_err());
            assert!(to_json(&open.repeat(100_000)).is_err());
        }
        assert!(to_json(&"- ".repeat(100_000)).is_err());
        let stairs: String = (0..5_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
        assert!(to_json(&stairs).is_err());
    }

    #[test]
    fn values_are_where_they_stand() {
        let mut seen = Vec::new();
        let text = "id: x\naffected:\n- package:\n    name: é y\n  versions: [1, 2]\n- a/b~: 1\n";
        read(text, &mut |pointer, mark| seen.push((pointer.to_owned(), mark.line, mark.column))).unwrap();
        let at = |pointer: &str| {
            let (_, line, column) = seen.iter().find(|(known, ..)| known == pointer).unwrap();
            (*line, *column)
        };
        assert_eq!((at(""), at("/id"), at("/affected/0/package/name")), ((1, 1), (1, 5), (4, 11)));
        assert_eq!((at("/affected/0/versions/1"), at("/affected/1/a~1b~0")), ((5, 17), (6, 9)));
    }

    #[test]
    fn only_what_may_be_a_record_is_looked_into() {
        for record in [
            "id: x\nmodified: y\n",
            "\u{feff}schema_version: 1\nid: x",
            "- id: x\n  affected: []\n",
            "{\"id\": 1, \"affected\": 2}",
        ] {
            assert!(may_be_record(record.as_bytes()), "{record}");
        }
        for other in ["", "on: push\njobs:\n  id: x\n", "id: x\n", "{{- include \"x\" }}\nid: x\n"] {
            assert!(!may_be_record(other.as_bytes()), "{other}");
        }
        assert!(is_yaml("a/PYSEC-2026-1.yaml") && is_yaml("X.YML") && !is_yaml("yaml") && !is_yaml("a.yaml.json"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[-\\[\\]{}\",:?&*!|>%@a1 ~'#é\n]{0,60}") {
            if let Ok(json) = to_json(&text) {
                proptest::prop_assert!(serde_json::from_str::<Value>(&json).is_ok(), "{json}");
            }
        }

        #[test]
        fn what_is_written_as_json_is_read_the_same(words in proptest::collection::vec("[a-z0-9é\"\\\\: #-]{0,12}", 0..6)) {
            // JSON is YAML, where no field makes text of it.
            let value = json!({ "a": words, "b": { "c": [null, true, -1.5e3, {}] } });
            proptest::prop_assert_eq!(super::tests::value(&value.to_string()), value);
        }
    }
}
