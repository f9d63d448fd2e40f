//! One of the project's own advisories in one release.

use super::book::{Ledger, Points};
use super::confidence::{confidence_at, patched_here, sure};
use super::foremost;
use super::news::{self, Before, Holders};
use super::query::Query;
use super::reach::Reach;
use super::report::{Carried, Entry, Fix, FixCommit, Scope, Status};
use crate::advisory::Advisory;
use crate::history::message::MergeKind;
use crate::history::{Node, Release, ReleaseRange};
use crate::join::{AdvisoryLinks, Carry, Link};
use crate::model::{Confidence, Evidence, EvidenceKind, Finding, FindingCode, FixRole, TagName, Timestamp, line};

/// The entry of an advisory, if it is news in the release, comes with it again,
/// is fixed in part, or is taken back; else findings, where something of the
/// release speaks of it.
pub(super) fn of(
    ledger: &Ledger<'_>,
    query: &Query<'_>,
    (points, before): (&Points, &Before<'_>),
    range: &ReleaseRange,
    at: usize,
    findings: &mut Vec<Finding>,
) -> Option<Entry> {
    let (advisory, links) = (ledger.own.get(at)?, ledger.links.get(at)?);
    if !query.shows(advisory.disclosure) {
        return None;
    }
    let carry = Carry::of(links, &points.contained, points.tip);
    let holders = Holders::new(ledger, points, at)?;
    let had = holders.had(before);
    let in_range = |commits: &[Node]| commits.iter().any(|commit| range.commits.contains(*commit));
    let part_here = links.links.iter().any(|link| range.commits.contains(link.commit));
    let by_word = links.groups.is_empty() || query.release.is_some_and(|own| links.by_word.contains(&own.commit));
    let of_commits = || confidence_at(links, points, points.tip);
    let found = match &carry {
        Carry::Whole if !had || news::brings(range, links) => {
            let (confidence, extra) = sure(ledger, query.release, advisory, of_commits());
            Some((if had { Status::Carried } else { Status::Fixed }, confidence, extra))
        }
        // A second tag on one commit brings nothing, whatever its record says.
        Carry::Nothing if by_word && !(had && range.commits.is_empty()) => {
            let status = if had { Status::Carried } else { Status::Fixed };
            patched_here(ledger, query.release, advisory)
                .map(|(confidence, evidence)| (status, confidence, Some(evidence)))
        }
        Carry::TakenBack(by) if in_range(by) => Some((Status::Reverted, of_commits(), None)),
        Carry::Partly(_) if !had && part_here => Some((Status::Partial, of_commits(), None)),
        _ => None,
    };
    if found.as_ref().is_none_or(|(status, ..)| *status == Status::Carried) {
        if !by_word && found.is_none() {
            not_fixed(ledger, query, (advisory, links), &carry, findings);
        }
        mentions(ledger, range, links, advisory, holders.brought_first(query), findings);
    }
    let (status, confidence, extra) = found?;
    // A hundred packages share a version number: that says nothing of this one.
    let confidence = if ledger.project.is_undecided(advisory) { Confidence::Possible } else { confidence };
    if status != Status::Carried {
        findings.extend(links.findings.iter().cloned());
        let unknown = links.groups.is_empty() || carry == Carry::Nothing;
        status_findings(ledger, (advisory, links), &carry, status, confidence, unknown, findings);
    }
    let known = (advisory, links, range);
    Some(entry(ledger, query, points, &holders, known, (status, confidence), extra))
}

fn entry(
    ledger: &Ledger<'_>,
    query: &Query<'_>,
    points: &Points,
    holders: &Holders<'_, '_>,
    (advisory, links, range): (&Advisory, &AdvisoryLinks, &ReleaseRange),
    (status, confidence): (Status, Confidence),
    extra: Option<Evidence>,
) -> Entry {
    let id_of = |commit: Node| ledger.history.graph.id(commit);
    let here: Vec<_> = links.links.iter().filter(|link| points.contained.contains(points.tip, link.commit)).collect();
    // A commit that is less sure than the entry is for `explain`.
    let sure = here.iter().filter(|link| link.confidence >= confidence.min(Confidence::Likely));
    // Tests, documents and what else came along is for `explain`, too, but where
    // there is nothing else.
    let sure: Vec<_> = sure.collect();
    let is_fix = |link: &Link| link.role == FixRole::Fix && !links.is_companion(link);
    let has_fix = sure.iter().any(|link| is_fix(link));
    // A merge of a branch into a request's says nothing of the fix, unless a record names it.
    let tells = |link: &Link| {
        let named = link.evidence.iter().any(|evidence| evidence.kind.is_reference() || evidence.kind.is_own());
        let of_branch = ledger.history.commit(link.commit).message.merge == MergeKind::Branch;
        link.role == FixRole::Merge && (named || !of_branch)
    };
    let printed = sure.iter().filter(|link| !has_fix || tells(link) || is_fix(link));
    let shown = |link: &Link| FixCommit {
        id: id_of(link.commit),
        subject: title(ledger, link.commit),
        role: if ledger.history.graph.is_merge(link.commit) { FixRole::Merge } else { link.role },
    };
    let printed: Vec<(&Link, FixCommit)> = printed.map(|link| (**link, shown(link))).collect();
    let (by, by_more) = foremost::of(ledger, range, &printed);
    let mut evidence: Vec<Evidence> = Vec::new();
    for link in &here {
        for seen in &link.evidence {
            let commit = (seen.kind != EvidenceKind::PatchedVersion).then(|| id_of(link.commit));
            evidence.push(Evidence { commit, ..seen.clone() });
        }
    }
    evidence.extend(extra);
    let reach = |commit: &Node| points.contained.contains(points.tip, *commit);
    for revert in links.reverts.iter().filter(|revert| reach(&revert.by)) {
        let verb = if revert.reapplies { "brings back" } else { "takes back" };
        let detail = format!("{verb} the fix {}", id_of(revert.of).short());
        evidence.push(Evidence::new(EvidenceKind::Reverted, Some(id_of(revert.by)), detail));
    }
    evidence.sort();
    evidence.dedup();
    let firsts = holders.first_fixed();
    let own_tag = query.release.map(|release| release.tag.clone());
    let own_line = query.release.map(|release| release.line.clone());
    let also: Vec<TagName> = firsts
        .iter()
        .filter(|release| Some(&release.line) != own_line.as_ref())
        .map(|release| release.tag.clone())
        .collect();
    Entry {
        summary: advisory.summary.as_ref().map(|summary| summary.value.clone()),
        page: advisory.page(),
        credits: advisory.credits.iter().map(|credit| credit.value.clone()).collect(),
        published: advisory.first_published(),
        withdrawn: advisory.withdrawn(),
        cwes: advisory.cwes(),
        severity: advisory.severity.clone(),
        disclosure: advisory.disclosure,
        id: advisory.id.clone(),
        aliases: advisory.aliases.clone(),
        scope: Scope::Project,
        status,
        confidence,
        fix: Fix {
            commits: printed.into_iter().map(|(_, commit)| commit).collect(),
            first_release: if status == Status::Fixed { own_tag } else { None },
            also_fixed_in: also,
            pull_requests: Vec::new(),
            by,
            by_more,
        },
        // Found for all entries at once.
        reach: Reach::default(),
        evidence,
        package: None,
        claim: None,
        carried: holders
            .brought_first(query)
            .filter(|_| status == Status::Carried)
            .map(|release| Carried { from: release.tag.clone(), date: Timestamp::from_unix(release.time) }),
        texts: advisory.texts(),
    }
}

/// What a commit says it does: the first line of its message; of a squashed
/// private fork the first that says something.
fn title(ledger: &Ledger<'_>, commit: Node) -> String {
    let message = &ledger.history.commit(commit).message;
    let said = message.title.as_ref().filter(|_| !ledger.history.graph.is_merge(commit));
    said.unwrap_or(&message.subject).to_string()
}

/// The record calls this very version patched, and the fix is not in it.
fn not_fixed(
    ledger: &Ledger<'_>,
    query: &Query<'_>,
    (advisory, links): (&Advisory, &AdvisoryLinks),
    carry: &Carry,
    findings: &mut Vec<Finding>,
) {
    let Some(own) = query.release else { return };
    let stated = ledger.patched_releases(advisory).into_iter().any(|(release, _)| release.tag == own.tag);
    if stated && matches!(carry, Carry::Nothing | Carry::Partly(_)) {
        let (version, tag) = (&own.version, &own.tag);
        let named = links.links.iter().flat_map(|link| &link.evidence).any(|evidence| evidence.kind.is_reference());
        let message = if named {
            format!("Its records call {version} patched, but the commits that they name are not in {tag}.")
        } else {
            format!(
                "Its records call {version} patched, but what is held to be its fix is not in {tag}; `secnotes explain \
                 {}` shows where it is, and why.",
                advisory.id
            )
        };
        findings.push(Finding::new(FindingCode::PatchedWithoutFix, advisory.id.as_str(), message));
    }
}

fn mentions(
    ledger: &Ledger<'_>,
    range: &ReleaseRange,
    links: &AdvisoryLinks,
    advisory: &Advisory,
    before: Option<&Release>,
    findings: &mut Vec<Finding>,
) {
    let here = || links.mentions.iter().filter(|(commit, _)| range.commits.contains(*commit));
    let within = ledger.history.not_of_others(here().map(|(commit, _)| *commit));
    for (commit, evidence) in here().filter(|(commit, _)| within.contains(commit)) {
        let fixed = before.map(|release| format!(" The fix shipped in {}.", release.tag)).unwrap_or_default();
        let short = ledger.history.graph.id(*commit).short();
        let message = format!("Commit {short} is no fix of it: {}.{fixed}", evidence.detail);
        findings.push(Finding::new(FindingCode::MentionedNotFixed, advisory.id.as_str(), message));
    }
}

fn status_findings(
    ledger: &Ledger<'_>,
    (advisory, links): (&Advisory, &AdvisoryLinks),
    carry: &Carry,
    status: Status,
    confidence: Confidence,
    unknown: bool,
    findings: &mut Vec<Finding>,
) {
    let names = |commits: &[Node]| {
        commits.iter().map(|commit| ledger.history.graph.id(*commit).short()).collect::<Vec<_>>().join(", ")
    };
    let mut find = |code, message: String| findings.push(Finding::new(code, advisory.id.as_str(), message));
    match carry {
        Carry::Partly(missing) if status == Status::Partial => {
            find(FindingCode::PartialFix, format!("The release lacks {} of its fix.", names(missing)));
        }
        Carry::TakenBack(by) if status == Status::Reverted => {
            find(FindingCode::FixReverted, format!("The release takes its fix back, by {}.", names(by)));
        }
        _ => {}
    }
    if unknown && !advisory.records.is_empty() {
        let candidates: Vec<String> = links
            .candidates
            .iter()
            .filter_map(|candidate| Some((candidate.commits.last()?, candidate.score)))
            // What another advisory has is no candidate any more.
            .filter(|(commit, _)| ledger.links.iter().all(|other| other.link(**commit).is_none()))
            .take(3)
            .map(|(commit, score)| format!("{} ({score})", ledger.history.graph.id(*commit).short()))
            .collect();
        let mend = if candidates.is_empty() {
            "Add a reference to the fix commit to the record.".to_owned()
        } else {
            format!("The best candidates are {}: decide with `secnotes review`.", candidates.join(", "))
        };
        find(
            FindingCode::FixCommitUnknown,
            format!(
                "Its records say that this version is patched, and neither they nor any commit name the fix. {mend}"
            ),
        );
    }
    if ledger.project.is_undecided(advisory) {
        find(FindingCode::PackageUndecided, undecided(advisory));
    } else if confidence == Confidence::Possible {
        find(FindingCode::PossibleFix, "The evidence is too weak for public notes.".to_owned());
    }
}

/// What would tell which package an advisory is about.
fn undecided(advisory: &Advisory) -> String {
    let named = advisory.affected.iter().find_map(|affected| affected.value.package.as_ref());
    let name = named.map_or_else(|| "ecosystem:name".to_owned(), |package| line(&package.to_string()).to_string());
    format!(
        "Nothing says which package of the repository it is about, so that no notes announce it. Name what its record \
         calls the package in secnotes.toml: `names = [\"{name}\"]` below its [[package]]; or let the record name the \
         commits of the fix."
    )
}
