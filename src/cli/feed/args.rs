//! The arguments of `secnotes feed`, and its help.

use std::path::PathBuf;

use crate::emit::feed::BaseUrl;

/// Publish the project's OSV records as a folder for OSV.dev, feed readers and people.
#[derive(clap::Args)]
#[command(after_help = FEED_EXAMPLE, after_long_help = FEED_REFERENCE)]
pub(crate) struct Verb {
    /// The folder to publish; it is replaced as a whole, in one step.
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Publish these OSV records as they are, instead of this repository's: a file, a folder tree
    /// or a zip. May be repeated.
    #[arg(long, value_name = "PATH")]
    pub(super) records: Vec<PathBuf>,
    /// Where the folder is published, for absolute links; default: [feed] base-url in secnotes.toml.
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<BaseUrl>,
    /// What the feed is called; default: [feed] title in secnotes.toml, else the project's name.
    #[arg(long, value_name = "TEXT", value_parser = title)]
    pub(super) title: Option<String>,
    /// Withdraw what vanished from the input even if it is more than a tenth of the feed.
    #[arg(long)]
    pub(super) force: bool,
    /// Publish nothing where a record cannot be published, rather than leaving that one out.
    #[arg(long)]
    pub(super) strict: bool,
    /// Read every published file and restore what is not what index.json says.
    #[arg(long)]
    pub(super) verify: bool,
    /// Print what would be added, changed and withdrawn, and change nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
}

fn title(text: &str) -> Result<String, &'static str> {
    let sound = !text.trim().is_empty() && !text.chars().any(char::is_control);
    if sound { Ok(text.to_owned()) } else { Err("a title is a line of text") }
}

const FEED_EXAMPLE: &str = "Example: secnotes feed --out public/advisories --base-url https://example.org/advisories/\n\
                            --help says what the folder holds and what is guaranteed.";

const FEED_REFERENCE: &str = include_str!("reference.txt");
