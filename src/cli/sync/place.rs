//! The folder of a snapshot, which appears whole or not at all.

use std::path::{Path, PathBuf};

use super::super::error::Error;
use crate::advisory::snapshot::is_snapshot;
use crate::model::line_of_path;

/// Where a snapshot is written: beside its place, then renamed.
pub(super) struct Place {
    target: PathBuf,
    new: tempfile::TempDir,
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::File { doing, path, source }
}

impl Place {
    /// A place that is free, empty, or holds an older snapshot.
    pub(super) fn new(target: &Path) -> Result<Self, Error> {
        let target = std::path::absolute(target).map_err(failed("use", target))?;
        let above = target.parent().unwrap_or(&target).to_owned();
        if target.exists() {
            let mut inside = std::fs::read_dir(&target).map_err(failed("read the folder", &target))?;
            if inside.next().is_some() && !is_snapshot(&target) {
                return Err(Error::NotFound(format!(
                    "{} holds something else than a snapshot; name a new folder, or remove that one",
                    line_of_path(&target)
                )));
            }
        }
        std::fs::create_dir_all(&above).map_err(failed("create the folder", &above))?;
        let new = tempfile::Builder::new().prefix(".secnotes-snapshot-").tempdir_in(&above);
        Ok(Self { new: new.map_err(failed("write into", &above))?, target })
    }

    pub(super) fn new_folder(&self) -> PathBuf {
        self.new.path().join("new")
    }

    /// Puts the new snapshot into its place.
    pub(super) fn publish(self) -> Result<(), Error> {
        let (new, old) = (self.new_folder(), self.new.path().join("old"));
        if self.target.exists() {
            std::fs::rename(&self.target, &old).map_err(failed("replace", &self.target))?;
        }
        if let Err(error) = std::fs::rename(&new, &self.target) {
            // Better the old one than none.
            let _ = std::fs::rename(&old, &self.target);
            return Err(failed("create", &self.target)(error));
        }
        Ok(())
    }
}
