//! Verdicts → entries of a report.

use std::collections::BTreeSet;

use super::runtimes;
use super::updates::{Made, Updates};
use super::verdict::{Outcome, Row, Verdict};
use super::words::told;
use crate::advisory::Advisory;
use crate::inventory::{Move, is_of_runtime, moves, versions_in_order};
use crate::join::packages::Packages;
use crate::ledger::package_update::{FileUpdate, PackageUpdate};
use crate::ledger::reach::Reach;
use crate::ledger::report::{Entry, Fix, Scope, Status};
use crate::model::{Confidence, Evidence, EvidenceKind, TagName, Texts};

/// The entry of a verdict; `rest` are the verdicts of the same advisory and
/// package in what is not shipped. It names so many files at `most`.
pub(super) fn entry(
    verdict: &Verdict<'_>,
    rest: &[&Verdict<'_>],
    advisory: &Advisory,
    packages: &Packages<'_>,
    updates: &Updates<'_>,
    release: Option<&TagName>,
    most: usize,
) -> Entry {
    let status = status(verdict.outcome);
    let rows: Vec<&Row<'_>> =
        std::iter::once(verdict).chain(rest.iter().copied()).flat_map(|of| of.rows.iter()).collect();
    let announced = matches!(status, Status::Fixed | Status::Removed | Status::Partial);
    let made = if announced { updates.of(verdict, advisory, packages, most) } else { Made::default() };
    let mut evidence = made.evidence;
    evidence.extend(file_evidence(verdict, packages, most));
    evidence.sort();
    evidence.dedup();
    Entry {
        id: advisory.id.clone(),
        aliases: advisory.aliases.clone(),
        summary: advisory.summary.as_ref().map(|summary| summary.value.clone()),
        scope: Scope::Dependency,
        published: advisory.first_published(),
        withdrawn: advisory.withdrawn(),
        cwes: advisory.cwes(),
        severity: advisory.severity.clone(),
        disclosure: advisory.disclosure,
        status,
        confidence: confidence(verdict),
        fix: Fix {
            commits: made.commits,
            first_release: release.filter(|_| matches!(status, Status::Fixed | Status::Removed)).cloned(),
            pull_requests: made.pull_requests,
            ..Fix::default()
        },
        reach: Reach::default(),
        evidence,
        // The dependency's release notes thank them; these do not.
        credits: Vec::new(),
        page: advisory.page(),
        package: Some(update(verdict, &rows, packages, most)),
        claim: None,
        carried: None,
        texts: Texts::default(),
    }
}

pub(super) const fn status(outcome: Outcome) -> Status {
    match outcome {
        Outcome::Fixed => Status::Fixed,
        Outcome::Removed => Status::Removed,
        Outcome::Partial => Status::Partial,
        Outcome::Introduced => Status::Introduced,
        // Nothing is claimed of it: see the findings.
        Outcome::Affected | Outcome::Lost => Status::Affected,
    }
}

/// The lock file proves it, unless the records contradict each other on what
/// the release has now; on what it had before, that costs less.
fn confidence(verdict: &Verdict<'_>) -> Confidence {
    let of_interest = || verdict.rows.iter().filter(|row| row.is_of_interest());
    let least = if is_of_runtime(verdict.package) {
        of_interest().map(|row| runtimes::confidence(row.path)).min().unwrap_or(Confidence::Confirmed)
    } else {
        Confidence::Confirmed
    };
    if of_interest().any(|row| row.disputed.1) {
        Confidence::Possible
    } else if of_interest().all(|row| row.disputed.0) {
        least.min(Confidence::Likely)
    } else {
        least
    }
}

fn file_evidence(verdict: &Verdict<'_>, packages: &Packages<'_>, most: usize) -> Vec<Evidence> {
    let decided = packages.decided_by(verdict.advisory, verdict.package);
    let of_interest = verdict.rows.iter().filter(|row| row.is_of_interest()).take(most);
    let words = |row: &Row<'_>| {
        let said = format!("{}: {} {} ({decided})", row.path, verdict.package.name, told(&row.from, &row.to));
        Evidence::new(EvidenceKind::LockFile, None, said)
    };
    of_interest.map(words).collect()
}

fn update(verdict: &Verdict<'_>, rows: &[&Row<'_>], packages: &Packages<'_>, most: usize) -> PackageUpdate {
    let package = verdict.package;
    let (mut from, mut to) = (BTreeSet::new(), BTreeSet::new());
    for row in verdict.rows.iter().filter(|row| row.is_of_interest()) {
        from.extend(row.was.iter().copied());
        // Of several versions in one file those that came, if any did.
        let came: Vec<&str> = row.to.difference(&row.from).copied().collect();
        match (came.is_empty(), row.is_affected()) {
            (false, _) => to.extend(came),
            (true, true) => to.extend(row.is.iter().copied()),
            (true, false) => to.extend(row.to.iter().copied()),
        }
    }
    let mut files: Vec<FileUpdate> = rows
        .iter()
        .filter(|row| row.is_of_interest())
        .take(most)
        .map(|row| FileUpdate {
            path: row.path.to_owned(),
            from: versions_in_order(package, &row.from),
            to: versions_in_order(package, &row.to),
            was_affected: row.was_affected(),
            affected: row.is_affected(),
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let affected = versions_in_order(package, &verdict.rows.iter().flat_map(|row| &row.is).copied().collect());
    let moved = |row: &Row<'_>| moves(package, row.was.iter().copied(), &row.from, &row.to);
    let moves: BTreeSet<Move> = verdict.rows.iter().flat_map(moved).collect();
    let fixed_in = affected.last().and_then(|version| packages.fixed_after(verdict.advisory, package, version));
    PackageUpdate {
        ecosystem: package.ecosystem.clone(),
        name: packages.spelled(verdict.advisory, package).unwrap_or(&package.name).to_owned(),
        from: versions_in_order(package, &from),
        to: versions_in_order(package, &to),
        files,
        shipped: verdict.shipped,
        moves: moves.into_iter().collect(),
        fixed_in: fixed_in.map(str::to_owned),
        affected,
        informational: packages.informational(verdict.advisory, package),
        is_notice: packages.is_notice(verdict.advisory, package),
    }
}
