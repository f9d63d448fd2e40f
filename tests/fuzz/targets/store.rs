//! A store: records that are taken in come out as they were (the first byte is
//! even), and a file with damaged pages is told, or read as if it were whole.
#![no_main]

use std::cell::OnceCell;

use libfuzzer_sys::fuzz_target;
use secnotes::advisory::store::{Incoming, Look, SourceName, Store, Writer};
use secnotes_fuzz::{Choices, Scratch, advisories, assert_is_a_line};

const FILE: &str = "advisories.sqlite";

thread_local! {
    static FOLDER: OnceCell<(Scratch, Vec<u8>)> = const { OnceCell::new() };
}

fuzz_target!(|data: &[u8]| {
    FOLDER.with(|folder| {
        let (folder, whole) = folder.get_or_init(|| {
            let folder = Scratch::new("store");
            fill(&folder, &mut Choices(&[7; 4000]), 40);
            let whole = std::fs::read(folder.path().join(FILE)).expect("a store");
            (folder, whole)
        });
        let mut choices = Choices(data);
        clear(folder);
        if choices.byte() % 2 == 0 { kept(folder, &mut choices) } else { damaged(folder, whole, &mut choices) }
    });
});

fn source() -> SourceName {
    SourceName { base: "https://osv.example".to_owned(), name: "fuzz".to_owned() }
}

fn clear(folder: &Scratch) {
    for name in [FILE, "advisories.sqlite-wal", "advisories.sqlite-shm", "unpublished.sqlite"] {
        let _ = std::fs::remove_file(folder.path().join(name));
    }
}

/// Takes in records that choices make; gives the public ones that were read.
fn fill(folder: &Scratch, choices: &mut Choices<'_>, most: usize) -> Vec<Incoming> {
    let mut records = Vec::new();
    while !choices.is_done() && records.len() < most {
        let text = advisories::record(choices).to_string();
        records.extend(Incoming::read(text.into_bytes()).ok().filter(|record| !record.is_private()));
    }
    let (mut writer, _) = Writer::open(folder.path(), &mut || {}).expect("a store to write");
    writer.take_in(&source(), records.clone()).expect("records");
    writer.settle().expect("a whole file");
    records
}

fn kept(folder: &Scratch, choices: &mut Choices<'_>) {
    let records = fill(folder, choices, 12);
    let store = Store::open(folder.path()).expect("a store");
    let mut found = Vec::new();
    let source = source();
    let taken = store.each(&source.base, &source.name, false, &mut |id, raw| found.push((id.clone(), raw)));
    taken.expect("records");
    for (id, raw) in found {
        let again = Incoming::read(raw).expect("a record");
        assert_eq!(*again.id(), id);
        assert!(records.iter().any(|record| record.key() == again.key() && record.digest() == again.digest()));
        assert!(!store.look(&Look::Id(id.clone())).expect("an answer").is_empty(), "{id} is not found");
    }
}

fn damaged(folder: &Scratch, whole: &[u8], choices: &mut Choices<'_>) {
    let mut bytes = whole.to_vec();
    for _ in 0..1 + choices.byte() % 8 {
        let at = u32::from_le_bytes([choices.byte(), choices.byte(), choices.byte(), 0]) as usize;
        for _ in 0..1 + choices.byte() % 16 {
            let (at, length) = (at % bytes.len(), choices.byte());
            bytes[at] = length;
        }
    }
    if choices.rarely() {
        bytes.truncate(usize::from(choices.byte()) * 256);
    }
    folder.write(FILE, &bytes);
    match Store::open(folder.path()) {
        Ok(store) => {
            let source = source();
            let looked = store.look(&Look::Id(advisories::id(choices))).map(drop);
            let each = store.each(&source.base, &source.name, false, &mut |_, _| {});
            for error in [looked, each, store.sources().map(drop)].into_iter().filter_map(Result::err) {
                assert_is_a_line(&error.to_string());
            }
        }
        Err(error) => assert_is_a_line(&error.to_string()),
    }
    // Whoever syncs sets aside what it cannot use, or says what is wrong.
    if let Err(error) = Writer::open(folder.path(), &mut || {}) {
        assert_is_a_line(&error.to_string());
    }
    for entry in std::fs::read_dir(folder.path()).expect("a folder").flatten() {
        let _ = std::fs::remove_file(entry.path());
    }
}
