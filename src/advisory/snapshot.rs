//! A snapshot: what a sync fetched, as plain files that can be kept beside a
//! release, attached to a bug report, and compiled from again.
//!
//! | file | holds |
//! | --- | --- |
//! | `snapshot.json` | `secnotes/snapshot/v1`: the sources, when each was read, what it lacks, and the digest of its records |
//! | `FOLDER/ID.json` | a record as it was fetched |
//! | `unpublished/FOLDER/ID.json` | one that is not published, only where that was asked for |

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Budget;
use super::store::{Incoming, Missing, SourceName, SourceState, Store, StoreError};
use super::{SourceRecord, read_record};
use crate::files::{Enclosure, FileError, Place, Refusal};
use crate::limits::Exceeded;
use crate::model::{AdvisoryId, Sha256, Timestamp, line, line_of, line_of_path};

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

/// The name of the list.
pub const LIST: &str = "snapshot.json";

const SCHEMA: &str = "secnotes/snapshot/v1";

/// The folder of what is not published.
const UNPUBLISHED: &str = "unpublished";

/// Why a snapshot cannot be written or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// A file cannot be read or written.
    #[error("cannot {doing} {}: {}", line_of_path(path), line_of(source))]
    Files {
        /// What was being done.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The folder is none.
    #[error("{} is no snapshot: {}; `secnotes sync --record` makes one", line_of_path(path), line(why))]
    NotASnapshot {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Its records are not those that were recorded.
    #[error(
        "{} is not as it was recorded: its records were added, removed or changed. Record it again, or use it as it \
         is with --advisories", line_of_path(.0)
    )]
    Changed(PathBuf),
    /// It is too large.
    #[error(transparent)]
    Exceeded(#[from] Exceeded),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn unreadable(doing: &'static str) -> impl Fn(FileError) -> SnapshotError {
    move |error| SnapshotError::Files { doing, path: error.path, source: std::io::Error::other(error.why.to_string()) }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> SnapshotError {
    let path = path.to_owned();
    move |source| SnapshotError::Files { doing, path, source }
}

#[derive(Serialize, Deserialize)]
struct List {
    schema: String,
    sources: Vec<Listed>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Listed {
    base: String,
    name: String,
    folder: String,
    synced: Option<String>,
    records: u64,
    digest: Sha256,
    /// The packages that were asked for, for the source that asks for packages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    packages: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    missing: Vec<Lacking>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    unpublished: bool,
}

#[derive(Clone, Serialize, Deserialize)]
struct Lacking {
    what: String,
    why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

/// Writes what a store holds of some sources into a new folder; says how many
/// records that are. Unpublished ones are written only if they are asked for.
///
/// # Errors
/// The store cannot be read, or the folder cannot be written.
pub fn record(
    store: &Store,
    sources: &[SourceName],
    folder: &Path,
    include_unpublished: bool,
) -> Result<u64, SnapshotError> {
    let states = store.sources()?;
    let mut list = List { schema: SCHEMA.to_owned(), sources: Vec::new() };
    let mut total = 0;
    for private in [false, true].into_iter().take(1 + usize::from(include_unpublished)) {
        let place = if private { folder.join(UNPUBLISHED) } else { folder.to_owned() };
        for name in sources {
            let Some(state) = states.iter().find(|state| state.name == *name) else { continue };
            let slug = slug(&list, name, private);
            let records = write_source(store, name, private, &place, &slug)?;
            if private && records.is_empty() {
                continue;
            }
            total += records.len() as u64;
            let missing = state.missing.iter().filter(|_| !private).map(|missing| Lacking {
                what: missing.what.clone(),
                why: missing.why.clone(),
                id: missing.id.as_ref().map(ToString::to_string),
            });
            list.sources.push(Listed {
                base: name.base.clone(),
                name: name.name.clone(),
                folder: if private { format!("{UNPUBLISHED}/{slug}") } else { slug },
                synced: state.synced.and_then(Timestamp::from_unix).map(|at| at.as_str().to_owned()),
                records: records.len() as u64,
                digest: digest(records),
                packages: packages(state).map(str::to_owned).collect(),
                missing: missing.collect(),
                unpublished: private,
            });
        }
    }
    let path = folder.join(LIST);
    // Strings, numbers and lists can be written as JSON.
    let mut text = serde_json::to_string_pretty(&list).unwrap_or_default();
    text.push('\n');
    create(folder, false)?;
    std::fs::write(&path, text).map_err(failed("write", &path))?;
    Ok(total)
}

/// What the next run of a source has to know, and may: which packages it is of.
fn packages(state: &SourceState) -> impl Iterator<Item = &str> {
    let lists_packages = state.name.lists_packages();
    state.state.lines().filter(move |_| lists_packages)
}

/// Writes the records of a source; gives the digest of each with its name.
fn write_source(
    store: &Store,
    name: &SourceName,
    private: bool,
    place: &Path,
    slug: &str,
) -> Result<Vec<(String, Sha256)>, SnapshotError> {
    let folder = place.join(slug);
    let (mut written, mut error) = (Vec::new(), None);
    let (mut last, mut copies): (Option<AdvisoryId>, usize) = (None, 0);
    store.each(&name.base, &name.name, private, &mut |id, raw| {
        if error.is_some() {
            return;
        }
        let made =
            if written.is_empty() { create(place, private).and_then(|()| create(&folder, private)) } else { Ok(()) };
        // A repository's own advisory and the database's record of it have one id.
        copies = if last.as_ref() == Some(id) { copies + 1 } else { 0 };
        last = Some(id.clone());
        let file = file_name(id, copies);
        let digest = Sha256::of(&raw);
        match made.and_then(|()| write_file(&folder.join(&file), &raw, private)) {
            Ok(()) => written.push((file, digest)),
            Err(failure) => error = Some(failure),
        }
    })?;
    error.map_or(Ok(written), Err)
}

fn create(folder: &Path, private: bool) -> Result<(), SnapshotError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    if private {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    }
    builder.create(folder).map_err(failed("create the folder", folder))
}

fn write_file(path: &Path, bytes: &[u8], private: bool) -> Result<(), SnapshotError> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    options.open(path).and_then(|mut file| file.write_all(bytes)).map_err(failed("write", path))
}

/// A file's name; some systems have no colons in theirs.
fn file_name(id: &AdvisoryId, copies: usize) -> String {
    let name = id.as_str().replace(':', "%3A");
    if copies == 0 { format!("{name}.json") } else { format!("{name}~{copies}.json") }
}

/// A folder's name for a source, not used before.
fn slug(list: &List, name: &SourceName, private: bool) -> String {
    let host = name.base.split_once("://").map_or(name.base.as_str(), |(_, rest)| rest);
    let text = format!("{host} {}", name.name);
    let parts =
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').filter(|part| !part.trim_matches('.').is_empty());
    let plain = parts.collect::<Vec<_>>().join("-");
    let plain: String = plain.chars().take(100).collect();
    let taken = |slug: &str| {
        list.sources.iter().any(|known| known.unpublished == private && known.folder.rsplit('/').next() == Some(slug))
    };
    let mut slug = plain.clone();
    let mut number = 1;
    while taken(&slug) || slug.is_empty() || slug == UNPUBLISHED {
        number += 1;
        slug = format!("{plain}-{number}");
    }
    slug
}

/// One digest of many files.
fn digest(mut files: Vec<(String, Sha256)>) -> Sha256 {
    files.sort();
    let lines: String = files.iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect();
    Sha256::of(lines.as_bytes())
}

/// A snapshot that was recorded.
#[derive(Debug)]
pub struct Snapshot {
    sources: Vec<Recorded>,
}

/// A source of a snapshot.
#[derive(Debug)]
struct Recorded {
    state: SourceState,
    unpublished: bool,
    /// Each file's name, and what is in it.
    files: Vec<(String, Vec<u8>)>,
}

impl Snapshot {
    /// Opens a snapshot, and holds it against its list.
    ///
    /// # Errors
    /// The folder is no snapshot, or is not as it was recorded.
    pub fn open(folder: &Path, budget: &Budget) -> Result<Self, SnapshotError> {
        let list = read_list(folder, budget)?;
        if list.schema != SCHEMA {
            let why = format!("its schema is not {SCHEMA}");
            return Err(SnapshotError::NotASnapshot { path: folder.to_owned(), why });
        }
        let walls = Enclosure::of_folder(folder).map_err(failed("read", folder))?;
        let sources = list.sources.into_iter().map(|listed| open_source(folder, &walls, listed, budget));
        Ok(Self { sources: sources.collect::<Result<_, _>>()? })
    }

    /// What is known of its sources.
    #[must_use]
    pub fn states(&self) -> Vec<SourceState> {
        self.sources.iter().filter(|source| !source.unpublished).map(|source| source.state.clone()).collect()
    }

    /// Its records, by id.
    ///
    /// # Errors
    /// A file holds none, or they are too much.
    pub fn records(&self, budget: &Budget) -> Result<Vec<SourceRecord>, SnapshotError> {
        let all: Vec<_> =
            self.sources.iter().flat_map(|source| source.files.iter().map(move |file| (&source.state, file))).collect();
        let read = |(state, (name, raw)): &(&SourceState, &(String, Vec<u8>))| {
            budget.take_parsed(raw)?;
            read_record(raw, &state.name.to_string()).map_err(|_| not_a_record(name))
        };
        let mut records = all.par_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        records.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| a.origin.cmp(&b.origin)));
        Ok(records)
    }

    /// Its records on their way into a store, source by source.
    ///
    /// # Errors
    /// A file holds none, or they are too much.
    pub fn into_sources(self, budget: &Budget) -> Result<Vec<(SourceState, Vec<Incoming>)>, SnapshotError> {
        let incoming = |(name, raw): (String, Vec<u8>)| {
            budget.fits(&raw)?;
            Incoming::read(raw).map_err(|_| not_a_record(&name))
        };
        let mut sources: Vec<(SourceState, Vec<Incoming>)> = Vec::new();
        for Recorded { state, files, .. } in self.sources {
            let records = files.into_iter().map(incoming).collect::<Result<Vec<_>, _>>()?;
            match sources.iter_mut().find(|(known, _)| known.name == state.name) {
                Some((_, all)) => all.extend(records),
                None => sources.push((state, records)),
            }
        }
        Ok(sources)
    }
}

