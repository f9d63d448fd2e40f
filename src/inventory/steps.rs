//! Which commits changed what the manifests say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::contents::Inventory;
use super::dependency::Dependency;
use super::reader::Reader;
use super::tree::Manifest;
use super::void::voids;
use crate::history::{Files, Repository, Trees};
use crate::limits;
use crate::model::CommitId;

/// What one commit changed in one manifest or lock file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Step {
    /// The commit.
    pub commit: CommitId,
    /// The file.
    pub path: Arc<str>,
    /// What it said before; nothing where it is new.
    pub before: Arc<[Dependency]>,
    /// What it says after; nothing where it is gone.
    pub after: Arc<[Dependency]>,
    /// What it said at the other parents of a merge: what one of them had, the
    /// merge did not make.
    pub others: Vec<Arc<[Dependency]>>,
}

/// The steps of a range.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// The steps, in the order of the commits, then by path.
    pub steps: Vec<Step>,
    /// How many commits cannot be told, because their trees are not here.
    pub unread: usize,
}

/// A commit of a range, with its parents.
pub type Commit = (CommitId, Vec<CommitId>);

/// Finds the commits that changed these files. A merge counts only for what it
/// made itself: a file that none of its parents has like that.
#[must_use]
pub fn steps(repository: &Repository, reader: &mut Reader<'_>, commits: &[Commit], paths: &BTreeSet<String>) -> Steps {
    let trees = Trees::new(repository, |path| paths.contains(path));
    let mut found = Steps::default();
    for (commit, parents) in commits {
        let listed = listed(&trees, *commit, parents);
        let Some((own, of_parents)) = listed else {
            found.unread += 1;
            continue;
        };
        let changed: BTreeSet<&str> = changed(&own, &of_parents);
        if changed.is_empty() {
            continue;
        }
        let asked: Vec<CommitId> = std::iter::once(*commit).chain(parents.iter().copied()).collect();
        match reader.read(&asked) {
            Ok(inventories) => found.steps.extend(between(*commit, &inventories, &changed)),
            Err(_) => found.unread += 1,
        }
    }
    found
}

/// The files of a commit and of its parents; none where one of the trees is not
/// here, or a merge has more parents than are compared.
fn listed(trees: &Trees<'_>, commit: CommitId, parents: &[CommitId]) -> Option<(Arc<Files>, Vec<Arc<Files>>)> {
    if parents.len() > limits::MERGE_PARENTS {
        return None;
    }
    let own = trees.whole(commit)?;
    let of_parents = parents.iter().map(|parent| trees.whole(*parent)).collect::<Option<Vec<_>>>()?;
    Some((own, of_parents))
}

/// The files that are unlike those of every parent.
fn changed<'f>(own: &'f Files, of_parents: &'f [Arc<Files>]) -> BTreeSet<&'f str> {
    fn map(files: &Files) -> BTreeMap<&str, crate::history::BlobId> {
        files.files.iter().map(|file| (&*file.path, file.blob)).collect()
    }
    let mine = map(own);
    let others: Vec<_> = of_parents.iter().map(|files| map(files)).collect();
    let mut paths: BTreeSet<&str> = mine.keys().copied().collect();
    paths.extend(others.iter().flat_map(|files| files.keys().copied()));
    paths.retain(|path| others.iter().all(|files| files.get(path) != mine.get(path)));
    // The tree has the commits of submodules, and the file only their addresses.
    if of_parents.iter().all(|files| files.submodules != own.submodules) {
        paths.insert(".gitmodules");
    }
    paths
}

