//! `secnotes affected`: which releases the commit ranges of records affect.

use super::args::{Affected as Verb, Common, StoryFormat};
use super::compile::{Records, not_among, warn_of_passed_over};
use super::error::Error;
use super::output;
use crate::advisory::{Advisory, Project};
use crate::emit::affected::Affected;
use crate::history::{Graph, PointSet, Releases};
use crate::ledger::affected::{BadEvent, Timeline, affected};
use crate::model::AdvisoryId;

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    let asked_for = ids(verb)?;
    let input = Records::read(common, &asked_for.iter().cloned().collect())?;
    let (graph, releases) = (&input.outline.graph, &input.outline.releases);
    let mut asked: Vec<(&Advisory, Vec<Timeline>, Vec<BadEvent>)> = Vec::new();
    let named = !verb.ids.is_empty();
    for advisory in chosen(common, &asked_for, &input)? {
        let (timelines, bad) = timelines(graph, &input.project, advisory);
        if !timelines.is_empty() || !bad.is_empty() {
            asked.push((advisory, timelines, bad));
        } else if named && !common.quiet {
            output::say(&format!("{} has no GIT range of this repository", advisory.id));
        }
    }
    warn_of_passed_over(common, releases, asked.iter().map(|(advisory, ..)| *advisory));
    if asked.is_empty() && !common.quiet {
        output::say("none of the records has a GIT range of this repository; `secnotes osv` finds fixes without one");
    }
    let sets = evaluated(graph, releases, &asked);
    let told = asked
        .iter()
        .zip(&sets)
        .map(|((advisory, _, bad), set)| (*advisory, if bad.is_empty() { Ok(set) } else { Err(bad.as_slice()) }));
    let affected = Affected::new(releases, told);
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

/// The releases that each advisory's ranges affect together.
fn evaluated(graph: &Graph, releases: &Releases, asked: &[(&Advisory, Vec<Timeline>, Vec<BadEvent>)]) -> Vec<PointSet> {
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
