//! Where what was computed is kept from one run to the next.

use std::path::{Path, PathBuf};

use super::args::Common;
use crate::history::{self, Repository};
use crate::model::fingerprint;

/// The folder of all that is kept: `SECNOTES_CACHE_DIR`, else below the user's
/// cache folder by the XDG rules. None where the environment names no folder.
pub(super) fn folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("SECNOTES_CACHE_DIR").or_else(|| {
        let cache = set("XDG_CACHE_HOME").filter(|path| path.is_absolute());
        let cache = cache.or_else(|| set("HOME").map(|home| home.join(".cache"))).or_else(|| set("LOCALAPPDATA"));
        cache.map(|cache| cache.join("secnotes"))
    })
}

/// The repository that is asked about, with the folder in which the index of its messages
/// is kept.
pub(super) fn repository(common: &Common) -> Result<Repository, history::Error> {
    let repository = Repository::open(&common.repo)?.within(common.limits());
    let folder = place(common, "messages", repository.path());
    Ok(repository.keeping_messages(folder))
}

/// The file that keeps what the commits of a repository changed.
pub(super) fn file(common: &Common, repository: &Path) -> Option<PathBuf> {
    place(common, "changes", repository)
}

/// Where something of a repository is kept; none where nothing is to be.
fn place(common: &Common, what: &str, repository: &Path) -> Option<PathBuf> {
    if common.no_cache {
        return None;
    }
    let repository = std::fs::canonicalize(repository).unwrap_or_else(|_| repository.to_path_buf());
    let name = format!("{what}-{:016x}", fingerprint(repository.as_os_str().as_encoded_bytes()));
    Some(folder()?.join(name))
}
