//! `pyproject.toml`.

use std::collections::HashMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::found::{Found, OF_ANOTHER_SHAPE, quoted};
use super::python_graph::Edge;
use super::python_group::{usage_of_extra, usage_of_group};
use super::python_requirement::{Requirement, Wanted, dependency, normal, poetry_wanted};
use super::python_url::is_archive;
use super::toml_document::{array, elements, entries, is_true, line, parse, table, table_at, text, texts};
use crate::inventory::builder::{Builder, Release, Runtime, Source};
use crate::inventory::dependency::{Dependency, Relation, Usage};
use crate::inventory::more::More;
use crate::inventory::more::pyproject::Asked;
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = Found::default();
    let mut mended = String::new();
    let root = parse(text, &mut mended, &mut found);
    let own = text_at(&root, &["project"], "name").or_else(|| text_at(&root, &["tool", "poetry"], "name"));
    let sources = table_at(&root, &["tool", "uv", "sources"]).map(entries).unwrap_or_default();
    let mut reading = Reading {
        text,
        own: own.map(normal),
        sources: sources.into_iter().map(|(name, source)| (normal(name), source)).collect(),
        asked: Asked::default(),
        found,
    };
    reading.project(&root);
    reading.groups(&root);
    reading.poetry(&root);
    if let Some(build) = table(&root, "build-system") {
        reading.requirements(elements(build, "requires"), Usage::Build);
    }
    reading.found.into_parsed(More::Pyproject(reading.asked)).built_by(python(&root).into_iter().collect())
}

/// The release of Python, where the project takes one alone; a range says what may
/// run it.
fn python(root: &DeTable<'_>) -> Option<Builder> {
    let written = text_at(root, &["project"], "requires-python")?.trim().strip_prefix("==")?;
    let release = Release::of(Runtime::Python, written);
    matches!(release, Release::Exact(_)).then(|| Builder::new(Runtime::Python, Source::Manifest, release))
}

struct Reading<'a> {
    text: &'a str,
    /// The project's own name, which its extras ask for to name each other.
    own: Option<String>,
    /// What uv takes from elsewhere than an index.
    sources: HashMap<String, &'a Spanned<DeValue<'a>>>,
    asked: Asked,
    found: Found,
}

impl Reading<'_> {
    /// `[project]`.
    fn project(&mut self, root: &DeTable<'_>) {
        let Some(project) = table(root, "project") else { return };
        self.requirements(elements(project, "dependencies"), Usage::Runtime);
        for (name, extra) in table(project, "optional-dependencies").map(entries).unwrap_or_default() {
            self.requirements(array(Some(extra)), usage_of_extra(name));
        }
    }

    /// Dependency groups (PEP 735), and what uv and PDM had before. An included
    /// group is read where it stands.
    fn groups(&mut self, root: &DeTable<'_>) {
        let groups = [table(root, "dependency-groups"), table_at(root, &["tool", "pdm", "dev-dependencies"])];
        for (name, group) in groups.into_iter().flatten().flat_map(entries) {
            self.requirements(array(Some(group)), usage_of_group(name));
        }
        if let Some(uv) = table_at(root, &["tool", "uv"]) {
            self.requirements(elements(uv, "dev-dependencies"), Usage::Dev);
        }
    }

    fn requirements<'e>(&mut self, elements: impl Iterator<Item = &'e Spanned<DeValue<'e>>>, usage: Usage) {
        let mut edges = Vec::new();
        for element in elements {
            let Some(text) = element.get_ref().as_str() else {
                // `{ include-group = "test" }`: that group is read where it stands.
                if element.get_ref().as_table().is_none_or(|table| table.get("include-group").is_none()) {
                    let line = || Some(line(self.text, element.span().start));
                    self.found.tell_at(line, OF_ANOTHER_SHAPE, "");
                }
                continue;
            };
            // PDM keeps packages that are being worked on as pip's options.
            if text.trim_start().starts_with("-e ") {
                continue;
            }
            let Some(requirement) = Requirement::of(text) else {
                self.problem("requirement", element.span().start, text, "is no requirement");
                continue;
            };
            let name = normal(requirement.name);
            let source = self.sources.get(&name).and_then(|source| first(source));
            let dependency = match source.map(Place::of) {
                // Not a dependency, but what it needs may be reached through it.
                Some(Place::Own) => None,
                Some(Place::Elsewhere(wanted)) => dependency(requirement.name, wanted),
                Some(Place::Index) | None => requirement.dependency(),
            };
            edges.push(edge(&name, requirement.extras.iter().copied()));
            self.add(dependency, usage);
        }
        self.ask(usage, edges);
    }

    /// `[tool.poetry]`.
    fn poetry(&mut self, root: &DeTable<'_>) {
        let Some(poetry) = table_at(root, &["tool", "poetry"]) else { return };
        if let Some(dependencies) = table(poetry, "dependencies") {
            self.poetry_dependencies(dependencies, Usage::Runtime);
        }
        if let Some(dependencies) = table(poetry, "dev-dependencies") {
            self.poetry_dependencies(dependencies, Usage::Dev);
        }
        for (name, group) in table(poetry, "group").map(entries).unwrap_or_default() {
            if let Some(dependencies) = group.get_ref().as_table().and_then(|group| table(group, "dependencies")) {
                self.poetry_dependencies(dependencies, usage_of_group(name));
            }
        }
    }

    fn poetry_dependencies(&mut self, dependencies: &DeTable<'_>, usage: Usage) {
        let mut asked: [Vec<Edge>; 2] = Default::default();
        for (name, wanted) in entries(dependencies) {
            if normal(name) == "python" {
                continue;
            }
            // One for all, or a list of them by marker.
            let all: Vec<_> = match wanted.get_ref() {
                DeValue::Array(array) => array.iter().collect(),
                _ => vec![wanted],
            };
            for wanted in all {
                let Some((edge, dependency, is_optional)) = self.poetry_dependency(name, wanted) else { continue };
                let usage = if is_optional && usage == Usage::Runtime { Usage::Optional } else { usage };
                let [always, optional] = &mut asked;
                if is_optional {
                    optional.push(edge)
                } else {
                    always.push(edge)
                }
                self.add(dependency, usage);
            }
        }
        let [always, optional] = asked;
        self.ask(usage, always);
        self.ask(if usage == Usage::Runtime { Usage::Optional } else { usage }, optional);
    }

    /// What is asked for, its version if one is told, and whether only extras ask for it.
    fn poetry_dependency(
        &mut self,
        name: &str,
        wanted: &Spanned<DeValue<'_>>,
    ) -> Option<(Edge, Option<Dependency>, bool)> {
        let at = wanted.span().start;
        let (wanted, table) = match wanted.get_ref() {
            DeValue::String(text) => (self.constraint(text, at), None),
            DeValue::Table(table) => match Place::of(table) {
                Place::Own => (Wanted::Any, Some(table)),
                Place::Elsewhere(wanted) => (wanted, Some(table)),
                Place::Index => {
                    let wanted = text(table, "version").map_or(Wanted::Any, |text| self.constraint(text, at));
                    (wanted, Some(table))
                }
            },
            _ => {
                self.found.tell_at(|| Some(line(self.text, at)), OF_ANOTHER_SHAPE, name);
                return None;
            }
        };
        let extras = table.into_iter().flat_map(|table| texts(table, "extras"));
        let is_optional = table.is_some_and(|table| is_true(table, "optional"));
        Some((edge(&normal(name), extras), dependency(name, wanted), is_optional))
    }

    fn constraint<'t>(&mut self, text: &'t str, at: usize) -> Wanted<'t> {
        poetry_wanted(text).unwrap_or_else(|| {
            self.problem("constraint", at, text, "is no constraint on a version");
            Wanted::Any
        })
    }

    fn problem(&mut self, kind: &'static str, at: usize, text: &str, what: &str) {
        // Lines are counted once, for the first: there may be as many problems as lines.
        if !self.found.again(kind) {
            self.found.problem(kind, Some(line(self.text, at)), format!("{} {what}", quoted(text)));
        }
    }

    fn add(&mut self, dependency: Option<Dependency>, usage: Usage) {
        let dependency = dependency.filter(|dependency| Some(&dependency.package.name) != self.own.as_ref());
        self.found.add(dependency.map(|found| found.related(Relation::Direct).used(usage)));
    }

    fn ask(&mut self, usage: Usage, edges: Vec<Edge>) {
        if usage != Usage::Build && !edges.is_empty() {
            self.asked.groups.push((usage, edges));
        }
    }
}

