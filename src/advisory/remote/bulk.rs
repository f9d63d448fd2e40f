//! OSV's archives: an ecosystem whole, and then what changed in it.
//!
//! `ECOSYSTEM/modified_id.csv` names every record and when it changed;
//! `ECOSYSTEM/all.zip` holds most of them, for archives have been seen to miss
//! some. So the list is the truth: it is read first, and whatever the store has
//! not, or has older, is fetched, by the archive where that is much and one by
//! one where it is little.
//! Source: OSV.dev, "Data dumps".

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

use reqwest::header;

use super::client::{Answer, Ask, Client, Stream, text};
use super::github::is_json;
use super::sync::{Osv, Source, Stop, is_gone, kept, side_by_side, spent, stop_if};
use super::{Failure, FailureKind};
use crate::advisory::archive::Archive;
use crate::advisory::store::{Incoming, Packer, Page, SourceName, StoreError};
use crate::history::words::fingerprint;
use crate::limits::ARCHIVE;
use crate::model::{AdvisoryId, Timestamp, line_of_path};

/// So many records that are lacking are fetched one by one; for more the
/// archive is quicker.
const FEW: usize = 1_000;

/// Records that are fetched before they are written.
const CHUNK: usize = 64;

/// If more than one in so many vanished from the list, the list is wrong sooner
/// than that many records were deleted.
const VANISHED: usize = 10;

/// An ecosystem, whole.
pub(super) fn name(osv: &Osv, ecosystem: &str) -> SourceName {
    SourceName { base: osv.bulk.to_string(), name: format!("ecosystem {ecosystem}") }
}

/// Reads what changed in an ecosystem, or all of it the first time.
pub(super) fn read(source: &mut Source<'_, '_>, osv: &Osv, ecosystem: &str) -> Result<(), Stop> {
    let url = osv.bulk.at([ecosystem, "modified_id.csv"], &[]);
    let mut known = source.store.page(&source.name, url.as_str())?.filter(|_| !source.wanted.refresh);
    // A store that lost records has to have them again.
    let count = |source: &Source<'_, '_>| -> Result<Vec<String>, StoreError> {
        Ok(vec![source.store.public_ids(&source.name)?.len().to_string()])
    };
    if known.is_some() {
        let here = count(source)?;
        known = known.filter(|page| page.ids == here);
    }
    let mut ask = Ask::get(&osv.bulk, url.clone());
    (ask.known, ask.elsewhere) = (known.as_ref(), true);
    let answer = source.client.ask(&ask, &|bytes| list(bytes).map(|_| ()));
    let whole =
        match answer.map_err(|failure| Source::stop("the list of what changed", &not_there(failure, ecosystem)))? {
            Answer::Same(_) => return Ok(()),
            Answer::Whole(whole) => whole,
        };
    let wanted = list(&whole.bytes).map_err(|why| Source::stop("the list of what changed", &Failure::lasting(why)))?;
    let mut lacking = lacking(source, &wanted, source.wanted.refresh)?;
    if lacking.len() > FEW {
        archive(source, osv, ecosystem, &wanted)?;
        lacking = self::lacking(source, &wanted, false)?;
    }
    fetch(source, osv, ecosystem, &lacking)?;
    vanished(source, osv, ecosystem, &wanted)?;
    // Only a list whose records are all here needs not be read again.
    if source.missing.is_empty() {
        let page = Page {
            etag: whole.etag,
            last_modified: whole.last_modified,
            checked: source.client.now,
            ids: count(source)?,
            ..Page::default()
        };
        source.store.set_page(&source.name, url.as_str(), &page)?;
    }
    Ok(())
}

fn not_there(failure: Failure, ecosystem: &str) -> Failure {
    if !is_gone(&failure) {
        return failure;
    }
    let what = format!(
        "{}; `{ecosystem}` may be no ecosystem of OSV, whose names are case-sensitive: Go, crates.io, PyPI, npm",
        failure.what
    );
    Failure { what, kind: failure.kind }
}

