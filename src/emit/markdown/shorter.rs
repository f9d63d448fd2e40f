//! A section that fits where it goes.
//!
//! GitHub refuses the text of a release above 125,000 characters with an error,
//! and some release tools cut it without a word, which may end an advisory in
//! the middle of its versions. So what matters least is left out, step by step,
//! and the section says so in its last line.

use std::fmt;

use super::context::Context;
use crate::model::all_of;

/// What a section leaves out to fit, in the order in which it was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    folded: usize,
    texts: bool,
    carried: usize,
    known: usize,
    packages: usize,
    advisories: usize,
}

/// The steps, the least loss first.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// Of packages with long lists of advisories, the lists: their number and severities stay.
    Folded,
    /// What advisories say at length; their titles, versions and workarounds stay.
    Texts,
    /// What is no news of this release.
    NoNews,
    /// Half of the packages, the less severe ones; again, until none is left.
    Packages,
    /// Half of the project's own advisories, the less severe ones; again, until one is left.
    Advisories,
}

impl Step {
    pub(super) const FIRST: Self = Self::Folded;

    /// Leaves more out of a context; none where nothing more can be.
    pub(super) fn take(self, context: &mut Context, left_out: &mut LeftOut) -> Option<Self> {
        match self {
            Self::Folded => left_out.folded += context.fold(),
            Self::Texts => left_out.texts = context.without_texts(),
            Self::NoNews => {
                let (carried, known) = context.without_old_news();
                left_out.carried += carried;
                left_out.known += known;
            }
            Self::Packages => match context.halve_packages() {
                0 => {}
                gone => {
                    left_out.packages += gone;
                    return Some(self);
                }
            },
            Self::Advisories => {
                let gone = context.halve_advisories();
                left_out.advisories += gone;
                return (gone > 0).then_some(self);
            }
        }
        Some(match self {
            Self::Folded => Self::Texts,
            Self::Texts => Self::NoNews,
            Self::NoNews => Self::Packages,
            Self::Packages | Self::Advisories => Self::Advisories,
        })
    }
}

impl LeftOut {
    /// Whether it is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for LeftOut {
    /// "12 advisories of the project and the ids of 700 vulnerabilities of dependencies".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        };
        let parts = [
            counted(self.advisories, "advisory of the project", "advisories of the project"),
            counted(self.packages, "updated package", "updated packages"),
            counted(self.carried, "fix of earlier releases", "fixes of earlier releases"),
            counted(self.known, "package with known vulnerabilities", "packages with known vulnerabilities"),
            self.texts.then(|| "what advisories say at length".to_owned()),
            counted(self.folded, "id of a vulnerability of dependencies", "ids of vulnerabilities of dependencies"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let told = all_of(&parts);
        f.write_str(if parts.is_empty() { "nothing" } else { &told })
    }
}
