//! What the advisories of a run may take of the memory.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::limits::{Exceeded, Limits};

/// The room that all advisories of a run share, wherever they come from: files
/// are read side by side, and each takes of it before it is read.
///
/// What was taken is not given back, so that the same files are too much on every
/// machine, however many cores read them.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    taken: AtomicU64,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(&Limits::default())
    }
}

impl Budget {
    /// A budget of [`Limits::advisories`] bytes, of which nothing is taken.
    #[must_use]
    pub const fn new(limits: &Limits) -> Self {
        Self { limits: *limits, taken: AtomicU64::new(0) }
    }

    /// The largest file of records, in bytes.
    pub(super) const fn largest_file(&self) -> u64 {
        self.limits.advisory_file
    }

    /// Takes so many bytes.
    ///
    /// # Errors
    /// There are not so many left.
    pub(super) fn take(&self, bytes: u64) -> Result<(), Exceeded> {
        let before = self.taken.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > self.limits.advisories {
            return Err(Exceeded::new("the advisories take", "advisories", self.limits.advisories));
        }
        Ok(())
    }
}
