//! `MODULE.bazel.lock`: what Bazel's module system read and chose
//! (<https://bazel.build/external/lockfile>).

use std::collections::HashSet;

use super::bazel_extension;
use super::found::{Found, quoted};
use super::merged::Merged;
use super::value;
use super::walk;
use crate::inventory::dependency::{Dependency, Pin, Relation};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// Up to version 10 the lock has the graph of modules. Since 11 (Bazel 7.2) it has
/// the files that were read of registries: `MODULE.bazel` of every version that
/// was looked at, and `source.json` of the one that was chosen. OSV knows no
/// ecosystem of Bazel: modules are shown. Of what extensions fetch only packages
/// of other ecosystems are known, as far as their rules name them.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    let mut merged = Merged::default();
    let mut direct: HashSet<String> = HashSet::new();
    let mut modules: Vec<(String, String, String)> = Vec::new();
    let mut version = None;
    let mut has_sections = false;
    let ways: [walk::Way<'_>; 4] = [
        &[Some("lockFileVersion")],
        &[Some("registryFileHashes"), None],
        &[Some("moduleDepGraph"), None],
        &[Some("moduleExtensions"), None, None, Some("generatedRepoSpecs"), None],
    ];
    let ended = walk::json(text, &ways, |path, raw| {
        let (value, broken) = value::json(raw.get());
        if broken.is_some() {
            kept.tell_at(|| walk::line_of(text, raw), "an entry that nests deeper than what is read", "");
        }
        has_sections |= path.len() > 1;
        match path {
            [_] => version = Some(raw),
            [section, address] if section == "registryFileHashes" => {
                // What a registry does not have is listed without a hash.
                if let (Some((name, version)), Some(_)) = (chosen(address), value.text()) {
                    modules.push((name.to_owned(), version.to_owned(), format!("{name}@{version}")));
                }
            }
            [_, root] if root == "<root>" => {
                let keys = value.get("deps").entries().iter().filter_map(|(_, key)| key.text());
                direct.extend(keys.map(str::to_owned));
            }
            [_, key] => match (value.get("name").text(), value.get("version").text()) {
                // A module of an override has a version of its own only, or none; Bazel's own have none.
                (Some(_), Some("")) => {}
                (Some(name), Some(version)) if !key.ends_with("@_") => {
                    modules.push((name.to_owned(), version.to_owned(), key.clone()));
                }
                (Some(_), Some(_)) => {}
                _ => kept.tell_at(|| walk::line_of(text, raw), "a module without a name or a version", key),
            },
            _ => bazel_extension::dependency(&value).into_iter().for_each(|found| _ = merged.add(found)),
        }
    });
    // The number rises with every change of what extensions keep; what is read
    // here has had two shapes.
    if let (Some(raw), false) = (version, has_sections) {
        let version = quoted(value::json(raw.get()).0.text().unwrap_or("?"));
        let message = || format!("version {version} has no modules where they are looked for");
        kept.problem_at("version", || walk::line_of(text, raw), message);
    }
    let has_graph = !direct.is_empty();
    let mut all = Merged::default();
    for (name, version, key) in &modules {
        let relation = match () {
            () if direct.contains(key) => Relation::Direct,
            () if has_graph => Relation::Transitive,
            () => Relation::Unknown,
        };
        let module = Dependency::exact("Bazel", name, version);
        module.map(|module| all.add(module.pinned(Pin::Shown).related(relation)));
    }
    let found = all.into_list().into_iter().chain(merged.into_list());
    found.for_each(|dependency| kept.add(Some(dependency)));
    kept.ended(ended);
    kept.finish()
}

/// The module of `https://…/modules/NAME/VERSION/source.json`.
fn chosen(address: &str) -> Option<(&str, &str)> {
    let (_, path) = address.rsplit_once("/modules/")?;
    path.strip_suffix("/source.json")?.split_once('/').filter(|(_, version)| !version.contains('/'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LATER: &str = "{\"lockFileVersion\": 16, \"registryFileHashes\": {\n\"https://x.example/modules/a/1.0/MODULE.bazel\": \"0a\",\n\"https://x.example/modules/a/1.1/MODULE.bazel\": \"0b\",\n\"https://x.example/modules/a/1.1/source.json\": \"0c\",\n\"https://y.example/modules/b/2/source.json\": null}, \"moduleExtensions\": {}}";
    const GRAPH: &str = r#"{"lockFileVersion": 6, "moduleDepGraph": {"<root>": {"name": "", "version": "", "deps": {"x": "a@1.0", "o": "own@_"}},
        "a@1.0": {"name": "a", "version": "1.0", "deps": {"b": "b@2"}}, "b@2": {"name": "b", "version": "2"}, "own@_": {"name": "own", "version": "0.1"},
        "bazel_tools@_": {"name": "bazel_tools", "version": ""}}}"#;

    fn told(text: &str) -> Vec<String> {
        let told = |found: &Dependency| format!("{} {} {}", found.package, found.version, found.relation.as_str());
        read(text).dependencies.iter().map(told).collect()
    }

    #[test]
    fn only_what_was_chosen_is_a_dependency() {
        assert_eq!(told(LATER), ["Bazel:a 1.1 unknown"]);
        assert_eq!(told(GRAPH), ["Bazel:a 1.0 direct", "Bazel:b 2 transitive"]);
        assert_eq!((read(LATER).problems.len(), read(GRAPH).problems.len()), (0, 0));
    }

    #[test]
    fn a_later_shape_and_odd_modules_are_told() {
        let told = |text: &str| {
            let problems = read(text).problems;
            problems.into_iter().map(|problem| (problem.line, problem.message)).collect::<Vec<_>>()
        };
        let odd = LATER.replace("\"moduleExtensions\": {}", "\"moduleDepGraph\": {\n\"c\": 3}");
        assert_eq!(told(&odd), [(Some(6), "a module without a name or a version: c".to_owned())]);
        let later = "{\"lockFileVersion\": 99, \"modules\": {\"a\": \"1\"}}";
        assert_eq!(told(later), [(Some(1), "version `99` has no modules where they are looked for".to_owned())]);
    }

    /// To count the lines before each would take minutes.
    #[test]
    fn of_a_version_that_is_repeated_the_last_is_told() {
        let problems =
            read(&format!("{{{}\"lockFileVersion\":9}}", "\"lockFileVersion\":1,\n".repeat(200_000))).problems;
        let told: Vec<_> = problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(200_001), "version `9` has no modules where they are looked for")]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..GRAPH.len(), with in "[\\[\\]{}\",:@a0]{0,9}") {
            read(&text);
            let (before, after) = GRAPH.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
