//! What the links of records lead to.

use crate::model::{CommitId, Remote};

/// Forges, whose addresses of repositories are owner and name.
const FORGES: [&str; 5] = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com"];

/// Whether a host is a forge, on which the owner's name tells whose a repository is.
pub(super) fn is_forge(host: &str) -> bool {
    FORGES.contains(&host)
}

/// The commit that a link names by its whole hash, and the address of its
/// repository if the link has one: GitHub's, GitLab's and Gitea's have it, and
/// those of gitweb and cgit have the hash alone (`?p=openssl.git;a=commit;h=…`).
#[must_use]
pub(crate) fn commit_of(url: &str) -> Option<(Option<Remote>, CommitId)> {
    let (scheme, address) = url.split_once("://").filter(|(scheme, _)| scheme.starts_with("http"))?;
    let (path, query) = address.split_once(['?', '#']).unwrap_or((address, ""));
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).take(12).collect();
    for (at, pair) in parts.windows(2).enumerate().skip(2) {
        if let [mark @ ("commit" | "commits" | "changes"), hash] = pair
            && let Some(commit) = whole(hash)
        {
            // `pull/12/commits/…`, `-/commit/…`.
            let end = parts.iter().take(at).position(|part| matches!(*part, "-" | "pull")).unwrap_or(at);
            let home = parts.get(..end).filter(|_| *mark != "changes" || end < at)?.join("/");
            return Some((format!("{scheme}://{home}").parse().ok(), commit));
        }
    }
    let hash = query.split([';', '&']).find_map(|part| part.strip_prefix("h=").or_else(|| part.strip_prefix("id=")))?;
    Some((None, whole(hash)?))
}

fn whole(text: &str) -> Option<CommitId> {
    let hash = text.split('.').next().unwrap_or(text);
    if hash.len() == 40 { hash.parse().ok() } else { None }
}

/// The repository of a forge into which a link leads: to a commit, a change, an
/// advisory's page or, where it is the address of a package, anywhere.
pub(super) fn repository_of(url: &str, is_package: bool) -> Option<Remote> {
    let (scheme, address) = url.split_once("://").filter(|(scheme, _)| scheme.starts_with("http"))?;
    let path = address.split(['?', '#']).next().unwrap_or(address);
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).take(8).collect();
    let [host, owner, name, rest @ ..] = parts.as_slice() else { return None };
    let host = host.strip_prefix("www.").unwrap_or(host);
    let names = matches!(
        rest,
        ["commit" | "commits" | "pull" | "merge_requests", ..]
            | ["-", "commit" | "merge_requests", ..]
            | ["security", "advisories", ..]
    );
    // `github.com/advisories/GHSA-…` is no repository.
    (is_forge(host) && *owner != "advisories" && (names || is_package))
        .then(|| format!("{scheme}://{host}/{owner}/{name}").parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "6a672503973b6a672503973b6a672503973b6a67";

    #[test]
    fn a_whole_hash_names_a_commit_wherever_it_is() {
        for (url, home) in [
            ("https://github.com/Old/p/commit/{}", Some("github.com/old/p")),
            ("https://github.com/old/p/commit/{}.patch", Some("github.com/old/p")),
            ("https://github.com/old/p/pull/12/commits/{}", Some("github.com/old/p")),
            ("https://gitlab.com/a/b/c/-/commit/{}?x#y", Some("gitlab.com/a/b/c")),
            ("https://git.openssl.org/gitweb/?p=openssl.git;a=commitdiff;h={}", None),
            ("https://git.kernel.org/pub/scm/linux.git/commit/?id={}", None),
        ] {
            let (remote, commit) = commit_of(&url.replace("{}", HASH)).unwrap();
            assert_eq!((remote.as_ref().map(Remote::as_str), commit.to_string()), (home, HASH.to_owned()), "{url}");
        }
        for url in [
            "https://github.com/old/p/commit/6a672503973b",
            "https://github.com/old/p/tree/{}",
            "git://github.com/old/p/commit/{}",
            "https://x.org/?q={}",
        ] {
            assert_eq!(commit_of(&url.replace("{}", HASH)), None, "{url}");
        }
    }

    #[test]
    fn pages_that_are_no_repository_lead_into_none() {
        let of = |url: &str, is_package| repository_of(url, is_package).map(|remote| remote.as_str().to_owned());
        assert_eq!(of("https://www.github.com/A/b/pull/1", false).as_deref(), Some("github.com/a/b"));
        assert_eq!(of("https://github.com/a/b/tree/main/c", true).as_deref(), Some("github.com/a/b"));
        for (url, is_package) in [
            ("https://github.com/a/b/issues/1", false),
            ("https://github.com/advisories/GHSA-2222-2222-2222", true),
            ("https://pypi.org/project/x", true),
            ("https://github.com/a", true),
        ] {
            assert_eq!(of(url, is_package), None, "{url}");
        }
    }
}
