//! OSV's archives: whole once, then what changed, held against the list.

use serde_json::json;

use super::Synced;
use crate::upstream::{Kind, record};

/// A server with so many records of Go.
fn ecosystem(count: usize) -> Synced {
    let synced = Synced::new();
    {
        let mut world = synced.upstream.world();
        for n in 0..count {
            let mut one = record(&format!("GO-2026-{n}"));
            one["affected"][0]["package"]["name"] = json!(format!("example.org/pkg{n}"));
            world.osv.insert(format!("GO-2026-{n}"), one);
        }
    }
    synced.configure("ecosystems = [\"Go\"]\n");
    synced
}

fn asked(synced: &Synced, part: &str) -> usize {
    synced.upstream.requests().iter().filter(|request| request.target.contains(part)).count()
}

#[test]
fn an_ecosystem_comes_by_its_archive_and_what_that_misses_by_itself() {
    let synced = ecosystem(1_500);
    synced.upstream.world().not_in_zip.extend(["GO-2026-7".to_owned(), "GO-2026-8".to_owned()]);
    synced.sync();
    assert_eq!(synced.ids().len(), 1_500);
    assert_eq!((asked(&synced, "/bulk/Go/all.zip"), asked(&synced, "/bulk/Go/GO-")), (1, 2));
    assert!(!synced.store().join("downloads").read_dir().unwrap().any(|_| true), "nothing is left of the download");
    synced.upstream.forget();
    synced.sync();
    assert_eq!(asked(&synced, "/bulk/"), 1, "the list, which did not change");
}

#[test]
fn what_changed_since_comes_by_itself() {
    let synced = ecosystem(1_500);
    synced.sync();
    {
        let mut world = synced.upstream.world();
        let changed = world.osv.get_mut("GO-2026-3").unwrap();
        changed["modified"] = json!("2026-03-01T00:00:00Z");
        changed["summary"] = json!("Changed");
        world.osv.remove("GO-2026-4");
        world.osv.insert("GO-2026-9999".to_owned(), record("GO-2026-9999"));
    }
    synced.upstream.forget();
    let report = synced.sync();
    assert!(report.contains("ecosystem Go") && report.contains("1 new, 1 changed, 1 removed"), "{report}");
    assert_eq!((asked(&synced, "all.zip"), asked(&synced, "/bulk/Go/GO-")), (0, 3));
    assert!(!synced.ids().contains(&"GO-2026-4".to_owned()));
}

#[test]
fn a_download_that_breaks_off_goes_on() {
    let synced = ecosystem(1_500);
    synced.upstream.fault("all.zip", 2, Kind::Cut(100_000));
    synced.sync();
    assert_eq!(synced.ids().len(), 1_500);
    let requests = synced.upstream.requests();
    let ranges: Vec<&str> = requests.iter().filter_map(|request| request.header("range")).collect();
    assert_eq!(ranges.first(), Some(&"bytes=100000-"), "{ranges:?}");
    assert!(
        requests
            .iter()
            .filter(|request| request.header("range").is_some())
            .all(|request| { request.header("if-range").is_some() })
    );
}

#[test]
fn an_archive_that_changed_meanwhile_is_fetched_from_its_beginning() {
    let synced = ecosystem(1_500);
    synced.upstream.fault("all.zip", 6, Kind::Cut(100_000));
    synced.sync_lacking();
    let mut changed = record("GO-2026-3");
    changed["modified"] = json!("2026-03-01T00:00:00Z");
    changed["summary"] = json!("Changed");
    synced.upstream.world().osv.insert("GO-2026-3".to_owned(), changed);
    synced.sync();
    let distinct: std::collections::BTreeSet<String> = synced.ids().into_iter().collect();
    assert_eq!(distinct.len(), 1_500);
    let output = synced.run(&["store", "GO-2026-3"]).assert().success();
    assert!(String::from_utf8_lossy(&output.get_output().stdout).contains("Changed"));
}

