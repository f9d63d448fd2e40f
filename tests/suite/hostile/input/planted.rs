//! Links, pipes and devices where files belong.
#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::path::Path;

use crate::builder::{failure, secnotes, started};
use crate::sync::Synced;

const SECRET: &str = r#"{"id":"GO-2026-9","modified":"2026-01-01T00:00:00Z","summary":"MARKED"}"#;

fn pipe(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn a_link_that_leads_out_of_a_folder_of_advisories_is_named_and_not_followed() {
    let project = started();
    std::fs::write(project.folder().join("secret.json"), SECRET).unwrap();
    for target in ["../secret.json", "/etc/passwd", "/proc/self/environ", "/dev/zero", "../../../../../../etc/passwd"] {
        let link = project.advisories().join("link.json");
        symlink(target, &link).unwrap();
        let commands: [&[&str]; 2] = [&["notes"], &["osv", "--all"]];
        for command in commands {
            let error = failure(&mut project.secnotes(command), 4);
            assert!(error.contains("link.json") && error.contains("leads out of the folder"), "{target}: {error}");
            assert!(!error.contains("MARKED"), "{error}");
        }
        let mut command = secnotes();
        let output = command.args(["osv", "--check"]).arg(project.advisories()).output().unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).contains("leads out of the folder"), "{output:?}");
        let mut command = secnotes();
        command.args(["feed", "--out"]).arg(project.folder().join("feed")).arg("--records").arg(project.advisories());
        assert!(failure(&mut command, 1).contains("leads out of the folder"));
        std::fs::remove_file(link).unwrap();
    }
    // A link within is what it leads to, and a person may name anything.
    std::fs::write(project.advisories().join("one.json"), SECRET).unwrap();
    symlink("one.json", project.advisories().join("two.json")).unwrap();
    project.secnotes(&["notes"]).assert().success();
    symlink("../secret.json", project.advisories().join("link.json")).unwrap();
    let mut command = secnotes();
    command.arg("--repo").arg(project.path()).arg("notes").arg("--advisories");
    command.arg(project.advisories().join("link.json")).assert().success();
}

#[test]
fn pipes_and_devices_in_a_folder_are_not_waited_for() {
    let project = started();
    std::fs::write(project.advisories().join("one.json"), SECRET).unwrap();
    pipe(&project.advisories().join("pipe.json"));
    pipe(&project.advisories().join("pipe.zip"));
    project.secnotes(&["notes"]).assert().success();
    symlink("pipe.json", project.advisories().join("link.json")).unwrap();
    let error = failure(&mut project.secnotes(&["notes"]), 4);
    assert!(error.contains("link.json") && error.contains("only regular files are read"), "{error}");
}

#[test]
fn a_synced_folder_is_read_within_its_walls() {
    let synced = Synced::new();
    let folder = synced.project.folder().join("records");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(synced.project.folder().join("secret.json"), SECRET).unwrap();
    std::fs::write(folder.join("one.json"), SECRET.replace("GO-2026-9", "GO-2026-1")).unwrap();
    symlink("../secret.json", folder.join("link.json")).unwrap();
    synced.configure("enabled = false\n[source.files]\npaths = [\"../records\"]\n");
    // The user allows this folder, and not what its links lead to.
    let config = synced.user().join("secnotes/config.toml");
    let allowed = format!("paths = [{:?}]", synced.project.folder());
    let text = std::fs::read_to_string(&config).unwrap().replace(&allowed, &format!("paths = [{folder:?}]"));
    std::fs::write(&config, text).unwrap();
    let log = synced.sync_lacking();
    assert!(log.contains("a file at"), "{log}");
    assert_eq!(synced.ids(), ["GO-2026-1"]);
}

#[test]
fn a_snapshot_is_read_within_its_walls() {
    let synced = Synced::new();
    synced.osv("GO-2026-1");
    let folder = synced.project.folder().join("snapshot");
    let path = folder.to_string_lossy().into_owned();
    synced.run(&["sync", "--record", &path]).assert().success();
    let replay = || {
        let output = synced.run(&["notes", "--replay", &path]).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(replay().0, Some(0));
    // The folder of a source becomes a link to itself, elsewhere.
    let list = std::fs::read_to_string(folder.join("snapshot.json")).unwrap();
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let sources = list["sources"].as_array().unwrap();
    let name = sources.iter().find(|source| source["records"] == 1).unwrap()["folder"].as_str().unwrap();
    let away = synced.project.folder().join("away");
    std::fs::rename(folder.join(name), &away).unwrap();
    symlink(&away, folder.join(name)).unwrap();
    let (code, error) = replay();
    assert!(code != Some(0) && error.contains("leads out of the folder"), "{error}");
    // The list itself is a link, a pipe, or never ends.
    for target in ["/dev/zero", "/etc/passwd", "../away/GO-2026-1.json"] {
        std::fs::remove_file(folder.join("snapshot.json")).unwrap();
        symlink(target, folder.join("snapshot.json")).unwrap();
        let (code, error) = replay();
        assert!(code == Some(4) && error.contains("leads out of the folder"), "{target}: {error}");
        // Nothing is written over what is no snapshot.
        synced.run(&["sync", "--record", &path]).assert().failure().code(1);
    }
    std::fs::remove_file(folder.join("snapshot.json")).unwrap();
    pipe(&folder.join("snapshot.json"));
    let (code, error) = replay();
    assert!(code == Some(4) && error.contains("only regular files are read"), "{error}");
}

#[test]
fn a_list_of_packages_that_never_ends_is_refused() {
    let project = started();
    std::fs::write(project.advisories().join("one.json"), SECRET).unwrap();
    let mut command = secnotes();
    command.args(["osv", "--limit", "advisory-file=1MiB", "--known-packages", "/dev/zero", "--check"]);
    let error = failure(command.arg(project.advisories()), 4);
    assert!(error.contains("limit `advisory-file`"), "{error}");
}

#[test]
fn the_published_folder_of_a_feed_is_read_within_its_walls() {
    let project = started();
    std::fs::write(project.advisories().join("one.json"), SECRET).unwrap();
    std::fs::write(project.folder().join("secret.json"), SECRET).unwrap();
    let feed = project.folder().join("feed");
    let export = || {
        let mut command = secnotes();
        command.args(["feed", "--verify", "--out"]).arg(&feed).arg("--records").arg(project.advisories());
        command.env("SOURCE_DATE_EPOCH", "1800000000");
        command
    };
    export().assert().success();
    for target in ["/dev/zero", "/etc/passwd", "../secret.json"] {
        std::fs::remove_file(feed.join("index.json")).unwrap();
        symlink(target, feed.join("index.json")).unwrap();
        let error = failure(&mut export(), 1);
        assert!(error.contains("leads out of the folder"), "{target}: {error}");
    }
    std::fs::remove_file(feed.join("index.json")).unwrap();
    pipe(&feed.join("index.json"));
    let error = failure(&mut export(), 1);
    assert!(error.contains("only regular files are read"), "{error}");
}
