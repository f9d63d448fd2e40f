//! A draft with a mark in every field goes through every verb and every format,
//! and the mark is searched in every byte of output and of every file.

use std::path::Path;

use serde_json::json;

use super::Synced;
use crate::builder::started;
use crate::upstream::{Kind, Upstream, advisory};

/// Stands in the draft's texts; its ids are searched as well.
const MARK: &str = "EMBARGOED";
const DRAFT: &str = "GHSA-g4w5-9x2c-3f6h";
const CVE: &str = "CVE-2026-66666";

fn draft(state: &str) -> serde_json::Value {
    let mut draft = advisory(DRAFT, state);
    draft["summary"] = json!(format!("{MARK} title of `frobnicate` overflow"));
    draft["description"] = json!(format!("{MARK} details"));
    draft["cve_id"] = json!(CVE);
    let finder = json!({ "login": format!("{MARK}-finder") });
    draft["credits_detailed"] = json!([{ "user": finder, "type": "reporter", "state": "accepted" }]);
    draft["vulnerabilities"][0]["patched_versions"] = json!("1.0.1");
    draft
}

/// A project whose draft is fixed by a commit that is public already.
fn embargoed(state: &str) -> (Synced, String) {
    embargoed_with(state, true)
}

/// The same; whether commits name the draft's ids, which is then public.
fn embargoed_with(state: &str, named: bool) -> (Synced, String) {
    let mut project = started();
    let fix = project.edit("main", "Ada", "Check the length in frobnicate", &[("frob.c", "if (len > max) return;\n")]);
    if named {
        project.commit("main", &format!("Merge pull request from {DRAFT}"));
        project.commit("main", &format!("Note {CVE} internally"));
    }
    project.tag("v1.0.1", "main");
    let synced = Synced::with(project, Upstream::start(), "");
    synced.publish("GHSA-2222-2222-2222");
    let mut world = synced.upstream.world();
    world.token = Some("ghp_right".to_owned());
    world.repositories.get_mut("example/parcel").unwrap().push(draft(state));
    drop(world);
    (synced, fix)
}

fn run(synced: &Synced, arguments: &[&str]) -> std::process::Output {
    let mut command = synced.run(arguments);
    command.env("GH_TOKEN", "ghp_right").output().unwrap()
}

fn contains(bytes: &[u8], mark: &str) -> bool {
    bytes.windows(mark.len()).any(|part| part.eq_ignore_ascii_case(mark.as_bytes()))
}

/// Every file below a folder, by name and contents, but for the private one.
fn search(folder: &Path, mark: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if contains(name.as_bytes(), mark) {
            found.push(format!("the name {name}"));
        }
        if path.is_dir() {
            search(&path, mark, found);
        } else if !name.starts_with("unpublished.sqlite") && contains(&std::fs::read(&path).unwrap(), mark) {
            found.push(path.to_string_lossy().to_string());
        }
    }
}

