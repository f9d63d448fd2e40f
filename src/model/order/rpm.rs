//! The order of RPM packages. Source: rpm-version(7), "rpmvercmp".
//!
//! The crate `rpm-version` orders 2 of 165 of osv-scalibr's pairs otherwise than RPM does.

use super::number::{Number, split_digits, split_while};

/// Field by field, as they are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rpm {
    epoch: Number,
    version: Vec<Piece>,
    /// None comes first. RPM itself asks nobody for a release where one side
    /// has none, which would make no order.
    release: Option<Vec<Piece>>,
}

/// Ordered as pieces of the same place are. Whatever else stands in a version
/// only parts them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Tilde,
    End,
    Caret,
    Letters(String),
    Number(Number),
}

impl Rpm {
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        // An epoch is digits: whatever else stands before a colon is the version's.
        let (epoch, rest) = match text.split_once(':').map(|(epoch, rest)| (Number::read(epoch), rest)) {
            Some((Some(epoch), rest)) => (epoch, rest),
            _ => (Number::ZERO, text),
        };
        let (version, release) =
            rest.rsplit_once('-').map_or((rest, None), |(version, release)| (version, Some(release)));
        // Letters outside of ASCII part the pieces, as any sign does.
        if rest.contains(|c: char| c.is_whitespace() || c.is_control())
            || !version.contains(|c: char| c.is_ascii_alphanumeric())
        {
            return None;
        }
        Some(Self { epoch, version: pieces(version), release: release.map(pieces) })
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (piece, after) = match first {
            '0'..='9' => {
                let (digits, after) = split_digits(rest);
                (Some(Piece::Number(Number::of(digits))), after)
            }
            'a'..='z' | 'A'..='Z' => {
                let (letters, after) = split_while(rest, |c| c.is_ascii_alphabetic());
                (Some(Piece::Letters(letters.to_owned())), after)
            }
            other => {
                let piece = match other {
                    '~' => Some(Piece::Tilde),
                    '^' => Some(Piece::Caret),
                    _ => None,
                };
                (piece, rest.strip_prefix(other).unwrap_or_default())
            }
        };
        pieces.extend(piece);
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
    fn versions_are_ordered_as_rpm_version_says() {
        ascending(
            Order::Rpm,
            &["1.0~~", "1.0~", "1.0~rc1", "1.0~rc2", "1.0", "1.0^", "1.0^git1", "1.0^git2", "1.0a", "1.0.1", "1.1"],
        );
        ascending(Order::Rpm, &["5.5p1", "5.5p2", "5.5p10", "5.6p1"]);
        ascending(Order::Rpm, &["a", "xyz", "10xyz", "10.1xyz", "10001"]);
        ascending(
            Order::Rpm,
            &["1.0.2k-16.el7", "1.0.2k-16.el7_4.1", "1.0.2k-25.el7_9", "1.1.1-1", "1:1.0.2k-16.el7", "2:0.1"],
        );
    }

    #[test]
    fn what_only_parts_the_pieces_makes_no_difference() {
        equal(Order::Rpm, &["2.0.1", "0:2_0_1", "2.0..1", "2.00.01", "2.0.1."]);
        equal(Order::Rpm, &["2a1-1", "2.a.1-01", "0:2a1-1"]);
        ascending(Order::Rpm, &["1.0", "1.0-1", "1.0-1.fc40", "1.0-2"]);
        equal(Order::Rpm, &["1.1.α", "1.1.β", "1.1"]);
        ascending(Order::Rpm, &["a:1", "b:0", "(none):1.0", "1:0"]);
        no_place(Order::Rpm, &["", "-", "...", "1.0 a", "1.0\u{7}"]);
    }
}
