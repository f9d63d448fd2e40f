//! Where the records of a store come from, and how complete each source is.

use std::fmt;

use rusqlite::OptionalExtension;

use super::database::Database;
use super::error::StoreError;
use crate::model::AdvisoryId;

/// The base of sources that are files on this machine.
pub const FILES: &str = "files";

/// A source: `https://api.github.com` and `repository kserve/kserve`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceName {
    /// The address, or the path, that it is read at.
    pub base: String,
    /// What is read there.
    pub name: String,
}

/// What begins the names of a repository's own advisories.
const REPOSITORY: &str = "repository ";

/// What begins the names of sources that note for which packages they were asked.
const PACKAGES: &str = "packages of ";
const DEPENDENCIES: &str = "dependencies of ";

impl SourceName {
    /// A repository's own advisories.
    #[cfg(feature = "net")]
    pub(crate) fn of_repository(base: String, repository: &str) -> Self {
        Self { base, name: format!("{REPOSITORY}{repository}") }
    }

    /// The records of a project's packages.
    #[cfg(feature = "net")]
    pub(crate) fn of_packages(base: String, project: &str) -> Self {
        Self { base, name: format!("{PACKAGES}{project}") }
    }

    /// The records of what a project depends on.
    #[cfg(feature = "net")]
    pub(crate) fn of_dependencies(base: String, project: &str) -> Self {
        Self { base, name: format!("{DEPENDENCIES}{project}") }
    }

    /// Whether it is a repository's own advisories, drafts among them.
    pub(crate) fn is_repository(&self) -> bool {
        self.name.starts_with(REPOSITORY)
    }

    /// Whether its pages may hold unpublished advisories: their ids, and cursors
    /// that are made of them.
    pub(crate) fn may_be_private(&self) -> bool {
        self.is_repository() || self.base == FILES
    }

    /// Whether its state lists the packages that it was asked for.
    pub(crate) fn lists_packages(&self) -> bool {
        [PACKAGES, DEPENDENCIES].iter().any(|begin| self.name.starts_with(begin))
    }
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.name, self.base)
    }
}

/// What is known of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceState {
    /// The source.
    pub name: SourceName,
    /// When it was last read to its end: seconds since 1970.
    pub synced: Option<i64>,
    /// How many public records it holds.
    pub records: u64,
    /// What could not be read when it was last tried.
    pub missing: Vec<Missing>,
    /// What it noted for its next sync.
    pub state: String,
}

/// Something that a source has, or may have, and the store lacks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Missing {
    /// What it is: `page 3 of the list`.
    pub what: String,
    /// Why, and what mends it.
    pub why: String,
    /// The record, where it is a single one, and public.
    pub id: Option<AdvisoryId>,
}

/// A page of a list as it was when it was last read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// The server's name of its state.
    pub etag: Option<String>,
    /// When the server says that it last changed, as it says it.
    pub last_modified: Option<String>,
    /// Half of the SHA-256 of its body.
    pub digest: Option<[u8; 16]>,
    /// The ids of its records.
    pub ids: Vec<String>,
    /// The address of the page after it.
    pub next: Option<String>,
    /// When it was last asked for: seconds since 1970.
    pub checked: i64,
}

/// All sources of a file, by their keys.
pub(super) fn keys(database: &Database) -> Result<Vec<(i64, SourceName)>, StoreError> {
    database.ask(|connection| {
        let mut statement = connection.prepare("SELECT key, base, name FROM source ORDER BY base, name")?;
        let name = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, SourceName { base: row.get(1)?, name: row.get(2)? }));
        statement.query_map([], name)?.collect()
    })
}

/// The states of all sources.
pub(super) fn states(database: &Database) -> Result<Vec<SourceState>, StoreError> {
    let mut states = Vec::new();
    for (key, name) in keys(database)? {
        let state = database.ask(|connection| {
            let question = "SELECT synced, state FROM source WHERE key = ?1";
            let (synced, state) = connection.query_row(question, [key], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let count = "SELECT count(*) FROM record WHERE source = ?1";
            let records: i64 = connection.query_row(count, [key], |row| row.get(0))?;
            Ok((synced, state, records.cast_unsigned()))
        })?;
        let (synced, state, records) = state;
        states.push(SourceState { name, synced, records, missing: missing(database, key)?, state });
    }
    Ok(states)
}

/// What a source lacks.
pub(super) fn missing(database: &Database, source: i64) -> Result<Vec<Missing>, StoreError> {
    database.ask(|connection| {
        let mut statement = connection.prepare("SELECT what, why, id FROM missing WHERE source = ?1 ORDER BY what")?;
        let missing = |row: &rusqlite::Row<'_>| {
            let id: Option<String> = row.get(2)?;
            Ok(Missing { what: row.get(0)?, why: row.get(1)?, id: id.and_then(|id| id.parse().ok()) })
        };
        statement.query_map([source], missing)?.collect()
    })
}

/// A page that was read before.
pub(super) fn page(database: &Database, source: i64, url: &str) -> Result<Option<Page>, StoreError> {
    database.ask(|connection| {
        let mut statement = connection.prepare_cached(
            "SELECT etag, last_modified, digest, ids, next, checked FROM page WHERE source = ?1 AND url = ?2",
        )?;
        let page = |row: &rusqlite::Row<'_>| {
            let ids: String = row.get(3)?;
            Ok(Page {
                etag: row.get(0)?,
                last_modified: row.get(1)?,
                digest: row.get(2)?,
                ids: ids.split_whitespace().map(str::to_owned).collect(),
                next: row.get(4)?,
                checked: row.get(5)?,
            })
        };
        statement.query_row((source, url), page).optional()
    })
}
