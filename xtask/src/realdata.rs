//! Where the real histories and advisories are.

use std::path::{Path, PathBuf};

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

/// The clone of a repository within a folder of clones: `OWNER/NAME`, bare or
/// not, or `OWNER+NAME/repo`.
pub(crate) fn clone_of(folder: &Path, repository: &str) -> Option<PathBuf> {
    let names = [repository.to_owned(), format!("{repository}.git"), format!("{}/repo", repository.replace('/', "+"))];
    names.into_iter().map(|name| folder.join(name)).find(|path| path.is_dir())
}
