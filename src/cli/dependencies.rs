//! `secnotes dependencies`: what a release depends on, and what changed.

use super::args::{Common, StoryFormat, Which};
use super::cache;
use super::compile::{load_config, query};
use super::error::Error;
use super::output;
use super::progress::Progress;
use super::project::{refuse_package, releases, rules};
use super::sboms::{Given, Sboms};
use crate::emit::dependencies::Listing;
use crate::history::{History, Repository};
use crate::inventory::{Delta, Place, Reader};
use crate::model::CommitId;

#[derive(clap::Args)]
#[command(
    long_about = DEPENDENCIES,
    after_help = "Examples:\n  secnotes dependencies --tag 3.27.0\n  secnotes dependencies --tag 3.27.0 --list\n  \
                  secnotes dependencies --unreleased --format json"
)]
pub(super) struct Verb {
    #[command(flatten)]
    which: Which,
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
    let given = Given::read(&verb.sboms)?;
    let progress = Progress::new("reading manifests and lock files", common.quiet);
    let repository = cache::keeping_messages(Repository::open(&common.repo)?.within(common.limits()), common.no_cache);
    let config = load_config(common, &repository)?.config;
    let (tag, name) = (verb.which.tag(), common.package.as_deref());
    let from = verb.which.from.as_deref().map(|from| repository.resolve(from)).transpose()?;
    let mut whole = History::load(&repository, &rules(&config, &repository, None)?, from.as_slice())?;
    let packages = releases(&config, &repository, (&whole.graph, &mut whole.releases), tag)?;
    refuse_package(common, packages.as_ref())?;
    let picked =
        packages.as_ref().map(|packages| Ok::<_, Error>((packages, packages.pick(&config, &repository, tag, name)?)));
    let picked = picked.transpose()?;
    let history = match picked {
        Some((packages, at)) => packages.history(&whole, at),
        None => whole,
    };
    let query = query(&history, &repository, &config, common, &verb.which, common.quiet)?;
    let commits: Vec<CommitId> =
        std::iter::once(query.tip).chain(query.base()).map(|node| history.graph.id(node)).collect();
    let mut read = Reader::new(&repository, &config.dependencies.rules).read(&commits)?;
    if let Some((packages, at)) = picked {
        read.iter_mut().for_each(|inventory| inventory.keep(&|path| packages.has(at, path)));
    }
    drop(progress);
    if let Some((to, from)) = read.split_first_mut() {
        given.complete(from.first_mut(), to);
    }
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
