//! Opening a repository and reading single objects from it.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use git2::{ErrorClass, ErrorCode, Oid};
use walkdir::WalkDir;

use super::Error;
use super::objects::{FOLDER, Fault, Objects, SUBMODULE, type_of};
use super::oid::{commit_id, oid};
use super::tree_walk::{TreeWalk, WalkError};
use crate::limits::{self, Exceeded, Limits};
use crate::model::{CommitId, Remote, TagName, line_of_path};

/// A git repository on this machine. Nothing is ever written to it.
pub struct Repository {
    pub(super) objects: Objects,
    pub(super) limits: Limits,
    path: PathBuf,
    tags: OnceCell<Vec<(TagName, CommitId)>>,
    /// Where the index of its messages is kept.
    messages: Option<PathBuf>,
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
    /// A walk ends without a word where a shallow clone does, so that half a history would pass for all
    /// of it: that is refused before anything is read.
    pub fn open(path: &Path) -> Result<Self, Error> {
        // Objects were checked when they were fetched; hashing each again
        // takes longer than reading it.
        git2::opts::strict_hash_verification(false);
        let found = git2::Repository::discover_path(path, std::iter::empty::<&Path>());
        if let Some(odd) = found.ok().and_then(|folder| odd_file(&folder)) {
            let reason = format!("{} is a pipe, a socket or a device; remove it", line_of_path(&odd));
            return Err(Error::Unsupported { path: path.to_path_buf(), reason });
        }
        let git = git2::Repository::discover(path).map_err(|error| not_opened(path, &error))?;
        if let Some(around) = around(&git) {
            let reason = format!(
                "it is a bare repository in the work tree at {} and may have come with it, so that its configuration \
                 is not obeyed; move it out",
                line_of_path(&around)
            );
            return Err(Error::Unsupported { path: git.path().to_path_buf(), reason });
        }
        let path = git.workdir().unwrap_or_else(|| git.path()).to_path_buf();
        if git.is_shallow() {
            return Err(Error::Shallow { path });
        }
        let objects = Objects::new(git);
        if let Some(odd) = objects.odd_pack() {
            let reason = format!("{} is a pipe, a socket or a device; remove it", line_of_path(&odd));
            return Err(Error::Unsupported { path, reason });
        }
        Ok(Self { objects, limits: Limits::default(), path, tags: OnceCell::new(), messages: None })
    }

