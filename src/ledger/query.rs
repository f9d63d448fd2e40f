//! Which commits a report is about.

use crate::history::{Graph, History, Node, Previous, Reason, Release, previous_release, published_before};
use crate::model::{Disclosure, Finding, FindingCode};

/// Which commits a report is about.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Query<'h> {
    /// The release; none for what is unreleased.
    pub release: Option<&'h Release>,
    /// Its commit, or the newest unreleased one.
    pub tip: Node,
    /// The release before it.
    pub previous: Option<Previous<'h>>,
    /// A commit to count from instead of the release before.
    pub from: Option<Node>,
    /// Whether withdrawn advisories were asked for.
    pub include_withdrawn: bool,
    /// Whether unpublished advisories were asked for.
    pub include_unpublished: bool,
}

impl<'h> Query<'h> {
    /// What a release has over the one before it, of what is published.
    #[must_use]
    pub fn of(history: &'h History, release: &'h Release) -> Self {
        Self {
            release: Some(release),
            tip: release.commit,
            previous: previous_release(&history.graph, &history.releases, release),
            from: None,
            include_withdrawn: false,
            include_unpublished: false,
        }
    }
}

impl<'h> Query<'h> {
    /// The commit that commits are counted from; none for a first release.
    #[must_use]
    pub fn base(&self) -> Option<Node> {
        self.from.or(self.previous.map(|previous| previous.release.commit))
    }

    /// The highest version that was published before, beside the release that
    /// commits are counted from: people come to the first of a line from both.
    /// None within a line, and where a commit was given to count from. What is
    /// unreleased is of a new line if that of the release before went on beside it.
    #[must_use]
    pub fn highest_before(&self, history: &'h History) -> Option<&'h Release> {
        let all = history.releases.all();
        let highest = match (self.from, self.release) {
            (Some(_), _) => None,
            (None, Some(own)) if self.previous.is_some_and(|previous| previous.release.line == own.line) => None,
            (None, Some(own)) => {
                published_before(&history.releases).get(own.place).copied().flatten().and_then(|place| all.get(place))
            }
            (None, None) => {
                let previous = self.previous?;
                let (time, reach) = (history.graph.time(self.tip), history.graph.ancestors(&[self.tip]));
                let there = |release: &&Release| !release.version.is_prerelease() && release.time <= time;
                let beside = |release: &Release| {
                    release.line == previous.release.line
                        && previous.release.precedes(release)
                        && !reach.contains(release.commit)
                };
                let is_new = previous.reason == Reason::Sibling || all.iter().filter(there).any(beside);
                all.iter().rfind(there).filter(|_| is_new)
            }
        };
        highest.filter(|highest| self.previous.is_none_or(|previous| previous.release.commit != highest.commit))
    }

    /// What is odd about the commit that was given to count from: it does not
    /// come before.
    #[must_use]
    pub fn odd_from(&self, graph: &Graph) -> Option<Finding> {
        let from = self.from.filter(|from| !graph.ancestors(&[self.tip]).contains(*from))?;
        let short = graph.id(from).short();
        let what = self.release.map_or("the newest commit", |release| release.tag.as_str());
        let message = if graph.ancestors(&[from]).contains(self.tip) {
            format!(
                "Commit {short} is newer than {what}, which is counted from it: it has all of {what}, so that nothing \
                 is left. Name an older commit with --from."
            )
        } else {
            format!(
                "Commit {short} is no ancestor of {what}, which is counted from it: what counts are the commits of \
                 {what} since the two histories parted."
            )
        };
        Some(Finding::new(FindingCode::FromIsNotBefore, graph.id(from).to_string(), message))
    }

    /// Whether an advisory may be seen.
    pub(super) const fn shows(&self, disclosure: Disclosure) -> bool {
        match disclosure {
            Disclosure::Published | Disclosure::Unknown => true,
            Disclosure::Withdrawn => self.include_withdrawn,
            Disclosure::Draft | Disclosure::Triage | Disclosure::Closed => self.include_unpublished,
        }
    }

    /// Whether a release counts as one that people had before: final releases
    /// look past candidates.
    pub(super) fn counts(&self, release: &Release) -> bool {
        !release.version.is_prerelease() || self.release.is_some_and(|own| own.version.is_prerelease())
    }
}
