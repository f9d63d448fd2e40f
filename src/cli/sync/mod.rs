//! `secnotes sync`: fetches advisories into the store.

mod place;
mod progress;
mod report;

use std::collections::BTreeSet;
use std::path::Path;

use super::acquire::Need;
use super::args::{Common, Sync};
use super::config::Config;
use super::error::Error;
use super::output::say;
use super::settings::{load_config, settings};
use super::{clock, sources};
use crate::advisory::Budget;
use crate::advisory::remote::{Client, SourceOutcome, Traffic, Wanted, sync};
use crate::advisory::snapshot::{self, Snapshot};
use crate::advisory::store::{Notice, SourceName, Store, StoreError, Writer};
use crate::compile::{Settings, named_ids, packages_of, project, released, rules};
use crate::history::{History, Repository};
use crate::inventory::Reader;
use crate::model::line_of_path;
use progress::Bars;

/// What a sync did.
pub(super) struct Synced {
    pub(super) outcomes: Vec<SourceOutcome>,
    /// How much was asked and read; none where that would tell of drafts, which
    /// a token may see and which are not asked for by name.
    pub(super) traffic: Option<Traffic>,
}

pub(super) fn run(common: &Common, verb: &Sync) -> Result<(), Error> {
    if common.offline && common.replay.is_none() {
        let why = "--offline and sync contradict each other; --replay DIR takes in a snapshot without a network";
        return Err(Error::Usage(why.to_owned()));
    }
    if !common.advisories.is_empty() {
        let why = "sync reads no --advisories; name files below [source.files] in secnotes.toml, and it keeps them";
        return Err(Error::Usage(why.to_owned()));
    }
    let folder = sources::store_folder(common)?;
    let (synced, names) = if let Some(snapshot) = &common.replay {
        let outcomes = replay(common, &folder, snapshot)?;
        let names = outcomes.iter().map(|outcome| outcome.name.clone()).collect();
        (Synced { outcomes, traffic: Some(Traffic::default()) }, names)
    } else {
        let repository = Repository::open(&common.repo)?.within(common.limits());
        let config = load_config(common, &repository)?.config;
        let wanted = subject(&settings(common, &config, &repository), &repository, verb.refresh)?;
        if !config.advisories.paths.is_empty() && !common.quiet {
            say(
                "[advisories] paths in secnotes.toml names files, so other verbs read these, and not what sync fetches",
            );
        }
        let names = sources::sources(&config, &wanted.project)?.names(&wanted.project);
        (fetch_all(common, &config, &wanted)?, names)
    };
    report::print(&synced, &folder, common.replay.is_some(), verb.format)?;
    if let Some(target) = &verb.record {
        record(common, &folder, target, &names)?;
    }
    report::complete(&synced.outcomes)
}

/// The project, the ids that its commits name, and what its releases and its
/// newest commit depend on.
fn subject(settings: &Settings, repository: &Repository, refresh: bool) -> Result<Wanted, Error> {
    let history = History::load(repository, &rules(settings, repository, None)?, &[])?;
    let (project, _) = project(settings, repository, &released(&history))?;
    let tips = history.releases.all().iter().map(|release| history.graph.id(release.commit)).chain(repository.head()?);
    let mut reader = Reader::new(repository, &settings.dependencies.rules);
    let mut dependencies = BTreeSet::new();
    for tip in tips {
        // What is not here, as in a partial clone, is said by the verbs that need it.
        let read = match reader.read(&[tip]) {
            Err(error @ crate::history::Error::Limit(_)) => return Err(error.into()),
            read => read.unwrap_or_default(),
        };
        dependencies.extend(read.iter().flat_map(packages_of));
    }
    dependencies.retain(|package| !project.owns(package));
    Ok(Wanted { project, ids: named_ids(&history), dependencies, refresh })
}

