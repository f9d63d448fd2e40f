//! What is affected: from the graph to records, ranges and GitHub's form.

use std::process::Command;

use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, failure, started};

/// A record that names these commits as fixes of a Go module, with version ranges.
fn fixed_by(commits: &[&str], versions: &[Value]) -> Value {
    let fixes: Vec<Value> =
        commits.iter().map(|commit| json!({ "type": "FIX", "url": format!("{REMOTE}/commit/{commit}") })).collect();
    json!({
        "references": fixes,
        "affected": [{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
                       "ranges": [{ "type": "SEMVER", "events": versions }] }],
    })
}

/// A record whose GIT range has these events.
fn git_range(events: &[Value]) -> Value {
    json!({ "affected": [{ "ranges": [{ "type": "GIT", "repo": REMOTE, "events": events }] }] })
}

fn from_zero(fixed: &str) -> Vec<Value> {
    vec![json!({ "introduced": "0" }), json!({ "fixed": fixed })]
}

/// The record that `osv --all` writes for an id.
fn record(project: &Project, id: &str) -> Value {
    let output = project.secnotes(&["osv", "--all", "--quiet"]).assert().success();
    let all: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    all.as_array().unwrap().iter().find(|record| record["id"] == id).unwrap_or_else(|| panic!("{all}")).clone()
}

fn git_entry(record: &Value) -> &Value {
    let first = &record["affected"][0];
    assert!(first.get("package").is_none(), "the commits come first: {first}");
    first
}

fn events(entry: &Value) -> &Value {
    &entry["ranges"][0]["events"]
}

#[test]
fn each_line_gets_a_range_that_ends_at_its_own_fix() {
    let mut project = started();
    let base = project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    project.branch("release-1.1", &base);
    project.commit("main", "More");
    project.tag("v1.2.0-rc.1", "main");
    project.tag("v1.2.0", "main");
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.2.1", "main");
    let copy = project.commit("release-1.1", &format!("Bound the copy\n\n(cherry picked from commit {fix})"));
    project.tag("v1.1.1", "release-1.1");
    project.osv("GO-2026-1", fixed_by(&[&fix], &from_zero("1.2.1")));
    let record = record(&project, "GO-2026-1");
    let git = git_entry(&record);
    assert_eq!(*events(git), json!([{ "introduced": "0" }, { "fixed": fix }, { "fixed": copy }]));
    assert_eq!(git["versions"], json!(["v1.0.0", "v1.1.0", "v1.2.0-rc.1", "v1.2.0"]));
    let package = &record["affected"][1];
    assert_eq!(
        *events(package),
        json!([{ "introduced": "0" }, { "fixed": "1.1.1" }, { "introduced": "1.2.0-rc.1" }, { "fixed": "1.2.1" }])
    );
    assert!(package.get("versions").is_none(), "semantic versions need no list");
    assert_eq!(package["database_specific"]["secnotes"]["upstream_events"], json!(from_zero("1.2.1")));
}

#[test]
fn a_fix_of_two_commits_ends_the_range_with_the_second() {
    let mut project = started();
    let first = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    let second = project.commit("main", "Bound the other copy");
    project.tag("v1.0.2", "main");
    project.osv("GO-2026-1", fixed_by(&[&first, &second], &from_zero("1.0.2")));
    let record = record(&project, "GO-2026-1");
    assert_eq!(*events(git_entry(&record)), json!([{ "introduced": "0" }, { "fixed": second }]));
    assert_eq!(git_entry(&record)["versions"], json!(["v1.0.0", "v1.0.1"]));
    let references = record["references"].as_array().unwrap();
    assert_eq!(references.iter().filter(|reference| reference["type"] == "FIX").count(), 2, "{references:?}");
}

