//! What an advisory affects: from the links and the graph to releases and lines.

mod bounds;
mod differs;
mod fixes;
mod hold;
mod introduced;
mod runs;
mod word;

pub(crate) use introduced::stated_start;
pub use introduced::{Introduced, IntroducedBy};
pub use runs::{Run, runs};

use std::collections::BTreeMap;

use fixes::Fixes;

use super::Ledger;
use super::affected::{BadEvent, Timeline, affected};
use crate::advisory::Advisory;
use crate::history::{Node, PointSet, Release, Releases};
use crate::join::confidence::is_scored;
use crate::join::wording::is_release;
use crate::join::{AdvisoryLinks, Link, Said, Word};
use crate::model::Confidence;

/// What the graph says of one advisory.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Impact {
    /// Where the vulnerability came from; none where nothing says, which stands
    /// for the beginning of the history (OSV's `0`).
    pub introduced: Vec<Introduced>,
    /// Commits of the range's events: where it came from, every fix on every
    /// line, and what took a fix back.
    pub timeline: Timeline,
    /// Commits that stand for a fix among the events because records call the
    /// releases from there on not affected, and no fix is known on their lines.
    /// That none is known proves nothing: without these the graph would call
    /// every later release of such a line affected, against the records.
    pub by_word: Vec<Node>,
    /// The affected releases, by their places in `Releases::all`.
    pub affected: PointSet,
}

/// One maintained line, as an advisory affects it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineImpact<'h> {
    /// The line: `[1, 2]` for 1.2.x.
    pub line: &'h [u64],
    /// Its affected releases, by version.
    pub affected: Vec<&'h Release>,
    /// The first release of the line after the last affected one; none where
    /// the line's newest release is affected: it was never fixed.
    pub fixed_in: Option<&'h Release>,
}

impl LineImpact<'_> {
    /// The line as people write it: `1.2` for 1.2.x.
    #[must_use]
    pub fn name(&self) -> String {
        self.line.iter().map(ToString::to_string).collect::<Vec<_>>().join(".")
    }
}

/// Why the graph says nothing of an advisory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoImpact {
    /// No commit is known well enough to be its fix.
    NoFix,
    /// Its record names commits, as what introduced it, that are not here.
    BadEvents(Vec<BadEvent>),
    /// Its fix is in every release that its records call affected: one of the
    /// two is wrong, and nobody here can tell which.
    Contradicted,
}

impl Impact {
    /// The affected releases, by version.
    pub fn releases<'h>(&self, ledger: &Ledger<'h>) -> Vec<&'h Release> {
        self.affected.iter().filter_map(|at| ledger.history.releases.all().get(at)).collect()
    }

    /// Where the records say otherwise of releases: those that they call affected
    /// and that are not, and those of which it is the other way round.
    pub fn against_records<'h>(
        &self,
        ledger: &Ledger<'h>,
        advisory: &Advisory,
    ) -> (Vec<&'h Release>, Vec<&'h Release>) {
        let said = Said::by(advisory);
        let (mut fixed, mut open) = (Vec::new(), Vec::new());
        for (place, release) in ledger.history.releases.all().iter().enumerate() {
            match (said.is_affected(release), self.affected.contains(place)) {
                (Some(true), false) => fixed.push(release),
                (Some(false), true) => open.push(release),
                _ => {}
            }
        }
        (fixed, open)
    }

    /// The lines that have an affected release, by version.
    #[must_use]
    pub fn lines<'h>(&self, ledger: &Ledger<'h>) -> Vec<LineImpact<'h>> {
        lines(&ledger.history.releases, &self.affected)
    }
}

/// The lines that have one of the affected releases, by version.
#[must_use]
pub fn lines<'h>(releases: &'h Releases, affected: &PointSet) -> Vec<LineImpact<'h>> {
    let mut lines: BTreeMap<&[u64], LineImpact<'h>> = BTreeMap::new();
    // Releases are in the order of their versions, and so are those of a line.
    for (at, release) in releases.all().iter().enumerate() {
        if affected.contains(at) {
            let new = || LineImpact { line: &release.line, affected: Vec::new(), fixed_in: None };
            let line = lines.entry(&release.line).or_insert_with(new);
            line.affected.push(release);
            line.fixed_in = None;
        } else if let Some(line) = lines.get_mut(release.line.as_slice())
            && line.fixed_in.is_none_or(|fixed| fixed.version.is_prerelease())
        {
            // A final release says more than its candidate.
            line.fixed_in = line.fixed_in.filter(|_| release.version.is_prerelease()).or(Some(release));
        }
    }
    lines.into_values().collect()
}

