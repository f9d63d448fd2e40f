//! Records of what the project depends on.

use std::collections::BTreeSet;

use super::batch::{BATCH, changed, note_asked};
use crate::advisory::remote::settings::called;
use crate::advisory::remote::source::{Configured, Reading, Source, Stop};
use crate::advisory::remote::{Osv, Sources};
use crate::advisory::store::SourceName;
use crate::advisory::{PackageName, Project};
use crate::model::osv::is_ecosystem;

/// Records of what the project depends on.
struct Dependencies<'s> {
    name: SourceName,
    osv: &'s Osv,
}

/// One source, unless dependencies are left out.
pub(in crate::advisory::remote) fn of<'s>(sources: &'s Sources, project: &Project) -> Configured<'s> {
    let Some(osv) = asked_for(sources) else { return Vec::new() };
    vec![Box::new(Dependencies { name: name(osv, project), osv })]
}

fn asked_for(sources: &Sources) -> Option<&Osv> {
    sources.osv.as_ref().filter(|osv| osv.dependencies)
}

fn name(osv: &Osv, project: &Project) -> SourceName {
    SourceName::of_dependencies(osv.base.to_string(), &called(project))
}

impl Sources {
    /// The source of what the project depends on. Its state is like that of
    /// [`Sources::packages_of_osv`].
    #[must_use]
    pub fn dependencies_of_osv(&self, project: &Project) -> Option<SourceName> {
        asked_for(self).map(|osv| name(osv, project))
    }

    /// The packages that the source is asked for: not those of ecosystems that
    /// are kept whole, nor of any that OSV does not know.
    #[must_use]
    pub fn asked_dependencies(&self, dependencies: &BTreeSet<PackageName>) -> BTreeSet<PackageName> {
        let Some(osv) = &self.osv else { return BTreeSet::new() };
        asked(osv, dependencies)
    }
}

/// The packages of dependencies that the API is asked for.
fn asked(osv: &Osv, dependencies: &BTreeSet<PackageName>) -> BTreeSet<PackageName> {
    let of_api = |package: &&PackageName| {
        let ecosystem = package.ecosystem.as_str();
        // A batch with one ecosystem that the API does not know is refused whole.
        is_ecosystem(ecosystem) && !osv.ecosystems.iter().any(|whole| whole == ecosystem)
    };
    dependencies.iter().filter(of_api).cloned().collect()
}

impl Source for Dependencies<'_> {
    fn name(&self) -> &SourceName {
        &self.name
    }

    /// These are thousands of packages, so that batches say which records there
    /// are, and only these are fetched.
    fn read(&self, reading: &mut Reading<'_, '_>) -> Result<(), Stop> {
        let packages: Vec<PackageName> = asked(self.osv, &reading.wanted.dependencies).into_iter().collect();
        for batch in packages.chunks(BATCH) {
            changed(reading, self.osv, batch)?;
        }
        note_asked(reading, &packages)
    }
}
