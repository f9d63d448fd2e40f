//! What the advisories of a run may take of the memory.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use crate::limits::{Exceeded, Limits};

/// What an object of a record takes beside its members: the largest part of a
/// record, an `affected`, has 432 bytes, and a map with one field as many again.
const OBJECT: u64 = 640;

/// What a list takes beside its items: room for four of them.
const LIST: u64 = 320;

/// What a value takes, which is an item or a member.
const VALUE: u64 = 80;

/// What a text or a name takes beside its letters.
const TEXT: u64 = 40;

/// The room that all advisories of a run share, wherever they come from: files
/// are read side by side, and each takes of it before it is read and before it is
/// parsed. A byte of JSON may become three hundred in memory (`{},`), so that
/// values are counted, not bytes alone.
///
/// What was taken is not given back, so that the same files are too much on every
/// machine, however many cores read them.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    taken: AtomicU64,
    held: Mutex<u64>,
    given_back: Condvar,
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
        Self { limits: *limits, taken: AtomicU64::new(0), held: Mutex::new(0), given_back: Condvar::new() }
    }

    /// The largest file of records, in bytes.
    pub(crate) const fn largest_file(&self) -> u64 {
        self.limits.advisory_file
    }

    /// Takes so many bytes.
    ///
    /// # Errors
    /// There are not so many left.
    pub fn take(&self, bytes: u64) -> Result<(), Exceeded> {
        let before = self.taken.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > self.limits.advisories { Err(self.exceeded()) } else { Ok(()) }
    }

    /// Takes what a JSON text becomes when it is parsed and kept; its own bytes
    /// are taken already.
    ///
    /// # Errors
    /// There is not so much left.
    pub fn take_parsed(&self, text: &[u8]) -> Result<(), Exceeded> {
        self.take(parsed(text))
    }

    /// Takes what a text of YAML becomes when it is parsed and kept.
    ///
    /// # Errors
    /// There is not so much left.
    pub(super) fn take_parsed_yaml(&self, text: &[u8]) -> Result<(), Exceeded> {
        self.take(parsed_yaml(text))
    }

    /// Whether what is made of one text of YAML fits at all.
    ///
    /// # Errors
    /// It does not.
    pub(super) fn fits_yaml(&self, text: &[u8]) -> Result<(), Exceeded> {
        if parsed_yaml(text) > self.limits.advisories { Err(self.exceeded()) } else { Ok(()) }
    }

    /// Whether what is made of one JSON text fits at all, and is let go of before
    /// the next.
    ///
    /// # Errors
    /// It does not.
    pub fn fits(&self, text: &[u8]) -> Result<(), Exceeded> {
        if whole(text) > self.limits.advisories { Err(self.exceeded()) } else { Ok(()) }
    }

    /// Lends what a JSON text becomes when it is parsed, so many times, until the
    /// loan is dropped. Waits while others have too much: whoever holds a loan waits for nobody.
    ///
    /// # Errors
    /// It does not fit at all.
    pub fn lend(&self, text: &[u8], times: u64) -> Result<Loan<'_>, Exceeded> {
        let bytes = whole(text).saturating_mul(times);
        if bytes > self.limits.advisories {
            return Err(self.exceeded());
        }
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |held: &mut u64| *held > 0 && held.saturating_add(bytes) > self.limits.advisories;
        let mut held = self.given_back.wait_while(held, full).unwrap_or_else(PoisonError::into_inner);
        *held = held.saturating_add(bytes);
        Ok(Loan { budget: self, bytes })
    }

    fn exceeded(&self) -> Exceeded {
        Exceeded::new("in memory the advisories take", "advisories", self.limits.advisories)
    }
}

/// A part of a budget, given back at its end.
#[derive(Debug)]
pub struct Loan<'b> {
    budget: &'b Budget,
    bytes: u64,
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let mut held = self.budget.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = held.saturating_sub(self.bytes);
        self.budget.given_back.notify_all();
    }
}

