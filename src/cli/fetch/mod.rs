//! Fetching into the store: what `sync` does, and other verbs in a CI job that
//! has no store yet.

mod progress;
pub(super) mod words;

use std::path::Path;

use super::args::Common;
use super::config::Config;
use super::error::Error;
use super::output::say;
use super::{clock, sources};
use crate::advisory::remote::{Client, SourceOutcome, Wanted, sync};
use crate::advisory::store::{Notice, StoreError, Writer};
use crate::model::line_of_path;
use crate::net::Traffic;
use progress::Bars;

/// What a sync did.
pub(super) struct Synced {
    pub(super) outcomes: Vec<SourceOutcome>,
    /// How much was asked and read; none where that would tell of drafts, which
    /// a token may see and which are not asked for by name.
    pub(super) traffic: Option<Traffic>,
}

/// Fetches what a verb needs, in a CI job that has no store yet.
pub(super) fn fetch_needed(common: &Common, config: &Config, wanted: &Wanted) -> Result<(), Error> {
    let synced = fetch(common, config, wanted)?;
    if !common.quiet {
        say(&words::summary(&synced.outcomes, synced.traffic));
    }
    // What could not be fetched is in the store's notes, from where the verb reads it.
    Ok(())
}

/// Fetches into the store, and shows it.
pub(super) fn fetch(common: &Common, config: &Config, wanted: &Wanted) -> Result<Synced, Error> {
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

/// Opens the store to write into, and says what had to be done for it.
pub(super) fn open(common: &Common, folder: &Path) -> Result<Writer, Error> {
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
