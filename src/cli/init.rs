//! `secnotes init`: a commented configuration, from what the repository shows.

use super::args::{Common, Init};
use super::config::FILE_NAME;
use super::config::template::{ExampleTags, InitFacts, commented};
use super::detect_packages::packages;
use super::error::Error;
use super::output;
use crate::history::{Outline, Repository, TagRules};
use crate::model::line_of_path;

pub(super) fn run(common: &Common, verb: &Init) -> Result<(), Error> {
    let repository = Repository::open(&common.repo)?.within(common.limits());
    let path = repository.path().join(FILE_NAME);
    if path.exists() && !verb.force {
        return Err(Error::NotFound(format!("{} is already there; --force replaces it", line_of_path(&path))));
    }
    output::write(&path, &commented(&facts(&repository)?), output::Readers::All)?;
    output::say(&format!("wrote {}", line_of_path(&path)));
    Ok(())
}

/// What the repository shows of its tags and remotes.
fn facts(repository: &Repository) -> Result<InitFacts, Error> {
    let remotes = repository.remotes();
    let names: Vec<&str> = remotes.iter().filter_map(|remote| remote.path().rsplit('/').next()).collect();
    let rules = TagRules::default().with_names(&names);
    let Outline { graph, releases } = Outline::load(repository, &rules)?;
    let project = names.first().copied().unwrap_or("project");
    let package_rules = packages(repository, &rules, &graph, &releases, project)?;
    let accepted = releases.all().iter().rev().map(|release| release.tag.to_string());
    let passed_over = releases.passed_over();
    let refused = passed_over.iter().flat_map(|group| group.tags.iter().rev().take(2));
    let patterns: Vec<String> = releases.patterns().iter().map(ToString::to_string).collect();
    let plain = patterns.iter().all(|pattern| ["{version}", "v{version}"].contains(&pattern.as_str()));
    Ok(InitFacts {
        remotes,
        tag_pattern: if plain || !package_rules.is_empty() { Vec::new() } else { patterns },
        package_rules,
        prereleases_seen: releases.all().iter().any(|release| release.version.is_prerelease()),
        example_tags: ExampleTags {
            accepted: accepted.take(EXAMPLES).collect(),
            refused: refused.take(EXAMPLES).map(ToString::to_string).collect(),
        },
        ..InitFacts::default()
    })
}

/// How many tags are shown of each kind: one more than the file has room for.
const EXAMPLES: usize = 7;
