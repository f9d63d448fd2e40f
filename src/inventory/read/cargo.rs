//! `Cargo.lock`.
//!
//! By a reader of our own: `cargo-lock` 11 rejects real files.

use std::collections::HashSet;

use toml::de::DeTable;

use super::found::{Found, Said, exact, quoted};
use super::toml_document::{line, listed, major, number, parse, table, tables, text, texts};
use crate::inventory::dependency::{Pin, Relation};
use crate::inventory::more::More;
use crate::inventory::parsed::Parsed;

/// The newest version of the format that is known.
const NEWEST: u32 = 4;

/// The names under which Cargo writes its public registry.
const CRATES_IO: [&str; 3] = [
    "registry+https://github.com/rust-lang/crates.io-index",
    "sparse+https://index.crates.io/",
    "registry+sparse+https://index.crates.io/",
];

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = Found::default();
    let mut mended = String::new();
    let root = parse(text, &mut mended, &mut found);
    if let Some(version) = number(&root, "version")
        && major(version).is_none_or(|version| version > NEWEST)
    {
        let message = format!("version {} is not known; it is read as version {NEWEST}", quoted(version));
        found.problem("version", None, message);
    }
    let asked = Asked::of(&root);
    for (place, package) in listed(&root, "package", text, &mut found) {
        let said = said(package, &asked);
        found.take(said, || Some(line(text, place)), self::text(package, "name").unwrap_or_default());
    }
    found.into_parsed(More::Nothing)
}

fn said(package: &DeTable<'_>, asked: &Asked<'_>) -> Said {
    // What `[replace]` puts another package in the place of is not built.
    let (Some(source), None) = (source(package), package.get("replace")) else { return Ok(None) };
    let (name, version) = (text(package, "name"), text(package, "version"));
    let found = exact("crates.io", name, version)?;
    let (name, version) = (name.unwrap_or_default(), version.unwrap_or_default());
    let relation = if asked.has(name, version, source) { Relation::Direct } else { Relation::Transitive };
    // Other registries' crates are not those that advisories of crates.io speak of.
    let pin = if CRATES_IO.contains(&source) { Pin::Exact } else { Pin::Shown };
    Ok(found.map(|found| found.pinned(pin).related(relation)))
}

/// Where a package comes from; none for the project's own.
fn source<'a>(package: &'a DeTable<'a>) -> Option<&'a str> {
    text(package, "source").filter(|source| !source.starts_with("path+"))
}

/// The dependencies of the project's own packages, in the forms that Cargo writes:
/// the name alone where the lock has one version of it, the name and the version
/// where it has several, and the source too where the version has several (always,
/// up to version 1).
struct Asked<'a> {
    names: HashSet<&'a str>,
    versions: HashSet<(&'a str, &'a str)>,
    sources: HashSet<(&'a str, &'a str, &'a str)>,
}

impl<'a> Asked<'a> {
    fn of(root: &'a DeTable<'a>) -> Self {
        let mut asked = Self { names: HashSet::new(), versions: HashSet::new(), sources: HashSet::new() };
        // Cargo before 2017 kept the first package apart, in `[root]`.
        let first = table(root, "root").into_iter();
        let own = tables(root, "package").map(|(_, package)| package).filter(|package| source(package).is_none());
        first.chain(own).flat_map(|package| texts(package, "dependencies")).for_each(|asks| asked.add(asks));
        // What stands in the place of a package is asked for as that is.
        for (_, package) in tables(root, "package") {
            if let (Some(name), Some(version), Some(source), Some(replacement)) =
                (text(package, "name"), text(package, "version"), self::source(package), text(package, "replace"))
                && asked.has(name, version, source)
            {
                asked.add(replacement);
            }
        }
        asked
    }

    fn add(&mut self, dependency: &'a str) {
        let mut words = dependency.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some(name), None, _) => _ = self.names.insert(name),
            (Some(name), Some(version), None) => _ = self.versions.insert((name, version)),
            (Some(name), Some(version), Some(source)) => {
                let source = source.trim_start_matches('(').trim_end_matches(')');
                self.sources.insert((name, version, without_commit(source)));
            }
            (None, ..) => {}
        }
    }

    fn has(&self, name: &str, version: &str, source: &str) -> bool {
        self.names.contains(name)
            || self.versions.contains(&(name, version))
            || self.sources.contains(&(name, version, without_commit(source)))
    }
}

/// From version 2 on dependencies name a git source without its commit.
fn without_commit(source: &str) -> &str {
    source.split_once('#').map_or(source, |(source, _)| source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_format_is_named_and_read() {
        let text =
            "version = 5\n[[package]]\nname = 'a'\nversion = '1.0.0'\nsource = 'sparse+https://index.crates.io/'\n";
        let parsed = read(text);
        assert_eq!(parsed.problems[0].message, "version `5` is not known; it is read as version 4");
        assert_eq!(parsed.dependencies[0].pin, Pin::Exact);
    }

    #[test]
    fn a_lock_in_the_midst_of_a_merge_is_read_around_the_marks() {
        let package =
            |name| format!("[[package]]\nname = '{name}'\nversion = '1.0.0'\nsource = 'registry+https://x'\n\n");
        let text = format!("{}<<<<<<< HEAD\n{}=======\n{}", package("a"), package("b"), package("c"));
        let parsed = read(&text);
        assert_eq!(parsed.dependencies.len(), 3);
        assert_eq!(parsed.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(6)]);
    }

    #[test]
    fn a_crate_without_a_version_or_a_name_is_told_with_its_line() {
        let text = "[[package]]\nname = 'own'\nversion = '1.0.0'\n\n[[package]]\nname = 'a'\nsource = 'git+x#0'\n\n\
            [[package]]\nversion = '1.0.0'\nsource = 'git+x#0'\n\n[[package]]\nname = 'b'\nversion = '1.0.0'\nsource = 'git+x#0'\n";
        let parsed = read(text);
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(5), "a package without a version: a"), (Some(9), "a package without a name")]);
        assert_eq!(parsed.dependencies.len(), 1);
    }

    #[test]
    fn a_list_of_packages_that_is_none_is_told() {
        for text in ["version = 4\npackage = 'x'\n", "version = 4\npackage = [1]\n"] {
            assert_eq!(read(text).problems[0].line, Some(2), "{text}");
        }
    }
}
