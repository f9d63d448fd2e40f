//! `secnotes feed`: publishes a project's OSV records as a folder.

mod args;
mod error;
mod files;
mod folder;
mod gather;
mod input;
mod mark;
mod place;
mod refused;
mod stage;
mod swap;

use std::collections::BTreeMap;

use rayon::prelude::*;

pub(super) use args::Verb;

pub(super) use error::FeedError;
use folder::Folder;
use gather::Weighed;
use input::Input;
use place::Place;
use refused::Kept;

use super::args::Common;
use super::error::Error;
use super::input::Reading;
use super::progress::Progress;
use super::publishable::Compiled;
use super::{clock, config, output, user};
use crate::compile::{Pick, Request};
use crate::emit::feed::{
    DERIVED_FILES, Export, Index, Item, Plan, Published, Settings, Stamp, Verdict, is_too_much, withdraw,
};
use crate::model::{line, line_of_path};

/// What a feed is called that has no title.
const TITLE: &str = "Security advisories";

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    if common.include_unpublished {
        let message = "a feed is public: --include-unpublished has no place here";
        return Err(Error::Usage(message.to_owned()));
    }
    let now = Stamp(clock::now()?);
    let place = Place::new(&verb.out)?;
    let read = verb.records.iter().chain(&common.advisories);
    let repository = verb.records.is_empty().then(|| common.repo.clone());
    place.keep_clear_of(&read.cloned().chain(repository).collect::<Vec<_>>())?;
    // A dry run changes nothing, be it the lock.
    let _lock = if verb.dry_run { None } else { Some(place.lock()?) };
    if !verb.dry_run {
        swap::recover(&place)?;
    }
    let (input, settings) = input(common, verb)?;
    let _progress = Progress::new("exporting the feed", common.quiet);
    let folder = Folder::open(&place.feed, verb.verify)?;
    let export = Export::new(now, input.dates(), folder.index.as_ref());
    let weighed = input.weigh(&folder, &export).map_err(FeedError::from)?;
    for origin in weighed.passed_over.iter().filter(|_| common.verbose) {
        output::say(&format!("passed over {origin}: it is no OSV record"));
    }
    let left_out = left_out(&folder, &weighed, verb.strict)?;
    let passed_by = passed_by(&weighed.verdicts, &export);
    let plan = plan(&folder, weighed, &export, verb.force)?;
    if plan.items.is_empty()
        && let Some(FeedError::LeftOut { problems, .. }) = left_out
    {
        // Of nothing that can be published no feed is made.
        return Err(FeedError::Records(problems).into());
    }
    let summary = summary(&plan, settings.base_url.is_none());
    let rendered = folder.index.as_ref().is_some_and(|index| settings.rendered(index));
    let intact = !DERIVED_FILES.iter().any(|name| folder.damaged.contains(*name));
    let to_do = !(plan.is_empty() && rendered && intact);
    if verb.dry_run {
        print(&plan, to_do)?;
    } else if to_do {
        if let Err(error) = stage::stage(&place, &folder, plan, &settings) {
            // What is left of it would be removed by the next export, too.
            let _ = place::remove(&place.new);
            return Err(error.into());
        }
        swap::publish(&place, &swap::exchange, &mut |_| Ok(()))?;
    }
    if !common.quiet {
        passed_by.iter().for_each(|warning| output::say(warning));
        let would = if verb.dry_run { "would be " } else { "" };
        output::say(&format!("{}: {would}{summary}", line_of_path(&place.feed)));
    }
    left_out.map_or(Ok(()), |left_out| Err(left_out.into()))
}

/// What is said, when all is done, of the records that are left out; with
/// `strict` nothing is done.
fn left_out(folder: &Folder, weighed: &Weighed, strict: bool) -> Result<Option<FeedError>, FeedError> {
    if weighed.refused.is_empty() {
        return Ok(None);
    }
    let problems: Vec<String> = weighed.refused.iter().map(|refused| refused.problem.clone()).collect();
    if strict {
        return Err(FeedError::Records(problems));
    }
    let staying = Kept::of(&weighed.refused).staying(folder, |item| is_given(&weighed.verdicts, item));
    Ok(Some(FeedError::LeftOut { problems, staying }))
}

