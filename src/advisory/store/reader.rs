//! Reads the store: the records of a project, of ids and packages, of sources.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::database::{self, Database};
use super::error::StoreError;
use super::files::{PRIVATE, PUBLIC};
use super::pack::Unpacker;
use super::source::{self, SourceName, SourceState};
use super::terms::{self, Term};
use crate::advisory::{Budget, PackageName, Project, SourceRecord, go_major, read_record};
use crate::limits::Limits;
use crate::model::{AdvisoryId, CommitPrefix, Remote};

/// A store, open to read.
pub struct Store {
    folder: PathBuf,
    files: Vec<(Database, Unpacker)>,
    budget: Budget,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// What to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Look {
    /// Records of an id, or with that alias.
    Id(AdvisoryId),
    /// Records that affect a package.
    Package(PackageName),
    /// A repository's own advisories, and records with GIT ranges of it or links into it.
    Repository(Remote),
    /// Records that name a commit in an event, a pseudo-version or a link.
    Commit(CommitPrefix),
}

impl Look {
    fn term(&self) -> Option<Term> {
        match self {
            Self::Id(id) => Some(Term::id(id)),
            Self::Package(package) => Some(Term::package(package)),
            Self::Repository(remote) => Some(Term::repository(remote)),
            Self::Commit(prefix) => Term::commit(prefix),
        }
    }
}

impl Store {
    /// Opens the store in a folder; it is not changed.
    ///
    /// # Errors
    /// There is none, it is damaged or of another version, or may not be read.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let public = Database::read(&folder.join(PUBLIC))?.ok_or_else(|| StoreError::Missing(folder.to_owned()))?;
        let mut files = Vec::new();
        for database in std::iter::once(public).chain(Database::read(&folder.join(PRIVATE))?) {
            // One view of the file from here on, whatever a sync commits.
            database.ask(|connection| connection.execute_batch("BEGIN"))?;
            if database.terms_version()? != terms::VERSION {
                return Err(StoreError::Version {
                    path: database.path,
                    found: 0,
                    known: database::VERSION,
                    mend: "its index is of another secnotes; `secnotes sync` brings it up to date",
                });
            }
            let unpacker = database.unpacker()?;
            files.push((database, unpacker));
        }
        Ok(Self { folder: folder.to_owned(), files, budget: Budget::default() })
    }

    /// The same, which reads no more than these limits allow.
    #[must_use]
    pub fn within(mut self, limits: &Limits) -> Self {
        self.budget = Budget::new(limits);
        self
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is known of all sources.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn sources(&self) -> Result<Vec<SourceState>, StoreError> {
        self.files.first().map_or_else(|| Ok(Vec::new()), |(public, _)| source::states(public))
    }

    /// The records that may be about a project, and those of these ids and
    /// packages, each with all records that its aliases lead to. Only these sources are asked:
    /// another project that shares the store may have any others.
    ///
    /// # Errors
    /// The store cannot be read, or a record in it is damaged.
    pub fn records_for(
        &self,
        project: &Project,
        ids: &BTreeSet<AdvisoryId>,
        packages: &BTreeSet<PackageName>,
        sources: &[SourceName],
    ) -> Result<Vec<SourceRecord>, StoreError> {
        let mut terms: Vec<Term> = ids.iter().map(Term::id).collect();
        terms.extend(packages.iter().map(|package| match package.name.parse() {
            // A submodule's repository, which ranges of commits name.
            Ok(remote) if package.ecosystem == "Git" => Term::repository(&remote),
            _ => Term::package(package),
        }));
        for remote in &project.remotes {
            terms.push(Term::repository(remote));
            terms.extend(["Go", "SwiftURL"].map(|ecosystem| Term::below(ecosystem, remote.as_str())));
            if remote.host() == "github.com" {
                terms.push(Term::below("GitHub Actions", remote.path()));
            }
        }
        terms.extend(project.former.addresses.iter().map(Term::repository));
        for package in &project.packages {
            terms.push(Term::package(package));
            if package.ecosystem == "Go" {
                terms.push(Term::below("Go", go_major(&package.name).0));
            }
        }
        self.closure(terms, sources)
    }

    /// The records of a look-up, without those that their aliases lead to.
    ///
    /// # Errors
    /// As for [`Store::records_for`].
    pub fn look(&self, look: &Look) -> Result<Vec<SourceRecord>, StoreError> {
        let Some(term) = look.term() else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for (database, unpacker) in &self.files {
            let keys: Vec<i64> = keys_of(database, &[term])?.into_iter().collect();
            let records = read(database, unpacker, &keys, &admitted(database, None)?, &self.budget)?;
            // Another text may have the same fingerprint.
            found.extend(records.into_iter().filter(|record| terms::of(record).contains(&term)).filter(|record| {
                match look {
                    Look::Id(id) => record.ids().any(|known| known == *id),
                    _ => true,
                }
            }));
        }
        Ok(found)
    }

    /// Every record of the sources of these bases, in the order of their ids.
    ///
    /// # Errors
    /// As for [`Store::records_for`].
    pub fn each(
        &self,
        base: &str,
        name: &str,
        private: bool,
        take: &mut dyn FnMut(&AdvisoryId, Vec<u8>),
    ) -> Result<(), StoreError> {
        for (database, unpacker) in self.files.iter().skip(usize::from(private)).take(1) {
            let rows = database.ask(|connection| {
                let mut statement = connection.prepare(
                    "SELECT record.id, dictionary, body FROM record JOIN source ON source.key = record.source
                     WHERE base = ?1 AND name = ?2 ORDER BY record.id, variant",
                )?;
                let mut rows = statement.query([base, name])?;
                let mut damaged = None;
                while let Some(row) = rows.next()? {
                    let (id, key, body): (String, i64, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
                    match (id.parse(), unpacker.unpack(key, &body)) {
                        (Ok(id), Ok(raw)) => take(&id, raw),
                        (_, Err(error)) => damaged = Some(error.to_string()),
                        (Err(_), _) => damaged = Some("an id in it is none".to_owned()),
                    }
                }
                Ok(damaged)
            })?;
            if let Some(why) = rows {
                return Err(StoreError::damaged(&database.path, &why));
            }
        }
        Ok(())
    }

    fn closure(&self, start: Vec<Term>, sources: &[SourceName]) -> Result<Vec<SourceRecord>, StoreError> {
        let mut found: Vec<SourceRecord> = Vec::new();
        let mut asked: FxHashSet<Term> = FxHashSet::default();
        let mut taken: Vec<FxHashSet<i64>> = self.files.iter().map(|_| FxHashSet::default()).collect();
        let admitted =
            self.files.iter().map(|(database, _)| admitted(database, Some(sources))).collect::<Result<Vec<_>, _>>()?;
        let mut next = start;
        while !next.is_empty() {
            next.retain(|term| asked.insert(*term));
            let mut fresh: Vec<SourceRecord> = Vec::new();
            for (((database, unpacker), taken), admitted) in self.files.iter().zip(&mut taken).zip(&admitted) {
                let keys = keys_of(database, &next)?;
                let keys: Vec<i64> = keys.into_iter().filter(|key| taken.insert(*key)).collect();
                fresh.extend(read(database, unpacker, &keys, admitted, &self.budget)?);
            }
            next = fresh.iter().flat_map(|record| record.ids().map(|id| Term::id(&id)).collect::<Vec<_>>()).collect();
            found.extend(fresh);
        }
        found.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| a.origin.cmp(&b.origin)));
        Ok(found)
    }
}