/// The records of a list, and when each changed. A list that was cut is refused.
fn list(bytes: &[u8]) -> Result<BTreeMap<AdvisoryId, i64>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the list is no text".to_owned())?;
    if !text.is_empty() && !text.ends_with('\n') {
        return Err("the list was cut: its last line has no end".to_owned());
    }
    let mut records = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let record = line.split_once(',').and_then(|(time, id)| {
            // The list of all ecosystems names each before the id.
            let id = id.rsplit('/').next().unwrap_or(id).parse().ok()?;
            Some((id, Timestamp::new(time).unix()?.0))
        });
        let (id, changed) = record.ok_or_else(|| format!("line {} of the list names no record", at + 1))?;
        let latest: &mut i64 = records.entry(id).or_insert(changed);
        *latest = (*latest).max(changed);
    }
    if records.is_empty() { Err("the list is empty".to_owned()) } else { Ok(records) }
}

/// What the store has not, or has older than the list says.
fn lacking(
    source: &Source<'_, '_>,
    wanted: &BTreeMap<AdvisoryId, i64>,
    all: bool,
) -> Result<Vec<(AdvisoryId, i64)>, StoreError> {
    let here = source.store.ids(&source.name)?;
    let stale = |(id, changed): &(&AdvisoryId, &i64)| {
        all || here.get(id.as_str()).is_none_or(|known| known.is_none_or(|known| known < **changed))
    };
    Ok(wanted.iter().filter(stale).map(|(id, changed)| (id.clone(), *changed)).collect())
}

/// Fetches records one by one.
fn fetch(source: &mut Source<'_, '_>, osv: &Osv, ecosystem: &str, lacking: &[(AdvisoryId, i64)]) -> Result<(), Stop> {
    for chunk in lacking.chunks(CHUNK) {
        let client = source.client;
        let room = client.room();
        let answers = side_by_side(chunk, &|(id, _)| kept(&room, single(client, osv, ecosystem, id)));
        let spent = spent(&answers);
        let mut records = Vec::new();
        for ((id, changed), answer) in chunk.iter().zip(answers) {
            match answer {
                Ok(bytes) => match Incoming::read(bytes) {
                    Ok(record) if record.id() == id => records.extend(source.as_new(record, Some(*changed))?),
                    Ok(_) => source.lacks_record(Some(id.clone()), "of OSV's files", "the file is another record's"),
                    Err(why) => source.lacks_record(Some(id.clone()), "of OSV's files", &why),
                },
                Err(failure) => source.lacks_record(Some(id.clone()), "of OSV's files", &failure.what),
            }
        }
        source.take_in(records)?;
        stop_if(spent)?;
    }
    Ok(())
}

fn single(client: &Client<'_>, osv: &Osv, ecosystem: &str, id: &AdvisoryId) -> Result<Vec<u8>, Failure> {
    let file = format!("{id}.json");
    let mut ask = Ask::get(&osv.bulk, osv.bulk.at([ecosystem, file.as_str()], &[]));
    ask.elsewhere = true;
    client.fetch(&ask, &is_json)
}

/// Takes records away that the list does not name, and that are really gone.
fn vanished(
    source: &mut Source<'_, '_>,
    osv: &Osv,
    ecosystem: &str,
    wanted: &BTreeMap<AdvisoryId, i64>,
) -> Result<(), Stop> {
    let here = source.store.ids(&source.name)?;
    let ids = here.keys().filter_map(|id| id.parse::<AdvisoryId>().ok());
    let gone: Vec<AdvisoryId> = ids.filter(|id| !wanted.contains_key(id)).collect();
    if gone.len() > VANISHED.max(here.len() / VANISHED) {
        let why = format!(
            "the list names {} of the {} records that are here no more, which is too many to believe; they are kept. \
             Sync again, or with --refresh once it is certain",
            gone.len(),
            here.len()
        );
        if !source.wanted.refresh {
            source.lacks("a part of the list", &Failure::lasting(why));
            return Ok(());
        }
    }
    for chunk in gone.chunks(CHUNK) {
        let client = source.client;
        let room = client.room();
        let answers = side_by_side(chunk, &|id| kept(&room, single(client, osv, ecosystem, id)));
        let spent = spent(&answers);
        for (id, answer) in chunk.iter().zip(answers) {
            match answer {
                Err(failure) if is_gone(&failure) => {
                    source.counts += source.store.remove(&source.name, std::slice::from_ref(id))?;
                }
                // The file is there: the list forgot it.
                Ok(bytes) => match Incoming::read(bytes) {
                    Ok(record) => source.take_in(vec![record])?,
                    Err(why) => source.lacks_record(Some(id.clone()), "of OSV's files", &why),
                },
                Err(failure) => source.lacks_record(Some(id.clone()), "of OSV's files", &failure.what),
            }
        }
        stop_if(spent)?;
    }
    Ok(())
}

