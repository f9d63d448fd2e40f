//! What builds the project, or runs it: one thing of a whole tree, whichever file
//! names it.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::few;
use super::notices::{called, name, vulnerabilities};
use super::occurrences::Versions;
use crate::advisory::Advisory;
use crate::inventory::{Format, Inventory, Manifest, Pin, Place, is_of_runtime};
use crate::join::packages::{Judgement, Packages};
use crate::model::{Confidence, Finding, FindingCode, PackageName};

/// Makes one row of the files that say it before and of those that say it now,
/// where these are others: the image in a Dockerfile may become a key of
/// `versions.yaml`. What was or is there in no exact release has neither come nor
/// gone.
pub(super) fn settle<'i>(
    rows: &mut Vec<Versions<'i>>,
    package: &PackageName,
    from: Option<&'i Inventory>,
    to: &'i Inventory,
) {
    let is_own = |inventory: Option<&Inventory>, path: &str| {
        let files = inventory.into_iter().flat_map(|inventory| &inventory.manifests);
        files.into_iter().any(|file| *file.path == *path && file.place == Place::Own)
    };
    let (mut only, mut rest): (Vec<Versions<'i>>, Vec<Versions<'i>>) = rows.drain(..).partition(|row| {
        let of_one_side = row.from.is_empty() != row.to.is_empty();
        of_one_side && (is_own(Some(to), row.path) || is_own(from, row.path))
    });
    let hidden_before = from.is_some_and(|from| is_inexact(from, package));
    let lost = is_inexact(to, package).then_some("which release builds it now is not said exactly");
    let path = only.iter().find(|row| !row.to.is_empty()).map(|row| row.path);
    match path {
        Some(path) if only.iter().any(|row| !row.from.is_empty()) => {
            let mut merged =
                Versions { path, from: BTreeMap::new(), to: BTreeMap::new(), hidden_before: false, lost: None };
            for row in only.drain(..) {
                merged.from.extend(row.from);
                merged.to.extend(row.to);
            }
            rest.push(merged);
        }
        _ => {
            for row in &mut only {
                row.hidden_before = row.from.is_empty() && hidden_before;
                row.lost = lost.filter(|_| row.to.is_empty());
            }
        }
    }
    rest.append(&mut only);
    *rows = rest;
    rows.sort_by_key(|row| row.path);
}

/// Whether the project's own files name a runtime without its release.
fn is_inexact(inventory: &Inventory, package: &PackageName) -> bool {
    own(inventory).any(|file| {
        let mut named = file.dependencies.iter().filter(|dependency| *dependency.package == *package);
        named.any(|dependency| matches!(dependency.pin, Pin::Moving | Pin::Floor))
    })
}

/// The packages of runtimes that the project's own files name without a release.
pub(super) fn inexact(inventory: &Inventory) -> BTreeSet<&PackageName> {
    let dependencies = own(inventory).flat_map(|file| file.dependencies.iter());
    let inexact = dependencies.filter(|dependency| matches!(dependency.pin, Pin::Moving | Pin::Floor));
    inexact.map(|dependency| &*dependency.package).filter(|package| is_of_runtime(package)).collect()
}

/// How sure a file is of what builds the release. The image that it is built in,
/// and what the configuration names, are what builds it. A workflow may be that of
/// tests, and version managers and manifests speak to developers: where nothing
/// stronger is there, that is likely what builds.
pub(super) fn confidence(path: &str) -> Confidence {
    match Format::of(path) {
        Some(Format::Dockerfile) | None => Confidence::Confirmed,
        Some(_) => Confidence::Likely,
    }
}

/// What is not said of what builds the release, where records speak of it: that a
/// version moves, and what a newer `go` line may mean.
pub(super) fn findings(
    from: Option<&Inventory>,
    to: &Inventory,
    advisories: &[Advisory],
    packages: &Packages<'_>,
    findings: &mut Vec<Finding>,
) {
    for package in inexact(to).into_iter().filter(|package| !packages.about(package).is_empty()) {
        let moving = named(to, package, Pin::Moving);
        if moving.is_empty() {
            findings.extend(from.and_then(|from| possible(from, to, package, advisories, packages)));
            continue;
        }
        let places = moving.iter().map(|(path, version)| format!("{path} has {version}"));
        let message = format!(
            "Which release of {} builds this one, or runs it, is not said exactly: {}. What it fixes and what it brings is left \
             out for these files. Pin the release, or name the file that has it with [[toolchain]].",
            called(package),
            few(places.collect())
        );
        findings.push(Finding::new(FindingCode::BuilderUnknown, called(package), message));
    }
}

/// What the least release that builds the project would fix if it did build it.
fn possible(
    from: &Inventory,
    to: &Inventory,
    package: &PackageName,
    advisories: &[Advisory],
    packages: &Packages<'_>,
) -> Option<Finding> {
    let (before, after) = (named(from, package, Pin::Floor), named(to, package, Pin::Floor));
    let is_affected = |at: usize, versions: &BTreeSet<(&str, &str)>| {
        versions.iter().any(|(_, version)| packages.judge(at, package, version) == Judgement::Affected)
    };
    let left = packages.about(package).into_iter().filter(|at| is_affected(*at, &before) && !is_affected(*at, &after));
    let ids: BTreeSet<String> =
        left.filter_map(|at| advisories.get(at)).map(|advisory| name(advisory).to_string()).collect();
    let versions = |of: &BTreeSet<(&str, &str)>| {
        let versions: BTreeSet<&str> = of.iter().map(|(_, version)| *version).collect();
        few(versions.into_iter().map(str::to_owned).collect())
    };
    let (path, _) = after.first().filter(|_| !ids.is_empty())?;
    let message = format!(
        "The least {} that builds the project went from {} to {} ({path}). If that is what builds this release, it fixes {}: {}. Nothing says that it is, and the notes leave this out: name what builds with [[toolchain]].",
        called(package),
        versions(&before),
        versions(&after),
        vulnerabilities(ids.len()),
        few(ids.into_iter().collect())
    );
    Some(Finding::new(FindingCode::BuilderPossible, called(package), message))
}

/// Where the project's own files name a package so, and in which version.
fn named<'i>(inventory: &'i Inventory, package: &PackageName, pin: Pin) -> BTreeSet<(&'i str, &'i str)> {
    let of_file = |file: &'i Manifest| {
        let named = file.dependencies.iter().filter(|dependency| *dependency.package == *package);
        let ships = named.filter(|dependency| dependency.pin == pin && file.ships(dependency.usage));
        ships.map(|dependency| (&*file.path, &*dependency.version))
    };
    own(inventory).flat_map(of_file).collect()
}

fn own(inventory: &Inventory) -> impl Iterator<Item = &Manifest> {
    inventory.manifests.iter().filter(|file| file.place == Place::Own)
}
