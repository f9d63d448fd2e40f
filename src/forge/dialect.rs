//! What forges differ in: addresses, the members of their JSON, what they allow.

use reqwest::{Method, Url};
use serde_json::{Value, value::RawValue};

use super::release::Release;
use crate::model::TagName;
use crate::net::Base;

/// How one forge is spoken to. All of it is pure.
pub(super) trait Dialect: Sync {
    /// The address of the release of a tag.
    fn by_tag(&self, base: &Base, repository: &str, tag: &TagName) -> Url;

    /// The address of a page of the list of releases, from 1 on.
    fn page(&self, base: &Base, repository: &str, number: &str) -> Url;

    /// The address of a release that is known.
    fn known(&self, base: &Base, repository: &str, release: &Release) -> Url;

    /// How a release is changed.
    fn method(&self) -> Method;

    /// What to send for another text, and for nothing else.
    fn change(&self, release: &Release, body: &str) -> Value;

    /// A release of an answer.
    fn read(&self, json: &RawValue) -> Result<Release, serde_json::Error>;

    /// The kind of answer that is asked for.
    fn accepts(&self) -> &'static str;

    /// How many characters a text may have, where that is known.
    fn longest_body(&self) -> Option<usize>;

    /// Whether it keeps releases that only some may see, which it does not find by their tags.
    fn has_drafts(&self) -> bool;

    /// Which variable gives a token.
    fn token_name(&self) -> &'static str;

    /// The least that a token needs to read what is not public.
    fn reads(&self) -> &'static str;

    /// The least that a token needs to write.
    fn writes(&self) -> &'static str;
}

/// Releases of a page. Texts of 125,000 characters may have half a megabyte each.
pub(super) const PER_PAGE: &str = "50";
