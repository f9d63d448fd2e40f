//! `secnotes affected`: which releases the commit ranges of records affect.

use super::args::{Affected as Verb, Common, StoryFormat};
use super::compile::{Records, not_among, warn_of_passed_over};
use super::error::Error;
use super::output;
use crate::advisory::{Advisory, Project};
use crate::emit::affected::{Affected, Evaluated};
use crate::history::{Graph, PointSet, Releases};
use crate::ledger::affected::{BadEvent, Timeline, affected};
use crate::model::AdvisoryId;

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    let asked_for = ids(verb)?;
    let input = Records::read(common, &asked_for.iter().cloned().collect())?;
    let graph = &input.outline.graph;
    let mut asked: Vec<Asked<'_>> = Vec::new();
    let named = !verb.ids.is_empty();
    for advisory in chosen(common, &asked_for, &input)? {
        let (timelines, bad) = timelines(graph, &input.project, advisory);
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
fn timelines(graph: &Graph, project: &Project, advisory: &Advisory) -> (Vec<Timeline>, Vec<BadEvent>) {
    let own = |repo: &str| project.remotes.is_empty() || project.lives_at(repo);
    let ranges = advisory.affected.iter().flat_map(|fact| &fact.value.ranges);
    let (mut timelines, mut bad) = (Vec::new(), Vec::new());
    for range in ranges.filter(|range| range.repo.as_deref().is_some_and(own)) {
        match Timeline::read(graph, &range.events) {
            Ok(timeline) => timelines.push(timeline),
            Err(errors) => bad.extend(errors),
        }
    }
    (timelines, bad)
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
type Asked<'a> = (&'a Advisory, Vec<Timeline>, Vec<BadEvent>);

/// What is asked of each package: about the advisories that are about it, and
/// those of which that cannot be told.
fn rows<'i>(input: &'i Records, asked: &[Asked<'i>]) -> Vec<Row<'i>> {
    let graph = &input.outline.graph;
    let row = |package: Option<&'i str>, releases: Releases, places: Vec<usize>| {
        let of: Vec<&Asked<'_>> = places.iter().filter_map(|at| asked.get(*at)).collect();
        let sets = evaluated(graph, &releases, &of);
        Row { package, releases, asked: places, sets }
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
        (!places.is_empty()).then(|| row(Some(packages.name(package)), packages.releases(graph, package), places))
    };
    numbers.filter_map(of_package).collect()
}

/// The releases that each advisory's ranges affect together.
fn evaluated(graph: &Graph, releases: &Releases, asked: &[&Asked<'_>]) -> Vec<PointSet> {
    let points = releases.commits();
    let timelines: Vec<Timeline> = asked.iter().flat_map(|(_, timelines, _)| timelines.iter().cloned()).collect();
    let mut sets = affected(graph, &points, &timelines).into_iter();
    let all = asked.iter().map(|(_, timelines, _)| {
        let mut all = PointSet::empty(points.len());
        sets.by_ref().take(timelines.len()).for_each(|set| all.union_with(&set));
        all
    });
    all.collect()
}
