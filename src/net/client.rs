//! Requests that are tried again, within bounds of time, memory and patience.

use std::io::Read;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use reqwest::blocking::{RequestBuilder, Response};
use reqwest::header::{self, HeaderName, HeaderValue};
use reqwest::{StatusCode, Url};

use super::address::{is_loopback, may_carry, shown};
use super::ask::{Answer, Ask, Check, Whole};
use super::failure::{Failure, FailureKind};
use super::link::next_page;
use super::observe::Observer;
use super::patience::{Patience, Waits};
use super::spending::{Spending, Traffic};
use super::stream::{Stream, plain};
use super::wait::{Limit, limit};
use crate::limits::{Exceeded, Limits, REDIRECTS};

/// How many times as long as it may be silent a server may take for a page.
/// At 513 bytes a second, just above the slowest that is allowed, a page holds each try for so
/// long; the time of the whole sync bounds that.
const LONGEST: u32 = 10;

/// Asks servers.
pub struct Client<'o> {
    http: reqwest::blocking::Client,
    /// For this machine: no proxy comes between, which would see what is sent.
    direct: reqwest::blocking::Client,
    waits: Waits,
    pub(crate) spending: Spending,
    limits: Limits,
    pub(crate) observer: &'o dyn Observer,
    /// Seconds since 1970, for a server that does not say what time it is.
    pub(crate) now: i64,
}

impl std::fmt::Debug for Client<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("patience", &self.waits.patience).finish_non_exhaustive()
    }
}

impl<'o> Client<'o> {
    /// A client. Proxies are those of the environment, trusted certificates
    /// those of the system, or of `SSL_CERT_FILE`.
    ///
    /// # Errors
    /// The system has no certificates to trust.
    pub fn new(patience: Patience, limits: &Limits, now: i64, observer: &'o dyn Observer) -> Result<Self, Failure> {
        let clients = builder(&patience).build().and_then(|http| Ok((http, builder(&patience).no_proxy().build()?)));
        let (http, direct) = clients.map_err(|error| Failure::unprepared(&error))?;
        let begun = Instant::now();
        let spending = Spending::new(limits, begun);
        let waits = Waits::new(patience, begun, spending.ends);
        Ok(Self { http, direct, waits, spending, limits: *limits, observer, now })
    }

