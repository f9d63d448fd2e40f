use serde_json::{Value, json};

use super::answer::GitHubAdvisory;
use super::kept::typed_of;
use crate::advisory::SourceRecord;
use crate::model::Disclosure;

fn source(value: Value) -> SourceRecord {
    serde_json::from_value::<GitHubAdvisory>(value).unwrap().into_source("x.json".to_owned()).unwrap()
}

#[test]
fn a_repository_advisory_becomes_a_record() {
    let source = source(json!({
        "ghsa_id": "GHSA-wwj6-vghv-5p64", "cve_id": "CVE-2026-24834", "state": "published", "severity": "critical",
        "html_url": "https://github.com/kata-containers/kata-containers/security/advisories/GHSA-wwj6-vghv-5p64",
        "vulnerabilities": [{ "package": { "ecosystem": "go", "name": "github.com/kata-containers/kata-containers" },
            "vulnerable_version_range": "<= 3.26.0", "patched_versions": "3.27.0" }],
        "cvss_severities": { "cvss_v3": { "vector_string": "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H" }, "cvss_v4": null }
    }));
    assert_eq!(source.repository.unwrap().as_str(), "github.com/kata-containers/kata-containers");
    assert_eq!(source.record.aliases.items(), ["CVE-2026-24834"]);
    let events = source.record.affected.items()[0].ranges.items()[0].events.items().to_vec();
    assert_eq!(json!(events), json!([{"introduced": "0"}, {"fixed": "3.27.0"}]));
}

#[test]
fn what_a_person_typed_becomes_events() {
    let events = |range: &str, patched: &str| {
        let source = source(json!({
            "ghsa_id": "GHSA-2222-2222-2222", "state": "published",
            "vulnerabilities": [{ "package": { "ecosystem": "npm", "name": "widget" },
                "vulnerable_version_range": range, "patched_versions": patched }]
        }));
        let affected = source.record.affected.items()[0].clone();
        let ranges: Vec<_> = affected.ranges.items().iter().map(|range| range.events.items().to_vec()).collect();
        json!(ranges)
    };
    assert_eq!(events(">= 4.0.0, < 4.1.3", "4.1.3"), json!([[{"introduced": "4.0.0"}, {"fixed": "4.1.3"}]]));
    assert_eq!(events("", "1.0"), json!([[{"introduced": "0"}, {"fixed": "1.0.0"}]]));
    assert_eq!(events(">= 1.2, < 9.5", ""), json!([[{"introduced": "1.2.0"}, {"fixed": "9.5.0"}]]));
    assert_eq!(events("1.x", "None"), json!([[{"introduced": "1.0.0"}]]));
    assert_eq!(events("~1.3-rc.1", "1.3.4.5"), json!([[{"introduced": "1.3.0-rc.1"}, {"fixed": "1.3.4.5"}]]));
    assert_eq!(
        events("= 1.2.3 || < 1.1", "None"),
        json!([[{"introduced": "0"}, {"fixed": "1.1.0"}], [{"introduced": "1.2.3"}, {"last_affected": "1.2.3"}]])
    );
    assert_eq!(events("None", "1.2.3"), json!([]));
}

