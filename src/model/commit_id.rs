//! Commit hashes, whole and abbreviated.

use std::fmt;

/// A whole SHA-1 commit hash.
///
/// Ordered by its bytes, which is the order of its hexadecimal text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId([u8; 20]);

/// The text is no whole commit hash: 40 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a commit hash of 40 hexadecimal digits", super::line(.0))]
pub struct NotACommitId(pub String);

impl CommitId {
    /// The hash of these 20 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The 20 bytes of the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// The first 64 bits, in which two commits hardly ever agree.
    pub(crate) const fn leading_bits(&self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    /// The first twelve digits, as Go's pseudo-versions and people write it.
    #[must_use]
    pub fn short(&self) -> String {
        let mut text = self.to_string();
        text.truncate(12);
        text
    }
}

impl std::str::FromStr for CommitId {
    type Err = NotACommitId;

    fn from_str(text: &str) -> Result<Self, NotACommitId> {
        let refuse = || NotACommitId(text.to_owned());
        let prefix = text.parse::<CommitPrefix>().map_err(|_| refuse())?;
        if prefix.digits == 40 { Ok(Self(prefix.bytes)) } else { Err(refuse()) }
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommitId({self})")
    }
}

impl serde::Serialize for CommitId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The first digits of a commit hash: between 7 and 40 of them.
///
/// Fewer than 7 digits name too many commits to be a reference, and too often
/// are a number or a word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitPrefix {
    bytes: [u8; 20],
    digits: u8,
}

impl CommitPrefix {
    /// The fewest digits taken for a reference to a commit.
    pub const MIN_DIGITS: usize = 7;

    /// Whether this abbreviates that hash.
    #[must_use]
    pub fn matches(&self, id: &CommitId) -> bool {
        let whole = usize::from(self.digits / 2);
        let (theirs, ours) = (id.as_bytes().split_at(whole), self.bytes.split_at(whole));
        theirs.0 == ours.0
            && (self.digits.is_multiple_of(2)
                || theirs.1.first().map(|byte| byte >> 4) == ours.1.first().map(|byte| byte >> 4))
    }

    /// Whether both may abbreviate one hash: the longer begins with the shorter.
    #[must_use]
    pub fn agrees(&self, other: &Self) -> bool {
        let (short, long) = if self.digits <= other.digits { (self, other) } else { (other, self) };
        short.matches(&long.lowest())
    }

    /// The lowest hash that this may abbreviate; in an ordered list all
    /// matches follow it.
    #[must_use]
    pub const fn lowest(&self) -> CommitId {
        CommitId(self.bytes)
    }

    /// How many digits there are.
    pub(crate) const fn digits(&self) -> u8 {
        self.digits
    }

    /// The abbreviation of so many digits, two a byte; none where they are too
    /// few or too many, or not as many as the bytes have.
    pub(crate) fn from_digits(packed: &[u8], digits: u8) -> Option<Self> {
        let fits =
            (Self::MIN_DIGITS..=40).contains(&usize::from(digits)) && packed.len() == usize::from(digits.div_ceil(2));
        let mut bytes = [0; 20];
        bytes.get_mut(..packed.len()).filter(|_| fits)?.copy_from_slice(packed);
        let last = bytes.get_mut(usize::from(digits / 2)).filter(|_| digits % 2 == 1);
        if let Some(last) = last {
            *last &= 0xf0;
        }
        Some(Self { bytes, digits })
    }

    /// The whole hash, if no digit is missing.
    #[must_use]
    pub fn whole(&self) -> Option<CommitId> {
        (self.digits == 40).then_some(CommitId(self.bytes))
    }
}

impl From<CommitId> for CommitPrefix {
    fn from(id: CommitId) -> Self {
        Self { bytes: id.0, digits: 40 }
    }
}

impl std::str::FromStr for CommitPrefix {
    type Err = NotACommitId;

    fn from_str(text: &str) -> Result<Self, NotACommitId> {
        let refuse = || NotACommitId(text.to_owned());
        if !(Self::MIN_DIGITS..=40).contains(&text.len()) {
            return Err(refuse());
        }
        let mut bytes = [0u8; 20];
        for (at, digit) in text.chars().enumerate() {
            let value = digit.to_digit(16).and_then(|value| u8::try_from(value).ok()).ok_or_else(refuse)?;
            let byte = bytes.get_mut(at / 2).ok_or_else(refuse)?;
            *byte |= if at % 2 == 0 { value << 4 } else { value };
        }
        let digits = u8::try_from(text.len()).map_err(|_| refuse())?;
        Ok(Self { bytes, digits })
    }
}

impl fmt::Display for CommitPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = CommitId(self.bytes).to_string();
        f.write_str(text.get(..usize::from(self.digits)).unwrap_or(&text))
    }
}

impl fmt::Debug for CommitPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommitPrefix({self})")
    }
}

#[cfg(test)]
#[allow(clippy::string_slice, reason = "the text is ASCII")]
mod tests {
    use super::*;

    const HASH: &str = "6a672503973bf7c687053e459bfff8a9652e16bf";

    #[test]
    fn a_whole_hash_reads_and_prints_the_same() {
        let id: CommitId = HASH.parse().unwrap();
        assert_eq!(id.to_string(), HASH);
        assert_eq!(HASH.to_uppercase().parse::<CommitId>().unwrap(), id);
        assert_eq!(id.short(), "6a672503973b");
        assert!(HASH[..39].parse::<CommitId>().is_err());
    }

    #[test]
    fn an_abbreviation_matches_at_even_and_odd_lengths() {
        let id: CommitId = HASH.parse().unwrap();
        for digits in 7..=40 {
            let prefix: CommitPrefix = HASH[..digits].parse().unwrap();
            assert!(prefix.matches(&id), "{digits}");
            assert_eq!(prefix.to_string(), HASH[..digits]);
            assert!(prefix.lowest() <= id);
        }
        for wrong in ["6a67250397", "6a672504", "6a6725038"] {
            let expected = HASH.starts_with(wrong);
            assert_eq!(wrong.parse::<CommitPrefix>().unwrap().matches(&id), expected, "{wrong}");
        }
    }

    #[test]
    fn short_or_foreign_text_is_no_abbreviation() {
        for text in ["", "6a6725", "6a6725zz", "äääääää", "6a672503973bf7c687053e459bfff8a9652e16bf0"] {
            assert!(text.parse::<CommitPrefix>().is_err(), "{text}");
        }
    }
}
