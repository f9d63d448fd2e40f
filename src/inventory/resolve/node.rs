//! Lock files and the `package.json` beside them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::inventory::dependency::{Dependency, Relation, Usage};
use crate::inventory::more::More;
use crate::inventory::more::package_json::Names;
use crate::inventory::parsed::TreeFile;
use crate::inventory::read::lock_graph::LockGraph;
use crate::inventory::tree_path::folder;

/// How many patterns of workspaces are read, and how long they may be; real ones are few and short.
const MOST_PATTERNS: usize = 256;
const LONGEST_PATTERN: usize = 256;

/// The places of the `package.json` files, by their folders.
type Manifests<'f> = BTreeMap<&'f str, usize>;

/// Has lock files that do not say themselves what the project asks for learn it
/// from the `package.json` in their folder, and of yarn's workspaces from theirs.
pub(super) fn resolve(files: &mut [TreeFile]) {
    let mut settled = Vec::new();
    let mut missed = BTreeSet::new();
    let manifests = manifests(files);
    for (place, file) in files.iter().enumerate() {
        let More::NodeLock(graph) = &file.parsed.more else { continue };
        let used = importers(files, &manifests, folder(&file.path), graph);
        missed.extend(used.iter().map(|(_, manifest)| *manifest));
        let dependencies = settle(files, graph, &used, &file.dependencies);
        settled.extend(dependencies.map(|dependencies| (place, dependencies)));
    }
    for (place, dependencies) in settled {
        if let Some(file) = files.get_mut(place) {
            file.dependencies = dependencies;
        }
    }
    for place in missed {
        let Some(file) = files.get_mut(place) else { continue };
        let problem = names(file).and_then(|names| names.problem.clone());
        file.problems.extend(problem);
    }
}

/// All that may be somebody's whose lock file is read: never what is installed.
fn manifests(files: &[TreeFile]) -> Manifests<'_> {
    let own = files.iter().enumerate().filter(|(_, file)| names(file).is_some());
    let by_folder = own.map(|(place, file)| (folder(&file.path), place));
    by_folder.filter(|(folder, _)| folder.split('/').all(|part| part != "node_modules")).collect()
}

fn names(file: &TreeFile) -> Option<&Names> {
    match &file.parsed.more {
        More::PackageJson(names) => Some(names),
        _ => None,
    }
}

/// The manifests of those whom a lock file serves: for each, the place of the
/// workspace in the lock file, where that names it, and of the manifest.
fn importers(
    files: &[TreeFile],
    manifests: &Manifests<'_>,
    folder: &str,
    graph: &LockGraph,
) -> Vec<(Option<usize>, usize)> {
    if !graph.workspaces.is_empty() {
        let place_of = |within: &str| manifests.get(joined(folder, within).as_str()).copied();
        let workspaces = graph.workspaces.iter().enumerate();
        let used = workspaces.filter_map(|(at, workspace)| Some((Some(at), place_of(&workspace.folder)?)));
        let used: Vec<_> = used.collect();
        if !used.is_empty() {
            return used;
        }
    }
    let Some(root) = manifests.get(folder) else { return Vec::new() };
    let mut used = vec![(None, *root)];
    // yarn 1 does not write its workspaces down. Their patterns decide, not all
    // that lies below: templates and what tests read lie there, too.
    let patterns = files.get(*root).and_then(names).map(|names| names.workspaces.as_slice()).unwrap_or_default();
    if let (Some((wanted, unwanted)), false) = (globs(patterns), graph.knows_usages) {
        let prefix = joined(folder, "");
        for (below, place) in manifests.range(prefix.as_str()..) {
            let Some(within) = below.strip_prefix(prefix.as_str()) else { break };
            let is_member = !within.is_empty() && wanted.is_match(within) && !unwanted.is_match(within);
            used.extend(is_member.then_some((None, *place)));
        }
    }
    used
}

/// A folder within another, with a slash behind it where something is to come.
fn joined(folder: &str, within: &str) -> String {
    let within = within.trim_start_matches("./").trim_end_matches('/');
    match (folder, within) {
        ("", ".") => String::new(),
        (_, ".") => folder.to_owned(),
        ("", _) => within.to_owned(),
        _ => format!("{folder}/{within}"),
    }
}

