//! Bad input gets an error that says what, where and how to mend it, and
//! leaves nothing half-written.

use std::io::Write;

use crate::builder::{Project, failure, secnotes, started};

#[test]
fn a_folder_that_is_no_repository() {
    let folder = tempfile::tempdir().unwrap();
    let error = failure(secnotes().args(["notes", "--repo"]).arg(folder.path()), 1);
    assert!(error.contains("is not in a git repository; name one with --repo"), "{error}");
}

#[test]
fn a_tag_that_is_not_there_names_the_nearest() {
    let error = failure(&mut started().secnotes(&["notes", "--tag", "v1.0.1"]), 1);
    assert!(error.contains("there is no tag `v1.0.1`; the nearest is `v1.0.0`"), "{error}");
}

#[test]
fn a_tag_that_is_no_release_names_the_rule() {
    let project = started();
    project.tag("nightly", "main");
    let error = failure(&mut project.secnotes(&["notes", "--tag", "nightly"]), 1);
    assert!(error.contains("`nightly` is no release") && error.contains("does not fit"), "{error}");
}

#[test]
fn no_releases_lists_the_tags_and_their_rules() {
    let mut project = Project::new();
    project.commit("main", "Start");
    let error = failure(&mut project.secnotes(&["notes"]), 1);
    assert!(error.contains("has no tags") && error.contains("git fetch --tags"), "{error}");
    project.tag("nightly", "main");
    let error = failure(&mut project.secnotes(&["notes"]), 1);
    assert!(error.contains("none of the 1 tags") && error.contains("nightly: it does not fit"), "{error}");
}

#[test]
fn a_repository_without_a_commit() {
    let error = failure(&mut Project::new().secnotes(&["notes", "--unreleased"]), 1);
    assert!(error.contains("has no commits yet"), "{error}");
}

#[test]
fn a_shallow_clone_names_the_command_that_mends_it() {
    let mut project = started();
    let tip = project.commit("main", "Work");
    std::fs::write(project.path().join(".git/shallow"), format!("{tip}\n")).unwrap();
    let error = failure(&mut project.secnotes(&["notes"]), 5);
    assert!(error.contains("git -C ") && error.contains(" fetch --unshallow --tags"), "{error}");
}

#[test]
fn a_missing_commit_is_named() {
    let mut project = started();
    let middle = project.commit("main", "Work");
    project.commit("main", "More");
    std::fs::remove_file(project.path().join(format!(".git/objects/{}/{}", &middle[..2], &middle[2..]))).unwrap();
    let error = failure(&mut project.secnotes(&["notes"]), 5);
    assert!(error.contains(&middle) && error.contains("fetch --refetch"), "{error}");
}

#[test]
fn missing_files_of_a_partial_clone_do_not_stop_the_notes() {
    let mut project = started();
    let fix = project.commit("main", "Fix the parser");
    project.tag("v1.1.0", "main");
    let references =
        serde_json::json!([{ "type": "FIX", "url": format!("https://github.com/example/parcel/commit/{fix}") }]);
    project.osv("CVE-2026-90001", serde_json::json!({ "references": references }));
    let tree = project.git().head().unwrap().peel_to_tree().unwrap().id().to_string();
    std::fs::remove_file(project.path().join(format!(".git/objects/{}/{}", &tree[..2], &tree[2..]))).unwrap();
    assert!(project.notes("v1.1.0").contains("CVE-2026-90001"));
    assert!(crate::builder::codes(&project.json("v1.1.0")).contains(&"unreadable"));
}

#[test]
fn a_tag_on_a_blob_is_passed_over() {
    let project = started();
    let blob = project.git().blob(b"key").unwrap();
    project.git().reference("refs/tags/v9.0.0", blob, true, "").unwrap();
    assert_eq!(project.notes("v1.0.0"), "");
}

#[test]
fn advisories_that_are_broken_are_all_named() {
    let project = started();
    project.write("a.json", "{\"id\": ");
    project.write("b.json", "");
    project.write("c.json", "{\"id\": \"../../x\", \"modified\": \"2026-01-01T00:00:00Z\"}");
    project.write("package.json", "{\"name\": \"x\"}");
    let error = failure(&mut project.secnotes(&["notes"]), 4);
    for part in ["a.json: it is not JSON", "line 1 column", "b.json: the file is empty", "not an advisory id"] {
        assert!(error.contains(part), "{part} in {error}");
    }
    assert!(!error.contains("package.json"), "{error}");
}

