//! What a `go.mod` says, before a workspace has its say.

use std::collections::HashSet;

use super::go_lines::Lines;
use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};
use crate::inventory::read::go_replace::{Replace, Target};

/// What a `go.mod` says, before a workspace has its say.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Directives {
    /// The module's own path.
    pub(in crate::inventory) module: Option<String>,
    pub(in crate::inventory) replaces: Vec<Replace>,
    /// Its `go` and `toolchain` lines.
    pub(in crate::inventory) lines: Lines,
    pub(in crate::inventory) requires: Vec<Require>,
    pub(in crate::inventory) excludes: HashSet<(String, String)>,
    pub(in crate::inventory) tools: Vec<String>,
}

#[derive(Clone, Debug)]
pub(in crate::inventory) struct Require {
    pub(in crate::inventory) path: String,
    pub(in crate::inventory) version: String,
    pub(in crate::inventory) indirect: bool,
}

impl Directives {
    /// How many of them are kept.
    pub(in crate::inventory) fn len(&self) -> usize {
        self.requires.len() + self.excludes.len() + self.replaces.len() + self.tools.len()
    }

    /// The dependencies, with what is built for the version of a module.
    pub(in crate::inventory) fn dependencies<'a>(
        &self,
        replaced: impl Fn(&str, &str) -> Option<&'a Target>,
    ) -> Vec<Dependency> {
        let mut dependencies: Vec<Dependency> = Vec::new();
        let modules_of_tools = self.modules_of_tools();
        for require in &self.requires {
            let target = replaced(&require.path, &require.version);
            let (path, version) = match target {
                Some(Target::Local(_)) => {
                    dependencies.extend(replaced_by(&require.path, &require.version));
                    continue;
                }
                Some(Target::Module(path, version)) => {
                    if *path != require.path {
                        dependencies.extend(replaced_by(&require.path, &require.version));
                    }
                    (path, version)
                }
                None => (&require.path, &require.version),
            };
            let Some(mut dependency) = dependency(path, version) else { continue };
            // Go passes over a requirement of an excluded version, and goes on to a
            // higher one, which the file does not tell ("exclude directive").
            let key = (require.path.clone(), require.version.clone());
            if target.is_none() && self.excludes.contains(&key) {
                dependency = dependency.pinned(Pin::Floor);
            }
            let is_tool = modules_of_tools.contains(require.path.as_str());
            // `go get -tool` marks modules that only tools come from as indirect; the project asks for them.
            let relation = if require.indirect && !is_tool { Relation::Transitive } else { Relation::Direct };
            let usage = if is_tool { Usage::Build } else { Usage::Unknown };
            dependencies.push(dependency.related(relation).used(usage));
        }
        dependencies
    }

    /// The required modules that the packages of `tool` lines are in: those of the
    /// longest path that is the package's own or of a folder above it.
    fn modules_of_tools(&self) -> HashSet<&str> {
        if self.tools.is_empty() {
            return HashSet::new();
        }
        let required: HashSet<&str> = self.requires.iter().map(|require| require.path.as_str()).collect();
        let module_of = |tool: &str| {
            // No import path has more parts; each costs a look-up of the whole path.
            let parents = std::iter::successors(Some(tool), |path| Some(path.rsplit_once('/')?.0)).take(64);
            parents.into_iter().find_map(|path| required.get(path).copied())
        };
        self.tools.iter().filter_map(|tool| module_of(tool)).collect()
    }
}

/// A module in whose place another is built, which may be its fork: it is named,
/// and its version says nothing of what is built.
fn replaced_by(path: &str, version: &str) -> Option<Dependency> {
    dependency(path, version).map(|dependency| dependency.pinned(Pin::Shown))
}

/// A version of a module. A branch or a commit, which the next `go mod tidy` turns
/// into a version, is shown.
pub(in crate::inventory) fn dependency(path: &str, version: &str) -> Option<Dependency> {
    let number = version.strip_prefix('v').filter(|number| is_semantic(number));
    let dependency = Dependency::exact("Go", path, number.unwrap_or(version))?;
    Some(if number.is_some() { dependency } else { dependency.pinned(Pin::Shown) })
}

fn is_semantic(number: &str) -> bool {
    let core = number.split(['-', '+']).next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    core.split('.').count() == 3 && core.split('.').all(is_number)
}
