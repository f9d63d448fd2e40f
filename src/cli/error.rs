//! The one place where errors meet exit codes.

use std::path::PathBuf;

use super::config::ConfigError;
use super::demo::DemoError;
use super::exit;
use super::feed::FeedError;
use crate::emit::markdown::TemplateError;
use crate::{advisory, history};

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    History(#[from] history::Error),
    #[error(transparent)]
    Advisory(#[from] advisory::Error),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error(transparent)]
    Feed(#[from] FeedError),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error("cannot {doing} {}: {source}", path.display())]
    File { doing: &'static str, path: PathBuf, source: std::io::Error },
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    NotFound(String),
    #[error("{0}")]
    Findings(String),
    #[error("cannot use the list of packages {}: {source}", path.display())]
    KnownPackages { path: PathBuf, source: crate::check::RegistryError },
    #[error("the record of {id} would break {count} of OSV's rules, so nothing is written; mend its source: {first}")]
    Invalid { id: String, count: usize, first: String },
    #[error("secnotes cannot write its own output: {0}; please report this")]
    Internal(#[from] serde_json::Error),
}

impl Error {
    pub(super) const fn exit_code(&self) -> u8 {
        match self {
            Self::History(history::Error::Shallow { .. } | history::Error::MissingCommit { .. }) => exit::HISTORY,
            Self::Advisory(_) => exit::ADVISORIES,
            Self::Usage(_) => exit::USAGE,
            Self::Findings(_) => exit::FINDINGS,
            Self::Internal(_) => exit::INTERNAL,
            _ => exit::ERROR,
        }
    }
}
