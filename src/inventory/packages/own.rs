//! Whose the packages are that manifests declare.

use crate::inventory::tree_path::folder;
use crate::model::{Published, Remote};

/// Folders that hold other people's code, or code that is never published.
const FOREIGN: [&str; 32] = [
    "vendor",
    "vendored",
    "_vendor",
    "node_modules",
    "bower_components",
    "godeps",
    "third_party",
    "third-party",
    "thirdparty",
    "testdata",
    "test-data",
    "test_data",
    "__tests__",
    "__fixtures__",
    "fixtures",
    "fixture",
    "examples",
    "example",
    "samples",
    "sample",
    "demo",
    "demos",
    "tests",
    "test",
    "docs",
    "doc",
    ".git",
    // What builds the project.
    "buildsrc",
    // Copies that a project keeps and changes, under the names of the originals.
    "forks",
    "patches",
    "patched",
    "stubs",
];

/// What the names of such folders end with: `cabal-testsuite`, `Acme.Core.Tests`.
/// Not `test`: `tokio-test` is a package.
const FOREIGN_ENDS: [&str; 6] = ["tests", "testsuite", "testdata", "fixtures", "examples", "benchmarks"];

/// Whether a folder of this name can hold manifests of the project's own packages.
#[must_use]
pub fn enters(folder: &str) -> bool {
    let folder = folder.to_ascii_lowercase();
    let end = folder.rsplit(['-', '_', '.']).next().unwrap_or_default();
    !FOREIGN.contains(&folder.as_str()) && !FOREIGN_ENDS.contains(&end)
}

/// Whether a text can be a package's name, and is no place where a template puts one.
pub(super) fn is_name(text: &str) -> bool {
    let sound = |c: char| c.is_alphanumeric() || "-_.@/:+~".contains(c);
    text.len() <= 256 && text.chars().all(sound) && text.chars().any(char::is_alphanumeric)
}

/// Leaves out what is not the project's.
pub(super) fn retain(published: &mut Vec<Published>, remotes: &[Remote]) {
    let root = published.iter().find(|published| published.path == "go.mod");
    let root = root.map(|root| root.package.name.clone());
    let is_own = |published: &Published| match published.package.ecosystem.as_str() {
        // A module of another owner in a folder below is a fork that the project keeps.
        "Go" => {
            let name = &published.package.name;
            let mut own = remotes.iter().map(Remote::as_str).chain(root.as_deref());
            !is_shared(name) || own.any(|own| are_kin(own, name))
        }
        // RSpec's files are in `spec`, and so is what they read.
        "RubyGems" => folder(&published.path).split('/').all(|folder| folder != "spec"),
        _ => true,
    };
    published.retain(is_own);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_others_and_of_tests_are_not_entered() {
        for folder in ["src", "tokio-test", "spec", "testing", "contest", "packages"] {
            assert!(enters(folder), "{folder}");
        }
        for folder in ["Tests", "cabal-testsuite", "Acme.Core.Tests", "buildSrc", "node_modules", "integration-tests"] {
            assert!(!enters(folder), "{folder}");
        }
    }

    #[test]
    fn a_place_in_a_template_is_no_name() {
        for name in ["@scope/x", "org.x:p", "K_Serve", "a+b", "github.com/a/~b"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["${x}", "{{name}}", "<%= name %>", "a b", "", "--", "$id$", "@X@ y"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
