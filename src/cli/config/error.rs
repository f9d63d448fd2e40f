//! What is wrong with a configuration file, where, and how to mend it.

use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::files::FileError;
use crate::model::{breaks_a_line, line, line_of_path};

/// How many problems are told; more than a screen's worth means the wrong file.
const MOST_PROBLEMS: usize = 10;

/// A configuration that cannot be used.
///
/// As text it names the file, the place and the mend. It begins without a word
/// such as `error:`, and each further problem of [`ConfigError::Invalid`]
/// begins with that word on a line of its own.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration cannot be read: {0}")]
    Unreadable(FileError),
    /// The file is larger than any configuration is.
    #[error("the configuration {} is larger than {limit} bytes: is it the right file?", line_of_path(path))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// The file is not UTF-8.
    #[error(
        "the configuration {} is not UTF-8: byte {column} of line {line} cannot be read; save the file as UTF-8",
        line_of_path(path)
    )]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The line of the first wrong byte, counted from 1.
        line: usize,
        /// That byte's place in its line, counted from 1.
        column: usize,
    },
    /// The file holds something that it may not hold.
    #[error("{report}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Every problem, each with the line that it is about.
        report: String,
    },
}

impl ConfigError {
    pub(super) fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> Self {
        let bytes = error.as_bytes();
        let before = bytes.get(..error.utf8_error().valid_up_to()).unwrap_or(bytes);
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        Self::NotUtf8 { path: path.to_owned(), line, column }
    }

    /// Tells the problems in the order of the file.
    pub(super) fn invalid(path: &Path, text: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.span.start);
        let (mut text, place) = (printable(text), line_of_path(path));
        for problem in problems.iter().filter(|problem| problem.secret) {
            let start = text.floor_char_boundary(problem.span.start);
            let end = text.ceil_char_boundary(problem.span.end.max(start));
            // As many bytes as there were, for the places of the others.
            text.replace_range(start..end, &"*".repeat(end - start));
        }
        let report =
            |(at, problem): (usize, &Problem)| Renderer::plain().render(&[problem.group(&text, &place, at == 0)]);
        let mut reports: Vec<String> = problems.iter().take(MOST_PROBLEMS).enumerate().map(report).collect();
        if problems.len() > MOST_PROBLEMS {
            reports.push(format!("and {} more in {place}", problems.len() - MOST_PROBLEMS));
        }
        Self::Invalid { path: path.to_owned(), report: reports.join("\n\n") }
    }
}

/// One thing that is wrong, at bytes of the file.
#[derive(Debug)]
pub(super) struct Problem {
    span: Range<usize>,
    message: String,
    help: String,
    /// Whether the text there may be a secret, and is not shown.
    secret: bool,
}

impl Problem {
    /// `message` and `help` may quote the file, by [`echo`].
    pub(super) fn new(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: help.into(), secret: false }
    }

    /// The same, whose text is not shown.
    pub(super) fn unseen(mut self) -> Self {
        self.secret = true;
        self
    }

    /// What the TOML parser says.
    pub(super) fn of_toml(error: &toml::de::Error) -> Self {
        let message = format!("this is not TOML: {}", line(error.message()));
        Self::new(error.span().unwrap_or_default(), message, "see https://toml.io for the syntax")
    }

    fn group<'p>(&'p self, text: &'p str, path: &'p str, first: bool) -> Group<'p> {
        let level = if first { Level::ERROR.no_name() } else { Level::ERROR };
        let start = text.floor_char_boundary(self.span.start);
        let end = text.ceil_char_boundary(self.span.end.max(start));
        level
            .primary_title(self.message.as_str())
            .element(Snippet::source(text).path(path).annotation(AnnotationKind::Primary.span(start..end)))
            .element(Level::HELP.message(self.help.as_str()))
    }
}

/// A piece of the file to print within a sentence: short, on one line, and
/// without anything that a terminal would obey.
pub(super) fn echo(text: &str) -> String {
    const MOST: usize = 60;
    let mut short: String = text.chars().take(MOST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    line(&short).to_string()
}

/// The text with the same number of bytes, and a mark for each such character,
/// so that spans keep their places.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        // Those of ASCII are a byte each, and the renderer shows them itself.
        match (!c.is_ascii() && breaks_a_line(c), c.len_utf8()) {
            (true, 2) => shown.push('·'),
            (true, 3) => shown.push('\u{fffd}'),
            (true, _) => shown.push_str("··"),
            (false, _) => shown.push(c),
        }
    }
    shown
}

/// The candidate that was probably meant, if one is near enough.
pub(super) fn nearest<'c>(written: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // A hostile key may be a megabyte long, and the distance is quadratic.
    if written.len() > 64 {
        return None;
    }
    let written = written.to_ascii_lowercase().replace('_', "-");
    let distance = |candidate: &str| strsim::damerau_levenshtein(&written, &candidate.to_ascii_lowercase());
    let near = candidates.into_iter().map(|candidate| (distance(candidate), candidate));
    near.filter(|(distance, candidate)| *distance <= candidate.len().max(3) / 3).min().map(|(_, candidate)| candidate)
}