#[test]
fn archives_and_lists_that_are_not_whole_are_refused_and_tried_again() {
    for (what, on, fault) in [
        ("an archive that is none", "all.zip", Kind::Body(b"PK\x03\x04 and no more".to_vec())),
        ("an archive cut short that says it is whole", "all.zip", Kind::Length(-5_000)),
        ("a list cut in a line", "modified_id.csv", Kind::Length(-5)),
        ("an empty list", "modified_id.csv", Kind::Body(Vec::new())),
        ("a page of a portal", "modified_id.csv", Kind::Body(b"<html>Log in</html>\n".to_vec())),
    ] {
        let synced = ecosystem(1_500);
        synced.upstream.fault(on, 1, fault);
        synced.sync();
        assert_eq!(synced.ids().len(), 1_500, "{what}");
    }
}

#[test]
fn a_list_that_lost_its_half_takes_nothing_away() {
    let synced = ecosystem(1_500);
    synced.sync();
    let half: String = (0..700).map(|n| format!("2026-02-01T00:00:00Z,GO-2026-{n}\n")).collect();
    synced.upstream.fault("modified_id.csv", 1, Kind::Body(half.into_bytes()));
    synced.upstream.world().osv.insert("GO-2026-9999".to_owned(), record("GO-2026-9999"));
    let error = synced.sync_lacking();
    assert!(error.contains("too many to believe"), "{error}");
    assert_eq!(synced.ids().len(), 1_501, "the one that is new came by its package");
}

#[test]
fn a_record_that_is_broken_is_named_and_stops_nobody_who_does_not_need_it() {
    let synced = ecosystem(1_500);
    synced.upstream.world().broken.insert("GO-2026-5".to_owned());
    let error = synced.sync_lacking();
    assert!(error.contains("GO-2026-5 of OSV's files is missing"), "{error}");
    assert_eq!(synced.ids().len(), 1_499);
    synced.run(&["notes", "--tag", "v1.0.0"]).assert().success();
    // Whom a commit names it does stop.
    let mut project = crate::builder::started();
    project.commit("main", "Update pkg5 (GO-2026-5)");
    project.tag("v1.1.0", "main");
    let named = Synced { project, upstream: synced.upstream };
    named.configure("ecosystems = [\"Go\"]\n");
    named.sync_lacking();
    let output = named.run(&["notes", "--tag", "v1.1.0"]).assert().code(4);
    assert!(String::from_utf8_lossy(&output.get_output().stderr).contains("GO-2026-5"));
}

#[test]
fn an_ecosystem_that_is_not_there_is_explained() {
    let synced = ecosystem(3);
    synced.configure("ecosystems = [\"Pub\"]\n");
    synced.upstream.fault("/bulk/Pub/", 1, Kind::Status(404, Vec::new(), String::new()));
    let error = synced.sync_lacking();
    assert!(error.contains("`Pub` may be no ecosystem of OSV"), "{error}");
}

#[test]
fn a_copy_that_is_older_than_the_list_says_is_asked_for_again() {
    let synced = ecosystem(20);
    synced.sync();
    let list: String =
        (0..20).map(|n| format!("2026-{}-01T00:00:00Z,GO-2026-{n}\n", if n == 3 { "05" } else { "02" })).collect();
    synced.upstream.fault("modified_id.csv", 1, Kind::Status(200, Vec::new(), list));
    let error = synced.sync_lacking();
    assert!(error.contains("GO-2026-3 as it is now is missing: an older version came"), "{error}");
    let mut changed = record("GO-2026-3");
    changed["modified"] = json!("2026-05-01T00:00:00Z");
    changed["summary"] = json!("Changed");
    synced.upstream.world().osv.insert("GO-2026-3".to_owned(), changed);
    synced.sync();
    let output = synced.run(&["store", "GO-2026-3"]).assert().success();
    assert!(String::from_utf8_lossy(&output.get_output().stdout).contains("Changed"));
}

#[test]
fn few_records_need_no_archive() {
    let synced = ecosystem(20);
    synced.sync();
    assert_eq!((asked(&synced, "all.zip"), synced.ids().len()), (0, 20));
}
