//! Where the real histories and advisories are; tests that need them say so
//! and pass where they are not.

use std::path::{Path, PathBuf};

/// The folder of real data, if this machine has it.
pub(crate) fn realdata() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/realdata");
    let folder = std::env::var_os("SECNOTES_REALDATA").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there is no real data at {} (SECNOTES_REALDATA names its folder)", folder.to_string_lossy());
    None
}

/// The folder of published schemas next to the real data, if this machine has it.
pub(crate) fn schemas() -> Option<PathBuf> {
    let folder = realdata()?.join("../schemas");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there are no schemas at {}", folder.to_string_lossy());
    None
}
