//! OSV's API: records by package and by id.
//! Source: OSV.dev, "POST /v1/query", "POST /v1/querybatch", "GET /v1/vulns/{id}".

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::client::{Ask, Client};
use super::github::is_json;
use super::sync::{Osv, Source, Stop, called, is_gone, kept, side_by_side, spent, stop_if};
use super::{Failure, FailureKind};
use crate::advisory::store::{Incoming, Page, SourceName};
use crate::advisory::{PackageName, Project};
use crate::limits::{OSV_ITEMS, OSV_PAGES};
use crate::model::osv::is_ecosystem;
use crate::model::{AdvisoryId, IdScheme, Timestamp};

/// Questions of a batch; the API's largest.
const BATCH: usize = 1_000;

/// Records that are fetched before they are written.
const CHUNK: usize = 64;

/// Records of the project's packages.
pub(super) fn packages_name(osv: &Osv, project: &Project) -> SourceName {
    SourceName { base: osv.base.to_string(), name: format!("packages of {}", called(project)) }
}

/// Records of what the project depends on.
pub(super) fn dependencies_name(osv: &Osv, project: &Project) -> SourceName {
    SourceName { base: osv.base.to_string(), name: format!("dependencies of {}", called(project)) }
}

/// The packages of dependencies that the API is asked for.
pub(super) fn asked(osv: &Osv, dependencies: &BTreeSet<PackageName>) -> BTreeSet<PackageName> {
    let of_api = |package: &&PackageName| {
        let ecosystem = package.ecosystem.as_str();
        // A batch with one ecosystem that the API does not know is refused whole.
        is_ecosystem(ecosystem) && !osv.ecosystems.iter().any(|whole| whole == ecosystem)
    };
    dependencies.iter().filter(of_api).cloned().collect()
}

/// Records of ids that commits name.
pub(super) fn named_name(osv: &Osv, project: &Project) -> SourceName {
    SourceName { base: osv.base.to_string(), name: format!("ids that commits of {} name", called(project)) }
}

#[derive(Deserialize)]
struct Answered<'a> {
    #[serde(borrow, default)]
    vulns: Vec<&'a RawValue>,
    #[serde(default)]
    next_page_token: Option<String>,
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

/// Reads the records of the project's packages. A package that is new is
/// queried for whole records; of the others a batch says what changed.
pub(super) fn packages(source: &mut Source<'_, '_>, osv: &Osv) -> Result<(), Stop> {
    let mut known = Vec::new();
    // Every id that an answer named, of all packages.
    let mut listed: BTreeSet<String> = BTreeSet::new();
    let (before, mut answered) = (source.missing.len(), BTreeSet::new());
    for package in source.wanted.packages() {
        let key = format!("query {package}");
        match source.store.page(&source.name, &key)?.filter(|_| !source.wanted.refresh) {
            Some(page) => known.push((package, key, page)),
            None => {
                if let Some(ids) = query(source, osv, &package, &key)? {
                    listed.extend(ids);
                    answered.insert(package.to_string());
                }
            }
        }
    }
    for batch in known.chunks(BATCH) {
        listed.extend(changed(source, osv, batch)?);
        answered.extend(batch.iter().map(|(package, ..)| package.to_string()));
    }
    if source.missing.len() == before {
        vanished(source, osv, &listed)?;
    }
    note_asked(source, answered)
}

/// Reads the records of what the project depends on: thousands of packages, so
/// that batches say which records there are, and only these are fetched.
pub(super) fn dependencies(source: &mut Source<'_, '_>, osv: &Osv) -> Result<(), Stop> {
    let packages = asked(osv, &source.wanted.dependencies);
    let page = |package: PackageName| {
        let key = format!("query {package}");
        (package, key, Page::default())
    };
    let open: Vec<(PackageName, String, Page)> = packages.into_iter().map(page).collect();
    let mut answered = BTreeSet::new();
    for batch in open.chunks(BATCH) {
        changed(source, osv, batch)?;
        answered.extend(batch.iter().map(|(package, ..)| package.to_string()));
    }
    note_asked(source, answered)
}

/// Notes which packages the records are of, and since when: a project may get
/// others, and another branch may have others.
fn note_asked(source: &mut Source<'_, '_>, answered: BTreeSet<String>) -> Result<(), Stop> {
    let state = source.store.state(&source.name)?;
    let mut packages: BTreeMap<String, i64> = state
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(name, at)| Some((name.to_owned(), at.parse().ok()?)))
        .collect();
    packages.extend(answered.into_iter().map(|package| (package, source.client.now)));
    let lines: Vec<String> = packages.iter().map(|(package, at)| format!("{package}\t{at}")).collect();
    source.store.set_state(&source.name, &lines.join("\n"))?;
    Ok(())
}

