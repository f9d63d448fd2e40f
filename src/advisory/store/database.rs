//! One file of the store: its tables, and how it is opened.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;
use super::files::is_there;
use super::incoming::digest;
use super::pack::Unpacker;
use super::terms;
use crate::limits::STORE_CHECKED;

/// Says that a file is ours; SQLite keeps it in the file's header.
const APPLICATION: i64 = 0x5ec0_7e50;

/// The version of the tables.
pub(super) const VERSION: i64 = 1;

/// A record belongs to a source, and has many terms. Everything else is what
/// the next sync has to know.
const TABLES: &str = "
CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE source(
    key INTEGER PRIMARY KEY, base TEXT NOT NULL, name TEXT NOT NULL,
    synced INTEGER, state TEXT NOT NULL DEFAULT '', UNIQUE(base, name));
CREATE TABLE missing(
    source INTEGER NOT NULL, what TEXT NOT NULL, why TEXT NOT NULL, id TEXT,
    PRIMARY KEY(source, what)) WITHOUT ROWID;
CREATE TABLE page(
    source INTEGER NOT NULL, url TEXT NOT NULL, etag TEXT, last_modified TEXT,
    digest BLOB, ids TEXT NOT NULL, next TEXT, checked INTEGER NOT NULL,
    PRIMARY KEY(source, url)) WITHOUT ROWID;
CREATE TABLE dictionary(key INTEGER PRIMARY KEY, source INTEGER NOT NULL UNIQUE, bytes BLOB NOT NULL);
CREATE TABLE record(
    key INTEGER PRIMARY KEY, source INTEGER NOT NULL, id TEXT NOT NULL, variant TEXT NOT NULL, modified INTEGER,
    digest BLOB NOT NULL, dictionary INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE hushed(term INTEGER PRIMARY KEY);
CREATE UNIQUE INDEX record_of_source ON record(source, id, variant);
CREATE TABLE term(term INTEGER NOT NULL, record INTEGER NOT NULL, PRIMARY KEY(term, record)) WITHOUT ROWID;
";

/// An open file of the store.
pub(super) struct Database {
    pub(super) path: PathBuf,
    pub(super) connection: Connection,
}

/// What was found when a file was opened for writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// It was there, or is new.
    AsItWas,
    /// It was of another version and begins anew.
    Rebuilt {
        /// The version that it had.
        from: i64,
    },
}

impl Database {
    /// Opens a file to read; it is never changed. None where there is no file.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, StoreError> {
        if !is_there(path)? {
            return Ok(None);
        }
        let open = |flags: OpenFlags, name: &str| {
            let connection = Connection::open_with_flags(name, flags)?;
            connection.busy_timeout(Duration::from_secs(30))?;
            // The first thing that touches the file.
            connection.query_row("PRAGMA application_id", [], |row| row.get::<_, i64>(0)).map(|_| connection)
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = open(flags, &uri(path, "mode=ro")).or_else(|error| {
            // A store on a medium that cannot be written, such as a cache that is
            // mounted read-only, or a full disk, on which there is no room for
            // SQLite's index of the log: then nobody else can change it either.
            let place = path.parent().and_then(|folder| std::fs::metadata(folder).ok());
            let fixed = place.is_some_and(|place| place.permissions().readonly()) || cannot_open(&error);
            // What a killed sync committed last is still in the log, which is
            // not read in this way.
            let mut log = path.as_os_str().to_owned();
            log.push("-wal");
            let settled = std::fs::metadata(log).map_or(true, |log| log.len() == 0);
            if fixed && settled { open(flags, &uri(path, "mode=ro&immutable=1")) } else { Err(error) }
        });
        let database = Self { path: path.to_owned(), connection: connection.map_err(|error| refused(path, error))? };
        match database.version()? {
            // Made, and killed before the first table.
            None if database.is_empty()? => Ok(None),
            None => Err(StoreError::Foreign(path.to_owned())),
            Some(VERSION) => Ok(Some(database)),
            Some(found) => Err(wrong_version(path, found)),
        }
    }

