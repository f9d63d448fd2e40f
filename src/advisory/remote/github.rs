//! GitHub: a repository's own advisories, and the global database.
//! Source: GitHub REST, "Repository security advisories" and "Global security advisories".

use std::cell::Cell;
use std::collections::BTreeSet;

use reqwest::Url;
use serde_json::value::RawValue;

use super::client::{Answer, Ask, Client, Whole, nothing_known};
use super::sync::{GitHub, Source, Stop, called, is_gone};
use super::{Base, Failure, FailureKind};
use crate::advisory::store::{Incoming, Page, SourceName, digest};
use crate::advisory::{Project, github_ecosystem};
use crate::limits::{GITHUB_ITEMS, GITHUB_PAGES, LISTED, PASSES};
use crate::model::{AdvisoryId, IdScheme, Timestamp};

/// The version of the API that this speaks, and the one before, which servers
/// of older releases know.
const VERSIONS: [&str; 2] = ["2026-03-10", "2022-11-28"];

/// Advisories of a page; the API's largest.
const PER_PAGE: &str = "100";

/// Packages in one question: as many as an address can hold.
const PACKAGES: usize = 50;

/// Without a token an hour has 60 requests: so many are spent on ids that
/// commits name and that OSV does not know.
const NAMED_WITHOUT_TOKEN: usize = 20;

/// A repository's own advisories. The store keeps its pages apart: they name drafts.
pub(super) fn repository_name(github: &GitHub, repository: &str) -> SourceName {
    SourceName { base: github.base.to_string(), name: format!("repository {repository}") }
}

/// Global advisories of the project's packages and of named ids.
pub(super) fn global_name(github: &GitHub, project: &Project) -> SourceName {
    SourceName { base: github.base.to_string(), name: format!("global advisories for {}", called(project)) }
}

/// All global advisories of an ecosystem.
pub(super) fn ecosystem_name(github: &GitHub, ecosystem: &str) -> SourceName {
    SourceName { base: github.base.to_string(), name: format!("global advisories of {ecosystem}") }
}

/// Asks one service, in the newest version of the API that it knows.
struct Api<'a, 'o> {
    client: &'a Client<'o>,
    github: &'a GitHub,
    version: Cell<usize>,
}

impl<'a, 'o> Api<'a, 'o> {
    const fn new(client: &'a Client<'o>, github: &'a GitHub) -> Self {
        Self { client, github, version: Cell::new(0) }
    }

    const fn base(&self) -> &'a Base {
        &self.github.base
    }

    fn get(&self, url: &Url, known: Option<&Page>) -> Result<Answer, Failure> {
        self.ask(url, known, false)
    }

    /// Asks for something whose very address is not for others.
    fn get_hushed(&self, url: &Url) -> Result<Answer, Failure> {
        self.ask(url, None, true)
    }

    fn ask(&self, url: &Url, known: Option<&Page>, hushed: bool) -> Result<Answer, Failure> {
        loop {
            let version = VERSIONS.get(self.version.get()).copied().unwrap_or_default();
            let mut ask = Ask::get(self.base(), url.clone());
            ask.token = self.github.token.as_ref();
            ask.known = known;
            ask.hushed = hushed;
            ask.headers = vec![
                ("accept", "application/vnd.github+json".to_owned()),
                ("x-github-api-version", version.to_owned()),
            ];
            match self.client.ask(&ask, &is_json) {
                // A server that does not know the version says so with 400.
                Err(failure)
                    if failure.kind == FailureKind::Refused(400) && self.version.get() + 1 < VERSIONS.len() =>
                {
                    self.version.set(self.version.get() + 1);
                }
                answer => return answer,
            }
        }
    }
}

/// Whether a body is whole JSON. What is wrong is said without quoting it.
pub(super) fn is_json(bytes: &[u8]) -> Result<(), String> {
    serde_json::from_slice::<&RawValue>(bytes)
        .map(|_| ())
        .map_err(|error| format!("the answer is no whole JSON (line {}, column {})", error.line(), error.column()))
}

/// A page of a list, read.
struct Listed {
    ids: Vec<String>,
    next: Option<Url>,
    /// Whether it is another than the last time.
    changed: bool,
    /// Whether each of its records could be read.
    whole: bool,
}

