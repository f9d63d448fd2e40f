use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::files::{PRIVATE, PUBLIC};
use super::*;
use crate::advisory::{PackageName, Project, SourceRecord};
use crate::model::Disclosure;

fn source(name: &str) -> SourceName {
    SourceName { base: "https://osv.example".to_owned(), name: name.to_owned() }
}

fn all_sources() -> Vec<SourceName> {
    ["a", "repository example/parcel"].map(source).to_vec()
}

fn record(id: &str, package: &str, more: Value) -> Incoming {
    let mut record = json!({
        "id": id, "modified": "2026-01-02T00:00:00Z",
        "affected": [{ "package": { "ecosystem": "Go", "name": package } }],
    });
    for (key, value) in more.as_object().unwrap() {
        record[key] = value.clone();
    }
    Incoming::read(record.to_string().into_bytes()).unwrap()
}

fn draft(id: &str) -> Incoming {
    let draft = json!({ "ghsa_id": id, "state": "draft", "summary": "SECRET", "updated_at": "2026-01-02T00:00:00Z",
                        "html_url": format!("https://github.com/example/parcel/security/advisories/{id}") });
    Incoming::read(draft.to_string().into_bytes()).unwrap()
}

fn writer(folder: &Path) -> Writer {
    Writer::open(folder, &mut || {}).unwrap().0
}

fn ids(records: &[SourceRecord]) -> Vec<&str> {
    records.iter().map(|record| record.id.as_str()).collect()
}

fn parcel() -> Project {
    Project { remotes: vec!["github.com/example/parcel".parse().unwrap()], ..Project::default() }
}

#[test]
fn a_project_finds_its_records_and_what_their_aliases_lead_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = writer(folder.path());
    let records = vec![
        record("GO-2026-1", "github.com/Example/Parcel/v2/api", json!({ "aliases": ["CVE-2026-1"] })),
        record("CVE-2026-1", "github.com/other/copy", json!({ "aliases": ["GHSA-2222-2222-2222"] })),
        record("GHSA-2222-2222-2222", "github.com/other/copy", json!({})),
        record("GO-2026-2", "github.com/example/parcel-x", json!({})),
        record("GO-2026-3", "github.com/other/thing", json!({})),
    ];
    let counts = store.take_in(&source("a"), records).unwrap();
    assert_eq!(counts.added, 5);
    drop(store);
    let store = Store::open(folder.path()).unwrap();
    let all = store.records_for(&parcel(), &BTreeSet::new(), &BTreeSet::new(), &all_sources()).unwrap();
    assert_eq!(ids(&all), ["GHSA-2222-2222-2222", "CVE-2026-1", "GO-2026-1"]);
    let named = BTreeSet::from(["GO-2026-3".parse().unwrap()]);
    assert_eq!(store.records_for(&parcel(), &named, &BTreeSet::new(), &all_sources()).unwrap().len(), 4);
    assert!(store.records_for(&parcel(), &named, &BTreeSet::new(), &[source("b")]).unwrap().is_empty());
}

