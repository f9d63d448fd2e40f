//! What one package of a repository knows of the others.

use std::collections::BTreeSet;

use super::Advisory;
use crate::model::{AdvisoryId, PackageName};

/// What one package of a repository knows of the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Siblings {
    /// The package's own name.
    pub name: String,
    /// Advisories that are about others alone.
    pub advisories: BTreeSet<AdvisoryId>,
    /// Advisories of which nobody can tell which package they are about.
    pub undecided: BTreeSet<AdvisoryId>,
    /// The others' packages, as advisories name them.
    pub packages: BTreeSet<PackageName>,
}

impl Siblings {
    /// An advisory without what it says of the other packages: their versions
    /// are none of this one's.
    #[must_use]
    pub fn without(&self, advisory: &Advisory) -> Advisory {
        let mut own = advisory.clone();
        let others = |package: &PackageName| self.packages.contains(package);
        own.affected.retain(|affected| !affected.value.package.as_ref().is_some_and(others));
        own
    }
}
