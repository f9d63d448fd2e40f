//! `bun.lock`: what Bun locked (<https://bun.com/docs/pm/lockfile>).

use std::borrow::Cow;
use std::collections::HashMap;

use super::found::{Found, quoted};
use super::jsonc::plain_json;
use super::lock_graph::LockGraph;
use super::merged::Merged;
use super::npm_source::{Source, name_and_range, state_of};
use super::value::{self, Value};
use crate::inventory::dependency::{Dependency, Pin, Usage};
use crate::inventory::parsed::Parsed;

/// What a package or workspace asks for, and whether it can do without.
const ASKED: [(&str, bool); 3] = [("dependencies", false), ("optionalDependencies", true), ("peerDependencies", false)];

/// How many folders are looked into for what a package asks for; real ones lie
/// ten deep.
const DEEPEST: usize = 32;

/// Where what is installed at the top is looked for.
const TOP: usize = usize::MAX;

/// Reads the text of such a file.
///
/// A package's key is its place, `a/b` that of a `b` that only `a` sees; its value
/// begins with the name and what it is (`b@1.2.0`, `b@github:…`), whatever the key
/// calls it. Folders of the project are left out.
pub(super) fn read(text: &str) -> Parsed {
    let json = plain_json(text);
    let (lock, ended) = value::json(&json);
    let mut kept = Found::default();
    let version = lock.get("lockfileVersion").text();
    if !matches!(version, Some("0" | "1")) && (version.is_some() || ended.is_none()) {
        let at = || value::line_of_quoted(text, "lockfileVersion");
        let what = version.map_or("it has no lockfileVersion".to_owned(), |version| {
            format!("version {} is not known", quoted(version))
        });
        kept.problem("version", at(), format!("{what}; it is read as version 1"));
    }
    let packages = lock.get("packages").entries();
    let mut merged = Merged::default();
    let mut graph = LockGraph::default();
    for (key, entry) in packages {
        let named = entry.items().first().and_then(Value::text).map(name_and_range);
        let Some((name, reference)) = named.filter(|(_, reference)| !reference.is_empty()) else {
            kept.tell_at(|| value::line_of_key(&json, 1, key), "a package of another shape", key);
            graph.add(None);
            continue;
        };
        let place = dependency(name, reference).map(|found| merged.add(found));
        graph.add(place);
    }
    let places = Places::new(packages);
    for (at, (_, entry)) in packages.iter().enumerate() {
        let said = entry.items().iter().find(|item| matches!(item, Value::Map(_))).unwrap_or(&Value::Null);
        for (name, is_optional) in asked(said) {
            if let Some(to) = places.find(at, name) {
                graph.ask(at, to, is_optional);
            }
        }
    }
    let mut dependencies = merged.into_list();
    graph.settle(&roots(&lock, &places), &mut dependencies);
    dependencies.into_iter().for_each(|found| kept.add(Some(found)));
    kept.ended(ended);
    kept.finish()
}

/// The package that a name and what stands for its version mean.
fn dependency(name: &str, reference: &str) -> Option<Dependency> {
    if reference.starts_with(|first: char| first.is_ascii_digit()) && !reference.contains(['/', ':']) {
        return Dependency::exact("npm", name, reference);
    }
    let is_own = reference.starts_with("root:") || Source::of_range(reference) == Source::Own;
    if is_own { None } else { Some(Dependency::exact("npm", name, state_of(reference))?.pinned(Pin::Shown)) }
}

/// The names that a package asks for. Bun installs peers, but for those that a
/// package says it can do without.
fn asked<'v>(said: &'v Value<'_>) -> impl Iterator<Item = (&'v str, bool)> {
    let spared: Vec<&str> = said.get("optionalPeers").items().iter().filter_map(Value::text).take(1_000).collect();
    ASKED.into_iter().flat_map(move |(group, is_optional)| {
        let spared = if group == "peerDependencies" { spared.clone() } else { Vec::new() };
        let names = said.get(group).entries().iter().map(|(name, _)| name.as_ref());
        names.filter(move |name| !spared.contains(name)).map(move |name| (name, is_optional))
    })
}

/// What the workspaces ask for. What a workspace expects of its user is installed
/// beside it, and what for is not said.
fn roots(lock: &Value<'_>, places: &Places<'_>) -> Vec<(usize, Usage)> {
    let groups = [
        ("optionalDependencies", Usage::Optional),
        ("dependencies", Usage::Runtime),
        ("devDependencies", Usage::Dev),
        ("peerDependencies", Usage::Unknown),
    ];
    let mut roots = Vec::new();
    for (_, workspace) in lock.get("workspaces").entries() {
        let home = workspace.get("name").text().and_then(|name| places.find(TOP, name)).unwrap_or(TOP);
        for (group, usage) in groups {
            let names = workspace.get(group).entries().iter();
            roots.extend(names.filter_map(|(name, _)| places.find(home, name)).map(|to| (to, usage)));
        }
    }
    roots
}

