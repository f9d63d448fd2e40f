//! Where a project lives: the address of its repository, without secrets.

use std::fmt;

/// A repository's address on its forge: host and path, without scheme, user,
/// password, `.git` or trailing slash: `github.com/KServe/kserve`. Forges take
/// any case, so that two spellings are one address; it is printed as written.
#[derive(Clone, Debug)]
pub struct Remote {
    folded: Box<str>,
    written: Box<str>,
}

impl PartialEq for Remote {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for Remote {}

impl PartialOrd for Remote {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Remote {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.folded.cmp(&other.folded)
    }
}

impl std::hash::Hash for Remote {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.folded.hash(state);
    }
}

impl serde::Serialize for Remote {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}

/// The text is no repository address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not the address of a repository: expected one like https://github.com/owner/name")]
pub struct NotARemote;

impl std::str::FromStr for Remote {
    type Err = NotARemote;

    /// Reads what `git remote get-url` prints and what advisories write:
    /// `https://…`, `ssh://git@…`, `git@host:owner/name.git`, `host/owner/name`.
    fn from_str(text: &str) -> Result<Self, NotARemote> {
        let text = text.trim();
        let text = text.strip_prefix("git+").unwrap_or(text);
        let (scheme, address) = match text.split_once("://") {
            Some((scheme, address)) => (Some(scheme), address),
            None => (None, text),
        };
        if scheme.is_some_and(|scheme| !["https", "http", "ssh", "git"].contains(&scheme)) {
            return Err(NotARemote);
        }
        let address = address.split(['?', '#']).next().unwrap_or_default();
        // A user and a password may stand before the host: they are not kept.
        let slash = address.find('/').unwrap_or(address.len());
        let address = match address.get(..slash).and_then(|authority| authority.rfind('@')) {
            Some(at) => address.get(at + 1..).unwrap_or_default(),
            None => address,
        };
        let (host, path) = match (scheme, address.split_once(':'), address.split_once('/')) {
            // git@host:owner/name, which has no scheme and a colon before any slash.
            (None, Some((host, path)), _) if !host.contains('/') => (host, path),
            (_, _, Some((host, path))) => (host.split(':').next().unwrap_or(host), path),
            _ => return Err(NotARemote),
        };
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let sound = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~".contains(c)) && part != ".."
        };
        if !host.contains('.') || !sound(host) || !path.contains('/') || !path.split('/').all(sound) {
            return Err(NotARemote);
        }
        let written = format!("{}/{path}", host.to_ascii_lowercase());
        Ok(Self { folded: written.to_ascii_lowercase().into(), written: written.into() })
    }
}

impl Remote {
    /// The address in lower case, to be compared: `github.com/kserve/kserve`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.folded
    }

    /// The address as it was written: `github.com/KServe/kserve`.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The host: `github.com`.
    #[must_use]
    pub fn host(&self) -> &str {
        self.folded.split('/').next().unwrap_or_default()
    }

    /// Owner and name in lower case: `kserve/kserve`; GitLab's may have more parts.
    #[must_use]
    pub fn path(&self) -> &str {
        self.folded.split_once('/').map_or("", |(_, path)| path)
    }

    /// Owner and name as they were written: `KServe/kserve`.
    #[must_use]
    pub fn written_path(&self) -> &str {
        self.written.split_once('/').map_or("", |(_, path)| path)
    }

    /// The address to open in a browser.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}", self.written)
    }

    /// Whether a URL lies within this repository, and what follows: for
    /// `https://github.com/kserve/kserve/commit/1234`, `commit/1234`.
    #[must_use]
    pub fn path_within<'u>(&self, url: &'u str) -> Option<&'u str> {
        let (scheme, address) = url.split_once("://")?;
        if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
            return None;
        }
        let address = address.strip_prefix("www.").unwrap_or(address);
        let head = address.get(..self.folded.len())?;
        if !head.eq_ignore_ascii_case(&self.folded) {
            return None;
        }
        let rest = address.get(self.folded.len()..)?;
        let rest = rest.strip_prefix(".git").unwrap_or(rest);
        match rest.strip_prefix('/') {
            Some(within) => Some(within),
            None => (rest.is_empty() || rest.starts_with(['?', '#'])).then_some(""),
        }
    }
}

impl fmt::Display for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_address_is_the_same_remote() {
        for text in [
            "https://github.com/KServe/kserve.git",
            "https://github.com/kserve/kserve/",
            "http://github.com/kserve/kserve",
            "git@github.com:kserve/kserve.git",
            "ssh://git@github.com:22/kserve/kserve",
            "ssh://git@github.com/kserve/kserve",
            "git+https://github.com/kserve/kserve",
            "github.com/kserve/kserve",
            "https://user:ghp_secret@github.com/kserve/kserve",
        ] {
            assert_eq!(text.parse::<Remote>().unwrap().as_str(), "github.com/kserve/kserve", "{text}");
        }
    }

    #[test]
    fn an_address_keeps_its_case_and_is_compared_without_it() {
        let written: Remote = "https://GitHub.com/KServe/KServe.git".parse().unwrap();
        assert_eq!(written, "github.com/kserve/kserve".parse().unwrap());
        assert_eq!(
            (written.url().as_str(), written.written_path()),
            ("https://github.com/KServe/KServe", "KServe/KServe")
        );
        assert_eq!((written.as_str(), written.path()), ("github.com/kserve/kserve", "kserve/kserve"));
    }

    #[test]
    fn paths_and_nonsense_are_no_remote() {
        for text in
            ["", "/srv/git/x.git", "../x", "file:///x/y/z", "origin", "https://github.com", "https://github.com/a/.."]
        {
            assert!(text.parse::<Remote>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_url_within_is_told_from_one_beside() {
        let remote: Remote = "github.com/kserve/kserve".parse().unwrap();
        assert_eq!(remote.path_within("https://github.com/KServe/kserve/commit/12"), Some("commit/12"));
        assert_eq!(remote.path_within("https://github.com/kserve/kserve"), Some(""));
        assert_eq!(remote.path_within("https://github.com/kserve/kserve-other/commit/12"), None);
        assert_eq!(remote.path_within("javascript://github.com/kserve/kserve/"), None);
        assert_eq!(remote.path_within("https://evil.example/github.com/kserve/kserve"), None);
    }
}
