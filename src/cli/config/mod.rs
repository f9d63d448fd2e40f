//! `secnotes.toml`: what the repository itself does not tell.
//!
//! A file is read in two steps. `table` takes texts, lists and flags out of
//! the TOML and remembers where each stands; `validate` makes of them values
//! that cannot be wrong. Both collect every problem, so that a file is mended
//! in one go.
//!
//! Below `validate` are the sections that have a file of their own, below these
//! `item`, what texts mean in several of them.

mod dependencies;
mod ecosystem;
mod error;
mod item;
mod keep;
mod note;
mod packages;
mod publish;
mod source;
mod table;
pub mod template;
mod user;
mod validate;
mod values;

use std::path::{Path, PathBuf};

use crate::compile::{BadRule, RulePlace, Settings};
use crate::files::{Allowed, Enclosure, Place, Refusal};
use crate::join::{Decision, Note};
use crate::ledger::Statement;
use crate::limits;
pub use error::ConfigError;
pub(super) use note::announcement;
pub use values::{
    AdvisoriesConfig, Config, FeedConfig, GitHubConfig, NotesConfig, NotesTemplate, OsvConfig, PublishConfig,
    SourceConfig,
};

/// The name of the file.
pub const FILE_NAME: &str = "secnotes.toml";

/// The configuration file that holds for a folder: the nearest one upwards, not
/// above the repository that the folder lies in; else the one at its top.
///
/// A bare repository has it inside itself: what lies beside it is anybody's.
/// On a server anybody may put a `secnotes.toml` beside `x.git`, and whoever ran this there obeyed
/// it.
#[must_use]
pub fn find(enclosure: &Enclosure, start: &Path) -> Option<Place> {
    let start = start.canonicalize().ok();
    let above = start.iter().flat_map(|start| start.ancestors());
    let within = above.take_while(|folder| folder.starts_with(enclosure.folder()));
    let folders = within.chain([enclosure.folder()]);
    let files = folders.map(|folder| folder.join(FILE_NAME));
    // A link is found, and refused where it leads out; a pipe likewise.
    let found = |file: &PathBuf| std::fs::symlink_metadata(file).is_ok_and(|found| !found.is_dir());
    files.into_iter().find(found).map(|file| Place::Enclosed(enclosure.path(file)))
}

/// Reads a configuration file.
///
/// # Errors
/// The file cannot be read, is larger than 1 MiB, is not UTF-8 or not TOML, or
/// holds an unknown key or a value that cannot be.
pub fn load(place: &Place) -> Result<Config, ConfigError> {
    parse(&read(place)?, place)
}

/// Reads the user's own configuration; a path in it may begin with `~/`, the
/// user's home.
///
/// # Errors
/// As for [`load`].
pub fn load_user(place: &Place, home: Option<&Path>) -> Result<Allowed, ConfigError> {
    checked(&read(place)?, place.as_path(), |root, problems| user::config(root, home, problems))
}

/// A configuration with what it lacks of a freshly written one, as comments.
///
/// # Errors
/// As for [`load`]; or nothing can be added without changing what it says.
pub(super) fn complete(place: &Place, fresh: &str) -> Result<String, ConfigError> {
    let text = read(place)?;
    let known = parse(&text, place)?;
    let whole = keep::completed(&text, fresh);
    // A text of several lines may hold what looks like a table.
    let same = parse(&whole, place).is_ok_and(|config| config.without_places() == known.without_places());
    Ok(if same { whole } else { text })
}

/// The file of decisions beside a configuration.
pub const LINKS_FILE_NAME: &str = "secnotes.links.toml";

/// Reads the file of decisions in a folder; none where there is no file.
///
/// # Errors
/// As for [`load`]; a file that is not there is no error.
pub fn load_links(place: &Place) -> Result<Vec<Decision>, ConfigError> {
    beside(place, validate::links_only)
}

/// The file of announcements beside a configuration.
pub const NOTES_FILE_NAME: &str = "secnotes.notes.toml";

/// Reads the file of announcements in a folder; none where there is no file.
///
/// # Errors
/// As for [`load`]; a file that is not there is no error.
pub fn load_notes(place: &Place) -> Result<Vec<Note>, ConfigError> {
    beside(place, validate::notes_only)
}

