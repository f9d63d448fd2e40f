//! Text that would be obeyed by a terminal or a CI service, and text that must not show.

use std::io::Write as _;
use std::path::Path;

use secnotes::model::breaks_a_line;
use serde_json::json;

use crate::builder::{Project, REMOTE, patched, secnotes, started};

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
    let project = started();
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

const DRAFT: &str = "GHSA-g4w5-9x2c-3f6h";
const RESERVED: &str = "CVE-2026-66666";
const FORK: &str = "GHSA-2222-3333-4444";

/// A project whose commits and decisions name the ids of drafts, and of a
/// published advisory.
fn named_in_public() -> (Project, String) {
    let mut project = started();
    let manifest = |version: &str| format!("module github.com/example/parcel\nrequire example.org/a {version}\n");
    project.edit("main", "Ada", "Start", &[("go.mod", &manifest("v1.0.0"))]);
    project.tag("v1.1.0", "main");
    let fix = project.edit("main", "Ada", &format!("Check the length\n\nFixes: {DRAFT}\n"), &[("a.c", "check();\n")]);
    let update = format!("Update a to fix {RESERVED}, see {DRAFT}");
    project.edit("main", "Ada", &update, &[("go.mod", &manifest("v1.0.1"))]);
    project.commit("main", &format!("Merge pull request from {FORK}"));
    let other = project.commit("main", "Bound the copy\n\nFixes: CVE-2026-90001\n");
    project.tag("v1.2.0", "main");
    let link = |id: &str| format!("[[link]]\nadvisory = \"{id}\"\ncommits = [\"{fix}\"]\nreason = \"we know\"\n");
    let links = [link(DRAFT), link(RESERVED)].concat();
    std::fs::write(project.path().join("secnotes.links.toml"), links).unwrap();
    project.osv("CVE-2026-90001", json!({ "affected": patched(&["1.2.0"]) }));
    let of_a = json!([{ "package": { "ecosystem": "Go", "name": "example.org/a" },
        "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.0.1" }] }] }]);
    project.osv("CVE-2026-90002", json!({ "affected": of_a }));
    // The draft's references name this commit, too.
    (project, other)
}

/// Drafts of the project and of its dependency, which say all that there is to say.
fn drafts(fix: &str) -> String {
    let draft = |id: &str, cve: Option<&str>, package: &str, patched: &str| {
        json!({ "ghsa_id": id, "cve_id": cve, "state": "draft", "summary": "EMBARGOED length", "severity": "critical",
            "html_url": format!("{REMOTE}/security/advisories/{id}"), "updated_at": "2026-02-02T00:00:00Z",
            "description": format!("Fixed by {REMOTE}/commit/{fix}"), "credits_detailed": [{ "user": { "login": "eve" }, "type": "finder", "state": "accepted" }],
            "vulnerabilities": [{ "package": { "ecosystem": "go", "name": package },
                "vulnerable_version_range": format!("< {patched}"), "patched_versions": patched }] })
    };
    // One that would make a published advisory and another one.
    let mut bridge = draft("GHSA-5555-5555-5555", Some("CVE-2026-90001"), "example.org/a", "1.0.1");
    bridge["identifiers"] = json!([{ "type": "CVE", "value": "CVE-2026-90002" }]);
    json!([
        draft(DRAFT, Some(RESERVED), "github.com/example/parcel", "1.2.0"),
        draft(FORK, None, "github.com/example/parcel", "1.2.0"),
        draft("GHSA-3333-3333-3333", Some("CVE-2026-77777"), "example.org/a", "1.0.1"),
        bridge,
    ])
    .to_string()
}

