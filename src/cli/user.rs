//! The user's own configuration: what repositories' files may reach beside
//! their repository.
//!
//! `$XDG_CONFIG_HOME/secnotes/config.toml`, else `~/.config/secnotes/config.toml`:
//!
//! ```toml
//! [allow]
//! paths = ["/srv/advisories", "~/templates"]
//! hosts = ["osv.example.org:8080"]
//! ```

use std::path::{Path, PathBuf};

use super::args::Common;
use super::config::{ConfigError, load_user};
use super::error::Error;
use super::output::say;
use crate::files::{Allowed, Enclosure, Place};
use crate::history::Repository;
use crate::model::line_of_path;
use crate::net::Base;

/// The name of the file, below the user's folder of configurations.
const FILE: &str = "secnotes/config.toml";

/// What the user's file allows; nothing where there is none.
///
/// # Errors
/// The file cannot be used.
fn config(repository: &Path) -> Result<Allowed, ConfigError> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = set("HOME");
    let folder = set("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
    let folder = folder.or_else(|| home.clone().map(|home| home.join(".config"))).or_else(|| set("APPDATA"));
    let Some(file) = folder.map(|folder| folder.join(FILE)).filter(|file| file.exists()) else {
        return Ok(Allowed::default());
    };
    let real = |path: &Path| path.canonicalize().ok();
    // With `HOME` in a work tree it would be the repository's.
    if real(&file).zip(real(repository)).is_some_and(|(file, repository)| file.starts_with(repository)) {
        say(&format!("{} lies in the repository, and is not read as your own", line_of_path(&file)));
        return Ok(Allowed::default());
    }
    load_user(&Place::named(file), home.as_deref())
}

/// What the user allows, by their own configuration and by the environment,
/// which names GitHub's address.
fn allowed(home: &Path) -> Result<Allowed, ConfigError> {
    let mut allowed = config(home)?;
    let github = std::env::var("GITHUB_API_URL").ok().and_then(|url| url.parse::<Base>().ok());
    allowed.services.extend(github.map(|base| base.authority()));
    Ok(allowed)
}

/// What may be read on the word of a repository's files.
pub(super) fn enclosure(repository: &Repository) -> Result<Enclosure, Error> {
    let home = repository.home();
    Enclosure::of_repository(home, &repository.git_folders(), &allowed(home)?).map_err(missing(home))
}

/// The same of a folder that is in no repository.
pub(super) fn enclosure_of_folder(folder: &Path) -> Result<Enclosure, Error> {
    Enclosure::of_repository(folder, &[], &allowed(folder)?).map_err(missing(folder))
}

/// The services of this machine or its network that may be asked on the word of
/// other people.
pub(super) fn services(home: &Path) -> Result<Vec<String>, Error> {
    Ok(allowed(home)?.services)
}

/// The configuration that holds: the one that was named, else the nearest one
/// that the repository has.
pub(super) fn config_place(common: &Common, enclosure: &Enclosure) -> Option<Place> {
    match &common.config {
        Some(path) => Some(enclosure.place(path)),
        None => super::config::find(enclosure, &common.repo),
    }
}

fn missing(folder: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = folder.to_owned();
    move |source| Error::File { doing: "open the folder", path, source }
}