/// Downloads the archive and takes its records in. A kill at any moment leaves
/// what came, and the next sync goes on from there.
fn archive(
    source: &mut Source<'_, '_>,
    osv: &Osv,
    ecosystem: &str,
    wanted: &BTreeMap<AdvisoryId, i64>,
) -> Result<(), Stop> {
    let files = Files::of(source, ecosystem)?;
    if !files.whole.exists() {
        let mut ask = Ask::get(&osv.bulk, osv.bulk.at([ecosystem, "all.zip"], &[]));
        ask.elsewhere = true;
        // What is packed already is not packed again, and a part of it means something.
        ask.headers = vec![("accept-encoding", "identity".to_owned())];
        let loaded = source.client.patiently(osv.bulk.host(), &mut || {
            download(source.client, &ask, &files)?;
            Archive::open(&files.part).map(|_| ()).map_err(|why| {
                files.clear();
                Failure::passing(format!("{}: {why}", ask.url))
            })
        });
        loaded.map_err(|failure| Source::stop("the archive of all records", &not_there(failure, ecosystem)))?;
        std::fs::rename(&files.part, &files.whole).map_err(StoreError::files("keep", &files.whole))?;
    }
    let archive = Archive::open(&files.whole).map_err(|why| {
        files.clear();
        Source::stop("the archive of all records", &Failure::passing(format!("{why}; sync again")))
    })?;
    // How far an import that was killed came, of this very file.
    let mark = format!("archive {} ", std::fs::metadata(&files.whole).map_or(0, |found| found.len()));
    let state = source.store.state(&source.name)?;
    let begin = state.strip_prefix(&mark).and_then(|done| done.parse().ok()).unwrap_or(0);
    let total = archive.len() as u64;
    let mut bad = Vec::new();
    let listed = |record: Incoming| match wanted.get(record.id()) {
        // A record of the archive that is older than the list says is fetched
        // after it; one that is as new need not be compared again.
        Some(changed) if record.modified_at() >= Some(*changed) => record.listed(*changed),
        _ => record,
    };
    let (mut done, packer) = (begin, OnceLock::new());
    let client = source.client;
    archive.each_chunk(begin, &packer, &client.budget, &mut |chunk| {
        done += chunk.entries;
        bad.extend(chunk.bad);
        source.take_in(chunk.records.into_iter().map(listed).collect())?;
        ahead(source, &packer);
        source.client.observer.records(done as u64, Some(total));
        source.store.set_state(&source.name, &format!("{mark}{done}"))
    })?;
    for (entry, why) in bad {
        let id = entry.strip_suffix(".json").and_then(|id| id.parse().ok());
        // The list names it too, and it is tried once more by itself.
        if id.as_ref().is_none_or(|id| !wanted.contains_key(id)) {
            source.lacks_record(id, "in the archive", &why);
        }
    }
    source.store.set_state(&source.name, "")?;
    files.clear();
    Ok(())
}

/// Lets whoever reads the archive pack what it reads.
fn ahead(source: &Source<'_, '_>, packer: &OnceLock<Arc<Packer>>) {
    if packer.get().is_none()
        && let Some(known) = source.store.known_packer(&source.name)
    {
        let _ = packer.set(known);
    }
}

/// The files of a download.
struct Files {
    part: PathBuf,
    /// What the server calls the state that the part is of.
    tag: PathBuf,
    whole: PathBuf,
}

impl Files {
    fn of(source: &Source<'_, '_>, ecosystem: &str) -> Result<Self, StoreError> {
        let folder = source.store.folder().join("downloads");
        std::fs::create_dir_all(&folder).map_err(StoreError::files("create the folder", &folder))?;
        let name = fingerprint(format!("{} {ecosystem}", source.name).as_bytes());
        let file = |end: &str| folder.join(format!("{name:016x}.{end}"));
        Ok(Self { part: file("part"), tag: file("tag"), whole: file("zip") })
    }

