//! The boundary: which files of this machine are read because of what other
//! people wrote.
//!
//! A configuration comes with a repository, a list of files with a snapshot, a
//! link with a folder of records: each can name a path, and whoever wrote it may
//! want the environment (`/proc/self/environ`), a key or a token in the notes
//! that are published. So there are two kinds of paths, and they are two types:
//!
//! - a [`NamedPath`] was written by the person at the command line, or in their
//!   own configuration: it may lie anywhere;
//! - an [`EnclosedPath`] came from a repository, a snapshot or a folder: it leads
//!   to a regular file within its [`Enclosure`] after links are followed, never
//!   into git's own folder, to a file of the folder's owner or of whoever runs this.
//!
//! Both are read with a bound.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::model::{line_of, line_of_path};

/// A path that the person at the command line named, or their own configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPath(PathBuf);

impl NamedPath {
    /// A path of an argument, of the environment or of the user's own configuration.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The path as it was written.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        &self.0
    }
}

/// What git itself keeps in its folder.
/// `.git/config` may hold a password, and was printed as a template.
const OF_GIT: [&str; 18] = [
    "config",
    "config.worktree",
    "description",
    "hooks",
    "objects",
    "refs",
    "reftable",
    "logs",
    "info",
    "packed-refs",
    "HEAD",
    "FETCH_HEAD",
    "ORIG_HEAD",
    "index",
    "modules",
    "worktrees",
    "lfs",
    "shallow",
];

/// A folder whose contents other people wrote, and what may be read on their word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosure(Arc<Walls>);

#[derive(Debug, PartialEq, Eq)]
struct Walls {
    /// The folder, links followed.
    folder: PathBuf,
    /// What to call it in errors.
    kind: &'static str,
    /// Git's own folders of the repository, links followed.
    git: Vec<PathBuf>,
    /// What the user's own configuration allows beside it, links followed.
    allowed: Vec<PathBuf>,
    /// Services of this machine that the user allows: `localhost:8080`.
    services: Vec<String>,
    /// Who owns the folder.
    owner: Option<u32>,
}

/// What a user allows to the files of any repository beside that repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowed {
    /// Files, and folders with all that is in them.
    pub paths: Vec<PathBuf>,
    /// Services of this machine that may be asked, each a host and a port: `localhost:8080`.
    pub services: Vec<String>,
}

impl Enclosure {
    /// The work tree of a repository (or the folder of a bare one), with the
    /// folders that git itself uses, and the paths outside that the user allows.
    ///
    /// # Errors
    /// The folder is not there.
    pub fn of_repository(folder: &Path, git: &[&Path], user: &Allowed) -> io::Result<Self> {
        let real = |path: &Path| path.canonicalize().ok();
        let folder = folder.canonicalize()?;
        let mut git: Vec<PathBuf> = git.iter().filter_map(|path| real(path)).collect();
        // A bare repository is git's folder itself: there, what git made in it is refused.
        if git.contains(&folder) {
            git.retain(|path| *path != folder);
            git.extend(OF_GIT.map(|name| folder.join(name)));
        }
        let allowed = user.paths.iter().filter_map(|path| real(path)).collect();
        let (services, owner) = (user.services.clone(), owner(&folder.metadata()?));
        Ok(Self(Arc::new(Walls { folder, kind: "the repository", git, allowed, services, owner })))
    }

    /// A folder of files that were brought here: a snapshot, a feed, records.
    ///
    /// # Errors
    /// The folder is not there.
    pub fn of_folder(folder: &Path) -> io::Result<Self> {
        let folder = folder.canonicalize()?;
        let owner = owner(&folder.metadata()?);
        let walls =
            Walls { folder, kind: "the folder", git: Vec::new(), allowed: Vec::new(), services: Vec::new(), owner };
        Ok(Self(Arc::new(walls)))
    }

    /// The folder itself, links followed.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// The place that a person named. What lies in here is the repository's,
    /// whoever names it: a CI job names a file that a pull request can make a
    /// link to something else.
    #[must_use]
    pub fn place(&self, named: &Path) -> Place {
        let within = |path: &Path| path.canonicalize().ok().filter(|real| real.starts_with(&self.0.folder));
        let written = flat(&std::path::absolute(named).unwrap_or_else(|_| named.to_owned()));
        // The nearest folder that leads in here, by whatever links.
        let above = written.ancestors().skip(1).find_map(|above| Some((above, within(above)?)));
        match above {
            Some((above, real)) => {
                Place::Enclosed(self.path(real.join(written.strip_prefix(above).unwrap_or(&written))))
            }
            None => within(named).map_or_else(|| Place::named(named), |real| Place::Enclosed(self.path(real))),
        }
    }

