//! Names of packages, as OSV writes them and as their ecosystems compare them.

use super::Remote;

/// A package of an ecosystem, in OSV's names: `Go`, `crates.io`, `npm` …
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageName {
    /// The ecosystem, without a suffix.
    pub ecosystem: String,
    /// The name, as the ecosystem compares names.
    pub name: String,
}

impl PackageName {
    /// The package of a name; none where either text is empty.
    #[must_use]
    pub fn new(ecosystem: &str, name: &str) -> Option<Self> {
        let ecosystem = ecosystem.split(':').next().unwrap_or(ecosystem).trim();
        let name = name.trim();
        if ecosystem.is_empty() || name.is_empty() {
            return None;
        }
        let name = match ecosystem {
            // PEP 503: case does not count, and runs of `-_.` are one dash.
            "PyPI" => name
                .to_ascii_lowercase()
                .split(['-', '_', '.'])
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("-"),
            // Their registries take any case for the same package.
            "NuGet" | "Packagist" | "GitHub Actions" => name.to_lowercase(),
            // An address of a repository, in any of its spellings.
            "SwiftURL" | "Git" => {
                name.parse::<Remote>().map_or_else(|_| name.to_lowercase(), |remote| remote.as_str().to_owned())
            }
            _ => name.to_owned(),
        };
        Some(Self { ecosystem: ecosystem.to_owned(), name })
    }
}

impl std::fmt::Display for PackageName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.ecosystem, self.name)
    }
}

/// A package that one of the project's manifests declares. Ordered by path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Published {
    /// The manifest's path from the root, with slashes: `charts/x/Chart.yaml`.
    pub path: String,
    /// The package.
    pub package: PackageName,
}

impl Published {
    /// The folder of the manifest, empty at the root.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}
