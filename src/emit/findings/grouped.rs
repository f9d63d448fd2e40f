//! Problems for people who have many: one paragraph a rule, with what it means and
//! what to do said once.

use rustc_hash::FxHashMap;

use super::{Findings, Item, Rule, shown_path};
use crate::model::{Level, few};

/// How much is told.
#[derive(Clone, Copy, Debug)]
pub struct Telling {
    /// How many lines of a rule.
    pub lines: usize,
    /// How many characters of a line.
    pub width: usize,
}

impl Telling {
    /// All of it.
    pub const WHOLE: Self = Self { lines: usize::MAX, width: usize::MAX };
    /// What leaves room for the other rules.
    pub const SHORT: Self = Self { lines: 4, width: 240 };
}

/// How many subjects are named that say the same, or are not told.
const NAMED: usize = 5;

/// The problems of a level, by rules, in the order of the first of each.
#[must_use]
pub fn grouped(findings: &Findings, level: Level, telling: Telling) -> String {
    let mut groups: Vec<(&Rule, Vec<&Item>)> = Vec::new();
    for (item, rule) in findings.rows().filter(|(_, rule)| rule.level == level) {
        match groups.iter_mut().find(|(known, _)| known.code == rule.code) {
            Some((_, items)) => items.push(item),
            None => groups.push((rule, vec![item])),
        }
    }
    groups.iter().map(|(rule, items)| paragraph(rule, items, telling)).collect()
}

fn paragraph(rule: &Rule, items: &[&Item], telling: Telling) -> String {
    let many = if items.len() > 1 { format!(" ({})", items.len()) } else { String::new() };
    let mut text = format!("{}[{}]{many}: {}\n", rule.level.as_str(), rule.code, rule.says);
    // One commit that claims five ids is one thing to look at.
    let mut told: Vec<(&str, Vec<&Item>)> = Vec::new();
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    for item in items {
        let place = *places.entry(&item.message).or_insert(told.len());
        match told.get_mut(place) {
            Some((_, same)) => same.push(item),
            None => told.push((&item.message, vec![item])),
        }
    }
    for (message, same) in told.iter().take(telling.lines) {
        text.push_str(&format!("  {}\n", cut(&line(message, same), telling.width)));
    }
    let rest: Vec<&Item> = told.iter().skip(telling.lines).flat_map(|(_, same)| same.iter().copied()).collect();
    if !rest.is_empty() {
        text.push_str(&format!("  and {} more: {}\n", rest.len(), cut(&subjects(&rest), telling.width)));
    }
    if let Some(mend) = rule.mend {
        text.push_str(&format!("  help: {mend}\n"));
    }
    text
}

/// What is told of those whose messages are the same; a message that begins with its
/// subject, or names its commit, needs no other.
fn line(message: &str, same: &[&Item]) -> String {
    let named = |subject: &str| match short(subject) {
        hash if hash != subject => message.contains(hash),
        _ => message.starts_with(subject),
    };
    if same.iter().all(|item| item.subject.as_deref().is_none_or(named)) {
        message.to_owned()
    } else {
        format!("{}: {message}", subjects(same))
    }
}

fn subjects(items: &[&Item]) -> String {
    let names = items.iter().take(NAMED).filter_map(|item| item.subject.as_deref());
    let names: Vec<String> = names.map(|subject| shown_path(short(subject))).collect();
    few(&names, items.len())
}

/// A commit by as many digits as messages have of it.
fn short(subject: &str) -> &str {
    let is_hash = subject.len() == 40 && subject.bytes().all(|byte| byte.is_ascii_hexdigit());
    subject.get(..12).filter(|_| is_hash).unwrap_or(subject)
}

fn cut(text: &str, width: usize) -> String {
    match text.char_indices().nth(width) {
        None => text.to_owned(),
        Some(_) => text.chars().take(width.saturating_sub(1)).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::of_release;
    use super::*;

    #[test]
    fn a_rule_is_a_paragraph_with_what_to_do_said_once() {
        let findings = of_release();
        assert_eq!(
            grouped(&findings, Level::Error, Telling::SHORT),
            "error[reverted]: It went.\n  GHSA-1: Taken back.\n  help: Bring it in.\n"
        );
        assert_eq!(
            grouped(&findings, Level::Warning, Telling::SHORT),
            "warning[quiet]: It is quiet.\n  Commit 8fb797a9dd48 looks like a fix.\n  help: Publish it.\n\
             warning[introduced] (4): It came.\n  Go:a: One came.\n  Go:b, Go:c: Both came.\n  Go:d: Another came.\n  \
             help: Update it.\n"
        );
        assert_eq!(grouped(&findings, Level::Note, Telling::SHORT), "");
    }

    #[test]
    fn what_there_is_no_room_for_is_named_and_counted() {
        let text = grouped(&of_release(), Level::Warning, Telling { lines: 1, width: 12 });
        assert!(text.ends_with("  Go:a: One c…\n  and 3 more: Go:b, Go:c,…\n  help: Update it.\n"), "{text}");
        let whole = grouped(&of_release(), Level::Warning, Telling::WHOLE);
        assert!(whole.contains("Another came.") && !whole.contains("more"), "{whole}");
    }
}
