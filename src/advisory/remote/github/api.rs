//! GitHub's REST API, asked in the newest version that a server knows.

use std::cell::Cell;

use reqwest::Url;

use crate::advisory::remote::client::{Client, known_as};
use crate::advisory::store::Page;
use crate::net::{Answer, Ask, Base, Failure, FailureKind, Token, is_json};

/// The version of the API that this speaks, and the one before, which servers
/// of older releases know.
const VERSIONS: [&str; 2] = ["2026-03-10", "2022-11-28"];

/// Advisories of a page; the API's largest.
pub(super) const PER_PAGE: &str = "100";

/// Without a token an hour has 60 requests: so many are spent on ids that
/// commits name and that OSV does not know.
pub(super) const NAMED_WITHOUT_TOKEN: usize = 20;

/// Asks one service, in the newest version of the API that it knows.
pub(super) struct Api<'a, 'o> {
    client: &'a Client<'o>,
    pub(super) base: &'a Base,
    pub(super) token: Option<&'a Token>,
    version: Cell<usize>,
}

impl<'a, 'o> Api<'a, 'o> {
    pub(super) const fn new(client: &'a Client<'o>, base: &'a Base, token: Option<&'a Token>) -> Self {
        Self { client, base, token, version: Cell::new(0) }
    }

    pub(super) fn get(&self, url: &Url, known: Option<&Page>) -> Result<Answer, Failure> {
        self.ask(url, known, false)
    }

    /// Asks for something whose very address is not for others.
    pub(super) fn get_hushed(&self, url: &Url) -> Result<Answer, Failure> {
        self.ask(url, None, true)
    }

    fn ask(&self, url: &Url, known: Option<&Page>, hushed: bool) -> Result<Answer, Failure> {
        loop {
            let version = VERSIONS.get(self.version.get()).copied().unwrap_or_default();
            let mut ask = Ask::get(self.base, url.clone());
            ask.token = self.token;
            ask.known = known.map(known_as);
            ask.hushed = hushed;
            ask.headers = vec![
                ("accept", "application/vnd.github+json".to_owned()),
                ("x-github-api-version", version.to_owned()),
            ];
            match self.client.ask(&ask, &is_json) {
                // A server that does not know the version says so with 400.
                Err(failure)
                    if failure.kind == FailureKind::Refused(400) && self.version.get() + 1 < VERSIONS.len() =>
                {
                    self.version.set(self.version.get() + 1);
                }
                answer => return answer,
            }
        }
    }
}
