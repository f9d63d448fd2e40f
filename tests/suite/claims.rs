//! What is no fix, though something names it: later mentions, releases, merges of
//! many works, companions, references that are contradicted.

use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, codes, commits, entry, patched, started};

fn text(line: &str) -> String {
    format!("package x\n\nfunc f() {{\n\tprepare()\n\t{line}\n\tfinish()\n}}\n")
}

fn fix_reference(commit: &str) -> Value {
    json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{commit}") }])
}

/// A branch `v1.0` with the fix of v1.0.1 that nothing names, and v1.1.0 on main.
fn fixed_on_its_line() -> Project {
    let mut project = started();
    let base = project.edit("main", "Ada", "Lay the ground", &[("trace.go", &text("frames()"))]);
    project.tag("v1.0.0-base", "main");
    project.branch("v1.0", &base);
    project.edit("main", "Ada", "Trace in another way", &[("trace.go", &text("frames2()"))]);
    project.tag("v1.1.0", "main");
    project.edit("v1.0", "Ada", "[1.0.x] Trace empty sequences", &[("trace.go", &text("frames(empty)"))]);
    project.edit("v1.0", "Bob", "Paint the shed", &[("shed.go", &text("paint()"))]);
    project.tag("v1.0.1", "v1.0");
    project
}

const OWN: &str = "GHSA-2222-3333-4444";

#[test]
fn what_names_an_advisory_after_a_release_that_nobody_calls_affected_is_no_fix() {
    for message in [
        "Describe the proposals\n\nThis is intended to mitigate GHSA-2222-3333-4444.",
        "Add newtypes for registers\n\nGHSA-2222-3333-4444 had a narrower value.",
        "Fix the last part of GHSA-2222-3333-4444",
    ] {
        let mut project = fixed_on_its_line();
        let later = project.edit("main", "Ada", message, &[("later.go", &text("later()"))]);
        project.tag("v1.2.0", "main");
        project.osv(OWN, json!({ "affected": patched(&["1.0.1"]) }));
        for tag in ["v1.1.0", "v1.2.0"] {
            assert!(entry(&project.json(tag), OWN).is_none(), "{tag}: {message}");
        }
        let report = project.json("v1.0.1");
        assert_eq!(entry(&report, OWN).unwrap()["status"], "fixed", "{message}");
        assert_eq!(project.explain(OWN)["not_the_fix"][0]["id"], json!(later));
    }
}

#[test]
fn a_message_counts_where_its_release_is_called_patched_or_the_one_before_affected() {
    let mut project = started();
    let fix = project.edit("main", "Ada", "Bound it\n\nFixes GHSA-2222-3333-4444.", &[("a.go", &text("bound()"))]);
    project.tag("v1.1.0", "main");
    for versions in [&["1.1.0"][..], &["1.2.0"], &[]] {
        project.osv(OWN, json!({ "affected": patched(versions) }));
        assert_eq!(commits(entry(&project.json("v1.1.0"), OWN).unwrap()), [fix.as_str()], "{versions:?}");
    }
}

#[test]
fn a_link_on_one_line_leaves_what_records_say_of_others() {
    let mut project = fixed_on_its_line();
    let fix = project.edit("main", "Ada", "Trace with a bound", &[("trace.go", &text("bounded()"))]);
    project.tag("v1.1.1", "main");
    project.osv(OWN, json!({ "references": fix_reference(&fix), "affected": patched(&["1.0.1", "1.1.1"]) }));
    assert_eq!(commits(entry(&project.json("v1.1.1"), OWN).unwrap()), [fix.as_str()]);
    let report = project.json("v1.0.1");
    let own = entry(&report, OWN).unwrap();
    assert_eq!(own["status"], "fixed", "its record says so");
    assert!(!commits(own).contains(&fix.as_str()));
}

#[test]
fn tests_and_other_forks_that_name_an_advisory_are_no_fix() {
    for (message, path) in [
        ("Added tests for escaping\n\nFixes GHSA-2222-3333-4444 for good.", "tests/escape.go"),
        ("Merge pull request from GHSA-5555-6666-7777\n\nGHSA-2222-3333-4444 has the details.", "dump.go"),
    ] {
        let mut project = started();
        let named = project.edit("main", "Ada", message, &[(path, &text("escape()"))]);
        project.edit("main", "Bob", "Paint the barn", &[("barn.go", &text("paint()"))]);
        project.tag("v1.1.0", "main");
        project.osv(OWN, json!({ "affected": patched(&["1.1.0"]) }));
        let story = project.explain(OWN);
        assert!(story["commits"].as_array().unwrap().iter().all(|commit| commit["id"] != json!(named)), "{message}");
        assert_eq!(story["not_the_fix"][0]["id"], json!(named), "{message}");
    }
}