/// What every verb prints and writes, with its exit code.
fn told_by_all(project: &Project) -> Vec<(String, String)> {
    let out = project.folder().join("out");
    let at = |name: &str| out.join(name).to_string_lossy().into_owned();
    let mut told = Vec::new();
    let reset = || {
        let _ = std::fs::remove_dir_all(&out);
        std::fs::create_dir(&out).unwrap();
    };
    for verb in [
        "notes --tag v1.2.0".to_owned(),
        "notes --tag v1.2.0 --template kata".to_owned(),
        "notes --tag v1.2.0 --format json".to_owned(),
        "notes --tag v1.2.0 --dependencies all --include-affected".to_owned(),
        "notes --unreleased --format json".to_owned(),
        format!("notes --tag v1.2.0 --output {}", at("notes.md")),
        "osv --all".to_owned(),
        "osv --tag v1.2.0".to_owned(),
        format!("osv --all --out {}", at("osv")),
        format!("feed --out {} --dry-run", at("feed")),
        "affected".to_owned(),
        "affected --format json".to_owned(),
        format!("affected {DRAFT}"),
        format!("affected {RESERVED}"),
        "dependencies".to_owned(),
        "dependencies --list".to_owned(),
        "dependencies --format json".to_owned(),
        "explain v1.2.0".to_owned(),
        "explain v1.2.0 --format json".to_owned(),
        "explain HEAD".to_owned(),
        "explain HEAD~1".to_owned(),
        "explain HEAD~2 --format json".to_owned(),
        "explain HEAD~3 --format json".to_owned(),
        format!("explain {DRAFT}"),
        format!("explain {RESERVED} --format json"),
        format!("explain {FORK}"),
        "explain GHSA-3333-3333-3333".to_owned(),
        "explain CVE-2026-77777".to_owned(),
        "explain CVE-2026-90001 --format json --suggest-introduced".to_owned(),
        format!("explain --advisory-patch {DRAFT}"),
        "explain --advisory-patch CVE-2026-90001".to_owned(),
        "review".to_owned(),
        format!("review {DRAFT}"),
    ] {
        for how in ["", " --verbose", " --quiet"] {
            reset();
            let line = format!("{verb}{how} --no-cache");
            let output = project.secnotes(&line.split(' ').collect::<Vec<_>>()).write_stdin("q\n").output().unwrap();
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let mut all = format!("{:?}\n{}\n{}\n", output.status.code(), text(&output.stdout), text(&output.stderr));
            for entry in walkdir::WalkDir::new(&out).sort_by_file_name() {
                let path = entry.unwrap().into_path();
                all += &format!("{}: {}\n", path.to_string_lossy(), std::fs::read_to_string(&path).unwrap_or_default());
            }
            told.push((line, all));
        }
    }
    told
}

#[test]
fn an_id_that_only_a_draft_has_is_one_of_which_nobody_heard() {
    let (project, fix) = named_in_public();
    let without = told_by_all(&project);
    project.write("drafts.json", &drafts(&fix));
    let with = told_by_all(&project);
    for ((verb, without), (_, with)) in without.iter().zip(&with) {
        assert_eq!(with, without, "{verb} tells a draft");
        assert!(!with.contains("EMBARGOED"), "{verb}: {with}");
    }
    // The records matter to those who ask.
    let asked = project.secnotes(&["notes", "--tag", "v1.2.0", "--include-unpublished"]).assert().success();
    assert!(String::from_utf8_lossy(&asked.get_output().stdout).contains("EMBARGOED"));
    let unknown = without.iter().any(|(_, told)| told.contains("unknown-advisory") && told.contains(DRAFT));
    assert!(unknown, "an unknown id has a finding");
}

#[cfg(unix)]
#[test]
fn what_may_speak_of_drafts_is_written_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (project, fix) = named_in_public();
    project.write("drafts.json", &drafts(&fix));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let notes = project.folder().join("notes.md");
    let osv = project.folder().join("deep/osv");
    std::fs::write(&notes, "old").unwrap();
    std::fs::set_permissions(&notes, std::fs::Permissions::from_mode(0o644)).unwrap();
    let run = |arguments: &[&str]| drop(project.secnotes(arguments).assert().success());
    let (notes_path, osv_path) = (notes.to_string_lossy(), osv.to_string_lossy());
    run(&["notes", "--tag", "v1.2.0", "--output", &notes_path, "--include-unpublished"]);
    assert_eq!(mode(&notes), 0o600);
    run(&["osv", "--all", "--out", &osv_path, "--include-unpublished"]);
    assert_eq!(mode(&osv), 0o700);
    let files = || walkdir::WalkDir::new(&osv).min_depth(1).into_iter().map(|entry| entry.unwrap().into_path());
    assert!(files().count() > 0);
    assert!(files().all(|file| mode(&file) == 0o600));
    // Those that say the same as before are for the owner as well.
    files().for_each(|file| std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).unwrap());
    run(&["osv", "--all", "--out", &osv_path, "--include-unpublished"]);
    assert!(files().all(|file| mode(&file) == 0o600));
    // What is public is for everybody.
    run(&["notes", "--tag", "v1.2.0", "--output", &notes_path]);
    assert_eq!(mode(&notes), 0o644);
}
