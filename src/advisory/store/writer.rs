//! Writes into the store: one process at a time, each change whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{OptionalExtension, Transaction};

use super::database::{Database, Opened};
use super::error::StoreError;
use super::incoming::Incoming;
use super::pack::{Packer, Unpacker, train};
use super::source::{self, FILES, Missing, Page, SourceName};
use super::terms::{self, Term};
use super::{PRIVATE, PUBLIC, dictionaries};
use crate::advisory::read_record;
use crate::model::AdvisoryId;

/// A store, open to write.
pub struct Writer {
    folder: PathBuf,
    public: Database,
    /// Made when there is something to keep in it.
    private: Option<Database>,
    packers: BTreeMap<SourceName, Arc<Packer>>,
    /// Held until this is dropped, also by a process that is killed.
    _lock: File,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// What opening the store did that a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Another process had the store, and was waited for.
    Waited,
    /// The store was of an older version and begins anew.
    Rebuilt {
        /// Its version.
        from: i64,
    },
    /// The index was of another version and was derived anew.
    Indexed,
    /// A damaged file was set aside.
    SetAside(PathBuf),
}

/// How many records a change added, changed, left and took away. Unpublished
/// ones are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
            let ids: Vec<AdvisoryId> = private.iter().map(|record| record.id.clone()).collect();
            // First there, then gone here: a kill between the two leaves both,
            // and beside a public record a private one says nothing.
            let database = self.private_file()?;
            write(database, source, &Packer::plain(), private)?;
            counts.removed += remove(&mut self.public, source, &ids)?;
        }
        if !public.is_empty() {
            let ids: Vec<AdvisoryId> = public.iter().map(|record| record.id.clone()).collect();
            counts += write(&mut self.public, source, &packer, public)?;
            if let Some(database) = &mut self.private {
                remove(database, source, &ids)?;
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

    /// Takes records of a source away.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn remove(&mut self, source: &SourceName, ids: &[AdvisoryId]) -> Result<Counts, StoreError> {
        if let Some(database) = &mut self.private {
            remove(database, source, ids)?;
        }
        Ok(Counts { removed: remove(&mut self.public, source, ids)?, ..Counts::default() })
    }

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

    /// Whether an unpublished record has this id or alias.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn is_private(&self, id: &AdvisoryId) -> Result<bool, StoreError> {
        let Some(database) = &self.private else { return Ok(false) };
        let question = "SELECT EXISTS(SELECT 1 FROM term WHERE term = ?1)";
        database.ask(|connection| connection.prepare_cached(question)?.query_row([Term::id(id).0], |row| row.get(0)))
    }

    /// The ids by which an unpublished record is known.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn private_aliases(&self, id: &AdvisoryId) -> Result<Vec<AdvisoryId>, StoreError> {
        let Some(database) = &self.private else { return Ok(Vec::new()) };
        let unpacker = Unpacker::new(dictionaries(database)?.into_iter());
        let bodies = database.ask(|connection| {
            let mut statement = connection.prepare("SELECT dictionary, body FROM record WHERE id = ?1")?;
            let body = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?));
            statement.query_map([id.as_str()], body)?.collect::<Result<Vec<_>, _>>()
        })?;
        let records = bodies.iter().filter_map(|(key, body)| read_record(&unpacker.unpack(*key, body).ok()?, "").ok());
        Ok(records.flat_map(|record| super::ids_of(&record).collect::<Vec<_>>()).collect())
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
        let ids: Vec<AdvisoryId> = self.ids(source)?.keys().filter_map(|id| id.parse().ok()).collect();
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
        self.remove(source, &ids).map(|_| ())
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
        let database = if may_be_private(source) { self.private_file()? } else { &mut self.public };
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

    /// Where pages of a source are noted.
    fn pages(&self, source: &SourceName) -> Option<&Database> {
        if may_be_private(source) { self.private.as_ref() } else { Some(&self.public) }
    }

    fn private_file(&mut self) -> Result<&mut Database, StoreError> {
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
            let unpacker = Unpacker::new(dictionaries(database)?.into_iter());
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

/// A text in one line: what a server or a file says may hold anything.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Whether the pages of a source may hold unpublished advisories: their ids,
/// and cursors that are made of them.
fn may_be_private(source: &SourceName) -> bool {
    source.name.starts_with("repository ") || source.base == FILES
}

fn open(path: &Path, notices: &mut Vec<Notice>) -> Result<Database, StoreError> {
    let opened = match Database::write(path) {
        Err(StoreError::Damaged { .. }) => {
            let aside = set_aside(path)?;
            notices.push(Notice::SetAside(aside));
            Database::write(path)
        }
        opened => opened,
    };
    let (database, opened) = opened?;
    match opened {
        Opened::AsItWas => {}
        Opened::Rebuilt { from } => notices.push(Notice::Rebuilt { from }),
    }
    Ok(database)
}

/// The file of unpublished records is its owner's from its first byte on.
fn open_private(path: &Path, notices: &mut Vec<Notice>) -> Result<Database, StoreError> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(StoreError::files("create", path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let owner = std::fs::Permissions::from_mode(0o600);
        file.set_permissions(owner).map_err(StoreError::files("protect", path))?;
    }
    drop(file);
    open(path, notices)
}

/// Moves a damaged file out of the way, with what SQLite keeps beside it.
fn set_aside(path: &Path) -> Result<PathBuf, StoreError> {
    let with = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let aside = with(".damaged");
    std::fs::rename(path, &aside).map_err(StoreError::files("set aside", path))?;
    for end in ["-wal", "-shm"] {
        let beside = with(end);
        if beside.exists() {
            std::fs::remove_file(&beside).map_err(StoreError::files("remove", &beside))?;
        }
    }
    Ok(aside)
}

fn make_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(StoreError::files("create the folder", folder))
}

