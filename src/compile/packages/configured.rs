//! The packages that the rules of the settings say.

use std::collections::BTreeMap;

use super::super::error::Error;
use super::super::rules::{BadRule, HOLE, PackageRule, RulePlace};
use super::super::settings::Settings;
use super::package::{LOOKED_AT, Package, newest};
use crate::advisory::PackageName;
use crate::history::{Repository, TagRules};
use crate::model::{CommitId, TagName, line};

/// Reads what stands in a version's place, whatever globs take the tag.
fn plain(settings: &Settings) -> TagRules {
    TagRules::default().with_patterns(settings.releases.patterns.clone())
}

/// The packages that the rules name.
pub(super) fn configured(settings: &Settings, repository: &Repository, base: &TagRules) -> Result<Vec<Package>, Error> {
    let (tags, plain) = (repository.tags()?, plain(settings));
    let mut list: Vec<Package> = Vec::new();
    let mut problems: Vec<BadRule> = Vec::new();
    let mut taken: BTreeMap<&TagName, usize> = BTreeMap::new();
    let explicit = settings.packages.iter().enumerate().filter(|(_, rule)| !rule.has_hole());
    for (number, rule) in explicit {
        let package = package(number, rule, base, rule.name.as_deref().unwrap_or_default());
        let mut own = Vec::new();
        for (tag, commit) in tags.iter().filter(|(tag, _)| tag.as_str().starts_with(&rule.prefix)) {
            if package.rules.read(tag).is_err() {
                continue;
            }
            if let Some(other) = taken.insert(tag, list.len()).and_then(|other| list.get(other)) {
                let (tag, other) = (line(tag.as_str()).to_string(), line(&other.name).to_string());
                let message = format!("the tag `{tag}` is a release of the package `{other}` already");
                let help = "let each prefix end where the version begins, before its `v` or after";
                problems.push(BadRule::new(RulePlace::Prefix(number), message, help));
                break;
            }
            own.push((tag.clone(), *commit));
        }
        list.push(Package { tags: own, ..package });
    }
    for (number, rule) in settings.packages.iter().enumerate().filter(|(_, rule)| rule.has_hole()) {
        let found = filled(number, rule, (tags, &taken), repository, base, &plain);
        for package in found {
            for (tag, _) in &package.tags {
                let tag = tags.binary_search_by(|(name, _)| name.cmp(tag)).ok().and_then(|at| tags.get(at));
                if let Some((tag, _)) = tag {
                    taken.insert(tag, list.len());
                }
            }
            list.push(package);
        }
    }
    for (number, rule) in settings.packages.iter().enumerate() {
        let has_tags = |package: &Package| package.rule == Some(number) && !package.tags.is_empty();
        if !list.iter().any(has_tags) && !tags.is_empty() {
            let message = if rule.has_hole() {
                format!("no tag fits `{}` whose folder is there", line(&rule.prefix))
            } else {
                format!("no tag begins with `{}` and a version", line(&rule.prefix))
            };
            let example = tags.last().map(|(tag, _)| format!(", as `{}` here", line(tag.as_str()))).unwrap_or_default();
            let help = format!("write what its tags begin with, up to the version{example}");
            problems.push(BadRule::new(RulePlace::Prefix(number), message, help));
        }
    }
    if problems.is_empty() { Ok(list) } else { Err(Error::Rules(problems)) }
}

fn package(number: usize, rule: &PackageRule, base: &TagRules, name: &str) -> Package {
    let fill = |text: &String| if rule.has_hole() { PackageRule::filled(text, name) } else { text.clone() };
    let known = rule.names.iter().filter_map(|known| PackageName::new(&known.ecosystem, &fill(&known.name)));
    Package {
        name: name.to_owned(),
        prefix: fill(&rule.prefix),
        rules: base.clone().with_prefix(fill(&rule.prefix)),
        tags: Vec::new(),
        folders: rule.paths.iter().map(fill).collect(),
        shared: rule.shared.clone(),
        names: known.collect(),
        rule: Some(number),
    }
}

/// The packages of a rule with a hole: the names that tags have, of which a
/// folder was there.
fn filled(
    number: usize,
    rule: &PackageRule,
    (tags, taken): (&[(TagName, CommitId)], &BTreeMap<&TagName, usize>),
    repository: &Repository,
    base: &TagRules,
    plain: &TagRules,
) -> Vec<Package> {
    let Some((before, after)) = rule.prefix.split_once(HOLE) else { return Vec::new() };
    // `a-2-1.0.0` may be version 1.0.0 of `a-2`, or a pre-release of version 2 of `a`.
    let mut groups: BTreeMap<&str, Vec<(TagName, CommitId)>> = BTreeMap::new();
    for (tag, commit) in tags.iter().filter(|(tag, _)| !taken.contains_key(tag)) {
        let Some(rest) = tag.as_str().strip_prefix(before) else { continue };
        for (at, _) in rest.match_indices(after) {
            let (name, version) =
                (rest.get(..at).unwrap_or_default(), rest.get(at + after.len()..).unwrap_or_default());
            if !name.is_empty() && plain.read(&TagName::new(version)).is_ok() {
                groups.entry(name).or_default().push((tag.clone(), *commit));
            }
        }
    }
    let head = repository.head().ok().flatten();
    let mut found = Vec::new();
    for (name, tags) in groups {
        let package = package(number, rule, base, name);
        let newest = newest(&tags, &package.rules);
        let there =
            |commit: CommitId| package.folders.iter().any(|folder| repository.has_path(commit, folder) != Some(false));
        if head.into_iter().chain(newest.into_iter().take(LOOKED_AT)).any(there) {
            found.push(Package { tags, ..package });
        }
    }
    found
}
