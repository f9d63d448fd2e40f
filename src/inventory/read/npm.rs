//! `package-lock.json` and `npm-shrinkwrap.json`: nested `dependencies` in
//! version 1 and before, `packages` by their folders from version 2 on.

use std::borrow::Cow;

use super::found::{Found, Said, WITHOUT_VERSION, exact, plain};
use super::lock_graph::LockGraph;
use super::merged::Merged;
use super::npm_packages;
use super::npm_source::{Source, name_and_range, state_of};
use super::value::{self, Value, line_of_key, line_of_quoted};
use crate::inventory::dependency::{Dependency, Pin, Usage};
use crate::inventory::more::More;
use crate::inventory::parsed::Parsed;
use crate::inventory::problem::Problem;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let (lock, problem) = value::json(text);
    if problem.is_none() && !matches!(lock, Value::Map(_)) {
        return Parsed::failed(Problem::new(Some(1), "it is no object of JSON"));
    }
    let mut found = Found::default();
    found.ended(problem);
    let version = lock.get("lockfileVersion");
    // npm wrote none before version 5.
    let is_known = matches!(version, Value::Null) || ["1", "2", "3"].iter().any(|known| version.text() == Some(known));
    if !is_known {
        let version = plain(version.text().unwrap_or("of this kind"));
        let message = format!("lockfileVersion {version} is not known; it is read as the known ones are");
        found.problem("version", line_of_quoted(text, "lockfileVersion"), message);
    }
    for key in ["packages", "dependencies"] {
        if !matches!(lock.get(key), Value::Null | Value::Map(_)) {
            found.tell(line_of_quoted(text, key), "no object of packages", key);
        }
    }
    let packages = lock.get("packages").entries();
    if !packages.is_empty() {
        let dependencies = npm_packages::dependencies(text, packages, &mut found);
        return Parsed { problems: found.into_problems(), ..Parsed::of(dependencies) };
    }
    // Those that wrote no version wrote no flags, either.
    let plain = if matches!(version, Value::Null) { Usage::Unknown } else { Usage::Runtime };
    let (dependencies, graph) = nested(text, lock.get("dependencies").entries(), plain, &mut found);
    Parsed {
        dependencies: dependencies.into(),
        problems: found.into_problems(),
        more: More::NodeLock(graph),
        ..Parsed::default()
    }
}

/// The dependencies of a lock file of version 1, and the names of those at its
/// top; what the project asks for is installed there. `plain` is used what has no flags.
fn nested(
    text: &str,
    top: &[(Cow<'_, str>, Value<'_>)],
    plain: Usage,
    found: &mut Found,
) -> (Vec<Dependency>, LockGraph) {
    let mut merged = Merged::default();
    let mut graph = LockGraph::with_usages();
    let mut open = vec![top.iter()];
    while let Some(level) = open.last_mut() {
        let Some((name, entry)) = level.next() else {
            open.pop();
            continue;
        };
        let is_top = open.len() == 1;
        let dependency = found.sound(said(name, entry), || line_of_key(text, 1, name), name);
        let place = dependency.map(|found| merged.add(found.used(npm_packages::usage(entry, plain))));
        if is_top {
            let node = graph.add(place);
            graph.name(name, node);
        }
        open.push(entry.get("dependencies").entries().iter());
    }
    (merged.into_list(), graph)
}

/// The package of an entry of version 1, whose `version` may be an address or an alias.
fn said(name: &str, entry: &Value<'_>) -> Said {
    let exactly = |name: &str, version: &str| exact("npm", Some(name), Some(version));
    let version = entry.get("version").text().ok_or(WITHOUT_VERSION)?.trim();
    if let Some(alias) = version.strip_prefix("npm:") {
        let (name, version) = name_and_range(alias);
        return exactly(name, version);
    }
    if !version.contains([':', '/']) {
        let found = exactly(name, version)?;
        let fetched = Source::of_address(entry.get("resolved").text().unwrap_or_default());
        return Ok(if fetched == Source::Registry { found } else { found.map(|found| found.pinned(Pin::Shown)) });
    }
    let archived = version_of_archive(version, name);
    match (Source::of_range(version), archived) {
        (Source::Own, _) => Ok(None),
        (Source::Registry, Some(version)) => exactly(name, version),
        _ => Ok(exactly(name, state_of(version))?.map(|found| found.pinned(Pin::Shown))),
    }
}

/// The version in the address of a registry's archive, `…/name-version.tgz`.
fn version_of_archive<'v>(address: &'v str, name: &str) -> Option<&'v str> {
    let name = name.rsplit('/').next().unwrap_or(name);
    let (_, file) = address.rsplit_once('/')?;
    file.strip_prefix(name)?.strip_prefix('-')?.strip_suffix(".tgz")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_that_cannot_be_read_is_told_with_its_line() {
        let packages = "{\"lockfileVersion\": 3, \"packages\": {\n\"\": {},\n\"packages/own\": {},\n\
            \"node_modules/own\": {\"link\": true},\n\"node_modules/a\": {\"resolved\": \"https://x/a.tgz\"},\n\
            \"node_modules/b\": 1,\n\"node_modules/c\": {\"version\": \"1.0.0\"}}}";
        let nested = "{\"lockfileVersion\": 1, \"dependencies\": {\n\"c\": {\"version\": \"1.0.0\", \"requires\": {\"a\": \"1\"},\n\
            \"dependencies\": {\n\"own\": {\"version\": \"file:own\"},\n\"a\": {}}}}}";
        for (text, line, message) in [
            (packages, 5, "a package without a version: node_modules/a; and 1 more like this"),
            (nested, 5, "a package without a version: a"),
        ] {
            let parsed = read(text);
            let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
            assert_eq!(told, [(Some(line), message)]);
            assert_eq!(parsed.dependencies.len(), 1);
        }
    }

    #[test]
    fn packages_that_are_no_object_are_told() {
        let parsed = read("{\"lockfileVersion\": 3,\n\"packages\": []}");
        assert_eq!(parsed.problems[0].line, Some(2));
    }
}
