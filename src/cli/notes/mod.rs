//! `secnotes notes`: the Security section of a release.

mod bodies;
pub(super) mod published;
pub(super) mod splice;

use std::path::PathBuf;

use clap::ValueEnum;

use super::args::{self, Common};
use super::error::Error;
use super::findings::{Telling, name};
use super::input::{Input, Reading};
use super::look::{Look, LookError};
use super::output;
use super::sboms::{self, Sboms};
use super::unspoken::Unspoken;
use crate::compile::{Request, Which};
use crate::emit::json;
use crate::emit::markdown;
use crate::limits;
use published::Diff;
use splice::Splice;

#[derive(clap::Args)]
#[command(
    long_about = NOTES,
    after_help = "Example: secnotes notes --tag 3.27.0 --advisories ../advisories"
)]
pub(super) struct Verb {
    #[command(flatten)]
    which: args::Which,
    /// Markdown for people, JSON for scripts.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Write here instead of to standard output; whole or not at all.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print this text when there is nothing to say, and records do not say otherwise; default: print nothing.
    #[arg(long, value_name = "TEXT")]
    if_none: Option<String>,
    #[command(flatten)]
    look: Look,
    #[command(flatten)]
    sboms: Sboms,
    #[command(flatten)]
    findings: Telling,
    #[command(flatten)]
    splice: Splice,
    #[command(flatten)]
    diff: Diff,
}

const NOTES: &str = "Print the Security section of a release's notes.\n\n\
    Announces what is likely or confirmed. What else somebody should look at is told on standard error, grouped, with what to do: \
    errors and warnings, notes with --verbose, errors alone with --quiet. Where records call this very version patched \
    for an advisory that is not announced, it says so, with the best candidate; when there is nothing to announce because \
    of that, the exit code is 3; when there is nothing to announce, it is 0. docs/findings.md lists every finding.";

/// How a release is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Markdown, by a template.
    #[default]
    Markdown,
    /// JSON, secnotes/release/v1.
    Json,
}

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    verb.findings.check()?;
    if verb.diff.is_asked() {
        return verb.diff.run(common, &verb.which, verb.format == Format::Json);
    }
    let which = Which::from(&verb.which);
    let request = Request { sboms: sboms::read(&verb.sboms)?, ..Request::notes(which.clone()) };
    let mut input = Input::read(common, Reading { request, may_sync: true, ..Reading::default() })?;
    verb.look.set(&mut input);
    let compiled = &input.compiled;
    let query = input.query(common, &which)?;
    let template = verb.look.template(&input)?;
    let target = verb.splice.target(common, &input.enclosure, input.config.notes.place.as_ref())?;
    if target.is_some() && verb.format == Format::Json {
        return Err(Error::Usage("--splice puts Markdown into a file: leave --format json out".to_owned()));
    }
    let index = compiled.index();
    let ledger = input.ledger(common, &index);
    let mut report = verb.look.report(common, &input, &ledger, &query);
    if let Some(target) = &target {
        report.withdrawn = ledger.withdrawn(&target.announced(&report.release)?);
    }
    let unsaid = Unspoken::of(&report);
    let told = verb.findings.of(common, &report.findings, &name(&report));
    let mut text = match verb.format {
        Format::Json => json::v1::render(&report, &compiled.compiled_from(&ledger)),
        Format::Markdown => {
            let section = markdown::render(&report, &template, &common.limits()).map_err(LookError::from)?;
            if !section.left_out.is_empty() && !common.quiet {
                say_shortened(&section, &common.limits());
            }
            section.text
        }
    };
    if let (true, true, Some(none)) = (text.is_empty(), unsaid.is_empty(), &verb.if_none) {
        text = format!("{none}\n");
    }
    let summary = unsaid.summary(&report, !common.quiet);
    if let Some(target) = &target {
        // Of data that may not be all, a section would lose what it has.
        input.complete()?;
        told.tell(&unsaid.beside())?;
        if summary.is_none() {
            target.put(&report.release, &text)?;
        }
        return summary.map_or_else(|| told.verdict(), |summary| Err(Error::Findings(summary)));
    }
    match &verb.output {
        Some(path) => output::write(path, &text, output::Readers::of(common))?,
        None => output::print(&text)?,
    }
    // What matters is told last: a long section would push it off the screen.
    told.tell(&unsaid.beside())?;
    input.complete()?;
    summary.map_or_else(|| told.verdict(), |summary| Err(Error::Findings(summary)))
}

fn say_shortened(section: &markdown::Section, limits: &limits::Limits) {
    output::say(&format!(
        "the section has more than {} characters, which is all that GitHub takes for a release: it is printed without \
         {}; --limit section=N allows more",
        limits.section, section.left_out
    ));
}
