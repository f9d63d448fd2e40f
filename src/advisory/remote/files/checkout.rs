//! A git repository of records: the commit at `HEAD`, and what changed in it.

use std::collections::BTreeSet;
use std::path::Path;

use git2::{ObjectType, Oid};
use rayon::prelude::*;

use super::taking::{Read, Taking, chunks, forget};
use crate::advisory::Budget;
use crate::advisory::contents::is_record_name;
use crate::advisory::remote::source::{Reading, Stop};
use crate::advisory::store::items;
use crate::history::Readable;
use crate::limits::Limits;
use crate::net::Failure;

/// The git repository at a path. One without a work tree is opened only where
/// it is named as such, and none that borrows objects of another: a folder in
/// somebody's repository could be made to look like one.
pub(super) fn at(path: &Path) -> Option<git2::Repository> {
    let repository = git2::Repository::open(path).ok()?;
    let bare_by_name = path.extension().is_some_and(|end| end == "git");
    let borrows = repository.path().join("objects/info/alternates").exists();
    ((!repository.is_bare() || bare_by_name) && !borrows).then_some(repository)
}

/// Reads the records of the commit at `HEAD`.
pub(super) fn read(reading: &mut Reading<'_, '_>, path: &Path, repository: &git2::Repository) -> Result<(), Stop> {
    let stop = |error: git2::Error| {
        let why = format!("{}; fetch or check out a commit that holds records", error.message());
        Stop::at(path.to_string_lossy().into_owned(), &Failure::lasting(why))
    };
    let unreadable = |why: String| Stop::at(path.to_string_lossy().into_owned(), &Failure::lasting(why));
    let readable = Readable::check(repository.path()).map_err(unreadable)?;
    let tree = repository.head().and_then(|head| head.peel_to_tree()).map_err(stop)?;
    let state = reading.store.state(&reading.name)?;
    let held = reading.store.files(&reading.name)?;
    // What is known of the files lies in another file of the store than what
    // says which commit they are of: without the one the other means nothing.
    let known: BTreeSet<&String> = held.values().flatten().collect();
    let sound = reading.store.keys(&reading.name)?.iter().all(|key| known.contains(key));
    let before = state.strip_prefix("tree ").and_then(|id| Oid::from_str(id).ok());
    let before = before.filter(|_| sound && !reading.wanted.refresh);
    if before == Some(tree.id()) {
        return Ok(());
    }
    readable.check_tree(tree.id(), Limits::default()).map_err(unreadable)?;
    let old = before.and_then(|id| repository.find_tree(id).ok());
    let Changed { fresh, mut gone } = changed(repository, old.as_ref(), &tree).map_err(stop)?;
    if old.is_none() {
        // All files are read, and what is known of others is of another commit.
        let there: BTreeSet<&String> = fresh.iter().map(|(path, _)| path).collect();
        gone.extend(held.keys().filter(|path| !there.contains(path)).cloned());
    }
    let (mut taking, folder, total) = (Taking::default(), repository.path(), fresh.len() as u64);
    let budget = &reading.client.budget;
    let odb = repository.odb().map_err(stop)?;
    let size = |(_, id): &(String, Oid)| odb.read_header(*id).map_or(0, |(size, _)| size as u64);
    for chunk in chunks(&fresh, size) {
        let open = || git2::Repository::open(folder).ok();
        let read = |repository: &mut Option<git2::Repository>, (place, id): &(String, Oid)| {
            records(repository.as_ref(), place.clone(), *id, budget)
        };
        taking.take(reading, chunk.par_iter().map_init(open, read).collect())?;
        reading.client.observer.records(taking.newest.len() as u64, Some(total));
    }
    // An older copy that is new must not hide a newer one that was there.
    let read: BTreeSet<&String> = fresh.iter().map(|(path, _)| path).chain(&gone).collect();
    let copies = held
        .iter()
        .filter(|(path, keys)| !read.contains(path) && keys.iter().any(|key| taking.newest.contains_key(key)));
    let copies: Vec<Read> = copies
        .filter_map(|(path, _)| Some((path.clone(), tree.get_path(Path::new(path)).ok()?.id())))
        .map(|(path, id)| records(Some(repository), path, id, budget))
        .collect();
    taking.take(reading, copies)?;
    taking.report(reading, path);
    // Where something could not be read, nothing is known to be gone.
    let gone = if reading.missing.is_empty() { gone } else { Vec::new() };
    reading.store.set_files(&reading.name, &taking.held, &gone, reading.client.now)?;
    if reading.missing.is_empty() {
        let kept: BTreeSet<String> = reading.store.files(&reading.name)?.into_values().flatten().collect();
        forget(reading, &kept)?;
    }
    // Where something could not be read all is read again: what the store has
    // is of two commits then.
    let read = if reading.missing.is_empty() { format!("tree {}", tree.id()) } else { String::new() };
    reading.store.set_state(&reading.name, &read)?;
    Ok(())
}

/// The files that may hold records and differ between two commits.
struct Changed {
    /// Those that are new or other than before, with their contents.
    fresh: Vec<(String, Oid)>,
    gone: Vec<String>,
}

fn changed(
    repository: &git2::Repository,
    old: Option<&git2::Tree<'_>>,
    new: &git2::Tree<'_>,
) -> Result<Changed, git2::Error> {
    let diff = repository.diff_tree_to_tree(old, Some(new), None)?;
    let is_record = |path: Option<&Path>| path.is_some_and(|path| is_record_name(&path.to_string_lossy()));
    let place = |path: Option<&Path>| path.unwrap_or(Path::new("")).to_string_lossy().into_owned();
    let mut changed = Changed { fresh: Vec::new(), gone: Vec::new() };
    for change in diff.deltas() {
        let (old, new) = (change.old_file(), change.new_file());
        if !new.id().is_zero() && is_record(new.path()) {
            changed.fresh.push((place(new.path()), new.id()));
        } else if !old.id().is_zero() && is_record(old.path()) {
            changed.gone.push(place(old.path()));
        }
    }
    Ok(changed)
}

/// The records of a file of the repository.
fn records(repository: Option<&git2::Repository>, path: String, id: Oid, budget: &Budget) -> Read {
    let contents = repository.and_then(|repository| blob(repository, id, budget));
    let read = contents.ok_or_else(|| "git does not have it".to_owned());
    let items = read.and_then(|bytes| items(&path, bytes, budget));
    (path, items)
}

fn blob(repository: &git2::Repository, id: Oid, budget: &Budget) -> Option<Vec<u8>> {
    let (size, kind) = repository.odb().ok()?.read_header(id).ok()?;
    let fits = kind == ObjectType::Blob && size as u64 <= budget.largest_file();
    fits.then(|| repository.find_blob(id).ok().map(|blob| blob.content().to_vec())).flatten()
}
