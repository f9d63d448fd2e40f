//! What people announce without an advisory.

use serde_json::json;

use crate::builder::{Project, REMOTE, codes, patched};

/// A project whose release 1.1.0 has a security fix that nobody wrote an advisory for,
/// and whose line 1.0 has a copy of it in 1.0.1.
fn quiet() -> (Project, String) {
    let mut project = Project::new();
    let start = project.commit("main", "Start");
    project.tag("v1.0.0", "main");
    project.branch("release-1.0", &start);
    let text = "package x\n\nfunc within(folder, name string) bool {\n\treturn filepath.IsLocal(name)\n}\n";
    let fix = project.edit("main", "Ada", "Fix path traversal in extract", &[("extract.go", text)]);
    project.tag("v1.1.0", "main");
    let message = format!("Fix path traversal in extract\n\n(cherry picked from commit {fix})");
    project.edit("release-1.0", "Ada", &message, &[("extract.go", text)]);
    project.tag("v1.0.1", "release-1.0");
    project.commit("main", "Start sooner");
    project.tag("v1.2.0", "main");
    // Any advisory, so that none is missing.
    project.osv("GO-2026-9", json!({ "affected": patched(&["0.9.0"]) }));
    (project, fix)
}

fn template(project: &Project) -> String {
    let file = project.folder().join("notes.hbs");
    let text = "{{#each notes}}\n- {{text}}{{#if severity}} ({{severity}}){{/if}}: {{#each commits}}{{link}}{{/each}}\n{{/each}}\n";
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

fn notes(project: &Project, tag: &str) -> String {
    let template = template(project);
    let output = project.secnotes(&["notes", "--tag", tag, "--template", &template]).assert().success();
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

fn write(project: &Project, text: &str) {
    std::fs::write(project.path().join("secnotes.notes.toml"), text).unwrap();
}

#[test]
fn a_quiet_fix_is_reviewed_and_announced() {
    let (project, fix) = quiet();
    assert_eq!(codes(&project.json("v1.1.0")), ["quiet-security-fix"]);
    assert_eq!(notes(&project, "v1.1.0"), "");
    let answers = "Archives write\u{1b} nowhere else\nArchives write nowhere else any more\nsevere\nhigh\n";
    let output = project.secnotes(&["review", "--tag", "v1.1.0"]).write_stdin(answers).assert().success();
    let said = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
    assert!(said.contains("Fix path traversal in extract") && said.contains("secnotes.notes.toml"), "{said}");
    let text = std::fs::read_to_string(project.path().join("secnotes.notes.toml")).unwrap();
    assert!(text.contains(&format!("commits = [\"{fix}\"]")) && text.contains("severity = \"high\""), "{text}");
    let short = &fix[..12];
    let line = format!("- Archives write nowhere else any more (High): [`{short}`]({REMOTE}/commit/{fix})\n");
    assert_eq!(notes(&project, "v1.1.0"), line);
    let report = project.json("v1.1.0");
    assert_eq!(codes(&report), Vec::<&str>::new());
    assert_eq!(report["notes"][0]["commits"][0]["id"], fix.as_str());
    // The line that has a copy announces it as well; what comes after has it.
    assert!(notes(&project, "v1.0.1").contains("Archives write nowhere else any more"));
    assert_eq!(notes(&project, "v1.2.0"), "");
    // Nothing is asked again.
    let again = project.secnotes(&["review", "--tag", "v1.1.0"]).write_stdin("").assert().success();
    assert!(again.get_output().stdout.is_empty());
    let story = project.explain(&fix);
    assert_eq!(story["announced"], "Archives write nowhere else any more");
}

#[test]
fn a_note_of_several_commits_waits_for_the_last_and_ends_where_it_is_taken_back() {
    let (mut project, fix) = quiet();
    let more = project.edit("main", "Ada", "Look at links, too", &[("extract.go", "package x\n\nfunc links() {}\n")]);
    project.tag("v1.3.0", "main");
    project.commit("main", &format!("Revert \"Look at links, too\"\n\nThis reverts commit {more}."));
    project.tag("v1.4.0", "main");
    write(&project, &format!("[[note]]\ncommits = [\"{fix}\", \"{more}\"]\ntext = \"Nothing is written elsewhere\"\n"));
    assert_eq!(notes(&project, "v1.1.0"), "");
    assert!(notes(&project, "v1.3.0").contains("Nothing is written elsewhere"));
    let report = project.json("v1.4.0");
    assert_eq!((codes(&report), &report["notes"]), (vec!["fix-reverted"], &json!([])));
    assert_eq!(report["findings"][0]["file"], "secnotes.notes.toml");
}

#[test]
fn a_note_that_cannot_be_used_announces_nothing_and_is_told() {
    let (project, fix) = quiet();
    write(&project, &format!("# Ours.\n[[note]]\ncommits = [\"{fix}\", \"aaaaaaaaaa\"]\ntext = \"Mended\"\n"));
    for tag in ["v1.1.0", "v1.2.0"] {
        let report = project.json(tag);
        let found =
            report["findings"].as_array().unwrap().iter().find(|found| found["code"] == "note-unusable").unwrap();
        assert_eq!((&found["file"], &found["line"]), (&json!("secnotes.notes.toml"), &json!(2)));
        assert_eq!(report["notes"], json!([]));
    }
    project.secnotes(&["notes", "--tag", "v1.1.0", "--fail-on", "error"]).assert().code(3);
    for (text, says) in [
        ("[[note]]\ntext = \"x\"\n", "has no `commits`"),
        ("[[note]]\ncommits = []\ntext = \"x\"\n", "is about no commit"),
        ("[[note]]\ncommits = [\"xyz\"]\ntext = \"x\"\n", "is not the hash of a commit"),
        ("[[note]]\ncommits = [\"abcdef0\"]\ntext = \" \\n\"\n", "says nothing"),
        ("[[note]]\ncommits = [\"abcdef0\"]\ntext = \"x\"\nseverity = \"awful\"\n", "is no severity"),
        ("[[note]]\ncommits = [\"abcdef0\"]\ntext = \"x\"\nadvisory = \"CVE-2026-1\"\n", "unknown key `advisory`"),
    ] {
        write(&project, text);
        let told = crate::builder::failure(&mut project.secnotes(&["notes", "--tag", "v1.1.0"]), 1);
        assert!(told.contains(says), "{says}: {told}");
    }
    write(&project, &format!("[[note]]\ncommits = [\"{fix}\"]\ntext = \"{}\"\n", "long ".repeat(100)));
    let told = crate::builder::failure(&mut project.secnotes(&["notes", "--tag", "v1.1.0"]), 1);
    assert!(told.contains("more than 300 characters"), "{told}");
}

#[test]
fn what_an_advisory_says_by_now_need_not_be_announced_twice() {
    let (project, fix) = quiet();
    write(&project, &format!("[[note]]\ncommits = [\"{fix}\"]\ntext = \"Mended\"\n"));
    let reference = json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{fix}") }]);
    project.osv("GO-2026-1", json!({ "references": reference, "affected": patched(&["1.1.0"]) }));
    assert!(codes(&project.json("v1.1.0")).contains(&"note-unnecessary"));
}

#[test]
fn what_a_note_says_is_text() {
    let (project, fix) = quiet();
    let text = r#""""
![x](https://evil.example/p) <img src=x> @team
::error::y
""""#;
    write(&project, &format!("[[note]]\ncommits = [\"{fix}\"]\ntext = {text}\n"));
    let printed = notes(&project, "v1.1.0");
    assert_eq!(printed.lines().count(), 1, "{printed}");
    assert!(!printed.contains("![x](") && !printed.contains(" <img") && !printed.contains("\n::"), "{printed}");
}
