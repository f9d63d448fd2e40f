//! `secnotes osv`: OSV records of what a release fixes, or of all advisories.

use super::args::{Common, LeastConfidence, Osv};
use super::check;
use super::compile::{Input, Pick, Reading, Several, warn_of_strangers};
use super::error::Error;
use super::output;
use crate::emit::feed::same_meaning;
use crate::emit::osv::validate::validate;
use crate::emit::osv::{Built, Options, build, publishable, together};
use crate::join::Index;
use crate::ledger::{Ledger, NoImpact, Scope, Status};
use crate::model::{AdvisoryId, Confidence, line_of_path};

pub(super) fn run(common: &Common, verb: &Osv) -> Result<(), Error> {
    if verb.check.is_asked() {
        return check::run(common, &verb.check);
    }
    let (tag, from) = (verb.which.tag(), verb.which.from.as_deref());
    let pick = if verb.all { Pick::Each } else { Pick::One };
    let input = Input::read(common, &Reading { tag, from, may_sync: true, pick, ..Reading::default() })?;
    let index = Index::new(&input.history);
    let mut options = input.config.osv.clone();
    if let Some(least) = verb.confidence {
        options.least = match least {
            LeastConfidence::Likely => Confidence::Likely,
            LeastConfidence::Confirmed => Confidence::Confirmed,
        };
    }
    let records = if verb.all {
        all(common, &input, &index, &options)?
    } else {
        of_release(common, verb, &input, &index, &options)?
    };
    let records = records.whole()?;
    match &verb.out {
        None => {
            let all: Vec<_> = records.iter().map(|built| &built.record).collect();
            output::print(&(serde_json::to_string_pretty(&all)? + "\n"))?;
        }
        Some(folder) => {
            let readers = output::Readers::of(common);
            output::create_folder(folder, readers)?;
            let mut files = Vec::new();
            for built in &records {
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
    input.complete()
}

/// Whether a file holds the same record but for the time of its last change,
/// which moves only with what a record means.
fn says_the_same(path: &std::path::Path, record: &serde_json::Value) -> bool {
    let known = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    known.is_some_and(|known| same_meaning(&known, record))
}

/// Records, and those that cannot be published.
pub(super) struct Compiled {
    pub(super) records: Vec<Built>,
    pub(super) refused: Vec<Refused>,
}

/// A record that cannot be published.
pub(super) struct Refused {
    /// Its id.
    pub(super) id: String,
    /// Which of OSV's rules it would break.
    pub(super) problem: String,
}

impl Compiled {
    /// The records, if all of them can be published.
    fn whole(self) -> Result<Vec<Built>, Error> {
        match self.refused.into_iter().next() {
            None => Ok(self.records),
            Some(Refused { id, problem }) => Err(Error::Invalid { id, problem }),
        }
    }
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
    warn_of_strangers(common, &ledger);
    valid(common, &ledger, &publishable(&ledger), options)
}

fn of_release(
    common: &Common,
    verb: &Osv,
    input: &Input,
    index: &Index<'_>,
    options: &Options,
) -> Result<Compiled, Error> {
    let query = input.query(common, &verb.which)?;
    let ledger = input.ledger(common, index);
    warn_of_strangers(common, &ledger);
    let report = ledger.report(&query, None);
    let public = report.advisories.iter().filter(|entry| {
        entry.scope == Scope::Project && entry.status == Status::Fixed && entry.confidence >= Confidence::Likely
    });
    let ids: Vec<AdvisoryId> = public.map(|entry| entry.id.clone()).collect();
    match &input.several {
        // One record tells of all packages that its advisory is about.
        Some(several) if several.is_of_others_too(&ids) => {
            of_packages(common, input, several, index, options, Some(&ids))
        }
        _ => valid(common, &ledger, &ids, options),
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
    let views = several.views(&input.history, &|advisory| wanted(&advisory.id));
    let (mut records, mut refused) = (Vec::new(), Vec::new());
    for view in &views {
        let seen = (&view.history, &view.project, view.advisories.clone());
        let ledger = input.ledger_of(common, index, seen);
        let ids: Vec<AdvisoryId> = publishable(&ledger).into_iter().filter(|id| wanted(id)).collect();
        let compiled = valid(common, &ledger, &ids, options)?;
        records.extend(compiled.records);
        refused.extend(compiled.refused);
    }
    if views.is_empty() {
        // That none of the advisories is the project's is worth a word.
        warn_of_strangers(common, &input.ledger(common, index));
    }
    Ok(Compiled { records: together(records), refused })
}

/// Builds records, and tells which of them would be invalid.
fn valid(common: &Common, ledger: &Ledger<'_>, ids: &[AdvisoryId], options: &Options) -> Result<Compiled, Error> {
    let mut records = build(ledger, ids, options)?;
    let private = |built: &&Built| ledger.own.iter().any(|own| own.id == built.advisory && own.disclosure.is_private());
    let previews = records.iter().filter(private).count();
    if previews > 0 {
        output::say(&format!("PRIVATE: {previews} of the records are of unpublished advisories; publish none of them"));
    }
    for id in ids.iter().filter(|_| !common.quiet) {
        if records.iter().all(|built| built.advisory != *id) {
            output::say(&format!("no record of {id} was given, so none is written"));
        }
    }
    let refused: Vec<Refused> = records.iter().filter_map(refusal).collect();
    records.retain(|built| refused.iter().all(|refused| refused.id != built.advisory.to_string()));
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
            Some(NoImpact::NoFix) if common.verbose => {
                output::say(&format!("{}: no fix is known, so its ranges are those of its records", built.advisory));
            }
            _ => {}
        }
    }
    Ok(Compiled { records, refused })
}

/// Why a record cannot be published: the first rule of OSV that it would break.
fn refusal(built: &Built) -> Option<Refused> {
    let violations = validate(&built.record);
    let first = violations.first()?;
    let more = violations.len() - 1;
    let tail = if more > 0 { format!(" (and {more} more)") } else { String::new() };
    Some(Refused { id: built.advisory.to_string(), problem: format!("{first}{tail}") })
}
