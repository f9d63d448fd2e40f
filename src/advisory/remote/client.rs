//! Asks servers for advisories, of which an answer may hold only so many.

use std::ops::Deref;

use crate::advisory::Budget;
use crate::advisory::store::Page;
use crate::limits::Limits;
use crate::net::{self, Answer, Ask, Check, Failure, Known, Observer, Patience, nothing_known};

/// Asks servers for advisories.
#[derive(Debug)]
pub struct Client<'o> {
    web: net::Client<'o>,
    limits: Limits,
    /// What the advisories of one answer may take.
    pub(super) budget: Budget,
}

impl<'o> Deref for Client<'o> {
    type Target = net::Client<'o>;

    fn deref(&self) -> &Self::Target {
        &self.web
    }
}

impl<'o> Client<'o> {
    /// A client; see [`net::Client::new`].
    ///
    /// # Errors
    /// The system has no certificates to trust.
    pub fn new(patience: Patience, limits: &Limits, now: i64, observer: &'o dyn Observer) -> Result<Self, Failure> {
        let web = net::Client::new(patience, limits, now, observer)?;
        Ok(Self { web, limits: *limits, budget: Budget::new(limits) })
    }

    /// The room for answers that are kept until all of a group are there.
    pub(super) const fn room(&self) -> Budget {
        Budget::new(&self.limits)
    }

    /// Asks until there is a whole answer that `check` finds sound, or patience ends.
    pub(super) fn ask(&self, ask: &Ask<'_>, check: &Check<'_>) -> Result<Answer, Failure> {
        self.web.ask(ask, &|bytes| {
            self.budget.fits(bytes).map_err(|error| Failure::lasting(error.to_string()))?;
            check(bytes)
        })
    }

    /// Asks for something of which nothing is known yet.
    pub(super) fn fetch(&self, ask: &Ask<'_>, check: &Check<'_>) -> Result<Vec<u8>, Failure> {
        match self.ask(ask, check)? {
            Answer::Whole(whole) => Ok(whole.bytes),
            Answer::Same(_) => Err(nothing_known()),
        }
    }
}

/// What a server called a page that the store knows.
pub(super) fn known_as(page: &Page) -> Known<'_> {
    Known { etag: page.etag.as_deref(), last_modified: page.last_modified.as_deref() }
}
