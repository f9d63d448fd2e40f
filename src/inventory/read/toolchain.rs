//! Versions that projects keep in YAML, TOML or JSON under a key, by a rule of
//! the configuration: `languages.golang.version` in Kata's `versions.yaml`.

use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use toml::de::{DeTable, DeValue};

use super::found::{Found, plain};
use super::walk;
use crate::inventory::dependency::{Dependency, Relation, Usage};
use crate::inventory::parsed::{Parsed, Problem};

/// Reads the value of a key in the text of a file, as the version of a package.
///
/// The parts of the key are joined by dots: a part may be quoted (`"a.b".c`), and
/// is a number where it leads into a list. A number stays as it is written (Go
/// `1.20` is not `1.2`). A file without the key, as it was before the key was
/// introduced, says nothing. Go's versions lose their `v` or `go`.
pub(in crate::inventory) fn read(path: &str, text: &str, key: &str, ecosystem: &str, name: &str) -> Parsed {
    let key = parts(key);
    let (value, ended) = match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("yaml" | "yml") => in_yaml(text, &key),
        Some("toml") => in_toml(text, &key),
        Some("json") => in_json(text, &key),
        _ => [in_json, in_toml, in_yaml]
            .iter()
            .map(|read| read(text, &key))
            .find(|(value, ended)| value.is_some() || ended.is_none())
            .unwrap_or_else(|| (None, Some(Problem { line: None, message: "it is no JSON, TOML or YAML".to_owned() }))),
    };
    let mut kept = Found::default();
    if let Some(value) = value {
        kept.add(dependency(value.trim(), ecosystem, name));
    }
    kept.ended(ended);
    kept.finish()
}

fn dependency(value: &str, ecosystem: &str, name: &str) -> Option<Dependency> {
    let is_go = ecosystem == "Go" || ecosystem.starts_with("Go:");
    let bare = value.strip_prefix("go").or_else(|| value.strip_prefix('v')).filter(|_| is_go);
    let usage = match name {
        // Compiled into everything that is shipped.
        "stdlib" if is_go => Usage::Runtime,
        "toolchain" if is_go => Usage::Build,
        // The rule may name a package of any kind.
        _ => Usage::Unknown,
    };
    Some(Dependency::exact(ecosystem, name, bare.unwrap_or(value))?.related(Relation::Direct).used(usage))
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

fn no_version(line: Option<usize>, value: &str) -> Problem {
    Problem { line, message: format!("the key's value is no version: {}", plain(value)) }
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
    (found, ended.or_else(|| other.map(|raw| no_version(walk::line_of(text, raw), raw.get()))))
}

fn in_toml(text: &str, key: &[String]) -> Value {
    let line = |at: usize| text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
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

    fn version(parsed: &Parsed) -> Option<String> {
        assert!(parsed.dependencies.len() <= 1);
        parsed.dependencies.first().map(|dependency| format!("{} {}", dependency.package, dependency.version))
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
                ("languages.golang.version", Some("Go:stdlib 1.21.5")),
                ("languages.rust.version", Some("Go:stdlib 1.70")),
                ("languages.\"a.b\".0.version", Some("Go:stdlib 1.22.0")),
                ("languages.\"a.b\".1.version", None),
                ("languages.\"a.b\".7.version", None),
                ("languages.golang.version.minor", None),
                ("languages.perl.version", None),
                ("", None),
            ] {
                let parsed = read(path, text, key, "Go", "stdlib");
                assert_eq!(version(&parsed).as_deref(), expected, "{path} {key}");
                assert_eq!(parsed.problems, [], "{path} {key}");
            }
        }
    }

    #[test]
    fn only_go_writes_go_before_its_versions() {
        for (ecosystem, name, usage, expected) in [
            ("Go", "stdlib", Usage::Runtime, "1.22.0"),
            ("Go", "toolchain", Usage::Build, "1.22.0"),
            ("Externals", "gopher", Usage::Unknown, "go1.22.0"),
        ] {
            let parsed = read("x.yaml", YAML, "languages.\"a.b\".0.version", ecosystem, name);
            assert_eq!(&*parsed.dependencies[0].version, expected);
            assert_eq!(parsed.dependencies[0].usage, usage);
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
        assert_eq!(version(&parsed).as_deref(), Some("Go:stdlib 1.21.5"));
        assert_eq!(parsed.problems.len(), 1);
        assert!(parsed.problems[0].message.contains("documents"), "{}", parsed.problems[0].message);
    }

    #[test]
    fn a_version_before_the_damage_is_read() {
        for (path, text) in [("x.yaml", YAML), ("x.toml", TOML), ("x.json", JSON)] {
            let (before, _) = text.split_once("a.b").unwrap();
            let parsed = read(path, before, "languages.golang.version", "Go", "stdlib");
            assert_eq!(version(&parsed).as_deref(), Some("Go:stdlib 1.21.5"), "{path}");
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
