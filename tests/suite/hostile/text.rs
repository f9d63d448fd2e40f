//! Text that would be obeyed by a terminal or a CI service, and text that must not show.

use std::io::Write as _;
use std::path::Path;

use secnotes::model::breaks_a_line;
use serde_json::json;

use crate::builder::{Project, patched, secnotes};

/// A name as git, zip and file systems allow it.
const NAME: &str = "x\n::error::y\n \t::add-mask::z\r##[error]w\u{202e}\u{1b}[2J";

/// Nothing that a terminal would obey, and no line that a CI service would.
fn assert_tame(what: &str, text: &[u8]) {
    let text = String::from_utf8(text.to_vec()).unwrap();
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("::"), "{what}: {text}");
        assert!(!line.contains(|c: char| c != '\t' && breaks_a_line(c)), "{what}: {text:?}");
        assert!(!line.contains("##[") && !line.contains("##vso["), "{what}: {text}");
    }
}

/// A project in which everything that may hold text holds hostile text.
fn hostile() -> Project {
    let mut project = Project::new();
    let subject = "Fix ##[group]x \u{202e} \u{1b}[2J (CVE-2026-90001)\n\n::error::body\nFixes: CVE-2026-90002\n";
    project.edit("main", "Start", "Start", &[("go.mod", "module github.com/example/parcel\nrequire x.org/a v1.0.0\n")]);
    project.tag("\u{202e}p/1.0.0", "main");
    let lock = "module github.com/example/parcel\nrequire x.org/a v1.1.0\n";
    let name = "d\n::error::e/go.mod";
    project.edit("main", "Eve \u{202e}##[error]", subject, &[("go.mod", lock), (name, lock)]);
    project.tag("\u{202e}p/1.1.0", "main");
    project.branch("b\u{202e}x", &project.git().head().unwrap().target().unwrap().to_string());
    project.git().remote("evil", "https://evil.example/##[error]/\u{202e}x").unwrap();
    project.osv(
        "CVE-2026-90001",
        json!({ "summary": format!("::error::title {NAME}"), "affected": patched(&["1.1.0"]),
        "references": [{ "type": "WEB", "url": format!("https://x.example/{NAME}") }] }),
    );
    let git = json!([{ "ranges": [{ "type": "GIT", "repo": "https://github.com/example/parcel",
        "events": [{ "introduced": "0" }, { "fixed": NAME }] }] }]);
    project.osv("CVE-2026-90002", json!({ "affected": git, "aliases": [NAME] }));
    let other = json!([{ "package": { "ecosystem": "Go", "name": NAME }, "versions": [NAME] }]);
    project.osv("CVE-2026-90003", json!({ "affected": other, "modified": NAME }));
    project.write(&format!("{}.json", NAME.replace('/', "-")), "[]");
    zip(&project.advisories().join("all.zip"));
    project
}

/// An archive whose entries have hostile names.
fn zip(path: &Path) {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, text) in [("a\n::error::b.json", "[]"), ("c\n::add-mask::d.json", "{\"id\": 1}")] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