/// Where packages lie: below whom, under which name.
struct Places<'k> {
    below: Vec<usize>,
    named: HashMap<(usize, &'k str), usize>,
}

impl<'k> Places<'k> {
    fn new(packages: &'k [(Cow<'_, str>, Value<'_>)]) -> Self {
        let at: HashMap<&str, usize> = packages.iter().enumerate().map(|(at, (key, _))| (key.as_ref(), at)).collect();
        let mut places = Self { below: Vec::with_capacity(packages.len()), named: HashMap::new() };
        for (place, (key, _)) in packages.iter().enumerate() {
            let (mut above, name) = parts(key);
            let mut home = TOP;
            for _ in 0..DEEPEST {
                let Some(folder) = above else { break };
                if let Some(found) = at.get(folder) {
                    home = *found;
                    break;
                }
                above = parts(folder).0;
            }
            places.below.push(home);
            places.named.insert((home, name), place);
        }
        places
    }

    /// What is meant by a name, seen from a package: what lies below it, else
    /// what lies beside it, and so on up to the top.
    fn find(&self, from: usize, name: &str) -> Option<usize> {
        let mut home = from;
        for _ in 0..DEEPEST {
            if let Some(found) = self.named.get(&(home, name)) {
                return Some(*found);
            }
            if home == TOP {
                return None;
            }
            home = self.below.get(home).copied().unwrap_or(TOP);
        }
        self.named.get(&(TOP, name)).copied()
    }
}

/// The key of the package that a key lies below, and its own name.
fn parts(key: &str) -> (Option<&str>, &str) {
    let Some((above, name)) = key.rsplit_once('/') else { return (None, key) };
    // `a/@scope/b`, whose scope is a part of the name.
    match above.rsplit_once('/') {
        Some((further, scope)) if scope.starts_with('@') => {
            (Some(further), key.get(further.len() + 1..).unwrap_or(name))
        }
        None if above.starts_with('@') => (None, key),
        _ => (Some(above), name),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "{\n  \"lockfileVersion\": 1,\n  \"workspaces\": { \"\": { \"name\": \"x\",\n    \
        \"dependencies\": { \"a\": \"^1\", }, \"devDependencies\": { \"b\": \"^1\", }, }, },\n  \"packages\": {\n    \
        \"a\": [\"a@1.0.0\", \"\", { \"dependencies\": { \"c\": \"2\" } }, \"sha512-x\"],\n    \
        \"a/c\": [\"c@2.0.0\", \"\", {}, \"sha512-x\"],\n    \"b\": [\"b@1.0.0\", \"\", { \"dependencies\": { \"c\": \"1\" } }, \"\"],\n    \
        \"c\": [\"c@1.0.0\", \"\", {}, \"\"],\n  }\n}\n";

    fn told(text: &str) -> Vec<String> {
        let one = |found: &Dependency| {
            let (relation, usage) = (found.relation.as_str(), found.usage.as_str());
            format!("{} {} {relation} {usage}", found.package.name, found.version)
        };
        read(text).dependencies.iter().map(one).collect()
    }

    #[test]
    fn a_package_sees_what_lies_below_it_first() {
        let expected =
            ["a 1.0.0 direct runtime", "c 2.0.0 transitive runtime", "b 1.0.0 direct dev", "c 1.0.0 transitive dev"];
        assert_eq!(told(SAMPLE), expected);
        assert_eq!(read(SAMPLE).problems, []);
    }

    #[test]
    fn names_and_what_they_lie_below_are_parted() {
        for (key, expected) in [
            ("a", (None, "a")),
            ("@s/a", (None, "@s/a")),
            ("a/b", (Some("a"), "b")),
            ("a/@s/b", (Some("a"), "@s/b")),
            ("@s/a/@t/b", (Some("@s/a"), "@t/b")),
            ("@s/a/b", (Some("@s/a"), "b")),
            ("", (None, "")),
        ] {
            assert_eq!(parts(key), expected, "{key}");
        }
    }

    #[test]
    fn a_package_of_another_shape_hides_no_other() {
        let parsed = read(&SAMPLE.replace("[\"b@1.0.0\"", "[{}"));
        assert_eq!((parsed.dependencies.len(), parsed.problems.len()), (3, 1));
        assert_eq!(parsed.problems[0].line, Some(8));
    }

    #[test]
    fn deep_places_and_many_asks_take_no_ages() {
        let deep: String =
            (1..2_000).map(|depth| format!("\"{}\": [\"a@1.0.0\"],", "a/".repeat(depth) + "a")).collect();
        let asks: String = (0..100_000).map(|name| format!("\"x{name}\": \"1\",")).collect();
        let last = format!("\"{}b\": [\"b@1.0.0\", {{ \"dependencies\": {{ {asks} }} }}],", "a/".repeat(1_999));
        let text = format!("{{ \"lockfileVersion\": 1, \"packages\": {{ {deep} {last} }} }}");
        assert_eq!(read(&text).dependencies.len(), 2);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\",:a0/@*]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
