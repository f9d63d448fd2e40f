//! Snapshots: recorded as plain files, replayed without a network.

use std::path::Path;

use super::Synced;
use crate::builder::{failure, started};
use crate::upstream::{Upstream, record};

fn project() -> Synced {
    let mut project = started();
    project.commit("main", "Fix the parser (GHSA-2222-2222-2222), update a thing (CVE-2026-90001)");
    project.tag("v1.0.1", "main");
    let synced = Synced::with(project, Upstream::start(), "ecosystems = [\"Go\"]\n");
    synced.publish("GHSA-2222-2222-2222");
    (0..30).for_each(|n| synced.osv(&format!("GO-2026-{n}")));
    synced.upstream.world().osv.insert("CVE-2026-90001".to_owned(), record("CVE-2026-90001"));
    synced
}

fn json(synced: &Synced, arguments: &[&str]) -> String {
    let mut all = vec!["notes", "--tag", "v1.0.1", "--format", "json"];
    all.extend(arguments);
    let output = synced.run(&all).assert().success();
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().to_string();
            files.push((name, std::fs::read(entry.path()).unwrap()));
        }
    }
    files
}

#[test]
fn a_snapshot_gives_the_same_bytes_anywhere() {
    let synced = project();
    let place = synced.project.folder().join("snapshot");
    let path = place.to_string_lossy().to_string();
    synced.run(&["sync", "--record", &path]).assert().success();
    let names: Vec<String> = files(&place).into_iter().map(|(name, _)| name).collect();
    assert!(names.iter().any(|name| name.ends_with("/GHSA-2222-2222-2222.json")), "{names:?}");
    assert!(names.contains(&"snapshot.json".to_owned()));
    let here = json(&synced, &[]);
    assert_eq!(here, json(&synced, &["--replay", &path]));
    // On another machine, by a store that it fills, and as plain files.
    let elsewhere = synced.project.folder().join("elsewhere").to_string_lossy().to_string();
    synced.run(&["--store", &elsewhere, "sync"]).assert().failure();
    let mut command = crate::builder::secnotes();
    command.env("XDG_CONFIG_HOME", synced.user());
    command.arg("--repo").arg(synced.project.path()).args(["--store", &elsewhere, "sync", "--replay", &path]);
    command.assert().success();
    let mut command = crate::builder::secnotes();
    command.env("XDG_CONFIG_HOME", synced.user());
    command.arg("--repo").arg(synced.project.path()).args(["--store", &elsewhere, "--offline"]);
    let output = command.args(["notes", "--tag", "v1.0.1", "--format", "json"]).assert().success();
    assert_eq!(String::from_utf8_lossy(&output.get_output().stdout), here);
    assert_eq!(json(&synced, &["--advisories", &path]), here);
}

#[test]
fn recording_again_gives_the_same_files_and_replaces_nothing_else() {
    let synced = project();
    let place = synced.project.folder().join("snapshot");
    let path = place.to_string_lossy().to_string();
    synced.run(&["sync", "--record", &path]).assert().success();
    let without_times = |files: Vec<(String, Vec<u8>)>| {
        files.into_iter().filter(|(name, _)| name != "snapshot.json").collect::<Vec<_>>()
    };
    let before = without_times(files(&place));
    synced.upstream.forget();
    synced.run(&["sync", "--record", &path]).assert().success();
    assert_eq!(without_times(files(&place)), before, "what was not fetched again is in it all the same");
    let precious = synced.project.folder().join("precious");
    std::fs::create_dir(&precious).unwrap();
    std::fs::write(precious.join("thesis.txt"), "x").unwrap();
    for list in ["", "{}"] {
        if !list.is_empty() {
            std::fs::write(precious.join("snapshot.json"), list).unwrap();
        }
        let error = failure_after_sync(&synced, &precious.to_string_lossy());
        assert!(error.contains("holds something else than a snapshot"), "{error}");
        assert!(precious.join("thesis.txt").exists());
    }
}

fn failure_after_sync(synced: &Synced, place: &str) -> String {
    let output = synced.run(&["sync", "--record", place]).assert().failure();
    String::from_utf8(output.get_output().stderr.clone()).unwrap()
}

#[test]
fn a_snapshot_that_was_changed_is_not_taken_for_what_was_recorded() {
    let synced = project();
    let place = synced.project.folder().join("snapshot");
    let path = place.to_string_lossy().to_string();
    synced.run(&["sync", "--record", &path]).assert().success();
    let replay = || failure(&mut synced.run(&["notes", "--tag", "v1.0.1", "--replay", &path]), 4);
    let all = files(&place);
    let (name, bytes) = all.iter().find(|(name, _)| name.ends_with("GO-2026-3.json")).unwrap();
    let file = place.join(name);
    std::fs::write(&file, String::from_utf8_lossy(bytes).replace("Title", "Other")).unwrap();
    assert!(replay().contains("is not as it was recorded"));
    std::fs::remove_file(&file).unwrap();
    assert!(replay().contains("is not as it was recorded"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/dev/zero", &file).unwrap();
        assert!(replay().contains("is not as it was recorded"));
        std::fs::remove_file(&file).unwrap();
    }
    std::fs::write(&file, bytes).unwrap();
    synced.run(&["notes", "--tag", "v1.0.1", "--replay", &path]).assert().success();
    std::fs::write(place.join("snapshot.json"), "{").unwrap();
    assert!(replay().contains("is no snapshot"));
    let outside = "{\"schema\":\"secnotes/snapshot/v1\",\"sources\":[{\"base\":\"x\",\"name\":\"y\",\"folder\":\"../..\",\
                   \"synced\":null,\"records\":1,\"digest\":\"0\"}]}";
    std::fs::write(place.join("snapshot.json"), outside).unwrap();
    assert!(replay().contains("names a folder outside"));
}

#[test]
fn what_was_missing_when_it_was_recorded_is_missing_when_it_is_replayed() {
    let synced = project();
    synced.upstream.fault("security-advisories", 20, crate::upstream::Kind::Reset);
    let place = synced.project.folder().join("snapshot").to_string_lossy().to_string();
    synced.run(&["sync", "--record", &place]).assert().failure().code(4);
    let output = synced.run(&["notes", "--tag", "v1.0.1", "--replay", &place]).assert().failure().code(4);
    assert!(String::from_utf8_lossy(&output.get_output().stderr).contains("repository example/parcel"));
}

#[test]
fn two_people_see_whether_they_have_the_same_data() {
    let (one, other) = (project(), project());
    one.sync();
    other.sync();
    let digest = |synced: &Synced| {
        let report: serde_json::Value = serde_json::from_str(&json(synced, &[])).unwrap();
        report["compiled_from"]["digest"].as_str().unwrap().to_owned()
    };
    assert_eq!(digest(&one), digest(&other));
    other.publish("GHSA-3333-3333-3333");
    other.sync();
    assert_ne!(digest(&one), digest(&other));
}
