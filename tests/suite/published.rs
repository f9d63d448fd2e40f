//! `notes --diff`: published texts against the ledger.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, failure, patched, started};

const LENGTH: &str = "GHSA-2222-2222-2222";
const LINKS: &str = "GHSA-3333-3333-3333";

struct Texts {
    project: Project,
    /// The commits that fix the two.
    fixes: [String; 2],
}

impl Texts {
    /// v1.1.0 fixes the one advisory, v1.2.0 the other one.
    fn new() -> Self {
        let mut project = started();
        let length = project.commit("main", &format!("Check the length ({LENGTH})"));
        project.tag("v1.1.0", "main");
        let links = project.commit("main", &format!("Follow no links ({LINKS})"));
        project.tag("v1.2.0", "main");
        project.osv(LENGTH, json!({ "affected": patched(&["1.1.0"]), "aliases": ["CVE-2026-1001"] }));
        project.osv(LINKS, json!({ "affected": patched(&["1.2.0"]) }));
        Self { project, fixes: [length, links] }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.project.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The exit code, and what is printed.
    fn diff(&self, name: &str, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = self.project.secnotes(&["notes", "--diff"]);
        let output = command.arg(self.project.path().join(name)).args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    }

    fn json(&self, name: &str, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.diff(name, &[arguments, &["--format", "json"]].concat()).1).unwrap()
    }
}

#[test]
fn a_change_log_is_held_against_the_ledger_release_by_release() {
    let texts = Texts::new();
    texts.file(
        "CHANGELOG.md",
        "# Changes\n\n## v1.2.0\n\n- Fixes CVE-2026-1001 and GHSA-9999-9999-9999.\n\n## v1.1.0\n\n- Fixes CVE-2026-1001.\n\n## v1.0.0\n",
    );
    let (code, told) = texts.diff("CHANGELOG.md", &["--all"]);
    assert_eq!(
        (code, told.as_str()),
        (
            Some(3),
            "1 of 3 releases differ from their published texts\n\n\
             v1.2.0\n  \
               not-fixed CVE-2026-1001, line 5: its fix is not news in this release: v1.1.0 brought it\n  \
               unknown-id GHSA-9999-9999-9999, line 5: there is no record of this id\n  \
               not-announced GHSA-3333-3333-3333: the release fixes it, and the text does not name it: Title of GHSA-3333-3333-3333\n"
        )
    );
    let (code, told) = texts.diff("CHANGELOG.md", &["--tag", "v1.1.0"]);
    assert_eq!((code, told.as_str()), (Some(0), "v1.1.0: the text and the ledger say the same\n"));
    let known = texts.json("CHANGELOG.md", &["--all"]);
    assert_eq!((&known["schema"], known["releases"].as_array().unwrap().len()), (&json!("secnotes/published/v1"), 3));
    assert_eq!(known["releases"][1]["agreed"], json!(["CVE-2026-1001"]));
    assert_eq!(known["releases"][2]["differences"][0]["kind"], "not-fixed");
}

#[test]
fn what_secnotes_itself_puts_in_differs_in_nothing() {
    let texts = Texts::new();
    let file = texts.file("CHANGELOG.md", "## v1.2.0\n\n## v1.1.0\n\n## v1.0.0\n");
    for tag in ["v1.1.0", "v1.2.0"] {
        texts.project.secnotes(&["notes", "--tag", tag, "--splice"]).arg(&file).assert().success();
    }
    assert_eq!(
        texts.diff("CHANGELOG.md", &["--all"]),
        (Some(0), "0 of 3 releases differ from their published texts\n".into())
    );
}

