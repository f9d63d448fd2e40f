//! How sure it is that a release has a fix.

use super::book::{Ledger, Points};
use crate::advisory::Advisory;
use crate::history::Release;
use crate::join::{AdvisoryLinks, Carry};
use crate::model::{Confidence, Evidence, EvidenceKind};

/// Where the commits are only *possible*, the record's word on this very
/// version may be worth more.
pub(super) fn sure(
    ledger: &Ledger<'_>,
    own: Option<&Release>,
    advisory: &Advisory,
    of_commits: Confidence,
) -> (Confidence, Option<Evidence>) {
    match patched_here(ledger, own, advisory) {
        Some((stated, evidence)) if stated > of_commits => (stated, Some(evidence)),
        _ => (of_commits, None),
    }
}

/// The surest of the commits that carry the fix at a point; where they are the
/// whole fix only with what is unsure, it is no surer than that.
pub(super) fn confidence_at(links: &AdvisoryLinks, points: &Points, point: usize) -> Confidence {
    let here = links.links.iter().filter(|link| points.contained.contains(point, link.commit));
    let surest = here.map(|link| link.confidence).max().unwrap_or(Confidence::Possible);
    let is_whole = |links: &AdvisoryLinks| Carry::of(links, &points.contained, point) == Carry::Whole;
    let sure = || AdvisoryLinks {
        groups: links.sure_groups(Confidence::Likely),
        reverts: links.reverts.clone(),
        ..AdvisoryLinks::default()
    };
    if is_whole(links) && !is_whole(&sure()) { Confidence::Possible } else { surest }
}

pub(super) fn patched_here(
    ledger: &Ledger<'_>,
    own: Option<&Release>,
    advisory: &Advisory,
) -> Option<(Confidence, Evidence)> {
    let own = own?;
    // What is said of a version is said of every tag of its commit.
    let stated = ledger.patched_releases(advisory).into_iter().filter(|(release, _)| release.commit == own.commit);
    let (confidence, detail) = stated.map(|(_, stated)| stated).max_by_key(|(confidence, _)| *confidence)?;
    Some((confidence, Evidence::new(EvidenceKind::PatchedVersion, None, detail)))
}
