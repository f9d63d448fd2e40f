//! What templates see: the public part of a report, escaped. `templates/README.md`
//! is its reference.

use serde::Serialize;

use super::escape;
use crate::emit::links;
use crate::ledger::{Entry, FixRole, ReleaseReport, Scope, Status};
use crate::model::{AdvisoryId, CommitId, Confidence, EvidenceKind, IdScheme, Remote, SeverityLevel};

#[derive(Serialize)]
pub(super) struct Context {
    release: Release,
    advisories: Vec<Advisory>,
    dependencies: Vec<Advisory>,
    cves: Vec<Id>,
}

impl Context {
    pub(super) const fn is_empty(&self) -> bool {
        self.advisories.is_empty() && self.dependencies.is_empty()
    }
}

#[derive(Serialize)]
struct Release {
    tag: String,
    version: String,
    commit: String,
    date: String,
    previous_tag: String,
}

#[derive(Serialize)]
struct Advisory {
    id: Id,
    ids: Vec<Id>,
    title: String,
    severity: Severity,
    confidence: &'static str,
    commits: Vec<Commit>,
    merges: Vec<Commit>,
    also_fixed_in: Vec<String>,
    credits: Vec<String>,
}

#[derive(Serialize)]
struct Id {
    id: String,
    /// The id as a Markdown link, or plain where no page is known.
    link: String,
}

#[derive(Serialize)]
struct Severity {
    level: &'static str,
    title: &'static str,
    known: bool,
    vectors: Vec<String>,
}

#[derive(Serialize)]
struct Commit {
    id: String,
    short: String,
    link: String,
    subject: String,
}

/// The gate: only what public notes print gets past it. Weak and partial
/// things are findings for the release manager, not lines of the notes.
pub(super) fn of(report: &ReleaseReport) -> Context {
    let public = |entry: &&Entry| {
        entry.scope == Scope::Project && entry.status == Status::Fixed && entry.confidence >= Confidence::Likely
    };
    let own: Vec<&Entry> = report.advisories.iter().filter(public).collect();
    let named = report.advisories.iter().filter(|entry| entry.scope == Scope::Dependency);
    let remote = report.remote.as_ref();
    let cves = own.iter().flat_map(|entry| ids(entry)).filter(|id| id.scheme() == IdScheme::Cve);
    let text = |text: Option<&str>| text.map(escape).unwrap_or_default();
    Context {
        release: Release {
            tag: text(report.release.tag.as_ref().map(|tag| tag.as_str())),
            version: text(report.release.version.as_ref().map(|version| version.as_str())),
            commit: report.release.commit.to_string(),
            date: report.release.date.as_ref().and_then(|date| date.date()).unwrap_or_default().to_owned(),
            previous_tag: text(report.release.previous_tag.as_ref().map(|tag| tag.as_str())),
        },
        cves: cves.map(|cve| id(cve, None)).collect(),
        advisories: own.iter().map(|entry| advisory(entry, remote)).collect(),
        dependencies: named.map(|entry| advisory(entry, remote)).collect(),
    }
}

fn ids(entry: &Entry) -> impl Iterator<Item = &AdvisoryId> {
    std::iter::once(&entry.id).chain(&entry.aliases)
}

fn advisory(entry: &Entry, remote: Option<&Remote>) -> Advisory {
    let of_role = |role: FixRole| {
        let commits = entry.fix.commits.iter().filter(move |commit| commit.role == role);
        commits.map(|commit| one_commit(remote, commit.id, &commit.subject)).collect::<Vec<_>>()
    };
    let mut commits = of_role(FixRole::Fix);
    if entry.scope == Scope::Dependency {
        let claims = entry.evidence.iter().filter(|evidence| evidence.kind == EvidenceKind::MessageId);
        commits = claims.filter_map(|evidence| Some(one_commit(remote, evidence.commit?, ""))).collect();
    }
    let title = entry.summary.as_deref().map(escape).unwrap_or_default();
    Advisory {
        id: id(&entry.id, entry.page.as_deref()),
        ids: ids(entry).map(|one| id(one, entry.page.as_deref())).collect(),
        title,
        severity: Severity {
            level: entry.severity.level.as_str(),
            title: match entry.severity.level {
                SeverityLevel::Unknown => "",
                SeverityLevel::None => "None",
                SeverityLevel::Low => "Low",
                SeverityLevel::Medium => "Medium",
                SeverityLevel::High => "High",
                SeverityLevel::Critical => "Critical",
            },
            known: entry.severity.level != SeverityLevel::Unknown,
            vectors: entry.severity.vectors.iter().map(|vector| escape(vector)).collect(),
        },
        confidence: entry.confidence.as_str(),
        commits,
        merges: of_role(FixRole::Merge),
        also_fixed_in: entry.fix.also_fixed_in.iter().map(|tag| escape(tag.as_str())).collect(),
        credits: entry.credits.iter().map(|name| escape(name)).collect(),
    }
}

fn id(id: &AdvisoryId, page: Option<&str>) -> Id {
    let text = escape(id.as_str());
    let link = links::advisory(id, page).map_or_else(|| text.clone(), |url| format!("[{text}]({url})"));
    Id { id: text, link }
}

fn one_commit(remote: Option<&Remote>, id: CommitId, subject: &str) -> Commit {
    let short = id.short();
    let link = links::commit(remote, id).map_or_else(|| format!("`{short}`"), |url| format!("[`{short}`]({url})"));
    Commit { id: id.to_string(), short, link, subject: escape(subject) }
}
