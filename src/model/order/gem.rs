//! The order of RubyGems. Source: the documentation of `Gem::Version`.

use std::cmp::Ordering;

use super::number::{Number, split_digits, split_while};

/// The segments of a version. None stands at the end that is zero, so that two
/// versions are equal where their segments are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gem(Vec<Segment>);

/// A word makes a pre-release, and comes before every number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Word(String),
    Number(Number),
}

static ZERO: Segment = Segment::Number(Number::ZERO);

impl Gem {
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if !is_sound(text) {
            return None;
        }
        let mut segments = Vec::new();
        let spelled = text.replace('-', ".pre.");
        for part in spelled.split('.') {
            let mut rest = part;
            while !rest.is_empty() {
                let (digits, after) = split_digits(rest);
                rest = if digits.is_empty() {
                    let (word, after) = split_while(rest, |c| !c.is_ascii_digit());
                    // `1.0.0.a` is `1.a`: zeros before the first word go as those at the end do.
                    if !segments.iter().any(|segment| matches!(segment, Segment::Word(_))) {
                        trim(&mut segments);
                    }
                    segments.push(Segment::Word(word.to_owned()));
                    after
                } else {
                    segments.push(Segment::Number(Number::of(digits)));
                    after
                };
            }
        }
        trim(&mut segments);
        Some(Self(segments))
    }

    fn segment(&self, index: usize) -> &Segment {
        self.0.get(index).unwrap_or(&ZERO)
    }
}

fn trim(segments: &mut Vec<Segment>) {
    while segments.last() == Some(&ZERO) {
        segments.pop();
    }
}

/// Whether this is a version: parts of letters and digits, the first a number,
/// and perhaps a dash, after which dashes may stand anywhere.
fn is_sound(text: &str) -> bool {
    let (release, rest) = text.split_once('-').map_or((text, None), |(release, rest)| (release, Some(rest)));
    let part = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_alphanumeric());
    let dashed = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-');
    let first = release.split('.').next().unwrap_or_default();
    Number::read(first).is_some() && release.split('.').all(part) && rest.is_none_or(|rest| rest.split('.').all(dashed))
}

impl Ord for Gem {
    /// The shorter goes on with zeros: `1.a.0.b` comes before `1.a`.
    fn cmp(&self, other: &Self) -> Ordering {
        let longest = self.0.len().max(other.0.len());
        let mut orders = (0..longest).map(|index| self.segment(index).cmp(other.segment(index)));
        orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Gem {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Order;
    use super::super::tests::{ascending, equal, no_place};

    #[test]
    fn gems_are_ordered_as_their_documentation_says() {
        ascending(Order::RubyGems, &["0.9", "1.0.a.2", "1.0.b1", "1.0.b10", "1.0.rc1", "1.0", "1.0.1", "1.9"]);
        ascending(
            Order::RubyGems,
            &["1.8.2.a", "1.8.2.a9", "1.8.2.a10", "1.8.2.b", "1.8.2", "1.9.a", "1.9.3", "1.9.10"],
        );
        ascending(Order::RubyGems, &["1.a.0.b", "1.a", "1.a.0.1", "1.a.1", "1"]);
        equal(Order::RubyGems, &["1", "1.0", "1.0.0", "01.0", " 1 "]);
        equal(Order::RubyGems, &["1.0.0.a", "1.a", "1.a.0", "1.0a"]);
        equal(Order::RubyGems, &["1.0.0-rc1", "1.0.0.pre.rc1", "1-rc1"]);
        no_place(
            Order::RubyGems,
            &[
                "",
                "junk",
                "1.0\n2.0",
                "1..2",
                "1.2 3.4",
                "2.3422222.222.222222222.22222.ads0as.dasd0.ddd2222.2.qd3e.",
                "-1",
            ],
        );
    }

    #[test]
    fn dates_are_numbers_though_they_are_long() {
        // The case of gems that are built from snapshots: 32 bits do not hold it.
        ascending(
            Order::RubyGems,
            &["1.0.1", "1.0.20110131120940", "1.0.20120131120940", "1.0.99999999999999999999999"],
        );
    }
}
