//! The packages of a repository as rules for its configuration: one rule with a
//! hole where it serves several, else a rule for each.

use std::collections::BTreeMap;

use crate::compile::{HOLE, Package, PackageRule, seen};
use crate::history::{Error, Graph, Releases, Repository, TagRules};

/// Fewer packages are told one by one.
const LEAST_ALIKE: usize = 2;

/// The rules of the packages that tags and folders show; none where there is one
/// project with one row of releases. `project` is what that is called.
pub(super) fn packages(
    repository: &Repository,
    base: &TagRules,
    graph: &Graph,
    releases: &Releases,
    project: &str,
) -> Result<Vec<PackageRule>, Error> {
    let found = seen(repository, base, graph, releases)?;
    let mut alike: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (at, package) in found.iter().enumerate() {
        for rule in holes(package) {
            alike.entry(rule).or_default().push(at);
        }
    }
    let mut alike: Vec<((String, String), Vec<usize>)> = alike.into_iter().collect();
    alike.sort_by_key(|(rule, of)| (std::cmp::Reverse(of.len()), rule.clone()));
    let mut left: Vec<bool> = vec![true; found.len()];
    let mut rules = Vec::new();
    for ((prefix, path), of) in alike {
        let new: Vec<usize> = of.into_iter().filter(|at| left.get(*at) == Some(&true)).collect();
        if new.len() < LEAST_ALIKE {
            continue;
        }
        rules.push(PackageRule { prefix, paths: vec![path], ..PackageRule::default() });
        new.into_iter().filter_map(|at| left.get_mut(at).map(|left| *left = false)).count();
    }
    for (package, _) in found.iter().zip(left).filter(|(_, left)| *left) {
        // ingress-nginx has a chart of its own name.
        let root = if found.iter().any(|other| other.name == project) { "root" } else { project };
        let name = if package.name.is_empty() { root } else { &package.name };
        rules.push(PackageRule {
            name: Some(name.to_owned()),
            prefix: package.prefix.clone(),
            paths: package.folders.clone(),
            ..PackageRule::default()
        });
    }
    Ok(rules)
}

/// The rules with a hole that a package fits: by its whole name, or by the last
/// part of it (`@scope/{name}@` for `packages/{name}`).
fn holes(package: &Package) -> Vec<(String, String)> {
    let [folder] = package.folders.as_slice() else { return Vec::new() };
    let last = package.name.rsplit('/').next().unwrap_or_default();
    let mut rules = Vec::new();
    for part in [package.name.as_str(), last] {
        let around = folder.strip_suffix(part).filter(|around| around.is_empty() || around.ends_with('/'));
        let (Some(around), Some((before, after))) = (around, package.prefix.rsplit_once(part)) else { continue };
        let rule = (format!("{before}{HOLE}{after}"), format!("{around}{HOLE}"));
        // A package in a folder of its own kind only fits its own rule.
        if !part.is_empty() && !after.is_empty() && !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}
