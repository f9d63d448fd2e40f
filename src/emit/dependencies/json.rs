//! `secnotes/dependencies/v1`: see the table of the module above. Fields are
//! added, never renamed, moved or taken away. The shapes are its own, also where those
//! of notes (`json::v1`) look alike: each document has a version, and what one gains
//! the other need not have.

use std::sync::Arc;

use serde::Serialize;

use super::listing::Listing;
use crate::emit::pretty;
use crate::inventory::{ChangeKind, Dependency, FileChange, Manifest, PackageChange};
use crate::model::TagName;

#[derive(Serialize)]
struct Document<'i> {
    schema: &'static str,
    tag: Option<&'i str>,
    commit: String,
    previous_tag: Option<&'i str>,
    changes: Vec<Change<'i>>,
    files: Vec<File<'i>>,
    missing: Vec<&'i str>,
    void: Vec<Void<'i>>,
    unread: Vec<Unread<'i>>,
    unlocked: Vec<Unlocked<'i>>,
}

#[derive(Serialize)]
struct Void<'i> {
    path: &'i str,
    by: &'i str,
}

#[derive(Serialize)]
struct Unread<'i> {
    path: &'i str,
    tool: &'static str,
    place: &'static str,
    change: Option<&'static str>,
}

#[derive(Serialize)]
struct Unlocked<'i> {
    path: &'i str,
    place: &'static str,
    change: &'static str,
}

#[derive(Serialize)]
struct Change<'i> {
    ecosystem: &'i str,
    name: &'i str,
    from: Vec<&'i str>,
    to: Vec<&'i str>,
    change: &'static str,
    pin: &'static str,
    shipped: bool,
}

#[derive(Serialize)]
struct File<'i> {
    path: &'i str,
    format: Option<&'static str>,
    place: &'static str,
    gone: bool,
    follows: Vec<&'i str>,
    dependencies: Vec<Entry<'i>>,
    changes: Vec<Change<'i>>,
    problems: Vec<Problem<'i>>,
}

#[derive(Serialize)]
struct Entry<'i> {
    ecosystem: &'i str,
    name: &'i str,
    version: &'i str,
    pin: &'static str,
    relation: &'static str,
    usage: &'static str,
}

#[derive(Serialize)]
struct Problem<'i> {
    line: Option<usize>,
    message: &'i str,
}

pub(super) fn render(listing: &Listing<'_>) -> String {
    let of_files: &[FileChange] = listing.delta.map_or(&[], |delta| &delta.files);
    let mut files: Vec<File<'_>> = listing.inventory.manifests.iter().map(|file| here(file, of_files)).collect();
    let paths: Vec<&str> = listing.inventory.manifests.iter().map(|file| &*file.path).collect();
    files.extend(of_files.iter().filter(|file| !paths.contains(&&*file.path)).map(gone));
    files.sort_by_key(|file| file.path);
    let not_read = listing.inventory.unread.iter().map(|file| &*file.path);
    let mut missing: Vec<&str> = listing.inventory.missing.iter().map(|path| &**path).chain(not_read).collect();
    missing.sort_unstable();
    let unread = listing.unread().into_iter().map(|(file, change)| Unread {
        path: &file.path,
        tool: file.lock.tool,
        place: file.place.as_str(),
        change: change.map(ChangeKind::as_str),
    });
    let unlocked = listing.unlocked().into_iter().map(|(file, change)| Unlocked {
        path: &file.path,
        place: file.place.as_str(),
        change: change.as_str(),
    });
    pretty(&Document {
        schema: "secnotes/dependencies/v1",
        tag: listing.tag.map(TagName::as_str),
        commit: listing.commit.to_string(),
        previous_tag: listing.previous_tag.map(TagName::as_str),
        changes: listing.delta.map(|delta| delta.project.iter().map(change).collect()).unwrap_or_default(),
        files,
        missing,
        void: listing.inventory.void.iter().map(|(path, by)| Void { path, by }).collect(),
        unread: unread.collect(),
        unlocked: unlocked.collect(),
    })
}

fn here<'i>(file: &'i Manifest, of_files: &'i [FileChange]) -> File<'i> {
    let changed = of_files.iter().find(|change| change.path == file.path);
    File {
        path: &file.path,
        format: Some(file.format.as_str()),
        place: file.place.as_str(),
        gone: false,
        follows: changed.map(|changed| texts(&changed.follows)).unwrap_or_default(),
        dependencies: file.dependencies.iter().map(entry).collect(),
        changes: changed.map(|changed| changed.changes.iter().map(change).collect()).unwrap_or_default(),
        problems: file
            .problems
            .iter()
            .map(|problem| Problem { line: problem.line, message: &problem.message })
            .collect(),
    }
}

fn gone(file: &FileChange) -> File<'_> {
    File {
        path: &file.path,
        format: None,
        place: file.place.as_str(),
        gone: true,
        follows: Vec::new(),
        dependencies: Vec::new(),
        changes: file.changes.iter().map(change).collect(),
        problems: Vec::new(),
    }
}

fn entry(dependency: &Dependency) -> Entry<'_> {
    Entry {
        ecosystem: &dependency.package.ecosystem,
        name: &dependency.package.name,
        version: &dependency.version,
        pin: dependency.pin.as_str(),
        relation: dependency.relation.as_str(),
        usage: dependency.usage.as_str(),
    }
}

fn change(change: &PackageChange) -> Change<'_> {
    Change {
        ecosystem: &change.package.ecosystem,
        name: &change.package.name,
        from: texts(&change.from),
        to: texts(&change.to),
        change: change.kind.as_str(),
        pin: change.pin.as_str(),
        shipped: change.shipped,
    }
}

fn texts(texts: &[Arc<str>]) -> Vec<&str> {
    texts.iter().map(|text| &**text).collect()
}
