//! Names of the packages that a project's manifests declare.
//!
//! Manifests are read and never run: one that computes its name declares nothing.

mod cargo;
mod code;
mod dotnet;
mod gradle;
mod hex;
mod maven;
mod own;
mod plain;
mod python;
mod ruby;

use std::collections::BTreeMap;

use serde_json::Value;

pub use own::enters;

use super::tree_path::folder;
use crate::model::{PackageName, Published, Remote};

/// A kind of manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Cabal,
    Cargo,
    Chart,
    Composer,
    Description,
    Dotnet,
    Dune,
    Gemspec,
    Go,
    Gradle,
    Hpack,
    Julia,
    Maven,
    Mix,
    Opam,
    OtpApp,
    PackageJson,
    Pubspec,
    Pyproject,
    SetupCfg,
    SetupPy,
    Swift,
}

impl Kind {
    fn of(path: &str) -> Option<Self> {
        let file = path.rsplit('/').next().unwrap_or(path);
        let ends = |end: &str| file.len() > end.len() && file.ends_with(end);
        Some(match file {
            "Cargo.toml" => Self::Cargo,
            "Chart.yaml" => Self::Chart,
            "composer.json" => Self::Composer,
            "DESCRIPTION" => Self::Description,
            "dune-project" => Self::Dune,
            "go.mod" => Self::Go,
            "package.yaml" => Self::Hpack,
            "Project.toml" | "JuliaProject.toml" => Self::Julia,
            "mix.exs" => Self::Mix,
            "package.json" => Self::PackageJson,
            "pubspec.yaml" => Self::Pubspec,
            "pyproject.toml" => Self::Pyproject,
            "setup.cfg" => Self::SetupCfg,
            "setup.py" => Self::SetupPy,
            // A package of Swift is a repository.
            "Package.swift" if path == file => Self::Swift,
            _ if ends(".cabal") => Self::Cabal,
            _ if ends(".gemspec") => Self::Gemspec,
            _ if ends(".opam") => Self::Opam,
            _ if ends(".app.src") => Self::OtpApp,
            // Cowboy has no other; what is compiled into other folders is a bundle of macOS.
            _ if ends(".app") && folder(path).rsplit('/').next() == Some("ebin") => Self::OtpApp,
            _ if dotnet::is_manifest(file) => Self::Dotnet,
            _ if maven::is_manifest(path) => Self::Maven,
            _ if gradle::is_manifest(path) => Self::Gradle,
            _ => return None,
        })
    }

    /// The ecosystem and the names that files of this kind declare, with the files.
    fn names<'f>(self, files: &[(&'f str, &'f str)], remotes: &[Remote]) -> Vec<(&'static str, &'f str, String)> {
        let all = |ecosystem, names: Vec<(&'f str, String)>| {
            names.into_iter().map(|(path, name)| (ecosystem, path, name)).collect()
        };
        let each = |ecosystem, read: &dyn Fn(&'f str) -> Option<String>| {
            files.iter().filter_map(|(path, text)| Some((ecosystem, *path, read(text)?))).collect()
        };
        let owned = |name: Option<&str>| name.map(str::to_owned);
        match self {
            Self::Cabal => each("Hackage", &|text| owned(plain::cabal(text))),
            Self::Cargo => all("crates.io", cargo::names(files)),
            // No ecosystem has charts; Bitnami's are called as what they deploy.
            Self::Chart if remotes.iter().any(|remote| remote.path().starts_with("bitnami/")) => {
                each("Bitnami", &plain::chart)
            }
            Self::Chart => Vec::new(),
            Self::Composer => each("Packagist", &json),
            Self::Description => {
                let named = |text: &'f str| plain::description(text);
                files
                    .iter()
                    .filter_map(|(path, text)| named(text).map(|(of, name)| (of, *path, name.to_owned())))
                    .collect()
            }
            Self::Dotnet => all("NuGet", dotnet::names(files)),
            Self::Dune => {
                let named = |(path, text): &(&'f str, &'f str)| {
                    plain::dune(text).into_iter().map(|name| ("opam", *path, name.to_owned())).collect::<Vec<_>>()
                };
                files.iter().flat_map(named).collect()
            }
            Self::Gemspec => each("RubyGems", &|text| owned(ruby::gemspec(text))),
            Self::Go => each("Go", &|text| owned(module(text))),
            Self::Gradle => all("Maven", gradle::names(files)),
            Self::Hpack => each("Hackage", &plain::hpack),
            Self::Julia => each("Julia", &plain::julia),
            Self::Maven => all("Maven", maven::names(files)),
            Self::Mix => each("Hex", &|text| owned(hex::mix(text))),
            Self::Opam => {
                let stem = |path: &'f str| path.rsplit('/').next().and_then(|file| file.strip_suffix(".opam"));
                files.iter().filter_map(|(path, _)| Some(("opam", *path, stem(path)?.to_owned()))).collect()
            }
            Self::OtpApp => each("Hex", &|text| owned(hex::app(text))),
            Self::PackageJson => each("npm", &json),
            Self::Pubspec => each("Pub", &plain::pubspec),
            Self::Pyproject => each("PyPI", &python::pyproject),
            Self::SetupCfg => each("PyPI", &|text| owned(python::setup_cfg(text))),
            Self::SetupPy => each("PyPI", &|text| owned(python::setup_py(text))),
            Self::Swift => {
                let named = |(path, _): &(&'f str, &'f str)| {
                    remotes.iter().map(|remote| ("SwiftURL", *path, remote.as_str().to_owned())).collect::<Vec<_>>()
                };
                files.iter().flat_map(named).collect()
            }
        }
    }
}

