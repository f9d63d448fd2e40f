//! Links, and which of them a release needs to carry the whole fix.

use std::collections::{BTreeMap, BTreeSet};

use crate::history::{History, Node, Release};
use crate::model::FixRole;
use crate::model::{Confidence, Evidence, EvidenceKind, Finding, Weight};

/// A commit joined with an advisory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// The commit.
    pub commit: Node,
    /// What it does for the fix.
    pub role: FixRole,
    /// The commit that this was found as a copy of, on another branch.
    pub copy_of: Option<Node>,
    /// Further linked commits that it is a copy of: a backport may squash
    /// several, and a record may name a copy beside its original.
    pub also_of: Vec<Node>,
    /// Whether a release needs it to have the fix; documents and tests that
    /// came along are part of the fix, and nothing is vulnerable without them.
    pub needed: bool,
    /// Whether it has little of what the advisory speaks of, and came with a commit
    /// that has: it is part of the fix, and tells nobody what was mended.
    pub aside: bool,
    /// Why, the strongest first.
    pub evidence: Vec<Evidence>,
    /// How sure that is.
    pub confidence: Confidence,
}

impl Link {
    pub(super) const fn new(commit: Node, role: FixRole) -> Self {
        Self {
            commit,
            role,
            copy_of: None,
            also_of: Vec::new(),
            needed: true,
            aside: false,
            evidence: Vec::new(),
            confidence: Confidence::Possible,
        }
    }
}

