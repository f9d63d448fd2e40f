//! The faults, the queue of those planned, and the exchange that suffers them.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::answer::{self, Answer};
use super::wire::Request;
use super::world::{State, World};
use super::{Shared, bomb, bulk, forge, github, lock, osv};

/// How an answer goes wrong.
pub(crate) enum Kind {
    /// This status, these headers and this body instead of the answer.
    Status(u16, Vec<(&'static str, String)>, String),
    /// The answer comes this much later.
    Slow(Duration),
    /// The body comes so many bytes at a time.
    Drip { bytes: usize, every: Duration },
    /// The right headers, so many bytes of the body, and the end.
    Cut(usize),
    /// Pages without end: each has another advisory, so many bytes, and the address
    /// of the next, which no page had. Counts them.
    Endless(AtomicUsize, usize),
    /// The length in the headers is wrong by so much; the connection ends after the body.
    Length(i64),
    /// No answer as long as the server lives.
    Hang,
    /// The connection ends without an answer.
    Reset,
    /// To this URL, with this status.
    Redirect(String, u16),
    /// A JSON array of so many bytes, nearly all of them spaces, in a thousandth of that.
    GzipBomb(u64),
    /// The right headers, tags included, over another body; never a 304.
    Body(Vec<u8>),
    /// The item at this place (from 0) of the answer's array is no JSON.
    BrokenItem(usize),
    /// The item at this place (from 0) of the answer's array has a number for its id.
    WrongItem(usize),
    /// What is asked for is done, and this status is the answer.
    Late(u16),
    /// The right answer; before the client has it, the world is changed.
    Then(Change),
    /// The limit is used up until `reset_in` seconds from now.
    RateLimited { remaining: u64, reset_in: i64, status: u16 },
    /// The limit that has no numbers.
    SecondaryLimit { retry_after: Option<u64> },
}

/// A change of the world between two answers. (`Sync`, as the threads share the kinds.)
pub(crate) type Change = Box<dyn FnOnce(&mut World) + Send + Sync>;

/// The faults to come, in the order in which they were planned.
#[derive(Default)]
pub(super) struct Queue(VecDeque<Planned>);

struct Planned {
    on: String,
    left: usize,
    fault: Kept,
}

/// A change can happen but once; the other kinds are shared by their requests.
enum Kept {
    Kind(Arc<Kind>),
    Change(Option<Change>),
}

impl Queue {
    pub(super) fn plan(&mut self, on: &str, times: usize, kind: Kind) {
        let fault = match kind {
            Kind::Then(change) => Kept::Change(Some(change)),
            kind => Kept::Kind(Arc::new(kind)),
        };
        self.0.push_back(Planned { on: on.to_owned(), left: times, fault });
    }

    fn take(&mut self, request: &Request) -> (Option<Arc<Kind>>, Option<Change>) {
        let line = format!("{} {}", request.method, request.target);
        self.0.retain(|planned| planned.left > 0);
        let Some(planned) = self.0.iter_mut().find(|planned| line.contains(&planned.on)) else { return (None, None) };
        planned.left -= 1;
        match &mut planned.fault {
            Kept::Kind(kind) => (Some(Arc::clone(kind)), None),
            Kept::Change(change) => (None, change.take()),
        }
    }
}

/// Answers one request, and says whether the connection goes on.
pub(super) fn exchange(shared: &Shared, out: &mut dyn Write, request: &Request) -> io::Result<bool> {
    let (kind, change) = lock(&shared.faults).take(request);
    let kind = kind.as_deref();
    match kind {
        Some(Kind::Hang) => {
            shared.wait(None);
            return Ok(false);
        }
        Some(Kind::Reset) => return Ok(false),
        Some(Kind::GzipBomb(size)) => return bomb::send(shared, out, *size).map(|()| true),
        Some(Kind::Slow(time)) if shared.wait(Some(*time)) => return Ok(false),
        _ => {}
    }
    let answer = kind.and_then(instead).unwrap_or_else(|| respond(shared, request, kind));
    if let Some(change) = change {
        change(lock(&shared.state).change());
    }
    deliver(shared, out, request, &answer, kind)
}

/// The answer that a fault puts in the place of the right one.
fn instead(kind: &Kind) -> Option<Answer> {
    Some(match kind {
        Kind::Status(status, headers, body) => {
            let mut answer = Answer::new(*status, "application/json", body.clone().into_bytes());
            if headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                answer.headers.clear();
            }
            answer.headers.extend(headers.iter().cloned());
            answer
        }
        Kind::Endless(count, bytes) => {
            const LETTERS: &[u8; 20] = b"23456789cfghjmpqrvwx";
            let n = count.fetch_add(1, Ordering::SeqCst);
            let letter = |by: usize| char::from(LETTERS[n / by % 20]);
            let id = format!("GHSA-2222-2222-2{}{}{}", letter(400), letter(20), letter(1));
            let mut body = json!([super::advisory(&id, "published")]).to_string();
            body.push_str(&" ".repeat(bytes.saturating_sub(body.len())));
            let next = format!("</repos/example/parcel/security-advisories?page={n}>; rel=\"next\"");
            Answer::new(200, "application/json", body.into_bytes()).with("link", next)
        }
        Kind::Redirect(url, status) => Answer::message(*status, "Moved").with("location", url),
        Kind::RateLimited { remaining, reset_in, status } => {
            Answer::message(*status, "API rate limit exceeded for 127.0.0.1.")
                .with("x-ratelimit-limit", github::LIMIT)
                .with("x-ratelimit-remaining", remaining)
                .with("x-ratelimit-reset", answer::now().saturating_add(*reset_in))
        }
        Kind::SecondaryLimit { retry_after } => {
            let text = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
            let answer = Answer::message(403, text).with("x-ratelimit-remaining", github::LIMIT - 1000);
            match retry_after {
                Some(seconds) => answer.with("retry-after", seconds),
                None => answer,
            }
        }
        _ => return None,
    })
}

/// The right answer, but for a fault in its body.
fn respond(shared: &Shared, request: &Request, kind: Option<&Kind>) -> Answer {
    let mut state = lock(&shared.state);
    let mut answer = route(&mut state, request, shared.scheme());
    if let Some(Kind::Late(status)) = kind {
        return Answer::message(*status, "Something went wrong");
    }
    let validators = !state.world.without_validators;
    drop(state);
    let spoilt = match kind {
        Some(Kind::BrokenItem(place)) => spoil(&answer.body, *place, "{\"ghsa_id\": \"GHSA-"),
        Some(Kind::WrongItem(place)) => spoil(&answer.body, *place, "{\"ghsa_id\": 5}"),
        _ => None,
    };
    if let Some(body) = spoilt {
        answer = answer.replaced(body);
    }
    if validators {
        answer = answer.tagged(request);
    }
    answer = match kind {
        Some(Kind::Body(body)) => answer.replaced(body.clone()),
        _ => answer.settled(request),
    };
    if github::is_asked(request) {
        let costs = u64::from(answer.status != 304);
        let used = shared.counted.fetch_add(costs, Ordering::SeqCst) + costs;
        answer = answer
            .with("x-ratelimit-limit", github::LIMIT)
            .with("x-ratelimit-remaining", github::LIMIT.saturating_sub(used))
            .with("x-ratelimit-reset", shared.reset);
    }
    answer.packed(request)
}

fn route(state: &mut State, request: &Request, scheme: &str) -> Answer {
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    if let Some(answer) = forge::answer(state, request, &segments) {
        return answer;
    }
    match (request.method.as_str(), &segments[..]) {
        ("GET" | "HEAD", _) if github::is_asked(request) => github::answer(state, request, &segments, scheme),
        ("GET" | "HEAD", ["bulk", ecosystem, file]) => bulk::answer(state, ecosystem, file),
        ("GET" | "HEAD", ["v1", "vulns", id]) => osv::single(&state.world, id),
        ("POST", ["v1", "query"]) => osv::query(state, &request.body),
        ("POST", ["v1", "querybatch"]) => osv::batch(state, &request.body),
        _ => Answer::message(404, "Not Found"),
    }
}

/// A JSON body whose array (itself, or its first member that is one) has other
/// text in the place of an item.
fn spoil(body: &[u8], place: usize, text: &str) -> Option<Vec<u8>> {
    const MARK: &str = "\u{fdd0}";
    let mut json: Value = serde_json::from_slice(body).ok()?;
    let list = match &mut json {
        Value::Object(members) => members.values_mut().find(|member| member.is_array())?,
        list => list,
    };
    *list.as_array_mut()?.get_mut(place)? = json!(MARK);
    Some(json.to_string().replace(&format!("\"{MARK}\""), text).into_bytes())
}

fn deliver(
    shared: &Shared,
    out: &mut dyn Write,
    request: &Request,
    answer: &Answer,
    kind: Option<&Kind>,
) -> io::Result<bool> {
    let mut body = answer.body.as_slice();
    let length = match kind {
        Some(Kind::Length(by)) => body.len().saturating_add_signed(isize::try_from(*by).unwrap_or_default()),
        _ => body.len(),
    };
    if request.method == "HEAD" {
        body = &[];
    }
    shared.send(out, answer.head(length, request.is_last()).as_bytes())?;
    match kind {
        Some(Kind::Cut(bytes)) => {
            shared.send(out, body.get(..*bytes).unwrap_or(body))?;
            return Ok(false);
        }
        Some(Kind::Drip { bytes, every }) => {
            for drop in body.chunks((*bytes).max(1)) {
                shared.send(out, drop)?;
                if shared.wait(Some(*every)) {
                    return Ok(false);
                }
            }
        }
        _ => shared.send(out, body)?,
    }
    Ok(!matches!(kind, Some(Kind::Length(_))))
}
