//! How an ecosystem spells the versions of a project's releases.

use std::cmp::Ordering;

use crate::advisory::Project;
use crate::history::Release;

/// Ecosystems whose versions are semantic versions by their own rules.
const SEMVER: [&str; 5] = ["Go", "crates.io", "npm", "Hex", "SwiftURL"];

/// Whether an ecosystem's versions are semantic versions.
pub(super) fn is_semver(ecosystem: &str) -> bool {
    SEMVER.contains(&ecosystem)
}

/// A release's version as a package's ecosystem spells and orders it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spelled {
    /// As ranges write it.
    pub(super) text: String,
    /// As the list of versions writes it.
    pub(super) listed: String,
    order: Order,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Order {
    Semver(semver::Version),
    Tag(crate::model::Version),
}

impl Spelled {
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (&self.order, &other.order) {
            (Order::Semver(ours), Order::Semver(theirs)) => ours.cmp_precedence(theirs),
            (Order::Tag(ours), Order::Tag(theirs)) => ours.cmp(theirs),
            (Order::Semver(_), Order::Tag(_)) => Ordering::Less,
            (Order::Tag(_), Order::Semver(_)) => Ordering::Greater,
        }
    }
}

/// The version of a package that a release is; none where the release is no
/// version of it, as 1.2.0 is none of `github.com/traefik/traefik/v2`.
pub(super) fn of(ecosystem: &str, name: &str, release: &Release, project: &Project) -> Option<Spelled> {
    let written = release.version.as_str();
    match ecosystem {
        "Go" => go(name, release, project),
        _ if is_semver(ecosystem) => {
            let version = semver::Version::parse(written).ok()?;
            Some(Spelled { text: written.to_owned(), listed: written.to_owned(), order: Order::Semver(version) })
        }
        _ => {
            // Packagist lists versions by their tags, and orders them without the `v`.
            let listed = if ecosystem == "Packagist" { release.tag.as_str() } else { written };
            let order = Order::Tag(release.version.clone());
            Some(Spelled { text: written.to_owned(), listed: listed.to_owned(), order })
        }
    }
}

/// A module's version is a tag `v1.2.3` in the folder of the module; from major
/// version 2 on the module's path says so, or the version `+incompatible`.
/// Source: The Go Project, "Go Modules Reference", Versions and Mapping versions to commits.
fn go(module: &str, release: &Release, project: &Project) -> Option<Spelled> {
    let within = within_repository(module, project)?;
    let (folder, major) = match within.rsplit_once('/').unwrap_or(("", within)) {
        (folder, last) if major_of(last).is_some() => (folder, major_of(last)),
        _ => (within, None),
    };
    let tag = release.tag.as_str();
    let tag = if folder.is_empty() { tag } else { tag.strip_prefix(folder)?.strip_prefix('/')? };
    let version = semver::Version::parse(tag.strip_prefix('v')?).ok()?;
    if major.is_some_and(|major| version.major != major) {
        return None;
    }
    let incompatible = if major.is_none() && version.major > 1 { "+incompatible" } else { "" };
    let text = format!("{version}{incompatible}");
    Some(Spelled { listed: text.clone(), text, order: Order::Semver(version) })
}

/// The path of a module below the root of the repository. The root's is the
/// repository's address, or what its own `go.mod` says: helm.sh/helm/v3.
fn within_repository<'m>(module: &'m str, project: &Project) -> Option<&'m str> {
    let named = project.packages.iter().filter(|package| package.ecosystem == "Go").map(|package| {
        let (before, last) = package.name.rsplit_once('/').unwrap_or(("", &package.name));
        if major_of(last).is_some() { before } else { package.name.as_str() }
    });
    let roots = named.chain(project.remotes.iter().map(crate::model::Remote::as_str));
    let below = |root: &str| {
        let rest = module.strip_prefix(root)?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    };
    // The shortest of the modules that lead to it is the root: what lies below
    // it is the folder.
    roots.filter_map(below).max_by_key(|rest| rest.len())
}

/// The number of `v2`, `v3` and so on at the end of a module's path.
fn major_of(part: &str) -> Option<u64> {
    let number: u64 = part.strip_prefix('v')?.parse().ok()?;
    (number > 1).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advisory::PackageName;
    use crate::history::{Graph, Releases, TagRules};
    use crate::model::{CommitId, TagName};

    fn spelled(ecosystem: &str, name: &str, tag: &str) -> Option<(String, String)> {
        let commit = CommitId::from_bytes([1; 20]);
        let graph = Graph::new(&[(commit, vec![])]).unwrap();
        let rules = TagRules::package_prefix(tag)
            .map_or_else(TagRules::default, |prefix| TagRules::default().with_prefix(prefix));
        let releases = Releases::new(&[(TagName::new(tag), commit)], &rules, &graph);
        let packages = ["helm.sh/parcel/v3", "helm.sh/parcel/api"].map(|name| PackageName::new("Go", name).unwrap());
        let remotes = vec!["https://github.com/example/parcel".parse().unwrap()];
        let project = Project { remotes, packages: packages.into() };
        of(ecosystem, name, releases.all().first()?, &project).map(|spelled| (spelled.text, spelled.listed))
    }

    fn range(ecosystem: &str, name: &str, tag: &str) -> Option<String> {
        spelled(ecosystem, name, tag).map(|(text, _)| text)
    }

    #[test]
    fn a_go_module_has_the_versions_of_its_folder_and_major_version() {
        let root = "github.com/example/parcel";
        assert_eq!(range("Go", root, "v1.2.3").as_deref(), Some("1.2.3"));
        assert_eq!(range("Go", root, "1.2.3"), None, "Go knows only tags with a v");
        assert_eq!(range("Go", root, "v2.0.0").as_deref(), Some("2.0.0+incompatible"));
        assert_eq!(range("Go", &format!("{root}/v2"), "v2.0.0").as_deref(), Some("2.0.0"));
        assert_eq!(range("Go", &format!("{root}/v2"), "v1.2.3"), None);
        assert_eq!(range("Go", &format!("{root}/api"), "v1.2.3"), None, "the folder's tags begin with it");
        assert_eq!(range("Go", &format!("{root}/api"), "api/v1.2.3").as_deref(), Some("1.2.3"));
        assert_eq!(range("Go", &format!("{root}/api/v3"), "api/v3.0.1").as_deref(), Some("3.0.1"));
        assert_eq!(range("Go", "github.com/example/parcels", "v1.2.3"), None);
        assert_eq!(range("Go", "helm.sh/parcel/v3", "v3.1.0").as_deref(), Some("3.1.0"));
        assert_eq!(range("Go", "helm.sh/parcel/api", "api/v1.1.0").as_deref(), Some("1.1.0"));
    }

    #[test]
    fn other_ecosystems_want_the_bare_version() {
        assert_eq!(range("crates.io", "parcel", "v1.2.3-rc.1").as_deref(), Some("1.2.3-rc.1"));
        assert_eq!(range("npm", "parcel", "v1.2"), None, "that is no semantic version");
        assert_eq!(range("PyPI", "parcel", "v1.2").as_deref(), Some("1.2"));
        let packagist = spelled("Packagist", "example/parcel", "v1.2.0").unwrap();
        assert_eq!((packagist.0.as_str(), packagist.1.as_str()), ("1.2.0", "v1.2.0"));
    }
}
