//! Which advisories are about this project.

mod about;
mod former;
mod links;

use std::collections::BTreeSet;

use serde_json::Value;

pub use about::About;
pub use former::Former;
pub(crate) use links::commit_of;

use super::siblings::Siblings;
use super::{Advisory, Range, Reference};
use crate::model::{IdScheme, PackageName as Name, Published, Remote};
use links::repository_of;

/// A Go module's path without its major version, and that version: the module
/// `example.org/x/v3` is `example.org/x` from version 3.
/// Source: Go modules reference, "Major version suffixes".
#[must_use]
pub(crate) fn go_major(module: &str) -> (&str, Option<u64>) {
    let parted = module.rsplit_once(['/', '.']);
    match parted.and_then(|(root, last)| Some((root, last.strip_prefix('v')?.parse().ok()?))) {
        Some((root, major)) => (root, Some(major)),
        None => (module, None),
    }
}

/// A project, as far as advisories speak of it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Project {
    /// Where it lives, the first for links.
    pub remotes: Vec<Remote>,
    /// The packages that it publishes.
    pub packages: BTreeSet<Name>,
    /// Those of them that manifests declare, with the manifests, by path.
    pub published: Vec<Published>,
    /// Where it lived, as far as that is seen.
    pub former: Former,
    /// What the ids of its own records begin with: `CURL`.
    pub id_prefix: Option<String>,
    /// The other packages of its repository, where it is one of several.
    pub siblings: Option<Siblings>,
}

/// Ecosystems whose names are addresses of repositories.
const ADDRESSES: [&str; 3] = ["Go", "SwiftURL", "GitHub Actions"];

impl Project {
    /// A project of which only is known where it lives, the first for links.
    #[must_use]
    pub fn at(remotes: Vec<Remote>) -> Self {
        Self { remotes, ..Self::default() }
    }

