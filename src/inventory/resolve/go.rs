//! Go modules of one tree: what a workspace replaces, and what a vendored module is for.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::completed::complete;
use crate::inventory::builder::Builder;
use crate::inventory::dependency::{Dependency, Relation};
use crate::inventory::format::Format;
use crate::inventory::more::More;
use crate::inventory::more::go_mod::Directives;
use crate::inventory::more::go_work;
use crate::inventory::parsed::{Parsed, TreeFile};
use crate::inventory::problem::Problem;
use crate::inventory::read::found::quoted;
use crate::inventory::read::go_replace::{Replacements, Target};
use crate::inventory::tree_path::{folder, is_above, join, within};

pub(super) fn resolve(files: &mut [TreeFile]) {
    let tree = Tree::of(files);
    if tree.modules.is_empty() {
        return;
    }
    for (at, dependencies) in tree.alone(files) {
        complete(files, at, dependencies);
    }
    for (at, workspace) in tree.workspaces(files) {
        for (module, dependencies, builders) in workspace.modules {
            complete(files, module, dependencies);
            if let Some(file) = files.get_mut(module) {
                file.builders = builders;
            }
        }
        if let Some(file) = files.get_mut(at) {
            file.problems.extend(workspace.problems);
        }
    }
    vendored(files);
}

/// The modules of a tree, and the workspaces that use them.
struct Tree {
    /// The places of the `go.mod` files, by their folders.
    modules: HashMap<Arc<str>, usize>,
    /// The places of the `go.work` files, each with those of its modules.
    works: Vec<(usize, Vec<usize>)>,
    /// The paths of the tree's modules.
    own: HashSet<String>,
}

/// What a workspace says of its modules.
struct Workspace {
    modules: Vec<(usize, Vec<Dependency>, Vec<Builder>)>,
    problems: Vec<Problem>,
}

impl Tree {
    fn of(files: &[TreeFile]) -> Self {
        let mut modules = HashMap::new();
        let mut own = HashSet::new();
        for (at, file) in files.iter().enumerate() {
            if let More::GoMod(directives) = &file.parsed.more {
                modules.insert(Arc::from(folder(&file.path)), at);
                own.extend(directives.module.clone());
            }
        }
        let mut tree = Self { modules, works: Vec::new(), own };
        tree.works = tree.uses(files);
        tree
    }

    /// Which modules each `go.work` governs. Go takes the nearest above the folder
    /// that it runs in: one that uses a module from beside or below governs it only
    /// where none above it does.
    fn uses(&self, files: &[TreeFile]) -> Vec<(usize, Vec<usize>)> {
        let mut governs: HashMap<usize, (usize, usize)> = HashMap::new();
        for (at, file, directives) in
            files.iter().enumerate().filter_map(|(at, file)| Some((at, file, work(&file.parsed)?)))
        {
            let root = folder(&file.path);
            for module in directives.uses.iter().filter_map(|(_, used)| self.modules.get(join(root, used)?.as_str())) {
                let path = files.get(*module).map_or("", |file| &*file.path);
                let nearness = if is_above(root, folder(path)) { root.len() + 1 } else { 0 };
                let known = governs.entry(*module).or_insert((nearness, at));
                if nearness > known.0 {
                    *known = (nearness, at);
                }
            }
        }
        let mut works: HashMap<usize, Vec<usize>> = HashMap::new();
        for (module, (_, work)) in governs {
            works.entry(work).or_default().push(module);
        }
        let mut works: Vec<_> = works.into_iter().collect();
        works.iter_mut().for_each(|(_, modules)| modules.sort_unstable());
        works.sort_unstable();
        works
    }

    /// Modules of no workspace, where the tree's own modules stand in for others.
    fn alone(&self, files: &[TreeFile]) -> Vec<(usize, Vec<Dependency>)> {
        let governed: HashSet<usize> = self.works.iter().flat_map(|(_, modules)| modules).copied().collect();
        let is_own = |path: &str| self.own.contains(path);
        let resolved = |at: &usize| {
            let directives = module(files.get(*at)?)?;
            let leads_home = |target: &Target| matches!(target, Target::Module(path, _) if is_own(path));
            if governed.contains(at) || !directives.replaces.iter().any(|replace| leads_home(&replace.target)) {
                return None;
            }
            let mut replacements = Replacements::default();
            directives.replaces.iter().for_each(|replace| _ = replacements.add(replace));
            // What is required of the tree's own modules without that is fetched as published.
            let built = |path: &str, version: &str| {
                replacements.of(path, version).map(|target| if leads_home(target) { &LOCAL } else { target })
            };
            Some((*at, directives.dependencies(built)))
        };
        self.modules.values().filter_map(resolved).collect()
    }

    /// What the workspaces say of their modules. Go builds all of them with the
    /// highest version that any of them, or of their dependencies, requires; this
    /// stays with what each module's own file says.
    fn workspaces(&self, files: &[TreeFile]) -> Vec<(usize, Workspace)> {
        let resolved = |(at, modules): &(usize, Vec<usize>)| {
            let directives = work(&files.get(*at)?.parsed)?;
            Some((*at, self.workspace(files, directives, modules)))
        };
        self.works.iter().filter_map(resolved).collect()
    }

