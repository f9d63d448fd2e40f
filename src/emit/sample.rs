//! Reports for the tests of the formats.

use crate::inventory::Move;
use crate::ledger::{
    Claim, ClaimReason, DependencyPolicy, Entry, FileUpdate, Fix, FixCommit, PackageUpdate, ReleaseHeader,
    ReleaseReport, Scope, Status,
};
use crate::model::{
    AdvisoryId, CommitId, Confidence, Credit, CreditType, Disclosure, Evidence, EvidenceKind, Finding, FindingCode,
    FixRole, Severity, SeverityLevel, TagName, Timestamp,
};

pub(super) fn commit(first: u8) -> CommitId {
    let mut bytes = [0xab; 20];
    bytes[0] = first;
    CommitId::from_bytes(bytes)
}

pub(super) fn ids(texts: &[&str]) -> Vec<AdvisoryId> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

pub(super) fn credit(name: &str, kind: CreditType) -> Credit {
    Credit { name: name.to_owned(), kind: Some(kind), url: None }
}

pub(super) fn entry(id: &str) -> Entry {
    Entry {
        id: id.parse().unwrap(),
        aliases: Vec::new(),
        summary: None,
        scope: Scope::Project,
        published: None,
        severity: Severity::default(),
        disclosure: Disclosure::Published,
        status: Status::Fixed,
        confidence: Confidence::Confirmed,
        fix: Fix::default(),
        evidence: Vec::new(),
        credits: Vec::new(),
        page: None,
        package: None,
        claim: None,
        carried: None,
    }
}

pub(super) fn empty() -> ReleaseReport {
    ReleaseReport {
        release: ReleaseHeader {
            tag: Some(TagName::new("2.1.0")),
            version: Some("2.1.0".parse().unwrap()),
            commit: commit(0x01),
            date: Some(Timestamp::new("2026-02-19T09:00:56Z")),
            previous_tag: Some(TagName::new("2.0.1")),
            previous_reason: Some("line"),
            counted_from: "Counted from 2.0.1, the release before it on its line.".to_owned(),
        },
        remote: Some("github.com/acme/widget".parse().unwrap()),
        advisories: Vec::new(),
        unsaid: Vec::new(),
        withdrawn: Vec::new(),
        findings: Vec::new(),
        private: false,
        dependencies: DependencyPolicy::default(),
        lists_carried: false,
    }
}

fn fix(commits: &[(u8, &str, FixRole)]) -> Vec<FixCommit> {
    commits
        .iter()
        .map(|&(first, subject, role)| FixCommit { id: commit(first), subject: subject.to_owned(), role })
        .collect()
}

/// Two advisories of the project, one of a dependency, and a claim.
pub(super) fn full() -> ReleaseReport {
    let mut report = empty();
    report.advisories = vec![
        Entry {
            aliases: ids(&["CVE-2026-24834"]),
            summary: Some("Guest can write to the host's files through a shared mount".to_owned()),
            severity: Severity {
                level: SeverityLevel::Critical,
                vectors: vec!["CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H".to_owned()],
                ..Severity::default()
            },
            fix: Fix {
                commits: fix(&[
                    (0x6a, "runtime: mount shared folders read-only", FixRole::Fix),
                    (0x7b, "Merge commit from fork", FixRole::Merge),
                ]),
                first_release: Some(TagName::new("2.1.0")),
                also_fixed_in: vec![TagName::new("1.9.4"), TagName::new("2.0.2")],
                pull_requests: Vec::new(),
            },
            evidence: vec![Evidence::new(
                EvidenceKind::FixedEvent,
                Some(commit(0x6a)),
                "GHSA-wwj6-vghv-5p64 names it as fixed",
            )],
            credits: vec![
                credit("Jane Doe <jane@example.org>", CreditType::Reporter),
                credit("@octocat", CreditType::RemediationDeveloper),
            ],
            page: Some("https://github.com/acme/widget/security/advisories/GHSA-wwj6-vghv-5p64".to_owned()),
            ..entry("GHSA-wwj6-vghv-5p64")
        },
        Entry {
            fix: Fix { commits: fix(&[(0x8c, "agent: check the policy before exec", FixRole::Fix)]), ..Fix::default() },
            confidence: Confidence::Likely,
            ..entry("GHSA-2222-3333-4444")
        },
        Entry {
            scope: Scope::Dependency,
            summary: Some("Incorrect neutralization of input in x/net".to_owned()),
            severity: Severity { level: SeverityLevel::Medium, ..Severity::default() },
            fix: Fix {
                commits: fix(&[(0x9d, "build(deps): bump golang.org/x/net for CVE-2025-22872", FixRole::Fix)]),
                first_release: Some(TagName::new("2.1.0")),
                pull_requests: vec![41],
                ..Fix::default()
            },
            package: Some(PackageUpdate {
                ecosystem: "Go".to_owned(),
                name: "golang.org/x/net".to_owned(),
                from: vec!["0.37.0".to_owned()],
                to: vec!["0.38.0".to_owned()],
                files: vec![FileUpdate {
                    path: "go.mod".to_owned(),
                    from: vec!["0.37.0".to_owned()],
                    to: vec!["0.38.0".to_owned()],
                    was_affected: true,
                    affected: false,
                }],
                shipped: true,
                moves: vec![Move { from: "0.37.0".to_owned(), to: Some("0.38.0".to_owned()) }],
                affected: Vec::new(),
                fixed_in: None,
                informational: None,
                is_notice: false,
            }),
            aliases: ids(&["GO-2025-3595"]),
            ..entry("CVE-2025-22872")
        },
        Entry {
            scope: Scope::Dependency,
            status: Status::Claimed,
            confidence: Confidence::Possible,
            disclosure: Disclosure::Unknown,
            claim: Some(Claim {
                reason: ClaimReason::UnknownId,
                detail: "no record of CVE-2025-2287 was given, perhaps a typo of CVE-2025-22872, which does fit"
                    .to_owned(),
                meant: "CVE-2025-22872".parse().ok(),
            }),
            ..entry("CVE-2025-2287")
        },
    ];
    report.findings =
        vec![Finding::new(FindingCode::PossibleFix, "GHSA-5555-6666-7777", "Two commits could be its fix.")];
    report
}