impl<'h> Ledger<'h> {
    /// What the graph says of one of the project's own advisories, by its place;
    /// only links that are at least this sure count.
    ///
    /// # Errors
    /// Why the graph says nothing.
    pub fn impact(&self, at: usize, least: Confidence) -> Result<Impact, NoImpact> {
        self.impacts(&[at], least).pop().unwrap_or(Err(NoImpact::NoFix))
    }

    /// What the graph says of some of them, in the order of the places.
    #[must_use]
    pub fn impacts(&self, places: &[usize], least: Confidence) -> Vec<Result<Impact, NoImpact>> {
        self.settled(places, places.iter().map(|at| self.draft(*at, least)).collect())
    }

    /// What the records alone say of the releases of one advisory, as a range of
    /// commits that begins and ends at releases: for a package whose versions no
    /// range can tell of, where no fix is known.
    ///
    /// # Errors
    /// Why nothing can be said.
    pub fn impact_by_word(&self, at: usize) -> Result<Impact, NoImpact> {
        let own = self.own.get(at).filter(|advisory| !self.project.is_undecided(advisory));
        let draft = own.ok_or(NoImpact::NoFix).and_then(|advisory| {
            let fixes = Fixes::default();
            let introduced = introduced::of(self, advisory, &fixes).map_err(NoImpact::BadEvents)?;
            Ok(self.drafted(fixes, introduced))
        });
        let impact = self.settled(&[at], vec![draft]).pop().unwrap_or(Err(NoImpact::NoFix))?;
        if impact.affected.is_empty() { Err(NoImpact::NoFix) } else { Ok(impact) }
    }

    fn settled(&self, places: &[usize], mut found: Vec<Result<Draft, NoImpact>>) -> Vec<Result<Impact, NoImpact>> {
        self.evaluate(found.iter_mut().flatten().map(|draft| &mut draft.impact).collect());
        let drafts: Vec<(&Advisory, &Draft)> = places
            .iter()
            .zip(&found)
            .filter_map(|(at, draft)| Some((self.own.get(*at)?, draft.as_ref().ok()?)))
            .collect();
        let mut bounds = self.bounds(&drafts).into_iter();
        for (at, draft) in places.iter().zip(&mut found) {
            let (Ok(draft), Some(advisory), Some(links)) = (draft, self.own.get(*at), self.links.get(*at)) else {
                continue;
            };
            let Some(bounds) = bounds.next() else { continue };
            // What the records' word ends on one line may lead to releases of
            // another one that they call affected, and the other way round.
            let settled = (0..ROUNDS).any(|_| {
                let before = draft.impact.timeline.clone();
                self.hold(draft, &bounds);
                self.believe(advisory, links, &mut draft.impact, &bounds);
                draft.impact.timeline == before
            });
            if !settled {
                self.hold(draft, &bounds);
            }
            self.name_roots(&mut draft.impact.timeline);
            draft.contradicted = draft.impact.affected.is_empty() && bounds.said.contains(&Some(Word::Affected));
        }
        let impact = |draft: Draft| if draft.contradicted { Err(NoImpact::Contradicted) } else { Ok(draft.impact) };
        found.into_iter().map(|draft| draft.and_then(impact)).collect()
    }

    /// Leaves out introductions that follow from another with no fix between, and
    /// with no fix that came to them from another line: that closes the earlier
    /// one alone, and the release of the merge still has what the later one brought.
    fn leave_out_repeated(&self, timeline: &mut Timeline) {
        let introduced = timeline.introduced.clone();
        let asked: Vec<Node> = introduced.iter().chain(&timeline.fixed).copied().collect();
        let contained = self.history.graph.containment(&asked, &introduced);
        let mut place = 0..;
        let mut repeated: Vec<Node> = Vec::new();
        timeline.introduced.retain(|commit| {
            let at = place.next().unwrap_or_default();
            let earlier = introduced.iter().any(|other| other != commit && contained.contains(at, *other));
            let is_repeated = earlier && !timeline.fixed.iter().any(|fix| contained.contains(at, *fix));
            repeated.extend(is_repeated.then_some(*commit));
            !is_repeated
        });
        if repeated.is_empty() || timeline.fixed.is_empty() {
            return;
        }
        let fixes = self.history.graph.containment(&repeated, &timeline.fixed);
        let commits = self.history.releases.commits();
        let asked: Vec<Node> = repeated.iter().chain(&timeline.fixed).copied().collect();
        let releases = self.history.graph.containment(&asked, &commits);
        let is_merged = |commit: &Node| {
            let elsewhere = timeline.fixed.iter().enumerate().filter(|(at, _)| !fixes.contains(*at, *commit));
            let mut elsewhere = elsewhere.map(|(_, fix)| *fix);
            elsewhere
                .any(|fix| (0..commits.len()).any(|at| releases.contains(at, *commit) && releases.contains(at, fix)))
        };
        let merged: Vec<Node> = repeated.into_iter().filter(is_merged).collect();
        timeline.introduced.extend(merged);
        timeline.introduced.sort_unstable();
    }

