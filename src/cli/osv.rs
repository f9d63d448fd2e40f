//! `secnotes osv`: OSV records of what a release fixes, or of all advisories.

use super::args::{Common, LeastConfidence, Osv};
use super::check as checking;
use super::error::Error;
use super::input::{Input, Reading};
use super::output;
use super::warnings::warn_of_strangers;
use crate::check::{self, Facts};
use crate::compile::{Compilation, Pick, Request, Several, Which};
use crate::emit::feed::same_meaning;
use crate::emit::osv::{Built, Options, build, publishable, together};
use crate::join::Index;
use crate::ledger::{Ledger, NoImpact, Scope, Status};
use crate::model::{AdvisoryId, Confidence, line_of_path};

pub(super) fn run(common: &Common, verb: &Osv) -> Result<(), Error> {
    if verb.check.is_asked() {
        return checking::run(common, &verb.check);
    }
    let pick = if verb.all { Pick::Each } else { Pick::One };
    let request = Request { which: Which::from(&verb.which), pick, ..Request::history() };
    let input = Input::read(common, Reading { request, may_sync: true, ..Reading::default() })?;
    let index = input.compiled.index();
    let mut options = input.config.osv.clone();
    if let Some(least) = verb.confidence {
        options.least = match least {
            LeastConfidence::Likely => Confidence::Likely,
            LeastConfidence::Confirmed => Confidence::Confirmed,
        };
    }
    let compiled = if verb.all {
        all(common, &input, &index, &options)?
    } else {
        of_release(common, verb, &input, &index, &options)?
    };
    if let (true, Err(Error::Refused { left, reasons })) = (verb.strict, compiled.complete()) {
        let all = left + reasons.len();
        let first = reasons.first().map(String::as_str).unwrap_or_default();
        let message =
            format!("{} of {all} records cannot be published, so none is written; the first: {first}", reasons.len());
        return Err(Error::Findings(message));
    }
    let records = &compiled.records;
    match &verb.out {
        None => {
            let all: Vec<_> = records.iter().map(|built| &built.record).collect();
            output::print(&(serde_json::to_string_pretty(&all)? + "\n"))?;
        }
        Some(folder) => {
            let readers = output::Readers::of(common);
            output::create_folder(folder, readers)?;
            let mut files = Vec::new();
            for built in records {
                let path = folder.join(&built.file_name);
                if says_the_same(&path, &built.record) {
                    output::keep(&path, readers)?;
                } else {
                    files.push((path, serde_json::to_string_pretty(&built.record)? + "\n"));
                }
            }
            output::write_all(&files, readers)?;
            if !common.quiet {
                let kept = records.len() - files.len();
                let kept = if kept > 0 { format!(", {kept} say the same as before") } else { String::new() };
                output::say(&format!("wrote {} records to {}{kept}", files.len(), line_of_path(folder)));
            }
        }
    }
    compiled.complete()?;
    input.complete()
}

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

impl Compiled {
    /// Whether every record can be published.
    fn complete(&self) -> Result<(), Error> {
        if self.refused.is_empty() {
            return Ok(());
        }
        let told = self.refused.iter().map(|refused| format!("{}: {}", refused.id, refused.problem));
        Err(Error::Refused { left: self.records.len(), reasons: told.collect() })
    }
}

/// Whether a file holds the same record but for the time of its last change,
/// which moves only with what a record means.
fn says_the_same(path: &std::path::Path, record: &serde_json::Value) -> bool {
    let known = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    known.is_some_and(|known| same_meaning(&known, record))
}

/// The records of all advisories of the project that are public.
pub(super) fn all(common: &Common, input: &Input, index: &Index<'_>, options: &Options) -> Result<Compiled, Error> {
    let compiled = &input.compiled;
    if let Some(several) = &compiled.several {
        return of_packages(common, input, several, index, options, None);
    }
    // Without tags every record would lose what the graph proves.
    compiled.history.releases.newest()?;
    if let Some(finding) = compiled.unreadable().first().filter(|_| !common.quiet) {
        // Without contents, copies and needless parts of a fix look alike.
        output::say(&finding.message);
    }
    let ledger = input.ledger(common, index);
    warn_of_strangers(common, &ledger, None);
    let records = built(common, &ledger, &publishable(&ledger), options)?;
    Ok(sound(compiled, index, records))
}

fn of_release(
    common: &Common,
    verb: &Osv,
    input: &Input,
    index: &Index<'_>,
    options: &Options,
) -> Result<Compiled, Error> {
    let query = input.query(common, &Which::from(&verb.which))?;
    let ledger = input.ledger(common, index);
    warn_of_strangers(common, &ledger, None);
    let report = ledger.report(&query, None);
    let public = report.advisories.iter().filter(|entry| {
        entry.scope == Scope::Project && entry.status == Status::Fixed && entry.confidence >= Confidence::Likely
    });
    let ids: Vec<AdvisoryId> = public.map(|entry| entry.id.clone()).collect();
    match &input.compiled.several {
        // One record tells of all packages that its advisory is about.
        Some(several) if several.is_of_others_too(&ids) => {
            of_packages(common, input, several, index, options, Some(&ids))
        }
        _ => Ok(sound(&input.compiled, index, built(common, &ledger, &ids, options)?)),
    }
}

/// The records of what the packages of a repository see, an advisory's together;
/// of all advisories, or of these.
fn of_packages(
    common: &Common,
    input: &Input,
    several: &Several,
    index: &Index<'_>,
    options: &Options,
    only: Option<&[AdvisoryId]>,
) -> Result<Compiled, Error> {
    let wanted = |id: &AdvisoryId| only.is_none_or(|only| only.contains(id));
    let views = several.views(&input.compiled.history, &|advisory| wanted(&advisory.id));
    let mut records = Vec::new();
    for view in &views {
        let ledger = input.ledger_of(common, index, view);
        let ids: Vec<AdvisoryId> = publishable(&ledger).into_iter().filter(|id| wanted(id)).collect();
        records.extend(built(common, &ledger, &ids, options)?);
    }
    if views.is_empty() {
        // That none of the advisories is the project's is worth a word.
        warn_of_strangers(common, &input.ledger(common, index), None);
    }
    Ok(sound(&input.compiled, index, together(records)))
}

/// Leaves out the records that could not be published: those that break a rule
/// of OSV's, or whose ranges of versions and of commits disagree. They are held
/// to what `osv --check` holds anybody's records to.
fn sound(compiled: &Compilation, index: &Index<'_>, built: Vec<Built>) -> Compiled {
    let several = compiled.several.as_ref();
    let joined = several.map(|several| several.packages.joined(&compiled.history));
    let facts = Facts {
        history: joined.as_ref().unwrap_or(&compiled.history),
        index,
        changes: compiled.changes(),
        project: several.map_or(&compiled.project, Several::whole),
        packages: several.map(|several| &several.packages as &dyn check::Packages),
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
fn built(common: &Common, ledger: &Ledger<'_>, ids: &[AdvisoryId], options: &Options) -> Result<Vec<Built>, Error> {
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
