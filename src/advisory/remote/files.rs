//! Records on this machine: files, folders, archives, git checkouts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use git2::{ObjectType, Oid};
use rayon::prelude::*;

use super::Failure;
use super::bulk::read_archive;
use super::sync::{Source, Stop};
use crate::advisory::archive::incoming;
use crate::advisory::files::{MAX_FILE, read_up_to, tree};
use crate::advisory::store::{Incoming, SourceName, StoreError};
use crate::model::AdvisoryId;

/// Files that are read before they are written.
const CHUNK: usize = 2_000;

/// Records at a path.
pub(super) fn name(path: &Path) -> SourceName {
    SourceName { base: "files".to_owned(), name: path.display().to_string() }
}

/// Reads what changed at a path. Of a git repository the commit at `HEAD` is
/// read, and only what is other than the last time; of anything else all is.
pub(super) fn read(source: &mut Source<'_, '_>, path: &Path) -> Result<(), Stop> {
    let stop = |why: String| Source::stop(path.display().to_string(), &Failure::lasting(why));
    let found = std::fs::metadata(path).map_err(|error| stop(error.to_string()))?;
    if found.is_dir()
        && let Ok(repository) = git2::Repository::open(path)
    {
        return read_commit(source, path, &repository);
    }
    let files =
        if found.is_dir() { tree(path).map_err(|error| stop(error.to_string()))? } else { vec![path.to_owned()] };
    let mut seen = BTreeSet::new();
    let is_archive = |path: &&PathBuf| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"));
    let (archives, files): (Vec<PathBuf>, Vec<PathBuf>) = files.into_iter().partition(|path| is_archive(&path));
    for chunk in files.chunks(CHUNK) {
        let read = |path: &PathBuf| {
            let file = std::fs::File::open(path).map_err(|error| error.to_string());
            (path.display().to_string(), file.and_then(|file| read_up_to(file, MAX_FILE)).and_then(incoming))
        };
        take(source, chunk.par_iter().map(read).collect(), &mut seen)?;
    }
    let whole = archives.is_empty();
    for archive in archives {
        for (entry, why) in read_archive(source, &archive)? {
            source.lacks_record(None, &format!("in {}: {entry}", archive.display()), &why);
        }
    }
    if files.is_empty() && source.counts == Default::default() && source.missing.is_empty() {
        return Err(stop("there are no records; it needs .json or .zip files, or a git repository of them".to_owned()));
    }
    // What was removed from a folder goes, unless something could not be read.
    if whole && source.missing.is_empty() {
        forget(source, &seen)?;
    }
    Ok(())
}

type Read = (String, Result<Vec<Incoming>, String>);

fn take(source: &mut Source<'_, '_>, read: Vec<Read>, seen: &mut BTreeSet<String>) -> Result<(), StoreError> {
    let mut records = Vec::new();
    for (place, incoming) in read {
        match incoming {
            Ok(incoming) => records.extend(incoming),
            // What is wrong may quote what is not published.
            Err(_) => {
                source.lacks_record(None, &format!("in {place}"), "it cannot be read; `secnotes osv --check` says why")
            }
        }
    }
    seen.extend(records.iter().map(|record| record.id().to_string()));
    source.take_in(records)
}

fn forget(source: &mut Source<'_, '_>, seen: &BTreeSet<String>) -> Result<(), StoreError> {
    let known = source.store.ids(&source.name)?;
    let gone: Vec<AdvisoryId> =
        known.keys().filter(|id| !seen.contains(*id)).filter_map(|id| id.parse().ok()).collect();
    source.counts += source.store.remove(&source.name, &gone)?;
    Ok(())
}

/// Reads the records of the commit at `HEAD`.
fn read_commit(source: &mut Source<'_, '_>, path: &Path, repository: &git2::Repository) -> Result<(), Stop> {
    let stop = |error: git2::Error| {
        let why = format!("{}; fetch or check out a commit that holds records", error.message());
        Source::stop(path.display().to_string(), &Failure::lasting(why))
    };
    let tree = repository.head().and_then(|head| head.peel_to_tree()).map_err(stop)?;
    let state = source.store.state(&source.name)?;
    let before = state.strip_prefix("tree ").and_then(|id| Oid::from_str(id).ok()).filter(|_| !source.wanted.refresh);
    if before == Some(tree.id()) {
        return Ok(());
    }
    let old = before.and_then(|id| repository.find_tree(id).ok());
    let diff = repository.diff_tree_to_tree(old.as_ref(), Some(&tree), None).map_err(stop)?;
    let is_record =
        |path: Option<&Path>| path.and_then(Path::extension).is_some_and(|end| end.eq_ignore_ascii_case("json"));
    let (mut fresh, mut stale) = (Vec::new(), Vec::new());
    for change in diff.deltas() {
        let (old, new) = (change.old_file(), change.new_file());
        if !new.id().is_zero() && is_record(new.path()) {
            fresh.push((new.path().unwrap_or(Path::new("")).display().to_string(), new.id()));
        }
        if !old.id().is_zero() && is_record(old.path()) {
            stale.push(old.id());
        }
    }
    let mut seen = BTreeSet::new();
    let folder = repository.path();
    let total = fresh.len() as u64;
    for chunk in fresh.chunks(CHUNK) {
        let open = || git2::Repository::open(folder).ok();
        let read = |repository: &mut Option<git2::Repository>, (place, id): &(String, Oid)| {
            let contents = repository.as_ref().and_then(|repository| blob(repository, *id));
            (place.clone(), contents.ok_or_else(|| "git does not have it".to_owned()).and_then(incoming))
        };
        take(source, chunk.par_iter().map_init(open, read).collect(), &mut seen)?;
        source.client.observer.records(seen.len() as u64, Some(total));
    }
    // What the old files held and the new ones do not.
    let ids = stale.iter().filter_map(|id| incoming(blob(repository, *id)?).ok()).flatten();
    let gone: BTreeSet<AdvisoryId> =
        ids.map(|record| record.id().clone()).filter(|id| !seen.contains(id.as_str())).collect();
    source.counts += source.store.remove(&source.name, &gone.into_iter().collect::<Vec<_>>())?;
    if source.missing.is_empty() {
        source.store.set_state(&source.name, &format!("tree {}", tree.id()))?;
    }
    Ok(())
}

fn blob(repository: &git2::Repository, id: Oid) -> Option<Vec<u8>> {
    let (size, kind) = repository.odb().ok()?.read_header(id).ok()?;
    let fits = kind == ObjectType::Blob && size as u64 <= MAX_FILE;
    fits.then(|| repository.find_blob(id).ok().map(|blob| blob.content().to_vec())).flatten()
}
