//! What an advisory says in its own words, on its way into notes and JSON.

use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, entry, fixed_by, started};

/// A text as people write it, with an exploit in more than one place.
const TEXT: &str = "### Summary\nThe importer follows links, as reported by @octocat in #7.\n\n\
    ### PoC\n1. Run SECRET.\n\n```sh\ncurl SECRET\n```\n\n### Request\n```\nSECRET\n```\n\n\
    ### Impact\n_What kind of vulnerability is it? Who is impacted?_\nWhoever imports archives of others \u{2014} \
    `{{ .Values.x }}` as well.\n\n<details><summary>Exploit</summary>\n\nSECRET\n\n</details>\n\n\
    ### Workarounds\nTurn it off:\n\n```toml\nfollow = false\n```\n\n- or delete the importer\n\n\
    ### References\n- [the report](https://report.example/)\n- [x](javascript:SECRET)\n\n\
    ### Attack scenario\nSECRET\n";

fn fixed(details: &str) -> (Project, Value) {
    let mut project = started();
    let fix = project.commit("main", "Do not follow links");
    project.tag("v1.1.0", "main");
    let mut record = fixed_by(&[&fix]);
    (record["summary"], record["details"]) = (json!("Links are followed"), json!(details));
    (project, record)
}

fn template(project: &Project, text: &str) -> String {
    let path = project.folder().join("t.hbs");
    std::fs::write(&path, text).unwrap();
    let run = project.secnotes(&["notes", "--tag", "v1.1.0", "--template", path.to_str().unwrap()]).assert().success();
    String::from_utf8(run.get_output().stdout.clone()).unwrap()
}

#[test]
fn a_text_is_divided_and_what_shows_an_exploit_is_printed_nowhere() {
    let (project, record) = fixed(TEXT);
    project.osv("GO-2026-1", record);
    let report = project.json("v1.1.0");
    let entry = entry(&report, "GO-2026-1").unwrap();
    assert_eq!(
        entry["details"],
        json!({
            "description": "The importer follows links, as reported by `@octocat` in `#7`.",
            "impact": "Whoever imports archives of others \u{2014} <code>\\{<!-- -->\\{ .Values.x \\}\\}</code> as well.",
            "patches": null,
            "workarounds": "Turn it off:\n\n```toml\nfollow = false\n```\n\n- or delete the importer",
            "references": "- [the report](https://report.example/)\n- x",
            "notes": null,
        })
    );
    assert_eq!(entry["workaround"], "Turn it off: `follow = false` or delete the importer");
    let notes = template(
        &project,
        "{{#each advisories}}\n### {{link}}\n\n{{#with details}}{{impact}}\n\n{{workarounds}}\n{{/with}}\n- {{workaround}}\n{{/each}}\n",
    );
    assert!(notes.contains("Turn it off:\n\n```toml\nfollow = false\n```\n\n- or delete the importer\n"), "{notes}");
    for text in [report.to_string(), notes, project.notes("v1.1.0")] {
        assert!(!text.contains("SECRET") && !text.contains("{{ ."), "{text}");
    }
}

#[test]
fn a_draft_adds_no_word_to_what_is_published() {
    let (project, record) = fixed("### Workarounds\nPublic words.\n");
    project.osv("GO-2026-1", record);
    // The project's own draft of the same vulnerability is trusted more, and nobody may know it.
    project.write(
        "drafts.json",
        &json!([{
            "ghsa_id": "GHSA-2222-2222-2222", "cve_id": null, "state": "draft", "summary": "Draft",
            "html_url": format!("{REMOTE}/security/advisories/GHSA-2222-2222-2222"),
            "description": "### Workarounds\nSECRET\n", "published_at": null, "updated_at": "2026-01-01T00:00:00Z",
            "identifiers": [{ "type": "GHSA", "value": "GHSA-2222-2222-2222" }], "vulnerabilities": [],
        }])
        .to_string(),
    );
    let report = project.json("v1.1.0");
    assert_eq!(entry(&report, "GO-2026-1").unwrap()["workaround"], "Public words.");
    assert!(!report.to_string().contains("SECRET") && !project.notes("v1.1.0").contains("SECRET"));
}

#[test]
fn a_workaround_that_is_none_is_null() {
    let (project, record) = fixed("### Impact\nall\n\n### Workarounds\nThere are no known workarounds.\n");
    project.osv("GO-2026-1", record);
    let report = project.json("v1.1.0");
    let entry = entry(&report, "GO-2026-1").unwrap();
    assert_eq!(entry["workaround"], Value::Null);
    assert_eq!(entry["details"]["workarounds"], "There are no known workarounds.");
}

#[test]
fn subjects_of_the_project_refer_to_its_forge() {
    let mut project = started();
    let fix = project.commit("main", "Close #12 for @jane, bump @babel/core (a/b#3)");
    project.tag("v1.1.0", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    let notes = template(
        &project,
        "{{#each advisories}}{{#each fix.commits}}{{subject}}\n[{{subject_text}}]({{url}})\n{{/each}}{{/each}}",
    );
    let linked = "Close [#12](https://github.com/example/parcel/issues/12) for [@jane](https://github.com/jane), bump \
                  `@babel/core` ([a/b#3](https://github.com/a/b/issues/3))\n";
    assert!(notes.starts_with(linked), "{notes}");
    assert!(notes.contains("[Close `#12` for `@jane`, bump `@babel/core` (`a/b#3`)](https://"), "{notes}");
}
