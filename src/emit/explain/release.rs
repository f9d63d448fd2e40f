//! The story of a release: what it fixes, by which commits, how sure, and what
//! its manager should look at.

use serde::Serialize;

use super::advisory::{Alternative, alternative};
use super::parts::{Evidence, Finding, Named};
use crate::join::{AdvisoryLinks, Candidate};
use crate::ledger::{Ledger, ReleaseReport, Scope};
use crate::model::{AdvisoryId, CommitId, Confidence, TagName, Timestamp};

#[derive(Clone, Debug, Serialize)]
pub(super) struct ReleaseStory {
    pub(super) tag: Option<TagName>,
    pub(super) commit: CommitId,
    pub(super) previous_tag: Option<TagName>,
    /// Why that one, in a word.
    pub(super) previous_reason: Option<&'static str>,
    /// What it is counted from and why, in a sentence.
    pub(super) counted_from: String,
    pub(super) advisories: Vec<Fixed>,
    /// Advisories whose records call this very version patched, and which notes
    /// do not announce.
    pub(super) unsaid: Vec<AdvisoryId>,
    pub(super) findings: Vec<Finding>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Fixed {
    pub(super) id: AdvisoryId,
    pub(super) summary: Option<String>,
    pub(super) scope: &'static str,
    pub(super) status: &'static str,
    pub(super) confidence: Confidence,
    pub(super) commits: Vec<Named>,
    pub(super) evidence: Vec<Evidence>,
    /// Why a claim is not borne out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) claim: Option<String>,
    /// Where people have it from that is carried over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) carried: Option<Carried>,
    pub(super) candidates: Vec<Alternative>,
}

/// The release that brought a fix first, and when.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Carried {
    pub(super) from: TagName,
    pub(super) date: Option<Timestamp>,
}

/// The story of a release; see `explain::release`.
pub(super) fn story(ledger: &Ledger<'_>, report: &ReleaseReport) -> ReleaseStory {
    let advisories = report.advisories.iter().map(|entry| {
        let at = ledger.own.iter().position(|advisory| advisory.id == entry.id && entry.scope == Scope::Project);
        let links = at.and_then(|at| ledger.links.get(at));
        // What was weighed in other releases is for `explain` of the advisory.
        let here = ledger.history.graph.find(&report.release.commit);
        let of_release = |candidate: &&Candidate| here.is_some_and(|here| candidate.releases.contains(&here));
        let alternatives = |links: &AdvisoryLinks| -> Vec<Alternative> {
            let candidates = links.candidates.iter().filter(of_release);
            candidates.map(|candidate| alternative(ledger, links, candidate)).collect()
        };
        Fixed {
            id: entry.id.clone(),
            summary: entry.summary.clone(),
            scope: entry.scope.as_str(),
            status: entry.status.as_str(),
            confidence: entry.confidence,
            commits: entry
                .fix
                .commits
                .iter()
                .map(|commit| Named { id: commit.id, subject: commit.subject.clone() })
                .collect(),
            evidence: entry.evidence.iter().map(Evidence::from).collect(),
            claim: entry.claim.as_ref().map(|claim| claim.detail.clone()),
            carried: entry
                .carried
                .as_ref()
                .map(|carried| Carried { from: carried.from.clone(), date: carried.date.clone() }),
            candidates: links.map(alternatives).unwrap_or_default(),
        }
    });
    let unsaid = report.unsaid.iter().filter(|unsaid| report.private || !unsaid.disclosure.is_private());
    ReleaseStory {
        tag: report.release.tag.clone(),
        commit: report.release.commit,
        previous_tag: report.release.previous_tag.clone(),
        previous_reason: report.release.previous_reason,
        counted_from: report.release.counted_from.clone(),
        advisories: advisories.collect(),
        unsaid: unsaid.map(|unsaid| unsaid.id.clone()).collect(),
        findings: report.findings.iter().map(Finding::from).collect(),
    }
}
