//! Versions that projects keep in a file of their own, by a rule of the
//! configuration: under a key of YAML, TOML or JSON (`languages.golang.version` in
//! Kata's `versions.yaml`), in a variable (`GO_VERSION` in sealed-secrets'
//! `versions.env`), or alone (`GOLANG_VERSION` of ingress-nginx).

use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use toml::de::{DeTable, DeValue};

use super::assignments;
use super::found::{Found, plain};
use super::line;
use super::walk;
use crate::inventory::builder::{Builder, Release, Runtime, Source};
use crate::inventory::dependency::{Dependency, Relation};
use crate::inventory::parsed::Parsed;
use crate::inventory::problem::Problem;
use crate::model::PackageName;

/// How a file that a rule names is written, as far as its name says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::inventory) enum Syntax {
    Yaml,
    Toml,
    Json,
    /// Assignments of a script or a makefile, or any of the others.
    Unsaid,
}

impl Syntax {
    /// By the end of a path.
    pub(in crate::inventory) fn of(path: &str) -> Self {
        match path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("yaml" | "yml") => Self::Yaml,
            Some("toml") => Self::Toml,
            Some("json") => Self::Json,
            _ => Self::Unsaid,
        }
    }
}

/// Reads the value of a key in the text of a file, as the version of a package.
///
/// The parts of the key are joined by dots: a part may be quoted (`"a.b".c`), and
/// is a number where it leads into a list. A number stays as it is written (Go
/// `1.20` is not `1.2`). In a script, a makefile or a `.env` file the key is a
/// variable's name; without a key the file holds a version alone. A file without
/// the key, as it was before the key was introduced, says nothing.
pub(in crate::inventory) fn read(syntax: Syntax, text: &str, key: &str, ecosystem: &str, name: &str) -> Parsed {
    let (value, ended) = if key.is_empty() { alone(text) } else { under(syntax, text, key) };
    let mut kept = Found::default();
    let value = value.as_deref().map(str::trim).filter(|value| !value.is_empty());
    let value = value.filter(|value| {
        let is_version = is_version(value);
        if !is_version {
            kept.tell(None, NO_VERSION, "");
        }
        is_version
    });
    kept.ended(ended);
    let package = PackageName::new(ecosystem, name);
    match (value, package.as_ref().and_then(Runtime::of_package)) {
        (Some(value), Some(runtime)) => {
            let release = Release::of(runtime, value);
            let builder = Builder { is_shipped: true, ..Builder::new(runtime, Source::Configured, release) };
            kept.finish().built_by(vec![builder])
        }
        (value, _) => {
            kept.add(value.and_then(|value| dependency(value, ecosystem, name)));
            kept.finish()
        }
    }
}

/// Modules of Go are tagged `v1.2.3`, and advisories write `1.2.3`; what others
/// call a version is theirs to say, but for a `v` before a number.
fn dependency(value: &str, ecosystem: &str, name: &str) -> Option<Dependency> {
    let number = value.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    Some(Dependency::exact(ecosystem, name, number.unwrap_or(value))?.related(Relation::Direct))
}

/// Whether a value can be a version of anything: one word with a digit in it, or
/// one of the words that tools have for the newest.
fn is_version(value: &str) -> bool {
    let is_word = value.chars().all(|c| c.is_ascii_alphanumeric() || ".-+_~:^@/".contains(c));
    is_word && (value.contains(|c: char| c.is_ascii_digit()) || value.chars().all(|c| c.is_ascii_lowercase()))
}

/// The value of a key, by the kind of the file.
fn under(syntax: Syntax, text: &str, key: &str) -> Value {
    let parts = parts(key);
    match syntax {
        Syntax::Yaml => in_yaml(text, &parts),
        Syntax::Toml => in_toml(text, &parts),
        Syntax::Json => in_json(text, &parts),
        Syntax::Unsaid => {
            // A variable has a plain name; a script may well look like YAML at its beginning.
            if let Some(value) = assignments::value(text, key) {
                return (Some(value), None);
            }
            let read =
                [in_json, in_toml, in_yaml].iter().map(|read| read(text, &parts)).find(|(value, _)| value.is_some());
            // A file without the key, as it was before the key was introduced, says nothing.
            read.unwrap_or_default()
        }
    }
}

