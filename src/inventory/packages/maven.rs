//! `pom.xml`, with its parents and modules.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::inventory::format::Format;
use crate::inventory::more::pom::Model;
use crate::inventory::parsed::TreeFile;
use crate::inventory::place::Place;
use crate::inventory::read::parse;
use crate::inventory::resolve::maven;
use crate::inventory::tree_path::{folder, join, within};

/// Whether a path is that of a project of Maven. Tomcat keeps one a jar, under
/// the names of the jars. A `.pom` in the layout of a repository is what somebody
/// else released.
pub(super) fn is_manifest(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let Some(stem) = file.strip_suffix(".pom") else { return file == "pom.xml" };
    let mut folders = folder(path).rsplit('/');
    let released = folders.next().zip(folders.next()).map(|(version, artifact)| format!("{artifact}-{version}"));
    released.is_none_or(|released| released != stem)
}

/// The names (`group:artifact`) of projects, each with its file.
pub(super) fn names<'f>(files: &[(&'f str, &'f str)]) -> Vec<(&'f str, String)> {
    let file = |(path, text): &(&str, &str)| {
        TreeFile::alone(Arc::from(*path), Format::Pom, Arc::new(parse(Format::Pom, text.as_bytes())), Place::of(path))
    };
    let tree: Vec<TreeFile> = files.iter().map(file).collect();
    let named = maven::named(&tree);
    let built = built(&tree);
    let root = named.iter().find(|(path, ..)| *path == "pom.xml");
    let is_own =
        |path: &str, group: &str| built.contains(path) || root.is_none_or(|(_, root, _)| owner(root) == owner(group));
    let own = named.iter().filter(|(path, group, _)| is_own(path, group));
    let at = |path: &str| {
        let found = files.binary_search_by(|(known, _)| (*known).cmp(path)).ok().and_then(|at| files.get(at));
        found.map(|(path, _)| *path)
    };
    own.filter_map(|(path, group, artifact)| Some((at(path)?, format!("{group}:{artifact}")))).collect()
}

/// Whose a group is, by the domain that it begins with: `org.acme`, `com.github.acme`.
fn owner(group: &str) -> Vec<&str> {
    let parts = || group.split('.');
    let shared = matches!(parts().nth(1), Some("github" | "gitlab"));
    parts().take(if shared { 3 } else { 2 }).collect()
}

/// The files that the root's builds by its modules and theirs.
fn built(tree: &[TreeFile]) -> BTreeSet<&str> {
    let model = |path: &str| tree.binary_search_by(|file| (*file.path).cmp(path)).ok().and_then(|at| tree.get(at));
    let mut built = BTreeSet::new();
    let mut open = vec!["pom.xml".to_owned()];
    while let Some(path) = open.pop() {
        let Some((path, model)) = model(&path).and_then(|file| Some((&*file.path, maven::model(file)?))) else {
            continue;
        };
        if built.insert(path) {
            open.extend(modules(path, model));
        }
    }
    built
}

/// A module is a folder, or a file.
fn modules(path: &str, model: &Model) -> Vec<String> {
    let places = model.modules.iter().filter_map(|module| join(folder(path), module));
    places.map(|place| if is_manifest(&place) { place } else { within(&place, "pom.xml") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pom(inner: &str) -> String {
        format!("<project>{inner}</project>")
    }

    fn told(files: &[(&str, String)]) -> Vec<String> {
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        names(&files).into_iter().map(|(path, name)| format!("{path} {name}")).collect()
    }

    #[test]
    fn a_group_comes_from_the_parent_and_from_properties() {
        let parent = "<parent><groupId>org.x</groupId><artifactId>p</artifactId><version>1</version></parent>";
        let more = "<dependencies><dependency><groupId>org.other</groupId><artifactId>o</artifactId></dependency>\
            </dependencies><build><plugins><plugin><artifactId>q</artifactId></plugin></plugins></build>";
        let files = [
            ("a/pom.xml", pom(&format!("{parent}<artifactId>${{project.parent.artifactId}}-a</artifactId>{more}"))),
            ("b/pom.xml", pom("<groupId>${unknown}</groupId><artifactId>b</artifactId>")),
            ("pom.xml", pom("<groupId>org.x</groupId><artifactId>p</artifactId><version>1</version>")),
        ];
        assert_eq!(told(&files), ["a/pom.xml org.x:p-a", "pom.xml org.x:p"]);
    }

    #[test]
    fn another_owners_project_is_own_only_if_the_root_builds_it() {
        let root = "<groupId>org.x</groupId><artifactId>p</artifactId><modules><module>in</module></modules>";
        let other = |name: &str| pom(&format!("<groupId>commons-x</groupId><artifactId>{name}</artifactId>"));
        let files = [
            ("in/pom.xml", other("in")),
            ("out/pom.xml", other("out")),
            ("pom.xml", pom(root)),
            ("tool/pom.xml", pom("<groupId>org.x.tools</groupId><artifactId>t</artifactId>")),
        ];
        assert_eq!(told(&files), ["in/pom.xml commons-x:in", "pom.xml org.x:p", "tool/pom.xml org.x.tools:t"]);
        assert_eq!(owner("com.github.a.b"), owner("com.github.a"));
        assert_ne!(owner("com.github.a"), owner("com.github.b"));
    }

    #[test]
    fn a_release_in_the_layout_of_a_repository_is_no_manifest() {
        assert!(is_manifest("res/maven/tomcat-coyote.pom"));
        assert!(!is_manifest("lib/org/x/foo/1.2/foo-1.2.pom"));
        assert!(!is_manifest("a/b.xml"));
    }

    #[test]
    fn modules_in_a_circle_end() {
        let root =
            "<groupId>g</groupId><artifactId>a</artifactId><modules><module>.</module><module>..</module></modules>";
        assert_eq!(told(&[("pom.xml", pom(root))]), ["pom.xml g:a"]);
    }
}
