//! Files of a store that were found damaged: each has a mark beside it.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Says beside a file that it is damaged.
pub(super) const CONDEMNED: &str = ".is-damaged";

/// Marks a file as damaged for the next sync; whether that could be done.
pub(super) fn condemn(path: &Path) -> bool {
    let mark = beside(path, CONDEMNED);
    is_condemned(path) || OpenOptions::new().write(true).create_new(true).open(mark).is_ok()
}

pub(super) fn is_condemned(path: &Path) -> bool {
    std::fs::symlink_metadata(beside(path, CONDEMNED)).is_ok()
}
