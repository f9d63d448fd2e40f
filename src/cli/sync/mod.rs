//! `secnotes sync`: fetches advisories into the store.

mod place;
mod report;

use std::path::{Path, PathBuf};

use super::args::{Common, StoryFormat};
use super::error::Error;
use super::fetch::{Synced, fetch, open};
use super::output::say;
use super::settings::{load_config, settings, told};
use super::{cache, sources};
use crate::advisory::Budget;
use crate::advisory::remote::{SourceOutcome, Wanted};
use crate::advisory::snapshot::{self, Snapshot};
use crate::advisory::store::{SourceName, Store};
use crate::compile::Sought;
use crate::model::line_of_path;
use crate::net::Traffic;

#[derive(clap::Args)]
#[command(long_about = SYNC, after_help = SYNC_EXAMPLES)]
pub(super) struct Verb {
    /// Also write all that the store holds of this project's sources as plain files into this
    /// folder, which --replay reads.
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// Ask again for everything, whatever is fresh.
    #[arg(long, conflicts_with = "replay")]
    refresh: bool,
    /// Words for people, JSON (secnotes/sync/v1) for scripts.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: StoryFormat,
}

const SYNC: &str = "Fetch advisories from GitHub, OSV and files into a store; every other verb works from it, offline.\n\n\
    Asks for the advisories of the project's repository (of all states that the token may see), for what GitHub's \
    database and OSV know of its packages, and for the ids that its commits name; [source.github], [source.osv] and \
    [source.files] in secnotes.toml say otherwise. The token is GH_TOKEN, GITHUB_TOKEN or what `gh auth token` prints. \
    What did not change is not fetched again. A sync that fails or is killed leaves what it had; the next one goes on. \
    If anything is missing at its end, it says what, and the exit code is 4.\n\n\
    Unpublished advisories are kept in a file that only its owner can read, and show up nowhere without \
    --include-unpublished, not in --record either.";

const SYNC_EXAMPLES: &str = "Examples:\n  secnotes sync\n  secnotes sync --record advisories-3.27.0\n  \
                             secnotes notes --tag 3.27.0 --replay advisories-3.27.0\n  secnotes sync --format json";

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
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
        let repository = cache::repository(common)?;
        let config = load_config(common, &repository)?.config;
        let wanted = Sought::read(&repository, &settings(common, &config, &repository)).map_err(told(&config))?;
        let Sought { project, ids, dependencies, .. } = wanted;
        let wanted = Wanted { project, ids, dependencies, refresh: verb.refresh };
        if !config.advisories.paths.is_empty() && !common.quiet {
            say(
                "[advisories] paths in secnotes.toml names files, so other verbs read these, and not what sync fetches",
            );
        }
        let names = sources::sources(&config, &wanted.project)?.names(&wanted.project);
        (fetch(common, &config, &wanted)?, names)
    };
    report::print(&synced, &folder, common.replay.is_some(), verb.format)?;
    if let Some(target) = &verb.record {
        record(common, &folder, target, &names)?;
    }
    report::complete(&synced.outcomes)
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
