//! Damages: one value of a record replaced or removed.

use std::fmt;

use serde_json::{Value, json};

/// A place of a record, and what is done there.
pub(crate) struct Damage {
    at: String,
    deed: Deed,
}

enum Deed {
    Replace(Value),
    Remove,
    /// What undoes a removal.
    Insert(Value),
}

impl Damage {
    fn replace(at: &str, value: Value) -> Self {
        Self { at: at.to_owned(), deed: Deed::Replace(value) }
    }

    /// Does the damage, and returns what undoes it.
    pub(crate) fn apply(&self, record: &mut Value) -> Self {
        let undo = match &self.deed {
            Deed::Replace(value) => {
                Deed::Replace(std::mem::replace(record.pointer_mut(&self.at).unwrap(), value.clone()))
            }
            Deed::Remove => match self.outer(record) {
                (Value::Object(fields), step) => Deed::Insert(fields.shift_remove(&step).unwrap()),
                (Value::Array(items), step) => Deed::Insert(items.remove(step.parse().unwrap())),
                (other, step) => panic!("{other} has no {step}"),
            },
            Deed::Insert(value) => {
                match self.outer(record) {
                    (Value::Object(fields), step) => drop(fields.insert(step, value.clone())),
                    (Value::Array(items), step) => items.insert(step.parse().unwrap(), value.clone()),
                    (other, step) => panic!("{other} has no {step}"),
                }
                Deed::Remove
            }
        };
        Self { at: self.at.clone(), deed: undo }
    }

    /// What the place is in, and its name or number there.
    fn outer<'r>(&self, record: &'r mut Value) -> (&'r mut Value, String) {
        let (outer, step) = self.at.rsplit_once('/').unwrap();
        (record.pointer_mut(outer).unwrap(), step.replace("~1", "/").replace("~0", "~"))
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.deed {
            Deed::Replace(value) | Deed::Insert(value) => {
                write!(f, "{} = {}", self.at, value.to_string().chars().take(300).collect::<String>())
            }
            Deed::Remove => write!(f, "{} removed", self.at),
        }
    }
}

/// Pointers to the values of a record: of long lists the first two items and
/// the last.
pub(crate) fn places(record: &Value) -> Vec<String> {
    fn walk(value: &Value, at: &str, places: &mut Vec<String>) {
        places.push(at.to_owned());
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    walk(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), places);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    if index < 2 || index + 1 == items.len() {
                        walk(item, &format!("{at}/{index}"), places);
                    }
                }
            }
            _ => {}
        }
    }
    let mut places = Vec::new();
    walk(record, "", &mut places);
    places
}

