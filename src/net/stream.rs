//! Bodies of answers as they come.

use std::io::Read;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use reqwest::blocking::Response;

use super::observe::Observer;
use super::patience::Patience;
use super::spending::Spending;
use crate::limits::SLOWEST;

/// A body on its way, counted, and held to a pace.
pub(crate) struct Stream<'c> {
    spending: &'c Spending,
    observer: &'c dyn Observer,
    /// How long a slow one is waited for.
    window: Duration,
    response: Response,
    of: Option<u64>,
    begun: Instant,
    longest: Option<Duration>,
    got: u64,
}

impl<'c> Stream<'c> {
    /// The body of a response: of so many bytes, where it says, and for so long at
    /// most, where that matters.
    pub(crate) fn new(
        response: Response,
        of: Option<u64>,
        longest: Option<Duration>,
        patience: &Patience,
        spending: &'c Spending,
        observer: &'c dyn Observer,
    ) -> Self {
        Self { spending, observer, window: patience.timeout * 2, response, of, begun: Instant::now(), longest, got: 0 }
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let took = self.begun.elapsed();
        // No server may hold a sync longer than all of them together.
        let late = Instant::now() >= self.spending.ends;
        let crawls = took > self.window && self.got < SLOWEST.saturating_mul(took.as_secs());
        if late || crawls || self.longest.is_some_and(|longest| took > longest) {
            return Err(std::io::ErrorKind::TimedOut.into());
        }
        let count = self.response.read(buffer)?;
        self.got += count as u64;
        self.spending.bytes.fetch_add(count as u64, Ordering::Relaxed);
        self.observer.bytes(count as u64, self.of);
        Ok(count)
    }
}

/// What went wrong while a body was read, without the address.
pub(crate) fn plain(error: &std::io::Error) -> String {
    let inner = error.get_ref().and_then(std::error::Error::source);
    let mut last = inner;
    while let Some(next) = last.and_then(std::error::Error::source) {
        last = Some(next);
    }
    match (last, error.kind()) {
        (_, std::io::ErrorKind::TimedOut) => "it comes too slowly".to_owned(),
        (Some(cause), _) => cause.to_string(),
        (None, kind) => kind.to_string(),
    }
}
