//! What tells the fix that nothing names: change logs, quoted code, links into
//! files, thanks, versions in prose, and where one has to look.

use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, commits, entry, patched, started};

fn text(line: &str) -> String {
    format!("package x\n\nfunc f() {{\n\tprepare()\n\t{line}\n\tfinish()\n}}\n")
}

/// Changes that have nothing to do with anything.
fn paint(project: &mut Project) {
    for number in 0..4 {
        let subject = format!("Paint shed number {number}");
        project.edit("main", "Eve", &subject, &[(&format!("shed{number}.go"), &text("paint()"))]);
    }
}

/// Two changes of which nobody can tell which one it is, but by a clue.
fn twins(project: &mut Project, first: (&str, &str), second: (&str, &str)) -> [String; 2] {
    let first = project.edit("main", "Ada", first.0, &[("a/reader.go", &text(first.1))]);
    let second = project.edit("main", "Bob", second.0, &[("a/writer.go", &text(second.1))]);
    paint(project);
    [first, second]
}

fn fixes(project: &Project, tag: &str, id: &str) -> Vec<String> {
    let report = project.json(tag);
    let commits = entry(&report, id).map(commits).unwrap_or_default();
    commits.into_iter().map(str::to_owned).collect()
}

fn evidence(project: &Project, id: &str, kind: &str) -> bool {
    let story = project.explain(id);
    let has = |evidence: &Value| evidence["kind"] == kind;
    story["candidates"][0]["evidence"].as_array().unwrap().iter().any(has)
}

const TITLE: &str = "Frames of a peer are kept for ever";

#[test]
fn an_entry_of_the_change_log_that_names_the_id_tells_its_commit() {
    let mut project = started();
    let [_, fix] = twins(&mut project, ("Tidy the reader (#11)", "tidy()"), ("Tidy the writer (#12)", "sweep()"));
    let log = "# 1.1.0\n\n- Tidy up a bit. (#11)\n- CVE-2026-1001: a peer cannot fill the memory any more. (#12)\n";
    project.edit("main", "Ada", "Write the notes", &[("CHANGELOG.md", log)]);
    project.tag("v1.1.0", "main");
    project
        .osv("GO-2026-1", json!({ "summary": TITLE, "aliases": ["CVE-2026-1001"], "affected": patched(&["1.1.0"]) }));
    assert_eq!(fixes(&project, "v1.1.0", "CVE-2026-1001"), [fix]);
    assert!(evidence(&project, "GO-2026-1", "change_log"));
}

#[test]
fn words_of_a_change_log_are_those_of_the_commit_that_it_speaks_of() {
    let mut project = started();
    let [fix, _] = twins(&mut project, ("Tidy the reader (#11)", "tidy()"), ("Tidy the writer (#12)", "sweep()"));
    let log = "1.1.0\n=====\n\n* Frames of a peer were kept for ever: drop them with the peer. (#11)\n* Tidy the writer. (#12)\n";
    project.edit("main", "Ada", "Write the notes", &[("docs/changes.rst", log)]);
    project.tag("v1.1.0", "main");
    project.osv("GO-2026-1", json!({ "summary": TITLE, "affected": patched(&["1.1.0"]) }));
    assert_eq!(fixes(&project, "v1.1.0", "GO-2026-1"), [fix]);
}

#[test]
fn quoted_code_tells_who_changed_it() {
    let mut project = started();
    let [fix, _] = twins(&mut project, ("Tidy the reader", "frames.keep(peer, frame)"), ("Tidy the writer", "sweep()"));
    project.tag("v1.1.0", "main");
    let details = "The culprit is\n\n```go\n    frames.keep(peer, frame)\n```\n";
    project.osv("GO-2026-1", json!({ "summary": TITLE, "details": details, "affected": patched(&["1.1.0"]) }));
    assert_eq!(fixes(&project, "v1.1.0", "GO-2026-1"), [fix]);
    assert!(evidence(&project, "GO-2026-1", "quoted_code"));
}

#[test]
fn a_link_into_a_file_tells_who_changes_these_lines() {
    let mut project = started();
    project.edit("main", "Ada", "Lay the ground", &[("a/frames.go", &text("keepAll(peer)"))]);
    project.tag("v1.0.5", "main");
    let fix = project.edit("main", "Ada", "Tidy the reader", &[("a/frames.go", &text("tidy()"))]);
    project.edit("main", "Bob", "Tidy the writer", &[("a/writer.go", &text("sweep()"))]);
    project.edit("main", "Eve", "Tidy the shed", &[("a/shed.go", &text("paint()"))]);
    project.tag("v1.1.0", "main");
    let details = format!("See {REMOTE}/blob/v1.0.5/a/frames.go#L5-L5 for what goes wrong.");
    project.osv("GO-2026-1", json!({ "summary": TITLE, "details": details, "affected": patched(&["1.1.0"]) }));
    assert_eq!(fixes(&project, "v1.1.0", "GO-2026-1"), [fix]);
    assert!(evidence(&project, "GO-2026-1", "quoted_code") && evidence(&project, "GO-2026-1", "named_file"));
}