fn edge<'e>(name: &str, extras: impl Iterator<Item = &'e str>) -> Edge {
    Edge { name: name.to_owned(), version: None, extras: extras.map(normal).collect() }
}

fn text_at<'a>(root: &'a DeTable<'a>, path: &[&str], key: &str) -> Option<&'a str> {
    text(table_at(root, path)?, key)
}

/// The table, or the first in a list of them by marker.
fn first<'a>(value: &'a Spanned<DeValue<'a>>) -> Option<&'a DeTable<'a>> {
    value.get_ref().as_table().or_else(|| array(Some(value)).next()?.get_ref().as_table())
}

/// Where a table of Poetry or uv takes a package from.
enum Place<'a> {
    Index,
    /// The project's own: a folder, or a member of the workspace.
    Own,
    Elsewhere(Wanted<'a>),
}

impl<'a> Place<'a> {
    fn of(table: &'a DeTable<'a>) -> Self {
        if let Some(path) = text(table, "path").or_else(|| text(table, "file")) {
            return if is_archive(path) { Self::Elsewhere(Wanted::At(path)) } else { Self::Own };
        }
        if is_true(table, "workspace") {
            return Self::Own;
        }
        if table.get("git").is_some() {
            let commit = ["rev", "tag", "branch"].iter().find_map(|key| text(table, key));
            return Self::Elsewhere(Wanted::Commit(commit.unwrap_or("HEAD")));
        }
        text(table, "url").map_or(Self::Index, |url| Self::Elsewhere(Wanted::At(url)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_thousand_wrong_requirements_are_told_once() {
        let parsed = read(&format!("[project]\ndependencies = [\n{}]\n", "'?',\n".repeat(100_000)));
        assert_eq!(parsed.problems.len(), 1);
        assert_eq!(parsed.problems[0].line, Some(3));
        assert_eq!(parsed.problems[0].message, "`?` is no requirement; and 99999 more like this");
    }

    #[test]
    fn a_requirement_of_another_shape_is_told_with_its_line() {
        let text = "[dependency-groups]\ntest = [\n 'a==1',\n { include-group = 'x' },\n 3,\n]\n[tool.poetry.dependencies]\nb = 1\n";
        let parsed = read(text);
        let told: Vec<_> = parsed.problems.iter().map(|found| (found.line, found.message.as_str())).collect();
        assert_eq!(told, [(Some(5), "a package of another shape; and 1 more like this")]);
    }
}