    fn clear(&self) {
        for path in [&self.part, &self.tag, &self.whole] {
            // What cannot be removed is written over the next time.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Downloads a file, from where the last try ended if it is still the same.
fn download(client: &Client<'_>, ask: &Ask<'_>, files: &Files) -> Result<(), Failure> {
    let here = |error: std::io::Error| Failure::lasting(format!("cannot write {}: {error}", line_of_path(&files.part)));
    let have = std::fs::metadata(&files.part).map_or(0, |found| found.len());
    let tag = std::fs::read_to_string(&files.tag).ok().filter(|tag| !tag.is_empty() && have > 0);
    let mut ask = Ask { body: None, headers: ask.headers.clone(), url: ask.url.clone(), ..*ask };
    if let Some(tag) = &tag {
        ask.headers.extend([("range", format!("bytes={have}-")), ("if-range", tag.clone())]);
    }
    let response = match client.follow(&ask) {
        Err(failure) if failure.kind == FailureKind::Refused(416) => {
            files.clear();
            return Err(Failure::passing(failure.what));
        }
        response => response?,
    };
    let begins = text(&response, "content-range")
        .and_then(|range| range.strip_prefix("bytes ")?.split('-').next()?.parse::<u64>().ok());
    let goes_on = response.status().as_u16() == 206 && begins == Some(have);
    if response.status().as_u16() == 206 && !goes_on {
        files.clear();
        return Err(Failure::passing("the server sent another part than was asked for"));
    }
    let length = response.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let mut file = if goes_on {
        OpenOptions::new().append(true).open(&files.part).map_err(here)?
    } else {
        // First the tag of what comes, then what comes: a part is never taken
        // for one of another state.
        let _ = std::fs::remove_file(&files.part);
        let strong = text(&response, "etag").filter(|tag| !tag.starts_with("W/"));
        std::fs::write(&files.tag, strong.unwrap_or_default()).map_err(here)?;
        File::create(&files.part).map_err(here)?
    };
    let whole = length.map(|length: u64| if goes_on { have + length } else { length });
    let mut stream = Stream::new(client, response, length, None).take(ARCHIVE);
    let mut buffer = vec![0; 256 << 10];
    loop {
        let count = match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(_) => {
                client.is_spent()?;
                return Err(Failure::passing(format!("{}: the download breaks off", ask.url)));
            }
        };
        client.inflated.fetch_add(count as u64, Ordering::Relaxed);
        client.is_spent()?;
        file.write_all(buffer.get(..count).unwrap_or_default()).map_err(here)?;
    }
    file.sync_all().map_err(here)?;
    let have = std::fs::metadata(&files.part).map_err(here)?.len();
    if whole.is_some_and(|whole| whole != have) {
        return Err(Failure::passing(format!("{}: {have} bytes came, and others were announced", ask.url)));
    }
    Ok(())
}

/// Takes in an archive of records that is a file already, and shows each record;
/// says how many could not be read.
pub(super) fn read_archive(
    source: &mut Source<'_, '_>,
    file: File,
    path: &Path,
    see: &mut dyn FnMut(&Incoming),
) -> Result<usize, Stop> {
    let unreadable = |why: String| Source::stop(path.to_string_lossy().into_owned(), &Failure::lasting(why));
    let archive = Archive::of_file(file).map_err(unreadable)?;
    let (mut bad, mut done, total) = (0, 0, archive.len() as u64);
    let packer = OnceLock::new();
    let client = source.client;
    archive.each_chunk(0, &packer, &client.budget, &mut |chunk| {
        done += chunk.entries;
        bad += chunk.bad.len();
        chunk.records.iter().for_each(&mut *see);
        source.take_in(chunk.records)?;
        ahead(source, &packer);
        source.client.observer.records(done as u64, Some(total));
        Ok::<(), StoreError>(())
    })?;
    Ok(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_whole_or_refused() {
        let two = list(b"2026-01-02T00:00:00Z,GO-2026-2\n2026-01-01T00:00:00.5Z,Go/GO-2026-1\n").unwrap();
        assert_eq!(two.len(), 2);
        for bad in ["", "2026-01-02T00:00:00Z,GO-2026-2", "x,GO-2026-1\n", "2026-01-02T00:00:00Z\n", "<html>\n"] {
            assert!(list(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
