//! Findings about dependencies: one a package and outcome, not one an advisory.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::pair::Pair;
use super::verdict::{Outcome, Row, Verdict};
use super::words::{called, counted, few, vulnerabilities};
use crate::advisory::Advisory;
use crate::inventory::{ChangeKind, Inventory, Place, Unlocked, Unread, UnreadLock, versions_in_order};
use crate::join::packages::{Judgement, Packages};
use crate::model::{AdvisoryId, Finding, FindingCode, FindingPlace, PackageName, SeverityLevel};

/// More packages than this that are as affected as before are one finding: nobody
/// reads on through forty of them to what the release changed.
const STAYING: usize = 3;

/// How findings are told.
#[derive(Clone, Copy)]
pub(super) struct Telling {
    /// Whether there is a release before.
    pub(super) compared: bool,
    /// Whether all that still affects the release is asked for.
    pub(super) in_full: bool,
}

/// The findings of all verdicts.
pub(super) fn of_verdicts(
    verdicts: &[Verdict<'_>],
    advisories: &[Advisory],
    packages: &Packages<'_>,
    telling: Telling,
    findings: &mut Vec<Finding>,
) {
    let mut groups: BTreeMap<(&PackageName, Outcome), Vec<&Verdict<'_>>> = BTreeMap::new();
    let mut unshipped: BTreeMap<&PackageName, Vec<&Verdict<'_>>> = BTreeMap::new();
    for verdict in verdicts.iter().filter(|verdict| !packages.is_notice(verdict.advisory, verdict.package)) {
        if !verdict.shipped {
            if verdict.rows.iter().any(Row::is_affected) {
                unshipped.entry(verdict.package).or_default().push(verdict);
            }
            continue;
        }
        findings.extend(disputed(verdict, advisories));
        groups.entry((verdict.package, verdict.outcome)).or_default().push(verdict);
    }
    let staying = groups.keys().filter(|(_, outcome)| *outcome == Outcome::Affected).count();
    if staying > STAYING && !telling.in_full {
        let (stay, rest) = groups.into_iter().partition(|((_, outcome), _)| *outcome == Outcome::Affected);
        groups = rest;
        findings.push(of_staying(&stay, advisories, telling));
    }
    for ((package, outcome), group) in groups {
        let Told { ids, files, mend } = Told::of(&group, advisories, packages, package);
        let (code, message) = match outcome {
            Outcome::Fixed | Outcome::Removed => continue,
            Outcome::Partial => {
                let rows = group.iter().flat_map(|verdict| verdict.rows.iter());
                let left: BTreeSet<&str> =
                    rows.filter(|row| row.was_affected() && !row.is_affected()).map(|row| row.path).collect();
                let left: Vec<String> = left.into_iter().map(str::to_owned).collect();
                // One of several versions in one file left: no file is done.
                let left = if left.is_empty() { "part".to_owned() } else { few(left) };
                let message = if files.is_empty() {
                    // It is another package of the same vulnerability that is still affected.
                    format!(
                        "{ids}: fixed in {left}, and another package that this affects is not: see the findings about \
                         that. The notes leave it out until both are."
                    )
                } else {
                    format!("{ids}: fixed in {left}; still affected: {files}. {mend}")
                };
                (FindingCode::DependencyPartlyFixed, message)
            }
            Outcome::Introduced => {
                (FindingCode::DependencyIntroduced, format!("{ids} came with this release: {files}. {mend}"))
            }
            Outcome::Affected => {
                let since = match (telling.compared, is_known(&group)) {
                    (true, true) => "affected the release before, and this one",
                    (true, false) => "affect this release, and perhaps the one before, which does not say",
                    (false, _) => "affect this release",
                };
                (FindingCode::DependencyAffected, format!("{ids} {since}: {files}. {mend}"))
            }
            Outcome::Lost => {
                let rows = group.iter().flat_map(|verdict| verdict.rows.iter());
                let told: BTreeSet<String> = rows
                    .filter(|row| row.was_affected())
                    .filter_map(|row| {
                        Some(format!(
                            "{} had {}: {}",
                            row.path,
                            versions_in_order(package, &row.was).join(", "),
                            row.lost?
                        ))
                    })
                    .collect();
                let message = format!(
                    "{ids} affected the release before, and whether they affect this one cannot be told. {}.",
                    few(told.into_iter().collect())
                );
                (FindingCode::DependencyUnknown, message)
            }
        };
        let finding = Finding::new(code, package.to_string(), message);
        findings.push(in_file(finding, place(&group)));
    }
    findings.extend(of_unshipped(&unshipped));
}

/// One finding for all that the release changed nothing about, the most severe first.
fn of_staying(
    groups: &BTreeMap<(&PackageName, Outcome), Vec<&Verdict<'_>>>,
    advisories: &[Advisory],
    telling: Telling,
) -> Finding {
    let level =
        |places: &BTreeSet<usize>| places.iter().filter_map(|at| Some(advisories.get(*at)?.severity.level)).max();
    let mut told: Vec<_> = groups.iter().map(|((package, _), group)| (*package, advisories_of(group))).collect();
    told.sort_by_cached_key(|(package, places)| (Reverse(level(places)), Reverse(places.len()), *package));
    let all: BTreeSet<usize> = told.iter().flat_map(|(_, places)| places).copied().collect();
    let word = match level(&all).unwrap_or_default() {
        SeverityLevel::Unknown => String::new(),
        level => format!(", the most severe {level}"),
    };
    let before = match (telling.compared, groups.values().all(|group| is_known(group))) {
        (true, true) => " as before",
        (true, false) => ", as before or perhaps so, where the release before does not say",
        (false, _) => "",
    };
    let named = told.iter().map(|(package, places)| format!("{package} ({})", places.len()));
    let message = format!(
        "The release has {} in {} packages{before}{word}: {}. `secnotes notes --include-affected` \
         lists them, each package with the version that mends it.",
        vulnerabilities(all.len()),
        told.len(),
        few(named.collect())
    );
    Finding::new(FindingCode::DependencyAffected, "dependencies", message)
}

/// One finding for all that affects only what is not shipped.
fn of_unshipped(unshipped: &BTreeMap<&PackageName, Vec<&Verdict<'_>>>) -> Option<Finding> {
    let told = unshipped.iter().map(|(package, verdicts)| {
        let rows = verdicts.iter().flat_map(|verdict| verdict.rows.iter()).filter(|row| row.is_affected());
        let paths: BTreeSet<&str> = rows.map(|row| row.path).collect();
        let of = counted(advisories_of(verdicts).len());
        format!("{package} ({of}; {})", few(paths.into_iter().map(str::to_owned).collect()))
    });
    let told: Vec<String> = told.collect();
    let message = format!(
        "Development, tests and builds have dependencies that are affected, and that are not shipped: {}. `secnotes notes \
         --dependencies all --include-affected` lists them.",
        few(told.clone())
    );
    (!told.is_empty()).then(|| Finding::new(FindingCode::DependencyAffected, "not shipped", message))
}

/// What is told of several advisories of one package.
struct Told {
    ids: String,
    files: String,
    mend: String,
}

impl Told {
    fn of(group: &[&Verdict<'_>], advisories: &[Advisory], packages: &Packages<'_>, package: &PackageName) -> Self {
        let ids: BTreeSet<&AdvisoryId> =
            group.iter().filter_map(|verdict| advisories.get(verdict.advisory)).map(Advisory::name).collect();
        let mut affected: BTreeMap<(&str, bool), BTreeSet<&str>> = BTreeMap::new();
        let mut fixes: BTreeSet<&str> = BTreeSet::new();
        let mut unfixed: BTreeSet<usize> = BTreeSet::new();
        for verdict in group {
            for row in verdict.rows.iter().filter(|row| row.is_affected()) {
                let is_new = verdict.outcome != Outcome::Introduced && !row.was_affected() && !row.from.is_empty();
                affected.entry((row.path, is_new)).or_default().extend(row.is.iter().copied());
            }
            let highest = |row: &Row<'_>| versions_in_order(package, &row.is).pop();
            let version = verdict.rows.iter().filter(|row| row.is_affected()).find_map(highest).unwrap_or_default();
            match packages.fixed_after(verdict.advisory, package, &version) {
                Some(fix) => _ = fixes.insert(fix),
                None => _ = unfixed.insert(verdict.advisory),
            }
        }
        let file = |((path, is_new), versions): (&(&str, bool), &BTreeSet<&str>)| {
            let rest = if *is_new { " (new there)" } else { "" };
            format!("{path} has {}{rest}", versions_in_order(package, versions).join(", "))
        };
        let called = called(package);
        let mend = match (versions_in_order(package, &fixes).pop(), unfixed.len()) {
            (Some(version), 0) => format!("Update {called} to {version} or later"),
            (Some(version), open) => {
                format!("Update {called} to {version} or later; {open} of them have no fix yet")
            }
            (None, _) => format!("No version of {called} fixes this yet"),
        };
        Self {
            ids: few(ids.into_iter().map(ToString::to_string).collect()),
            files: few(affected.iter().map(file).collect()),
            mend: format!("{mend}."),
        }
    }
}

/// The first file that is still affected, else the first that was.
fn place<'v>(group: &[&'v Verdict<'_>]) -> Option<&'v str> {
    let rows = || group.iter().flat_map(|verdict| verdict.rows.iter());
    rows().find(|row| row.is_affected()).or_else(|| rows().find(|row| row.was_affected())).map(|row| row.path)
}

fn in_file(finding: Finding, path: Option<&str>) -> Finding {
    let Some(path) = path else { return finding };
    // `versions.yaml:languages.go`; folders may have colons, too.
    let file = path.rsplit_once(':').filter(|(_, key)| !key.contains('/')).map_or(path, |(file, _)| file);
    finding.at(FindingPlace::file(file))
}

/// The places of the advisories of some verdicts.
fn advisories_of(group: &[&Verdict<'_>]) -> BTreeSet<usize> {
    group.iter().map(|verdict| verdict.advisory).collect()
}

/// Whether the release before is known to have been affected.
fn is_known(group: &[&Verdict<'_>]) -> bool {
    group.iter().flat_map(|verdict| verdict.rows.iter()).any(|row| row.was_affected() && !row.is_assumed)
}

fn disputed(verdict: &Verdict<'_>, advisories: &[Advisory]) -> Option<Finding> {
    let row = verdict.rows.iter().find(|row| row.disputed.1 && row.is_affected())?;
    let advisory = advisories.get(verdict.advisory)?;
    let records: Vec<&str> = advisory.records.iter().map(|record| record.id.as_str()).collect();
    let message = format!(
        "Its records ({}) do not agree whether {} {} ({}) is affected; the notes leave it out.",
        records.join(", "),
        verdict.package.name,
        row.is.iter().copied().collect::<Vec<_>>().join(", "),
        row.path
    );
    Some(in_file(Finding::new(FindingCode::DependencyDisputed, advisory.id.as_str(), message), Some(row.path)))
}

/// Submodules that moved to commits that records do not name: one finding each.
pub(super) fn of_repositories(
    pair: &Pair<'_>,
    advisories: &[Advisory],
    packages: &Packages<'_>,
    shows: &dyn Fn(&Advisory) -> bool,
    findings: &mut Vec<Finding>,
) {
    for (package, about) in packages.all().filter(|(package, _)| package.ecosystem == "Git") {
        let rows = pair.versions(package);
        let moved: BTreeSet<&str> = rows
            .iter()
            .flat_map(|row| row.to.keys().filter(|commit| !row.from.contains_key(*commit)).copied())
            .collect();
        let is_open = |at: &usize| {
            let was = rows.iter().flat_map(|row| row.from.keys());
            // That has a finding of its own.
            let was_affected = was.into_iter().any(|commit| packages.judge(*at, package, commit).may_be_affected());
            !was_affected && moved.iter().any(|commit| packages.judge(*at, package, commit) == Judgement::Unknown)
        };
        let open: BTreeSet<&AdvisoryId> = about
            .into_iter()
            .filter(is_open)
            .filter_map(|at| advisories.get(at).filter(|advisory| shows(advisory)))
            .map(Advisory::name)
            .collect();
        if !open.is_empty() {
            let message = format!(
                "It moved to {}, which no record names, and {} name other commits of it: {}. Whether it has their fixes is \
                 told by its history alone; the notes leave them out.",
                few(moved.into_iter().map(str::to_owned).collect()),
                counted(open.len()),
                few(open.into_iter().map(ToString::to_string).collect()),
            );
            findings.push(Finding::new(FindingCode::DependencyUnknown, package.to_string(), message));
        }
    }
}

/// What could not be read of an inventory.
pub(super) fn of_reading(inventory: &Inventory, findings: &mut Vec<Finding>) {
    for file in inventory.manifests.iter().filter(|file| file.place != Place::Vendored) {
        for problem in &file.problems {
            let subject = match problem.line {
                Some(line) => format!("{}:{line}", file.path),
                None => file.path.to_string(),
            };
            let message = format!(
                "It cannot be read, or not all of it: {}. What it names beyond that is not counted.",
                problem.message
            );
            let place = FindingPlace { file: file.file().to_owned(), line: problem.line };
            findings.push(Finding::new(FindingCode::ManifestUnreadable, subject, message).at(place));
        }
    }
    let missing: Vec<String> =
        inventory.missing.iter().filter(|path| Place::of(path) != Place::Vendored).map(ToString::to_string).collect();
    if !missing.is_empty() {
        let message = format!(
            "{} manifests, lock files or folders of commit {} are not here, as in a partial clone, and are not \
             counted: {}. Use a full clone.",
            missing.len(),
            inventory.commit.short(),
            few(missing)
        );
        findings.push(Finding::new(FindingCode::Unreadable, "dependencies", message));
    }
}

/// The project's own lock files that are not read, one finding a kind of them.
pub(super) fn of_unread(from: Option<&Inventory>, to: &Inventory, findings: &mut Vec<Finding>) {
    let compared = match from {
        Some(from) => Unread::compared(from, to),
        None => to.unread.iter().map(|file| (file, Some(ChangeKind::Added))).collect(),
    };
    let mut kinds: BTreeMap<&UnreadLock, Vec<(&Unread, Option<ChangeKind>)>> = BTreeMap::new();
    // What tests and examples lock reaches nobody.
    for (file, change) in compared.into_iter().filter(|(file, _)| file.place == Place::Own) {
        kinds.entry(file.lock).or_default().push((file, change));
    }
    for (lock, files) in kinds {
        let changed = files.iter().filter(|(_, change)| change.is_some()).count();
        let is_gone = files.iter().all(|(_, change)| *change == Some(ChangeKind::Removed));
        let since = match (from, changed) {
            (None, _) => "what it locks is not known",
            (Some(_), _) if is_gone => {
                "the release before had it, and this one does not: what left with it is not known"
            }
            (Some(_), 0) => "it is the same as in the release before, and what of it is affected is not known",
            (Some(_), _) => "it changed since the release before, and what left or came with that is not known",
        };
        let mend = if is_gone {
            ""
        } else {
            " Have the tool write a format that is read beside it, or leave it out with `[dependencies] ignore`."
        };
        let Some((first, _)) = files.first() else { continue };
        let paths = files.iter().map(|(file, _)| file.path.to_string()).collect();
        let message = format!("A lock file of {} is not read ({}): {since}.{mend}", lock.tool, few(paths));
        findings.push(in_file(Finding::new(FindingCode::LockFileNotRead, &*first.path, message), Some(&first.path)));
    }
    let changed = from.map(|from| Unlocked::changed(from, to)).unwrap_or_default();
    let paths: Vec<String> = changed
        .into_iter()
        .filter(|(file, _)| file.place == Place::Own)
        .map(|(file, _)| file.path.to_string())
        .collect();
    let Some(first) = paths.first().cloned() else { return };
    let message = format!(
        "What changed in {} since the release before is not known: no lock file of {} is read. Commit one, or leave it out \
         with `[dependencies] ignore`.",
        few(paths.clone()),
        if paths.len() == 1 { "it" } else { "them" },
    );
    findings.push(in_file(Finding::new(FindingCode::LockFileNotRead, &*first, message), Some(&first)));
}
