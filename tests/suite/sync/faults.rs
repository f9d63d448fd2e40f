//! What servers and networks do to a sync: nothing is lost, nothing doubled.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::{Synced, ghsa};
use crate::upstream::{Kind, advisory, record};

const LIST: &str = "GET /repos/example/parcel/security-advisories";

/// 250 advisories on three pages, and two records of OSV.
fn three_pages() -> Synced {
    let synced = Synced::new();
    (0..250).for_each(|n| synced.publish(&ghsa(n)));
    ["GO-2026-1", "GO-2026-2"].iter().for_each(|id| synced.osv(id));
    synced
}

fn assert_whole(synced: &Synced, what: &str) {
    let ids = synced.ids();
    let distinct: BTreeSet<&String> = ids.iter().collect();
    assert_eq!((ids.len(), distinct.len()), (252, 252), "{what}");
}

#[test]
fn faults_that_pass_cost_time_and_nothing_else() {
    type Fault = Box<dyn Fn() -> Kind + Sync>;
    let faults: Vec<(&str, Fault)> = vec![
        ("slow", Box::new(|| Kind::Slow(Duration::from_millis(500)))),
        ("silent", Box::new(|| Kind::Hang)),
        ("cut in the middle", Box::new(|| Kind::Cut(700))),
        ("closed", Box::new(|| Kind::Reset)),
        ("500", Box::new(|| Kind::Status(500, Vec::new(), String::new()))),
        ("502 in a row", Box::new(|| Kind::Status(502, Vec::new(), "<html>".to_owned()))),
        ("too short a length", Box::new(|| Kind::Length(-40))),
        ("too long a length", Box::new(|| Kind::Length(40))),
        ("429 with a wait", Box::new(|| Kind::Status(429, vec![("retry-after", "1".to_owned())], String::new()))),
        ("429 without one", Box::new(|| Kind::Status(429, Vec::new(), String::new()))),
        ("the hour's quota", Box::new(|| Kind::RateLimited { remaining: 0, reset_in: 0, status: 403 })),
        ("a burst", Box::new(|| Kind::SecondaryLimit { retry_after: Some(1) })),
        ("a burst without a wait", Box::new(|| Kind::SecondaryLimit { retry_after: None })),
        ("no JSON", Box::new(|| Kind::Body(b"<html>busy</html>".to_vec()))),
        ("an empty answer", Box::new(|| Kind::Body(Vec::new()))),
        ("one record that is no JSON", Box::new(|| Kind::BrokenItem(3))),
        ("a trickle", Box::new(|| Kind::Drip { bytes: 3, every: Duration::from_millis(100) })),
    ];
    std::thread::scope(|scope| {
        for (what, fault) in &faults {
            scope.spawn(move || {
                let synced = three_pages();
                // The first page, a page after it, and OSV; some of them twice in a row.
                synced.upstream.fault(LIST, 2, fault());
                synced.upstream.fault("after=", 1, fault());
                synced.upstream.fault("POST /v1/query", 1, fault());
                synced.sync();
                assert_whole(&synced, what);
                synced.sync();
                assert_whole(&synced, what);
            });
        }
    });
}

#[test]
fn a_page_that_fails_leaves_what_came_before_and_says_what_is_missing() {
    let synced = three_pages();
    synced.upstream.fault("after=", 50, Kind::Status(500, Vec::new(), String::new()));
    let error = synced.sync_lacking();
    for part in
        ["repository example/parcel", "page 2 of the list and all after it is missing", "fails (500), tried 6 times"]
    {
        assert!(error.contains(part), "{part} in {error}");
    }
    assert_eq!(synced.ids().len(), 102, "the first page and OSV's records");
    // What there is can be compiled from, and the exit code says that it is not all.
    let output = synced.run(&["notes", "--tag", "v1.0.0", "--format", "json"]).assert().code(4);
    let (stdout, stderr) = (&output.get_output().stdout, String::from_utf8_lossy(&output.get_output().stderr));
    assert!(serde_json::from_slice::<serde_json::Value>(stdout).is_ok());
    assert!(stderr.contains("page 2 of the list"), "{stderr}");
    // A feed of half the data would withdraw the other half.
    let feed = synced.project.folder().join("feed");
    let output = synced.run(&["feed", "--out", feed.to_str().unwrap()]).assert().code(4);
    drop(output);
    assert!(!feed.exists());
}

