//! Advisories and records with fixed dates.

use serde_json::{Value, json};

const PACKAGE: &str = "github.com/example/parcel";

/// A GitHub repository advisory of `example/parcel` in a state (`triage`,
/// `draft`, `published`, `closed`).
pub(crate) fn advisory(ghsa: &str, state: &str) -> Value {
    let when = |is: bool, time: &'static str| is.then_some(time);
    json!({
        "ghsa_id": ghsa, "cve_id": null,
        "url": format!("https://api.github.com/repos/example/parcel/security-advisories/{ghsa}"),
        "html_url": format!("https://github.com/example/parcel/security/advisories/{ghsa}"),
        "summary": format!("Title of {ghsa}"), "description": format!("Details of {ghsa}."), "severity": "high",
        "author": { "login": "ada" }, "publisher": { "login": "ada" },
        "identifiers": [{ "value": ghsa, "type": "GHSA" }], "state": state,
        "created_at": "2026-01-10T09:00:00Z", "updated_at": "2026-01-20T09:00:00Z",
        "published_at": when(state == "published", "2026-01-20T09:00:00Z"),
        "closed_at": when(state == "closed", "2026-01-20T09:00:00Z"), "withdrawn_at": null, "submission": null,
        "vulnerabilities": [{
            "package": { "ecosystem": "go", "name": PACKAGE },
            "vulnerable_version_range": "< 1.0.1", "patched_versions": "1.0.1", "vulnerable_functions": [],
        }],
        "cvss": { "vector_string": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "score": 7.5 },
        "cwes": [{ "cwe_id": "CWE-400", "name": "Uncontrolled Resource Consumption" }], "cwe_ids": ["CWE-400"],
        "credits": [], "credits_detailed": [], "collaborating_users": [], "collaborating_teams": [],
        "private_fork": null,
    })
}

/// A reviewed global advisory about the same package.
pub(crate) fn global_advisory(ghsa: &str) -> Value {
    json!({
        "ghsa_id": ghsa, "cve_id": null, "url": format!("https://api.github.com/advisories/{ghsa}"),
        "html_url": format!("https://github.com/advisories/{ghsa}"),
        "repository_advisory_url": format!("https://api.github.com/repos/example/parcel/security-advisories/{ghsa}"),
        "summary": format!("Title of {ghsa}"), "description": format!("Details of {ghsa}."), "type": "reviewed",
        "severity": "high", "source_code_location": "https://github.com/example/parcel",
        "identifiers": [{ "value": ghsa, "type": "GHSA" }], "references": [],
        "published_at": "2026-01-21T09:00:00Z", "updated_at": "2026-01-22T09:00:00Z",
        "github_reviewed_at": "2026-01-21T09:00:00Z", "nvd_published_at": null, "withdrawn_at": null,
        "vulnerabilities": [{
            "package": { "ecosystem": "go", "name": PACKAGE },
            "vulnerable_version_range": "< 1.0.1", "first_patched_version": "1.0.1", "vulnerable_functions": [],
        }],
        "cvss": { "vector_string": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "score": 7.5 },
        "cwes": [{ "cwe_id": "CWE-400", "name": "Uncontrolled Resource Consumption" }], "credits": [],
    })
}

/// An OSV record about the same package.
pub(crate) fn record(id: &str) -> Value {
    json!({
        "schema_version": "1.7.0", "id": id, "published": "2026-01-20T09:00:00Z", "modified": "2026-02-01T00:00:00Z",
        "aliases": [], "summary": format!("Title of {id}"), "details": format!("Details of {id}."),
        "affected": [{
            "package": { "ecosystem": "Go", "name": PACKAGE, "purl": format!("pkg:golang/{PACKAGE}") },
            "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.0.1" }] }],
        }],
        "references": [{ "type": "WEB", "url": "https://github.com/example/parcel" }],
    })
}
