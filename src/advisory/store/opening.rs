//! Opens the files of a store to write, and sets right what is wrong with them.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::database::{Database, Opened};
use super::error::StoreError;
use super::writer::Notice;

pub(super) fn open(path: &Path, notices: &mut Vec<Notice>) -> Result<Database, StoreError> {
    is_there(path)?;
    let sound = || {
        if is_condemned(path) {
            return Err(StoreError::damaged(path, "it was found so before"));
        }
        let (database, opened) = Database::write(path)?;
        database.verify()?;
        Ok((database, opened))
    };
    let (database, opened) = match sound() {
        Err(StoreError::Damaged { .. }) => {
            notices.push(Notice::SetAside(set_aside(path)?));
            Database::write(path)?
        }
        opened => opened?,
    };
    match opened {
        Opened::AsItWas => {}
        Opened::Rebuilt { from } => notices.push(Notice::Rebuilt { from }),
    }
    Ok(database)
}

/// The file of unpublished records is its owner's from its first byte on.
pub(super) fn open_private(path: &Path, notices: &mut Vec<Notice>) -> Result<Database, StoreError> {
    is_there(path)?;
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(StoreError::files("create", path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let owner = std::fs::Permissions::from_mode(0o600);
        file.set_permissions(owner).map_err(StoreError::files("protect", path))?;
    }
    drop(file);
    open(path, notices)
}

/// Whether there is a file at a path. Nothing else is opened: a pipe would be
/// waited for, and a link could lead anywhere.
pub(super) fn is_there(path: &Path) -> Result<bool, StoreError> {
    let kind = match std::fs::symlink_metadata(path) {
        Ok(found) => found.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        // A file that may not be seen is another thing than none.
        Err(error) => return Err(StoreError::files("open", path)(error)),
    };
    let kind = match kind {
        kind if kind.is_file() => return Ok(true),
        kind if kind.is_dir() => "a folder",
        kind if kind.is_symlink() => "a link",
        _ => "a pipe, a socket or a device",
    };
    Err(StoreError::NotAFile { path: path.to_owned(), kind })
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Says beside a file that it is damaged.
const CONDEMNED: &str = ".is-damaged";

/// Marks a file as damaged for the next sync; whether that could be done.
pub(super) fn condemn(path: &Path) -> bool {
    let mark = beside(path, CONDEMNED);
    is_condemned(path) || OpenOptions::new().write(true).create_new(true).open(mark).is_ok()
}

fn is_condemned(path: &Path) -> bool {
    std::fs::symlink_metadata(beside(path, CONDEMNED)).is_ok()
}

/// Moves a damaged file out of the way, with what SQLite keeps beside it.
fn set_aside(path: &Path) -> Result<PathBuf, StoreError> {
    let aside = beside(path, ".damaged");
    match std::fs::rename(path, &aside) {
        // It was marked, and somebody removed it.
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        moved => moved.map_err(StoreError::files("set aside", path))?,
    }
    for end in ["-wal", "-shm", CONDEMNED] {
        let beside = beside(path, end);
        if beside.exists() {
            std::fs::remove_file(&beside).map_err(StoreError::files("remove", &beside))?;
        }
    }
    Ok(aside)
}

pub(super) fn make_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(StoreError::files("create the folder", folder))
}

pub(super) fn lock(folder: &Path, wait: &mut dyn FnMut()) -> Result<File, StoreError> {
    let path = folder.join("sync.lock");
    is_there(&path)?;
    let file = OpenOptions::new().create(true).append(true).open(&path).map_err(StoreError::files("open", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            wait();
            file.lock().map_err(StoreError::files("lock", &path))?;
        }
        Err(TryLockError::Error(error)) => return Err(StoreError::files("lock", &path)(error)),
    }
    Ok(file)
}
