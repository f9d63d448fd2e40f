//! Records on this machine: files, folders, archives, git checkouts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use git2::{ObjectType, Oid};
use rayon::prelude::*;

use super::Failure;
use super::bulk::read_archive;
use super::sync::{Source, Stop};
use crate::advisory::Budget;
use crate::advisory::archive::{Items, incoming};
use crate::advisory::files::{Folder, is_folder, is_record_name, read_up_to};
use crate::advisory::store::{FILES, SourceName, StoreError};
use crate::files::{FileError, Place};
use crate::history::Readable;
use crate::limits::{Limits, SYNC_CHUNK};
use crate::model::line_of_path;

/// Files that are read before they are written.
const CHUNK: usize = 2_000;

/// Records at a path.
pub(super) fn name(path: &Path) -> SourceName {
    SourceName { base: FILES.to_owned(), name: path.to_string_lossy().into_owned() }
}

/// Reads what changed at a path. Of a git repository the commit at `HEAD` is
/// read, and only what is other than the last time; of anything else all is.
pub(super) fn read(source: &mut Source<'_, '_>, place: &Place) -> Result<(), Stop> {
    let path = place.as_path();
    let stop = |why: String| Source::stop(path.to_string_lossy().into_owned(), &Failure::lasting(why));
    let refused = |error: FileError| stop(error.why.to_string());
    let folder = if is_folder(place).map_err(refused)? { Some(Folder::open(place).map_err(refused)?) } else { None };
    if folder.is_some()
        && let Some(repository) = repository(path)
    {
        return read_commit(source, path, &repository);
    }
    let files = folder.as_ref().map_or_else(|| vec![path.to_owned()], |folder| folder.files.clone());
    let open = |path: &Path| match &folder {
        Some(folder) => folder.place(path).open(),
        None => place.open(),
    };
    let mut taking = Taking::default();
    let is_archive = |path: &&PathBuf| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"));
    let (archives, files): (Vec<PathBuf>, Vec<PathBuf>) = files.into_iter().partition(|path| is_archive(&path));
    let budget = &source.client.budget;
    let size = |path: &PathBuf| std::fs::metadata(path).map_or(0, |found| found.len());
    for chunk in chunks(&files, size) {
        let read = |path: &PathBuf| {
            let file = open(path).map_err(|error| error.why.to_string());
            (
                path.to_string_lossy().into_owned(),
                file.and_then(|file| read_up_to(file, budget.largest_file()))
                    .and_then(|bytes| incoming(&path.to_string_lossy(), bytes, budget)),
            )
        };
        taking.take(source, chunk.par_iter().map(read).collect())?;
    }
    for archive in &archives {
        let newest = &mut taking.newest;
        let file = open(archive).map_err(refused)?;
        let unreadable = read_archive(source, file, archive, &mut |record| {
            newest.entry(record.key()).or_insert(None);
        })?;
        taking.unreadable += unreadable;
    }
    taking.report(source, path);
    if files.is_empty() && archives.is_empty() {
        return Err(stop(
            "there are no records; it needs .json, .yaml or .zip files, or a git repository of them".to_owned(),
        ));
    }
    // What was removed from the files goes, unless something could not be read.
    if source.missing.is_empty() {
        let kept: BTreeSet<String> = taking.newest.into_keys().collect();
        forget(source, &kept)?;
    }
    Ok(())
}

/// The git repository at a path. One without a work tree is opened only where
/// it is named as such, and none that borrows objects of another: a folder in
/// somebody's repository could be made to look like one.
fn repository(path: &Path) -> Option<git2::Repository> {
    let repository = git2::Repository::open(path).ok()?;
    let bare_by_name = path.extension().is_some_and(|end| end == "git");
    let borrows = repository.path().join("objects/info/alternates").exists();
    ((!repository.is_bare() || bare_by_name) && !borrows).then_some(repository)
}