#[test]
fn the_next_sync_goes_on_where_one_failed() {
    let synced = three_pages();
    synced.upstream.fault("after=", 6, Kind::Reset);
    synced.sync_lacking();
    synced.upstream.forget();
    synced.sync();
    assert_whole(&synced, "after a failure");
    let requests = synced.upstream.requests();
    let first = requests.iter().find(|request| request.target.contains("/security-advisories?")).unwrap();
    assert!(first.header("if-none-match").is_some(), "the first page is not fetched again");
    let output = synced.run(&["notes", "--tag", "v1.0.0"]).assert().success();
    drop(output);
}

#[test]
fn one_record_that_is_none_is_named_by_its_page_and_the_others_are_kept() {
    let synced = three_pages();
    synced.upstream.fault(LIST, 1, Kind::WrongItem(3));
    // A list of several pages is read again where a page changed meanwhile.
    synced.upstream.world().page_size = 0;
    let output = synced.run(&["sync"]).assert();
    let error = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
    assert!(error.contains("a record on page 1 of the list") || error.is_empty(), "{error}");
    assert!(synced.ids().len() >= 251);
    synced.sync();
    assert_whole(&synced, "after it was mended");
}

#[test]
fn a_list_that_changes_while_it_is_read_is_read_until_it_stands_still() {
    let synced = three_pages();
    // While the first page is on its way, one of its advisories goes and all
    // later ones move up: the first of the second page is on neither.
    let change = |world: &mut crate::upstream::World| {
        let list = world.repositories.get_mut("example/parcel").unwrap();
        let mut late = advisory(&ghsa(900), "published");
        late["created_at"] = json!("2025-12-01T00:00:00Z");
        list.push(late);
        list[10]["updated_at"] = json!("2026-02-20T00:00:00Z");
        list[10]["summary"] = json!("Changed meanwhile");
    };
    synced.upstream.fault("after=", 1, Kind::Then(Box::new(change)));
    synced.sync();
    let ids = synced.ids();
    assert!(ids.contains(&ghsa(900)), "what slipped onto a page that was read already");
    assert_eq!(ids.len(), 253);
}

#[test]
fn what_a_list_forgot_is_asked_for_before_it_is_taken_for_gone() {
    let synced = three_pages();
    synced.sync();
    // A page that lost a record, as an overloaded server's does.
    let mut world = synced.upstream.world();
    let list = world.repositories.get("example/parcel").unwrap().clone();
    drop(world.repositories.get_mut("example/parcel").unwrap().pop());
    drop(world);
    synced.upstream.fault(&format!("{}/{}", "security-advisories", ghsa(249)), 1, {
        Kind::Status(200, Vec::new(), list.last().unwrap().to_string())
    });
    synced.sync();
    assert_whole(&synced, "a record that the list forgot");
}

#[test]
fn records_that_come_twice_are_there_once() {
    let synced = three_pages();
    let mut old = advisory(&ghsa(1), "published");
    old["updated_at"] = json!("2026-01-11T00:00:00Z");
    old["summary"] = json!("An older version");
    old["created_at"] = json!("2026-01-30T00:00:00Z");
    synced.upstream.world().repositories.get_mut("example/parcel").unwrap().push(old);
    synced.sync();
    assert_whole(&synced, "one of them twice");
    let look = format!("store {}", ghsa(1));
    let output = synced.run(&look.split(' ').collect::<Vec<_>>()).assert().success();
    assert!(!String::from_utf8_lossy(&output.get_output().stdout).contains("An older version"));
}

#[test]
fn a_gzip_bomb_is_not_inflated() {
    let synced = three_pages();
    synced.upstream.fault(LIST, 1, Kind::GzipBomb(8 << 30));
    let error = synced.sync_lacking();
    assert!(error.contains("the answer has more than 64MiB (limit `advisory-file`)"), "{error}");
    synced.sync();
    assert_whole(&synced, "after a bomb");
}