/// A commit that takes a fix back, or brings it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
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
#[non_exhaustive]
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
        let idle = |link: &Link| !link.needed || link.aside;
        link.role == FixRole::Fix && (idle(link) || original.is_some_and(idle))
    }

    /// Sorts originals into groups: commits that a release can have one
    /// without the other, both ways, fix different lines and stand for each
    /// other; all others are needed together. `stated`: the releases whose
    /// versions records call patched.
    pub(super) fn group(&mut self, history: &History, stated: &[&Release]) {
        let merges = self.copied_merges(history);
        let fixes = |link: &&Link| link.role == FixRole::Fix && !self.is_copy(&merges, link);
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
            .map(|group| group.into_iter().map(|commit| self.with_copies(history, &merges, commit)).collect())
            .collect();
        self.groups.extend(self.of_lines_without(history, stated));
    }

    /// The groups as they count for what is only said where it is this sure. A
    /// part of which it is unsure that it belongs to the fix is needed all the
    /// same: what lacks it may be vulnerable.
    pub(crate) fn sure_groups(&self, least: Confidence) -> Vec<Vec<Vec<Node>>> {
        let sure = |commit: &Node| self.link(*commit).is_some_and(|link| link.confidence >= least);
        let of_group = |group: &Vec<Vec<Node>>| {
            let is_known = |part: &Vec<Node>| part.first().is_some_and(sure);
            let any_known = group.iter().any(is_known);
            let counting = |part: &Vec<Node>| -> Vec<Node> {
                // Beside a known fix a copy of something else is as unsure a part
                // as its original, however sure it is that it copies both.
                let only_sure = if any_known { is_known(part) } else { part.iter().any(sure) };
                part.iter().copied().filter(|commit| !only_sure || sure(commit)).collect()
            };
            group.iter().flatten().any(sure).then(|| group.iter().map(counting).collect())
        };
        self.groups.iter().filter_map(of_group).collect()
    }

    /// The merges that some link copies, each with the linked fixes that it
    /// brought: the copy stands for all of these.
    fn copied_merges(&self, history: &History) -> BTreeMap<Node, Vec<Node>> {
        let copied: BTreeSet<Node> =
            self.links.iter().flat_map(|link| link.copy_of.iter().chain(&link.also_of)).copied().collect();
        let merges = self.links.iter().filter(|link| link.role == FixRole::Merge && copied.contains(&link.commit));
        let brought = |merge: &Link| {
            let brought = history.graph.brought_by(merge.commit);
            let fixes = self.links.iter().filter(|link| link.role == FixRole::Fix && brought.contains(link.commit));
            (merge.commit, fixes.map(|link| link.commit).collect())
        };
        merges.map(brought).collect()
    }

    /// Whether a link stands for other linked commits, so that it is never
    /// needed beside them: a release line has the original or its copy.
    fn is_copy(&self, merges: &BTreeMap<Node, Vec<Node>>, link: &Link) -> bool {
        let fix = |of: &Node| match merges.get(of) {
            Some(fixes) => !fixes.is_empty(),
            None => self.link(*of).is_some(),
        };
        link.copy_of.iter().chain(&link.also_of).any(fix)
    }

    /// What lines have of a fix whose other commits they never get, although
    /// records call a release there patched: what those mend was not there. Who
    /// ships the rest later on that line had only a part.
    fn of_lines_without(&self, history: &History, stated: &[&Release]) -> Vec<Vec<Vec<Node>>> {
        let several = |group: &&Vec<Vec<Node>>| group.len() > 1;
        let commits: Vec<Node> = self.groups.iter().filter(several).flatten().flatten().copied().collect();
        if commits.is_empty() || stated.is_empty() {
            return Vec::new();
        }
        let contained = history.graph.containment(&commits, &history.releases.commits());
        let has = |release: &Release, part: &[Node]| -> Vec<Node> {
            part.iter().copied().filter(|commit| contained.contains(release.place, *commit)).collect()
        };
        let mut found = Vec::new();
        for release in stated {
            for group in self.groups.iter().filter(several) {
                let (here, missing): (Vec<_>, Vec<_>) =
                    group.iter().map(|part| (part, has(release, part))).partition(|(_, here)| !here.is_empty());
                let of_line = |later: &&Release| later.line == release.line && later.place >= release.place;
                let mut later = history.releases.all().iter().filter(of_line);
                let never = !later.any(|later| missing.iter().any(|(part, _)| !has(later, part).is_empty()));
                let here: Vec<Vec<Node>> = here.into_iter().map(|(_, here)| here).collect();
                if !here.is_empty() && !missing.is_empty() && never && !found.contains(&here) {
                    found.push(here);
                }
            }
        }
        found
    }

    /// A commit, its copies, and what is the same change on another line.
    fn with_copies(&self, history: &History, merges: &BTreeMap<Node, Vec<Node>>, commit: Node) -> Vec<Node> {
        let same_change = |link: &Link, of: Node| {
            let same =
                |evidence: &&Evidence| matches!(evidence.kind, EvidenceKind::SamePatch | EvidenceKind::SameOrigin);
            link.evidence.iter().filter(same).any(|evidence| evidence.commit == Some(history.graph.id(of)))
        };
        // Who copies a merge copies all that it brought.
        let merges: Vec<Node> =
            merges.iter().filter(|(_, fixes)| fixes.contains(&commit)).map(|(merge, _)| *merge).collect();
        let mut same: Vec<Node> = std::iter::once(commit).chain(merges.iter().copied()).collect();
        let mut at = 0;
        while let Some(original) = same.get(at).copied() {
            let of = |link: &&Link| {
                link.copy_of == Some(original) || link.also_of.contains(&original) || same_change(link, original)
            };
            let new: Vec<Node> =
                self.links.iter().filter(of).map(|link| link.commit).filter(|other| !same.contains(other)).collect();
            same.extend(new);
            at += 1;
        }
        same.retain(|commit| !merges.contains(commit));
        same
    }
}

/// A candidate fix of an advisory, for people to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Candidate {
    /// The commits, of all lines.
    pub commits: Vec<Node>,
    /// Those of them that change what the advisory speaks of: a pull request
    /// may bring others along.
    pub fixes: Vec<Node>,
    /// The releases that bring them.
    pub releases: Vec<Node>,
    /// The sum of the evidence.
    pub score: Weight,
    /// What speaks for and against it, the weightiest first.
    pub evidence: Vec<Evidence>,
    /// Whether it is the one that the assignment gave to the advisory.
    pub chosen: bool,
    /// Of the chosen one: how much worse the best answer without it is.
    pub margin: Weight,
}
