//! The order in which people sort names with numbers in them.

use std::cmp::Ordering;

/// Compares texts with runs of digits as numbers, so that `rc2` comes before
/// `rc10`; separators only part the runs (`rc.2` equals `rc2`).
pub(crate) fn compare_naturally(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (runs(left), runs(right));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => match compare_runs(a, b) {
                Ordering::Equal => {}
                order => return order,
            },
        }
    }
}

fn compare_runs(a: &str, b: &str) -> Ordering {
    let number = |run: &str| run.starts_with(|c: char| c.is_ascii_digit());
    match (number(a), number(b)) {
        // Longer than any integer type: compare by length, then by digits.
        (true, true) => {
            let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
            a.len().cmp(&b.len()).then_with(|| a.cmp(b))
        }
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a.cmp(b),
    }
}

/// The runs of digits and of other characters of a text, separators left out.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', '-', '_', '~', '+']).flat_map(|part| {
        let mut rest = part;
        std::iter::from_fn(move || {
            let first = rest.chars().next()?;
            let digit = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != digit).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            rest = after;
            Some(run)
        })
    })
}
