//! Records on this machine: files, folders, archives, git checkouts.

mod checkout;
mod taking;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rayon::prelude::*;

use super::Sources;
use super::source::{Configured, Reading, Source, Stop};
use crate::advisory::Project;
use crate::advisory::archive::Archive;
use crate::advisory::contents::read_up_to;
use crate::advisory::files::{Folder, is_folder};
use crate::advisory::store::{FILES, Incoming, SourceName, StoreError, each_chunk, items};
use crate::files::{FileError, Place};
use crate::net::Failure;
use taking::{Taking, chunks, forget};

/// Records at a place.
struct Records<'s> {
    name: SourceName,
    place: &'s Place,
}

/// One source for each place that is named.
pub(super) fn of<'s>(sources: &'s Sources, _: &Project) -> Configured<'s> {
    let of = |place: &'s Place| -> Box<dyn Source + 's> {
        let name = SourceName { base: FILES.to_owned(), name: place.as_path().to_string_lossy().into_owned() };
        Box::new(Records { name, place })
    };
    sources.files.iter().map(of).collect()
}

impl Source for Records<'_> {
    fn name(&self) -> &SourceName {
        &self.name
    }

    /// Reads what changed. Of a git repository the commit at `HEAD` is read, and
    /// only what is other than the last time; of anything else all is.
    fn read(&self, reading: &mut Reading<'_, '_>) -> Result<(), Stop> {
        let (place, path) = (self.place, self.place.as_path());
        let stop = |why: String| Stop::at(path.to_string_lossy().into_owned(), &Failure::lasting(why));
        let refused = |error: FileError| stop(error.why.to_string());
        let folder =
            if is_folder(place).map_err(refused)? { Some(Folder::open(place).map_err(refused)?) } else { None };
        if folder.is_some()
            && let Some(repository) = checkout::at(path)
        {
            return checkout::read(reading, path, &repository);
        }
        let files = folder.as_ref().map_or_else(|| vec![path.to_owned()], |folder| folder.files.clone());
        let open = |path: &Path| match &folder {
            Some(folder) => folder.place(path).open(),
            None => place.open(),
        };
        let mut taking = Taking::default();
        let is_archive = |path: &&PathBuf| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"));
        let (archives, files): (Vec<PathBuf>, Vec<PathBuf>) = files.into_iter().partition(|path| is_archive(&path));
        let budget = &reading.client.budget;
        let size = |path: &PathBuf| std::fs::metadata(path).map_or(0, |found| found.len());
        for chunk in chunks(&files, size) {
            let read = |path: &PathBuf| {
                let file = open(path).map_err(|error| error.why.to_string());
                (
                    path.to_string_lossy().into_owned(),
                    file.and_then(|file| read_up_to(file, budget.largest_file()))
                        .and_then(|bytes| items(&path.to_string_lossy(), bytes, budget)),
                )
            };
            taking.take(reading, chunk.par_iter().map(read).collect())?;
        }
        for archive in &archives {
            let newest = &mut taking.newest;
            let file = open(archive).map_err(refused)?;
            let unreadable = read_archive(reading, file, archive, &mut |record| {
                newest.entry(record.key()).or_insert(None);
            })?;
            taking.unreadable += unreadable;
        }
        taking.report(reading, path);
        if files.is_empty() && archives.is_empty() {
            return Err(stop(
                "there are no records; it needs .json, .yaml or .zip files, or a git repository of them".to_owned(),
            ));
        }
        // What was removed from the files goes, unless something could not be read.
        if reading.missing.is_empty() {
            let kept: BTreeSet<String> = taking.newest.into_keys().collect();
            forget(reading, &kept)?;
        }
        Ok(())
    }
}

/// Takes in an archive of records that is a file already, and shows each record;
/// says how many could not be read.
fn read_archive(
    reading: &mut Reading<'_, '_>,
    file: File,
    path: &Path,
    see: &mut dyn FnMut(&Incoming),
) -> Result<usize, Stop> {
    let unreadable = |why: String| Stop::at(path.to_string_lossy().into_owned(), &Failure::lasting(why));
    let archive = Archive::of_file(file).map_err(unreadable)?;
    let (mut bad, mut done, total) = (0, 0, archive.len() as u64);
    let packer = OnceLock::new();
    let client = reading.client;
    each_chunk(&archive, 0, &packer, &client.budget, &mut |chunk| {
        done += chunk.entries;
        bad += chunk.bad.len();
        chunk.records.iter().for_each(&mut *see);
        reading.take_in(chunk.records)?;
        reading.pack_ahead(&packer);
        reading.client.observer.records(done as u64, Some(total));
        Ok::<(), StoreError>(())
    })?;
    Ok(bad)
}
