//! A repository of several packages, and what each of them sees.

use std::collections::BTreeSet;

use super::packages::Packages;
use crate::advisory::{Advisory, Project, Siblings};
use crate::history::History;
use crate::model::AdvisoryId;

/// A repository of several packages.
pub(super) struct Several {
    pub(super) packages: Packages,
    /// The one whose history and advisories were read; none where it is all of them.
    pub(super) picked: Option<usize>,
    /// The repository as a whole.
    pub(super) project: Project,
    /// The advisories with all that they say of any package, and the packages
    /// that each is about.
    pub(super) advisories: Vec<Advisory>,
    pub(super) about: Vec<BTreeSet<usize>>,
}

/// What one package of a repository of several sees.
#[derive(Debug)]
#[non_exhaustive]
pub struct View {
    /// The history with its releases, and which commits are its own.
    pub history: History,
    /// The project as it is for the package.
    pub project: Project,
    /// The advisories without what they say of other packages.
    pub advisories: Vec<Advisory>,
}

impl Several {
    /// The repository as a whole.
    pub(super) const fn whole(&self) -> &Project {
        &self.project
    }

    /// Whether one of these advisories is about another package as well.
    pub(super) fn is_of_several(&self, ids: &[AdvisoryId]) -> bool {
        self.advisories.iter().zip(&self.about).any(|(advisory, about)| about.len() > 1 && ids.contains(&advisory.id))
    }

    /// What the packages see that the wanted advisories are about, the picked one
    /// or all of them. Last what nobody sees: advisories that are about no package
    /// that can be told.
    pub(super) fn views(&self, base: &History, wanted: &dyn Fn(&Advisory) -> bool) -> Vec<View> {
        let own = |advisory: &Advisory| self.project.about(advisory).is_some() && wanted(advisory);
        let of_picked = |about: &BTreeSet<usize>| self.picked.is_none_or(|picked| about.contains(&picked));
        let all = || self.advisories.iter().zip(&self.about);
        let asked = || all().filter(|(advisory, about)| own(advisory) && of_picked(about));
        let numbers: BTreeSet<usize> = asked().flat_map(|(_, about)| about.iter().copied()).collect();
        let mut views: Vec<View> = numbers.into_iter().map(|at| self.view(base, at)).collect();
        let undecided: Vec<Advisory> =
            asked().filter(|(_, about)| about.is_empty()).map(|(advisory, _)| advisory.clone()).collect();
        if !undecided.is_empty() {
            let siblings = Siblings {
                undecided: undecided.iter().map(|advisory| advisory.id.clone()).collect(),
                ..Siblings::default()
            };
            let project = Project { siblings: Some(siblings), ..self.project.clone() };
            let history = self.packages.without_releases(base);
            views.push(View { history, project, advisories: undecided });
        }
        views
    }

    /// What a package sees.
    pub(super) fn view(&self, base: &History, at: usize) -> View {
        let project = self.packages.project(&self.project, at, &self.advisories, &self.about);
        let advisories = Packages::advisories(&project, &self.advisories);
        View { history: self.packages.history(base, at), project, advisories }
    }
}
