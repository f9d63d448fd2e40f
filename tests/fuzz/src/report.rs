//! A release's report whose texts are given.

use secnotes::inventory::Move;
use secnotes::ledger::{
    DependencyPolicy, Entry, Fix, FixCommit, PackageUpdate, ReleaseHeader, ReleaseReport, Scope, Status,
};
use secnotes::model::{
    Credit, CreditType, CommitId, Confidence, Disclosure, FixRole, Severity, SeverityLevel, TagName, Timestamp,
};

/// What no output may show: it is a draft's.
pub const SECRET: &str = "EMBARGOED";

/// Two advisories of the project, one of a dependency, and a draft.
pub fn report(text: &str) -> ReleaseReport {
    let header = ReleaseHeader {
        tag: Some(TagName::new("2.1.0")),
        version: "2.1.0".parse().ok(),
        commit: commit(1),
        date: Some(Timestamp::new("2026-02-19T09:00:56Z")),
        previous_tag: Some(TagName::new("2.0.1")),
        previous_reason: Some("line"),
        counted_from: format!("Counted from 2.0.1{text}"),
    };
    let package = PackageUpdate {
        ecosystem: "Go".to_owned(),
        name: "golang.org/x/net".to_owned(),
        from: vec!["0.37.0".to_owned()],
        to: vec!["0.38.0".to_owned()],
        files: Vec::new(),
        shipped: true,
        moves: vec![Move { from: text.to_owned(), to: Some(text.to_owned()) }],
        affected: Vec::new(),
        fixed_in: Some(text.to_owned()),
        informational: None,
        is_notice: false,
    };
    let dependency = Entry { scope: Scope::Dependency, package: Some(package), ..entry("CVE-2025-22872", text) };
    let draft = Entry { disclosure: Disclosure::Draft, ..entry("GHSA-2222-2222-2222", SECRET) };
    ReleaseReport {
        release: header,
        remote: "github.com/acme/widget".parse().ok(),
        advisories: vec![entry("GHSA-wwj6-vghv-5p64", text), entry("CVE-2026-1", text), dependency, draft],
        findings: Vec::new(),
        unsaid: Vec::new(),
        private: false,
        dependencies: DependencyPolicy::default(),
        lists_carried: true,
    }
}

fn entry(id: &str, text: &str) -> Entry {
    let commits = vec![FixCommit { id: commit(2), subject: text.to_owned(), role: FixRole::Fix }];
    Entry {
        id: id.parse().expect("an id"),
        aliases: Vec::new(),
        summary: Some(text.to_owned()),
        scope: Scope::Project,
        published: Some(Timestamp::new(text)),
        severity: Severity {
            level: SeverityLevel::High,
            vectors: vec!["CVSS:3.1/AV:L".to_owned()],
            ..Severity::default()
        },
        disclosure: Disclosure::Published,
        status: Status::Fixed,
        confidence: Confidence::Confirmed,
        fix: Fix { commits, also_fixed_in: vec![TagName::new("1.9.4")], pull_requests: vec![41], ..Fix::default() },
        evidence: Vec::new(),
        credits: vec![
            Credit { name: format!("N{text}"), kind: Some(CreditType::Finder), url: Some(text.to_owned()) },
            Credit { name: "Jane Doe <jane@example.org>".to_owned(), kind: None, url: None },
        ],
        page: None,
        package: None,
        claim: None,
        carried: None,
    }
}

fn commit(first: u8) -> CommitId {
    CommitId::from_bytes([first; 20])
}