    fn workspace(&self, files: &[TreeFile], work: &go_work::Directives, modules: &[usize]) -> Workspace {
        let used: Vec<(usize, &TreeFile, &Directives)> =
            modules.iter().filter_map(|at| files.get(*at).and_then(|file| Some((*at, file, module(file)?)))).collect();
        let own: HashSet<&str> = used.iter().filter_map(|(_, _, module)| module.module.as_deref()).collect();
        let mut over = Replacements::default();
        work.replaces.iter().for_each(|replace| _ = over.add(replace));
        let mut under = Replacements::default();
        used.iter().flat_map(|(_, _, module)| &module.replaces).for_each(|replace| _ = under.add(replace));
        let is_own = |path: &str| own.contains(path) || self.own.contains(path);
        let target = |path: &str, version: &str| {
            // A module of the workspace is built as it stands there.
            if own.contains(path) {
                return Some(&LOCAL);
            }
            let target = over.of(path, version).or_else(|| under.of(path, version))?;
            Some(if matches!(target, Target::Module(path, _) if is_own(path)) { &LOCAL } else { target })
        };
        let resolved = |(at, _, module): &(usize, &TreeFile, &Directives)| {
            (*at, module.dependencies(target), module.lines.within(&work.lines).builders())
        };
        Workspace { modules: used.iter().map(resolved).collect(), problems: contradictions(&used, &over) }
    }
}

/// Stands for any folder of the tree.
static LOCAL: Target = Target::Local(String::new());

/// Modules that two of a workspace replace differently, which Go refuses unless the
/// workspace replaces them itself.
fn contradictions(used: &[(usize, &TreeFile, &Directives)], over: &Replacements<'_>) -> Vec<Problem> {
    let mut known: HashMap<(&str, Option<&str>), Target> = HashMap::new();
    let mut contradicting = Vec::new();
    for (_, file, module) in used {
        for replace in &module.replaces {
            let version = replace.version.as_deref();
            let target = match &replace.target {
                Target::Local(path) => Target::Local(join(folder(&file.path), path).unwrap_or_else(|| path.clone())),
                target => target.clone(),
            };
            let first = known.entry((&replace.path, version)).or_insert_with(|| target.clone());
            if *first != target && over.of(&replace.path, version.unwrap_or_default()).is_none() {
                contradicting.push((&replace.path, &file.path));
            }
        }
    }
    let told = contradicting.first().map(|(path, file)| {
        let more =
            if contradicting.len() > 1 { format!("; and {} more", contradicting.len() - 1) } else { String::new() };
        let message = format!("its modules replace {} differently, {} among them{more}", quoted(path), quoted(file));
        Problem { line: None, message }
    });
    told.into_iter().collect()
}

/// Takes relation and usage of vendored modules from the `go.mod` files beside
/// their folder: `modules.txt` says less.
fn vendored(files: &mut [TreeFile]) {
    let by_path: HashMap<Arc<str>, usize> =
        files.iter().enumerate().map(|(at, file)| (Arc::clone(&file.path), at)).collect();
    let vendored: Vec<usize> =
        files.iter().enumerate().filter(|(_, file)| file.format == Format::GoVendor).map(|(at, _)| at).collect();
    for at in vendored {
        let Some(file) = files.get(at) else { continue };
        let root = folder(folder(&file.path)).to_owned();
        let mut beside: Vec<usize> = by_path.get(within(&root, "go.mod").as_str()).copied().into_iter().collect();
        let workspace = by_path.get(within(&root, "go.work").as_str()).and_then(|at| work(&files.get(*at)?.parsed));
        for (_, used) in workspace.into_iter().flat_map(|workspace| &workspace.uses) {
            beside.extend(join(&root, used).and_then(|used| by_path.get(within(&used, "go.mod").as_str())));
        }
        let mut asked: HashMap<&str, &Dependency> = HashMap::new();
        for dependency in beside.iter().filter_map(|at| files.get(*at)).flat_map(|file| file.dependencies.iter()) {
            let known = asked.entry(&dependency.package.name).or_insert(dependency);
            if dependency.relation == Relation::Direct && known.relation != Relation::Direct {
                *known = dependency;
            }
        }
        if asked.is_empty() {
            continue;
        }
        let told = |dependency: &Dependency| match asked.get(dependency.package.name.as_str()) {
            Some(asked) => dependency.clone().related(asked.relation).used(asked.usage),
            // Up to Go 1.16 a `go.mod` does not list what only dependencies need.
            None => dependency.clone().related(Relation::Transitive),
        };
        let dependencies = file.dependencies.iter().map(told).collect();
        complete(files, at, dependencies);
    }
}

fn module(file: &TreeFile) -> Option<&Directives> {
    if let More::GoMod(directives) = &file.parsed.more { Some(directives) } else { None }
}

fn work(parsed: &Parsed) -> Option<&go_work::Directives> {
    if let More::GoWork(directives) = &parsed.more { Some(directives) } else { None }
}
