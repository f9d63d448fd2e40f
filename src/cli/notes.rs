//! `secnotes notes`: the Security section of a release.

use std::path::Path;

use super::args::{Common, Format, LeastSeverity, Notes, OfDependencies};
use super::config::NotesTemplate;
use super::error::Error;
use super::input::{Input, Reading};
use super::output;
use super::sboms;
use super::unspoken::Unspoken;
use super::warnings::warn_of_strangers;
use crate::compile::{Request, Which};
use crate::emit::explain::plain;
use crate::emit::json;
use crate::emit::markdown::{self, Template};
use crate::files::Place;
use crate::ledger::{DependenciesOf, DependencyPolicy};
use crate::limits;
use crate::model::{SeverityLevel, line_of_path};

pub(super) fn run(common: &Common, verb: &Notes) -> Result<(), Error> {
    let sboms = sboms::read(&verb.sboms)?;
    let which = Which::from(&verb.which);
    let request = Request { sboms, ..Request::notes(which.clone()) };
    let input = Input::read(common, Reading { request, may_sync: true, ..Reading::default() })?;
    let compiled = &input.compiled;
    let query = input.query(common, &which)?;
    let template = match (&verb.template, &input.config.notes.template) {
        (Some(name), _) => template(name, &input.enclosure.place(Path::new(name)))?,
        (None, NotesTemplate::BuiltIn(name)) => template(name, &Place::named(*name))?,
        (None, NotesTemplate::File(place)) => template(&line_of_path(place.as_path()), place)?,
    };
    let index = compiled.index();
    let ledger = input.ledger(common, &index);
    warn_of_strangers(common, &ledger, compiled.dependencies().as_ref());
    let mut report = compiled.report(&ledger, &query, policy(verb, compiled.settings.dependencies.policy));
    report.lists_carried = verb.carried;
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
        Format::Markdown => markdown::render(&report, &template, &common.limits())?,
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

/// What the arguments say of dependencies, over what the configuration says.
fn policy(verb: &Notes, set: DependencyPolicy) -> DependencyPolicy {
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

fn template(name: &str, place: &Place) -> Result<Template, Error> {
    match name {
        "default" => return Ok(Template::Default),
        "kata" => return Ok(Template::Kata),
        _ => {}
    }
    let text = place.read_text(limits::TEMPLATE_BYTES as u64).map_err(Error::Template)?;
    Ok(Template::from_text(name, &text)?)
}