/// Whether a file at this path declares a package, or helps one to.
#[must_use]
pub fn is_manifest(path: &str) -> bool {
    Kind::of(path).is_some()
}

/// The packages that manifests, given as (path, text), declare, each with the
/// manifest that declares it, by path. A manifest that cannot be read declares
/// nothing: it is somebody's template.
#[must_use]
pub fn published(manifests: &[(String, String)], remotes: &[Remote]) -> Vec<Published> {
    let mut kinds: BTreeMap<Kind, Vec<(&str, &str)>> = BTreeMap::new();
    for (path, text) in manifests {
        if let Some(kind) = Kind::of(path) {
            kinds.entry(kind).or_default().push((path, text.strip_prefix('\u{feff}').unwrap_or(text)));
        }
    }
    let mut published = Vec::new();
    for (kind, mut files) in kinds {
        files.sort_unstable();
        for (ecosystem, path, name) in kind.names(&files, remotes) {
            let package = PackageName::new(ecosystem, &name).filter(|_| own::is_name(&name));
            published.extend(package.map(|package| Published { path: path.to_owned(), package }));
        }
    }
    own::retain(&mut published, remotes);
    published.sort();
    published.dedup();
    published
}

/// The path of a `go.mod`'s module.
fn module(text: &str) -> Option<&str> {
    let module = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
    Some(module.split("//").next().unwrap_or(module).trim().trim_matches('"'))
}

/// The name in a `package.json` or `composer.json`.
fn json(text: &str) -> Option<String> {
    let manifest: Value = serde_json::from_str(text).ok()?;
    let private = manifest.get("private").and_then(Value::as_bool) == Some(true);
    Some(manifest.get("name")?.as_str()?.to_owned()).filter(|_| !private)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(manifests: &[(String, String)], remotes: &[Remote]) -> Vec<String> {
        let mut names: Vec<String> =
            published(manifests, remotes).iter().map(|published| published.package.to_string()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_fork_that_is_kept_in_a_folder_is_not_published() {
        let module = |path: &str, name: &str| (path.to_owned(), format!("module {name}\n"));
        let manifests = [
            module("go.mod", "kubesphere.io/kubesphere"),
            module("staging/api/go.mod", "kubesphere.io/api"),
            module("forks/net/go.mod", "golang.org/x/net"),
        ];
        assert_eq!(names(&manifests, &[]), ["Go:kubesphere.io/api", "Go:kubesphere.io/kubesphere"]);
        let below = [module("src/go.mod", "github.com/o/r/src"), module("forked/go.mod", "golang.org/x/net")];
        assert_eq!(names(&below, &["github.com/o/r".parse().unwrap()]), ["Go:github.com/o/r/src"]);
    }

    #[test]
    fn manifests_name_what_is_published() {
        let manifests = [
            ("go.mod", "// x\nmodule \"helm.sh/helm/v3\" // y\n"),
            ("a/Cargo.toml", "[package]\nname = \"secnotes\""),
            ("b/Cargo.toml", "[package]\nname = \"xtask\"\npublish = false"),
            ("c/Cargo.toml", "[package"),
            ("package.json", "{\"name\": \"@scope/x\"}"),
            ("d/package.json", "{\"name\": \"hidden\", \"private\": true}"),
            ("pyproject.toml", "[tool.poetry]\nname = \"K_Serve\""),
        ];
        let manifests = manifests.map(|(path, text)| (path.to_owned(), text.to_owned()));
        assert_eq!(
            names(&manifests, &[]),
            ["Go:helm.sh/helm/v3", "PyPI:k-serve", "crates.io:secnotes", "npm:@scope/x"]
        );
    }
}
