//! GitLab.
//! Source: GitLab, "Releases API"; "REST API", about paths of projects and moved projects.

use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use super::dialect::{Dialect, PER_PAGE};
use super::release::Release;
use crate::model::TagName;
use crate::net::Base;

/// GitLab's dialect. It has no drafts, and knows a release by its tag.
pub(super) struct GitLab;

#[derive(Deserialize)]
struct Told {
    tag_name: String,
    description: Option<String>,
    #[serde(rename = "_links")]
    links: Option<Links>,
}

#[derive(Deserialize)]
struct Links {
    #[serde(rename = "self")]
    page: Option<String>,
}

impl Dialect for GitLab {
    fn by_tag(&self, base: &Base, repository: &str, tag: &TagName) -> Url {
        base.at(["projects", repository, "releases", tag.as_str()], &[])
    }

    fn page(&self, base: &Base, repository: &str, number: &str) -> Url {
        base.at(["projects", repository, "releases"], &[("per_page", PER_PAGE), ("page", number)])
    }

    fn known(&self, base: &Base, repository: &str, release: &Release) -> Url {
        self.by_tag(base, repository, &release.tag)
    }

    fn method(&self) -> Method {
        Method::PUT
    }

    fn change(&self, _: &Release, body: &str) -> Value {
        json!({ "description": body })
    }

    fn read(&self, json: &RawValue) -> Result<Release, serde_json::Error> {
        let told: Told = serde_json::from_str(json.get())?;
        Ok(Release {
            id: None,
            tag: TagName::new(&told.tag_name),
            body: told.description.unwrap_or_default(),
            draft: false,
            immutable: false,
            url: told.links.and_then(|links| links.page),
            etag: None,
        })
    }

    fn accepts(&self) -> &'static str {
        "application/json"
    }

    fn longest_body(&self) -> Option<usize> {
        Some(1_000_000)
    }

    fn has_drafts(&self) -> bool {
        false
    }

    fn token_name(&self) -> &'static str {
        "GITLAB_TOKEN"
    }

    fn reads(&self) -> &'static str {
        "a private project needs the scope `read_api` and the role Guest, where its code is private Reporter"
    }

    fn writes(&self) -> &'static str {
        "it needs the scope `api` and the role Developer, and for a protected tag who may make such tags; the token of \
         a CI job (CI_JOB_TOKEN) may do what the person may who started it"
    }
}
