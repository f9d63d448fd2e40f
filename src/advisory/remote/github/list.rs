//! Lists of advisories, page by page.

use std::collections::BTreeSet;

use reqwest::Url;
use serde_json::value::RawValue;

use super::api::{Api, PER_PAGE};
use crate::advisory::remote::source::{Reading, Stop};
use crate::advisory::store::{Incoming, Page, digest};
use crate::limits::{GITHUB_ITEMS, GITHUB_PAGES, LISTED, PASSES};
use crate::model::AdvisoryId;
use crate::net::{Answer, Failure, Whole, nothing_known};

/// A page of a list, read.
pub(super) struct Listed {
    pub(super) ids: Vec<String>,
    pub(super) next: Option<Url>,
    /// Whether it is another than the last time.
    changed: bool,
    /// Whether each of its records could be read.
    pub(super) whole: bool,
}

/// Reads a page, from the store where the server says that nothing changed.
pub(super) fn page(
    reading: &mut Reading<'_, '_>,
    api: &Api<'_, '_>,
    url: &Url,
    number: usize,
    again: bool,
) -> Result<Listed, Stop> {
    let what =
        || if number > 1 { format!("page {number} of the list and all after it") } else { "the list".to_owned() };
    let mut known = reading.store.page(&reading.name, url.as_str())?.filter(|_| again || !reading.wanted.refresh);
    // A store that lost what the page brought has to have it again.
    if let Some(page) = &known
        && !reading.store.holds(&reading.name, &page.ids)?
    {
        known = None;
    }
    let answer = api.get(url, known.as_ref()).map_err(|failure| Stop::at(what(), &failure))?;
    let (whole, known) = match (answer, known) {
        (Answer::Whole(whole), known) => (whole, known),
        (Answer::Same(next), Some(known)) => {
            // A page that was the last one may be full, and not the last any more.
            let next = next.or_else(|| known.next.as_deref().and_then(|next| next.parse().ok()));
            return Ok(Listed { ids: known.ids, next: at_home(api, next, &what)?, changed: false, whole: true });
        }
        (Answer::Same(_), None) => {
            return Err(Stop::at(what(), &nothing_known()));
        }
    };
    let Whole { bytes, etag, last_modified, next } = whole;
    let next = at_home(api, next, &what)?;
    let digest = digest(&bytes);
    let changed = known.is_none_or(|known| known.digest != Some(digest));
    let Taken { ids, whole } = take_page(reading, &bytes, number)?;
    // Whether the next page is named may change while the page does not: a full
    // one without a next is asked for whole. So is one that could not be read,
    // or what it lacks would be forgotten.
    let fixed = whole && (next.is_some() || ids.len() < 100);
    let page = Page {
        etag: etag.filter(|_| fixed),
        last_modified: last_modified.filter(|_| fixed),
        digest: Some(digest),
        ids: ids.clone(),
        next: next.as_ref().map(Url::to_string),
        checked: reading.client.now,
    };
    reading.store.set_page(&reading.name, url.as_str(), &page)?;
    Ok(Listed { ids, next, changed, whole })
}

/// The address of the next page, if it is at the same service.
fn at_home(api: &Api<'_, '_>, next: Option<Url>, what: &dyn Fn() -> String) -> Result<Option<Url>, Stop> {
    if next.as_ref().is_some_and(|next| !api.base.is_home_of(next)) {
        let failure = Failure::lasting("the server names another host for the next page, which is not asked");
        return Err(Stop::at(what(), &failure));
    }
    Ok(next)
}

const UNREADABLE: &str = "it is no advisory that can be read; report this to GitHub";

/// What a page brought.
pub(super) struct Taken {
    pub(super) ids: Vec<String>,
    pub(super) whole: bool,
}

/// Takes in the advisories of a page.
pub(super) fn take_page(reading: &mut Reading<'_, '_>, bytes: &[u8], number: usize) -> Result<Taken, Stop> {
    let place = format!("on page {number} of the list");
    let Ok(items) = serde_json::from_slice::<Vec<&RawValue>>(bytes) else {
        let failure = Failure::lasting("the answer is no list of advisories");
        return Err(Stop::at(place, &failure));
    };
    if items.len() > GITHUB_ITEMS {
        let failure = Failure::lasting(format!("the answer has {} items, and a page has {PER_PAGE}", items.len()));
        return Err(Stop::at(place, &failure));
    }
    let may_be_unpublished = reading.name.is_repository();
    let (mut records, mut ids, mut bad, mut strangers) = (Vec::new(), Vec::new(), 0, 0);
    for item in items {
        match Incoming::read(item.get().as_bytes().to_vec()) {
            Ok(record) => {
                ids.push(record.id().to_string());
                records.push(record);
            }
            // What is wrong with it may quote it, and it may be a draft. Its id
            // keeps an older version of it from being taken for gone.
            Err(_) => {
                let (id, other) = ids_of(item);
                ids.extend(id.as_ref().map(ToString::to_string));
                if may_be_unpublished {
                    reading.unnamed |= id.is_none();
                    reading.hushed.extend(id.into_iter().chain(other));
                } else if id.is_some() {
                    // One record of a stranger; whoever needs it is told.
                    reading.lacks_record(id, &place, UNREADABLE);
                    strangers += 1;
                    continue;
                }
                bad += 1;
            }
        }
    }
    if bad > 0 {
        let what = if bad == 1 { "a record".to_owned() } else { format!("{bad} records") };
        let failure = Failure::lasting(UNREADABLE);
        reading.lacks(format!("{what} {place}"), &failure);
    }
    reading.take_in(records)?;
    Ok(Taken { ids, whole: bad + strangers == 0 })
}

/// The id of an advisory that cannot be read, and its CVE id.
fn ids_of(item: &RawValue) -> (Option<AdvisoryId>, Option<AdvisoryId>) {
    let value: serde_json::Value = serde_json::from_str(item.get()).unwrap_or_default();
    let id = |key: &str| value.get(key).and_then(serde_json::Value::as_str).and_then(|id| id.parse().ok());
    (id("ghsa_id"), id("cve_id"))
}

/// Reads a whole list, from the oldest advisory to the newest, so that what is
/// new comes last and moves no page. Where a page changed while the others were
/// read, an advisory may have slipped from an unread page into a read one: then
/// the list is read again, until two passes agree.
pub(super) fn list(reading: &mut Reading<'_, '_>, api: &Api<'_, '_>, first: &Url) -> Result<BTreeSet<String>, Stop> {
    let mut seen = BTreeSet::new();
    for pass in 0..PASSES {
        let (mut next, mut number, mut changed) = (Some(first.clone()), 0, false);
        let mut asked = BTreeSet::new();
        while let Some(url) = next {
            number += 1;
            if !asked.insert(url.to_string()) || number > GITHUB_PAGES {
                let failure = Failure::lasting("the list turns in circles");
                return Err(Stop::at(format!("page {number} of the list"), &failure));
            }
            let listed = page(reading, api, &url, number, pass > 0)?;
            changed |= listed.changed;
            seen.extend(listed.ids);
            if seen.len() > LISTED {
                let failure = Failure::lasting(format!("it lists more than {LISTED} advisories, which nobody has"));
                return Err(Stop::at(format!("page {number} of the list and all after it"), &failure));
            }
            next = listed.next;
        }
        // One page is one answer.
        if number == 1 || !changed {
            return Ok(seen);
        }
    }
    let failure = Failure::passing("it changed each time while it was read; sync again");
    Err(Stop::at("a part of the list", &failure))
}