/// Reads a page, from the store where the server says that nothing changed.
fn page(source: &mut Source<'_, '_>, api: &Api<'_, '_>, url: &Url, number: usize, again: bool) -> Result<Listed, Stop> {
    let what =
        || if number > 1 { format!("page {number} of the list and all after it") } else { "the list".to_owned() };
    let mut known = source.store.page(&source.name, url.as_str())?.filter(|_| again || !source.wanted.refresh);
    // A store that lost what the page brought has to have it again.
    if let Some(page) = &known
        && !source.store.holds(&source.name, &page.ids)?
    {
        known = None;
    }
    let answer = api.get(url, known.as_ref()).map_err(|failure| Source::stop(what(), &failure))?;
    let (whole, known) = match (answer, known) {
        (Answer::Whole(whole), known) => (whole, known),
        (Answer::Same(next), Some(known)) => {
            // A page that was the last one may be full, and not the last any more.
            let next = next.or_else(|| known.next.as_deref().and_then(|next| next.parse().ok()));
            return Ok(Listed { ids: known.ids, next: at_home(api, next, &what)?, changed: false, whole: true });
        }
        (Answer::Same(_), None) => {
            return Err(Source::stop(what(), &nothing_known()));
        }
    };
    let Whole { bytes, etag, last_modified, next } = whole;
    let next = at_home(api, next, &what)?;
    let digest = digest(&bytes);
    let changed = known.is_none_or(|known| known.digest != Some(digest));
    let Taken { ids, whole } = take_page(source, &bytes, number)?;
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
        checked: source.client.now,
    };
    source.store.set_page(&source.name, url.as_str(), &page)?;
    Ok(Listed { ids, next, changed, whole })
}

/// The address of the next page, if it is at the same service.
fn at_home(api: &Api<'_, '_>, next: Option<Url>, what: &dyn Fn() -> String) -> Result<Option<Url>, Stop> {
    if next.as_ref().is_some_and(|next| !api.base().is_home_of(next)) {
        let failure = Failure::lasting("the server names another host for the next page, which is not asked");
        return Err(Source::stop(what(), &failure));
    }
    Ok(next)
}

const UNREADABLE: &str = "it is no advisory that can be read; report this to GitHub";

/// What a page brought.
struct Taken {
    ids: Vec<String>,
    whole: bool,
}

/// Takes in the advisories of a page.
fn take_page(source: &mut Source<'_, '_>, bytes: &[u8], number: usize) -> Result<Taken, Stop> {
    let place = format!("on page {number} of the list");
    let Ok(items) = serde_json::from_slice::<Vec<&RawValue>>(bytes) else {
        let failure = Failure::lasting("the answer is no list of advisories");
        return Err(Source::stop(place, &failure));
    };
    if items.len() > GITHUB_ITEMS {
        let failure = Failure::lasting(format!("the answer has {} items, and a page has {PER_PAGE}", items.len()));
        return Err(Source::stop(place, &failure));
    }
    let may_be_unpublished = source.name.name.starts_with("repository ");
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
                    source.unnamed |= id.is_none();
                    source.hushed.extend(id.into_iter().chain(other));
                } else if id.is_some() {
                    // One record of a stranger; whoever needs it is told.
                    source.lacks_record(id, &place, UNREADABLE);
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
        source.lacks(format!("{what} {place}"), &failure);
    }
    source.take_in(records)?;
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
fn list(source: &mut Source<'_, '_>, api: &Api<'_, '_>, first: &Url) -> Result<BTreeSet<String>, Stop> {
    let mut seen = BTreeSet::new();
    for pass in 0..PASSES {
        let (mut next, mut number, mut changed) = (Some(first.clone()), 0, false);
        let mut asked = BTreeSet::new();
        while let Some(url) = next {
            number += 1;
            if !asked.insert(url.to_string()) || number > GITHUB_PAGES {
                let failure = Failure::lasting("the list turns in circles");
                return Err(Source::stop(format!("page {number} of the list"), &failure));
            }
            let listed = page(source, api, &url, number, pass > 0)?;
            changed |= listed.changed;
            seen.extend(listed.ids);
            if seen.len() > LISTED {
                let failure = Failure::lasting(format!("it lists more than {LISTED} advisories, which nobody has"));
                return Err(Source::stop(format!("page {number} of the list and all after it"), &failure));
            }
            next = listed.next;
        }
        // One page is one answer.
        if number == 1 || !changed {
            return Ok(seen);
        }
    }
    let failure = Failure::passing("it changed each time while it was read; sync again");
    Err(Source::stop("a part of the list", &failure))
}