    /// Whether an advisory is about the project, and why.
    /// The order is that of docs/whose.md: from what cannot be mistaken to what looks alike. On real
    /// projects 46 of 248 advisories were not recognised, all of Tomcat's among them, before manifests
    /// of their ecosystems and links to the repository counted.
    #[must_use]
    pub fn about(&self, advisory: &Advisory) -> Option<About> {
        let own = advisory.records.iter().filter_map(|record| record.repository.as_ref());
        if own.into_iter().any(|remote| self.remotes.contains(remote)) {
            return Some(About::RepositoryAdvisory);
        }
        let packages: Vec<&Name> =
            advisory.affected.iter().filter_map(|affected| affected.value.package.as_ref()).collect();
        if packages.iter().any(|package| self.lives_here(package)) {
            return Some(About::PackageOfRepository);
        }
        if packages.iter().any(|package| self.publishes(package)) {
            return Some(About::PackageInManifest);
        }
        let ranges = || advisory.affected.iter().flat_map(|affected| &affected.value.ranges);
        let repos = ranges().filter_map(|range| range.repo.as_ref()?.parse::<Remote>().ok());
        if repos.into_iter().any(|repo| self.remotes.contains(&repo)) {
            return Some(About::GitRange);
        }
        let has_prefix = |prefix: &String| {
            let own = |id: &str| id.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('-'));
            // `CVE-` and `GHSA-` begin everybody's.
            advisory.ids().any(|id| id.scheme() == IdScheme::Other && own(id.as_str()))
        };
        if self.id_prefix.as_ref().is_some_and(has_prefix) {
            return Some(About::OwnId);
        }
        // A package that lives elsewhere is somebody's who uses our code.
        if packages.iter().any(|package| self.is_elsewhere(package)) {
            return self.own_page(advisory);
        }
        if ranges().any(|range| self.is_former(range)) {
            return Some(About::GitRange);
        }
        self.about_by_links(advisory, &packages)
    }

    fn about_by_links(&self, advisory: &Advisory, packages: &[&Name]) -> Option<About> {
        if let Some(page) = self.own_page(advisory) {
            return Some(page);
        }
        let links = || advisory.references.iter().map(|reference| &reference.value);
        let leads_elsewhere = |link: &Reference| {
            let home = repository_of(&link.url, link.kind == "PACKAGE");
            home.is_some_and(|home| !self.is_own(&home))
        };
        let says_package = |link: &Reference| link.kind == "PACKAGE" && self.within(&link.url).is_some();
        // Where our manifests name others, and the record another place of the code, it is about that one.
        let disputed =
            || self.contradicts(packages) && links().any(|link| link.kind == "PACKAGE" && leads_elsewhere(link));
        if links().any(says_package) && !disputed() {
            return Some(About::PackageReference);
        }
        // A consumer's record links to our fix as well, but it names the consumer's package.
        if packages.is_empty() {
            if links().any(|link| self.within(&link.url).is_some_and(is_change)) {
                return Some(About::CommitReference);
            }
            let is_own = self.products(advisory).is_some_and(|all| all) && !links().any(leads_elsewhere);
            return is_own.then_some(About::Product);
        }
        let is_fix = |link: &Reference| link.kind == "FIX" && self.within(&link.url).is_some_and(is_change);
        let is_ours = links().any(is_fix)
            && !links().any(leads_elsewhere)
            && !self.contradicts(packages)
            && packages.iter().any(|package| self.is_called(&package.name));
        is_ours.then_some(About::FixReference)
    }

    /// Its own page among the repository's advisories. GO-2026-5624 is about a
    /// consumer of Kata and links to Kata's advisory: a page that is not its own
    /// says nothing.
    fn own_page(&self, advisory: &Advisory) -> Option<About> {
        let is_page = |url: &str| {
            let parts: Vec<&str> = self.within(url)?.split(['/', '?', '#']).filter(|part| !part.is_empty()).collect();
            let ["security", "advisories", id, ..] = parts.as_slice() else { return None };
            advisory.ids().find(|own| own.as_str().eq_ignore_ascii_case(id))
        };
        let own = advisory.references.iter().any(|reference| is_page(&reference.value.url).is_some());
        own.then_some(About::AdvisoryReference)
    }

    /// What follows the address of the project, where a link leads into it.
    fn within<'u>(&self, url: &'u str) -> Option<&'u str> {
        self.remotes.iter().chain(&self.former.addresses).find_map(|remote| remote.path_within(url))
    }

    fn is_own(&self, remote: &Remote) -> bool {
        self.remotes.contains(remote) || self.former.addresses.contains(remote)
    }

    /// Whether a GIT range of a former address names a commit that is here.
    fn is_former(&self, range: &Range) -> bool {
        let own = range.repo.as_ref().and_then(|repo| repo.parse().ok());
        let named = range.events.iter().filter_map(|event| event.text().parse().ok());
        own.is_some_and(|repo| self.former.addresses.contains(&repo))
            && named.into_iter().any(|commit| self.former.commits.contains(&commit))
    }

    /// Whether a package's name is the address of a place that is not the project's.
    fn is_elsewhere(&self, package: &Name) -> bool {
        if !ADDRESSES.contains(&package.ecosystem.as_str()) || self.owns(package) {
            return false;
        }
        // A host of its own (`k8s.io`, `helm.sh`) does not say where the code is.
        let parts: Vec<&str> = package.name.split('/').collect();
        package.ecosystem != "Go" || (parts.len() > 2 && links::is_forge(parts.first().copied().unwrap_or_default()))
    }

    /// Whether the manifests name packages of the same ecosystems, and these are none of them.
    fn contradicts(&self, packages: &[&Name]) -> bool {
        let names = |package: &Name| self.packages.iter().any(|ours| ours.ecosystem == package.ecosystem);
        packages.iter().any(|package| names(package) && !self.publishes(package))
    }

    /// Whether a name is that of the repository, or begins or ends with it:
    /// `tensorflow-gpu`, `apache-airflow`, `org.apache.tomcat:tomcat`.
    fn is_called(&self, name: &str) -> bool {
        let words = |text: &str| -> Vec<String> {
            let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            words.map(str::to_ascii_lowercase).collect()
        };
        let name = words(name);
        self.remotes.iter().any(|remote| {
            let own = words(remote.path().rsplit('/').next().unwrap_or_default());
            !own.is_empty() && (name.starts_with(&own) || name.ends_with(&own))
        })
    }

    /// Whether all products that an advisory names, as CPE, are called as the
    /// repository, by its owner; none where it names none.
    fn products(&self, advisory: &Advisory) -> Option<bool> {
        let is_own = |cpe: &str| {
            let parts: Vec<&str> = cpe.split(':').collect();
            let (vendor, product) = match parts.as_slice() {
                ["cpe", "2.3", _, vendor, product, ..] | ["cpe", _, vendor, product, ..] => (*vendor, *product),
                _ => return false,
            };
            self.remotes.iter().any(|remote| {
                let mut path = remote.path().split('/');
                let (owner, name) = (path.next().unwrap_or_default(), path.next_back().unwrap_or_default());
                // curl is `haxx:curl` and at `curl/curl`.
                name == product
                    && (owner == product || owner == vendor || vendor.strip_suffix("_project") == Some(name))
            })
        };
        let mut found = products_of(advisory).map(|cpe| is_own(&cpe.to_ascii_lowercase()));
        let first = found.next()?;
        Some(first && found.all(|own| own))
    }

    /// Whether an advisory is about other packages of the repository alone.
    #[must_use]
    pub fn is_of_sibling(&self, advisory: &Advisory) -> bool {
        self.siblings.as_ref().is_some_and(|siblings| siblings.advisories.contains(&advisory.id))
    }

    /// Whether nobody can tell which package of the repository it is about.
    #[must_use]
    pub fn is_undecided(&self, advisory: &Advisory) -> bool {
        self.siblings.as_ref().is_some_and(|siblings| siblings.undecided.contains(&advisory.id))
    }

    /// Whether a package is another one of the repository.
    #[must_use]
    pub fn has_sibling(&self, package: &Name) -> bool {
        self.siblings.as_ref().is_some_and(|siblings| siblings.packages.contains(package))
    }

    /// Whether an address, as a record writes it, is one of the project's, or was.
    #[must_use]
    pub fn lives_at(&self, address: &str) -> bool {
        address.parse::<Remote>().is_ok_and(|remote| self.is_own(&remote))
    }

    /// Whether a package is the project's: it lives at the repository's address
    /// or below it, or the manifests or the configuration name it.
    #[must_use]
    pub fn owns(&self, package: &Name) -> bool {
        self.lives_here(package) || self.publishes(package)
    }

    /// Whether a package's name is the repository's address, or below it; in
    /// ecosystems whose names are addresses.
    #[must_use]
    pub fn lives_here(&self, package: &Name) -> bool {
        let name = package.name.to_ascii_lowercase();
        self.remotes.iter().any(|remote| match package.ecosystem.as_str() {
            // A module below the root, or of a later major version, is still ours:
            // github.com/kata-containers/kata-containers/src/runtime.
            "Go" | "SwiftURL" => is_within(&name, remote.as_str()),
            "GitHub Actions" => remote.host() == "github.com" && is_within(&name, remote.path()),
            _ => false,
        })
    }

    fn publishes(&self, package: &Name) -> bool {
        // Of a module that is in version 4, version 3 has another name.
        let is_module = |ours: &Name| ours.ecosystem == "Go" && is_within(&package.name, go_major(&ours.name).0);
        self.packages.contains(package) || (package.ecosystem == "Go" && self.packages.iter().any(is_module))
    }
}

