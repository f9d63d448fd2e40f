//! Readers that are at work while the feed is replaced.

#![cfg(target_os = "linux")]

use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use secnotes::emit::feed::Index;
use secnotes::model::Sha256;
use serde_json::json;

use super::{Publisher, record};

/// Reads every record by one handle of the folder; what does not fit the index.
fn inconsistent(folder: &std::fs::File) -> Option<String> {
    let below = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd()));
    let Ok(bytes) = std::fs::read(below.join("index.json")) else { return Some("index.json".to_owned()) };
    let index = Index::read(&bytes).unwrap();
    let records = index.records.iter().map(|item| (item.file_name(), &item.sha256));
    let files = index.files.iter().map(|(name, file)| (name.clone(), &file.sha256));
    let wrong = |(name, digest): &(String, &Sha256)| {
        std::fs::read(below.join(name)).map_or(true, |bytes| Sha256::of(&bytes) != **digest)
    };
    records.chain(files).find(wrong).map(|(name, _)| name)
}

#[test]
fn a_reader_with_the_folder_open_has_one_whole_feed() {
    let publisher = Publisher::new(60);
    publisher.export(&[]);
    let (exports, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    let feed = publisher.feed();
    let read = || {
        let mut whole = 0;
        while !done.load(Ordering::SeqCst) {
            let before = exports.load(Ordering::SeqCst);
            // The name is there at every moment.
            let folder = std::fs::File::open(&feed).unwrap();
            match inconsistent(&folder) {
                None => whole += 1,
                // A feed goes when the export after the next one publishes.
                Some(name) => assert!(exports.load(Ordering::SeqCst) > before, "{name} was not there or not right"),
            }
        }
        whole
    };
    let whole: usize = std::thread::scope(|scope| {
        let readers = [scope.spawn(read), scope.spawn(read)];
        for round in 0..15 {
            for number in 0..20 {
                let mut changed = record(number);
                changed["summary"] = json!(format!("Round {round}"));
                publisher.write(&changed);
            }
            publisher.export(&[]);
            exports.fetch_add(1, Ordering::SeqCst);
        }
        done.store(true, Ordering::SeqCst);
        readers.into_iter().map(|reader| reader.join().unwrap()).sum()
    });
    assert!(whole > 0, "no reader ever read a whole feed");
}
