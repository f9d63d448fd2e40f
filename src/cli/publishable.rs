//! OSV records of the project's advisories as they can be published, and those
//! that cannot: what `osv` writes and `feed` publishes.

use std::collections::BTreeSet;

use super::args::Common;
use super::error::Error;
use super::input::Input;
use super::output;
use super::warnings::warn_of_strangers;
use crate::advisory::Advisory;
use crate::compile::{Publishable, View};
use crate::emit::osv::{Built, Options, build, publishable, together};
use crate::join::Index;
use crate::ledger::{Ledger, NoImpact};
use crate::model::{AdvisoryId, Finding};

/// What records of all advisories are called.
const ALL: &str = "the project's advisories";

/// Records, and what is found of their advisories.
pub(super) struct Compiled {
    pub(super) publishable: Publishable,
    /// What is to be looked at.
    pub(super) findings: Vec<Finding>,
    /// What that is of.
    pub(super) of: String,
}

/// The records of all advisories of the project that are public.
pub(super) fn all(common: &Common, input: &Input, index: &Index<'_>, options: &Options) -> Result<Compiled, Error> {
    let compiled = &input.compiled;
    if let Some(views) = compiled.views(&|_| true) {
        return of_packages(common, input, &views, index, options, None);
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
    let findings = ledger.standing(&shows(common));
    Ok(Compiled { publishable: Publishable::of(compiled, index, records), findings, of: ALL.to_owned() })
}

/// The records of what the packages of a repository see, an advisory's together;
/// of all advisories, or of these.
pub(super) fn of_packages(
    common: &Common,
    input: &Input,
    views: &[View],
    index: &Index<'_>,
    options: &Options,
    only: Option<&[AdvisoryId]>,
) -> Result<Compiled, Error> {
    let wanted = |id: &AdvisoryId| only.is_none_or(|only| only.contains(id));
    let (mut records, mut findings) = (Vec::new(), BTreeSet::new());
    for view in views {
        let ledger = input.ledger_of(common, index, view);
        let ids: Vec<AdvisoryId> = publishable(&ledger).into_iter().filter(|id| wanted(id)).collect();
        records.extend(built(common, &ledger, &ids, options)?);
        findings.extend(ledger.standing(&|advisory| shows(common)(advisory) && wanted(&advisory.id)));
    }
    if views.is_empty() {
        // That none of the advisories is the project's is worth a word.
        warn_of_strangers(common, &input.ledger(common, index), None);
    }
    let publishable = Publishable::of(&input.compiled, index, together(records));
    Ok(Compiled { publishable, findings: findings.into_iter().collect(), of: ALL.to_owned() })
}

/// Whether anything is said of an advisory.
pub(super) fn shows(common: &Common) -> impl Fn(&Advisory) -> bool {
    |advisory| common.include_unpublished || !advisory.disclosure.is_private()
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
