//! Writes a snapshot of a store.

use std::path::Path;

use super::error::{SnapshotError, failed};
use super::list::{LIST, Lacking, List, Listed, SCHEMA, UNPUBLISHED, digest};
use crate::advisory::store::{SourceName, SourceState, Store};
use crate::model::{AdvisoryId, Sha256, Timestamp};

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
