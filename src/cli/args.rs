//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::emit::feed::BaseUrl;
use crate::limits::{Limits, Setting};

/// Which vulnerabilities does this release fix, by which commits, and how do we know?
#[derive(Parser)]
#[command(name = "secnotes", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 user or repository error, 2 usage, 3 findings, 4 advisory data missing or \
                          too old, 5 history incomplete (shallow clone), 70 internal.";

/// What every verb takes.
#[derive(ClapArgs)]
pub(super) struct Common {
    /// The repository: a work tree, a bare repository, or a folder inside one.
    #[arg(long, global = true, value_name = "PATH", default_value = ".")]
    pub(super) repo: PathBuf,
    /// The configuration; default: secnotes.toml in the repository's folder or above the current one.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Which package of a repository of several; default: the one of the tag.
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) package: Option<String>,
    /// Advisories: a JSON or YAML file, a folder tree or a zip of OSV or GitHub records. May be repeated.
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) advisories: Vec<PathBuf>,
    /// Advisories: a snapshot that `sync --record` wrote, instead of the store; no network is used.
    #[arg(long, global = true, value_name = "DIR", conflicts_with = "advisories")]
    pub(super) replay: Option<PathBuf>,
    /// The folder of the store that `sync` fills and all verbs read; default: SECNOTES_STORE, else
    /// below the user's cache folder.
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) store: Option<PathBuf>,
    /// Use no network, not even in a CI job that has no advisories yet.
    #[arg(long, global = true)]
    pub(super) offline: bool,
    /// Also speak of withdrawn advisories.
    #[arg(long, global = true)]
    pub(super) include_withdrawn: bool,
    /// Also speak of unpublished advisories, under a banner: for the security team's eyes only.
    #[arg(long, global = true)]
    pub(super) include_unpublished: bool,
    /// Keep nothing of what commits changed for the next run, and use nothing kept.
    #[arg(long, global = true)]
    pub(super) no_cache: bool,
    /// Raise a bound that honest data met, as its error says: advisories=1GiB. May be repeated.
    #[arg(long = "limit", global = true, value_name = "NAME=VALUE")]
    pub(super) limits: Vec<Setting>,
    /// Say more on standard error: the rules, the counts, the findings.
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub(super) verbose: bool,
    /// Say nothing on standard error but errors.
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
}

impl Common {
    /// How much is taken of what other people wrote.
    pub(super) fn limits(&self) -> Limits {
        Limits::default().with(&self.limits)
    }
}

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Fetch advisories from GitHub, OSV and files into a store; every other verb works from it, offline.
    Sync(Sync),
    /// Say what is in the store, or what it has on an id, a package, a repository or a commit.
    Store(Store),
    /// Print the Security section of a release's notes.
    Notes(Notes),
    /// Say what a release depends on, and what changed since the one before.
    Dependencies(Dependencies),
    /// Write OSV records, of the advisories that a release fixes or of all; or check records.
    Osv(Osv),
    /// Say which releases the commit ranges of records affect.
    Affected(Affected),
    /// Publish the project's OSV records as a folder for OSV.dev, feed readers and people.
    Feed(Feed),
    /// Say how secnotes knows: of an advisory, a release or a commit.
    Explain(Explain),
    /// Decide on the links that are only possible; the decisions go into secnotes.links.toml.
    Review(Review),
    /// Make a small repository, with advisories, that shows every kind of link.
    Demo(Demo),
    /// Write a commented secnotes.toml from what is seen in the repository.
    Init(Init),
}

#[derive(ClapArgs)]
#[command(long_about = SYNC, after_help = SYNC_EXAMPLES)]
pub(super) struct Sync {
    /// Also write all that the store holds of this project's sources as plain files into this
    /// folder, which --replay reads.
    #[arg(long, value_name = "DIR")]
    pub(super) record: Option<PathBuf>,
    /// Ask again for everything, whatever is fresh.
    #[arg(long, conflicts_with = "replay")]
    pub(super) refresh: bool,
    /// Words for people, JSON (secnotes/sync/v1) for scripts.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: StoryFormat,
}

