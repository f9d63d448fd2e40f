//! Which software a host runs that keeps repositories.

use super::remote::Remote;

/// Software that keeps repositories and their releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forge {
    /// GitHub, and GitHub Enterprise.
    GitHub,
    /// GitLab.
    GitLab,
    /// Gitea and Forgejo, which have one API.
    Gitea,
    /// Gitee, whose pages are where GitHub has them.
    Gitee,
    /// Bitbucket.
    Bitbucket,
}

impl Forge {
    /// What runs at the host of a repository, where its name tells.
    #[must_use]
    pub fn of(remote: &Remote) -> Option<Self> {
        let host = remote.host();
        let begins = |name: &str| host.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        match host {
            "codeberg.org" => Some(Self::Gitea),
            "gitee.com" => Some(Self::Gitee),
            "bitbucket.org" => Some(Self::Bitbucket),
            "salsa.debian.org" => Some(Self::GitLab),
            _ if host.ends_with(".ghe.com") || begins("github") => Some(Self::GitHub),
            _ if begins("gitlab") => Some(Self::GitLab),
            _ if begins("gitea") || begins("forgejo") => Some(Self::Gitea),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_tells_what_it_runs_by_its_name() {
        for (remote, forge) in [
            ("github.com/a/b", Some(Forge::GitHub)),
            ("github.example.org/a/b", Some(Forge::GitHub)),
            ("acme.ghe.com/a/b", Some(Forge::GitHub)),
            ("gitlab.gnome.org/a/b/c", Some(Forge::GitLab)),
            ("salsa.debian.org/a/b", Some(Forge::GitLab)),
            ("codeberg.org/a/b", Some(Forge::Gitea)),
            ("forgejo.example.org/a/b", Some(Forge::Gitea)),
            ("githubx.example.org/a/b", None),
            ("git.example.org/a/b", None),
        ] {
            assert_eq!(Forge::of(&remote.parse().unwrap()), forge, "{remote}");
        }
    }
}
