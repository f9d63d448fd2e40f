//! Projects of Maven and their parents
//! (<https://maven.apache.org/pom.html#inheritance>).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::inventory::dependency::Dependency;
use crate::inventory::more::More;
use crate::inventory::more::pom::Model;
use crate::inventory::parsed::TreeFile;
use crate::inventory::place::Place;
use crate::inventory::problem::Problem;
use crate::inventory::read::pom_chain::{Chain, Named};

/// How many parents a file may have over it; real ones have about five.
const MOST_PARENTS: usize = 32;

/// How many lists of versions a file may import, with those that they import.
const MOST_IMPORTS: usize = 64;

/// The place of a file, with what it says in its tree and what it leaves open there.
type Change = (usize, Arc<[Dependency]>, Vec<Problem>);

/// Completes every `pom.xml` by the parents and the imported lists of versions
/// that are in the tree, and leaves out what other files of the tree build.
pub(super) fn resolve(files: &mut [TreeFile]) {
    let tree = Tree::of(files);
    let changed = |(place, file): (usize, &TreeFile)| -> Option<Change> {
        let (path, model) = pom(file)?;
        let chain = tree.chain(path, model);
        let imported = tree.imported(&chain);
        let is_own = |group: &str, artifact: &str| tree.own.contains_key(&(group.to_owned(), artifact.to_owned()));
        let chain = chain.importing(imported);
        let dependencies = model.dependencies(&chain, &is_own).dependencies;
        let problems = model.unvalued(&chain, &is_own);
        (dependencies != file.dependencies || !problems.is_empty()).then_some((place, dependencies, problems))
    };
    let changed: Vec<_> = files.iter().enumerate().filter_map(changed).collect();
    for (place, dependencies, problems) in changed {
        if let Some(file) = files.get_mut(place) {
            file.dependencies = dependencies;
            file.problems.extend(problems);
        }
    }
}

/// The path, the group and the artifact of every project of a tree that can be told.
pub(in crate::inventory) fn named(files: &[TreeFile]) -> Vec<(&str, String, String)> {
    let tree = Tree { by_path: files.iter().filter_map(pom).collect(), own: HashMap::new() };
    let of = |(path, model)| tree.chain(path, model).named().map(|named| (path, named.group, named.artifact));
    files.iter().filter_map(pom).filter_map(of).collect()
}

/// What a `pom.xml` says.
pub(in crate::inventory) fn model(file: &TreeFile) -> Option<&Model> {
    pom(file).map(|(_, model)| model)
}

fn pom(file: &TreeFile) -> Option<(&str, &Model)> {
    match &file.parsed.more {
        More::Pom(model) => Some((&file.path, model)),
        _ => None,
    }
}

/// The `pom.xml` files of a tree.
struct Tree<'m> {
    by_path: HashMap<&'m str, &'m Model>,
    /// The paths of those that build something of the project, by group and artifact.
    own: HashMap<(String, String), &'m str>,
}

impl<'m> Tree<'m> {
    fn of(files: &'m [TreeFile]) -> Self {
        let by_path = files.iter().filter_map(pom).collect();
        let mut tree = Self { by_path, own: HashMap::new() };
        for (path, model) in files.iter().filter_map(pom) {
            // A copy of somebody else's project builds nothing of this one.
            let named = tree.chain(path, model).named().filter(|_| Place::of(path) != Place::Vendored);
            if let Some(Named { group, artifact, .. }) = named {
                tree.own.entry((group, artifact)).or_insert(path);
            }
        }
        tree
    }

