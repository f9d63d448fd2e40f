//! What can go wrong between a path and a history.

use std::path::PathBuf;

use crate::limits::Exceeded;
use crate::model::{CommitId, few_lines, line, line_of, line_of_path};

/// Why a history could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no repository at the path or above it.
    #[error("{} is not in a git repository", line_of_path(.0))]
    NotARepository(PathBuf),
    /// Git refuses repositories of other users until told otherwise.
    #[error(
        "the repository at {0} belongs to another user, and git refuses to read it; \
         if you trust it: git config --global --add safe.directory {0}",
        line_of_path(path)
    )]
    Owner {
        /// Where it is.
        path: PathBuf,
    },
    /// The repository uses a format that the git library cannot read.
    #[error("the repository at {} cannot be read: {}", line_of_path(path), line(reason))]
    Unsupported {
        /// Where it is.
        path: PathBuf,
        /// What it uses, and what would help.
        reason: String,
    },
    /// The history ends early, so that any answer could be wrong.
    #[error(
        "the repository at {0} is a shallow clone, which lacks the history before its newest commits; \
         fetch it with: git -C {0} fetch --unshallow --tags",
        line_of_path(path)
    )]
    Shallow {
        /// Where it is.
        path: PathBuf,
    },
    /// A commit that others name as their parent is missing.
    #[error(
        "the repository at {0} lacks commit {commit}, which its history needs; \
         fetch it with: git -C {0} fetch --refetch --tags",
        line_of_path(path)
    )]
    MissingCommit {
        /// Where the repository is.
        path: PathBuf,
        /// What is missing.
        commit: CommitId,
    },
    /// An object that the history needs is not what git wrote.
    #[error(
        "the repository at {0} has {kind} {object}, which its history needs, and {1}; see what else is damaged \
         with: git -C {0} fsck; get it again with: git -C {0} fetch --refetch --tags",
        line_of_path(path),
        line(why)
    )]
    Damaged {
        /// Where the repository is.
        path: PathBuf,
        /// What kind of object: "commit".
        kind: &'static str,
        /// Which.
        object: CommitId,
        /// What is wrong with it.
        why: String,
    },
    /// A tag or a branch leads to nothing that can be read.
    #[error(
        "the {kind} `{}` of the repository at {at} {}, and without it the history is not whole; \
         fetch it again with: git -C {at} fetch --refetch --tags; or delete it with: git -C {at} update-ref -d {}",
        line(name), line(why), quoted(full_name), at = line_of_path(path)
    )]
    BadReference {
        /// Where the repository is.
        path: PathBuf,
        /// "tag" or "branch".
        kind: &'static str,
        /// Its name, as people write it.
        name: String,
        /// Its name below `refs`.
        full_name: String,
        /// What it leads to, and what is wrong with that.
        why: String,
    },
    /// Something is more than a limit allows.
    #[error(transparent)]
    Limit(#[from] Exceeded),
    /// No tag of this name is a release.
    #[error("{}", no_such_tag(.tag, .nearest, .refusal.as_deref()))]
    NoSuchTag {
        /// What was asked for.
        tag: String,
        /// The release tag whose name is nearest.
        nearest: Option<String>,
        /// Why a tag of that name is no release, if there is one.
        refusal: Option<String>,
    },
    /// A branch was given where a release's tag belongs.
    #[error("`{}` is a branch, and a release is a tag; give the release's tag", line(.0))]
    Branch(String),
    /// The name given for a commit names none.
    #[error("`{}` names no commit of this repository; give a tag, a branch or a commit hash", line(.0))]
    NoSuchCommit(String),
    /// No tag passes the rules.
    #[error("{}", no_releases(.refused))]
    NoReleases {
        /// Tags that were seen, each with the rule that refused it.
        refused: Vec<String>,
    },
    /// There is not a single commit.
    #[error("the repository at {} has no commits yet", line_of_path(.0))]
    Empty(PathBuf),
    /// The tag rules are no rules.
    #[error("the tag rules cannot be used: {}", line(.0))]
    TagRules(String),
    /// What was read of commits could not be kept for the next run.
    #[error("the cache of changes at {} cannot be written: {}", line_of_path(path), line_of(source))]
    Cache {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Anything else that git says.
    #[error("while {}: {}", line(doing), line(message))]
    Git {
        /// What was being done, to what.
        doing: String,
        /// Git's own words.
        message: String,
    },
}

impl Error {
    /// A history that leads back to itself, as only broken data says.
    pub(crate) fn circle() -> Self {
        Self::Git {
            doing: "ordering the commits".to_owned(),
            message: "a commit descends from itself; check the repository with: git fsck".to_owned(),
        }
    }

    /// Wraps what the git library says.
    pub(crate) fn git(doing: impl Into<String>, error: &git2::Error) -> Self {
        Self::Git { doing: doing.into(), message: error.message().to_owned() }
    }
}

/// A name as a shell takes it.
fn quoted(name: &str) -> String {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@".contains(&byte));
    if plain { name.to_owned() } else { format!("'{}'", line(&name.replace('\'', "'\\''"))) }
}

fn no_such_tag(tag: &str, nearest: &Option<String>, refusal: Option<&str>) -> String {
    let tag = line(tag);
    match (refusal, nearest) {
        (Some(refusal), _) => format!("the tag `{tag}` is no release: {}", line(refusal)),
        (None, Some(nearest)) => format!("there is no tag `{tag}`; the nearest is `{}`", line(nearest)),
        (None, None) => format!("there is no tag `{tag}`"),
    }
}

fn no_releases(refused: &[String]) -> String {
    if refused.is_empty() {
        return "the repository has no tags, so it has no releases; fetch them with: git fetch --tags".to_owned();
    }
    let shown: Vec<String> = refused.iter().take(8).map(|tag| line(tag).to_string()).collect();
    format!(
        "none of the {} tags is a release by the tag rules; set [releases] pattern in secnotes.toml:\n  {}",
        refused.len(),
        few_lines(&shown, refused.len())
    )
}
