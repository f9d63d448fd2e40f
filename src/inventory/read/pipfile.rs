//! `Pipfile.lock`.

use std::collections::HashMap;

use serde_json::Value;

use super::found::{Found, OF_ANOTHER_SHAPE, Said, exact, plain};
use super::python_group::{distance, usage_of_group};
use super::python_url::{Fetched, is_archive};
use super::walk;
use crate::inventory::dependency::{Dependency, Pin, Usage};
use crate::inventory::more::More;
use crate::inventory::parsed::Parsed;

/// The version of the format that is known: `pipfile-spec` in `_meta`.
const KNOWN: &str = "6";

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = Found::default();
    let mut listed: Vec<Dependency> = Vec::new();
    let ended = walk::packages(text, &[&[None, None]], |path, raw| {
        let line = || walk::line_of(text, raw);
        let (category, name) = match path {
            [meta, key] if meta == "_meta" => {
                if key == "pipfile-spec" && raw.get() != KNOWN {
                    let message =
                        || plain(&format!("pipfile-spec {} is not known; it is read as version {KNOWN}", raw.get()));
                    found.problem_at("version", line, message);
                }
                return;
            }
            [category, name] => (category, name),
            _ => return,
        };
        // `develop`, and from pipenv 2022.10 on categories of the project's own.
        let usage = if category == "default" { Usage::Runtime } else { usage_of_group(category) };
        let package = serde_json::from_str::<Value>(raw.get()).ok().filter(Value::is_object);
        let said = package.ok_or(OF_ANOTHER_SHAPE).and_then(|package| said(name, &package));
        listed.extend(found.sound(said, line, name).map(|dependency| dependency.used(usage)));
    });
    found.ended(ended);
    // A package may stand in several categories.
    let mut nearest: HashMap<_, Usage> = HashMap::new();
    for dependency in &listed {
        let key = (dependency.package.clone(), dependency.version.clone(), dependency.pin);
        let usage = nearest.entry(key).or_insert(dependency.usage);
        if distance(dependency.usage) < distance(*usage) {
            *usage = dependency.usage;
        }
    }
    for dependency in listed {
        let key = (dependency.package.clone(), dependency.version.clone(), dependency.pin);
        let usage = nearest.get(&key).copied().unwrap_or(dependency.usage);
        found.add(Some(dependency.used(usage)));
    }
    found.into_parsed(More::Nothing)
}

fn said(name: &str, package: &Value) -> Said {
    let text = |key: &str| package.get(key).and_then(Value::as_str);
    let is_folder = |path: &str| !is_archive(path);
    if text("path").is_some_and(is_folder) || text("file").is_some_and(|file| !file.contains("://") && is_folder(file))
    {
        return Ok(None);
    }
    let is_elsewhere = ["git", "hg", "svn", "bzr", "path", "file"].iter().any(|key| package.get(*key).is_some());
    let version = text("version").map(|version| version.trim_start_matches('=')).filter(|version| *version != "*");
    if !is_elsewhere {
        return exact("PyPI", Some(name), version);
    }
    let state = || version.or_else(|| text("ref"));
    let of_archive = || text("file").and_then(|url| Some(Fetched::of(url)?.version));
    Ok(exact("PyPI", Some(name), state().or_else(of_archive))?.map(|found| found.pinned(Pin::Shown)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::problem::Problem;

    #[test]
    fn what_stands_before_a_damage_is_read() {
        let parsed = read("{\n\"default\": {\n\"a\": {\"version\": \"==1.0\"},\n\"b\": {\"version\"");
        assert_eq!(parsed.dependencies.len(), 1);
        assert_eq!(parsed.problems[0].line, Some(4));
    }

    /// To count the lines before each would take minutes.
    #[test]
    fn a_version_that_is_repeated_is_told_once() {
        let parsed = read(&format!("{{\"_meta\":{{{}\"pipfile-spec\":2}}}}", "\"pipfile-spec\":1,\n".repeat(200_000)));
        let message = "pipfile-spec 1 is not known; it is read as version 6; and 200000 more like this";
        assert_eq!(parsed.problems, [Problem::new(Some(1), message)]);
    }

    #[test]
    fn deep_nesting_overflows_nothing() {
        for open in ["[", "{\"default\":", "{\"default\":{\"a\":", "{\"_meta\":"] {
            assert_eq!(read(&open.repeat(200_000)).problems.len(), 1, "{open}");
        }
    }

    #[test]
    fn a_package_without_a_version_is_told_with_its_line() {
        let text = "{\n\"_meta\": {\"sources\": []},\n\"default\": {\n\"a\": {},\n\"b\": {\"path\": \".\"},\n\
            \"c\": {\"version\": \"==1.0\"},\n\"d\": []},\n\"develop\": null}";
        let parsed = read(text);
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        let expected = [(Some(4), "a package without a version: a"), (Some(7), "a package of another shape: d")];
        assert_eq!(told, expected);
        assert_eq!(parsed.dependencies.len(), 1);
    }
}
