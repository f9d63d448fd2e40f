//! What a source is, and what all of them have at hand while they are read.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::client::Client;
use super::wanted::Wanted;
use crate::advisory::store::{Counts, Incoming, Missing, Packer, Page, SourceName, StoreError, Writer};
use crate::model::AdvisoryId;
use crate::net::{Failure, FailureKind};

/// No cache keeps a file for longer.
const STALE: i64 = 86_400;

/// What is known of an id is asked again after a day.
const FRESH: i64 = 86_400;

/// A source of advisories, with all that it has to know to be read.
pub(super) trait Source {
    /// What it is called in the store.
    fn name(&self) -> &SourceName;

    /// Reads what changed since the last time, or all that it has.
    fn read(&self, reading: &mut Reading<'_, '_>) -> Result<(), Stop>;

    /// Whether it lists drafts. Where such a list could not be read, any id that
    /// commits name may be a draft's.
    fn lists_drafts(&self) -> bool {
        false
    }
}

/// Some sources, as they are configured.
pub(super) type Configured<'s> = Vec<Box<dyn Source + 's>>;

/// Why a source was not read to its end.
pub(super) enum Stop {
    Source(Missing, FailureKind),
    Store(StoreError),
}

impl Stop {
    /// What is missing where a source stops, and why.
    pub(super) fn at(what: impl Into<String>, failure: &Failure) -> Self {
        Self::Source(Missing { what: what.into(), why: failure.what.clone(), id: None }, failure.kind)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A source that is being read.
pub(super) struct Reading<'s, 'o> {
    pub(super) store: &'s mut Writer,
    pub(super) client: &'s Client<'o>,
    pub(super) wanted: &'s Wanted,
    pub(super) name: SourceName,
    pub(super) counts: Counts,
    pub(super) missing: Vec<Missing>,
    /// Ids of unpublished advisories that could not be read.
    pub(super) hushed: &'s mut BTreeSet<AdvisoryId>,
    /// Whether a list that names drafts could not be read: then any id may be a draft's.
    pub(super) blind: bool,
    /// Whether it has a record that does not even say what it is called.
    pub(super) unnamed: bool,
    /// All sources of this sync but this one.
    pub(super) others: Vec<SourceName>,
}

impl Reading<'_, '_> {
    /// The ids that commits name and that others may be asked about: whoever is
    /// asked about an unpublished one learns of it.
    pub(super) fn named(&self) -> Result<BTreeSet<AdvisoryId>, Stop> {
        let mut ids = BTreeSet::new();
        if self.blind && !self.wanted.ids.is_empty() {
            let why = "the list of the repository's own advisories could not be read, and any of these ids may be an \
                       unpublished one's, of which others are not asked";
            return Err(Stop::at("ids that commits name", &Failure::lasting(why)));
        }
        for id in self.wanted.ids.iter().filter(|id| !self.hushed.contains(id)) {
            if !self.store.is_private(id)? {
                ids.insert(id.clone());
            }
        }
        Ok(ids)
    }

    /// Takes records in.
    pub(super) fn take_in(&mut self, records: Vec<Incoming>) -> Result<(), StoreError> {
        self.counts += self.store.take_in(&self.name, records)?;
        let Counts { added, changed, unchanged, .. } = self.counts;
        self.client.observer.records(added + changed + unchanged, None);
        Ok(())
    }

    /// Lets whoever reads an archive pack what it reads.
    pub(super) fn pack_ahead(&self, packer: &OnceLock<Arc<Packer>>) {
        if packer.get().is_none()
            && let Some(known) = self.store.known_packer(&self.name)
        {
            let _ = packer.set(known);
        }
    }

    /// Whether a page was asked for so lately that it need not be again.
    pub(super) fn is_fresh(&self, page: &Page) -> bool {
        self.client.now.saturating_sub(page.checked) < FRESH
    }

    /// Whether another source of this sync has a record of an id.
    pub(super) fn has_elsewhere(&self, id: &AdvisoryId) -> Result<bool, StoreError> {
        self.store.has(id, &self.others)
    }

    /// A record that its source's list says changed at a time. A copy that is
    /// older than that is a cache's: it is taken, and asked for again, for as long
    /// as caches keep something. After that the list is wrong.
    pub(super) fn as_new(&mut self, record: Incoming, listed: Option<i64>) -> Result<Option<Incoming>, StoreError> {
        let Some(listed) = listed.filter(|listed| record.modified_at() < Some(*listed)) else {
            return Ok(Some(record));
        };
        let key = format!("older {}", record.id());
        let before = self.store.page(&self.name, &key)?;
        let page = Page { digest: Some(record.digest()), checked: self.client.now, ..Page::default() };
        let known = before.filter(|before| before.digest == page.digest);
        let since = known.as_ref().map_or(self.client.now, |known| known.checked);
        if self.client.now.saturating_sub(since) >= STALE {
            return Ok(Some(record.listed(listed)));
        }
        if known.is_none() {
            self.store.set_page(&self.name, &key, &page)?;
        }
        let why = "an older version came than the list names, as from a cache; sync again";
        self.lacks_record(Some(record.id().clone()), "as it is now", why);
        Ok(Some(record))
    }

    /// Notes something that could not be read, and goes on.
    pub(super) fn lacks(&mut self, what: impl Into<String>, failure: &Failure) {
        self.missing.push(Missing { what: what.into(), why: failure.what.clone(), id: None });
    }

    /// Notes one record that could not be read, and goes on.
    pub(super) fn lacks_record(&mut self, id: Option<AdvisoryId>, place: &str, why: &str) {
        let what = id.as_ref().map_or_else(|| format!("a record {place}"), |id| format!("{id} {place}"));
        self.missing.push(Missing { what, why: why.to_owned(), id });
    }
}
