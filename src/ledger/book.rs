//! The ledger: every advisory of the project, and which releases carry its fix.

use std::sync::Arc;

use super::origins::Origins;
use crate::advisory::{Advisory, Project};
use crate::history::{Containment, History, Node, Release};
use crate::join::{AdvisoryLinks, Index, Joining, Note, noted, quiet, stated};
use crate::model::{AdvisoryId, Confidence, Finding};

/// What is known of all advisories and all releases.
#[derive(Debug)]
#[non_exhaustive]
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
    pub(super) decided: Vec<Finding>,
    /// Where people come from who get a release.
    pub(super) origins: Arc<Origins<'h>>,
    /// What people announce without an advisory.
    pub(super) announced: Option<Box<Announced<'h>>>,
}

/// Notes of people, each as an advisory of a ledger of their own, in the same order.
#[derive(Debug)]
pub(super) struct Announced<'h> {
    pub(super) notes: Vec<Note>,
    pub(super) ledger: Ledger<'h>,
    /// What is wrong with other notes.
    pub(super) findings: Vec<Finding>,
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
        let (links, decided, origins) = (joined.links, joined.findings, Arc::new(Origins::new(history)));
        Self { history, project, index, own, links, others, decided, origins, announced: None }
    }

    /// The same with what people announce without an advisory.
    #[must_use]
    pub fn with_notes(mut self, notes: &[Note], joining: &Joining<'_>) -> Self {
        if notes.is_empty() {
            return self;
        }
        let (history, project, index) = (self.history, self.project, self.index);
        let noted = noted(index, notes);
        let joining = Joining { decisions: &noted.decisions, ..*joining };
        let joined = crate::join::join(history, index, project, &noted.advisories, &joining);
        let ledger = Self {
            history,
            project,
            index,
            own: noted.advisories,
            links: joined.links,
            others: Vec::new(),
            decided: Vec::new(),
            origins: Arc::clone(&self.origins),
            announced: None,
        };
        self.announced = Some(Box::new(Announced { notes: noted.notes, ledger, findings: noted.findings }));
        self
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
        let (own, links, origins) = (vec![advisory], vec![links], Arc::new(Origins::new(history)));
        let (others, decided) = (Vec::new(), Vec::new());
        Self { history, project, index, own, links, others, decided, origins, announced: None }
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
}
