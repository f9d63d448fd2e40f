//! Projects of Maven and their parents
//! (<https://maven.apache.org/pom.html#inheritance>).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::inventory::dependency::Dependency;
use crate::inventory::parsed::{More, TreeFile};
use crate::inventory::place::Place;
use crate::inventory::read::pom::{Chain, Model};

/// How many parents a file may have over it; real ones have about five.
const MOST_PARENTS: usize = 32;

/// Completes every `pom.xml` by the parents that are in the tree, and leaves out
/// what other files of the tree build.
pub(super) fn resolve(files: &mut [TreeFile]) {
    let poms: HashMap<&str, &Model> = files.iter().filter_map(pom).collect();
    if poms.is_empty() {
        return;
    }
    // A copy of somebody else's project builds nothing of this one.
    let is_ours = |path: &str| Place::of(path) != Place::Vendored;
    let ours = poms.iter().filter(|(path, _)| is_ours(path));
    let own: HashSet<(String, String)> =
        ours.filter_map(|(path, model)| chain(path, model, &poms).coordinates()).collect();
    let changed = |(place, file): (usize, &TreeFile)| -> Option<(usize, Arc<[Dependency]>)> {
        let (path, model) = pom(file)?;
        let is_own = |group: &str, artifact: &str| own.contains(&(group.to_owned(), artifact.to_owned()));
        let dependencies = model.dependencies(&chain(path, model, &poms), &is_own).dependencies;
        (dependencies != file.dependencies).then_some((place, dependencies))
    };
    let changed: Vec<_> = files.iter().enumerate().filter_map(changed).collect();
    for (place, dependencies) in changed {
        if let Some(file) = files.get_mut(place) {
            file.dependencies = dependencies;
        }
    }
}

fn pom(file: &TreeFile) -> Option<(&str, &Model)> {
    match &file.parsed.more {
        More::Pom(model) => Some((&file.path, model)),
        _ => None,
    }
}

fn chain<'m>(path: &str, model: &'m Model, poms: &HashMap<&str, &'m Model>) -> Chain<'m> {
    Chain::new(model, parents(path, model, poms))
}

/// The parents of a file that are in the tree, the nearest first.
fn parents<'m>(path: &str, model: &'m Model, poms: &HashMap<&str, &'m Model>) -> Vec<&'m Model> {
    let mut parents = Vec::new();
    let mut seen = HashSet::from([path.to_owned()]);
    let (mut path, mut model) = (path.to_owned(), model);
    while parents.len() < MOST_PARENTS {
        let Some((above, parent)) = parent(&path, model, poms).filter(|(above, _)| seen.insert(above.clone())) else {
            break;
        };
        parents.push(parent);
        (path, model) = (above, parent);
    }
    parents
}

/// The parent that a file names, if the file where it should be is that one: else
/// Maven takes it from a repository.
fn parent<'m>(path: &str, model: &Model, poms: &HashMap<&str, &'m Model>) -> Option<(String, &'m Model)> {
    let named = model.parent.as_ref()?;
    let place = joined(path, named.relative.as_deref()?)?;
    let folder = if place.is_empty() { "pom.xml".to_owned() } else { format!("{place}/pom.xml") };
    let (place, found) = [place, folder]
        .into_iter()
        .find_map(|place| Some((poms.get(place.as_str())?, place)))
        .map(|(found, place)| (place, *found))?;
    let (group, artifact) = Chain::alone(found).coordinates()?;
    (group == named.group && artifact == named.artifact).then_some((place, found))
}

/// The path that a relative one leads to, from the folder of a file; none where it
/// leads out of the tree.
fn joined(file: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in relative.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_stay_in_the_tree() {
        for (file, relative, expected) in [
            ("a/b/pom.xml", "../pom.xml", Some("a/pom.xml")),
            ("a/b/pom.xml", "../../parent", Some("parent")),
            ("a/b/pom.xml", "..\\pom.xml", Some("a/pom.xml")),
            ("a/pom.xml", "..", Some("")),
            ("pom.xml", "../pom.xml", None),
            ("pom.xml", "./x/./pom.xml", Some("x/pom.xml")),
        ] {
            assert_eq!(joined(file, relative).as_deref(), expected, "{file} {relative}");
        }
    }
}
