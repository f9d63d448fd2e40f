//! Versions of releases, and the order that tags have.

use std::cmp::Ordering;
use std::fmt;

/// The version of a release, as its tag writes it: numbers, perhaps a
/// pre-release part, perhaps build metadata.
///
/// This orders a project's own tags, in the spellings that real tag sets mix
/// (`1.2`, `1.2.0`, `2.1-alpha0`, `1.0.0rc1`, `8_1_0`). It is no ecosystem's
/// order: matching a dependency's version against a range needs that
/// ecosystem's own.
#[derive(Clone, Debug)]
pub struct Version {
    text: Box<str>,
    numbers: Vec<u64>,
    suffix: Suffix,
}

/// What follows the numbers. The variants are in their order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Suffix {
    Pre(String),
    Final,
    Post(String),
}

/// The text is no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a version: it has to begin with a number", super::line(.0))]
pub struct NotAVersion(pub String);

/// Suffixes that come after the release that they follow; every other suffix
/// (`-rc1`, `-alpha.2`, `-test`, `.dev3`) comes before it.
const AFTER_RELEASE: [&str; 9] = ["post", "patch", "p", "pl", "sp", "hotfix", "r", "rev", "update"];

/// Suffixes that say nothing: Java's and others' names for a plain release.
const PLAIN: [&str; 7] = ["final", "ga", "release", "stable", "lts", "incompatible", "community"];

impl Version {
    /// The version as it is written, without the tag's prefix.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The leading numbers: `[1, 2, 0]` for `1.2.0-rc1`.
    #[must_use]
    pub fn numbers(&self) -> &[u64] {
        &self.numbers
    }

    /// Whether this comes before the release it is named after.
    #[must_use]
    pub const fn is_prerelease(&self) -> bool {
        matches!(self.suffix, Suffix::Pre(_))
    }

    /// The number at a place, 0 where the text ends before: 1.2 is 1.2.0.
    #[must_use]
    pub fn number(&self, place: usize) -> u64 {
        self.numbers.get(place).copied().unwrap_or(0)
    }
}

impl std::str::FromStr for Version {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let refuse = || NotAVersion(text.chars().take(80).collect());
        let sound = text.len() <= 128 && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-_+~!".contains(c));
        if !sound {
            return Err(refuse());
        }
        let version = text.split_once('+').map_or(text, |(version, _build)| version);
        let mut rest = version;
        let mut numbers = Vec::new();
        loop {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (number, after) = rest.split_at(digits);
            numbers.push(number.parse::<u64>().map_err(|_| refuse())?);
            rest = after;
            // 8_1_0 is curl's spelling; a dash begins a suffix (1.2-3 is a pre-release in semver).
            match after.strip_prefix(['.', '_']) {
                Some(next) if next.starts_with(|c: char| c.is_ascii_digit()) => rest = next,
                _ => break,
            }
        }
        let suffix = Suffix::read(rest);
        Ok(Self { text: text.into(), numbers, suffix })
    }
}

impl Suffix {
    fn read(text: &str) -> Self {
        let text = text.trim_start_matches(['-', '.', '_', '~']);
        let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
        let word = word.to_ascii_lowercase();
        if text.is_empty() || PLAIN.contains(&word.as_str()) {
            Self::Final
        } else if AFTER_RELEASE.contains(&word.as_str()) {
            Self::Post(text.to_ascii_lowercase())
        } else {
            Self::Pre(text.to_ascii_lowercase())
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Pre(_) => 0,
            Self::Final => 1,
            Self::Post(_) => 2,
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Final => "",
            Self::Pre(text) | Self::Post(text) => text,
        }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let longest = self.numbers.len().max(other.numbers.len());
        (0..longest)
            .map(|place| self.number(place).cmp(&other.number(place)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
            .then_with(|| self.suffix.rank().cmp(&other.suffix.rank()))
            .then_with(|| compare_naturally(self.suffix.text(), other.suffix.text()))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl serde::Serialize for Version {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn tags_of_real_projects_order_as_they_were_cut() {
        let ordered = [
            "0.2.1",
            "1.0.0-alpha",
            "1.0.0-rc.0",
            "1.0.0",
            "1.0.0.post1",
            "1.9.0-alpha0",
            "1.10.0-rc0",
            "1.10.0",
            "2.0.0-rc1",
            "2.0.0",
            "2.1-alpha0",
            "2.1.0-alpha1",
            "2.1.0-rc2",
            "2.1.0-rc10",
            "2.1.0",
            "2.1.1",
            "8_1_0",
            "8.2.0",
        ];
        for pair in ordered.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
        }
        assert_eq!(version("1.2"), version("1.2.0"));
        assert_eq!(version("5.3.0.Final"), version("5.3.0"));
        assert_eq!(version("1.0.0rc1"), version("1.0.0-rc.1"));
        assert_eq!(version("20.10.7+incompatible"), version("20.10.7"));
    }

    #[test]
    fn prereleases_are_known_by_their_suffix() {
        for text in ["1.0.0-rc1", "3.3.0-test", "1.0a1", "2.0.0.dev3", "0.0.0-20260219090056-6a672503973b"] {
            assert!(version(text).is_prerelease(), "{text}");
        }
        for text in ["1.0.0", "1.0.0.post1", "1.0.0+build.5", "5.3.0.Final", "9.1p1"] {
            assert!(!version(text).is_prerelease(), "{text}");
        }
    }

    #[test]
    fn text_that_begins_with_no_number_is_refused() {
        for text in ["", "v1.0", "-1", ".5", "1.0 beta", "99999999999999999999999.1", "1.0\u{202e}"] {
            assert!(text.parse::<Version>().is_err(), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_order_is_total(a in "[0-9]{1,3}(\\.[0-9]{1,2}){0,3}([-.]?[a-z]{0,5}[0-9]{0,3})?",
                              b in "[0-9]{1,3}(\\.[0-9]{1,2}){0,3}([-.]?[a-z]{0,5}[0-9]{0,3})?",
                              c in "[0-9]{1,3}(\\.[0-9]{1,2}){0,3}([-.]?[a-z]{0,5}[0-9]{0,3})?") {
            let (a, b, c) = (version(&a), version(&b), version(&c));
            assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            if a <= b && b <= c {
                assert!(a <= c);
            }
        }
    }
}