/// Files in their order, in groups that are read at once: not too many, and not
/// too large together.
fn chunks<T>(files: &[T], size: impl Fn(&T) -> u64) -> Vec<&[T]> {
    let (mut chunks, mut rest, mut count, mut bytes) = (Vec::new(), files, 0, 0_u64);
    for file in files {
        (count, bytes) = (count + 1, bytes.saturating_add(size(file)));
        if count >= CHUNK || bytes >= SYNC_CHUNK {
            let (chunk, after) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            chunks.push(chunk);
            (rest, count, bytes) = (after, 0, 0);
        }
    }
    chunks.extend((!rest.is_empty()).then_some(rest));
    chunks
}

type Read = (String, Result<Items, String>);

/// What a run has taken in so far.
#[derive(Default)]
struct Taking {
    /// When the newest version of each record that came was changed, by its key.
    newest: BTreeMap<String, Option<i64>>,
    /// The ids that each file holds.
    held: Vec<(String, Vec<String>)>,
    /// How many records could not be read. What is wrong with them, and what
    /// they are called, may be unpublished.
    unreadable: usize,
}

impl Taking {
    fn take(&mut self, source: &mut Source<'_, '_>, read: Vec<Read>) -> Result<(), StoreError> {
        let mut records = Vec::new();
        for (place, incoming) in read {
            let (mut ids, mut whole) = (Vec::new(), true);
            let items = incoming.unwrap_or_else(|why| vec![Err(why)]);
            for item in items {
                let Ok(record) = item else {
                    whole = false;
                    self.unreadable += 1;
                    continue;
                };
                let key = record.key();
                ids.push(key.clone());
                // Of the copies that are there now the newest counts; what was
                // there before does not.
                let newest = self.newest.entry(key).or_insert(None);
                if *newest <= record.modified_at() {
                    *newest = record.modified_at();
                    records.push(record.standing());
                }
            }
            // A file that cannot be read still holds what it held.
            if whole {
                self.held.push((place, ids));
            }
        }
        source.take_in(records)
    }

    fn report(&self, source: &mut Source<'_, '_>, path: &Path) {
        if self.unreadable > 0 {
            let what = if self.unreadable == 1 { "a file".to_owned() } else { format!("{} files", self.unreadable) };
            let failure =
                Failure::lasting("it holds no record that can be read; `secnotes osv --check` says what is wrong");
            source.lacks(format!("{what} at {}", line_of_path(path)), &failure);
        }
    }
}

fn forget(source: &mut Source<'_, '_>, kept: &BTreeSet<String>) -> Result<(), StoreError> {
    let known = source.store.keys(&source.name)?;
    let gone: Vec<String> = known.into_iter().filter(|key| !kept.contains(key)).collect();
    source.counts += source.store.remove_keys(&source.name, &gone)?;
    Ok(())
}

