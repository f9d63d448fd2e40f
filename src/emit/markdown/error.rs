//! What can be wrong with a template, in words and with a place.

use std::fmt;

use crate::limits::Exceeded;
use crate::model::line;

/// A template that cannot be used, and where it says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// The template's name: its path, or that of the built-in one.
    pub name: String,
    /// Line and column, both counted from 1, where the place is known.
    pub place: Option<(usize, usize)>,
    /// What is wrong.
    pub problem: TemplateProblem,
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateProblem {
    /// The text is longer than a template may be.
    #[error("the template has {size} bytes, and at most {limit} are read")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The most bytes taken.
        limit: usize,
    },
    /// So many blocks or parentheses that they could nest too deeply to be read.
    #[error("the template has {count} of `{what}`, and at most {limit} are read: is it a template of release notes?")]
    TooDeep {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// The most taken.
        limit: usize,
    },
    /// Handlebars cannot read it.
    #[error("{}", line(.0))]
    Syntax(String),
    /// A part of Handlebars that templates of release notes may not use.
    #[error("{} cannot be used: {instead}", line(what))]
    Unsupported {
        /// What was used.
        what: String,
        /// What to write instead.
        instead: &'static str,
    },
    /// A field that does not exist where it is used.
    #[error("there is no field `{}` here{}", line(path), did_you_mean(.nearest.as_deref()))]
    UnknownField {
        /// The path as it is written.
        path: String,
        /// The known field whose name is nearest.
        nearest: Option<String>,
    },
    /// A field of another kind than the place needs.
    #[error("`{}` is {is}: {instead}", line(path))]
    WrongKind {
        /// The path as it is written.
        path: String,
        /// What kind of value it is.
        is: &'static str,
        /// What to write instead.
        instead: &'static str,
    },
    /// A block or function with too few or too many parameters.
    #[error("`{}` takes {takes}", line(helper))]
    Parameters {
        /// The block or function.
        helper: String,
        /// What it takes.
        takes: &'static str,
    },
    /// It takes or makes more than a limit allows.
    #[error("{0}")]
    TooMuch(Exceeded),
    /// Rendering failed.
    #[error("it could not be rendered: {}", line(.0))]
    Rendering(String),
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("; did you mean `{}`?", line(nearest))).unwrap_or_default()
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "template `{}`", line(&self.name))?;
        if let Some((line, column)) = self.place {
            write!(f, ", line {line}, column {column}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for TemplateError {}
