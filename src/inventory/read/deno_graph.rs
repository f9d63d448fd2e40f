//! Who asks for what in a `deno.lock`.

use std::collections::{HashMap, HashSet};

use super::deno_key::{name_of, parts};
use super::value::Value;
use crate::inventory::dependency::Relation;

/// The parts of a lock file, wherever its version has them.
pub(super) struct Lock<'a> {
    npm: &'a Value<'a>,
    jsr: &'a Value<'a>,
    /// From requirements to what was chosen, of all registries.
    specifiers: &'a Value<'a>,
    /// The same of npm alone, without its prefix, as version 2 has it.
    npm_specifiers: &'a Value<'a>,
    workspace: &'a Value<'a>,
}

/// Which packages, as `npm:name@1.2.3`, are asked for.
#[derive(Default)]
pub(super) struct Graph {
    /// By `deno.json` and `package.json`.
    by_manifests: HashSet<String>,
    /// By other packages.
    by_packages: HashSet<String>,
    /// By anything: manifests, code, packages of JSR.
    by_any: HashSet<String>,
}

impl Graph {
    /// What code asks for stands in no list of its own: it is what is asked for by
    /// no package.
    pub(super) fn relation(&self, registry: &str, name: &str, version: &str) -> Relation {
        let package = format!("{registry}:{name}@{version}");
        if self.by_manifests.contains(&package) {
            Relation::Direct
        } else if self.by_packages.contains(&package) {
            Relation::Transitive
        } else if self.by_any.contains(&package) {
            Relation::Direct
        } else {
            Relation::Unknown
        }
    }
}

impl<'a> Lock<'a> {
    pub(super) fn of(root: &'a Value<'a>) -> Self {
        // 2 has its packages in `npm.packages`, 3 in `packages.npm`, later ones in `npm`.
        let (npm, packages) = (root.get("npm"), root.get("packages"));
        let first = |values: [&'a Value<'a>; 3]| {
            let [.., last] = values;
            values.into_iter().find(|value| matches!(value, Value::Map(_))).unwrap_or(last)
        };
        Self {
            npm: first([npm.get("packages"), packages.get("npm"), npm]),
            jsr: first([packages.get("jsr"), root.get("jsr"), root.get("jsr")]),
            specifiers: first([packages.get("specifiers"), root.get("specifiers"), root.get("specifiers")]),
            npm_specifiers: npm.get("specifiers"),
            workspace: root.get("workspace"),
        }
    }

    /// The registries and keys of its packages.
    pub(super) fn packages(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let keys = |packages: &'a Value<'a>| packages.entries().iter().map(|(key, _)| &**key);
        // Of the second version an empty list of packages has the list of specifiers beside it.
        let npm = keys(self.npm).filter(|key| *key != "specifiers").map(|key| ("npm", key));
        npm.chain(keys(self.jsr).map(|key| ("jsr", key)))
    }

    /// Who asks for what.
    pub(super) fn graph(&self) -> Graph {
        let chosen = self.chosen();
        let named = |asked: &str| chosen.get(asked).into_iter().flatten().cloned();
        let by_manifests = self.written().into_iter().flat_map(named).collect();
        let mut by_packages: HashSet<String> = self.needed_by_npm();
        let asked: HashSet<&str> = self
            .jsr
            .entries()
            .iter()
            .flat_map(|(_, package)| package.get("dependencies").items())
            .filter_map(Value::text)
            .collect();
        by_packages.extend(asked.into_iter().flat_map(named));
        let by_any = chosen.into_values().flatten().collect();
        Graph { by_manifests, by_packages, by_any }
    }

    /// What was chosen for requirements, and for names alone: packages of JSR write
    /// these where only one version was chosen.
    fn chosen(&self) -> HashMap<String, Vec<String>> {
        let mut chosen: HashMap<String, Vec<String>> = HashMap::new();
        let later = self.specifiers.entries().iter().filter_map(|(asked, locked)| {
            let (registry, package) = asked.split_once(':')?;
            // 3 names the package again, later ones only its version.
            let key = match locked.text()?.split_once(':') {
                Some((_, key)) => key.to_owned(),
                None => format!("{}@{}", name_of(package), locked.text()?),
            };
            Some((registry, package, key))
        });
        let second = self.npm_specifiers.entries().iter();
        let second = second.filter_map(|(asked, locked)| Some(("npm", &**asked, locked.text()?.to_owned())));
        for (registry, asked, key) in later.chain(second) {
            let Some((name, version)) = parts(&key) else { continue };
            let package = format!("{registry}:{name}@{version}");
            for asked in [asked, name_of(asked)] {
                let known = chosen.entry(format!("{registry}:{asked}")).or_default();
                // Requirements of one name follow each other, so that the last is the one to compare.
                if known.last() != Some(&package) {
                    known.push(package.clone());
                }
            }
        }
        chosen
    }

    /// What the manifests of the workspace write.
    fn written(&self) -> HashSet<&'a str> {
        let members = self.workspace.get("members").entries().iter().map(|(_, member)| member);
        let manifests = std::iter::once(self.workspace).chain(members);
        let lists = manifests.flat_map(|at| [at.get("dependencies"), at.get("packageJson").get("dependencies")]);
        lists.flat_map(Value::items).filter_map(Value::text).collect()
    }

    fn needed_by_npm(&self) -> HashSet<String> {
        let mut versions: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, version) in self.npm.entries().iter().filter_map(|(key, _)| parts(key)) {
            versions.entry(name).or_default().push(version);
        }
        let lists = self
            .npm
            .entries()
            .iter()
            .flat_map(|(_, package)| ["dependencies", "optionalDependencies"].map(|key| package.get(key)));
        // Up to 3 a map of names to keys, since 4 a list of keys, or of names where
        // the lock has only one version; `alias@npm:name@1.2.3` is `name`.
        let in_map = |list: &'a Value<'a>| list.entries().iter().filter_map(|(_, key)| key.text());
        let keys: HashSet<&str> =
            lists.flat_map(|list| in_map(list).chain(list.items().iter().filter_map(Value::text))).collect();
        let mut needed = HashSet::new();
        for key in keys {
            let key = key.split_once("@npm:").map_or(key, |(_, key)| key);
            match parts(key) {
                Some((name, version)) => _ = needed.insert(format!("npm:{name}@{version}")),
                None => {
                    let versions = versions.get(key).into_iter().flatten();
                    needed.extend(versions.map(|version| format!("npm:{key}@{version}")));
                }
            }
        }
        needed
    }
}
