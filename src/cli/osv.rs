//! `secnotes osv`: OSV records of what a release fixes, or of all advisories.

use std::path::PathBuf;

use clap::ValueEnum;

use super::args::{self, Common};
use super::check as checking;
use super::error::{Error, Failure, lines};
use super::findings::{Beside, Telling, name};
use super::input::{Input, Reading};
use super::publishable::{Compiled, all, built, of_packages};
use super::warnings::warn_of_strangers;
use super::{exit, output};
use crate::compile::{Pick, Publishable, Request, Which};
use crate::emit::feed::same_meaning;
use crate::emit::osv::Options;
use crate::join::Index;
use crate::ledger::Scope;
use crate::model::{AdvisoryId, Confidence, Finding, FindingTopic, line_of_path};

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  secnotes osv --tag 3.27.0 --advisories ../advisories --out osv/\n  \
                        secnotes osv --all --confidence confirmed --advisories ../advisories --out osv/\n  \
                        secnotes osv --check osv/\n`--help` lists the codes of problems.",
          after_long_help = checking::help())]
pub(super) struct Verb {
    #[command(flatten)]
    which: args::Which,
    /// A record of every advisory of the project that is public, fixed or not; of withdrawn ones, too.
    #[arg(long, conflicts_with_all = ["release", "tag", "from", "unreleased"])]
    all: bool,
    /// How sure a link has to be to write events; default: [osv] confidence, else likely.
    #[arg(long, value_enum, value_name = "CONFIDENCE")]
    confidence: Option<LeastConfidence>,
    /// Write no record if one of them cannot be published, instead of leaving that one out.
    #[arg(long)]
    strict: bool,
    /// The folder for the records, one file each; default: standard output, as an array.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    findings: Telling,
    #[command(flatten)]
    check: checking::Check,
}

/// How sure a link has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LeastConfidence {
    /// Likely or confirmed.
    Likely,
    /// Confirmed only.
    Confirmed,
}

/// Records that are left out; the others are written.
#[derive(Debug, thiserror::Error)]
#[error("{} of {} records cannot be published and are left out: {}", .reasons.len(), .left + .reasons.len(), lines(.reasons))]
pub(super) struct LeftOut {
    pub(super) left: usize,
    pub(super) reasons: Vec<String>,
}

impl Failure for LeftOut {
    fn exit_code(&self) -> u8 {
        exit::FINDINGS
    }
}

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    if verb.check.is_asked() {
        return checking::run(common, &verb.check);
    }
    verb.findings.check()?;
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
    let Compiled { publishable: compiled, findings, of } = if verb.all {
        all(common, &input, &index, &options)?
    } else {
        of_release(common, verb, &input, &index, &options)?
    };
    if let (true, Err(LeftOut { left, reasons })) = (verb.strict, complete(&compiled)) {
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
    let told = verb.findings.of(common, &findings, &of);
    told.tell(&Beside::default())?;
    complete(&compiled)?;
    input.complete()?;
    told.verdict()
}

/// Whether every record can be published.
fn complete(compiled: &Publishable) -> Result<(), LeftOut> {
    if compiled.refused.is_empty() {
        return Ok(());
    }
    let told = compiled.refused.iter().map(|refused| format!("{}: {}", refused.id, refused.problem));
    Err(LeftOut { left: compiled.records.len(), reasons: told.collect() })
}

/// Whether a file holds the same record but for the time of its last change,
/// which moves only with what a record means.
fn says_the_same(path: &std::path::Path, record: &serde_json::Value) -> bool {
    let known = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    known.is_some_and(|known| same_meaning(&known, record))
}

fn of_release(
    common: &Common,
    verb: &Verb,
    input: &Input,
    index: &Index<'_>,
    options: &Options,
) -> Result<Compiled, Error> {
    let query = input.query(common, &Which::from(&verb.which))?;
    let ledger = input.ledger(common, index);
    warn_of_strangers(common, &ledger, None);
    let report = ledger.report(&query, None);
    let public = report.advisories.iter().filter(|entry| entry.scope == Scope::Project && entry.is_announced());
    let ids: Vec<AdvisoryId> = public.map(|entry| entry.id.clone()).collect();
    // Nothing is asked of what the project depends on.
    let of_dependency = |finding: &Finding| finding.code.topic() == FindingTopic::Dependency;
    let findings: Vec<Finding> = report.findings.iter().filter(|finding| !of_dependency(finding)).cloned().collect();
    let of = name(&report);
    let of_several = || input.compiled.views(&|advisory| ids.contains(&advisory.id));
    match input.compiled.is_of_several(&ids).then(of_several).flatten() {
        // One record tells of all packages that its advisory is about.
        Some(views) => {
            let compiled = of_packages(common, input, &views, index, options, Some(&ids))?;
            Ok(Compiled { findings, of, ..compiled })
        }
        None => {
            let publishable = Publishable::of(&input.compiled, index, built(common, &ledger, &ids, options)?);
            Ok(Compiled { publishable, findings, of })
        }
    }
}
