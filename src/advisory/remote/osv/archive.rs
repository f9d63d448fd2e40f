//! OSV's archives: an ecosystem whole, and then what changed in it.
//!
//! `ECOSYSTEM/modified_id.csv` names every record and when it changed;
//! `ECOSYSTEM/all.zip` holds most of them, for archives have been seen to miss
//! some. So the list is the truth: it is read first, and whatever the store has
//! not, or has older, is fetched, by the archive where that is much and one by
//! one where it is little.
//! Source: OSV.dev, "Data dumps".

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::changes::list;
use super::download::{Files, download};
use crate::advisory::Project;
use crate::advisory::archive::Archive;
use crate::advisory::remote::client::{Client, known_as};
use crate::advisory::remote::group::{CHUNK, kept, side_by_side, spent, stop_if};
use crate::advisory::remote::source::{Configured, Reading, Source, Stop};
use crate::advisory::remote::{Osv, Sources};
use crate::advisory::store::{Incoming, Page, SourceName, StoreError, each_chunk};
use crate::model::AdvisoryId;
use crate::net::{Answer, Ask, Failure, is_json};

/// So many records that are lacking are fetched one by one; for more the
/// archive is quicker.
const FEW: usize = 1_000;

/// If more than one in so many vanished from the list, the list is wrong sooner
/// than that many records were deleted.
/// Many records of a database have vanished at once before (github/advisory-database issue 827).
const VANISHED: usize = 10;

/// An ecosystem, whole.
struct Ecosystem<'s> {
    name: SourceName,
    osv: &'s Osv,
    ecosystem: &'s str,
}

/// One source for each ecosystem that is kept whole.
pub(in crate::advisory::remote) fn of<'s>(sources: &'s Sources, _: &Project) -> Configured<'s> {
    let Some(osv) = &sources.osv else { return Vec::new() };
    let of = |ecosystem: &'s String| -> Box<dyn Source + 's> {
        let name = SourceName { base: osv.bulk.to_string(), name: format!("ecosystem {ecosystem}") };
        Box::new(Ecosystem { name, osv, ecosystem })
    };
    osv.ecosystems.iter().map(of).collect()
}

impl Source for Ecosystem<'_> {
    fn name(&self) -> &SourceName {
        &self.name
    }

    /// Reads what changed, or all of it the first time.
    fn read(&self, reading: &mut Reading<'_, '_>) -> Result<(), Stop> {
        let url = self.osv.bulk.at([self.ecosystem, "modified_id.csv"], &[]);
        let mut known = reading.store.page(&reading.name, url.as_str())?.filter(|_| !reading.wanted.refresh);
        // A store that lost records has to have them again.
        let count = |reading: &Reading<'_, '_>| -> Result<Vec<String>, StoreError> {
            Ok(vec![reading.store.public_ids(&reading.name)?.len().to_string()])
        };
        if known.is_some() {
            let here = count(reading)?;
            known = known.filter(|page| page.ids == here);
        }
        let mut ask = Ask::get(&self.osv.bulk, url.clone());
        (ask.known, ask.elsewhere) = (known.as_ref().map(known_as), true);
        let answer = reading.client.ask(&ask, &|bytes| list(bytes).map(|_| ()).map_err(Failure::passing));
        let whole = match answer.map_err(|failure| Stop::at("the list of what changed", &self.not_there(failure)))? {
            Answer::Same(_) => return Ok(()),
            Answer::Whole(whole) => whole,
        };
        let wanted = list(&whole.bytes).map_err(|why| Stop::at("the list of what changed", &Failure::lasting(why)))?;
        let mut missing = lacking(reading, &wanted, reading.wanted.refresh)?;
        if missing.len() > FEW {
            self.archive(reading, &wanted)?;
            missing = lacking(reading, &wanted, false)?;
        }
        self.fetch(reading, &missing)?;
        self.vanished(reading, &wanted)?;
        // Only a list whose records are all here needs not be read again.
        if reading.missing.is_empty() {
            let page = Page {
                etag: whole.etag,
                last_modified: whole.last_modified,
                checked: reading.client.now,
                ids: count(reading)?,
                ..Page::default()
            };
            reading.store.set_page(&reading.name, url.as_str(), &page)?;
        }
        Ok(())
    }
}

