//! A snapshot's folder: parts that end with a zero byte are records, the rest
//! is its list. Half of the inputs get a list that fits, so that records are
//! read: what is opened takes in as many records as it says, in any order.
#![no_main]

use std::cell::OnceCell;

use libfuzzer_sys::fuzz_target;
use secnotes::advisory::Budget;
use secnotes::advisory::snapshot::{LIST, Snapshot};
use secnotes::model::Sha256;
use secnotes_fuzz::{Choices, Scratch, assert_is_a_line};
use serde_json::json;

thread_local! {
    static FOLDER: OnceCell<Scratch> = const { OnceCell::new() };
}

fuzz_target!(|data: &[u8]| FOLDER.with(|folder| judge(folder.get_or_init(|| Scratch::new("snapshot")), data)));

fn judge(folder: &Scratch, data: &[u8]) {
    let mut choices = Choices(data);
    let (fits, count) = (choices.byte() % 2 == 0, choices.byte() % 4);
    let _ = std::fs::remove_dir_all(folder.path().join("source"));
    let _ = std::fs::remove_dir_all(folder.path().join("unpublished"));
    let mut digests = Vec::new();
    for number in 0..count {
        let (name, bytes) = (format!("{number}.json"), choices.part());
        folder.write(&format!("source/{name}"), bytes);
        digests.push(format!("{}  {name}\n", Sha256::of(bytes)));
    }
    let list = if fits {
        let text = String::from_utf8_lossy(choices.0);
        let source = json!({ "base": text, "name": "packages of fuzz", "folder": "source", "records": count,
                             "synced": text, "digest": Sha256::of(digests.concat().as_bytes()).to_string(),
                             "missing": [{ "what": text, "why": text, "id": text }] });
        json!({ "schema": "secnotes/snapshot/v1", "sources": [source] }).to_string().into_bytes()
    } else {
        choices.0.to_vec()
    };
    folder.write(LIST, &list);
    let budget = Budget::default();
    match Snapshot::open(folder.path(), &budget) {
        Ok(snapshot) => {
            let records = snapshot.records(&budget).map(|records| records.len());
            let states = snapshot.states();
            let taken = snapshot.into_sources(&budget);
            let taken = taken.map(|sources| sources.iter().map(|(_, records)| records.len()).sum::<usize>());
            assert_eq!(records.as_ref().ok(), taken.as_ref().ok());
            assert!(
                !fits || records.is_err() || states.iter().map(|state| state.records).sum::<u64>() == u64::from(count)
            );
            records.err().into_iter().for_each(|error| assert_is_a_line(&error.to_string()));
        }
        Err(error) => assert_is_a_line(&error.to_string()),
    }
}
