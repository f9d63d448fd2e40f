//! `go.work`.

use super::found::{Found, quoted};
use super::go_replace::{Replace, Replacements};
use super::go_statement::statements;
use crate::inventory::more::More;
use crate::inventory::more::go_work::Directives;
use crate::inventory::parsed::Parsed;

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