    /// What was asked for and came so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.spending.traffic()
    }

    /// Asks until there is a whole answer that `check` finds sound, or patience ends.
    pub(crate) fn ask(&self, ask: &Ask<'_>, check: &Check<'_>) -> Result<Answer, Failure> {
        let hush = |failure| if ask.hushed { hushed(ask, failure) } else { failure };
        self.patiently(ask.base.host(), &mut || {
            let response = self.follow(ask).map_err(hush)?;
            if response.status() == StatusCode::NOT_MODIFIED {
                return Ok(Answer::Same(next_page(response.headers(), response.url())));
            }
            let (etag, last_modified) = (text(&response, "etag"), text(&response, "last-modified"));
            let next = next_page(response.headers(), response.url());
            let bytes = self.body(response, self.limits.advisory_file).map_err(hush)?;
            check(&bytes).map_err(|why| hush(why.at(&shown(&ask.url))))?;
            Ok(Answer::Whole(Whole { bytes, etag, last_modified, next }))
        })
    }

    /// Asks once to change something. A failure other than a plain refusal does not
    /// say that nothing was changed: the answer may be what was lost.
    pub(crate) fn change(&self, ask: &Ask<'_>) -> Result<(), Failure> {
        let response = self.follow(ask)?;
        self.body(response, self.limits.advisory_file).map(|_| ())
    }

    /// Tries something until it works, is hopeless, or patience ends.
    pub(crate) fn patiently<T>(
        &self,
        host: &str,
        attempt: &mut dyn FnMut() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.waits.patiently(host, self.observer, attempt)
    }

    /// A body on its way.
    pub(crate) fn stream(&self, response: Response, of: Option<u64>, longest: Option<Duration>) -> Stream<'_> {
        Stream::new(response, of, longest, &self.waits.patience, &self.spending, self.observer)
    }

    /// Sends a request and follows where it leads. The token goes to the
    /// service's own scheme, host and port only.
    pub(crate) fn follow(&self, ask: &Ask<'_>) -> Result<Response, Failure> {
        let mut url = ask.url.clone();
        for _ in 0..=REDIRECTS {
            let response = self.send(ask, &url)?;
            let status = response.status();
            if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
                return self.accept(ask, response);
            }
            url = redirected(ask, &url, &response)?;
        }
        Err(Failure::lasting(format!("{} redirects in circles", shown(&ask.url))))
    }

    fn send(&self, ask: &Ask<'_>, url: &Url) -> Result<Response, Failure> {
        self.waits.hold();
        self.spending.is_spent()?;
        let method = ask.method.clone();
        let client = if is_loopback(url) { &self.direct } else { &self.http };
        let mut request: RequestBuilder = client.request(method.clone(), url.clone());
        let at_home = ask.base.is_home_of(url);
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        if ask.headers.iter().all(|(name, _)| *name != "accept-encoding") {
            request = request.header(header::ACCEPT_ENCODING, "gzip");
        }
        if let Some(body) = &ask.body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body.clone());
        }
        if let Some(token) = ask.token.filter(|_| at_home) {
            let (name, value) = token.header();
            request = request.header(name, value);
        }
        if let Some(known) = ask.known {
            let value = |text: Option<&str>| text.and_then(|text| HeaderValue::from_str(text).ok());
            let conditions: [(HeaderName, Option<HeaderValue>); 2] =
                [(header::IF_NONE_MATCH, value(known.etag)), (header::IF_MODIFIED_SINCE, value(known.last_modified))];
            for (name, value) in conditions {
                if let Some(value) = value {
                    request = request.header(name, value);
                }
            }
        }
        self.spending.requests.fetch_add(1, Ordering::Relaxed);
        let response = request.send().map_err(|error| Failure::of_request(&error, url))?;
        let place = if ask.hushed { ask.base.to_string() } else { shown(url) };
        self.observer.asked(method.as_str(), &place, response.status().as_u16());
        Ok(response)
    }

    /// Turns a refusal into a failure.
    fn accept(&self, ask: &Ask<'_>, response: Response) -> Result<Response, Failure> {
        let status = response.status();
        if status == StatusCode::NOT_MODIFIED && ask.known.is_some() {
            self.spending.unchanged.fetch_add(1, Ordering::Relaxed);
            return Ok(response);
        }
        if status.is_success() {
            return Ok(response);
        }
        let (headers, url) = (response.headers().clone(), response.url().clone());
        // A refusal is short; who sends more is not listened to.
        let body = self.body(response, 64 << 10).unwrap_or_default();
        let place = shown(&url);
        match limit(status.as_u16(), &headers, &body, self.now) {
            Some(Limit::Wait(wait)) => {
                let seconds = wait.as_secs();
                let name = ask.token_name;
                let hint = if ask.token.is_none() {
                    format!("; with a token ({name}) the limit is higher")
                } else {
                    String::new()
                };
                let what = format!("{place} allows no more requests for {seconds} s ({status}){hint}");
                Err(Failure::new(FailureKind::Limited(Some(seconds)), what))
            }
            Some(Limit::Unsaid) => {
                let what = format!("{place} asks to slow down ({status})");
                Err(Failure::new(FailureKind::Limited(None), what))
            }
            None => {
                let token = ask.token.filter(|_| ask.base.is_home_of(&url));
                Err(Failure::of_status(status.as_u16(), &url, token.is_some(), ask.token_name))
            }
        }
    }

    /// The whole body, inflated, of at most so many bytes.
    fn body(&self, response: Response, largest: u64) -> Result<Vec<u8>, Failure> {
        let url = response.url().clone();
        let gzip = text(&response, "content-encoding").is_some_and(|encoding| encoding.eq_ignore_ascii_case("gzip"));
        let of = response.content_length();
        let stream = self.stream(response, of, Some(self.waits.patience.timeout * LONGEST));
        let mut bytes = Vec::new();
        let read = if gzip {
            flate2::read::MultiGzDecoder::new(stream).take(largest + 1).read_to_end(&mut bytes)
        } else {
            stream.take(largest + 1).read_to_end(&mut bytes)
        };
        self.spending.inflated.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        // Where it breaks off for that, it is not asked for again.
        self.spending.is_spent()?;
        read.map_err(|error| Failure::passing(format!("{}: the answer breaks off ({})", shown(&url), plain(&error))))?;
        if bytes.len() as u64 > largest {
            let error = Exceeded::new("the answer has", "advisory-file", largest);
            return Err(Failure::lasting(format!("{}: {error}", shown(&url))));
        }
        Ok(bytes)
    }
}

/// What all connections have in common.
pub(crate) fn builder(patience: &Patience) -> reqwest::blocking::ClientBuilder {
    // The first provider stays; another one of the program is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::blocking::Client::builder()
        .user_agent(concat!("secnotes/", env!("CARGO_PKG_VERSION")))
        // Each redirect is looked at, see `follow`.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(patience.timeout)
        .timeout(patience.timeout)
}

/// Where a redirect leads, if it may be followed there.
fn redirected(ask: &Ask<'_>, url: &Url, response: &Response) -> Result<Url, Failure> {
    // RFC 9110, 15.4: only these two keep the method and what is sent.
    let keeps_the_method = matches!(response.status().as_u16(), 307 | 308);
    if ask.changes() && !keeps_the_method {
        return Err(Failure::lasting(format!("{} has moved, and takes no changes there", shown(url))));
    }
    let target = response.headers().get(header::LOCATION).and_then(|target| target.to_str().ok());
    let next = target.and_then(|target| url.join(target).ok());
    let Some(next) = next else {
        return Err(Failure::lasting(format!("{} redirects to nowhere", shown(url))));
    };
    if !ask.base.is_home_of(&next) {
        let host = next.host_str().unwrap_or_default();
        if !ask.elsewhere {
            return Err(Failure::lasting(format!(
                "{} redirects to another host, {host}, which is not asked; correct the service's address \
                 in secnotes.toml",
                shown(url)
            )));
        }
        if is_loopback(&next) && !ask.base.is_loopback() {
            return Err(Failure::lasting(format!(
                "{} redirects to {host}, which is this machine, and is not asked",
                shown(url)
            )));
        }
        let same_trust = may_carry(&next) && (next.scheme() == "https" || ask.base.is_loopback());
        if !same_trust {
            return Err(Failure::lasting(format!("{} redirects to {host} without encryption", shown(url))));
        }
    }
    Ok(next)
}

/// The same failure without the address, which names what is not published.
fn hushed(ask: &Ask<'_>, failure: Failure) -> Failure {
    Failure::new(failure.kind, format!("{} does not answer as it should", ask.base))
}

/// A header's text.
pub(crate) fn text(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