#[test]
fn a_revert_opens_the_range_again_until_the_fix_is_back() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    let revert = project.commit("main", &format!("Revert \"Bound the copy\"\n\nThis reverts commit {fix}."));
    project.tag("v1.0.2", "main");
    let again = project.commit("main", &format!("Reapply \"Bound the copy\"\n\nThis reverts commit {revert}."));
    project.tag("v1.0.3", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix], &from_zero("1.0.1")));
    let record = record(&project, "GO-2026-1");
    assert_eq!(
        *events(git_entry(&record)),
        json!([{ "introduced": "0" }, { "fixed": fix }, { "introduced": revert }, { "fixed": again }])
    );
    assert_eq!(git_entry(&record)["versions"], json!(["v1.0.0", "v1.0.2"]));
    assert_eq!(
        *events(&record["affected"][1]),
        json!([{ "introduced": "0" }, { "fixed": "1.0.1" }, { "introduced": "1.0.2" }, { "fixed": "1.0.3" }])
    );
}

#[test]
fn a_release_cut_inside_a_fork_has_the_fix_and_so_has_what_merges_it() {
    let mut project = started();
    let fix = project.commit("fork", "Bound the copy");
    project.tag("v1.0.1", "fork");
    project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    project.merge("fork", "Merge the fork");
    project.tag("v1.1.1", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix], &from_zero("1.0.1")));
    assert_eq!(git_entry(&record(&project, "GO-2026-1"))["versions"], json!(["v1.0.0", "v1.1.0"]));
}

#[test]
fn the_record_says_where_it_came_from_before_the_trailers_of_the_fix_do() {
    let written = |describe: &dyn Fn(&str, &str) -> Value| {
        let mut project = started();
        let bug = project.commit("main", "Copy faster");
        project.tag("v1.1.0", "main");
        project.commit("main", "Work");
        project.tag("v1.2.0", "main");
        let fix = project.commit("main", &format!("Bound the copy\n\nFixes: {} (\"Copy faster\")", &bug[..12]));
        project.tag("v1.3.0", "main");
        project.osv("GO-2026-1", describe(&bug, &fix));
        (record(&project, "GO-2026-1"), bug)
    };
    let by = |record: &Value| record["database_specific"]["secnotes"]["introduced"].clone();
    let (of_trailer, bug) = written(&|_, fix| {
        let mut stated = fixed_by(&[fix], &[]);
        stated["affected"][0]["ranges"] = json!([]);
        stated["affected"][0]["versions"] = json!(["1.2.0"]);
        stated
    });
    assert_eq!(events(git_entry(&of_trailer))[0], json!({ "introduced": bug }));
    assert_eq!(
        (by(&of_trailer), &git_entry(&of_trailer)["versions"]),
        (json!("fixes-trailer"), &json!(["v1.1.0", "v1.2.0"]))
    );
    // A record that calls all before the fix affected is not made narrower by it.
    let (of_zero, _) = written(&|_, fix| fixed_by(&[fix], &from_zero("1.3.0")));
    assert_eq!(events(git_entry(&of_zero))[0], json!({ "introduced": "0" }));
    assert_eq!(git_entry(&of_zero)["versions"], json!(["v1.0.0", "v1.1.0", "v1.2.0"]));
    let from = [json!({ "introduced": "1.2.0" }), json!({ "fixed": "1.3.0" })];
    let (of_version, _) = written(&|_, fix| fixed_by(&[fix], &from));
    assert_eq!((by(&of_version), &git_entry(&of_version)["versions"]), (json!("record-version"), &json!(["v1.2.0"])));
    let (of_record, _) = written(&|bug, fix| {
        let mut stated = git_range(&[json!({ "introduced": bug }), json!({ "fixed": fix })]);
        stated["affected"][0]["versions"] = json!(["v9"]);
        stated
    });
    assert_eq!((by(&of_record), &git_entry(&of_record)["versions"]), (json!("record"), &json!(["v1.1.0", "v1.2.0"])));
    assert_eq!(of_record["affected"].as_array().unwrap().len(), 1, "the upstream range of this repository is replaced");
}

