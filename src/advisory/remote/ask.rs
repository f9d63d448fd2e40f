//! Questions to servers, and their answers.

use reqwest::Url;
use serde_json::value::RawValue;

use super::address::Base;
use super::failure::Failure;
use super::token::Token;
use crate::advisory::store::Page;

/// A question to a service.
pub(super) struct Ask<'a> {
    /// The service.
    pub(super) base: &'a Base,
    /// The address; it lies at the service.
    pub(super) url: Url,
    /// What to post; none to get.
    pub(super) body: Option<Vec<u8>>,
    /// Sent to the service, and to nobody else.
    pub(super) token: Option<&'a Token>,
    pub(super) headers: Vec<(&'static str, String)>,
    /// What is known of the answer already.
    pub(super) known: Option<&'a Page>,
    /// Whether another host may answer in its place: one that keeps files may, an API may not.
    pub(super) elsewhere: bool,
    /// Whether the address itself names what is not published.
    pub(super) hushed: bool,
}

impl<'a> Ask<'a> {
    pub(super) const fn get(base: &'a Base, url: Url) -> Self {
        Self { base, url, body: None, token: None, headers: Vec::new(), known: None, elsewhere: false, hushed: false }
    }
}

/// An answer.
#[derive(Debug)]
pub(super) enum Answer {
    /// It is what is known already; the page after it, if the server says.
    Same(Option<Url>),
    Whole(Whole),
}

/// A body that came to its end.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) bytes: Vec<u8>,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    /// The page after this one.
    pub(super) next: Option<Url>,
}

/// What a server cannot say to whom knows nothing.
pub(super) fn nothing_known() -> Failure {
    Failure::lasting("the server says that nothing changed, and nothing was known")
}

/// Whether a body is whole JSON. What is wrong is said without quoting it.
pub(super) fn is_json(bytes: &[u8]) -> Result<(), String> {
    serde_json::from_slice::<&RawValue>(bytes)
        .map(|_| ())
        .map_err(|error| format!("the answer is no whole JSON (line {}, column {})", error.line(), error.column()))
}
