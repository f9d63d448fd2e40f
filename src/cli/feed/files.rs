//! Files of the feed to be: written, linked or carried over, and flushed.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use super::error::FeedError;
use super::place::is_there;

/// Writes a new file that everybody may read.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), FeedError> {
    let failed = || FeedError::files("write", path);
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(failed())?;
    file.write_all(bytes).map_err(failed())?;
    permit(&file, 0o644).map_err(failed())
}

/// Gives a file of the old feed a place in the new one: the same file by another
/// name, or a copy where the file system has no second names.
pub(super) fn link(from: &Path, to: &Path) -> Result<(), FeedError> {
    if std::fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    let copy = || {
        std::fs::copy(from, to)?;
        let modified = std::fs::metadata(from)?.modified()?;
        OpenOptions::new().write(true).open(to)?.set_modified(modified)
    };
    copy().map_err(FeedError::files("copy", from))
}

/// Takes what is not the feed's along: `CNAME`, `robots.txt`, `.well-known/` …
/// What is there already stays as it is.
pub(super) fn carry(from: &Path, to: &Path, name: &OsStr) -> Result<(), FeedError> {
    let (from, to) = (from.join(name), to.join(name));
    let Ok(found) = std::fs::symlink_metadata(&from) else { return Ok(()) };
    if found.is_dir() {
        let failed = || FeedError::files("copy", &from);
        if !is_there(&to) {
            std::fs::create_dir(&to).map_err(failed())?;
        }
        for entry in std::fs::read_dir(&from).map_err(failed())? {
            carry(&from, &to, &entry.map_err(failed())?.file_name())?;
        }
        // Last, for a folder that may not be written to has been filled by now.
        return std::fs::set_permissions(&to, found.permissions()).map_err(failed());
    }
    if is_there(&to) {
        return Ok(());
    }
    if found.is_symlink() {
        return std::fs::read_link(&from)
            .and_then(|target| symlink(&target, &to))
            .map_err(FeedError::files("copy the link", &from));
    }
    if found.is_file() { link(&from, &to) } else { Ok(()) }
}

#[cfg(unix)]
fn symlink(target: &Path, to: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, to)
}

#[cfg(not(unix))]
fn symlink(target: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::copy(to.parent().unwrap_or(to).join(target), to).map(|_| ())
}

/// Creates the folder of the feed to be, as open as the one that it replaces.
pub(super) fn folder(new: &Path, like: &Path) -> Result<(), FeedError> {
    let failed = || FeedError::files("create", new);
    std::fs::create_dir(new).map_err(failed())?;
    match std::fs::metadata(like) {
        Ok(found) => std::fs::set_permissions(new, found.permissions()).map_err(failed()),
        Err(_) => File::open(new).and_then(|file| permit(&file, 0o755)).map_err(failed()),
    }
}

/// Whatever the umask says: a web server is to read it.
#[cfg(unix)]
fn permit(file: &File, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // Asking costs less than setting what is set already.
    if file.metadata()?.permissions().mode() & 0o777 == mode {
        return Ok(());
    }
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn permit(_: &File, _: u32) -> std::io::Result<()> {
    Ok(())
}

/// From so many files on, the whole file system is flushed at once: a flush
/// each takes a millisecond or more.
#[cfg(target_os = "linux")]
const MANY: usize = 32;

/// Makes what was written survive a loss of power, before it is published.
pub(super) fn flush(folder: &Path, written: &[&Path]) -> Result<(), FeedError> {
    #[cfg(target_os = "linux")]
    if written.len() > MANY {
        let failed = FeedError::files("flush", folder);
        return File::open(folder).and_then(|file| Ok(rustix::fs::syncfs(&file)?)).map_err(failed);
    }
    for path in written {
        File::open(path).and_then(|file| file.sync_all()).map_err(FeedError::files("flush", *path))?;
    }
    flush_folder(folder)
}

/// Makes the names of a folder survive a loss of power.
pub(super) fn flush_folder(folder: &Path) -> Result<(), FeedError> {
    if cfg!(unix) {
        return File::open(folder).and_then(|file| file.sync_all()).map_err(FeedError::files("flush", folder));
    }
    Ok(())
}
