//! The ledger: every advisory of the project, and which releases carry its fix.

use super::news::Origins;
use super::report::{ReleaseHeader, ReleaseReport};
use super::{Dependencies, dependencies, entry};
use crate::advisory::{Advisory, Project};
use crate::history::{
    Containment, Graph, History, Node, Previous, Reason, Release, ReleaseRange, previous_release, published_before,
};
use crate::join::{AdvisoryLinks, Index, Joining, quiet, stated};
use crate::model::{AdvisoryId, Confidence, Disclosure, Finding, FindingCode, TagName, Timestamp};

/// What is known of all advisories and all releases.
#[derive(Debug)]
pub struct Ledger<'h> {
    /// The history that it speaks of.
    pub history: &'h History,
    /// The project.
    pub project: &'h Project,
    /// What messages say, by id.
    pub index: &'h Index<'h>,
    /// The project's own advisories, by id.
    pub own: Vec<Advisory>,
    /// Their links, in the same order.
    pub links: Vec<AdvisoryLinks>,
    /// All other advisories, by id.
    pub others: Vec<Advisory>,
    /// What is odd about the decisions of the configuration.
    decided: Vec<Finding>,
    /// Where people come from who get a release.
    pub(super) origins: Origins<'h>,
}

/// Which commits a report is about.
#[derive(Clone, Debug)]
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

/// The points that a report asks about: all releases, then the tip, then where it counts from.
pub(super) struct Points {
    pub(super) contained: Containment,
    pub(super) tip: usize,
    pub(super) from: Option<usize>,
}

impl<'h> Ledger<'h> {
    /// Opens the ledger: joins the project's advisories with the history.
    ///
    /// GitHub names private-fork merges after the advisory of the very
    /// repository, so an id in one is the project's own, record or not.
    #[must_use]
    pub fn new(
        history: &'h History,
        index: &'h Index<'h>,
        project: &'h Project,
        advisories: Vec<Advisory>,
        joining: &Joining<'_>,
    ) -> Self {
        let forks = index.private_fork_ids(history);
        let is_own = |advisory: &Advisory| {
            !project.is_of_sibling(advisory)
                && (project.about(advisory).is_some() || advisory.ids().any(|id| forks.contains(&id)))
        };
        let (mut own, others): (Vec<_>, Vec<_>) = advisories.into_iter().partition(is_own);
        for id in forks {
            if own.iter().all(|advisory| advisory.ids().all(|known| known != id)) {
                own.push(Advisory::unrecorded(id.clone()));
            }
        }
        own.sort_by(|a, b| a.id.cmp(&b.id));
        for advisory in &mut own {
            crate::join::read_tag_events(history, index, project, joining.changes, advisory);
        }
        let joined = crate::join::join(history, index, project, &own, joining);
        let (links, decided, origins) = (joined.links, joined.findings, Origins::new(history));
        Self { history, project, index, own, links, others, decided, origins }
    }

    /// A ledger of one advisory of which only the links are known.
    #[cfg(test)]
    pub(super) fn of_links(
        history: &'h History,
        index: &'h Index<'h>,
        project: &'h Project,
        advisory: Advisory,
        links: AdvisoryLinks,
    ) -> Self {
        let (own, links, origins) = (vec![advisory], vec![links], Origins::new(history));
        Self { history, project, index, own, links, others: Vec::new(), decided: Vec::new(), origins }
    }

    pub(super) fn points(&self, tip: Node, from: Option<Node>) -> Points {
        let mut points = self.history.releases.commits();
        let tip_at = points.len();
        points.push(tip);
        points.extend(from);
        let of_links = self.links.iter().flat_map(|links| {
            let commits = links.links.iter().map(|link| link.commit);
            commits.chain(links.reverts.iter().map(|revert| revert.by))
        });
        let commits: Vec<Node> = of_links.chain(points.iter().copied()).collect();
        let contained = self.history.graph.containment(&commits, &points);
        Points { contained, tip: tip_at, from: from.map(|_| tip_at + 1) }
    }

    /// The releases that records call patched, where nothing names the fix:
    /// the release of that version or, where it was never tagged, the next one
    /// of its line.
    pub(super) fn patched_releases(&self, advisory: &Advisory) -> Vec<(&'h Release, (Confidence, String))> {
        let stated = stated::releases(self.history, advisory).into_iter();
        stated.map(|stated| (stated.release, (stated.trust, stated.detail))).collect()
    }

