//! What an advisory affects: from the links and the graph to releases and lines.

mod fixes;
mod introduced;
mod runs;
mod said;
mod word;

pub use introduced::{Introduced, IntroducedBy, stated_start};
pub use runs::{Run, runs};
pub use said::{Said, Word};

use std::collections::BTreeMap;

use super::Ledger;
use super::affected::{BadEvent, EventKind, Timeline, affected};
use crate::history::{Node, PointSet, Release, Releases};
use crate::join::wording::is_release;
use crate::model::Confidence;

/// What the graph says of one advisory.
#[derive(Clone, Debug)]
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
pub enum NoImpact {
    /// No commit is known well enough to be its fix.
    NoFix,
    /// Its record names commits, as what introduced it, that are not here or
    /// lead to no fix.
    BadEvents(Vec<BadEvent>),
}

impl Impact {
    /// The affected releases, by version.
    pub fn releases<'h>(&self, ledger: &Ledger<'h>) -> Vec<&'h Release> {
        self.affected.iter().filter_map(|at| ledger.history.releases.all().get(at)).collect()
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
        let mut found: Vec<Result<Impact, NoImpact>> = places.iter().map(|at| self.timeline(*at, least)).collect();
        self.evaluate(found.iter_mut().flatten().collect());
        for (at, impact) in places.iter().zip(&mut found) {
            if let (Ok(impact), Some(advisory), Some(links)) = (impact, self.own.get(*at), self.links.get(*at)) {
                self.believe(advisory, links, impact);
            }
        }
        found
    }

    /// The fixes on lines that have a commit which introduced the vulnerability:
    /// others close nothing, and OSV wants each event to follow from the one before.
    fn reached(&self, timeline: &Timeline) -> Vec<Node> {
        let contained = self.history.graph.containment(&timeline.introduced, &timeline.fixed);
        let with = contained.points_with_any(&timeline.introduced);
        with.iter().filter_map(|at| timeline.fixed.get(at).copied()).collect()
    }

    /// Leaves out introductions that follow from another with no fix between.
    fn leave_out_repeated(&self, timeline: &mut Timeline) {
        let introduced = timeline.introduced.clone();
        let asked: Vec<Node> = introduced.iter().chain(&timeline.fixed).copied().collect();
        let contained = self.history.graph.containment(&asked, &introduced);
        let mut place = 0..;
        timeline.introduced.retain(|commit| {
            let at = place.next().unwrap_or_default();
            let earlier = introduced.iter().any(|other| other != commit && contained.contains(at, *other));
            !earlier || timeline.fixed.iter().any(|fix| contained.contains(at, *fix))
        });
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

    fn timeline(&self, at: usize, least: Confidence) -> Result<Impact, NoImpact> {
        let (Some(advisory), Some(links)) = (self.own.get(at), self.links.get(at)) else {
            return Err(NoImpact::NoFix);
        };
        if self.project.is_undecided(advisory) {
            return Err(NoImpact::NoFix);
        }
        let prepares = |node: Node| is_release(&self.history.commit(node).message.subject, None);
        let fixes = fixes::of(&self.history.graph, links, least, &prepares).ok_or(NoImpact::NoFix)?;
        let introduced = introduced::of(self, advisory, &fixes).map_err(NoImpact::BadEvents)?;
        let mut timeline = Timeline {
            from_roots: introduced.is_empty(),
            introduced: introduced.iter().map(|introduced| introduced.commit).collect(),
            fixed: fixes.fixed,
            ..Timeline::default()
        };
        let mut introduced = introduced;
        if !timeline.from_roots {
            let reached = self.reached(&timeline);
            if !reached.is_empty() {
                timeline.fixed = reached;
            } else if introduced.iter().any(|introduced| matches!(introduced.by, IntroducedBy::Record(_))) {
                let hash = |commit: &Node| self.history.graph.id(*commit);
                let bad = |commit| BadEvent::LeadsNowhere { kind: EventKind::Introduced, hash: hash(commit) };
                return Err(NoImpact::BadEvents(timeline.introduced.iter().map(bad).collect()));
            } else {
                // What stood for a version led nowhere: then nothing says.
                introduced.clear();
                timeline.introduced.clear();
                timeline.from_roots = true;
            }
        }
        self.leave_out_repeated(&mut timeline);
        timeline.introduced.extend(fixes.reopened);
        timeline.introduced.sort_unstable();
        timeline.introduced.dedup();
        Ok(Impact { introduced, timeline, by_word: Vec::new(), affected: PointSet::default() })
    }
}
