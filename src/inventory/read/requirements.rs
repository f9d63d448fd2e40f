//! `requirements.txt`.

use std::collections::HashSet;

use super::found::{Found, end_of, quoted};
use super::python_requirement::{Requirement, Wanted, dependency, normal};
use super::python_url::{Fetched, is_archive};
use super::requirements_line::{Line, lines};
use crate::inventory::dependency::{Dependency, Relation};
use crate::inventory::more::More;
use crate::inventory::more::requirements::{Include, Includes, Open};
use crate::inventory::parsed::Parsed;
use crate::model::PackageName;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let lines = lines(text);
    let mut includes = Includes::default();
    let says_via = lines.iter().any(|line| askers(line).is_some());
    let named = |line: &Line<'_>| Some(normal(Requirement::of(option(&line.text).1)?.name));
    let names = if says_via { lines.iter().filter_map(named).collect() } else { HashSet::new() };
    includes.is_compiled = says_via || lines.iter().any(|line| line.text.contains(" --hash="));
    let mut reading = Reading { found: Found::default(), includes, names };
    for line in &lines {
        reading.take(line);
    }
    reading.found.into_parsed(More::Requirements(reading.includes))
}

struct Reading {
    found: Found,
    includes: Includes,
    /// What the file names, if it says what asks for each.
    names: HashSet<String>,
}

impl Reading {
    fn take(&mut self, line: &Line<'_>) {
        let (option, value) = option(&line.text);
        match option {
            "" => self.requirement(line, value),
            "-r" | "--requirement" | "-c" | "--constraint" => {
                let is_constraint = option.contains('c');
                let path = value.trim_matches(['"', '\'']);
                // What is elsewhere, or named by the environment, is not in the tree. Only
                // constraints name nothing that the file does not.
                if path.is_empty() || path.contains("://") || path.contains("${") {
                    if !is_constraint {
                        let wrong = "it includes what is not in the tree";
                        self.found.tell(Some(line.number), wrong, end_of(path));
                    }
                } else {
                    self.includes.files.push(Include { line: line.number, path: path.to_owned(), is_constraint });
                }
            }
            "-e" | "--editable" => {
                if let Some(url) = value.split_whitespace().next() {
                    let named = Requirement::of(value).filter(|named| matches!(named.wanted, Wanted::At(_)));
                    match (named, Fetched::of(url)) {
                        (Some(named), _) => self.add(named.dependency(), line),
                        (None, Some(fetched)) => self.fetched(fetched.dependency(None), line, url),
                        (None, None) => {}
                    }
                }
            }
            option if OPTIONS.contains(&option) => {}
            option => {
                let message = format!("the option {} is not known", quoted(option));
                self.found.problem("option", Some(line.number), message);
            }
        }
    }

    fn requirement(&mut self, line: &Line<'_>, text: &str) {
        let first = text.split_whitespace().next().unwrap_or_default();
        let is_direct_reference = text.contains('@') && Requirement::of(text).is_some();
        let is_place = first.contains(['/', '\\']) || first == "." || is_archive(first);
        if is_place && !is_direct_reference {
            // A folder is the project's own.
            let Some(fetched) = Fetched::of(first) else { return };
            return self.fetched(fetched.dependency(None), line, first);
        }
        let Some(requirement) = Requirement::of(text) else {
            let message = format!("{} is no requirement", quoted(text));
            return self.found.problem("requirement", Some(line.number), message);
        };
        let dependency = dependency(requirement.name, requirement.wanted);
        if matches!(requirement.wanted, Wanted::Floor(_) | Wanted::Any)
            && let Some(package) = PackageName::new("PyPI", requirement.name)
        {
            let relation = self.relation(line);
            self.includes.open.push(Open { package, relation, at: self.found.len() });
        }
        self.add(dependency, line);
    }

    /// What is at an address, which has to say what it is.
    fn fetched(&mut self, dependency: Option<Dependency>, line: &Line<'_>, address: &str) {
        if dependency.is_none() {
            self.found.tell(Some(line.number), "an address that does not say of which package", end_of(address));
        }
        self.add(dependency, line);
    }

    fn add(&mut self, dependency: Option<Dependency>, line: &Line<'_>) {
        let relation = self.relation(line);
        self.found.add(dependency.map(|found| found.related(relation)));
    }

