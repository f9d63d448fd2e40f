//! Release notes: a Security section in Markdown, through Handlebars templates.
//!
//! A template sees only what may be printed, already escaped (see
//! `templates/README.md` for its fields). It is checked when it is read, so
//! that a mistyped name is an error at any time and not an empty section on the
//! day of a security release.

mod advisory;
mod bounded;
mod built_in;
mod check;
mod context;
pub(in crate::emit) mod details;
mod error;
mod escape;
mod lead;
mod package_of;
mod packages;
pub(in crate::emit) mod prose;
mod readers;
mod reference;
mod severity;
mod shape;
mod shorter;
mod subject;
mod template;
mod title;

pub(in crate::emit) use escape::visible;

pub use built_in::BuiltIn;
pub use error::{TemplateError, TemplateProblem};
pub use shorter::LeftOut;
pub use template::{Template, UserTemplate};

use std::sync::Arc;

use crate::ledger::ReleaseReport;
use crate::limits::{Exceeded, Limits};
use bounded::{Each, Notes, Steps};
use built_in::PARTS;
use context::Context;
use shorter::Step;

/// Stands before notes that name unpublished advisories, whatever the template.
const PRIVATE: &str = "> [!CAUTION]\n> **PRIVATE: these notes name unpublished advisories. Do not publish them.**\n\n";

/// Under this name a template is known to Handlebars, whatever its own: it must be none of a part.
const TEMPLATE: &str = "the template";

/// A Security section, and what it leaves out to fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Section {
    /// The Markdown, ending in a newline; empty when there is nothing to announce.
    pub text: String,
    /// What was left out.
    pub left_out: LeftOut,
}

/// The Security section of the release's notes, ending in a newline; empty when
/// there is nothing to announce, for nobody can know that a release fixes nothing.
///
/// A section of more than `limits.section` characters is shortened, and says so
/// in its last line.
///
/// # Errors
/// When the template takes or makes more than the limits allow, or makes more
/// characters than fit whatever is left out. For another reason one that was
/// accepted by [`Template::from_text`] is not known to fail.
pub fn render(report: &ReleaseReport, template: &Template, limits: &Limits) -> Result<Section, TemplateError> {
    let mut context = Context::new(report);
    if context.is_empty() {
        return Ok(Section::default());
    }
    let steps = Steps::new(limits.template_steps);
    let handlebars = handlebars(template, &steps)?;
    let (mut left_out, mut told) = (LeftOut::default(), LeftOut::default());
    let (mut step, mut before) = (Some(Step::FIRST), None::<String>);
    loop {
        let text = rendered((&handlebars, &steps), &context, template, limits)?;
        // What this template prints nothing of was not left out.
        if before.as_ref() == Some(&text) {
            left_out = told.clone();
        }
        told.clone_from(&left_out);
        before = Some(text.clone());
        let text = framed(text.trim(), report.private, &left_out, limits.section);
        if text.chars().count() as u64 <= limits.section {
            return Ok(Section { text, left_out });
        }
        let Some(next) = step else {
            let what = "the characters of the section that it makes are, whatever is left out,";
            let problem = TemplateProblem::TooMuch(Exceeded::new(what, "section", limits.section));
            return Err(TemplateError { name: template.name().to_owned(), place: None, problem });
        };
        step = next.take(&mut context, &mut left_out);
    }
}

fn handlebars<'t>(template: &'t Template, steps: &Arc<Steps>) -> Result<handlebars::Handlebars<'t>, TemplateError> {
    let mut handlebars = handlebars::Handlebars::new();
    handlebars.set_strict_mode(true);
    // The context holds escaped text only: a template that forgets to escape, or does so twice, cannot
    // be.
    handlebars.register_escape_fn(handlebars::no_escape);
    handlebars.register_template(TEMPLATE, template.parsed()?);
    for (name, text) in PARTS {
        handlebars.register_template(name, template::read(name, text)?);
    }
    handlebars.register_helper("each", Box::new(Each(Arc::clone(steps))));
    Ok(handlebars)
}

fn rendered(
    (handlebars, steps): (&handlebars::Handlebars<'_>, &Steps),
    context: &Context,
    template: &Template,
    limits: &Limits,
) -> Result<String, TemplateError> {
    let mut notes = Notes::new(limits.notes);
    steps.renew(limits.template_steps);
    if let Err(error) = handlebars.render_to_write(TEMPLATE, context, &mut notes) {
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
    Ok(String::from_utf8_lossy(&notes.text).into_owned())
}

/// With what stands before and after it, whatever the template.
fn framed(text: &str, private: bool, left_out: &LeftOut, room: u64) -> String {
    if text.is_empty() {
        return String::new();
    }
    let banner = if private { PRIVATE } else { "" };
    let cut = if left_out.is_empty() {
        String::new()
    } else {
        format!("\n_Shortened to {room} characters, without {left_out}._\n")
    };
    format!("{banner}{}\n{cut}", without_commands(&without_gaps(text)))
}

/// Without empty lines after empty lines, which templates leave where they print
/// nothing. In code they stay.
fn without_gaps(text: &str) -> String {
    let (mut kept, mut fence, mut was_empty) = (Vec::new(), None::<usize>, false);
    let mut in_pre = false;
    for line in text.split('\n') {
        let ticks = line.trim_start().bytes().take_while(|byte| *byte == b'`').count();
        match fence {
            // Behind a fence stands no backtick: a title may begin with code of three.
            None if ticks >= 3 && !line.trim_start().trim_start_matches('`').contains('`') => fence = Some(ticks),
            Some(opened) if ticks >= opened && line.trim_start().len() == ticks => fence = None,
            _ => {}
        }
        // Code that a template language would fill in is set in <pre>.
        in_pre = fence.is_none() && (in_pre || line.trim_start().starts_with("<pre>")) && !line.contains("</pre>");
        let is_empty = line.trim().is_empty();
        if !(is_empty && was_empty) || fence.is_some() || in_pre {
            kept.push(line);
        }
        was_empty = is_empty;
    }
    kept.join("\n")
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
