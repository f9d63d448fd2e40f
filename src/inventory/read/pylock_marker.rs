//! Markers of lock files (PEP 508 with `extras` and `dependency_groups` of PEP 751):
//! for whom a package is installed.

use std::collections::HashSet;

use super::python_group::{distance, usage_of, usage_of_extra, usage_of_group};
use crate::inventory::dependency::Usage;

/// What a lock file says of its groups.
pub(super) struct Groups<'t> {
    /// Those that are installed if nothing else is said.
    pub(super) default: HashSet<&'t str>,
}

/// Deeper parentheses are not looked into: tools write one or two.
const DEEPEST: usize = 16;

/// The usage that a marker tells; none where it names no group and no extra.
///
/// Alternatives are for whoever is nearest to the project's users, conditions that
/// hold together for whoever meets the farthest of them.
pub(super) fn usage(marker: &str, groups: &Groups<'_>) -> Option<Usage> {
    if !["extras", "dependency_groups"].iter().any(|word| marker.contains(word)) {
        return None;
    }
    let mut words = Words { rest: marker };
    alternatives(&mut words, groups, 0)
}

fn alternatives(words: &mut Words<'_>, groups: &Groups<'_>, depth: usize) -> Option<Usage> {
    let mut nearest = conditions(words, groups, depth)?;
    while words.take("or") {
        let other = conditions(words, groups, depth)?;
        nearest = std::cmp::min_by_key(nearest, other, |usage| distance(*usage));
    }
    Some(nearest)
}

fn conditions(words: &mut Words<'_>, groups: &Groups<'_>, depth: usize) -> Option<Usage> {
    let mut farthest = condition(words, groups, depth)?;
    while words.take("and") {
        let other = condition(words, groups, depth)?;
        farthest = std::cmp::max_by_key(farthest, other, |usage| distance(*usage));
    }
    Some(farthest)
}

/// One comparison, or several in parentheses.
fn condition(words: &mut Words<'_>, groups: &Groups<'_>, depth: usize) -> Option<Usage> {
    if words.take("(") {
        let within = if depth < DEEPEST { alternatives(words, groups, depth + 1)? } else { return None };
        return words.take(")").then_some(within);
    }
    let left = words.next()?;
    let is_without = words.take("not");
    let operator = words.next()?;
    let right = words.next()?;
    let group = left.trim_matches(['"', '\'']);
    match (operator, right) {
        // Where it is for those who did not ask, nobody needs to ask.
        ("in", "extras" | "dependency_groups") if is_without => Some(Usage::Runtime),
        ("in", "extras") => Some(usage_of_extra(group)),
        ("in", "dependency_groups") if group == "default" => Some(Usage::Runtime),
        ("in", "dependency_groups") if groups.default.contains(group) => {
            Some(usage_of(group).unwrap_or(Usage::Runtime))
        }
        ("in", "dependency_groups") => Some(usage_of_group(group)),
        _ => Some(Usage::Runtime),
    }
}

struct Words<'t> {
    rest: &'t str,
}

impl<'t> Words<'t> {
    fn next(&mut self) -> Option<&'t str> {
        self.rest = self.rest.trim_start();
        let first = self.rest.chars().next()?;
        let is_operator = |c: char| "=!<>~".contains(c);
        let end = match first {
            '(' | ')' => 1,
            '"' | '\'' => self.rest.get(1..)?.find(first)? + 2,
            c if is_operator(c) => self.rest.find(|c: char| !is_operator(c)).unwrap_or(self.rest.len()),
            _ => self
                .rest
                .find(|c: char| c.is_whitespace() || "()\"'".contains(c) || is_operator(c))
                .unwrap_or(self.rest.len()),
        };
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(word)
    }

    fn take(&mut self, word: &str) -> bool {
        let before = self.rest;
        let is_it = self.next() == Some(word);
        if !is_it {
            self.rest = before;
        }
        is_it
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_tells_for_whom_a_package_is() {
        let groups = Groups { default: HashSet::from(["main", "dev"]) };
        for (marker, expected) in [
            ("python_version >= '3.8'", None),
            ("'cli' in extras", Some("optional")),
            ("python_version >= \"3.6\" and \"tests\" in extras", Some("test")),
            ("\"default\" in dependency_groups or \"security\" in extras", Some("runtime")),
            ("\"main\" in dependency_groups", Some("runtime")),
            ("\"dev\" in dependency_groups", Some("dev")),
            ("\"typing\" in dependency_groups", Some("dev")),
            ("(\"test\" in dependency_groups or \"x\" in extras) and os_name == 'nt'", Some("optional")),
            ("python_version < '3.9' or 'x' in extras", Some("runtime")),
            ("'x' not in extras", Some("runtime")),
            ("'x' in extras and", None),
            ("('x' in extras", None),
            ("'x in extras", None),
            ("extras", None),
        ] {
            let told = usage(marker, &groups).map(Usage::as_str);
            assert_eq!(told, expected, "{marker}");
        }
        let deep = format!("{}'x' in extras{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(usage(&deep, &groups), None);
    }
}
