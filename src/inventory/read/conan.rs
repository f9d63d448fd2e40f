//! `conan.lock`: what Conan locked, of its first version (`graph_lock`, 0.0 to 0.4)
//! and of its second (0.5, <https://docs.conan.io/2/tutorial/versioning/lockfiles.html>).

use std::collections::HashSet;

use super::found::Found;
use super::merged::Merged;
use super::value::{self, Value};
use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};
use crate::inventory::parsed::Parsed;

/// OSV's name of the ecosystem.
const ECOSYSTEM: &str = "ConanCenter";

/// Reads the text of such a file.
///
/// A recipe of a user and a channel (`zlib/1.2.11@acme/stable`) is somebody's own
/// and shown. The recipe that the lock is for is the project's, and left out.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = Found::default();
    let (root, ended) = value::object(text, &mut found);
    let version = root.get("version");
    // The very first had no number.
    if !matches!(version.text(), None | Some("0.0" | "0.1" | "0.2" | "0.3" | "0.4" | "0.5")) {
        value::unknown_version(text, version, "0.5", &mut found);
    }
    let mut merged = Merged::default();
    let mut take = |reference: &str, relation: Relation, usage: Usage| match dependency(reference) {
        Some(dependency) => _ = merged.add(dependency.related(relation).used(usage)),
        None => found.tell_at(|| value::line_of_quoted(text, reference), "no reference of a recipe", reference),
    };
    for (list, usage) in [
        ("requires", Usage::Runtime),
        ("build_requires", Usage::Build),
        ("python_requires", Usage::Build),
        ("config_requires", Usage::Build),
    ] {
        for reference in root.get(list).items() {
            // Some versions write a pair of the reference and what it was resolved to.
            let reference = reference.items().first().unwrap_or(reference);
            take(reference.text().unwrap_or_default(), Relation::Unknown, usage);
        }
    }
    for (reference, relation, usage) in nodes(root.get("graph_lock").get("nodes")) {
        take(reference, relation, usage);
    }
    found.add_all(merged.into_list());
    found.ended(ended);
    found.finish()
}

/// The recipes of a graph but for the project's own.
fn nodes<'a>(nodes: &'a Value<'a>) -> Vec<(&'a str, Relation, Usage)> {
    // Up to 0.3 `pref`, which has the package behind the recipe.
    let reference = |node: &'a Value<'a>| node.get("ref").text().or_else(|| node.get("pref").text());
    let is_own = |node: &Value<'_>| node.get("path").text().is_some() || reference_is_missing(node);
    let is_build = |node: &Value<'_>| node.get("context").text() == Some("build");
    // What the first asks for: a list of keys, and up to 0.2 a map of references to keys.
    let keys = |list: &'a Value<'a>| {
        list.items().iter().chain(list.entries().iter().map(|(_, key)| key)).filter_map(Value::text)
    };
    let (mut direct, mut builds): (HashSet<&str>, HashSet<&str>) = (HashSet::new(), HashSet::new());
    let mut has_own = false;
    for (_, node) in nodes.entries() {
        if is_own(node) {
            has_own = true;
            direct.extend(keys(node.get("requires")).chain(keys(node.get("build_requires"))));
        }
        builds.extend(keys(node.get("build_requires")));
    }
    let needed: HashSet<&str> = nodes.entries().iter().flat_map(|(_, node)| keys(node.get("requires"))).collect();
    let mut found = Vec::new();
    for (key, node) in nodes.entries() {
        if !is_own(node) {
            let relation = match () {
                () if direct.contains(&**key) => Relation::Direct,
                () if has_own => Relation::Transitive,
                () => Relation::Unknown,
            };
            let is_build = is_build(node) || builds.contains(&**key) && !needed.contains(&**key);
            let usage = if is_build { Usage::Build } else { Usage::Runtime };
            found.extend(reference(node).map(|reference| (reference, relation, usage)));
        }
        let of_python = node.get("python_requires").items().iter().filter_map(Value::text);
        found.extend(of_python.map(|reference| (reference, Relation::Unknown, Usage::Build)));
    }
    found
}

/// A `conanfile.txt` has no name, so that its node has no reference.
fn reference_is_missing(node: &Value<'_>) -> bool {
    node.get("ref").text().is_none() && node.get("pref").text().is_none()
}

/// The recipe of `name/version@user/channel#revision:package#revision%time`.
fn dependency(reference: &str) -> Option<Dependency> {
    let recipe = reference.split(['#', '%', ':']).next()?;
    let (recipe, user) = recipe.split_once('@').unwrap_or((recipe, ""));
    let (name, version) = recipe.split_once('/')?;
    // Conan writes `_/_` for neither.
    let pin = if matches!(user, "" | "_/_" | "_") { Pin::Exact } else { Pin::Shown };
    Some(Dependency::exact(ECOSYSTEM, name, version)?.pinned(pin))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIRST: &str = r#"{"graph_lock": {"nodes": {"0": {"ref": "own/1.0", "path": "conanfile.py", "requires": ["1"], "build_requires": ["3"]},
        "1": {"ref": "a/1.2.3#0a", "requires": ["2"], "python_requires": ["p/0.1"]}, "2": {"ref": "b/2.0@me/stable"}, "3": {"ref": "c/3"}}}, "version": "0.4"}"#;
    const SECOND: &str = "{\"version\": \"0.5\",\n\"requires\": [\"a/1.2.3#0a%1667396813.184\",\n\"1.2.3#0b\"],\n\"build_requires\": [\"cmake/3.25.0\"], \"python_requires\": []}";

    fn told(text: &str) -> Vec<String> {
        let told = |found: &Dependency| {
            let (pin, relation, usage) = (found.pin.as_str(), found.relation.as_str(), found.usage.as_str());
            format!("{} {} {pin} {relation} {usage}", found.package.name, found.version)
        };
        read(text).dependencies.iter().map(told).collect()
    }

    #[test]
    fn both_formats_are_read() {
        assert_eq!(
            told(FIRST),
            [
                "a 1.2.3 exact direct runtime",
                "p 0.1 exact unknown build",
                "b 2.0 shown transitive runtime",
                "c 3 exact direct build",
            ]
        );
        assert_eq!(told(SECOND), ["a 1.2.3 exact unknown runtime", "cmake 3.25.0 exact unknown build"]);
        let older = r#"{"graph_lock": {"nodes": {"x": {"pref": null, "requires": {"z/1@_/_#0a": "y"}}, "y": {"pref": "z/1@_/_#0a:0b#0c"}}}}"#;
        assert_eq!(told(older), ["z 1 exact direct runtime"]);
    }

    #[test]
    fn a_reference_that_is_none_is_told_with_its_line() {
        let parsed = read(SECOND);
        assert_eq!(parsed.problems.len(), 1);
        assert_eq!(parsed.problems[0].line, Some(3));
        assert_eq!(parsed.problems[0].message, "no reference of a recipe: 1.2.3#0b");
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..FIRST.len(), with in "[\\[\\]{}\",:#@/a0]{0,9}") {
            read(&text);
            let (before, after) = FIRST.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