fn lock(folder: &Path, wait: &mut dyn FnMut()) -> Result<File, StoreError> {
    let path = folder.join("sync.lock");
    let file = OpenOptions::new().create(true).append(true).open(&path).map_err(StoreError::files("open", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            wait();
            file.lock().map_err(StoreError::files("lock", &path))?;
        }
        Err(TryLockError::Error(error)) => return Err(StoreError::files("lock", &path)(error)),
    }
    Ok(file)
}

fn find_key(connection: &rusqlite::Connection, source: &SourceName) -> rusqlite::Result<Option<i64>> {
    let question = "SELECT key FROM source WHERE base = ?1 AND name = ?2";
    connection.query_row(question, [&source.base, &source.name], |row| row.get(0)).optional()
}

fn key_of(change: &Transaction<'_>, source: &SourceName) -> rusqlite::Result<i64> {
    if let Some(key) = find_key(change, source)? {
        return Ok(key);
    }
    change.execute("INSERT INTO source(base, name) VALUES (?1, ?2)", [&source.base, &source.name])?;
    Ok(change.last_insert_rowid())
}

fn add_terms(change: &Transaction<'_>, key: i64, terms: &[Term]) -> rusqlite::Result<()> {
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

fn write(
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
    let unpacker = Unpacker::new(dictionaries(database)?.into_iter());
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

fn remove(database: &mut Database, source: &SourceName, ids: &[AdvisoryId]) -> Result<u64, StoreError> {
    let unpacker = Unpacker::new(dictionaries(database)?.into_iter());
    database.change(|change| {
        let Some(source) = find_key(change, source)? else { return Ok(0) };
        let mut removed = 0;
        for id in ids {
            let mut find = change.prepare_cached("SELECT key FROM record WHERE source = ?1 AND id = ?2")?;
            let keys = find.query_map((source, id.as_str()), |row| row.get::<_, i64>(0))?;
            for key in keys.collect::<Result<Vec<_>, _>>()? {
                remove_terms(change, &unpacker, key)?;
                change.execute("DELETE FROM record WHERE key = ?1", [key])?;
                removed += 1;
            }
        }
        Ok(removed)
    })
}