/// The version that is all there is in a file, but for comments and empty lines.
fn alone(text: &str) -> Value {
    let is_said = |line: &(usize, &str)| !line.1.is_empty() && !line.1.starts_with('#');
    let mut lines = text.lines().enumerate().map(|(at, line)| (at, line.trim())).filter(is_said);
    match (lines.next(), lines.next()) {
        (Some((_, version)), None) => (Some(version.to_owned()), None),
        // What more it holds is not quoted: the next line of a `.env` file may be a password.
        (Some(_), Some((at, _))) => {
            let message = "without a key the file has to hold a version alone, and holds more";
            (None, Some(Problem::new(Some(at + 1), message)))
        }
        (None, _) => (None, None),
    }
}

/// The parts of a key; the dots in a quoted part are its own.
fn parts(key: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in key.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            _ => {
                if let Some(part) = parts.last_mut() {
                    part.push(c);
                }
            }
        }
    }
    parts
}

/// The text of a value, and the problem that ended the reading.
type Value = (Option<String>, Option<Problem>);

/// What it is instead is not quoted: in a `.env` file it may be a password.
const NO_VERSION: &str = "the value there is no version";

fn no_version(line: Option<usize>, shape: &str) -> Problem {
    Problem { line, message: format!("{NO_VERSION}: {shape}") }
}

fn in_yaml(text: &str, key: &[String]) -> Value {
    let way: Vec<Option<&str>> = key.iter().map(|part| Some(part.as_str())).collect();
    let mut found = None;
    let ended = walk::yaml(text, &[&way], |_, value: Option<String>| {
        found = found.take().or(value);
    });
    // What can be read once the value's shape does not count has a wrong shape, and nothing else.
    let is_readable = || walk::yaml(text, &[&way], |_, _: IgnoredAny| {}).is_none();
    match ended {
        Some(problem) if is_readable() => (found, Some(no_version(problem.line, "a map or a list"))),
        ended => (found, ended),
    }
}

fn in_json(text: &str, key: &[String]) -> Value {
    let way: Vec<Option<&str>> = key.iter().map(|part| Some(part.as_str())).collect();
    let mut found = None;
    let mut other = None;
    let ended = walk::json(text, &[&way], |_, raw: &RawValue| match raw.get().bytes().next() {
        Some(b'"') => found = serde_json::from_str(raw.get()).ok(),
        Some(b'0'..=b'9') => found = Some(raw.get().to_owned()),
        Some(b'n') => {}
        _ => other = Some(raw),
    });
    (found, ended.or_else(|| other.map(|raw| no_version(walk::line_of(text, raw), "a map, a list or a truth value"))))
}

