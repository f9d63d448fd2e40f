//! `snapshot.json`: the sources of a snapshot, and what each holds.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::SnapshotError;
use crate::advisory::Budget;
use crate::files::{Enclosure, Place};
use crate::model::Sha256;

/// The name of the list.
pub const LIST: &str = "snapshot.json";

pub(super) const SCHEMA: &str = "secnotes/snapshot/v1";

/// The folder of what is not published.
pub(super) const UNPUBLISHED: &str = "unpublished";

#[derive(Serialize, Deserialize)]
pub(super) struct List {
    pub(super) schema: String,
    pub(super) sources: Vec<Listed>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Listed {
    pub(super) base: String,
    pub(super) name: String,
    pub(super) folder: String,
    pub(super) synced: Option<String>,
    pub(super) records: u64,
    pub(super) digest: Sha256,
    /// The packages that were asked for, for the source that asks for packages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) packages: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) missing: Vec<Lacking>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) unpublished: bool,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Lacking {
    pub(super) what: String,
    pub(super) why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
}

/// Whether a folder holds a snapshot and nothing else.
#[must_use]
pub fn is_snapshot(folder: &Path) -> bool {
    let Ok(list) = read_list(folder, &Budget::default()) else { return false };
    let known =
        |name: &str| name == LIST || list.sources.iter().any(|source| source.folder.split('/').next() == Some(name));
    let entries = std::fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>());
    list.schema == SCHEMA
        && entries.is_ok_and(|entries| entries.iter().all(|entry| entry.file_name().to_str().is_some_and(known)))
}

pub(super) fn read_list(folder: &Path, budget: &Budget) -> Result<List, SnapshotError> {
    let not = |why: String| SnapshotError::NotASnapshot { path: folder.to_owned(), why };
    let unread = |why: &dyn std::fmt::Display| not(format!("{LIST} cannot be read ({why})"));
    let walls = Enclosure::of_folder(folder).map_err(|error| unread(&error))?;
    let text = Place::Enclosed(walls.path(LIST)).read(budget.largest_file()).map_err(|error| unread(&error.why))?;
    budget.take(text.len() as u64)?;
    budget.take_parsed(&text)?;
    serde_json::from_slice(&text).map_err(|error| not(format!("{LIST}: {}", place_of(&error))))
}

/// Where a list is broken, and nothing of what is in it.
fn place_of(error: &serde_json::Error) -> String {
    format!("it is not as secnotes writes it (line {}, column {})", error.line(), error.column())
}

/// One digest of many files.
pub(super) fn digest(mut files: Vec<(String, Sha256)>) -> Sha256 {
    files.sort();
    let lines: String = files.iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect();
    Sha256::of(lines.as_bytes())
}
