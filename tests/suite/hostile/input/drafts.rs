//! Broken drafts: errors say where they are broken, and nothing of what they say.

use std::path::Path;

use crate::builder::{Project, started};
use crate::sync::Synced;

/// Drafts whose text stands where something else belongs.
const BROKEN: [&str; 8] = [
    r#"{"ghsa_id":"GHSA-2222-2222-2222","state":"draft","vulnerabilities":"MARKED"}"#,
    r#"{"ghsa_id":"GHSA-2222-2222-2222","state":"draft","summary":["MARKED"]}"#,
    r#"{"ghsa_id":"MARKED MARKED","state":"draft","summary":"MARKED"}"#,
    r#"{"id":"GO-2026-1","modified":"2026-01-01T00:00:00Z","affected":"MARKED"}"#,
    r#"{"id":"GO-2026-1","modified":"2026-01-01T00:00:00Z","details":{"MARKED":"MARKED"}}"#,
    r#"{"id":"MARKED MARKED","modified":"2026-01-01T00:00:00Z"}"#,
    r#"{"id":"GO-2026-1","modified":"2026-01-01T00:00:00Z","details":"MARKED" "MARKED"}"#,
    r#"{"id":"GO-2026-1","modified":"2026-01-01T00:00:00Z","details":"MARKED"#,
];

fn said(project: &Project, arguments: &[&str]) -> String {
    let mut command = crate::builder::secnotes();
    let output = command.arg("--repo").arg(project.path()).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_broken_draft_is_named_by_its_place_and_not_quoted() {
    let project = started();
    let file = project.folder().join("draft.json");
    let path = file.to_string_lossy().into_owned();
    for draft in BROKEN {
        for text in [draft.to_owned(), format!("[{{\"ghsa_id\":\"GHSA-3333-3333-3333\"}},\n{draft}]")] {
            std::fs::write(&file, &text).unwrap();
            for verb in [&["notes", "-v"][..], &["osv", "--all"], &["explain", "GO-2026-1"], &["affected"], &["review"]]
            {
                let said = said(&project, &[verb, &["--advisories", &path]].concat());
                assert!(!said.contains("MARKED") && said.contains("draft.json"), "{said}");
                let place = said.contains("column ") || said.contains("its id is not an advisory id");
                assert!(place, "{said}");
            }
        }
    }
    std::fs::write(&file, BROKEN[3]).unwrap();
    let said = said(&project, &["notes", "--advisories", &path]);
    assert!(
        said.contains("line 1, column 71, `affected`: invalid type: string, expected a sequence"),
        "where and what: {said}"
    );
}

#[test]
fn a_sync_of_broken_drafts_quotes_nothing() {
    let synced = Synced::new();
    let folder = synced.project.folder().join("drafts");
    std::fs::create_dir(&folder).unwrap();
    synced.configure("enabled = false\n[source.files]\npaths = [\"../drafts\"]\n");
    let write = |folder: &Path, draft: &str| std::fs::write(folder.join("draft.json"), draft).unwrap();
    for draft in BROKEN {
        write(&folder, draft);
        let output = synced.run(&["sync", "-v"]).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.code() == Some(4) && !said.contains("MARKED"), "{said}");
    }
}
