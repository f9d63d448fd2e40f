//! Templates: ours and users', checked before they render.

use handlebars::template::{Template as Parsed, TemplateElement};
use handlebars::{Handlebars, no_escape};

use super::context::Context;

/// A template that has been read and is safe to render.
pub struct Template {
    registry: Handlebars<'static>,
    name: String,
}

impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Template").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Why a template cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the template {name}{} cannot be used: {reason}", place(.line, .column))]
pub struct TemplateError {
    name: String,
    line: Option<usize>,
    column: Option<usize>,
    reason: String,
}

fn place(line: &Option<usize>, column: &Option<usize>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!(", line {line}, column {column},"),
        (Some(line), None) => format!(", line {line},"),
        _ => String::new(),
    }
}

/// The templates that are built in.
const BUILT_IN: [(&str, &str); 2] = [
    ("default", include_str!("../../../templates/default.md.hbs")),
    ("kata", include_str!("../../../templates/kata.md.hbs")),
];

/// The largest template that is read.
const MAX_BYTES: usize = 1 << 20;

/// Blocks within blocks; the parser and the renderer recurse on them.
const MAX_DEPTH: usize = 32;

/// What `#if`, `#each` and the like may name: strict mode does not look at
/// these, and a typo there would leave out advisories without a word.
const FIELDS: [&str; 26] = [
    "release",
    "tag",
    "version",
    "commit",
    "date",
    "previous_tag",
    "advisories",
    "dependencies",
    "cves",
    "id",
    "ids",
    "link",
    "title",
    "severity",
    "level",
    "known",
    "vectors",
    "confidence",
    "commits",
    "merges",
    "short",
    "subject",
    "also_fixed_in",
    "credits",
    "this",
    "root",
];

impl Template {
    /// A template that is built in: `default` or `kata`.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        let (name, text) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
        Self::from_text(name, text).ok()
    }

    /// The names of the built-in templates.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// Reads a template.
    ///
    /// # Errors
    /// It is malformed or too large, uses partials (of which cycles would
    /// overflow the stack), or loops over a field that is not there.
    pub fn from_text(name: &str, text: &str) -> Result<Self, TemplateError> {
        let refuse = |line, reason: String| TemplateError { name: name.to_owned(), line, column: None, reason };
        if text.len() > MAX_BYTES {
            return Err(refuse(None, "it is larger than 1 MiB".to_owned()));
        }
        let (mut depth, mut deepest) = (0usize, 0usize);
        for (at, _) in text.match_indices("{{") {
            match text.get(at + 2..).and_then(|rest| rest.trim_start_matches(['~', '{']).chars().next()) {
                Some('#') => depth += 1,
                Some('/') => depth = depth.saturating_sub(1),
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        if deepest > MAX_DEPTH {
            return Err(refuse(None, format!("its blocks are nested more than {MAX_DEPTH} deep")));
        }
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(no_escape);
        registry.register_template_string(name, text).map_err(|error| {
            let (line, column) = error.pos().map_or((None, None), |(line, column)| (Some(line), Some(column)));
            TemplateError { name: name.to_owned(), line, column, reason: error.reason().to_string() }
        })?;
        if let Some(parsed) = registry.get_template(name) {
            check(parsed).map_err(|(line, reason)| refuse(line, reason))?;
        }
        Ok(Self { registry, name: name.to_owned() })
    }

    pub(super) fn render(&self, context: &Context) -> Result<String, TemplateError> {
        self.registry.render(&self.name, context).map_err(|error| TemplateError {
            name: self.name.clone(),
            line: error.line_no,
            column: error.column_no,
            reason: error.reason().to_string(),
        })
    }
}

type Fault = (Option<usize>, String);

/// Looks at every element: partials are refused, block parameters have to be fields.
fn check(template: &Parsed) -> Result<(), Fault> {
    let mut waiting = vec![template];
    while let Some(template) = waiting.pop() {
        for (at, element) in template.elements.iter().enumerate() {
            let line = template.mapping.get(at).map(|place| place.0);
            match element {
                TemplateElement::PartialExpression(_)
                | TemplateElement::PartialBlock(_)
                | TemplateElement::DecoratorExpression(_)
                | TemplateElement::DecoratorBlock(_) => {
                    return Err((line, "partials and decorators are not supported; write the text out".to_owned()));
                }
                TemplateElement::HelperBlock(block) => {
                    for parameter in &block.params {
                        check_parameter(parameter, line)?;
                    }
                    waiting.extend(block.template.iter());
                    waiting.extend(block.inverse.iter());
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn check_parameter(parameter: &handlebars::template::Parameter, line: Option<usize>) -> Result<(), Fault> {
    let handlebars::template::Parameter::Path(path) = parameter else { return Ok(()) };
    let raw = match path {
        handlebars::Path::Relative((_, raw)) => raw,
        handlebars::Path::Local(_) => return Ok(()),
    };
    for word in raw.split(['.', '/']).map(|word| word.trim_matches(['[', ']', '@'])).filter(|word| !word.is_empty()) {
        if !FIELDS.contains(&word) {
            let nearest = FIELDS.iter().max_by_key(|field| (strsim::jaro_winkler(field, word) * 1e6) as u64);
            let hint = nearest.map(|nearest| format!("; the nearest is `{nearest}`")).unwrap_or_default();
            return Err((line, format!("there is no field `{}`{hint}", word.escape_debug())));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        Template::from_text("x.hbs", text).unwrap_err().to_string()
    }

    #[test]
    fn the_built_in_templates_are_sound() {
        for (name, text) in BUILT_IN {
            Template::from_text(name, text).unwrap();
        }
    }

    #[test]
    fn a_template_error_says_where() {
        assert!(fault("a\nb {{#each advisories}}\n").contains("x.hbs"));
        assert!(fault("a\n{{#each advisores}}{{/each}}").contains("`advisores`; the nearest is `advisories`"));
        assert!(
            fault("{{#if advisories}}{{#each advisories}}{{#if titel}}{{/if}}{{/each}}{{/if}}").contains("`titel`")
        );
    }

    #[test]
    fn what_could_overflow_the_stack_is_refused() {
        assert!(fault("{{> x.hbs}}").contains("partials"));
        assert!(fault("{{#*inline \"a\"}}{{> a}}{{/inline}}").contains("partials"));
        let deep = format!("{}{}", "{{#if release}}".repeat(100_000 / 15), "{{/if}}".repeat(100_000 / 15));
        assert!(fault(&deep).contains("nested"));
    }
}