#[test]
fn a_trailer_that_does_not_explain_every_fix_is_not_believed() {
    let mut project = started();
    let base = project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    project.branch("release-1.1", &base);
    let earlier = project.commit("main", "First part");
    let fix = project.commit("main", &format!("Bound the copy\n\nFixes: {earlier}"));
    project.tag("v1.2.0", "main");
    project.commit("release-1.1", &format!("Bound the copy\n\n(cherry picked from commit {fix})"));
    project.tag("v1.1.1", "release-1.1");
    project.osv("GO-2026-1", fixed_by(&[&fix], &from_zero("1.1.1")));
    let record = record(&project, "GO-2026-1");
    assert_eq!(events(git_entry(&record))[0], json!({ "introduced": "0" }));
    assert_eq!(git_entry(&record)["versions"], json!(["v1.0.0", "v1.1.0"]));
}

#[test]
fn the_record_is_believed_of_lines_on_which_no_fix_is_known() {
    let mut project = started();
    let base = project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    project.branch("release-1.1", &base);
    project.commit("main", "Rewrite");
    project.tag("v1.2.0", "main");
    let fix = project.commit("release-1.1", "Bound the copy");
    project.tag("v1.1.1", "release-1.1");
    project.commit("main", "More");
    project.tag("v1.3.0", "main");
    // 1.2 and 1.3 never got a commit that anybody knows, and the record calls them fine.
    project.osv("GO-2026-1", fixed_by(&[&fix], &from_zero("1.1.1")));
    let record = record(&project, "GO-2026-1");
    assert_eq!(git_entry(&record)["versions"], json!(["v1.0.0", "v1.1.0"]));
    assert_eq!(*events(&record["affected"][1]), json!(from_zero("1.1.1")));
    let word = &record["database_specific"]["secnotes"]["fixed_by_record"];
    assert_eq!(word.as_array().unwrap().len(), 1, "it says which event is no fix that anybody knows: {word}");
}

#[test]
fn a_line_that_was_never_fixed_stays_affected() {
    let mut project = started();
    let base = project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    project.branch("release-1.1", &base);
    project.commit("release-1.1", "Work on the line");
    project.tag("v1.1.1", "release-1.1");
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.2.0", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix], &from_zero("1.2.0")));
    assert_eq!(git_entry(&record(&project, "GO-2026-1"))["versions"], json!(["v1.0.0", "v1.1.0", "v1.1.1"]));
    let text = project.secnotes(&["explain", "GO-2026-1"]).assert().success();
    let text = String::from_utf8(text.get_output().stdout.clone()).unwrap();
    assert!(text.contains("lines whose newest release is affected: 1.0, 1.1"), "{text}");
}

#[test]
fn an_unknown_commit_is_an_error_of_its_record_and_no_wider_range() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    let unknown = "1".repeat(40);
    project.osv("GO-2026-1", git_range(&[json!({ "introduced": unknown }), json!({ "fixed": fix })]));
    project.osv("GO-2026-2", git_range(&[json!({ "introduced": "0" }), json!({ "fixed": fix })]));
    let output = project.secnotes(&["osv", "--all"]).assert().failure().code(3);
    let said = String::from_utf8(output.get_output().stderr.clone()).unwrap();
    assert!(
        said.contains("GO-2026-1: what its records say introduced it cannot be used") && said.contains(&unknown),
        "{said}"
    );
    assert!(said.contains("1 of 2 records cannot be published and are left out: GO-2026-1: "), "{said}");
    let written: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!((&written[0]["id"], written.as_array().unwrap().len()), (&json!("GO-2026-2"), 1));
    let error = failure(&mut project.secnotes(&["osv", "--all", "--strict"]), 3);
    assert!(error.contains("GO-2026-1: ") && error.contains("commit-not-found"), "{error}");
    let output = project.secnotes(&["affected"]).assert().failure().code(3);
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    assert!(
        text.contains(&format!("GO-2026-1: its range cannot be used: `introduced` names commit {unknown}")),
        "{text}"
    );
    assert!(text.contains("GO-2026-2: 1 of 2 releases are affected\n  1.0: v1.0.0; not from v1.0.1 on"), "{text}");
    let error = failure(&mut project.secnotes(&["affected", "GO-2026-4"]), 1);
    assert!(error.contains("none of the 2 advisories; the nearest is GO-2026-2"), "{error}");
}

