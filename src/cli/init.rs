//! `secnotes init`: a commented configuration, from what the repository shows.

use super::args::{Common, Init};
use super::config::FILE_NAME;
use super::config::template::{ExampleTags, InitFacts, commented};
use super::error::Error;
use super::output;
use crate::history::{Repository, TagRules};
use crate::model::{TagName, line_of_path};

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
    let tags: Vec<TagName> = repository.tags()?.iter().map(|(name, _)| name.clone()).collect();
    let detected = TagRules::detect(&tags);
    let rules = detected.iter().fold(TagRules::default(), |rules, pattern| rules.with_patterns(vec![pattern.clone()]));
    let (accepted, refused): (Vec<_>, Vec<_>) = tags.iter().partition(|tag| rules.read(tag).is_ok());
    let few = |tags: Vec<&TagName>| tags.into_iter().rev().take(5).map(ToString::to_string).collect();
    Ok(InitFacts {
        remotes: repository.remotes(),
        tag_pattern: detected.iter().map(ToString::to_string).collect(),
        prereleases_seen: accepted.iter().any(|tag| rules.read(tag).is_ok_and(|version| version.is_prerelease())),
        example_tags: ExampleTags { accepted: few(accepted), refused: few(refused) },
        ..InitFacts::default()
    })
}
