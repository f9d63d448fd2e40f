//! How an ecosystem spells the versions of a project's releases.

use std::cmp::Ordering;

use crate::advisory::{Project, go_major};
use crate::history::Release;
use crate::model::order::{self, Key};

/// A release's version as a package's ecosystem spells and orders it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spelled {
    /// As ranges write it.
    pub(crate) text: String,
    /// As the list of versions writes it.
    pub(super) listed: String,
    /// Whether it is an alpha, a beta or a candidate.
    pub(crate) is_prerelease: bool,
    order: Order,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Order {
    Semver(semver::Version),
    Pep440(pep440_rs::Version),
    /// A place in the ecosystem's own order.
    Key(Key),
    /// Of an ecosystem whose order is not known: as people order tags.
    Tag(crate::model::Version),
}

impl Order {
    /// None where the text is no version of the ecosystem.
    fn of(ecosystem: &str, text: &str, version: &crate::model::Version) -> Option<Self> {
        match order::Order::of_ecosystem(ecosystem) {
            Some(order) => order.key(text).map(Self::Key),
            None => Some(Self::Tag(version.clone())),
        }
    }
}

/// A version as packages have it, where a tag has underscores: `2_5_0_BETA1` is
/// `2.5.0-BETA1`.
fn dotted(written: &str) -> String {
    let bytes = written.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let of = |at: usize| if at > 0 && digit(at - 1) && digit(at + 1) { '.' } else { '-' };
    written.char_indices().map(|(at, c)| if c == '_' { of(at) } else { c }).collect()
}

impl Spelled {
    fn new(text: &str, listed: &str, release: &Release, order: Order) -> Self {
        let is_prerelease = release.version.is_prerelease();
        Self { text: text.to_owned(), listed: listed.to_owned(), is_prerelease, order }
    }

    /// A version as a record of a package in this ecosystem states it; none
    /// where it is none that the ecosystem could order.
    pub(super) fn stated(ecosystem: &str, text: &str) -> Option<Self> {
        let bare = text.trim_start_matches(['v', 'V']);
        let version: crate::model::Version = bare.parse().ok()?;
        let (spelled, order) = match ecosystem {
            _ if order::has_semver(ecosystem) => (bare.to_owned(), Order::Semver(semver::Version::parse(bare).ok()?)),
            "PyPI" => {
                let version: pep440_rs::Version = bare.parse().ok()?;
                (version.to_string(), Order::Pep440(version))
            }
            _ => (bare.to_owned(), Order::of(ecosystem, bare, &version)?),
        };
        Some(Self { text: spelled, listed: text.to_owned(), is_prerelease: version.is_prerelease(), order })
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (&self.order, &other.order) {
            (Order::Semver(ours), Order::Semver(theirs)) => ours.cmp_precedence(theirs),
            (Order::Pep440(ours), Order::Pep440(theirs)) => ours.cmp(theirs),
            (Order::Key(ours), Order::Key(theirs)) => ours.cmp(theirs),
            (Order::Tag(ours), Order::Tag(theirs)) => ours.cmp(theirs),
            // A package's versions are all of one kind.
            _ => Ordering::Equal,
        }
    }
}

/// The version of a package that a release is; none where the release is no
/// version of it, as 1.2.0 is none of `github.com/traefik/traefik/v2`.
pub(crate) fn of(ecosystem: &str, name: &str, release: &Release, project: &Project) -> Option<Spelled> {
    let written = release.version.as_str();
    match ecosystem {
        "Go" => go(name, release, project),
        _ if order::has_semver(ecosystem) => {
            let version = semver::Version::parse(written).ok()?;
            Some(Spelled::new(written, written, release, Order::Semver(version)))
        }
        // PyPI spells 1.0-rc1 as PEP 440 does: 1.0rc1.
        "PyPI" => {
            let version: pep440_rs::Version = written.parse().ok()?;
            let text = version.to_string();
            Some(Spelled::new(&text, &text, release, Order::Pep440(version)))
        }
        // Packagist lists versions by their tags, and orders them without the `v`.
        "Packagist" => {
            let order = Order::of(ecosystem, written, &release.version)?;
            Some(Spelled::new(written, release.tag.as_str(), release, order))
        }
        _ => {
            let text = dotted(written);
            let order = Order::of(ecosystem, &text, &release.version)?;
            Some(Spelled::new(&text, &text, release, order))
        }
    }
}