fn not_a_record(name: &str) -> SnapshotError {
    // The name of a file may be an unpublished advisory's.
    let path = PathBuf::from(if name.contains(UNPUBLISHED) { UNPUBLISHED } else { name });
    SnapshotError::NotASnapshot { path, why: "it holds no advisory".to_owned() }
}

fn read_list(folder: &Path, budget: &Budget) -> Result<List, SnapshotError> {
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

fn open_source(folder: &Path, walls: &Enclosure, listed: Listed, budget: &Budget) -> Result<Recorded, SnapshotError> {
    let parts: Vec<&str> = listed.folder.split('/').collect();
    if [&listed.base, &listed.name].iter().any(|text| text.chars().any(char::is_control)) {
        let why = "its list holds characters that control terminals".to_owned();
        return Err(SnapshotError::NotASnapshot { path: folder.to_owned(), why });
    }
    let sound = |part: &&str| !["", "..", "."].contains(part) && !part.contains(['\\', ':']);
    if parts.len() > 2 || !parts.iter().all(sound) {
        let why = "its list names a folder outside".to_owned();
        return Err(SnapshotError::NotASnapshot { path: folder.to_owned(), why });
    }
    let place = folder.join(&listed.folder);
    let mut names = BTreeSet::new();
    if listed.records > 0 {
        // The folder itself may be a link that leads out.
        Place::Enclosed(walls.path(&listed.folder)).resolve().map_err(unreadable("read"))?;
        for entry in std::fs::read_dir(&place).map_err(failed("read", &place))? {
            let entry = entry.map_err(failed("read", &place))?;
            // A link could lead anywhere, and a device never ends.
            let plain = entry.file_type().is_ok_and(|kind| kind.is_file());
            if !plain || names.len() as u64 >= listed.records {
                return Err(SnapshotError::Changed(place));
            }
            names.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    let names: Vec<String> = names.into_iter().collect();
    let read = |name: &String| {
        let file = Place::Enclosed(walls.path(format!("{}/{name}", listed.folder)));
        let size = file.resolve().map_err(unreadable("read"))?.metadata().map_or(0, |found| found.len());
        budget.take(size)?;
        let bytes = file.read(size.min(budget.largest_file())).map_err(|error| match error.why {
            Refusal::TooLarge(_) => SnapshotError::Changed(place.clone()),
            _ => unreadable("read")(error),
        })?;
        Ok((name.clone(), Sha256::of(&bytes), bytes))
    };
    let files: Vec<(String, Sha256, Vec<u8>)> = names.par_iter().map(read).collect::<Result<_, SnapshotError>>()?;
    if digest(files.iter().map(|(name, digest, _)| (name.clone(), digest.clone())).collect()) != listed.digest {
        return Err(SnapshotError::Changed(place));
    }
    let missing = listed.missing.iter().map(|lacking| Missing {
        what: lacking.what.clone(),
        why: lacking.why.clone(),
        id: lacking.id.as_ref().and_then(|id| id.parse().ok()),
    });
    let state = SourceState {
        name: SourceName { base: listed.base, name: listed.name },
        synced: listed.synced.and_then(|at| Timestamp::new(at).unix()).map(|(seconds, _)| seconds),
        records: listed.records,
        missing: missing.collect(),
        state: listed.packages.join("\n"),
    };
    let files = files.into_iter().map(|(name, _, bytes)| (format!("{}/{name}", listed.folder), bytes));
    Ok(Recorded { state, unpublished: listed.unpublished, files: files.collect() })
}
