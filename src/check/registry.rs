//! What is known of packages without asking their registries: a list that
//! plays them.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::problem::some;
use super::ranges::ended;
use super::view::{Affected, Kind, View};
use super::{Problem, Quality};
use crate::advisory::PackageName;
use crate::emit::osv::validate::shown;
use crate::model::line_of;
use crate::model::order::Order;
use crate::model::osv::EVERY_PACKAGE;

/// Packages and their versions, as a registry would list them. It speaks for
/// the ecosystems of which it has a package.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    packages: BTreeMap<PackageName, BTreeSet<String>>,
    ecosystems: BTreeSet<String>,
}

/// Why a list of packages cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// It is neither JSON nor CSV.
    #[error("it is no JSON: {}", line_of(.0))]
    Json(#[from] serde_json::Error),
    /// A line is no CSV.
    #[error("it is no CSV: {}", line_of(.0))]
    Csv(#[from] csv::Error),
    /// An entry is incomplete.
    #[error(
        "entry {0} needs an ecosystem and a name: \
         [{{\"ecosystem\": \"npm\", \"name\": \"x\", \"versions\": [\"1.0.0\"]}}], or lines of npm,x,1.0.0"
    )]
    Entry(usize),
    /// It names no package.
    #[error("it names no package")]
    Empty,
}

impl Registry {
    /// Reads a list: JSON objects with `ecosystem`, `name` and `versions`, or
    /// CSV lines of ecosystem, name and versions, a header allowed. A package
    /// may stand on several lines.
    ///
    /// # Errors
    /// The text is neither, or an entry lacks its ecosystem or name.
    pub fn read(text: &str) -> Result<Self, RegistryError> {
        let mut registry = Self::default();
        if text.trim_start().starts_with(['[', '{']) {
            let value: Value = serde_json::from_str(text)?;
            let entries = match value {
                Value::Array(entries) => entries,
                entry => vec![entry],
            };
            for (at, entry) in entries.iter().enumerate() {
                let of = |field| super::view::text(entry, field).unwrap_or_default();
                let versions = super::view::items(entry, "versions").filter_map(Value::as_str);
                registry.add(of("ecosystem"), of("name"), versions).ok_or(RegistryError::Entry(at + 1))?;
            }
        } else {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .trim(csv::Trim::All)
                .comment(Some(b'#'))
                .from_reader(text.as_bytes());
            for (at, line) in reader.records().enumerate() {
                let line = line?;
                let of = |column| line.get(column).unwrap_or_default();
                if at == 0 && of(0) == "ecosystem" {
                    continue;
                }
                registry.add(of(0), of(1), line.iter().skip(2)).ok_or(RegistryError::Entry(at + 1))?;
            }
        }
        if registry.packages.is_empty() { Err(RegistryError::Empty) } else { Ok(registry) }
    }

    fn add<'t>(&mut self, ecosystem: &str, name: &str, versions: impl Iterator<Item = &'t str>) -> Option<()> {
        let package = PackageName::new(ecosystem, name)?;
        self.ecosystems.insert(package.ecosystem.clone());
        let versions = versions.filter(|version| !version.is_empty()).map(str::to_owned);
        self.packages.entry(package).or_default().extend(versions);
        Some(())
    }

    /// Whether it speaks for an ecosystem.
    pub(super) fn speaks_for(&self, ecosystem: &str) -> bool {
        self.ecosystems.contains(ecosystem)
    }

    /// The versions of a package; none where it does not know the package.
    pub(super) fn versions(&self, package: &PackageName) -> Option<&BTreeSet<String>> {
        self.packages.get(package)
    }
}

/// Holds the packages of a record against the list. Gives back the packages
/// that it could say something of: whether they exist, and of which versions.
pub(super) fn check(record: &View<'_>, registry: &Registry, found: &mut Vec<Problem>) -> Vec<(PackageName, bool)> {
    let mut asked = Vec::new();
    for entry in &record.affected {
        let Some(package) = PackageName::new(entry.ecosystem(), entry.name()) else { continue };
        if !registry.speaks_for(&package.ecosystem) || package.name == EVERY_PACKAGE {
            continue;
        }
        match registry.versions(&package) {
            None => {
                let message = format!("the list of known packages has no {}", shown(&package.to_string()));
                found.push(Problem::new(Quality::PackageUnknown, format!("{}/package/name", entry.at), message));
                asked.push((package, true));
            }
            Some(versions) => {
                if !versions.is_empty() {
                    missing(entry, versions, found);
                }
                asked.push((package, !versions.is_empty()));
            }
        }
    }
    for places in record.packages() {
        let entries = record.entries(&places);
        let package = entries.first().and_then(|entry| PackageName::new(entry.ecosystem(), entry.name()));
        let Some(versions) = package.and_then(|package| registry.versions(&package)) else { continue };
        let known: Vec<&str> = versions.iter().map(String::as_str).collect();
        ended(&entries, &known, "in the list of known packages", found);
    }
    asked
}

