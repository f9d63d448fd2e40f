//! `secnotes notes`: the Security section of a release.

use std::path::PathBuf;

use clap::ValueEnum;

use super::args::{self, Common};
use super::error::Error;
use super::input::{Input, Reading};
use super::look::{Look, LookError};
use super::output;
use super::sboms::{self, Sboms};
use super::unspoken::Unspoken;
use super::warnings::warn_of_strangers;
use crate::compile::{Request, Which};
use crate::emit::explain::plain;
use crate::emit::json;
use crate::emit::markdown;
use crate::limits;

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
}

const NOTES: &str = "Print the Security section of a release's notes.\n\n\
    Announces what is likely or confirmed. What is only possible is a finding (--verbose), and where records call this \
    very version patched for an advisory that is not announced, standard error says so, with the best candidate. When \
    there is nothing to announce because of that, the exit code is 3; when there is nothing to announce, it is 0.";

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
    let which = Which::from(&verb.which);
    let request = Request { sboms: sboms::read(&verb.sboms)?, ..Request::notes(which.clone()) };
    let mut input = Input::read(common, Reading { request, may_sync: true, ..Reading::default() })?;
    let policy_set = &mut input.compiled.settings.dependencies.policy;
    *policy_set = verb.look.policy(*policy_set);
    let compiled = &input.compiled;
    let query = input.query(common, &which)?;
    let template = verb.look.template(&input)?;
    let index = compiled.index();
    let ledger = input.ledger(common, &index);
    warn_of_strangers(common, &ledger, compiled.dependencies().as_ref());
    let mut report = compiled.report(&ledger, &query);
    report.lists_carried = verb.look.carried;
    if common.verbose {
        for finding in &report.findings {
            output::say(&format!(
                "{}: {} {}: {}",
                finding.level().as_str(),
                finding.code,
                plain(&finding.subject),
                plain(&finding.message)
            ));
        }
    } else if !common.quiet && !report.findings.is_empty() && verb.format == Format::Markdown {
        let counted = match report.findings.len() {
            1 => "1 finding; --verbose or --format json has it".to_owned(),
            many => format!("{many} findings; --verbose or --format json lists them"),
        };
        output::say(&counted);
    }
    let unsaid = Unspoken::of(&report);
    if !common.quiet {
        unsaid.tell();
    }
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
    match &verb.output {
        Some(path) => output::write(path, &text, output::Readers::of(common))?,
        None => output::print(&text)?,
    }
    input.complete()?;
    match unsaid.summary(!common.quiet) {
        Some(summary) if !markdown::announces(&report) => Err(Error::Findings(summary)),
        _ => Ok(()),
    }
}

fn say_shortened(section: &markdown::Section, limits: &limits::Limits) {
    output::say(&format!(
        "the section has more than {} characters, which is all that GitHub takes for a release: it is printed without \
         {}; --limit section=N allows more",
        limits.section, section.left_out
    ));
}
