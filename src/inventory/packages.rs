//! Names of the packages that a project's manifests declare.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::PackageName;

/// Folders that hold other people's code, or code that is never published.
const FOREIGN: [&str; 12] = [
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

/// The packages that manifests, given as (path, text), declare. A manifest
/// that cannot be read declares nothing: it is somebody's template.
#[must_use]
pub fn published(manifests: &[(String, String)]) -> BTreeSet<PackageName> {
    let named = |(path, text): &(String, String)| package_of(path.rsplit('/').next().unwrap_or(path), text);
    let root = manifests.iter().find(|(path, _)| path == "go.mod").and_then(named);
    let named = manifests.iter().filter_map(named);
    // A module of another owner in a folder below is a fork that the project keeps.
    let is_own = |package: &PackageName| {
        package.ecosystem != "Go" || root.as_ref().is_none_or(|root| are_kin(&root.name, &package.name))
    };
    named.filter(is_own).collect()
}

/// Hosts on which the second part of a module's path is its owner, or its project.
const SHARED: [&str; 9] = [
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
    "gitee.com",
    "golang.org",
    "google.golang.org",
    "gopkg.in",
    "git.sr.ht",
];

/// Whether two Go modules have one owner, by their paths.
fn are_kin(root: &str, module: &str) -> bool {
    let parts = |path: &str| {
        let count = if SHARED.iter().any(|host| path.split('/').next() == Some(host)) { 2 } else { 1 };
        path.split('/').take(count).map(str::to_ascii_lowercase).collect::<Vec<_>>()
    };
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

    #[test]
    fn a_fork_that_is_kept_in_a_folder_is_not_published() {
        let module = |path: &str, name: &str| (path.to_owned(), format!("module {name}\n"));
        let manifests = [
            module("go.mod", "kubesphere.io/kubesphere"),
            module("staging/api/go.mod", "kubesphere.io/api"),
            module("forks/net/go.mod", "golang.org/x/net"),
        ];
        let names: Vec<String> = published(&manifests).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["Go:kubesphere.io/api", "Go:kubesphere.io/kubesphere"]);
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
        let names: Vec<String> = published(&manifests).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["Go:helm.sh/helm/v3", "PyPI:k-serve", "crates.io:secnotes", "npm:@scope/x"]);
    }
}
