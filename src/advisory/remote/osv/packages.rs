//! Records of the project's packages.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::api::{fetch, post, question, unreadable};
use super::batch::{BATCH, changed, note_asked, page_of};
use crate::advisory::remote::settings::called;
use crate::advisory::remote::source::{Configured, Reading, Source, Stop};
use crate::advisory::remote::{Osv, Sources};
use crate::advisory::store::{Incoming, Page, SourceName};
use crate::advisory::{PackageName, Project};
use crate::limits::{OSV_ITEMS, OSV_PAGES};
use crate::model::AdvisoryId;
use crate::net::{Failure, FailureKind};

/// Records of the project's packages.
struct Packages<'s> {
    name: SourceName,
    osv: &'s Osv,
}

/// One source, for a project has some packages at least by its address.
pub(in crate::advisory::remote) fn of<'s>(sources: &'s Sources, project: &Project) -> Configured<'s> {
    let Some(osv) = &sources.osv else { return Vec::new() };
    vec![Box::new(Packages { name: name(osv, project), osv })]
}

fn name(osv: &Osv, project: &Project) -> SourceName {
    SourceName::of_packages(osv.base.to_string(), &called(project))
}

impl Sources {
    /// The source of the project's packages at OSV. Its state lists the packages
    /// that were asked for, a line each.
    #[must_use]
    pub fn packages_of_osv(&self, project: &Project) -> Option<SourceName> {
        self.osv.as_ref().map(|osv| name(osv, project))
    }
}

impl Source for Packages<'_> {
    fn name(&self) -> &SourceName {
        &self.name
    }

    /// A package that is new is queried for whole records; of the others a batch
    /// says what changed.
    fn read(&self, reading: &mut Reading<'_, '_>) -> Result<(), Stop> {
        let mut known = Vec::new();
        // Every id that an answer named, of all packages.
        let mut listed: BTreeSet<String> = BTreeSet::new();
        let (before, mut answered) = (reading.missing.len(), Vec::new());
        for package in reading.wanted.packages() {
            let is_known = reading.store.page(&reading.name, &page_of(&package))?.is_some();
            if is_known && !reading.wanted.refresh {
                known.push(package);
            } else if let Some(ids) = query(reading, self.osv, &package)? {
                listed.extend(ids);
                answered.push(package);
            }
        }
        for batch in known.chunks(BATCH) {
            listed.extend(changed(reading, self.osv, batch)?);
            answered.extend_from_slice(batch);
        }
        if reading.missing.len() == before {
            vanished(reading, self.osv, &listed)?;
        }
        note_asked(reading, &answered)
    }
}

/// Asks for records that no package has any more: they were withdrawn, which
/// answers leave out, or are about other packages now. Once a day is enough.
fn vanished(reading: &mut Reading<'_, '_>, osv: &Osv, listed: &BTreeSet<String>) -> Result<(), Stop> {
    let mut stale = Vec::new();
    for id in reading.store.public_ids(&reading.name)?.into_iter().filter(|id| !listed.contains(id)) {
        let known = reading.store.page(&reading.name, &format!("gone {id}"))?;
        if reading.wanted.refresh || !known.is_some_and(|page| reading.is_fresh(&page)) {
            stale.extend(id.parse::<AdvisoryId>().ok().map(|id| (id, None)));
        }
    }
    if fetch(reading, osv, &stale)? {
        for (id, _) in stale {
            let page = Page { checked: reading.client.now, ..Page::default() };
            reading.store.set_page(&reading.name, &format!("gone {id}"), &page)?;
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Answered<'a> {
    #[serde(borrow, default)]
    vulns: Vec<&'a RawValue>,
    #[serde(default)]
    next_page_token: Option<String>,
}

/// Reads the whole records of a package; gives their ids, if all came.
fn query(reading: &mut Reading<'_, '_>, osv: &Osv, package: &PackageName) -> Result<Option<BTreeSet<String>>, Stop> {
    let (mut token, mut ids): (Option<String>, BTreeSet<String>) = (None, BTreeSet::new());
    for _ in 0..OSV_PAGES {
        let bytes = match post(reading.client, osv, "query", &question(package, token.as_deref())) {
            Ok(bytes) => bytes,
            // An ecosystem that OSV does not know has no records there.
            Err(failure) if failure.kind == FailureKind::Refused(400) && token.is_none() => {
                let text = format!("OSV takes no questions about {package}; it is left out");
                reading.client.observer.note(&text);
                return Ok(Some(BTreeSet::new()));
            }
            Err(failure) => {
                reading.lacks(format!("records of {package}"), &failure);
                return Ok(None);
            }
        };
        let Ok(answered) = serde_json::from_slice::<Answered<'_>>(&bytes) else {
            reading.lacks(format!("records of {package}"), &unreadable());
            return Ok(None);
        };
        let mut records = Vec::new();
        if answered.vulns.len() > OSV_ITEMS {
            reading.lacks(format!("records of {package}"), &unreadable());
            return Ok(None);
        }
        for item in answered.vulns {
            match Incoming::read(item.get().as_bytes().to_vec()) {
                Ok(record) => {
                    ids.insert(record.id().to_string());
                    records.push(record);
                }
                Err(why) => reading.lacks_record(id_of(item), &format!("of {package}"), &why),
            }
        }
        reading.take_in(records)?;
        token = answered.next_page_token.filter(|token| !token.is_empty());
        if token.is_none() {
            let page = Page { ids: ids.iter().cloned().collect(), checked: reading.client.now, ..Page::default() };
            reading.store.set_page(&reading.name, &page_of(package), &page)?;
            return Ok(Some(ids));
        }
    }
    reading.lacks(format!("the rest of the records of {package}"), &Failure::lasting("the pages turn in circles"));
    Ok(None)
}

fn id_of(item: &RawValue) -> Option<AdvisoryId> {
    let value: Value = serde_json::from_str(item.get()).ok()?;
    value.get("id")?.as_str()?.parse().ok()
}
