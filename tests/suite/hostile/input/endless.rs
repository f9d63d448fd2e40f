//! Servers whose answers never end.

use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use crate::sync::Synced;
use crate::upstream::Kind;

/// A sync that is stopped; gives standard error.
fn stopped(synced: &Synced, limit: &str) -> String {
    let output = synced.run(&["sync", "--limit", limit]).assert().failure().code(4);
    String::from_utf8_lossy(&output.get_output().stderr).into_owned()
}

#[test]
fn pages_without_end_end_with_the_bytes_of_a_sync() {
    let synced = Synced::new();
    synced.osv("GO-2026-1");
    synced.upstream.fault("security-advisories", usize::MAX, Kind::Endless(AtomicUsize::new(0), 100_000));
    let log = stopped(&synced, "sync-bytes=1MiB");
    assert!(log.contains("repository example/parcel") && log.contains("limit `sync-bytes`"), "{log}");
    assert!(log.contains("packages of github.com/example/parcel"), "the rest is named: {log}");
    // What came is kept, and so many pages came.
    let pages = synced.ids().len();
    assert!((10..=12).contains(&pages), "{pages}");
}

#[test]
fn pages_that_are_one_list_without_end_are_not_all_kept_in_memory() {
    let synced = Synced::new();
    synced.upstream.fault("security-advisories", 1, Kind::Endless(AtomicUsize::new(0), 100_000));
    // The next page's address is longer than any server takes.
    let link = format!("</repos/example/parcel/security-advisories?after={}>; rel=\"next\"", "x".repeat(9_000));
    synced.upstream.fault("security-advisories", 9, Kind::Status(200, vec![("link", link)], "[]".to_owned()));
    synced.sync();
    let asked = synced.upstream.requests().iter().filter(|request| request.path().ends_with("advisories")).count();
    assert!(asked < 10, "{asked}");
}

#[test]
fn a_page_that_comes_by_drops_ends_with_the_time_of_a_sync() {
    let synced = Synced::new();
    synced.osv("GO-2026-1");
    synced.publish("GHSA-2222-2222-2222");
    // Quick enough for one page: 5,000 bytes in a second, for hours.
    let drip = || Kind::Drip { bytes: 50, every: Duration::from_millis(10) };
    synced.upstream.world().repositories.get_mut("example/parcel").unwrap()[0]["description"] =
        serde_json::json!("x".repeat(50 << 20));
    let text = std::fs::read_to_string(synced.project.path().join("secnotes.toml")).unwrap();
    let text = text.replace("timeout = \"2s\"", "timeout = \"1h\"");
    std::fs::write(synced.project.path().join("secnotes.toml"), text).unwrap();
    for _ in 0..2 {
        synced.upstream.fault("security-advisories", 9, drip());
    }
    let log = stopped(&synced, "sync-time=2s");
    assert!(log.contains("repository example/parcel") && log.contains("limit `sync-time`"), "{log}");
    assert!(log.contains("packages of github.com/example/parcel"), "the rest is named: {log}");
}

#[test]
fn a_wait_that_a_server_asks_for_is_not_longer_than_the_sync() {
    let synced = Synced::new();
    synced.upstream.fault("security-advisories", 9, Kind::SecondaryLimit { retry_after: Some(500) });
    let log = stopped(&synced, "sync-time=5s");
    assert!(log.contains("patience ends"), "{log}");
}
