//! `go.work`.

use super::found::{Found, quoted};
use super::go_release::Lines;
use super::go_replace::{Replace, Replacements};
use super::go_statement::statements;
use crate::inventory::parsed::{More, Parsed};

/// What a `go.work` says.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Directives {
    /// The folders of its modules, as the file writes them, with their lines.
    pub(in crate::inventory) uses: Vec<(usize, String)>,
    pub(in crate::inventory) replaces: Vec<Replace>,
    /// Its `go` and `toolchain` lines.
    pub(in crate::inventory) lines: Lines,
}

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = Found::default();
    let mut directives = Directives::default();
    for statement in statements(text, &mut found) {
        let is_one = match (&*statement.verb, statement.words.as_slice()) {
            ("go" | "toolchain", [release]) => directives.lines.take(&statement.verb, release),
            ("use", [folder]) => {
                directives.uses.push((statement.line, folder.to_string()));
                true
            }
            ("replace", words) => {
                let replace = Replace::of(words);
                directives.replaces.extend(replace.clone());
                replace.is_some()
            }
            ("godebug", [_, ..]) => true,
            _ => false,
        };
        if !is_one {
            let message = format!("{} is no directive of a go.work", statement.quoted());
            found.problem("directive", Some(statement.line), message);
        }
    }
    let mut replacements = Replacements::default();
    for replace in &directives.replaces {
        if replacements.add(replace) {
            found.problem("twice", None, format!("{} is replaced twice, differently", quoted(&replace.path)));
        }
    }
    let builders = directives.lines.builders();
    found.into_parsed(More::GoWork(directives)).built_by(builders)
}
