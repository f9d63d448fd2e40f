//! A commit's message.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &str| {
    let _ = secnotes::history::message::scan(data);
});