/// A JSON text and what it becomes.
fn whole(text: &[u8]) -> u64 {
    parsed(text).saturating_add(text.len() as u64)
}

/// What a JSON text becomes at most, in bytes, beside its letters. Whatever is no JSON is counted up
/// to its end, and parsed up to its first fault.
fn parsed(text: &[u8]) -> u64 {
    let (mut sum, mut rest) = (0, text);
    while let [byte, after @ ..] = rest {
        rest = after;
        sum += match byte {
            b'{' => OBJECT,
            b'[' => LIST,
            b',' => VALUE,
            b'"' => {
                rest = after_text(after);
                TEXT
            }
            _ => 0,
        };
    }
    sum
}

/// What a text of YAML becomes at most: what it has of JSON's form, and a value
/// for each line, which may begin a list or an object.
fn parsed_yaml(text: &[u8]) -> u64 {
    let of_line = |line: &[u8]| {
        let line = line.trim_ascii();
        let item = line.starts_with(b"-");
        let object = line.ends_with(b":") || item && line.contains(&b':');
        VALUE + TEXT + if item { LIST } else { 0 } + if object { OBJECT } else { 0 }
    };
    parsed(text) + text.split(|c| *c == b'\n').map(of_line).sum::<u64>()
}

/// What follows a text's closing quote. Texts are most of a record.
fn after_text(mut text: &[u8]) -> &[u8] {
    while let Some(at) = memchr::memchr2(b'"', b'\\', text) {
        let is_end = text.get(at) == Some(&b'"');
        text = text.get(at + if is_end { 1 } else { 2 }..).unwrap_or_default();
        if is_end {
            return text;
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(advisories: u64) -> Budget {
        Budget::new(&Limits { advisories, ..Limits::default() })
    }

    #[test]
    fn lines_of_yaml_are_values() {
        assert_eq!(parsed_yaml(b"a: 1\nb: 2"), 2 * (VALUE + TEXT));
        assert_eq!(parsed_yaml(b"a:\n- b: {}\n- c"), 3 * (VALUE + TEXT) + 2 * LIST + 3 * OBJECT);
        let long = "k: 1\n".repeat(10_000);
        assert!(budget(1 << 20).fits_yaml(long.as_bytes()).is_err());
        assert!(budget(8 << 20).fits_yaml(long.as_bytes()).is_ok());
        assert!(budget(8 << 20).take_parsed_yaml(long.as_bytes()).is_ok());
    }

    #[test]
    fn values_are_counted_and_texts_are_not_looked_into() {
        assert_eq!((parsed(b"{}"), whole(b"{}")), (OBJECT, 2 + OBJECT));
        assert_eq!(parsed(br#"["a{[,\"","b"]"#), LIST + VALUE + 2 * TEXT);
        assert_eq!(parsed(br#""\\",{"#), TEXT + VALUE + OBJECT);
        assert_eq!(parsed(b"\"no end {{{"), TEXT);
    }

    #[test]
    fn what_was_taken_is_gone_and_what_was_lent_comes_back() {
        let budget = budget(1_000);
        drop(budget.lend(b"[]", 2).unwrap());
        drop(budget.lend(b"{}", 1).unwrap());
        assert!(budget.lend(b"{}", 2).is_err() && budget.fits(b"[{},{}]").is_err());
        budget.take_parsed(b"{}").unwrap();
        let error = budget.take_parsed(b"{}").unwrap_err().to_string();
        assert!(error.contains("limit `advisories`"), "{error}");
    }

    #[test]
    fn who_does_not_fit_beside_others_waits_for_them() {
        let budget = budget(1_000);
        let most = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let loan = budget.lend(b"{}", 1).unwrap();
                    most.fetch_max(*budget.held.lock().unwrap(), Ordering::Relaxed);
                    drop(loan);
                });
            }
        });
        assert!((642..=1_000).contains(&most.into_inner()));
        assert_eq!(*budget.held.lock().unwrap(), 0);
    }
}