/// A warning of records that are new for readers and do not look so: they are
/// published with the dates that they have.
fn passed_by(verdicts: &[(String, Verdict)], export: &Export) -> Option<String> {
    let fresh = verdicts.iter().filter_map(|(_, verdict)| match verdict {
        Verdict::Added(published) | Verdict::Changed(published) => Some(&published.item),
        Verdict::Same | Verdict::Mended(_) => None,
    });
    let found: Vec<_> = fresh.filter_map(|item| Some((item, export.passes_by(item)?))).collect();
    let (_, newest) = found.first()?;
    let ids: Vec<String> = found.iter().map(|(item, _)| item.id.clone()).collect();
    Some(format!(
        "{} that joined or changed {} no later `modified` than the newest published before, {newest} ({}); \
         importers that go by dates, as OSV.dev's does, miss {} until they take everything again",
        match ids.len() {
            1 => "1 record".to_owned(),
            count => format!("{count} records"),
        },
        if ids.len() == 1 { "has" } else { "have" },
        error::few(&ids),
        if ids.len() == 1 { "it" } else { "them" },
    ))
}

/// Whether the input has a record of this id that can be published.
fn is_given(verdicts: &[(String, Verdict)], item: &Item) -> bool {
    verdicts.binary_search_by(|(id, _)| id.as_str().cmp(&item.id)).is_ok()
}

/// The records and what the feed is called.
fn input(common: &Common, verb: &Verb) -> Result<(Input, Settings), Error> {
    let (input, config, project) = if verb.records.is_empty() {
        let request = Request { pick: Pick::Each, ..Request::history() };
        let read = super::input::Input::read(common, Reading { request, ..Reading::default() })?;
        // A feed of half the data would withdraw the other half.
        read.complete()?;
        let project = read.compiled.project.remotes.first().map(|remote| remote.written_path().to_owned());
        let Compiled { publishable, findings, of } =
            super::publishable::all(common, &read, &read.compiled.index(), &read.config.osv)?;
        super::findings::tell(common, &findings, &of);
        (Input::Built(publishable), read.config, project)
    } else {
        let config = settings(common)?;
        (Input::read(&verb.records, &common.limits())?, config, None)
    };
    let title = project.map_or_else(|| TITLE.to_owned(), |name| format!("{TITLE} of {name}"));
    let title = verb.title.clone().or(config.feed.title).unwrap_or(title);
    Ok((input, Settings { title, base_url: verb.base_url.clone().or(config.feed.base_url) }))
}

/// The configuration of the folder that the command runs in, which need not be
/// in a repository: records come from anywhere.
fn settings(common: &Common) -> Result<config::Config, Error> {
    let enclosure = match crate::history::Repository::open(&common.repo) {
        Ok(repository) => user::enclosure(&repository)?,
        Err(_) => user::enclosure_of_folder(&common.repo)?,
    };
    Ok(user::config_place(common, &enclosure).map(|place| config::load(&place)).transpose()?.unwrap_or_default())
}

