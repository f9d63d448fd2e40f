//! What the importers of a `pnpm-lock.yaml` ask for, and what that asks for.

use rustc_hash::FxHashMap;

use super::lock_graph::LockGraph;
use super::merged::Merged;
use super::pnpm_key;
use super::value::Value;
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

/// The packages of a lock file; up to version 5, slashes part names and versions.
pub(super) fn dependencies(lock: &Value<'_>, is_by_slashes: bool) -> Vec<Dependency> {
    let mut merged = Merged::default();
    let mut graph = LockGraph::default();
    let mut found = FxHashMap::default();
    for (key, entry) in lock.get("packages").entries() {
        let dependency = pnpm_key::dependency(key, entry, is_by_slashes);
        found.insert(key.as_ref(), dependency.map(|dependency| merged.add(dependency.used(flagged(entry)))));
    }
    // From version 9 on, `packages` says what a package is and `snapshots` what it asks for.
    let snapshots = lock.get("snapshots").entries();
    let entries = if snapshots.is_empty() { lock.get("packages").entries() } else { snapshots };
    let mut nodes = Vec::with_capacity(entries.len());
    for (key, _) in entries {
        let base = key.split('(').next().unwrap_or(key);
        let place = found.get(key.as_ref()).or_else(|| found.get(base)).copied().flatten();
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
