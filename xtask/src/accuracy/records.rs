//! The records of the repositories that are measured.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secnotes::advisory::{self, Budget, SourceRecord};
use secnotes::compile::Overview;
use secnotes::files::Place;
use secnotes::join::Index;
use secnotes::model::Remote;

use super::rows::LinkRow;
use crate::realdata;

/// Where records are: folders of one repository each, and the databases of ecosystems.
pub(crate) struct Records {
    folders: Vec<PathBuf>,
    databases: BTreeMap<String, Arc<Vec<SourceRecord>>>,
}

/// Records that may be a project's.
pub(crate) enum Given {
    /// All of them are.
    Own(Vec<SourceRecord>),
    /// They are those of an ecosystem.
    Database(Arc<Vec<SourceRecord>>),
}

impl Records {
    /// The folders that `SECNOTES_RECORDS` names, and of the real data's
    /// databases those that the repositories without a folder need.
    pub(crate) fn read<'r>(repositories: impl Iterator<Item = (&'r str, &'r [LinkRow])>) -> Result<Self, String> {
        let folders = std::env::var_os("SECNOTES_RECORDS").unwrap_or_default();
        let folders = std::env::split_paths(&folders).filter(|path| !path.as_os_str().is_empty()).collect();
        let mut records = Self { folders, databases: BTreeMap::new() };
        let mut needed = BTreeSet::new();
        for (_, rows) in repositories.filter(|(repository, _)| records.folder(repository).is_none()) {
            needed.extend(rows.iter().map(|row| row.ecosystem.clone()));
        }
        for ecosystem in needed {
            let name = if ecosystem == "crates.io" { "Rust" } else { &ecosystem };
            let path = realdata::folder()?.join(format!("osv/{name}.zip"));
            if path.is_file() {
                records.databases.insert(ecosystem, Arc::new(load(&path)?));
            }
        }
        Ok(records)
    }

    fn folder(&self, repository: &str) -> Option<PathBuf> {
        let name = repository.replace('/', "+");
        self.folders.iter().map(|folder| folder.join(&name)).find(|folder| folder.is_dir())
    }

    /// The records for a repository.
    pub(crate) fn of(&self, repository: &str, rows: &[LinkRow]) -> Result<Given, String> {
        if let Some(folder) = self.folder(repository) {
            return load(&folder).map(Given::Own);
        }
        let mut ecosystems = rows.iter().map(|row| &row.ecosystem);
        let database = ecosystems.find_map(|ecosystem| self.databases.get(ecosystem));
        let database = database.ok_or("no folder of SECNOTES_RECORDS and no database has its records")?;
        Ok(Given::Database(Arc::clone(database)))
    }
}

fn load(path: &Path) -> Result<Vec<SourceRecord>, String> {
    let loaded = advisory::read(&[Place::named(path)], &Budget::default()).map_err(|error| error.to_string())?;
    Ok(loaded.records)
}

impl Given {
    /// The records of the project's own advisories, each said to be the
    /// repository's: what is measured is the join, not whose an advisory is.
    pub(crate) fn own(self, remote: &Remote, overview: &Overview<'_>, rows: &[LinkRow]) -> Vec<SourceRecord> {
        let mut own = match self {
            Self::Own(records) => records,
            Self::Database(records) => among(&records, overview, rows),
        };
        for record in &mut own {
            record.repository = Some(remote.clone());
        }
        own
    }
}

/// Those of a database that are about the project, or about packages that the
/// rows' own records name: helm's were `k8s.io/helm` once.
fn among(records: &[SourceRecord], overview: &Overview<'_>, rows: &[LinkRow]) -> Vec<SourceRecord> {
    let advisories = advisory::merge(records.to_vec());
    let is_row =
        |advisory: &&advisory::Advisory| advisory.ids().any(|id| rows.iter().any(|row| row.is_of(id.as_str())));
    let named = advisories.iter().filter(is_row).flat_map(|advisory| &advisory.affected);
    let mut project = overview.project().clone();
    project.packages.extend(named.filter_map(|affected| affected.value.package.clone()));
    let index = Index::new(overview.history());
    let forks = index.private_fork_ids(overview.history());
    let is_own = |advisory: &advisory::Advisory| {
        project.about(advisory).is_some() || advisory.ids().any(|id| forks.contains(&id))
    };
    advisories.into_iter().filter(is_own).flat_map(|advisory| advisory.records).collect()
}
