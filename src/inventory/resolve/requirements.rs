//! Requirements files and the files that they include.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::completed::complete;
use crate::inventory::dependency::{Dependency, Pin, Usage};
use crate::inventory::format::Format;
use crate::inventory::parsed::{More, TreeFile};
use crate::inventory::read::found::{Found, quoted};
use crate::inventory::read::python_group::usage_of;
use crate::inventory::read::requirements::{Include, Includes};
use crate::inventory::tree_path::{folder, join};

/// So many files are looked at for what a file includes; real ones are a handful.
const MAX_INCLUDED: usize = 32;

pub(super) fn resolve(files: &mut [TreeFile]) {
    let places: HashMap<Arc<str>, usize> =
        files.iter().enumerate().map(|(at, file)| (Arc::clone(&file.path), at)).collect();
    let mut changes = Vec::new();
    let mut constrains = HashSet::new();
    let mut requires = HashSet::new();
    for (at, file) in files.iter().enumerate() {
        let Some(includes) = includes(file) else { continue };
        let mut found = Found::default();
        for include in &includes.files {
            match join(folder(&file.path), &include.path).and_then(|path| places.get(path.as_str())) {
                Some(included) if include.is_constraint => _ = constrains.insert(*included),
                Some(included) => _ = requires.insert(*included),
                None => missing(include, &mut found),
            }
        }
        changes.push((at, with_pins(files, &places, at, includes), found.into_parsed(More::Nothing).problems));
    }
    for (at, dependencies, problems) in changes {
        // A file of which only versions are taken names no dependencies; but a
        // compiled list of what is installed often constrains another such list.
        let is_compiled = files.get(at).and_then(includes).is_some_and(|includes| includes.is_compiled);
        let only_constrains = constrains.contains(&at) && !requires.contains(&at) && !is_compiled;
        let Some(file) = files.get_mut(at) else { continue };
        file.problems.extend(problems);
        let dependencies = if only_constrains { Some(Vec::new()) } else { dependencies };
        let usage = usage_of_file(&file.path);
        let dependencies = match (dependencies, usage) {
            (None, None) => continue,
            (Some(dependencies), None) => dependencies,
            (dependencies, Some(usage)) => {
                let dependencies = dependencies.unwrap_or_else(|| file.dependencies.to_vec());
                dependencies.into_iter().map(|dependency| dependency.used(usage)).collect()
            }
        };
        complete(files, at, dependencies);
    }
}

fn includes(file: &TreeFile) -> Option<&Includes> {
    if let More::Requirements(includes) = &file.parsed.more { Some(includes) } else { None }
}

/// A file that is included and is not there, or has a name by which it is not read.
fn missing(include: &Include, found: &mut Found) {
    let path = quoted(&include.path);
    if Format::of(&include.path) == Some(Format::Requirements) {
        found.problem("missing", Some(include.line), format!("it includes {path}, which is not in the tree"));
    } else {
        let message = format!("it includes {path}, which is not read: its name is not that of a requirements file");
        found.problem("name", Some(include.line), message);
    }
}

/// What a file is for, by its name: `dev-requirements.txt`, `requirements/test.txt`.
/// Its folders tell its place.
fn usage_of_file(path: &str) -> Option<Usage> {
    let file = path.rsplit('/').next().unwrap_or(path);
    usage_of(file)
}

/// The dependencies of a file with the versions that its constraints pin; none
/// where they pin none.
fn with_pins(
    files: &[TreeFile],
    places: &HashMap<Arc<str>, usize>,
    at: usize,
    asked: &Includes,
) -> Option<Vec<Dependency>> {
    if asked.open.is_empty() || asked.files.is_empty() {
        return None;
    }
    let pins = pins(files, places, at);
    if pins.is_empty() {
        return None;
    }
    let file = files.get(at)?;
    let mut dependencies = Vec::with_capacity(file.dependencies.len());
    let mut open = asked.open.iter().peekable();
    for place in 0..=file.dependencies.len() {
        let mut is_replaced = false;
        let stands = file.dependencies.get(place);
        while let Some(open) = open.next_if(|open| open.at == place) {
            let Some(pinned) = pins.get(open.package.name.as_str()) else { continue };
            is_replaced |= stands.is_some_and(|stands| stands.package == pinned.package && stands.pin == Pin::Floor);
            dependencies.push(Dependency { usage: Usage::Unknown, ..(*pinned).clone() }.related(open.relation));
        }
        dependencies.extend(stands.filter(|_| !is_replaced).cloned());
    }
    Some(dependencies)
}

/// What the constraints in force for a file pin: its own, and those of what it
/// includes, because pip takes all in one run.
fn pins<'f>(files: &'f [TreeFile], places: &HashMap<Arc<str>, usize>, at: usize) -> HashMap<&'f str, &'f Dependency> {
    let mut pins = HashMap::new();
    let mut seen = HashSet::from([(at, false)]);
    let mut open = VecDeque::from([(at, false)]);
    while let Some((at, constrains)) = open.pop_front() {
        let Some(file) = files.get(at) else { continue };
        // `parsed`, because what the file says in the tree may be emptied or completed already.
        if constrains {
            for dependency in file.parsed.dependencies.iter().filter(|dependency| dependency.pin == Pin::Exact) {
                pins.entry(dependency.package.name.as_str()).or_insert(dependency);
            }
        }
        for include in includes(file).into_iter().flat_map(|includes| &includes.files) {
            let included = join(folder(&file.path), &include.path).and_then(|path| places.get(path.as_str()));
            if let Some(included) = included {
                let next = (*included, constrains || include.is_constraint);
                if seen.len() < MAX_INCLUDED && seen.insert(next) {
                    open.push_back(next);
                }
            }
        }
    }
    pins
}
