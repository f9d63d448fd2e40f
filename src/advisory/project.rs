//! Which advisories are about this project.

use std::collections::BTreeSet;

use super::Advisory;
use crate::model::{PackageName as Name, Remote};

/// A Go module's path without its major version, and that version: the module
/// `example.org/x/v3` is `example.org/x` from version 3.
/// Source: Go modules reference, "Major version suffixes".
#[must_use]
pub fn go_major(module: &str) -> (&str, Option<u64>) {
    let parted = module.rsplit_once("/v").or_else(|| module.rsplit_once(".v"));
    match parted.and_then(|(root, major)| Some((root, major.parse().ok()?))) {
        Some((root, major)) => (root, Some(major)),
        None => (module, None),
    }
}

/// A project, as far as advisories speak of it.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// Where it lives, the first for links.
    pub remotes: Vec<Remote>,
    /// The packages that it publishes.
    pub packages: BTreeSet<Name>,
    /// The other packages of its repository, where it is one of several.
    pub siblings: Option<super::Siblings>,
}

/// Why an advisory is held to be about the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// It is an advisory of the project's own repository.
    RepositoryAdvisory,
    /// It affects a package whose name is the repository's address, or below it.
    PackageOfRepository,
    /// It affects a package that the project's manifests or configuration name.
    PackageInManifest,
    /// It has a GIT range of the project's repository.
    GitRange,
    /// It links to its own page among the repository's advisories.
    AdvisoryReference,
    /// It names no package, and links to a commit or pull request of the repository.
    CommitReference,
}

impl Project {
    /// Whether an advisory is about the project, and why.
    #[must_use]
    pub fn about(&self, advisory: &Advisory) -> Option<About> {
        let own = advisory.records.iter().filter_map(|record| record.repository.as_ref());
        if own.into_iter().any(|remote| self.remotes.contains(remote)) {
            return Some(About::RepositoryAdvisory);
        }
        let packages = || advisory.affected.iter().filter_map(|affected| affected.value.package.as_ref());
        if packages().any(|package| self.lives_here(package)) {
            return Some(About::PackageOfRepository);
        }
        if packages().any(|package| self.publishes(package)) {
            return Some(About::PackageInManifest);
        }
        let ranges = advisory.affected.iter().flat_map(|affected| &affected.value.ranges);
        let repos = ranges.filter_map(|range| range.repo.as_ref()?.parse::<Remote>().ok());
        if repos.into_iter().any(|repo| self.remotes.contains(&repo)) {
            return Some(About::GitRange);
        }
        self.about_by_reference(advisory, packages().next().is_some())
    }

    fn about_by_reference(&self, advisory: &Advisory, has_packages: bool) -> Option<About> {
        let within = |url: &str| self.remotes.iter().find_map(|remote| remote.path_within(url).map(str::to_owned));
        for reference in &advisory.references {
            let Some(path) = within(&reference.value.url) else { continue };
            let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
            match parts.as_slice() {
                // GO-2026-5624 is about a consumer of Kata and links to Kata's
                // advisory: a page that is not its own says nothing.
                ["security", "advisories", id, ..]
                    if advisory.ids().any(|own| own.as_str().eq_ignore_ascii_case(id)) =>
                {
                    return Some(About::AdvisoryReference);
                }
                // A consumer's record links to our fix as well, but it names the consumer's package.
                ["commit" | "commits" | "pull" | "-", _, ..] if !has_packages => return Some(About::CommitReference),
                _ => {}
            }
        }
        None
    }

    /// Whether an address, as a record writes it, is one of the project's.
    #[must_use]
    pub fn lives_at(&self, address: &str) -> bool {
        address.parse::<Remote>().is_ok_and(|remote| self.remotes.contains(&remote))
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
        self.packages.contains(package)
            || (package.ecosystem == "Go"
                && self.packages.iter().any(|ours| ours.ecosystem == "Go" && is_within(&package.name, &ours.name)))
    }
}

/// Whether a path equals another or lies below it.
fn is_within(path: &str, of: &str) -> bool {
    path.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::super::{Database, SourceRecord, merge};
    use super::*;
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