#[test]
fn the_newest_version_stays_and_its_terms_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = writer(folder.path());
    let old = record("GO-2026-1", "github.com/a/old", json!({ "modified": "2026-01-01T00:00:00Z" }));
    let new = record("GO-2026-1", "github.com/a/new", json!({ "modified": "2026-01-03T00:00:00Z" }));
    // Twice in one batch, in both orders, and once more.
    assert_eq!(store.take_in(&source("a"), vec![new.clone(), old.clone(), new.clone()]).unwrap().added, 1);
    assert_eq!(store.take_in(&source("a"), vec![old.clone()]).unwrap().unchanged, 1);
    let by = |package: &str| Look::Package(PackageName::new("Go", package).unwrap());
    let look = |what: &Look| Store::open(folder.path()).unwrap().look(what).unwrap().len();
    assert_eq!((look(&by("github.com/a/new")), look(&by("github.com/a/old"))), (1, 0));
    let newer = record("GO-2026-1", "github.com/a/old", json!({ "modified": "2026-01-04T00:00:00Z" }));
    assert_eq!(store.take_in(&source("a"), vec![newer]).unwrap().changed, 1);
    assert_eq!((look(&by("github.com/a/new")), look(&by("github.com/a/old"))), (0, 1));
    let gone = store.remove(&source("a"), &["GO-2026-1".parse().unwrap()]).unwrap();
    assert_eq!((gone.removed, look(&by("github.com/a/old"))), (1, 0));
    let rest = |table: &str| {
        let count = format!("SELECT count(*) FROM {table}");
        let connection = rusqlite::Connection::open(folder.path().join(PUBLIC)).unwrap();
        connection.query_row(&count, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!((rest("record"), rest("term")), (0, 0), "nothing of it is left");
}

#[test]
fn a_repository_s_advisory_and_the_database_s_record_of_it_are_two() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = writer(folder.path());
    let own = json!({ "ghsa_id": "GHSA-2222-2222-2222", "state": "published", "published_at": "2026-01-01T00:00:00Z",
        "html_url": "https://github.com/example/parcel/security/advisories/GHSA-2222-2222-2222" });
    let own = Incoming::read(own.to_string().into_bytes()).unwrap();
    let other = record("GHSA-2222-2222-2222", "github.com/example/parcel", json!({}));
    assert_eq!(store.take_in(&source("a"), vec![own, other]).unwrap().added, 2);
    assert_eq!(store.remove(&source("a"), &["GHSA-2222-2222-2222".parse().unwrap()]).unwrap().removed, 2);
}

#[test]
fn a_draft_is_in_a_file_of_its_owner_until_it_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let store_folder = folder.path().join("store");
    let mut store = writer(&store_folder);
    let name = source("repository example/parcel");
    assert_eq!(store.take_in(&name, vec![draft("GHSA-2222-2222-2222")]).unwrap(), Counts::default());
    store.settle().unwrap();
    let holds = |file: &str| {
        let bytes = std::fs::read(store_folder.join(file)).unwrap();
        bytes.windows(8).any(|part| part == b"GHSA-222")
    };
    assert!(!holds(PUBLIC) && holds(PRIVATE));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&store_folder.join(PRIVATE)), 0o600);
        assert_eq!(mode(&store_folder), 0o700);
    }
    let all = || {
        Store::open(&store_folder)
            .unwrap()
            .records_for(&parcel(), &BTreeSet::new(), &BTreeSet::new(), &all_sources())
            .unwrap()
    };
    assert_eq!(all()[0].disclosure, Disclosure::Draft);
    let published = json!({ "ghsa_id": "GHSA-2222-2222-2222", "state": "published",
        "published_at": "2026-01-03T00:00:00Z", "updated_at": "2026-01-03T00:00:00Z",
        "html_url": "https://github.com/example/parcel/security/advisories/GHSA-2222-2222-2222" });
    let published = Incoming::read(published.to_string().into_bytes()).unwrap();
    assert_eq!(store.take_in(&name, vec![published]).unwrap().added, 1);
    assert_eq!(all().len(), 1);
    assert_eq!(all()[0].disclosure, Disclosure::Published);
}

#[test]
fn records_are_found_by_commit_and_repository() {
    let folder = tempfile::tempdir().unwrap();
    let range = json!([{ "ranges": [{ "type": "GIT", "repo": "https://github.com/example/parcel",
        "events": [{ "introduced": "0" }, { "fixed": "0123456789abcdef0123456789abcdef01234567" }] }] }]);
    writer(folder.path()).take_in(&source("a"), vec![record("OSV-1", "x", json!({ "affected": range }))]).unwrap();
    let store = Store::open(folder.path()).unwrap();
    for look in [
        Look::Commit("0123456789abcdef".parse().unwrap()),
        Look::Repository("github.com/example/parcel".parse().unwrap()),
        Look::Id("OSV-1".parse().unwrap()),
    ] {
        assert_eq!(ids(&store.look(&look).unwrap()), ["OSV-1"], "{look:?}");
    }
    assert!(store.look(&Look::Commit("fedcba9876543210".parse().unwrap())).unwrap().is_empty());
}

