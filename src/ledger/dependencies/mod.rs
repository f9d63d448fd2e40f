//! What a release did about the advisories of its dependencies: what lock files
//! bear out, what commits only claim, and what came in or stayed.

mod claims;
mod entries;
mod judge;
mod known;
mod moved;
mod notices;
mod pair;
mod runtimes;
mod side;
mod statement;
mod taken_over;
mod updates;
mod verdict;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use super::query::Query;

pub use known::Dependencies;
pub use statement::{Justification, Statement};

use self::pair::Pair;
use self::statement::Statements;
use self::updates::Updates;
use self::verdict::{Outcome, Verdict};
use super::book::Ledger;
use super::report::{Carried, Entry, Status};
use crate::history::ReleaseRange;
use crate::join::packages::Packages;
use crate::limits;
use crate::model::{AdvisoryId, Finding, FindingCode, PackageName, Timestamp};

/// The entries of dependencies, and what to look at.
pub(super) fn entries(
    ledger: &Ledger<'_>,
    query: &Query<'_>,
    range: &ReleaseRange,
    own: &[AdvisoryId],
    dependencies: Option<&Dependencies<'_>>,
    findings: &mut Vec<Finding>,
) -> Vec<Entry> {
    let mut statements = Statements::new(dependencies.map_or(&[], |known| known.statements));
    let pair = dependencies.map(|known| Pair::new(known.from, known.to));
    let mut here: BTreeSet<&PackageName> = pair.iter().flat_map(Pair::packages).collect();
    here.extend(dependencies.iter().flat_map(|known| runtimes::inexact(known.to)));
    // What lives in the repository is no dependency of it, though one of its
    // modules uses another; a name alone may be a fork's.
    let wanted = |package: &PackageName| here.contains(package) && !ledger.project.lives_here(package);
    let packages = Packages::new(&ledger.others, &wanted);
    let verdicts = match &pair {
        Some(pair) => {
            let shows = |advisory: &crate::advisory::Advisory| query.shows(advisory.disclosure);
            judge::verdicts(pair, &ledger.others, &packages, &shows, &mut statements)
        }
        None => Vec::new(),
    };
    let named = claims::named_in(ledger, range);
    let mut entries = of_verdicts(ledger, query, range, dependencies, &packages, &verdicts, findings);
    if let Some(known) = dependencies {
        carry_over(ledger, query, known, &packages, &mut entries);
    }
    // That a package is not maintained is no vulnerability. Where a commit says
    // that it was dealt with, that is told.
    let told = |entry: &Entry| {
        entry.ids().any(|id| named.contains(id)) || !entry.package.as_ref().is_some_and(|package| package.is_notice)
    };
    entries.retain(told);
    let ground = claims::Ground { dependencies, verdicts: &verdicts };
    entries.extend(claims::entries(ledger, query, range, own, &ground, &mut statements, findings));
    let telling = notices::Telling {
        compared: pair.as_ref().is_some_and(Pair::is_compared),
        in_full: dependencies.is_some_and(|known| known.policy.include_affected),
    };
    notices::of_verdicts(&verdicts, &ledger.others, &packages, telling, findings);
    if let Some(pair) = &pair {
        let shows = |advisory: &crate::advisory::Advisory| query.shows(advisory.disclosure);
        notices::of_repositories(pair, &ledger.others, &packages, &shows, findings);
    }
    findings.extend(packages.unread().map(|(id, message)| Finding::new(FindingCode::OddRecord, id.as_str(), message)));
    if let Some(known) = dependencies {
        notices::of_reading(known.to, findings);
        runtimes::findings(known.from, known.to, &ledger.others, &packages, findings);
        notices::of_unread(known.from, known.to, findings);
    }
    findings.extend(statements.unused());
    entries
}

