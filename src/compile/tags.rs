//! How tags are read, by the settings and by what the project is called.

use super::settings::Settings;
use crate::history::{Error, Repository, TagRules};
use crate::model::{Remote, TagName};

/// The rules that are set; where none are, tags show them, and the tag that was
/// asked for may be one of a package (`apisix/5.0.8`).
pub(super) fn rules(settings: &Settings, repository: &Repository, tag: Option<&str>) -> Result<TagRules, Error> {
    let set = &settings.releases;
    let mut rules = TagRules::default().with_patterns(set.patterns.clone()).with_globs(&set.include, &set.exclude)?;
    rules.prereleases = set.prereleases;
    rules.line = set.line;
    if let Some(prefix) = &set.prefix {
        return Ok(rules.with_prefix(prefix));
    }
    let names = remotes(settings, repository);
    let names = names.iter().filter_map(|remote| remote.path().rsplit('/').next());
    let rules = rules.with_names(names);
    Ok(match tag {
        Some(tag) => rules.with_asked(TagName::new(tag)),
        None => rules,
    })
}

/// Where the project lives, the first for links.
pub(super) fn remotes(settings: &Settings, repository: &Repository) -> Vec<Remote> {
    let set = &settings.project.repositories;
    if set.is_empty() { repository.remotes() } else { set.clone() }
}
