//! `secnotes dependencies`: what a release depends on, and what changed.

use super::args::{self, Common, StoryFormat};
use super::cache;
use super::error::Error;
use super::input::{open, tell_of_choice};
use super::output;
use super::progress::Progress;
use super::sboms::{self, Sboms};
use super::settings::{load_config, told};
use crate::compile::{Request, Which};
use crate::emit::dependencies::Listing;
use crate::inventory::{Delta, Place};

#[derive(clap::Args)]
#[command(
    long_about = DEPENDENCIES,
    after_help = "Examples:\n  secnotes dependencies --tag 3.27.0\n  secnotes dependencies --tag 3.27.0 --list\n  \
                  secnotes dependencies --unreleased --format json"
)]
pub(super) struct Verb {
    #[command(flatten)]
    which: args::Which,
    /// List every manifest and lock file and what it names, instead of what changed.
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    sboms: Sboms,
    /// Words for people, JSON (secnotes/dependencies/v1) with both for scripts.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: StoryFormat,
}

const DEPENDENCIES: &str = "Say what a release depends on, and what changed since the one before.\n\n\
    Reads every manifest and lock file of the two commits from git, without a checkout: Go, Rust, Python, npm, yarn, \
    pnpm, Maven, Ruby, PHP, .NET, Helm, GitHub Actions and Dockerfiles. What is built counts, not what is asked for: \
    a `replace` of go.mod wins over its `require`. SBOMs that are kept in the repository or given (--sbom) count beside \
    them. What is known and not read is named. Floors, forks, images and charts are shown, and not matched with \
    advisories. [dependencies] and [[toolchain]] in secnotes.toml say which files are whose. No advisories are needed.";

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    let sboms = sboms::read(&verb.sboms)?;
    let progress = Progress::new("reading manifests and lock files", common.quiet);
    let repository = cache::repository(common)?;
    let config = load_config(common, &repository)?.config;
    let which = Which::from(&verb.which);
    let opened = open(common, &config, repository, Request { which: which.clone(), sboms, ..Request::history() })?;
    let chosen = opened.query(&which).map_err(told(&config))?;
    let query = tell_of_choice(common, &opened.history().graph, chosen);
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
