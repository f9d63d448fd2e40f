//! `go.mod`.

use std::collections::HashSet;

use super::found::{Found, quoted};
use super::go_release::Lines;
use super::go_replace::{Replace, Replacements, Target};
use super::go_statement::{Statement, statements};
use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};
use crate::inventory::parsed::{More, Parsed};

/// What a `go.mod` says, before a workspace has its say.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Directives {
    /// The module's own path.
    pub(in crate::inventory) module: Option<String>,
    pub(in crate::inventory) replaces: Vec<Replace>,
    /// Its `go` and `toolchain` lines.
    pub(in crate::inventory) lines: Lines,
    requires: Vec<Require>,
    excludes: HashSet<(String, String)>,
    tools: Vec<String>,
}

#[derive(Clone, Debug)]
struct Require {
    path: String,
    version: String,
    indirect: bool,
}

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = Found::default();
    let mut directives = Directives::default();
    for statement in statements(text, &mut found) {
        if !directives.take(&statement, &mut found) {
            let message = format!("{} is no directive of a go.mod", statement.quoted());
            found.problem("directive", Some(statement.line), message);
        }
    }
    let mut replacements = Replacements::default();
    for replace in &directives.replaces {
        if replacements.add(replace) {
            found.problem("twice", None, format!("{} is replaced twice, differently", quoted(&replace.path)));
        }
    }
    let dependencies = directives.dependencies(|path, version| replacements.of(path, version));
    dependencies.into_iter().for_each(|dependency| found.add(Some(dependency)));
    let builders = directives.lines.builders();
    found.into_parsed(More::GoMod(directives)).built_by(builders)
}

impl Directives {
    /// How many of them are kept.
    pub(in crate::inventory) fn len(&self) -> usize {
        self.requires.len() + self.excludes.len() + self.replaces.len() + self.tools.len()
    }

    /// Takes a statement in; whether it is one.
    fn take(&mut self, statement: &Statement<'_>, found: &mut Found) -> bool {
        let words = statement.words.as_slice();
        // `""` is a word, and names nothing.
        if words.iter().any(|word| word.is_empty()) {
            return false;
        }
        match (&*statement.verb, words) {
            ("module", [path]) => self.module = Some(path.to_string()),
            ("go" | "toolchain", [release]) => {
                return self.lines.take(&statement.verb, release);
            }
            ("require", [path, version]) => {
                let (path, version) = (path.to_string(), version.to_string());
                self.requires.push(Require { path, version, indirect: is_indirect(statement.comment) });
            }
            ("exclude", [path, version]) => {
                self.excludes.insert((path.to_string(), version.to_string()));
            }
            ("replace", words) => match Replace::of(words) {
                Some(replace) => self.replaces.push(replace),
                None => return false,
            },
            ("tool", [path]) => self.tools.push(path.to_string()),
            ("godebug" | "ignore" | "retract", [_, ..]) => {}
            // A directive of a Go that is newer than this reader costs that line only.
            (verb, [_, ..]) if !is_known(verb) && verb.bytes().all(|byte| byte.is_ascii_lowercase()) => {
                let message = format!("the directive {} is not known", quoted(verb));
                found.problem("unknown", Some(statement.line), message);
            }
            _ => return false,
        }
        true
    }

    /// The dependencies, with what is built for the version of a module.
    pub(in crate::inventory) fn dependencies<'a>(
        &self,
        replaced: impl Fn(&str, &str) -> Option<&'a Target>,
    ) -> Vec<Dependency> {
        let mut dependencies: Vec<Dependency> = Vec::new();
        let modules_of_tools = self.modules_of_tools();
        for require in &self.requires {
            let target = replaced(&require.path, &require.version);
            let (path, version) = match target {
                Some(Target::Local(_)) => {
                    dependencies.extend(replaced_by(&require.path, &require.version));
                    continue;
                }
                Some(Target::Module(path, version)) => {
                    if *path != require.path {
                        dependencies.extend(replaced_by(&require.path, &require.version));
                    }
                    (path, version)
                }
                None => (&require.path, &require.version),
            };
            let Some(mut dependency) = dependency(path, version) else { continue };
            // Go passes over a requirement of an excluded version, and goes on to a
            // higher one, which the file does not tell ("exclude directive").
            let key = (require.path.clone(), require.version.clone());
            if target.is_none() && self.excludes.contains(&key) {
                dependency = dependency.pinned(Pin::Floor);
            }
            let is_tool = modules_of_tools.contains(require.path.as_str());
            // `go get -tool` marks modules that only tools come from as indirect; the project asks for them.
            let relation = if require.indirect && !is_tool { Relation::Transitive } else { Relation::Direct };
            let usage = if is_tool { Usage::Build } else { Usage::Unknown };
            dependencies.push(dependency.related(relation).used(usage));
        }
        dependencies
    }

    /// The required modules that the packages of `tool` lines are in: those of the
    /// longest path that is the package's own or of a folder above it.
    fn modules_of_tools(&self) -> HashSet<&str> {
        if self.tools.is_empty() {
            return HashSet::new();
        }
        let required: HashSet<&str> = self.requires.iter().map(|require| require.path.as_str()).collect();
        let module_of = |tool: &str| {
            // No import path has more parts; each costs a look-up of the whole path.
            let parents = std::iter::successors(Some(tool), |path| Some(path.rsplit_once('/')?.0)).take(64);
            parents.into_iter().find_map(|path| required.get(path).copied())
        };
        self.tools.iter().filter_map(|tool| module_of(tool)).collect()
    }
}

