//! `vendor/modules.txt`.

use super::found::{Found, quoted};
use crate::inventory::dependency::{Dependency, Relation};
use crate::inventory::more::More;
use crate::inventory::more::go_mod::dependency;
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = Found::default();
    let mut modules: Vec<(Option<Dependency>, bool)> = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        if let Some(note) = text.strip_prefix("## ") {
            // `## explicit; go 1.17`
            let is_explicit = note.split(';').any(|part| part.trim() == "explicit");
            if let Some((_, explicit)) = modules.last_mut() {
                *explicit |= is_explicit;
            }
        } else if let Some(module) = text.strip_prefix("# ") {
            match module_of(module) {
                Ok(module) => modules.push((module, false)),
                Err(()) => found.problem("module", Some(line), format!("{} names no module", quoted(text))),
            }
        }
    }
    // Go before 1.14 marks none. From 1.17 on all that have packages here are
    // explicit, indirect ones too: then the `go.mod` beside it tells.
    let named = || modules.iter().filter(|(module, _)| module.is_some());
    let says = named().any(|(_, explicit)| *explicit) && !named().all(|(_, explicit)| *explicit);
    for (module, explicit) in modules {
        let relation = match (says, explicit) {
            (false, _) => Relation::Unknown,
            (true, true) => Relation::Direct,
            (true, false) => Relation::Transitive,
        };
        found.add(module.map(|module| module.related(relation)));
    }
    found.into_parsed(More::Nothing)
}

/// What a line says is in the folder: none where it is the project's own or a
/// replacement of a module that is not there, as they stand at the file's end.
fn module_of(line: &str) -> Result<Option<Dependency>, ()> {
    let words: Vec<&str> = line.split_whitespace().take(6).collect();
    match words.as_slice() {
        [path, version] | [_, _, "=>", path, version] => Ok(dependency(path, version)),
        [_, _, "=>", _] | [_, "=>", _] | [_, "=>", _, _] => Ok(None),
        _ => Err(()),
    }
}
