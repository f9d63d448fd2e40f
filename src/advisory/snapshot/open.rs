//! Opens a snapshot, and holds it against its list.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::error::{SnapshotError, failed, unreadable};
use super::list::{Listed, SCHEMA, UNPUBLISHED, digest, read_list};
use crate::advisory::store::{Incoming, Missing, SourceName, SourceState};
use crate::advisory::{Budget, SourceRecord, read_record};
use crate::files::{Enclosure, Place, Refusal};
use crate::model::{Sha256, Timestamp};

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
