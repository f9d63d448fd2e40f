//! `secnotes dependencies`: what a release depends on, and what changed.

use super::args::{Common, Dependencies, StoryFormat};
use super::compile::{load_config, query, rules};
use super::error::Error;
use super::output;
use super::progress::Progress;
use crate::emit::dependencies::Listing;
use crate::history::{History, Repository};
use crate::inventory::{Delta, Reader};
use crate::model::CommitId;

pub(super) fn run(common: &Common, verb: &Dependencies) -> Result<(), Error> {
    let progress = Progress::new("reading manifests and lock files", common.quiet);
    let repository = Repository::open(&common.repo)?.within(common.limits());
    let config = load_config(common, &repository)?.config;
    let rules = rules(&config, &repository, verb.which.tag())?;
    let from = verb.which.from.as_deref().map(|from| repository.resolve(from)).transpose()?;
    let history = History::load(&repository, &rules, from.as_slice())?;
    let query = query(&history, &repository, &config, common, &verb.which, common.quiet)?;
    let commits: Vec<CommitId> =
        std::iter::once(query.tip).chain(query.base()).map(|node| history.graph.id(node)).collect();
    let read = Reader::new(&repository, &config.dependencies.rules).read(&commits)?;
    drop(progress);
    let Some((inventory, before)) = read.split_first() else { return Ok(()) };
    let delta = before.first().map(|before| Delta::new(before, inventory));
    let listing = Listing {
        tag: query.release.map(|release| &release.tag),
        commit: inventory.commit,
        previous_tag: query.previous.map(|previous| &previous.release.tag),
        inventory,
        delta: delta.as_ref(),
    };
    match (verb.format, verb.list) {
        (StoryFormat::Json, _) => output::print(&listing.json())?,
        (StoryFormat::Text, true) => output::print_text(&listing.list())?,
        (StoryFormat::Text, false) => output::print_text(&listing.changes())?,
    }
    let problems: usize = inventory.manifests.iter().map(|file| file.problems.len()).sum();
    if problems + inventory.missing.len() > 0 && !common.quiet {
        output::say(&format!(
            "not read, or not whole: {} files or folders; --list and --format json tell",
            problems + inventory.missing.len()
        ));
    }
    Ok(())
}