/// Fetches what a verb needs, in a CI job that has no store yet.
pub(super) fn fetch(common: &Common, config: &Config, need: &Need<'_>) -> Result<(), Error> {
    let wanted = Wanted {
        project: need.project.clone(),
        ids: need.ids.clone(),
        dependencies: need.packages.clone(),
        refresh: false,
    };
    let synced = fetch_all(common, config, &wanted)?;
    if !common.quiet {
        say(&report::summary(&synced));
    }
    // What could not be fetched is in the store's notes, from where the verb reads it.
    Ok(())
}

fn fetch_all(common: &Common, config: &Config, wanted: &Wanted) -> Result<Synced, Error> {
    let folder = sources::store_folder(common)?;
    let sources = sources::with_token(sources::sources(config, &wanted.project)?, common.quiet);
    let with_token = sources.github.as_ref().is_some_and(|github| github.token.is_some());
    let tells_traffic = common.include_unpublished || !with_token;
    if common.verbose && !tells_traffic {
        say("requests are not listed, for the token may see drafts; --include-unpublished lists them");
    }
    let bars = Bars::new(common, tells_traffic);
    let client = Client::new(config.network.clone(), &common.limits(), clock::today(), &bars)
        .map_err(|failure| Error::Incomplete(failure.to_string()))?;
    let mut attempts = 0;
    let outcomes = loop {
        attempts += 1;
        let mut store = open(common, &folder)?;
        match sync(&mut store, &client, &sources, wanted) {
            // A file that turns out to be damaged is set aside when it is opened
            // again; there are two.
            Err(StoreError::Damaged { .. }) if attempts <= 2 => {}
            outcomes => break outcomes?,
        }
    };
    Ok(Synced { outcomes, traffic: tells_traffic.then(|| client.traffic()) })
}

fn open(common: &Common, folder: &Path) -> Result<Writer, Error> {
    let mut wait = || {
        if !common.quiet {
            say("another secnotes writes into the store; waiting for it");
        }
    };
    let (store, notices) = Writer::open(folder, &mut wait)?;
    for notice in notices {
        match notice {
            Notice::Waited => {}
            Notice::Rebuilt { from } => say(&format!(
                "the store at {} was of version {from}, which this secnotes does not read: it begins anew",
                line_of_path(folder)
            )),
            Notice::Indexed => say("the store's index was of another secnotes; it was made anew"),
            Notice::SetAside(path) => {
                say(&format!("the store was damaged and begins anew; what it was is in {}", line_of_path(&path)));
            }
        }
    }
    Ok(store)
}

/// Takes a snapshot into the store: afterwards its sources hold what it holds.
fn replay(common: &Common, folder: &Path, snapshot: &Path) -> Result<Vec<SourceOutcome>, Error> {
    let budget = Budget::new(&common.limits());
    let sources = Snapshot::open(snapshot, &budget)?.into_sources(&budget)?;
    let mut store = open(common, folder)?;
    let mut outcomes = Vec::new();
    for (state, records) in sources {
        store.empty(&state.name, "a snapshot was being taken in, and did not come to its end; replay it again")?;
        let counts = store.take_in(&state.name, records)?;
        store.set_state(&state.name, &state.state)?;
        store.finish_as(&state.name, state.synced, &state.missing)?;
        outcomes.push(SourceOutcome { name: state.name, counts, missing: state.missing });
    }
    store.settle()?;
    Ok(outcomes)
}

/// Writes what the store holds of these sources as plain files.
fn record(common: &Common, store: &Path, target: &Path, names: &[SourceName]) -> Result<(), Error> {
    let store = Store::open(store)?;
    let place = place::Place::new(target)?;
    let count = snapshot::record(&store, names, &place.new_folder(), common.include_unpublished)?;
    place.publish()?;
    if common.include_unpublished {
        say(&format!(
            "PRIVATE: {} may hold unpublished advisories; publish it nowhere, and attach it to nothing",
            line_of_path(target)
        ));
    }
    if !common.quiet {
        say(&format!("recorded {count} records in {}", line_of_path(target)));
    }
    Ok(())
}