#[test]
fn records_may_have_ids_of_the_project_s_own_scheme() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    let mut first = fixed_by(&[&fix], &from_zero("1.0.1"));
    first["aliases"] = json!(["CVE-2026-90001"]);
    first["related"] = json!(["GO-2026-2", "GO-2026-1"]);
    first["upstream"] = json!(["CVE-2026-90001", "CVE-2026-90002"]);
    project.osv("GO-2026-1", first);
    project.osv("GO-2026-2", fixed_by(&[&fix], &from_zero("1.0.1")));
    std::fs::write(project.path().join("secnotes.toml"), "[osv]\nid-prefix = \"x_parcel\"\n").unwrap();
    let one = record(&project, "x_parcel-CVE-2026-90001");
    assert_eq!(one["aliases"], json!(["CVE-2026-90001", "GO-2026-1"]));
    assert_eq!(one["upstream"], json!(["CVE-2026-90002"]), "its own alias is not where it comes from");
    assert_eq!(one["related"], json!(["GO-2026-2"]));
    assert_eq!(record(&project, "x_parcel-GO-2026-2")["related"], json!(["x_parcel-CVE-2026-90001"]));
}

#[test]
fn a_record_that_says_the_same_keeps_its_bytes() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix], &from_zero("1.0.1")));
    let out = project.folder().join("osv");
    let write = || {
        let output = project.secnotes(&["osv", "--all", "--out", out.to_str().unwrap()]).assert().success();
        String::from_utf8(output.get_output().stderr.clone()).unwrap()
    };
    assert!(write().contains("wrote 1 records"));
    let path = out.join("GO-2026-1.json");
    let earlier = std::fs::read_to_string(&path).unwrap().replace("2026-02-01", "2026-03-01");
    std::fs::write(&path, &earlier).unwrap();
    assert!(write().contains("wrote 0 records") && write().contains("1 say the same as before"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), earlier, "`modified` moves only with the meaning");
    let changed = earlier.replace("Title of", "Another title of");
    std::fs::write(&path, changed).unwrap();
    assert!(write().contains("wrote 1 records"));
}

#[test]
fn only_confirmed_links_write_events_where_that_is_asked_for() {
    let mut project = started();
    // Named by the record alone, at a release that the record does not call patched.
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix], &from_zero("1.0.9")));
    let entries = |arguments: &[&str]| {
        let output = project.secnotes(arguments).assert().success();
        let all: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
        all[0]["affected"].as_array().unwrap().len()
    };
    assert_eq!(entries(&["osv", "--all"]), 2);
    assert_eq!(entries(&["osv", "--all", "--confidence", "confirmed"]), 1);
}

#[test]
fn the_form_of_an_advisory_says_what_the_graph_proves() {
    let mut project = started();
    let base = project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    project.branch("release-1.1", &base);
    project.commit("main", "More");
    project.tag("v1.2.0", "main");
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.2.1", "main");
    project.commit("release-1.1", &format!("Bound the copy\n\n(cherry picked from commit {fix})"));
    project.tag("v1.1.1", "release-1.1");
    project.osv("GO-2026-1", fixed_by(&[&fix], &from_zero("1.1.1")));
    let output = project.secnotes(&["explain", "--advisory-patch", "GO-2026-1", "--format", "json"]).assert().success();
    let patch: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    let package = json!({ "ecosystem": "go", "name": "github.com/example/parcel" });
    assert_eq!(
        patch["vulnerabilities"],
        json!([
            { "package": package, "vulnerable_version_range": "< 1.1.1", "patched_versions": "1.1.1" },
            { "package": package, "vulnerable_version_range": ">= 1.2.0, < 1.2.1", "patched_versions": "1.2.1" },
        ])
    );
    assert_eq!(
        patch["differences"],
        json!([
            "go github.com/example/parcel: affected, and not said to be: 1.2.0",
            "go github.com/example/parcel: patched, and not said to be: 1.2.1",
        ])
    );
    let text = project.secnotes(&["explain", "--advisory-patch", "GO-2026-1"]).assert().success();
    let text = String::from_utf8(text.get_output().stdout.clone()).unwrap();
    assert!(text.contains("  Affected versions  >= 1.2.0, < 1.2.1\n  Patched versions   1.2.1\n"), "{text}");
}

