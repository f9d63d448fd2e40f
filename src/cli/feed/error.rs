//! Why a feed was not published. Whatever it is, the published one stays.

use std::path::PathBuf;

use crate::cli::error::Failure;
use crate::cli::exit;
use crate::emit::feed::{RenderError, UnreadableIndex};
use crate::files::FileError;
use crate::limits::Exceeded;
use crate::model::{self, line, line_of, line_of_path};

/// Why a feed was not published.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FeedError {
    #[error("cannot {doing} {}: {}", line_of_path(path), line_of(source))]
    Files { doing: &'static str, path: PathBuf, source: std::io::Error },
    #[error("{} cannot be the folder of a feed: {why}", line_of_path(path))]
    NotAFolder { path: PathBuf, why: &'static str },
    #[error("another export is at work on {}; nothing was done", line_of_path(.0))]
    Busy(PathBuf),
    #[error(
        "{} looks like what a killed export leaves beside its feed, but no export on this machine left it; remove it",
        line_of_path(.0)
    )]
    Unknown(PathBuf),
    #[error("cannot read {}: {}", line_of_path(path), line_of(source))]
    Index { path: PathBuf, source: UnreadableIndex },
    #[error(
        "{} holds files that are no feed's and have its names: {}; name another folder, or move them away",
        line_of_path(path),
        few(names)
    )]
    Foreign { path: PathBuf, names: Vec<String> },
    #[error("nothing is published, since these records cannot be:\n  {}", lines(.0))]
    Records(Vec<String>),
    /// Everything else is done.
    #[error(
        "{} cannot be published and {} left out:\n  {}{}",
        count(problems),
        verb(problems),
        lines(problems),
        stay(staying)
    )]
    LeftOut { problems: Vec<String>, staying: Vec<String> },
    #[error(
        "{} of {live} live records are gone from the input ({}), which is more than a tenth; if they are to be \
         withdrawn, say --force",
        lost.len(), few(lost)
    )]
    TooMany { lost: Vec<String>, live: usize },
    #[error(
        "{} of {live} live records would name fewer fixes than they do ({}), which is more than a tenth, as from a \
         clone that lacks tags or branches; if that is right, say --force",
        ids.len(), few(ids)
    )]
    Poorer { ids: Vec<String>, live: usize },
    #[error(
        "these files were changed by hand, and no input holds their records: {}; put them back (all.zip has copies)",
        few(.0)
    )]
    Damaged(Vec<String>),
    #[error("{}.json is not what index.json says; --verify finds what was changed by hand", line(.0))]
    Unexpected(String),
    #[error("{}", .0)]
    Unreadable(#[from] FileError),
    #[error(transparent)]
    Exceeded(#[from] Exceeded),
    #[error(transparent)]
    Render(#[from] RenderError),
}

impl Failure for FeedError {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Exceeded(_) => exit::ADVISORIES,
            Self::LeftOut { .. } => exit::FINDINGS,
            _ => exit::ERROR,
        }
    }
}

impl FeedError {
    /// What went wrong with a file.
    pub(super) fn files(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Files { doing, path, source }
    }
}

/// The first names, and how many more there are.
pub(super) fn few(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|text| line(text).to_string()).collect();
    model::few(&shown, names.len())
}

fn lines(problems: &[String]) -> String {
    const SHOWN: usize = 20;
    let shown: Vec<String> = problems.iter().take(SHOWN).map(|text| line(text).to_string()).collect();
    model::few_lines(&shown, problems.len())
}

fn count(problems: &[String]) -> String {
    if problems.len() == 1 { "1 record or file".to_owned() } else { format!("{} records or files", problems.len()) }
}

const fn verb(problems: &[String]) -> &'static str {
    if problems.len() == 1 { "is" } else { "are" }
}

fn stay(ids: &[String]) -> String {
    if ids.is_empty() { String::new() } else { format!("\nwhat was published before stays as it is: {}", few(ids)) }
}
