//! Records made by choices: few ids, so that many are aliases of each other.

use secnotes::model::AdvisoryId;
use serde_json::{Map, Value, json};

use crate::Choices;
use crate::report::SECRET;

const IDS: [&str; 10] = [
    "GHSA-2222-2222-2222",
    "GHSA-3333-3333-3333",
    "GHSA-4444-4444-4444",
    "CVE-2026-1",
    "CVE-2026-2",
    "CVE-2026-3",
    "GO-2026-1",
    "GO-2026-2",
    "RUSTSEC-2026-0001",
    "PYSEC-2026-1",
];
const TIMES: [&str; 5] =
    ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-02T00:00:00.5Z", "2026-01-03T01:00:00+01:00", "no time"];
const VERSIONS: [&str; 8] = ["0", "1.0.0", "1.2.3-rc.1", "v2.0.0", "2.0.0", "*", "", "1:2.0-1+deb12u1"];
const LINKS: [&str; 5] = [
    "https://github.com/acme/widget/security/advisories/GHSA-2222-2222-2222",
    "https://github.com/acme/widget/commit/1111111111111111111111111111111111111111",
    "https://github.com/acme/other/pull/7",
    "javascript:alert(1)",
    "",
];

/// One id of the few.
pub fn id(choices: &mut Choices<'_>) -> AdvisoryId {
    choices.one(&IDS).parse().expect("an id")
}

/// A record as OSV or as GitHub has it.
pub fn record(choices: &mut Choices<'_>) -> Value {
    if choices.byte() % 2 == 0 { of_osv(choices) } else { of_github(choices) }
}

fn of_osv(choices: &mut Choices<'_>) -> Value {
    let mut record = json!({ "id": choices.one(&IDS), "modified": choices.one(&TIMES) });
    let aliases: Vec<&str> = (0..choices.byte() % 4).map(|_| *choices.one(&IDS)).collect();
    let events: Vec<Value> = (0..choices.byte() % 4)
        .map(|_| json!({ *choices.one(&["introduced", "fixed", "last_affected", "limit"]): choices.one(&VERSIONS) }))
        .collect();
    let package = json!({ "ecosystem": choices.one(&["Go", "npm", "Debian:12", "", "GIT"]), "name": "example.org/a" });
    let kind = choices.one(&["SEMVER", "ECOSYSTEM", "GIT", "ODD"]);
    let affected = json!([{ "package": package, "ranges": [{ "type": kind, "events": events }] }]);
    let references = json!([{ "type": choices.one(&["FIX", "WEB", ""]), "url": choices.one(&LINKS) }]);
    let fields = [
        ("aliases", json!(aliases)),
        ("published", json!(choices.one(&TIMES))),
        ("withdrawn", json!(choices.one(&TIMES))),
        ("summary", json!(format!("summary {}", choices.byte() % 4))),
        ("affected", affected),
        ("references", references),
        ("credits", json!([{ "name": "Jane" }])),
        ("severity", json!([{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N" }])),
        ("database_specific", json!({ "severity": choices.one(&["HIGH", "LOW", "odd"]) })),
    ];
    put(choices, record.as_object_mut().expect("an object"), fields);
    record
}

fn of_github(choices: &mut Choices<'_>) -> Value {
    let state = *choices.one(&["published", "draft", "triage", "closed", "withdrawn", "odd"]);
    let id = *choices.one(&IDS);
    // Each draft has a word that no public advisory may come to say.
    let word = if ["draft", "triage", "closed"].contains(&state) { SECRET } else { "word" };
    let mut record = json!({ "ghsa_id": id, "state": state, "updated_at": choices.one(&TIMES) });
    let package = json!({ "ecosystem": choices.one(&["go", "npm", "other", "odd"]), "name": word });
    let fields = [
        ("cve_id", json!(choices.one(&["CVE-2026-1", "CVE-2026-2", "CVE-2026-3"]))),
        ("summary", json!(word)),
        ("description", json!(format!("{word} see CVE-2026-3"))),
        ("severity", json!(choices.one(&["low", "critical", "odd"]))),
        ("published_at", json!(choices.one(&TIMES))),
        ("html_url", json!(format!("https://github.com/acme/widget/security/advisories/{id}"))),
        ("credits", json!([{ "login": word, "type": "reporter" }])),
        ("cwe_ids", json!(["CWE-79", word])),
        (
            "vulnerabilities",
            json!([{ "package": package, "vulnerable_version_range": "< 1.0.0, >= 0.5, = x",
                                     "patched_versions": choices.one(&["1.0.0", "1.0.0, 0.9.1", "", ">= 2"]) }]),
        ),
    ];
    put(choices, record.as_object_mut().expect("an object"), fields);
    record
}

/// Puts fields in that may be absent, null, or of another type.
fn put<const N: usize>(choices: &mut Choices<'_>, record: &mut Map<String, Value>, fields: [(&str, Value); N]) {
    for (name, value) in fields {
        let value = match choices.byte() % 16 {
            0..=5 => continue,
            6 => Value::Null,
            7 if choices.rarely() => json!({ "odd": [1] }),
            _ => value,
        };
        record.insert(name.to_owned(), value);
    }
}
