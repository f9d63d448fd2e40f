//! Versions of releases, and the order that tags have.

mod natural;
mod suffix;

pub(crate) use natural::compare_naturally;

use std::cmp::Ordering;
use std::fmt;

use suffix::{BEFORE_RELEASE, Suffix, first_word, is_before, is_development, is_revision};

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

/// The text is no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a version: it has to begin with a number", crate::model::line(.0))]
pub struct NotAVersion(pub String);

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
        matches!(self.suffix, Suffix::Pre(_) | Suffix::Development | Suffix::Post(_, Some(_)))
    }

    /// Whether what follows the numbers is nothing, or a word that tags use for a
    /// release or for what comes before or after it.
    pub(crate) fn has_known_suffix(&self) -> bool {
        match &self.suffix {
            Suffix::Final | Suffix::Development | Suffix::Post(..) => true,
            Suffix::Pre(text) => is_before(text),
        }
    }

    /// The word that makes this a pre-release, where nobody but the project knows
    /// what it means: `foss` of `1.2.0-foss`, `v` of Jetty's `9.4.0.v20161207`.
    pub(crate) fn unknown_word(&self) -> Option<&str> {
        let Suffix::Pre(text) = &self.suffix else { return None };
        let word = text.get(..first_word(text))?;
        let known = word.is_empty() || BEFORE_RELEASE.contains(&word) || is_before(text);
        (!known).then_some(word)
    }

    /// This version as the release of its numbers.
    pub(crate) fn into_final(self) -> Self {
        Self { suffix: Suffix::Final, ..self }
    }

    /// This version where its unknown word says nothing: what follows the word counts.
    pub(crate) fn without_word(self) -> Self {
        let suffix = match &self.suffix {
            Suffix::Pre(text) => match Suffix::read(text.get(first_word(text)..).unwrap_or_default()) {
                // `.v20161207`, `-build20210225`: the day of the release.
                Suffix::Pre(rest) if rest.chars().all(|c| c.is_ascii_digit()) => Suffix::Post(rest, None),
                suffix => suffix,
            },
            suffix => suffix.clone(),
        };
        Self { suffix, ..self }
    }

    /// This version as one that came after the release of its numbers. What
    /// everybody calls a pre-release is still one: zsh's 5.0.0-test-1 came after
    /// 5.0.0, and before 5.0.1.
    pub(crate) fn into_later(self) -> Self {
        let text = self.suffix.text().to_owned();
        let begins = text.get(..first_word(&text)).is_some_and(|word| BEFORE_RELEASE.contains(&word));
        let suffix = if begins || is_before(&text) { Suffix::Development } else { Suffix::Post(text, None) };
        Self { suffix, ..self }
    }

    /// The single letter of a beta or a build (`4.1-b12`), of which tags show what it means.
    pub(crate) fn doubtful_letter(&self) -> Option<&str> {
        let Suffix::Pre(text) = &self.suffix else { return None };
        text.get(..first_word(text)).filter(|word| matches!(*word, "a" | "b" | "c"))
    }

    /// Whether this is a packager's revision 0: `7.1.0-0`.
    pub(crate) fn is_revision_zero(&self) -> bool {
        matches!(&self.suffix, Suffix::Pre(text) if text == "0")
    }

    /// Whether this is a packager's revision: `7.1.0-47`.
    pub(crate) fn is_revision(&self) -> bool {
        matches!(&self.suffix, Suffix::Post(text, None) if is_revision(text))
    }

    /// Whether this stands for whatever is newest: `0.14.x`, `1.19-latest`.
    pub(crate) fn is_moving(&self) -> bool {
        matches!(&self.suffix, Suffix::Pre(text) if matches!(text.as_str(), "x" | "latest" | "current" | "head"))
    }

    /// This version as one that came before the release of its numbers.
    pub(crate) fn into_prerelease(self) -> Self {
        Self { suffix: Suffix::Pre(self.suffix.text().to_owned()), ..self }
    }

    /// Whether this is the release of its numbers itself.
    pub(crate) const fn is_final(&self) -> bool {
        matches!(self.suffix, Suffix::Final)
    }

    /// Whether both are spelled alike, but for case and a leading `v`: versions
    /// that are equal in their order may differ in build metadata.
    #[must_use]
    pub fn is_spelled_as(&self, other: &Self) -> bool {
        self.text.eq_ignore_ascii_case(&other.text)
    }

    /// The build metadata: `rke2r1` of `1.24.10+rke2r1`. It has no part in the order.
    #[must_use]
    pub fn build(&self) -> &str {
        self.text.split_once('+').map_or("", |(_, build)| build)
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
        let (numbers, rest) = numbers(version).ok_or_else(refuse)?;
        let build = text.get(version.len() + 1..).unwrap_or_default().to_ascii_lowercase();
        let suffix = match Suffix::read(rest) {
            // OCaml's Dune writes 3.0+alpha, and semantic versioning would not order it.
            Suffix::Final if is_before(&build) => Suffix::Pre(build),
            Suffix::Final if is_development(version, &numbers) => Suffix::Development,
            suffix => suffix,
        };
        Ok(Self { text: text.into(), numbers, suffix })
    }
}

/// The numbers that a text begins with, and what follows them. `8_1_0` is
/// curl's spelling; `2-13-2` is FreeType's, where a dash elsewhere begins a suffix.
fn numbers(text: &str) -> Option<(Vec<u64>, &str)> {
    let parted_by = |separators: &'static [char]| {
        let (mut numbers, mut rest) = (Vec::new(), text);
        loop {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (number, after) = rest.split_at(digits);
            numbers.push(number.parse::<u64>().ok()?);
            rest = after;
            match after.strip_prefix(separators) {
                Some(next) if next.starts_with(|c: char| c.is_ascii_digit()) => rest = next,
                _ => return Some((numbers, rest)),
            }
        }
    };
    let dotted = parted_by(&['.', '_'])?;
    if dotted.0.len() > 1 {
        return Some(dotted);
    }
    // `3-2.13.0` is no version of four numbers: the first belongs to a name.
    parted_by(&['-']).filter(|(numbers, rest)| numbers.len() > 2 && !rest.starts_with(['.', '_'])).or(Some(dotted))
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
            .then_with(|| match (self.suffix.beta(), other.suffix.beta()) {
                (Some(a), Some(b)) => compare_naturally(a, b),
                // r15b1 came before r15.
                (a, b) => b.is_some().cmp(&a.is_some()),
            })
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
            "2.1.0-r15b1",
            "2.1.0-r15",
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
        for text in [
            "1.0.0-rc1",
            "3.3.0-test",
            "1.0a1",
            "2.0.0.dev3",
            "0.0.0-20260219090056-6a672503973b",
            "17.03.0-ce-rc1",
            "5.0.0.M1",
            "4.1.0.CR1",
            "1.0~1",
            "3.0.0-0",
            "3.0.0-0.1",
            "3.0+alpha",
            "0.7.4.9001",
            "6.14_001",
        ] {
            assert!(version(text).is_prerelease(), "{text}");
        }
        for text in ["1.0.0", "1.0.0.post1", "1.0.0+build.5", "5.3.0.Final", "9.1p1", "1.0.1a", "0.9.8zh", "7.1.1-47"]
            .into_iter()
            .chain(["17.03.0-ce", "2.4.1-lts", "5.0.0.RELEASE", "5.0.0.SR2", "1.2-r2", "1.3.0-security1", "9_6_P1"])
        {
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
