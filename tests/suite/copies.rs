//! Copies of a fix on the lines of a project: which are found, and what of
//! several commits a release needs.

use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, codes, commits, entry, patched, started};

/// References to commits, in a record that calls versions patched.
fn names(hashes: &[&str], versions: &[&str]) -> Value {
    let references: Vec<Value> =
        hashes.iter().map(|hash| json!({ "type": "FIX", "url": format!("{REMOTE}/commit/{hash}") })).collect();
    let mut record = json!({ "references": references });
    if !versions.is_empty() {
        record["affected"] = patched(versions);
    }
    record
}

fn status(project: &Project, tag: &str) -> Option<String> {
    entry(&project.json(tag), "GO-2026-1").map(|entry| entry["status"].as_str().unwrap().to_owned())
}

fn picked_from(of: &[&str], subject: &str) -> String {
    let trailers: Vec<String> = of.iter().map(|hash| format!("(cherry picked from commit {hash})")).collect();
    format!("{subject}\n\n{}", trailers.join("\n"))
}

/// Lines of code that a change of this name adds.
fn code(name: &str) -> String {
    let lines = (1..6).map(|line| format!("\tif !{name}.check_{line}(input, {line}) {{ return errUnsafe }}\n"));
    format!("package x\n\nfunc {name}() error {{\n{}\treturn nil\n}}\n", lines.collect::<String>())
}

/// 1.0.0, and a branch `release-1.0` from there.
fn with_line() -> Project {
    let mut project = started();
    let start = project.commit("main", "Work");
    project.branch("release-1.0", &start);
    project
}

#[test]
fn a_record_that_names_a_fix_and_its_cherry_pick_needs_either() {
    let mut project = with_line();
    let fix = project.commit("main", "Bound the copy");
    let pick = project.commit("release-1.0", &picked_from(&[&fix], "Bound the copy"));
    project.tag("v1.0.1", "release-1.0");
    // The release branch comes back, as in git-flow: main has both.
    project.merge("release-1.0", "Merge branch 'release-1.0'");
    project.tag("v1.1.0", "main");
    project.osv("GO-2026-1", names(&[&fix, &pick], &[]));
    let report = project.json("v1.0.1");
    assert_eq!(entry(&report, "GO-2026-1").unwrap()["status"], "fixed");
    assert!(!codes(&report).contains(&"partial-fix"));
    assert_eq!(status(&project, "v1.1.0").as_deref(), Some("carried"));
}

#[test]
fn a_backport_that_squashes_two_fixes_is_the_whole_fix() {
    for named in [true, false] {
        let mut project = with_line();
        let (one, two) = (project.commit("main", "Bound the copy"), project.commit("main", "Bound the other copy"));
        let squash = project.commit("release-1.0", &picked_from(&[&one, &two], "Bound both copies"));
        project.tag("v1.0.1", "release-1.0");
        project.tag("v1.1.0", "main");
        // Whichever of them the record names, the others are found.
        let hashes = if named { vec![one.as_str(), two.as_str()] } else { vec![squash.as_str()] };
        project.osv("GO-2026-1", names(&hashes, &[]));
        assert_eq!(status(&project, "v1.0.1").as_deref(), Some("fixed"));
        assert_eq!(commits(entry(&project.json("v1.0.1"), "GO-2026-1").unwrap()), [squash.as_str()]);
        assert_eq!(commits(entry(&project.json("v1.1.0"), "GO-2026-1").unwrap()), [one.as_str(), two.as_str()]);
    }
}

#[test]
fn a_release_between_two_fixes_that_a_backport_squashes_has_a_part() {
    let mut project = with_line();
    let one = project.commit("main", "Bound the copy");
    project.tag("v1.1.0", "main");
    let two = project.commit("main", "Bound the other copy");
    project.tag("v1.2.0", "main");
    let squash = project.commit("release-1.0", &picked_from(&[&one, &two], "Bound both copies"));
    project.tag("v1.0.1", "release-1.0");
    project.osv("GO-2026-1", names(&[&squash], &[]));
    assert_eq!(status(&project, "v1.1.0").as_deref(), Some("partial"));
    assert_eq!(status(&project, "v1.2.0").as_deref(), Some("fixed"));
}

#[test]
fn a_backport_names_a_pull_request() {
    let mut project = with_line();
    let fix = project.commit("main", "Bound the copy (#12)");
    project.tag("v1.1.0", "main");
    let copy = project.commit("release-1.0", "Check lengths before copying (#15)\n\nBackport of #12.");
    project.tag("v1.0.1", "release-1.0");
    project.osv("GO-2026-1", names(&[&fix], &[]));
    assert_eq!(commits(entry(&project.json("v1.0.1"), "GO-2026-1").unwrap()), [copy.as_str()]);
    // And the other way round.
    project.osv("GO-2026-1", names(&[&copy], &[]));
    assert_eq!(commits(entry(&project.json("v1.1.0"), "GO-2026-1").unwrap()), [fix.as_str()]);
}