    /// Names the roots for which `0` stands, where releases have several. To
    /// OSV.dev `0` is every root, and one that was merged in later, as netty's of
    /// another project, leads to no earlier fix.
    fn name_roots(&self, timeline: &mut Timeline) {
        if !timeline.from_roots {
            return;
        }
        let graph = &self.history.graph;
        let leading = graph.roots_of(&timeline.fixed);
        if leading.is_empty() || graph.roots_of(&self.history.releases.commits()).len() == 1 {
            return;
        }
        timeline.from_roots = false;
        timeline.introduced.extend(leading);
        timeline.introduced.sort_unstable();
        timeline.introduced.dedup();
        self.leave_out_repeated(timeline);
    }

    /// Evaluates the timelines of impacts, all in one pass.
    fn evaluate(&self, impacts: Vec<&mut Impact>) {
        let points: Vec<Node> = self.history.releases.commits();
        let timelines: Vec<Timeline> = impacts.iter().map(|impact| impact.timeline.clone()).collect();
        let sets = affected(&self.history.graph, &points, &timelines);
        for (impact, set) in impacts.into_iter().zip(sets) {
            impact.affected = set;
        }
    }

    /// The events that fixes and what introduced the vulnerability make by themselves.
    fn draft(&self, at: usize, least: Confidence) -> Result<Draft, NoImpact> {
        let (Some(advisory), Some(links)) = (self.own.get(at), self.links.get(at)) else {
            return Err(NoImpact::NoFix);
        };
        if self.project.is_undecided(advisory) {
            return Err(NoImpact::NoFix);
        }
        let doubtful = self.doubtful(advisory, links);
        // Before a root there was nothing to fix.
        let is_root = |node: Node| self.history.graph.parents(node).is_empty();
        let is_none = |node: Node| {
            is_root(node) || doubtful.contains(&node) || is_release(&self.history.commit(node).message.subject, None)
        };
        let fixes = fixes::of(&self.history.graph, links, least, &is_none).ok_or(NoImpact::NoFix)?;
        let introduced = introduced::of(self, advisory, &fixes).map_err(NoImpact::BadEvents)?;
        Ok(self.drafted(fixes, introduced))
    }

    /// Commits that only weighing calls the fix, and their copies, where a final
    /// release of another line descends from one and a record calls that release
    /// affected. pgjdbc's GHSA-xfg6-62px-cxc2 types 42.2.8 for 42.2.28: the best
    /// change of 42.2.8 is in five later lines that were vulnerable for years.
    fn doubtful(&self, advisory: &Advisory, links: &AdvisoryLinks) -> Vec<Node> {
        let weighed = |link: &&Link| link.copy_of.is_none() && is_scored(link);
        let weighed: Vec<Node> = links.links.iter().filter(weighed).map(|link| link.commit).collect();
        if weighed.is_empty() {
            return Vec::new();
        }
        let releases = self.history.releases.all();
        let contained = self.history.graph.containment(&weighed, &self.history.releases.commits());
        let said = Said::by(advisory);
        let contradicts = |commit: &Node| {
            let with = contained.points_with(*commit);
            let mut with = with.iter().filter_map(|at| releases.get(at)).filter(|it| !it.version.is_prerelease());
            let Some(first) = with.next() else { return false };
            with.any(|release| release.line != first.line && said.of(release) == Some(Word::Affected))
        };
        let mut found: Vec<Node> = weighed.into_iter().filter(contradicts).collect();
        let copies = links.links.iter().filter(|link| link.copy_of.is_some_and(|of| found.contains(&of)));
        let copies: Vec<Node> = copies.map(|link| link.commit).collect();
        found.extend(copies);
        found
    }

    fn drafted(&self, fixes: Fixes, mut introduced: Vec<Introduced>) -> Draft {
        // What fixes it did not introduce it, whatever a record says.
        introduced.retain(|introduced| !fixes.fixed.contains(&introduced.commit));
        let mut timeline = Timeline {
            from_roots: introduced.is_empty(),
            introduced: introduced.iter().map(|introduced| introduced.commit).collect(),
            fixed: fixes.fixed.clone(),
            ..Timeline::default()
        };
        self.leave_out_repeated(&mut timeline);
        timeline.introduced.extend(&fixes.reopened);
        timeline.introduced.sort_unstable();
        timeline.introduced.dedup();
        let impact = Impact { introduced, timeline, by_word: Vec::new(), affected: PointSet::default() };
        Draft { impact, fixes, contradicted: false }
    }
}

/// An impact in the making.
struct Draft {
    impact: Impact,
    /// The fix of its links on every branch.
    fixes: Fixes,
    contradicted: bool,
}

/// Each round settles what the one before has opened or closed; real records
/// need two.
const ROUNDS: usize = 4;