/// What matches the patterns of members, and what those that begin with `!`; none where there are no patterns.
fn globs(patterns: &[Box<str>]) -> Option<(GlobSet, GlobSet)> {
    let mut sets = [GlobSetBuilder::new(), GlobSetBuilder::new()];
    for pattern in patterns.iter().take(MOST_PATTERNS).filter(|pattern| pattern.len() <= LONGEST_PATTERN) {
        let (at, pattern) = pattern.strip_prefix('!').map_or((0, pattern.as_ref()), |rest| (1, rest));
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() else { continue };
        if let Some(set) = sets.get_mut(at) {
            set.add(glob);
        }
    }
    let [wanted, unwanted] = sets.map(|set| set.build().ok());
    Some((wanted.filter(|wanted| !wanted.is_empty())?, unwanted?))
}

/// The dependencies of a lock file by what its importers ask for; none where nothing changes.
fn settle(
    files: &[TreeFile],
    graph: &LockGraph,
    used: &[(Option<usize>, usize)],
    before: &Arc<[Dependency]>,
) -> Option<Arc<[Dependency]>> {
    let mut roots = Vec::new();
    let asking = used.iter().filter_map(|(_, manifest)| files.get(*manifest).and_then(names));
    for ask in asking.flat_map(|names| &names.asks) {
        roots.extend(graph.find(&ask.name, &ask.range).map(|node| (node, ask.usage)));
    }
    if roots.is_empty() {
        return None;
    }
    // Beside others, a workspace whose manifest is missing is taken to ship what it asks for.
    let known: BTreeSet<usize> = used.iter().filter_map(|(workspace, _)| *workspace).collect();
    let others = graph.workspaces.iter().enumerate().filter(|(at, _)| !known.is_empty() && !known.contains(at));
    roots.extend(others.flat_map(|(_, workspace)| workspace.asks.iter().map(|node| (*node, Usage::Runtime))));
    let mut dependencies = before.to_vec();
    if graph.knows_usages {
        for dependency in &mut dependencies {
            dependency.relation = Relation::Transitive;
        }
        graph.mark_direct(&roots, &mut dependencies);
    } else {
        graph.settle(&roots, &mut dependencies);
    }
    (dependencies[..] != before[..]).then(|| dependencies.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(patterns: &[&str]) -> Vec<Box<str>> {
        patterns.iter().map(|pattern| Box::from(*pattern)).collect()
    }

    #[test]
    fn patterns_tell_who_is_a_member() {
        let (wanted, unwanted) = globs(&patterns(&["./packages/*/", "tools/**", "[", "!packages/old"])).unwrap();
        for (folder, is_member) in
            [("packages/a", true), ("packages/a/b", false), ("packages/old", false), ("tools/a/b", true)]
        {
            assert_eq!(wanted.is_match(folder) && !unwanted.is_match(folder), is_member, "{folder}");
        }
        assert!(globs(&patterns(&["!a"])).is_none());
        assert!(globs(&[]).is_none());
    }

    #[test]
    fn patterns_of_any_number_and_length_are_bounded() {
        let many: Vec<Box<str>> = (0..100_000).map(|at| format!("p{at}").into()).collect();
        let (wanted, _) = globs(&many).unwrap();
        assert_eq!(wanted.len(), MOST_PATTERNS);
        let long = [&"*".repeat(100_000), &"{a,b}".repeat(100), &"{".repeat(1000)].map(|long| Box::from(long.as_str()));
        assert!(globs(&long).is_none());
        let costly = ["{a,b}".repeat(50), "*a".repeat(120), "**/".repeat(80) + "x"];
        let costly: Vec<Box<str>> = (0..240).map(|at| costly[at % 3].as_str().into()).collect();
        let (wanted, _) = globs(&costly).unwrap();
        assert!(!wanted.is_match("b".repeat(10_000)));
    }

    #[test]
    fn folders_are_joined_from_the_lock_files() {
        for (folder, within, expected) in
            [("", ".", ""), ("web", ".", "web"), ("", "a/b", "a/b"), ("web", "./a/", "web/a"), ("web", "", "web/")]
        {
            assert_eq!(joined(folder, within), expected);
        }
    }
}