#[derive(ClapArgs)]
#[command(after_help = "Examples:\n  secnotes store\n  secnotes store CVE-2026-24834\n  \
                        secnotes store Go:github.com/opencontainers/runc --format json")]
pub(super) struct Store {
    /// An id or alias, ECOSYSTEM:PACKAGE, a repository's address, or a commit of 12 digits or more;
    /// default: the sources, when each was synced, and what is missing.
    #[arg(value_name = "FIND")]
    pub(super) look: Option<String>,
    /// Words for people; JSON for scripts: secnotes/store/v1, or the records.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: StoryFormat,
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

/// Which commits a verb is about.
#[derive(ClapArgs)]
pub(super) struct Which {
    /// The release's tag, as --tag takes it.
    #[arg(value_name = "TAG", value_parser = tag_name, conflicts_with_all = ["tag", "unreleased"])]
    release: Option<String>,
    /// The release's tag, `v1.2.0` or `refs/tags/v1.2.0`; default: the tag at HEAD, else the newest release.
    #[arg(long, value_name = "TAG", value_parser = tag_name, conflicts_with = "unreleased")]
    tag: Option<String>,
    /// Count commits from here instead of from the release before.
    #[arg(long, value_name = "REVISION")]
    pub(super) from: Option<String>,
    /// What HEAD has and no release yet.
    #[arg(long)]
    pub(super) unreleased: bool,
}

/// A tag's name; CI knows it by its whole name (`$GITHUB_REF`).
#[allow(clippy::unnecessary_wraps, reason = "clap wants a result")]
fn tag_name(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(text.strip_prefix("refs/tags/").unwrap_or(text).to_owned())
}

impl Which {
    /// The tag that was named.
    pub(super) fn tag(&self) -> Option<&str> {
        self.release.as_deref().or(self.tag.as_deref())
    }
}

/// How a release is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Markdown, by a template.
    #[default]
    Markdown,
    /// JSON, secnotes/release/v1.
    Json,
}

/// SBOMs that are given for a release.
#[derive(ClapArgs, Default)]
pub(super) struct Sboms {
    /// An SBOM of what the release ships, in JSON of CycloneDX or SPDX 2, to count beside its files; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub(super) sbom: Vec<PathBuf>,
    /// The SBOM of the release before, to compare with; of several, in the order of --sbom.
    #[arg(long, value_name = "FILE", requires = "sbom")]
    pub(super) sbom_before: Vec<PathBuf>,
}

#[derive(ClapArgs)]
#[command(
    long_about = NOTES,
    after_help = "Example: secnotes notes --tag 3.27.0 --advisories ../advisories"
)]
pub(super) struct Notes {
    #[command(flatten)]
    pub(super) which: Which,
    /// Markdown for people, JSON for scripts.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
    /// A template's file, or `default` or `kata`.
    #[arg(long, value_name = "FILE")]
    pub(super) template: Option<String>,
    /// Write here instead of to standard output; whole or not at all.
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Print this text when there is nothing to say, and records do not say otherwise; default: print nothing.
    #[arg(long, value_name = "TEXT")]
    pub(super) if_none: Option<String>,
    /// Of which dependencies Markdown speaks; what is not shipped is only counted by default.
    #[arg(long, value_enum, value_name = "WHICH")]
    pub(super) dependencies: Option<OfDependencies>,
    /// The least severity of their advisories; what is unknown is never too low.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) dependency_severity: Option<LeastSeverity>,
    #[command(flatten)]
    pub(super) sboms: Sboms,
    /// Also list what the release brings and people had from an earlier one: what is carried over.
    #[arg(long)]
    pub(super) carried: bool,
    /// Also speak of advisories of dependencies that still affect the release, or came with it.
    #[arg(long)]
    pub(super) include_affected: bool,
}

const NOTES: &str = "Print the Security section of a release's notes.\n\n\
    Announces what is likely or confirmed. What is only possible is a finding (--verbose), and where records call this \
    very version patched for an advisory that is not announced, standard error says so, with the best candidate. When \
    there is nothing to announce because of that, the exit code is 3; when there is nothing to announce, it is 0.";

/// Of which dependencies notes speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OfDependencies {
    /// What is shipped; the rest is counted in a line.
    Runtime,
    /// All, those of development, tests and builds too.
    All,
    /// None.
    None,
}

