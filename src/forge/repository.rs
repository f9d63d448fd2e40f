//! A repository on a forge, asked over the network.

use serde_json::value::RawValue;

use super::dialect::Dialect;
use super::error::ForgeError;
use super::gitea::Gitea;
use super::github::GitHub;
use super::gitlab::GitLab;
use super::page::page;
use super::release::Release;
use super::releases::Releases;
use crate::limits::{RELEASE_PAGES, RELEASE_TEXTS};
use crate::model::{Forge, Remote, TagName, line};
use crate::net::{Answer, Ask, Base, Client, Failure, FailureKind, Known, Token, is_json, nothing_known, shown};

/// Where a repository's releases are.
#[derive(Clone, Debug)]
pub struct Site {
    /// What runs there.
    pub forge: Forge,
    /// Where its API answers.
    pub base: Base,
    /// The repository.
    pub remote: Remote,
}

/// The releases of this host cannot be reached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotKnown {
    /// Its name does not say what runs there.
    #[error("it is not known what {} runs: GitHub, GitLab, Gitea or Forgejo", line(.0))]
    Host(String),
    /// It has no releases with texts, or an API that is not spoken here.
    #[error("releases of {} are not spoken of here: GitHub's, GitLab's, Gitea's and Forgejo's are", line(.0))]
    Forge(String),
    /// The path is not one of a repository there.
    #[error("{} is not the address of a repository there: owner and name are", line(.0))]
    Path(String),
}

impl Site {
    /// The site of a repository: of what its host's name says unless `forge` does,
    /// at the usual address of the API unless `base` is another.
    ///
    /// # Errors
    /// The host is not known, or keeps no such repository.
    pub fn of(remote: &Remote, forge: Option<Forge>, base: Option<Base>) -> Result<Self, NotKnown> {
        let host = remote.host();
        let forge = forge.or_else(|| Forge::of(remote)).ok_or_else(|| NotKnown::Host(host.to_owned()))?;
        let usual = match forge {
            Forge::GitHub if host == "github.com" || host.ends_with(".ghe.com") => format!("https://api.{host}"),
            Forge::GitHub => format!("https://{host}/api/v3"),
            Forge::GitLab => format!("https://{host}/api/v4"),
            Forge::Gitea => format!("https://{host}/api/v1"),
            Forge::Gitee | Forge::Bitbucket => return Err(NotKnown::Forge(host.to_owned())),
        };
        // GitLab has groups within groups.
        if forge != Forge::GitLab && remote.path().split('/').count() != 2 {
            return Err(NotKnown::Path(remote.url()));
        }
        let base = base.map_or_else(|| usual.parse(), Ok).map_err(|_| NotKnown::Host(host.to_owned()))?;
        Ok(Self { forge, base, remote: remote.clone() })
    }

    fn dialect(&self) -> &'static dyn Dialect {
        match self.forge {
            Forge::GitLab => &GitLab,
            Forge::Gitea => &Gitea,
            Forge::GitHub | Forge::Gitee | Forge::Bitbucket => &GitHub,
        }
    }

    /// Which variable of the environment gives a token.
    #[must_use]
    pub fn token_name(&self) -> &'static str {
        self.dialect().token_name()
    }

    /// The least that a token needs to write a release's text.
    #[must_use]
    pub fn writes(&self) -> &'static str {
        self.dialect().writes()
    }
}

/// The releases of a repository, asked over the network.
#[derive(Debug)]
pub struct Repository<'c, 'o> {
    client: &'c Client<'o>,
    site: Site,
    token: Option<Token>,
}

impl<'c, 'o> Repository<'c, 'o> {
    /// The releases of a repository; without a token, those that all may see.
    #[must_use]
    pub const fn new(client: &'c Client<'o>, site: Site, token: Option<Token>) -> Self {
        Self { client, site, token }
    }

