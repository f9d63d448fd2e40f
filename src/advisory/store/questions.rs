//! What a sync asks the store that it writes into.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::OptionalExtension;

use super::error::StoreError;
use super::records::find_key;
use super::source::SourceName;
use super::terms::Term;
use super::writer::Writer;
use crate::advisory::read_record;
use crate::model::AdvisoryId;

impl Writer {
    /// The ids of a source's records, unpublished ones too, and when each was
    /// last changed.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn ids(&self, source: &SourceName) -> Result<BTreeMap<String, Option<i64>>, StoreError> {
        let mut ids = BTreeMap::new();
        for database in std::iter::once(&self.public).chain(&self.private) {
            ids.extend(database.ask(|connection| {
                let mut statement = connection.prepare(
                    "SELECT record.id, modified FROM record JOIN source ON source.key = record.source
                     WHERE base = ?1 AND name = ?2",
                )?;
                let rows = statement.query_map([&source.base, &source.name], |row| Ok((row.get(0)?, row.get(1)?)))?;
                rows.collect::<Result<Vec<(String, Option<i64>)>, _>>()
            })?);
        }
        Ok(ids)
    }

    /// The ids of a source's public records.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn public_ids(&self, source: &SourceName) -> Result<BTreeSet<String>, StoreError> {
        self.public.ask(|connection| {
            let Some(key) = find_key(connection, source)? else { return Ok(BTreeSet::new()) };
            let mut statement = connection.prepare("SELECT id FROM record WHERE source = ?1")?;
            statement.query_map([key], |row| row.get(0))?.collect()
        })
    }

    /// Whether a source has a record of each of these ids.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn holds(&self, source: &SourceName, ids: &[String]) -> Result<bool, StoreError> {
        let question = "SELECT EXISTS(SELECT 1 FROM record WHERE source = ?1 AND id = ?2)";
        for id in ids {
            let mut found = false;
            for database in std::iter::once(&self.public).chain(&self.private) {
                found |= database.ask(|connection| {
                    let Some(key) = find_key(connection, source)? else { return Ok(false) };
                    connection.prepare_cached(question)?.query_row((key, id), |row| row.get(0))
                })?;
            }
            if !found {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// When the newest of these public records of a source was changed.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn newest(&self, source: &SourceName, ids: &[String]) -> Result<Option<i64>, StoreError> {
        self.public.ask(|connection| {
            let Some(key) = find_key(connection, source)? else { return Ok(None) };
            let mut statement =
                connection.prepare_cached("SELECT modified FROM record WHERE source = ?1 AND id = ?2")?;
            let mut newest = None;
            for id in ids {
                let modified: Option<Option<i64>> = statement.query_row((key, id), |row| row.get(0)).optional()?;
                newest = newest.max(modified.flatten());
            }
            Ok(newest)
        })
    }

    /// Whether one of these sources has a public record of this id.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn has(&self, id: &AdvisoryId, sources: &[SourceName]) -> Result<bool, StoreError> {
        let question = "SELECT base, name FROM term JOIN record ON record.key = term.record
                        JOIN source ON source.key = record.source WHERE term = ?1 AND record.id = ?2";
        let found = self.public.ask(|connection| {
            let mut statement = connection.prepare_cached(question)?;
            let name = |row: &rusqlite::Row<'_>| Ok(SourceName { base: row.get(0)?, name: row.get(1)? });
            statement.query_map((Term::id(id).0, id.as_str()), name)?.collect::<Result<Vec<_>, _>>()
        })?;
        Ok(found.iter().any(|name| sources.contains(name)))
    }

    /// The keys of a source's records, unpublished ones too.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn keys(&self, source: &SourceName) -> Result<BTreeSet<String>, StoreError> {
        let mut keys = BTreeSet::new();
        for database in std::iter::once(&self.public).chain(&self.private) {
            keys.extend(database.ask(|connection| {
                let Some(source) = find_key(connection, source)? else { return Ok(Vec::new()) };
                let question = "SELECT CASE variant WHEN '' THEN id ELSE id || '|' || variant END
                                FROM record WHERE source = ?1";
                let mut statement = connection.prepare(question)?;
                statement.query_map([source], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()
            })?);
        }
        Ok(keys)
    }

    /// Whether an unpublished record has, or had, this id or alias.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn is_private(&self, id: &AdvisoryId) -> Result<bool, StoreError> {
        let Some(database) = &self.private else { return Ok(false) };
        let question = "SELECT EXISTS(SELECT 1 FROM term WHERE term = ?1)
                        OR EXISTS(SELECT 1 FROM hushed WHERE term = ?1)";
        database.ask(|connection| connection.prepare_cached(question)?.query_row([Term::id(id).0], |row| row.get(0)))
    }

    /// The ids by which an unpublished record is known.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn private_aliases(&self, id: &AdvisoryId) -> Result<Vec<AdvisoryId>, StoreError> {
        let Some(database) = &self.private else { return Ok(Vec::new()) };
        let unpacker = database.unpacker()?;
        let bodies = database.ask(|connection| {
            let mut statement = connection.prepare("SELECT dictionary, body FROM record WHERE id = ?1")?;
            let body = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?));
            statement.query_map([id.as_str()], body)?.collect::<Result<Vec<_>, _>>()
        })?;
        let records = bodies.iter().filter_map(|(key, body)| read_record(&unpacker.unpack(*key, body).ok()?, "").ok());
        Ok(records.flat_map(|record| record.ids().collect::<Vec<_>>()).collect())
    }
}
