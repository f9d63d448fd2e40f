//! Kills at random moments, and several processes at once.

use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;

use super::{Synced, ghsa, rows};
use crate::upstream::record;

/// 1,200 records in an archive, 150 advisories on two pages, and a package.
fn much() -> Synced {
    let synced = Synced::new();
    (0..150).for_each(|n| synced.publish(&ghsa(n)));
    {
        let mut world = synced.upstream.world();
        for n in 0..1_200 {
            let mut one = record(&format!("GO-2026-{n}"));
            one["affected"][0]["package"]["name"] = json!(format!("example.org/pkg{n}"));
            world.osv.insert(format!("GO-2026-{n}"), one);
        }
        world.osv.insert("GO-2025-1".to_owned(), record("GO-2025-1"));
        world.not_in_zip.extend((0..20).map(|n| format!("GO-2026-{n}")));
    }
    synced.configure("ecosystems = [\"Go\"]\n");
    synced
}

fn start(synced: &Synced) -> Child {
    Command::new(env!("CARGO_BIN_EXE_secnotes"))
        .env_clear()
        .env("HOME", "/nonexistent")
        .env("XDG_CONFIG_HOME", synced.user())
        .args(["sync", "--repo"])
        .arg(synced.project.path())
        .arg("--store")
        .arg(synced.store())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Whether both files of the store are whole.
fn assert_sound(synced: &Synced) {
    for file in ["advisories.sqlite", "unpublished.sqlite"] {
        let path = synced.store().join(file);
        if path.exists() {
            assert_eq!(rows(&path, "PRAGMA integrity_check"), ["ok"], "{file}");
        }
    }
}

fn assert_whole(synced: &Synced) {
    let ids = synced.ids();
    let distinct: BTreeSet<&String> = ids.iter().collect();
    // The package's record is in the ecosystem, too.
    assert_eq!((ids.len(), distinct.len()), (1_352, 1_351));
    let dangling =
        "SELECT term.record || '' FROM term LEFT JOIN record ON record.key = term.record WHERE record.key IS NULL";
    assert!(rows(&synced.store().join("advisories.sqlite"), dangling).is_empty());
}

#[test]
fn a_hundred_kills_at_any_moment_leave_a_store_that_the_next_sync_completes() {
    // How long a whole sync takes here, so that kills fall into all of it.
    let measured = much();
    let begun = std::time::Instant::now();
    measured.sync();
    let whole = begun.elapsed();
    let workers = 4;
    std::thread::scope(|scope| {
        for worker in 0..workers {
            scope.spawn(move || {
                let synced = much();
                for round in 0..100 / workers {
                    let mut child = start(&synced);
                    let part = f64::from(worker * 25 + round) * 0.618_034 % 1.0;
                    std::thread::sleep(whole.mul_f64(part).max(Duration::from_millis(2)));
                    child.kill().unwrap();
                    child.wait().unwrap();
                    assert_sound(&synced);
                    // What is there can be read at any time.
                    let output = synced.run(&["store"]).output().unwrap();
                    assert!(matches!(output.status.code(), Some(0 | 4)), "{output:?}");
                    if round % 5 == 4 {
                        synced.sync();
                        assert_whole(&synced);
                        std::fs::remove_dir_all(synced.store()).unwrap();
                    }
                }
                synced.sync();
                assert_whole(&synced);
            });
        }
    });
}

#[test]
fn several_processes_share_one_store() {
    let synced = much();
    let mut children: Vec<Child> = (0..4).map(|_| start(&synced)).collect();
    // Readers come and go meanwhile, and see a whole store or none.
    for _ in 0..10 {
        let output = synced.run(&["store", "--format", "json"]).output().unwrap();
        assert!(matches!(output.status.code(), Some(0 | 4)), "{output:?}");
    }
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    assert_sound(&synced);
    assert_whole(&synced);
    let archives = synced.upstream.requests().iter().filter(|request| request.target.ends_with("all.zip")).count();
    assert_eq!(archives, 1, "who waited finds everything there");
}