/// Asks for records that no package has any more: they were withdrawn, which
/// answers leave out, or are about other packages now. Once a day is enough.
fn vanished(source: &mut Source<'_, '_>, osv: &Osv, listed: &BTreeSet<String>) -> Result<(), Stop> {
    let mut stale = Vec::new();
    for id in source.store.public_ids(&source.name)?.into_iter().filter(|id| !listed.contains(id)) {
        let known = source.store.page(&source.name, &format!("gone {id}"))?;
        if source.wanted.refresh || !known.is_some_and(|page| source.is_fresh(&page)) {
            stale.extend(id.parse::<AdvisoryId>().ok().map(|id| (id, None)));
        }
    }
    if fetch(source, osv, &stale)? {
        for (id, _) in stale {
            let page = Page { checked: source.client.now, ..Page::default() };
            source.store.set_page(&source.name, &format!("gone {id}"), &page)?;
        }
    }
    Ok(())
}

fn question(package: &PackageName, token: Option<&str>) -> Value {
    let package = json!({ "ecosystem": package.ecosystem, "name": package.name });
    match token {
        Some(token) => json!({ "package": package, "page_token": token }),
        None => json!({ "package": package }),
    }
}

fn post(client: &Client<'_>, osv: &Osv, path: &str, body: &Value) -> Result<Vec<u8>, Failure> {
    let mut ask = Ask::get(&osv.base, osv.base.at(["v1", path], &[]));
    ask.body = Some(body.to_string().into_bytes());
    client.fetch(&ask, &is_json)
}

fn unreadable() -> Failure {
    Failure::lasting("the answer is not of the form that OSV's API has; check [source.osv] url in secnotes.toml")
}

/// Reads the whole records of a package; gives their ids, if all came.
fn query(
    source: &mut Source<'_, '_>,
    osv: &Osv,
    package: &PackageName,
    key: &str,
) -> Result<Option<BTreeSet<String>>, Stop> {
    let (mut token, mut ids): (Option<String>, BTreeSet<String>) = (None, BTreeSet::new());
    for _ in 0..OSV_PAGES {
        let bytes = match post(source.client, osv, "query", &question(package, token.as_deref())) {
            Ok(bytes) => bytes,
            // An ecosystem that OSV does not know has no records there.
            Err(failure) if failure.kind == FailureKind::Refused(400) && token.is_none() => {
                let text = format!("OSV takes no questions about {package}; it is left out");
                source.client.observer.note(&text);
                return Ok(Some(BTreeSet::new()));
            }
            Err(failure) => {
                source.lacks(format!("records of {package}"), &failure);
                return Ok(None);
            }
        };
        let Ok(answered) = serde_json::from_slice::<Answered<'_>>(&bytes) else {
            source.lacks(format!("records of {package}"), &unreadable());
            return Ok(None);
        };
        let mut records = Vec::new();
        if answered.vulns.len() > OSV_ITEMS {
            source.lacks(format!("records of {package}"), &unreadable());
            return Ok(None);
        }
        for item in answered.vulns {
            match Incoming::read(item.get().as_bytes().to_vec()) {
                Ok(record) => {
                    ids.insert(record.id().to_string());
                    records.push(record);
                }
                Err(why) => source.lacks_record(id_of(item), &format!("of {package}"), &why),
            }
        }
        source.take_in(records)?;
        token = answered.next_page_token.filter(|token| !token.is_empty());
        if token.is_none() {
            let page = Page { ids: ids.iter().cloned().collect(), checked: source.client.now, ..Page::default() };
            source.store.set_page(&source.name, key, &page)?;
            return Ok(Some(ids));
        }
    }
    source.lacks(format!("the rest of the records of {package}"), &Failure::lasting("the pages turn in circles"));
    Ok(None)
}

fn id_of(item: &RawValue) -> Option<AdvisoryId> {
    let value: Value = serde_json::from_str(item.get()).ok()?;
    value.get("id")?.as_str()?.parse().ok()
}

/// Asks which records of known packages changed, and fetches those; gives all
/// that the packages have.
fn changed(
    source: &mut Source<'_, '_>,
    osv: &Osv,
    batch: &[(PackageName, String, Page)],
) -> Result<BTreeSet<String>, Stop> {
    let mut open: Vec<(usize, Option<String>)> = (0..batch.len()).map(|at| (at, None)).collect();
    let mut listed: BTreeMap<usize, BTreeMap<String, Option<i64>>> = BTreeMap::new();
    for _ in 0..OSV_PAGES {
        if open.is_empty() {
            break;
        }
        let questions: Vec<Value> =
            open.iter().filter_map(|(at, token)| Some(question(&batch.get(*at)?.0, token.as_deref()))).collect();
        let answer = post(source.client, osv, "querybatch", &json!({ "queries": questions }));
        let stop = |failure: &Failure| Source::stop("what changed in the project's packages", failure);
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
        return Err(Source::stop("the rest of what changed", &Failure::lasting("the pages turn in circles")));
    }
    let here = source.store.ids(&source.name)?;
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
    let complete = fetch(source, osv, &stale)?;
    for (at, (_, key, _)) in batch.iter().enumerate().filter(|_| complete) {
        let ids = listed.get(&at).map(|of| of.keys().cloned().collect()).unwrap_or_default();
        let page = Page { ids, checked: source.client.now, ..Page::default() };
        source.store.set_page(&source.name, key, &page)?;
    }
    Ok(listed.into_values().flatten().map(|(id, _)| id).collect())
}

