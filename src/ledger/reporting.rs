//! What a release fixes: every stage asked, in one place.

use std::cell::OnceCell;

use super::book::{Ledger, Points};
use super::query::Query;
use super::report::{ReleaseHeader, ReleaseReport, Status};
use super::{Dependencies, announcements, dependencies, entry, reach};
use crate::advisory::Advisory;
use crate::history::{Node, ReleaseRange};
use crate::join::{AdvisoryLinks, quiet};
use crate::model::{AdvisoryId, Confidence, Finding, FindingCode, TagName, Timestamp};

/// The releases that announce advisories. Which release has which commit is found out once.
pub struct Announcing<'l, 'h> {
    ledger: &'l Ledger<'h>,
    tip: Node,
    points: OnceCell<Points>,
}

impl Announcing<'_, '_> {
    /// The releases that announce the advisory at a place, by version.
    #[must_use]
    pub fn of(&self, at: usize) -> Vec<TagName> {
        let points = self.points.get_or_init(|| self.ledger.points(self.tip, None));
        self.ledger.first_fixed(at, points).into_iter().map(|release| release.tag.clone()).collect()
    }
}

impl<'h> Ledger<'h> {
    /// The releases that announce advisories, for whoever asks of several.
    #[must_use]
    pub const fn announcing(&self, tip: Node) -> Announcing<'_, 'h> {
        Announcing { ledger: self, tip, points: OnceCell::new() }
    }
}

impl Ledger<'_> {
    /// What a release fixes. Without its dependencies nothing bears out what
    /// commits say of them.
    #[must_use]
    pub fn report(&self, query: &Query<'_>, dependencies: Option<&Dependencies<'_>>) -> ReleaseReport {
        let range = ReleaseRange::new(&self.history.graph, query.tip, query.base());
        let points = self.points(query.tip, query.from);
        let before = self.had_before(query, &points);
        let (mut entries, mut places, mut findings) = (Vec::new(), Vec::new(), Vec::new());
        for at in 0..self.own.len() {
            let entry = entry::of(self, query, (&points, &before), &range, at, &mut findings);
            places.extend(entry.as_ref().map(|_| at));
            entries.extend(entry);
        }
        // Only of what the release speaks of, if of any: they are a pass over the graph.
        let impacts = if places.is_empty() { Vec::new() } else { self.impacts(&places, Confidence::Likely) };
        let impacts: Vec<_> = places.into_iter().zip(impacts).collect();
        for (entry, (at, impact)) in entries.iter_mut().zip(&impacts) {
            let is_here = matches!(entry.status, Status::Fixed | Status::Carried);
            entry.reach = reach::of(self, query, &points, (*at, impact), is_here).unwrap_or_default();
        }
        findings.extend(self.affected_differs(&impacts));
        let own: Vec<AdvisoryId> = entries.iter().map(|entry| entry.id.clone()).collect();
        entries.extend(dependencies::entries(self, query, &range, &own, dependencies, &mut findings));
        self.unexplained_forks(&range, &mut findings);
        self.quiet_fixes(&range, &mut findings);
        findings.extend(query.odd_from(&self.history.graph));
        super::updates::reverted(self, &range, &mut findings);
        super::embargo::public_fixes(self, query, &mut findings);
        super::passed_over::named(self, query, &mut findings);
        findings.extend(self.decided.iter().cloned());
        findings.extend(self.unusable_decisions(query));
        let notes = announcements::of(self, query, &range, &entries, &mut findings);
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
            notes,
            findings,
            unsaid,
            withdrawn: Vec::new(),
            private: private || query.include_unpublished,
            dependencies: dependencies.map(|known| known.policy).unwrap_or_default(),
            lists_carried: false,
        }
    }

    /// A decision that cannot be followed is told of every release: without it its
    /// advisory may be of none.
    fn unusable_decisions(&self, query: &Query<'_>) -> impl Iterator<Item = Finding> {
        let shown = self.own.iter().zip(&self.links).filter(|(advisory, _)| query.shows(advisory.disclosure));
        let found = shown.flat_map(|(_, links)| &links.findings);
        found.filter(|finding| finding.code == FindingCode::DecisionUnusable).cloned()
    }

    /// What is found of the project's advisories, whatever release is asked about: of those
    /// that may be seen.
    #[must_use]
    pub fn standing(&self, shows: &dyn Fn(&Advisory) -> bool) -> Vec<Finding> {
        let shown = self.own.iter().zip(&self.links).filter(|(advisory, _)| shows(advisory));
        let of_links = shown.flat_map(|(_, links)| links.findings.iter());
        let mut findings: Vec<Finding> = self.decided.iter().chain(of_links).cloned().collect();
        findings.sort();
        findings.dedup();
        findings
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
            if !self.links.iter().any(known) && self.announced(node).is_none() {
                let id = self.history.graph.id(node);
                let message =
                    format!("{} merges the private fork of an advisory, and no advisory given names it.", id.short());
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
            let explained = self.links.iter().any(|links| links.link(quiet.commit).is_some());
            if !explained && self.announced(quiet.commit).is_none() {
                let id = self.history.graph.id(quiet.commit);
                let message = format!(
                    "Commit {} looks like a security fix (“{}”), and no advisory given explains it: {}",
                    id.short(),
                    quiet.words,
                    self.history.commit(quiet.commit).message.subject
                );
                findings.push(Finding::new(FindingCode::QuietSecurityFix, id.to_string(), message));
            }
        }
    }
}
