//! Templates: the built-in ones, and users' own after they were checked.

use super::built_in::BuiltIn;
use super::check;
use super::error::{TemplateError, TemplateProblem};
use crate::limits::{TEMPLATE_BLOCKS, TEMPLATE_BRACKETS, TEMPLATE_BYTES, TEMPLATE_TAGS};

/// A template that can be rendered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Template {
    /// One that comes with the program.
    BuiltIn(BuiltIn),
    /// A user's own.
    User(UserTemplate),
}

impl Default for Template {
    fn default() -> Self {
        Self::BuiltIn(BuiltIn::Default)
    }
}

/// A user's template: read, and checked to name only fields that exist.
#[derive(Clone, Debug)]
pub struct UserTemplate {
    name: String,
    parsed: handlebars::Template,
}

impl Template {
    /// Reads and checks a user's template. The name stands in errors; a path does well.
    ///
    /// # Errors
    /// When it is too large, no Handlebars, names a field that does not exist
    /// where it is used, or uses partials.
    pub fn from_text(name: &str, text: &str) -> Result<Self, TemplateError> {
        read(name, text).map(|parsed| Self::User(UserTemplate { name: name.to_owned(), parsed }))
    }

    /// The name that stands in errors.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::BuiltIn(built_in) => built_in.name(),
            Self::User(user) => &user.name,
        }
    }

    pub(super) fn parsed(&self) -> Result<handlebars::Template, TemplateError> {
        match self {
            Self::BuiltIn(built_in) => read(built_in.name(), built_in.text()),
            Self::User(user) => Ok(user.parsed.clone()),
        }
    }
}

pub(super) fn read(name: &str, text: &str) -> Result<handlebars::Template, TemplateError> {
    let fail = |place, problem| TemplateError { name: name.to_owned(), place, problem };
    limit(text).map_err(|problem| fail(None, problem))?;
    let parsed = handlebars::Template::compile(text)
        .map_err(|error| fail(error.pos(), TemplateProblem::Syntax(error.reason().to_string())))?;
    check::check(name, text, &parsed)?;
    Ok(parsed)
}

/// Refuses what could nest deeply enough to overflow the parser's stack, or
/// keep it busy for long.
fn limit(text: &str) -> Result<(), TemplateProblem> {
    if text.len() > TEMPLATE_BYTES {
        return Err(TemplateProblem::TooLarge { size: text.len(), limit: TEMPLATE_BYTES });
    }
    let within = |what, count, limit| {
        if count > limit { Err(TemplateProblem::TooDeep { what, count, limit }) } else { Ok(()) }
    };
    within("{{", text.matches("{{").count(), TEMPLATE_TAGS)?;
    within("{{#", blocks(text), TEMPLATE_BLOCKS)?;
    within("{{{{", text.matches("{{{{").count(), TEMPLATE_BLOCKS)?;
    within("(", text.matches('(').count(), TEMPLATE_BRACKETS)?;
    within("[", text.matches('[').count(), TEMPLATE_BRACKETS)?;
    // An object literal's brace stands alone: its first member is a string.
    let alone = text.split(|c| c != '{').filter(|run| run.len() == 1).count();
    within("{", alone, TEMPLATE_BRACKETS)
}