#[test]
fn a_store_of_another_version_is_rebuilt_by_who_writes_and_refused_by_who_reads() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(PUBLIC);
    writer(folder.path()).take_in(&source("a"), vec![record("GO-2026-1", "github.com/a/b", json!({}))]).unwrap();
    let set = |pragma: &str, value: i64| {
        rusqlite::Connection::open(&file).unwrap().pragma_update(None, pragma, value).unwrap();
    };
    set("user_version", 99);
    assert!(matches!(Writer::open(folder.path(), &mut || {}), Err(StoreError::Version { found: 99, .. })));
    set("user_version", 0);
    assert!(Store::open(folder.path()).unwrap_err().to_string().contains("`secnotes sync` brings it up to date"));
    assert_eq!(Writer::open(folder.path(), &mut || {}).unwrap().1, [Notice::Rebuilt { from: 0 }]);
    assert!(Store::open(folder.path()).unwrap().sources().unwrap().is_empty());
}

#[test]
fn an_index_of_another_version_is_derived_anew() {
    let folder = tempfile::tempdir().unwrap();
    writer(folder.path()).take_in(&source("a"), vec![record("GO-2026-1", "github.com/a/b", json!({}))]).unwrap();
    let connection = rusqlite::Connection::open(folder.path().join(PUBLIC)).unwrap();
    connection.execute_batch("UPDATE meta SET value = -1 WHERE name = 'terms'; DELETE FROM term").unwrap();
    drop(connection);
    assert!(Store::open(folder.path()).is_err());
    let (store, notices) = Writer::open(folder.path(), &mut || {}).unwrap();
    assert_eq!(notices, [Notice::Indexed]);
    drop(store);
    let look = Look::Id("GO-2026-1".parse().unwrap());
    assert_eq!(Store::open(folder.path()).unwrap().look(&look).unwrap().len(), 1);
}

#[test]
fn a_damaged_store_is_set_aside_by_who_writes() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Store::open(folder.path()), Err(StoreError::Missing(_))));
    std::fs::write(folder.path().join(PUBLIC), vec![7; 9000]).unwrap();
    assert!(matches!(Store::open(folder.path()), Err(StoreError::Damaged { .. })));
    let (_, notices) = Writer::open(folder.path(), &mut || {}).unwrap();
    assert!(matches!(&notices[..], [Notice::SetAside(path)] if path.exists()), "{notices:?}");
    // Somebody else's database is not ours to empty.
    let other = tempfile::tempdir().unwrap();
    let file = other.path().join(PUBLIC);
    rusqlite::Connection::open(&file).unwrap().execute_batch("CREATE TABLE mine(x)").unwrap();
    assert!(matches!(Writer::open(other.path(), &mut || {}), Err(StoreError::Foreign(_))));
    assert!(matches!(Store::open(other.path()), Err(StoreError::Foreign(_))));
}

#[test]
fn pages_that_may_name_drafts_are_kept_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = writer(folder.path());
    let page = Page { ids: vec!["GHSA-2222-2222-2222".to_owned()], checked: 5, ..Page::default() };
    for (name, private) in [("repository example/parcel", true), ("global", false)] {
        store.set_page(&source(name), "https://x/1", &page).unwrap();
        assert_eq!(store.page(&source(name), "https://x/1").unwrap().as_ref(), Some(&page));
        let file = folder.path().join(if private { PRIVATE } else { PUBLIC });
        let connection = rusqlite::Connection::open(file).unwrap();
        assert_eq!(connection.query_row("SELECT count(*) FROM page", [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    }
}

#[test]
fn readers_keep_their_view_while_a_sync_writes() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = writer(folder.path());
    store.take_in(&source("a"), vec![record("GO-2026-1", "github.com/example/parcel", json!({}))]).unwrap();
    let reader = Store::open(folder.path()).unwrap();
    let look = || reader.records_for(&parcel(), &BTreeSet::new(), &BTreeSet::new(), &all_sources()).unwrap().len();
    assert_eq!(look(), 1);
    store.take_in(&source("a"), vec![record("GO-2026-2", "github.com/example/parcel", json!({}))]).unwrap();
    assert_eq!(look(), 1);
    assert_eq!(
        Store::open(folder.path())
            .unwrap()
            .records_for(&parcel(), &BTreeSet::new(), &BTreeSet::new(), &all_sources())
            .unwrap()
            .len(),
        2
    );
}
