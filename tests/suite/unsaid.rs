//! What records call patched, and notes do not announce, is told.

use serde_json::json;

use crate::builder::{Project, REMOTE, codes, entry, patched, started};

/// A project whose release 1.1.0 has two changes, either of which may be the
/// fix of `GO-2026-1`.
fn undecided() -> (Project, [String; 2]) {
    let mut project = started();
    let files = ["reader", "writer"].map(|part| (format!("{part}.go"), "package x\n\nfunc check() {}\n"));
    let changes = files
        .each_ref()
        .map(|(path, text)| project.edit("main", "Ada", &format!("Check links in {path}"), &[(path.as_str(), *text)]));
    project.tag("v1.1.0", "main");
    project.osv("GO-2026-1", json!({ "summary": "Links are followed", "affected": patched(&["1.1.0"]) }));
    (project, changes)
}

/// The exit code, what is printed and what is told.
fn run(project: &Project, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = project.secnotes(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn empty_notes_of_a_release_that_records_call_patched_are_no_success() {
    let (project, changes) = undecided();
    let (code, printed, told) = run(&project, &["notes", "--tag", "v1.1.0"]);
    assert_eq!((code, printed.as_str()), (Some(3), ""), "{told}");
    assert!(told.contains("records call v1.1.0 patched for 1 advisory that its notes do not announce"), "{told}");
    let named = told.lines().find(|line| line.contains("  GO-2026-1: ")).unwrap();
    assert!(changes.iter().any(|change| named.contains(&change[..12])), "{named}");
    assert!(told.contains("`secnotes review --tag v1.1.0`") && told.contains("[[link]]"), "{told}");
    // A script that reads JSON gets the same answer, with the same findings as before.
    let (code, printed, _) = run(&project, &["notes", "--tag", "v1.1.0", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((code, codes(&report)), (Some(3), vec!["possible-fix", "fix-commit-unknown"]));
    assert_eq!(project.explain("v1.1.0")["unsaid"], json!(["GO-2026-1"]));
}

#[test]
fn who_asks_for_quiet_hears_why_the_exit_code_is_not_0_and_no_word_that_nothing_is_fixed() {
    let (project, _) = undecided();
    let (code, printed, told) = run(&project, &["notes", "--tag", "v1.1.0", "--quiet", "--if-none", "Nothing."]);
    assert_eq!((code, printed.as_str()), (Some(3), ""), "{told}");
    assert_eq!(
        told,
        "secnotes: the notes of v1.1.0 are empty, and records call it patched for 1 advisory: GO-2026-1\n"
    );
}

#[test]
fn notes_that_announce_something_tell_what_they_leave_out_and_succeed() {
    let (mut project, _) = undecided();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.1.0", "main");
    let reference = json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{fix}") }]);
    project.osv("GO-2026-2", json!({ "references": reference, "affected": patched(&["1.1.0"]) }));
    let (code, printed, told) = run(&project, &["notes", "--tag", "v1.1.0"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(printed.contains("GO-2026-2") && !printed.contains("GO-2026-1"), "{printed}");
    assert!(told.contains("  GO-2026-1: ") && !told.contains("GO-2026-2"), "{told}");
    let (_, _, told) = run(&project, &["notes", "--tag", "v1.1.0", "--quiet"]);
    assert_eq!(told, "");
}

#[test]
fn a_decision_settles_what_was_unsaid() {
    let (project, [reader, _]) = undecided();
    let links = format!("[[link]]\nadvisory = \"GO-2026-1\"\ncommits = [\"{reader}\"]\nreason = \"I wrote it\"\n");
    std::fs::write(project.path().join("secnotes.links.toml"), links).unwrap();
    std::fs::write(project.path().join("secnotes.toml"), "").unwrap();
    let (code, printed, told) = run(&project, &["notes", "--tag", "v1.1.0"]);
    assert_eq!((code, printed.contains(&reader[..12])), (Some(0), true), "{told}");
}

#[test]
fn a_fix_that_comes_after_the_version_that_records_call_patched_is_told() {
    let mut project = started();
    project.commit("main", "Start sooner");
    project.commit("main", "Stop later");
    project.tag("v1.1.0", "main");
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.1.1", "main");
    let reference = json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{fix}") }]);
    project.osv("GO-2026-1", json!({ "references": reference, "affected": patched(&["1.1.0"]) }));
    let (code, printed, told) = run(&project, &["notes", "--tag", "v1.1.0"]);
    assert_eq!((code, printed.as_str()), (Some(3), ""), "{told}");
    assert!(told.contains("GO-2026-1: its fix, as far as it is known, came later, with v1.1.1"), "{told}");
    assert_eq!(codes(&project.json("v1.1.0")), ["patched-without-fix"]);
    assert_eq!(run(&project, &["notes", "--tag", "v1.1.1"]).0, Some(0));
}

#[test]
fn an_empty_section_with_nothing_to_say_is_a_success() {
    let (mut project, _) = undecided();
    project.commit("main", "Start sooner");
    project.tag("v1.2.0", "main");
    assert_eq!(run(&project, &["notes", "--tag", "v1.2.0"]), (Some(0), String::new(), String::new()));
    // Of 2.0.0, which was never tagged, the next release is a guess.
    project.commit("main", "Stop sooner");
    project.commit("main", "Stop later");
    project.tag("v2.0.1", "main");
    project.osv("GO-2026-3", json!({ "affected": patched(&["2.0.0"]) }));
    let (code, printed, told) = run(&project, &["notes", "--tag", "v2.0.1"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(printed.is_empty() && !told.contains("records call"), "{told}");
    assert!(entry(&project.json("v2.0.1"), "GO-2026-3").is_some());
}