#[test]
fn commits_and_versions_that_differ_are_told() {
    let texts = Texts::new();
    let [length, links] = &texts.fixes;
    let text = |commit: &str, version: &str, last: &str| {
        format!(
            "- CVE-2026-1001 ([x]({REMOTE}/commit/{commit})) is fixed in v{version}.\n  It affects {last} and earlier.\n"
        )
    };
    texts.file("right.md", &text(length, "1.1.0", "1.0.0"));
    assert_eq!(texts.diff("right.md", &["--tag", "v1.1.0"]).0, Some(0));
    texts.file("wrong.md", &text(links, "1.0.1", "1.1.0"));
    let known = texts.json("wrong.md", &["--tag", "v1.1.0"]);
    let differences = known["releases"][0]["differences"].as_array().unwrap();
    let kinds: Vec<_> = differences.iter().map(|known| known["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["commit-differs", "version-differs", "version-differs"], "{known}");
    let told = |at: usize| differences[at]["message"].as_str().unwrap();
    assert!(told(0).contains(&links[..]) && told(0).contains(&length[..12]), "{}", told(0));
    assert!(told(1).contains("fixed in 1.0.1; first fixed are v1.1.0"), "{}", told(1));
    assert!(told(2).contains("1.1.0 and earlier are affected; affected are 1.0.0"), "{}", told(2));
}

#[test]
fn a_folder_has_a_file_for_each_release() {
    let texts = Texts::new();
    texts.file("releases/v1.1.0.toml", "preface = \"\"\"\\\nFixes \\\n  CVE-2026-1001.\n\"\"\"\n");
    texts.file("releases/CHANGELOG-1.2.0.md", "# 1.2.0\n\nNothing of note.\n");
    texts.file("releases/cargo.toml", "a = 1\n");
    texts.file("releases/notes.json", "{\"x\": \"GHSA-9999-9999-9999\"}\n");
    let known = texts.json("releases", &["--all"]);
    let releases = known["releases"].as_array().unwrap();
    let told: Vec<_> = releases.iter().map(|known| (known["tag"].as_str(), known["file"].as_str())).collect();
    assert_eq!(told, [(Some("v1.1.0"), Some("v1.1.0.toml")), (Some("v1.2.0"), Some("CHANGELOG-1.2.0.md"))]);
    assert_eq!(releases[0]["differences"], json!([]));
    assert_eq!(releases[1]["differences"][0]["kind"], "not-announced");
    assert_eq!(texts.diff("releases", &["--tag", "v1.1.0"]).0, Some(0));
    // The line is that of the file.
    texts.file(
        "releases/v1.1.0.toml",
        "a = 1\npreface = \"\"\"\\\nFixes \\\n  GHSA-9999-9999-9999\nand CVE-2026-1001.\"\"\"\n",
    );
    let known = texts.json("releases", &["--tag", "v1.1.0"]);
    assert_eq!(known["releases"][0]["differences"][0]["line"], 3);
    // A release without a file is one that says nothing.
    std::fs::remove_file(texts.project.path().join("releases/v1.1.0.toml")).unwrap();
    let (code, told) = texts.diff("releases", &["--all"]);
    assert!(
        code == Some(3) && told.contains("\nv1.1.0: there is no text of it\n  not-announced CVE-2026-1001: "),
        "{told}"
    );
}

#[test]
fn an_id_that_does_not_concern_the_project_and_one_of_a_dependency_are_no_announcement_of_its_own() {
    let texts = Texts::new();
    texts.project.osv(
        "GO-2026-5000",
        json!({ "affected": [{ "package": { "ecosystem": "Go", "name": "example.org/other" },
                               "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.0.0" }] }] }] }),
    );
    texts.file(
        "CHANGELOG.md",
        "## v1.1.0\n\n- Fixes CVE-2026-1001. We are not affected by CVE-2026-4444.\n- Bump other (GO-2026-5000)\n\n## v1.2.0\n\n- GHSA-3333-3333-3333\n",
    );
    let (code, told) = texts.diff("CHANGELOG.md", &["--all"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("\n1 ids are of what the project depends on"), "{told}");
    let (code, told) = texts.diff("CHANGELOG.md", &["--tag", "v1.1.0"]);
    assert!(code == Some(3) && told.contains("not-fixed GO-2026-5000, line 4: "), "{told}");
}

#[test]
fn a_text_that_cannot_be_compared_is_told() {
    let texts = Texts::new();
    let run = |name: &str, arguments: &[&str], code: i32| {
        let mut command = texts.project.secnotes(&["notes", "--diff"]);
        failure(command.arg(texts.project.path().join(name)).args(arguments), code)
    };
    texts.file("log.md", "## v1.0.0\n");
    assert!(run("log.md", &["--tag", "v1.1.0"], 1).contains("log.md says nothing of v1.1.0"));
    texts.file("one.md", "Text.\n");
    assert!(run("one.md", &["--all"], 1).contains("one.md is about one release"));
    texts.file("two.md", "## v1.1.0\n\n## 1.0.0\n\n## v1.1.0\n");
    assert!(run("two.md", &["--all"], 1).contains("lines 1 and 5: both headings"));
    texts.file("x.toml", "a = 1\n");
    assert!(run("x.toml", &["--tag", "v1.1.0"], 1).contains("there is no text `preface`"));
    assert!(run("none.md", &["--tag", "v1.1.0"], 1).contains("none.md: "));
    assert!(run("log.md", &["--tag", "v1.1.0", "--all"], 2).contains("cannot be used with"));
    assert!(run(".git/config", &["--tag", "v1.1.0"], 1).contains("git's own folder"));
}

/// What the page shows is what is printed.
#[test]
fn the_page_shows_what_the_demonstration_prints() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    crate::builder::secnotes().arg("demo").arg(&demo).assert().success();
    let page = include_str!("../../docs/splice.md");
    let (command, shown) = page.split_once("```console\n$ secnotes ").unwrap().1.split_once('\n').unwrap();
    let output = crate::builder::secnotes().current_dir(&demo).args(command.split(' ')).assert().code(3);
    let printed = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    let shown = shown.split("```").next().unwrap();
    assert!(printed.starts_with(shown) && shown.lines().count() == 5, "{printed}");
}
