//! Writes into the store: one process at a time, each change whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::OptionalExtension;

use super::database::Database;
use super::error::StoreError;
use super::files::{PRIVATE, PUBLIC};
use super::incoming::Incoming;
use super::opening::{Notice, lock, make_folder, open, open_private};
use super::pack::{Packer, train};
use super::records::{Counts, add_terms, key_of, remove, write};
use super::source::SourceName;
use super::terms::{self, Term};
use crate::advisory::read_record;
use crate::model::AdvisoryId;

/// A store, open to write.
pub struct Writer {
    folder: PathBuf,
    pub(super) public: Database,
    /// Made when there is something to keep in it.
    pub(super) private: Option<Database>,
    packers: BTreeMap<SourceName, Arc<Packer>>,
    /// Held until this is dropped, also by a process that is killed.
    _lock: File,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Writer {
    /// Opens the store in a folder to write, and makes it where there is none.
    /// Waits for another process that writes, after calling `wait` once.
    ///
    /// # Errors
    /// The folder cannot be made, or is not ours to write, or a newer secnotes
    /// made the store.
    pub fn open(folder: &Path, wait: &mut dyn FnMut()) -> Result<(Self, Vec<Notice>), StoreError> {
        make_folder(folder)?;
        let mut notices = Vec::new();
        let lock = lock(folder, &mut || {
            notices.push(Notice::Waited);
            wait();
        })?;
        let public = open(&folder.join(PUBLIC), &mut notices)?;
        let place = folder.join(PRIVATE);
        let private = if place.exists() { Some(open_private(&place, &mut notices)?) } else { None };
        let mut writer = Self { folder: folder.to_owned(), public, private, packers: BTreeMap::new(), _lock: lock };
        writer.index_anew(&mut notices)?;
        Ok((writer, notices))
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes in records of a source, in one step: the newest version of each
    /// stays. A record that has become public moves out of the private file.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn take_in(&mut self, source: &SourceName, mut records: Vec<Incoming>) -> Result<Counts, StoreError> {
        let packer = self.packer(source, &records)?;
        // Neighbours in the index are written together.
        records.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| a.modified.cmp(&b.modified)));
        let (private, public): (Vec<_>, Vec<_>) = records.into_iter().partition(|record| record.private);
        let mut counts = Counts::default();
        if !private.is_empty() {
            let keys: Vec<String> = private.iter().map(Incoming::key).collect();
            // First there, then gone here: a kill between the two leaves both,
            // and beside a public record a private one says nothing.
            let database = self.private_file()?;
            write(database, source, &Packer::plain(), private)?;
            counts.removed += remove(&mut self.public, source, &keys)?;
        }
        if !public.is_empty() {
            let keys: Vec<String> = public.iter().map(Incoming::key).collect();
            let terms: Vec<i64> = match &self.private {
                Some(_) => public.iter().flat_map(|record| record.terms.iter().map(|term| term.0)).collect(),
                None => Vec::new(),
            };
            counts += write(&mut self.public, source, &packer, public)?;
            if let Some(database) = &mut self.private {
                remove(database, source, &keys)?;
                database.change(|change| {
                    let mut known = change.prepare_cached("DELETE FROM hushed WHERE term = ?1")?;
                    terms.iter().try_for_each(|term| known.execute([term]).map(|_| ()))
                })?;
            }
        }
        self.packers.insert(source.clone(), packer);
        Ok(counts)
    }

    /// What the records of a source are packed with, once there is a dictionary
    /// for them: whoever reads them may pack them ahead.
    pub(crate) fn known_packer(&self, source: &SourceName) -> Option<Arc<Packer>> {
        self.packers.get(source).filter(|packer| packer.key != 0).map(Arc::clone)
    }

    /// Takes all records of these ids away from a source.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn remove(&mut self, source: &SourceName, ids: &[AdvisoryId]) -> Result<Counts, StoreError> {
        let asked: BTreeSet<&str> = ids.iter().map(AdvisoryId::as_str).collect();
        let keys = self.keys(source)?.into_iter();
        let keys = keys.filter(|key| asked.contains(key.split('|').next().unwrap_or_default()));
        self.remove_keys(source, &keys.collect::<Vec<_>>())
    }

    /// Takes records of a source away, by their keys. What an unpublished one
    /// was called stays nobody else's business until it is published.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn remove_keys(&mut self, source: &SourceName, keys: &[String]) -> Result<Counts, StoreError> {
        let mut hushed = Vec::new();
        for key in keys {
            let id = key.split('|').next().and_then(|id| id.parse().ok());
            if let Some(id) = id {
                hushed.extend(self.private_aliases(&id)?.iter().map(|id| Term::id(id).0));
            }
        }
        if let Some(database) = &mut self.private {
            database.change(|change| {
                let mut keep = change.prepare_cached("INSERT OR IGNORE INTO hushed VALUES (?1)")?;
                hushed.iter().try_for_each(|term| keep.execute([term]).map(|_| ()))
            })?;
            remove(database, source, keys)?;
        }
        Ok(Counts { removed: remove(&mut self.public, source, keys)?, ..Counts::default() })
    }

    /// Writes what is still in the log into the files, so that each is whole by itself.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn settle(&self) -> Result<(), StoreError> {
        for database in std::iter::once(&self.public).chain(&self.private) {
            database.ask(|connection| {
                connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
                connection.execute_batch("PRAGMA optimize")
            })?;
        }
        Ok(())
    }

    pub(super) fn private_file(&mut self) -> Result<&mut Database, StoreError> {
        if self.private.is_none() {
            self.private = Some(open_private(&self.folder.join(PRIVATE), &mut Vec::new())?);
        }
        self.private.as_mut().ok_or_else(|| StoreError::Missing(self.folder.clone()))
    }

    /// The packer of a source; its dictionary is made of the first records that
    /// are enough to make one.
    fn packer(&mut self, source: &SourceName, records: &[Incoming]) -> Result<Arc<Packer>, StoreError> {
        if let Some(packer) = self.known_packer(source) {
            return Ok(packer);
        }
        let known = self.public.ask(|connection| {
            let question = "SELECT dictionary.key, bytes FROM dictionary JOIN source ON source.key = source
                            WHERE base = ?1 AND name = ?2";
            let packer = |row: &rusqlite::Row<'_>| Ok(Packer::with(row.get(0)?, &row.get::<_, Vec<u8>>(1)?));
            connection.query_row(question, [&source.base, &source.name], packer).optional()
        })?;
        if let Some(packer) = known {
            return Ok(Arc::new(packer));
        }
        let public = records.iter().filter(|record| !record.private);
        let Some(dictionary) = train(public.map(|record| record.raw.as_slice())) else {
            return Ok(Arc::new(Packer::plain()));
        };
        let key = self.public.change(|change| {
            let source = key_of(change, source)?;
            change.execute("INSERT INTO dictionary(source, bytes) VALUES (?1, ?2)", (source, &dictionary))?;
            Ok(change.last_insert_rowid())
        })?;
        Ok(Arc::new(Packer::with(key, &dictionary)))
    }

    /// Derives the terms of all records anew, where they are of another version.
    fn index_anew(&mut self, notices: &mut Vec<Notice>) -> Result<(), StoreError> {
        for database in std::iter::once(&mut self.public).chain(&mut self.private) {
            if database.terms_version()? == terms::VERSION {
                continue;
            }
            let unpacker = database.unpacker()?;
            database.change(|change| {
                change.execute("DELETE FROM term", [])?;
                let mut records = change.prepare("SELECT key, dictionary, body FROM record ORDER BY key")?;
                let mut rows = records.query([])?;
                while let Some(row) = rows.next()? {
                    let key: i64 = row.get(0)?;
                    let raw = unpacker.unpack(row.get(1)?, &row.get::<_, Vec<u8>>(2)?);
                    // One that cannot be read is found by its id, and then reported.
                    let Some(record) = raw.ok().and_then(|raw| read_record(&raw, "").ok()) else { continue };
                    add_terms(change, key, &terms::of(&record))?;
                }
                change.execute("UPDATE meta SET value = ?1 WHERE name = 'terms'", [terms::VERSION])
            })?;
            if !notices.contains(&Notice::Indexed) {
                notices.push(Notice::Indexed);
            }
        }
        Ok(())
    }
}