#[test]
fn only_who_accepted_a_credit_is_named() {
    let names = |advisory: Value| -> Vec<String> {
        let credits = source(advisory).record.credits.items().to_vec();
        credits
            .iter()
            .map(|credit| format!("{} {}", credit.name.text().unwrap(), credit.kind.text().unwrap()))
            .collect()
    };
    let credit = |login: &str, kind: &str, state: Option<&str>| {
        let page = format!("https://github.com/{login}");
        let mut credit = json!({ "user": { "login": login, "html_url": page }, "type": kind });
        if let Some(state) = state {
            credit["state"] = json!(state);
        }
        credit
    };
    let plain = json!([{ "login": "finder1", "type": "finder" }, { "login": "shy1", "type": "reporter" }]);
    let detailed = json!([
        credit("finder1", "finder", Some("accepted")),
        credit("Finder1", "finder", Some("accepted")),
        credit("finder1", "remediation_developer", Some("accepted")),
        credit("shy1", "reporter", Some("declined")),
        credit("late1", "sponsor", Some("pending")),
        credit("odd1", "sponsor", Some("invited")),
        credit("odd2", "sponsor", None),
    ]);
    let page = "https://github.com/acme/widget/security/advisories/GHSA-2222-2222-2222";
    let mut own = json!({ "ghsa_id": "GHSA-2222-2222-2222", "html_url": page, "state": "published",
        "credits": plain, "credits_detailed": detailed });
    assert_eq!(names(own.clone()), ["finder1 FINDER", "finder1 REMEDIATION_DEVELOPER"]);
    assert_eq!(source(own.clone()).record.credits.items()[0].contact.items(), ["https://github.com/finder1"]);
    let mut anywhere = own.clone();
    anywhere.as_object_mut().unwrap().remove("html_url");
    assert_eq!(names(anywhere).len(), 2);
    // Without states nobody is known to have accepted.
    own.as_object_mut().unwrap().remove("credits_detailed");
    assert!(names(own).is_empty());
    let global = json!({ "ghsa_id": "GHSA-2222-2222-2222", "published_at": "2026-01-01T00:00:00Z",
        "html_url": "https://github.com/advisories/GHSA-2222-2222-2222",
        "credits": [credit("finder1", "finder", None)] });
    assert_eq!(names(global), ["finder1 FINDER"]);
}

#[test]
fn who_declined_is_named_by_no_other_record() {
    let credit = |login: &str, state: &str| json!({ "user": { "login": login }, "type": "finder", "state": state });
    let own = json!({ "ghsa_id": "GHSA-2222-2222-2222", "state": "published",
        "html_url": "https://github.com/acme/widget/security/advisories/GHSA-2222-2222-2222",
        "credits_detailed": [credit("Shy1", "declined"), credit("finder1", "accepted"), credit("late1", "pending")] });
    let people = ["shy1", "finder1", "other1"].map(|login| json!({ "user": { "login": login }, "type": "reporter" }));
    let global = json!({ "ghsa_id": "GHSA-2222-2222-2222", "published_at": "2026-01-01T00:00:00Z",
        "credits": people });
    let merged = crate::advisory::merge(vec![source(global), source(own)]);
    let names: Vec<&str> = merged[0].credits.iter().map(|credit| credit.value.name.as_str()).collect();
    assert_eq!(names, ["finder1", "finder1", "other1"]);
    for record in &merged[0].records {
        let mut written = record.record.credits.items().iter().filter_map(|credit| credit.name.text());
        assert!(!written.any(|name| name == "shy1"));
    }
}

#[test]
fn a_state_that_is_not_known_is_not_public() {
    for (state, disclosure) in
        [("draft", Disclosure::Draft), ("triage", Disclosure::Triage), ("new", Disclosure::Draft)]
    {
        assert_eq!(source(json!({ "ghsa_id": "GHSA-2222-2222-2222", "state": state })).disclosure, disclosure);
    }
    let withdrawn =
        json!({ "ghsa_id": "GHSA-2222-2222-2222", "state": "published", "withdrawn_at": "2026-01-01T00:00:00Z" });
    assert_eq!(source(withdrawn).disclosure, Disclosure::Withdrawn);
}

#[test]
fn what_cannot_be_read_is_read_again_from_the_record() {
    let source = source(json!({
        "ghsa_id": "GHSA-2222-2222-2222", "state": "published",
        "vulnerabilities": [{ "package": { "ecosystem": "other", "name": "images" },
            "vulnerable_version_range": "< 1.2", "patched_versions": "commit 1a2b3c4d" }]
    }));
    let reading = typed_of(&source.record.affected.items()[0]).unwrap();
    assert_eq!(reading.ranges.len(), 1);
    assert_eq!(reading.doubts.len(), 1, "{:?}", reading.doubts);
}