/// What is to be done: the verdicts, and withdrawals of what vanished. What was
/// refused did not vanish.
fn plan(folder: &Folder, weighed: Weighed, export: &Export, force: bool) -> Result<Plan, FeedError> {
    let Weighed { verdicts, refused, .. } = weighed;
    let Some(index) = &folder.index else { return Ok(Plan::new(&Index::default(), verdicts, Vec::new())) };
    let gone: Vec<&Item> = index.records.iter().filter(|item| !is_given(&verdicts, item)).collect();
    let damaged: Vec<String> =
        gone.iter().filter(|item| folder.is_damaged(item)).map(|item| item.file_name()).collect();
    if !damaged.is_empty() {
        return Err(FeedError::Damaged(damaged));
    }
    let kept = Kept::of(&refused);
    let lost: Vec<&Item> = gone.into_iter().filter(|item| item.is_live() && !kept.holds(item)).collect();
    let live = index.records.iter().filter(|item| item.is_live()).count();
    let successors = successors(folder, &verdicts);
    let vanished: Vec<String> =
        lost.iter().filter(|item| !successors.contains_key(&item.id)).map(|item| item.id.clone()).collect();
    if is_too_much(vanished.len(), live) && !force {
        return Err(FeedError::TooMany { lost: vanished, live });
    }
    let poorer: Vec<String> =
        verdicts.par_iter().filter(|(id, verdict)| says_less(folder, id, verdict)).map(|(id, _)| id.clone()).collect();
    if is_too_much(poorer.len(), live) && !force {
        return Err(FeedError::Poorer { ids: poorer, live });
    }
    let take_back = |item: &&Item| -> Result<Published, FeedError> {
        let record = serde_json::from_slice(&folder.read(item)?);
        let mut record = record.map_err(|_| FeedError::Unexpected(item.id.clone()))?;
        if let Some(successor) = successors.get(&item.id) {
            point_to(&mut record, successor);
        }
        Ok(withdraw(item, record, export))
    };
    let withdrawn = lost.par_iter().map(take_back).collect::<Result<Vec<_>, _>>()?;
    Ok(Plan::new(index, verdicts, withdrawn))
}

/// Records that go on under another id, which has theirs as an alias: an
/// advisory that got a GHSA id after its CVE record was published.
fn successors(folder: &Folder, verdicts: &[(String, Verdict)]) -> BTreeMap<String, String> {
    let mut successors = BTreeMap::new();
    for (id, verdict) in verdicts {
        let item = match verdict {
            Verdict::Added(published) | Verdict::Changed(published) | Verdict::Mended(published) => {
                Some(&published.item)
            }
            Verdict::Same => folder.find(id),
        };
        for alias in item.into_iter().flat_map(|item| &item.aliases) {
            successors.insert(alias.clone(), id.clone());
        }
    }
    successors
}

/// Adds the id under which a record goes on to its aliases.
fn point_to(record: &mut serde_json::Value, successor: &str) {
    let Some(fields) = record.as_object_mut() else { return };
    let aliases = fields.entry("aliases").or_insert_with(|| serde_json::json!([]));
    if let Some(aliases) = aliases.as_array_mut()
        && aliases.iter().all(|known| known != successor)
    {
        aliases.push(successor.into());
    }
}

/// Whether a changed record names fewer fixes than the published one.
fn says_less(folder: &Folder, id: &str, verdict: &Verdict) -> bool {
    let (Verdict::Changed(published), Some(before)) = (verdict, folder.find(id)) else { return false };
    let fixes = |bytes: &[u8]| {
        let record: serde_json::Value = serde_json::from_slice(bytes).ok()?;
        let entries = record.get("affected")?.as_array()?.iter().filter_map(|entry| entry.get("ranges")?.as_array());
        let events = entries.flatten().filter_map(|range| range.get("events")?.as_array()).flatten();
        Some(events.filter(|event| event.get("fixed").is_some()).count())
    };
    let earlier = folder.read(before).ok().and_then(|bytes| fixes(&bytes)).unwrap_or(0);
    fixes(&published.bytes).unwrap_or(0) < earlier
}

/// What a dry run would do, a line a record.
fn print(plan: &Plan, to_do: bool) -> Result<(), Error> {
    let lists =
        [("add", &plan.added), ("change", &plan.changed), ("withdraw", &plan.withdrawn), ("restore", &plan.mended)];
    let lines: String =
        lists.iter().flat_map(|(what, ids)| ids.iter().map(move |id| format!("{what} {}\n", line(id)))).collect();
    let render = if to_do && plan.is_empty() { "render the files beside the records again\n" } else { "" };
    output::print_text(&(lines + render))
}

fn summary(plan: &Plan, relative: bool) -> String {
    let mended = if plan.mended.is_empty() { String::new() } else { format!(", {} restored", plan.mended.len()) };
    let links = if relative { "; no base URL, so feed.json and atom.xml have no absolute links" } else { "" };
    format!(
        "{} added, {} changed, {} withdrawn, {} unchanged{mended}{links}",
        plan.added.len(),
        plan.changed.len(),
        plan.withdrawn.len(),
        plan.unchanged
    )
}
