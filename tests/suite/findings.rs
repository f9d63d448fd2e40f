//! What somebody should look at is seen, by people and by CI.

use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, codes, patched, started};

/// A project whose release 1.2.0 takes back the fix of `GO-2026-1` and has that of
/// `GO-2026-2`, besides one that nobody wrote an advisory for.
fn taken_back() -> Project {
    let mut project = started();
    let fix = project.edit("main", "Ada", "Bound the copy", &[("copy.go", "package x\n\nfunc bound() {}\n")]);
    project.tag("v1.1.0", "main");
    project.commit("main", &format!("Revert \"Bound the copy\"\n\nThis reverts commit {fix}."));
    let other = project.commit("main", "Check the header");
    project.commit("main", "Fix path traversal in extract::error::x");
    project.tag("v1.2.0", "main");
    for (id, commit, version) in [("GO-2026-1", fix, "1.1.0"), ("GO-2026-2", other, "1.2.0")] {
        let reference = json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{commit}") }]);
        project.osv(id, json!({ "references": reference, "affected": patched(&[version]) }));
    }
    project
}

/// The exit code, what is printed and what is told.
fn run(project: &Project, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = project.secnotes(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const NOTES: [&str; 3] = ["notes", "--tag", "v1.2.0"];

#[test]
fn a_fix_that_a_release_takes_back_is_the_first_that_is_told() {
    let project = taken_back();
    let (code, printed, told) = run(&project, &NOTES);
    assert_eq!(code, Some(0), "{told}");
    assert!(printed.contains("GO-2026-2") && !printed.contains("GO-2026-1"), "{printed}");
    assert!(told.starts_with("error[fix-reverted]: The release takes back a fix.\n  GO-2026-1: "), "{told}");
    let (error, warning) = (told.find("  help: Bring the fix in again").unwrap(), told.find("\nwarning[").unwrap());
    assert!(error < warning, "{told}");
    assert!(told.contains("\nwarning[quiet-security-fix]: "), "{told}");
    assert!(told.trim_end().lines().last().unwrap().starts_with("secnotes: 1 error, "), "{told}");
    // Who asks for quiet hears of errors alone.
    let (_, _, told) = run(&project, &[NOTES.as_slice(), &["--quiet"]].concat());
    assert!(told.starts_with("error[fix-reverted]") && !told.contains("warning"), "{told}");
}

#[test]
fn a_job_fails_by_the_level_that_it_names_and_has_its_notes() {
    let project = taken_back();
    let notes = run(&project, &NOTES).1;
    let failing = |level: &str| run(&project, &[NOTES.as_slice(), &["--fail-on", level]].concat());
    let (code, printed, told) = failing("error");
    assert_eq!((code, &printed), (Some(3), &notes), "{told}");
    assert!(told.trim_end().ends_with("exit code 3, by --fail-on"), "{told}");
}

#[test]
fn a_decision_that_cannot_be_followed_is_told_of_every_release() {
    let project = taken_back();
    let links =
        "# Decided.\n\n[[link]]\nadvisory = \"GO-2026-2\"\ncommits = [\"aaaaaaaaaaaa\"]\nreason = \"I wrote it\"\n";
    std::fs::write(project.path().join("secnotes.toml"), "").unwrap();
    std::fs::write(project.path().join("secnotes.links.toml"), links).unwrap();
    for tag in ["v1.0.0", "v1.1.0", "v1.2.0"] {
        let (_, _, told) = run(&project, &["notes", "--tag", tag]);
        assert!(told.contains("error[decision-unusable]: "), "{tag}: {told}");
        assert!(told.contains("secnotes.links.toml names aaaaaaaaaaaa, which no branch or tag here has"), "{told}");
    }
    let (code, _, told) =
        run(&project, &["notes", "--tag", "v1.0.0", "--fail-on", "error", "--findings-format", "github"]);
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("::error file=secnotes.links.toml,line=3,col=1,title=decision-unusable::"), "{told}");
    for verb in [&["osv", "--all"][..], &["osv", "--tag", "v1.2.0"], &["review"]] {
        let (_, _, told) = run(&project, verb);
        assert!(told.contains("error[decision-unusable]: "), "{verb:?}: {told}");
    }
}

#[test]
fn annotations_and_logs_have_the_same_findings() {
    let project = taken_back();
    let (code, printed, told) = run(&project, &[NOTES.as_slice(), &["--findings-format", "github"]].concat());
    assert_eq!((code, printed), (Some(0), run(&project, &NOTES).1));
    assert!(told.contains("::error title=fix-reverted::"), "{told}");
    assert!(told.contains("::warning title=quiet-security-fix::") && !told.contains("\n::error::x"), "{told}");
    let file = project.folder().join("found");
    let written = |format: &str| {
        let file = file.to_str().unwrap();
        let arguments = ["--findings-format", format, "--findings-output", file];
        let (_, _, told) = run(&project, &[NOTES.as_slice(), &arguments].concat());
        assert!(told.contains("error[fix-reverted]"), "people are told, too: {told}");
        std::fs::read_to_string(file).unwrap()
    };
    let report = project.json("v1.2.0");
    let wanted = codes(&report);
    let log: Value = serde_json::from_str(&written("sarif")).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), wanted.len());
    for result in results {
        assert!(wanted.contains(&result["ruleId"].as_str().unwrap()), "{result}");
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(uri, "secnotes.toml");
    }
    let found: Value = serde_json::from_str(&written("json")).unwrap();
    assert_eq!(found["schema"], "secnotes/findings/v1");
    assert_eq!(found["summary"]["release"], "v1.2.0");
    assert_eq!(found["problems"].as_array().unwrap().len(), wanted.len());
    assert_eq!(written("text").lines().next(), Some("error[fix-reverted]: The release takes back a fix."));
}

#[test]
fn a_document_needs_a_file_of_its_own() {
    let project = started();
    for format in ["json", "sarif"] {
        let (code, printed, told) = run(&project, &["notes", "--findings-format", format]);
        assert_eq!((code, printed.as_str()), (Some(2), ""), "{told}");
        assert!(told.contains("--findings-output"), "{told}");
    }
}

#[test]
fn notes_are_only_counted() {
    let mut project = started();
    project.commit("main", "Fix CVE-2026-7777 in parcels");
    project.tag("v1.1.0", "main");
    let report = project.json("v1.1.0");
    assert_eq!(codes(&report), ["unknown-advisory"]);
    let told = run(&project, &["notes", "--tag", "v1.1.0"]).2;
    let counted = "secnotes: 0 errors, 0 warnings, 1 note in v1.1.0; --verbose lists notes and all lines\n";
    assert!(told.ends_with(counted) && !told.contains("unknown-advisory"), "{told}");
    let told = run(&project, &["notes", "--tag", "v1.1.0", "--verbose"]).2;
    assert!(told.contains("note[unknown-advisory]: ") && told.contains("  CVE-2026-7777: "), "{told}");
    assert_eq!(run(&project, &["notes", "--tag", "v1.1.0", "--fail-on", "warning"]).0, Some(0));
    assert_eq!(run(&project, &["notes", "--tag", "v1.1.0", "--fail-on", "note"]).0, Some(3));
}
