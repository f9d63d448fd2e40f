//! The order of dpkg. Source: Debian Policy, 5.6.12 "Version". And opam's.

use super::number::{Number, split_digits, split_while};

/// Field by field, as they are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Debian {
    epoch: Number,
    upstream: Vec<Piece>,
    /// Where there is none it is that of `0`.
    revision: Vec<Piece>,
}

/// Ordered as pieces of the same place are: a tilde comes before the end, a
/// letter before other characters. A run of characters is always followed by a
/// number, which is 0 where none is written; so a number that stands where
/// characters could stand says that the run is at its end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Tilde,
    End,
    Number(Number),
    Letter(char),
    Other(char),
}

impl Debian {
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (epoch, rest) = text.split_once(':').unwrap_or(("0", text));
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, "0"));
        let sound = |part: &str, others: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
        };
        if !sound(upstream, ".+-~:") || !sound(revision, ".+~") {
            return None;
        }
        Some(Self { epoch: Number::read(epoch)?, upstream: pieces(upstream), revision: pieces(revision) })
    }

    /// opam's, which has no epochs, takes any character, and compares what follows
    /// the last dash as a revision. Source: opam's manual, "Version ordering", and
    /// `OpamVersionCompare`.
    pub(super) fn opam(text: &str) -> Option<Self> {
        let (upstream, revision) = text.rsplit_once('-').unwrap_or((text, "0"));
        let sound = !text.is_empty() && text.bytes().all(|c| c.is_ascii_graphic());
        sound.then(|| Self { epoch: Number::ZERO, upstream: pieces(upstream), revision: pieces(revision) })
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (characters, after) = split_while(rest, |c| !c.is_ascii_digit());
        pieces.extend(characters.chars().map(|c| match c {
            '~' => Piece::Tilde,
            c if c.is_ascii_alphabetic() => Piece::Letter(c),
            c => Piece::Other(c),
        }));
        let (digits, after) = split_digits(after);
        pieces.push(Piece::Number(Number::of(digits)));
        rest = after;
    }
    pieces.push(Piece::End);
    pieces
}

#[cfg(test)]
mod tests {
    use super::super::Order;
    use super::super::tests::{ascending, equal, no_place};

    #[test]
    fn versions_are_ordered_as_policy_5_6_12_says() {
        ascending(Order::Debian, &["1.0~~", "1.0~~a", "1.0~", "1.0", "1.0a"]);
        ascending(Order::Debian, &["1.0~beta1~svn1245", "1.0~beta1", "1.0"]);
        ascending(
            Order::Debian,
            &[
                "1.2.3-1~bpo12+1",
                "1.2.3-1",
                "1.2.3-1ubuntu0.9",
                "1.2.3-1ubuntu0.22.04.10",
                "1.2.3-1+deb12u1",
                "1.2.3-1.1",
            ],
        );
        ascending(
            Order::Debian,
            &["1.2.3-1", "1.2.3-2", "1.2.3-10", "1.2.3a-1", "1.2.3+dfsg-1", "1.2.3.1-1", "1.2.10-1", "1:0.1"],
        );
    }

    #[test]
    fn zeros_and_what_is_left_out_make_no_difference() {
        equal(Order::Debian, &["1.0", "0:1.0", "1.0-0", "01.00-00"]);
        equal(Order::Debian, &["1.0a", "1.0a0", "1.0a-0"]);
        no_place(Order::Debian, &["", "1.0-", ":1", "a:1", "1.0 2", "1_0", "1:", "1.0-ä"]);
    }

    #[test]
    fn opam_has_no_epochs() {
        // opam.ocaml.org/doc/Manual.html, "Version ordering".
        ascending(
            Order::Opam,
            &["~~", "~", "~beta2", "~beta10", "0.1", "1.0~beta", "1.0", "1.0-test", "1.0.1", "1.0.10"],
        );
        ascending(Order::Opam, &["dev", "trunk"]);
        ascending(Order::Opam, &["1:0.9", "1:1.0", "2.0", "v0.9", "v0.15.1", "v0.16"]);
        equal(Order::Opam, &["4.14.0", "4.14.0-0", "4.014.0"]);
        no_place(Order::Opam, &["", "1.0 ", "1.0\u{7}"]);
    }
}