#[test]
fn a_line_that_never_gets_the_rest_has_the_fix_that_its_record_states() {
    // 1.0.x has none of what the second commit mends.
    let both = |gets_rest: bool| {
        let mut project = with_line();
        let (one, two) = (project.commit("main", "Bound the copy"), project.commit("main", "Bound the new copy"));
        project.tag("v1.1.0", "main");
        project.commit("release-1.0", &picked_from(&[&one], "Bound the copy"));
        project.tag("v1.0.1", "release-1.0");
        if gets_rest {
            project.commit("release-1.0", &picked_from(&[&two], "Bound the new copy"));
            project.tag("v1.0.2", "release-1.0");
        }
        project.osv("GO-2026-1", names(&[&one, &two], &["1.0.1", "1.1.0"]));
        status(&project, "v1.0.1")
    };
    assert_eq!(both(false).as_deref(), Some("fixed"));
    // Where the line gets the rest later, it was not whole before.
    assert_eq!(both(true).as_deref(), Some("partial"));
}

#[test]
fn a_copy_in_a_moved_file_with_another_change_log_is_one() {
    let mut project = started();
    let start = project.edit("main", "Ada", "Begin", &[("pkg/copy.go", "package x\n"), ("CHANGES.md", "# Changes\n")]);
    project.branch("release-1.0", &start);
    let fix = project.edit(
        "main",
        "Ada",
        "Bound the copy in the shim",
        &[("pkg/copy.go", &code("bounds")), ("CHANGES.md", "# Changes\n\n1.1: bounded\n")],
    );
    project.tag("v1.1.0", "main");
    project.edit("release-1.0", "Ada", "Move", &[("pkg/copy.go", ""), ("src/shim/copying.go", "package x\n")]);
    let copy = project.edit(
        "release-1.0",
        "Bob",
        "[1.0.x] Bound the copy in the shim (#99)",
        &[("src/shim/copying.go", &code("bounds")), ("NEWS.md", "1.0.1 mends a copy without a bound\n")],
    );
    project.tag("v1.0.1", "release-1.0");
    project.osv("GO-2026-1", names(&[&fix], &[]));
    let report = project.json("v1.0.1");
    let found = entry(&report, "GO-2026-1").unwrap();
    assert_eq!(commits(found), [copy.as_str()]);
    let details = found["evidence"].to_string();
    assert!(details.contains("changes the same lines of code, documents and tests and the names of files aside"));
}

#[test]
fn a_candidate_names_final_releases_of_other_lines() {
    let mut project = with_line();
    let fix = project.commit("main", "Bound the copy");
    project.commit("release-1.0", &picked_from(&[&fix], "Bound the copy"));
    for tag in ["v1.0.1-rc1", "v1.0.1"] {
        project.tag(tag, "release-1.0");
        project.commit("release-1.0", "Work");
    }
    project.tag("v1.1.0-rc1", "main");
    project.osv("GO-2026-1", names(&[&fix], &[]));
    let report = project.json("v1.1.0-rc1");
    assert_eq!(entry(&report, "GO-2026-1").unwrap()["fix"]["also_fixed_in"], json!(["v1.0.1"]));
}

/// A pull request of two commits on `main`, and on `release-1.0` one commit
/// with all of it.
fn squashed() -> (Project, [String; 3], String) {
    let mut project = started();
    let start = project.edit("main", "Ada", "Begin", &[("a.go", "package x\n"), ("b.go", "package x\n")]);
    for branch in ["release-1.0", "request"] {
        project.branch(branch, &start);
    }
    let one = project.edit("request", "Ada", "Check the name of an entry", &[("a.go", &code("name"))]);
    let two = project.edit("request", "Ada", "Check the link of an entry", &[("b.go", &code("link"))]);
    project.edit("main", "Bob", "Paint the barn", &[("barn.go", &code("barn"))]);
    let merge = project.merge_files("request", "Merge pull request #7 from ada/request\n\nCheck entries of archives");
    project.tag("v1.1.0", "main");
    let both = [("a.go", code("name")), ("b.go", code("link"))];
    let both: Vec<(&str, &str)> = both.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let squash = project.edit("release-1.0", "Bob", "[1.0] Check entries of archives (#9)", &both);
    project.tag("v1.0.1", "release-1.0");
    (project, [one, two, merge], squash)
}

#[test]
fn a_squash_that_equals_a_merge_carries_it() {
    let (project, [.., merge], squash) = squashed();
    project.osv("GO-2026-1", names(&[&merge], &[]));
    let report = project.json("v1.0.1");
    let found = entry(&report, "GO-2026-1").unwrap();
    assert_eq!((&found["status"], commits(found)), (&json!("fixed"), vec![squash.as_str()]));
    assert!(!codes(&report).contains(&"partial-fix"));
}

