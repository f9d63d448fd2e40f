//! The advisories that a verb compiles from: of files that were named, of a
//! snapshot, or of the store.

use std::collections::BTreeSet;
use std::time::Duration;

use super::args::Common;
use super::config::Config;
use super::error::Error;
use super::output::say;
use super::{clock, fetch, sources};
use crate::advisory::remote::{Sources, Wanted};
use crate::advisory::snapshot::Snapshot;
use crate::advisory::store::{SourceState, Store, StoreError};
use crate::advisory::{self, Budget, PackageName, Project, SourceRecord};
use crate::model::AdvisoryId;

/// Records, and what is missing among them.
#[derive(Default)]
pub(super) struct Acquired {
    pub(super) records: Vec<SourceRecord>,
    /// Why they may not be all, a line each.
    pub(super) lacks: Vec<String>,
}

/// What a verb needs.
pub(super) struct Need<'n> {
    pub(super) project: &'n Project,
    /// Ids that commits name, and those that were asked for.
    pub(super) ids: BTreeSet<AdvisoryId>,
    /// Packages that the project depends on.
    pub(super) packages: &'n BTreeSet<PackageName>,
    /// Whether the verb may fetch what is not there, in a CI job.
    pub(super) may_sync: bool,
    /// Whether the project's packages were looked for.
    pub(super) knows_packages: bool,
}

/// Reads the advisories that a verb needs. Unpublished ones are let go of here
/// unless they were asked for: whatever came after would have to treat an id
/// that only they have as one of which nobody heard, to the byte, since a commit
/// may name it in public and a silence about it would say what it is.
pub(super) fn records(common: &Common, config: &Config, need: &Need<'_>) -> Result<Acquired, Error> {
    let mut acquired = all_records(common, config, need)?;
    acquired.records.retain(|record| common.include_unpublished || !record.disclosure.is_private());
    Ok(acquired)
}

/// Fails where advisories are missing or too old.
pub(super) fn complete(lacks: &[String]) -> Result<(), Error> {
    if lacks.is_empty() { Ok(()) } else { Err(Error::Incomplete(super::error::lines(lacks))) }
}

fn all_records(common: &Common, config: &Config, need: &Need<'_>) -> Result<Acquired, Error> {
    if let Some(folder) = &common.replay {
        let budget = Budget::new(&common.limits());
        let snapshot = Snapshot::open(folder, &budget)?;
        let states = snapshot.states();
        let mut lacks = shortfall(&states, config.advisories.max_age, &need.ids);
        lacks.extend(unasked(&sources::sources(config, need.project)?, &states, need, config.advisories.max_age));
        return Ok(Acquired { records: snapshot.records(&budget)?, lacks });
    }
    let paths = &config.advisories.paths;
    if !paths.is_empty() {
        let loaded = advisory::read(paths, &Budget::new(&common.limits()))?;
        for origin in loaded.passed_over.iter().filter(|_| common.verbose) {
            say(&format!("passed over {origin}: it is no advisory"));
        }
        return Ok(Acquired { records: loaded.records, lacks: Vec::new() });
    }
    from_store(common, config, need)
}

fn from_store(common: &Common, config: &Config, need: &Need<'_>) -> Result<Acquired, Error> {
    let sources = sources::sources(config, need.project)?;
    let Ok(folder) = sources::store_folder(common) else { return Ok(none()) };
    let expected = sources.names(need.project);
    let open = || match Store::open(&folder) {
        Ok(store) => Ok(Some(store.within(&common.limits()))),
        Err(StoreError::Missing(_)) => Ok(None),
        Err(error) => Err(error),
    };
    let states = |store: &Store| -> Result<Vec<SourceState>, StoreError> {
        let known = store.sources()?;
        let never = |name| SourceState { name, synced: None, records: 0, missing: Vec::new(), state: String::new() };
        let find = |name| known.iter().find(|state| state.name == name).cloned().unwrap_or_else(|| never(name));
        Ok(expected.iter().cloned().map(find).collect())
    };
    let mut store = open()?;
    if need.may_sync && in_ci() && !common.offline {
        let stale = match &store {
            Some(store) => {
                let states = states(store)?;
                let failed = |state: &SourceState| state.missing.iter().any(|missing| missing.id.is_none());
                states.iter().any(|state| failed(state) || !is_fresh(state, config.advisories.max_age))
                    || !unasked(&sources, &states, need, config.advisories.max_age).is_empty()
            }
            None => true,
        };
        if stale {
            drop(store.take());
            let wanted = Wanted {
                project: need.project.clone(),
                ids: need.ids.clone(),
                dependencies: need.packages.clone(),
                refresh: false,
            };
            fetch::fetch_needed(common, config, &wanted)?;
            store = open()?;
        }
    }
    let Some(store) = store else { return Ok(none()) };
    let states = states(&store)?;
    if states.iter().all(|state| state.synced.is_none() && state.records == 0 && state.missing.is_empty()) {
        return Ok(none());
    }
    let records = store.records_for(need.project, &need.ids, need.packages, &expected)?;
    let mut lacks = shortfall(&states, config.advisories.max_age, &need.ids);
    lacks.extend(unasked(&sources, &states, need, config.advisories.max_age));
    Ok(Acquired { records, lacks })
}