fn record(client: &Client<'_>, osv: &Osv, id: &AdvisoryId) -> Result<Vec<u8>, Failure> {
    let ask = Ask::get(&osv.base, osv.base.at(["v1", "vulns", id.as_str()], &[]));
    client.fetch(&ask, &is_json)
}

/// Fetches records by their ids, and takes those away that are gone; whether
/// all of them came.
fn fetch(source: &mut Source<'_, '_>, osv: &Osv, ids: &[(AdvisoryId, Option<i64>)]) -> Result<bool, Stop> {
    let before = source.missing.len();
    for chunk in ids.chunks(CHUNK) {
        let client = source.client;
        let room = client.room();
        let answers = side_by_side(chunk, &|(id, _)| kept(&room, record(client, osv, id)));
        let spent = spent(&answers);
        let mut records = Vec::new();
        for ((id, listed), answer) in chunk.iter().zip(answers) {
            match answer {
                Ok(bytes) => match Incoming::read(bytes) {
                    Ok(record) => records.extend(source.as_new(record, *listed)?),
                    Err(why) => source.lacks_record(Some(id.clone()), "at OSV", &why),
                },
                // What was listed a moment ago is there, whatever this answer says.
                Err(failure) if is_gone(&failure) && listed.is_none() => {
                    source.counts += source.store.remove(&source.name, std::slice::from_ref(id))?;
                }
                Err(failure) => source.lacks_record(Some(id.clone()), "at OSV", &failure.what),
            }
        }
        source.take_in(records)?;
        stop_if(spent)?;
    }
    Ok(source.missing.len() == before)
}

/// Reads the records of ids that commits name, and of the aliases of these
/// that other databases keep. What was asked within a day is not asked again.
pub(super) fn named(source: &mut Source<'_, '_>, osv: &Osv) -> Result<(), Stop> {
    let mut open: BTreeSet<AdvisoryId> = source.named()?;
    let mut asked: BTreeSet<AdvisoryId> = BTreeSet::new();
    // Once for the ids, once for their aliases; what aliases alias is the same again.
    for _ in 0..2 {
        let (mut stale, mut aliases) = (Vec::new(), BTreeSet::new());
        for id in &open {
            let known = source.store.page(&source.name, &format!("id {id}"))?;
            if !asked.insert(id.clone()) {
                continue;
            }
            match known.filter(|page| source.is_fresh(page) && !source.wanted.refresh) {
                // Its aliases may have failed when it came.
                Some(page) => aliases.extend(page.ids.iter().skip(1).filter_map(|id| id.parse().ok())),
                // An ecosystem that is kept whole, say, has it already.
                None if !source.wanted.refresh && source.has_elsewhere(id)? => {}
                None => stale.push(id.clone()),
            }
        }
        open = aliases;
        for chunk in stale.chunks(CHUNK) {
            open.extend(named_chunk(source, osv, chunk)?);
        }
    }
    Ok(())
}

/// Fetches some named ids; gives the aliases of what was found.
fn named_chunk(source: &mut Source<'_, '_>, osv: &Osv, ids: &[AdvisoryId]) -> Result<Vec<AdvisoryId>, Stop> {
    let client = source.client;
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
                        source.lacks_record(Some(id.clone()), "at OSV", &why);
                        continue;
                    }
                }
            }
            // A typo, a reserved id, or one that OSV does not keep.
            Err(failure) if is_gone(&failure) => Vec::new(),
            Err(failure) if matches!(failure.kind, FailureKind::Limited(_) | FailureKind::Spent) => {
                limited = Some(failure);
                continue;
            }
            Err(failure) => {
                source.lacks_record(Some(id.clone()), "at OSV", &failure.what);
                continue;
            }
        };
        pages.push((format!("id {id}"), Page { ids: found, checked: client.now, ..Page::default() }));
    }
    source.take_in(records)?;
    for (key, page) in pages {
        source.store.set_page(&source.name, &key, &page)?;
    }
    match limited {
        Some(failure) => Err(Source::stop("some of the ids that commits name", &failure)),
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