/// Reads the advisories of a repository: of all states that the token may see.
pub(super) fn repository(source: &mut Source<'_, '_>, github: &GitHub, repository: &str) -> Result<(), Stop> {
    let api = Api::new(source.client, github);
    let path = || ["repos"].into_iter().chain(repository.split('/')).chain(["security-advisories"]);
    let first = github.base.at(path(), &[("per_page", PER_PAGE), ("sort", "created"), ("direction", "asc")]);
    let seen = list(source, &api, &first).map_err(|stop| explained(stop, github, repository))?;
    // What the list does not have any more is asked for by its name, for a list
    // may be wrong. A token with fewer rights than the last one sees no drafts,
    // and is told that they are not there: then those that are here stay.
    let known = source.store.ids(&source.name)?;
    let public = source.store.public_ids(&source.name)?;
    let sees_drafts = known.keys().any(|id| !public.contains(id) && seen.contains(id));
    for id in known.keys().filter(|id| !seen.contains(*id)) {
        let is_public = public.contains(id);
        let Ok(parsed) = id.parse::<AdvisoryId>() else { continue };
        let may_ask = is_public || github.token.is_some() && sees_drafts;
        if !may_ask {
            continue;
        }
        let url = github.base.at(path().chain([id.as_str()]), &[]);
        match if is_public { api.get(&url, None) } else { api.get_hushed(&url) } {
            Ok(Answer::Whole(whole)) => match Incoming::read(whole.bytes) {
                Ok(record) => source.take_in(vec![record])?,
                Err(_) => source.lacks_record(None, "that the list lacks", "it is no advisory that can be read"),
            },
            Ok(Answer::Same(_)) => {}
            Err(failure) if is_gone(&failure) => {
                source.counts += source.store.remove(&source.name, &[parsed])?;
            }
            // The address would name it.
            Err(failure) if is_public => source.lacks(format!("{id}, which the list lacks,"), &failure),
            Err(_) => source.lacks_record(None, "that the list lacks", "it could not be asked for; sync again"),
        }
    }
    Ok(())
}

/// Says what a refusal of a repository's list means.
fn explained(stop: Stop, github: &GitHub, repository: &str) -> Stop {
    match stop {
        Stop::Source(mut missing, FailureKind::NotFound) => {
            let sees =
                if github.token.is_some() { "the token cannot see it" } else { "it is private, which needs GH_TOKEN" };
            missing.why = format!(
                "GitHub knows no repository {repository}, or {sees}; correct [project] repository or \
                 [source.github] repositories in secnotes.toml"
            );
            Stop::Source(missing, FailureKind::NotFound)
        }
        stop => stop,
    }
}

/// Reads global advisories: of the project's packages, then of named ids that
/// no other source has.
pub(super) fn global(source: &mut Source<'_, '_>, github: &GitHub) -> Result<(), Stop> {
    let api = Api::new(source.client, github);
    let packages = source.wanted.packages();
    let ecosystems: BTreeSet<&str> =
        packages.iter().filter_map(|package| github_ecosystem(&package.ecosystem)).collect();
    let (mut seen, mut complete) = (BTreeSet::new(), true);
    for ecosystem in ecosystems {
        let of = |package: &&crate::advisory::PackageName| github_ecosystem(&package.ecosystem) == Some(ecosystem);
        let names: Vec<&str> = packages.iter().filter(of).map(|package| package.name.as_str()).collect();
        for names in names.chunks(PACKAGES) {
            let affects = names.join(",");
            let query = [
                ("ecosystem", ecosystem),
                ("affects", affects.as_str()),
                ("per_page", PER_PAGE),
                ("sort", "published"),
                ("direction", "asc"),
            ];
            match list(source, &api, &github.base.at(["advisories"], &query)) {
                Ok(ids) => seen.extend(ids),
                // A name that GitHub's database cannot have is in none of its records.
                Err(Stop::Source(_, FailureKind::Refused(422))) => {
                    source.client.observer.note(&format!("GitHub takes no questions about {affects}; it is left out"));
                }
                // One question that fails is no reason not to ask the others.
                Err(Stop::Source(missing, _)) => {
                    complete = false;
                    source.missing.push(missing);
                }
                Err(stop) => return Err(stop),
            }
        }
    }
    if complete {
        let state = source.store.state(&source.name)?;
        let before: BTreeSet<String> = state.lines().map(str::to_owned).collect();
        let left = corrected(source, &api, before.difference(&seen))?;
        let listed = seen.iter().chain(&left).cloned().collect::<Vec<_>>().join("\n");
        source.store.set_state(&source.name, &listed)?;
    }
    named(source, &api)
}

/// Asks for advisories that were about the project's packages and are listed no
/// more: they were corrected, and the store has what they said before. Gives
/// those that are still to be asked for.
fn corrected<'i>(
    source: &mut Source<'_, '_>,
    api: &Api<'_, '_>,
    ids: impl Iterator<Item = &'i String>,
) -> Result<Vec<String>, Stop> {
    let (mut left, mut asked, mut limited) = (Vec::new(), 0, false);
    for id in ids {
        let Ok(parsed) = id.parse::<AdvisoryId>() else { continue };
        if limited || api.github.token.is_none() && asked >= NAMED_WITHOUT_TOKEN {
            left.push(id.clone());
            continue;
        }
        asked += 1;
        match api.get(&api.base().at(["advisories", id.as_str()], &[]), None) {
            Ok(Answer::Whole(whole)) => {
                if !take_page(source, &listed(whole.bytes), 1)?.whole {
                    left.push(id.clone());
                }
            }
            Ok(Answer::Same(_)) => {}
            Err(failure) if is_gone(&failure) => source.counts += source.store.remove(&source.name, &[parsed])?,
            Err(failure) => {
                limited = matches!(failure.kind, FailureKind::Limited(_) | FailureKind::Spent);
                source.lacks_record(Some(parsed), "which the list lacks", &failure.what);
                left.push(id.clone());
            }
        }
    }
    Ok(left)
}

