//! Which tags are releases: spellings, tags beside them, and what `init` makes of it.

use serde_json::json;

use crate::builder::{self, Project, REMOTE, secnotes};

fn failure(project: &Project, arguments: &[&str], code: i32) -> String {
    builder::failure(&mut project.secnotes(arguments), code)
}

fn said(project: &Project, arguments: &[&str]) -> String {
    let output = project.secnotes(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A project whose tags were `resolve-1_0_0`, and are `v1.31.0`, on a history
/// that began as another one.
fn renamed() -> Project {
    let mut project = Project::new();
    for tag in ["xfer-7_1", "xfer-7_10_8", "resolve-1_0_0", "resolve-1_17_0", "resolve-1_18_1", "v1.31.0", "v1.34.5"] {
        project.commit("main", "Work");
        project.tag(tag, "main");
    }
    let fix = project.commit("main", "Keep the request alive while it is queued again");
    project.tag("v1.34.6", "main");
    project.osv("CVE-2025-62409", json!({
        "published": "2026-01-05T00:00:00Z",
        "summary": "Use after free when requeueing",
        "affected": [{ "ranges": [{ "type": "GIT", "repo": REMOTE, "events": [{ "introduced": "0" }, { "fixed": fix }] }],
                       "versions": ["7_1"] }],
    }));
    project
}

#[test]
fn a_project_that_changed_its_spelling_keeps_its_older_releases() {
    let project = renamed();
    let output = project.secnotes(&["affected", "--format", "json"]).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    for tag in ["resolve-1_0_0", "resolve-1_17_0", "resolve-1_18_1", "v1.31.0", "v1.34.5"] {
        assert!(told.contains(&format!("\"{tag}\"")), "{told}");
    }
    assert!(!told.contains("xfer-7_1\""), "{told}");
    let warned = String::from_utf8(output.stderr).unwrap();
    let mend =
        "the tag `xfer-7_1` spells, and tags like it are passed over; if they are releases, set [releases] pattern = ";
    assert!(warned.contains("CVE-2025-62409: its records name 7_1") && warned.contains(mend), "{warned}");
    let verbose = said(&project, &["affected", "-v"]);
    assert!(verbose.contains("2 tags that look like releases") && verbose.contains("`xfer-{version}`"), "{verbose}");
}

#[test]
fn a_tag_that_is_passed_over_says_what_to_set() {
    let project = renamed();
    let error = failure(&project, &["notes", "xfer-7_1"], 1);
    let mend = "set [releases] pattern = [\"v{version}\", \"resolve-{version}\", \"xfer-{version}\"]";
    assert!(error.contains("2 of `xfer-{version}` (xfer-7_10_8, xfer-7_1)") && error.contains(mend), "{error}");
    std::fs::write(
        project.path().join("secnotes.toml"),
        "[releases]\npattern = [\"v{version}\", \"resolve-{version}\", \"xfer-{version}\"]\n",
    )
    .unwrap();
    project.secnotes(&["notes", "xfer-7_1"]).assert().success();
}

#[test]
fn a_tag_is_taken_by_its_whole_name_and_without_an_option() {
    let project = renamed();
    let notes = |arguments: &[&str]| {
        let output = project.secnotes(&[&["notes"], arguments].concat()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let plain = notes(&["--tag", "v1.34.6"]);
    assert!(plain.contains("CVE-2025-62409"), "{plain}");
    for arguments in [&["v1.34.6"][..], &["--tag", "refs/tags/v1.34.6"], &["refs/tags/v1.34.6"]] {
        assert_eq!(notes(arguments), plain, "{arguments:?}");
    }
    project.secnotes(&["explain", "refs/tags/v1.34.6"]).assert().success();
    for arguments in [["notes", "main"], ["dependencies", "refs/heads/main"], ["osv", "main"]] {
        let error = failure(&project, &arguments, 1);
        assert!(
            error.contains("`main` is a branch, and a release is a tag") && error.contains("--unreleased"),
            "{error}"
        );
    }
    failure(&project, &["notes", "v1.34.6", "--tag", "v1.34.5"], 2);
}

#[test]
fn builds_of_one_version_are_told_apart_by_the_graph() {
    for [before, first, second, after] in [
        ["v1.24.9+rke2r1", "v1.24.10+rke2r1", "v1.24.10+rke2r2", "v1.24.11+rke2r1"],
        ["v1.28.2+k3s1", "v1.28.3+k3s1", "v1.28.3+k3s2", "v1.28.4+k3s1"],
        ["v1.20.2+k0s.0", "v1.21.2+k0s.0", "v1.21.2+k0s.1", "v1.21.3+k0s.0"],
    ] {
        let mut project = Project::new();
        for tag in [before, first] {
            project.commit("main", "Work");
            project.tag(tag, "main");
        }
        project.commit("main", "Check the join token before serving certificates (CVE-2026-11111)");
        project.tag(second, "main");
        project.commit("main", "Work on");
        project.tag(after, "main");
        project.osv("CVE-2026-11111", json!({
            "published": "2026-01-05T00:00:00Z",
            "summary": "Join token is not checked",
            "affected": [{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
                           "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": second.trim_start_matches('v') }] }] }],
        }));
        assert_eq!(project.notes(first), "");
        assert!(project.notes(second).contains("CVE-2026-11111"));
        assert_eq!(project.notes(after), "");
        let output = project.secnotes(&["explain", second]).output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(told.contains(&format!("Counted from {first}")), "{told}");
    }
}

