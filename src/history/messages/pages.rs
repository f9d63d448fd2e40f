//! What was decoded, page by page.

use std::sync::OnceLock;

use crate::history::Commit;

/// As many commits share a page: a question is about a range sooner than about
/// commits from all over the history.
const PAGE: usize = 256;

/// Decoded commits by number: 24 bytes for each 256 of them, and for a page of which one
/// was asked for 16 bytes a commit, beside the commits themselves.
#[derive(Default)]
pub(super) struct Pages(Box<[OnceLock<Page>]>);

type Page = Box<[OnceLock<Box<Commit>>]>;

impl Pages {
    /// Room for so many commits.
    pub(super) fn new(count: usize) -> Self {
        Self((0..count.div_ceil(PAGE)).map(|_| OnceLock::new()).collect())
    }

    /// A commit, decoded when it is first asked for; an empty one where there is none.
    pub(super) fn get(&self, at: usize, decode: impl FnOnce() -> Option<Commit>) -> &Commit {
        static NONE: std::sync::LazyLock<Commit> = std::sync::LazyLock::new(Commit::default);
        let page = self.0.get(at / PAGE).map(|page| page.get_or_init(|| (0..PAGE).map(|_| OnceLock::new()).collect()));
        let Some(commit) = page.and_then(|page| page.get(at % PAGE)) else { return &NONE };
        commit.get_or_init(|| Box::new(decode().unwrap_or_default()))
    }
}
