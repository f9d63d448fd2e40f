//! `secnotes affected`: which releases the commit ranges of records affect.

use std::collections::BTreeSet;

use super::args::{Common, StoryFormat};
use super::compile::{Records, not_among, warn_of_passed_over};
use super::error::Error;
use super::output;
use crate::advisory::{Advisory, package_of};
use crate::check::Packages as _;
use crate::emit::affected::{Affected, Evaluated};
use crate::history::{Graph, PointSet, Releases};
use crate::ledger::affected::{BadEvent, Timeline, affected};
use crate::model::{AdvisoryId, TagName, osv};

#[derive(clap::Args)]
#[command(
    long_about = AFFECTED,
    after_help = "Examples:\n  secnotes affected --advisories osv/\n  \
                  secnotes affected CVE-2026-24834 --format json --advisories ../advisories"
)]
pub(super) struct Verb {
    /// Any ids of the records to evaluate; default: all that have a GIT range of this repository.
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Words for people, JSON (secnotes/affected/v1) for scripts.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: StoryFormat,
}

const AFFECTED: &str = "Say which releases the commit ranges of records affect.\n\n\
    Evaluates the GIT ranges of OSV records on the commit graph, all at once, with OSV's meaning: `introduced: 0` is \
    the roots that lead to the fix; a fix holds for all that descends from it, merges included; what is introduced \
    again after a fix is open until it is fixed again; a fix that does not descend from what introduced the vulnerability \
    ends nothing, as OSV.dev has it (`secnotes osv --check` calls it end-without-introduced); `last_affected` and `limit` \
    count. docs/affected.md says it whole. A commit that the repository \
    does not have is an error of its record (exit code 3), never a wider range. Messages are not read and nothing is \
    joined: that is what `secnotes osv` does.";

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    let asked_for = ids(verb)?;
    let input = Records::read(common, &asked_for.iter().cloned().collect())?;
    let mut asked: Vec<Asked<'_>> = Vec::new();
    let named = !verb.ids.is_empty();
    for advisory in chosen(common, &asked_for, &input)? {
        let (timelines, bad) = timelines(&input, advisory);
        if !timelines.is_empty() || !bad.is_empty() {
            asked.push((advisory, timelines, bad));
        } else if named && !common.quiet {
            output::say(&format!("{} has no GIT range of this repository", advisory.id));
        }
    }
    warn_of_passed_over(common, &input.outline.releases, asked.iter().map(|(advisory, ..)| *advisory));
    if asked.is_empty() && !common.quiet {
        output::say("none of the records has a GIT range of this repository; `secnotes osv` finds fixes without one");
    }
    let rows = rows(&input, &asked);
    let told = rows.iter().flat_map(|row| {
        row.asked.iter().zip(&row.sets).filter_map(|(at, set)| {
            let (advisory, _, bad) = asked.get(*at)?;
            let affected = if bad.is_empty() { Ok(set) } else { Err(bad.as_slice()) };
            Some((*at, Evaluated { advisory, package: row.package, releases: &row.releases, affected }))
        })
    });
    let mut told: Vec<(usize, Evaluated<'_>)> = told.collect();
    told.sort_by_key(|(at, _)| *at);
    let all: usize = rows.iter().map(|row| row.releases.all().len()).sum();
    let affected = Affected::new(all, told.into_iter().map(|(_, evaluated)| evaluated));
    let from = || input.compiled_from(asked.iter().map(|(advisory, ..)| *advisory), common);
    match verb.format {
        StoryFormat::Text => output::print_text(&affected.text())?,
        StoryFormat::Json => output::print(&affected.json(&from()))?,
    }
    match affected.broken().count() {
        0 => input.complete(),
        broken => Err(Error::Findings(format!(
            "{broken} of {} records name commits that cannot be used; mend them, or fetch what is missing",
            asked.len()
        ))),
    }
}

fn ids(verb: &Verb) -> Result<Vec<AdvisoryId>, Error> {
    let parse = |text: &String| text.parse::<AdvisoryId>().map_err(|error| Error::Usage(error.to_string()));
    verb.ids.iter().map(parse).collect()
}

/// The advisories of the ids that were asked for, else all.
fn chosen<'a>(common: &Common, ids: &[AdvisoryId], input: &'a Records) -> Result<Vec<&'a Advisory>, Error> {
    let shown = |advisory: &&Advisory| !advisory.disclosure.is_private() || common.include_unpublished;
    let all: Vec<&Advisory> = input.advisories.iter().filter(shown).collect();
    if ids.is_empty() {
        return Ok(all);
    }
    let find = |id: &AdvisoryId| {
        let found = all.iter().find(|advisory| advisory.ids().any(|known| known == id));
        found.copied().ok_or_else(|| Error::NotFound(not_among(all.iter().copied(), id)))
    };
    ids.iter().map(find).collect()
}