    /// What a release fixes. Without its dependencies nothing bears out what
    /// commits say of them.
    #[must_use]
    pub fn report(&self, query: &Query<'_>, dependencies: Option<&Dependencies<'_>>) -> ReleaseReport {
        let range = ReleaseRange::new(&self.history.graph, query.tip, query.base());
        let points = self.points(query.tip, query.from);
        let before = self.had_before(query, &points);
        let (mut entries, mut findings) = (Vec::new(), Vec::new());
        for at in 0..self.own.len() {
            entries.extend(entry::of(self, query, (&points, &before), &range, at, &mut findings));
        }
        let own: Vec<AdvisoryId> = entries.iter().map(|entry| entry.id.clone()).collect();
        let places = self.own.iter().enumerate().filter(|(_, advisory)| own.contains(&advisory.id));
        findings.extend(self.affected_differs(&places.map(|(at, _)| at).collect::<Vec<_>>()));
        entries.extend(dependencies::entries(self, query, &range, &own, dependencies, &mut findings));
        self.unexplained_forks(&range, &mut findings);
        self.quiet_fixes(&range, &mut findings);
        findings.extend(query.odd_from(&self.history.graph));
        super::updates::reverted(self, &range, &mut findings);
        super::embargo::public_fixes(self, query, &mut findings);
        super::passed_over::named(self, query, &mut findings);
        findings.extend(self.decided.iter().cloned());
        entries.sort_by(|a, b| {
            a.scope.cmp(&b.scope).then_with(|| b.severity.level.cmp(&a.severity.level)).then_with(|| a.id.cmp(&b.id))
        });
        findings.sort();
        findings.dedup();
        let unsaid = super::unsaid::of(self, (query, &points), &entries, &findings);
        let private = entries.iter().any(|entry| entry.disclosure.is_private());
        ReleaseReport {
            release: ReleaseHeader {
                tag: query.release.map(|release| release.tag.clone()),
                version: query.release.map(|release| release.version.clone()),
                commit: self.history.graph.id(query.tip),
                date: Timestamp::from_unix(self.history.graph.time(query.tip)),
                previous_tag: query.previous.map(|previous| previous.release.tag.clone()),
                previous_reason: query.previous.map(|previous| previous.reason.as_str()),
                counted_from: self.counted_from(query),
            },
            remote: self.project.remotes.first().cloned(),
            advisories: entries,
            findings,
            unsaid,
            private: private || query.include_unpublished,
            dependencies: dependencies.map(|known| known.policy).unwrap_or_default(),
            lists_carried: false,
        }
    }

    /// What commits are counted from and why, in a sentence.
    fn counted_from(&self, query: &Query<'_>) -> String {
        match (query.from, query.previous) {
            (Some(from), _) => {
                let id = self.history.graph.id(from).short();
                format!("Counted from commit {id}, which was given.")
            }
            (None, Some(previous)) => previous.to_string(),
            (None, None) => "Counted from the beginning of the history: no earlier release leads to it.".to_owned(),
        }
    }

    /// A private-fork merge is a security fix by its nature: one that no
    /// advisory explains is an advisory that is missing.
    fn unexplained_forks(&self, range: &ReleaseRange, findings: &mut Vec<Finding>) {
        for node in self.history.own(range.commits.iter().filter(|node| self.index.is_private_fork(*node))) {
            let known = |links: &AdvisoryLinks| {
                links.link(node).is_some() || links.mentions.iter().any(|(mention, _)| *mention == node)
            };
            if !self.links.iter().any(known) {
                let id = self.history.graph.id(node);
                let message = format!(
                    "{} merges the private fork of an advisory, and no advisory given names it. \
                     Give the advisory, or say in its record that this commit fixes it.",
                    id.short()
                );
                findings.push(Finding::new(FindingCode::UnexplainedPrivateFork, id.to_string(), message));
            }
        }
    }

    /// A commit that speaks of a weakness and that no advisory explains is
    /// perhaps an advisory that nobody wrote. Never a line of public notes.
    fn quiet_fixes(&self, range: &ReleaseRange, findings: &mut Vec<Finding>) {
        let quiet = quiet::fixes(self.history, self.index, &range.commits);
        let own = self.history.own(quiet.iter().map(|quiet| quiet.commit));
        for quiet in quiet.into_iter().filter(|quiet| own.contains(&quiet.commit)) {
            if self.links.iter().all(|links| links.link(quiet.commit).is_none()) {
                let id = self.history.graph.id(quiet.commit);
                let message = format!(
                    "Commit {} looks like a security fix (“{}”), and no advisory given explains it: {}. \
                     Publish an advisory for it, or decide on its link with `secnotes review`.",
                    id.short(),
                    quiet.words,
                    self.history.commit(quiet.commit).message.subject
                );
                findings.push(Finding::new(FindingCode::QuietSecurityFix, id.to_string(), message));
            }
        }
    }

    /// The first final releases that have a commit, one a line, by their commits.
    #[must_use]
    pub fn first_with(&self, commit: Node) -> Vec<Node> {
        let with = self.history.graph.descendants(commit);
        let mut lines: Vec<&[u64]> = Vec::new();
        let mut first: Vec<Node> = Vec::new();
        for release in self.history.releases.all().iter().filter(|release| !release.version.is_prerelease()) {
            let has = with.contains(release.commit);
            let from_earlier = || {
                let reach = self.history.graph.ancestors(&[release.commit]);
                first.iter().any(|earlier| reach.contains(*earlier))
            };
            if has && !lines.contains(&release.line.as_slice()) && !from_earlier() {
                lines.push(&release.line);
                first.push(release.commit);
            }
        }
        first
    }

    /// The words by which a commit looks like a security fix.
    #[must_use]
    pub fn looks_like_security(&self, commit: Node) -> Option<String> {
        let mut only = crate::history::CommitSet::empty(self.history.graph.len());
        only.insert(commit);
        quiet::fixes(self.history, self.index, &only).pop().map(|quiet| quiet.words)
    }

    /// The place of the project's advisory of an id, unless it may not be seen.
    #[must_use]
    pub fn find(&self, id: &AdvisoryId, private: bool) -> Option<usize> {
        let shown = |advisory: &Advisory| private || !advisory.disclosure.is_private();
        self.own.iter().position(|advisory| shown(advisory) && advisory.ids().any(|known| known == id))
    }

    /// The releases that announce an advisory, by version.
    #[must_use]
    pub fn fixed_in(&self, at: usize, tip: Node) -> Vec<TagName> {
        self.first_fixed(at, &self.points(tip, None)).into_iter().map(|release| release.tag.clone()).collect()
    }
}
