//! Rows of records and their terms.

use rusqlite::{OptionalExtension, Transaction};

use super::database::Database;
use super::error::StoreError;
use super::incoming::Incoming;
use super::pack::{Packer, Unpacker};
use super::source::SourceName;
use super::terms::{self, Term};
use crate::advisory::read_record;

/// How many records a change added, changed, left and took away. Unpublished
/// ones are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// New ones.
    pub added: u64,
    /// Those that say something else than before.
    pub changed: u64,
    /// Those that were there already.
    pub unchanged: u64,
    /// Those that their source does not have any more.
    pub removed: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.removed += other.removed;
    }
}

pub(super) fn find_key(connection: &rusqlite::Connection, source: &SourceName) -> rusqlite::Result<Option<i64>> {
    let question = "SELECT key FROM source WHERE base = ?1 AND name = ?2";
    connection.query_row(question, [&source.base, &source.name], |row| row.get(0)).optional()
}

pub(super) fn key_of(change: &Transaction<'_>, source: &SourceName) -> rusqlite::Result<i64> {
    if let Some(key) = find_key(change, source)? {
        return Ok(key);
    }
    change.execute("INSERT INTO source(base, name) VALUES (?1, ?2)", [&source.base, &source.name])?;
    Ok(change.last_insert_rowid())
}

pub(super) fn add_terms(change: &Transaction<'_>, key: i64, terms: &[Term]) -> rusqlite::Result<()> {
    let mut insert = change.prepare_cached("INSERT OR IGNORE INTO term VALUES (?1, ?2)")?;
    for term in terms {
        insert.execute((term.0, key))?;
    }
    Ok(())
}

/// Takes the terms of a record away: those that its stored text has.
fn remove_terms(change: &Transaction<'_>, unpacker: &Unpacker, key: i64) -> rusqlite::Result<()> {
    let question = "SELECT dictionary, body FROM record WHERE key = ?1";
    let (dictionary, body): (i64, Vec<u8>) =
        change.prepare_cached(question)?.query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let record = unpacker.unpack(dictionary, &body).ok().and_then(|raw| read_record(&raw, "").ok());
    let mut delete = change.prepare_cached("DELETE FROM term WHERE term = ?1 AND record = ?2")?;
    for term in record.iter().flat_map(terms::of) {
        delete.execute((term.0, key))?;
    }
    Ok(())
}

pub(super) fn write(
    database: &mut Database,
    source: &SourceName,
    packer: &Packer,
    records: Vec<Incoming>,
) -> Result<Counts, StoreError> {
    use rayon::prelude::*;
    let path = database.path.clone();
    let packed: Result<Vec<(Incoming, Vec<u8>)>, std::io::Error> = records
        .into_par_iter()
        .map_init(
            || packer.compressor(),
            |compressor, mut record| {
                let compressor = compressor.as_mut().map_err(|error| std::io::Error::from(error.kind()))?;
                let text = std::mem::take(&mut record.raw);
                let packed = if record.packed == Some(packer.key) { text } else { compressor.compress(&text)? };
                Ok((record, packed))
            },
        )
        .collect();
    let packed = packed.map_err(StoreError::files("pack records for", &path))?;
    let unpacker = database.unpacker()?;
    database.change(|change| {
        let source = key_of(change, source)?;
        let mut find = change.prepare_cached(
            "SELECT key, digest, modified FROM record WHERE source = ?1 AND id = ?2 AND variant = ?3",
        )?;
        let mut insert = change.prepare_cached(
            "INSERT INTO record(source, id, variant, modified, digest, dictionary, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        let mut update = change.prepare_cached(
            "UPDATE record SET modified = ?2, digest = ?3, dictionary = ?4, body = ?5 WHERE key = ?1",
        )?;
        let mut touch = change.prepare_cached("UPDATE record SET modified = ?2 WHERE key = ?1")?;
        let mut counts = Counts::default();
        let mut added: Vec<(Term, i64)> = Vec::new();
        for (record, body) in &packed {
            let known = find.query_row((source, record.id.as_str(), &record.variant), |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 16]>(1)?, row.get::<_, Option<i64>>(2)?))
            });
            match known.optional()? {
                None => {
                    let (id, variant) = (record.id.as_str(), &record.variant);
                    let row = (source, id, variant, record.modified, record.digest, packer.key, body);
                    let key = insert.insert(row)?;
                    added.extend(record.terms.iter().map(|term| (*term, key)));
                    counts.added += 1;
                }
                Some((key, digest, modified)) if digest == record.digest => {
                    if record.modified > modified {
                        touch.execute((key, record.modified))?;
                    }
                    counts.unchanged += 1;
                }
                // An older version came late: from a cache, or a mirror.
                Some((_, _, modified)) if record.modified < modified && !record.stands => counts.unchanged += 1,
                Some((key, ..)) => {
                    // Terms of this very batch are in no table yet.
                    added.retain(|(_, of)| *of != key);
                    remove_terms(change, &unpacker, key)?;
                    update.execute((key, record.modified, record.digest, packer.key, body))?;
                    added.extend(record.terms.iter().map(|term| (*term, key)));
                    counts.changed += 1;
                }
            }
        }
        added.sort_unstable();
        let mut insert = change.prepare_cached("INSERT OR IGNORE INTO term VALUES (?1, ?2)")?;
        for (term, key) in added {
            insert.execute((term.0, key))?;
        }
        Ok(counts)
    })
}

/// Removes records by their keys (see [`Incoming::key`]).
pub(super) fn remove(database: &mut Database, source: &SourceName, keys: &[String]) -> Result<u64, StoreError> {
    let unpacker = database.unpacker()?;
    database.change(|change| {
        let Some(source) = find_key(change, source)? else { return Ok(0) };
        let mut removed = 0;
        for key in keys {
            let (id, variant) = key.split_once('|').unwrap_or((key, ""));
            let question = "SELECT key FROM record WHERE source = ?1 AND id = ?2 AND variant = ?3";
            let mut find = change.prepare_cached(question)?;
            let found = find.query_row((source, id, variant), |row| row.get::<_, i64>(0)).optional()?;
            if let Some(key) = found {
                remove_terms(change, &unpacker, key)?;
                change.execute("DELETE FROM record WHERE key = ?1", [key])?;
                removed += 1;
            }
        }
        Ok(removed)
    })
}
