//! Requirements files and the files that they include.

use std::collections::{HashMap, HashSet, VecDeque};

use super::completed::complete;
use crate::inventory::dependency::{Dependency, Pin, Usage};
use crate::inventory::format::Format;
use crate::inventory::more::More;
use crate::inventory::more::requirements::{Include, Includes};
use crate::inventory::parsed::TreeFile;
use crate::inventory::read::found::{Found, quoted};
use crate::inventory::read::python_group::usage_of;
use crate::inventory::tree_path::{folder, join};

/// So many files are looked at for what a file includes; real ones are a handful.
/// For each file anew: 2,000 files that include 32 others each take 4 s.
const MAX_INCLUDED: usize = 32;

pub(super) fn resolve(files: &mut [TreeFile]) {
    let included = included(files);
    let mut changes = Vec::new();
    let mut constrains = HashSet::new();
    let mut requires = HashSet::new();
    for (at, file) in files.iter().enumerate() {
        let Some(includes) = includes(file) else { continue };
        let mut found = Found::default();
        for (include, place) in includes.files.iter().zip(included.get(&at).into_iter().flatten()) {
            match place {
                Some(place) if include.is_constraint => _ = constrains.insert(*place),
                Some(place) => _ = requires.insert(*place),
                None => missing(include, &mut found),
            }
        }
        let pinned = with_pins(files, &included, at, includes, &mut found);
        changes.push((at, pinned, found.into_parsed(More::Nothing).problems));
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

/// Of each requirements file the places of what it includes, in its order; none
/// for what is not there.
type Included = HashMap<usize, Vec<Option<usize>>>;

fn included(files: &[TreeFile]) -> Included {
    let places: HashMap<&str, usize> = files.iter().enumerate().map(|(at, file)| (&*file.path, at)).collect();
    let of_file = |(at, file): (usize, &TreeFile)| {
        let place = |include: &Include| {
            join(folder(&file.path), &include.path).and_then(|path| places.get(path.as_str())).copied()
        };
        Some((at, includes(file)?.files.iter().map(place).collect()))
    };
    files.iter().enumerate().filter_map(of_file).collect()
}

fn includes(file: &TreeFile) -> Option<&Includes> {
    if let More::Requirements(includes) = &file.parsed.more { Some(includes) } else { None }
}

/// A file that is included and was not read: what has no name of a manifest is only
/// read where others lead to it, and not however far.
fn missing(include: &Include, found: &mut Found) {
    let path = quoted(&include.path);
    if Format::of(&include.path) == Some(Format::Requirements) {
        found.problem("missing", Some(include.line), format!("it includes {path}, which is not in the tree"));
    } else {
        let message = format!("it includes {path}, which is not in the tree, or behind more files than are followed");
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
    included: &Included,
    at: usize,
    asked: &Includes,
    found: &mut Found,
) -> Option<Vec<Dependency>> {
    if asked.open.is_empty() || asked.files.is_empty() {
        return None;
    }
    let (pins, is_whole) = pins(files, included, at);
    if !is_whole {
        let message =
            format!("it and what it includes are more than {MAX_INCLUDED} files, and the others' pins are not taken");
        found.problem("included", None, message);
    }
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
/// includes, because pip takes all in one run. And whether all of it was looked at.
fn pins<'f>(files: &'f [TreeFile], included: &Included, at: usize) -> (HashMap<&'f str, &'f Dependency>, bool) {
    let mut pins = HashMap::new();
    let mut seen = HashSet::from([(at, false)]);
    let mut open = VecDeque::from([(at, false)]);
    let mut is_whole = true;
    while let Some((at, constrains)) = open.pop_front() {
        let Some(file) = files.get(at) else { continue };
        // `parsed`, because what the file says in the tree may be emptied or completed already.
        if constrains {
            for dependency in file.parsed.dependencies.iter().filter(|dependency| dependency.pin == Pin::Exact) {
                pins.entry(dependency.package.name.as_str()).or_insert(dependency);
            }
        }
        let asked = includes(file).into_iter().flat_map(|includes| &includes.files);
        for (include, place) in asked.zip(included.get(&at).into_iter().flatten()) {
            let Some(place) = place else { continue };
            let next = (*place, constrains || include.is_constraint);
            if seen.contains(&next) {
                continue;
            }
            if seen.len() >= MAX_INCLUDED {
                is_whole = false;
                break;
            }
            seen.insert(next);
            open.push_back(next);
        }
    }
    (pins, is_whole)
}
