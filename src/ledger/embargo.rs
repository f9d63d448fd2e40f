//! Unpublished advisories whose fix anybody can read already.

use super::book::Ledger;
use super::query::Query;
use crate::model::{Confidence, Finding, FindingCode};

/// A finding for each unpublished advisory whose fix is in this history: only
/// where unpublished advisories were asked for.
pub(super) fn public_fixes(ledger: &Ledger<'_>, query: &Query<'_>, findings: &mut Vec<Finding>) {
    for (advisory, links) in ledger.own.iter().zip(&ledger.links) {
        if !advisory.disclosure.is_private() || !query.shows(advisory.disclosure) {
            continue;
        }
        let fixes: Vec<_> =
            links.links.iter().filter(|link| link.confidence >= Confidence::Likely).map(|link| link.commit).collect();
        let Some(first) = fixes.first() else { continue };
        let releases = fixes.iter().flat_map(|fix| ledger.first_with(*fix));
        let mut tags: Vec<String> = Vec::new();
        for commit in releases {
            let release = ledger.history.releases.at(commit);
            let tag = release.map(|release| release.tag.to_string()).filter(|tag| !tags.contains(tag));
            tags.extend(tag);
        }
        let short = ledger.history.graph.id(*first).short();
        let where_ = if tags.is_empty() {
            "on a branch here, and in no release yet: it is public as soon as that branch is".to_owned()
        } else {
            format!("in {}", tags.join(", "))
        };
        let message = format!(
            "Its fix can be read while it is unpublished: commit {short} is {where_}. Publish the advisory soon; whoever \
             reads the history knows of it."
        );
        findings.push(Finding::new(FindingCode::PublicFix, advisory.id.as_str(), message));
    }
}
