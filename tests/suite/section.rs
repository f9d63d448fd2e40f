//! What a section says of each advisory: what is affected and fixed on which line,
//! what to upgrade to, the score, whose it is, and what of the fix matters.

use git2::{Oid, Signature, Time};
use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, entry, fixed_by, patched, started};

fn of(project: &Project, tag: &str, id: &str) -> Value {
    entry(&project.json(tag), id).unwrap_or_else(|| panic!("{tag} says nothing of {id}")).clone()
}

/// Its lines, one in a row.
fn lines(entry: &Value) -> Vec<String> {
    let line = |line: &Value| {
        let text = |field: &str| line[field].as_str().unwrap_or("-").to_owned();
        format!("{}: {}; {} {}", text("name"), text("affected"), text("status"), text("fixed_in"))
    };
    entry["lines"].as_array().unwrap().iter().map(line).collect()
}

/// 1.0, 1.1 and 1.2, each on a branch of its own; the fix is on the main branch, and
/// 1.1 and 1.2 have copies.
fn three_lines() -> (Project, String) {
    let mut project = started();
    let mut at = project.commit("main", "Work");
    project.branch("release-1.0", &at);
    project.commit("release-1.0", "Work on 1.0");
    project.tag("v1.0.1", "release-1.0");
    for line in ["1.1", "1.2"] {
        at = project.commit("main", &format!("Work for {line}"));
        project.tag(&format!("v{line}.0"), "main");
        project.branch(&format!("release-{line}"), &at);
    }
    let fix = project.commit("main", "Bound the copy");
    for line in ["1.1", "1.2"] {
        let branch = format!("release-{line}");
        project.commit(&branch, &format!("Bound the copy\n\n(cherry picked from commit {fix})"));
        project.tag(&format!("v{line}.1"), &branch);
    }
    project.commit("main", "Work for 1.3");
    project.tag("v1.3.0", "main");
    (project, fix)
}

#[test]
fn each_line_has_what_is_affected_and_where_it_ends() {
    let (project, fix) = three_lines();
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    for tag in ["v1.1.1", "v1.2.1"] {
        let entry = of(&project, tag, "GO-2026-1");
        assert_eq!(entry["affected"], json!(["1.1.0 and earlier", "1.2.0"]), "{tag}");
        assert_eq!(entry["fixed_in"], json!(["v1.1.1", "v1.2.1"]));
        assert_eq!(entry["upgrade_to"], json!(tag));
        assert_eq!(
            lines(&entry),
            ["1.0.x: 1.0.1 and earlier; unfixed -", "1.1.x: 1.1.0; fixed v1.1.1", "1.2.x: 1.2.0; fixed v1.2.1"]
        );
    }
    // What an entry calls affected is what the record of the same run lists.
    let output = project.secnotes(&["osv", "--tag", "v1.1.1"]).assert().success();
    let records: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(records[0]["affected"][0]["versions"], json!(["v1.0.0", "v1.0.1", "v1.1.0", "v1.2.0"]));
}

#[test]
fn a_range_that_begins_late_says_where() {
    let (project, fix) = three_lines();
    let mut record = fixed_by(&[&fix]);
    record["affected"].as_array_mut().unwrap().push(json!({
        "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
        "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "1.1.0" }, { "fixed": "1.1.1" },
                                                  { "introduced": "1.2.0" }, { "fixed": "1.2.1" }] }]
    }));
    record["affected"][0]["ranges"][0]["events"][0] =
        json!({ "introduced": project.git().revparse_single("v1.1.0").unwrap().id().to_string() });
    project.osv("GO-2026-1", record);
    let entry = of(&project, "v1.2.1", "GO-2026-1");
    assert_eq!(entry["affected"], json!(["1.1.0", "1.2.0"]));
    assert_eq!(lines(&entry), ["1.1.x: 1.1.0; fixed v1.1.1", "1.2.x: 1.2.0; fixed v1.2.1"]);
}

#[test]
fn a_project_of_one_line_at_a_time_has_one_end() {
    let mut project = started();
    for version in ["1.1.0", "1.2.0"] {
        project.commit("main", "Work");
        project.tag(&format!("v{version}"), "main");
    }
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.3.0", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    let entry = of(&project, "v1.3.0", "GO-2026-1");
    assert_eq!((&entry["affected"], &entry["fixed_in"]), (&json!(["1.2.0 and earlier"]), &json!(["v1.3.0"])));
    assert_eq!(lines(&entry), ["1.2.x and earlier: 1.2.0 and earlier; unfixed -"]);
}

