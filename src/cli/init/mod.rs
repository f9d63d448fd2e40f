//! `secnotes init`: a commented configuration, from what the repository shows.

mod packages;

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::args::Common;
use super::config::template::{ExampleTags, InitFacts, commented};
use super::config::{self, FILE_NAME};
use super::error::Error;
use super::output;
use crate::files::Place;
use crate::history::{Outline, Repository, TagRules};
use crate::inventory;
use crate::model::{AdvisoryId, IdScheme, line_of_path};
use packages::packages;

#[derive(clap::Args)]
pub(super) struct Verb {
    /// Add to a secnotes.toml that is there what it lacks; what it says stays.
    #[arg(long)]
    force: bool,
}

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    let repository = Repository::open(&common.repo)?.within(common.limits());
    let path = place(common, &repository)?;
    let known = path.exists();
    if known && !verb.force {
        return Err(Error::NotFound(format!(
            "{} is already there; --force adds what it lacks, and keeps what it says",
            line_of_path(&path)
        )));
    }
    let fresh = commented(&facts(&repository)?);
    let text = if known { config::complete(&Place::named(&path), &fresh)? } else { fresh };
    output::write(&path, &text, output::Readers::All)?;
    if !common.quiet {
        output::say(&format!("wrote {}", line_of_path(&path)));
    }
    Ok(())
}

/// Where the file goes: where `--config` says, else to the top of the work tree.
fn place(common: &Common, repository: &Repository) -> Result<PathBuf, Error> {
    if let Some(path) = &common.config {
        return Ok(path.clone());
    }
    if repository.is_bare() {
        return Err(Error::Usage(format!(
            "{} is a bare repository, and nothing is written into it unasked; name the file with --config, {} to have \
             it there",
            line_of_path(repository.path()),
            line_of_path(&repository.path().join(FILE_NAME))
        )));
    }
    Ok(repository.path().join(FILE_NAME))
}

/// How many tags are shown of each kind: one more than the file has room for.
const EXAMPLES: usize = 7;

/// What the repository shows of its tags, remotes and advisories.
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
    let alone = package_rules.is_empty();
    const PLAIN: [&str; 2] = ["{version}", "v{version}"];
    let plain = patterns.iter().all(|pattern| PLAIN.contains(&pattern.as_str()));
    // Patterns are those of all packages: what follows their prefixes fits the plain ones.
    let has_root = package_rules.iter().any(|rule| rule.prefix.is_empty());
    let tag_pattern = match (plain, alone, has_root) {
        (true, ..) | (false, false, false) => Vec::new(),
        (false, true, _) => patterns,
        (false, false, true) => {
            let missing = PLAIN.into_iter().filter(|plain| !patterns.iter().any(|known| known == plain));
            patterns.iter().cloned().chain(missing.map(str::to_owned)).collect()
        }
    };
    Ok(InitFacts {
        remotes,
        tag_pattern,
        package_rules,
        prereleases_seen: releases.all().iter().any(|release| release.version.is_prerelease()),
        example_tags: ExampleTags {
            accepted: accepted.take(EXAMPLES).collect(),
            refused: refused.take(EXAMPLES).map(ToString::to_string).collect(),
        },
        // What the packages have is passed over by the main one.
        passed_over: releases.passed_over_in_words().filter(|_| alone),
        advisories: advisories(repository),
        ..InitFacts::default()
    })
}

/// How many folders of advisories are listed one by one.
const MOST_FOLDERS: usize = 5;

/// Folders of the tree at `HEAD` that hold records of advisories: files that are
/// named after an id and have it. What cannot be read is none.
fn advisories(repository: &Repository) -> Vec<String> {
    let named = |path: &str| {
        let file = path.rsplit('/').next().unwrap_or(path);
        let id = file.strip_suffix(".json")?.parse::<AdvisoryId>().ok()?;
        (id.scheme() != IdScheme::Other).then_some(id)
    };
    let read = |head| repository.files(head, &inventory::enters, &|file| named(file).is_some()).ok();
    let Some((files, _)) = repository.head().ok().flatten().and_then(read) else { return Vec::new() };
    let is_record = |path: &str, text: &str| {
        let own = named(path);
        let value = serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
        let id = value.get("id").or_else(|| value.get("ghsa_id")).and_then(serde_json::Value::as_str);
        id.and_then(|id| id.parse::<AdvisoryId>().ok()).is_some_and(|id| Some(id) == own)
    };
    let records = files.iter().filter(|(path, text)| is_record(path, text));
    let folders: BTreeSet<&str> = records.filter_map(|(path, _)| Some(path.rsplit_once('/')?.0)).collect();
    // A folder below one that is listed is read with it.
    let below = |folder: &str| {
        folders.iter().any(|other| folder.strip_prefix(*other).is_some_and(|rest| rest.starts_with('/')))
    };
    let tops: Vec<&str> = folders.iter().copied().filter(|folder| !below(folder)).collect();
    if tops.len() <= MOST_FOLDERS {
        return tops.into_iter().map(str::to_owned).collect();
    }
    // By year, or by the first letters of an id: what they have in common, once.
    let first = |folder: &&str| folder.split('/').next().unwrap_or_default().to_owned();
    tops.iter().map(first).collect::<BTreeSet<String>>().into_iter().collect()
}
