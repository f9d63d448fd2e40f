//! Opening a repository and reading single objects from it.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use git2::{ErrorClass, ErrorCode, ObjectType, Oid};

use super::Error;
use crate::model::{CommitId, Remote, TagName, line_of_path};

/// A git repository on this machine. Nothing is ever written to it.
pub struct Repository {
    pub(super) git: git2::Repository,
    path: PathBuf,
    tags: OnceCell<Vec<(TagName, CommitId)>>,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Repository {
    /// Opens the repository that holds a path: a work tree, a linked work
    /// tree, a bare repository, or any folder inside one.
    ///
    /// # Errors
    /// The path is in no repository, the repository is a shallow clone, or it
    /// cannot be read.
    pub fn open(path: &Path) -> Result<Self, Error> {
        // Objects were checked when they were fetched; hashing each again
        // takes longer than reading it.
        git2::opts::strict_hash_verification(false);
        let git = git2::Repository::discover(path).map_err(|error| not_opened(path, &error))?;
        let path = git.workdir().unwrap_or_else(|| git.path()).to_path_buf();
        if git.is_shallow() {
            return Err(Error::Shallow { path });
        }
        Ok(Self { git, path, tags: OnceCell::new() })
    }

    /// The folder of the work tree, or of the bare repository.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder whose files are the repository's: its work tree, or of a bare
    /// repository its own folder.
    ///
    /// A work tree that git's folder names (`core.worktree`) is believed only if
    /// its `.git` leads back: else whoever made the repository could name `/`.
    #[must_use]
    pub fn home(&self) -> &Path {
        let leads_back = |tree: &&Path| {
            let back = git2::Repository::open(tree).ok();
            back.is_some_and(|back| back.path().canonicalize().ok() == self.git.path().canonicalize().ok())
        };
        self.git.workdir().filter(leads_back).unwrap_or_else(|| self.git.path())
    }

    /// The folders that git itself uses: of this work tree, and of all of them.
    #[must_use]
    pub fn git_folders(&self) -> [&Path; 2] {
        [self.git.path(), self.git.commondir()]
    }

    /// Where the project lives: the remotes `origin` and `upstream`, else the
    /// only one there is. A fork's clone has both, and is about both.
    #[must_use]
    pub fn remotes(&self) -> Vec<Remote> {
        let address = |name: &str| {
            let remote = self.git.find_remote(name).ok()?;
            remote.url().ok()?.parse::<Remote>().ok()
        };
        let mut remotes: Vec<Remote> = ["upstream", "origin"].iter().filter_map(|name| address(name)).collect();
        if remotes.is_empty()
            && let Ok(names) = self.git.remotes()
        {
            let mut names = names.iter().flatten().flatten();
            if let (Some(only), None) = (names.next(), names.next()) {
                remotes.extend(address(only));
            }
        }
        remotes.dedup();
        remotes
    }

    /// Every tag that leads to a commit, by name.
    ///
    /// # Errors
    /// Git cannot list them.
    pub fn tags(&self) -> Result<&[(TagName, CommitId)], Error> {
        if self.tags.get().is_none() {
            let _ = self.tags.set(self.read_tags()?);
        }
        Ok(self.tags.get().map(Vec::as_slice).unwrap_or_default())
    }

    fn read_tags(&self) -> Result<Vec<(TagName, CommitId)>, Error> {
        let doing = "listing tags";
        let references = self.git.references_glob("refs/tags/*").map_err(|error| Error::git(doing, &error))?;
        let mut tags = Vec::new();
        for reference in references {
            let reference = reference.map_err(|error| Error::git(doing, &error))?;
            // A tag of a tree or a blob, or of a missing object, is no release.
            let Ok(commit) = reference.peel_to_commit() else { continue };
            let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
            let name = name.strip_prefix("refs/tags/").unwrap_or(&name);
            tags.push((TagName::new(name), commit_id(commit.id())));
        }
        tags.sort();
        Ok(tags)
    }

    /// The commits at the tips of local and remote-tracking branches.
    ///
    /// # Errors
    /// Git cannot list them.
    pub fn branch_tips(&self) -> Result<Vec<CommitId>, Error> {
        let doing = "listing branches";
        let branches = self.git.branches(None).map_err(|error| Error::git(doing, &error))?;
        let mut tips = Vec::new();
        for branch in branches {
            let (branch, _) = branch.map_err(|error| Error::git(doing, &error))?;
            if let Ok(commit) = branch.get().peel_to_commit() {
                tips.push(commit_id(commit.id()));
            }
        }
        tips.sort_unstable();
        tips.dedup();
        Ok(tips)
    }

    /// The commit at `HEAD`; none where there is no commit yet.
    #[must_use]
    pub fn head(&self) -> Option<CommitId> {
        let head = self.git.head().ok()?.peel_to_commit().ok()?;
        Some(commit_id(head.id()))
    }

    /// The commit that a tag, a branch or a hash names.
    ///
    /// # Errors
    /// It names none.
    pub fn resolve(&self, name: &str) -> Result<CommitId, Error> {
        let refuse = |_| Error::NoSuchCommit(name.to_owned());
        let object = self.git.revparse_single(name).map_err(refuse)?;
        let commit = object.peel_to_commit().map_err(refuse)?;
        Ok(commit_id(commit.id()))
    }

    /// Whether a blob is larger than any manifest is. It is not loaded for that.
    fn is_large(&self, blob: Oid) -> bool {
        const LARGEST: usize = 16 << 20;
        self.git.odb().and_then(|objects| objects.read_header(blob)).is_ok_and(|(size, _)| size > LARGEST)
    }

    /// Every file of a commit's tree that `wanted` asks for, as (path, text),
    /// with how many could not be read (a partial clone lacks their contents).
    ///
    /// Folders that `enter` refuses are not looked into. Text that is not
    /// UTF-8 is read with replacement characters.
    ///
    /// # Errors
    /// The commit or its tree cannot be read.
    pub fn files(
        &self,
        commit: CommitId,
        enter: &dyn Fn(&str) -> bool,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<(Vec<(String, String)>, usize), Error> {
        let doing = || format!("reading the files of commit {}", commit.short());
        let tree = self.git.find_commit(oid(commit)).and_then(|commit| commit.tree());
        let tree = tree.map_err(|error| Error::git(doing(), &error))?;
        let (mut files, mut missing) = (Vec::new(), 0);
        let mut waiting = vec![(String::new(), tree)];
        while let Some((folder, tree)) = waiting.pop() {
            for entry in &tree {
                let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
                let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
                match entry.kind() {
                    Some(ObjectType::Tree) if enter(&name) => match self.git.find_tree(entry.id()) {
                        Ok(tree) => waiting.push((path, tree)),
                        Err(_) => missing += 1,
                    },
                    Some(ObjectType::Blob) if wanted(&name) && self.is_large(entry.id()) => missing += 1,
                    Some(ObjectType::Blob) if wanted(&name) => match self.git.find_blob(entry.id()) {
                        Ok(blob) => files.push((path, String::from_utf8_lossy(blob.content()).into_owned())),
                        Err(_) => missing += 1,
                    },
                    _ => {}
                }
            }
        }
        files.sort();
        Ok((files, missing))
    }
}

pub(super) fn commit_id(oid: Oid) -> CommitId {
    CommitId::from_bytes(oid.as_bytes().try_into().unwrap_or([0; 20]))
}

pub(super) fn oid(id: CommitId) -> Oid {
    Oid::from_bytes(id.as_bytes()).unwrap_or(Oid::ZERO_SHA1)
}

fn not_opened(path: &Path, error: &git2::Error) -> Error {
    let path = path.to_path_buf();
    let message = error.message();
    match (error.code(), error.class()) {
        (ErrorCode::NotFound, _) => Error::NotARepository(path),
        (ErrorCode::Owner, _) => Error::Owner { path },
        (_, ErrorClass::Repository) if message.contains("partialclone") => Error::Unsupported {
            path,
            reason: "it is a partial clone that names its promisor in extensions.partialClone; \
                     use a full clone: git clone URL"
                .to_owned(),
        },
        (_, ErrorClass::Repository) if message.contains("objectformat") || message.contains("object format") => {
            Error::Unsupported { path, reason: "it uses SHA-256 hashes; only SHA-1 is read".to_owned() }
        }
        (_, ErrorClass::Repository) if message.contains("refstorage") || message.contains("reftable") => {
            Error::Unsupported {
                path,
                reason: "it stores references as a reftable; convert a copy with: git refs migrate --ref-format=files"
                    .to_owned(),
            }
        }
        _ => Error::git(format!("opening the repository at {}", line_of_path(&path)), error),
    }
}
