//! The rules that say which packages a repository has, and what the repository
//! holds against them.

use std::fmt;

use crate::model::PackageName;

/// What stands for the name of each package that a rule serves.
pub const HOLE: &str = "{name}";

/// One package, or with a hole all packages that are alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageRule {
    /// The package's name; none where the rule has a hole.
    pub name: Option<String>,
    /// What its tags begin with, before the pattern; empty for the package whose
    /// tags have no name. With [`HOLE`] once where the rule has one.
    pub prefix: String,
    /// Its folders and files; `""` is all that no other package has.
    pub paths: Vec<String>,
    /// Paths that belong to it, whoever else has them.
    pub shared: Vec<String>,
    /// Names under which advisories know it, as people write them.
    pub names: Vec<PackageName>,
}

impl PackageRule {
    /// Whether it serves all packages that are alike.
    #[must_use]
    pub const fn has_hole(&self) -> bool {
        self.name.is_none()
    }

    /// What a text of the rule is for a package of a name.
    #[must_use]
    pub fn filled(text: &str, name: &str) -> String {
        text.replacen(HOLE, name, 1)
    }
}

/// A rule that the repository contradicts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadRule {
    /// Which rule.
    pub at: RulePlace,
    /// What is wrong with it.
    pub message: String,
    /// What mends it.
    pub help: String,
}

impl BadRule {
    pub(super) fn new(at: RulePlace, message: String, help: impl Into<String>) -> Self {
        Self { at, message, help: help.into() }
    }
}

impl fmt::Display for BadRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

/// Where a rule stands in [`Settings`](super::Settings).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RulePlace {
    /// The patterns of tags.
    Patterns,
    /// The prefix of the package rule of this number.
    Prefix(usize),
    /// The path of this number of a package rule; of no rule where the repository
    /// shows the package.
    Path {
        /// The number of the rule.
        rule: Option<usize>,
        /// The number of the path.
        path: usize,
    },
}
