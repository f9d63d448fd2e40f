//! What the records of an advisory say of people and of versions, and where they
//! contradict each other.

use serde_json::{Value, json};

use crate::builder::{Project, codes, entry, started};

/// A release whose only change is the fix of a private fork.
fn forked() -> Project {
    let mut project = started();
    project.commit("main", "Merge commit from fork");
    project.tag("v1.0.1", "main");
    project
}

/// A repository's own advisory about it; `more` adds fields or replaces them.
fn own(project: &Project, more: &Value) {
    let mut advisory = json!({
        "ghsa_id": "GHSA-c2h3-6mxw-7mvq", "state": "published", "severity": "high", "summary": "Path check bypass",
        "html_url": "https://github.com/example/parcel/security/advisories/GHSA-c2h3-6mxw-7mvq",
        "published_at": "2026-02-01T00:00:00Z", "updated_at": "2026-02-01T00:00:00Z",
        "vulnerabilities": [{ "package": { "ecosystem": "go", "name": "github.com/example/parcel" },
            "vulnerable_version_range": "< 1.0.1", "patched_versions": "1.0.1" }],
    });
    for (key, value) in more.as_object().unwrap() {
        advisory[key] = value.clone();
    }
    project.write("security-advisories.json", &json!([advisory]).to_string());
}

fn credit(login: &str, kind: &str, state: &str) -> Value {
    json!({ "user": { "login": login, "html_url": format!("https://github.com/{login}") }, "type": kind, "state": state })
}

/// The messages of the findings of a code.
fn messages(report: &Value, code: &str) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["code"] == code);
    findings.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn people_are_thanked_for_what_they_did_and_only_who_accepted_it() {
    let project = forked();
    let detailed = json!([
        credit("finder1", "finder", "accepted"),
        credit("Finder1", "reporter", "accepted"),
        credit("fixer1", "remediation_developer", "accepted"),
        credit("helper1", "coordinator", "accepted"),
        credit("shy1", "reporter", "declined"),
        credit("late1", "sponsor", "pending"),
    ]);
    let plain = json!([{ "login": "finder1", "type": "finder" }, { "login": "shy1", "type": "reporter" },
        { "login": "late1", "type": "sponsor" }]);
    own(&project, &json!({ "credits": plain, "credits_detailed": detailed }));
    let notes = project.notes("v1.0.1");
    assert!(notes.contains("- Reported by [finder1](https://github.com/finder1)\n"), "{notes}");
    assert!(notes.contains("- Fixed by [fixer1](https://github.com/fixer1)\n"), "{notes}");
    assert!(notes.contains("- Coordinated by [helper1](https://github.com/helper1)\n"), "{notes}");
    let report = project.json("v1.0.1");
    let fixed = entry(&report, "GHSA-c2h3-6mxw-7mvq").unwrap();
    assert_eq!(fixed["credits"], json!(["finder1", "fixer1", "helper1"]));
    let credited = fixed["credited"].as_array().unwrap();
    let told: Vec<String> = credited.iter().map(|one| format!("{} {}", one["name"], one["type"])).collect();
    assert_eq!(told[2], r#""fixer1" "remediation_developer""#);
    assert_eq!(credited[0]["url"], "https://github.com/finder1");
    let record = project.secnotes(&["osv", "--tag", "v1.0.1"]).output().unwrap().stdout;
    let record = String::from_utf8(record).unwrap();
    assert!(record.contains("\"REMEDIATION_DEVELOPER\"") && record.contains("https://github.com/fixer1"), "{record}");
    let story = project.secnotes(&["explain", "GHSA-c2h3-6mxw-7mvq"]).output().unwrap().stdout;
    let story = String::from_utf8(story).unwrap();
    assert!(story.contains("Reported by finder1\nFixed by fixer1\nCoordinated by helper1\n"), "{story}");
    for text in [notes, report.to_string(), record, story] {
        assert!(!text.contains("shy1") && !text.contains("late1"), "{text}");
    }
}

#[test]
fn what_nobody_can_read_of_versions_is_told_and_written_nowhere() {
    let project = forked();
    let range = |vulnerable: &str, patched: &str| {
        json!({ "vulnerabilities": [{ "package": { "ecosystem": "go", "name": "github.com/example/parcel" },
            "vulnerable_version_range": vulnerable, "patched_versions": patched }] })
    };
    own(&project, &range("< 1.0.1, versions of the other thing", "1.0.1"));
    let told = messages(&project.json("v1.0.1"), "versions-unread");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("“versions of the other thing”"), "{told:?}");
    let record = project.secnotes(&["osv", "--tag", "v1.0.1"]).output().unwrap().stdout;
    let record: Value = serde_json::from_slice(&record).unwrap();
    let events = record[0]["affected"].as_array().unwrap().iter().find(|entry| !entry["package"].is_null()).unwrap();
    assert_eq!(events["ranges"][0]["events"], json!([{ "introduced": "0" }, { "fixed": "1.0.1" }]), "{record}");
    own(&project, &range("<= 1.0.1", "1.0.1"));
    let told = project.explain("GHSA-c2h3-6mxw-7mvq");
    assert!(codes(&told).contains(&"versions-contradicted"), "{told}");
}

#[test]
fn records_that_disagree_are_told_with_both_sides() {
    let project = forked();
    own(
        &project,
        &json!({ "cve_id": "CVE-2026-1",
        "cvss_severities": { "cvss_v3": { "vector_string": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N" } } }),
    );
    let other = |level: &str, score: &str, fixed: &str| {
        json!({ "aliases": ["CVE-2026-1"], "database_specific": { "severity": level },
            "severity": [{ "type": "CVSS_V3", "score": score }],
            "affected": [{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
                "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": fixed }] }] }] })
    };
    // The same in other words: the order of a vector, a version between two releases.
    project.osv("GO-2026-7", other("HIGH", "CVSS:3.0/AC:L/AV:N/PR:N/UI:N/S:U/C:H/I:N/A:N/E:X", "1.0.1-0"));
    let report = project.json("v1.0.1");
    for code in ["records-disagree", "scores-differ"] {
        assert!(messages(&report, code).is_empty(), "{report}");
    }
    assert_eq!(entry(&report, "GHSA-c2h3-6mxw-7mvq").unwrap()["severity"]["disputed"], false);
    project.osv("GO-2026-7", other("CRITICAL", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "1.0.2"));
    let report = project.json("v1.0.1");
    let told = messages(&report, "records-disagree");
    let severity = "GHSA-c2h3-6mxw-7mvq (the repository's own) says high, GO-2026-7 says critical";
    assert!(told.iter().any(|message| message.contains(severity)), "{told:?}");
    let versions = "1.0.1 is affected by GO-2026-7 and not by GHSA-c2h3-6mxw-7mvq";
    assert!(told.iter().any(|message| message.contains(versions)), "{told:?}");
    assert_eq!(messages(&report, "scores-differ").len(), 1);
    let severity = &entry(&report, "GHSA-c2h3-6mxw-7mvq").unwrap()["severity"];
    assert_eq!((&severity["by"], &severity["disputed"]), (&json!("GHSA-c2h3-6mxw-7mvq"), &json!(true)));
    let notes = project.notes("v1.0.1");
    assert!(notes.contains("(by GHSA-c2h3-6mxw-7mvq; other records differ)"), "{notes}");
    assert!(codes(&project.explain("GHSA-c2h3-6mxw-7mvq")).contains(&"records-disagree"));
}
