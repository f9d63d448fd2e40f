//! `[[not-affected]]`: what does not apply is silent, and what applies to nothing is told.

use serde_json::json;

use super::{affected, finding, go_mod, updated};
use crate::builder::{Project, codes, failure};

const STATEMENT: &str = "[[not-affected]]\nadvisory = \"CVE-2026-90001\"\n\
                         justification = \"vulnerable_code_not_in_execute_path\"\nreason = \"no HTML is parsed\"\n";

/// x/net stays affected in two files.
fn affected_twice() -> Project {
    let lock = go_mod(&[("golang.org/x/net", "0.37.0")]);
    let (project, _) = updated(&[("go.mod", &lock), ("tools/go.mod", &lock)], "Change a page", &[("other.txt", "x")]);
    let about = affected("Go", "golang.org/x/net", "0", "0.38.0");
    project.osv("GO-2026-1", json!({ "affected": about, "aliases": ["CVE-2026-90001"] }));
    project
}

fn state(project: &Project, text: &str) {
    std::fs::write(project.path().join("secnotes.vex.toml"), text).unwrap();
}

#[test]
fn a_statement_silences_what_does_not_apply() {
    let project = affected_twice();
    assert_eq!(codes(&project.json("v1.1.0")), ["dependency-affected"]);
    state(&project, STATEMENT);
    assert_eq!(project.json("v1.1.0")["findings"], json!([]));
}

#[test]
fn a_statement_about_a_file_leaves_the_others() {
    let project = affected_twice();
    state(&project, &format!("{STATEMENT}files = [\"tools/**\"]\npackage = \"Go:golang.org/x/net\"\n"));
    let report = project.json("v1.1.0");
    let message = finding(&report, "dependency-affected");
    assert!(message.contains(": go.mod has 0.37.0") && !message.contains("tools/go.mod"), "{message}");
}

#[test]
fn a_statement_that_matches_nothing_any_more_is_told() {
    let lock = go_mod(&[("golang.org/x/net", "0.38.0")]);
    let (project, _) = updated(&[("go.mod", &lock)], "Change a page", &[("other.txt", "x")]);
    let about = affected("Go", "golang.org/x/net", "0", "0.38.0");
    project.osv("CVE-2026-90001", json!({ "affected": about }));
    state(&project, STATEMENT);
    let report = project.json("v1.1.0");
    assert!(finding(&report, "statement-unused").contains("secnotes.vex.toml matches nothing"));
    assert_eq!(report["findings"][0]["subject"], "CVE-2026-90001");
}

#[test]
fn a_statement_without_a_reason_or_with_a_word_of_its_own_is_refused() {
    let project = affected_twice();
    state(&project, "[[not-affected]]\nadvisory = \"CVE-2026-90001\"\njustification = \"not-present\"\n");
    let error = failure(&mut project.secnotes(&["notes", "--tag", "v1.1.0"]), 1);
    for part in ["has no `reason`", "`not-present` is no justification", "secnotes.vex.toml:3"] {
        assert!(error.contains(part), "{part} in {error}");
    }
    state(&project, &STATEMENT.replace("vulnerable_code_not_in_execute_path", "component-not-present"));
    let error = failure(&mut project.secnotes(&["notes", "--tag", "v1.1.0"]), 1);
    assert!(error.contains("did you mean `component_not_present`?"), "{error}");
}
