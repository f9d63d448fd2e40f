//! A store that is damaged, or that is something else.

use std::path::Path;

use crate::builder::failure;
use crate::sync::Synced;

/// A store with records of two sources, settled.
fn filled() -> Synced {
    let synced = Synced::new();
    (0..40).for_each(|n| synced.osv(&format!("GO-2026-{n}")));
    synced.publish("GHSA-2222-2222-2222");
    synced.sync();
    synced
}

/// Breaks the store, and says what a verb and the next sync make of it.
fn mended(synced: &Synced, what: &str) {
    let before = synced.run(&["store", "GO-2026-7"]).output().unwrap();
    let error = String::from_utf8_lossy(&before.stderr).into_owned();
    let told = error.contains("`secnotes sync`");
    assert!(before.status.success() || told, "{what}: {error}");
    let output = synced.run(&["sync"]).output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{what}: {log}");
    assert!(
        before.status.success()
            || log.contains("set aside")
            || log.contains("begins anew")
            || error.contains("there is no store"),
        "{what}: {log}"
    );
    // Everything is there again, and can be read.
    assert_eq!(synced.ids().len(), 41, "{what}");
    synced.run(&["notes", "--tag", "v1.0.0"]).assert().success();
    synced.run(&["store", "GO-2026-7"]).assert().success();
    synced.run(&["store"]).assert().success();
}

#[test]
fn damage_within_pages_is_found_and_set_aside_by_a_sync() {
    let synced = filled();
    let file = synced.store().join("advisories.sqlite");
    let whole = std::fs::read(&file).unwrap();
    let page = usize::from(u16::from_be_bytes([whole[16], whole[17]]));
    for at in (page..whole.len() - 64).step_by(page / 2) {
        let mut bytes = whole.clone();
        bytes[at..at + 64].fill(0xa5);
        std::fs::write(&file, bytes).unwrap();
        mended(&synced, &format!("64 bytes at {at} of {}", whole.len()));
        std::fs::remove_file(synced.store().join("advisories.sqlite.damaged")).unwrap_or_default();
    }
}

#[test]
fn what_is_no_database_any_more_is_set_aside() {
    let synced = filled();
    let file = synced.store().join("advisories.sqlite");
    let whole = std::fs::read(&file).unwrap();
    for (what, bytes) in [
        ("a wrong header", [&[7; 100], &whole[100..]].concat()),
        ("nothing", Vec::new()),
        ("half", whole[..whole.len() / 2].to_vec()),
        ("a part of the first page", whole[..50].to_vec()),
        ("all zeros", vec![0; whole.len()]),
    ] {
        std::fs::write(&file, bytes).unwrap();
        mended(&synced, what);
    }
}

#[test]
fn damage_that_only_a_reader_meets_is_marked_for_the_next_sync() {
    let synced = filled();
    let file = synced.store().join("advisories.sqlite");
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.execute("UPDATE record SET body = x'00' WHERE id = 'GO-2026-7'", []).unwrap();
    drop(connection);
    let error = failure(&mut synced.run(&["store", "GO-2026-7"]), 4);
    assert!(error.contains("`secnotes sync` sets it aside"), "{error}");
    assert!(synced.store().join("advisories.sqlite.is-damaged").exists());
    // However large it is: the mark is enough.
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.execute("DELETE FROM record WHERE id = 'GO-2026-7'", []).unwrap();
    drop(connection);
    mended(&synced, "a record");
    assert!(!synced.store().join("advisories.sqlite.is-damaged").exists());
    assert!(synced.store().join("advisories.sqlite.damaged").exists());
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_neither_opened_nor_replaced() {
    let place = |make: &dyn Fn(&Path)| {
        for name in ["advisories.sqlite", "unpublished.sqlite", "sync.lock"] {
            let synced = filled();
            let file = synced.store().join(name);
            std::fs::remove_file(&file).unwrap_or_default();
            make(&file);
            let error = failure(&mut synced.run(&["sync"]), 1);
            assert!(error.contains(name) && error.contains("where the store keeps a file; remove it"), "{error}");
            if name != "sync.lock" {
                failure(&mut synced.run(&["notes"]), 1);
            }
            std::fs::remove_file(&file).or_else(|_| std::fs::remove_dir(&file)).unwrap();
            synced.run(&["sync"]).assert().success();
        }
    };
    place(&|path| std::fs::create_dir(path).unwrap());
    place(&|path| std::os::unix::fs::symlink("/nonexistent/secnotes", path).unwrap());
    place(&|path| assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success()));
}
