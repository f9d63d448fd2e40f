//! Records that are aliases of each other, merged: each record is in one
//! advisory at most, their order does not matter, and no draft is heard in public.
#![no_main]

use std::cell::OnceCell;
use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use secnotes::advisory::{Advisory, Budget, merge, read};
use secnotes::files::Place;
use secnotes_fuzz::advisories::record;
use secnotes_fuzz::report::SECRET;
use secnotes_fuzz::{Choices, Scratch};
use serde_json::Value;

thread_local! {
    static FOLDER: OnceCell<Scratch> = const { OnceCell::new() };
}

fuzz_target!(|data: &[u8]| {
    let mut choices = Choices(data);
    let mut records = Vec::new();
    while !choices.is_done() && records.len() < 12 {
        records.push(record(&mut choices));
    }
    let text = Value::Array(records).to_string();
    let path =
        FOLDER.with(|folder| folder.get_or_init(|| Scratch::new("advisories")).write("records.json", text.as_bytes()));
    let Ok(loaded) = read(&[Place::named(path)], &Budget::default()) else { return };
    let mut backwards = loaded.records.clone();
    backwards.reverse();
    let merged = merge(loaded.records);
    let seen = |advisories: &[Advisory]| format!("{advisories:#?}");
    assert_eq!(seen(&merged), seen(&merge(backwards)), "{text}");
    let mut known = BTreeSet::new();
    for advisory in merged.iter().filter(|advisory| !advisory.disclosure.is_private()) {
        assert!(!seen(std::slice::from_ref(advisory)).contains(SECRET), "{text}");
        for id in advisory.ids() {
            assert!(known.insert(id.clone()), "{id} is in two advisories: {text}");
        }
    }
});
