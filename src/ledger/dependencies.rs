//! Advisories of other projects that the commits of a release name.

use std::collections::BTreeMap;

use super::book::{Ledger, Query};
use super::report::{Entry, Fix, Scope, Status};
use crate::advisory::Advisory;
use crate::history::message::Mention;
use crate::history::{Node, ReleaseRange};
use crate::model::{AdvisoryId, Confidence, Disclosure, Evidence, EvidenceKind, Finding, FindingCode, Severity};

/// The record of an id, if one was given, and the commits that name it.
type Named<'a> = (Option<&'a Advisory>, Vec<(Node, &'a Mention)>);

/// One entry for each advisory that is not the project's and that a commit of
/// the range says it fixes. It is a claim: no lock file is looked at.
pub(super) fn entries(
    ledger: &Ledger<'_>,
    query: &Query<'_>,
    range: &ReleaseRange,
    own: &[AdvisoryId],
    findings: &mut Vec<Finding>,
) -> Vec<Entry> {
    let ours =
        |id: &AdvisoryId| ledger.own.iter().any(|advisory| advisory.ids().any(|known| known == id)) || own.contains(id);
    let mut named: BTreeMap<&AdvisoryId, Named<'_>> = BTreeMap::new();
    for node in range.commits.iter() {
        for mention in ledger.history.commit(node).message.mentions.iter().filter(|mention| !ours(&mention.id)) {
            let record = ledger.others.iter().find(|advisory| advisory.ids().any(|id| *id == mention.id));
            let id = record.map_or(&mention.id, |advisory| &advisory.id);
            named.entry(id).or_insert((record, Vec::new())).1.push((node, mention));
        }
    }
    let mut entries = Vec::new();
    for (id, (record, mentions)) in named {
        let disclosure = record.map_or(Disclosure::Unknown, |record| record.disclosure);
        if !query.shows(disclosure) {
            continue;
        }
        let claims: Vec<_> = mentions.iter().filter(|(_, mention)| !mention.context.is_negative()).collect();
        if claims.is_empty() {
            for (node, mention) in &mentions {
                let short = ledger.history.graph.id(*node).short();
                let message = format!("Commit {short} is no fix of it: its message {} it.", mention.context.phrase());
                findings.push(Finding::new(FindingCode::MentionedNotFixed, id.as_str(), message));
            }
            continue;
        }
        if record.is_none() {
            let message = "A commit names it, and no record of it was given; its title and severity are not known. \
                           Add its record to the advisories."
                .to_owned();
            findings.push(Finding::new(FindingCode::UnknownAdvisory, id.as_str(), message));
        }
        entries.push(entry(ledger, id, record, &mentions));
    }
    entries
}

fn entry(ledger: &Ledger<'_>, id: &AdvisoryId, record: Option<&Advisory>, mentions: &[(Node, &Mention)]) -> Entry {
    let evidence = mentions.iter().map(|(node, mention)| {
        let negative = mention.context.is_negative();
        let kind = if negative { EvidenceKind::NegativeMention } else { EvidenceKind::MessageId };
        let detail = format!("its message {} {}: “{}”", mention.context.phrase(), mention.id, mention.line);
        Evidence::new(kind, Some(ledger.history.graph.id(*node)), detail)
    });
    let mut evidence: Vec<Evidence> = evidence.collect();
    evidence.sort();
    Entry {
        id: id.clone(),
        aliases: record.map(|record| record.aliases.clone()).unwrap_or_default(),
        summary: record.and_then(|record| record.summary.as_ref()).map(|summary| summary.value.clone()),
        scope: Scope::Dependency,
        severity: record.map_or_else(Severity::default, |record| record.severity.clone()),
        disclosure: record.map_or(Disclosure::Unknown, |record| record.disclosure),
        status: Status::Claimed,
        confidence: Confidence::Possible,
        // A claim names no fix commit: the commits that make it are evidence.
        fix: Fix::default(),
        evidence,
        credits: Vec::new(),
        page: record.and_then(Advisory::page),
    }
}
