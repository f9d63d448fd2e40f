//! Manifests of Python projects and the lock files beside them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::completed::complete;
use crate::inventory::dependency::{Dependency, Relation, Usage};
use crate::inventory::format::Format;
use crate::inventory::more::More;
use crate::inventory::more::poetry::Locked;
use crate::inventory::more::pyproject::Asked;
use crate::inventory::parsed::TreeFile;
use crate::inventory::read::python_group::usage_of;
use crate::inventory::tree_path::{folder, join, within};

pub(super) fn resolve(files: &mut [TreeFile]) {
    let places: HashMap<Arc<str>, usize> =
        files.iter().enumerate().map(|(at, file)| (Arc::clone(&file.path), at)).collect();
    let locks = locks(files);
    let locked = |(at, file): (usize, &TreeFile)| {
        let names = file.parsed.dependencies.iter().map(|locked| locked.package.name.clone()).collect();
        is_lock(file).then_some((at, names))
    };
    let locked: HashMap<usize, HashSet<String>> = files.iter().enumerate().filter_map(locked).collect();
    let asked = |file: &TreeFile| {
        let beside = within(folder(&file.path), "pyproject.toml");
        let beside = places.get(beside.as_str()).and_then(|at| files.get(*at))?;
        if let More::Pyproject(asked) = &beside.parsed.more { Some(asked) } else { None }
    };
    let mut changes: Vec<(usize, Vec<Dependency>)> = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let changed = match (file.format, &file.parsed.more) {
            (Format::Pyproject, _) => locks.get(folder(&file.path)).map(|locks| without_locked(file, locks, &locked)),
            (Format::PoetryLock, More::PoetryLock(locked)) => {
                asked(file).map(|asked| related(file, asked, Some(locked)))
            }
            (Format::PdmLock, _) => asked(file).map(|asked| related(file, asked, None)),
            (Format::Pylock, _) => pylock(file, asked(file)),
            _ => None,
        };
        changes.extend(changed.map(|dependencies| (at, dependencies)));
    }
    for (at, dependencies) in changes {
        complete(files, at, dependencies);
    }
}

/// The places of lock files, by the folder of a project that they are for: the
/// lock's own, and those of the members of a workspace.
fn locks(files: &[TreeFile]) -> HashMap<String, Vec<usize>> {
    let mut locks: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, file) in files.iter().enumerate() {
        let root = folder(&file.path);
        if is_lock(file) {
            locks.entry(root.to_owned()).or_default().push(at);
        }
        if let More::UvLock(members) = &file.parsed.more {
            let below = |member: &String| {
                join(root, member).filter(|member| member != root && !file.parsed.dependencies.is_empty())
            };
            // A package next to the lock is locked there only as far as its user needs.
            let members = members.folders.iter().filter(|member| !member.starts_with("..")).filter_map(below);
            members.for_each(|member| locks.entry(member).or_default().push(at));
        }
    }
    locks
}

/// A manifest's dependencies but for those that a lock file for it has. The lock
/// says which version is installed, and that the project asks for it: a bound
/// beside it could only say less, or say otherwise where the lock is the older.
/// What builds the project stays, because no lock has it.
fn without_locked(file: &TreeFile, locks: &[usize], locked: &HashMap<usize, HashSet<String>>) -> Vec<Dependency> {
    let is_locked = |dependency: &Dependency| {
        locks.iter().filter_map(|lock| locked.get(lock)).any(|names| names.contains(&dependency.package.name))
    };
    let stays = |dependency: &&Dependency| dependency.usage == Usage::Build || !is_locked(dependency);
    file.dependencies.iter().filter(stays).cloned().collect()
}

const fn is_lock(file: &TreeFile) -> bool {
    matches!(file.format, Format::UvLock | Format::PoetryLock | Format::PdmLock | Format::Pylock)
}

/// A `pylock.toml`'s dependencies, of which the manifest beside it says who asks for
/// them, and the name, as in `pylock.docs.toml`, what they are for.
fn pylock(file: &TreeFile, asked: Option<&Asked>) -> Option<Vec<Dependency>> {
    let name = file.path.rsplit('/').next().and_then(|name| name.strip_prefix("pylock.")?.strip_suffix(".toml"));
    let usage = name.and_then(usage_of);
    if usage.is_none() && asked.is_none() {
        return None;
    }
    let related = asked.map_or_else(|| file.dependencies.to_vec(), |asked| related(file, asked, None));
    let told = |mut dependency: Dependency| {
        // Somebody else may ask in what is locked apart.
        if name.is_some() && dependency.relation == Relation::Transitive {
            dependency.relation = Relation::Unknown;
        }
        match usage {
            Some(usage) if dependency.usage == Usage::Unknown => dependency.used(usage),
            _ => dependency,
        }
    };
    Some(related.into_iter().map(told).collect())
}

/// A lock's dependencies with what the manifest beside it says of them.
fn related(file: &TreeFile, asked: &Asked, locked: Option<&Locked>) -> Vec<Dependency> {
    let by_own = locked.into_iter().flat_map(|locked| &locked.asked_by_own);
    let by_manifest = asked.groups.iter().flat_map(|(_, edges)| edges).map(|edge| &edge.name);
    let direct: HashSet<&str> = by_manifest.chain(by_own).map(String::as_str).collect();
    let graph = locked.and_then(|locked| locked.graph.as_ref());
    let mut usages: HashMap<(&str, &str), Usage> = HashMap::new();
    if let Some(graph) = graph {
        let roots = asked.groups.iter().map(|(usage, edges)| (*usage, edges.as_slice())).collect();
        let reached = graph.packages.iter().zip(graph.usages(roots));
        usages.extend(reached.filter_map(|(node, usage)| Some(((node.name.as_str(), node.version.as_str()), usage?))));
    }
    let told = |dependency: &Dependency| {
        let name = dependency.package.name.as_str();
        let relation = if direct.contains(name) { Relation::Direct } else { Relation::Transitive };
        let usage = usages.get(&(name, &*dependency.version)).copied().unwrap_or(dependency.usage);
        dependency.clone().related(relation).used(usage)
    };
    file.dependencies.iter().map(told).collect()
}
