//! Events that keep a range to what the records and the fixes say.
//!
//! What introduced a vulnerability is known by a version or a commit of one
//! branch, and other branches may have the same code under other commits. So a
//! release that a record calls affected stays so unless it carries the fix, and
//! whoever fixed a line had something to fix there.

use super::bounds::Bounds;
use super::introduced::oldest_without;
use super::{Draft, Introduced, IntroducedBy};
use crate::history::{CommitSet, Node};
use crate::join::Word;
use crate::ledger::Ledger;

/// The most lines of a history for which each its own beginning or end is looked
/// for, a pass over the graph each. Git's own repository has sixty.
const MOST_LINES: usize = 128;

impl Ledger<'_> {
    /// Adds what introduced the vulnerability on lines where nothing says so,
    /// and where a merge brings a fix to what another line introduced.
    pub(super) fn hold(&self, draft: &mut Draft, bounds: &Bounds) {
        // What the records' word ends begins nothing: that comes after it.
        let fixed = draft.impact.timeline.fixed.clone();
        let begins = draft.impact.timeline.introduced.len();
        draft.impact.timeline.introduced.retain(|node| fixed.binary_search(node).is_err());
        if draft.impact.timeline.introduced.len() < begins {
            self.settle(draft);
        }
        let mut changed = self.introduce_in_releases(draft, bounds);
        changed |= self.introduce_before_fixes(draft, bounds);
        if changed {
            self.settle(draft);
        }
        if self.fix_at_merges(draft, bounds) {
            self.settle(draft);
        }
    }

    /// Puts events in order and evaluates them anew.
    fn settle(&self, draft: &mut Draft) {
        let timeline = &mut draft.impact.timeline;
        for nodes in [&mut timeline.introduced, &mut timeline.fixed] {
            nodes.sort_unstable();
            nodes.dedup();
        }
        self.leave_out_repeated(timeline);
        let timeline = &draft.impact.timeline;
        draft.impact.introduced.retain(|known| timeline.introduced.binary_search(&known.commit).is_ok());
        self.evaluate(vec![&mut draft.impact]);
    }

    /// Every release that has to be affected has what introduced it.
    /// 7.2.0 was called safe where the record knew a beginning on 7.0 alone, and the confirmed fix of
    /// 7.2 was dropped from the record.
    fn introduce_in_releases(&self, draft: &mut Draft, bounds: &Bounds) -> bool {
        let releases = self.history.releases.all();
        let graph = &self.history.graph;
        let mut missing = bounds.must.clone();
        missing.subtract(&draft.impact.affected);
        let mut added: Vec<Node> = Vec::new();
        for (at, release) in missing.iter().filter_map(|at| Some((at, releases.get(at)?))) {
            if added.len() >= MOST_LINES {
                // So many lines of their own are no project's: from all their roots on.
                let all: Vec<Node> = missing.iter().filter_map(|at| Some(releases.get(at)?.commit)).collect();
                let introduced = &mut draft.impact.timeline.introduced;
                introduced.extend(graph.roots_of(&all));
                introduced.sort_unstable();
                introduced.dedup();
                break;
            }
            let reach = graph.ancestors(&[release.commit]);
            if added.iter().any(|known| reach.contains(*known)) {
                continue;
            }
            // An end at the release itself is not the end.
            draft.impact.timeline.fixed.retain(|end| *end != release.commit);
            draft.impact.by_word.retain(|end| *end != release.commit);
            // What comes after an end on this line is introduced again.
            let ended = draft.impact.timeline.fixed.iter().copied().filter(|end| reach.contains(*end));
            let spared = self.spared(bounds, at).chain(ended).collect::<Vec<_>>();
            let first = oldest_without(graph, release.commit, &graph.ancestors(&spared));
            added.push(first);
            self.introduce(draft, first, IntroducedBy::Release(release.tag.clone()));
        }
        !added.is_empty()
    }

    /// The releases before a place that records do not call affected, and that
    /// nothing else makes so: what introduced the vulnerability came after them.
    fn spared<'b>(&'b self, bounds: &'b Bounds, place: usize) -> impl Iterator<Item = Node> + 'b {
        let releases = self.history.releases.all().iter().enumerate();
        let is_spared = move |at: usize| match bounds.said.get(at).copied().flatten() {
            Some(Word::NotYet) => true,
            Some(Word::Fixed) => at < place,
            _ => false,
        };
        releases.filter(move |(at, _)| is_spared(*at) && !bounds.whole.contains(*at)).map(|(_, release)| release.commit)
    }

    /// Adds a beginning; of a root it is that of everything.
    fn introduce(&self, draft: &mut Draft, commit: Node, by: IntroducedBy) {
        let graph = &self.history.graph;
        let fixed = &draft.impact.timeline.fixed;
        let leads = || graph.ancestors(fixed).contains(commit);
        let is_fix = fixed.contains(&commit);
        if is_fix || graph.parents(commit).is_empty() && leads() {
            draft.impact.timeline.from_roots = true;
        } else if draft.impact.timeline.introduced.binary_search(&commit).is_err() {
            draft.impact.timeline.introduced.push(commit);
            draft.impact.timeline.introduced.sort_unstable();
            draft.impact.introduced.push(Introduced { commit, by });
            draft.impact.introduced.sort_by_key(|introduced| introduced.commit);
        }
    }

    /// Every fix follows from what introduced it, since nobody fixes a line that
    /// has nothing to fix.
    fn introduce_before_fixes(&self, draft: &mut Draft, bounds: &Bounds) -> bool {
        let timeline = &draft.impact.timeline;
        if timeline.from_roots {
            return false;
        }
        let graph = &self.history.graph;
        let contained = graph.containment(&timeline.introduced, &timeline.fixed);
        let reached = contained.points_with_any(&timeline.introduced);
        let lost = timeline.fixed.iter().enumerate().filter(|(at, _)| !reached.contains(*at));
        let lost: Vec<Node> = lost.map(|(_, fix)| *fix).collect();
        let spared = graph.ancestors(&self.spared(bounds, 0).collect::<Vec<_>>());
        let mut added: Vec<Node> = Vec::new();
        for fix in lost.iter().copied() {
            let reach = graph.ancestors(&[fix]);
            if added.iter().any(|known| reach.contains(*known)) {
                continue;
            }
            let few = added.len() < MOST_LINES && !draft.impact.timeline.from_roots;
            let Some(parent) = graph.parents(fix).first().copied().filter(|_| few) else {
                draft.impact.timeline.from_roots = true;
                break;
            };
            let first = if spared.contains(parent) {
                self.merge_base(&reach, &draft.impact.timeline.introduced)
            } else {
                Some(oldest_without(graph, parent, &spared))
            };
            match first {
                Some(first) => {
                    added.push(first);
                    self.introduce(draft, first, IntroducedBy::Fix(fix));
                }
                None => draft.impact.timeline.from_roots = true,
            }
        }
        !lost.is_empty()
    }

    /// The newest commit of a history that also leads to one of some commits.
    fn merge_base(&self, reach: &CommitSet, commits: &[Node]) -> Option<Node> {
        let common = self.history.graph.ancestors(commits);
        reach.iter().filter(|node| common.contains(*node)).max()
    }

    /// A fix closes what it descends from. Where a release carries it beside
    /// what another line introduced, the merge of the two lines has both.
    /// By OSV's meaning such a merge is affected until something that follows both ends it.
    fn fix_at_merges(&self, draft: &mut Draft, bounds: &Bounds) -> bool {
        let mut open = draft.impact.affected.clone();
        open.intersect_with(&bounds.whole);
        if open.is_empty() {
            return false;
        }
        let graph = &self.history.graph;
        let releases = self.history.releases.all();
        let mut added: Vec<Node> = Vec::new();
        for release in open.iter().filter_map(|at| releases.get(at)) {
            if added.len() >= MOST_LINES {
                added.push(release.commit);
                continue;
            }
            let reach = graph.ancestors(&[release.commit]);
            if added.iter().any(|known| reach.contains(*known)) {
                continue;
            }
            let timeline = &draft.impact.timeline;
            let here = |nodes: &[Node]| nodes.iter().copied().filter(|node| reach.contains(*node)).collect::<Vec<_>>();
            let mut needed = here(&timeline.introduced);
            if timeline.from_roots {
                needed.extend(graph.roots_of(&[release.commit]));
            }
            if needed.len() > MOST_LINES {
                added.push(release.commit);
                continue;
            }
            let needed: Vec<CommitSet> = needed.into_iter().map(|node| graph.descendants(node)).collect();
            let fixes: Vec<CommitSet> =
                here(&draft.fixes.fixed).into_iter().map(|node| graph.descendants(node)).collect();
            let has_both = |node: Node| {
                needed.iter().all(|with| with.contains(node)) && fixes.iter().any(|with| with.contains(node))
            };
            let mut first = release.commit;
            while let Some(parent) = graph.parents(first).first().copied().filter(|parent| has_both(*parent)) {
                first = parent;
            }
            added.push(first);
        }
        draft.impact.timeline.fixed.extend(added);
        true
    }
}
