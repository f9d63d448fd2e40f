//! Reports for the tests of the formats.

use crate::inventory::Move;
use crate::ledger::{
    Announcement, Claim, ClaimReason, DependencyPolicy, Entry, FileUpdate, Fix, FixBy, FixCommit, LineReach, LineState,
    PackageUpdate, Reach, ReleaseHeader, ReleaseReport, Scope, Span, Status,
};
use crate::model::{
    AdvisoryId, Block, CommitId, Confidence, Credit, CreditType, Disclosure, Evidence, EvidenceKind, Finding,
    FindingCode, FixRole, Inline, Prose, Scored, Severity, SeverityLevel, TagName, Texts, Timestamp,
};

const VECTOR: &str = "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H";

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
        withdrawn: None,
        cwes: Vec::new(),
        severity: Severity::default(),
        disclosure: Disclosure::Published,
        status: Status::Fixed,
        confidence: Confidence::Confirmed,
        fix: Fix::default(),
        reach: Reach::default(),
        evidence: Vec::new(),
        credits: Vec::new(),
        page: None,
        package: None,
        claim: None,
        carried: None,
        texts: Texts::default(),
    }
}

fn prose(text: &str) -> Prose {
    Prose { blocks: vec![Block::Paragraph(vec![Inline::Text(text.to_owned())])] }
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
        notes: Vec::new(),
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

/// What a person announces alone.
pub(super) fn noted() -> ReleaseReport {
    let mut report = empty();
    report.notes = vec![Announcement {
        severity: SeverityLevel::High,
        commits: fix(&[(0x8c, "agent: bound what is read", FixRole::Fix)]),
        ..Announcement::new("The agent reads no more than 1 MiB of a request.")
    }];
    report
}

/// These commits as those that matter, the first with its pull request.
fn by(commits: &[FixCommit], pull_request: Option<u64>) -> Vec<FixBy> {
    let one = |(at, commit): (usize, &FixCommit)| FixBy {
        commit: commit.clone(),
        pull_request: pull_request.filter(|_| at == 0),
    };
    commits.iter().enumerate().map(one).collect()
}

/// The reach of what 2.1.0 fixes, and 1.9.4 and 2.0.2.
fn reach() -> Reach {
    let span = |first: Option<&str>, last: &str| Span {
        first: first.map(str::to_owned),
        last: last.to_owned(),
        is_rough: false,
    };
    let line = |name: &str, affected: Span, fixed_in: Option<&str>| LineReach {
        name: name.to_owned(),
        affected: vec![affected],
        fixed_in: fixed_in.map(TagName::new),
        state: if fixed_in.is_some() { LineState::Fixed } else { LineState::Unfixed },
    };
    Reach {
        affected: vec![span(None, "1.9.3"), span(Some("1.10.0"), "2.0.1")],
        lines: vec![
            line("1.9.x", span(None, "1.9.3"), Some("1.9.4")),
            line("1.10.x", span(Some("1.10.0"), "1.10.2"), None),
            line("2.0.x", span(Some("2.0.0"), "2.0.1"), Some("2.0.2")),
        ],
        fixed_in: ["1.9.4", "2.0.2", "2.1.0"].map(TagName::new).to_vec(),
        upgrade_to: Some(TagName::new("2.1.0")),
    }
}

/// Two advisories of the project, one of a dependency, and a claim.
pub(super) fn full() -> ReleaseReport {
    let mut report = empty();
    let own = fix(&[
        (0x6a, "runtime: mount shared folders read-only", FixRole::Fix),
        (0x7b, "Merge commit from fork", FixRole::Merge),
    ]);
    let other = fix(&[(0x8c, "agent: check the policy before exec", FixRole::Fix)]);
    report.advisories = vec![
        Entry {
            aliases: ids(&["CVE-2026-24834"]),
            summary: Some("Guest can write to the host's files through a shared mount".to_owned()),
            severity: Severity {
                level: SeverityLevel::Critical,
                vectors: vec![VECTOR.to_owned()],
                scores: Scored::new(VECTOR, None, "CVE-2026-24834".parse().unwrap()).into_iter().collect(),
                ..Severity::default()
            },
            cwes: vec!["CWE-22".to_owned()],
            reach: reach(),
            fix: Fix {
                by: by(&own, Some(12)),
                commits: own,
                first_release: Some(TagName::new("2.1.0")),
                also_fixed_in: vec![TagName::new("1.9.4"), TagName::new("2.0.2")],
                ..Fix::default()
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
            texts: Texts {
                impact: prose("A guest that is root can write to files of the host."),
                workarounds: prose("Mount nothing that a guest may not write to."),
                ..Texts::default()
            },
            ..entry("GHSA-wwj6-vghv-5p64")
        },
        Entry {
            fix: Fix { by: by(&other, None), commits: other, ..Fix::default() },
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
