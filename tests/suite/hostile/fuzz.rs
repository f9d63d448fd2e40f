//! What the fuzz targets and the chaos test found, as the command shows it.

use serde_json::{Value, json};

use crate::builder::{Project, failure, patched, secnotes, started};

const ID: &str = "GHSA-2222-2222-2222";

/// A project whose commit names the advisory that the files of records tell of.
fn told(files: &[(&str, Value)]) -> Project {
    let mut project = started();
    project.commit("main", &format!("Check the length\n\nFixes {ID}."));
    project.tag("v1.0.1", "main");
    for (name, records) in files {
        project.write(name, &records.to_string());
    }
    project
}

/// A record of OSV's, as GitHub's database has it.
fn record(title: &str) -> Value {
    json!({ "id": ID, "modified": "2026-02-01T00:00:00Z", "summary": title, "affected": patched(&["1.0.1"]) })
}

#[test]
fn two_records_of_one_id_in_one_file_are_one_in_any_order() {
    let (one, two) = (record("One title"), record("Another title"));
    let notes = told(&[("all.json", json!([one, two]))]).notes("v1.0.1");
    assert!(notes.contains(ID) && notes.contains("Another title"), "{notes}");
    assert_eq!(told(&[("all.json", json!([two, one]))]).notes("v1.0.1"), notes);
}

#[test]
fn a_draft_that_is_newer_than_the_published_advisory_changes_no_byte() {
    let page = format!("https://github.com/example/parcel/security/advisories/{ID}");
    let advisory = |state: &str, updated: &str, title: &str| {
        json!({ "ghsa_id": ID, "state": state, "updated_at": updated, "summary": title, "html_url": page,
                "vulnerabilities": [{ "package": { "ecosystem": "go", "name": "github.com/example/parcel" },
                                      "vulnerable_version_range": "< 1.0.1", "patched_versions": "1.0.1" }] })
    };
    let public = advisory("published", "2026-01-20T00:00:00Z", "A title");
    let notes = told(&[("public.json", public.clone())]).notes("v1.0.1");
    assert!(notes.contains(ID), "{notes}");
    for state in ["draft", "triage", "closed"] {
        let draft = advisory(state, "2026-03-01T00:00:00Z", "EMBARGOED");
        let files = [("public.json", public.clone()), ("draft.json", draft)];
        assert_eq!(told(&files).notes("v1.0.1"), notes, "{state}");
    }
}

#[test]
fn a_tag_of_an_object_whose_type_holds_a_zero_is_damaged() {
    let project = started();
    let start = project.git().refname_to_id("refs/heads/main").unwrap();
    let text = format!("object {start}\ntype comm\0it\ntag v1.1.0\ntagger A <a@b> 1767312000 +0000\n\nx\n");
    let tag = project.git().odb().unwrap().write(git2::ObjectType::Tag, text.as_bytes()).unwrap();
    std::fs::write(project.path().join(".git/refs/tags/v1.1.0"), format!("{tag}\n")).unwrap();
    for verb in [["notes"].as_slice(), &["affected"], &["explain", "v1.0.0"]] {
        let error = failure(&mut project.secnotes(verb), 5);
        assert!(error.contains("the tag `v1.1.0`"), "{verb:?}: {error}");
    }
}

/// On a full disk SQLite cannot make the index of its log, which it wants even
/// where the log is empty. A limit on the size of files stands for that disk.
#[cfg(unix)]
#[test]
fn a_whole_store_is_read_where_no_file_can_grow() {
    let project = started();
    project.osv(ID, json!({}));
    let config = project.folder().join("files.toml");
    let off = "[source.github]\nenabled = false\n[source.osv]\nenabled = false\n";
    std::fs::write(&config, format!("{off}[source.files]\npaths = [{:?}]\n", project.advisories())).unwrap();
    let store = project.folder().join("store");
    let mut sync = secnotes();
    sync.arg("sync").arg("--repo").arg(project.path()).arg("--config").arg(&config).arg("--store").arg(&store);
    sync.assert().success();
    let asked = |limit: &str| {
        let script = format!("trap '' XFSZ; {limit} exec \"$0\" store {ID} --store \"$1\"");
        let mut shell = assert_cmd::Command::new("sh");
        shell.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_secnotes")).arg(&store);
        let output = shell.assert().success().get_output().stdout.clone();
        String::from_utf8(output).unwrap()
    };
    let told = asked("ulimit -f 0;");
    assert!(told.contains(ID), "{told}");
    assert_eq!(told, asked(""));
}
