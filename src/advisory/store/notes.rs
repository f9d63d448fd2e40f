//! What a sync notes for the next one: how each source ended, and the pages
//! and files that it was read from.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::OptionalExtension;

use super::database::Database;
use super::error::StoreError;
use super::records::{find_key, key_of, remove};
use super::source::{self, Missing, Page, SourceName};
use super::writer::Writer;
use crate::model::AdvisoryId;

impl Writer {
    /// Notes which ids files hold, and which files are gone.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn set_files(
        &mut self,
        source: &SourceName,
        held: &[(String, Vec<String>)],
        gone: &[String],
        now: i64,
    ) -> Result<(), StoreError> {
        self.private_file()?.change(|change| {
            let key = key_of(change, source)?;
            let mut insert = change
                .prepare_cached("INSERT OR REPLACE INTO page(source, url, ids, checked) VALUES (?1, ?2, ?3, ?4)")?;
            for (path, ids) in held {
                insert.execute((key, path, ids.join(" "), now))?;
            }
            let mut delete = change.prepare_cached("DELETE FROM page WHERE source = ?1 AND url = ?2")?;
            for path in gone {
                delete.execute((key, path))?;
            }
            Ok(())
        })
    }

    /// Which ids each file holds.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn files(&self, source: &SourceName) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
        let Some(database) = &self.private else { return Ok(BTreeMap::new()) };
        database.ask(|connection| {
            let Some(key) = find_key(connection, source)? else { return Ok(BTreeMap::new()) };
            let mut statement = connection.prepare("SELECT url, ids FROM page WHERE source = ?1")?;
            let file = |row: &rusqlite::Row<'_>| {
                let ids: String = row.get(1)?;
                Ok((row.get(0)?, ids.split_whitespace().map(str::to_owned).collect()))
            };
            statement.query_map([key], file)?.collect()
        })
    }

    /// What a source noted for its next sync.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn state(&self, source: &SourceName) -> Result<String, StoreError> {
        let question = "SELECT state FROM source WHERE base = ?1 AND name = ?2";
        let state = self.public.ask(|connection| {
            connection.query_row(question, [&source.base, &source.name], |row| row.get(0)).optional()
        })?;
        Ok(state.unwrap_or_default())
    }

    /// Notes something for a source's next sync.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn set_state(&mut self, source: &SourceName, state: &str) -> Result<(), StoreError> {
        self.public.change(|change| {
            let key = key_of(change, source)?;
            change.execute("UPDATE source SET state = ?2 WHERE key = ?1", (key, state)).map(|_| ())
        })
    }

    /// Says how a sync of a source ended: at `now` it was read to its end, or
    /// something is missing.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn finish(&mut self, source: &SourceName, now: i64, missing: &[Missing]) -> Result<(), StoreError> {
        // A single record that cannot be read leaves the rest as new as can be.
        let whole = missing.iter().all(|missing| missing.id.is_some());
        let synced = if whole { Some(now) } else { self.synced(source)? };
        self.finish_as(source, synced, missing)
    }

    /// Says when a source was read to its end, and what is missing.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn finish_as(
        &mut self,
        source: &SourceName,
        synced: Option<i64>,
        missing: &[Missing],
    ) -> Result<(), StoreError> {
        self.public.change(|change| {
            let key = key_of(change, source)?;
            change.execute("DELETE FROM missing WHERE source = ?1", [key])?;
            for missing in missing {
                let id = missing.id.as_ref().map(AdvisoryId::as_str);
                let row = (key, plain(&missing.what), plain(&missing.why), id);
                change.execute("INSERT OR REPLACE INTO missing VALUES (?1, ?2, ?3, ?4)", row)?;
            }
            change.execute("UPDATE source SET synced = ?2 WHERE key = ?1", (key, synced)).map(|_| ())
        })
    }

    /// Empties a source, in one step, and notes that what it holds is not whole
    /// until [`Writer::finish_as`] says so.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn empty(&mut self, source: &SourceName, why: &str) -> Result<(), StoreError> {
        // Unpublished records stay: what is put in their place may have none.
        let ids: Vec<AdvisoryId> = self.public_ids(source)?.iter().filter_map(|id| id.parse().ok()).collect();
        let missing = Missing { what: "a part of it".to_owned(), why: why.to_owned(), id: None };
        self.finish_as(source, None, &[missing])?;
        // First what says that the records are there, then the records: a kill
        // between the two costs a fetch.
        for database in std::iter::once(&mut self.public).chain(&mut self.private) {
            database.change(|change| {
                let key = key_of(change, source)?;
                change.execute("DELETE FROM page WHERE source = ?1", [key])?;
                change.execute("UPDATE source SET state = '' WHERE key = ?1", [key]).map(|_| ())
            })?;
        }
        let asked: BTreeSet<&str> = ids.iter().map(AdvisoryId::as_str).collect();
        let keys: Vec<String> = self
            .keys(source)?
            .into_iter()
            .filter(|key| asked.contains(key.split('|').next().unwrap_or_default()))
            .collect();
        remove(&mut self.public, source, &keys).map(|_| ())
    }

    /// When a source was last read to its end.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn synced(&self, source: &SourceName) -> Result<Option<i64>, StoreError> {
        let question = "SELECT synced FROM source WHERE base = ?1 AND name = ?2";
        let synced = self.public.ask(|connection| {
            connection.query_row(question, [&source.base, &source.name], |row| row.get(0)).optional()
        })?;
        Ok(synced.flatten())
    }

    /// A page that was read before.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn page(&self, source: &SourceName, url: &str) -> Result<Option<Page>, StoreError> {
        let Some(database) = self.pages(source) else { return Ok(None) };
        match database.ask(|connection| find_key(connection, source))? {
            Some(key) => source::page(database, key, url),
            None => Ok(None),
        }
    }

    /// Keeps what is known of a page.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn set_page(&mut self, source: &SourceName, url: &str, page: &Page) -> Result<(), StoreError> {
        let database = if source.may_be_private() { self.private_file()? } else { &mut self.public };
        database.change(|change| {
            let row = (
                key_of(change, source)?,
                url,
                &page.etag,
                &page.last_modified,
                page.digest,
                page.ids.join(" "),
                &page.next,
                page.checked,
            );
            change.execute("INSERT OR REPLACE INTO page VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", row).map(|_| ())
        })
    }

    /// Forgets what is known of a source's pages but for one.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn forget_pages(&mut self, source: &SourceName, but: &str) -> Result<(), StoreError> {
        self.public.change(|change| {
            let key = key_of(change, source)?;
            change.execute("DELETE FROM page WHERE source = ?1 AND url <> ?2", (key, but)).map(|_| ())
        })
    }

    /// Where pages of a source are noted.
    fn pages(&self, source: &SourceName) -> Option<&Database> {
        if source.may_be_private() { self.private.as_ref() } else { Some(&self.public) }
    }
}

/// A text in one line: what a server or a file says may hold anything.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
