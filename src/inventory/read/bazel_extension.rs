//! Repositories that extensions of Bazel's modules made, as far as the rule of one
//! names a package of another ecosystem with its version.

use super::value::Value;
use crate::inventory::dependency::Dependency;

/// The packages of a repository's rule and attributes.
///
/// `go_repository` of Gazelle has a module's path and version, `whl_library` of
/// `rules_python` a requirement, and the archives of `crate_universe` come from
/// crates.io. Of any other archive nobody says which package it is.
pub(super) fn dependency(repository: &Value<'_>) -> Option<Dependency> {
    // `@@gazelle~//internal:go_repository.bzl%go_repository`; before version 16 in two parts.
    let id = repository.get("repoRuleId").text().and_then(|id| id.rsplit_once('%')).map(|(_, rule)| rule);
    let rule = id.or_else(|| repository.get("ruleClassName").text())?;
    let attributes = repository.get("attributes");
    match rule {
        "go_repository" => {
            let version = attributes.get("version").text()?.strip_prefix('v')?;
            Dependency::exact("Go", attributes.get("importpath").text()?, version)
        }
        "whl_library" => {
            let (name, rest) = attributes.get("requirement").text()?.split_once("==")?;
            let name = name.split('[').next()?;
            Dependency::exact("PyPI", name, rest.split([' ', ';']).next()?)
        }
        "http_archive" => attributes.get("urls").items().iter().filter_map(Value::text).find_map(of_crate),
        _ => None,
    }
}

/// The crate of `https://static.crates.io/crates/NAME/VERSION/download`.
fn of_crate(address: &str) -> Option<Dependency> {
    let starts = ["https://static.crates.io/crates/", "https://crates.io/api/v1/crates/"];
    let path = starts.iter().find_map(|start| address.strip_prefix(start))?;
    let (name, version) = path.strip_suffix("/download")?.split_once('/')?;
    Dependency::exact("crates.io", name, version).filter(|_| !version.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::super::value::json;
    use super::*;

    #[test]
    fn only_rules_that_name_packages_are_believed() {
        for (text, expected) in [
            (
                r#"{"repoRuleId": "@@gazelle~//internal:go_repository.bzl%go_repository", "attributes": {"importpath": "github.com/a/b", "version": "v1.2.3"}}"#,
                Some("Go:github.com/a/b 1.2.3"),
            ),
            (r#"{"ruleClassName": "go_repository", "attributes": {"importpath": "github.com/a/b"}}"#, None),
            (
                r#"{"ruleClassName": "whl_library", "attributes": {"requirement": "A[x]==1.0 --hash=sha256:0a"}}"#,
                Some("PyPI:a 1.0"),
            ),
            (
                r#"{"repoRuleId": "@@bazel_tools//tools/build_defs/repo:http.bzl%http_archive", "attributes": {"urls": ["https://static.crates.io/crates/a/0.1.0/download"]}}"#,
                Some("crates.io:a 0.1.0"),
            ),
            (r#"{"ruleClassName": "http_archive", "attributes": {"urls": ["https://x.example/a-1.0.tar.gz"]}}"#, None),
            (r#"{"ruleClassName": "http_file", "attributes": {}}"#, None),
            ("3", None),
        ] {
            let told = dependency(&json(text).0).map(|found| format!("{} {}", found.package, found.version));
            assert_eq!(told.as_deref(), expected, "{text}");
        }
    }
}