    fn dialect(&self) -> &'static dyn Dialect {
        self.site.dialect()
    }

    fn path(&self) -> &str {
        self.site.remote.written_path()
    }

    fn ask(&self, url: reqwest::Url) -> Ask<'_> {
        let mut ask = Ask::get(&self.site.base, url);
        ask.token = self.token.as_ref();
        ask.token_name = self.dialect().token_name();
        // What a cache on the way has may be the text of an hour ago.
        ask.headers = vec![("accept", self.dialect().accepts().to_owned()), ("cache-control", "no-cache".to_owned())];
        ask
    }

    /// One release, or what is known of it where the server says that it is that.
    fn one(&self, url: reqwest::Url, known: Option<&Release>) -> Result<Release, ForgeError> {
        let place = shown(&url);
        let mut ask = self.ask(url);
        ask.known =
            known.and_then(|known| known.etag.as_deref()).map(|etag| Known { etag: Some(etag), last_modified: None });
        let whole = match self.client.ask(&ask, &is_json).map_err(|failure| self.unread(failure))? {
            Answer::Whole(whole) => whole,
            Answer::Same(_) => return known.cloned().ok_or_else(|| nothing_known().into()),
        };
        let json: &RawValue = serde_json::from_slice(&whole.bytes).map_err(|error| unreadable(&place, &error))?;
        let release = self.dialect().read(json).map_err(|error| unreadable(&place, &error))?;
        Ok(Release { etag: whole.etag, ..release })
    }

    /// Hands over the releases of all pages until it is enough.
    fn each(&self, take: &mut dyn FnMut(Release) -> Result<(), ForgeError>) -> Result<(), ForgeError> {
        let mut last: Vec<Release> = Vec::new();
        for number in 1..=RELEASE_PAGES {
            let url = self.dialect().page(&self.site.base, self.path(), &number.to_string());
            let place = shown(&url);
            let answer = self.client.ask(&self.ask(url), &is_json).map_err(|failure| self.unread(failure))?;
            let Answer::Whole(whole) = answer else { return Err(nothing_known().into()) };
            let page = page(self.dialect(), &whole.bytes).map_err(|error| unreadable(&place, &error))?;
            // A server that does not know of pages gives the same one for ever.
            if page.is_empty() || page == last {
                return Ok(());
            }
            page.iter().cloned().try_for_each(&mut *take)?;
            last = page;
        }
        let what = format!("{} lists releases without end", self.site.remote);
        Err(Failure::new(FailureKind::Lasting, what).into())
    }

    /// What a failure to read means.
    fn unread(&self, failure: Failure) -> ForgeError {
        let repository = self.site.remote.url();
        match failure.kind {
            FailureKind::Denied(401) => self.no_token(),
            FailureKind::Denied(status) => {
                ForgeError::Denied { what: repository, doing: "read", status, mend: self.dialect().reads().to_owned() }
            }
            FailureKind::NotFound => ForgeError::NoRepository { repository, mend: self.dialect().reads().to_owned() },
            _ => failure.into(),
        }
    }

    fn no_token(&self) -> ForgeError {
        let name = self.dialect().token_name();
        let mend = match self.token {
            Some(_) => format!("that of {name} is wrong, expired or revoked"),
            None => format!("set {name}"),
        };
        ForgeError::Token { repository: self.site.remote.url(), mend }
    }

    /// A draft of a tag, or why there is no release of it.
    fn draft(&self, tag: &TagName) -> Result<Release, ForgeError> {
        let repository = self.site.remote.url();
        let mut found = Vec::new();
        self.each(&mut |release| {
            found.extend((release.tag == *tag).then_some(release));
            Ok(())
        })?;
        match found.as_slice() {
            [one] => self.again(one),
            [] => {
                let mend = match self.dialect().has_drafts() {
                    true => "make it, or a draft of it; a draft is seen with a token that may write",
                    false => "make it first",
                };
                Err(ForgeError::NoRelease { repository, tag: tag.clone(), mend: mend.to_owned() })
            }
            several => {
                let urls = several.iter().filter_map(|release| release.url.clone()).take(5).collect();
                Err(ForgeError::Several { repository, tag: tag.clone(), urls })
            }
        }
    }

    fn of_tag(&self, release: Release, tag: &TagName) -> Result<Release, ForgeError> {
        if release.tag == *tag {
            return Ok(release);
        }
        let place = release.url.unwrap_or_else(|| self.site.remote.url());
        Err(ForgeError::Unreadable { place, why: "it is the release of another tag".to_owned() })
    }
}

impl Releases for Repository<'_, '_> {
    fn release(&self, tag: &TagName) -> Result<Release, ForgeError> {
        match self.one(self.dialect().by_tag(&self.site.base, self.path(), tag), None) {
            // Drafts are not found by their tags; and whether it is the release that is not there, or the
            // repository, only the list tells.
            Err(ForgeError::NoRepository { .. }) => self.draft(tag),
            found => self.of_tag(found?, tag),
        }
    }

    fn releases(&self) -> Result<Vec<Release>, ForgeError> {
        let (mut all, mut taken) = (Vec::new(), 0);
        self.each(&mut |release| {
            taken += release.body.len();
            if taken > RELEASE_TEXTS {
                let what = format!("the releases of {} have more text than {RELEASE_TEXTS} bytes", self.site.remote);
                return Err(Failure::new(FailureKind::Lasting, what).into());
            }
            all.push(release);
            Ok(())
        })?;
        Ok(all)
    }

    fn again(&self, known: &Release) -> Result<Release, ForgeError> {
        let url = self.dialect().known(&self.site.base, self.path(), known);
        let release = self.one(url, Some(known))?;
        self.of_tag(release, &known.tag)
    }

