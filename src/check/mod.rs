//! OSV records, from anywhere → what is wrong with them: by the specification,
//! by the rules of OSV's own linter, and, with a repository, by its history.
//!
//! Pure: records, what is known of packages and of a repository are handed in;
//! changes come through the trait [`Changes`](crate::history::Changes). Each
//! problem has a stable [`Code`], a place in the record, and says how to mend it.

mod across;
mod code;
mod facts;
mod ids;
mod links;
mod names;
mod packages;
mod problem;
mod purl;
mod ranges;
mod read;
mod registry;
mod report;
mod repository;
mod schema;
mod spot;
mod view;

#[cfg(test)]
mod tests;

pub use code::{Code, Quality};
pub use links::{answered, links};
pub use problem::{Given, Origin, Problem};
pub use read::{Read, read};
pub use registry::{Registry, RegistryError};
pub use report::{Report, Unchecked};
pub use repository::{Facts, Packages};
pub use spot::{Spot, Spots};

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::advisory::{PackageName, Project};
use crate::model::order::Order;
use crate::model::osv::{EVERY_PACKAGE, is_ecosystem};
use report::sorted;
use view::View;

/// Checks records, each by itself, against each other, and against what is
/// known of packages and of the project's repository, or why there is none to ask.
#[must_use]
pub fn check(records: &[Given], registry: Option<&Registry>, repository: Result<&Facts<'_>, &str>) -> Report {
    let views: Vec<View<'_>> = records.par_iter().map(|record| View::new(&record.value)).collect();
    let by_itself = |view: &View<'_>| {
        let mut found = alone(view);
        let asked = registry.map(|registry| registry::check(view, registry, &mut found)).unwrap_or_default();
        (found, asked)
    };
    let (mut problems, asked): (Vec<Vec<Problem>>, Vec<_>) = views.par_iter().map(by_itself).unzip();
    across::check(records, &views, &mut problems);
    let mut asked: Vec<(PackageName, bool)> = asked.into_iter().flatten().collect();
    let mut unchecked = Vec::new();
    match repository {
        Ok(facts) => {
            let listed = asked.iter().filter(|(_, versions)| *versions).map(|(package, _)| package.clone()).collect();
            let (own, elsewhere) = repository::check(facts, &views, &listed, &mut problems);
            asked.extend(own);
            unchecked.extend(elsewhere);
        }
        Err(why) => unchecked.push(repository::unchecked(why)),
    }
    unchecked.extend(unasked(&views, &asked));
    unchecked.extend(unordered(&views));
    unchecked.extend(links::unasked(&views));
    problems.par_iter_mut().for_each(sorted);
    Report { problems, unchecked }
}

/// Of each record what keeps it from being published, if anything: an error, or
/// ranges that contradict each other. Copies of a fix that it lacks do not.
#[must_use]
pub fn contradictions(records: &[&serde_json::Value], repository: &Facts<'_>) -> Vec<Option<Problem>> {
    let views: Vec<View<'_>> = records.par_iter().map(|record| View::new(record)).collect();
    let mut problems: Vec<Vec<Problem>> = views.par_iter().map(|view| alone(view)).collect();
    repository::contradictions(repository, &views, &mut problems);
    let keeps = |problem: &Problem| {
        problem.level() == crate::model::Level::Error || problem.code == Quality::RangesDisagree.into()
    };
    let first = |mut found: Vec<Problem>| {
        found.retain(keeps);
        found.into_iter().min_by(|a, b| (&a.at, a.code, &a.message).cmp(&(&b.at, b.code, &b.message)))
    };
    problems.into_iter().map(first).collect()
}

/// The problems of a record by itself.
fn alone(view: &View<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    schema::check(view, &mut found);
    ids::check(view, &mut found);
    facts::check(view, &mut found);
    ranges::check(view, &mut found);
    packages::check(view, &mut found);
    found
}

/// Whether any of the records is about a project: by a range of its commits, a
/// package of its, or a link to one of its commits.
#[must_use]
pub fn concerns(records: &[Given], project: &Project) -> bool {
    records.par_iter().any(|record| repository::concerns(&View::new(&record.value), project))
}

/// Ranges of ecosystems whose order of versions nobody here knows.
fn unordered(views: &[View<'_>]) -> Option<Unchecked> {
    let (mut ecosystems, mut ranges): (BTreeSet<&str>, usize) = Default::default();
    for entry in views.iter().flat_map(|view| &view.affected).filter(|entry| is_ecosystem(entry.ecosystem())) {
        let count = entry.ranges.iter().filter(|range| range.kind == "ECOSYSTEM").count();
        if count > 0 && Order::of_ecosystem(entry.ecosystem()).is_none() {
            ecosystems.insert(entry.ecosystem());
            ranges += count;
        }
    }
    let names: Vec<&str> = ecosystems.into_iter().collect();
    let codes = [
        Quality::UnorderableVersion,
        Quality::EndBeforeIntroduced,
        Quality::EventWithoutEffect,
        Quality::EventsUnsorted,
        Quality::VersionOutsideRanges,
    ];
    (ranges > 0).then(|| Unchecked {
        codes: codes.into_iter().map(Code::from).collect(),
        reason: format!(
            "the events of {ranges} range(s): secnotes does not know how {} order versions",
            names.join(", ")
        ),
    })
}

/// Whether a name is that of one package.
fn is_one(package: &PackageName) -> bool {
    package.name != EVERY_PACKAGE
}

/// The packages that nothing was known of, counted once.
fn unasked(views: &[View<'_>], asked: &[(PackageName, bool)]) -> Vec<Unchecked> {
    let mut known: BTreeMap<&PackageName, bool> = BTreeMap::new();
    for (package, versions) in asked {
        *known.entry(package).or_default() |= versions;
    }
    let entries = views.iter().flat_map(|view| &view.affected);
    let packages: BTreeSet<PackageName> =
        entries.filter_map(|entry| PackageName::new(entry.ecosystem(), entry.name())).filter(is_one).collect();
    let exist = packages.iter().filter(|package| !known.contains_key(package)).count();
    let versions = packages.iter().filter(|package| known.get(package) != Some(&true)).count();
    let count = |packages: usize| if packages == 1 { "1 package".to_owned() } else { format!("{packages} packages") };
    let lacking = |code: Quality, packages: usize, what: &str| {
        (packages > 0).then(|| Unchecked {
            codes: vec![code.into()],
            reason: format!(
                "{what} of {}: secnotes asks no registry; give a list with --known-packages",
                count(packages)
            ),
        })
    };
    let exist = lacking(Quality::PackageUnknown, exist, "the existence");
    exist.into_iter().chain(lacking(Quality::VersionUnknown, versions, "the versions")).collect()
}
