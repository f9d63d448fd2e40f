//! A release's report whose texts are given.

use secnotes::inventory::Move;
use secnotes::ledger::{Entry, FixCommit, PackageUpdate, ReleaseHeader, ReleaseReport, Scope, Status};
use secnotes::model::{
    CommitId, Confidence, Credit, CreditType, Disclosure, FixRole, SeverityLevel, TagName, Timestamp,
};

/// What no output may show: it is a draft's.
pub const SECRET: &str = "EMBARGOED";

/// Two advisories of the project, one of a dependency, and a draft.
pub fn report(text: &str) -> ReleaseReport {
    let mut header = ReleaseHeader::new(commit(1));
    header.tag = Some(TagName::new("2.1.0"));
    header.version = "2.1.0".parse().ok();
    header.date = Some(Timestamp::new("2026-02-19T09:00:56Z"));
    header.previous_tag = Some(TagName::new("2.0.1"));
    header.previous_reason = Some("line");
    header.counted_from = format!("Counted from 2.0.1{text}");
    let mut package = PackageUpdate::new("Go", "golang.org/x/net");
    package.from = vec!["0.37.0".to_owned()];
    package.to = vec!["0.38.0".to_owned()];
    package.shipped = true;
    package.moves = vec![Move { from: text.to_owned(), to: Some(text.to_owned()) }];
    package.fixed_in = Some(text.to_owned());
    let mut dependency = entry("CVE-2025-22872", Scope::Dependency, text);
    dependency.package = Some(package);
    let mut draft = entry("GHSA-2222-2222-2222", Scope::Project, SECRET);
    draft.disclosure = Disclosure::Draft;
    let own = ["GHSA-wwj6-vghv-5p64", "CVE-2026-1"].map(|id| entry(id, Scope::Project, text));
    let mut report = ReleaseReport::new(header);
    report.remote = "github.com/acme/widget".parse().ok();
    report.advisories = own.into_iter().chain([dependency, draft]).collect();
    report.lists_carried = true;
    report
}

fn entry(id: &str, scope: Scope, text: &str) -> Entry {
    let mut entry = Entry::new(id.parse().expect("an id"), scope, Status::Fixed, Confidence::Confirmed);
    entry.summary = Some(text.to_owned());
    entry.published = Some(Timestamp::new(text));
    entry.severity.level = SeverityLevel::High;
    entry.severity.vectors = vec!["CVSS:3.1/AV:L".to_owned()];
    entry.fix.commits = vec![FixCommit { id: commit(2), subject: text.to_owned(), role: FixRole::Fix }];
    entry.fix.also_fixed_in = vec![TagName::new("1.9.4")];
    entry.fix.pull_requests = vec![41];
    entry.credits = vec![
        Credit { name: format!("N{text}"), kind: Some(CreditType::Finder), url: Some(text.to_owned()) },
        Credit { name: "Jane Doe <jane@example.org>".to_owned(), kind: None, url: None },
    ];
    entry
}

fn commit(first: u8) -> CommitId {
    CommitId::from_bytes([first; 20])
}
