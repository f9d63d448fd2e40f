//! The store as its users see it: look-ups, and what is wrong with it.

use super::Synced;
use crate::builder::failure;
use crate::upstream::record;

#[test]
fn records_are_looked_up_by_id_alias_package_repository_and_commit() {
    let synced = Synced::new();
    let mut one = record("GO-2026-1");
    one["aliases"] = serde_json::json!(["CVE-2026-90001"]);
    one["references"] = serde_json::json!([
        { "type": "FIX", "url": "https://github.com/other/lib/commit/0123456789abcdef0123456789abcdef01234567" }
    ]);
    synced.upstream.world().osv.insert("GO-2026-1".to_owned(), one);
    synced.sync();
    for look in [
        "GO-2026-1",
        "cve-2026-90001",
        "Go:github.com/example/parcel",
        "github.com/other/lib",
        "https://github.com/other/lib.git",
        "0123456789ab",
    ] {
        let output = synced.run(&["store", look]).assert().success();
        let text = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
        assert!(text.starts_with("GO-2026-1  2026-02-01T00:00:00Z  Title of GO-2026-1\n"), "{look}: {text}");
    }
    let output = synced.run(&["store", "GO-2026-1", "--format", "json"]).assert().success();
    let records: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(records[0]["id"], "GO-2026-1");
    assert!(failure(&mut synced.run(&["store", "CVE-2026-90002"]), 1).contains("has no record of"));
    assert!(failure(&mut synced.run(&["store", "?"]), 2).contains("is no id, no package"));
    let output = synced.run(&["store", "--format", "json"]).assert().success();
    let status: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!((&status["schema"], status["sources"].as_array().unwrap().len()), (&"secnotes/store/v1".into(), 5));
}

#[test]
fn a_store_of_another_version_is_refused_by_readers_and_rebuilt_by_a_sync_that_says_so() {
    let synced = Synced::new();
    synced.osv("GO-2026-1");
    synced.sync();
    let file = synced.store().join("advisories.sqlite");
    let set = |version: i64| {
        rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", version).unwrap();
    };
    set(0);
    assert!(failure(&mut synced.run(&["notes"]), 4).contains("`secnotes sync` brings it up to date"));
    let output = synced.run(&["sync"]).assert().success();
    assert!(String::from_utf8_lossy(&output.get_output().stderr).contains("was of version 0"));
    assert_eq!(synced.ids(), ["GO-2026-1"]);
    set(99);
    assert!(failure(&mut synced.run(&["sync"]), 4).contains("use the newer secnotes"));
}

#[test]
fn a_damaged_store_is_set_aside_and_made_anew() {
    let synced = Synced::new();
    synced.osv("GO-2026-1");
    synced.publish("GHSA-2222-2222-2222");
    synced.sync();
    let file = synced.store().join("advisories.sqlite");
    std::fs::write(&file, vec![7; 8192]).unwrap();
    assert!(failure(&mut synced.run(&["notes"]), 4).contains("is damaged"));
    let output = synced.run(&["sync"]).assert().success();
    assert!(String::from_utf8_lossy(&output.get_output().stderr).contains("the store was damaged and begins anew"));
    // The other file still knows the page that it was on, and that is not enough.
    assert_eq!(synced.ids(), ["GHSA-2222-2222-2222", "GO-2026-1"]);
}

#[cfg(unix)]
#[test]
fn a_store_that_cannot_be_written_can_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let synced = Synced::new();
    synced.osv("GO-2026-1");
    synced.sync();
    let lock = |mode: u32| {
        std::fs::set_permissions(synced.store(), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    lock(0o500);
    let output = synced.run(&["store", "GO-2026-1"]).output().unwrap();
    lock(0o700);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn the_store_lies_where_it_is_told() {
    let synced = Synced::new();
    synced.osv("GO-2026-1");
    let cache = synced.project.folder().join("cache");
    let run = |set: (&str, &std::path::Path)| {
        let mut command = crate::builder::secnotes();
        command.env("XDG_CONFIG_HOME", synced.user());
        command.arg("--repo").arg(synced.project.path()).arg("sync").env(set.0, set.1).assert().success();
    };
    run(("XDG_CACHE_HOME", &cache));
    assert!(cache.join("secnotes/store/advisories.sqlite").is_file());
    run(("SECNOTES_STORE", &synced.project.folder().join("named")));
    assert!(synced.project.folder().join("named/advisories.sqlite").is_file());
    run(("SECNOTES_CACHE_DIR", &synced.project.folder().join("caches")));
    assert!(synced.project.folder().join("caches/store/advisories.sqlite").is_file());
}
