//! `secnotes demo`: a repository to try everything on.

use super::args::{Common, Demo};
use super::error::Error;
use super::{demo, output};
use crate::model::line_of_path;

pub(super) fn run(common: &Common, verb: &Demo) -> Result<(), Error> {
    // The folder appears whole by a rename, which would leave a shell that
    // stands in it in a folder that is gone.
    let here = std::env::current_dir().and_then(std::fs::canonicalize).ok();
    if here.is_some() && here == std::fs::canonicalize(&verb.path).ok() {
        return Err(Error::Usage(
            "the demonstration cannot be made in the current folder; name one below it".to_owned(),
        ));
    }
    let made = demo::create(&verb.path)?;
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