fn in_toml(text: &str, key: &[String]) -> Value {
    let line = |at: usize| line::of_offset(text, at);
    let (table, errors) = DeTable::parse_recoverable(text);
    let ended = errors.first().map(|error| Problem {
        line: error.span().map(|span| line(span.start)),
        message: format!("it is no valid TOML: {}", plain(error.message())),
    });
    let mut parts = key.iter();
    let mut value = parts.next().and_then(|part| table.get_ref().get(part.as_str()));
    for part in parts {
        value = value.and_then(|value| match value.get_ref() {
            DeValue::Table(table) => table.get(part.as_str()),
            DeValue::Array(list) => list.get(part.parse::<usize>().ok()?),
            _ => None,
        });
    }
    let Some(value) = value else { return (None, ended) };
    let found = match value.get_ref() {
        DeValue::String(text) => Some(text.clone().into_owned()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        _ => None,
    };
    let other = || no_version(Some(line(value.span().start)), value.get_ref().type_str());
    let ended = ended.or_else(|| found.is_none().then(other));
    (found, ended)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const YAML: &str = "# versions\nlanguages:\n  golang:\n    version: \"1.21.5\"\n  rust: {version: 1.70}\n  \"a.b\":\n  - version: go1.22.0\n  - &x\n    version: ~\n";
    const TOML: &str = "[languages.golang]\nversion = \"1.21.5\"\n[languages.rust]\nversion = 1.70\n[[languages.\"a.b\"]]\nversion = \"go1.22.0\"\n[[languages.\"a.b\"]]\n";
    const JSON: &str = "{\"languages\": {\"golang\": {\"version\": \"1.21.5\"}, \"rust\": {\"version\": 1.70},\n \"a.b\": [{\"version\": \"go1.22.0\"}, {\"version\": null}]}}";

    fn read(path: &str, text: &str, key: &str, ecosystem: &str, name: &str) -> Parsed {
        super::read(Syntax::of(path), text, key, ecosystem, name)
    }

    #[test]
    fn what_stands_where_a_version_is_looked_for_is_not_quoted() {
        for (text, key, line) in [
            ("1.22.8\nDB_PASSWORD=s3cret\n", "", Some(2)),
            ("DB_PASSWORD=s3cret\n", "", None),
            ("PASSWORD='s3cret of mine'\n", "PASSWORD", None),
        ] {
            let problems = read(".env", text, key, "Go", "stdlib").problems;
            assert_eq!((problems.len(), problems[0].line), (1, line), "{text}");
            assert!(!problems[0].message.contains("s3cret"), "{}", problems[0].message);
        }
    }

    fn version(parsed: &Parsed) -> Option<String> {
        assert!(parsed.dependencies.len() + parsed.builders.len() <= 1);
        let dependency = parsed.dependencies.first();
        let named = dependency.map(|dependency| format!("{} {}", dependency.package, dependency.version));
        named.or_else(|| {
            parsed.builders.first().map(|builder| format!("{:?} {}", builder.runtime, builder.release.text()))
        })
    }

    #[test]
    fn a_key_leads_to_a_version_in_every_format() {
        for (path, text) in [
            ("versions.yaml", YAML),
            ("a.b/x.yml", YAML),
            ("x.toml", TOML),
            ("x.json", JSON),
            ("VERSIONS", YAML),
            ("v/VERSIONS", TOML),
            ("versions.txt", JSON),
        ] {
            for (key, expected) in [
                ("languages.golang.version", Some("Go 1.21.5")),
                ("languages.rust.version", Some("Go 1.70")),
                ("languages.\"a.b\".0.version", Some("Go 1.22.0")),
                ("languages.\"a.b\".1.version", None),
                ("languages.\"a.b\".7.version", None),
                ("languages.golang.version.minor", None),
                ("languages.perl.version", None),
            ] {
                let parsed = read(path, text, key, "Go", "stdlib");
                assert_eq!(version(&parsed).as_deref(), expected, "{path} {key}");
                assert_eq!(parsed.problems, [], "{path} {key}");
            }
        }
    }

    #[test]
    fn a_package_of_any_ecosystem_has_its_version() {
        for (value, ecosystem, name, expected) in [
            ("go1.22.0", "Go", "stdlib", Some("Go 1.22.0")),
            ("v1.1.12", "Go", "github.com/opencontainers/runc", Some("Go:github.com/opencontainers/runc 1.1.12")),
            ("1.1.12", "PyPI", "ansible", Some("PyPI:ansible 1.1.12")),
            ("go1.22.0", "Bitnami", "gopher", Some("Bitnami:gopher go1.22.0")),
            ("20.11.1", "Bitnami", "node", Some("Node 20.11.1")),
            ("main", "Bitnami", "gopher", Some("Bitnami:gopher main")),
            ("the newest", "Bitnami", "gopher", None),
            ("$(shell cat x)", "Go", "stdlib", None),
        ] {
            let parsed = read("x.yaml", &format!("a: '{value}'\n"), "a", ecosystem, name);
            assert_eq!(version(&parsed).as_deref(), expected, "{value}");
            assert_eq!(parsed.problems.len(), usize::from(expected.is_none()), "{value}");
        }
    }

    #[test]
    fn scripts_and_files_that_hold_a_version_alone() {
        for (path, text, key, expected, problems) in [
            ("versions.env", "GO_VERSION=1.22.8\n", "GO_VERSION", Some("Go 1.22.8"), 0),
            ("Makefile", "VERSION ?= 1\nGO_VERSION := 1.22.8\n", "GO_VERSION", Some("Go 1.22.8"), 0),
            (
                "hack/lib.sh",
                "#!/bin/sh\nset -e\nexport GO_VERSION=\"${GO_VERSION:-1.22.8}\"\n",
                "GO_VERSION",
                Some("Go 1.22.8"),
                0,
            ),
            ("hack/lib.sh", "#!/bin/sh\nif [ x ]; then\n", "GO_VERSION", None, 0),
            ("GOLANG_VERSION", "1.22.8\n", "", Some("Go 1.22.8"), 0),
            ("GOLANG_VERSION", "# pinned\n\ngo1.22.8\n", "", Some("Go 1.22.8"), 0),
            ("GOLANG_VERSION", "1.22.8\n1.23.0\n", "", None, 1),
            ("GOLANG_VERSION", "", "", None, 0),
        ] {
            let parsed = read(path, text, key, "Go", "stdlib");
            assert_eq!(version(&parsed).as_deref(), expected, "{path} {text}");
            assert_eq!(parsed.problems.len(), problems, "{path} {text}");
        }
    }

    #[test]
    fn a_map_is_no_version_and_told_with_its_line() {
        for (path, text, line) in [("x.yaml", YAML, Some(4)), ("x.toml", TOML, Some(1)), ("x.json", JSON, Some(1))] {
            let parsed = read(path, text, "languages.golang", "Go", "stdlib");
            assert_eq!(version(&parsed), None);
            assert_eq!(parsed.problems.len(), 1, "{path}");
            assert_eq!(parsed.problems[0].line, line, "{path}: {}", parsed.problems[0].message);
            assert!(parsed.problems[0].message.contains("no version"), "{path}: {}", parsed.problems[0].message);
        }
    }

    #[test]
    fn documents_after_the_first_are_told() {
        let text = format!("{YAML}---\nlanguages: {{perl: {{version: 5}}}}\n");
        let parsed = read("x.yaml", &text, "languages.golang.version", "Go", "stdlib");
        assert_eq!(version(&parsed).as_deref(), Some("Go 1.21.5"));
        assert_eq!(parsed.problems.len(), 1);
        assert!(parsed.problems[0].message.contains("documents"), "{}", parsed.problems[0].message);
    }

    #[test]
    fn a_version_before_the_damage_is_read() {
        for (path, text) in [("x.yaml", YAML), ("x.toml", TOML), ("x.json", JSON)] {
            let (before, _) = text.split_once("a.b").unwrap();
            let parsed = read(path, before, "languages.golang.version", "Go", "stdlib");
            assert_eq!(version(&parsed).as_deref(), Some("Go 1.21.5"), "{path}");
            assert_eq!(parsed.problems.len(), 1, "{path}");
            assert!(parsed.problems[0].line.is_some(), "{path}");
        }
    }

    #[test]
    fn aliases_that_repeat_each_other_are_a_problem_with_a_line() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..10 {
            let before = vec![format!("*a{}", level - 1); 9].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
        }
        bomb.push_str("version: 1.0.0\n");
        let parsed = read("x.yaml", &bomb, "version", "Go", "stdlib");
        assert_eq!(parsed.problems.len(), 1);
        assert!(parsed.problems[0].line.is_some(), "{}", parsed.problems[0].message);
    }

    #[test]
    fn deep_nesting_is_a_problem_and_no_crash() {
        let block: String = (0..3000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
        for (path, text) in [
            ("x.yaml", block),
            ("x.yaml", format!("a: {}", "[".repeat(200_000))),
            ("x.yaml", format!("a: {}", "{a: ".repeat(200_000))),
            ("x.yaml", "- ".repeat(200_000)),
            ("x.json", "{\"a\":".repeat(200_000)),
            ("x.toml", format!("a = {}", "[".repeat(200_000))),
            ("x.toml", format!("a{} = 1", ".a".repeat(200_000))),
        ] {
            let parsed = read(path, &text, "a.a.a", "Go", "stdlib");
            assert_eq!(parsed.problems.len(), 1, "{path} {}", plain(&text));
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(
            text in "\\PC*",
            key in "\\PC{0,12}",
            at in 0..YAML.len(),
            with in "[\\[\\]{}\"&*!|>:=a0. \\n-]{0,9}",
        ) {
            for (path, sample) in [("x.yaml", YAML), ("x.toml", TOML), ("x.json", JSON), ("x", YAML)] {
                read(path, &text, &key, "Go", "stdlib");
                let (before, after) = sample.split_at(at.min(sample.len()));
                let mutant = [before, &with, after].concat();
                read(path, &mutant, "languages.golang.version", "Go", "stdlib");
            }
        }
    }
}
