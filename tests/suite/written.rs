//! What written records say of releases, kind by kind; `never_safe` asks it of
//! random histories.

use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, started};

/// The records that `osv --all` writes.
fn written(project: &Project) -> Vec<Value> {
    let output = project.secnotes(&["osv", "--all", "--quiet"]).assert().success();
    serde_json::from_slice::<Vec<Value>>(&output.get_output().stdout).unwrap()
}

fn only(project: &Project) -> Value {
    let mut all = written(project);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// The entry of the repository's commits.
fn commits(record: &Value) -> &Value {
    let entries = record["affected"].as_array().unwrap();
    entries.iter().find(|entry| entry["ranges"][0]["type"] == "GIT").unwrap()
}

/// The form of GitHub for a package of no ecosystem.
fn form(range: &str, patched: &str) -> Value {
    json!([{
        "ghsa_id": "GHSA-2222-2222-2222", "cve_id": "CVE-2026-1007", "summary": "s", "description": "d",
        "html_url": format!("{REMOTE}/security/advisories/GHSA-2222-2222-2222"), "severity": "medium",
        "state": "published", "published_at": "2026-01-09T00:00:00Z", "updated_at": "2026-01-09T00:00:00Z",
        "vulnerabilities": [{ "package": { "ecosystem": "", "name": "parcel-chart" },
                              "vulnerable_version_range": range, "patched_versions": patched }],
    }])
}

fn go(ranges: &[&[Value]]) -> Value {
    let ranges: Vec<Value> = ranges.iter().map(|events| json!({ "type": "SEMVER", "events": events })).collect();
    json!([{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" }, "ranges": ranges }])
}

#[test]
fn a_version_of_one_branch_begins_on_the_others_too() {
    let mut project = started();
    let start = project.commit("main", "Begin");
    project.branch("release-1.0", &start);
    project.edit("release-1.0", "Ada", "Backport of feature", &[("f", "bug\n")]);
    project.tag("v1.0.9", "release-1.0");
    project.edit("main", "Ada", "Feature", &[("f", "bug\n")]);
    project.tag("v1.2.0", "main");
    let old = project.edit("release-1.0", "Ada", "Fix corruption (CVE-2026-1007)", &[("f", "fix\n")]);
    project.tag("v1.0.15", "release-1.0");
    let new = project.edit("main", "Ada", "Fix corruption (CVE-2026-1007)", &[("f", "fix\n")]);
    project.tag("v1.2.4", "main");
    project.write("advisories.json", &form(">= 1.0.9", "1.0.15, 1.2.4").to_string());
    let record = only(&project);
    let git = commits(&record);
    assert_eq!(git["versions"], json!(["v1.0.9", "v1.2.0"]));
    let fixed: Vec<&str> =
        git["ranges"][0]["events"].as_array().unwrap().iter().filter_map(|event| event["fixed"].as_str()).collect();
    assert!(fixed.contains(&old.as_str()) && fixed.contains(&new.as_str()), "{git}");
    assert_eq!(git["database_specific"]["package"]["name"], "parcel-chart");
    assert!(record["affected"].as_array().unwrap().iter().all(|entry| entry["package"].is_null()), "{record}");
}

#[test]
fn a_package_of_no_ecosystem_is_told_by_commits_where_no_fix_is_known() {
    let mut project = started();
    for number in 1..4 {
        project.commit("main", "Work");
        project.commit("main", "More work");
        project.tag(&format!("v1.{number}.0"), "main");
    }
    project.write("advisories.json", &form("< 1.2.0", "1.2.0").to_string());
    let record = only(&project);
    assert_eq!(commits(&record)["versions"], json!(["v1.0.0", "v1.1.0"]));
    let word = record["database_specific"]["secnotes"]["fixed_by_record"].as_array().unwrap();
    assert_eq!(word.len(), 1, "that is the record's word and no fix that anybody knows");
}

#[test]
fn an_import_with_a_root_of_its_own_stays_affected() {
    let mut project = Project::new();
    project.orphan("old", "Import of 1.0");
    project.tag("v1.0.0", "old");
    project.commit("main", "Import of 1.1");
    project.tag("v1.1.0", "main");
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.1.1", "main");
    let events = [json!({ "introduced": "0" }), json!({ "fixed": "1.1.1" })];
    let reference = json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{fix}") }]);
    project.osv("GO-2026-1", json!({ "affected": go(&[&events]), "references": reference }));
    let record = only(&project);
    assert_eq!(commits(&record)["versions"], json!(["v1.0.0", "v1.1.0"]), "1.0.0 carries no fix");
    assert_eq!(record["affected"][1]["ranges"][0]["events"], json!(events));
    let named = commits(&record)["ranges"][0]["events"].as_array().unwrap().iter();
    assert!(named.clone().all(|event| event["introduced"] != "0"), "two roots are named");
}

#[test]
fn what_only_weighing_calls_a_fix_does_not_count_against_the_record() {
    // pgjdbc's GHSA-xfg6-62px-cxc2 types 42.2.8 for 42.2.28.
    let mut project = started();
    project.edit("main", "Ada", "Revert the default of the address type", &[("type.go", "package x\n")]);
    project.tag("v1.0.1", "main");
    project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    project.commit("main", "More work");
    project.tag("v1.1.1", "main");
    let old = [json!({ "introduced": "0" }), json!({ "fixed": "1.0.1" })];
    let new = [json!({ "introduced": "1.1.0" }), json!({ "fixed": "1.1.1" })];
    project.osv("GO-2026-1", json!({ "affected": go(&[&old, &new]) }));
    let record = only(&project);
    let affected = |version: &str| {
        let events = record["affected"].as_array().unwrap().iter().filter(|entry| entry["package"].is_object());
        let events: Vec<&Value> = events.flat_map(|entry| entry["ranges"].as_array().unwrap()).collect();
        serde_json::to_string(&events).unwrap().contains(&format!("\"introduced\":\"{version}\""))
    };
    assert!(affected("1.1.0"), "{record}");
}

#[test]
fn entries_of_one_package_are_one_and_keep_what_each_says() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    project.commit("main", "Work");
    let entry = |events: &[Value], score: &str, note: &str| {
        let mut entry = go(&[events])[0].clone();
        entry["severity"] = json!([{ "type": "CVSS_V3", "score": score }]);
        entry["database_specific"] = json!({ "note": note });
        entry
    };
    let (low, high) = ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
    let first = entry(&[json!({ "introduced": "0" }), json!({ "fixed": "1.0.1" })], low, "one");
    let second = entry(&[json!({ "introduced": "1.2.0" }), json!({ "fixed": "1.2.1" })], high, "two");
    let reference = json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{fix}") }]);
    project.osv("GO-2026-1", json!({ "affected": [first, second], "references": reference }));
    let record = only(&project);
    let packages: Vec<&Value> =
        record["affected"].as_array().unwrap().iter().filter(|entry| entry["package"].is_object()).collect();
    assert_eq!(packages.len(), 1, "{record}");
    assert_eq!(packages[0]["database_specific"]["note"], json!(["one", "two"]));
    assert_eq!(packages[0]["severity"].as_array().unwrap().len(), 2);
    // 1.2.0 and 1.2.1 have no tags here, and stay as the record has them.
    let expected =
        json!([{ "introduced": "0" }, { "fixed": "1.0.1" }, { "introduced": "1.2.0" }, { "fixed": "1.2.1" }]);
    assert_eq!(packages[0]["ranges"][0]["events"], expected);
}

#[test]
fn what_is_written_keeps_its_id_and_the_case_of_its_repository() {
    let mut project = started();
    project.git().remote_set_url("origin", "https://github.com/Example/Parcel.git").unwrap();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    let events = [json!({ "introduced": "0" }), json!({ "fixed": "1.0.1" })];
    let reference = json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{fix}") }]);
    project.osv(
        "PYSEC-2026-1",
        json!({ "affected": go(&[&events]), "references": reference, "aliases": ["CVE-2026-90001"] }),
    );
    let record = only(&project);
    assert_eq!((&record["id"], &record["aliases"]), (&json!("PYSEC-2026-1"), &json!(["CVE-2026-90001"])));
    assert_eq!(commits(&record)["ranges"][0]["repo"], "https://github.com/Example/Parcel");
}

#[test]
fn where_records_and_commits_differ_both_are_kept_and_told() {
    let mut project = started();
    project.commit("main", "Work");
    project.tag("v1.0.1", "main");
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.2", "main");
    // The record is one release early.
    let events = [json!({ "introduced": "0" }), json!({ "fixed": "1.0.1" })];
    let git = json!({ "ranges": [{ "type": "GIT", "repo": REMOTE,
                                   "events": [{ "introduced": "0" }, { "fixed": fix }] }] });
    let mut affected = go(&[&events]);
    affected.as_array_mut().unwrap().push(git);
    project.osv("GO-2026-1", json!({ "affected": affected }));
    let record = only(&project);
    assert_eq!(commits(&record)["versions"], json!(["v1.0.0", "v1.0.1"]));
    let package = &record["affected"][1];
    assert_eq!(package["ranges"][0]["events"], json!([{ "introduced": "0" }, { "fixed": "1.0.2" }]));
    assert_eq!(package["database_specific"]["secnotes"]["upstream_events"], json!(events));
    let report = project.json("v1.0.2");
    let findings = report["findings"].as_array().unwrap();
    let told = findings.iter().find(|finding| finding["code"] == "affected-differs").expect("it is told");
    assert!(told["message"].as_str().unwrap().contains("not affected, and the commits affected: v1.0.1"), "{told}");
}

/// The entry of a package.
fn package(record: &Value) -> &Value {
    let entries = record["affected"].as_array().unwrap();
    entries.iter().find(|entry| entry["package"].is_object()).unwrap()
}

#[test]
fn a_module_with_a_go_mod_has_no_incompatible_versions() {
    let mut project = Project::new();
    project.edit("main", "Ada", "Be a module", &[("go.mod", "module github.com/example/parcel\n\ngo 1.24\n")]);
    for tag in ["v3.11.0", "v0.311.0"] {
        project.tag(tag, "main");
    }
    project.edit("main", "Ada", "Escape names (CVE-2026-1007)", &[("f", "fix\n")]);
    for tag in ["v3.11.2", "v0.311.2"] {
        project.tag(tag, "main");
    }
    let of = |from: &str, to: &str| [json!({ "introduced": from }), json!({ "fixed": to })];
    let (product, module) = (of("3.11.0", "3.11.2"), of("0.311.0", "0.311.2"));
    project.osv("CVE-2026-1007", json!({ "affected": go(&[&module, &product]) }));
    let record = only(&project);
    let events = &package(&record)["ranges"][0]["events"];
    assert_eq!(*events, json!([module, product].concat()));
}

#[test]
fn a_patched_version_that_go_does_not_know_is_one_and_stays_where_it_stands() {
    let mut project = started();
    let module = "module parcel.example/parcel\n\ngo 1.24\n";
    project.edit("main", "Ada", "Be a module", &[("go.mod", module)]);
    project.tag("controller-v1.8.4", "main");
    let fix = project.edit("main", "Ada", "Refuse snippets in the redirect annotation", &[("f", "fix\n")]);
    project.tag("controller-v1.9.0", "main");
    let mut own = json!([{ "package": { "ecosystem": "Go", "name": "parcel.example/parcel" },
                           "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }] }] }]);
    own[0]["ecosystem_specific"] = json!({ "custom_ranges": [
        { "type": "ECOSYSTEM", "events": [{ "introduced": "0" }, { "fixed": "1.9.0" }] }] });
    let more = json!({ "affected": own, "summary": "Snippets in the redirect annotation",
                       "details": "The redirect annotation takes snippets." });
    project.osv("GO-2026-2", more);
    let explained = project.secnotes(&["explain", "GO-2026-2"]).assert().success();
    let explained = String::from_utf8(explained.get_output().stdout.clone()).unwrap();
    assert!(explained.contains(&fix[..7]), "{explained}");
    assert!(explained.contains("First fixed in: controller-v1.9.0"), "{explained}");
    let record = only(&project);
    assert_eq!(package(&record)["ranges"], own[0]["ranges"]);
    assert_eq!(package(&record)["ecosystem_specific"], own[0]["ecosystem_specific"]);
}