    /// A path in it: relative to its folder, or absolute.
    #[must_use]
    pub fn path(&self, written: impl AsRef<Path>) -> EnclosedPath {
        EnclosedPath { path: self.0.folder.join(written), enclosure: self.clone() }
    }
}

/// A path that came from a repository, a snapshot or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnclosedPath {
    enclosure: Enclosure,
    path: PathBuf,
}

impl EnclosedPath {
    /// The path, links not followed. To name it; to read it, ask for its contents.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        &self.path
    }

    /// Where it leads.
    ///
    /// # Errors
    /// There is nothing, or it leads out of the enclosure or into git's folder.
    pub fn resolve(&self) -> Result<PathBuf, FileError> {
        let walls = &*self.enclosure.0;
        let refuse = |why| self.error(why);
        let outside = || refuse(Refusal::Outside { kind: walls.kind, folder: walls.folder.clone() });
        let real = match self.path.canonicalize() {
            Ok(real) => real,
            // Whether there is such a file outside is nobody's business.
            Err(_) if !is_allowed(walls, &flat(&self.path)) => return Err(outside()),
            Err(error) => return Err(refuse(Refusal::System(error))),
        };
        if walls.allowed.iter().any(|allowed| real.starts_with(allowed)) {
            return Ok(real);
        }
        let Ok(within) = real.strip_prefix(&walls.folder) else { return Err(outside()) };
        let of_git = |part: Component<'_>| part.as_os_str().eq_ignore_ascii_case(".git");
        if within.components().any(of_git) || walls.git.iter().any(|git| real.starts_with(git)) {
            return Err(refuse(Refusal::OfGit));
        }
        Ok(real)
    }

    fn open(&self) -> Result<File, FileError> {
        let real = self.resolve()?;
        let failed = |error| self.error(Refusal::System(error));
        let file = open_plainly(&real).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(self.error(Refusal::NotAFile(kind(&metadata))));
        }
        let walls = &*self.enclosure.0;
        let is_allowed = walls.allowed.iter().any(|allowed| real.starts_with(allowed));
        if !is_allowed && owner(&metadata).is_some_and(|owner| Some(owner) != walls.owner && owner != whoever_runs()) {
            return Err(self.error(Refusal::Owner));
        }
        Ok(file)
    }

    fn error(&self, why: Refusal) -> FileError {
        FileError { path: self.path.clone(), why }
    }
}

fn is_allowed(walls: &Walls, path: &Path) -> bool {
    path.starts_with(&walls.folder) || walls.allowed.iter().any(|allowed| path.starts_with(allowed))
}

/// The path with `..` taken by its letters.
fn flat(path: &Path) -> PathBuf {
    let mut flat = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                flat.pop();
            }
            Component::CurDir => {}
            other => flat.push(other),
        }
    }
    flat
}

/// A path to read, of either kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A person named it.
    Named(NamedPath),
    /// A repository, a snapshot or a folder did.
    Enclosed(EnclosedPath),
}

impl Place {
    /// A path that a person named.
    pub fn named(path: impl Into<PathBuf>) -> Self {
        Self::Named(NamedPath::new(path))
    }

