//! A release as a forge tells it.

use crate::model::TagName;

/// A release as a forge tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Release {
    /// The forge's number for it; GitLab has none, and knows it by its tag.
    pub id: Option<u64>,
    /// The tag that it is of, or will be.
    pub tag: TagName,
    /// Its text, to the byte; one that was edited on a page has CRLF.
    pub body: String,
    /// Whether only those see it who may write.
    pub draft: bool,
    /// Whether its files cannot be changed any more; its text can.
    pub immutable: bool,
    /// Its page.
    pub url: Option<String>,
    /// What the server calls this state of it, where it says.
    pub etag: Option<String>,
}
