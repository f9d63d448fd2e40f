//! A record on its way into the store.

use super::terms::{self, Term};
use crate::advisory::{SourceRecord, read_record};
use crate::model::{AdvisoryId, Timestamp};

/// A record as it was fetched, and what the store keeps beside it.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Its id.
    pub(super) id: AdvisoryId,
    /// When it was last changed, or its source says it was: seconds since 1970.
    pub(super) modified: Option<i64>,
    /// Whose record of this id it is: a repository's own advisory and the
    /// database's record of it have the same id.
    pub(super) variant: String,
    /// Whether it is unpublished.
    pub(super) private: bool,
    /// Whether it stands, even where the store has a newer one.
    pub(super) stands: bool,
    pub(super) digest: [u8; 16],
    /// Its text, as it was fetched or as it will be kept.
    pub(super) raw: Vec<u8>,
    /// The dictionary that the text is packed with already.
    pub(super) packed: Option<i64>,
    pub(super) terms: Vec<Term>,
}

impl Incoming {
    /// Reads one record of a source: OSV's, or a GitHub advisory.
    ///
    /// # Errors
    /// It is none. The text says what is wrong, and nothing of what is in it.
    pub fn read(raw: Vec<u8>) -> Result<Self, String> {
        let record = read_record(&raw, "")?;
        Ok(Self::of(&record, raw))
    }

    pub(crate) fn of(record: &SourceRecord, raw: Vec<u8>) -> Self {
        let modified = record.record.modified.text().map(Timestamp::new);
        Self {
            id: record.id.clone(),
            modified: modified.and_then(|modified| modified.unix()).map(|(seconds, _)| seconds),
            variant: record.repository.as_ref().map(ToString::to_string).unwrap_or_default(),
            private: record.disclosure.is_private(),
            stands: false,
            digest: digest(&raw),
            terms: terms::of(record),
            raw,
            packed: None,
        }
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> &AdvisoryId {
        &self.id
    }

    /// Half of the SHA-256 of its text.
    #[must_use]
    pub const fn digest(&self) -> [u8; 16] {
        self.digest
    }

    /// Whether it is unpublished.
    #[must_use]
    pub const fn is_private(&self) -> bool {
        self.private
    }

    /// What tells it from other records of its source: its id, and for a
    /// repository's own advisory the repository.
    #[must_use]
    pub fn key(&self) -> String {
        if self.variant.is_empty() { self.id.to_string() } else { format!("{}|{}", self.id, self.variant) }
    }

    /// When it was last changed: seconds since 1970.
    #[must_use]
    pub const fn modified_at(&self) -> Option<i64> {
        self.modified
    }

    /// The same, which stands even where the store has a newer version of it.
    #[must_use]
    pub fn standing(mut self) -> Self {
        self.stands = true;
        self
    }

    /// The same, known to its source's list as changed then.
    #[must_use]
    pub fn listed(mut self, at: i64) -> Self {
        self.modified = self.modified.max(Some(at));
        self
    }
}

/// The first half of SHA-256: enough to tell versions of one record apart, and
/// nobody gains by making two alike.
pub(crate) fn digest(bytes: &[u8]) -> [u8; 16] {
    use sha2::Digest;
    let whole = sha2::Sha256::digest(bytes);
    let mut half = [0; 16];
    half.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
    half
}