#[test]
fn a_named_file_has_to_be_an_advisory() {
    let project = started();
    project.write("package.json", "{\"name\": \"x\"}");
    let file = project.advisories().join("package.json");
    let mut command = secnotes();
    command.args(["notes", "--repo"]).arg(project.path()).arg("--advisories").arg(&file);
    let error = failure(&mut command, 4);
    assert!(error.contains("no OSV record and no GitHub advisory"), "{error}");
    let mut command = secnotes();
    command.args(["notes", "--repo"]).arg(project.path()).arg("--advisories").arg(project.folder().join("none"));
    assert!(failure(&mut command, 4).contains("cannot read advisories at"));
}

#[test]
fn archives_that_climb_or_explode_are_refused() {
    let project = started();
    for (name, contents, part) in
        [("../evil.json", 2, "leads out of the archive"), ("x.json", 65 << 20, "limit `advisory-file`")]
    {
        let file = std::fs::File::create(project.advisories().join("a.zip")).unwrap();
        let mut archive = zip::ZipWriter::new(file);
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&vec![b' '; contents]).unwrap();
        archive.finish().unwrap();
        let error = failure(&mut project.secnotes(&["notes"]), 4);
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_template_error_names_its_line_and_writes_nothing() {
    let mut project = started();
    project.commit("main", "Fix CVE-2026-90001");
    project.tag("v1.1.0", "main");
    let template = project.folder().join("my.hbs");
    let out = project.folder().join("out.md");
    for (text, part) in [
        ("## Security\n{{#each advisores}}{{/each}}", "line 2, column 1: there is no field `advisores`"),
        ("## Security\n\n{{#each dependencies}}{{titel}}{{/each}}", "line 3"),
        ("{{#each advisories}}", "my.hbs"),
    ] {
        std::fs::write(&template, text).unwrap();
        let arguments =
            ["notes", "--tag", "v1.1.0", "--template", template.to_str().unwrap(), "--output", out.to_str().unwrap()];
        let error = failure(&mut project.secnotes(&arguments), 1);
        assert!(error.contains(part), "{error}");
        assert!(!out.exists());
    }
    let error = failure(&mut project.secnotes(&["notes", "--template", "none.hbs"]), 1);
    assert!(error.contains("built in are `default`, "), "{error}");
}

#[test]
fn an_output_that_cannot_be_written_leaves_nothing() {
    let mut project = started();
    let fix = project.commit("main", "Fix CVE-2026-90001");
    project.tag("v1.1.0", "main");
    project.osv("CVE-2026-90001", serde_json::json!({ "references": [{ "type": "FIX", "url": format!("{}/commit/{fix}", crate::builder::REMOTE) }] }));
    let missing = project.folder().join("none/out.md");
    let error = failure(&mut project.secnotes(&["notes", "--output", missing.to_str().unwrap()]), 1);
    assert!(error.contains("cannot write") && error.contains("out.md"), "{error}");
    let file = project.folder().join("file");
    std::fs::write(&file, "kept").unwrap();
    let error = failure(&mut project.secnotes(&["osv", "--tag", "v1.1.0", "--out", file.to_str().unwrap()]), 1);
    assert!(error.contains("cannot create the folder"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "kept");
}

#[test]
fn a_configuration_with_a_typo_says_where() {
    let project = started();
    std::fs::write(project.path().join("secnotes.toml"), "[releases]\nprefx = \"x/\"\n").unwrap();
    let error = failure(&mut project.secnotes(&["notes"]), 1);
    assert!(error.contains("secnotes.toml:2:1") && error.contains("`prefix`"), "{error}");
}

#[test]
fn an_unknown_id_and_a_bad_one_are_told_apart() {
    let project = started();
    assert!(failure(&mut project.secnotes(&["explain", "CVE-2026-1"]), 1).contains("is none of the 0 advisories"));
    assert!(failure(&mut project.secnotes(&["explain", "../x"]), 2).contains("is no advisory's id"));
}

#[test]
fn init_writes_a_configuration_once() {
    let project = started();
    project.secnotes(&["init"]).assert().success();
    let text = std::fs::read_to_string(project.path().join("secnotes.toml")).unwrap();
    assert!(text.contains("v1.0.0"), "{text}");
    assert!(failure(&mut project.secnotes(&["init"]), 1).contains("--force adds what it lacks"));
    assert_eq!(project.notes("v1.0.0"), "");
}

#[test]
fn the_demonstration_needs_a_folder_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let error = failure(secnotes().current_dir(folder.path()).args(["demo", "."]), 2);
    assert!(error.contains("name one below it"), "{error}");
    std::fs::write(folder.path().join("mine"), "kept").unwrap();
    assert!(failure(secnotes().arg("demo").arg(folder.path()), 1).contains("holds something else"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
