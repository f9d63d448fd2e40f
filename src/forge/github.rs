//! GitHub, and GitHub Enterprise.
//! Source: GitHub REST, "Releases".

use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

use super::dialect::{Dialect, PER_PAGE};
use super::release::Release;
use crate::model::TagName;
use crate::net::Base;

/// GitHub's dialect. The version of the API is not named: a server that does not
/// know one refuses it, and these members are in all of them.
pub(super) struct GitHub;

/// A release, as GitHub and Gitea tell it.
#[derive(Deserialize)]
pub(super) struct Told {
    id: u64,
    tag_name: String,
    body: Option<String>,
    draft: Option<bool>,
    immutable: Option<bool>,
    html_url: Option<String>,
}

impl From<Told> for Release {
    fn from(told: Told) -> Self {
        Self {
            id: Some(told.id),
            tag: TagName::new(&told.tag_name),
            body: told.body.unwrap_or_default(),
            draft: told.draft.unwrap_or_default(),
            immutable: told.immutable.unwrap_or_default(),
            url: told.html_url,
            etag: None,
        }
    }
}

/// The address of `repos/OWNER/NAME/releases`, and below it.
pub(super) fn releases<'p>(
    repository: &'p str,
    more: impl IntoIterator<Item = &'p str>,
) -> impl Iterator<Item = &'p str> {
    ["repos"].into_iter().chain(repository.split('/')).chain(["releases"]).chain(more)
}

/// The number of a release, for an address.
pub(super) fn number(release: &Release) -> String {
    release.id.unwrap_or_default().to_string()
}

impl Dialect for GitHub {
    fn by_tag(&self, base: &Base, repository: &str, tag: &TagName) -> Url {
        base.at(releases(repository, ["tags", tag.as_str()]), &[])
    }

    fn page(&self, base: &Base, repository: &str, number: &str) -> Url {
        base.at(releases(repository, []), &[("per_page", PER_PAGE), ("page", number)])
    }

    fn known(&self, base: &Base, repository: &str, release: &Release) -> Url {
        base.at(releases(repository, [number(release).as_str()]), &[])
    }

    fn method(&self) -> Method {
        Method::PATCH
    }

    /// Of a draft GitHub forgets the tag unless it is sent again, and calls it
    /// `untagged-…`; of an immutable release it may not be sent.
    fn change(&self, release: &Release, body: &str) -> Value {
        match release.draft {
            true => json!({ "tag_name": release.tag.as_str(), "body": body }),
            false => json!({ "body": body }),
        }
    }

    fn read(&self, json: &RawValue) -> Result<Release, serde_json::Error> {
        serde_json::from_str::<Told>(json.get()).map(Release::from)
    }

    fn accepts(&self) -> &'static str {
        "application/vnd.github+json"
    }

    fn longest_body(&self) -> Option<usize> {
        Some(125_000)
    }

    fn has_drafts(&self) -> bool {
        true
    }

    fn token_name(&self) -> &'static str {
        "GH_TOKEN"
    }

    fn reads(&self) -> &'static str {
        "a private repository needs “Contents: read”"
    }

    fn writes(&self) -> &'static str {
        "it needs `permissions: contents: write` in a workflow, “Contents: read and write” of a fine-grained token, or \
         the scope `repo` of a classic one (`public_repo` where all can read it), and somebody who may push"
    }
}