/// Packages that the project publishes or depends on by now, of which OSV was not asked.
fn unasked(sources: &Sources, states: &[SourceState], need: &Need<'_>, max_age: Option<Duration>) -> Vec<String> {
    let mut questions = Vec::new();
    if need.knows_packages {
        let wanted = Wanted { project: need.project.clone(), ..Wanted::default() };
        questions.push((sources.packages_of_osv(need.project), wanted.packages()));
    }
    questions.push((sources.dependencies_of_osv(need.project), sources.asked_dependencies(need.packages)));
    let mut lacks = Vec::new();
    for (name, packages) in questions {
        let Some(name) = name else { continue };
        let Some(state) = states.iter().find(|state| state.name == name && state.synced.is_some()) else { continue };
        let fresh = |at: &str| is_recent(at.parse().unwrap_or(0), max_age);
        let lines = state.state.lines().filter_map(|line| line.split_once('\t'));
        let asked: BTreeSet<&str> = lines.filter(|(_, at)| fresh(at)).map(|(package, _)| package).collect();
        let packages = packages.into_iter().map(|package| package.to_string());
        let mut new: Vec<String> = packages.filter(|package| !asked.contains(package.as_str())).collect();
        let more = new.len().saturating_sub(5);
        new.truncate(5);
        if more > 0 {
            new.push(format!("{more} more packages"));
        }
        if !new.is_empty() {
            lacks.push(format!("{name}: {} was not asked for; `secnotes sync` asks", new.join(", ")));
        }
    }
    lacks
}

fn none() -> Acquired {
    let lacks = vec!["there are none: `secnotes sync` fetches them, --advisories names files of them".to_owned()];
    Acquired { records: Vec::new(), lacks }
}

fn is_fresh(state: &SourceState, max_age: Option<Duration>) -> bool {
    state.synced.is_some_and(|synced| is_recent(synced, max_age))
}

/// Whether a moment is not longer ago than that.
fn is_recent(at: i64, max_age: Option<Duration>) -> bool {
    let age = clock::today().saturating_sub(at);
    max_age.is_none_or(|most| age <= i64::try_from(most.as_secs()).unwrap_or(i64::MAX))
}

/// Whether a CI service runs this: they all set `CI`.
pub(super) fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.trim(), "" | "0" | "false"))
}

/// What is missing or too old. A single record that could not be read counts
/// only if a commit names it: nobody can mend a broken record of a stranger.
fn shortfall(states: &[SourceState], max_age: Option<Duration>, ids: &BTreeSet<AdvisoryId>) -> Vec<String> {
    let mut lacks = Vec::new();
    for state in states {
        match state.synced {
            None if state.missing.is_empty() => lacks.push(format!("{} was never synced", state.name)),
            _ if state.synced.is_some() && !is_fresh(state, max_age) => {
                let age = clock::today().saturating_sub(state.synced.unwrap_or_default());
                lacks.push(format!("{} was synced {} ago, which is older than max-age", state.name, words(age)));
            }
            _ => {}
        }
        for missing in &state.missing {
            if missing.id.as_ref().is_none_or(|id| ids.contains(id)) {
                lacks.push(format!("{}: {} is missing: {}", state.name, missing.what.trim(), missing.why));
            }
        }
    }
    lacks
}

fn words(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} seconds"),
        120..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