/// How many tags may open a block or an `else`. White space and `~` may stand
/// between the braces and what follows, and each piece of text is looked at once.
fn blocks(text: &str) -> usize {
    let (mut count, mut rest) = (0, text);
    while let Some((_, behind)) = rest.split_once("{{") {
        let tag = behind.trim_start_matches(|c: char| c.is_whitespace() || c == '~' || c == '{');
        let between = behind.strip_suffix(tag).unwrap_or_default();
        if tag.starts_with(['#', '^']) || tag.starts_with("else") {
            count += 1 + between.matches("{{").count();
        }
        rest = tag;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_that_nest_without_end_are_refused_and_not_parsed() {
        let many = 10_000;
        for text in [
            "{{#if private}}".repeat(many) + &"{{/if}}".repeat(many),
            "{{~ #if private}}".repeat(many),
            format!("{{{{#if private}}}}{}{{{{/if}}}}", "{{else if private}}".repeat(many)),
            format!("{{{{#if {}", "(eq ".repeat(many)),
            format!("{{{{#if (eq {}", "[".repeat(many)),
            format!("{{{{#if (eq {}", "{\"a\":".repeat(many)),
            "x".repeat(TEMPLATE_BYTES + 1),
            "{".repeat(200_000),
            "{{~".repeat(80_000),
            "{{ ".repeat(80_000),
            "{{!x}}".repeat(40_000),
            "{{id}}".repeat(40_000),
        ] {
            let error = Template::from_text("bomb", &text).unwrap_err();
            assert!(
                matches!(error.problem, TemplateProblem::TooDeep { .. } | TemplateProblem::TooLarge { .. }),
                "{error}"
            );
        }
    }

    #[test]
    fn the_deepest_template_taken_fits_the_stack_of_a_test() {
        let blocks = "{{#if private}}".repeat(TEMPLATE_BLOCKS) + "x" + &"{{/if}}".repeat(TEMPLATE_BLOCKS);
        let chain = format!("{{{{#if private}}}}{}{{{{/if}}}}", "{{else if private}}x".repeat(TEMPLATE_BLOCKS - 1));
        let call = format!(
            "{{{{#if {}private{}}}}}x{{{{/if}}}}",
            "(not ".repeat(TEMPLATE_BRACKETS),
            ")".repeat(TEMPLATE_BRACKETS)
        );
        let list = |open: &str, close: &str| {
            format!(
                "{{{{#if (not {}1{})}}}}x{{{{/if}}}}",
                open.repeat(TEMPLATE_BRACKETS - 1),
                close.repeat(TEMPLATE_BRACKETS - 1)
            )
        };
        for text in [blocks, chain, call, list("[", "]"), list("{\"a\":", "}")] {
            let short: String = text.chars().take(40).collect();
            match Template::from_text("deep", &text) {
                Ok(template) => {
                    let limits = crate::limits::Limits::default();
                    super::super::render(&crate::emit::sample::full(), &template, &limits).expect(&short);
                }
                Err(error) => assert!(matches!(error.problem, TemplateProblem::Syntax(_)), "{short}: {error}"),
            }
        }
    }

    #[test]
    fn the_most_that_is_taken_is_read_at_once_whole_or_not() {
        let space = " ".repeat(TEMPLATE_BYTES / 2);
        for text in [
            "{{!x}}".repeat(TEMPLATE_TAGS) + &space,
            format!("{space}{}", "{{!x}}".repeat(TEMPLATE_TAGS)),
            format!("{}{space}", "{{ ".repeat(TEMPLATE_TAGS)),
            format!("{}{space}", "{{!-- ".repeat(TEMPLATE_TAGS)),
            "{{#if private}}".repeat(TEMPLATE_BLOCKS) + &space,
            format!("{}\"{space}", "{{#if (eq ".repeat(TEMPLATE_BLOCKS)),
            format!("{}\"{space}", "{{id ".repeat(TEMPLATE_TAGS)),
        ] {
            // Sound or not, it is answered.
            let _ = Template::from_text("bomb", &text);
        }
    }

    #[test]
    fn blocks_are_counted_whatever_stands_between_the_braces() {
        assert_eq!(blocks("{{#if a}}{{~ #if b}}{{ else }}{{/if}}{{x}} {{ {{~{{^}}"), 6);
        assert_eq!(blocks("{{elsewhere}} { {#if}"), 1);
    }

    #[test]
    fn a_syntax_error_has_a_name_and_a_place() {
        let error = Template::from_text("notes.hbs", "ok\n{{#if private}}").unwrap_err().to_string();
        assert!(error.starts_with("template `notes.hbs`, line 2, column "), "{error}");
        let error = Template::from_text("notes.hbs", "{{#if private}}{{/each}}").unwrap_err().to_string();
        assert!(error.contains("is closing"), "{error}");
    }
}
