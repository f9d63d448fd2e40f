//! Maven's order. Source: maven.apache.org/pom.html, "Version Order
//! Specification", as `ComparableVersion` has it since 3.9.
//!
//! Where the two differ, for zeros that stand before a dash and a number, the
//! text rules: `1.0-1` is `1-1`.

use super::number::{Number, split_digits, split_while};

/// The pieces of a version, after which there is always `End`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Maven(Vec<Piece>);

/// Ordered as pieces of the same place are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    /// A qualifier that makes a pre-release, by its place in `BEFORE`.
    Before(usize),
    /// Nothing, or what says nothing.
    End,
    ServicePack,
    Word(String),
    Dashed(Number),
    Dotted(Number),
}

/// Qualifiers of pre-releases, in their order.
const BEFORE: [&str; 5] = ["alpha", "beta", "milestone", "rc", "snapshot"];

impl Maven {
    pub(super) fn read(text: &str) -> Option<Self> {
        let sound = !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
        sound.then(|| {
            let mut pieces = pieces(&text.to_lowercase());
            trim(&mut pieces);
            pieces.push(Piece::End);
            Self(pieces)
        })
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut rest, mut dashed) = (text, false);
    loop {
        let (digits, after_digits) = split_digits(rest);
        let after = if digits.is_empty() {
            let (word, after) = split_while(rest, |c| !c.is_ascii_digit() && c != '.' && c != '-');
            // Nothing between two separators is 0.
            let piece = if word.is_empty() { None } else { Some(qualifier(word, after)) };
            // A dot before a word counts as a dash: 1.0.0.RC1 comes before 1.0.0.
            if dashed || piece.is_some() {
                trim(&mut pieces);
            }
            pieces.push(piece.unwrap_or_else(|| number("", dashed)));
            after
        } else {
            if dashed {
                trim(&mut pieces);
            }
            pieces.push(number(digits, dashed));
            after_digits
        };
        let mut separator = after.chars();
        (dashed, rest) = match separator.next() {
            None => return pieces,
            Some('.') => (false, separator.as_str()),
            Some('-') => (true, separator.as_str()),
            // From digits to letters and back is a dash.
            Some(_) => (true, after),
        };
    }
}

fn number(digits: &str, dashed: bool) -> Piece {
    if dashed { Piece::Dashed(Number::of(digits)) } else { Piece::Dotted(Number::of(digits)) }
}

fn qualifier(word: &str, after: &str) -> Piece {
    let word = match word {
        // Only directly before a digit: `1-a1` is an alpha, `1-a` is not.
        "a" | "b" | "m" if after.starts_with(|c: char| c.is_ascii_digit()) => match word {
            "a" => "alpha",
            "b" => "beta",
            _ => "milestone",
        },
        "cr" => "rc",
        word => word,
    };
    match word {
        "final" | "ga" | "release" => Piece::End,
        "sp" => Piece::ServicePack,
        _ => match BEFORE.iter().position(|known| *known == word) {
            Some(place) => Piece::Before(place),
            None => Piece::Word(word.to_owned()),
        },
    }
}

/// Takes off what says nothing: `1.0.0-ga` is `1`.
fn trim(pieces: &mut Vec<Piece>) {
    let nothing = |piece: &Piece| match piece {
        Piece::End => true,
        Piece::Dashed(number) | Piece::Dotted(number) => *number == Number::ZERO,
        _ => false,
    };
    while pieces.last().is_some_and(nothing) {
        pieces.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::super::Order;
    use super::super::tests::{ascending, equal, no_place};

    #[test]
    fn versions_are_ordered_as_the_specification_of_maven_says() {
        ascending(
            Order::Maven,
            &[
                "1-alpha",
                "1-alpha2",
                "1-alpha10",
                "1-beta-1",
                "1-milestone-2",
                "1-cr2",
                "1-SNAPSHOT",
                "1",
                "1-sp",
                "1-foo2",
                "1-foo10",
                "1-x",
                "1-1",
                "1.1",
                "1.2-alpha-6",
                "1.2",
                "1.10",
            ],
        );
    }

    #[test]
    fn pre_releases_come_first_whether_a_dot_or_a_dash_stands_before_them() {
        ascending(
            Order::Maven,
            &["4.1.0.Alpha1", "4.1.0.Beta8", "4.1.0.CR1", "4.1.0.CR7", "4.1.0.Final", "4.1.1.Final"],
        );
        ascending(Order::Maven, &["2.0.0.M1", "2.0.0-M2", "2.0.0.RC1", "2.0.0.SNAPSHOT", "2.0.0"]);
        ascending(Order::Maven, &["31.0-alpha", "31.0", "31.0-android", "31.0-jre", "31.0.1-jre"]);
        ascending(Order::Maven, &["1-0.alpha", "1", "1.0.1"]);
    }

    #[test]
    fn what_says_nothing_counts_for_nothing() {
        equal(
            Order::Maven,
            &["1", "1.0", "1.0.0", "1-0", "1.0-0", "1-ga", "1.final", "1-FINAL", "1.0.0.RELEASE", "1.", "1-"],
        );
        equal(Order::Maven, &["1.0.0-foo.0.0", "1-foo", "1.foo", "1foo"]);
        equal(Order::Maven, &["1-a1", "1-alpha-1", "1.0alpha1", "1.alpha1"]);
        equal(Order::Maven, &["1.0.RC2", "1.0-cr2", "1-rc-2"]);
        equal(Order::Maven, &["1-1.foo-bar1baz-.1", "1-1.foo-bar-1-baz-0.1"]);
        no_place(Order::Maven, &["", "1.0 ", "[1.0,2.0)\n"]);
    }
}