    /// The path, links not followed. To name it; to read it, ask for its contents.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        match self {
            Self::Named(named) => named.as_path(),
            Self::Enclosed(enclosed) => enclosed.as_path(),
        }
    }

    /// The place that a file at this place names: what a person's own file
    /// names may lie anywhere, too.
    #[must_use]
    pub fn beside(&self, written: &str) -> Self {
        let folder = self.as_path().parent().unwrap_or_else(|| Path::new(""));
        let path = folder.join(written);
        match self {
            Self::Named(_) => Self::named(path),
            Self::Enclosed(enclosed) => Self::Enclosed(enclosed.enclosure.path(path)),
        }
    }

    /// What the files of the folder at this place may lead to: where a person
    /// named it, what is in it.
    ///
    /// # Errors
    /// The folder is not there.
    pub fn walls(&self) -> Result<Enclosure, FileError> {
        match self {
            Self::Named(named) => Enclosure::of_folder(named.as_path())
                .map_err(|error| FileError { path: named.as_path().to_owned(), why: Refusal::System(error) }),
            Self::Enclosed(enclosed) => Ok(enclosed.enclosure.clone()),
        }
    }

    /// Whether a service of this machine may be asked because a file at this
    /// place names it. Behind it may be anything that trusts this machine.
    #[must_use]
    pub fn may_ask(&self, service: &str) -> bool {
        match self {
            Self::Named(_) => true,
            Self::Enclosed(enclosed) => enclosed.enclosure.0.services.iter().any(|allowed| allowed == service),
        }
    }

    /// Where it leads: what may be looked at on the word of who named it.
    ///
    /// # Errors
    /// There is nothing, or it is refused.
    pub fn resolve(&self) -> Result<PathBuf, FileError> {
        match self {
            Self::Named(named) => Ok(named.as_path().to_owned()),
            Self::Enclosed(enclosed) => enclosed.resolve(),
        }
    }

    /// Opens the file. A person may name a pipe; nobody else.
    ///
    /// # Errors
    /// There is none, it cannot be read, or it is refused.
    pub fn open(&self) -> Result<File, FileError> {
        match self {
            Self::Named(named) => File::open(named.as_path())
                .map_err(|error| FileError { path: named.as_path().to_owned(), why: Refusal::System(error) }),
            Self::Enclosed(enclosed) => enclosed.open(),
        }
    }

    /// The whole file, if it has not more than `most` bytes.
    ///
    /// # Errors
    /// As for [`Place::open`], and where it is larger.
    pub fn read(&self, most: u64) -> Result<Vec<u8>, FileError> {
        let failed = |why| FileError { path: self.as_path().to_owned(), why };
        let mut bytes = Vec::new();
        let file = self.open()?;
        file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| failed(Refusal::System(error)))?;
        if bytes.len() as u64 > most {
            return Err(failed(Refusal::TooLarge(most)));
        }
        Ok(bytes)
    }

    /// The whole file as text.
    ///
    /// # Errors
    /// As for [`Place::read`], and where it is not UTF-8.
    pub fn read_text(&self, most: u64) -> Result<String, FileError> {
        let refuse = |_| FileError { path: self.as_path().to_owned(), why: Refusal::NotUtf8 };
        String::from_utf8(self.read(most)?).map_err(refuse)
    }
}

/// A file that is not read, and why.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", line_of_path(path))]
#[non_exhaustive]
pub struct FileError {
    /// The file, as it was named.
    pub path: PathBuf,
    /// Why.
    pub why: Refusal,
}

impl FileError {
    /// Whether there is no such file.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(&self.why, Refusal::System(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The system says so.
    #[error("{}", line_of(.0))]
    System(io::Error),
    /// It leads out.
    #[error(
        "it leads out of {kind} {}, and what is read on the word of that is within it; name the file on the command \
         line, or allow it in your own configuration",
        line_of_path(folder)
    )]
    Outside {
        /// What kind of folder that is.
        kind: &'static str,
        /// The folder.
        folder: PathBuf,
    },
    /// It is git's own.
    #[error("it lies in git's own folder, which holds tokens and hooks; name a file of the work tree")]
    OfGit,
    /// It is no file.
    #[error("it is {0}; only regular files are read")]
    NotAFile(&'static str),
    /// It is somebody else's.
    #[error("it belongs to another user than the folder that it is in; change its owner, or remove it")]
    Owner,
    /// It is too large.
    #[error("it has more than {0} bytes")]
    TooLarge(u64),
    /// It is no text.
    #[error("it is not UTF-8; save it as UTF-8")]
    NotUtf8,
}

/// Whether a path in a git work tree leads out of it: the link came with the
/// checkout, and says nothing about where the person wants to write.
#[must_use]
pub fn leads_out_of_a_work_tree(path: &Path) -> bool {
    let Ok(path) = std::path::absolute(path) else { return false };
    let path = flat(&path);
    let Some(tree) = path.ancestors().skip(1).find(|above| above.join(".git").exists()) else { return false };
    let there = path.ancestors().find_map(|above| std::fs::canonicalize(above).ok());
    let dangles = std::fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink()) && !path.exists();
    dangles || tree.canonicalize().is_ok_and(|tree| there.is_some_and(|there| !there.starts_with(tree)))
}

fn kind(metadata: &Metadata) -> &'static str {
    if metadata.is_dir() { "a folder" } else { "a pipe, a socket or a device" }
}

/// Opens without waiting for a pipe's other end, and follows no link that took
/// the file's place since its path was resolved.
#[cfg(unix)]
fn open_plainly(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

#[cfg(not(unix))]
fn open_plainly(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(unix)]
fn owner(metadata: &Metadata) -> Option<u32> {
    Some(std::os::unix::fs::MetadataExt::uid(metadata))
}

#[cfg(not(unix))]
fn owner(_: &Metadata) -> Option<u32> {
    None
}

#[cfg(unix)]
fn whoever_runs() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn whoever_runs() -> u32 {
    0
}