/// A module's version is a tag `v1.2.3` in the folder of the module; from major
/// version 2 on the module's path says so, or the version `+incompatible` where
/// the folder has no `go.mod`. Where it has one, such a tag is no version to Go,
/// and is spelled as records do that name it all the same.
/// Source: The Go Project, "Go Modules Reference", Versions, Mapping versions to
/// commits, and Non-module compatibility.
fn go(module: &str, release: &Release, project: &Project) -> Option<Spelled> {
    let (base, major) = go_major(module);
    let folder = folder_of(base, project)?;
    let tag = release.tag.as_str();
    let tag = if folder.is_empty() { tag } else { tag.strip_prefix(folder)?.strip_prefix('/')? };
    let version = semver::Version::parse(tag.strip_prefix('v')?).ok()?;
    if major.is_some_and(|major| version.major != major) {
        return None;
    }
    let is_incompatible = major.is_none() && version.major > 1 && !has_go_mod(folder, project);
    let incompatible = if is_incompatible { "+incompatible" } else { "" };
    let text = format!("{version}{incompatible}");
    Some(Spelled::new(&text, &text, release, Order::Semver(version)))
}

/// Whether a folder has a `go.mod` of a module without a major version. Of one
/// that has a major version it is not known what came before: helm's second had none.
fn has_go_mod(folder: &str, project: &Project) -> bool {
    let modules = project.published.iter().filter(|published| published.package.ecosystem == "Go");
    modules.filter(|module| module.folder() == folder).any(|module| go_major(&module.package.name).1.is_none())
}

/// The folder of a module, whose path is without its major version, below the
/// root of the repository. The root's path is the repository's address, or
/// what its own `go.mod` says: helm.sh/helm.
fn folder_of<'m>(module: &'m str, project: &Project) -> Option<&'m str> {
    let named = project.packages.iter().filter(|package| package.ecosystem == "Go");
    let named = named.map(|package| go_major(&package.name).0);
    let roots = named.chain(project.remotes.iter().map(crate::model::Remote::as_str));
    let below = |root: &str| {
        // An address is compared without its case: the module says how it is spelled.
        let rest =
            module.get(..root.len()).filter(|head| head.eq_ignore_ascii_case(root)).and(module.get(root.len()..))?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    };
    // The shortest of the modules that lead to it is the root: what lies below
    // it is the folder.
    roots.filter_map(below).max_by_key(|rest| rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advisory::PackageName;
    use crate::history::{Graph, Releases, TagRules};
    use crate::model::{CommitId, Published, TagName};

    fn spelled(ecosystem: &str, name: &str, tag: &str) -> Option<(String, String)> {
        spelled_beside(ecosystem, name, tag, &[])
    }

    fn spelled_beside(ecosystem: &str, name: &str, tag: &str, modules: &[(&str, &str)]) -> Option<(String, String)> {
        let commit = CommitId::from_bytes([1; 20]);
        let graph = Graph::new(&[(commit, vec![])]).unwrap();
        let rules = TagRules::package_prefix(tag)
            .map_or_else(TagRules::default, |prefix| TagRules::default().with_prefix(prefix));
        let releases = Releases::new(&[(TagName::new(tag), commit)], &rules, &graph);
        let packages = ["helm.sh/parcel/v3", "helm.sh/parcel/api"].map(|name| PackageName::new("Go", name).unwrap());
        let remotes = vec!["https://github.com/example/parcel".parse().unwrap()];
        let published = |(path, module): &(&str, &str)| Published {
            package: PackageName::new("Go", module).unwrap(),
            path: (*path).to_owned(),
        };
        let published = modules.iter().map(published).collect();
        let project = Project { remotes, packages: packages.into(), published, ..Project::default() };
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
    fn a_go_module_with_a_go_mod_has_no_incompatible_versions() {
        let root = "github.com/example/parcel";
        let text = |modules: &[(&str, &str)]| Some(spelled_beside("Go", root, "v3.11.2", modules)?.0);
        assert_eq!(text(&[("go.mod", root)]).as_deref(), Some("3.11.2"));
        assert_eq!(text(&[("go.mod", "parcel.example/parcel")]).as_deref(), Some("3.11.2"), "the tag is the folder's");
        assert_eq!(text(&[("go.mod", &format!("{root}/v4"))]).as_deref(), Some("3.11.2+incompatible"));
        assert_eq!(text(&[("api/go.mod", &format!("{root}/api"))]).as_deref(), Some("3.11.2+incompatible"));
    }

    #[test]
    fn other_ecosystems_want_the_bare_version() {
        assert_eq!(range("crates.io", "parcel", "v1.2.3-rc.1").as_deref(), Some("1.2.3-rc.1"));
        assert_eq!(range("npm", "parcel", "v1.2"), None, "that is no semantic version");
        assert_eq!(range("PyPI", "parcel", "v1.2-rc1").as_deref(), Some("1.2rc1"));
        let packagist = spelled("Packagist", "example/parcel", "v1.2.0").unwrap();
        assert_eq!((packagist.0.as_str(), packagist.1.as_str()), ("1.2.0", "v1.2.0"));
    }
}