/// Whether what follows a repository's address is a commit or a pull request.
fn is_change(path: &str) -> bool {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    matches!(parts.next(), Some("commit" | "commits" | "pull" | "-")) && parts.next().is_some()
}

/// The products that records name, as CPE, where databases put them.
fn products_of(advisory: &Advisory) -> impl Iterator<Item = &str> {
    advisory.records.iter().flat_map(|record| {
        let affected = record.record.affected.items().iter().filter_map(|affected| affected.database_specific.value());
        let maps = record.record.database_specific.value().into_iter().chain(affected);
        maps.flat_map(|map| ["cpe", "cpes"].into_iter().filter_map(|key| map.get(key))).flat_map(|value| match value {
            Value::Array(many) => many.iter().take(100).filter_map(Value::as_str).collect::<Vec<_>>(),
            one => one.as_str().into_iter().collect(),
        })
    })
}

/// Whether a path equals another or lies below it.
pub(super) fn is_within(path: &str, of: &str) -> bool {
    path.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::advisory::{Database, SourceRecord, merge};
    use crate::model::{Disclosure, PackageName};

    fn about(record: Value) -> Option<About> {
        let project = Project {
            remotes: vec!["github.com/kata-containers/kata-containers".parse().unwrap()],
            packages: [PackageName::new("PyPI", "Kata_Tools").unwrap()].into(),
            ..Project::default()
        };
        let id: crate::model::AdvisoryId = record["id"].as_str().unwrap().parse().unwrap();
        let record = Arc::new(serde_json::from_value(record).unwrap());
        let source = SourceRecord {
            id,
            database: Database::Other,
            origin: "x".into(),
            record,
            disclosure: Disclosure::Published,
            repository: None,
            declined: Vec::new(),
        };
        project.about(&merge(vec![source])[0])
    }

    fn package(ecosystem: &str, name: &str) -> Value {
        json!({ "id": "GO-2026-1", "affected": [{ "package": { "ecosystem": ecosystem, "name": name } }] })
    }

    #[test]
    fn a_modules_suffix_is_its_major_version() {
        assert_eq!(go_major("github.com/traefik/traefik/v3"), ("github.com/traefik/traefik", Some(3)));
        assert_eq!(go_major("gopkg.in/yaml.v2"), ("gopkg.in/yaml", Some(2)));
        assert_eq!(go_major("gopkg.in/validator.v2"), ("gopkg.in/validator", Some(2)));
        assert_eq!(go_major("github.com/a/vault"), ("github.com/a/vault", None));
    }

    #[test]
    fn a_package_below_the_repository_is_ours_and_its_neighbour_is_not() {
        assert_eq!(
            about(package("Go", "github.com/kata-containers/kata-containers/src/runtime")),
            Some(About::PackageOfRepository)
        );
        assert_eq!(about(package("Go", "github.com/kata-containers/kata-containers-x")), None);
        assert_eq!(about(package("Go", "github.com/kata-containers/runtime")), None);
        assert_eq!(about(package("PyPI", "kata.tools")), Some(About::PackageInManifest));
        assert_eq!(about(package("npm", "kata-tools")), None);
    }

    #[test]
    fn every_major_version_of_a_module_is_ours() {
        let project =
            Project { packages: [PackageName::new("Go", "helm.sh/helm/v4").unwrap()].into(), ..Project::default() };
        for (name, own) in [("helm.sh/helm/v3", true), ("helm.sh/helm", true), ("helm.sh/helmet", false)] {
            assert_eq!(project.owns(&PackageName::new("Go", name).unwrap()), own, "{name}");
        }
    }

    #[test]
    fn a_link_to_another_advisory_of_ours_says_nothing() {
        let mut consumer = package("Go", "github.com/edgelesssys/contrast");
        let url = "https://github.com/kata-containers/kata-containers/security/advisories/GHSA-q49m-57vm-c8cc";
        consumer["references"] = json!([{ "type": "WEB", "url": url }]);
        assert_eq!(about(consumer.clone()), None);
        consumer["aliases"] = json!(["GHSA-q49m-57vm-c8cc"]);
        assert_eq!(about(consumer), Some(About::AdvisoryReference));
    }

    #[test]
    fn a_link_to_a_commit_counts_only_without_a_package() {
        let url = "https://github.com/kata-containers/kata-containers/commit/6a672503973b";
        let references = json!([{ "type": "FIX", "url": url }]);
        assert_eq!(about(json!({ "id": "CVE-2026-1", "references": references })), Some(About::CommitReference));
        let mut consumer = package("Go", "github.com/other/x");
        consumer["references"] = references;
        assert_eq!(about(consumer), None);
    }
}
