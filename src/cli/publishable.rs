//! OSV records of the project's advisories as they can be published, and those
//! that cannot: what `osv` writes and `feed` publishes.

use super::args::Common;
use super::compile::{Input, Several, warn_of_strangers};
use super::error::Error;
use super::output;
use crate::check::{self, Facts};
use crate::emit::osv::{Built, Options, build, publishable, together};
use crate::join::Index;
use crate::ledger::{Ledger, NoImpact};
use crate::model::AdvisoryId;

/// Records, and those that cannot be published.
#[derive(Default)]
pub(super) struct Compiled {
    pub(super) records: Vec<Built>,
    pub(super) refused: Vec<Refused>,
}

/// A record that is left out.
pub(super) struct Refused {
    /// The id that it would have.
    pub(super) id: String,
    /// Its other ids, under one of which it may have been published.
    pub(super) aliases: Vec<String>,
    /// What is wrong with it.
    pub(super) problem: String,
}

/// The records of all advisories of the project that are public.
pub(super) fn all(common: &Common, input: &Input, index: &Index<'_>, options: &Options) -> Result<Compiled, Error> {
    if let Some(several) = &input.several {
        return of_packages(common, input, several, index, options, None);
    }
    // Without tags every record would lose what the graph proves.
    input.history.releases.newest()?;
    if let Some(finding) = input.unreadable().first().filter(|_| !common.quiet) {
        // Without contents, copies and needless parts of a fix look alike.
        output::say(&finding.message);
    }
    let ledger = input.ledger(common, index);
    warn_of_strangers(common, &ledger, None);
    let records = built(common, &ledger, &publishable(&ledger), options)?;
    Ok(sound(input, index, records))
}

/// The records of what the packages of a repository see, an advisory's together;
/// of all advisories, or of these.
pub(super) fn of_packages(
    common: &Common,
    input: &Input,
    several: &Several,
    index: &Index<'_>,
    options: &Options,
    only: Option<&[AdvisoryId]>,
) -> Result<Compiled, Error> {
    let wanted = |id: &AdvisoryId| only.is_none_or(|only| only.contains(id));
    let views = several.views(&input.history, &|advisory| wanted(&advisory.id));
    let mut records = Vec::new();
    for view in &views {
        let seen = (&view.history, &view.project, view.advisories.clone());
        let ledger = input.ledger_of(common, index, seen);
        let ids: Vec<AdvisoryId> = publishable(&ledger).into_iter().filter(|id| wanted(id)).collect();
        records.extend(built(common, &ledger, &ids, options)?);
    }
    if views.is_empty() {
        // That none of the advisories is the project's is worth a word.
        warn_of_strangers(common, &input.ledger(common, index), None);
    }
    Ok(sound(input, index, together(records)))
}

/// Leaves out the records that could not be published: those that break a rule
/// of OSV's, or whose ranges of versions and of commits disagree. They are held
/// to what `osv --check` holds anybody's records to.
pub(super) fn sound(input: &Input, index: &Index<'_>, built: Vec<Built>) -> Compiled {
    let joined = input.several.as_ref().map(|several| several.packages.joined(&input.history));
    let facts = Facts {
        history: joined.as_ref().unwrap_or(&input.history),
        index,
        changes: input.changes(),
        project: input.several.as_ref().map_or(&input.project, Several::whole),
        packages: input.several.as_ref().map(|several| &several.packages as &dyn check::Packages),
    };
    let records: Vec<&serde_json::Value> = built.iter().map(|built| &built.record).collect();
    let problems = check::contradictions(&records, &facts);
    let mut compiled = Compiled::default();
    for (built, problem) in built.into_iter().zip(problems) {
        match problem {
            None => compiled.records.push(built),
            Some(problem) => {
                let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
                let id = built.record.get("id").and_then(text).unwrap_or_default();
                let aliases = built.record.get("aliases").and_then(serde_json::Value::as_array);
                let aliases = aliases.into_iter().flatten().filter_map(text).collect();
                let at = if problem.at.is_empty() { String::new() } else { format!(" at {}", problem.at) };
                let problem = format!("{} ({}{at})", problem.message, problem.code);
                compiled.refused.push(Refused { id, aliases, problem });
            }
        }
    }
    compiled
}

/// Builds records, and tells what the graph could not add to them.
pub(super) fn built(
    common: &Common,
    ledger: &Ledger<'_>,
    ids: &[AdvisoryId],
    options: &Options,
) -> Result<Vec<Built>, Error> {
    let records = build(ledger, ids, options)?;
    let private = |built: &&Built| ledger.own.iter().any(|own| own.id == built.advisory && own.disclosure.is_private());
    let previews = records.iter().filter(private).count();
    if previews > 0 {
        output::say(&format!("PRIVATE: {previews} of the records are of unpublished advisories; publish none of them"));
    }
    for built in &records {
        match &built.without_graph {
            Some(NoImpact::BadEvents(bad)) if !common.quiet => {
                let bad: Vec<String> = bad.iter().map(ToString::to_string).collect();
                output::say(&format!(
                    "{}: what its records say introduced it cannot be used ({}), so no range of commits is written; \
                     mend them, or fetch what is missing",
                    built.advisory,
                    bad.join("; ")
                ));
            }
            Some(NoImpact::Contradicted) if !common.quiet => {
                output::say(&format!(
                    "{}: its fix is in every release that its records call affected, so no range of commits is \
                     written; mend the records, or say with [[link]] what fixes it",
                    built.advisory
                ));
            }
            Some(NoImpact::NoFix) if common.verbose => {
                output::say(&format!("{}: no fix is known, so its ranges are those of its records", built.advisory));
            }
            _ => {}
        }
    }
    for id in ids.iter().filter(|_| !common.quiet) {
        if records.iter().all(|built| built.advisory != *id) {
            output::say(&format!("no record of {id} was given, so none is written"));
        }
    }
    Ok(records)
}