#[test]
fn init_shows_releases_in_their_order_and_what_it_passes_over() {
    let project = renamed();
    project.secnotes(&["init"]).assert().success();
    let text = std::fs::read_to_string(project.path().join("secnotes.toml")).unwrap();
    assert!(text.contains("# Releases here, the newest first: v1.34.6, v1.34.5, v1.31.0, resolve-1_18_1,"), "{text}");
    assert!(text.contains("\npattern = [\"v{version}\", \"resolve-{version}\"]\n"), "{text}");
    assert!(text.contains("2 tags that look like releases") && text.contains("`xfer-{version}`"), "{text}");
    let told = project.secnotes(&["explain", "v1.31.0"]).output().unwrap();
    assert!(String::from_utf8(told.stdout).unwrap().contains("Counted from resolve-1_18_1"));
}

#[test]
fn init_writes_where_it_is_told_and_keeps_what_a_file_says() {
    let project = renamed();
    let elsewhere = project.folder().join("mine.toml");
    project.secnotes(&["init", "--config", elsewhere.to_str().unwrap()]).assert().success();
    assert!(elsewhere.exists() && !project.path().join("secnotes.toml").exists());
    let own = "# ours\n[project]\nrepository = \"https://example.org/a/b\" # moved\n\n[[link]]\nadvisory = \"CVE-2025-1\"\nnot = [\"1234567\"]\n";
    std::fs::write(&elsewhere, own).unwrap();
    let error = failure(&project, &["init", "--config", elsewhere.to_str().unwrap()], 1);
    assert!(error.contains("--force adds what it lacks, and keeps what it says"), "{error}");
    project.secnotes(&["init", "--force", "--config", elsewhere.to_str().unwrap()]).assert().success();
    let text = std::fs::read_to_string(&elsewhere).unwrap();
    let (first, rest) = text.split_once("# moved\n").unwrap();
    assert!(own.starts_with(first) && rest.contains("# packages = []"), "{text}");
    assert!(rest.contains("\n[[link]]\nadvisory = \"CVE-2025-1\"\nnot = [\"1234567\"]\n"), "{text}");
    assert!(rest.contains("\n[releases]\n") && rest.contains("# pattern = ["), "{text}");
    // A second time there is nothing to add.
    project.secnotes(&["init", "--force", "--config", elsewhere.to_str().unwrap()]).assert().success();
    assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), text);
    std::fs::write(&elsewhere, "[project\n").unwrap();
    let error = failure(&project, &["init", "--force", "--config", elsewhere.to_str().unwrap()], 1);
    assert!(error.contains("this is not TOML"), "{error}");
    assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), "[project\n");
}

#[test]
fn init_writes_nothing_into_a_bare_repository_unasked() {
    let project = renamed();
    let bare = project.folder().join("bare.git");
    git2::build::RepoBuilder::new().bare(true).clone(project.path().to_str().unwrap(), &bare).unwrap();
    let init = |more: &[&str]| secnotes().arg("init").arg("--repo").arg(&bare).args(more).output().unwrap();
    let output = init(&[]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("is a bare repository") && error.contains("--config"), "{error}");
    assert!(!bare.join("secnotes.toml").exists());
    let inside = bare.join("secnotes.toml");
    assert!(init(&["--config", inside.to_str().unwrap()]).status.success());
    assert!(inside.exists());
}

#[test]
fn init_sees_a_folder_of_advisories() {
    let mut project = renamed();
    let record = json!({ "id": "CVE-2025-62409", "modified": "2026-01-05T00:00:00Z" }).to_string();
    let other = json!({ "id": "CVE-2025-1" }).to_string();
    project.edit(
        "main",
        "Ada",
        "Publish advisories",
        &[
            ("security/advisories/2025/CVE-2025-62409.json", record.as_str()),
            ("tests/data/CVE-2025-62410.json", record.as_str()),
            ("docs/CVE-2025-62411.json", other.as_str()),
        ],
    );
    project.secnotes(&["init"]).assert().success();
    let text = std::fs::read_to_string(project.path().join("secnotes.toml")).unwrap();
    assert!(text.contains("\npaths = [\"security/advisories/2025\"]\n"), "{text}");
}

#[test]
fn a_pattern_that_no_tag_fits_is_shown_with_its_place() {
    let project = renamed();
    std::fs::write(project.path().join("secnotes.toml"), "[releases]\npattern = \"rel-{version}\"\n").unwrap();
    let error = failure(&project, &["notes", "v1.34.6"], 1);
    assert!(error.contains("secnotes.toml:2:11") && error.contains("none of the 8 tags fits"), "{error}");
    assert!(error.contains("the tags show `v{version}`, `resolve-{version}`; leave the key out"), "{error}");
    let text = "[[package]]\nname = \"a\"\nprefix = \"a/\"\npath = \"a\"\n";
    std::fs::write(project.path().join("secnotes.toml"), text).unwrap();
    project.secnotes(&["init", "--force"]).assert().success();
    let whole = std::fs::read_to_string(project.path().join("secnotes.toml")).unwrap();
    assert!(whole.starts_with(text) && whole.contains("\n[releases]\n"), "{whole}");
}
