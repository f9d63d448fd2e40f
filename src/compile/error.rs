//! Why a repository could not be compiled.

use super::rules::BadRule;
use crate::history;
use crate::model::line;

/// Why a repository could not be compiled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The history could not be read, or has no such release.
    #[error(transparent)]
    History(#[from] history::Error),
    /// The repository contradicts the rules of the settings.
    #[error("{}", of_rules(.0))]
    Rules(Vec<BadRule>),
    /// A package was asked for where there is only one.
    #[error("`{}` was asked for, and this repository has no packages with releases of their own", line(.0))]
    OnePackage(String),
    /// No package is called so.
    #[error("no package here is called `{}`; there are {known}", line(.name))]
    NoSuchPackage {
        /// What was asked for.
        name: String,
        /// The first few that there are.
        known: String,
    },
    /// A tag is no package's.
    #[error(
        "`{}` {}; the packages are {known}", line(.tag),
        if *.is_tag { "is no release of any package" } else { "is no tag here" }
    )]
    NoPackageOfTag {
        /// What was asked for.
        tag: String,
        /// Whether there is such a tag.
        is_tag: bool,
        /// The first few packages that there are.
        known: String,
    },
    /// Nothing says which package is asked about.
    #[error("this repository has several packages: {known}; ask for one by its name, or for one of its releases")]
    SeveralPackages {
        /// The first few that there are.
        known: String,
    },
}

fn of_rules(rules: &[BadRule]) -> String {
    let told: Vec<String> = rules.iter().map(|rule| line(&rule.to_string()).to_string()).collect();
    told.join("\n")
}
