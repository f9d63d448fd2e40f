//! Why something could not be fetched, in words that are safe to print.

use reqwest::Url;

use crate::model::line;

use super::address::shown;

/// A request that came to nothing. Its text names no secret, no query, and
/// nothing of what an answer held.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", line(what))]
#[non_exhaustive]
pub struct Failure {
    /// What happened, and what mends it.
    pub what: String,
    /// What kind of thing it is.
    pub kind: FailureKind,
}

/// Kinds of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// It may work a moment later.
    Passing,
    /// The server cannot be reached. It may be a moment later; where it was
    /// not, other requests need not find out for themselves.
    Unreachable,
    /// The server asked to wait; so many seconds, if it said.
    Limited(Option<u64>),
    /// It is not there.
    NotFound,
    /// The server wants another token (401), or one that may do more (403).
    Denied(u16),
    /// The server answers with this status, which no try changes.
    Refused(u16),
    /// It will not work the next time either.
    Lasting,
    /// The time or the bytes of the whole sync are used up: nothing else is asked.
    Spent,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, what: impl Into<String>) -> Self {
        Self { what: what.into(), kind }
    }

    /// Something that will not work the next time either.
    pub(crate) fn lasting(what: impl Into<String>) -> Self {
        Self::new(FailureKind::Lasting, what)
    }

    pub(crate) fn passing(what: impl Into<String>) -> Self {
        Self::new(FailureKind::Passing, what)
    }

    /// The same with the address of which it is said.
    pub(crate) fn at(self, address: &str) -> Self {
        Self { what: format!("{address}: {}", self.what), ..self }
    }

    /// Whether it says that what was asked for is plainly not there.
    pub(crate) fn is_gone(&self) -> bool {
        self.kind == FailureKind::NotFound
    }

    /// What keeps connections from being prepared.
    pub(crate) fn unprepared(error: &reqwest::Error) -> Self {
        let why = std::error::Error::source(error).map_or_else(String::new, |why| format!(" ({why})"));
        Self::lasting(format!(
            "cannot prepare connections{why}; install the system's certificates (ca-certificates), or name a file of \
             them with SSL_CERT_FILE"
        ))
    }

    /// What the client met on the way to a server.
    pub(crate) fn of_request(error: &reqwest::Error, url: &Url) -> Self {
        // The text of the error itself names the whole address; those below it do not.
        let mut causes = Vec::new();
        let mut cause = std::error::Error::source(error);
        while let Some(next) = cause {
            causes.push(next.to_string());
            cause = next.source();
        }
        let host = url.host_str().unwrap_or_default();
        let why = causes.last().cloned().unwrap_or_else(|| "no answer".to_owned());
        let all = causes.join(": ").to_lowercase();
        if all.contains("certificate") || all.contains("tls") || all.contains("handshake") {
            return Self::lasting(format!(
                "no trusted connection to {host}: {why}. Where a proxy inspects connections, name the file of its \
                 certificates with SSL_CERT_FILE; else check the clock and the address"
            ));
        }
        if error.is_timeout() {
            return Self::passing(format!("{host} does not answer in time"));
        }
        if error.is_connect() {
            return Self::new(
                FailureKind::Unreachable,
                format!(
                    "no connection to {host}: {why}. Behind a proxy, set HTTPS_PROXY; without a network, use --offline"
                ),
            );
        }
        Self::passing(format!("the connection to {host} broke: {why}"))
    }

    /// An answer that is neither what was asked for nor a request to wait.
    pub(crate) fn of_status(status: u16, url: &Url, with_token: bool, token_name: &str) -> Self {
        let place = shown(url);
        let denied = |what| Self::new(FailureKind::Denied(status), what);
        match status {
            401 if with_token => denied(format!(
                "{place} refuses the token (401): it is wrong, expired or revoked. Make a new one, or unset it"
            )),
            401 => denied(format!("{place} wants a token (401): set {token_name}")),
            403 => denied(format!(
                "{place} refuses (403): the token lacks the permission to read this. Repository advisories need \
                 “Repository security advisories: read”; a workflow's own token reads what is published"
            )),
            404 | 410 => Self::new(FailureKind::NotFound, format!("{place} is not there ({status})")),
            500..=599 => Self::passing(format!("{place} fails ({status})")),
            _ => Self::new(FailureKind::Refused(status), format!("{place} answers with status {status}")),
        }
    }
}