#[test]
fn a_page_of_millions_of_nothing_takes_no_memory() {
    let synced = three_pages();
    let body = format!("[{}0]", "0,".repeat(3_000_000));
    synced.upstream.fault(LIST, 1, Kind::Status(200, Vec::new(), body));
    let error = synced.sync_lacking();
    assert!(error.contains("the answer has 3000001 items"), "{error}");
}

#[test]
fn waits_that_requests_share_are_counted_once() {
    let synced = Synced::new();
    (0..20).for_each(|n| synced.osv(&format!("GO-2026-{n}")));
    synced.sync();
    for n in 0..20 {
        let mut changed = record(&format!("GO-2026-{n}"));
        changed["modified"] = json!("2026-03-01T00:00:00Z");
        synced.upstream.world().osv.insert(format!("GO-2026-{n}"), changed);
    }
    synced.configure("[network]\nbudget = \"4s\"\nwait = \"1ms\"\n");
    synced.upstream.fault("/v1/vulns/", 8, Kind::Status(429, vec![("retry-after", "1".to_owned())], String::new()));
    synced.sync();
}

#[test]
fn a_limit_that_lasts_longer_than_patience_is_said() {
    let synced = three_pages();
    synced.configure("[network]\nbudget = \"1s\"\ntries = 3\n");
    synced.upstream.fault(LIST, 1, Kind::RateLimited { remaining: 0, reset_in: 1800, status: 403 });
    let error = synced.sync_lacking();
    assert!(error.contains("allows no more requests for 18") && error.contains("try again later"), "{error}");
    assert!(error.contains("with a token (GH_TOKEN) the limit is higher"), "{error}");
    assert_eq!(synced.ids(), ["GO-2026-1", "GO-2026-2"], "other sources are read all the same");
}

#[test]
fn pages_of_osv_are_followed_and_one_that_turns_in_circles_ends() {
    let synced = Synced::new();
    synced.upstream.world().page_size = 2;
    (0..7).for_each(|n| synced.osv(&format!("GO-2026-{n}")));
    synced.sync();
    assert_eq!(synced.ids().len(), 7);
    (7..9).for_each(|n| synced.osv(&format!("GO-2026-{n}")));
    synced.sync();
    assert_eq!(synced.ids().len(), 9);
    let endless = json!({ "vulns": [record("GO-2026-1")], "next_page_token": "again" });
    let other = Synced::new();
    other.upstream.fault("POST /v1/query", 100_000, Kind::Status(200, Vec::new(), endless.to_string()));
    let error = other.sync_lacking();
    assert!(error.contains("the pages turn in circles"), "{error}");
}

#[test]
fn a_hundred_thousand_records_fit_into_little_memory() {
    let synced = Synced::new();
    {
        let mut world = synced.upstream.world();
        let list = world.repositories.get_mut("example/parcel").unwrap();
        list.extend((0..3_000).map(|n| advisory(&ghsa(n), "published")));
        for n in 0..100_000 {
            let mut one = record(&format!("GO-2026-{n}"));
            one["affected"][0]["package"]["name"] = json!(format!("example.org/pkg{n}"));
            world.osv.insert(format!("GO-2026-{n}"), one);
        }
    }
    synced.configure("ecosystems = [\"Go\"]\n[source.files]\npaths = []\n");
    let text = std::fs::read_to_string(synced.project.path().join("secnotes.toml")).unwrap();
    let text = text.replace("timeout = \"2s\"", "timeout = \"60s\"");
    std::fs::write(synced.project.path().join("secnotes.toml"), text).unwrap();
    let mut command = std::process::Command::new("/usr/bin/env");
    command.env_clear().env("HOME", "/nonexistent").env("XDG_CONFIG_HOME", synced.user());
    let limited = format!(
        "ulimit -v {}; exec '{}' --repo '{}' --store '{}' sync",
        1_500_000,
        env!("CARGO_BIN_EXE_secnotes"),
        synced.project.path().to_string_lossy(),
        synced.store().to_string_lossy()
    );
    let output = command.args(["sh", "-c", &limited]).env("PATH", "/usr/bin:/bin").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let ids = synced.ids();
    let distinct: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(distinct.len(), 103_000);
}
