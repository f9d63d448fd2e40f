//! The records that `secnotes osv` writes: what they take from each source.

use serde_json::{Value, json};

use crate::builder::{Project, started};

const ID: &str = "GHSA-2222-2222-2222";

/// A project whose second release fixes an advisory, of which there is this record.
fn fixed(more: Value) -> Project {
    let mut project = started();
    project.commit("main", "Fix CVE-2026-90001");
    project.tag("v1.0.1", "main");
    project.osv(ID, json!({ "aliases": ["CVE-2026-90001"] }));
    also(&project, ID, more);
    project
}

/// Another record of the same advisory.
fn also(project: &Project, id: &str, mut more: Value) {
    more["aliases"] = json!(["CVE-2026-90001"]);
    project.osv(id, more);
}

/// The one record that is written, which the newest schema accepts.
fn written(project: &Project) -> Value {
    let output = project.secnotes(&["osv", "--tag", "v1.0.1", "--quiet"]).assert().success();
    let records: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(records.as_array().unwrap().len(), 1);
    let record = records[0].clone();
    if let Some(referee) = crate::osv_referee::referee("1.9.0") {
        assert!(referee.is_valid(&record), "{record}");
    }
    record
}

const HIGH: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
const LESS: &str = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N";
const LEAST: &str = "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N";

fn score(vector: &str) -> Value {
    json!({ "type": "CVSS_V3", "score": vector })
}

fn of_source(vector: &str, source: &str) -> Value {
    json!({ "type": "CVSS_V3", "score": vector, "source": source })
}

#[test]
fn scores_of_different_sources_all_stay() {
    let of_base = json!([of_source(HIGH, "NVD"), of_source(LESS, "CNA"), of_source(LESS, "SELF")]);
    let project = fixed(json!({ "severity": of_base }));
    let record = written(&project);
    assert_eq!(record["severity"], of_base);
    assert_eq!(record["schema_version"], "1.8.0", "the version that has sources");
}

#[test]
fn scores_that_records_disagree_on_stay_and_say_whose_they_are() {
    let project = fixed(json!({ "severity": [score(HIGH)] }));
    assert_eq!(written(&project)["schema_version"], "1.7.5", "nothing newer is used");
    also(&project, "GO-2026-1", json!({ "severity": [score(LESS), score(HIGH), of_source(LEAST, "SELF")] }));
    also(&project, "PYSEC-2026-1", json!({ "severity": [of_source(HIGH, "NVD"), score("CVSS:3.1/nonsense")] }));
    let record = written(&project);
    // `SELF` would be GitHub's word for what Go's database says.
    assert_eq!(record["severity"], json!([score(HIGH), score(LESS), score(LEAST), of_source(HIGH, "NVD")]));
    let whose = [LESS, LEAST].map(|score| json!({ "record": "GO-2026-1", "score": score }));
    assert_eq!(record["database_specific"]["secnotes"]["scores"], json!(whose));
    assert_eq!(record, written(&project));
}

