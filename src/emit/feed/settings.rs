//! What the publisher says of a feed, and what feeds say of themselves.

use super::BaseUrl;
use super::index::Index;

/// What wrote a feed. Another version may render differently.
pub(super) const GENERATOR: &str = concat!("secnotes ", env!("CARGO_PKG_VERSION"));

/// What the publisher says of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What it is called.
    pub title: String,
    /// Where it is published, for absolute links.
    pub base_url: Option<BaseUrl>,
}

impl Settings {
    /// Whether an index was rendered with these settings by this version.
    #[must_use]
    pub fn rendered(&self, index: &Index) -> bool {
        index.generator == GENERATOR
            && index.title == self.title
            && index.base_url.as_deref() == self.base_url.as_ref().map(BaseUrl::as_str)
    }
}

/// What the feeds say of themselves.
pub(super) struct Head<'f> {
    pub(super) settings: &'f Settings,
    /// The feed's id.
    pub(super) id: &'f str,
}