    /// By what pip-compile and uv wrote; other files do not tell.
    fn relation(&self, line: &Line<'_>) -> Relation {
        match askers(line).map(|mut askers| askers.any(|asker| self.is_project(asker))) {
            Some(true) => Relation::Direct,
            Some(false) => Relation::Transitive,
            // pip-compile before version 5 wrote nothing at what the project itself asks for.
            None if !self.names.is_empty() => Relation::Direct,
            None => Relation::Unknown,
        }
    }

    /// Whether what asks for a package is the project: a file of it (`-r
    /// requirements.in`), or a package that the file does not name (`app
    /// (pyproject.toml)`, and `app` alone by Rye).
    fn is_project(&self, asker: &str) -> bool {
        let asker = asker.trim();
        if asker.is_empty() {
            return false;
        }
        match option(asker) {
            ("", asker) => !self.names.contains(&normal(asker.split(['[', ' ']).next().unwrap_or(asker))),
            (option, _) => !matches!(option, "-c" | "--constraint"),
        }
    }
}

/// What the comment at a requirement says that asks for it; none where it says nothing of that.
fn askers<'l>(line: &'l Line<'_>) -> Option<impl Iterator<Item = &'l str>> {
    let at = line.comments.iter().position(|comment| *comment == "via" || comment.starts_with("via "))?;
    let first = line.comments.get(at)?.strip_prefix("via").unwrap_or_default();
    let rest = line.comments.iter().skip(at + 1).copied();
    Some(std::iter::once(first).chain(rest).flat_map(|comment| comment.split(',')))
}

/// The option that a line begins with, and its value; no option for a requirement,
/// whose own options are cut off.
fn option(text: &str) -> (&str, &str) {
    if let Some(rest) = text.strip_prefix("--") {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = text.get(..end + 2).unwrap_or(text);
        return (name, rest.get(end..).unwrap_or_default().trim_start_matches('=').trim());
    }
    if text.starts_with('-') {
        // `-rbase.txt` and `-r base.txt` are the same.
        let end = text.char_indices().nth(2).map_or(text.len(), |(at, _)| at);
        let (name, value) = text.split_at_checked(end).unwrap_or((text, ""));
        return (name, value.trim().trim_start_matches('=').trim());
    }
    let options = [" -", "\t-"].iter().filter_map(|start| text.find(start)).min();
    ("", options.and_then(|at| text.get(..at)).unwrap_or(text).trim())
}

/// Options that say nothing of versions.
const OPTIONS: [&str; 18] = [
    "-i",
    "--index-url",
    "--pypi-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--no-index",
    "--pre",
    "--trusted-host",
    "--no-binary",
    "--only-binary",
    "--prefer-binary",
    "--require-hashes",
    "--use-feature",
    "--process-dependency-links",
    "--config-settings",
    "--always-unzip",
    "-Z",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_parted_from_values() {
        for (text, parted) in [
            ("-rbase.txt", ("-r", "base.txt")),
            ("-r  base.txt", ("-r", "base.txt")),
            ("--requirement=base.txt", ("--requirement", "base.txt")),
            ("--requirement base.txt", ("--requirement", "base.txt")),
            ("-", ("-", "")),
            ("a==1 --hash=x", ("", "a==1")),
            ("a-b==1-2", ("", "a-b==1-2")),
        ] {
            assert_eq!(option(text), parted);
        }
    }

    #[test]
    fn a_million_continued_lines_are_one_line() {
        let mut text = String::from("a==1 \\\n");
        text.push_str(&"  --hash=sha256:0 \\\n".repeat(300_000));
        text.push_str("\nb==2");
        assert_eq!(read(&text).dependencies.len(), 2);
    }

    #[test]
    fn what_cannot_be_followed_is_told_and_a_folder_is_the_projects_own() {
        let text = "-e .\n./own\n-c https://user:secret@x.example/upper.txt\n-r https://user:secret@x.example/all.txt\n\
            git+https://user:secret@x.example/a.git\nhttps://x.example/archive/main.zip\na==1\n";
        let parsed = read(text);
        let told: Vec<_> = parsed.problems.iter().map(|found| (found.line, found.message.as_str())).collect();
        let expected = [
            (Some(4), "it includes what is not in the tree: all.txt"),
            (Some(5), "an address that does not say of which package: a.git; and 1 more like this"),
        ];
        assert_eq!(told, expected);
        assert_eq!(parsed.dependencies.len(), 1);
    }
}