#[test]
fn nothing_of_a_draft_is_in_any_output_of_any_verb() {
    for (state, named) in [("draft", true), ("draft", false), ("triage", false), ("closed", true)] {
        let (synced, fix) = embargoed_with(state, named);
        let folder = synced.project.folder().join("out");
        std::fs::create_dir(&folder).unwrap();
        let at = |name: &str| folder.join(name).to_string_lossy().to_string();
        let verbs: Vec<Vec<String>> = [
            "sync --verbose",
            "sync --format json --verbose",
            "sync --refresh --verbose --record SNAPSHOT",
            "store",
            "store --format json",
            "store github.com/example/parcel",
            "store GHSA-2222-2222-2222 --format json",
            "notes --tag v1.0.1 --verbose",
            "notes --tag v1.0.1 --template kata",
            "notes --tag v1.0.1 --format json --output NOTES",
            "notes --unreleased --if-none nothing",
            "osv --all --verbose",
            "osv --all --out OSV",
            "osv --tag v1.0.1",
            "osv --check OSV --format json",
            "feed --out FEED --base-url https://example.org/",
            "affected",
            "affected --format json",
            "explain v1.0.1",
            "explain v1.0.1 --format json",
            "explain FIX --verbose",
            "explain FIX --format json",
            "explain GHSA-2222-2222-2222 --format json",
            "explain --advisory-patch GHSA-2222-2222-2222",
            "review",
            "notes --tag v1.0.1 --replay SNAPSHOT",
            "sync --replay SNAPSHOT --verbose",
        ]
        .iter()
        .map(|line| {
            let word = |word: &str| match word {
                "SNAPSHOT" | "NOTES" | "OSV" | "FEED" => at(word),
                "FIX" => fix.clone(),
                word => word.to_owned(),
            };
            line.split(' ').map(word).collect()
        })
        .collect();
        for verb in verbs {
            let words: Vec<&str> = verb.iter().map(String::as_str).collect();
            let output = run(&synced, &words);
            for mark in [MARK, DRAFT, CVE] {
                // These say what public commits name; to leave an id out of them
                // would say which one is embargoed.
                let speaks = matches!(words.first(), Some(&("notes" | "osv" | "feed" | "explain" | "review")));
                let quotes = named && mark != MARK && speaks;
                assert!(
                    quotes || !contains(&output.stdout, mark),
                    "{state}: {mark} in {verb:?}: {}",
                    String::from_utf8_lossy(&output.stdout)
                );
                assert!(
                    quotes || !contains(&output.stderr, mark),
                    "{state}: {mark} in the log of {verb:?}: {}",
                    String::from_utf8_lossy(&output.stderr)
                );
            }
            assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{verb:?}: {output:?}");
        }
        for place in [folder.clone(), synced.store()] {
            // What was written says what public commits name, and the store does not.
            let named = named && place == folder;
            for mark in [MARK, DRAFT, CVE].iter().filter(|mark| !named || **mark == MARK) {
                let mut found = Vec::new();
                search(&place, mark, &mut found);
                assert!(found.is_empty(), "{state}: {mark} in {found:?}");
            }
        }
        assert_eq!(run(&synced, &["notes", "--tag", "v1.0.1", "--include-unpublished"]).status.code(), Some(0));
    }
}

#[test]
fn what_says_how_much_there_is_does_not_count_drafts() {
    let (with, _) = embargoed("draft");
    let (without, _) = embargoed("draft");
    without.upstream.world().repositories.get_mut("example/parcel").unwrap().pop();
    let plain = |synced: &Synced, arguments: &[&str]| {
        let output = run(synced, arguments);
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let text =
            text.replace(&synced.store().to_string_lossy().to_string(), "STORE").replace(&synced.upstream.url(), "URL");
        // The bytes of the page are what they are.
        text.lines().filter(|line| !line.contains(" read")).map(|line| format!("{line}\n")).collect::<String>()
    };
    assert_eq!(plain(&with, &["sync"]), plain(&without, &["sync"]));
    assert_eq!(plain(&with, &["sync"]), plain(&without, &["sync"]));
    let digest = |synced: &Synced| {
        let output = run(synced, &["notes", "--tag", "v1.0.0", "--format", "json"]);
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()["compiled_from"].clone()
    };
    assert_eq!(digest(&with), digest(&without), "the digest moves with a draft");
}

