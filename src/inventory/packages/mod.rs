//! Names of the packages that a project's manifests declare.

use serde_json::Value;

use crate::model::{PackageName, Published, Remote};

/// Folders that hold other people's code, or code that is never published.
const FOREIGN: [&str; 16] = [
    "vendor",
    "node_modules",
    "third_party",
    "third-party",
    "testdata",
    "fixtures",
    "examples",
    "example",
    "tests",
    "test",
    "docs",
    ".git",
    // Copies that a project keeps and changes, under the names of the originals.
    "forks",
    "patches",
    "patched",
    "stubs",
];

/// Whether a folder of this name can hold manifests of the project's own packages.
#[must_use]
pub fn enters(folder: &str) -> bool {
    !FOREIGN.contains(&folder)
}

/// Whether a file of this name declares a package.
#[must_use]
pub fn is_manifest(file: &str) -> bool {
    matches!(file, "go.mod" | "Cargo.toml" | "package.json" | "pyproject.toml" | "composer.json")
}

/// The packages that manifests, given as (path, text), declare, each with the
/// manifest that declares it, by path. A manifest that cannot be read declares
/// nothing: it is somebody's template.
#[must_use]
pub fn published(manifests: &[(String, String)], remotes: &[Remote]) -> Vec<Published> {
    let named = |(path, text): &(String, String)| {
        let package = package_of(path.rsplit('/').next().unwrap_or(path), text)?;
        Some(Published { package, path: path.clone() })
    };
    let root = manifests.iter().find(|(path, _)| path == "go.mod").and_then(named);
    // A module of another owner in a folder below is a fork that the project keeps.
    let is_own = |published: &Published| {
        let package = &published.package;
        let own = || remotes.iter().map(Remote::as_str).chain(root.iter().map(|root| root.package.name.as_str()));
        package.ecosystem != "Go" || !is_shared(&package.name) || own().any(|own| are_kin(own, &package.name))
    };
    let mut published: Vec<Published> = manifests.iter().filter_map(named).filter(is_own).collect();
    published.sort();
    published.dedup();
    published
}

/// Hosts of many owners or of others' projects, on which the second part of a
/// module's path tells whose it is. Another host is its project's own.
const SHARED: [&str; 14] = [
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
    "gitee.com",
    "golang.org",
    "google.golang.org",
    "gopkg.in",
    "git.sr.ht",
    "k8s.io",
    "sigs.k8s.io",
    "go.uber.org",
    "go.opentelemetry.io",
    "cloud.google.com",
];

fn is_shared(module: &str) -> bool {
    module.split('/').next().is_some_and(|host| SHARED.contains(&host))
}

/// Whether two Go modules have one owner, by their paths.
fn are_kin(root: &str, module: &str) -> bool {
    let parts = |path: &str| path.split('/').take(2).map(str::to_ascii_lowercase).collect::<Vec<_>>();
    parts(root) == parts(module)
}

fn package_of(file: &str, text: &str) -> Option<PackageName> {
    match file {
        "go.mod" => {
            let module = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
            let module = module.split("//").next().unwrap_or(module).trim().trim_matches('"');
            PackageName::new("Go", module)
        }
        "Cargo.toml" => {
            let package = text.parse::<toml::Table>().ok()?.get("package")?.clone();
            let private = package.get("publish").and_then(toml::Value::as_bool) == Some(false);
            PackageName::new("crates.io", package.get("name")?.as_str()?).filter(|_| !private)
        }
        "pyproject.toml" => {
            let table = text.parse::<toml::Table>().ok()?;
            let project = table.get("project").or_else(|| table.get("tool")?.get("poetry"))?;
            PackageName::new("PyPI", project.get("name")?.as_str()?)
        }
        "package.json" | "composer.json" => {
            let manifest: Value = serde_json::from_str(text).ok()?;
            let private = manifest.get("private").and_then(Value::as_bool) == Some(true);
            let ecosystem = if file == "package.json" { "npm" } else { "Packagist" };
            PackageName::new(ecosystem, manifest.get("name")?.as_str()?).filter(|_| !private)
        }
        _ => None,
    }
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