#[test]
fn the_release_after_the_stated_one_is_looked_at_where_that_has_nothing() {
    let mut project = started();
    project.edit("main", "Ada", "Prepare 1.0.1", &[("VERSION", "1.0.1\n")]);
    project.tag("v1.0.1", "main");
    let fix = project.edit(
        "main",
        "Ada",
        "Drop the frames of a peer that are kept for ever",
        &[("a.go", &text("drop(frames)"))],
    );
    paint(&mut project);
    project.tag("v1.0.2", "main");
    project.osv("GO-2026-1", json!({ "summary": TITLE, "affected": patched(&["1.0.1"]) }));
    assert_eq!(fixes(&project, "v1.0.2", "GO-2026-1"), [fix]);
    assert!(entry(&project.json("v1.0.1"), "GO-2026-1").is_none_or(|entry| entry["status"] != "fixed"));
}

#[test]
fn versions_that_the_text_calls_patched_are_looked_at() {
    let mut project = started();
    let fix = project.edit(
        "main",
        "Ada",
        "Drop the frames of a peer that are kept for ever",
        &[("a.go", &text("drop(frames)"))],
    );
    paint(&mut project);
    project.tag("v1.0.1", "main");
    let affected = json!([{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
        "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }] }] }]);
    let details = "Not vulnerable: 1.0.1+. Vulnerable: 1.0.0.";
    project.osv("GO-2026-1", json!({ "summary": TITLE, "details": details, "affected": affected }));
    assert_eq!(fixes(&project, "v1.0.1", "GO-2026-1"), [fix]);
}

#[test]
fn a_release_that_was_squashed_into_one_commit_has_its_fix_there() {
    let mut project = started();
    let files: [(&str, &str); 2] = [("VERSION", "1.0.1\n"), ("a.go", &text("drop(frames, peer)"))];
    let fix = project.edit("main", "Ada", "Release v1.0.1", &files);
    project.edit("main", "Ada", "Update the manual", &[("README.md", "Frames of a peer\n")]);
    project.tag("v1.0.1", "main");
    project.osv("GO-2026-1", json!({ "summary": TITLE, "affected": patched(&["1.0.1"]) }));
    assert_eq!(fixes(&project, "v1.0.1", "GO-2026-1"), [fix]);
}

#[test]
fn what_prepares_a_release_or_tests_is_never_the_fix() {
    let mut project = started();
    project.edit(
        "main",
        "Ada",
        "Test the frames of a peer that are kept for ever",
        &[("a_test.go", &text("frames()"))],
    );
    project.edit("main", "Ada", "Prepare 1.0.1: frames of a peer", &[("CHANGELOG.md", "Frames of a peer\n")]);
    project.tag("v1.0.1", "main");
    project.osv("GO-2026-1", json!({ "summary": TITLE, "affected": patched(&["1.0.1"]) }));
    assert!(fixes(&project, "v1.0.1", "GO-2026-1").is_empty());
}

#[test]
fn a_roll_up_is_taken_apart_and_each_line_has_its_commit() {
    let mut project = started();
    let at = project.edit("main", "Ada", "Lay the ground", &[("ground.go", &text("lay()"))]);
    project.tag("v1.1.0", "main");
    project.branch("v1.0", &at);
    let works = [
        ("Drop the frames of a peer that are kept for ever", "frames.go", "drop(frames)"),
        ("Paint the old barn in red", "barn.go", "paint()"),
        ("Sort the tools by their size", "tools.go", "sort()"),
    ];
    let mut fix = Vec::new();
    for (line, rolls) in [("v1.0", vec![&works[..]]), ("main", vec![&works[..2], &works[2..]])] {
        for (number, roll) in rolls.iter().enumerate() {
            let branch = format!("roll-{line}-{number}");
            let tip = project.git().refname_to_id(&format!("refs/heads/{line}")).unwrap().to_string();
            project.branch(&branch, &tip);
            for (subject, path, code) in *roll {
                let commit = project.edit(&branch, "Ada", subject, &[(path, &text(code))]);
                if *path == "frames.go" {
                    fix.push(commit);
                }
            }
            project.merge_files_into(line, &branch, &format!("Cherry-picks for {line}"));
        }
    }
    project.tag("v1.0.1", "v1.0");
    project.tag("v1.1.1", "main");
    project.osv("GO-2026-1", json!({ "summary": TITLE, "affected": patched(&["1.0.1", "1.1.1"]) }));
    assert_eq!(fixes(&project, "v1.0.1", "GO-2026-1"), [fix[0].clone()]);
    assert_eq!(fixes(&project, "v1.1.1", "GO-2026-1"), [fix[1].clone()]);
}

#[test]
fn a_range_that_begins_where_another_ends_goes_on() {
    let mut project = started();
    project.edit("main", "Bob", "Keep frames of a peer in a list", &[("b.go", &text("list(frames)"))]);
    project.tag("v1.1.0", "main");
    let fix = project.edit("main", "Ada", "Drop the frames of a peer", &[("a.go", &text("drop(frames)"))]);
    project.tag("v1.1.1", "main");
    let range = |from: &str, to: &str| json!({ "type": "SEMVER", "events": [{ "introduced": from }, { "fixed": to }] });
    let affected = json!([{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
        "ranges": [range("1.0.0", "1.1.0"), range("1.1.0", "1.1.1")] }]);
    project.osv("GO-2026-1", json!({ "summary": TITLE, "affected": affected }));
    assert!(entry(&project.json("v1.1.0"), "GO-2026-1").is_none());
    assert_eq!(fixes(&project, "v1.1.1", "GO-2026-1"), [fix]);
}