/// What changed between a commit and its first parent, for files of these
/// paths and for versions under keys of them.
fn between(commit: CommitId, inventories: &[Inventory], changed: &BTreeSet<&str>) -> Vec<Step> {
    let of = |inventory: Option<&Inventory>| -> BTreeMap<Arc<str>, Arc<[Dependency]>> {
        let files = inventory.into_iter().flat_map(|inventory| &inventory.manifests);
        files.map(|file| (Arc::clone(&file.path), Arc::clone(&file.dependencies))).collect()
    };
    let (after, before) = (of(inventories.first()), of(inventories.get(1)));
    let others: Vec<_> = inventories.iter().skip(2).map(|inventory| of(Some(inventory))).collect();
    let manifests = || inventories.iter().take(2).flat_map(|inventory| &inventory.manifests);
    let own: BTreeSet<&str> =
        manifests().filter(|file| changed.contains(file.file())).map(|file| &*file.path).collect();
    let mut paths: BTreeSet<&Arc<str>> = after.keys().collect();
    paths.extend(before.keys());
    let step = |path: &Arc<str>| {
        let (before, after) =
            (before.get(path).cloned().unwrap_or_default(), after.get(path).cloned().unwrap_or_default());
        let others = others.iter().map(|other| other.get(path).cloned().unwrap_or_default()).collect();
        (before != after).then(|| Step { commit, path: Arc::clone(path), before, after, others })
    };
    let completes = |file: &Manifest| changed.contains(file.file()) && file.format.completes_others();
    let governs = manifests().any(completes) || changed.iter().any(|path| voids(path));
    paths.into_iter().filter(|path| governs || own.contains(&***path)).filter_map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Format, Parsed, Rules, manifests, parse};

    /// Files that speak of each other, and of no others.
    const TREES: &[&[(&str, &str)]] = &[
        &[
            ("go.work", "go 1.21\nuse ./a\nreplace example.org/x => example.org/y v1.0.1\n"),
            ("a/go.mod", "module a\ngo 1.20\nrequire example.org/x v1.0.0\n"),
        ],
        &[("Dockerfile", "FROM golang:1.22.8\n"), ("go.mod", "module a\ngo 1.21\ntoolchain go1.21.3\n")],
        &[("requirements.txt", "-c c/own.pip\na\n"), ("c/own.pip", "a==1.0\n")],
        &[
            ("pyproject.toml", "[project]\nname = 'p'\ndependencies = ['a>=1']\n"),
            ("uv.lock", "version = 1\n[[package]]\nname = 'a'\nversion = '1.2'\nsource = { registry = 'x' }\n"),
        ],
        &[
            ("pyproject.toml", "[project]\nname = 'p'\ndependencies = ['a>=1']\n"),
            ("pylock.toml", "lock-version = '1.0'\n[[packages]]\nname = 'a'\nversion = '1.2'\n"),
        ],
        &[
            ("package.json", r#"{"devDependencies": {"a": "^1"}}"#),
            (
                "yarn.lock",
                "# yarn lockfile v1\na@^1:\n  version \"1.0.0\"\n  resolved \"https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#0a\"\n",
            ),
        ],
        &[
            ("deno.json", r#"{"imports": {"a": "npm:a@^1"}}"#),
            ("deno.lock", r#"{"version": "5", "specifiers": {"npm:a@^1": "1.4.0"}, "npm": {"a@1.4.0": {}}}"#),
        ],
        &[
            ("MODULE.bazel", "bazel_dep(name = \"a\", version = \"1.0\")\n"),
            (
                "MODULE.bazel.lock",
                r#"{"lockFileVersion": 13, "registryFileHashes": {"https://bcr.bazel.build/modules/a/1.0/source.json": "0a"}}"#,
            ),
        ],
        &[
            (
                "pom.xml",
                "<project><groupId>g</groupId><artifactId>p</artifactId><version>1</version><properties><v>2.0</v></properties></project>",
            ),
            (
                "a/pom.xml",
                "<project><parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent><artifactId>c</artifactId><dependencies><dependency><groupId>x</groupId><artifactId>y</artifactId><version>${v}</version></dependency></dependencies></project>",
            ),
        ],
        &[
            ("a/a.csproj", "<Project><ItemGroup><PackageReference Include=\"x\" /></ItemGroup></Project>"),
            (
                "Directory.Packages.props",
                "<Project><ItemGroup><PackageVersion Include=\"x\" Version=\"1.0.0\" /></ItemGroup></Project>",
            ),
        ],
        &[
            (
                "a/a.csproj",
                "<Project><ItemGroup><PackageReference Include=\"x\" Version=\"1.0.0\" /></ItemGroup></Project>",
            ),
            (
                "a/packages.lock.json",
                r#"{"version": 1, "dependencies": {"net8.0": {"x": {"type": "Direct", "resolved": "1.0.0"}}}}"#,
            ),
        ],
        &[
            ("gradle/libs.versions.toml", "[libraries]\na = \"g:a:1.0\"\n"),
            ("gradle.lockfile", "g:a:1.1=runtimeClasspath\n"),
        ],
    ];

    fn tree(files: &[(&str, &str)]) -> Inventory {
        let file = |(path, text): &(&str, &str)| {
            let format = Format::of(path).unwrap_or(Format::Requirements);
            (Arc::from(*path), format, Arc::<Parsed>::new(parse(format, text.as_bytes())))
        };
        Inventory::of(manifests(files.iter().map(file).collect(), &Rules::default()))
    }

    #[test]
    fn a_file_that_completes_another_brings_what_that_says_then() {
        for files in TREES {
            let whole = tree(files);
            let mut is_met = false;
            for (at, (changed, _)) in files.iter().enumerate() {
                let rest: Vec<_> = [&files[..at], &files[at + 1..]].concat();
                let without = tree(&rest);
                let says = |inventory: &Inventory| {
                    let others = inventory.manifests.iter().filter(|file| &*file.path != *changed);
                    others.map(|file| (file.path.to_string(), file.dependencies.to_vec())).collect::<Vec<_>>()
                };
                let differs = says(&whole) != says(&without);
                is_met |= differs;
                let (commit, changed) = (whole.commit, BTreeSet::from([*changed]));
                let steps = between(commit, &[whole.clone(), without], &changed);
                let of_others = steps.iter().any(|step| !changed.contains(&*step.path));
                assert_eq!(of_others, differs, "{changed:?}");
            }
            assert!(is_met, "{files:?} do not speak of each other");
        }
    }
}
