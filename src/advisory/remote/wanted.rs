//! What is asked of sources that cannot be read whole.

use std::collections::BTreeSet;

use crate::advisory::{PackageName, Project, go_major};
use crate::model::AdvisoryId;

/// What is asked of sources that cannot be read whole.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The project, by whose packages is asked.
    pub project: Project,
    /// Ids that commits name, or that were asked for.
    pub ids: BTreeSet<AdvisoryId>,
    /// Packages that the project depends on.
    pub dependencies: BTreeSet<PackageName>,
    /// Whether to ask again for what is fresh, and for pages that may be unchanged.
    pub refresh: bool,
}

impl Wanted {
    /// The packages to ask for. Advisories of a Go module are filed under the
    /// path of the major version that they are about: all up to today's are asked.
    #[must_use]
    pub fn packages(&self) -> BTreeSet<PackageName> {
        let mut packages = self.project.packages.clone();
        packages.extend(self.project.remotes.iter().filter_map(|remote| PackageName::new("Go", remote.written())));
        let go: Vec<PackageName> = packages.iter().filter(|package| package.ecosystem == "Go").cloned().collect();
        for module in go {
            let (root, major) = go_major(&module.name);
            if module.name.starts_with("gopkg.in/") {
                continue;
            }
            packages.extend(PackageName::new("Go", root));
            let later = (2..=major.unwrap_or(1).min(100)).map(|major| format!("{root}/v{major}"));
            packages.extend(later.filter_map(|path| PackageName::new("Go", &path)));
        }
        packages
    }
}