#[test]
fn scores_of_packages_stay_theirs() {
    let scores = json!([score(HIGH), { "type": "Ubuntu", "score": "low", "source": "us" }]);
    let project = fixed(json!({ "affected": [
        { "package": { "ecosystem": "Go", "name": "github.com/example/parcel" }, "severity": scores,
          "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }] }] },
    ] }));
    let record = written(&project);
    assert_eq!(record.get("severity"), None);
    let package = record["affected"].as_array().unwrap().iter().find(|entry| entry.get("package").is_some()).unwrap();
    assert_eq!(package["severity"], json!([score(HIGH), { "type": "Ubuntu", "score": "low" }]));
}

#[test]
fn what_a_database_adds_is_kept_of_every_record() {
    let package = json!({ "ecosystem": "Go", "name": "github.com/example/parcel" });
    let ranges = json!([{ "type": "SEMVER", "events": [{ "introduced": "0" }] }]);
    let told = json!([{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.0.1" }],
                        "database_specific": { "cpe": "b" }, "note": 1 }]);
    let project = fixed(json!({
        "database_specific": { "cwe_ids": ["CWE-1"], "nested": { "a": null } },
        "newer": [1, 2],
        "affected": [{ "package": package, "ranges": told, "database_specific": { "source": "x" } }],
        "references": [{ "type": "WEB", "url": "https://example.org/", "note": "kept" }],
    }));
    also(
        &project,
        "GO-2026-1",
        json!({
            "database_specific": { "review_status": "REVIEWED" },
            "field": { "of": "Go" },
            "affected": [{ "package": package, "ranges": ranges, "ecosystem_specific": { "imports": [{ "path": "a" }] },
                           "database_specific": { "source": "x", "url": "y" } }],
        }),
    );
    also(&project, "PYSEC-2026-1", json!({}));
    let record = written(&project);
    let specific = &record["database_specific"];
    assert_eq!((&specific["cwe_ids"], &specific["nested"]), (&json!(["CWE-1"]), &json!({ "a": null })));
    assert_eq!(
        specific["secnotes"]["merged"],
        json!({
            ID: { "newer": [1, 2], "affected": [{ "package": package, "ranges": told }] },
            "GO-2026-1": {
                "field": { "of": "Go" },
                "database_specific": { "review_status": "REVIEWED" },
                "affected": [{ "package": package, "ecosystem_specific": { "imports": [{ "path": "a" }] },
                               "database_specific": { "url": "y" } }],
            },
        })
    );
    assert_eq!(specific["secnotes"].get("not_merged"), None);
    let package = record["affected"].as_array().unwrap().iter().find(|entry| entry.get("package").is_some()).unwrap();
    assert_eq!(package["database_specific"]["source"], "x");
    assert!(record["references"].as_array().unwrap().iter().any(|link| link["note"] == "kept"), "{record}");
    assert_eq!(record.get("newer"), None, "the schema refuses it there");
}

#[test]
fn what_is_kept_of_other_records_is_bounded_and_says_so() {
    let project = fixed(json!({}));
    also(&project, "GO-2026-1", json!({ "database_specific": { "text": "x".repeat(300_000) } }));
    also(&project, "PYSEC-2026-1", json!({ "database_specific": { "text": "y" } }));
    let specific = written(&project)["database_specific"]["secnotes"].clone();
    assert_eq!(specific["not_merged"], json!(["GO-2026-1"]));
    assert_eq!(specific["merged"], json!({ "PYSEC-2026-1": { "database_specific": { "text": "y" } } }));
}

#[test]
fn a_draft_adds_nothing_to_what_is_public() {
    let project = fixed(json!({}));
    let draft = json!({ "ghsa_id": "GHSA-3333-3333-3333", "cve_id": "CVE-2026-90001", "state": "draft",
                        "severity": "low", "cwe_ids": ["CWE-5318008"],
                        "html_url": "https://github.com/example/parcel/security/advisories/GHSA-3333-3333-3333" });
    project.write("draft.json", &draft.to_string());
    let text = written(&project).to_string();
    assert!(!text.contains("GHSA-3333") && !text.contains("5318008"), "{text}");
}

#[test]
fn a_package_of_no_ecosystem_of_osvs_keeps_its_name() {
    let package = json!({ "ecosystem": "C", "name": "parcel" });
    let ranges = json!([{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }, { "fixed": "1.0.1" }] }]);
    let link = json!([{ "type": "PACKAGE", "url": "https://github.com/example/parcel" }]);
    let project = fixed(
        json!({ "affected": [{ "package": package, "ranges": ranges, "versions": ["1.0.0"] }], "references": link }),
    );
    let record = written(&project);
    let entry = &record["affected"][0];
    assert_eq!((&entry["database_specific"]["package"], &entry["database_specific"]["ranges"]), (&package, &ranges));
    assert_eq!(entry["ranges"][0]["type"], "GIT");
}
