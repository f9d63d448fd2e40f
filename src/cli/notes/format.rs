//! How notes and comparisons are printed.

use clap::ValueEnum;

/// How a release is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Markdown, by a template.
    #[default]
    Markdown,
    /// JSON, secnotes/release/v1.
    Json,
}
