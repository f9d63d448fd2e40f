//! How the Security section looks, and of what it speaks: arguments of the verbs
//! that make one, over what the configuration says.

use std::path::Path;

use clap::ValueEnum;

use super::args::Common;
use super::config::NotesTemplate;
use super::error::Failure;
use super::input::Input;
use super::warnings::warn_of_strangers;
use crate::emit::markdown::{BuiltIn, Template, TemplateError};
use crate::files::{FileError, Place};
use crate::ledger::{DependenciesOf, DependencyPolicy, Ledger, Query, ReleaseReport};
use crate::limits;
use crate::model::{SeverityLevel, line_of_path};

/// How the section looks.
#[derive(clap::Args)]
pub(super) struct Look {
    /// A template's file, or one that comes with secnotes: default, table, cve-list, keepachangelog,
    /// compact, details; or a project's own: kata, kserve, kmesh, kubesphere, bitnami, containerd.
    #[arg(long, value_name = "FILE")]
    template: Option<String>,
    /// Of which dependencies Markdown speaks; what is not shipped is only counted by default.
    #[arg(long, value_enum, value_name = "WHICH")]
    dependencies: Option<OfDependencies>,
    /// The least severity of their advisories; what is unknown is never too low.
    #[arg(long, value_enum, value_name = "LEVEL")]
    dependency_severity: Option<LeastSeverity>,
    /// Also list what the release brings and people had from an earlier one: what is carried over.
    #[arg(long)]
    carried: bool,
    /// Also speak of advisories of dependencies that still affect the release, or came with it.
    #[arg(long)]
    include_affected: bool,
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
pub(super) enum LookError {
    #[error("cannot read the template {} (built in are {})", .0, built_in())]
    Unreadable(FileError),
    #[error(transparent)]
    Template(#[from] TemplateError),
}

impl Failure for LookError {}

impl Look {
    /// Lets what was read be compiled so.
    pub(super) fn set(&self, input: &mut Input) {
        let policy = &mut input.compiled.settings.dependencies.policy;
        *policy = self.policy(*policy);
    }

    /// What there is to say of a release, so.
    pub(super) fn report(
        &self,
        common: &Common,
        input: &Input,
        ledger: &Ledger<'_>,
        query: &Query<'_>,
    ) -> ReleaseReport {
        warn_of_strangers(common, ledger, input.compiled.dependencies().as_ref());
        ReleaseReport { lists_carried: self.carried, ..input.compiled.report(ledger, query) }
    }

    /// What the arguments say of dependencies, over what the configuration says.
    fn policy(&self, set: DependencyPolicy) -> DependencyPolicy {
        let of = self.dependencies.map(|of| match of {
            OfDependencies::Runtime => DependenciesOf::Runtime,
            OfDependencies::All => DependenciesOf::All,
            OfDependencies::None => DependenciesOf::Nothing,
        });
        let severity = self.dependency_severity.map(|least| match least {
            LeastSeverity::Low => SeverityLevel::Low,
            LeastSeverity::Medium => SeverityLevel::Medium,
            LeastSeverity::High => SeverityLevel::High,
            LeastSeverity::Critical => SeverityLevel::Critical,
        });
        DependencyPolicy {
            of: of.unwrap_or(set.of),
            severity: severity.unwrap_or(set.severity),
            include_affected: self.include_affected || set.include_affected,
        }
    }

    /// The template that was named, else the one of the configuration.
    pub(super) fn template(&self, input: &Input) -> Result<Template, LookError> {
        match (&self.template, &input.config.notes.template) {
            (Some(name), _) => template(name, &input.enclosure.place(Path::new(name))),
            (None, NotesTemplate::BuiltIn(built_in)) => Ok(Template::BuiltIn(*built_in)),
            (None, NotesTemplate::File(place)) => template(&line_of_path(place.as_path()), place),
        }
    }
}

fn template(name: &str, place: &Place) -> Result<Template, LookError> {
    if let Some(built_in) = BuiltIn::named(name) {
        return Ok(Template::BuiltIn(built_in));
    }
    let text = place.read_text(limits::TEMPLATE_BYTES as u64).map_err(LookError::Unreadable)?;
    Ok(Template::from_text(name, &text)?)
}

/// The names of the built-in templates, for an error.
fn built_in() -> String {
    let names: Vec<String> = BuiltIn::names().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
