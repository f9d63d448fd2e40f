//! The order of Alpine's packages. Source: apk-package(5), "pkgver", and the
//! manual's order of suffixes, as apk-tools 3 compares them.

use super::number::{Number, split_digits, split_while};

/// The pieces of a version, after which there is always `End`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Apk(Vec<Piece>);

/// Ordered as pieces of the same place are: a version that goes on with a number
/// comes after one that goes on with a letter, and so forth.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    /// A suffix of a pre-release, by its place in `BEFORE`.
    Before(usize),
    End,
    Revision(Number),
    Commit(String),
    Count(Number),
    /// A suffix of what follows a release, by its place in `AFTER`.
    After(usize),
    Letter(char),
    /// A number that begins with a zero, which is compared as text, as Gentoo
    /// has it: `1.05` comes before `1.1`, and `1.005` before `1.05`.
    Fraction(String),
    Number(Number),
}

const BEFORE: [&str; 4] = ["alpha", "beta", "pre", "rc"];
const AFTER: [&str; 5] = ["cvs", "svn", "git", "hg", "p"];

impl Apk {
    pub(super) fn read(text: &str) -> Option<Self> {
        let (first, mut rest) = split_digits(text);
        let mut pieces = vec![Piece::Number(Number::read(first)?)];
        while let Some(after) = rest.strip_prefix('.') {
            let (digits, after) = split_digits(after);
            let number = Number::read(digits)?;
            let is_fraction = digits.starts_with('0');
            pieces.push(if is_fraction { Piece::Fraction(digits.to_owned()) } else { Piece::Number(number) });
            rest = after;
        }
        if let Some(letter) = rest.chars().next().filter(char::is_ascii_lowercase) {
            pieces.push(Piece::Letter(letter));
            // OpenSMTPD's 6.6.4p1.
            let (digits, after) = split_digits(rest.strip_prefix(letter)?);
            pieces.extend(Number::read(digits).map(Piece::Count));
            rest = after;
        }
        while let Some(after) = rest.strip_prefix('_') {
            let (suffix, after) = split_while(after, |c| c.is_ascii_lowercase());
            let place = |known: &[&str]| known.iter().position(|known| *known == suffix);
            pieces.push(place(&BEFORE).map(Piece::Before).or_else(|| place(&AFTER).map(Piece::After))?);
            let (digits, after) = split_digits(after);
            pieces.extend(Number::read(digits).map(Piece::Count));
            rest = after;
        }
        if let Some(after) = rest.strip_prefix('~') {
            let (commit, after) = split_while(after, |c| matches!(c, '0'..='9' | 'a'..='f'));
            pieces.push(Piece::Commit(Some(commit).filter(|commit| !commit.is_empty())?.to_owned()));
            rest = after;
        }
        if let Some(revision) = rest.strip_prefix("-r") {
            pieces.push(Piece::Revision(Number::read(revision)?));
            rest = "";
        }
        pieces.push(Piece::End);
        rest.is_empty().then_some(Self(pieces))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Order;
    use super::super::tests::{ascending, equal, no_place};

    #[test]
    fn versions_are_ordered_as_the_manual_of_apk_says() {
        ascending(
            Order::Apk,
            &[
                "1.0_alpha",
                "1.0_alpha1",
                "1.0_alpha1-r1",
                "1.0_alpha2",
                "1.0_beta",
                "1.0_pre3",
                "1.0_rc1_alpha",
                "1.0_rc1",
                "1.0",
                "1.0-r0",
                "1.0-r10",
                "1.0~1a2b",
                "1.0_cvs",
                "1.0_svn",
                "1.0_git20240102",
                "1.0_hg",
                "1.0_p1",
                "1.0_p10",
                "1.0_p10_git1",
                "1.0a",
                "1.0b_rc1",
                "1.0b",
                "1.0.0",
                "1.0.1",
                "1.9",
                "1.10",
                "2",
            ],
        );
    }

    #[test]
    fn a_letter_may_be_counted() {
        ascending(Order::Apk, &["6.6.2_p2", "6.6.2p1", "6.6.2p1-r1", "6.6.2p2", "6.6.2p10", "6.6.3p1-r0"]);
    }

    #[test]
    fn a_number_with_a_zero_before_it_is_a_fraction_but_for_the_first() {
        ascending(Order::Apk, &["1.0", "1.00", "1.005", "1.05", "1.050", "1.1", "1.10"]);
        equal(Order::Apk, &["02.1-r01", "2.1-r1"]);
        no_place(
            Order::Apk,
            &["", "a", "1.", "1.0_foo", "1.0ab", "1.0-r", "1.0-1", "1.0-r1-r2", "1.0~", "1.0~xyz", "1.0A"],
        );
    }
}
