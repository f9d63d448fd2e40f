//! `secnotes dependencies`: what a release depends on, and what changed.

use super::args::{Common, Dependencies, StoryFormat};
use super::error::Error;
use super::input::{open, tell_of_choice};
use super::output;
use super::progress::Progress;
use super::sboms;
use super::settings::{load_config, told};
use crate::compile::{Request, Which};
use crate::emit::dependencies::Listing;
use crate::history::Repository;
use crate::inventory::{Delta, Place};

pub(super) fn run(common: &Common, verb: &Dependencies) -> Result<(), Error> {
    let sboms = sboms::read(&verb.sboms)?;
    let progress = Progress::new("reading manifests and lock files", common.quiet);
    let repository = Repository::open(&common.repo)?.within(common.limits());
    let config = load_config(common, &repository)?.config;
    let which = Which::from(&verb.which);
    let opened = open(common, &config, repository, Request { which: which.clone(), sboms, ..Request::history() })?;
    let history = opened.history();
    let query = tell_of_choice(common, &history.graph, opened.query(&which).map_err(told(&config))?);
    let read = opened.inventories(&query).map_err(told(&config))?;
    drop(progress);
    let Some((inventory, before)) = read.split_first() else { return Ok(()) };
    let delta = before.first().map(|before| Delta::new(before, inventory));
    let listing = Listing {
        tag: query.release.map(|release| &release.tag),
        commit: inventory.commit,
        previous_tag: query.previous.map(|previous| &previous.release.tag),
        inventory,
        delta: delta.as_ref(),
        before: before.first(),
    };
    match (verb.format, verb.list) {
        (StoryFormat::Json, _) => output::print(&listing.json())?,
        (StoryFormat::Text, true) => output::print_text(&listing.list())?,
        (StoryFormat::Text, false) => output::print_text(&listing.changes())?,
    }
    let problems = inventory.manifests.iter().filter(|file| !file.problems.is_empty()).count();
    let not_read = inventory.unread.iter().filter(|file| file.place != Place::Vendored).count();
    let unread = problems + inventory.missing.len() + not_read;
    if unread > 0 && !common.quiet {
        let what = if unread == 1 { "file or folder" } else { "files or folders" };
        output::say(&format!("not read, or not whole: {unread} {what}; --list and --format json tell"));
    }
    Ok(())
}
