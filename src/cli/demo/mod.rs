//! `secnotes demo`: a small repository that shows every way in which a fix and
//! its advisory are joined, and the traps beside them: the first thing to run
//! secnotes on.
//!
//! It has the same hashes on every machine. `story` is its history,
//! `records` its advisories, `builder` what makes them.

mod builder;
mod create;
mod records;
mod story;

use std::path::PathBuf;

use super::args::Common;
use super::error::{Error, Failure};
use super::output;
use crate::model::line_of_path;
pub use create::{Demo, DemoError, create};

#[derive(clap::Args)]
#[command(after_help = "Example: secnotes demo target/demo && secnotes notes --repo target/demo")]
pub(super) struct Verb {
    /// The folder to make; it has to be empty or not there.
    #[arg(value_name = "PATH")]
    path: PathBuf,
}

impl Failure for DemoError {}

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    // The folder appears whole by a rename, which would leave a shell that
    // stands in it in a folder that is gone.
    let here = std::env::current_dir().and_then(std::fs::canonicalize).ok();
    if here.is_some() && here == std::fs::canonicalize(&verb.path).ok() {
        return Err(Error::Usage(
            "the demonstration cannot be made in the current folder; name one below it".to_owned(),
        ));
    }
    let made = create(&verb.path)?;
    if !common.quiet {
        let tags: Vec<&str> = made.tags.iter().map(|tag| tag.as_str()).collect();
        let verb = if made.already_there { "is there already" } else { "was made" };
        let path = line_of_path(&made.path);
        output::say(&format!(
            "{path} {verb}: {} commits, tags {}; try: secnotes notes --repo {path}",
            made.commits,
            tags.join(", ")
        ));
    }
    Ok(())
}