impl Ecosystem<'_> {
    /// Fetches records one by one.
    fn fetch(&self, reading: &mut Reading<'_, '_>, lacking: &[(AdvisoryId, i64)]) -> Result<(), Stop> {
        for chunk in lacking.chunks(CHUNK) {
            let client = reading.client;
            let room = client.room();
            let answers = side_by_side(chunk, &|(id, _)| kept(&room, self.single(client, id)));
            let spent = spent(&answers);
            let mut records = Vec::new();
            for ((id, changed), answer) in chunk.iter().zip(answers) {
                match answer {
                    Ok(bytes) => match Incoming::read(bytes) {
                        Ok(record) if record.id() == id => records.extend(reading.as_new(record, Some(*changed))?),
                        Ok(_) => {
                            reading.lacks_record(Some(id.clone()), "of OSV's files", "the file is another record's")
                        }
                        Err(why) => reading.lacks_record(Some(id.clone()), "of OSV's files", &why),
                    },
                    Err(failure) => reading.lacks_record(Some(id.clone()), "of OSV's files", &failure.what),
                }
            }
            reading.take_in(records)?;
            stop_if(spent)?;
        }
        Ok(())
    }

    fn single(&self, client: &Client<'_>, id: &AdvisoryId) -> Result<Vec<u8>, Failure> {
        let file = format!("{id}.json");
        let mut ask = Ask::get(&self.osv.bulk, self.osv.bulk.at([self.ecosystem, file.as_str()], &[]));
        ask.elsewhere = true;
        client.fetch(&ask, &is_json)
    }

    /// Takes records away that the list does not name, and that are really gone.
    fn vanished(&self, reading: &mut Reading<'_, '_>, wanted: &BTreeMap<AdvisoryId, i64>) -> Result<(), Stop> {
        let here = reading.store.ids(&reading.name)?;
        let ids = here.keys().filter_map(|id| id.parse::<AdvisoryId>().ok());
        let gone: Vec<AdvisoryId> = ids.filter(|id| !wanted.contains_key(id)).collect();
        if gone.len() > VANISHED.max(here.len() / VANISHED) {
            let why = format!(
                "the list names {} of the {} records that are here no more, which is too many to believe; they are kept. \
                 Sync again, or with --refresh once it is certain",
                gone.len(),
                here.len()
            );
            if !reading.wanted.refresh {
                reading.lacks("a part of the list", &Failure::lasting(why));
                return Ok(());
            }
        }
        for chunk in gone.chunks(CHUNK) {
            let client = reading.client;
            let room = client.room();
            let answers = side_by_side(chunk, &|id| kept(&room, self.single(client, id)));
            let spent = spent(&answers);
            for (id, answer) in chunk.iter().zip(answers) {
                match answer {
                    Err(failure) if failure.is_gone() => {
                        reading.counts += reading.store.remove(&reading.name, std::slice::from_ref(id))?;
                    }
                    // The file is there: the list forgot it.
                    Ok(bytes) => match Incoming::read(bytes) {
                        Ok(record) => reading.take_in(vec![record])?,
                        Err(why) => reading.lacks_record(Some(id.clone()), "of OSV's files", &why),
                    },
                    Err(failure) => reading.lacks_record(Some(id.clone()), "of OSV's files", &failure.what),
                }
            }
            stop_if(spent)?;
        }
        Ok(())
    }

    /// Downloads the archive, unless it was before.
    fn download(&self, reading: &Reading<'_, '_>, files: &Files) -> Result<Archive, Stop> {
        if !files.whole.exists() {
            let mut ask = Ask::get(&self.osv.bulk, self.osv.bulk.at([self.ecosystem, "all.zip"], &[]));
            ask.elsewhere = true;
            // What is packed already is not packed again, and a part of it means something.
            ask.headers = vec![("accept-encoding", "identity".to_owned())];
            let loaded = reading.client.patiently(self.osv.bulk.host(), &mut || {
                download(reading.client, &ask, files)?;
                Archive::open(&files.part).map(|_| ()).map_err(|why| {
                    files.clear();
                    Failure::passing(format!("{}: {why}", ask.url))
                })
            });
            loaded.map_err(|failure| Stop::at("the archive of all records", &self.not_there(failure)))?;
            std::fs::rename(&files.part, &files.whole).map_err(StoreError::files("keep", &files.whole))?;
        }
        Archive::open(&files.whole).map_err(|why| {
            files.clear();
            Stop::at("the archive of all records", &Failure::passing(format!("{why}; sync again")))
        })
    }

    /// Downloads the archive and takes its records in. A kill at any moment leaves
    /// what came, and the next sync goes on from there.
    fn archive(&self, reading: &mut Reading<'_, '_>, wanted: &BTreeMap<AdvisoryId, i64>) -> Result<(), Stop> {
        let files = Files::of(reading, self.ecosystem)?;
        let archive = self.download(reading, &files)?;
        // How far an import that was killed came, of this very file.
        let mark = format!("archive {} ", std::fs::metadata(&files.whole).map_or(0, |found| found.len()));
        let state = reading.store.state(&reading.name)?;
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
        let client = reading.client;
        each_chunk(&archive, begin, &packer, &client.budget, &mut |chunk| {
            done += chunk.entries;
            bad.extend(chunk.bad);
            reading.take_in(chunk.records.into_iter().map(listed).collect())?;
            reading.pack_ahead(&packer);
            reading.client.observer.records(done as u64, Some(total));
            reading.store.set_state(&reading.name, &format!("{mark}{done}"))
        })?;
        for (entry, why) in bad {
            let id = entry.strip_suffix(".json").and_then(|id| id.parse().ok());
            // The list names it too, and it is tried once more by itself.
            if id.as_ref().is_none_or(|id| !wanted.contains_key(id)) {
                reading.lacks_record(id, "in the archive", &why);
            }
        }
        reading.store.set_state(&reading.name, "")?;
        files.clear();
        Ok(())
    }

    fn not_there(&self, failure: Failure) -> Failure {
        if !failure.is_gone() {
            return failure;
        }
        let what = format!(
            "{}; `{}` may be no ecosystem of OSV, whose names are case-sensitive: Go, crates.io, PyPI, npm",
            failure.what, self.ecosystem
        );
        Failure { what, kind: failure.kind }
    }
}

/// What the store has not, or has older than the list says.
fn lacking(
    reading: &Reading<'_, '_>,
    wanted: &BTreeMap<AdvisoryId, i64>,
    all: bool,
) -> Result<Vec<(AdvisoryId, i64)>, StoreError> {
    let here = reading.store.ids(&reading.name)?;
    let stale = |(id, changed): &(&AdvisoryId, &i64)| {
        all || here.get(id.as_str()).is_none_or(|known| known.is_none_or(|known| known < **changed))
    };
    Ok(wanted.iter().filter(stale).map(|(id, changed)| (id.clone(), *changed)).collect())
}
