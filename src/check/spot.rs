//! Where in a text of JSON or YAML a pointer leads: the line and column that people and
//! CI look at. Found only for files that have problems.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::yaml;

/// A place in a text, both counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// How many characters are meant: a text or number whole, of an object or a
    /// list its beginning, so that a host marks no more than it has to.
    pub width: usize,
}

/// The places of the values of one text that were asked for.
#[derive(Debug, Default)]
pub struct Spots {
    spots: FxHashMap<String, Spot>,
}

impl Spots {
    /// Finds the places of these pointers in a JSON text, in one pass. Nothing
    /// is found in a text that is no JSON.
    #[must_use]
    pub fn find<'p>(text: &str, pointers: impl IntoIterator<Item = &'p str>) -> Self {
        let wanted: FxHashSet<&str> = pointers.into_iter().flat_map(around).collect();
        let mut offsets: Vec<(usize, String)> = Vec::new();
        walk(text, &mut |step| {
            if let Step::Value(at, pointer) = step
                && wanted.contains(pointer)
            {
                offsets.push((at, pointer.to_owned()));
            }
        });
        offsets.sort();
        let mut spots = FxHashMap::default();
        let (mut from, mut spot) = (0, Spot { line: 1, column: 1, width: 1 });
        for (at, pointer) in offsets {
            for c in text.get(from..at).unwrap_or_default().chars() {
                spot = match c {
                    '\n' => Spot { line: spot.line + 1, column: 1, width: 1 },
                    _ => Spot { column: spot.column + 1, ..spot },
                };
            }
            from = at;
            let value = text.get(at..end_of_value(text.as_bytes(), at)).unwrap_or_default();
            spots.entry(pointer).or_insert(Spot { width: value.chars().count(), ..spot });
        }
        Self { spots }
    }

    /// The same in a text of YAML.
    #[must_use]
    pub fn find_in_yaml<'p>(text: &str, pointers: impl IntoIterator<Item = &'p str>) -> Self {
        let wanted: FxHashSet<&str> = pointers.into_iter().flat_map(around).collect();
        let mut spots = FxHashMap::default();
        // Of a text that breaks off, what stands before.
        let _ = yaml::read(text, &mut |pointer, mark| {
            if wanted.contains(pointer) {
                spots.insert(pointer.to_owned(), Spot { line: mark.line, column: mark.column, width: 1 });
            }
        });
        Self { spots }
    }

    /// The place of a pointer, or of the nearest value around it.
    #[must_use]
    pub fn get(&self, pointer: &str) -> Option<Spot> {
        let mut pointer = pointer;
        loop {
            if let Some(spot) = self.spots.get(pointer) {
                return Some(*spot);
            }
            pointer = pointer.rsplit_once('/')?.0;
        }
    }
}

/// A pointer and those of the values around it.
fn around(pointer: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(pointer), |inner| Some(inner.rsplit_once('/')?.0))
}

/// The keys that objects of a JSON text have more than once, as pointers, each
/// once, in the order of the text.
pub(super) fn duplicate_keys(text: &str) -> Vec<String> {
    let (mut objects, mut twice): (Vec<FxHashSet<String>>, Vec<String>) = (Vec::new(), Vec::new());
    walk(text, &mut |step| match step {
        Step::Open => objects.push(FxHashSet::default()),
        Step::Close => drop(objects.pop()),
        Step::Key(key, pointer) => {
            if let Some(keys) = objects.last_mut()
                && !keys.insert(key.to_owned())
                && !twice.iter().any(|known| known == pointer)
                && twice.len() < MOST_DUPLICATES
            {
                twice.push(pointer.to_owned());
            }
        }
        Step::Value(..) => {}
    });
    twice
}

/// More duplicate keys than this in one file say nothing new.
const MOST_DUPLICATES: usize = 100;

/// The deepest nesting that is looked into, as deep as `serde_json` reads.
const DEEPEST: usize = 128;

enum Step<'s> {
    /// An object begins, or ends.
    Open,
    Close,
    /// A key of the innermost object, and the pointer of its value.
    Key(&'s str, &'s str),
    /// A value begins at this byte.
    Value(usize, &'s str),
}

enum Inside {
    Object,
    Array(usize),
}

