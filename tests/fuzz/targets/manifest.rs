//! One manifest or lock file: the first byte chooses the format.
#![no_main]

use libfuzzer_sys::fuzz_target;
use secnotes::inventory::{Format, parse};

fuzz_target!(|data: &[u8]| {
    let Some((first, text)) = data.split_first() else { return };
    let format = Format::ALL[usize::from(*first) % Format::ALL.len()];
    let parsed = parse(format, text);
    for problem in &parsed.problems {
        assert!(!problem.message.chars().any(char::is_control), "{problem:?}");
    }
    assert!(parsed.dependencies.iter().all(|dependency| !dependency.version.is_empty()));
});
