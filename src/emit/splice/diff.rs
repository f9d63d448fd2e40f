//! What differs between two texts, as `diff -u` prints it.

use std::fmt::Write as _;

use similar::TextDiff;

/// Lines that both texts have around what differs.
const CONTEXT: usize = 3;

/// How many lines may differ to find out which of them are the same: the work
/// grows with their square.
const MOST: usize = 5_000;

/// From one text to another, with the names of both; empty where they are the same.
#[must_use]
pub fn diff(old: &str, new: &str, names: (&str, &str)) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let above = from.iter().zip(&to).take_while(|(old, new)| old == new).count();
    let below = from.iter().rev().zip(to.iter().rev()).take_while(|(old, new)| old == new).count();
    let differing = |lines: &[&str]| lines.len().saturating_sub(above + below);
    if differing(&from).max(differing(&to)) > MOST {
        return whole(&from, &to, (above, below), names);
    }
    TextDiff::from_lines(old, new).unified_diff().context_radius(CONTEXT).header(names.0, names.1).to_string()
}

/// All lines between those that are the same, as one change.
fn whole(from: &[&str], to: &[&str], (above, below): (usize, usize), names: (&str, &str)) -> String {
    let middle = |lines: &[&str]| above..lines.len().saturating_sub(below).max(above);
    let (old, new) = (middle(from), middle(to));
    let mut out =
        format!("--- {}\n+++ {}\n@@ -{},{} +{},{} @@\n", names.0, names.1, above + 1, old.len(), above + 1, new.len());
    for (sign, lines) in [('-', from.get(old)), ('+', to.get(new))] {
        for line in lines.unwrap_or_default() {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{sign}{line}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_has_the_lines_around_what_differs() {
        let (old, new) = ("a\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n");
        assert_eq!(diff(old, new, ("x", "y")), "--- x\n+++ y\n@@ -2,4 +2,4 @@\n b\n c\n d\n-e\n+E\n");
        assert_eq!(diff(old, old, ("x", "y")), "");
        assert!(diff("a", "a\n", ("x", "y")).contains("No newline at end of file"));
    }

    #[test]
    fn what_differs_in_too_many_lines_is_one_change() {
        let text = |word: &str| format!("begin\n{}end\n", format!("{word}\n").repeat(MOST + 1));
        let told = diff(&text("a"), &text("b"), ("x", "y"));
        assert!(told.starts_with(&format!("--- x\n+++ y\n@@ -2,{0} +2,{0} @@\n-a\n", MOST + 1)), "{told:.60}");
        assert_eq!((told.matches("\n-a").count(), told.matches("\n+b").count()), (MOST + 1, MOST + 1));
    }
}
