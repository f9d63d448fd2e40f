//! The feed that is published, as far as it has to be looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;
use std::time::SystemTime;

use rayon::prelude::*;

use super::error::FeedError;
use crate::advisory::Budget;
use crate::emit::feed::{INDEX_FILE, Index, Item};
use crate::files::{Enclosure, Place};
use crate::limits::FEED_INDEX;
use crate::model::Sha256;

/// A published feed.
///
/// Its index is believed, and of the files only size and time are looked at: a
/// file that is not younger than the index was there when the index was
/// written, which comes last. What is younger, as after a hand edit or in a
/// fresh clone, is read and compared by its digest.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// The folder, and what a link in it may lead to; none where there is no folder.
    walls: Option<Enclosure>,
    /// Its index; none where there is no feed yet.
    pub(super) index: Option<Index>,
    /// Names of files that are missing or not what the index says.
    pub(super) damaged: BTreeSet<String>,
    /// Names that are not the feed's: they stay where they are.
    pub(super) foreign: Vec<OsString>,
}

/// What the index says of a file.
type Expected<'i> = (u64, &'i Sha256);

impl Folder {
    /// Looks at a folder; `verify` reads every file of it.
    pub(super) fn open(path: &Path, verify: bool) -> Result<Self, FeedError> {
        let index_path = path.join(INDEX_FILE);
        let walls = match Enclosure::of_folder(path) {
            Ok(walls) => walls,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(FeedError::files("read", path)(error)),
        };
        let index = match Place::Enclosed(walls.path(INDEX_FILE)).read(FEED_INDEX) {
            Ok(bytes) => {
                let budget = Budget::default();
                budget.fits(&bytes)?;
                let wrong = |source| FeedError::Index { path: index_path.clone(), source };
                Some(Index::read(&bytes).map_err(wrong)?)
            }
            Err(error) if error.is_missing() => None,
            Err(error) => return Err(error.into()),
        };
        let mut folder = Self { walls: Some(walls), index, ..Self::default() };
        let entries = match std::fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(folder),
            Err(error) => return Err(FeedError::files("read", path)(error)),
        };
        let mut expected = folder.expected();
        let written = std::fs::symlink_metadata(&index_path).and_then(|found| found.modified()).ok();
        let (mut damaged, mut foreign, mut doubtful) = (BTreeSet::new(), Vec::new(), Vec::new());
        for entry in entries {
            let entry = entry.map_err(FeedError::files("read", path))?;
            let name = entry.file_name();
            let Some((name, known)) = name.to_str().and_then(|name| expected.remove_entry(name)) else {
                if folder.index.is_none() || name != INDEX_FILE {
                    foreign.push(name);
                }
                continue;
            };
            let found = entry.metadata().map_err(FeedError::files("read", entry.path()))?;
            if !found.is_file() || found.len() != known.0 {
                damaged.insert(name);
            } else if verify || is_younger(found.modified().ok(), written) {
                doubtful.push((name, known));
            }
        }
        // What was not seen is not there.
        damaged.extend(expected.into_keys());
        let wrong = doubtful.into_par_iter().filter_map(|(name, (_, digest))| {
            // Its size is what the index says, and that may be anything.
            let file = Place::Enclosed(folder.walls.as_ref()?.path(&name)).open();
            let found = file.ok().and_then(|file| Sha256::of_stream(file).ok());
            (found.as_ref() != Some(digest)).then_some(name)
        });
        damaged.extend(wrong.collect::<Vec<String>>());
        foreign.sort_unstable();
        (folder.damaged, folder.foreign) = (damaged, foreign);
        Ok(folder)
    }

    fn expected(&self) -> BTreeMap<String, Expected<'_>> {
        let index = self.index.iter();
        let records = index.clone().flat_map(|index| &index.records);
        let records = records.map(|item| (item.file_name(), (item.size, &item.sha256)));
        let files = index.flat_map(|index| &index.files);
        records.chain(files.map(|(name, file)| (name.clone(), (file.size, &file.sha256)))).collect()
    }

    /// The record of an id, if it is published.
    pub(super) fn find(&self, id: &str) -> Option<&Item> {
        self.index.as_ref()?.find(id)
    }

    /// Whether the file of a record is not what the index says.
    pub(super) fn is_damaged(&self, item: &Item) -> bool {
        !self.damaged.is_empty() && self.damaged.contains(&item.file_name())
    }

    /// Whether a file of the feed has these bytes already.
    pub(super) fn has(&self, name: &str, bytes: &[u8]) -> bool {
        let known = self.index.as_ref().and_then(|index| index.files.get(name));
        !self.damaged.contains(name) && known.is_some_and(|known| known.sha256 == Sha256::of(bytes))
    }

    /// The published bytes of a record.
    pub(super) fn read(&self, item: &Item) -> Result<Vec<u8>, FeedError> {
        let unexpected = || FeedError::Unexpected(item.id.clone());
        let walls = self.walls.as_ref().ok_or_else(unexpected)?;
        let bytes = Place::Enclosed(walls.path(item.file_name())).read(item.size)?;
        if Sha256::of(&bytes) == item.sha256 { Ok(bytes) } else { Err(unexpected()) }
    }
}

fn is_younger(file: Option<SystemTime>, index: Option<SystemTime>) -> bool {
    match (file, index) {
        (Some(file), Some(index)) => file > index,
        _ => true,
    }
}
