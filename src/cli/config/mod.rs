//! `secnotes.toml`: what the repository itself does not tell.
//!
//! A file is read in two steps. `table` takes texts, lists and flags out of
//! the TOML and remembers where each stands; `validate` makes of them values
//! that cannot be wrong. Both collect every problem, so that a file is mended
//! in one go.

mod dependencies;
mod ecosystem;
mod error;
mod source;
mod table;
pub mod template;
mod validate;
mod values;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::join::Decision;
use crate::ledger::Statement;
pub use error::ConfigError;
pub use values::{
    AdvisoriesConfig, BUILT_IN_TEMPLATES, Config, DependenciesConfig, FeedConfig, GitHubConfig, NotesConfig,
    NotesTemplate, OsvConfig, Package, ProjectConfig, ReleasesConfig, SourceConfig,
};

/// The name of the file.
pub const FILE_NAME: &str = "secnotes.toml";

/// The largest file that is read; a real one has a few hundred bytes.
const MAX_BYTES: u64 = 1 << 20;

/// The configuration file that holds for a folder: the nearest one upwards, not
/// above the work tree that the folder lies in.
#[must_use]
pub fn find(start: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(start).ok()?;
    for folder in start.ancestors() {
        let file = folder.join(FILE_NAME);
        if file.is_file() {
            return Some(file);
        }
        // `.git` is a folder, or in a linked work tree and a submodule a file.
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Reads a configuration file.
///
/// # Errors
/// The file cannot be read, is larger than 1 MiB, is not UTF-8 or not TOML, or
/// holds an unknown key or a value that cannot be.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    parse(&read(path)?, path)
}

/// The file of decisions beside a configuration.
pub const LINKS_FILE_NAME: &str = "secnotes.links.toml";

/// Reads the file of decisions in a folder; none where there is no file.
///
/// # Errors
/// As for [`load`]; a file that is not there is no error.
pub fn load_links(folder: &Path) -> Result<Vec<Decision>, ConfigError> {
    beside(&folder.join(LINKS_FILE_NAME), validate::links_only)
}

/// The file of statements beside a configuration.
pub const STATEMENTS_FILE_NAME: &str = "secnotes.vex.toml";

/// Reads the file of statements in a folder; none where there is no file.
///
/// # Errors
/// As for [`load`]; a file that is not there is no error.
pub fn load_statements(folder: &Path) -> Result<Vec<Statement>, ConfigError> {
    beside(&folder.join(STATEMENTS_FILE_NAME), validate::statements_only)
}

/// Reads a file beside the configuration that holds one kind of thing.
fn beside<T>(
    path: &Path,
    read_only: impl for<'t> Fn(&'t toml::de::DeTable<'t>, &Path, &mut Vec<error::Problem>) -> Vec<T>,
) -> Result<Vec<T>, ConfigError> {
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let text = read(path)?;
    let mut problems = Vec::new();
    let found = match toml::de::DeTable::parse(&text) {
        Ok(root) => read_only(root.get_ref(), path, &mut problems),
        Err(error) => {
            problems.push(error::Problem::of_toml(&error));
            Vec::new()
        }
    };
    if problems.is_empty() { Ok(found) } else { Err(ConfigError::invalid(path, &text, problems)) }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ConfigError::TooLarge { path: path.to_owned(), limit: MAX_BYTES });
    }
    let text = String::from_utf8(bytes).map_err(|error| ConfigError::not_utf8(path, &error))?;
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}

/// Reads the text of a configuration file; paths in it are relative to the
/// file's folder.
fn parse(text: &str, path: &Path) -> Result<Config, ConfigError> {
    let mut problems = Vec::new();
    let config = match toml::de::DeTable::parse(text) {
        Ok(root) => validate::config(root.get_ref(), path, &mut problems),
        Err(error) => {
            problems.push(error::Problem::of_toml(&error));
            Config::default()
        }
    };
    if problems.is_empty() { Ok(config) } else { Err(ConfigError::invalid(path, text, problems)) }
}

#[cfg(test)]
mod tests;
