//! Exports that are killed at any moment.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Publisher, bytes, record};

fn export(publisher: &Publisher) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_secnotes"));
    command.env_clear().env("SOURCE_DATE_EPOCH", "1800000000").current_dir(publisher.folder.path());
    command.arg("feed").arg("--quiet").arg("--out").arg(publisher.feed()).arg("--records").arg(publisher.records());
    command.stderr(Stdio::null());
    command
}

fn restore(feed: &Path, files: &BTreeMap<String, Vec<u8>>) {
    std::fs::remove_dir_all(feed).unwrap();
    std::fs::create_dir(feed).unwrap();
    for (name, bytes) in files.iter().filter(|(name, _)| *name != "index.json") {
        std::fs::write(feed.join(name), bytes).unwrap();
    }
    std::fs::write(feed.join("index.json"), &files["index.json"]).unwrap();
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_feed_or_the_new_one() {
    const TRIES: u32 = 40;
    let publisher = Publisher::new(250);
    assert!(export(&publisher).status().unwrap().success());
    let old = bytes(&publisher.feed());
    for number in 0..60 {
        let mut changed = record(number);
        changed["summary"] = json!(format!("Changed {number}"));
        publisher.write(&changed);
    }
    let started = Instant::now();
    assert!(export(&publisher).status().unwrap().success());
    let whole = started.elapsed().max(Duration::from_millis(5));
    let new = bytes(&publisher.feed());
    assert_ne!(old, new);
    let mut swapped = 0;
    for attempt in 0..TRIES {
        restore(&publisher.feed(), &old);
        let mut child = export(&publisher).spawn().unwrap();
        // The delays only choose the moments; nothing depends on them.
        std::thread::sleep(whole * attempt * 5 / (TRIES * 4));
        child.kill().unwrap();
        child.wait().unwrap();
        let found = bytes(&publisher.feed());
        swapped += usize::from(found == new);
        assert!(found == old || found == new, "attempt {attempt}: {:?}", found.keys().take(5).collect::<Vec<_>>());
        assert!(export(&publisher).status().unwrap().success(), "attempt {attempt}");
        assert_eq!(bytes(&publisher.feed()), new, "attempt {attempt}");
        assert!(!publisher.folder.path().join(".feed.secnotes-new").exists());
    }
    eprintln!("{TRIES} kills, {swapped} of them after the swap");
}

#[test]
fn a_first_export_that_is_killed_leaves_no_feed_or_a_whole_one() {
    let publisher = Publisher::new(150);
    let started = Instant::now();
    assert!(export(&publisher).status().unwrap().success());
    let whole = started.elapsed().max(Duration::from_millis(5));
    let new = bytes(&publisher.feed());
    for attempt in 0..12 {
        std::fs::remove_dir_all(publisher.feed()).unwrap();
        let mut child = export(&publisher).spawn().unwrap();
        std::thread::sleep(whole * attempt / 12);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!publisher.feed().exists() || bytes(&publisher.feed()) == new, "attempt {attempt}");
        assert!(export(&publisher).status().unwrap().success());
        assert_eq!(bytes(&publisher.feed()), new, "attempt {attempt}");
    }
}
