//! `secnotes/release/v1`: one release as JSON.
//!
//! | field | what it holds |
//! | --- | --- |
//! | `schema` | `secnotes/release/v1` |
//! | `private` | there and `true` only if unpublished advisories were asked for |
//! | `release.tag`, `.version` | the tag and the version read from it; `null` for what is unreleased |
//! | `release.commit`, `.date` | the commit's 40 digits, and when it was committed, in UTC |
//! | `release.previous_tag` | the release that commits are counted from, or `null` |
//! | `advisories[].id`, `.aliases` | the id people look for first, and all others |
//! | `advisories[].summary` | the title as written (untrusted text), or `null` |
//! | `advisories[].scope` | `project` or `dependency` |
//! | `advisories[].severity.level`, `.vectors` | `critical` … `none`, `unknown`; CVSS vectors as written |
//! | `advisories[].disclosure` | `published`, `withdrawn`, `unknown` (no record given), or a private state |
//! | `advisories[].status` | `fixed`, `partial`, `reverted`, or `claimed` (a message says so, nothing bears it out) |
//! | `advisories[].confidence` | `confirmed`, `likely` or `possible` |
//! | `advisories[].fix.commits[]` | `id`, `subject`, `role` (`fix` or `merge`) of each fix commit reachable from the tag |
//! | `advisories[].fix.first_release` | the first release of this line with the fix |
//! | `advisories[].fix.also_fixed_in` | the first releases of other lines with the fix |
//! | `advisories[].evidence[]` | `kind`, `commit` (or `null`), `detail` |
//! | `advisories[].credits`, `.page` | who is credited; the advisory's page, or `null` |
//! | `findings[]` | `code`, `level`, `subject`, `message` |

use serde::Serialize;

use crate::ledger::{Entry, ReleaseReport};

#[derive(Serialize)]
struct Release<'r> {
    schema: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    private: bool,
    release: Header<'r>,
    advisories: Vec<Advisory<'r>>,
    findings: Vec<Finding<'r>>,
}

#[derive(Serialize)]
struct Header<'r> {
    tag: Option<&'r str>,
    version: Option<&'r str>,
    commit: String,
    date: Option<&'r str>,
    previous_tag: Option<&'r str>,
}

#[derive(Serialize)]
struct Advisory<'r> {
    id: &'r str,
    aliases: Vec<&'r str>,
    summary: Option<&'r str>,
    scope: &'static str,
    severity: Severity<'r>,
    disclosure: String,
    status: &'static str,
    confidence: &'static str,
    fix: Fix<'r>,
    evidence: Vec<Evidence<'r>>,
    credits: &'r [String],
    page: Option<&'r str>,
}

#[derive(Serialize)]
struct Severity<'r> {
    level: &'static str,
    vectors: &'r [String],
}

#[derive(Serialize)]
struct Fix<'r> {
    commits: Vec<Commit<'r>>,
    first_release: Option<&'r str>,
    also_fixed_in: Vec<&'r str>,
}

#[derive(Serialize)]
struct Commit<'r> {
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

#[derive(Serialize)]
struct Finding<'r> {
    code: &'static str,
    level: &'static str,
    subject: &'r str,
    message: &'r str,
}

/// The report as JSON text, with a newline at its end.
///
/// # Errors
/// None in practice: every field can be written.
pub fn render(report: &ReleaseReport) -> Result<String, serde_json::Error> {
    let release = &report.release;
    let document = Release {
        schema: "secnotes/release/v1",
        private: report.private,
        release: Header {
            tag: release.tag.as_ref().map(|tag| tag.as_str()),
            version: release.version.as_ref().map(|version| version.as_str()),
            commit: release.commit.to_string(),
            date: release.date.as_ref().map(|date| date.as_str()),
            previous_tag: release.previous_tag.as_ref().map(|tag| tag.as_str()),
        },
        advisories: report.advisories.iter().map(advisory).collect(),
        findings: report
            .findings
            .iter()
            .map(|finding| Finding {
                code: finding.code.as_str(),
                level: finding.level().as_str(),
                subject: &finding.subject,
                message: &finding.message,
            })
            .collect(),
    };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}

fn advisory(entry: &Entry) -> Advisory<'_> {
    Advisory {
        id: entry.id.as_str(),
        aliases: entry.aliases.iter().map(|alias| alias.as_str()).collect(),
        summary: entry.summary.as_deref(),
        scope: entry.scope.as_str(),
        severity: Severity { level: entry.severity.level.as_str(), vectors: &entry.severity.vectors },
        disclosure: entry.disclosure.to_string(),
        status: entry.status.as_str(),
        confidence: entry.confidence.as_str(),
        fix: Fix {
            commits: entry
                .fix
                .commits
                .iter()
                .map(|commit| Commit {
                    id: commit.id.to_string(),
                    subject: &commit.subject,
                    role: commit.role.as_str(),
                })
                .collect(),
            first_release: entry.fix.first_release.as_ref().map(|tag| tag.as_str()),
            also_fixed_in: entry.fix.also_fixed_in.iter().map(|tag| tag.as_str()).collect(),
        },
        evidence: entry
            .evidence
            .iter()
            .map(|evidence| Evidence {
                kind: evidence.kind.as_str(),
                commit: evidence.commit.map(|commit| commit.to_string()),
                detail: &evidence.detail,
            })
            .collect(),
        credits: &entry.credits,
        page: entry.page.as_deref(),
    }
}
