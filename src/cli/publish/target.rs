//! Which repository is written to, and where it is.

use super::super::config::Config;
use super::super::error::Error;
use super::error::PublishError;
use crate::forge::Site;
use crate::history::Repository;
use crate::model::{Forge, Remote};
use crate::net::Base;

/// The site of the releases: of the repository that was named, else of the
/// clone's own. What `secnotes.toml` calls the repository only chooses among
/// the clone's remotes: it may not have a token write somewhere else.
pub(super) fn site(named: Option<&Remote>, config: &Config, repository: &Repository) -> Result<Site, Error> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let remote = match named {
        Some(named) => named.clone(),
        None => own(&repository.remotes(), &of_job(&set), &config.project.repositories)?,
    };
    let forge = config.publish.forge.or_else(|| Forge::of(&remote)).or_else(|| of_environment(&remote, &set));
    let base = config.publish.url.clone().or_else(|| base_of_environment(forge, &remote, &set));
    Ok(Site::of(&remote, forge, base).map_err(PublishError::Site)?)
}

/// The one of a clone's remotes that is meant: the one whose job this is, else the
/// one that the configuration names, else the only one.
fn own(remotes: &[Remote], job: &[Remote], configured: &[Remote]) -> Result<Remote, PublishError> {
    let among = |wanted: &[Remote]| remotes.iter().find(|remote| wanted.contains(remote)).cloned();
    match (among(job).or_else(|| among(configured)), remotes, configured) {
        (Some(remote), ..) => Ok(remote),
        (None, [], _) => Err(PublishError::NoRemote),
        (None, _, [stranger, ..]) => Err(PublishError::Stranger(stranger.url())),
        (None, [only], []) => Ok(only.clone()),
        (None, several, []) => Err(PublishError::Several(several.iter().map(Remote::url).collect())),
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
    let host = base.host().trim_end_matches('.');
    let is_of_host = host == remote.host() || host.strip_prefix("api.") == Some(remote.host());
    (is_of_host || base.is_loopback()).then_some(base)
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