#[test]
fn a_merge_that_equals_a_squash_carries_it() {
    let mut project = with_line();
    let (a, b) = (code("name"), code("link"));
    project.edit("main", "Bob", "Paint the barn", &[("barn.go", &code("barn"))]);
    project.edit("request", "Ada", "Check entries of archives", &[("a.go", &a)]);
    project.edit("request", "Ada", "And of links", &[("b.go", &b)]);
    project.edit("main", "Bob", "Paint the shed", &[("shed.go", &code("shed"))]);
    let merge = project.merge_files("request", "Merge pull request #7 from ada/request");
    project.tag("v1.1.0", "main");
    let squash = project.edit("release-1.0", "Bob", "Check entries of archives (#9)", &[("a.go", &a), ("b.go", &b)]);
    project.tag("v1.0.1", "release-1.0");
    project.osv("GO-2026-1", names(&[&squash], &[]));
    assert_eq!(commits(entry(&project.json("v1.1.0"), "GO-2026-1").unwrap()), [merge.as_str()]);
}

#[test]
fn a_copy_by_another_author_under_another_title_is_found_where_a_record_calls_the_release_patched() {
    let mut project = with_line();
    let fix = project.edit("main", "Ada", "Bound the copy in the shim", &[("copy.go", &code("bounds"))]);
    project.tag("v1.1.0", "main");
    let copy = project.edit("release-1.0", "Bob", "Take over work on main", &[("copy.go", &code("bounds"))]);
    for work in ["barn", "shed", "fence"] {
        project.edit("release-1.0", "Eve", &format!("Paint the {work}"), &[(&format!("{work}.go"), &code(work))]);
    }
    project.tag("v1.0.1", "release-1.0");
    project.osv("GO-2026-1", names(&[&fix], &["1.0.1", "1.1.0"]));
    let report = project.json("v1.0.1");
    assert_eq!(commits(entry(&report, "GO-2026-1").unwrap()), [copy.as_str()]);
    assert!(!codes(&report).contains(&"patched-without-fix"));
}

#[test]
fn equal_edits_of_few_lines_are_no_copies() {
    let mut project = with_line();
    let version = |number: &str| format!("package x\n\nconst Version = \"{number}\"\n");
    let fix = project.edit("main", "Ada", "Bound the copy in the shim", &[("version.go", &version("1"))]);
    project.tag("v1.1.0", "main");
    project.edit("release-1.0", "Bob", "Paint the barn", &[("version.go", &version("1"))]);
    project.edit("release-1.0", "Bob", "Paint the shed", &[("shed.go", &code("shed"))]);
    project.tag("v1.0.1", "release-1.0");
    project.osv("GO-2026-1", names(&[&fix], &["1.0.1", "1.1.0"]));
    let story = project.explain("GO-2026-1");
    assert!(!story.to_string().contains("changes the same lines"), "{story:#}");
}

/// A private fork of containerd had the notes of the release in it, and 65 later preparations of
/// releases passed for copies of its fix.
#[test]
fn what_prepares_a_release_is_no_fix_and_has_no_copies() {
    let mut project = started();
    let notes = |version: &str, start: &str| {
        let lines: String = (0..9).map(|line| format!("line {line} of what every release says\n")).collect();
        let path = format!("releases/{version}.toml");
        (path, format!("previous = \"{start}\"\npreface = \"\"\"\\\n{lines}\"\"\"\n"))
    };
    let start = project.edit("main", "Ada", "Work", &[("work.go", &code("work"))]);
    project.branch("fork", &start);
    let fix = project.edit("fork", "Ada", "Bound the copy", &[("copy.go", &code("copy"))]);
    let (path, text) = notes("v1.1.0", "v1.0.0");
    let people = [
        (".mailmap", "Ada <ada@example.org>\n"),
        (path.as_str(), text.as_str()),
        ("version/version.go", "package version\n"),
    ];
    project.edit("fork", "Ada", "Prepare release notes for v1.1.0", &people);
    project.merge("fork", "Merge pull request from GHSA-2222-2222-2222");
    project.tag("v1.1.0", "main");
    project.branch("release-1.0", &start);
    let (path, text) = notes("v1.0.1", "v1.0.0");
    let people = [
        (".mailmap", "Bob <bob@example.org>\n"),
        (path.as_str(), text.as_str()),
        ("version/version.go", "package version // 1\n"),
    ];
    project.edit("release-1.0", "Ada", "Prepare release notes for v1.0.1", &people);
    project.tag("v1.0.1", "release-1.0");
    project.osv("GO-2026-1", json!({ "aliases": ["GHSA-2222-2222-2222"] }));
    let report = project.json("v1.1.0");
    let found = commits(entry(&report, "GHSA-2222-2222-2222").unwrap());
    assert_eq!((found.first(), found.len()), (Some(&fix.as_str()), 2), "{found:?}");
    assert!(entry(&project.json("v1.0.1"), "GHSA-2222-2222-2222").is_none());
}