/// The arguments of every verb, where it prints text for people.
fn verbs(folder: &str) -> Vec<Vec<String>> {
    let out = format!("{folder}/feed\n::error::x");
    let template = format!("{folder}/t\n::error::x.hbs");
    std::fs::write(&template, "{{a.[x\n::error::y]}}").unwrap();
    let lines = [
        "explain|CVE-2026-90001",
        "explain|CVE-2026-90002",
        "explain|CVE-2026-90002|--suggest-introduced",
        "explain|\u{202e}p/1.1.0",
        "explain|HEAD",
        "explain|::error::x\n::error::y",
        "explain|--advisory-patch|CVE-2026-90001",
        "affected",
        "affected|CVE-2026-90002",
        "affected|CVE-2026-90003",
        "dependencies",
        "dependencies|--list",
        "store",
        "store|a\n::error::b",
        "review",
        "init",
        "init|--force",
        "demo|.",
        "sync|--offline",
        "--no-such\n::error::x",
        "notes|--format|::error::x",
        "--limit|::error::x=1|notes",
    ];
    let quiet = ["notes|--tag|a\n::error::b|--output|OUT", "notes|--output|OUT", "osv|--all|--out|OUT.d"];
    let more = [
        format!("notes|--template|{template}"),
        format!("notes|--template|{folder}/no\n::error::such.hbs"),
        format!("feed|--out|{out}"),
        format!("feed|--out|{out}|--dry-run|--records|{folder}/advisories"),
        format!("feed|--out|{out}|--records|{folder}/advisories/all.zip"),
        format!("osv|--check|{folder}/advisories"),
        format!("osv|--check|{folder}/no\n::error::such"),
        format!("--config|{folder}/no\n::error::such|notes"),
        format!("--config|{folder}/hostile\n::error::x.toml|notes"),
    ];
    let quiet = quiet.iter().map(|line| line.replace("OUT", &format!("{folder}/out\n::error::x")));
    let all = lines.iter().map(|line| (*line).to_owned()).chain(more).chain(quiet);
    all.map(|line| line.split('|').map(str::to_owned).collect()).collect()
}

#[test]
fn nothing_hostile_is_obeyed_whichever_verb_prints_it() {
    let project = hostile();
    let folder = project.folder().to_string_lossy().into_owned();
    let keys = "\"a\\n::error::b\" = 1\n[releases]\n\u{2003}::error::\u{202e}c\n";
    std::fs::write(project.folder().join("hostile\n::error::x.toml"), keys).unwrap();
    for arguments in verbs(&folder) {
        for how in [&[][..], &["--verbose"]] {
            let mut all: Vec<&str> = arguments.iter().map(String::as_str).collect();
            all.extend(how);
            let output = project.secnotes(&all).write_stdin("::error::x\nq\n").output().unwrap();
            assert!(output.status.code().is_some(), "{all:?}");
            assert_tame(&format!("standard error of {all:?}"), &output.stderr);
            // What has no code of its own for CI is text for people here.
            assert_tame(&format!("standard output of {all:?}"), &output.stdout);
        }
    }
}

#[test]
fn a_configuration_and_a_repository_with_hostile_names_are_told_tamely() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r\n::error::s");
    for arguments in [&["notes"][..], &["explain", "HEAD"], &["dependencies"], &["affected"], &["init"], &["sync"]] {
        let output = secnotes().arg("--repo").arg(&path).args(arguments).output().unwrap();
        assert!(!output.status.success());
        assert!(output.stderr.windows(3).any(|part| part == b"\\n:"), "the name is shown");
        assert_tame(&format!("{arguments:?}"), &output.stderr);
    }
}

#[test]
fn what_a_snapshot_says_is_missing_is_told_within_a_line() {
    let project = crate::builder::started();
    let place = project.folder().join("snapshot\n::error::s");
    std::fs::create_dir(&place).unwrap();
    let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let list = json!({ "schema": "secnotes/snapshot/v1", "sources": [{ "base": "files", "name": "n\u{202e}##[error]",
        "folder": "f", "synced": null, "records": 0, "digest": digest,
        "missing": [{ "what": "w\n::error::x\u{202e}", "why": "y\r\n::add-mask::z" }] }] });
    std::fs::write(place.join("snapshot.json"), list.to_string()).unwrap();
    let store = project.folder().join("store");
    for verb in [&["notes"][..], &["sync"], &["affected"], &["explain", "HEAD"], &["osv", "--all"]] {
        let mut command = secnotes();
        command.arg("--repo").arg(project.path()).arg("--store").arg(&store).arg("--replay").arg(&place).args(verb);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(4), "{verb:?}: {}", String::from_utf8_lossy(&output.stderr));
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains("w\\n::error::x\\u{202e} is missing: y\\r\\n::add-mask::z"), "{told}");
        assert_tame(&format!("{verb:?}"), &output.stderr);
    }
    let mut command = secnotes();
    let output = command.arg("--store").arg(&store).args(["store"]).output().unwrap();
    assert!(output.status.success());
    assert_tame("store", &output.stdout);
}
