//! The repository that the records may be about.

use std::path::Path;

use super::super::args::Common;
use super::super::cache;
use super::super::error::Error;
use super::super::hints::of_history;
use super::super::settings::{load_config, settings, told};
use crate::check::{Given, concerns};
use crate::compile::Ground;
use crate::model::Remote;

/// The repository, if there is one that any record is about.
pub(super) enum Home {
    Here(Box<Ground>),
    /// Why none is asked.
    Nowhere(String),
}

impl Home {
    /// Opens the repository. Its history is read only if a record is about it.
    pub(super) fn find(common: &Common, records: &[Given]) -> Result<Self, Error> {
        let repository = match cache::repository(common) {
            Ok(repository) => repository,
            // The current folder is where the command happens to run; only a
            // repository that was named has to be one that can be read.
            Err(error) if common.repo == Path::new(".") => {
                return Ok(Self::Nowhere(format!("no repository was read: {error}{}", of_history(&error))));
            }
            Err(error) => return Err(error.into()),
        };
        let config = load_config(common, &repository)?.config;
        let settings = settings(common, &config, &repository);
        let about = Ground::project(&repository, &settings).map_err(told(&config))?;
        if !concerns(records, &about) {
            return Ok(Self::Nowhere(match about.remotes.first().map(Remote::as_str) {
                Some(lives) => format!("none of the records is about {lives}"),
                None => "the repository has no remote with an address; set [project] repository in secnotes.toml, \
                         so that its records are known"
                    .to_owned(),
            }));
        }
        let ground = Ground::read(&repository, &settings, about).map_err(told(&config))?;
        Ok(Self::Here(Box::new(ground)))
    }
}