/// The GIT ranges of an advisory that speak of this repository; of any, where
/// the repository has no address to compare.
fn timelines(input: &Records, advisory: &Advisory) -> (Vec<Ranged>, Vec<BadEvent>) {
    let own = |repo: &str| input.project.remotes.is_empty() || input.project.lives_at(repo);
    let (mut timelines, mut bad) = (Vec::new(), Vec::new());
    let written = advisory.records.iter().flat_map(|record| record.record.affected.items());
    for (fact, written) in advisory.affected.iter().zip(written) {
        let packages = packages_of(input, written);
        for range in fact.value.ranges.iter().filter(|range| range.repo.as_deref().is_some_and(own)) {
            match Timeline::read(&input.outline.graph, &range.events) {
                Ok(timeline) => timelines.push(Ranged { timeline, packages: packages.clone() }),
                Err(errors) => bad.extend(errors),
            }
        }
    }
    (timelines, bad)
}

/// A range of commits, and the packages whose releases it speaks of; of all where
/// there are none.
struct Ranged {
    timeline: Timeline,
    packages: BTreeSet<usize>,
}

/// The packages of the repository that an entry names, else those whose tags it lists.
fn packages_of(input: &Records, written: &osv::Affected) -> BTreeSet<usize> {
    let Some((packages, ..)) = &input.packages else { return BTreeSet::new() };
    let named = package_of(written).and_then(|package| packages.of_package(&package));
    let listed = || written.versions.items().iter().filter_map(|tag| packages.of_tag(&TagName::new(tag)));
    named.map_or_else(|| listed().collect(), |named| BTreeSet::from([named]))
}

/// The releases of the project, or of one of its packages, and what is asked of them.
struct Row<'i> {
    package: Option<&'i str>,
    releases: Releases,
    /// The advisories that are asked about, by their places.
    asked: Vec<usize>,
    /// The releases that each affects.
    sets: Vec<PointSet>,
}

/// An advisory, its ranges, and what is wrong with them.
type Asked<'a> = (&'a Advisory, Vec<Ranged>, Vec<BadEvent>);

/// What is asked of each package: about the advisories that are about it, and
/// those of which that cannot be told.
fn rows<'i>(input: &'i Records, asked: &[Asked<'i>]) -> Vec<Row<'i>> {
    let graph = &input.outline.graph;
    let row = |package: Option<(usize, &'i str)>, releases: Releases, places: Vec<usize>| {
        let is_of =
            |range: &Ranged| package.is_none_or(|(at, _)| range.packages.is_empty() || range.packages.contains(&at));
        let timelines = |at: &usize| -> Vec<Timeline> {
            let ranges = asked.get(*at).into_iter().flat_map(|(_, ranges, _)| ranges);
            ranges.filter(|range| is_of(range)).map(|range| range.timeline.clone()).collect()
        };
        let sets = evaluated(graph, &releases, &places.iter().map(timelines).collect::<Vec<_>>());
        Row { package: package.map(|(_, name)| name), releases, asked: places, sets }
    };
    let Some((packages, picked, about)) = &input.packages else {
        return vec![row(None, input.outline.releases.clone(), (0..asked.len()).collect())];
    };
    let numbers = (0..packages.len()).filter(|at| picked.is_none_or(|picked| picked == *at));
    let of_package = |package: usize| {
        let is = |advisory: &Advisory| {
            let about = input.advisories.iter().position(|known| known.id == advisory.id).and_then(|at| about.get(at));
            about.is_some_and(|about| about.is_empty() || about.contains(&package))
        };
        let places: Vec<usize> =
            asked.iter().enumerate().filter(|(_, (advisory, ..))| is(advisory)).map(|(at, _)| at).collect();
        (!places.is_empty())
            .then(|| row(Some((package, packages.name(package))), packages.releases(graph, package), places))
    };
    numbers.filter_map(of_package).collect()
}

/// The releases that each advisory's ranges affect together.
fn evaluated(graph: &Graph, releases: &Releases, asked: &[Vec<Timeline>]) -> Vec<PointSet> {
    let points = releases.commits();
    let timelines: Vec<Timeline> = asked.iter().flatten().cloned().collect();
    let mut sets = affected(graph, &points, &timelines).into_iter();
    let all = asked.iter().map(|timelines| {
        let mut all = PointSet::empty(points.len());
        sets.by_ref().take(timelines.len()).for_each(|set| all.union_with(&set));
        all
    });
    all.collect()
}
