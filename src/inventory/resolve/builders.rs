//! Whose word counts on what builds or runs the project.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::inventory::builder::{Builder, Release, Runtime, Source};
use crate::inventory::dependency::{Dependency, Pin};
use crate::inventory::more::More;
use crate::inventory::parsed::TreeFile;
use crate::inventory::place::Place;
use crate::inventory::tree_path::join;

/// Adds to each file the releases of runtimes that it names.
///
/// The strongest source in the project's own files speaks for the whole tree: an
/// image of Go in one folder and a `go` line in another are as a rule of one
/// build, and a wrong line of the notes is worse than none. Files of tests and
/// examples speak for themselves and silence nobody.
pub(super) fn resolve(files: &mut [TreeFile]) {
    if files.iter().all(|file| file.builders.is_empty()) {
        return;
    }
    let builders: Vec<(usize, Builder)> = followed(files);
    let mut strongest: BTreeMap<Runtime, Source> = BTreeMap::new();
    for (at, builder) in &builders {
        if files.get(*at).is_some_and(|file| file.place == Place::Own) {
            let known = strongest.entry(builder.runtime).or_insert(builder.source);
            *known = (*known).min(builder.source);
        }
    }
    // Where one of several workflows sets up what moves, nobody knows which builds.
    let alike = |builder: &Builder| (builder.runtime, builder.source);
    let moves = |(_, builder): &&(usize, Builder)| {
        matches!(builder.source, Source::ReleaseWorkflow | Source::Workflow)
            && !matches!(builder.release, Release::Exact(_))
    };
    let open: BTreeSet<(Runtime, Source)> = builders.iter().filter(moves).map(|(_, builder)| alike(builder)).collect();
    let mut added: BTreeMap<usize, Vec<_>> = BTreeMap::new();
    for (at, builder) in &builders {
        let is_own = files.get(*at).is_some_and(|file| file.place == Place::Own);
        let is_outranked = is_own && strongest.get(&builder.runtime).is_some_and(|source| *source < builder.source);
        let pin = match &builder.release {
            _ if is_outranked => Pin::Outranked,
            Release::Exact(_) if is_own && open.contains(&alike(builder)) => Pin::Moving,
            Release::Exact(_) if builder.source == Source::Minimum => Pin::Floor,
            Release::Exact(_) => Pin::Exact,
            Release::Moving(_) | Release::OfFile(_) => Pin::Moving,
        };
        let of_file: &mut Vec<Dependency> = added.entry(*at).or_default();
        for dependency in builder.dependencies(pin, builder.release.text()) {
            if !of_file.contains(&dependency) {
                of_file.push(dependency);
            }
        }
    }
    for (at, of_runtimes) in added {
        if let Some(file) = files.get_mut(at) {
            file.dependencies = of_runtimes.iter().chain(file.dependencies.iter()).cloned().collect();
        }
    }
}

/// The builders of all files, by their places; one that leads to another file has
/// what that says.
fn followed(files: &[TreeFile]) -> Vec<(usize, Builder)> {
    let by_path: HashMap<&str, &TreeFile> = files.iter().map(|file| (&*file.path, file)).collect();
    let told = |builder: &Builder| {
        let Release::OfFile(path) = &builder.release else { return builder.clone() };
        let named = join("", path).and_then(|path| by_path.get(path.as_str()).copied());
        let release = named.and_then(|file| set_up(file, builder.runtime));
        Builder { release: release.unwrap_or_else(|| Release::Moving(Arc::clone(path))), ..builder.clone() }
    };
    let all = files.iter().enumerate();
    all.flat_map(|(at, file)| file.builders.iter().map(move |builder| (at, told(builder)))).collect()
}

/// The release that a tool sets up which is led to a file.
fn set_up(file: &TreeFile, runtime: Runtime) -> Option<Release> {
    match &file.parsed.more {
        More::GoMod(directives) => directives.lines.set_up(),
        More::GoWork(directives) => directives.lines.set_up(),
        _ => {
            let of_runtime = file.parsed.builders.iter().filter(|builder| builder.runtime == runtime);
            of_runtime.map(|builder| builder.release.clone()).next()
        }
    }
}