    /// The same with other limits of what is read.
    #[must_use]
    pub const fn within(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same with a folder in which the index of its messages is kept, so that
    /// a commit is read once; without it every run reads every commit. The folder is
    /// this repository's alone. It may be deleted at any time, and several processes
    /// may use it at once; one that cannot be written is no harm.
    #[must_use]
    pub fn keeping_messages(mut self, folder: Option<PathBuf>) -> Self {
        self.messages = folder;
        self
    }

    /// The folder of [`Self::keeping_messages`].
    pub(super) fn kept_messages(&self) -> Option<&Path> {
        self.messages.as_deref()
    }

    /// The limits of what is read.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
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
            let Ok(own) = self.objects.git().path().canonicalize() else { return false };
            let is_own = |git: &Path| git.canonicalize().is_ok_and(|git| git == own);
            // A linked work tree and a submodule have a file there that names git's folder.
            is_own(&tree.join(".git")) || git2::Repository::open(tree).is_ok_and(|back| is_own(back.path()))
        };
        self.objects.git().workdir().filter(leads_back).unwrap_or_else(|| self.objects.git().path())
    }

    /// The folders that git itself uses: of this work tree, and of all of them.
    #[must_use]
    pub fn git_folders(&self) -> [&Path; 2] {
        [self.objects.git().path(), self.objects.git().commondir()]
    }

    /// Where the project lives: the remotes `origin` and `upstream`, else the
    /// only one there is. A fork's clone has both, and is about both.
    #[must_use]
    pub fn remotes(&self) -> Vec<Remote> {
        let address = |name: &str| {
            let remote = self.objects.git().find_remote(name).ok()?;
            remote.url().ok()?.parse::<Remote>().ok()
        };
        let mut remotes: Vec<Remote> = ["upstream", "origin"].iter().filter_map(|name| address(name)).collect();
        if remotes.is_empty()
            && let Ok(names) = self.objects.git().remotes()
        {
            let mut names = names.iter().flatten().flatten();
            if let (Some(only), None) = (names.next(), names.next()) {
                remotes.extend(address(only));
            }
        }
        remotes.dedup();
        remotes
    }

    /// Every tag that leads to a commit, by name. A tag of a tree or of a file is none of them.
    ///
    /// # Errors
    /// Git cannot list them, or a tag leads to nothing that can be read: without
    /// it an older release would pass for the newest.
    pub fn tags(&self) -> Result<&[(TagName, CommitId)], Error> {
        if self.tags.get().is_none() {
            let mut tags: Vec<(TagName, CommitId)> = Vec::new();
            for (name, commit) in self.references("tag", "refs/tags/")? {
                tags.push((TagName::new(&name), commit));
            }
            tags.sort();
            let _ = self.tags.set(tags);
        }
        Ok(self.tags.get().map(Vec::as_slice).unwrap_or_default())
    }

    /// Where a history begins, seen from today: tags, branches, `HEAD`.
    pub(super) fn tips(&self) -> Result<Vec<CommitId>, Error> {
        let mut tips: Vec<CommitId> = self.tags()?.iter().map(|(_, commit)| *commit).collect();
        tips.extend(self.branch_tips()?);
        tips.extend(self.head()?);
        Ok(tips)
    }

    /// Whether it has no work tree.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.objects.git().is_bare()
    }

    /// What to say of a name that no tag has and a branch has.
    #[must_use]
    pub fn known_branch(&self, name: &str) -> Option<Error> {
        let short = name.strip_prefix("refs/heads/").unwrap_or(name);
        let git = self.objects.git();
        let known = |folder: &str| git.find_reference(&format!("{folder}{short}")).is_ok();
        if known("refs/tags/") {
            return None;
        }
        let known = known("refs/heads/") || known("refs/remotes/") || known("refs/remotes/origin/");
        known.then(|| Error::Branch(short.to_owned()))
    }

    /// The commits at the tips of local and remote-tracking branches.
    ///
    /// # Errors
    /// Git cannot list them, or a branch leads to nothing that can be read.
    pub fn branch_tips(&self) -> Result<Vec<CommitId>, Error> {
        let mut tips = Vec::new();
        for folder in ["refs/heads/", "refs/remotes/"] {
            tips.extend(self.references("branch", folder)?.into_iter().map(|(_, commit)| commit));
        }
        tips.sort_unstable();
        tips.dedup();
        Ok(tips)
    }

    /// The references below a folder that lead to commits, by the rest of their names.
    fn references(&self, kind: &'static str, folder: &str) -> Result<Vec<(String, CommitId)>, Error> {
        let doing = || format!("listing the {kind} names of the repository at {}", line_of_path(&self.path));
        let failed = |error: git2::Error| Error::git(doing(), &error);
        let files = self.reference_files(kind, folder)?;
        let mut found = Vec::new();
        let mut listed = BTreeSet::new();
        for reference in self.objects.git().references_glob(&format!("{folder}*")).map_err(failed)? {
            let reference = reference.map_err(failed)?;
            let full_name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
            let bad = |why| self.bad_reference(kind, folder, &full_name, why);
            let target = match reference.target() {
                Some(target) => Some(target),
                None => match reference.resolve() {
                    Ok(named) => named.target(),
                    // `origin/HEAD` still names the branch that was renamed.
                    Err(_) if kind == "branch" => None,
                    Err(_) => return Err(bad("names a reference that is not there".to_owned())),
                },
            };
            if let Some(target) = target {
                let peeled = self.objects.peel(target);
                let peeled = peeled.map_err(|(id, fault)| bad(format!("leads to object {id}, and {fault}")))?;
                let name = full_name.strip_prefix(folder).unwrap_or(&full_name).to_owned();
                found.extend(peeled.map(|commit| (name, commit_id(commit))));
            }
            listed.insert(full_name);
        }
        // The git library passes over a file that is empty or holds no hash, as a
        // crash leaves it.
        match files.difference(&listed).next() {
            Some(bad) => Err(self.bad_reference(kind, folder, bad, "is damaged: its file holds no hash".to_owned())),
            None => Ok(found),
        }
    }

    /// The references below a folder that have files of their own. Fails where one
    /// is a pipe, which the git library would wait for.
    fn reference_files(&self, kind: &'static str, folder: &str) -> Result<BTreeSet<String>, Error> {
        let common = self.objects.git().commondir();
        let mut names = BTreeSet::new();
        for file in WalkDir::new(common.join(folder)).into_iter().flatten().filter(|file| !file.file_type().is_dir()) {
            let name = file.path().strip_prefix(common).unwrap_or_else(|_| file.path()).to_string_lossy();
            if std::fs::metadata(file.path()).is_ok_and(|found| !found.is_file()) {
                return Err(self.bad_reference(kind, folder, &name, "is damaged: it is no regular file".to_owned()));
            }
            // A name that no reference can have (`x.lock`) is not git's.
            if git2::Reference::is_valid_name(&name) {
                names.insert(name.into_owned());
            }
        }
        Ok(names)
    }

    fn bad_reference(&self, kind: &'static str, folder: &str, full_name: &str, why: String) -> Error {
        let name = full_name.strip_prefix(folder).unwrap_or(full_name).to_owned();
        Error::BadReference { path: self.path.clone(), kind, name, full_name: full_name.to_owned(), why }
    }

    /// The commit at `HEAD`; none where there is no commit yet.
    ///
    /// # Errors
    /// What `HEAD` leads to cannot be read.
    pub fn head(&self) -> Result<Option<CommitId>, Error> {
        let target = match self.objects.git().head() {
            Ok(head) => head.target(),
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => None,
            Err(error) => return Err(Error::git("reading HEAD", &error)),
        };
        let Some(target) = target else { return Ok(None) };
        let peeled = self.objects.peel(target).map_err(|(object, fault)| self.unreadable("commit", object, fault))?;
        Ok(peeled.map(commit_id))
    }

    /// The commit that a tag, a branch or a hash names.
    ///
    /// # Errors
    /// It names none, or what it names cannot be read.
    pub fn resolve(&self, name: &str) -> Result<CommitId, Error> {
        let refuse = || Error::NoSuchCommit(name.to_owned());
        let git = self.objects.git();
        let object = if let Ok(reference) = git.resolve_reference_from_short_name(name) {
            reference.resolve().ok().and_then(|named| named.target()).ok_or_else(refuse)?
        } else if name.len() == 40
            && let Ok(id) = Oid::from_str(name)
        {
            id
        } else {
            // An abbreviated hash or an expression (`v1.0.0~3`), for which the git
            // library reads objects on its own.
            self.objects.check_all().map_err(|(object, fault)| self.unreadable("object", object, fault))?;
            git.revparse_single(name).map_err(|_| refuse())?.id()
        };
        match self.objects.peel(object) {
            Ok(Some(commit)) => Ok(commit_id(commit)),
            Ok(None) | Err((_, Fault::Missing)) => Err(refuse()),
            Err((object, fault)) => Err(self.unreadable("object", object, fault)),
        }
    }

    /// An object of the history that cannot be read.
    pub(super) fn unreadable(&self, kind: &'static str, object: Oid, fault: Fault) -> Error {
        let (path, object) = (self.path.clone(), commit_id(object));
        match fault {
            Fault::Missing if kind == "commit" => Error::MissingCommit { path, commit: object },
            fault => Error::Damaged { path, kind, object, why: fault.to_string() },
        }
    }

    /// Every file of a commit's tree whose path `wanted` takes, as (path, text),
    /// with how many could not be read (a partial clone lacks their contents).
    ///
    /// Folders that `enter` refuses are not looked into. Text that is not
    /// UTF-8 is read with replacement characters.
    ///
    /// # Errors
    /// The commit or its tree cannot be read, or it has too many files, or too
    /// large ones: many may have the contents of one.
    pub fn files(
        &self,
        commit: CommitId,
        enter: &dyn Fn(&str) -> bool,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<(Vec<(String, String)>, usize), Error> {
        let of_commit = |fault: Fault| Error::Git {
            doing: format!("reading the files of commit {}", commit.short()),
            message: fault.to_string(),
        };
        let tree = self.objects.commit(oid(commit)).map_err(of_commit)?.tree;
        let mut walk = TreeWalk::new(&self.objects, self.limits, commit);
        let (mut files, mut missing, mut bytes) = (Vec::new(), 0, 0_u64);
        let mut waiting = vec![(String::new(), tree, 0)];
        while let Some((folder, tree, depth)) = waiting.pop() {
            let listed = match walk.folder(tree, &folder, depth) {
                Ok(listed) => listed,
                Err(WalkError::Limit(limit)) => return Err(limit.into()),
                Err(WalkError::Fault(fault)) if depth == 0 => return Err(of_commit(fault)),
                Err(WalkError::Fault(_)) => {
                    missing += 1;
                    continue;
                }
            };
            for entry in listed {
                match type_of(entry.mode) {
                    FOLDER if enter(entry.name()) => waiting.push((entry.path, entry.id, depth + 1)),
                    FOLDER | SUBMODULE => {}
                    _ if wanted(&entry.path) => {
                        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                        let Ok(text) = self.objects.with_blob(entry.id, limits::OWN_MANIFEST, text) else {
                            missing += 1;
                            continue;
                        };
                        bytes = bytes.saturating_add(text.len() as u64);
                        if bytes > self.limits.manifests {
                            let what = format!("the manifests of commit {} are", commit.short());
                            return Err(Exceeded::new(what, "manifests", self.limits.manifests).into());
                        }
                        files.push((entry.path, text));
                    }
                    _ => {}
                }
            }
        }
        files.sort();
        Ok((files, missing))
    }
}

/// A file that git reads when it opens a repository, and that would be waited for.
fn odd_file(git: &Path) -> Option<PathBuf> {
    const READ: [&str; 8] = [
        "HEAD",
        "config",
        "config.worktree",
        "commondir",
        "packed-refs",
        "shallow",
        "info/grafts",
        "objects/info/alternates",
    ];
    let odd = |file: &PathBuf| std::fs::metadata(file).is_ok_and(|found| !found.is_file() && !found.is_dir());
    READ.iter().map(|name| git.join(name)).find(odd)
}

/// The work tree of another repository that a bare one lies in. A checkout can
/// bring a folder that looks like a repository, with a configuration in it.
fn around(git: &git2::Repository) -> Option<PathBuf> {
    let above = git.path().parent().filter(|_| git.is_bare())?;
    let outer = git2::Repository::discover(above).ok()?;
    let is_other = outer.commondir().canonicalize().ok() != git.commondir().canonicalize().ok();
    outer.workdir().filter(|_| is_other).map(Path::to_path_buf)
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
