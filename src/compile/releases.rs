//! The releases of a repository, and its packages.

use super::error::Error;
use super::packages::Packages;
use super::rules::{BadRule, RulePlace};
use super::settings::Settings;
use super::tags::rules;
use crate::history::{Graph, Releases, Repository};

/// Refuses a name of a package where there are not several to tell apart.
pub(super) fn refuse_package(name: Option<&str>, packages: Option<&Packages>) -> Result<(), Error> {
    match (name, packages) {
        (Some(name), None) => Err(Error::OnePackage(name.to_owned())),
        _ => Ok(()),
    }
}

/// The releases of a project; of a repository of several packages those of its
/// root, whose tags have no name, and the packages.
pub(super) fn releases(
    settings: &Settings,
    repository: &Repository,
    (graph, releases): (&Graph, &mut Releases),
    tag: Option<&str>,
) -> Result<Option<Packages>, Error> {
    let base = rules(settings, repository, None)?;
    let packages = Packages::find(settings, repository, &base, graph, releases)?;
    match (&packages, tag) {
        (Some(packages), _) => *releases = packages.root_releases(graph),
        (None, Some(tag)) if releases.find(tag).is_err() => {
            *releases = Releases::new(repository.tags()?, &rules(settings, repository, Some(tag))?, graph);
        }
        (None, _) => {}
    }
    if packages.is_none() && !settings.releases.patterns.is_empty() && releases.all().is_empty() {
        let tags = repository.tags()?;
        if !tags.is_empty() {
            let shown = Releases::new(tags, &rules(&Settings::default(), repository, None)?, graph);
            let shown: Vec<String> = shown.patterns().iter().map(|pattern| format!("`{pattern}`")).collect();
            let help = match shown.as_slice() {
                [] => "no tag here has a version".to_owned(),
                shown => format!("the tags show {}; leave the key out to follow them", shown.join(", ")),
            };
            let message = format!("none of the {} tags fits", tags.len());
            return Err(Error::Rules(vec![BadRule::new(RulePlace::Patterns, message, help)]));
        }
    }
    Ok(packages)
}
