//! Where advisories come from, as a person or a configuration says.

use std::collections::BTreeSet;

use crate::advisory::Project;
use crate::files::Place;
use crate::net::{Base, Token};

/// Where advisories come from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// GitHub, unless it is left out.
    pub github: Option<GitHub>,
    /// OSV, unless it is left out.
    pub osv: Option<Osv>,
    /// Files, folders, archives and git checkouts of records.
    pub files: Vec<Place>,
}

/// GitHub's REST API.
#[derive(Clone, Debug)]
pub struct GitHub {
    /// `https://api.github.com`, or a server's `https://HOST/api/v3`.
    pub base: Base,
    /// Repositories whose advisories are read, as `owner/name`.
    pub repositories: Vec<String>,
    /// Whether the global database is asked for the project's packages and for
    /// ids that commits name.
    pub global: bool,
    /// Ecosystems of the global database that are kept whole, in GitHub's names.
    pub ecosystems: Vec<String>,
    /// Raises limits, and shows what it may see.
    pub token: Option<Token>,
    /// Whose advisories the token is for.
    pub token_for: TokenFor,
}

/// The repositories whose advisories a token is for. It may see more than the
/// repository at hand: a configuration that names another one must not print
/// what is private there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenFor {
    /// All that are asked for: a person named them.
    #[default]
    All,
    /// These, as `owner/name` in lower case: the clone's own remotes.
    Only(BTreeSet<String>),
}

impl TokenFor {
    /// Whether it is for a repository.
    #[must_use]
    pub fn covers(&self, repository: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(own) => own.contains(&repository.to_ascii_lowercase()),
        }
    }
}

/// OSV's API, and its archives.
#[derive(Clone, Debug)]
pub struct Osv {
    /// `https://api.osv.dev`.
    pub base: Base,
    /// Where `ECOSYSTEM/all.zip` lies.
    pub bulk: Base,
    /// Ecosystems that are kept whole, in OSV's names.
    pub ecosystems: Vec<String>,
    /// Whether it is asked for what the project depends on.
    pub dependencies: bool,
}

/// What a project's own sources are called after.
pub(super) fn called(project: &Project) -> String {
    let remote = project.remotes.first().map(|remote| remote.as_str().to_owned());
    let package = || project.packages.first().map(ToString::to_string);
    remote.or_else(package).unwrap_or_else(|| "a project without an address".to_owned())
}
