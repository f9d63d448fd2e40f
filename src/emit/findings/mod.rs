//! Problems of any kind → what people, scripts and CI read. One file a format.
//!
//! Nothing here knows where the problems come from: whoever has rules with
//! codes, and places in files, can print them so.

mod fingerprint;
mod github;
mod grouped;
mod json;
mod release;
#[cfg(test)]
mod sample;
mod sarif;
mod text;

pub use fingerprint::line_hashes;
pub use github::github;
pub use grouped::{Telling, grouped};
pub use json::json;
pub use release::of_release;
pub use sarif::{Sarif, sarif};
pub use text::text;

use crate::model::Level;

/// Problems, and what they are measured by.
#[derive(Clone, Debug)]
pub struct Findings {
    /// Every rule that was checked, in the order in which they are documented.
    pub rules: Vec<Rule>,
    /// The problems, in the order in which they are to be read.
    pub items: Vec<Item>,
    /// What could not be checked, and why.
    pub unchecked: Vec<Unchecked>,
    /// What was looked at.
    pub of: Of,
}

/// What problems are of.
#[derive(Clone, Debug)]
pub enum Of {
    /// Of records.
    Records {
        /// How many files were read.
        files: usize,
        /// How many records they hold.
        records: usize,
    },
    /// Of a release, by its tag or what else it is called; untrusted text.
    Release(String),
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its stable code.
    pub code: &'static str,
    /// The codes under which others report the same.
    pub also: &'static [&'static str],
    /// How much it matters.
    pub level: Level,
    /// The rule in one sentence.
    pub says: &'static str,
    /// What to do about it in a sentence, where that is the same for all problems of it.
    pub mend: Option<&'static str>,
    /// What its level says of whatever breaks it.
    pub means: &'static str,
    /// The option that leaves it out, where there is one.
    pub left_out_by: Option<&'static str>,
    /// A page that says more, where there is one.
    pub page: Option<&'static str>,
}

/// A problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The rule that is broken, by its place in [`Findings::rules`].
    pub rule: usize,
    /// What it is about, such as a record's id; untrusted text.
    pub subject: Option<String>,
    /// Where it is.
    pub place: Place,
    /// What is there and what would mend it, fit for a terminal.
    pub message: String,
}

/// Where a problem is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file, below the folder that paths are relative to where it can be;
    /// empty where it is in none. Untrusted text.
    pub file: String,
    /// The entry, where the file is an archive; untrusted text.
    pub entry: Option<String>,
    /// The place in the file, a JSON pointer; untrusted text.
    pub pointer: String,
    /// Line and column, from 1, where they are known.
    pub spot: Option<(usize, usize)>,
    /// How many characters of that line are meant.
    pub width: usize,
    /// The hash of what begins at the line, see [`line_hashes`], where a format asks for it.
    pub line_hash: Option<String>,
}

/// Rules that could not be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked {
    /// Their codes.
    pub codes: Vec<&'static str>,
    /// For how much, and what would let them be checked.
    pub reason: String,
}

impl Findings {
    /// How much a problem matters.
    #[must_use]
    pub fn level(&self, item: &Item) -> Level {
        self.rules.get(item.rule).map_or(Level::Error, |rule| rule.level)
    }

    /// How many problems are of a level.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.items.iter().filter(|item| self.level(item) == level).count()
    }

    /// `1 error, 2 warnings, 0 notes in 3 records of 4 files`, or `… in v1.2.0`.
    #[must_use]
    pub fn summary(&self) -> String {
        let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
        let of = match &self.of {
            Of::Records { files, records } => format!("{} of {}", count(*records, "record"), count(*files, "file")),
            Of::Release(release) => shown_path(release),
        };
        format!(
            "{}, {}, {} in {of}",
            count(self.count(Level::Error), "error"),
            count(self.count(Level::Warning), "warning"),
            count(self.count(Level::Note), "note"),
        )
    }

    /// The items with their rules.
    fn rows(&self) -> impl Iterator<Item = (&Item, &Rule)> {
        self.items.iter().filter_map(|item| Some((item, self.rules.get(item.rule)?)))
    }
}

/// A path, pointer or id as a terminal may show it. They are long and rarely
/// hostile: they are escaped in parts, so that none is cut.
fn shown_path(path: &str) -> String {
    path.split('/').map(crate::emit::osv::validate::shown).collect::<Vec<_>>().join("/")
}
