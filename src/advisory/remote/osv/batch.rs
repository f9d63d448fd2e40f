//! Batches: which records many packages have, and when each changed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{fetch, post, question, unreadable};
use crate::advisory::PackageName;
use crate::advisory::remote::Osv;
use crate::advisory::remote::source::{Reading, Stop};
use crate::advisory::store::Page;
use crate::limits::OSV_PAGES;
use crate::model::{AdvisoryId, Timestamp};
use crate::net::Failure;

/// Questions of a batch; the API's largest.
pub(super) const BATCH: usize = 1_000;

/// Where the store keeps which records a package had.
pub(super) fn page_of(package: &PackageName) -> String {
    format!("query {package}")
}

#[derive(Deserialize)]
struct Batch {
    #[serde(default)]
    results: Vec<Option<BatchResult>>,
}

#[derive(Default, Deserialize)]
struct BatchResult {
    #[serde(default)]
    vulns: Vec<Listed>,
    #[serde(default)]
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct Listed {
    id: String,
    modified: Option<String>,
}

/// What each package of a batch has, by its number: ids, and when each was changed.
type Had = BTreeMap<usize, BTreeMap<String, Option<i64>>>;

/// Asks which records packages have.
fn had(reading: &Reading<'_, '_>, osv: &Osv, batch: &[PackageName]) -> Result<Had, Stop> {
    let mut open: Vec<(usize, Option<String>)> = (0..batch.len()).map(|at| (at, None)).collect();
    let mut listed = Had::new();
    for _ in 0..OSV_PAGES {
        if open.is_empty() {
            break;
        }
        let questions: Vec<Value> =
            open.iter().filter_map(|(at, token)| Some(question(batch.get(*at)?, token.as_deref()))).collect();
        let answer = post(reading.client, osv, "querybatch", &json!({ "queries": questions }));
        let stop = |failure: &Failure| Stop::at("what changed in the project's packages", failure);
        let bytes = answer.map_err(|failure| stop(&failure))?;
        let answer: Batch = serde_json::from_slice(&bytes).map_err(|_| stop(&unreadable()))?;
        if answer.results.len() != open.len() {
            return Err(stop(&unreadable()));
        }
        let mut next = Vec::new();
        for ((at, _), result) in open.into_iter().zip(answer.results) {
            let BatchResult { vulns, next_page_token } = result.unwrap_or_default();
            let seconds = |text: Option<String>| text.and_then(|text| Timestamp::new(text).unix()).map(|(s, _)| s);
            listed.entry(at).or_default().extend(vulns.into_iter().map(|one| (one.id, seconds(one.modified))));
            next.extend(next_page_token.filter(|token| !token.is_empty()).map(|token| (at, Some(token))));
        }
        open = next;
    }
    if !open.is_empty() {
        return Err(Stop::at("the rest of what changed", &Failure::lasting("the pages turn in circles")));
    }
    Ok(listed)
}

/// Asks which records of packages changed, and fetches those; gives all that the
/// packages have.
pub(super) fn changed(
    reading: &mut Reading<'_, '_>,
    osv: &Osv,
    batch: &[PackageName],
) -> Result<BTreeSet<String>, Stop> {
    let listed = had(reading, osv, batch)?;
    let here = reading.store.ids(&reading.name)?;
    let mut stale: BTreeSet<String> = BTreeSet::new();
    for (id, modified) in listed.values().flatten() {
        let is_new = |known: &Option<i64>| known.is_none() || *known < *modified;
        if here.get(id).is_none_or(is_new) {
            stale.insert(id.clone());
        }
    }
    let stale: Vec<(AdvisoryId, Option<i64>)> = stale
        .iter()
        .filter_map(|id| Some((id.parse().ok()?, listed.values().find_map(|of| of.get(id).copied()).flatten())))
        .collect();
    let complete = fetch(reading, osv, &stale)?;
    for (at, package) in batch.iter().enumerate().filter(|_| complete) {
        let ids = listed.get(&at).map(|of| of.keys().cloned().collect()).unwrap_or_default();
        let page = Page { ids, checked: reading.client.now, ..Page::default() };
        reading.store.set_page(&reading.name, &page_of(package), &page)?;
    }
    Ok(listed.into_values().flatten().map(|(id, _)| id).collect())
}

/// Notes which packages the records are of, and since when: a project may get
/// others, and another branch may have others.
pub(super) fn note_asked(reading: &mut Reading<'_, '_>, answered: &[PackageName]) -> Result<(), Stop> {
    let state = reading.store.state(&reading.name)?;
    let mut packages: BTreeMap<String, i64> = state
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(name, at)| Some((name.to_owned(), at.parse().ok()?)))
        .collect();
    packages.extend(answered.iter().map(|package| (package.to_string(), reading.client.now)));
    let lines: Vec<String> = packages.iter().map(|(package, at)| format!("{package}\t{at}")).collect();
    reading.store.set_state(&reading.name, &lines.join("\n"))?;
    Ok(())
}
