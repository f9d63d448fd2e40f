//! `deno.lock`, from version 1 to 5. The format is that of Deno's own reader of it
//! (the crate `deno_lockfile`).

use super::deno_graph::Lock;
use super::deno_key::parts;
use super::deno_remote;
use super::found::Found;
use super::merged::Merged;
use super::value::{self, Value};
use crate::inventory::dependency::{Dependency, Pin};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// Packages of npm are exact. No advisory speaks of JSR's packages: they are
/// shown, as are modules that are fetched by their address, but for those that a
/// network of npm's packages serves.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = Found::default();
    let (root, ended) = value::object(text, &mut found);
    // The first version had no number, and nothing but addresses.
    let version = root.get("version");
    let is_first = version == &Value::Null;
    if !is_first && !matches!(version.text(), Some("1" | "2" | "3" | "4" | "5")) {
        value::unknown_version(text, version, "5", &mut found);
    }
    let lock = Lock::of(&root);
    let graph = lock.graph();
    let mut merged = Merged::default();
    for (registry, key) in lock.packages() {
        let Some((name, version)) = parts(key) else {
            found.tell_at(|| value::line_of_quoted(text, key), "a package without a version", key);
            continue;
        };
        let package = match registry {
            "npm" => Dependency::exact("npm", name, version),
            _ => Dependency::exact("JSR", name, version).map(|package| package.pinned(Pin::Shown)),
        };
        let relation = graph.relation(registry, name, version);
        package.map(|package| merged.add(package.related(relation)));
    }
    let addresses = if is_first { &root } else { root.get("remote") };
    let modules = addresses.entries().iter().filter_map(|(address, _)| deno_remote::dependency(address));
    modules.for_each(|module| _ = merged.add(module));
    found.add_all(merged.into_list());
    found.ended(ended);
    found.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: &str = r#"{"version": "2", "remote": {"https://deno.land/std@0.200.0/fs/mod.ts": "0a"},
        "npm": {"specifiers": {"a@^1": "a@1.0.0"}, "packages": {"a@1.0.0": {"dependencies": {"x": "b@2.0.0_c@1.0.0"}},
        "b@2.0.0_c@1.0.0": {"dependencies": {}}}}}"#;
    const THIRD: &str = r#"{"version": "3", "packages": {"specifiers": {"jsr:@s/a@^1": "jsr:@s/a@1.0.0", "npm:b": "npm:b@2.0.0_c@1.0.0"},
        "jsr": {"@s/a@1.0.0": {"dependencies": ["npm:b"]}}, "npm": {"b@2.0.0_c@1.0.0": {}}}, "remote": {},
        "workspace": {"dependencies": ["jsr:@s/a@^1"]}}"#;
    const FIFTH: &str = r#"{"version": "5", "specifiers": {"jsr:@s/a@^1": "1.0.0", "npm:a@^1": "1.0.0", "npm:b@2": "2.0.0_c@1.0.0"},
        "jsr": {"@s/a@1.0.0": {"dependencies": ["npm:b"]}},
        "npm": {"a@1.0.0": {"dependencies": ["x@npm:d@4.0.0", "c"]}, "b@2.0.0_c@1.0.0": {}, "c@1.0.0": {}, "d@4.0.0": {}, "e@1.0.0": {}},
        "workspace": {"members": {"w": {"packageJson": {"dependencies": ["npm:a@^1"]}}}}}"#;

    fn told(text: &str) -> Vec<String> {
        let told = |found: &Dependency| format!("{} {} {}", found.package, found.version, found.relation.as_str());
        read(text).dependencies.iter().map(told).collect()
    }

    #[test]
    fn each_version_has_its_packages_elsewhere() {
        let first = r#"{"https://deno.land/x/oak@v12.6.1/mod.ts": "0a", "https://deno.land/x/oak@v12.6.1/y.ts": "0b"}"#;
        assert_eq!(told(first), ["Deno:deno.land/x/oak 12.6.1 unknown"]);
        assert_eq!(
            told(SECOND),
            ["npm:a 1.0.0 direct", "npm:b 2.0.0 transitive", "Deno:deno.land/std 0.200.0 unknown"]
        );
        assert_eq!(told(THIRD), ["npm:b 2.0.0 transitive", "JSR:@s/a 1.0.0 direct"]);
        assert_eq!(
            told(FIFTH),
            [
                "npm:a 1.0.0 direct",
                "npm:b 2.0.0 transitive",
                "npm:c 1.0.0 transitive",
                "npm:d 4.0.0 transitive",
                "npm:e 1.0.0 unknown",
                "JSR:@s/a 1.0.0 direct",
            ]
        );
        for text in [first, SECOND, THIRD, FIFTH] {
            assert_eq!(read(text).problems, []);
        }
    }

    #[test]
    fn an_unknown_version_and_a_key_without_one_are_told() {
        let parsed = read("{\"version\": \"6\",\n\"npm\": {\n\"a\": {}, \"b@1.0.0\": {}}}");
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(
            told,
            [
                (Some(1), "version `6` is not known; it is read as version 5"),
                (Some(3), "a package without a version: a")
            ]
        );
        assert_eq!(parsed.dependencies.len(), 1);
    }

    #[test]
    fn many_packages_that_ask_for_the_same_are_walked_fast() {
        let keys: String = (0..20_000)
            .map(|at| format!("\"@s/p{at}@1.0.0\": {{\"dependencies\": [\"npm:a\", \"jsr:@s/x\"]}},"))
            .collect();
        let specifiers: String = (0..20_000).map(|at| format!("\"npm:a@^{at}\": \"1.0.0\",")).collect();
        let text = format!(
            "{{\"version\": \"5\", \"specifiers\": {{{specifiers} \"z\": 1}}, \"jsr\": {{{keys} \"z\": 1}}, \"npm\": {{\"a@1.0.0\": {{}}}}}}"
        );
        assert_eq!(read(&text).dependencies.len(), 20_001);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..FIFTH.len(), with in "[\\[\\]{}\",:@_a0]{0,9}") {
            read(&text);
            let (before, after) = FIFTH.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