fn missing(entry: &Affected<'_>, known: &BTreeSet<String>, found: &mut Vec<Problem>) {
    let order = Order::of_ecosystem(entry.ecosystem());
    let place = |version: &str| order.and_then(|order| order.key(version));
    let mut keys: Vec<_> = known.iter().filter_map(|version| place(version)).collect();
    keys.sort();
    let is_known = |version: &str| {
        known.contains(version)
            || is_pseudo_version(entry.ecosystem(), version)
            || place(version).is_some_and(|key| keys.binary_search(&key).is_ok())
    };
    for range in entry.ranges.iter().filter(|range| !range.is_git()) {
        for event in named(range.events()) {
            if !is_known(event.value) && !is_known(bare(event.value)) {
                let message = format!("the list of known packages has no version {}", shown(event.value));
                found.push(Problem::new(Quality::VersionUnknown, range.place(event), message));
            }
        }
    }
    let mut seen = FxHashSet::default();
    let listed: Vec<&str> =
        entry.versions.iter().copied().filter(|version| seen.insert(*version) && !is_known(version)).collect();
    if !listed.is_empty() {
        let message = format!("the list of known packages has no version {}", some(listed));
        found.push(Problem::new(Quality::VersionUnknown, format!("{}/versions", entry.at), message));
    }
}

/// The events that name a version which should exist: `0` and limits need not,
/// nor what stands for the first version of all (RustSec's 0.0.0-0).
pub(super) fn named<'a, 'v>(events: &'a [super::view::Event<'v>]) -> impl Iterator<Item = &'a super::view::Event<'v>> {
    let first = |event: &super::view::Event<'v>| {
        // An end at 0, of what never was affected, is a problem of another kind.
        event.value == "0" || event.kind == Kind::Introduced && ["0.0.0", "0.0.0-0"].contains(&event.value)
    };
    events.iter().filter(move |event| event.kind != Kind::Limit && !first(event))
}

/// The version that an event begins or ends with: `1.22.0-0` is how Go and RustSec
/// say from its first pre-release on.
pub(super) fn bare(version: &str) -> &str {
    version.strip_suffix("-0").unwrap_or(version)
}

/// Go's name for a commit without a release: `0.0.0-20260219090056-6a672503973b`.
pub(super) fn is_pseudo_version(ecosystem: &str, version: &str) -> bool {
    ecosystem == "Go" && pseudo_commit(version).is_some()
}

/// The abbreviated hash of a pseudo-version.
pub(super) fn pseudo_commit(version: &str) -> Option<&str> {
    let version = version.strip_suffix("+incompatible").unwrap_or(version);
    let (before, hash) = version.rsplit_once('-')?;
    let time = before.rsplit(['-', '.']).next()?;
    let sound = hash.len() == 12
        && hash.bytes().all(|c| c.is_ascii_hexdigit())
        && time.len() == 14
        && time.bytes().all(|c| c.is_ascii_digit());
    sound.then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_json_or_csv() {
        let json = r#"[{"ecosystem":"PyPI","name":"K_Serve","versions":["1.0"]},{"ecosystem":"npm","name":"x"}]"#;
        let csv = "ecosystem,name,versions\n# a comment\nPyPI, k-serve, 1.0\nnpm,x\nPyPI,kserve,2.0,2.1\n";
        for text in [json, csv] {
            let registry = Registry::read(text).unwrap();
            let package = PackageName::new("PyPI", "k.serve").unwrap();
            assert!(registry.versions(&package).unwrap().contains("1.0"), "{text}");
            assert!(registry.speaks_for("npm") && !registry.speaks_for("Go"));
        }
        for bad in ["", "[]", "[{\"name\":\"x\"}]", "npm", "{"] {
            assert!(Registry::read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn pseudo_versions_name_commits() {
        assert_eq!(pseudo_commit("0.0.0-20260219090056-6a672503973b"), Some("6a672503973b"));
        assert_eq!(pseudo_commit("1.2.4-0.20260219090056-6a672503973b+incompatible"), Some("6a672503973b"));
        assert_eq!(pseudo_commit("1.2.4-rc.1"), None);
        assert_eq!(pseudo_commit("1.2.4"), None);
    }
}
