//! Questions to servers, and their answers.

use reqwest::{Method, Url};
use serde_json::value::RawValue;

use super::address::Base;
use super::failure::Failure;
use super::token::Token;

/// A question to a service.
pub(crate) struct Ask<'a> {
    /// The service.
    pub(crate) base: &'a Base,
    /// The address; it lies at the service.
    pub(crate) url: Url,
    pub(crate) method: Method,
    /// What is sent along.
    pub(crate) body: Option<Vec<u8>>,
    /// Sent to the service, and to nobody else.
    pub(crate) token: Option<&'a Token>,
    /// The variable of the environment that gives a token.
    pub(crate) token_name: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// What is known of the answer already.
    pub(crate) known: Option<Known<'a>>,
    /// Whether another host may answer in its place: one that keeps files may, an API may not.
    pub(crate) elsewhere: bool,
    /// Whether the address itself names what is not published.
    pub(crate) hushed: bool,
}

impl<'a> Ask<'a> {
    pub(crate) const fn get(base: &'a Base, url: Url) -> Self {
        Self {
            base,
            url,
            method: Method::GET,
            body: None,
            token: None,
            token_name: "GH_TOKEN",
            headers: Vec::new(),
            known: None,
            elsewhere: false,
            hushed: false,
        }
    }

    /// A question that needs more words than an address has.
    pub(crate) fn post(base: &'a Base, url: Url, body: Vec<u8>) -> Self {
        Self { method: Method::POST, body: Some(body), ..Self::get(base, url) }
    }

    /// Whether it changes something at the service; a question that is posted does not.
    pub(crate) fn changes(&self) -> bool {
        !matches!(self.method, Method::GET | Method::POST)
    }
}

/// What a server called the answer that is known.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) etag: Option<&'a str>,
    pub(crate) last_modified: Option<&'a str>,
}

/// Whether an answer is sound, and if not, why.
pub(crate) type Check<'c> = dyn Fn(&[u8]) -> Result<(), Failure> + 'c;

/// An answer.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It is what is known already; the page after it, if the server says.
    Same(Option<Url>),
    Whole(Whole),
}

/// A body that came to its end.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) bytes: Vec<u8>,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
    /// The page after this one.
    pub(crate) next: Option<Url>,
}

/// What a server cannot say to whom knows nothing.
pub(crate) fn nothing_known() -> Failure {
    Failure::lasting("the server says that nothing changed, and nothing was known")
}

/// Whether a body is whole JSON. What is wrong is said without quoting it.
pub(crate) fn is_json(bytes: &[u8]) -> Result<(), Failure> {
    serde_json::from_slice::<&RawValue>(bytes).map(|_| ()).map_err(|error| {
        Failure::passing(format!("the answer is no whole JSON (line {}, column {})", error.line(), error.column()))
    })
}
