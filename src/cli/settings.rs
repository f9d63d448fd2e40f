//! The configuration that holds, and how a repository is compiled by it.

use super::args::Common;
use super::config::{self, Config};
use super::error::Error;
use super::output::say;
use super::{cache, sources, user};
use crate::compile::{self, Settings};
use crate::files::{Enclosure, Place};
use crate::history::Repository;
use crate::model::{line, line_of_path};

/// A configuration, and what belongs to it.
pub(super) struct Configured {
    pub(super) config: Config,
    /// Where it is, or would be.
    pub(super) place: Place,
    /// What may be read on the word of the repository's files.
    pub(super) enclosure: Enclosure,
}

/// The configuration of a repository, with what the command line says instead.
pub(super) fn load_config(common: &Common, repository: &Repository) -> Result<Configured, Error> {
    let enclosure = user::enclosure(repository)?;
    let found = user::config_place(common, &enclosure);
    let place = found.clone().unwrap_or_else(|| Place::Enclosed(enclosure.path(config::FILE_NAME)));
    let mut config = match found {
        Some(place) => {
            if common.verbose {
                say(&format!("configuration: {}", line_of_path(place.as_path())));
            }
            config::load(&place)?
        }
        None => Config::default(),
    };
    if let Place::Enclosed(_) = &place {
        config.source.github.token_for = sources::of_clone(&config, &repository.remotes());
    }
    config.links.extend(config::load_links(&place.beside(config::LINKS_FILE_NAME))?);
    config.announcements.extend(config::load_notes(&place.beside(config::NOTES_FILE_NAME))?);
    config.dependencies.statements.extend(config::load_statements(&place.beside(config::STATEMENTS_FILE_NAME))?);
    if !common.advisories.is_empty() {
        config.advisories.paths = common.advisories.iter().map(|path| enclosure.place(path)).collect();
    }
    Ok(Configured { config, place, enclosure })
}

/// How a repository is compiled, by its configuration and by the command line.
pub(super) fn settings(common: &Common, config: &Config, repository: &Repository) -> Settings {
    let set = config.settings();
    Settings {
        cache: cache::file(common, repository.path()),
        include_withdrawn: common.include_withdrawn || set.include_withdrawn,
        include_unpublished: common.include_unpublished,
        ..set
    }
}

/// What is said of a repository that cannot be compiled, in the command's words.
pub(super) fn told(config: &Config) -> impl Fn(compile::Error) -> Error {
    |error| match error {
        compile::Error::History(error) => error.into(),
        compile::Error::Rules(rules) => config.refuse(rules).into(),
        compile::Error::OnePackage(name) => Error::Usage(format!(
            "--package {}: this repository has no packages with releases of their own; [[package]] in secnotes.toml \
             names them",
            line(&name)
        )),
        compile::Error::SeveralPackages { known } => Error::Usage(format!(
            "this repository has several packages: {known}; name one with --package, or one of its releases with --tag"
        )),
        other @ (compile::Error::NoSuchPackage { .. } | compile::Error::NoPackageOfTag { .. }) => {
            Error::Usage(other.to_string())
        }
    }
}