    /// Opens a file to write, makes it where there is none, and brings an older
    /// one to the version of today.
    pub(super) fn write(path: &Path) -> Result<(Self, Opened), StoreError> {
        let open = || {
            let connection = Connection::open(path)?;
            connection.busy_timeout(Duration::from_secs(30))?;
            // A reader sees what was there when it began, and never waits. A kill
            // loses what was not committed, and nothing else; without a flush at
            // each commit a failing power supply may lose the last ones, whole.
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "normal")?;
            connection.pragma_update(None, "cache_size", -64_000)?;
            connection.pragma_update(None, "wal_autocheckpoint", 8_000)?;
            Ok(connection)
        };
        let connection = open().map_err(|error| refused(path, error))?;
        let mut database = Self { path: path.to_owned(), connection };
        let opened = match database.version()? {
            Some(VERSION) => Opened::AsItWas,
            Some(found) if found > VERSION => return Err(wrong_version(path, found)),
            Some(from) => Opened::Rebuilt { from },
            None if database.is_empty()? => Opened::AsItWas,
            None => return Err(StoreError::Foreign(path.to_owned())),
        };
        if database.version()? != Some(VERSION) {
            database.make()?;
        }
        Ok((database, opened))
    }

    /// Makes the tables, in one step with the header; what was there goes.
    fn make(&mut self) -> Result<(), StoreError> {
        let path = self.path.clone();
        let mut make = || {
            let change = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let tables: Vec<String> = change
                .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?
                .query_map([], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            for table in tables {
                change.execute(&format!("DROP TABLE \"{}\"", table.replace('"', "\"\"")), [])?;
            }
            change.execute_batch(TABLES)?;
            change.execute("INSERT INTO meta VALUES ('terms', ?1)", [terms::VERSION])?;
            change.pragma_update(None, "application_id", APPLICATION)?;
            change.pragma_update(None, "user_version", VERSION)?;
            change.commit()
        };
        make().map_err(|error| refused(&path, error))
    }

    /// The version of the tables; none where the file is not ours.
    fn version(&self) -> Result<Option<i64>, StoreError> {
        let pragma = |name: &str| self.connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
        let application = pragma("application_id").map_err(|error| refused(&self.path, error))?;
        let version = pragma("user_version").map_err(|error| refused(&self.path, error))?;
        Ok((application == APPLICATION).then_some(version))
    }

    fn is_empty(&self) -> Result<bool, StoreError> {
        self.ask(|connection| {
            connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get::<_, bool>(0))
        })
    }

    /// Which version of the terms the file has.
    pub(super) fn terms_version(&self) -> Result<i64, StoreError> {
        self.ask(|connection| connection.query_row("SELECT value FROM meta WHERE name = 'terms'", [], |row| row.get(0)))
    }

    /// Looks for damage in all of a small file: pages, indexes, and the text of
    /// each record by its digest. A large one takes too long for every sync; what
    /// is damaged there is marked when somebody comes upon it.
    pub(super) fn verify(&self) -> Result<(), StoreError> {
        if std::fs::metadata(&self.path).map_or(0, |found| found.len()) > STORE_CHECKED {
            return Ok(());
        }
        let said: String =
            self.ask(|connection| connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)))?;
        if said != "ok" {
            return Err(StoreError::damaged(&self.path, "its pages do not fit together"));
        }
        let unpacker = self.unpacker()?;
        let sound = self.ask(|connection| {
            let mut statement = connection.prepare("SELECT dictionary, body, digest FROM record")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let (key, body, known): (i64, Vec<u8>, [u8; 16]) = (row.get(0)?, row.get(1)?, row.get(2)?);
                if !unpacker.unpack(key, &body).is_ok_and(|raw| digest(&raw) == known) {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        if sound { Ok(()) } else { Err(StoreError::damaged(&self.path, "a record in it is not as it was written")) }
    }

    /// What unpacks the records of the file.
    pub(super) fn unpacker(&self) -> Result<Unpacker, StoreError> {
        let dictionaries: Vec<(i64, Vec<u8>)> = self.ask(|connection| {
            let mut statement = connection.prepare("SELECT key, bytes FROM dictionary")?;
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })?;
        Ok(Unpacker::new(dictionaries.into_iter()))
    }

    /// Asks the database; an error names the file.
    pub(super) fn ask<T>(&self, question: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        question(&self.connection).map_err(|error| refused(&self.path, error))
    }

    /// Changes the database, whole or not at all.
    pub(super) fn change<T>(
        &mut self,
        change: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let path = self.path.clone();
        let run = || {
            let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let value = change(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        run().map_err(|error| refused(&path, error))
    }
}

/// A path as SQLite's URI.
fn uri(path: &Path, options: &str) -> String {
    let mut name = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b':' => name.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => name.push(char::from(*byte)),
            // Windows parts folders otherwise than URIs.
            b'\\' if cfg!(windows) => name.push('/'),
            byte => name.push_str(&format!("%{byte:02X}")),
        }
    }
    format!("{name}?{options}")
}

fn cannot_open(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, DiskFull, ReadOnly, SystemIoFailure};
    matches!(error.sqlite_error_code(), Some(CannotOpen | DiskFull | ReadOnly | SystemIoFailure))
}

fn refused(path: &Path, source: rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    match source.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => StoreError::damaged(path, &source.to_string()),
        // A row that is not what its table says was written by nobody.
        None => StoreError::damaged(path, &source.to_string()),
        _ => StoreError::Database { path: path.to_owned(), source },
    }
}

fn wrong_version(path: &Path, found: i64) -> StoreError {
    let mend = if found > VERSION {
        "use the newer secnotes, or another --store"
    } else {
        "`secnotes sync` brings it up to date"
    };
    StoreError::Version { path: path.to_owned(), found, known: VERSION, mend }
}
