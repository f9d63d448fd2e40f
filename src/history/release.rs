//! A release: a tag that the rules accept.

use super::Node;
use crate::model::{TagName, Version, compare_naturally};

/// A tag that the tag rules accept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Release {
    /// The tag.
    pub tag: TagName,
    /// The version that the rules read from it.
    pub version: Version,
    /// The commit that it leads to.
    pub commit: Node,
    /// Its line, as the tag rules say: `[1, 2]` for 1.2.3.
    pub line: Vec<u64>,
    /// When its commit was committed, in seconds since 1970.
    pub time: i64,
    /// Its place among the releases of the repository, the lowest version first.
    pub place: usize,
}

impl Release {
    /// Whether it comes before another release of the repository.
    #[must_use]
    pub const fn precedes(&self, other: &Self) -> bool {
        self.place < other.place
    }

    /// The order of releases. Tags of equal versions (1.24.10+rke2r1, +rke2r2) are
    /// told apart by the graph: commits are numbered by generation.
    pub(super) fn order(&self, other: &Self) -> std::cmp::Ordering {
        let by_graph = (&self.version, self.commit).cmp(&(&other.version, other.commit));
        by_graph.then_with(|| self.build_order(other)).then_with(|| self.tag.cmp(&other.tag))
    }

    fn build_order(&self, other: &Self) -> std::cmp::Ordering {
        compare_naturally(self.version.build(), other.version.build())
    }

    /// Whether both are one release, spelled twice.
    pub(super) fn is_twin_of(&self, other: &Self) -> bool {
        // libgit2-sys tags 0.13.5 and 0.13.5+1.4.5 at one commit, the number of
        // what it holds beside its own.
        let plain = self.version.build().is_empty() || other.version.build().is_empty();
        self.commit == other.commit && self.version == other.version && (plain || self.build_order(other).is_eq())
    }
}
