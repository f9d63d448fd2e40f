//! `package-lock.json` and `npm-shrinkwrap.json`: nested `dependencies` in
//! version 1 and before, `packages` by their folders from version 2 on.

use std::borrow::Cow;

use super::found::plain;
use super::lock_graph::LockGraph;
use super::merged::Merged;
use super::npm_packages;
use super::npm_source::{Source, name_and_range, state_of};
use super::value::{self, Value};
use crate::inventory::dependency::{Dependency, Pin, Usage};
use crate::inventory::parsed::{More, Parsed, Problem};

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let (lock, problem) = value::json(text);
    let mut problems: Vec<Problem> = problem.into_iter().collect();
    if problems.is_empty() && !matches!(lock, Value::Map(_)) {
        return Parsed::failed(Problem::new(Some(1), "it is no object of JSON"));
    }
    let version = lock.get("lockfileVersion");
    // npm wrote none before version 5.
    let is_known = matches!(version, Value::Null) || ["1", "2", "3"].iter().any(|known| version.text() == Some(known));
    if !is_known {
        let version = plain(version.text().unwrap_or("of this kind"));
        let message = format!("lockfileVersion {version} is not known; it is read as the known ones are");
        problems.push(Problem { line: line_of(text, "\"lockfileVersion\""), message });
    }
    let packages = lock.get("packages").entries();
    if !packages.is_empty() {
        return Parsed { problems, ..Parsed::of(npm_packages::dependencies(packages)) };
    }
    // Those that wrote no version wrote no flags, either.
    let plain = if matches!(version, Value::Null) { Usage::Unknown } else { Usage::Runtime };
    let (dependencies, graph) = nested(lock.get("dependencies").entries(), plain);
    Parsed { dependencies: dependencies.into(), problems, more: More::NodeLock(graph), ..Parsed::default() }
}

/// The line on which a key stands first.
fn line_of(text: &str, key: &str) -> Option<usize> {
    text.lines().position(|line| line.contains(key)).map(|line| line + 1)
}

/// The dependencies of a lock file of version 1, and the names of those at its
/// top; what the project asks for is installed there. `plain` is used what has no flags.
fn nested(top: &[(Cow<'_, str>, Value<'_>)], plain: Usage) -> (Vec<Dependency>, LockGraph) {
    let mut merged = Merged::default();
    let mut graph = LockGraph::with_usages();
    let mut open = vec![top.iter()];
    while let Some(level) = open.last_mut() {
        let Some((name, entry)) = level.next() else {
            open.pop();
            continue;
        };
        let is_top = open.len() == 1;
        let place = dependency(name, entry).map(|found| merged.add(found.used(npm_packages::usage(entry, plain))));
        if is_top {
            let node = graph.add(place);
            graph.name(name, node);
        }
        open.push(entry.get("dependencies").entries().iter());
    }
    (merged.into_list(), graph)
}

/// The package of an entry of version 1, whose `version` may be an address or an alias.
fn dependency(name: &str, entry: &Value<'_>) -> Option<Dependency> {
    let version = entry.get("version").text()?.trim();
    if let Some(alias) = version.strip_prefix("npm:") {
        let (name, version) = name_and_range(alias);
        return Dependency::exact("npm", name, version);
    }
    if !version.contains([':', '/']) {
        let found = Dependency::exact("npm", name, version)?;
        let fetched = Source::of_address(entry.get("resolved").text().unwrap_or_default());
        return Some(if fetched == Source::Registry { found } else { found.pinned(Pin::Shown) });
    }
    let archived = version_of_archive(version, name);
    match (Source::of_range(version), archived) {
        (Source::Own, _) => None,
        (Source::Registry, Some(version)) => Dependency::exact("npm", name, version),
        _ => Some(Dependency::exact("npm", name, state_of(version))?.pinned(Pin::Shown)),
    }
}

/// The version in the address of a registry's archive, `…/name-version.tgz`.
fn version_of_archive<'v>(address: &'v str, name: &str) -> Option<&'v str> {
    let name = name.rsplit('/').next().unwrap_or(name);
    let (_, file) = address.rsplit_once('/')?;
    file.strip_prefix(name)?.strip_prefix('-')?.strip_suffix(".tgz")
}
