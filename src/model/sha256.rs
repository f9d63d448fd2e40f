//! SHA-256, as `sha256sum` prints it.

use std::fmt;
use std::io::{self, Write};

use sha2::Digest;

/// A SHA-256 digest in 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Sha256(Box<str>);

impl Sha256 {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self::hex(&sha2::Sha256::digest(bytes))
    }

    /// The digest of all that can be read, which is not kept.
    ///
    /// # Errors
    /// The stream cannot be read.
    pub fn of_stream(mut stream: impl io::Read) -> io::Result<Self> {
        let mut hasher = Hasher(sha2::Sha256::new());
        io::copy(&mut stream, &mut hasher)?;
        Ok(Self::hex(&hasher.0.finalize()))
    }

    /// The digest of a value's JSON, which is not kept.
    pub(crate) fn of_json(value: &impl serde::Serialize) -> Result<Self, serde_json::Error> {
        let mut hasher = Hasher(sha2::Sha256::new());
        serde_json::to_writer(&mut hasher, value)?;
        Ok(Self::hex(&hasher.0.finalize()))
    }

    fn hex(bytes: &[u8]) -> Self {
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        Self(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect::<String>().into())
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

struct Hasher(sha2::Sha256);

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_sha256sum() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Sha256::of(b"abc").as_str(), abc);
        assert_eq!(Sha256::of_stream(b"abc".as_slice()).unwrap().as_str(), abc);
        assert_eq!(Sha256::of_json(&"abc").unwrap(), Sha256::of(b"\"abc\""));
    }
}
