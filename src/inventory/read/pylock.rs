//! `pylock.toml` and `pylock.NAME.toml` (PEP 751,
//! <https://packaging.python.org/specifications/pylock-toml/>).

use std::collections::HashSet;

use toml::de::DeTable;

use super::found::{Found, quoted};
use super::merged::Merged;
use super::pylock_marker::{Groups, usage};
use super::python_url::Fetched;
use super::toml_document::{line, listed, number, parse, table, tables, text, texts};
use crate::inventory::dependency::{Dependency, Pin, Usage};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// Which packages are direct stands in the `pyproject.toml` beside it. Folders are
/// the project's own and left out; commits and archives from elsewhere are shown.
pub(super) fn read(text_of_file: &str) -> Parsed {
    let mut found = Found::default();
    let mut mended = String::new();
    let root = parse(text_of_file, &mut mended, &mut found);
    match number(&root, "lock-version") {
        // A later minor version has more than 1.0, and nothing that contradicts it.
        Some(version) if version.split('.').next() != Some("1") => {
            let message = format!("lock-version {} is not known; it is read as version 1.0", quoted(version));
            found.problem("version", None, message);
        }
        _ => {}
    }
    let groups = Groups { default: texts(&root, "default-groups").collect::<HashSet<_>>() };
    let mut merged = Merged::default();
    for (at, package) in listed(&root, "packages", text_of_file, &mut found) {
        if table(package, "directory").is_some() {
            continue;
        }
        match dependency(package) {
            Some(dependency) => {
                let usage = text(package, "marker").and_then(|marker| usage(marker, &groups));
                merged.add(dependency.used(usage.unwrap_or(Usage::Unknown)));
            }
            None => {
                let name = text(package, "name").unwrap_or_default();
                found.tell_at(|| Some(line(text_of_file, at)), "a package without a name or a version", name);
            }
        }
    }
    found.add_all(merged.into_list());
    found.finish()
}

/// The package of an entry. Its version may be left out: where it is a commit's or
/// an archive's, and where its files' names tell it.
fn dependency(package: &DeTable<'_>) -> Option<Dependency> {
    let name = text(package, "name")?;
    let version = text(package, "version");
    if let Some(vcs) = table(package, "vcs") {
        let commit = text(vcs, "commit-id").or_else(|| text(vcs, "requested-revision"));
        return Some(Dependency::exact("PyPI", name, version.or(commit)?)?.pinned(Pin::Shown));
    }
    if let Some(archive) = table(package, "archive") {
        let of_place = || Fetched::of(text(archive, "url").or_else(|| text(archive, "path"))?)?.dependency(Some(name));
        let of_version = version.and_then(|version| Dependency::exact("PyPI", name, version));
        return Some(of_version.or_else(of_place)?.pinned(Pin::Shown));
    }
    if let Some(version) = version {
        return Dependency::exact("PyPI", name, version);
    }
    let files = tables(package, "wheels").map(|(_, wheel)| wheel).chain(table(package, "sdist"));
    let file_name = |file| ["name", "url", "path"].into_iter().find_map(|key| text(file, key));
    let mut versions = files.filter_map(|file| Some(Fetched::of(file_name(file)?)?.version));
    Dependency::exact("PyPI", name, versions.find(|version| version.starts_with(|c: char| c.is_ascii_digit()))?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "lock-version = '1.0'\nextras = ['x']\n[[packages]]\nname = 'a'\nversion = '1.0'\nmarker = \"'x' in extras\"\n\n[[packages]]\nname = 'b'\nvcs = { type = 'git', commit-id = '0a' }\n";

    fn told(text: &str) -> Vec<String> {
        let told = |found: &Dependency| {
            format!("{} {} {} {}", found.package.name, found.version, found.pin.as_str(), found.usage.as_str())
        };
        read(text).dependencies.iter().map(told).collect()
    }

    #[test]
    fn what_is_no_list_of_packages_is_told() {
        for (text, line) in [("packages = 3\n", 1), ("lock-version = '1.0'\npackages = [3]\n", 2)] {
            let problems = read(text).problems;
            let told: Vec<_> = problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
            assert_eq!(told, [(Some(line), "a package of another shape: packages")]);
        }
    }

    #[test]
    fn a_package_without_a_version_has_that_of_its_files_or_its_commit() {
        assert_eq!(told(SAMPLE), ["a 1.0 exact optional", "b 0a shown unknown"]);
        let of_files = "packages = [{ name = 'a', wheels = [{ url = 'https://x.example/f/a-2.1-py3-none-any.whl' }] },
            { name = 'b', sdist = { name = 'b-0.3.tar.gz' } }, { name = 'c', directory = { path = '.' } },
            { name = 'd', archive = { url = 'https://x.example/d-4.tar.gz' } }]";
        assert_eq!(told(of_files), ["a 2.1 exact unknown", "b 0.3 exact unknown", "d 4 shown unknown"]);
    }

    #[test]
    fn a_package_that_says_no_version_is_told_with_its_line() {
        let parsed = read("lock-version = '2.0'\n[[packages]]\nname = 'a'\n[[packages]]\nversion = '1'\n");
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(
            told,
            [
                (Some(2), "a package without a name or a version: a; and 1 more like this"),
                (None, "lock-version `2.0` is not known; it is read as version 1.0"),
            ]
        );
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\"'=,.a0\\n]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