#[test]
fn what_introduced_it_is_suggested_and_never_written() {
    let mut project = Project::new();
    project.edit("main", "Ada", "Start", &[("copy.c", "int a;\nint b;\n"), ("README", "x\n")]);
    project.tag("v1.0.0", "main");
    let bug = project.edit(
        "main",
        "Ada",
        "Copy faster",
        &[("copy.c", "int a;\nmemcpy(to, from, n);\nmemcpy(to, more, n);\nint b;\n")],
    );
    project.tag("v1.1.0", "main");
    let fix = project.edit("main", "Ada", "Bound the copy", &[("copy.c", "int a;\nint b;\n")]);
    project.tag("v1.2.0", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix], &from_zero("1.2.0")));
    let explain = |arguments: &[&str]| -> Value {
        let output = project.secnotes(arguments).assert().success();
        serde_json::from_slice(&output.get_output().stdout).unwrap()
    };
    let story = explain(&["explain", "GO-2026-1", "--format", "json", "--suggest-introduced"]);
    let suggested = &story["affected"]["suggested_introduced"];
    assert_eq!(suggested[0]["id"], json!(bug));
    assert_eq!((&suggested[0]["lines"], &suggested[0]["of"]), (&json!(2), &json!(2)));
    let story = explain(&["explain", "GO-2026-1", "--format", "json"]);
    assert!(story["affected"].get("suggested_introduced").is_none(), "it takes seconds, and was not asked for");
    assert_eq!(events(git_entry(&record(&project, "GO-2026-1")))[0], json!({ "introduced": "0" }));
}

/// Runs git on a repository without any configuration of the user's; none where
/// there is no git.
fn git(project: &Project, arguments: &[&str]) -> Option<()> {
    let mut command = Command::new("git");
    command.arg("-C").arg(project.path()).args(arguments).env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", "/nonexistent");
    let output = command.output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

#[test]
fn git_s_commit_graph_changes_no_answer() {
    let mut project = started();
    let base = project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    project.branch("release-1.1", &base);
    let fix = project.commit("main", "Bound the copy");
    project.commit("release-1.1", &format!("Bound the copy\n\n(cherry picked from commit {fix})"));
    project.tag("v1.1.1", "release-1.1");
    project.merge("release-1.1", "Merge the line");
    project.tag("v1.2.0", "main");
    project.osv("GO-2026-1", git_range(&[json!({ "introduced": base }), json!({ "fixed": fix })]));
    let answer = |project: &Project| {
        let output = project.secnotes(&["affected", "--format", "json"]).assert().success();
        String::from_utf8(output.get_output().stdout.clone()).unwrap()
    };
    let without = answer(&project);
    if git(&project, &["commit-graph", "write", "--reachable"]).is_none() {
        eprintln!("skipped: there is no git to write a commit-graph file");
        return;
    }
    assert_eq!(answer(&project), without, "one file");
    let file = project.path().join(".git/objects/info/commit-graph");
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(answer(&project), without, "a file that ends early is as good as none");
    std::fs::remove_file(&file).unwrap();
    // A chain of split files, and commits that are in none of them.
    git(&project, &["commit-graph", "write", "--reachable", "--split=no-merge"]);
    project.commit("main", "Later");
    project.tag("v1.2.1", "main");
    git(&project, &["commit-graph", "write", "--reachable", "--split=no-merge"]);
    project.commit("main", "Newest");
    project.tag("v1.3.0", "main");
    let with = answer(&project);
    std::fs::remove_dir_all(project.path().join(".git/objects/info/commit-graphs")).unwrap();
    assert_eq!(with, answer(&project), "a chain of files");
    assert!(with.contains("v1.1.0") && !with.contains("\"v1.3.0\""), "{with}");
}

#[test]
fn a_replaced_commit_is_not_read_from_the_commit_graph() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    project.osv("GO-2026-1", git_range(&[json!({ "introduced": "0" }), json!({ "fixed": fix })]));
    project
        .git()
        .reference(&format!("refs/replace/{fix}"), project.git().refname_to_id("refs/tags/v1.0.0").unwrap(), true, "")
        .unwrap();
    project.secnotes(&["affected"]).assert().success();
}

