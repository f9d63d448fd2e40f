//! The repository on a forge whose releases are read and written, and where it is.

use super::args::Common;
use super::config::Config;
use super::error::{Error, Failure};
use super::output::say;
use super::{clock, token};
use crate::forge::{NotKnown, Site};
use crate::history::Repository;
use crate::model::{Forge, Remote, few_lines, line};
use crate::net::{Base, Client, Observer, Token};

/// Why it is not known which repository is meant, or where it is.
#[derive(Debug, thiserror::Error)]
pub(super) enum SiteError {
    #[error("{0}; say so with [publish] forge in secnotes.toml, or name the repository with --repo-url")]
    Site(NotKnown),
    #[error("this clone has no remote `origin` or `upstream`: name the repository with --repo-url")]
    NoRemote,
    #[error(
        "secnotes.toml names the repository {}, which is no remote of this clone, and may not have it written to: name \
         it with --repo-url",
        line(.0)
    )]
    Stranger(String),
    #[error(
        "this clone has several remotes; name the one that is meant with --repo-url, or in secnotes.toml:\n  {}",
        few_lines(.0, .0.len())
    )]
    Several(Vec<String>),
}

impl Failure for SiteError {}

/// Asks servers, and tells what is asked and for what it is waited.
pub(super) struct Watch {
    quiet: bool,
    verbose: bool,
}

impl Watch {
    pub(super) const fn new(common: &Common) -> Self {
        Self { quiet: common.quiet, verbose: common.verbose }
    }

    /// What asks the forge.
    pub(super) fn client(&self, common: &Common, config: &Config) -> Result<Client<'_>, Error> {
        let client = Client::new(config.network.clone(), &common.limits(), clock::today(), self);
        client.map_err(|failure| Error::NotFound(failure.to_string()))
    }
}

impl Observer for Watch {
    fn asked(&self, method: &str, address: &str, status: u16) {
        if self.verbose {
            say(&format!("{method} {address}: {status}"));
        }
    }

    fn waiting(&self, seconds: u64, why: &str) {
        if !self.quiet {
            say(&format!("{why}; trying again in {seconds} s"));
        }
    }
}

/// The site of the releases, and the token for it.
pub(super) fn reach(
    named: Option<&Remote>,
    common: &Common,
    config: &Config,
    repository: &Repository,
) -> Result<(Site, Option<Token>), Error> {
    let site = site(named, config, repository)?;
    let token = token::for_releases(&site, common.quiet);
    Ok((site, token))
}

/// The site of the releases: of the repository that was named, else of the
/// clone's own. What `secnotes.toml` calls the repository only chooses among
/// the clone's remotes: it may not have a token write somewhere else.
fn site(named: Option<&Remote>, config: &Config, repository: &Repository) -> Result<Site, SiteError> {
    let remote = match named {
        Some(named) => named.clone(),
        None => own(&repository.remotes(), &of_job(&token::set), &config.project.repositories)?,
    };
    let forge = config.publish.forge.or_else(|| Forge::of(&remote)).or_else(|| of_environment(&remote, &token::set));
    let base = config.publish.url.clone().or_else(|| base_of_environment(forge, &remote, &token::set));
    Site::of(&remote, forge, base).map_err(SiteError::Site)
}

/// The one of a clone's remotes that is meant: the one whose job this is, else the
/// one that the configuration names, else the only one.
fn own(remotes: &[Remote], job: &[Remote], configured: &[Remote]) -> Result<Remote, SiteError> {
    let among = |wanted: &[Remote]| remotes.iter().find(|remote| wanted.contains(remote)).cloned();
    match (among(job).or_else(|| among(configured)), remotes, configured) {
        (Some(remote), ..) => Ok(remote),
        (None, [], _) => Err(SiteError::NoRemote),
        (None, _, [stranger, ..]) => Err(SiteError::Stranger(stranger.url())),
        (None, [only], []) => Ok(only.clone()),
        (None, several, []) => Err(SiteError::Several(several.iter().map(Remote::url).collect())),
    }
}

