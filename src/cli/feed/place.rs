//! The folder of a feed, and the names beside it that an export uses.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::FeedError;
use crate::files::leads_out_of_a_work_tree;

/// Where a feed is, links followed. Beside a folder `NAME` stand, hidden:
///
/// | `.NAME.secnotes-lock` | who has locked it may change the rest; while two folders change places, it says which (see `mark.rs`) |
/// | `.NAME.secnotes-new` | the feed to be, while it is written |
/// | `.NAME.secnotes-aside` | the feed that was, between the two renames of a system that cannot exchange folders |
/// | `.NAME.secnotes-old` | the feed before this one, for readers that have it open |
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The folder itself; it need not be there.
    pub(super) feed: PathBuf,
    pub(super) new: PathBuf,
    pub(super) aside: PathBuf,
    pub(super) old: PathBuf,
    pub(super) lock: PathBuf,
    /// The folder that all of them are in.
    pub(super) above: PathBuf,
}

impl Place {
    /// The place that a path names. A symbolic link stays one: what it leads
    /// to is replaced.
    pub(super) fn new(path: &Path) -> Result<Self, FeedError> {
        let not = |why| FeedError::NotAFolder { path: path.to_owned(), why };
        if leads_out_of_a_work_tree(path) {
            return Err(not("a link in the work tree leads out of it; name the folder that it leads to"));
        }
        let feed = match std::fs::symlink_metadata(path) {
            Ok(found) => {
                let real = match std::fs::canonicalize(path) {
                    // What it leads to is still to be made, or was moved aside
                    // by an export that was killed.
                    Err(error) if error.kind() == ErrorKind::NotFound && found.is_symlink() => {
                        let target = std::fs::read_link(path).map_err(FeedError::files("open", path))?;
                        absent(&path.parent().unwrap_or(path).join(target)).map_err(not)?
                    }
                    real => real.map_err(FeedError::files("open", path))?,
                };
                if is_there(&real) && !real.is_dir() {
                    return Err(not("it is a file"));
                }
                real
            }
            Err(error) if error.kind() == ErrorKind::NotFound => absent(path).map_err(not)?,
            Err(error) => return Err(FeedError::files("open", path)(error)),
        };
        let (Some(name), Some(above)) = (feed.file_name(), feed.parent()) else {
            return Err(not("it has no folder above it"));
        };
        let beside = |what: &str| {
            let mut hidden = OsString::from(".");
            hidden.push(name);
            hidden.push(format!(".secnotes-{what}"));
            above.join(hidden)
        };
        Ok(Self {
            new: beside("new"),
            aside: beside("aside"),
            old: beside("old"),
            lock: beside("lock"),
            above: above.to_owned(),
            feed,
        })
    }

    /// Refuses a place whose exchange would pull the ground from under somebody:
    /// the current folder, what is above it, and whatever holds the input.
    pub(super) fn keep_clear_of(&self, used: &[PathBuf]) -> Result<(), FeedError> {
        let not = |why| FeedError::NotAFolder { path: self.feed.clone(), why };
        let within = |path: &Path| std::fs::canonicalize(path).is_ok_and(|path| path.starts_with(&self.feed));
        if std::env::current_dir().is_ok_and(|here| within(&here)) {
            return Err(not("it is the current folder, or holds it; run the export from outside"));
        }
        if self.feed.join(".git").exists() {
            return Err(not("it is a git work tree, which is not exchanged; export beside it, and copy the files in"));
        }
        if used.iter().any(|path| within(path)) {
            return Err(not("it holds what the feed is made of: the repository, or records that are read"));
        }
        Ok(())
    }

    /// Locks the place until the file is dropped, also by a killed process.
    pub(super) fn lock(&self) -> Result<File, FeedError> {
        std::fs::create_dir_all(&self.above).map_err(FeedError::files("create", &self.above))?;
        let failed = || FeedError::files("lock the feed by", &self.lock);
        let file = open_lock(&self.lock).map_err(failed())?;
        if !file.metadata().map_err(failed())?.is_file() {
            return Err(failed()(std::io::Error::other("it is no regular file; remove it")));
        }
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(FeedError::Busy(self.feed.clone())),
            Err(TryLockError::Error(error)) => Err(FeedError::files("lock the feed by", &self.lock)(error)),
        }
    }
}

/// Opens the lock. What lies there may have come with a checkout: a link would
/// make a file elsewhere, and a pipe would be waited for.
pub(super) fn open_lock(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).read(true).write(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
        options.custom_flags(i32::try_from(flags).unwrap_or_default());
    }
    options.open(path)
}

/// The place of a folder that is not there: in the folder above, links followed
/// as far as it is there.
fn absent(path: &Path) -> Result<PathBuf, &'static str> {
    let path = std::path::absolute(path).map_err(|_| "the current folder cannot be found")?;
    let (Some(name), Some(above)) = (path.file_name(), path.parent()) else { return Err("it has no name") };
    let above = std::fs::canonicalize(above).unwrap_or_else(|_| above.to_owned());
    Ok(above.join(name))
}

/// Whether something of this name is there, be it a link that leads nowhere.
pub(super) fn is_there(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

/// Removes a folder if it is there.
pub(super) fn remove(path: &Path) -> Result<(), FeedError> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(FeedError::files("remove", path)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_folder_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(Place::new(&file).unwrap_err().to_string().ends_with("it is a file"));
        assert!(Place::new(Path::new("/")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stands_for_what_it_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link, broken) =
            (folder.path().join("real"), folder.path().join("link"), folder.path().join("broken"));
        std::fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        std::os::unix::fs::symlink("nowhere", &broken).unwrap();
        assert_eq!(Place::new(&link).unwrap().feed, real.canonicalize().unwrap());
        assert_eq!(Place::new(&broken).unwrap().feed, folder.path().canonicalize().unwrap().join("nowhere"));
    }

    #[test]
    fn one_export_at_a_time_has_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(&folder.path().join("a/feed")).unwrap();
        let lock = place.lock().unwrap();
        assert!(matches!(place.lock(), Err(FeedError::Busy(_))));
        drop(lock);
        place.lock().unwrap();
    }
}
