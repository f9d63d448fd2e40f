//! What a sync has used up of what it may.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::failure::{Failure, FailureKind};
use crate::limits::{Exceeded, Limits};

/// What was asked for and came, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Traffic {
    /// Requests made, each try counted.
    pub requests: u64,
    /// Of these, answered with “not modified”.
    pub unchanged: u64,
    /// Bytes of bodies as they came, compressed ones so.
    pub bytes: u64,
}

/// What was asked for and came, and how much may come.
pub(crate) struct Spending {
    limits: Limits,
    /// When the sync has to be at its end.
    pub(crate) ends: Instant,
    pub(crate) requests: AtomicU64,
    pub(crate) unchanged: AtomicU64,
    pub(crate) bytes: AtomicU64,
    /// Bytes of bodies, inflated.
    pub(crate) inflated: AtomicU64,
}

impl Spending {
    pub(crate) fn new(limits: &Limits, begun: Instant) -> Self {
        let zero = || AtomicU64::new(0);
        let (requests, unchanged, bytes, inflated) = (zero(), zero(), zero(), zero());
        let ends = begun.checked_add(limits.sync_time()).unwrap_or(begun);
        Self { limits: *limits, ends, requests, unchanged, bytes, inflated }
    }

    pub(crate) fn traffic(&self) -> Traffic {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Traffic { requests: read(&self.requests), unchanged: read(&self.unchanged), bytes: read(&self.bytes) }
    }

    /// Whether the time or the bytes of the whole sync are used up: pages without
    /// end, or that come by drops, end there.
    /// A server that names a new next page with each answer could be asked 20,000 times for five
    /// minutes each, within all bounds of a single answer.
    pub(crate) fn is_spent(&self) -> Result<(), Failure> {
        let Limits { sync_time, sync_bytes, .. } = self.limits;
        let spent = |what, limit, value| {
            let more = "what was not asked for by then is asked for by the next sync";
            Err(Failure::new(FailureKind::Spent, format!("{}; {more}", Exceeded::new(what, limit, value))))
        };
        if Instant::now() >= self.ends {
            return spent("this sync takes", "sync-time", sync_time);
        }
        if self.inflated.load(Ordering::Relaxed) > sync_bytes {
            return spent("this sync reads", "sync-bytes", sync_bytes);
        }
        Ok(())
    }
}
