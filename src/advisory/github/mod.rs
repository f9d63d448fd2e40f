//! GitHub's advisories, as its REST answers write them, told in OSV's words.

mod affected;
mod answer;
mod credits;
mod ecosystem;
mod form;
mod kept;
mod told;

pub(super) use answer::GitHubAdvisory;
pub use ecosystem::github_ecosystem;
pub(crate) use kept::{UNKNOWN_PACKAGE, package_of};
pub(super) use kept::{score_of, typed_of};

#[cfg(test)]
mod tests;