#[test]
fn fixes_on_branches_without_a_release_stand_for_their_own_lines() {
    // cri-o's GHSA-p4rx-7wvg-fwrc: the forks of release-1.25 and 1.26 are in no tag.
    let mut project = started();
    let base = project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    project.branch("release-1.1", &base);
    let on_branch = project.commit("release-1.1", "Bound the copy on this line");
    let on_main = project.commit("main", "Bound the copy");
    project.tag("v1.2.0", "main");
    project.osv("GO-2026-1", fixed_by(&[&on_main, &on_branch], &from_zero("1.2.0")));
    let record = record(&project, "GO-2026-1");
    let fixed: Vec<&Value> = events(git_entry(&record)).as_array().unwrap().iter().collect();
    assert!(
        fixed.contains(&&json!({ "fixed": on_main })) && fixed.contains(&&json!({ "fixed": on_branch })),
        "{fixed:?}"
    );
    assert_eq!(git_entry(&record)["versions"], json!(["v1.0.0", "v1.1.0"]));
}

#[test]
fn what_prepares_a_release_is_no_part_of_the_fix() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    let bump = project.commit("main", "Bump version to 1.0.2");
    project.tag("v1.0.2", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix, &bump], &from_zero("1.0.1")));
    let record = record(&project, "GO-2026-1");
    assert_eq!(*events(git_entry(&record)), json!([{ "introduced": "0" }, { "fixed": fix }]));
}

#[test]
fn each_major_version_of_a_module_has_its_own_beginning() {
    let mut project = Project::new();
    for tag in ["v1.0.0", "v1.1.0", "v2.0.0", "v2.1.0"] {
        project.commit("main", tag);
        project.tag(tag, "main");
    }
    let fix = project.commit("main", "Bound the copy");
    project.tag("v2.1.1", "main");
    // The first module was never fixed, and is affected from 1.1.0 on.
    let mut advisory = fixed_by(&[&fix], &[json!({ "introduced": "1.1.0" })]);
    let second = json!({ "package": { "ecosystem": "Go", "name": "github.com/example/parcel/v2" },
                         "ranges": [{ "type": "SEMVER", "events": from_zero("2.1.1") }] });
    advisory["affected"].as_array_mut().unwrap().push(second);
    project.osv("GO-2026-1", advisory);
    let record = record(&project, "GO-2026-1");
    assert_eq!(git_entry(&record)["versions"], json!(["v1.1.0", "v2.0.0", "v2.1.0"]));
    assert_eq!(
        *events(&record["affected"][1]),
        json!([{ "introduced": "1.1.0" }]),
        "2.0.0 is no version of the first module"
    );
    assert_eq!(*events(&record["affected"][2]), json!(from_zero("2.1.1")));
}

