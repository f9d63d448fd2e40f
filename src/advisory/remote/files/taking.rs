//! What a run over files has taken in so far, and what is gone from them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::advisory::remote::source::Reading;
use crate::advisory::store::{Items, StoreError};
use crate::limits::SYNC_CHUNK;
use crate::model::line_of_path;
use crate::net::Failure;

/// Files that are read before they are written.
const CHUNK: usize = 2_000;

/// Files in their order, in groups that are read at once: not too many, and not
/// too large together.
pub(super) fn chunks<T>(files: &[T], size: impl Fn(&T) -> u64) -> Vec<&[T]> {
    let (mut chunks, mut rest, mut count, mut bytes) = (Vec::new(), files, 0, 0_u64);
    for file in files {
        (count, bytes) = (count + 1, bytes.saturating_add(size(file)));
        if count >= CHUNK || bytes >= SYNC_CHUNK {
            let (chunk, after) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            chunks.push(chunk);
            (rest, count, bytes) = (after, 0, 0);
        }
    }
    chunks.extend((!rest.is_empty()).then_some(rest));
    chunks
}

/// A file by its path, and its records or why it cannot be read.
pub(super) type Read = (String, Result<Items, String>);

/// What a run has taken in so far.
#[derive(Default)]
pub(super) struct Taking {
    /// When the newest version of each record that came was changed, by its key.
    pub(super) newest: BTreeMap<String, Option<i64>>,
    /// The ids that each file holds.
    pub(super) held: Vec<(String, Vec<String>)>,
    /// How many records could not be read. What is wrong with them, and what
    /// they are called, may be unpublished.
    pub(super) unreadable: usize,
}

impl Taking {
    pub(super) fn take(&mut self, reading: &mut Reading<'_, '_>, read: Vec<Read>) -> Result<(), StoreError> {
        let mut records = Vec::new();
        for (place, incoming) in read {
            let (mut ids, mut whole) = (Vec::new(), true);
            let items = incoming.unwrap_or_else(|why| vec![Err(why)]);
            for item in items {
                let Ok(record) = item else {
                    whole = false;
                    self.unreadable += 1;
                    continue;
                };
                let key = record.key();
                ids.push(key.clone());
                // Of the copies that are there now the newest counts; what was
                // there before does not.
                let newest = self.newest.entry(key).or_insert(None);
                if *newest <= record.modified_at() {
                    *newest = record.modified_at();
                    records.push(record.standing());
                }
            }
            // A file that cannot be read still holds what it held.
            if whole {
                self.held.push((place, ids));
            }
        }
        reading.take_in(records)
    }

    pub(super) fn report(&self, reading: &mut Reading<'_, '_>, path: &Path) {
        if self.unreadable > 0 {
            let what = if self.unreadable == 1 { "a file".to_owned() } else { format!("{} files", self.unreadable) };
            let failure =
                Failure::lasting("it holds no record that can be read; `secnotes osv --check` says what is wrong");
            reading.lacks(format!("{what} at {}", line_of_path(path)), &failure);
        }
    }
}

/// Takes away what the files do not hold any more.
pub(super) fn forget(reading: &mut Reading<'_, '_>, kept: &BTreeSet<String>) -> Result<(), StoreError> {
    let known = reading.store.keys(&reading.name)?;
    let gone: Vec<String> = known.into_iter().filter(|key| !kept.contains(key)).collect();
    reading.counts += reading.store.remove_keys(&reading.name, &gone)?;
    Ok(())
}
