//! Problems for people: two lines each.

use super::{Findings, Item, Rule, shown_path};
use crate::model::Level;

/// The problems of at least a level, each with its code, what to do, and where.
#[must_use]
pub fn text(findings: &Findings, least: Level) -> String {
    let rows = findings.rows().filter(|(_, rule)| rule.level >= least);
    rows.map(|(item, rule)| block(item, rule)).collect()
}

fn block(item: &Item, rule: &Rule) -> String {
    let also = rule.also.join(", ");
    let also = if also.is_empty() { also } else { format!(" ({also})") };
    let place = &item.place;
    let mut at = shown_path(&place.file);
    if let Some((line, column)) = place.spot {
        at.push_str(&format!(":{line}:{column}"));
    }
    for part in [place.entry.as_deref(), item.subject.as_deref(), Some(&place.pointer)] {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            at.push(' ');
            at.push_str(&shown_path(part));
        }
    }
    format!("{}[{}]: {}{also}\n  at {at}\n", rule.level.as_str(), rule.code, item.message)
}

#[cfg(test)]
mod tests {
    use super::super::sample::findings;
    use super::*;

    #[test]
    fn a_problem_is_what_and_where() {
        let text = text(&findings(), Level::Note);
        assert!(
            text.contains(
                "error[bad-id]: \"GHSA\" is wrong; mend it (SCH:001)\n  at osv/a b.json:3:7 GHSA-1 /affected/0/x\n"
            ),
            "{text}"
        );
        assert!(
            text.contains("note[too-long]: cut it\n  at all.zip evil\\n::error::x.json GHSA-\\u{1b}[31m\n"),
            "{text}"
        );
    }

    #[test]
    fn what_matters_less_is_left_out() {
        assert!(!text(&findings(), Level::Warning).contains("too-long"));
    }
}