#[test]
fn where_no_commit_is_known_the_record_s_word_is_told() {
    let mut project = started();
    for version in ["1.0.1", "1.1.0", "1.1.1"] {
        project.commit("main", "Work");
        project.commit("main", "More work");
        project.tag(&format!("v{version}"), "main");
    }
    let mut record = patched(&["1.1.1"]);
    record[0]["ranges"][0]["events"][0] = json!({ "introduced": "1.0.1" });
    project.osv("GO-2026-1", json!({ "affected": record }));
    let entry = of(&project, "v1.1.1", "GO-2026-1");
    assert_eq!((&entry["fix"]["commits"], &entry["fix"]["by"]), (&json!([]), &json!([])));
    assert_eq!(entry["affected"], json!(["1.0.1 to 1.1.0"]));
    assert_eq!(lines(&entry), ["1.0.x: 1.0.1; unfixed -", "1.1.x: 1.1.0; fixed v1.1.1"]);
    assert_eq!(entry["upgrade_to"], json!("v1.1.1"));
}

#[test]
fn a_record_that_calls_the_fixed_release_affected_leaves_open_what_is() {
    let mut project = Project::new();
    project.commit("main", "Start");
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.0", "main");
    project.commit("main", "Work");
    project.tag("v1.0.1", "main");
    let mut record = fixed_by(&[&fix]);
    record["affected"].as_array_mut().unwrap().push(json!({
        "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
        "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "last_affected": "1.0.0" }] }]
    }));
    project.osv("GO-2026-1", record);
    let entry = of(&project, "v1.0.0", "GO-2026-1");
    assert_eq!((&entry["status"], &entry["upgrade_to"]), (&json!("fixed"), &json!("v1.0.0")));
    assert_eq!((&entry["affected"], &entry["lines"]), (&json!([]), &json!([])));
}

/// GO-2024-3248 calls KubeSphere's 3.4.1 patched, the last affected version of a line that the
/// project's own record does not speak of.
#[test]
fn another_database_fixes_nothing_on_a_line_that_the_own_record_calls_not_affected() {
    let mut project = started();
    // Several commits each: the only one of a release would be its fix.
    for tag in ["v3.4.0", "v3.4.1", "v4.0.0", "v4.0.1"] {
        for subject in ["Paint the barn", "Paint the shed", "Mow the lawn"] {
            project.commit("main", &format!("{subject} for {tag}"));
        }
        project.tag(tag, "main");
    }
    let id = "GHSA-c2h3-6mxw-7mvq";
    let own = json!([{
        "ghsa_id": id, "state": "published", "severity": "high", "summary": "Path check bypass",
        "html_url": format!("{REMOTE}/security/advisories/{id}"),
        "published_at": "2026-01-04T00:00:00Z", "updated_at": "2026-01-05T00:00:00Z",
        "vulnerabilities": [{ "package": { "ecosystem": "go", "name": "github.com/example/parcel" },
                              "vulnerable_version_range": ">= 4.0.0, < 4.0.1", "patched_versions": "4.0.1" }],
    }]);
    project.write("own.json", &own.to_string());
    let events =
        json!([{ "introduced": "3.0.0" }, { "fixed": "3.4.1" }, { "introduced": "4.0.0" }, { "fixed": "4.0.1" }]);
    let package = json!({ "ecosystem": "Go", "name": "github.com/example/parcel" });
    let page = json!([{ "type": "ADVISORY", "url": format!("{REMOTE}/security/advisories/{id}") }]);
    let other = json!({ "aliases": [id], "references": page, "database_specific": { "review_status": "REVIEWED" },
                        "affected": [{ "package": package, "ranges": [{ "type": "SEMVER", "events": events }] }] });
    project.osv("GO-2026-1", other);
    let entry = of(&project, "v4.0.1", id);
    assert_eq!((&entry["affected"], &entry["fixed_in"]), (&json!(["4.0.0"]), &json!(["v4.0.1"])));
    let notes = project.secnotes(&["notes", "--tag", "v3.4.1"]).assert().code(3);
    assert!(notes.get_output().stdout.is_empty());
}

#[test]
fn a_release_that_takes_the_fix_back_leads_to_the_next_that_has_it() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    let revert = project.commit("main", &format!("Revert \"Bound the copy\"\n\nThis reverts commit {fix}."));
    project.tag("v1.0.2", "main");
    project.commit("main", &format!("Reapply \"Bound the copy\"\n\nThis reverts commit {revert}."));
    project.tag("v1.0.3", "main");
    project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    let entry = of(&project, "v1.0.2", "GO-2026-1");
    assert_eq!((&entry["status"], &entry["upgrade_to"]), (&json!("reverted"), &json!("v1.0.3")));
    assert_eq!(entry["affected"], json!(["1.0.0 and earlier", "1.0.2"]));
    assert_eq!(lines(&entry), ["1.0.x: 1.0.0 and earlier, 1.0.2; fixed v1.0.3"]);
}

