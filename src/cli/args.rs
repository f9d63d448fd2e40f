//! What several verbs take.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::limits::{Limits, Setting};

/// What every verb takes.
#[derive(Args)]
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
    /// Say more on standard error: the rules, the counts, all findings.
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub(super) verbose: bool,
    /// Say nothing on standard error but errors, and findings that are errors.
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
}

impl Common {
    /// How much is taken of what other people wrote.
    pub(super) fn limits(&self) -> Limits {
        Limits::default().with(&self.limits)
    }
}

/// Which commits a verb is about.
#[derive(Args)]
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
pub(super) fn tag_name(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(text.strip_prefix("refs/tags/").unwrap_or(text).to_owned())
}

impl Which {
    /// The tag that was named.
    pub(super) fn tag(&self) -> Option<&str> {
        self.release.as_deref().or(self.tag.as_deref())
    }
}

/// How a story is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum StoryFormat {
    /// Words, for people.
    #[default]
    Text,
    /// JSON, for scripts.
    Json,
}
