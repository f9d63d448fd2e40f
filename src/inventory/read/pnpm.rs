//! `pnpm-lock.yaml`, of versions 5 to 9.

use super::found::plain;
use super::merged::Merged;
use super::pnpm_graph;
use super::value;
use crate::inventory::parsed::{Parsed, Problem};

/// The versions whose shape is known. There was no 8.
const VERSIONS: [&str; 4] = ["5", "6", "7", "9"];

/// How many documents of one file are read; pnpm 11 writes two.
const MOST_DOCUMENTS: usize = 4;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let mut merged = Merged::default();
    let mut problems = Vec::new();
    let mut found = documents(text);
    if found.is_empty() && !text.trim().is_empty() {
        found.push((0, text));
    }
    for (before, document) in found {
        let (lock, problem) = value::yaml(document, before);
        problems.extend(problem);
        let version = lock.get("lockfileVersion").text();
        let major = version.and_then(|version| version.split('.').next()).unwrap_or_default();
        if !VERSIONS.contains(&major) {
            let line = document.lines().position(|line| line.starts_with("lockfileVersion"));
            let message = version.map_or("it has no lockfileVersion".to_owned(), |version| {
                format!("lockfileVersion {} is not known", plain(version))
            });
            let message = format!("{message}; it is read as version 9 is");
            problems.push(Problem { line: line.map(|line| before + line + 1), message });
        }
        for dependency in pnpm_graph::dependencies(&lock, major == "5") {
            merged.add(dependency);
        }
    }
    Parsed { problems, ..Parsed::of(merged.into_list()) }
}

/// The documents of a file that are lock files, and how many lines stand before
/// them. From pnpm 11 on, the first has what installs the project, the second
/// what the project has.
fn documents(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut begin = (0, 0);
    let mut offset = 0;
    for (lines, line) in text.split_inclusive('\n').enumerate() {
        // YAML 1.2, section 9.1.2: this begins a document, wherever it stands.
        let is_marker =
            line.strip_prefix("---").is_some_and(|rest| rest.trim_end().is_empty() || rest.starts_with(' '));
        if is_marker && offset > begin.1 {
            found.push((begin, offset));
            begin = (lines, offset);
        }
        offset += line.len();
    }
    found.push((begin, offset));
    let of_locks = found.into_iter().filter_map(|((before, from), to)| Some((before, text.get(from..to)?)));
    of_locks.filter(|(_, document)| document.contains("lockfileVersion")).take(MOST_DOCUMENTS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_documents_that_are_lock_files() {
        let text = "---\nlockfileVersion: 1\n--- \nnote: x\n---\r\nlockfileVersion: 2\n----\n";
        let found: Vec<_> =
            documents(text).into_iter().map(|(before, document)| (before, document.lines().count())).collect();
        assert_eq!(found, [(0, 2), (4, 3)]);
        assert_eq!(documents(&"---\nlockfileVersion\n".repeat(100_000)).len(), MOST_DOCUMENTS);
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
}
