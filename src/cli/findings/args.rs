//! What is said of findings, and where.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::model;

/// How the findings of a release are told.
#[derive(Args, Debug, Default)]
pub(in crate::cli) struct Telling {
    /// Exit with 3, when all is written, if there are findings of this level or above.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) fail_on: Option<Level>,
    /// How findings are told: text or annotations on standard error, SARIF or JSON in a file [default: text].
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) findings_format: Option<Format>,
    /// Write the findings here, all of them, besides telling them in words.
    #[arg(long, value_name = "FILE")]
    pub(super) findings_output: Option<PathBuf>,
}

/// How problems and findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// Words, for people.
    #[default]
    Text,
    /// JSON, for scripts.
    Json,
    /// SARIF 2.1.0, for code hosts.
    Sarif,
    /// Annotations of a GitHub workflow, `::error file=…`.
    Github,
}

/// How much problems and findings matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Level {
    /// What is wrong.
    Error,
    /// What misleads, or should be looked at, too.
    #[default]
    Warning,
    /// What could be better, or is worth knowing, too.
    Note,
}

impl Level {
    pub(in crate::cli) const fn least(self) -> model::Level {
        match self {
            Self::Error => model::Level::Error,
            Self::Warning => model::Level::Warning,
            Self::Note => model::Level::Note,
        }
    }
}