#[test]
fn a_preview_is_under_a_banner_and_says_that_the_fix_is_public() {
    let (synced, fix) = embargoed("draft");
    run(&synced, &["sync"]);
    let notes = run(&synced, &["notes", "--tag", "v1.0.1", "--include-unpublished", "--verbose"]);
    let (text, log) = (String::from_utf8(notes.stdout).unwrap(), String::from_utf8(notes.stderr).unwrap());
    assert!(text.contains(MARK) && text.contains("unpublished"), "{text}");
    assert!(text.lines().take(2).any(|line| line.contains("PRIVATE")), "the banner comes first: {text}");
    assert!(log.contains("public-fix") && log.contains(DRAFT), "{log}");
    let json = run(&synced, &["notes", "--tag", "v1.0.1", "--include-unpublished", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["private"], true);
    let finding = json["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "public-fix").unwrap();
    assert!(finding["message"].as_str().unwrap().contains("v1.0.1"), "{finding}");
    let _ = fix;
}

#[test]
fn a_draft_that_was_published_is_public_after_the_next_sync() {
    let (synced, _) = embargoed("draft");
    run(&synced, &["sync"]);
    let has = || {
        let notes = run(&synced, &["notes", "--tag", "v1.0.1"]);
        contains(&notes.stdout, MARK)
    };
    assert!(!has());
    let mut world = synced.upstream.world();
    let list = world.repositories.get_mut("example/parcel").unwrap();
    list.pop();
    let mut published = draft("published");
    published["updated_at"] = json!("2026-03-01T00:00:00Z");
    list.push(published);
    drop(world);
    run(&synced, &["sync"]);
    assert!(has());
    let left = super::rows(&synced.store().join("unpublished.sqlite"), "SELECT id FROM record");
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn without_a_token_nobody_sees_drafts_and_none_is_lost() {
    let (synced, _) = embargoed("draft");
    run(&synced, &["sync"]);
    synced.sync();
    assert_eq!(synced.ids().len(), 2);
}

#[test]
fn a_draft_that_cannot_be_read_is_not_quoted() {
    let (synced, _) = embargoed("draft");
    synced.upstream.world().repositories.get_mut("example/parcel").unwrap()[1]["vulnerabilities"] = json!(MARK);
    let output = run(&synced, &["sync", "--verbose"]);
    assert_eq!(output.status.code(), Some(4));
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(log.contains("a record on page 1 of the list is missing"), "{log}");
    for mark in [MARK, DRAFT, CVE] {
        assert!(!log.contains(mark) && !contains(&output.stdout, mark), "{mark} in {log}");
    }
    // The next sync says so again, and asks nobody for what it is called.
    synced.upstream.forget();
    assert_eq!(run(&synced, &["sync"]).status.code(), Some(4));
    let asked = synced.upstream.requests();
    assert!(asked.iter().all(|request| !request.target.contains(DRAFT) && !request.target.contains(CVE)));
    // One that vanished and cannot be asked for is not named either.
    let (synced, _) = embargoed("draft");
    run(&synced, &["sync"]);
    synced.upstream.world().repositories.get_mut("example/parcel").unwrap().pop();
    let output = run(&synced, &["sync", "--verbose"]);
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!log.contains(DRAFT), "{log}");
    assert_eq!(synced.ids().len(), 2, "a list without drafts may be a token's that sees none");
    let other = advisory("GHSA-5555-5555-5555", "draft");
    synced.upstream.world().repositories.get_mut("example/parcel").unwrap().push(other);
    run(&synced, &["sync"]);
    let world = |more: bool| {
        let mut world = synced.upstream.world();
        let list = world.repositories.get_mut("example/parcel").unwrap();
        if more { list.push(draft("draft")) } else { drop(list.pop()) }
    };
    for fault in [
        || Kind::Status(500, Vec::new(), String::new()),
        || Kind::Status(429, vec![("retry-after", "1".to_owned())], String::new()),
        || Kind::Reset,
    ] {
        world(true);
        run(&synced, &["sync"]);
        world(false);
        synced.upstream.fault(DRAFT, 6, fault());
        let output = run(&synced, &["sync", "--verbose"]);
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(log.contains("a record that the list lacks is missing"), "{log}");
        assert!(!log.contains(DRAFT), "{log}");
    }
}

#[test]
fn a_token_with_fewer_rights_takes_no_draft_away_and_tells_nobody() {
    let (synced, _) = embargoed("draft");
    run(&synced, &["sync"]);
    synced.upstream.world().repositories.get_mut("example/parcel").unwrap().pop();
    synced.upstream.forget();
    run(&synced, &["sync"]);
    assert_eq!(synced.ids().len(), 2);
    let named = |synced: &Synced| {
        synced.upstream.requests().iter().any(|request| {
            let elsewhere = !request.target.starts_with("/repos/");
            elsewhere && (request.target.contains(DRAFT) || request.target.contains(CVE))
        })
    };
    assert!(!named(&synced), "others were asked about it");
    // One that sees another draft is told that this one is not there.
    let mut other = advisory("GHSA-5555-5555-5555", "draft");
    other["created_at"] = json!("2026-01-11T00:00:00Z");
    let mut world = synced.upstream.world();
    world.repositories.get_mut("example/parcel").unwrap().extend([draft("draft"), other]);
    drop(world);
    run(&synced, &["sync"]);
    synced.upstream.world().repositories.get_mut("example/parcel").unwrap().remove(1);
    synced.upstream.forget();
    for _ in 0..2 {
        run(&synced, &["sync"]);
        assert!(!named(&synced), "others were asked about it");
    }
    // A list that cannot be read says nothing about which ids are a draft's.
    let (synced, _) = embargoed("draft");
    synced.upstream.fault("security-advisories", 10, Kind::Reset);
    assert_eq!(run(&synced, &["sync"]).status.code(), Some(4));
    assert!(!named(&synced), "others were asked about it");
}

#[test]
fn a_draft_whose_repository_cannot_be_told_is_a_draft() {
    let (synced, _) = embargoed("draft");
    {
        let mut world = synced.upstream.world();
        let draft = &mut world.repositories.get_mut("example/parcel").unwrap()[1];
        draft["html_url"] = json!(null);
        draft["url"] = json!(null);
    }
    run(&synced, &["sync"]);
    for verb in [vec!["notes", "--tag", "v1.0.1"], vec!["osv", "--all"]] {
        let output = run(&synced, &verb);
        assert!(!contains(&output.stdout, MARK), "{verb:?}");
    }
}

#[test]
fn drafts_in_files_are_not_named_where_they_cannot_be_read() {
    let (synced, _) = embargoed("draft");
    let folder = synced.project.folder().join("drafts");
    std::fs::create_dir(&folder).unwrap();
    let mut broken = draft("draft");
    broken["vulnerabilities"] = json!(MARK);
    std::fs::write(folder.join(format!("{DRAFT}.json")), broken.to_string()).unwrap();
    let archive = std::fs::File::create(folder.join("a.zip")).unwrap();
    let mut archive = zip::ZipWriter::new(archive);
    archive.start_file(format!("{DRAFT}.json"), zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut archive, broken.to_string().as_bytes()).unwrap();
    archive.finish().unwrap();
    synced.configure("[source.files]\npaths = [\"../drafts\"]\n");
    let output = run(&synced, &["sync", "--verbose"]);
    assert_eq!(output.status.code(), Some(4));
    let mut found = Vec::new();
    for mark in [MARK, DRAFT] {
        assert!(!contains(&output.stderr, mark) && !contains(&output.stdout, mark), "{mark}");
        search(&synced.store(), mark, &mut found);
    }
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_snapshot_holds_drafts_only_where_they_were_asked_for() {
    let (synced, _) = embargoed("draft");
    let place = synced.project.folder().join("snapshot");
    let path = place.to_string_lossy().to_string();
    let output = run(&synced, &["sync", "--record", &path, "--include-unpublished"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("PRIVATE"));
    let mut found = Vec::new();
    search(&place, MARK, &mut found);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("unpublished"), "{found:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&found[0]).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let notes = run(&synced, &["notes", "--tag", "v1.0.1", "--replay", &path]);
    assert!(!contains(&notes.stdout, MARK));
}

/// An id that is a draft's is not asked for by name, so that the number of
/// requests would tell that it is one.
#[test]
fn what_was_asked_does_not_tell_which_ids_are_drafts() {
    let told = |state: Option<&str>, arguments: &[&str]| {
        let mut project = started();
        project.commit("main", &format!("Fix the decoder ({DRAFT})"));
        project.tag("v1.0.1", "main");
        let synced = Synced::with(project, Upstream::start(), "");
        synced.publish("GHSA-2222-2222-2222");
        if let Some(state) = state {
            synced.upstream.world().repositories.get_mut("example/parcel").unwrap().push(draft(state));
        }
        let output = synced.run(arguments).env("GH_TOKEN", "ghp_MARKED").output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        let here = synced.project.folder().to_string_lossy().into_owned();
        text.replace(&here, "HERE").replace(&synced.upstream.url(), "URL")
    };
    for arguments in [&["sync"][..], &["sync", "--verbose"], &["sync", "--format", "json"]] {
        let without = told(None, arguments);
        assert_eq!(without, told(Some("draft"), arguments), "{arguments:?}");
        assert!(without.contains("GHSA-2222-2222-2222") || without.contains("1"), "{without}");
        assert!(!without.contains("request") || without.contains("are not listed"), "{without}");
    }
}
