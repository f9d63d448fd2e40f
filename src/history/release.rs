//! The releases of a repository: the tags that the rules accept.

use super::{Error, Graph, Node, Refusal, TagRules};
use crate::model::{CommitId, TagName, Version};

/// A tag that the tag rules accept.
#[derive(Clone, Debug, PartialEq, Eq)]
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
}

/// A tag that is no release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedTag {
    /// The tag.
    pub tag: TagName,
    /// The rule that refused it.
    pub refusal: Refusal,
}

/// Every tag of a repository, told apart by the tag rules.
#[derive(Clone, Debug, Default)]
pub struct Releases {
    releases: Vec<Release>,
    refused: Vec<RefusedTag>,
}

impl Releases {
    /// Tells releases from other tags.
    #[must_use]
    pub fn new(tags: &[(TagName, CommitId)], rules: &TagRules, graph: &Graph) -> Self {
        let mut all = Self::default();
        for (tag, commit) in tags {
            let Some(commit) = graph.find(commit) else { continue };
            match rules.read(tag) {
                Ok(version) => {
                    let line = rules.line_of(&version);
                    let time = graph.time(commit);
                    all.releases.push(Release { tag: tag.clone(), version, commit, line, time, place: 0 });
                }
                Err(refusal) => all.refused.push(RefusedTag { tag: tag.clone(), refusal }),
            }
        }
        all.refuse_moving_tags();
        // Tags of equal versions (1.24.10+rke2r1, +rke2r2) are told apart by the
        // graph: commits are numbered by generation.
        all.releases
            .sort_by(|a, b| (&a.version, a.commit).cmp(&(&b.version, b.commit)).then_with(|| a.tag.cmp(&b.tag)));
        for (place, release) in all.releases.iter_mut().enumerate() {
            release.place = place;
        }
        all
    }

    /// `v1` beside `v1.2.3` is moved to each new release (a habit of GitHub
    /// Actions): it names no version.
    fn refuse_moving_tags(&mut self) {
        let longer: std::collections::BTreeSet<u64> = self
            .releases
            .iter()
            .filter(|release| release.version.numbers().len() > 1)
            .map(|release| release.version.number(0))
            .collect();
        let moving =
            |release: &Release| release.version.numbers().len() == 1 && longer.contains(&release.version.number(0));
        let (moving, releases) = std::mem::take(&mut self.releases).into_iter().partition(moving);
        self.releases = releases;
        self.refused.extend(
            moving.into_iter().map(|release: Release| RefusedTag { tag: release.tag, refusal: Refusal::Moving }),
        );
        self.refused.sort_by(|a, b| a.tag.cmp(&b.tag));
    }

    /// The releases by version, the lowest first.
    #[must_use]
    pub fn all(&self) -> &[Release] {
        &self.releases
    }

    /// The releases of a line, by version. They stand together, for a line is
    /// what the first numbers of versions say.
    #[must_use]
    pub fn of_line(&self, line: &[u64]) -> &[Release] {
        let before = self.releases.partition_point(|release| release.line.as_slice() < line);
        let rest = self.releases.get(before..).unwrap_or_default();
        let end = rest.partition_point(|release| release.line.as_slice() <= line);
        rest.get(..end).unwrap_or_default()
    }

    /// The commits of the releases, in their order.
    #[must_use]
    pub fn commits(&self) -> Vec<Node> {
        self.releases.iter().map(|release| release.commit).collect()
    }

    /// The tags that are no releases, by name.
    #[must_use]
    pub fn refused(&self) -> &[RefusedTag] {
        &self.refused
    }

    /// The release of a tag.
    ///
    /// # Errors
    /// There is no such tag, or the rules refuse it.
    pub fn find(&self, tag: &str) -> Result<&Release, Error> {
        let tag = tag.strip_prefix("refs/tags/").unwrap_or(tag);
        if let Some(release) = self.releases.iter().find(|release| release.tag.as_str() == tag) {
            return Ok(release);
        }
        let refusal = self.refused.iter().find(|refused| refused.tag.as_str() == tag);
        Err(Error::NoSuchTag {
            tag: tag.to_owned(),
            nearest: self.nearest(tag),
            refusal: refusal.map(|refused| refused.refusal.to_string()),
        })
    }

    /// The release whose tag reads most like a text.
    fn nearest(&self, tag: &str) -> Option<String> {
        let likeness = |release: &&Release| (strsim::jaro_winkler(release.tag.as_str(), tag) * 1e6) as u64;
        self.releases.iter().max_by_key(likeness).map(|release| release.tag.to_string())
    }

    /// The newest release: the highest version, a final one before any
    /// pre-release of a higher version.
    ///
    /// # Errors
    /// There is no release.
    pub fn newest(&self) -> Result<&Release, Error> {
        let finals = self.releases.iter().rev().find(|release| !release.version.is_prerelease());
        finals.or_else(|| self.releases.last()).ok_or_else(|| self.none())
    }

    /// The release at a commit, the highest version where there are several.
    #[must_use]
    pub fn at(&self, commit: Node) -> Option<&Release> {
        self.releases.iter().rev().find(|release| release.commit == commit)
    }

    /// The error that says that there is no release, and why.
    #[must_use]
    pub fn none(&self) -> Error {
        let refused = self.refused.iter();
        Error::NoReleases { refused: refused.map(|refused| format!("{}: {}", refused.tag, refused.refusal)).collect() }
    }
}
