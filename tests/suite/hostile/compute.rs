//! Input that is small and wants much time or memory: templates, matchings, ranges.

use serde_json::json;

use crate::builder::{Project, codes, entry, failure, patched, started};

/// A release that fixes twenty advisories.
fn twenty() -> Project {
    let mut project = started();
    let ids: Vec<String> = (10..30).map(|n| format!("CVE-2026-900{n}")).collect();
    project.commit("main", &format!("Fix all\n\nFixes: {}\n", ids.join(", ")));
    project.tag("v1.1.0", "main");
    ids.iter().for_each(|id| project.osv(id, json!({ "affected": patched(&["1.1.0"]) })));
    project
}

fn with_template(project: &Project, text: &str) -> String {
    let path = project.folder().join("t.hbs");
    std::fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

#[test]
fn a_template_that_walks_a_list_within_itself_ends_with_an_error_that_names_the_limit() {
    let project = twenty();
    let nested =
        |depth: usize, body: &str| "{{#each @root.advisories}}".repeat(depth) + body + &"{{/each}}".repeat(depth);
    for (text, limit) in [
        (nested(12, ""), "template-steps"),
        (nested(190, ""), "template-steps"),
        (nested(3, &"x".repeat(200_000)), "notes"),
        (nested(8, "{{#if (eq id \"y\")}}x{{else}}{{#with fix}}{{/with}}{{/if}}"), "template-steps"),
        ("{{#each advisories}}".to_owned() + &nested(11, "{{../id}}") + "{{/each}}", "template-steps"),
    ] {
        let path = with_template(&project, &text);
        let error = failure(&mut project.secnotes(&["notes", "--tag", "v1.1.0", "--template", &path]), 1);
        assert!(error.contains(&format!("(limit `{limit}`)")), "{error}");
        assert!(error.contains(&format!("--limit {limit}=")), "{error}");
    }
}

#[test]
fn a_template_that_nests_different_lists_is_rendered_and_limits_are_raised_by_the_command_line() {
    let project = twenty();
    let text = "{{#each advisories as |entry at|}}{{at}} {{entry.id}}{{#each fix.commits}} {{@index}}{{#each \
                ../aliases}}{{this}}{{/each}}{{#each @root.advisories}}{{#if @last}} {{id}}{{/if}}{{/each}}{{/each}}\n\
                {{else}}none{{/each}}";
    let path = with_template(&project, text);
    let output = project.secnotes(&["notes", "--tag", "v1.1.0", "--template", &path]).assert().success();
    let notes = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    assert_eq!(notes.lines().count(), 20, "{notes}");
    assert_eq!(notes.lines().next(), Some("0 CVE-2026-90010 0 CVE-2026-90029"), "{notes}");
    let small = ["notes", "--tag", "v1.1.0", "--template", &path, "--limit", "template-steps=100"];
    assert!(failure(&mut project.secnotes(&small), 1).contains("--limit template-steps=200"));
    let short = ["notes", "--tag", "v1.1.0", "--limit", "notes=100"];
    assert!(failure(&mut project.secnotes(&short), 1).contains("--limit notes=200"));
}

/// Records of so many advisories that are patched in one version, and name no fix.
fn many(project: &Project, count: usize) {
    let record = |n: usize| {
        json!({ "schema_version": "1.7.0", "id": format!("CVE-2026-{}", 90_000 + n), "modified": "2026-02-01T00:00:00Z",
            "summary": format!("Overflow in parser {n}"), "affected": patched(&["1.1.0"]) })
    };
    project.write("all.json", &json!((0..count).map(record).collect::<Vec<_>>()).to_string());
}

#[test]
fn more_advisories_than_can_be_weighed_are_told_and_not_weighed() {
    let mut project = started();
    for n in 0..40 {
        project.commit("main", &format!("Fix the overflow in parser {n}"));
    }
    project.tag("v1.1.0", "main");
    let unweighed = |report: &serde_json::Value| codes(report).contains(&"too-many-to-weigh");
    many(&project, 4_000);
    let report = project.json("v1.1.0");
    assert!(unweighed(&report));
    many(&project, 30);
    let report = project.json("v1.1.0");
    assert!(!unweighed(&report));
    assert!(project.explain("CVE-2026-90007").to_string().contains("\"candidates\":[{"), "they are looked for");
}

#[test]
fn more_files_than_a_report_can_name_are_told_and_the_first_are_named() {
    let (advisories, files) = (1_000, 101);
    let lock = |version: &str| crate::dependencies::cargo_lock(&[("rand", version)]);
    let mut project = started();
    for version in ["0.8.5", "0.9.0"] {
        let paths: Vec<String> = (0..files).map(|n| format!("c{n:03}/Cargo.lock")).collect();
        let text = lock(version);
        let all: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), text.as_str())).collect();
        project.edit("main", "Ada", "Bump rand", &all);
        project.tag(if version == "0.9.0" { "v1.2.0" } else { "v1.1.0" }, "main");
    }
    let record = |n: usize| {
        json!({ "schema_version": "1.7.0", "id": format!("CVE-2026-{}", 90_000 + n), "modified": "2026-02-01T00:00:00Z",
                "summary": "Predictable", "affected": crate::dependencies::affected("crates.io", "rand", "0", "0.9.0") })
    };
    project.write("all.json", &json!((0..advisories).map(record).collect::<Vec<_>>()).to_string());
    let report = project.json("v1.2.0");
    let (last, files) =
        (entry(&report, "CVE-2026-90999").unwrap(), &entry(&report, "CVE-2026-90000").unwrap()["package"]["files"]);
    assert_eq!((last["status"].as_str(), files.as_array().unwrap().len()), (Some("fixed"), 100));
    assert_eq!(files[0]["path"], "c000/Cargo.lock");
    assert!(codes(&report).contains(&"files-left-out"), "{:?}", codes(&report));
}