    fn update_body(&self, release: &Release, body: &str) -> Result<(), Failure> {
        let mut ask = self.ask(self.dialect().known(&self.site.base, self.path(), release));
        ask.method = self.dialect().method();
        ask.body = Some(self.dialect().change(release, body).to_string().into_bytes());
        self.client.change(&ask)
    }

    fn refused(&self, release: &Release, failure: Failure) -> ForgeError {
        let what = release.url.clone().unwrap_or_else(|| format!("{} of {}", release.tag, self.site.remote));
        let denied =
            |status| ForgeError::Denied { what, doing: "written", status, mend: self.dialect().writes().to_owned() };
        match failure.kind {
            FailureKind::Denied(401) => self.no_token(),
            FailureKind::Denied(status) => denied(status),
            // Who may read and not write is told that there is nothing.
            FailureKind::NotFound => denied(404),
            // GitLab's answer to a change at the old path of a project.
            FailureKind::Refused(405) => ForgeError::Moved { repository: self.site.remote.url() },
            _ => failure.into(),
        }
    }

    fn longest_body(&self) -> Option<usize> {
        self.dialect().longest_body()
    }

    fn host(&self) -> &str {
        self.site.base.host()
    }
}

/// What is wrong with an answer; serde quotes texts of it.
fn unreadable(place: &str, error: &serde_json::Error) -> ForgeError {
    let why = format!("it is no release (line {}, column {})", error.line(), error.column());
    ForgeError::Unreadable { place: place.to_owned(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(url: &str) -> Result<Site, NotKnown> {
        Site::of(&url.parse().unwrap(), None, None)
    }

    #[test]
    fn an_api_is_where_its_kind_has_it() {
        for (repository, base) in [
            ("https://github.com/acme/widget", "https://api.github.com"),
            ("https://acme.ghe.com/acme/widget", "https://api.acme.ghe.com"),
            ("https://github.example.org/acme/widget", "https://github.example.org/api/v3"),
            ("https://gitlab.com/acme/tools/widget", "https://gitlab.com/api/v4"),
            ("https://codeberg.org/acme/widget", "https://codeberg.org/api/v1"),
        ] {
            assert_eq!(site(repository).unwrap().base.to_string(), base, "{repository}");
        }
        assert_eq!(site("https://git.example.org/a/b").unwrap_err(), NotKnown::Host("git.example.org".to_owned()));
        assert_eq!(site("https://bitbucket.org/a/b").unwrap_err(), NotKnown::Forge("bitbucket.org".to_owned()));
        assert!(matches!(site("https://github.com/a/b/c").unwrap_err(), NotKnown::Path(_)));
        let forge = Site::of(&"https://git.example.org/a/b".parse().unwrap(), Some(Forge::GitLab), None).unwrap();
        assert_eq!(forge.base.to_string(), "https://git.example.org/api/v4");
    }

    #[test]
    fn a_tag_of_any_name_is_one_part_of_an_address() {
        let tag = TagName::new("api/v1.0#x?y%2Fz é");
        let address = |url: &str| {
            let site = site(url).unwrap();
            site.dialect().by_tag(&site.base, site.remote.written_path(), &tag).to_string()
        };
        let encoded = "api%2Fv1.0%23x%3Fy%252Fz%20%C3%A9";
        for (repository, expected) in [
            ("https://github.com/Acme/widget", "https://api.github.com/repos/Acme/widget/releases/tags/"),
            ("https://gitlab.com/acme/t/w", "https://gitlab.com/api/v4/projects/acme%2Ft%2Fw/releases/"),
            ("https://codeberg.org/acme/widget", "https://codeberg.org/api/v1/repos/acme/widget/releases/tags/"),
        ] {
            assert_eq!(address(repository), format!("{expected}{encoded}"));
        }
    }

    #[test]
    fn what_is_no_release_is_told_without_its_text() {
        for (dialect, texts) in [
            (
                &GitHub as &dyn Dialect,
                ["{}", "[]", "null", r#"{"id":"SECRET","tag_name":"v1"}"#, r#"{"id":1,"tag_name":["SECRET"]}"#],
            ),
            (
                &GitLab,
                ["{}", "[]", "null", r#"{"tag_name":{"SECRET":1}}"#, r#"{"tag_name":"v1","description":["SECRET"]}"#],
            ),
        ] {
            for text in texts {
                let error = dialect.read(serde_json::from_str(text).unwrap()).unwrap_err();
                assert!(!unreadable("x", &error).to_string().contains("SECRET"), "{text}");
            }
        }
        let null = r#"{"id":1,"tag_name":"v1","body":null,"draft":null,"html_url":null,"new":[{}]}"#;
        assert_eq!(GitHub.read(serde_json::from_str(null).unwrap()).unwrap().body, "");
    }
}
