//! Ids that messages name and that no lock file bears out.

use serde_json::json;

use super::{affected, finding, go_mod, updated};
use crate::builder::entry;

fn claim(
    before: &[(&str, &str)],
    message: &str,
    after: &[(&str, &str)],
    records: &[(&str, serde_json::Value)],
) -> serde_json::Value {
    let (project, _) = updated(before, message, after);
    for (id, affected) in records {
        project.osv(id, json!({ "affected": affected }));
    }
    project.json("v1.1.0")
}

#[test]
fn a_package_that_is_not_here_fixes_nothing() {
    let lock = go_mod(&[("golang.org/x/text", "0.3.0")]);
    let about = affected("Go", "golang.org/x/net", "0", "0.38.0");
    let report = claim(&[("go.mod", &lock)], "Fix CVE-2026-90001", &[("page.txt", "x")], &[("CVE-2026-90001", about)]);
    let claim = &entry(&report, "CVE-2026-90001").unwrap()["claim"];
    assert_eq!(claim["reason"], "package-not-here");
    assert!(finding(&report, "claim-not-borne-out").contains("golang.org/x/net (Go) is in no lock file"));
}

#[test]
fn a_fix_that_a_file_still_lacks_is_no_fix() {
    let (before, after) = (go_mod(&[("golang.org/x/net", "0.30.0")]), go_mod(&[("golang.org/x/net", "0.37.0")]));
    let about = affected("Go", "golang.org/x/net", "0", "0.38.0");
    let report = claim(
        &[("go.mod", &before)],
        "Bump x/net to remediate CVE-2026-90001",
        &[("go.mod", &after)],
        &[("CVE-2026-90001", about)],
    );
    let claim = &entry(&report, "CVE-2026-90001").unwrap()["claim"];
    assert_eq!(claim["reason"], "still-affected");
    assert!(claim["detail"].as_str().unwrap().contains("go.mod has golang.org/x/net 0.37.0"), "{claim}");
}

#[test]
fn what_was_never_affected_here_was_not_fixed_here() {
    let (before, after) = (go_mod(&[("golang.org/x/net", "0.38.0")]), go_mod(&[("golang.org/x/net", "0.39.0")]));
    let about = affected("Go", "golang.org/x/net", "0", "0.38.0");
    let report =
        claim(&[("go.mod", &before)], "Fix CVE-2026-90001", &[("go.mod", &after)], &[("CVE-2026-90001", about)]);
    assert_eq!(entry(&report, "CVE-2026-90001").unwrap()["claim"]["reason"], "not-affected-before");
}

#[test]
fn a_binary_from_elsewhere_may_bring_the_fix() {
    let lock = go_mod(&[("golang.org/x/text", "0.3.0")]);
    let docker = |version: &str| format!("FROM alpine:3.20\nARG TELEMETRY_VERSION={version}\n");
    let about = affected("Go", "golang.org/x/net", "0", "0.38.0");
    let report = claim(
        &[("go.mod", &lock), ("Dockerfile", &docker("1.0.1"))],
        "Upgrade telemetry v1.0.1 => v1.0.2. Fix CVE-2026-90001.",
        &[("Dockerfile", &docker("1.0.2"))],
        &[("CVE-2026-90001", about)],
    );
    let claim = &entry(&report, "CVE-2026-90001").unwrap()["claim"];
    assert_eq!(claim["reason"], "external-binary");
    assert!(claim["detail"].as_str().unwrap().contains("TELEMETRY_VERSION 1.0.1 → 1.0.2 in Dockerfile"), "{claim}");
}

#[test]
fn a_typo_leads_to_the_id_that_fits() {
    let (before, after) = (go_mod(&[("golang.org/x/net", "0.37.0")]), go_mod(&[("golang.org/x/net", "0.38.0")]));
    let about = affected("Go", "golang.org/x/net", "0", "0.38.0");
    let report = claim(
        &[("go.mod", &before)],
        "Bump x/net for CVE-2026-9001",
        &[("go.mod", &after)],
        &[("CVE-2026-90001", about)],
    );
    let claim = &entry(&report, "CVE-2026-9001").unwrap()["claim"];
    assert_eq!((&claim["reason"], &claim["meant"]), (&json!("unknown-id"), &json!("CVE-2026-90001")));
    assert_eq!(entry(&report, "CVE-2026-90001").unwrap()["status"], "fixed");
    assert!(finding(&report, "claim-not-borne-out").contains("perhaps a typo of CVE-2026-90001, which does fit"));
}

#[test]
fn a_claim_that_a_lock_file_bears_out_is_a_fix_and_no_claim() {
    let (before, after) = (go_mod(&[("golang.org/x/net", "0.37.0")]), go_mod(&[("golang.org/x/net", "0.38.0")]));
    let about = affected("Go", "golang.org/x/net", "0", "0.38.0");
    let report =
        claim(&[("go.mod", &before)], "Fix CVE-2026-90001", &[("go.mod", &after)], &[("CVE-2026-90001", about)]);
    let fixed = entry(&report, "CVE-2026-90001").unwrap();
    assert_eq!((&fixed["status"], &fixed["claim"]), (&json!("fixed"), &json!(null)));
    let kinds: Vec<_> = fixed["evidence"].as_array().unwrap().iter().map(|evidence| &evidence["kind"]).collect();
    assert!(kinds.contains(&&json!("lock_file")) && kinds.contains(&&json!("message_id")), "{kinds:?}");
    assert_eq!(report["findings"], json!([]));
}