/// What is done to the value at a place: what is done to any value, and what
/// fits its type and its field's name.
pub(crate) fn damages(record: &Value, at: &str) -> Vec<Damage> {
    let old = record.pointer(at).unwrap();
    let mut values = vec![
        Value::Null,
        json!(7),
        json!(true),
        json!("x"),
        json!(""),
        json!([]),
        json!({}),
        json!([null]),
        json!([""]),
        json!([{}]),
    ];
    match old {
        Value::Object(fields) => values.extend(EXTRA_FIELDS.iter().map(|(name, value)| {
            let mut fields = fields.clone();
            fields.insert((*name).to_owned(), serde_json::from_str(value).unwrap());
            Value::Object(fields)
        })),
        Value::Array(items) => {
            values.extend(EXTRA_ITEMS.iter().map(|item| {
                let mut items = items.clone();
                items.push(serde_json::from_str(item).unwrap());
                Value::Array(items)
            }));
            values.push(items.iter().rev().chain(items.last()).cloned().collect());
        }
        Value::String(text) => values.extend(texts(text, at).into_iter().map(Value::String)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    let mut damages: Vec<_> = values.into_iter().map(|value| Damage::replace(at, value)).collect();
    if !at.is_empty() {
        damages.push(Damage { at: at.to_owned(), deed: Deed::Remove });
    }
    damages
}

const HASH: &str = "\"6978cc9d877f32a16fdc16a5cbf03ed3cb0ed7ba\"";

const EXTRA_FIELDS: &[(&str, &str)] = &[
    ("surprise", "1"),
    ("a/b~c", "1"),
    ("introduced", "\"1\""),
    ("introduced", "null"),
    ("introduced", HASH),
    ("fixed", "\"1\""),
    ("fixed", "4"),
    ("fixed", HASH),
    ("last_affected", "\"1\""),
    ("last_affected", "[]"),
    ("limit", "\"*\""),
    ("limit", HASH),
    ("severity", "null"),
    ("severity", "[]"),
    ("severity", "[{\"type\": \"Ubuntu\", \"score\": \"low\"}]"),
    ("type", "\"GIT\""),
    ("source", "\"CNA\""),
    ("source", "\"x\""),
    ("source", "null"),
    ("repo", "\"\""),
];

const EXTRA_ITEMS: &[&str] = &[
    "null",
    "5",
    "\"x\"",
    "{}",
    "[]",
    "{\"introduced\": \"0\"}",
    "{\"fixed\": \"1\"}",
    "{\"last_affected\": \"1\"}",
    "{\"limit\": \"1\"}",
    "{\"fixed\": null, \"introduced\": \"0\"}",
    "{\"last_affected\": 3, \"introduced\": \"0\"}",
    "{\"severity\": []}",
    "{\"type\": \"Ubuntu\", \"score\": \"low\"}",
];

/// Texts to stand in place of a text.
fn texts(text: &str, at: &str) -> Vec<String> {
    let mut texts = vec![
        text.to_lowercase(),
        text.to_uppercase(),
        format!("{text}\n"),
        format!("\n{text}"),
        format!(" {text}"),
        format!("{text}:"),
        format!("{text}:x"),
        format!("{text}:\n"),
        format!("{text}/"),
    ];
    let parts: Vec<_> = text.split('/').collect();
    if parts.len() > 1 && parts.len() < 24 {
        texts.push(parts.iter().rev().copied().collect::<Vec<_>>().join("/"));
        for index in 0..parts.len() {
            let (before, after) = parts.split_at(index);
            texts.push([before, after.get(1..).unwrap()].concat().join("/"));
            texts.push([before, &parts[index..=index], after].concat().join("/"));
        }
    }
    let field = at.rsplit('/').next().unwrap();
    let others = OTHERS.iter().filter(|(fields, _)| fields.contains(&field)).flat_map(|(_, others)| *others);
    texts.extend(others.map(|other| (*other).to_owned()));
    texts
}

/// Texts that stand for the text of fields of these names.
const OTHERS: &[(&[&str], &[&str])] = &[
    (
        &["modified", "published", "withdrawn"],
        &[
            "2026-02-19",
            "2026-02-19T09:00:56",
            "2026-02-19T09:00:56+00:00",
            "2026-02-19T09:00:56-00:00Z",
            "2026-02-19 09:00:56Z",
            "2026-02-19t09:00:56Z",
            "2026-02-19T09:00:56z",
            "2026-02-19T09:00:56.Z",
            "2026-02-19T09:00:56.123456789012345Z",
            "2026-02-19T09:00:56,5Z",
            "2026-02-19T09:00Z",
            "2026-02-19T24:00:00Z",
            "2026-02-19T23:59:60Z",
            "2026-02-19T23:58:60Z",
            "2026-02-19T23:59:61Z",
            "2026-02-29T09:00:56Z",
            "2024-02-29T09:00:56Z",
            "0001-01-01T00:00:00Z",
            "0000-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2026-13-01T09:00:56Z",
            "2026-06-31T09:00:56Z",
            "2026-06-00T09:00:56Z",
            "12026-06-01T09:00:56Z",
            "at 2026-02-19T09:00:56Z",
        ],
    ),
    (
        &["id"],
        &[
            "KMESH-2026-1",
            "x_KMESH-1",
            "X_1",
            "x-1",
            "CVE",
            "CVE-",
            "CVE_2026_1",
            "SUSE-XU-1",
            "SUSE-OU-1",
            "GO2026",
            "V8-1",
            "BREW-1",
            "VCPKG-2026-1",
            "AZL-1",
        ],
    ),
    (
        &["ecosystem"],
        &[
            "Kmesh",
            "vcpkg",
            "Homebrew",
            "WordPress:x",
            "TuxCare",
            "GIT",
            "GIT:x",
            "pypi",
            "Debian",
            "Debian:",
            "Debian:12",
            "Debian:12:x",
            "Red Hat:a b",
            "Root:",
            "cratesXio",
            "SUSE:\u{e9}",
        ],
    ),
    (&["schema_version"], &["1.7.5", "1.9.0", "1.0.0", "1.2.9", "9.9.9", "v1.9.0"]),
    (&["source"], &["NVD", "CNA", "SELF", "GHSA", "self"]),
    (
        &["type"],
        &[
            "GIT",
            "SEMVER",
            "ECOSYSTEM",
            "git",
            "FIX",
            "fix",
            "FINDER",
            "CVSS_V2",
            "CVSS_V3",
            "CVSS_V4",
            "CVSS_V31",
            "Ubuntu",
        ],
    ),
    (
        &["score"],
        &[
            "9.8",
            "low",
            "Low",
            "AV:N/AC:L/Au:N/C:P/I:P/A:P",
            "CVSS:2.0/AV:N/AC:L/Au:N/C:P/I:P/A:P",
            "CVSS:3.0/AV:N",
            "CVSS:3.1/AV:N/AV:N",
            "CVSS:3.2/AV:N",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/U:Red/E:A",
        ],
    ),
    (
        &["url"],
        &[
            "example.org",
            "//example.org",
            "/a",
            "https:/a",
            "https://",
            "https:",
            ":",
            "1https://a",
            "https://a b",
            "https://a/%",
            "https://a/%4g",
            "https://a/%4f",
            "https://a/\u{e9}",
            "https://a/<b>",
            "https://a/[b]",
            "https://a/b|c",
            "https://a/b\\c",
            "https://a/#b#c",
            "https://a/?b?c",
            "https://a:b/",
            "https://a:1:2/",
            "https://a@b@c/",
            "https://a@b:1/",
            "https://[::1]/",
            "https://[::1/",
            "https://[1::2::3]/",
            "https://[::1.2.3.4]:1?a",
            "https://[v1.a]",
            "https://[v.a]",
            "https://[v1.%41]",
            "mailto:a@b",
        ],
    ),
    (
        &["introduced", "fixed", "last_affected", "limit"],
        &[
            "0",
            "00",
            "1.2.3",
            "6978cc9",
            "6978cc9d877f32a16fdc16a5cbf03ed3cb0ed7ba",
            "6978CC9D877F32A16FDC16A5CBF03ED3CB0ED7BA",
            "6978cc9d877f32a16fdc16a5cbf03ed3cb0ed7b",
            "6978cc9d877f32a16fdc16a5cbf03ed3cb0ed7ba6978cc9d877f32a16fdc16a5",
            "6978cc9d877f32a16fdc16a5cbf03ed3cb0ed7ba6978cc9d877f32a16fdc16a56",
            "g978cc9d877f32a16fdc16a5cbf03ed3cb0ed7ba",
        ],
    ),
];

/// The text at a place with one character left out, doubled, or another.
pub(crate) fn misspellings(record: &Value, at: &str) -> Vec<Damage> {
    let Some(text) = record.pointer(at).and_then(Value::as_str) else { return Vec::new() };
    let chars: Vec<char> = text.chars().collect();
    let mut damages = Vec::new();
    for index in 0..chars.len() {
        let mut misspell = |instead: &[char]| {
            let spelled = chars[..index].iter().chain(instead).chain(&chars[index + 1..]).collect::<String>();
            damages.push(Damage::replace(at, Value::String(spelled)));
        };
        let c = chars[index];
        misspell(&[]);
        misspell(&[c, c]);
        misspell(&[if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }]);
        for other in ['/', ':', '0', '9', 'X', 'H', '-', '\n', ' ', '%', '[', '@', '#', '\u{e9}', '\u{0660}'] {
            misspell(&[other]);
        }
    }
    damages
}

/// Numbers that look thrown, the same every time (Knuth's MMIX generator).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    pub(crate) fn take<T>(&mut self, mut among: Vec<T>) -> T {
        let picked = self.below(among.len());
        among.swap_remove(picked)
    }

    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }
}
