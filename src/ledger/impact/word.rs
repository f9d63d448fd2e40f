//! Where the records' word counts because no commit speaks.

use std::collections::BTreeSet;

use super::introduced::oldest_without;
use super::{Impact, Said};
use crate::advisory::Advisory;
use crate::history::{Node, Release};
use crate::join::stated;
use crate::ledger::Ledger;
use crate::ledger::affected::affected;

impl<'h> Ledger<'h> {
    /// Adds what records say of lines on which no fix is known: the first
    /// release there that they call patched, or that follows what they call
    /// affected, ends the range.
    pub(super) fn believe(&self, advisory: &Advisory, impact: &mut Impact) {
        let releases = self.history.releases.all();
        let points: Vec<Node> = releases.iter().map(|release| release.commit).collect();
        let said = Said::by(advisory);
        let said: Vec<Option<bool>> = releases.iter().map(|release| said.is_affected(release)).collect();
        let Some(first) = said.iter().position(|said| *said == Some(true)) else { return };
        let known = self.lines_with(&impact.timeline.fixed, &points);
        let called = releases.iter().zip(&said).filter(|(_, said)| **said == Some(true));
        let called: Vec<Node> = called.map(|(release, _)| release.commit).collect();
        // What leads to a release that they call affected is before the fix,
        // whatever its version.
        let before = self.history.graph.ancestors(&called);
        let patched = stated::exact(self.history, advisory);
        let named = |release: &Release| patched.iter().any(|patched| patched.tag == release.tag);
        let next = |impact: &Impact| {
            releases.iter().enumerate().skip(first).find(|(place, release)| {
                impact.affected.contains(*place)
                    && said.get(*place) == Some(&Some(false))
                    && !known.contains(release.line.as_slice())
                    && (named(release) || !before.contains(release.commit))
            })
        };
        // Each round ends a line at least.
        while let Some((_, release)) = next(impact) {
            let end = match named(release) {
                true => release.commit,
                false => oldest_without(&self.history.graph, release.commit, &before),
            };
            if impact.by_word.contains(&end) {
                return;
            }
            impact.by_word.push(end);
            impact.timeline.fixed.push(end);
            impact.timeline.fixed.sort_unstable();
            let sets = affected(&self.history.graph, &points, std::slice::from_ref(&impact.timeline));
            impact.affected = sets.into_iter().next().unwrap_or_default();
        }
    }

    /// The lines that have a release with one of some commits.
    fn lines_with(&self, commits: &[Node], points: &[Node]) -> BTreeSet<&'h [u64]> {
        let contained = self.history.graph.containment(commits, points);
        let with = contained.points_with_any(commits);
        with.iter()
            .filter_map(|place| self.history.releases.all().get(place))
            .map(|release| release.line.as_slice())
            .collect()
    }
}
