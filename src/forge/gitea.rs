//! Gitea and Forgejo, whose API follows GitHub's.
//! Source: Gitea's and Forgejo's API 1.1, `repoGetReleaseByTag`, `repoListReleases`, `repoEditRelease`.

use reqwest::{Method, Url};
use serde_json::{Value, json, value::RawValue};

use super::dialect::{Dialect, PER_PAGE};
use super::github::{Told, number, releases};
use super::release::Release;
use crate::model::TagName;
use crate::net::Base;

/// Gitea's and Forgejo's dialect.
pub(super) struct Gitea;

impl Dialect for Gitea {
    fn by_tag(&self, base: &Base, repository: &str, tag: &TagName) -> Url {
        base.at(releases(repository, ["tags", tag.as_str()]), &[])
    }

    fn page(&self, base: &Base, repository: &str, number: &str) -> Url {
        base.at(releases(repository, []), &[("limit", PER_PAGE), ("page", number)])
    }

    fn known(&self, base: &Base, repository: &str, release: &Release) -> Url {
        base.at(releases(repository, [number(release).as_str()]), &[])
    }

    fn method(&self) -> Method {
        Method::PATCH
    }

    /// What is not sent stays. (An empty text stays, too, so that none is ever sent.)
    fn change(&self, _: &Release, body: &str) -> Value {
        json!({ "body": body })
    }

    fn read(&self, json: &RawValue) -> Result<Release, serde_json::Error> {
        serde_json::from_str::<Told>(json.get()).map(Release::from)
    }

    fn accepts(&self) -> &'static str {
        "application/json"
    }

    fn longest_body(&self) -> Option<usize> {
        None
    }

    fn has_drafts(&self) -> bool {
        true
    }

    fn token_name(&self) -> &'static str {
        "GITEA_TOKEN or FORGEJO_TOKEN"
    }

    fn reads(&self) -> &'static str {
        "a private repository needs the scope `read:repository`"
    }

    fn writes(&self) -> &'static str {
        "it needs the scope `write:repository`, and somebody who may write the repository's releases"
    }
}
