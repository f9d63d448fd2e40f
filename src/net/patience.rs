//! How patient a sync is, and how much of its patience is left.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::failure::{Failure, FailureKind};
use super::observe::Observer;
use super::wait::back_off;

/// How patient a sync is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Patience {
    /// How long a server may be silent. A page may take ten times as long.
    pub timeout: Duration,
    /// How often a request is tried.
    pub tries: u32,
    /// The wait before the second try; it doubles from there.
    pub first_wait: Duration,
    /// How long a sync may wait in all.
    pub budget: Duration,
}

/// Six tries that begin with a second and double wait half a minute together at most; a limit that
/// a server states is waited for as long as it says, within the budget of ten minutes.
impl Default for Patience {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            tries: 6,
            first_wait: Duration::from_secs(1),
            budget: Duration::from_secs(600),
        }
    }
}

/// The patience of a sync, which all its requests share.
pub(crate) struct Waits {
    pub(crate) patience: Patience,
    /// When the sync has to be at its end.
    ends: Instant,
    /// Hosts that could not be reached when a request last gave up on them.
    down: Mutex<BTreeSet<String>>,
    /// What is left of the budget, and until when all requests wait.
    waits: Mutex<(Duration, Instant)>,
}

impl Waits {
    pub(crate) fn new(patience: Patience, begun: Instant, ends: Instant) -> Self {
        let waits = Mutex::new((patience.budget, begun));
        Self { patience, ends, down: Mutex::default(), waits }
    }

    /// Tries something until it works, is hopeless, or patience ends.
    /// reqwest tries again without a back-off, and knows neither `Retry-After` nor GitHub's
    /// `X-RateLimit-Reset`, so that this is a loop of our own.
    pub(crate) fn patiently<T>(
        &self,
        host: &str,
        observer: &dyn Observer,
        attempt: &mut dyn FnMut() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let down = || self.down.lock().unwrap_or_else(PoisonError::into_inner);
        let mut failed = 0;
        loop {
            let failure = match attempt() {
                Ok(value) => {
                    down().remove(host);
                    return Ok(value);
                }
                Err(failure) => failure,
            };
            failed += 1;
            if failure.kind == FailureKind::Unreachable {
                let last = failed >= self.patience.tries;
                // One request has waited in vain for this host; the hundreds that follow need not.
                if down().contains(host) || last && down().insert(host.to_owned()) {
                    return Err(failure);
                }
            }
            let wait = match failure.kind {
                FailureKind::Lasting
                | FailureKind::Spent
                | FailureKind::NotFound
                | FailureKind::Denied(_)
                | FailureKind::Refused(_) => return Err(failure),
                FailureKind::Limited(Some(seconds)) => Duration::from_secs(seconds),
                FailureKind::Limited(None) | FailureKind::Passing | FailureKind::Unreachable => {
                    back_off(self.patience.first_wait, failed - 1, fastrand::f64())
                }
            };
            if failed >= self.patience.tries {
                return Err(Failure::new(failure.kind, format!("{}, tried {failed} times", failure.what)));
            }
            let asked_to = matches!(failure.kind, FailureKind::Limited(_));
            let Some(wait) = self.may_wait(wait, asked_to) else {
                let seconds = wait.as_secs();
                return Err(Failure::new(
                    failure.kind,
                    format!(
                        "{}; it would take {seconds} s to try again, and patience ends: try again later",
                        failure.what
                    ),
                ));
            };
            observer.waiting(wait.as_secs(), &failure.what);
            std::thread::sleep(wait);
        }
    }

    /// How long to wait, if the budget still has so much. A server that asks to
    /// wait asks all requests that are on their way, and it costs once.
    /// Requests run side by side, and GitHub's quota is one for all: each paying for the same wait
    /// would use the budget up at the first limit.
    fn may_wait(&self, wait: Duration, all: bool) -> Option<Duration> {
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, until) = *waits;
        let now = Instant::now();
        let end = now.checked_add(wait).filter(|end| *end < self.ends)?;
        let begins = until.max(now).min(end);
        let left = left.checked_sub(end.duration_since(begins))?;
        *waits = (left, if all { until.max(end) } else { until });
        Some(if all { until.max(end).duration_since(now) } else { wait })
    }

    /// Waits until the time that a server asked all requests to wait for.
    pub(crate) fn hold(&self) {
        let until = self.waits.lock().unwrap_or_else(PoisonError::into_inner).1;
        let rest = until.saturating_duration_since(Instant::now());
        if !rest.is_zero() {
            std::thread::sleep(rest);
        }
    }
}
