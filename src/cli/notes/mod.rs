//! `secnotes notes`: the Security section of a release.

pub(super) mod published;
pub(super) mod splice;
mod unspoken;

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::args::{self, Common};
use super::config::NotesTemplate;
use super::error::{Error, Failure};
use super::findings::{Telling, name};
use super::input::{Input, Reading};
use super::output;
use super::sboms::{self, Sboms};
use super::warnings::warn_of_strangers;
use crate::compile::{Request, Which};
use crate::emit::json;
use crate::emit::markdown::{self, BuiltIn, Template, TemplateError};
use crate::files::{FileError, Place};
use crate::ledger::{DependenciesOf, DependencyPolicy};
use crate::limits;
use crate::model::{SeverityLevel, line_of_path};
use published::Diff;
use splice::Splice;
use unspoken::Unspoken;

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
    /// A template's file, or one that comes with secnotes: default, table, cve-list, keepachangelog,
    /// compact, details; or a project's own: kata, kserve, kmesh, kubesphere, bitnami, containerd.
    #[arg(long, value_name = "FILE")]
    template: Option<String>,
    /// Write here instead of to standard output; whole or not at all.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print this text when there is nothing to say, and records do not say otherwise; default: print nothing.
    #[arg(long, value_name = "TEXT")]
    if_none: Option<String>,
    /// Of which dependencies Markdown speaks; what is not shipped is only counted by default.
    #[arg(long, value_enum, value_name = "WHICH")]
    dependencies: Option<OfDependencies>,
    /// The least severity of their advisories; what is unknown is never too low.
    #[arg(long, value_enum, value_name = "LEVEL")]
    dependency_severity: Option<LeastSeverity>,
    #[command(flatten)]
    sboms: Sboms,
    /// Also list what the release brings and people had from an earlier one: what is carried over.
    #[arg(long)]
    carried: bool,
    /// Also speak of advisories of dependencies that still affect the release, or came with it.
    #[arg(long)]
    include_affected: bool,
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

/// Of which dependencies notes speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OfDependencies {
    /// What is shipped; the rest is counted in a line.
    Runtime,
    /// All, those of development, tests and builds too.
    All,
    /// None.
    None,
}

/// The least severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LeastSeverity {
    /// Low and more.
    Low,
    /// Medium and more.
    Medium,
    /// High and critical.
    High,
    /// Critical only.
    Critical,
}

/// Why a template is of no use.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotesError {
    #[error("cannot read the template {} (built in are {})", .0, built_in())]
    Unreadable(FileError),
    #[error(transparent)]
    Template(#[from] TemplateError),
}

impl Failure for NotesError {}

pub(super) fn run(common: &Common, verb: &Verb) -> Result<(), Error> {
    verb.findings.check()?;
    if let Some(file) = verb.diff.file() {
        return verb.diff.run(file, common, &verb.which, verb.format == Format::Json);
    }
    let which = Which::from(&verb.which);
    let request = Request { sboms: sboms::read(&verb.sboms)?, ..Request::notes(which.clone()) };
    let mut input = Input::read(common, Reading { request, may_sync: true, ..Reading::default() })?;
    let policy_set = &mut input.compiled.settings.dependencies.policy;
    *policy_set = policy(verb, *policy_set);
    let compiled = &input.compiled;
    let query = input.query(common, &which)?;
    let template = match (&verb.template, &input.config.notes.template) {
        (Some(name), _) => template(name, &input.enclosure.place(Path::new(name)))?,
        (None, NotesTemplate::BuiltIn(built_in)) => Template::BuiltIn(*built_in),
        (None, NotesTemplate::File(place)) => template(&line_of_path(place.as_path()), place)?,
    };
    let target = verb.splice.target(common, &input.enclosure, input.config.notes.place.as_ref())?;
    if target.is_some() && verb.format == Format::Json {
        return Err(Error::Usage("--splice puts Markdown into a file: leave --format json out".to_owned()));
    }
    let index = compiled.index();
    let ledger = input.ledger(common, &index);
    warn_of_strangers(common, &ledger, compiled.dependencies().as_ref());
    let mut report = compiled.report(&ledger, &query);
    report.lists_carried = verb.carried;
    if let Some(target) = &target {
        report.withdrawn = ledger.withdrawn(&target.announced(&report.release)?);
    }
    let unsaid = Unspoken::of(&report);
    let told = verb.findings.of(common, &report.findings, &name(&report));
    let mut text = match verb.format {
        Format::Json => json::v1::render(&report, &compiled.compiled_from(&ledger)),
        Format::Markdown => {
            let section = markdown::render(&report, &template, &common.limits()).map_err(NotesError::from)?;
            if !section.left_out.is_empty() && !common.quiet {
                say_shortened(&section, &common.limits());
            }
            section.text
        }
    };
    if let (true, true, Some(none)) = (text.is_empty(), unsaid.is_empty(), &verb.if_none) {
        text = format!("{none}\n");
    }
    let summary = unsaid.summary(!common.quiet).filter(|_| !markdown::announces(&report));
    if let Some(target) = &target {
        // Of data that may not be all, a section would lose what it has.
        input.complete()?;
        if summary.is_none() {
            target.put(&report.release, &text)?;
        }
        told.tell(&unsaid.beside())?;
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

/// The names of the built-in templates, for an error.
fn built_in() -> String {
    let names: Vec<String> = BuiltIn::names().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn say_shortened(section: &markdown::Section, limits: &limits::Limits) {
    output::say(&format!(
        "the section has more than {} characters, which is all that GitHub takes for a release: it is printed without \
         {}; --limit section=N allows more",
        limits.section, section.left_out
    ));
}

/// What the arguments say of dependencies, over what the configuration says.
fn policy(verb: &Verb, set: DependencyPolicy) -> DependencyPolicy {
    let of = verb.dependencies.map(|of| match of {
        OfDependencies::Runtime => DependenciesOf::Runtime,
        OfDependencies::All => DependenciesOf::All,
        OfDependencies::None => DependenciesOf::Nothing,
    });
    let severity = verb.dependency_severity.map(|least| match least {
        LeastSeverity::Low => SeverityLevel::Low,
        LeastSeverity::Medium => SeverityLevel::Medium,
        LeastSeverity::High => SeverityLevel::High,
        LeastSeverity::Critical => SeverityLevel::Critical,
    });
    DependencyPolicy {
        of: of.unwrap_or(set.of),
        severity: severity.unwrap_or(set.severity),
        include_affected: verb.include_affected || set.include_affected,
    }
}

fn template(name: &str, place: &Place) -> Result<Template, NotesError> {
    if let Some(built_in) = BuiltIn::named(name) {
        return Ok(Template::BuiltIn(built_in));
    }
    let text = place.read_text(limits::TEMPLATE_BYTES as u64).map_err(NotesError::Unreadable)?;
    Ok(Template::from_text(name, &text)?)
}