#[test]
fn an_allow_list_of_the_project_s_own_is_no_scanner_s() {
    let message = "Validate by a configurable allow-list\n\n[GHSA-2222-3333-4444]";
    for (path, is_fix) in [("resize.go", true), (".trivyignore", false)] {
        let mut project = started();
        let named = project.edit("main", "Ada", message, &[(path, &text("allowed()"))]);
        project.edit("main", "Bob", "Paint the barn", &[("barn.go", &text("paint()"))]);
        project.tag("v1.1.0", "main");
        project.osv(OWN, json!({ "affected": patched(&["1.1.0"]) }));
        let report = project.json("v1.1.0");
        let linked = entry(&report, OWN).map(commits).unwrap_or_default();
        assert_eq!(linked.contains(&named.as_str()), is_fix, "{path}");
        assert_eq!(!project.explain(OWN).to_string().contains("scanner"), is_fix, "{path}");
    }
}

#[test]
fn the_release_s_own_preparation_in_a_fork_is_no_part_of_the_fix() {
    for fork in ["Merge commit from fork", "Merge pull request from GHSA-2222-3333-4444"] {
        let mut project = started();
        let base = project.edit("main", "Ada", "Mount paths", &[("mount.go", &text("relabel(path)"))]);
        project.edit(
            "main",
            "Ada",
            "Name the version",
            &[("version/version.go", "package v\nvar Version = \"1.5.0\"\n")],
        );
        project.tag("v1.5.0", "main");
        project.branch("v1.6", &base);
        let mended = text("relabel(managed(path))");
        let fix = project.edit("fork", "Ada", "mount: relabel only managed host paths", &[("mount.go", &mended)]);
        project.edit(
            "fork",
            "Ada",
            "Prepare release notes for v1.5.1",
            &[("releases/v1.5.1.toml", "title\n"), ("version/version.go", "package v\nvar Version = \"1.5.1\"\n")],
        );
        project.edit("main", "Bob", "Paint the barn", &[("barn.go", &text("paint()"))]);
        let merge = project.merge_files("fork", fork);
        project.tag("v1.5.1", "main");
        project.edit("v1.6", "Ada", "mount: relabel only managed host paths", &[("mount.go", &mended)]);
        project.tag("v1.6.0", "v1.6");
        let affected = json!([{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
            "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "1.5.0" }, { "fixed": "1.5.1" }] }] }]);
        project.osv(OWN, json!({ "summary": "Relabel of host paths escapes managed paths", "affected": affected }));
        let report = project.json("v1.5.1");
        assert_eq!(commits(entry(&report, OWN).unwrap()), [fix.as_str(), &merge], "{fork}");
        let story = project.explain(OWN);
        assert!(!story["affected"].to_string().contains("v1.6.0"), "{fork}: {}", story["affected"]);
    }
}

/// A CVE record of which OSV knows the tag of the fixed version alone.
fn before_a_tag(project: &Project, commit: &str, more: Value) {
    let affected = json!([{ "ranges": [{ "type": "GIT", "repo": REMOTE,
        "events": [{ "introduced": "0" }, { "fixed": commit }] }] }]);
    let mut record = json!({ "affected": affected, "summary": "A negative length is not rejected" });
    for (key, value) in more.as_object().unwrap() {
        record[key] = value.clone();
    }
    project.osv("CVE-2024-1000", record);
}

#[test]
fn a_fixed_event_at_a_tag_is_its_version_s_word() {
    let mut project = started();
    let fix = project.edit("main", "Ada", "Security: reject a negative length", &[("f.c", &text("reject(length)"))]);
    let notes = [("NEWS", "1.0.1: fixes\n"), ("version.h", "#define V \"1.0.1\"\n")];
    let release = project.edit("main", "Ada", "P 1.0.1.", &notes);
    project.tag("v1.0.1", "main");
    before_a_tag(&project, &release, json!({}));
    let report = project.json("v1.0.1");
    let linked = commits(entry(&report, "CVE-2024-1000").unwrap());
    assert!(!linked.contains(&release.as_str()), "{linked:?}");
    assert!(linked.is_empty() || linked == [fix.as_str()]);
    assert!(project.notes("v1.0.1").contains("CVE-2024-1000"));
    assert!(entry(&project.json("v1.0.0"), "CVE-2024-1000").is_none());
}

#[test]
fn a_release_that_is_undone_takes_no_fix_back() {
    let mut project = started();
    project.edit("main", "Ada", "Reject a negative length", &[("f.c", &text("reject(length)"))]);
    project.edit("main", "Bob", "Paint the barn", &[("barn.c", &text("paint()"))]);
    let release = project.edit("main", "Ada", "Add generated files", &[("generated.c", &text("made()"))]);
    project.tag("v1.0.1", "main");
    let undone = format!("Revert \"Add generated files\"\n\nThis reverts commit {release}.");
    project.edit("main", "Ada", &undone, &[("generated.c", "")]);
    project.tag("v1.1.0", "main");
    before_a_tag(&project, &release, json!({}));
    assert!(entry(&project.json("v1.1.0"), "CVE-2024-1000").is_none_or(|entry| entry["status"] != "reverted"));
    assert!(project.notes("v1.0.1").contains("CVE-2024-1000"));
}

#[test]
fn a_release_in_one_commit_is_the_fix_where_a_reference_says_so() {
    let mut project = started();
    let files = [("f.c", text("reject(length)")), ("NEWS", "1.0.1: fixes\n".to_owned())];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let squashed = project.edit("main", "Ada", "Release 1.0.1", &files);
    project.tag("v1.0.1", "main");
    before_a_tag(&project, &squashed, json!({ "references": fix_reference(&squashed) }));
    assert_eq!(commits(entry(&project.json("v1.0.1"), "CVE-2024-1000").unwrap()), [squashed.as_str()]);
}

#[test]
fn a_named_merge_of_independent_works_is_no_fix() {
    let mut project = started();
    let subjects = [
        ("Websocket: limit the buffer of a frame", "ws.go", "Ada"),
        ("Keep the last sequence on compaction", "store.go", "Bob"),
        ("Sort monitoring structs", "sort.go", "Eve"),
        ("Stage operations of meta", "meta.go", "Dan"),
    ];
    let mut picked = Vec::new();
    for (subject, path, by) in subjects {
        picked.push(project.edit("picks", by, subject, &[(path, &text(&format!("change{}()", path.len())))]));
    }
    let merge = project.merge_files("picks", "Cherry-picks for 1.1.0");
    project.tag("v1.1.0", "main");
    project.osv(
        OWN,
        json!({ "summary": "The websocket buffer of a frame has no limit", "references": fix_reference(&merge),
                "affected": patched(&["1.1.0"]) }),
    );
    let report = project.json("v1.1.0");
    let linked = commits(entry(&report, OWN).unwrap());
    assert!(picked[1..].iter().all(|other| !linked.contains(&other.as_str())), "{linked:?}");
    assert!(codes(&report).contains(&"merge-too-large"), "{report}");
    // A topic of one author is one work, however it is merged.
    let mut project = started();
    let first = project.edit("topic", "Ada", "Limit frames", &[("ws.go", &text("limit()"))]);
    let second = project.edit("topic", "Ada", "Limit handshakes", &[("shake.go", &text("limit()"))]);
    let merge = project.merge_files("topic", "Merge branch 'topic'");
    project.tag("v1.1.0", "main");
    project.osv(OWN, json!({ "references": fix_reference(&merge), "affected": patched(&["1.1.0"]) }));
    assert_eq!(commits(entry(&project.json("v1.1.0"), OWN).unwrap()), [first.as_str(), &second, &merge]);
}

#[test]
fn what_came_along_with_a_fix_is_not_printed_as_one() {
    let mut project = started();
    let fix = project.edit("fork", "Ada", "Check links before unpacking", &[("extract.go", &text("check()"))]);
    project.edit("fork", "Ada", "Test the links", &[("extract_test.go", &text("test()"))]);
    project.edit("fork", "Ada", "ci: pin the image", &[("hack/run.go", &text("pin()"))]);
    let merge = project.merge_files("fork", "Merge pull request from GHSA-2222-3333-4444");
    project.tag("v1.1.0", "main");
    project.osv(OWN, json!({ "affected": patched(&["1.1.0"]) }));
    assert_eq!(commits(entry(&project.json("v1.1.0"), OWN).unwrap()), [fix.as_str(), &merge]);
    assert_eq!(project.explain(OWN)["commits"].as_array().unwrap().len(), 4, "explain tells all of them");
}

#[test]
fn a_squashed_fork_is_printed_by_what_it_did() {
    let mut project = started();
    let message = "Merge commit from fork\n\n* Check links before unpacking\n\n* Test it";
    project.edit("main", "Ada", message, &[("extract.go", &text("check()"))]);
    project.tag("v1.1.0", "main");
    project.osv(
        OWN,
        json!({ "summary": "Links are followed when unpacking", "affected": patched(&["1.1.0"]),
                "references": [{ "type": "WEB", "url": format!("{REMOTE}/security/advisories/{OWN}") }] }),
    );
    let notes = project.notes("v1.1.0");
    assert!(notes.contains("Check links before unpacking") && !notes.contains("Merge commit from fork"), "{notes}");
}

#[test]
fn other_references_are_used_where_the_first_is_contradicted() {
    for (kind, path, subject) in [
        ("WEB", "pull/7", "Copy frames one by one (#7)"),
        ("REPORT", "issues/12", "Copy frames one by one\n\nFixes #12"),
    ] {
        let mut project = started();
        let bug = project.edit("main", "Ada", "Copy all frames at once", &[("copy.go", &text("copyAll()"))]);
        project.tag("v1.1.0", "main");
        let old = project.edit("v1.1", "Ada", "Copy all frames at once", &[("copy.go", &text("copyAll(old)"))]);
        project.tag("v1.1.1", "v1.1");
        let fix = project.edit("main", "Ada", subject, &[("copy.go", &text("copyEach()"))]);
        for number in 0..4 {
            project.edit(
                "main",
                "Bob",
                &format!("Paint barn {number}"),
                &[(&format!("b{number}.go"), &text("paint()"))],
            );
        }
        project.tag("v1.2.0", "main");
        let affected = json!([{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
            "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "1.1.0" }, { "fixed": "1.2.0" }] }] }]);
        let references = json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{bug}") },
                                { "type": kind, "url": format!("{REMOTE}/{path}") }]);
        project.osv(OWN, json!({ "summary": "Overflow", "references": references, "affected": affected }));
        let report = project.json("v1.2.0");
        assert!(codes(&report).contains(&"contradicted-reference"), "{report}");
        assert_eq!(commits(entry(&report, OWN).unwrap()), [fix.as_str()], "{path}");
        assert!(!project.explain(OWN)["commits"].to_string().contains(&old), "a copy of what introduced it is no fix");
    }
}

#[test]
fn a_combined_backport_stays_on_the_lines_that_are_affected() {
    let mut project = started();
    let base = project.edit("main", "Ada", "Lay the ground", &[("a.go", &text("a()")), ("b.go", &text("b()"))]);
    project.tag("v1.0.1", "main");
    project.branch("v0.9", &base);
    let message = "Combined fixes of frames and links\n\nFixes GHSA-2222-3333-4444 and GHSA-5555-6666-7777.";
    let files = [("a.go", text("a(bound)")), ("b.go", text("b(check)"))];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let fix = project.edit("main", "Ada", message, &files);
    project.tag("v1.0.2", "main");
    project.edit("v0.9", "Bob", "Paint the shed", &[("shed.go", &text("paint()"))]);
    project.tag("v0.9.1", "v0.9");
    let copy = format!("Combined fixes of frames and links\n\n(cherry picked from commit {fix})");
    let copied = project.edit("v0.9", "Ada", &copy, &files);
    project.tag("v0.9.2", "v0.9");
    let range = |introduced: &str, fixed: &[&str]| {
        let events: Vec<Value> = fixed
            .iter()
            .flat_map(|fixed| {
                [
                    json!({ "introduced": if fixed.starts_with("0.9") { "0" } else { introduced } }),
                    json!({ "fixed": fixed }),
                ]
            })
            .collect();
        json!([{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
                 "ranges": [{ "type": "SEMVER", "events": events }] }])
    };
    project.osv(OWN, json!({ "affected": range("1.0.0", &["0.9.2", "1.0.2"]) }));
    project.osv("GHSA-5555-6666-7777", json!({ "affected": range("1.0.0", &["1.0.2"]) }));
    let report = project.json("v0.9.2");
    assert_eq!(commits(entry(&report, OWN).unwrap()), [copied.as_str()]);
    assert!(entry(&report, "GHSA-5555-6666-7777").is_none(), "{report}");
    let report = project.json("v1.0.2");
    for id in [OWN, "GHSA-5555-6666-7777"] {
        assert_eq!(commits(entry(&report, id).unwrap()), [fix.as_str()], "{id}");
    }
}

#[test]
fn another_advisory_s_private_fork_is_not_the_fix_of_one_that_has_its_own() {
    let mut project = started();
    let own = project.edit("main", "Ada", &format!("Merge pull request from {OWN}"), &[("a.go", &text("check()"))]);
    let other = "Merge pull request from GHSA-5555-6666-7777";
    let other = project.edit("main", "Ada", other, &[("b.go", &text("bound()"))]);
    project.tag("v1.1.0", "main");
    let references = json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{own}") },
                            { "type": "FIX", "url": format!("{REMOTE}/commit/{other}") }]);
    project.osv(OWN, json!({ "references": references, "affected": patched(&["1.1.0"]) }));
    let report = project.json("v1.1.0");
    assert_eq!(commits(entry(&report, OWN).unwrap()), [own.as_str()]);
    assert!(codes(&report).contains(&"contradicted-reference"));
}
