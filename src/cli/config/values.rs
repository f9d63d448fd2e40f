//! What a configuration says, in types that cannot be wrong.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::packages::Spans;
use crate::advisory::remote::TokenFor;
use crate::compile::{DependencySettings, PackageRule, ProjectSettings, ReleaseSettings};
use crate::emit::feed::BaseUrl;
use crate::emit::markdown::BuiltIn;
use crate::emit::osv::Options as OsvOptions;
use crate::emit::splice::Placement;
use crate::files::Place;
use crate::join::{Decision, Note};
use crate::model::Forge;
use crate::net::{Base, Patience};

/// A whole configuration; [`Config::default`] is that of an empty file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The file that it was read from, none for the defaults.
    pub path: Option<PathBuf>,
    /// `[project]`
    pub project: ProjectSettings,
    /// `[releases]`
    pub releases: ReleaseSettings,
    /// `[[package]]`
    pub packages: Vec<PackageRule>,
    /// The text of the file, to show what the repository contradicts; kept where
    /// there are packages or patterns.
    pub(super) text: Option<Arc<str>>,
    /// Where it says what the repository may contradict.
    pub(super) places: Places,
    /// `[advisories]`
    pub advisories: AdvisoriesConfig,
    /// `[source.github]`, `[source.osv]`, `[source.files]`
    pub source: SourceConfig,
    /// `[network]`
    pub network: Patience,
    /// `[notes]`
    pub notes: NotesConfig,
    /// `[publish]`
    pub publish: PublishConfig,
    /// `[osv]`
    pub osv: OsvOptions,
    /// `[feed]`
    pub feed: FeedConfig,
    /// `[dependencies]`, `[[toolchain]]` and, of this file and of the one beside it, `[[not-affected]]`.
    pub dependencies: DependencySettings,
    /// `[[link]]`, of this file and of the one beside it.
    pub links: Vec<Decision>,
    /// `[[note]]`, of this file and of the one beside it.
    pub announcements: Vec<Note>,
}

/// Where a file says what the repository may contradict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    /// The patterns of tags, where they are set.
    pub(super) patterns: Option<Range<usize>>,
    /// The packages, in their order.
    pub(super) packages: Vec<Spans>,
}

/// Where the advisories are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdvisoriesConfig {
    /// Files, folders and archives of records; what was relative to the
    /// configuration file's folder is joined with it.
    pub paths: Vec<Place>,
    /// Whether withdrawn advisories are shown.
    pub include_withdrawn: bool,
    /// How old what was synced may be; none: any age.
    pub max_age: Option<Duration>,
}

/// Where `sync` fetches advisories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceConfig {
    /// `[source.github]`
    pub github: GitHubConfig,
    /// `[source.osv]`
    pub osv: OsvConfig,
    /// `[source.files]`: files, folders, archives and git checkouts of records.
    pub files: Vec<Place>,
}

/// GitHub's REST API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitHubConfig {
    /// Whether it is asked.
    pub enabled: bool,
    /// Its address; none: the environment's `GITHUB_API_URL`, else `https://api.github.com`.
    pub url: Option<Base>,
    /// Repositories whose advisories are read, as `owner/name`; empty: the project's.
    pub repositories: Vec<String>,
    /// Whether the global database is asked, too.
    pub global: bool,
    /// Ecosystems of the global database that are kept whole, in OSV's names.
    pub ecosystems: Vec<&'static str>,
    /// Whose advisories the token is for; no key of the file says it.
    pub token_for: TokenFor,
}

impl Default for GitHubConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            url: None,
            repositories: Vec::new(),
            global: true,
            ecosystems: Vec::new(),
            token_for: TokenFor::default(),
        }
    }
}

/// OSV's API and archives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OsvConfig {
    /// Whether it is asked.
    pub enabled: bool,
    /// The API's address; none: `https://api.osv.dev`.
    pub url: Option<Base>,
    /// Where the archives are; none: OSV's own place.
    pub bulk_url: Option<Base>,
    /// Ecosystems that are kept whole.
    pub ecosystems: Vec<&'static str>,
    /// Whether it is asked for what the project depends on.
    pub dependencies: bool,
}

impl Default for OsvConfig {
    fn default() -> Self {
        Self { enabled: true, url: None, bulk_url: None, ecosystems: Vec::new(), dependencies: true }
    }
}

/// How the notes are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotesConfig {
    /// The template of the Security section.
    pub template: NotesTemplate,
    /// Where the section goes into a text that has none yet; none: as the text asks.
    pub place: Option<Placement>,
}

/// Where the texts of releases are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishConfig {
    /// What the remote's host runs; none: its name tells.
    pub forge: Option<Forge>,
    /// Where its API answers; none: the environment tells, else where it usually is.
    pub url: Option<Base>,
}

/// How the feed is published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedConfig {
    /// What it is called; none: the project's name.
    pub title: Option<String>,
    /// Where it is published, for absolute links.
    pub base_url: Option<BaseUrl>,
}

/// A template of the Security section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotesTemplate {
    /// One that comes with the program.
    BuiltIn(BuiltIn),
    /// The project's own, joined with the configuration file's folder.
    File(Place),
}

impl Default for NotesTemplate {
    fn default() -> Self {
        Self::BuiltIn(BuiltIn::Default)
    }
}
