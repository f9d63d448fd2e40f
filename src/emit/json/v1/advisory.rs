//! One advisory of the document.

use serde::Serialize;

use super::reach::{By, Line};
use super::severity::Severity;
use super::words::{confidence, disclosure, informational, kind, role, scope, status};
use crate::emit::markdown::details::Details;
use crate::emit::markdown::prose;
use crate::ledger;
use crate::model::{Credit, CreditType, Timestamp, credited_names};

#[derive(Serialize)]
pub(super) struct Advisory<'r> {
    id: &'r str,
    aliases: Vec<&'r str>,
    summary: Option<&'r str>,
    scope: &'static str,
    published: Option<&'r str>,
    withdrawn: Option<&'r str>,
    cwes: &'r [String],
    severity: Severity<'r>,
    disclosure: &'static str,
    status: &'static str,
    confidence: &'static str,
    affected: Vec<String>,
    fixed_in: Vec<&'r str>,
    upgrade_to: Option<&'r str>,
    lines: Vec<Line<'r>>,
    fix: Fix<'r>,
    evidence: Vec<Evidence<'r>>,
    credits: Vec<&'r str>,
    credited: Vec<Credited<'r>>,
    page: Option<&'r str>,
    package: Option<Package<'r>>,
    claim: Option<Claim<'r>>,
    carried: Option<Carried<'r>>,
    workaround: Option<String>,
    details: Details,
}

#[derive(Serialize)]
struct Credited<'r> {
    name: &'r str,
    r#type: Option<&'static str>,
    url: Option<&'r str>,
}

impl<'r> Credited<'r> {
    fn new(credit: &'r Credit) -> Self {
        Self { name: &credit.name, r#type: credit.kind.map(CreditType::as_str), url: credit.url.as_deref() }
    }
}

#[derive(Serialize)]
struct Carried<'r> {
    from: &'r str,
    date: Option<&'r str>,
}

#[derive(Serialize)]
struct Package<'r> {
    ecosystem: &'r str,
    name: &'r str,
    from: &'r [String],
    to: &'r [String],
    shipped: bool,
    files: Vec<File<'r>>,
    moves: Vec<Move<'r>>,
    affected: &'r [String],
    fixed_in: Option<&'r str>,
    informational: Option<&'static str>,
}

#[derive(Serialize)]
struct Move<'r> {
    from: &'r str,
    to: Option<&'r str>,
}

#[derive(Serialize)]
struct File<'r> {
    path: &'r str,
    from: &'r [String],
    to: &'r [String],
    was_affected: bool,
    affected: bool,
}

#[derive(Serialize)]
struct Claim<'r> {
    reason: &'static str,
    detail: &'r str,
    meant: Option<&'r str>,
}

#[derive(Serialize)]
struct Fix<'r> {
    commits: Vec<Commit<'r>>,
    first_release: Option<&'r str>,
    also_fixed_in: Vec<&'r str>,
    pull_requests: &'r [u64],
    by: Vec<By<'r>>,
    by_more: usize,
}

#[derive(Serialize)]
pub(super) struct Commit<'r> {
    id: String,
    subject: &'r str,
    role: &'static str,
}

#[derive(Serialize)]
struct Evidence<'r> {
    kind: &'static str,
    commit: Option<String>,
    detail: &'r str,
}

impl<'r> Advisory<'r> {
    pub(super) fn new(entry: &'r ledger::Entry) -> Self {
        Self {
            id: entry.id.as_str(),
            aliases: entry.aliases.iter().map(|id| id.as_str()).collect(),
            summary: entry.summary.as_deref(),
            scope: scope(entry.scope),
            published: entry.published.as_ref().map(Timestamp::as_str),
            withdrawn: entry.withdrawn.as_ref().map(Timestamp::as_str),
            cwes: &entry.cwes,
            severity: Severity::new(&entry.severity),
            disclosure: disclosure(entry.disclosure),
            status: status(entry.status),
            confidence: confidence(entry.confidence),
            affected: entry.reach.affected.iter().map(ToString::to_string).collect(),
            fixed_in: entry.reach.fixed_in.iter().map(|tag| tag.as_str()).collect(),
            upgrade_to: entry.reach.upgrade_to.as_ref().map(|tag| tag.as_str()),
            lines: entry.reach.lines.iter().map(Line::new).collect(),
            fix: Fix {
                commits: entry.fix.commits.iter().map(Commit::new).collect(),
                first_release: entry.fix.first_release.as_ref().map(|tag| tag.as_str()),
                also_fixed_in: entry.fix.also_fixed_in.iter().map(|tag| tag.as_str()).collect(),
                pull_requests: &entry.fix.pull_requests,
                by: entry.fix.by.iter().map(By::new).collect(),
                by_more: entry.fix.by_more,
            },
            evidence: entry.evidence.iter().map(Evidence::new).collect(),
            credits: credited_names(&entry.credits),
            credited: entry.credits.iter().map(Credited::new).collect(),
            page: entry.page.as_deref(),
            package: entry.package.as_ref().map(Package::new),
            claim: entry.claim.as_ref().map(Claim::new),
            carried: entry.carried.as_ref().map(|carried| Carried {
                from: carried.from.as_str(),
                date: carried.date.as_ref().map(|date| date.as_str()),
            }),
            workaround: entry.texts.workaround().and_then(prose::one_line),
            details: Details::new(&entry.texts),
        }
    }
}

impl<'r> Package<'r> {
    fn new(package: &'r ledger::PackageUpdate) -> Self {
        let file = |file: &'r ledger::FileUpdate| File {
            path: &file.path,
            from: &file.from,
            to: &file.to,
            was_affected: file.was_affected,
            affected: file.affected,
        };
        Self {
            ecosystem: &package.ecosystem,
            name: &package.name,
            from: &package.from,
            to: &package.to,
            shipped: package.shipped,
            files: package.files.iter().map(file).collect(),
            moves: package.moves.iter().map(|one| Move { from: &one.from, to: one.to.as_deref() }).collect(),
            affected: &package.affected,
            fixed_in: package.fixed_in.as_deref(),
            informational: package.informational.map(informational),
        }
    }
}

impl<'r> Claim<'r> {
    fn new(claim: &'r ledger::Claim) -> Self {
        // A word of its own promise, as codes of findings are.
        let meant = claim.meant.as_ref().map(|id| id.as_str());
        Self { reason: claim.reason.as_str(), detail: &claim.detail, meant }
    }
}

impl<'r> Commit<'r> {
    pub(super) fn new(commit: &'r ledger::FixCommit) -> Self {
        Self { id: commit.id.to_string(), subject: &commit.subject, role: role(commit.role) }
    }
}

impl<'r> Evidence<'r> {
    fn new(evidence: &'r crate::model::Evidence) -> Self {
        let commit = evidence.commit.map(|commit| commit.to_string());
        Self { kind: kind(evidence.kind), commit, detail: &evidence.detail }
    }
}
