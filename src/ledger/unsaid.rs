//! What records call patched in this very version, and notes do not announce.
//! Silence would read as "nothing to say".

use super::book::{Ledger, Points};
use super::query::Query;
use super::report::{Entry, FixCommit, Scope, Status, Unsaid, UnsaidBecause};
use crate::advisory::Advisory;
use crate::history::Release;
use crate::join::AdvisoryLinks;
use crate::join::stated;
use crate::model::{Confidence, Finding, FindingCode, FixRole, TagName, Weight};

/// The advisories of the project that the release leaves unsaid, by id.
pub(super) fn of(
    ledger: &Ledger<'_>,
    (query, points): (&Query<'_>, &Points),
    entries: &[Entry],
    findings: &[Finding],
) -> Vec<Unsaid> {
    let Some(own) = query.release else { return Vec::new() };
    let mut unsaid: Vec<Unsaid> = Vec::new();
    for (at, (advisory, links)) in ledger.own.iter().zip(&ledger.links).enumerate() {
        let entry = entries.iter().find(|entry| entry.scope == Scope::Project && entry.id == advisory.id);
        let without = |finding: &&Finding| {
            finding.code == FindingCode::PatchedWithoutFix && finding.subject == advisory.id.as_str()
        };
        let why = match entry.map(|entry| (entry.status, entry.confidence)) {
            Some((Status::Fixed, Confidence::Possible)) => UnsaidBecause::Unsure(best(ledger, own, links)),
            Some((Status::Partial, _)) => UnsaidBecause::Partly,
            Some((Status::Reverted, _)) => UnsaidBecause::TakenBack,
            None if findings.iter().any(|finding| without(&finding)) => {
                UnsaidBecause::NotHere(later(ledger, points, own, at))
            }
            _ => continue,
        };
        // A hundred packages share a version number: that says nothing of this one.
        if is_named(ledger, own, advisory) && !ledger.project.is_undecided(advisory) {
            unsaid.push(Unsaid { id: advisory.id.clone(), disclosure: advisory.disclosure, why });
        }
    }
    unsaid
}

fn is_named(ledger: &Ledger<'_>, own: &Release, advisory: &Advisory) -> bool {
    let stated = stated::releases(ledger.history, advisory);
    stated.iter().any(|stated| stated.is_named && stated.release.commit == own.commit)
}

/// The first release of the line that announces the advisory.
fn later(ledger: &Ledger<'_>, points: &Points, own: &Release, at: usize) -> Option<TagName> {
    let first = ledger.first_fixed(at, points).into_iter().find(|release| release.line == own.line);
    first.map(|release| release.tag.clone())
}

/// The best candidate of the release that is not another advisory's fix.
fn best(ledger: &Ledger<'_>, own: &Release, links: &AdvisoryLinks) -> Option<(FixCommit, Weight)> {
    let free = |commit: &_| ledger.links.iter().all(|other| other.link(*commit).is_none());
    let here = links.candidates.iter().filter(|candidate| candidate.releases.contains(&own.commit));
    let best = here.filter(|candidate| candidate.score > Weight::default()).max_by_key(|candidate| candidate.score)?;
    let commit = *best.fixes.iter().chain(&best.commits).find(|commit| free(*commit))?;
    let id = ledger.history.graph.id(commit);
    let subject = ledger.history.commit(commit).message.subject.to_string();
    Some((FixCommit { id, subject, role: FixRole::Fix }, best.score))
}