/// Walks over a JSON text without recursion. It trusts the text to be JSON,
/// which the parser has seen to; of any other it sees less.
fn walk(text: &str, see: &mut dyn FnMut(Step<'_>)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut pointer = String::new();
    // Around each container, how long the pointer was.
    let mut around: Vec<(Inside, usize)> = Vec::new();
    let mut key_next = false;
    while let Some(c) = bytes.get(at).copied() {
        match c {
            b'"' => {
                let end = end_of_string(bytes, at);
                if key_next {
                    let raw = text.get(at..end).unwrap_or_default();
                    let key = unescaped(raw);
                    pointer.push('/');
                    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    see(Step::Key(&key, &pointer));
                    key_next = false;
                } else {
                    see(Step::Value(at, &pointer));
                }
                at = end;
                continue;
            }
            b'{' | b'[' => {
                see(Step::Value(at, &pointer));
                if around.len() >= DEEPEST {
                    return;
                }
                let length = pointer.len();
                if c == b'{' {
                    see(Step::Open);
                    around.push((Inside::Object, length));
                    key_next = true;
                } else {
                    around.push((Inside::Array(0), length));
                    pointer.push_str("/0");
                }
            }
            b'}' | b']' => {
                if let Some((inside, length)) = around.pop() {
                    pointer.truncate(length);
                    if matches!(inside, Inside::Object) {
                        see(Step::Close);
                    }
                }
                key_next = false;
            }
            b',' => match around.last_mut() {
                Some((Inside::Object, length)) => {
                    pointer.truncate(*length);
                    key_next = true;
                }
                Some((Inside::Array(index), length)) => {
                    *index += 1;
                    pointer.truncate(*length);
                    pointer.push_str(&format!("/{index}"));
                }
                None => {}
            },
            b' ' | b'\t' | b'\n' | b'\r' | b':' => {}
            _ => {
                see(Step::Value(at, &pointer));
                at = end_of_value(bytes, at);
                continue;
            }
        }
        at += 1;
    }
}

/// The byte after a text, number or word, or after the bracket that a value begins with.
fn end_of_value(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'"') => end_of_string(bytes, at),
        Some(b'{' | b'[') => at + 1,
        _ => {
            let rest = bytes.get(at..).unwrap_or_default();
            at + rest.iter().position(|c| b" \t\n\r,:]}[{\"".contains(c)).unwrap_or(rest.len())
        }
    }
}

/// The byte after a string that begins at a quotation mark.
fn end_of_string(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(c) = bytes.get(at) {
        match c {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The text of a JSON string, quotation marks and all.
fn unescaped(raw: &str) -> Cow<'_, str> {
    if raw.contains('\\') {
        serde_json::from_str::<String>(raw).unwrap_or_default().into()
    } else {
        raw.trim_matches('"').into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\n  \"id\": \"GHSA-é\",\n  \"a/b~\": [1, {\"x\": [], \"\\u0079\": -2.5}],\n  \"e\": {}\n}\n";

    #[test]
    fn pointers_lead_to_lines_and_columns() {
        let pointers = ["", "/id", "/a~1b~0/0", "/a~1b~0/1", "/a~1b~0/1/y", "/a~1b~0/1/x", "/e"];
        let spots = Spots::find(TEXT, pointers);
        let at = |pointer: &str| spots.get(pointer).map(|spot| (spot.line, spot.column));
        assert_eq!(at(""), Some((1, 1)));
        assert_eq!(at("/id"), Some((2, 9)));
        assert_eq!(at("/a~1b~0/0"), Some((3, 12)));
        assert_eq!(at("/a~1b~0/1"), Some((3, 15)));
        assert_eq!(at("/a~1b~0/1/y"), Some((3, 35)));
        assert_eq!(at("/e"), Some((4, 8)));
        // What is missing is shown where it would be.
        assert_eq!(at("/e/missing/deep"), Some((4, 8)));
        let width = |pointer: &str| spots.get(pointer).map(|spot| spot.width);
        assert_eq!(
            [width("/id"), width("/a~1b~0/0"), width("/a~1b~0/1/y"), width("/e")],
            [Some(8), Some(1), Some(4), Some(1)]
        );
    }

    #[test]
    fn pointers_lead_into_yaml_too() {
        let spots = Spots::find_in_yaml(
            "id: x\naffected:\n- versions: [1, 2]\n",
            ["/affected/0/versions/1", "/affected/0/package"],
        );
        assert_eq!(spots.get("/affected/0/versions/1"), Some(Spot { line: 3, column: 17, width: 1 }));
        assert_eq!(spots.get("/affected/0/package"), Some(Spot { line: 3, column: 3, width: 1 }));
    }

    #[test]
    fn every_value_is_found_where_the_parser_finds_it() {
        let value: serde_json::Value = serde_json::from_str(TEXT).unwrap();
        let mut seen = Vec::new();
        walk(TEXT, &mut |step| {
            if let Step::Value(_, pointer) = step {
                seen.push(pointer.to_owned());
            }
        });
        assert_eq!(seen.len(), 8);
        assert!(seen.iter().all(|pointer| value.pointer(pointer).is_some()), "{seen:?}");
    }

    #[test]
    fn keys_that_stand_twice_are_named_once() {
        let text = r#"{"a": 1, "b": {"a": 1, "c": {}, "c": []}, "\u0061": 2, "a": 3, "d": [{"a": 1}, {"a": 1}]}"#;
        assert_eq!(duplicate_keys(text), ["/b/c", "/a"]);
        assert_eq!(duplicate_keys("{}"), Vec::<String>::new());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_walked_without_a_panic(text in "[\\[\\]{}\",:a\\\\é0 \n]{0,60}") {
            let _ = duplicate_keys(&text);
            let _ = Spots::find(&text, ["", "/a", "/0"]);
        }
    }
}
