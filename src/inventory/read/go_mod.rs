//! `go.mod`.

use crate::inventory::more::go_mod::{Directives, Require};

use super::found::{Found, quoted};
use super::go_replace::{Replace, Replacements};
use super::go_statement::{Statement, statements};
use crate::inventory::more::More;
use crate::inventory::parsed::Parsed;

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
}

fn is_known(verb: &str) -> bool {
    ["module", "go", "toolchain", "require", "exclude", "replace", "tool", "godebug", "ignore", "retract"]
        .contains(&verb)
}

/// `// indirect`, or with more said behind a semicolon.
fn is_indirect(comment: &str) -> bool {
    comment == "indirect" || comment.strip_prefix("indirect;").is_some_and(|more| more.starts_with([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::dependency::{Dependency, Usage};

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
