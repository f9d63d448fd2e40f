//! What builds the project, or runs it: one thing of a whole tree, whichever file
//! names it.
//!
//! The `go` line of a `go.mod` is the least Go that may build the module (Go Modules Reference, "go
//! directive"). Taken for the one that does, it made 85 of 196 ids of the standard library false in
//! three projects that pin their builder, and 25 true ones missing.

use std::collections::{BTreeMap, BTreeSet};

use super::side::{NAMES_NOTHING, Side, Versions, take};
use super::words::{called, few, vulnerabilities};
use crate::advisory::Advisory;
use crate::inventory::{Format, Inventory, Manifest, Pin, Place, is_of_runtime};
use crate::join::packages::{Judgement, Packages};
use crate::model::{Confidence, Finding, FindingCode, PackageName};

/// Makes one row of the files that say it before and of those that say it now,
/// where these are others of the same kind: an image may move to another
/// Dockerfile. Where they are of different kinds, nobody knows that the one built
/// what the other did. A runtime itself seldom goes: what says which it is does.
pub(super) fn settle<'i>(rows: &mut Vec<Versions<'i>>, package: &PackageName, from: Option<&Side<'i>>, to: &Side<'i>) {
    // What an SBOM has is judged as all else that it has.
    let kind = |side: Option<&Side<'i>>, path: &str| {
        let file = side?.files.get(path).filter(|file| file.place == Place::Own)?;
        kind(file.format)
    };
    let (mut only, mut rest): (Vec<Versions<'i>>, Vec<Versions<'i>>) = rows.drain(..).partition(|row| {
        let of_one_side = row.from.is_empty() != row.to.is_empty();
        of_one_side && (kind(Some(to), row.path).is_some() || kind(from, row.path).is_some())
    });
    // A workflow that goes or comes beside others with the same release changes nothing.
    let stays = |row: &&Versions<'i>| !row.from.is_empty() && !row.to.is_empty();
    let before: BTreeSet<&str> = rest.iter().filter(stays).flat_map(|row| row.from.keys().copied()).collect();
    let after: BTreeSet<&str> = rest.iter().filter(stays).flat_map(|row| row.to.keys().copied()).collect();
    only.retain(|row| {
        let is_new = |known: &BTreeSet<&str>, side: &BTreeMap<&'i str, bool>| {
            side.keys().any(|version| !known.contains(version))
        };
        is_new(&before, &row.from) || is_new(&after, &row.to)
    });
    let was_there = from.is_some_and(|from| names(from.inventory, package, |_| true));
    let is_open = names(to.inventory, package, |pin| matches!(pin, Pin::Moving | Pin::Floor));
    let was_open =
        from.is_some_and(|from| names(from.inventory, package, |pin| matches!(pin, Pin::Moving | Pin::Floor)));
    let of_kinds: BTreeSet<Option<u8>> = only
        .iter()
        .map(|row| if row.to.is_empty() { kind(from, row.path) } else { kind(Some(to), row.path) })
        .collect();
    // A Dockerfile that has no image any more is one whose build stands elsewhere now.
    let is_sure = |row: &Versions<'i>| row.lost.is_none_or(|lost| lost == NAMES_NOTHING) && !row.hidden_before;
    let later = only.iter().find(|row| !row.to.is_empty()).map(|row| row.path);
    let moved = later.filter(|_| {
        let is_there = only.iter().any(|row| !row.from.is_empty());
        is_there && of_kinds.len() == 1 && !is_open && !was_open && only.iter().all(is_sure)
    });
    if let Some(path) = moved {
        let mut merged =
            Versions { path, from: BTreeMap::new(), to: BTreeMap::new(), hidden_before: false, lost: None };
        for row in only.drain(..) {
            take(&mut merged.from, &row.from);
            take(&mut merged.to, &row.to);
        }
        rest.push(merged);
    }
    for row in &mut only {
        row.hidden_before |= row.from.is_empty() && was_there;
        if row.to.is_empty() {
            row.lost = row.lost.or(Some("nothing says exactly any more which release builds or runs it"));
        }
    }
    rest.append(&mut only);
    *rows = rest;
    rows.sort_by_key(|row| row.path);
}

/// The kind of what says it, of files that are weighed against each other.
/// Where the kind changes, from a workflow that floats to a `.go-version` say, nobody knows what
/// built before, and that is told instead.
const fn kind(format: Format) -> Option<u8> {
    match format {
        Format::Sbom => None,
        Format::Toolchain => Some(0),
        Format::Dockerfile => Some(1),
        Format::Actions => Some(2),
        Format::ToolVersions
        | Format::Mise
        | Format::GoVersion
        | Format::NodeVersion
        | Format::PythonVersion
        | Format::JavaVersion => Some(3),
        _ => Some(4),
    }
}

/// Whether the project's own files name a runtime with such a pin.
fn names(inventory: &Inventory, package: &PackageName, is_meant: impl Fn(Pin) -> bool) -> bool {
    own(inventory).any(|file| {
        file.dependencies.iter().any(|dependency| *dependency.package == *package && is_meant(dependency.pin))
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
        left.filter_map(|at| advisories.get(at)).map(|advisory| advisory.name().to_string()).collect();
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
