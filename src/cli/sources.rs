//! Where advisories come from, as configured, and where they are kept.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::args::Common;
use super::cache;
use super::config::Config;
use super::error::Error;
use super::output::say;
use super::token;
use crate::advisory::Project;
use crate::advisory::github_ecosystem;
use crate::advisory::remote::{GitHub, Osv, Sources, TokenFor};
use crate::files::Place;
use crate::model::Remote;
use crate::net::Base;

const GITHUB: &str = "https://api.github.com";
const OSV: &str = "https://api.osv.dev";
const OSV_BULK: &str = "https://osv-vulnerabilities.storage.googleapis.com";

/// The folder of the store: `--store`, else `SECNOTES_STORE`, else below the
/// user's cache folder.
pub(super) fn store_folder(common: &Common) -> Result<PathBuf, Error> {
    let set = std::env::var_os("SECNOTES_STORE").filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = common.store.clone().or(set).or_else(|| Some(cache::folder()?.join("store")));
    folder.ok_or_else(|| {
        Error::NotFound("there is no folder for the store of advisories; name one with --store, or set HOME".to_owned())
    })
}

/// The configured sources, without a token.
pub(super) fn sources(config: &Config, project: &Project) -> Result<Sources, Error> {
    let set = &config.source;
    let known = |text: &str| text.parse::<Base>().map_err(|error| Error::Usage(format!("{text}: {error}")));
    let github = if set.github.enabled {
        let base = github_base(config).map_or_else(|| known(GITHUB), Ok)?;
        let repositories = if set.github.repositories.is_empty() {
            own_repositories(&base, &project.remotes)
        } else {
            set.github.repositories.clone()
        };
        let names = set.github.ecosystems.iter().filter_map(|ecosystem| github_ecosystem(ecosystem));
        let ecosystems = names.map(str::to_owned).collect();
        let token_for = set.github.token_for.clone();
        Some(GitHub { base, repositories, global: set.github.global, ecosystems, token: None, token_for })
    } else {
        None
    };
    let osv = if set.osv.enabled {
        let or = |set: &Option<Base>, usual: &str| set.clone().map_or_else(|| known(usual), Ok);
        let ecosystems = set.osv.ecosystems.iter().map(|ecosystem| (*ecosystem).to_owned()).collect();
        let dependencies = set.osv.dependencies;
        Some(Osv { base: or(&set.osv.url, OSV)?, bulk: or(&set.osv.bulk_url, OSV_BULK)?, ecosystems, dependencies })
    } else {
        None
    };
    let absolute = |place: &Place| match place {
        // The store names its sources by their paths, whatever the current folder is.
        Place::Named(path) => {
            Place::named(std::path::absolute(path.as_path()).unwrap_or_else(|_| path.as_path().into()))
        }
        enclosed @ Place::Enclosed(_) => enclosed.clone(),
    };
    Ok(Sources { github, osv, files: set.files.iter().map(absolute).collect() })
}

/// The address of GitHub's service that is configured, else that of the environment.
fn github_base(config: &Config) -> Option<Base> {
    let environment = || std::env::var("GITHUB_API_URL").ok().and_then(|url| url.parse::<Base>().ok());
    config.source.github.url.clone().or_else(environment)
}

/// The repositories at GitHub's service that a clone's own remotes name.
pub(super) fn of_clone(config: &Config, remotes: &[Remote]) -> TokenFor {
    let Some(base) = github_base(config).or_else(|| GITHUB.parse().ok()) else {
        return TokenFor::Only(BTreeSet::new());
    };
    TokenFor::Only(own_repositories(&base, remotes).iter().map(|path| path.to_ascii_lowercase()).collect())
}

/// The same, with the token that is for GitHub.
pub(super) fn with_token(mut sources: Sources, quiet: bool) -> Sources {
    if let Some(github) = &mut sources.github {
        github.token = token::find(&github.base, quiet);
        let strange = github.repositories.iter().filter(|repository| !github.token_for.covers(repository));
        for repository in strange.filter(|_| github.token.is_some() && !quiet) {
            say(&format!(
                "{repository} is asked for without the token, which may see more there than is public: only \
                 secnotes.toml names it. If it is this project's, add it as a remote: git remote add upstream URL"
            ));
        }
    }
    sources
}

/// The project's repositories at a service: those of its host. A mirror or a
/// test server plays GitHub for those of `github.com`.
fn own_repositories(base: &Base, remotes: &[Remote]) -> Vec<String> {
    let forge = token::forge(base);
    let at = |host: &str| -> Vec<String> {
        remotes.iter().filter(|remote| remote.host() == host).map(|remote| remote.path().to_owned()).collect()
    };
    let own = at(&forge);
    let mut own = if own.is_empty() { at("github.com") } else { own };
    own.retain(|path| path.split('/').count() == 2);
    own
}