/// An answer as a list: one advisory by itself is a list of one.
fn listed(bytes: Vec<u8>) -> Vec<u8> {
    if bytes.first() == Some(&b'[') { bytes } else { [b"[".as_slice(), &bytes, b"]"].concat() }
}

/// Asks for named ids that the store has nowhere.
fn named(source: &mut Source<'_, '_>, api: &Api<'_, '_>) -> Result<(), Stop> {
    let mut asked = 0;
    let wanted = source.wanted;
    for id in source.named()?.iter().filter(|id| matches!(id.scheme(), IdScheme::Ghsa | IdScheme::Cve)) {
        let urls: Vec<Url> = match id.scheme() {
            IdScheme::Ghsa => vec![api.base().at(["advisories", id.as_str()], &[])],
            // What nobody reviewed has a title and a score at least.
            _ => ["reviewed", "unreviewed"]
                .map(|kind| api.base().at(["advisories"], &[("cve_id", id.as_str()), ("type", kind)]))
                .to_vec(),
        };
        if !wanted.refresh && source.has_elsewhere(id)? {
            continue;
        }
        for url in urls {
            let known = source.store.page(&source.name, url.as_str())?;
            if !wanted.refresh
                && let Some(known) = known.as_ref().filter(|page| source.is_fresh(page))
            {
                if known.ids.is_empty() {
                    continue;
                }
                break;
            }
            if api.github.token.is_none() && asked >= NAMED_WITHOUT_TOKEN {
                source.client.observer.note(
                    "not all ids that commits name were asked for at GitHub, for without a token an hour has 60 \
                     requests; set GH_TOKEN",
                );
                return Ok(());
            }
            asked += 1;
            let page = |etag, ids| Page { etag, ids, checked: source.client.now, ..Page::default() };
            let page = match api.get(&url, known.as_ref()) {
                Ok(Answer::Same(_)) => {
                    known.map(|known| Page { checked: source.client.now, ..known }).unwrap_or_default()
                }
                Ok(Answer::Whole(whole)) => {
                    let Taken { ids, whole: readable } = take_page(source, &listed(whole.bytes), 1)?;
                    if !readable {
                        continue;
                    }
                    page(whole.etag, ids)
                }
                Err(failure) if is_gone(&failure) => page(None, Vec::new()),
                Err(failure) if matches!(failure.kind, FailureKind::Limited(_) | FailureKind::Spent) => {
                    return Err(Source::stop("ids that commits name", &failure));
                }
                Err(failure) => {
                    source.lacks_record(Some(id.clone()), "", &failure.what);
                    continue;
                }
            };
            let found = !page.ids.is_empty();
            source.store.set_page(&source.name, url.as_str(), &page)?;
            if found {
                break;
            }
        }
    }
    Ok(())
}

/// Reads all global advisories of an ecosystem that were changed since the last time.
pub(super) fn ecosystem(source: &mut Source<'_, '_>, github: &GitHub, ecosystem: &str) -> Result<(), Stop> {
    let api = Api::new(source.client, github);
    let since = if source.wanted.refresh { String::new() } else { source.store.state(&source.name)? };
    let modified = format!(">={since}");
    let mut query = vec![("ecosystem", ecosystem), ("per_page", PER_PAGE), ("sort", "updated"), ("direction", "asc")];
    if !since.is_empty() {
        query.push(("modified", modified.as_str()));
    }
    let first = github.base.at(["advisories"], &query);
    source.store.forget_pages(&source.name, first.as_str())?;
    let (mut next, mut number, mut newest, mut whole) = (Some(first), 0, since, true);
    // The last change comes last: one that comes in between is found at the end.
    while let Some(url) = next {
        number += 1;
        if number > GITHUB_PAGES {
            return Err(Source::stop("the end of the list", &Failure::lasting("the list turns in circles")));
        }
        let listed = page(source, &api, &url, number, false)?;
        let changed = source.store.newest(&source.name, &listed.ids)?.and_then(Timestamp::from_unix);
        // What could not be read is asked for again, and so is all after it.
        whole &= listed.whole;
        if let Some(changed) =
            changed.filter(|changed| whole && (newest.is_empty() || changed.as_str() > newest.as_str()))
        {
            newest = changed.as_str().to_owned();
            source.store.set_state(&source.name, &newest)?;
        }
        next = listed.next;
    }
    Ok(())
}