/// The least severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LeastSeverity {
    /// Low and more.
    Low,
    /// Medium and more.
    Medium,
    /// High and critical.
    High,
    /// Critical only.
    Critical,
}

#[derive(ClapArgs)]
#[command(
    long_about = DEPENDENCIES,
    after_help = "Examples:\n  secnotes dependencies --tag 3.27.0\n  secnotes dependencies --tag 3.27.0 --list\n  \
                  secnotes dependencies --unreleased --format json"
)]
pub(super) struct Dependencies {
    #[command(flatten)]
    pub(super) which: Which,
    /// List every manifest and lock file and what it names, instead of what changed.
    #[arg(long)]
    pub(super) list: bool,
    #[command(flatten)]
    pub(super) sboms: Sboms,
    /// Words for people, JSON (secnotes/dependencies/v1) with both for scripts.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: StoryFormat,
}

const DEPENDENCIES: &str = "Say what a release depends on, and what changed since the one before.\n\n\
    Reads every manifest and lock file of the two commits from git, without a checkout: Go, Rust, Python, npm, yarn, \
    pnpm, Maven, Ruby, PHP, .NET, Helm, GitHub Actions and Dockerfiles. What is built counts, not what is asked for: \
    a `replace` of go.mod wins over its `require`. SBOMs that are kept in the repository or given (--sbom) count beside \
    them. What is known and not read is named. Floors, forks, images and charts are shown, and not matched with \
    advisories. [dependencies] and [[toolchain]] in secnotes.toml say which files are whose. No advisories are needed.";

/// How sure a link has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LeastConfidence {
    /// Likely or confirmed.
    Likely,
    /// Confirmed only.
    Confirmed,
}

#[derive(ClapArgs)]
#[command(
    long_about = AFFECTED,
    after_help = "Examples:\n  secnotes affected --advisories osv/\n  \
                  secnotes affected CVE-2026-24834 --format json --advisories ../advisories"
)]
pub(super) struct Affected {
    /// Any ids of the records to evaluate; default: all that have a GIT range of this repository.
    #[arg(value_name = "ID")]
    pub(super) ids: Vec<String>,
    /// Words for people, JSON (secnotes/affected/v1) for scripts.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: StoryFormat,
}

const AFFECTED: &str = "Say which releases the commit ranges of records affect.\n\n\
    Evaluates the GIT ranges of OSV records on the commit graph, all at once, with OSV's meaning: `introduced: 0` is \
    the roots that lead to the fix; a fix holds for all that descends from it, merges included; what is introduced \
    again after a fix is open until it is fixed again; a fix that does not descend from what introduced the vulnerability \
    ends nothing, as OSV.dev has it (`secnotes osv --check` calls it end-without-introduced); `last_affected` and `limit` \
    count. docs/affected.md says it whole. A commit that the repository \
    does not have is an error of its record (exit code 3), never a wider range. Messages are not read and nothing is \
    joined: that is what `secnotes osv` does.";

/// How a story is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum StoryFormat {
    /// Words, for people.
    #[default]
    Text,
    /// JSON, for scripts.
    Json,
}

#[derive(ClapArgs)]
#[command(after_help = "Examples:\n  secnotes explain GHSA-wwj6-vghv-5p64 --advisories ../advisories\n  \
                        secnotes explain 6a672503973b --advisories ../advisories\n  \
                        secnotes explain 3.27.0 --format json --advisories ../advisories\n  \
                        secnotes explain --advisory-patch GHSA-wwj6-vghv-5p64 --advisories ../advisories")]
pub(super) struct Explain {
    /// Any id of an advisory of the project or of a dependency, a release's tag, or a commit.
    #[arg(value_name = "ADVISORY|RELEASE|COMMIT", value_parser = tag_name, required_unless_present = "advisory_patch")]
    pub(super) of: Option<String>,
    /// Instead: what GitHub's form of this advisory should say, by the commit graph.
    #[arg(long, value_name = "ADVISORY", conflicts_with = "of")]
    pub(super) advisory_patch: Option<String>,
    /// Also suggest what introduced the vulnerability, where nothing says: the
    /// commits that added the lines which the fix removes. Takes seconds.
    #[arg(long, conflicts_with = "advisory_patch")]
    pub(super) suggest_introduced: bool,
    /// Words for people, JSON (secnotes/explain/v1, secnotes/advisory-patch/v1) for scripts.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: StoryFormat,
}