    /// A file with its parents that are in the tree.
    fn chain(&self, path: &str, model: &'m Model) -> Chain<'m> {
        let mut parents = Vec::new();
        let mut seen = HashSet::from([path.to_owned()]);
        let (mut path, mut below) = (path.to_owned(), model);
        while parents.len() < MOST_PARENTS {
            let above = parent(&path, below, &self.by_path).filter(|(above, _)| seen.insert(above.clone()));
            let Some((above, parent)) = above else { break };
            parents.push(parent);
            (path, below) = (above, parent);
        }
        Chain::new(model, parents)
    }

    /// The lists of versions that a file imports and that are in the tree, each
    /// before those that it imports itself.
    fn imported(&self, chain: &Chain<'m>) -> Vec<Chain<'m>> {
        let mut imported = Vec::new();
        let mut seen = HashSet::new();
        let mut open: Vec<Named> = chain.imports();
        open.reverse();
        while let Some(wanted) = open.pop().filter(|_| imported.len() < MOST_IMPORTS) {
            let key = (wanted.group.clone(), wanted.artifact.clone());
            let Some((path, model)) = self.own.get(&key).and_then(|path| self.by_path.get_key_value(path)) else {
                continue;
            };
            let list = self.chain(path, model);
            // Of another version it is a release, and not what stands in the tree.
            if list.named().as_ref() == Some(&wanted) && seen.insert(*path) {
                open.extend(list.imports().into_iter().rev());
                imported.push(list);
            }
        }
        imported
    }
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
    let it = Chain::alone(found).named()?;
    (it.group == named.group && it.artifact == named.artifact).then_some((place, found))
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
    use crate::inventory::format::Format;
    use crate::inventory::place::Place;
    use crate::inventory::read::parse;

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

    fn tree(poms: &[(String, String)]) -> Vec<TreeFile> {
        let file = |(path, text): &(String, String)| {
            let parsed = Arc::new(parse(Format::Pom, text.as_bytes()));
            TreeFile::alone(Arc::from(path.as_str()), Format::Pom, parsed, Place::Own)
        };
        poms.iter().map(file).collect()
    }

    #[test]
    fn parents_are_followed_up_to_a_bound() {
        let pom = |level: usize| {
            let parent = level.checked_sub(1).map(|above| {
                format!("<parent><groupId>g</groupId><artifactId>a{above}</artifactId><version>1</version><relativePath>../{above:03}/pom.xml</relativePath></parent>")
            });
            let text = format!(
                "<project>{}<groupId>g</groupId><artifactId>a{level}</artifactId>{}<dependencies><dependency><groupId>x</groupId><artifactId>x</artifactId><version>${{v}}</version></dependency></dependencies></project>",
                parent.unwrap_or_default(),
                if level == 0 { "<properties><v>1.0</v></properties>" } else { "" },
            );
            (format!("{level:03}/pom.xml"), text)
        };
        let mut files = tree(&(0..300).map(pom).collect::<Vec<_>>());
        resolve(&mut files);
        let known = files.iter().take_while(|file| file.dependencies.len() == 1).count();
        assert_eq!(known, MOST_PARENTS + 1);
        assert!(files.iter().skip(known).all(|file| file.dependencies.is_empty()));
    }

    #[test]
    fn what_properties_lead_nowhere_from_is_told_but_for_what_a_parent_elsewhere_may_say() {
        let parent = |relative: &str| {
            format!(
                "<parent><groupId>p</groupId><artifactId>p</artifactId><version>1</version><relativePath>{relative}</relativePath></parent>"
            )
        };
        let told = |above: &str, properties: &str| {
            let pom = format!(
                "<project>{above}<artifactId>m</artifactId><properties><loop>${{loop}}</loop>{properties}</properties><dependencies>\
                 <dependency><groupId>a</groupId><artifactId>b</artifactId><version>${{nope}}</version></dependency>\
                 <dependency><groupId>a</groupId><artifactId>c</artifactId><version>1.0</version></dependency>\
                 <dependency><groupId>a</groupId><artifactId>d</artifactId><version>${{loop}}</version></dependency>\
                 </dependencies></project>"
            );
            let up = "<project><groupId>p</groupId><artifactId>p</artifactId><version>1</version></project>".to_owned();
            let mut files = tree(&[("m/pom.xml".to_owned(), pom), ("pom.xml".to_owned(), up)]);
            resolve(&mut files);
            assert_eq!(files[1].problems, []);
            files[0].problems.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>()
        };
        let both = "a package whose properties lead to no value: a:b ${nope}; and 1 more like this";
        let circle = "a package whose properties lead to no value: a:d ${loop}";
        assert_eq!(told("", ""), [both]);
        assert_eq!(told(&parent("../pom.xml"), ""), [both]);
        assert_eq!(told(&parent(""), ""), [circle]);
        assert_eq!(told("", "<nope>1.0</nope>"), [circle]);
    }

    #[test]
    fn a_file_that_its_tree_adds_nothing_to_shares_its_list() {
        let text = "<project><dependencies><dependency><groupId>x</groupId><artifactId>x</artifactId><version>1</version></dependency></dependencies></project>";
        let mut files = tree(&[("pom.xml".to_owned(), text.to_owned())]);
        resolve(&mut files);
        assert!(Arc::ptr_eq(&files[0].dependencies, &files[0].parsed.dependencies));
        assert_eq!(files[0].dependencies.len(), 1);
    }
}
