//! Release notes: a Security section in Markdown, through Handlebars templates.
//!
//! A template sees only what may be printed, already escaped (see
//! `templates/README.md` for its fields). It is checked when it is read, so
//! that a mistyped name is an error at any time and not an empty section on the
//! day of a security release.

mod advisory;
mod bounded;
mod check;
mod context;
pub(in crate::emit) mod details;
mod error;
mod escape;
mod package_of;
mod packages;
pub(in crate::emit) mod prose;
mod readers;
mod reference;
mod shape;
mod template;
mod title;

pub(in crate::emit) use escape::visible;

pub use error::{TemplateError, TemplateProblem};
pub use template::{Template, UserTemplate};

use std::sync::Arc;

use crate::ledger::ReleaseReport;
use crate::limits::{Exceeded, Limits};
use bounded::{Each, Notes, Steps};
use context::Context;

/// Stands before notes that name unpublished advisories, whatever the template.
const PRIVATE: &str = "> [!CAUTION]\n> **PRIVATE: these notes name unpublished advisories. Do not publish them.**\n\n";

/// The Security section of the release's notes, ending in a newline; empty when
/// there is nothing to announce, for nobody can know that a release fixes nothing.
///
/// # Errors
/// When the template takes or makes more than the limits allow. For another
/// reason one that was accepted by [`Template::from_text`] is not known to fail.
pub fn render(report: &ReleaseReport, template: &Template, limits: &Limits) -> Result<String, TemplateError> {
    let context = Context::new(report);
    if context.is_empty() {
        return Ok(String::new());
    }
    let mut handlebars = handlebars::Handlebars::new();
    handlebars.set_strict_mode(true);
    // The context holds escaped text only: a template that forgets to escape, or does so twice, cannot
    // be.
    handlebars.register_escape_fn(handlebars::no_escape);
    handlebars.register_template(template.name(), template.parsed()?);
    let (steps, mut notes) = (Steps::new(limits.template_steps), Notes::new(limits.notes));
    handlebars.register_helper("each", Box::new(Each(Arc::clone(&steps))));
    if let Err(error) = handlebars.render_to_write(template.name(), &context, &mut notes) {
        let place = error.line_no.zip(error.column_no);
        let problem = match (steps.are_spent(), notes.cut) {
            (true, _) => TemplateProblem::TooMuch(Exceeded::new(
                "the fields and items of lists that it takes are",
                "template-steps",
                limits.template_steps,
            )),
            (false, true) => {
                TemplateProblem::TooMuch(Exceeded::new("the notes that it makes are", "notes", limits.notes))
            }
            (false, false) => TemplateProblem::Rendering(error.reason().to_string()),
        };
        return Err(TemplateError { name: template.name().to_owned(), place, problem });
    }
    let text = String::from_utf8_lossy(&notes.text);
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    let banner = if report.private { PRIVATE } else { "" };
    Ok(format!("{banner}{}\n", without_commands(text)))
}

/// Whether there is anything to announce: whether a template is asked at all.
#[must_use]
pub fn announces(report: &ReleaseReport) -> bool {
    !Context::new(report).is_empty()
}

/// A template's own lines that a CI service would take for commands, when the
/// notes are printed in a job, with an escape that Markdown does not show.
fn without_commands(text: &str) -> String {
    let line = |line: &str| {
        let words = line.trim_start();
        let (indent, words) = line.split_at_checked(line.len() - words.len()).unwrap_or(("", line));
        let escape = if words.starts_with("::") { "\\" } else { "" };
        format!("{indent}{escape}{words}").replace("##[", "#\\#[")
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod referee;
#[cfg(test)]
mod tests;
