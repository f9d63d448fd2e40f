//! Addresses to link to. Nothing is linked whose address is not known to be sound.

use crate::model::{AdvisoryId, CommitId, Remote};

/// The page of a commit, on forges whose addresses are known.
pub(super) fn commit(remote: Option<&Remote>, id: CommitId) -> Option<String> {
    let remote = remote?;
    let host = remote.host();
    if host == "github.com" || host == "codeberg.org" || host.starts_with("gitea.") || host.starts_with("github.") {
        Some(format!("{}/commit/{id}", remote.url()))
    } else if host == "gitlab.com" || host.starts_with("gitlab.") {
        Some(format!("{}/-/commit/{id}", remote.url()))
    } else if host == "bitbucket.org" {
        Some(format!("{}/commits/{id}", remote.url()))
    } else {
        None
    }
}

/// The page of an advisory id: the repository's own page for its GitHub id.
pub(super) fn advisory(id: &AdvisoryId, page: Option<&str>) -> Option<String> {
    let own = page.filter(|page| page.ends_with(&format!("/{id}")));
    own.and_then(sound).or_else(|| id.page())
}

/// An address that can stand in a Markdown link or an attribute: https, and
/// no character that would end either.
pub(super) fn sound(url: &str) -> Option<String> {
    let clean = |c: char| c.is_ascii_alphanumeric() || "-_.~:/?#@!$&*+,;=%".contains(c);
    (url.starts_with("https://") && url.chars().all(clean)).then(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_forges_are_linked() {
        let id = CommitId::from_bytes([0x11; 20]);
        let link = |remote: &str| commit(remote.parse().ok().as_ref(), id);
        assert_eq!(link("gitlab.com/a/b").unwrap(), format!("https://gitlab.com/a/b/-/commit/{id}"));
        assert!(link("git.example.org/a/b").is_none());
        assert!(link("").is_none());
    }

    #[test]
    fn an_address_that_could_break_out_is_not_linked() {
        for url in [
            "javascript:alert(1)",
            "https://x.example/)[y](z",
            "https://x.example/\"onclick",
            "http://x.example",
            "https://x/ y",
        ] {
            assert!(sound(url).is_none(), "{url}");
        }
    }
}
