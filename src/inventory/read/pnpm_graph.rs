//! What the importers of a `pnpm-lock.yaml` ask for, and what that asks for.

use rustc_hash::FxHashMap;

use super::found::{Found, OF_ANOTHER_SHAPE};
use super::lock_graph::LockGraph;
use super::merged::Merged;
use super::pnpm_key;
use super::value::{Value, line_of_key};
use crate::inventory::dependency::{Dependency, Usage};

/// The groups of what an importer asks for. What installs the project itself
/// stands in a document of its own.
const GROUPS: [(&str, Usage); 5] = [
    ("dependencies", Usage::Runtime),
    ("optionalDependencies", Usage::Optional),
    ("configDependencies", Usage::Build),
    ("packageManagerDependencies", Usage::Build),
    ("devDependencies", Usage::Dev),
];

/// A document, as it is written.
pub(super) struct Document<'t> {
    pub(super) text: &'t str,
    /// The number of its first line.
    pub(super) first: usize,
    /// Up to version 5, slashes part names and versions.
    pub(super) is_by_slashes: bool,
}

impl Document<'_> {
    fn line(&self, key: &str) -> Option<usize> {
        line_of_key(self.text, self.first, key)
    }
}

/// The packages of a lock file.
pub(super) fn dependencies(lock: &Value<'_>, document: &Document<'_>, problems: &mut Found) -> Vec<Dependency> {
    for key in ["packages", "snapshots", "importers"] {
        if !matches!(lock.get(key), Value::Null | Value::Map(_)) {
            problems.tell_at(|| document.line(key), "no map of packages", key);
        }
    }
    let mut merged = Merged::default();
    let mut graph = LockGraph::default();
    let mut found = FxHashMap::default();
    for (key, entry) in lock.get("packages").entries() {
        // What is only named has an empty entry; the key says enough of any other.
        if !matches!(entry, Value::Map(_) | Value::Null) {
            problems.tell_at(|| document.line(key), OF_ANOTHER_SHAPE, key);
        }
        let said = pnpm_key::said(key, entry, document.is_by_slashes);
        let dependency = problems.sound(said, || document.line(key), key);
        found.insert(key.as_ref(), dependency.map(|dependency| merged.add(dependency.used(flagged(entry)))));
    }
    // From version 9 on, `packages` says what a package is and `snapshots` what it asks for.
    let snapshots = lock.get("snapshots").entries();
    let entries = if snapshots.is_empty() { lock.get("packages").entries() } else { snapshots };
    let mut nodes = Vec::with_capacity(entries.len());
    for (key, _) in entries {
        let base = key.split('(').next().unwrap_or(key);
        let named = found.get(key.as_ref()).or_else(|| found.get(base));
        if named.is_none() {
            problems.tell_at(|| document.line(key), "a snapshot of a package that is not listed", key);
        }
        let place = named.copied().flatten();
        let node = graph.add(place);
        graph.describe(key, node);
        nodes.push(node);
    }
    for ((_, entry), node) in entries.iter().zip(nodes) {
        for (group, optional) in [("dependencies", false), ("optionalDependencies", true)] {
            for (name, reference) in entry.get(group).entries() {
                let to = reference.text().and_then(|reference| meant(&graph, name, reference));
                if let Some(to) = to {
                    graph.ask(node, to, optional);
                }
            }
        }
    }
    let mut dependencies = merged.into_list();
    let flags: Vec<Usage> = dependencies.iter().map(|dependency| dependency.usage).collect();
    graph.settle(&roots(lock, &graph), &mut dependencies);
    // pnpm 6 told apart what is only a peer's that development provides; the way to it does not.
    for (dependency, flag) in dependencies.iter_mut().zip(flags) {
        if flag == Usage::Dev {
            dependency.usage = Usage::Dev;
        }
    }
    dependencies
}

/// What the importers ask for; a project that is no workspace is its only importer, at the top.
fn roots(lock: &Value<'_>, graph: &LockGraph) -> Vec<(usize, Usage)> {
    let importers = lock.get("importers").entries();
    let alone = importers.is_empty().then_some(lock);
    let mut roots = Vec::new();
    for importer in importers.iter().map(|(_, importer)| importer).chain(alone) {
        for (group, usage) in GROUPS {
            for (name, asked) in importer.get(group).entries() {
                // Up to version 5 the version alone, then with what was asked for.
                let reference = asked.text().or_else(|| asked.get("version").text());
                roots.extend(reference.and_then(|reference| meant(graph, name, reference)).map(|node| (node, usage)));
            }
        }
    }
    roots
}

/// The entry that a reference to a version of a name means: its key as it is,
/// or what is behind the name in it.
fn meant(graph: &LockGraph, name: &str, reference: &str) -> Option<usize> {
    if reference.starts_with("link:") {
        return None;
    }
    graph
        .described(reference)
        .or_else(|| graph.described(&format!("{name}@{reference}")))
        .or_else(|| graph.described(&format!("/{name}@{reference}")))
        .or_else(|| graph.described(&format!("/{name}/{reference}")))
}

/// What the flags say, up to version 6, of a package that nothing reaches.
fn flagged(entry: &Value<'_>) -> Usage {
    match entry.get("dev") {
        Value::Bool(true) => Usage::Dev,
        _ if entry.get("optional").is_true() => Usage::Optional,
        Value::Bool(false) => Usage::Runtime,
        _ => Usage::Unknown,
    }
}