#[test]
fn a_release_that_forked_before_the_fix_is_affected_whatever_its_version() {
    let mut project = started();
    let base = project.commit("main", "Work");
    project.branch("release-1.0", &base);
    project.commit("main", "Version 1.1.0-alpha");
    project.tag("v1.1.0-alpha.0", "main");
    let fix = project.commit("main", "Bound the copy");
    project.commit("release-1.0", &format!("Bound the copy\n\n(cherry picked from commit {fix})"));
    project.tag("v1.0.1", "release-1.0");
    // The record's order puts the alpha behind 1.0.1.
    project.osv("GO-2026-1", fixed_by(&[&fix], &from_zero("1.0.1")));
    assert_eq!(git_entry(&record(&project, "GO-2026-1"))["versions"], json!(["v1.0.0", "v1.1.0-alpha.0"]));
}

#[test]
fn a_draft_stays_one_whatever_else_it_says() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    let draft = |id: &str, more: Value| {
        let mut advisory = json!({
            "ghsa_id": id, "summary": "EMBARGOED", "html_url": format!("{REMOTE}/security/advisories/{id}"),
            "references": [format!("{REMOTE}/commit/{fix}")], "vulnerabilities": [],
        });
        for (key, value) in more.as_object().unwrap() {
            advisory[key] = value.clone();
        }
        advisory
    };
    let drafts = json!([
        draft("GHSA-2222-2222-2222", json!({ "state": "draft", "withdrawn_at": "2026-03-01T00:00:00Z" })),
        draft("GHSA-3333-3333-3333", json!({ "state": null, "published_at": null })),
        draft("GHSA-4444-4444-4444", json!({})),
    ]);
    project.write("drafts.json", &drafts.to_string());
    let out = project.folder().join("out");
    for arguments in
        [vec!["osv", "--all"], vec!["notes"], vec!["affected"], vec!["feed", "--out", out.to_str().unwrap()]]
    {
        let output = project.secnotes(&arguments).assert().success();
        let printed = [output.get_output().stdout.clone(), output.get_output().stderr.clone()].concat();
        let printed = String::from_utf8_lossy(&printed).into_owned();
        assert!(!printed.contains("EMBARGOED") && !printed.contains("GHSA-"), "{arguments:?}: {printed}");
    }
    for file in std::fs::read_dir(out).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("EMBARGOED"));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix], &from_zero("1.0.1")));
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_secnotes"));
    command.env_clear().args(["osv", "--all", "--quiet", "--repo"]).arg(project.path());
    command.arg("--advisories").arg(project.advisories()).stdout(full);
    assert_eq!(command.status().unwrap().code(), Some(1));
}

#[test]
fn a_line_may_need_more_for_its_fix_than_another() {
    // runc's GHSA-xr7r-f8xq-vfvv: release-1.1 needed a commit that main did not.
    let mut project = Project::new();
    project.edit("main", "Ada", "Start", &[("copy.c", "int a;\n"), ("more.c", "int m;\n")]);
    project.tag("v1.0.0", "main");
    let base = project.edit("main", "Ada", "Work", &[("read.c", "int r;\n")]);
    project.tag("v1.1.0", "main");
    project.branch("release-1.1", &base);
    let on_main = project.edit("main", "Ada", "Bound the copy of names", &[("copy.c", "int a;\nbound();\n")]);
    project.tag("v1.2.0", "main");
    let on_line = project.edit("release-1.1", "Ada", "Bound the copy of names", &[("copy.c", "int a;\nbound();\n")]);
    let more = project.edit("release-1.1", "Ada", "Bound what this line has more", &[("more.c", "int m;\nbound();\n")]);
    project.tag("v1.1.1", "release-1.1");
    project.osv("GO-2026-1", fixed_by(&[&on_main, &on_line, &more], &from_zero("1.1.1")));
    let record = record(&project, "GO-2026-1");
    assert_eq!(git_entry(&record)["versions"], json!(["v1.0.0", "v1.1.0"]));
    let fixed: Vec<&Value> = events(git_entry(&record)).as_array().unwrap().iter().collect();
    assert!(fixed.contains(&&json!({ "fixed": on_main })), "{fixed:?}");
}
