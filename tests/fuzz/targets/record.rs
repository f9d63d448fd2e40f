//! A record of OSV or GitHub, and what it says of versions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use secnotes::emit::osv::validate::validate;

fuzz_target!(|data: &[u8]| {
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(data) {
        let _ = validate(&value);
    }
});
