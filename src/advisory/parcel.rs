//! Which package of a repository an advisory is about.

use std::collections::BTreeSet;

use super::project::is_within;
use super::siblings::Siblings;
use super::{Advisory, go_major};
use crate::model::{PackageName, Remote};

/// A package of a repository, as far as advisories speak of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parcel {
    /// What the repository calls it: `wordpress`, `@scope/name`, `sdk/metric`;
    /// empty for the one whose tags have no name.
    pub name: String,
    /// The names under which it is published, or under which advisories know it.
    pub names: BTreeSet<PackageName>,
    /// Its folders; the empty one is all that no other package has.
    pub folders: Vec<String>,
}

/// All packages of a repository.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parcels {
    parcels: Vec<Parcel>,
    remotes: Vec<Remote>,
}

impl Parcels {
    /// The packages of a repository that lives at these addresses.
    #[must_use]
    pub(crate) const fn new(parcels: Vec<Parcel>, remotes: Vec<Remote>) -> Self {
        Self { parcels, remotes }
    }

    /// The packages, in the order of their numbers.
    #[must_use]
    pub(crate) fn all(&self) -> &[Parcel] {
        &self.parcels
    }

    /// The addresses of their repository.
    #[must_use]
    pub(crate) fn remotes(&self) -> &[Remote] {
        &self.remotes
    }

    /// The packages that an advisory is about, by their numbers; none where that
    /// cannot be told. `touched` gives the packages that the commits change which
    /// its records name.
    ///
    /// What the records call the package decides, then what their commits
    /// change; a version number says nothing. What is about none of the packages
    /// by name is the root's, where there is one: it is the project.
    #[must_use]
    pub(crate) fn about(&self, advisory: &Advisory, touched: &dyn Fn(&Advisory) -> BTreeSet<usize>) -> BTreeSet<usize> {
        let packages = advisory.affected.iter().filter_map(|affected| affected.value.package.as_ref());
        let named: BTreeSet<usize> = packages.filter_map(|package| self.of(package)).collect();
        if !named.is_empty() {
            return named;
        }
        let touched = touched(advisory);
        if !touched.is_empty() {
            return touched;
        }
        self.root().into_iter().collect()
    }

    /// The package that an advisory's package is, by its number: by its names, by
    /// the folder that its address leads to, by what the repository calls it.
    #[must_use]
    pub(crate) fn of(&self, package: &PackageName) -> Option<usize> {
        let place = |is: &dyn Fn(&Parcel) -> bool| self.parcels.iter().position(is);
        let by_name = place(&|parcel| parcel.names.contains(package));
        by_name.or_else(|| self.by_address(package)).or_else(|| {
            let whole = place(&|parcel| parcel.name.eq_ignore_ascii_case(&package.name) && !parcel.name.is_empty());
            whole.or_else(|| self.by_last_part(package))
        })
    }

