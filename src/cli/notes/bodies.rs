//! The texts of releases on their forge, to be held against the ledger.

use std::collections::BTreeMap;

use crate::cli::args::Common;
use crate::cli::config::Config;
use crate::cli::error::Error;
use crate::cli::forge::{Watch, reach};
use crate::cli::publish::PublishError;
use crate::forge::{Releases as _, Repository};
use crate::history;
use crate::model::{Remote, TagName};

/// The texts of releases, by their tags.
pub(super) struct Bodies {
    /// The repository's address.
    pub(super) repository: String,
    pub(super) of: BTreeMap<TagName, String>,
}

/// Reads the text of a release, a draft too; or those of all that are published,
/// where none is named.
pub(super) fn read(
    common: &Common,
    config: &Config,
    repository: &history::Repository,
    named: Option<&Remote>,
    tag: Option<&str>,
) -> Result<Bodies, Error> {
    if common.offline {
        return Err(Error::Usage("--offline and --diff-release contradict each other".to_owned()));
    }
    let (site, token) = reach(named, common, config, repository)?;
    let url = site.remote.url();
    let watch = Watch::new(common);
    let client = watch.client(common, config)?;
    let releases = Repository::new(&client, site, token);
    let found = match tag {
        Some(tag) => releases.release(&TagName::new(tag)).map(|release| vec![release]),
        None => releases.releases(),
    };
    let found = found.map_err(PublishError::from)?;
    let shown = found.into_iter().filter(|release| tag.is_some() || !release.draft);
    Ok(Bodies { repository: url, of: shown.map(|release| (release.tag, release.body)).collect() })
}
