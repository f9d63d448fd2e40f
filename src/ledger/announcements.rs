//! What people announce of a release without an advisory.

use super::book::{Announced, Ledger};
use super::entry;
use super::query::Query;
use super::report::{Announcement, Entry, Scope};
use crate::history::{Node, ReleaseRange};
use crate::model::{Finding, FindingCode};

/// The notes that are news in the release, in the order of the configuration.
pub(super) fn of(
    ledger: &Ledger<'_>,
    query: &Query<'_>,
    range: &ReleaseRange,
    entries: &[Entry],
    findings: &mut Vec<Finding>,
) -> Vec<Announcement> {
    let Some(announced) = &ledger.announced else { return Vec::new() };
    findings.extend(announced.findings.iter().cloned());
    let inner = &announced.ledger;
    let points = inner.points(query.tip, query.from);
    let before = inner.had_before(query, &points);
    let mut announcements = Vec::new();
    for (at, note) in announced.notes.iter().enumerate() {
        let mut found = Vec::new();
        let entry = entry::of(inner, query, (&points, &before), range, at, &mut found);
        let subject = note.commits.first().map(ToString::to_string).unwrap_or_default();
        let about = |code, message: String| Finding::new(code, subject.clone(), message).at(note.origin.clone());
        // What is not all there yet is announced by the release that has the rest.
        let taken_back = found.into_iter().filter(|found| found.code == FindingCode::FixReverted);
        findings.extend(taken_back.map(|found| {
            about(found.code, format!("What a [[note]] of {} announces: {}", note.origin.file, found.message))
        }));
        let Some(entry) = entry.filter(Entry::is_announced) else { continue };
        let same = |other: &&Entry| {
            let fixes = || other.fix.commits.iter().map(|commit| commit.id);
            other.scope == Scope::Project && entry.fix.commits.iter().any(|commit| fixes().any(|id| id == commit.id))
        };
        if let Some(other) = entries.iter().find(same) {
            let message = format!("A [[note]] of {} announces what fixes {}.", note.origin.file, other.id);
            findings.push(about(FindingCode::NoteUnnecessary, message));
        }
        announcements.push(Announcement {
            text: note.text.clone(),
            severity: note.severity,
            commits: entry.fix.commits,
        });
    }
    announcements
}

impl Ledger<'_> {
    /// The text by which a person announces a commit.
    #[must_use]
    pub fn announced(&self, commit: Node) -> Option<&str> {
        let Announced { notes, ledger, .. } = self.announced.as_deref()?;
        let at = ledger.links.iter().position(|links| links.link(commit).is_some())?;
        notes.get(at).map(|note| note.text.as_str())
    }
}
