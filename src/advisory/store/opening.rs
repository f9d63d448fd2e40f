//! Opens the files of a store to write, and sets right what is wrong with them.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::condemned::{CONDEMNED, beside, is_condemned};
use super::database::{Database, Opened};
use super::error::StoreError;
use super::files::is_there;

/// What opening the store did that a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// Another process had the store, and was waited for.
    Waited,
    /// The store was of an older version and begins anew.
    Rebuilt {
        /// Its version.
        from: i64,
    },
    /// The index was of another version and was derived anew.
    Indexed,
    /// A damaged file was set aside.
    SetAside(PathBuf),
}

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
