//! The differences in words.

use std::fmt::Write as _;

use super::{Comparison, Difference};
use crate::model::{line, plain};

/// What differs, release by release; those that differ in nothing are counted.
#[must_use]
pub fn text(all: &[Comparison]) -> String {
    let mut out = String::new();
    let is_odd = |comparison: &&Comparison| !comparison.differences.is_empty();
    let odd = all.iter().filter(is_odd).count();
    // Writing to a string cannot fail.
    let _ = match all {
        [one] if odd == 0 => writeln!(out, "{}: the text and the ledger say the same", name(one)),
        _ => writeln!(out, "{odd} of {} releases differ from their published texts", all.len()),
    };
    for comparison in all.iter().filter(is_odd) {
        let file = comparison.file.as_ref().map(|file| format!(" ({})", line(file))).unwrap_or_default();
        let none = if comparison.has_text { "" } else { ": there is no text of it" };
        let _ = writeln!(out, "\n{}{file}{none}", name(comparison));
        for Difference { kind, id, line: at, message } in &comparison.differences {
            let at = at.map(|at| format!(", line {at}")).unwrap_or_default();
            let _ = writeln!(out, "  {} {id}{at}: {}", kind.as_str(), plain(message));
        }
    }
    let passed: usize = all.iter().map(|comparison| comparison.not_looked_at.len()).sum();
    if passed > 0 {
        let _ = writeln!(
            out,
            "\n{passed} ids are of what the project depends on, which was not looked at for several releases at once"
        );
    }
    let silent: usize = all.iter().map(|comparison| comparison.unannounced_dependencies.len()).sum();
    if silent > 0 {
        let _ = writeln!(out, "\n{silent} advisories of dependencies are fixed and not named; JSON lists them");
    }
    out
}

fn name(comparison: &Comparison) -> String {
    comparison.tag.as_ref().map_or_else(|| "unreleased".to_owned(), |tag| line(tag.as_str()).to_string())
}
