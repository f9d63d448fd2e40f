//! Where people come from who get a release.

use std::sync::OnceLock;

use crate::history::{History, Previous, Release, previous_release, published_before};

/// Where people come from who get a release; found when first asked for.
#[derive(Debug)]
pub(super) struct Origins<'h> {
    /// The release that each release is counted from, by its place.
    previous: Vec<OnceLock<Option<Previous<'h>>>>,
    /// The highest version that was published before each, by its place.
    published: OnceLock<Vec<Option<usize>>>,
}

impl<'h> Origins<'h> {
    pub(super) fn new(history: &'h History) -> Self {
        Self { previous: history.releases.all().iter().map(|_| OnceLock::new()).collect(), published: OnceLock::new() }
    }

    /// The releases that people come from who get a release: the one before it
    /// on its line. Who gets the first of a line comes from the highest version
    /// that there was, and follows what the release was made from.
    pub(super) fn of(&self, history: &'h History, release: &Release) -> Vec<&'h Release> {
        let find = || previous_release(&history.graph, &history.releases, release);
        let previous = self.previous.get(release.place).and_then(|known| *known.get_or_init(find));
        let mut origins: Vec<&Release> = previous.map(|previous| previous.release).into_iter().collect();
        if origins.iter().all(|previous| previous.line != release.line) {
            let published = self.published.get_or_init(|| published_before(&history.releases));
            let highest = published.get(release.place).copied().flatten();
            origins.extend(highest.and_then(|place| history.releases.all().get(place)));
        }
        origins
    }
}