/// The repository whose CI job this is.
fn of_job(set: &dyn Fn(&str) -> Option<String>) -> Vec<Remote> {
    let of_actions = set("GITHUB_SERVER_URL").zip(set("GITHUB_REPOSITORY"));
    let of_actions = of_actions.map(|(server, path)| format!("{}/{path}", server.trim_end_matches('/')));
    [of_actions, set("CI_PROJECT_URL")].into_iter().flatten().filter_map(|url| url.parse().ok()).collect()
}

/// What runs at a host, where a job of its own tells. Jobs of Gitea and Forgejo
/// look like GitHub's, and say besides that they are not.
fn of_environment(remote: &Remote, set: &dyn Fn(&str) -> Option<String>) -> Option<Forge> {
    let is_at = |name: &str| {
        let base = set(name).and_then(|url| url.parse::<Base>().ok());
        base.is_some_and(|base| base.host().trim_end_matches('.') == remote.host())
    };
    if is_at("CI_SERVER_URL") {
        return Some(Forge::GitLab);
    }
    let is_gitea = ["GITEA_ACTIONS", "FORGEJO_ACTIONS"].iter().any(|name| set(name).is_some());
    is_at("GITHUB_SERVER_URL").then_some(if is_gitea { Forge::Gitea } else { Forge::GitHub })
}

/// Where the API answers, as the environment says: that of the repository's own
/// host, or what plays it on this machine.
fn base_of_environment(forge: Option<Forge>, remote: &Remote, set: &dyn Fn(&str) -> Option<String>) -> Option<Base> {
    let name = match forge? {
        Forge::GitLab => "CI_API_V4_URL",
        _ => "GITHUB_API_URL",
    };
    let base: Base = set(name)?.parse().ok()?;
    (base.is_at(remote.host()) || base.is_loopback()).then_some(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remotes(urls: &[&str]) -> Vec<Remote> {
        urls.iter().map(|url| url.parse().unwrap()).collect()
    }

    #[test]
    fn the_repository_is_one_of_the_clones_own_remotes() {
        let (up, fork) = ("https://github.com/acme/widget", "https://github.com/me/widget");
        let own = |own_remotes: &[&str], job: &[&str], configured: &[&str]| {
            own(&remotes(own_remotes), &remotes(job), &remotes(configured)).ok().map(|remote| remote.url())
        };
        assert_eq!(own(&[up], &[], &[]).as_deref(), Some(up));
        assert_eq!(own(&[up, fork], &[], &[]), None);
        assert_eq!(own(&[up, fork], &[], &[up]).as_deref(), Some(up));
        assert_eq!(own(&[up, fork], &[fork], &[up]).as_deref(), Some(fork));
        // Nothing but a person may name another one.
        assert_eq!(own(&[fork], &[], &["https://github.com/victim/widget"]), None);
        assert_eq!(own(&[fork], &["https://github.com/victim/widget"], &[]).as_deref(), Some(fork));
        assert_eq!(own(&[], &[up], &[up]), None);
    }

    #[test]
    fn a_job_says_what_runs_its_own_host_and_where_its_api_is() {
        let remote: Remote = "https://code.example.org/acme/widget".parse().unwrap();
        let told = |environment: &[(&str, &str)]| {
            let set =
                |name: &str| environment.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
            let forge = of_environment(&remote, &set);
            (forge, base_of_environment(forge, &remote, &set).map(|base| base.to_string()))
        };
        let server = ("GITHUB_SERVER_URL", "https://code.example.org");
        let api = ("GITHUB_API_URL", "https://code.example.org/api/v1");
        assert_eq!(told(&[server, api, ("GITEA_ACTIONS", "true")]), (Some(Forge::Gitea), Some(api.1.to_owned())));
        let api = ("CI_API_V4_URL", "https://code.example.org/git/api/v4");
        let server = ("CI_SERVER_URL", "https://code.example.org/git");
        assert_eq!(told(&[server, api]), (Some(Forge::GitLab), Some(api.1.to_owned())));
        // A job of another host says nothing of this one.
        assert_eq!(told(&[("CI_SERVER_URL", "https://gitlab.com")]), (None, None));
        let elsewhere =
            [("GITHUB_SERVER_URL", "https://code.example.org"), ("GITHUB_API_URL", "https://api.github.com")];
        assert_eq!(told(&elsewhere), (Some(Forge::GitHub), None));
    }
}
