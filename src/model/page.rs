//! Whether a page of the web is there.

/// What became of the question for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Page {
    /// It is there, or leads on (2xx, 3xx).
    There,
    /// It is not, with this status (404, 410).
    Gone(u16),
    /// Nobody could say, and why.
    Unknown(String),
}
