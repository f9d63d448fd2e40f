//! Links, and which of them a release needs to carry the whole fix.

use super::scored::Candidate;
use crate::history::{History, Node};
use crate::ledger::FixRole;
use crate::model::{Confidence, Evidence, EvidenceKind, Finding};

/// A commit joined with an advisory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The commit.
    pub commit: Node,
    /// What it does for the fix.
    pub role: FixRole,
    /// The commit that this is a copy of, on another branch.
    pub copy_of: Option<Node>,
    /// Whether a release needs it to have the fix; documents and tests that
    /// came along are part of the fix, and nothing is vulnerable without them.
    pub needed: bool,
    /// Why, the strongest first.
    pub evidence: Vec<Evidence>,
    /// How sure that is.
    pub confidence: Confidence,
}

impl Link {
    pub(super) const fn new(commit: Node, role: FixRole) -> Self {
        Self { commit, role, copy_of: None, needed: true, evidence: Vec::new(), confidence: Confidence::Possible }
    }
}

/// A commit that takes a fix back, or brings it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revert {
    /// The commit that does so.
    pub by: Node,
    /// The fix commit.
    pub of: Node,
    /// Whether it brings the fix back.
    pub reapplies: bool,
}

/// All links of one advisory.
#[derive(Clone, Debug, Default)]
pub struct AdvisoryLinks {
    /// The links, parents before children.
    pub links: Vec<Link>,
    /// Commits that name the advisory and are no fix of it, with why not.
    pub mentions: Vec<(Node, Evidence)>,
    /// What takes the fix back, parents before children.
    pub reverts: Vec<Revert>,
    /// What is odd, contradicted or missing.
    pub findings: Vec<Finding>,
    /// What scored evidence was weighed for, the best first; empty where direct
    /// evidence settled everything.
    pub candidates: Vec<Candidate>,
    /// Releases that records call patched, and no commit there is known to be
    /// the fix, nor named: only the records' word stands for them.
    pub by_word: Vec<Node>,
    /// Ways to have the fix: a release has it when it has every commit of one
    /// of these, each itself or a copy.
    pub groups: Vec<Vec<Vec<Node>>>,
}

impl AdvisoryLinks {
    /// The link of a commit.
    #[must_use]
    pub fn link(&self, commit: Node) -> Option<&Link> {
        self.links.iter().find(|link| link.commit == commit)
    }

    /// Whether a commit only came along with the fix, or is the copy of one that did.
    #[must_use]
    pub fn is_companion(&self, link: &Link) -> bool {
        let original = link.copy_of.and_then(|commit| self.link(commit));
        link.role == FixRole::Fix && (!link.needed || original.is_some_and(|original| !original.needed))
    }

    /// Sorts originals into groups: commits that a release can have one
    /// without the other, both ways, fix different lines and stand for each
    /// other; all others are needed together.
    pub(super) fn group(&mut self, history: &History) {
        let fixes = |link: &&Link| link.role == FixRole::Fix && link.copy_of.is_none();
        let needed = |link: &&Link| fixes(link) && link.needed;
        let mut originals: Vec<Node> = self.links.iter().filter(needed).map(|link| link.commit).collect();
        if originals.is_empty() {
            // All of it is documents and tests: then these are the fix.
            originals = self.links.iter().filter(fixes).map(|link| link.commit).collect();
        }
        if originals.is_empty() {
            // Only merges that brought in too much: they stand for themselves.
            originals = self.links.iter().filter(|link| link.copy_of.is_none()).map(|link| link.commit).collect();
        }
        let points = history.releases.commits();
        let released = history.graph.containment(&originals, &points);
        // A line may have its fix and no release since: then its branch tells.
        let tips = history.graph.containment(&originals, history.graph.tips());
        let is_released = |commit: Node| !released.points_with(commit).is_empty();
        let mut groups: Vec<Vec<Node>> = Vec::new();
        for commit in originals {
            let apart = |other: &Node| {
                let contained = if is_released(commit) && is_released(*other) { &released } else { &tips };
                contained.parts(commit, *other) && contained.parts(*other, commit)
            };
            match groups.iter_mut().find(|group| !group.iter().any(apart)) {
                Some(group) => group.push(commit),
                None => groups.push(vec![commit]),
            }
        }
        self.groups = groups
            .into_iter()
            .map(|group| group.into_iter().map(|commit| self.with_copies(history, commit)).collect())
            .collect();
    }

    /// A commit, its copies, and what is the same change on another line.
    fn with_copies(&self, history: &History, commit: Node) -> Vec<Node> {
        let same_change = |link: &Link, of: Node| {
            let same =
                |evidence: &&Evidence| matches!(evidence.kind, EvidenceKind::SamePatch | EvidenceKind::SameOrigin);
            link.evidence.iter().filter(same).any(|evidence| evidence.commit == Some(history.graph.id(of)))
        };
        let mut same = vec![commit];
        let mut at = 0;
        while let Some(original) = same.get(at).copied() {
            let others = self.links.iter().filter(|link| link.copy_of == Some(original) || same_change(link, original));
            let new: Vec<Node> = others.map(|link| link.commit).filter(|other| !same.contains(other)).collect();
            same.extend(new);
            at += 1;
        }
        same
    }
}
