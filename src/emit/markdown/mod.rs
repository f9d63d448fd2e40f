//! The Security section, through Handlebars templates.
//!
//! What a template sees is escaped before it gets there, so `{{x}}` and
//! `{{{x}}}` are equally safe, in our templates and in users'.

mod context;
mod escape;
mod template;

pub use escape::escape;
pub use template::{Template, TemplateError};

use crate::ledger::ReleaseReport;

/// What stands before a text that must not leave the security team.
const BANNER: &str =
    "> [!CAUTION]\n> **PRIVATE PREVIEW — this text speaks of unpublished advisories. Do not publish it.**\n\n";

/// The section for a release; empty where there is nothing to say, because
/// "no security fixes" is a promise that nobody can make.
///
/// # Errors
/// The template uses a field that is not there.
pub fn render(report: &ReleaseReport, template: &Template) -> Result<String, TemplateError> {
    let context = context::of(report);
    if context.is_empty() {
        return Ok(String::new());
    }
    let text = template.render(&context)?;
    let banner = if report.private { BANNER } else { "" };
    Ok(format!("{banner}{}\n", text.trim()))
}
