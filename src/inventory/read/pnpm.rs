//! `pnpm-lock.yaml`, of versions 5 to 9.

use super::found::{Found, plain};
use super::merged::Merged;
use super::pnpm_graph::{self, Document};
use super::value;
use super::yaml_documents::documents;
use crate::inventory::parsed::Parsed;

/// The versions whose shape is known. There was no 8.
const VERSIONS: [&str; 4] = ["5", "6", "7", "9"];

/// How many documents of one file are read; pnpm 11 writes two.
const MOST_DOCUMENTS: usize = 4;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let mut merged = Merged::default();
    let mut problems = Vec::new();
    let mut parts = locks(text);
    if parts.is_empty() && !text.trim().is_empty() {
        parts.push((0, text));
    }
    for (before, document) in parts {
        let (lock, problem) = value::yaml(document, before);
        let mut found = Found::default();
        found.ended(problem);
        let version = lock.get("lockfileVersion").text();
        let major = version.and_then(|version| version.split('.').next()).unwrap_or_default();
        if !VERSIONS.contains(&major) {
            let line = document.lines().position(|line| line.starts_with("lockfileVersion"));
            let message = version.map_or("it has no lockfileVersion".to_owned(), |version| {
                format!("lockfileVersion {} is not known", plain(version))
            });
            let message = format!("{message}; it is read as version 9 is");
            found.problem("version", line.map(|line| before + line + 1), message);
        }
        let document = Document { text: document, first: before + 1, is_by_slashes: major == "5" };
        for dependency in pnpm_graph::dependencies(&lock, &document, &mut found) {
            merged.add(dependency);
        }
        problems.extend(found.into_problems());
    }
    Parsed { problems, ..Parsed::of(merged.into_list()) }
}

/// The documents of a file that are lock files, and how many lines stand before
/// them. From pnpm 11 on, the first has what installs the project, the second
/// what the project has.
fn locks(text: &str) -> Vec<(usize, &str)> {
    documents(text).filter(|(_, document)| document.contains("lockfileVersion")).take(MOST_DOCUMENTS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_documents_that_are_lock_files() {
        let text = "---\nlockfileVersion: 1\n--- \nnote: x\n---\r\nlockfileVersion: 2\n----\n";
        let found: Vec<_> =
            locks(text).into_iter().map(|(before, document)| (before, document.lines().count())).collect();
        assert_eq!(found, [(0, 2), (4, 3)]);
        assert_eq!(locks(&"---\nlockfileVersion\n".repeat(100_000)).len(), MOST_DOCUMENTS);
    }

    #[test]
    fn lines_are_the_files_and_not_the_documents() {
        let parsed = read("---\nlockfileVersion: '9.0'\n---\nlockfileVersion: '9.0'\npackages: ]\n");
        assert_eq!(parsed.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(5)]);
    }

    #[test]
    fn a_cycle_of_packages_ends() {
        let text = "lockfileVersion: '9.0'\nimporters: {.: {dependencies: {a: {version: 1.0.0}}}}\n\
            packages: {a@1.0.0: {}, b@1.0.0: {}}\n\
            snapshots: {a@1.0.0: {dependencies: {b: 1.0.0, a: 1.0.0}}, b@1.0.0: {dependencies: {a: 1.0.0}}}\n";
        assert_eq!(read(text).dependencies.len(), 2);
    }

    #[test]
    fn a_key_that_names_no_package_is_told_with_its_line() {
        let old = "lockfileVersion: 5.3\n\npackages:\n\n  /acorn/8.7.0:\n    dev: false\n\n  invalidpath:\n    dev: false\n\n  \
            file:../own:\n    resolution: {directory: ../own, type: directory}\n";
        let new = "---\nlockfileVersion: '9.0'\npackages:\n  acorn@8.7.0: {}\nsnapshots:\n  acorn@8.7.0: {}\n  left@1.0.0: {}\n";
        for (text, line, message) in [
            (old, 8, "a key that names no package in a version: invalidpath"),
            (new, 7, "a snapshot of a package that is not listed: left@1.0.0"),
        ] {
            let parsed = read(text);
            let told: Vec<_> = parsed.problems.iter().map(|found| (found.line, found.message.as_str())).collect();
            assert_eq!(told, [(Some(line), message)]);
            assert_eq!(parsed.dependencies.len(), 1, "{:?}", parsed.dependencies);
        }
    }

    #[test]
    fn a_million_odd_keys_are_one_problem() {
        let text = format!("lockfileVersion: '9.0'\npackages:\n{}", "  odd: {}\n".repeat(100_000));
        assert_eq!(read(&text).problems.len(), 1);
    }
}
