//! `*.versions.toml`: a catalog of versions of Gradle
//! (<https://docs.gradle.org/current/userguide/version_catalogs.html>).

use toml::de::{DeTable, DeValue};

use super::found::Found;
use super::gradle_version::version_and_pin;
use super::toml_document::{entries, is_true, line, parse, table, text};
use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};
use crate::inventory::more::More;
use crate::inventory::parsed::Parsed;
use crate::model::PackageName;

/// Reads the text of such a file.
///
/// What it says is what the build asks for, as the direct dependencies of a
/// `pom.xml` are: Gradle takes a higher version where another dependency asks for
/// one. Whether and where the build uses an entry stands in programs.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = Found::default();
    let mut open = Vec::new();
    let mut mended = String::new();
    let root = parse(text, &mut mended, &mut found);
    let versions = table(&root, "versions");
    for (list, usage) in [("libraries", Usage::Unknown), ("plugins", Usage::Build)] {
        for (alias, entry) in table(&root, list).map(entries).unwrap_or_default() {
            let at = || Some(line(text, entry.span().start));
            let Some((name, version)) = name_and_version(entry.get_ref(), usage == Usage::Build) else {
                found.tell_at(at, "an entry that names no module", alias);
                continue;
            };
            let version = match version {
                Version::Reference(key) => {
                    let value = versions.and_then(|versions| versions.get(key));
                    if value.is_none() {
                        found.tell_at(at, "an entry of a version that is not in the catalog", alias);
                    }
                    value.map_or(Version::Open, |value| Version::of(value.get_ref()))
                }
                version => version,
            };
            match version.wanted().and_then(version_and_pin) {
                Some((version, pin)) => {
                    let module = Dependency::exact("Maven", &name, version);
                    found.add(module.map(|module| module.pinned(pin).related(Relation::Direct).used(usage)));
                }
                None => open.extend(PackageName::new("Maven", &name)),
            }
        }
    }
    found.into_parsed(More::Open(open))
}

/// What an entry says of its version.
enum Version<'a> {
    /// Nothing: a platform says it.
    Open,
    Written(&'a str),
    /// What it must, should and may be.
    Rich(&'a DeTable<'a>),
    /// It stands under a key of the catalog's versions.
    Reference(&'a str),
}

impl<'a> Version<'a> {
    fn of(value: &'a DeValue<'a>) -> Self {
        match (value.as_str(), value.as_table()) {
            (Some(text), _) => Self::Written(text),
            (_, Some(rich)) => text(rich, "ref").map_or(Self::Rich(rich), Self::Reference),
            _ => Self::Open,
        }
    }

    /// The version that is asked for. What it prefers within a range is what is
    /// built as long as nobody else asks for more.
    fn wanted(&self) -> Option<&'a str> {
        let rich = match self {
            Self::Written(text) => return Some(text),
            Self::Rich(rich) if !is_true(rich, "rejectAll") => *rich,
            _ => return None,
        };
        let written = || ["strictly", "require", "prefer"].into_iter().filter_map(|key| text(rich, key));
        let is_one = |text: &&str| matches!(version_and_pin(text), Some((_, Pin::Exact)));
        written().find(is_one).or_else(|| written().next())
    }
}

/// The module of an entry. A plugin is fetched as the module that its id stands
/// for ("Plugin Marker Artifacts" of Gradle's guide).
fn name_and_version<'a>(entry: &'a DeValue<'a>, is_plugin: bool) -> Option<(String, Version<'a>)> {
    let marker = |id: &str| format!("{id}:{id}.gradle.plugin");
    let (name, version) = if let Some(short) = entry.as_str() {
        let (name, version) = short.rsplit_once(':')?;
        (if is_plugin { marker(name) } else { name.to_owned() }, Version::Written(version))
    } else {
        let entry = entry.as_table()?;
        let name = if is_plugin {
            marker(text(entry, "id")?)
        } else if let Some(module) = text(entry, "module") {
            module.to_owned()
        } else {
            format!("{}:{}", text(entry, "group")?, text(entry, "name")?)
        };
        (name, entry.get("version").map_or(Version::Open, |value| Version::of(value.get_ref())))
    };
    let (group, artifact) = name.split_once(':')?;
    let is_part = |part: &str| !part.is_empty() && !part.contains(':');
    (is_part(group) && is_part(artifact)).then_some((name, version))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "[versions]\nx = '1.2'\ny = { strictly = '[1, 2[', prefer = '1.5' }\n[libraries]\n\
        a = 'g:a:1'\nb = { module = 'g:b', version.ref = 'x' }\nc = { group = 'g', name = 'c', version.ref = 'y' }\n\
        [plugins]\np = { id = 'x.y', version = '3' }\n";

    fn told(text: &str) -> Vec<String> {
        let one = |found: &Dependency| format!("{} {} {}", found.package.name, found.version, found.pin.as_str());
        read(text).dependencies.iter().map(one).collect()
    }

    #[test]
    fn versions_are_looked_up_and_preferred_within_ranges() {
        let expected = ["g:a 1 exact", "g:b 1.2 exact", "g:c 1.5 exact", "x.y:x.y.gradle.plugin 3 exact"];
        assert_eq!(told(SAMPLE), expected);
        assert_eq!(told(&SAMPLE.replace(", prefer = '1.5'", ""))[2], "g:c 1 floor");
        assert_eq!(told(&SAMPLE.replace("'1.2'", "{ rejectAll = true, require = '1.2' }")).len(), 3);
    }

    #[test]
    fn what_a_platform_or_the_day_says_is_open() {
        let parsed = read("[libraries]\na = { module = 'g:a' }\nb = 'g:b:1.+'\n");
        assert_eq!((parsed.dependencies.len(), parsed.problems.len(), parsed.unpinned().len()), (0, 0, 2));
    }

    #[test]
    fn what_names_no_module_or_no_version_is_told_with_its_line() {
        let parsed = read(&SAMPLE.replace("'g:a:1'", "'g:1'").replace("ref = 'x'", "ref = 'z'"));
        let lines: Vec<_> = parsed.problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [Some(5), Some(6)]);
        assert_eq!(parsed.dependencies.len(), 2);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[a:=,\\[\\]{}'. \\n]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