/// A module in whose place another is built, which may be its fork: it is named,
/// and its version says nothing of what is built.
fn replaced_by(path: &str, version: &str) -> Option<Dependency> {
    dependency(path, version).map(|dependency| dependency.pinned(Pin::Shown))
}

fn is_known(verb: &str) -> bool {
    ["module", "go", "toolchain", "require", "exclude", "replace", "tool", "godebug", "ignore", "retract"]
        .contains(&verb)
}

/// `// indirect`, or with more said behind a semicolon.
fn is_indirect(comment: &str) -> bool {
    comment == "indirect" || comment.strip_prefix("indirect;").is_some_and(|more| more.starts_with([' ', '\t']))
}

/// A version of a module. A branch or a commit, which the next `go mod tidy` turns
/// into a version, is shown.
pub(super) fn dependency(path: &str, version: &str) -> Option<Dependency> {
    let number = version.strip_prefix('v').filter(|number| is_semantic(number));
    let dependency = Dependency::exact("Go", path, number.unwrap_or(version))?;
    Some(if number.is_some() { dependency } else { dependency.pinned(Pin::Shown) })
}

fn is_semantic(number: &str) -> bool {
    let core = number.split(['-', '+']).next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    core.split('.').count() == 3 && core.split('.').all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let dependency = |d: &Dependency| format!("{} {} {}", d.package.name, d.version, d.pin.as_str());
        read(text).dependencies.iter().map(dependency).collect()
    }

    #[test]
    fn what_replaces_a_module_is_what_is_built() {
        let text = "require (\n a.org/x v1.0.0\n b.org/y v1.1.0 // indirect\n c.org/z v1.2.0\n d.org/w v1.3.0\n)\n\
            replace a.org/x => fork.org/x v1.0.1-fork\nreplace b.org/y v1.0.9 => b.org/y v0.5.0\n\
            replace c.org/z => ../z // local\nreplace d.org/w => d.org/w v0.5.0";
        assert_eq!(
            told(text),
            [
                "a.org/x 1.0.0 shown",
                "fork.org/x 1.0.1-fork exact",
                "b.org/y 1.1.0 exact",
                "c.org/z 1.2.0 shown",
                "d.org/w 0.5.0 exact"
            ]
        );
    }

    #[test]
    fn an_odd_line_costs_that_line_only() {
        let parsed = read("module a\nrequire b.org/x\nrequire c.org/y v1.0.0\nfuture x y\n)\n");
        assert_eq!(parsed.dependencies.len(), 1);
        let lines: Vec<_> = parsed.problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [Some(2), Some(4)]);
        assert!(parsed.problems[0].message.ends_with("; and 1 more like this"), "{:?}", parsed.problems);
    }

    #[test]
    fn a_million_tools_in_deep_folders_are_looked_up_fast() {
        let mut text = String::from("require a.org/x v1.0.0\ntool (\n");
        text.push_str(&"a/".repeat(100_000));
        text.push('\n');
        text.push_str(&" a.org/x/cmd\n".repeat(100_000));
        text.push_str(")\n");
        assert_eq!(read(&text).dependencies[0].usage, Usage::Build);
    }

    #[test]
    fn an_empty_word_names_nothing() {
        let parsed = read("require \"\" v1.0.0\nrequire a.org/x v1.0.0\n");
        assert_eq!((parsed.dependencies.len(), parsed.problems[0].line), (1, Some(1)));
    }
}