/// The sources of a file that are asked, with what messages call them.
fn admitted(database: &Database, sources: Option<&[SourceName]>) -> Result<Vec<(i64, String)>, StoreError> {
    let all = source::keys(database)?.into_iter();
    let asked = all.filter(|(_, name)| sources.is_none_or(|sources| sources.contains(name)));
    Ok(asked.map(|(key, name)| (key, name.to_string())).collect())
}

/// The records that have one of these terms, by their keys.
fn keys_of(database: &Database, terms: &[Term]) -> Result<BTreeSet<i64>, StoreError> {
    database.ask(|connection| {
        let mut statement = connection.prepare_cached("SELECT record FROM term WHERE term = ?1")?;
        let mut keys = BTreeSet::new();
        for term in terms {
            for key in statement.query_map([term.0], |row| row.get::<_, i64>(0))? {
                keys.insert(key?);
            }
        }
        Ok(keys)
    })
}

/// Reads records by their keys: one connection fetches, all cores unpack.
fn read(
    database: &Database,
    unpacker: &Unpacker,
    keys: &[i64],
    admitted: &[(i64, String)],
    budget: &Budget,
) -> Result<Vec<SourceRecord>, StoreError> {
    let rows = database.ask(|connection| {
        let mut statement = connection.prepare_cached("SELECT source, dictionary, body FROM record WHERE key = ?1")?;
        let mut rows = Vec::new();
        for key in keys {
            let row =
                |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Vec<u8>>(2)?));
            for row in statement.query_map([key], row)? {
                let row = row?;
                if let Err(exceeded) = budget.take(row.2.len() as u64) {
                    return Ok(Err(exceeded));
                }
                rows.push(row);
            }
        }
        Ok(Ok(rows))
    })??;
    let path = &database.path;
    let unpack = |(source, key, body): &(i64, i64, Vec<u8>)| {
        let (_, origin) = admitted.iter().find(|(admitted, _)| admitted == source)?;
        let damaged = || StoreError::damaged(path, "a record in it cannot be read");
        let room = || budget.take(Unpacker::most(body) as u64).map_err(StoreError::from);
        let unpacked = room().and_then(|()| unpacker.unpack(*key, body).map_err(|_| damaged()));
        Some(unpacked.and_then(|raw| {
            budget.take_parsed(&raw)?;
            read_record(&raw, origin).map_err(|_| damaged())
        }))
    };
    rows.par_iter().filter_map(unpack).collect()
}
