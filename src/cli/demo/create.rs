//! Makes the demonstration: the history of `story`, played by `builder`, and
//! `records` beside it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::builder::{Builder, Story};
use super::{records, story};
use crate::model::{CommitId, TagName, line, line_of, line_of_path};

/// Where the demonstration claims to live.
const ORIGIN: &str = "https://github.com/example/parcel";

/// What was made, or was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demo {
    /// The repository's folder.
    pub path: PathBuf,
    /// Whether it was there already, untouched.
    pub already_there: bool,
    /// The commit that is checked out.
    pub head: CommitId,
    /// How many commits there are, on all branches.
    pub commits: usize,
    /// The tags, by name.
    pub tags: Vec<TagName>,
    /// The folder of the advisories.
    pub advisories: PathBuf,
    /// The configuration file.
    pub config: PathBuf,
}

/// The demonstration cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Something else is there, or the demonstration was changed.
    #[error("{} holds something else: name a folder that is empty or not there yet", line_of_path(path))]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("cannot write the demonstration to {}: {}", line_of_path(path), line_of(source))]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Git refused.
    #[error("cannot make the demonstration's history: {}", line(.0.message()))]
    Git(#[from] git2::Error),
}

/// Makes the demonstration in a folder that is empty or not there yet. If the
/// same one is there already, says so and changes nothing.
///
/// # Errors
/// The folder holds something else, or cannot be written. Nothing half-made is
/// left there.
pub fn create(path: &Path) -> Result<Demo, DemoError> {
    let failed = |source| DemoError::Write { path: path.to_owned(), source };
    let path = &std::path::absolute(path).map_err(failed)?;
    let vacant = match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(_) if path.is_file() => return Err(DemoError::Occupied { path: path.clone() }),
        Err(error) => return Err(failed(error)),
    };
    if !vacant {
        // Making it again somewhere else tells what it should be.
        let scratch = tempfile::tempdir().map_err(failed)?;
        let (story, files) = make(scratch.path())?;
        return match is_same(path, &story, &files) {
            true => Ok(demo(path, &story, true)),
            false => Err(DemoError::Occupied { path: path.clone() }),
        };
    }
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).map_err(failed)?;
    // Beside its place, so that it appears there whole or not at all. The
    // temporary folder itself is for its owner's eyes only, which the
    // repository need not be.
    let scratch = tempfile::Builder::new().prefix(".secnotes-demo-").tempdir_in(parent).map_err(failed)?;
    let made = scratch.path().join("parcel");
    let (story, _) = make(&made)?;
    if path.exists() {
        fs::remove_dir(path).map_err(failed)?;
    }
    fs::rename(&made, path).map_err(failed)?;
    Ok(demo(path, &story, false))
}

type Files = BTreeMap<&'static str, String>;

/// Makes repository, advisories and configuration in a folder.
fn make(folder: &Path) -> Result<(Story, Files), DemoError> {
    let mut builder = Builder::new(folder, story::TRUNK)?;
    for step in story::CHAPTERS.into_iter().flatten() {
        builder.play(step)?;
    }
    let mut files = Files::new();
    for (path, text) in records::RECORDS.into_iter().chain([records::CONFIG]) {
        files.insert(path, builder.fill(text)?);
    }
    let story = builder.finish(ORIGIN)?;
    for (path, text) in &files {
        write(&folder.join(path), text)?;
    }
    // They name hashes, so no commit can hold them; `git status` stays clean.
    let ignored = format!("/{}/\n/{}\n", records::FOLDER, records::CONFIG.0);
    write(&folder.join(".git/info/exclude"), &ignored)?;
    Ok((story, files))
}

fn write(path: &Path, text: &str) -> Result<(), DemoError> {
    let failed = |source| DemoError::Write { path: path.to_owned(), source };
    fs::create_dir_all(path.parent().unwrap_or(path)).map_err(failed)?;
    fs::write(path, text).map_err(failed)
}

/// Whether a folder holds this history, checked out, and these files.
fn is_same(path: &Path, story: &Story, files: &Files) -> bool {
    let same_history = || {
        let repo = git2::Repository::open(path)?;
        let head = repo.head()?.peel_to_commit()?.id();
        let tag = |name: &str| repo.refname_to_id(&format!("refs/tags/{name}"));
        let tags = story.tags.iter().all(|(name, id)| tag(name).is_ok_and(|found| found == *id));
        Ok::<_, git2::Error>(head == story.head && tags && repo.tag_names(None)?.len() == story.tags.len())
    };
    let same_file =
        |(file, text): (&&str, &String)| fs::read(path.join(file)).is_ok_and(|bytes| bytes == text.as_bytes());
    same_history().unwrap_or(false) && files.iter().all(same_file)
}

fn demo(path: &Path, story: &Story, already_there: bool) -> Demo {
    let mut head = [0; 20];
    head.iter_mut().zip(story.head.as_bytes()).for_each(|(to, from)| *to = *from);
    Demo {
        path: path.to_owned(),
        already_there,
        head: CommitId::from_bytes(head),
        commits: story.commits.len(),
        tags: story.tags.keys().map(|name| TagName::new(name)).collect(),
        advisories: path.join(records::FOLDER),
        config: path.join(records::CONFIG.0),
    }
}

#[cfg(test)]
mod tests;
