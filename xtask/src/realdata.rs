//! Where the real histories and advisories are.

use std::path::PathBuf;

/// The folder of real data: `SECNOTES_REALDATA`, else `../shared/realdata`
/// beside the checkout.
pub(crate) fn folder() -> Result<PathBuf, String> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/realdata");
    let folder = std::env::var_os("SECNOTES_REALDATA").map_or_else(beside, PathBuf::from);
    if folder.is_dir() {
        Ok(folder)
    } else {
        Err(format!("there is no real data at {}; name its folder in SECNOTES_REALDATA", folder.to_string_lossy()))
    }
}