/// A commit on the main branch so many years after the first ones.
fn commit_after(project: &Project, years: i64, message: &str) -> String {
    let parent = project.git().revparse_single("main").unwrap().peel_to_commit().unwrap();
    let time = Time::new(parent.time().seconds() + years * 365 * 86_400, 0);
    let person = Signature::new("Ada", "ada@example.org", &time).unwrap();
    let git = project.git();
    let id: Oid =
        git.commit(Some("refs/heads/main"), &person, &person, message, &parent.tree().unwrap(), &[&parent]).unwrap();
    id.to_string()
}

/// The numbers and hashes of what matters of a fix.
fn by(entry: &Value) -> Vec<(Option<u64>, &str)> {
    let shown = entry["fix"]["by"].as_array().unwrap().iter();
    shown.map(|by| (by["pull_request"].as_u64(), by["id"].as_str().unwrap())).collect()
}

#[test]
fn a_pull_request_stands_for_the_commits_that_it_brought() {
    let mut project = started();
    project.branch("fix", &project.git().revparse_single("main").unwrap().id().to_string());
    let first = project.commit("fix", "Bound the copy");
    let second = project.commit("fix", "Bound the other copy");
    project.commit("main", "Work (#12)");
    project.merge("fix", "Merge pull request #13 from example/fix\n\nBound the copies");
    let third = project.commit("main", "Bound the last copy (#14)");
    project.tag("v1.0.1", "main");
    project.osv("GO-2026-1", fixed_by(&[&first, &second, &third]));
    let entry = of(&project, "v1.0.1", "GO-2026-1");
    assert_eq!(by(&entry), [(Some(13), first.as_str()), (Some(14), third.as_str())]);
    assert_eq!(entry["fix"]["by_more"], json!(0));
    assert_eq!(entry["fix"]["commits"].as_array().unwrap().len(), 4, "with the merge");
}

#[test]
fn the_number_of_another_repository_is_no_pull_request_of_this_one() {
    let mut project = started();
    project.commit("main", "Work (#1992)");
    let imported = commit_after(&project, 5, "Bound the copy (#1991)");
    let own = project.commit("main", "Bound the other copy (#6254)");
    project.tag("v1.0.1", "main");
    project.osv("GO-2026-1", fixed_by(&[&imported, &own]));
    assert_eq!(by(&of(&project, "v1.0.1", "GO-2026-1")), [(None, imported.as_str()), (Some(6254), own.as_str())]);
}

#[test]
fn three_of_many_commits_are_shown_and_no_merge_of_theirs() {
    let mut project = started();
    project.branch("fork", &project.git().revparse_single("main").unwrap().id().to_string());
    let fixes: Vec<String> = (1..=4).map(|part| project.commit("fork", &format!("Bound copy {part}"))).collect();
    project.commit("main", "Work");
    let merge = project.merge("fork", "Merge commit from fork");
    project.tag("v1.0.1", "main");
    project.osv("GO-2026-1", fixed_by(&[&merge]));
    let entry = of(&project, "v1.0.1", "GO-2026-1");
    let three: Vec<_> = fixes.iter().take(3).map(|fix| (None, fix.as_str())).collect();
    assert_eq!((by(&entry), &entry["fix"]["by_more"]), (three, &json!(1)));
    assert_eq!(entry["fix"]["commits"].as_array().unwrap().len(), 5);
}

/// A repository's advisory as GitHub's REST answers write it, of a release that fixes it.
fn of_github(host: &str, more: Value) -> Value {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    let id = "GHSA-c2h3-6mxw-7mvq";
    let mut advisory = json!({
        "ghsa_id": id, "state": "published", "severity": "high", "summary": "Path check bypass",
        "html_url": format!("https://{host}/example/parcel/security/advisories/{id}"),
        "published_at": "2026-01-04T00:00:00Z", "updated_at": "2026-01-05T00:00:00Z",
        "references": [format!("{REMOTE}/commit/{fix}")],
        "vulnerabilities": [{ "package": { "ecosystem": "go", "name": "github.com/example/parcel" },
                              "vulnerable_version_range": "< 1.0.1", "patched_versions": "1.0.1" }],
    });
    for (key, value) in more.as_object().unwrap() {
        advisory[key] = value.clone();
    }
    project.write("own.json", &json!([advisory]).to_string());
    of(&project, "v1.0.1", id)
}

const V3: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N";
const V4: &str = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N";

