//! `package.json`: the names that a lock file's packages are asked for by.

use rustc_hash::FxHashMap;

use super::value::{self, Value};
use crate::inventory::builder::{Builder, Release, Runtime, Source};
use crate::inventory::dependency::Usage;
use crate::inventory::more::More;
use crate::inventory::more::package_json::{Ask, Names};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let (manifest, problem) = value::json(text);
    let names = Names { asks: asks(&manifest), workspaces: workspaces(&manifest), problem };
    Parsed { more: More::PackageJson(names), ..Parsed::default() }.built_by(node(&manifest).into_iter().collect())
}

/// The release of Node.js that Volta pins, or `engines` where they name one alone:
/// a range says what may run it.
fn node(manifest: &Value<'_>) -> Option<Builder> {
    let pinned = [manifest.get("volta").get("node"), manifest.get("engines").get("node")];
    pinned.into_iter().filter_map(Value::text).find_map(|written| {
        let release = Release::of(Runtime::Node, written.trim().trim_start_matches('='));
        matches!(release, Release::Exact(_)).then(|| Builder::new(Runtime::Node, Source::Manifest, release))
    })
}

/// What it asks for, each name once. Peers are not among them: its user has them.
fn asks(manifest: &Value<'_>) -> Vec<Ask> {
    let mut asks: Vec<Ask> = Vec::new();
    let mut places = FxHashMap::default();
    // In several groups, npm and yarn take the optional one first and the one for development last.
    let groups =
        [("optionalDependencies", Usage::Optional), ("dependencies", Usage::Runtime), ("devDependencies", Usage::Dev)];
    for (group, usage) in groups {
        for (name, range) in manifest.get(group).entries() {
            let Some(range) = range.text() else { continue };
            places.entry(name.as_ref()).or_insert_with(|| {
                asks.push(Ask { name: name.as_ref().into(), range: range.trim().into(), usage });
            });
        }
    }
    asks
}

/// The patterns of its workspaces: a list, or yarn 1's map with a list in it.
fn workspaces(manifest: &Value<'_>) -> Vec<Box<str>> {
    let listed = manifest.get("workspaces");
    let items = if listed.items().is_empty() { listed.get("packages").items() } else { listed.items() };
    items.iter().filter_map(|pattern| pattern.text().map(Box::from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Names {
        match read(text).more {
            More::PackageJson(names) => names,
            _ => Names::default(),
        }
    }

    #[test]
    fn a_name_in_several_groups_is_asked_for_once() {
        let text = r#"{"devDependencies": {"a": "1", "b": "1"}, "dependencies": {"a": " 2 ", "c": "1", "d": null},
            "optionalDependencies": {"c": "3"}, "peerDependencies": {"e": "1"}}"#;
        let asks: Vec<_> = names(text).asks.into_iter().map(|ask| (ask.name, ask.range, ask.usage)).collect();
        let expected = [("c", "3", Usage::Optional), ("a", "2", Usage::Runtime), ("b", "1", Usage::Dev)];
        assert_eq!(asks, expected.map(|(name, range, usage)| (name.into(), range.into(), usage)));
    }

    #[test]
    fn workspaces_are_a_list_or_a_map_with_one() {
        for text in [r#"{"workspaces": ["a/*", {}]}"#, r#"{"workspaces": {"packages": ["a/*"]}}"#] {
            assert_eq!(names(text).workspaces, ["a/*".into()]);
        }
        assert!(names("[]").workspaces.is_empty());
    }

    #[test]
    fn what_is_broken_is_told_only_to_who_needs_it() {
        let parsed = read("{\"name\": {{name}}}");
        assert!(parsed.problems.is_empty());
        assert!(names("{\"name\": {{name}}}").problem.is_some());
    }
}