/// A record that says one thing many thousand times.
fn long(more: serde_json::Value) -> (Project, serde_json::Value) {
    let mut project = started();
    project.commit("main", "Bound the copy (CVE-2026-90001)");
    project.tag("v1.1.0", "main");
    project.osv("CVE-2026-90001", more);
    let report = project.json("v1.1.0");
    for verb in [&["explain", "CVE-2026-90001"][..], &["osv", "--all"], &["affected"]] {
        project.secnotes(verb).assert().success();
    }
    (project, report)
}

#[test]
fn a_record_with_twenty_thousand_of_anything_is_answered() {
    let many = |of: &dyn Fn(usize) -> serde_json::Value| (0..20_000).map(of).collect::<Vec<_>>();
    let parcel = json!({ "ecosystem": "Go", "name": "github.com/example/parcel" });
    // The first calls the release before affected: else what comes after is no fix.
    let major = |n: usize| usize::from(n == 0);
    let range = |n: usize| json!({ "type": "SEMVER", "events": [{ "introduced": format!("{}.{n}.0", major(n)) }, { "fixed": format!("{}.{n}.1", major(n)) }] });
    let entries = many(&|n| json!({ "package": parcel, "ranges": [range(n)] }));
    let (_, report) = long(json!({ "affected": entries }));
    assert!(entry(&report, "CVE-2026-90001").is_some(), "{:?}", codes(&report));
    assert!(codes(&report).contains(&"odd-record"), "what is passed over is told");
    let events = (0..10_000).flat_map(|n| range(n)["events"].as_array().unwrap().clone()).collect::<Vec<_>>();
    let (_, report) =
        long(json!({ "affected": [{ "package": parcel, "ranges": [{ "type": "SEMVER", "events": events }] }] }));
    assert!(entry(&report, "CVE-2026-90001").is_some(), "{:?}", codes(&report));
    let (_, report) = long(json!({ "affected": patched(&["1.1.0"]),
        "references": many(&|n| json!({ "type": "WEB", "url": format!("https://x.example/{n}") })),
        "credits": many(&|n| json!({ "name": format!("name {n}") })) }));
    assert!(entry(&report, "CVE-2026-90001").is_some(), "{:?}", codes(&report));
    assert!(!codes(&report).contains(&"odd-record"));
}

#[test]
fn a_message_that_names_a_hundred_thousand_ids_is_read_to_a_bound() {
    let mut project = started();
    let ids: Vec<String> = (0..100_000).map(|n| format!("CVE-2025-{}", 10_000 + n)).collect();
    project.commit("main", &format!("Fix it all\n\n{}\n", ids.join("\n")));
    project.tag("v1.1.0", "main");
    let report = project.json("v1.1.0");
    let named = codes(&report).iter().filter(|code| **code == "unknown-advisory").count();
    assert!((1..=2_000).contains(&named), "{named}");
}