#[test]
fn the_score_is_of_one_vector_and_it_is_said_whose() {
    let scores = |v3: Value, v4: Value| {
        json!({ "cvss_severities": { "cvss_v3": { "vector_string": V3, "score": v3 },
                                     "cvss_v4": { "vector_string": V4, "score": v4 } },
                "cwe_ids": ["CWE-22"] })
    };
    let entry = of_github("github.com", scores(json!(7.5), json!(8.7)));
    let severity = &entry["severity"];
    assert_eq!((&severity["score"], &severity["vector"]), (&json!(7.5), &json!(V3)));
    assert_eq!(severity["vector_by"], json!("GHSA-c2h3-6mxw-7mvq"));
    assert_eq!(severity["calculator"], json!(format!("https://www.first.org/cvss/calculator/3-1#{V3}")));
    let all: Vec<_> = severity["scores"].as_array().unwrap().iter().map(|one| &one["score"]).collect();
    assert_eq!((all, &entry["cwes"]), (vec![&json!(7.5), &json!(8.7)], &json!(["CWE-22"])));
    // GitHub's own word goes before what the vector computes to, and none that denies the level.
    let of = |v3, v4| of_github("github.com", scores(v3, v4))["severity"].clone();
    assert_eq!(of(json!(7.7), Value::Null)["score"], json!(7.7));
    let other = of(json!(6.5), json!(null));
    assert_eq!((&other["score"], &other["vector"]), (&json!(8.7), &json!(V4)));
    let none = of(json!(6.5), json!(9.1));
    assert_eq!((&none["level"], &none["score"], &none["vector"]), (&json!("high"), &Value::Null, &Value::Null));
    assert_eq!(of(json!("odd"), json!(-4))["score"], json!(7.5));
}

#[test]
fn who_is_credited_has_a_page_on_the_advisory_s_own_host() {
    let credit = |login: &str, kind: &str| json!({ "user": { "login": login }, "type": kind, "state": "accepted" });
    let credits = json!({ "credits_detailed": [credit("finder1", "finder"), credit("dependabot[bot]", "tool"),
        { "user": { "login": "fixer1", "html_url": "https://github.com/fixer1" }, "type": "remediation_developer",
          "state": "accepted" }] });
    let pages = |host: &str| {
        let entry = of_github(host, credits.clone());
        entry["credited"].as_array().unwrap().iter().map(|one| one["url"].clone()).collect::<Vec<_>>()
    };
    let own = json!("https://github.com/fixer1");
    assert_eq!(pages("github.com"), [json!("https://github.com/finder1"), Value::Null, own.clone()]);
    assert_eq!(pages("github.example.org"), [json!("https://github.example.org/finder1"), Value::Null, own]);
}

#[test]
fn a_withdrawn_advisory_says_since_when() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    let mut record = fixed_by(&[&fix]);
    record["withdrawn"] = json!("2026-03-01T10:00:00Z");
    project.osv("GO-2026-1", record);
    let output =
        project.secnotes(&["notes", "--tag", "v1.0.1", "--include-withdrawn", "--format", "json"]).assert().success();
    let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(entry(&report, "GO-2026-1").unwrap()["withdrawn"], json!("2026-03-01T10:00:00Z"));
}

#[test]
fn a_template_prints_every_fact() {
    let (project, fix) = three_lines();
    let mut record = fixed_by(&[&fix]);
    record["severity"] = json!([{ "type": "CVSS_V3", "score": V3 }]);
    record["database_specific"] = json!({ "cwe_ids": ["CWE-22"] });
    record["published"] = json!("2026-01-04T00:00:00Z");
    project.osv("GO-2026-1", record);
    let template = project.folder().join("facts.hbs");
    std::fs::write(
        &template,
        "{{#each advisories}}{{severity.score}} {{severity.vector}} {{severity.vector_by}} {{severity.calculator}}\n\
         {{#each cwes}}{{link}}{{/each}} {{published_day}}{{withdrawn_day}}\n\
         {{#each affected}}{{this}}; {{/each}}{{#each fixed_in}}{{id}} {{/each}}{{upgrade_to}}\n\
         {{#each lines}}{{name}} {{affected}} {{fixed_in}} {{status}}; {{/each}}\n\
         {{#each fix.by}}{{link}} {{subject}}{{/each}}{{fix.by_more}}\n{{/each}}",
    )
    .unwrap();
    let output = project.secnotes(&["notes", "--tag", "v1.2.1", "--template"]).arg(&template).assert().success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    for part in [
        "7.5 CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N GO-2026-1 https://www.first.org/cvss/calculator/3-1#CVSS:3.1/",
        "[CWE-22](https://cwe.mitre.org/data/definitions/22.html) 2026-01-04\n",
        "1.1.0 and earlier; 1.2.0; v1.1.1 v1.2.1 [v1.2.1](https://github.com/example/parcel/releases/tag/v1.2.1)",
        "1.0.x 1.0.1 and earlier  unfixed; 1.1.x 1.1.0 [v1.1.1](",
        ") Bound the copy\n",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}