/// The file of statements beside a configuration.
pub const STATEMENTS_FILE_NAME: &str = "secnotes.vex.toml";

/// Reads the file of statements in a folder; none where there is no file.
///
/// # Errors
/// As for [`load`]; a file that is not there is no error.
pub fn load_statements(place: &Place) -> Result<Vec<Statement>, ConfigError> {
    beside(place, validate::statements_only)
}

/// Reads a file beside the configuration that holds one kind of thing.
fn beside<T>(
    place: &Place,
    read_only: impl for<'t> Fn((&'t toml::de::DeTable<'t>, &'t str), &Path, &mut Vec<error::Problem>) -> Vec<T>,
) -> Result<Vec<T>, ConfigError> {
    match read(place) {
        Ok(text) => checked(&text, place.as_path(), |root, problems| read_only(root, place.as_path(), problems)),
        Err(ConfigError::Unreadable(error)) if error.is_missing() => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn read(place: &Place) -> Result<String, ConfigError> {
    let path = place.as_path();
    let bytes = place.read(limits::CONFIGURATION).map_err(|error| match error.why {
        Refusal::TooLarge(limit) => ConfigError::TooLarge { path: path.to_owned(), limit },
        _ => ConfigError::Unreadable(error),
    })?;
    let text = String::from_utf8(bytes).map_err(|error| ConfigError::not_utf8(path, &error))?;
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}

/// Reads the text of a configuration file; paths in it are relative to the
/// file's folder.
fn parse(text: &str, place: &Place) -> Result<Config, ConfigError> {
    let config = checked(text, place.as_path(), |root, problems| validate::config(root, place, problems))?;
    let shown = !config.packages.is_empty() || config.places.patterns.is_some();
    let kept = shown.then(|| text.into());
    Ok(Config { text: kept, ..config })
}

impl Config {
    /// What it says, wherever that stands.
    fn without_places(mut self) -> Self {
        self.text = None;
        self.places = values::Places::default();
        self.links.iter_mut().for_each(|link| link.origin.line = None);
        self.announcements.iter_mut().for_each(|note| note.origin.line = None);
        self.dependencies.statements.iter_mut().for_each(|statement| statement.origin.line = None);
        self
    }

    /// How a repository is compiled, as it says.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            project: self.project.clone(),
            releases: self.releases.clone(),
            packages: self.packages.clone(),
            dependencies: self.dependencies.clone(),
            decisions: self.links.clone(),
            notes: self.announcements.clone(),
            id_prefix: self.osv.id_prefix.as_ref().map(ToString::to_string),
            include_withdrawn: self.advisories.include_withdrawn,
            ..Settings::default()
        }
    }

    /// The error of what the repository contradicts, at its place in the file.
    pub(super) fn refuse(&self, rules: Vec<BadRule>) -> ConfigError {
        let problems = rules.into_iter().map(|rule| {
            let span = self.place(rule.at).unwrap_or_default();
            error::Problem::new(span, rule.message, rule.help)
        });
        let path = self.path.as_deref().unwrap_or_else(|| Path::new(FILE_NAME));
        ConfigError::invalid(path, self.text.as_deref().unwrap_or_default(), problems.collect())
    }

    fn place(&self, of: RulePlace) -> Option<std::ops::Range<usize>> {
        let package = |rule: usize| self.places.packages.get(rule);
        match of {
            RulePlace::Patterns => self.places.patterns.clone(),
            RulePlace::Prefix(rule) => Some(package(rule)?.prefix.clone()),
            RulePlace::Path { rule, path } => package(rule?)?.paths.get(path).cloned(),
        }
    }
}

/// Makes something of the text of a TOML file, or tells all that is wrong with it.
fn checked<T: Default>(
    text: &str,
    path: &Path,
    make: impl for<'t> FnOnce((&'t toml::de::DeTable<'t>, &'t str), &mut Vec<error::Problem>) -> T,
) -> Result<T, ConfigError> {
    let mut problems = Vec::new();
    let made = match toml::de::DeTable::parse(text) {
        Ok(root) => make((root.get_ref(), text), &mut problems),
        Err(error) => {
            problems.push(error::Problem::of_toml(&error));
            T::default()
        }
    };
    if problems.is_empty() { Ok(made) } else { Err(ConfigError::invalid(path, text, problems)) }
}

#[cfg(test)]
mod tests;
