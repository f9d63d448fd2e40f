//! Files of one tree together: each begins with a byte that chooses its path,
//! and ends with a zero byte.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use secnotes::inventory::{Format, Rules, manifests, parse};

const PATHS: [&str; 16] = [
    "go.work",
    "go.mod",
    "a/go.mod",
    "vendor/modules.txt",
    "requirements.txt",
    "constraints-requirements.txt",
    "a/requirements.txt",
    "pyproject.toml",
    "uv.lock",
    "poetry.lock",
    "pom.xml",
    "a/pom.xml",
    "package.json",
    "yarn.lock",
    "package-lock.json",
    "pnpm-lock.yaml",
];

fuzz_target!(|data: &[u8]| {
    let mut files = Vec::new();
    for part in data.split(|byte| *byte == 0).take(PATHS.len()) {
        let Some((first, text)) = part.split_first() else { continue };
        let path = PATHS[usize::from(*first) % PATHS.len()];
        let known = files.iter().any(|(known, ..): &(Arc<str>, _, _)| **known == *path);
        if let (false, Some(format)) = (known, Format::of(path)) {
            files.push((Arc::from(path), format, Arc::new(parse(format, text))));
        }
    }
    let count = files.len();
    assert_eq!(manifests(files, &Rules::default()).len(), count);
});