#[derive(ClapArgs)]
#[command(after_help = "Example: secnotes review GHSA-wwj6-vghv-5p64 --advisories ../advisories")]
pub(super) struct Review {
    /// Any ids of the project's advisories; default: all that need a decision.
    #[arg(value_name = "ID")]
    pub(super) ids: Vec<String>,
    /// Only what is patched in this release.
    #[arg(long, value_name = "TAG", value_parser = tag_name)]
    pub(super) tag: Option<String>,
}

#[derive(ClapArgs)]
#[command(after_help = "Examples:\n  secnotes osv --tag 3.27.0 --advisories ../advisories --out osv/\n  \
                        secnotes osv --all --confidence confirmed --advisories ../advisories --out osv/\n  \
                        secnotes osv --check osv/\n`--help` lists the codes of problems.",
          after_long_help = super::check::help())]
pub(super) struct Osv {
    #[command(flatten)]
    pub(super) which: Which,
    /// A record of every advisory of the project that is public, fixed or not; of withdrawn ones, too.
    #[arg(long, conflicts_with_all = ["release", "tag", "from", "unreleased"])]
    pub(super) all: bool,
    /// How sure a link has to be to write events; default: [osv] confidence, else likely.
    #[arg(long, value_enum, value_name = "CONFIDENCE")]
    pub(super) confidence: Option<LeastConfidence>,
    /// Write no record if one of them cannot be published, instead of leaving that one out.
    #[arg(long)]
    pub(super) strict: bool,
    /// The folder for the records, one file each; default: standard output, as an array.
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) check: super::check::Check,
}

/// Publish the project's OSV records as a folder for OSV.dev, feed readers and people.
#[derive(ClapArgs)]
#[command(after_help = FEED_EXAMPLE, after_long_help = FEED_REFERENCE)]
pub(super) struct Feed {
    /// The folder to publish; it is replaced as a whole, in one step.
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Publish these OSV records as they are, instead of this repository's: a file, a folder tree
    /// or a zip. May be repeated.
    #[arg(long, value_name = "PATH")]
    pub(super) records: Vec<PathBuf>,
    /// Where the folder is published, for absolute links; default: [feed] base-url in secnotes.toml.
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<BaseUrl>,
    /// What the feed is called; default: [feed] title in secnotes.toml, else the project's name.
    #[arg(long, value_name = "TEXT", value_parser = title)]
    pub(super) title: Option<String>,
    /// Withdraw what vanished from the input even if it is more than a tenth of the feed.
    #[arg(long)]
    pub(super) force: bool,
    /// Publish nothing where a record cannot be published, rather than leaving that one out.
    #[arg(long)]
    pub(super) strict: bool,
    /// Read every published file and restore what is not what index.json says.
    #[arg(long)]
    pub(super) verify: bool,
    /// Print what would be added, changed and withdrawn, and change nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
}

fn title(text: &str) -> Result<String, &'static str> {
    let sound = !text.trim().is_empty() && !text.chars().any(char::is_control);
    if sound { Ok(text.to_owned()) } else { Err("a title is a line of text") }
}

const FEED_EXAMPLE: &str = "Example: secnotes feed --out public/advisories --base-url https://example.org/advisories/\n\
                            --help says what the folder holds and what is guaranteed.";

const FEED_REFERENCE: &str = include_str!("feed/reference.txt");

#[derive(ClapArgs)]
#[command(after_help = "Example: secnotes demo target/demo && secnotes notes --repo target/demo")]
pub(super) struct Demo {
    /// The folder to make; it has to be empty or not there.
    #[arg(value_name = "PATH")]
    pub(super) path: PathBuf,
}

#[derive(ClapArgs)]
pub(super) struct Init {
    /// Add to a secnotes.toml that is there what it lacks; what it says stays.
    #[arg(long)]
    pub(super) force: bool,
}