/// Reads the records of the commit at `HEAD`.
fn read_commit(source: &mut Source<'_, '_>, path: &Path, repository: &git2::Repository) -> Result<(), Stop> {
    let stop = |error: git2::Error| {
        let why = format!("{}; fetch or check out a commit that holds records", error.message());
        Source::stop(path.to_string_lossy().into_owned(), &Failure::lasting(why))
    };
    let unreadable = |why: String| Source::stop(path.to_string_lossy().into_owned(), &Failure::lasting(why));
    let readable = Readable::check(repository.path()).map_err(unreadable)?;
    let tree = repository.head().and_then(|head| head.peel_to_tree()).map_err(stop)?;
    let state = source.store.state(&source.name)?;
    let held = source.store.files(&source.name)?;
    // What is known of the files lies in another file of the store than what
    // says which commit they are of: without the one the other means nothing.
    let known: BTreeSet<&String> = held.values().flatten().collect();
    let sound = source.store.keys(&source.name)?.iter().all(|key| known.contains(key));
    let before = state.strip_prefix("tree ").and_then(|id| Oid::from_str(id).ok());
    let before = before.filter(|_| sound && !source.wanted.refresh);
    if before == Some(tree.id()) {
        return Ok(());
    }
    readable.check_tree(tree.id(), Limits::default()).map_err(unreadable)?;
    let old = before.and_then(|id| repository.find_tree(id).ok());
    let diff = repository.diff_tree_to_tree(old.as_ref(), Some(&tree), None).map_err(stop)?;
    let is_record = |path: Option<&Path>| path.is_some_and(|path| is_record_name(&path.to_string_lossy()));
    let place = |path: Option<&Path>| path.unwrap_or(Path::new("")).to_string_lossy().into_owned();
    let (mut fresh, mut gone) = (Vec::new(), Vec::new());
    for change in diff.deltas() {
        let (old, new) = (change.old_file(), change.new_file());
        if !new.id().is_zero() && is_record(new.path()) {
            fresh.push((place(new.path()), new.id()));
        } else if !old.id().is_zero() && is_record(old.path()) {
            gone.push(place(old.path()));
        }
    }
    if old.is_none() {
        // All files are read, and what is known of others is of another commit.
        let there: BTreeSet<&String> = fresh.iter().map(|(path, _)| path).collect();
        gone.extend(held.keys().filter(|path| !there.contains(path)).cloned());
    }
    let (mut taking, folder, total) = (Taking::default(), repository.path(), fresh.len() as u64);
    let budget = &source.client.budget;
    let odb = repository.odb().map_err(stop)?;
    let size = |(_, id): &(String, Oid)| odb.read_header(*id).map_or(0, |(size, _)| size as u64);
    for chunk in chunks(&fresh, size) {
        let open = || git2::Repository::open(folder).ok();
        let read = |repository: &mut Option<git2::Repository>, (place, id): &(String, Oid)| {
            let contents = repository.as_ref().and_then(|repository| blob(repository, *id, budget));
            let read = contents.ok_or_else(|| "git does not have it".to_owned());
            (place.clone(), read.and_then(|bytes| incoming(place, bytes, budget)))
        };
        taking.take(source, chunk.par_iter().map_init(open, read).collect())?;
        source.client.observer.records(taking.newest.len() as u64, Some(total));
    }
    // An older copy that is new must not hide a newer one that was there.
    let read: BTreeSet<&String> = fresh.iter().map(|(path, _)| path).chain(&gone).collect();
    let copies = held
        .iter()
        .filter(|(path, keys)| !read.contains(path) && keys.iter().any(|key| taking.newest.contains_key(key)));
    let copies: Vec<Read> = copies
        .filter_map(|(path, _)| Some((path.clone(), tree.get_path(Path::new(path)).ok()?.id())))
        .map(|(path, id)| {
            let read = blob(repository, id, budget).ok_or_else(|| "git does not have it".to_owned());
            let items = read.and_then(|bytes| incoming(&path, bytes, budget));
            (path, items)
        })
        .collect();
    taking.take(source, copies)?;
    taking.report(source, path);
    // Where something could not be read, nothing is known to be gone.
    let gone = if source.missing.is_empty() { gone } else { Vec::new() };
    source.store.set_files(&source.name, &taking.held, &gone, source.client.now)?;
    if source.missing.is_empty() {
        let kept: BTreeSet<String> = source.store.files(&source.name)?.into_values().flatten().collect();
        forget(source, &kept)?;
    }
    // Where something could not be read all is read again: what the store has
    // is of two commits then.
    let read = if source.missing.is_empty() { format!("tree {}", tree.id()) } else { String::new() };
    source.store.set_state(&source.name, &read)?;
    Ok(())
}

fn blob(repository: &git2::Repository, id: Oid, budget: &Budget) -> Option<Vec<u8>> {
    let (size, kind) = repository.odb().ok()?.read_header(id).ok()?;
    let fits = kind == ObjectType::Blob && size as u64 <= budget.largest_file();
    fits.then(|| repository.find_blob(id).ok().map(|blob| blob.content().to_vec())).flatten()
}