    /// Go modules and actions have the repository's address, and their folder below
    /// it; the innermost counts, as a record may name a Go package within a module.
    fn by_address(&self, package: &PackageName) -> Option<usize> {
        let path = package.name.to_ascii_lowercase();
        let path = if package.ecosystem == "Go" { go_major(&path).0 } else { &path };
        let roots: BTreeSet<String> = match package.ecosystem.as_str() {
            "Go" => self.remotes.iter().map(|remote| remote.as_str().to_owned()).chain(self.bases()).collect(),
            "GitHub Actions" => self.remotes.iter().map(|remote| remote.path().to_owned()).collect(),
            _ => return None,
        };
        let within = |parcel: &Parcel| {
            let folders = roots.iter().filter_map(|root| {
                let folder =
                    path.strip_prefix(root.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
                let folder = folder.trim_start_matches('/');
                let has = |own: &&String| own.is_empty() || is_within(folder, &own.to_ascii_lowercase());
                parcel.folders.iter().filter(has).map(|own| root.len() + own.len()).max()
            });
            let modules = parcel.names.iter().filter(|name| name.ecosystem == package.ecosystem).filter_map(|name| {
                let base = go_major(&name.name).0.to_ascii_lowercase();
                is_within(path, &base).then_some(base.len())
            });
            folders.chain(modules).max()
        };
        let around = self.parcels.iter().enumerate().filter_map(|(at, parcel)| Some((within(parcel)?, at)));
        around.max_by_key(|(length, at)| (*length, std::cmp::Reverse(*at))).map(|(_, at)| at)
    }

    /// What the repository is called by its Go modules: `go.opentelemetry.io/contrib`
    /// of the module that has `/instrumentation/runtime` behind it and is there. A
    /// module that was removed has its folder below it, too.
    fn bases(&self) -> impl Iterator<Item = String> {
        self.parcels.iter().flat_map(|parcel| {
            let go = parcel.names.iter().filter(|name| name.ecosystem == "Go");
            go.flat_map(move |name| {
                let module = go_major(&name.name).0.to_ascii_lowercase();
                let base = move |folder: &String| match folder.as_str() {
                    "" => Some(module.clone()),
                    folder => Some(module.strip_suffix(&folder.to_ascii_lowercase())?.strip_suffix('/')?.to_owned()),
                };
                parcel.folders.iter().filter_map(base)
            })
        })
    }

    /// `pkg:bitnami/wordpress`, `@acme/core` and `com.acme:core` by their last
    /// parts, where only one package has that. In ecosystems whose names are
    /// addresses, another address is another's package.
    fn by_last_part(&self, package: &PackageName) -> Option<usize> {
        if matches!(package.ecosystem.as_str(), "Go" | "GitHub Actions" | "SwiftURL") {
            return None;
        }
        let last = |name: &str| name.rsplit(['/', ':']).next().unwrap_or(name).to_ascii_lowercase();
        let wanted = last(&package.name);
        let is = |(_, parcel): &(usize, &Parcel)| !wanted.is_empty() && last(&parcel.name) == wanted;
        let mut found = self.parcels.iter().enumerate().filter(is).map(|(at, _)| at);
        found.next().filter(|_| found.next().is_none())
    }

    /// The package whose tags have no name.
    #[must_use]
    pub(crate) fn root(&self) -> Option<usize> {
        self.parcels.iter().position(|parcel| parcel.name.is_empty() || parcel.folders.iter().any(String::is_empty))
    }

    /// What a package knows of the others, by what each advisory is about.
    #[must_use]
    pub(crate) fn siblings(&self, package: usize, advisories: &[Advisory], about: &[BTreeSet<usize>]) -> Siblings {
        let name = self.parcels.get(package).map(|parcel| parcel.name.clone()).unwrap_or_default();
        let mut siblings = Siblings { name, ..Siblings::default() };
        for (advisory, about) in advisories.iter().zip(about) {
            if about.is_empty() {
                siblings.undecided.insert(advisory.id.clone());
            } else if !about.contains(&package) {
                siblings.advisories.insert(advisory.id.clone());
            }
            let packages = advisory.affected.iter().filter_map(|affected| affected.value.package.as_ref());
            let others = packages.filter(|named| self.of(named).is_some_and(|of| of != package));
            siblings.packages.extend(others.cloned());
        }
        siblings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcels() -> Parcels {
        let parcel = |name: &str, names: &[&str], folder: &str| Parcel {
            name: name.to_owned(),
            names: names
                .iter()
                .filter_map(|name| name.split_once(':'))
                .filter_map(|(e, n)| PackageName::new(e, n))
                .collect(),
            folders: vec![folder.to_owned()],
        };
        Parcels::new(
            vec![
                parcel("", &["Go:example.org/parcel"], ""),
                parcel("api", &[], "api"),
                parcel("api/client", &[], "api/client"),
                parcel("wordpress", &["Bitnami:wp"], "charts/wordpress"),
                parcel("@acme/core", &[], "packages/core"),
            ],
            vec!["github.com/acme/parcel".parse().unwrap()],
        )
    }

    #[test]
    fn a_package_is_known_by_its_names_its_folder_and_its_last_part() {
        let parcels = parcels();
        for (ecosystem, name, is) in [
            ("Bitnami", "wp", Some(3)),
            ("Bitnami", "wordpress", Some(3)),
            ("other", "Bitnami/WordPress", Some(3)),
            ("npm", "@acme/core", Some(4)),
            ("npm", "core", Some(4)),
            ("npm", "score", None),
            ("Go", "github.com/acme/parcel", Some(0)),
            ("Go", "github.com/Acme/parcel/v2", Some(0)),
            ("Go", "github.com/acme/parcel/api", Some(1)),
            ("Go", "github.com/acme/parcel/api/v3", Some(1)),
            ("Go", "github.com/acme/parcel/api/client/v3/x", Some(2)),
            ("Go", "github.com/acme/parcel/apis", Some(0)),
            ("Go", "example.org/parcel/internal", Some(0)),
            ("Go", "github.com/other/api", None),
            // A module that no manifest names any more.
            ("Go", "example.org/parcel/api/client", Some(2)),
            ("GitHub Actions", "acme/parcel/api", Some(1)),
        ] {
            assert_eq!(parcels.of(&PackageName::new(ecosystem, name).unwrap()), is, "{ecosystem}:{name}");
        }
    }
}