/// What the highest version that was published before had left as well is no
/// news: who comes from there has it.
fn carry_over(
    ledger: &Ledger<'_>,
    query: &Query<'_>,
    known: &Dependencies<'_>,
    packages: &Packages<'_>,
    entries: &mut [Entry],
) {
    let Some((release, inventory)) = known.published else { return };
    let pair = Pair::new(known.from, inventory);
    let shows = |advisory: &crate::advisory::Advisory| query.shows(advisory.disclosure);
    let mut statements = Statements::new(known.statements);
    let before = judge::verdicts(&pair, &ledger.others, packages, &shows, &mut statements);
    let left = |verdict: &&Verdict<'_>| matches!(verdict.outcome, Outcome::Fixed | Outcome::Removed);
    let left: BTreeSet<(&AdvisoryId, &str, &str, bool)> = before
        .iter()
        .filter(left)
        .filter_map(|verdict| {
            let name = packages.spelled(verdict.advisory, verdict.package).unwrap_or(&verdict.package.name);
            let id = &ledger.others.get(verdict.advisory)?.id;
            Some((id, verdict.package.ecosystem.as_str(), name, verdict.shipped))
        })
        .collect();
    for entry in entries.iter_mut().filter(|entry| matches!(entry.status, Status::Fixed | Status::Removed)) {
        let had = entry.package.as_ref().is_some_and(|package| {
            left.contains(&(&entry.id, package.ecosystem.as_str(), package.name.as_str(), package.shipped))
        });
        if had {
            entry.status = Status::Carried;
            entry.fix.first_release = None;
            entry.carried = Some(Carried { from: release.tag.clone(), date: Timestamp::from_unix(release.time) });
        }
    }
}

fn of_verdicts(
    ledger: &Ledger<'_>,
    query: &Query<'_>,
    range: &ReleaseRange,
    dependencies: Option<&Dependencies<'_>>,
    packages: &Packages<'_>,
    verdicts: &[Verdict<'_>],
    findings: &mut Vec<Finding>,
) -> Vec<Entry> {
    let Some(known) = dependencies.filter(|_| !verdicts.is_empty()) else { return Vec::new() };
    let spoken_of: BTreeSet<&PackageName> = verdicts.iter().map(|verdict| verdict.package).collect();
    let updates = Updates::new(ledger.history, range, known.steps, &spoken_of);
    let tag = query.release.map(|release| &release.tag);
    // What is shipped speaks for an advisory; the rest only where it is all there is.
    let mut groups: BTreeMap<(usize, &PackageName), Vec<&Verdict<'_>>> = BTreeMap::new();
    for verdict in verdicts {
        groups.entry((verdict.advisory, verdict.package)).or_default().push(verdict);
    }
    let is_told = |verdict: &Verdict<'_>| {
        let is_open = matches!(entries::status(verdict.outcome), Status::Introduced | Status::Affected);
        verdict.outcome != Outcome::Lost && (known.policy.include_affected || !is_open)
    };
    for group in groups.values_mut() {
        group.sort_by_key(|verdict| !verdict.shipped);
    }
    groups.retain(|_, group| group.first().is_some_and(|first| is_told(first)));
    let most = most_files(&groups, findings);
    let entry = |((at, _), group): ((usize, &PackageName), Vec<&Verdict<'_>>)| {
        let (first, rest) = group.split_first()?;
        Some(entries::entry(first, rest, ledger.others.get(at)?, packages, &updates, tag, most))
    };
    groups.into_iter().filter_map(entry).collect()
}

/// How many files an entry names; says so where these are not all.
fn most_files(groups: &BTreeMap<(usize, &PackageName), Vec<&Verdict<'_>>>, findings: &mut Vec<Finding>) -> usize {
    let files = |verdict: &&Verdict<'_>| verdict.rows.iter().filter(|row| row.is_of_interest()).count();
    let all: usize = groups.values().flatten().map(files).sum();
    if all <= limits::TOLD_FILES {
        return usize::MAX;
    }
    let most = (limits::TOLD_FILES / groups.len()).max(1);
    let message = format!(
        "{} advisories of dependencies are about {all} files, so that of each no more than {most} files are named, the first by \
         path. `secnotes dependencies --list` names all.",
        groups.len()
    );
    findings.push(Finding::new(FindingCode::FilesLeftOut, "dependencies", message));
    most
}
