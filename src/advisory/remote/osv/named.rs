//! Records of ids that commits name.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::api::record;
use crate::advisory::Project;
use crate::advisory::remote::group::{CHUNK, kept, side_by_side};
use crate::advisory::remote::settings::called;
use crate::advisory::remote::source::{Configured, Reading, Source, Stop};
use crate::advisory::remote::{Osv, Sources};
use crate::advisory::store::{Incoming, Page, SourceName};
use crate::model::{AdvisoryId, IdScheme};
use crate::net::FailureKind;

/// Records of ids that commits name.
struct Named<'s> {
    name: SourceName,
    osv: &'s Osv,
}

/// One source.
pub(in crate::advisory::remote) fn of<'s>(sources: &'s Sources, project: &Project) -> Configured<'s> {
    let Some(osv) = &sources.osv else { return Vec::new() };
    let name = SourceName { base: osv.base.to_string(), name: format!("ids that commits of {} name", called(project)) };
    vec![Box::new(Named { name, osv })]
}

impl Source for Named<'_> {
    fn name(&self) -> &SourceName {
        &self.name
    }

    /// Reads the records of these ids, and of the aliases of these that other
    /// databases keep. What was asked within a day is not asked again.
    fn read(&self, reading: &mut Reading<'_, '_>) -> Result<(), Stop> {
        let mut open: BTreeSet<AdvisoryId> = reading.named()?;
        let mut asked: BTreeSet<AdvisoryId> = BTreeSet::new();
        // Once for the ids, once for their aliases; what aliases alias is the same again.
        for _ in 0..2 {
            let (mut stale, mut aliases) = (Vec::new(), BTreeSet::new());
            for id in &open {
                let known = reading.store.page(&reading.name, &format!("id {id}"))?;
                if !asked.insert(id.clone()) {
                    continue;
                }
                match known.filter(|page| reading.is_fresh(page) && !reading.wanted.refresh) {
                    // Its aliases may have failed when it came.
                    Some(page) => aliases.extend(page.ids.iter().skip(1).filter_map(|id| id.parse().ok())),
                    // An ecosystem that is kept whole, say, has it already.
                    None if !reading.wanted.refresh && reading.has_elsewhere(id)? => {}
                    None => stale.push(id.clone()),
                }
            }
            open = aliases;
            for ids in stale.chunks(CHUNK) {
                open.extend(chunk(reading, self.osv, ids)?);
            }
        }
        Ok(())
    }
}

/// Fetches some named ids; gives the aliases of what was found.
fn chunk(reading: &mut Reading<'_, '_>, osv: &Osv, ids: &[AdvisoryId]) -> Result<Vec<AdvisoryId>, Stop> {
    let client = reading.client;
    let room = client.room();
    let answers = side_by_side(ids, &|id| kept(&room, record(client, osv, id)));
    let (mut records, mut aliases, mut pages) = (Vec::new(), Vec::new(), Vec::new());
    let mut limited = None;
    for (id, answer) in ids.iter().zip(answers) {
        let found = match answer {
            Ok(bytes) => {
                let others = aliases_of(&bytes);
                match Incoming::read(bytes) {
                    Ok(record) => {
                        records.push(record);
                        let ids = std::iter::once(id).chain(&others).map(ToString::to_string).collect();
                        aliases.extend(others);
                        ids
                    }
                    Err(why) => {
                        reading.lacks_record(Some(id.clone()), "at OSV", &why);
                        continue;
                    }
                }
            }
            // A typo, a reserved id, or one that OSV does not keep.
            Err(failure) if failure.is_gone() => Vec::new(),
            Err(failure) if matches!(failure.kind, FailureKind::Limited(_) | FailureKind::Spent) => {
                limited = Some(failure);
                continue;
            }
            Err(failure) => {
                reading.lacks_record(Some(id.clone()), "at OSV", &failure.what);
                continue;
            }
        };
        pages.push((format!("id {id}"), Page { ids: found, checked: client.now, ..Page::default() }));
    }
    reading.take_in(records)?;
    for (key, page) in pages {
        reading.store.set_page(&reading.name, &key, &page)?;
    }
    match limited {
        Some(failure) => Err(Stop::at("some of the ids that commits name", &failure)),
        None => Ok(aliases),
    }
}

/// The aliases of a record that are in databases which OSV keeps.
fn aliases_of(bytes: &[u8]) -> Vec<AdvisoryId> {
    #[derive(Deserialize)]
    struct Aliases {
        #[serde(default)]
        aliases: Vec<String>,
    }
    let aliases = serde_json::from_slice::<Aliases>(bytes).map(|record| record.aliases).unwrap_or_default();
    let ids = aliases.iter().filter_map(|alias| alias.parse::<AdvisoryId>().ok());
    ids.filter(|id| id.scheme() != IdScheme::Other).collect()
}
