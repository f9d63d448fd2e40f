//! Manifests that name only what is asked for, and the lock files that take their
//! entries over.

use serde_json::{Value, json};

use super::{affected, finding, notes, updated};
use crate::builder::{Project, SUBMODULE, codes, entry};

const ID: &str = "GHSA-aaaa-aaaa-aaaa";

/// A project of .NET that refers to these.
fn csproj(references: &[(&str, &str)]) -> String {
    let one = |(name, version): &(&str, &str)| format!("<PackageReference Include=\"{name}\" Version=\"{version}\" />");
    let items: String = references.iter().map(one).collect();
    format!("<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>{items}</ItemGroup></Project>")
}

fn nuget_lock(version: &str) -> String {
    let json = json!({ "type": "Direct", "resolved": version });
    json!({ "version": 1, "dependencies": { "net8.0": { "Acme.Json": json } } }).to_string()
}

fn catalog(json: &str) -> String {
    format!("[libraries]\n{json}log = \"com.acme:log:1.0\"\n")
}

fn stack(json: &str) -> String {
    let locked = |name: &str| format!("- completed:\n    hackage: {name}@sha256:{},1\n", "0".repeat(64));
    format!(
        "packages:\n{}{}snapshots: []\n",
        if json.is_empty() { String::new() } else { locked(json) },
        locked("log-1.0")
    )
}

/// Two releases with these files, and a record that calls 1.1.0 of a package fixed.
fn project((ecosystem, name): (&str, &str), before: &[(&str, &str)], after: &[(&str, &str)]) -> Project {
    let (project, _) = updated(before, "Change things", after);
    let mut about = affected(ecosystem, name, "0", "1.1.0");
    about[0]["ranges"][0]["type"] = json!("ECOSYSTEM");
    project.osv(ID, json!({ "affected": about }));
    project
}

const NUGET: (&str, &str) = ("NuGet", "Acme.Json");
const GRADLE: (&str, &str) = ("Maven", "com.acme:json");

#[test]
fn what_a_manifest_asks_for_no_more_may_still_come_with_another_package() {
    let (with, without) = (csproj(&[("Acme.Json", "1.0.0"), ("B", "1.0")]), csproj(&[("B", "1.0")]));
    let bazel = |go: Value| {
        let extension = json!({ "general": { "generatedRepoSpecs": go } });
        let read = json!({ "https://bcr.bazel.build/modules/a/1/source.json": "aa" });
        json!({ "lockFileVersion": 11, "registryFileHashes": read, "moduleExtensions": { "@@g//:e.bzl%go_deps": extension } })
            .to_string()
    };
    let net = json!({ "net": { "bzlFile": "@@gazelle~//internal:go_repository.bzl", "ruleClassName": "go_repository",
        "attributes": { "importpath": "golang.org/x/net", "version": "v1.0.0" } } });
    for (package, path, before, after) in [
        (NUGET, "x/X.csproj", with.as_str(), without.as_str()),
        (GRADLE, "gradle/libs.versions.toml", &catalog("json = \"com.acme:json:1.0.0\"\n"), &catalog("")),
        (("Hackage", "json"), "stack.yaml.lock", &stack("json-1.0.0"), &stack("")),
        (("Go", "golang.org/x/net"), "MODULE.bazel.lock", &bazel(net), &bazel(json!({}))),
    ] {
        let project = project(package, &[(path, before)], &[(path, after)]);
        assert_eq!(notes(&project, &[]), "", "{path}");
        assert_eq!(codes(&project.json("v1.1.0")), ["dependency-unknown"], "{path}");
    }
    // What is asked for anew came; what a snapshot does not have any more was in it.
    let came = project(NUGET, &[("x/X.csproj", &without)], &[("x/X.csproj", &with)]);
    assert_eq!(codes(&came.json("v1.1.0")), ["dependency-introduced"]);
    let (with, without) = (stack("json-1.0.0"), stack(""));
    let stack = project(("Hackage", "json"), &[("stack.yaml.lock", &without)], &[("stack.yaml.lock", &with)]);
    assert_eq!(codes(&stack.json("v1.1.0")), ["dependency-affected"]);
}

#[test]
fn a_lock_file_beside_a_manifest_says_what_is_gone() {
    let lock = |json: &str| format!("com.acme:log:1.0=runtimeClasspath\n{json}");
    let (with, without) = (lock("com.acme:json:1.0.0=runtimeClasspath\n"), lock(""));
    let gradle = project(GRADLE, &[("gradle.lockfile", &with)], &[("gradle.lockfile", &without)]);
    assert!(notes(&gradle, &[]).contains("Removed: "));
    let (with, without) = (csproj(&[("Acme.Json", "1.0.0"), ("B", "1")]), csproj(&[("B", "1")]));
    let other = nuget_lock("1.0.0").replace("Acme.Json", "B");
    for (lock, is_removed) in [("x/packages.lock.json", true), ("y/packages.lock.json", false)] {
        let dotnet = project(NUGET, &[("x/X.csproj", &with), (lock, &other)], &[("x/X.csproj", &without)]);
        assert_eq!(notes(&dotnet, &[]).contains("Removed: "), is_removed, "{lock}");
    }
}

#[test]
fn a_module_that_does_without_takes_no_fix_from_the_others() {
    let (old, new, none) =
        (csproj(&[("Acme.Json", "1.0.0")]), csproj(&[("Acme.Json", "1.1.0")]), csproj(&[("B", "1")]));
    let project =
        project(NUGET, &[("x/X.csproj", &old), ("y/Y.csproj", &old)], &[("x/X.csproj", &new), ("y/Y.csproj", &none)]);
    assert!(notes(&project, &[]).contains("1.0.0 → 1.1.0"));
}

#[test]
fn a_lock_file_that_is_new_follows_the_manifests_that_it_locks() {
    let old = csproj(&[("Acme.Json", "1.0.0")]);
    let entries = catalog("json = \"com.acme:json:1.0.0\"\n");
    let gradle = |version: &str| format!("com.acme:json:{version}=runtimeClasspath\n");
    for version in ["1.0.0", "1.1.0"] {
        for (package, before, lock, text) in [
            (NUGET, vec![("x/X.csproj", old.as_str())], "x/packages.lock.json", nuget_lock(version)),
            (GRADLE, vec![("gradle/libs.versions.toml", &entries)], "gradle.lockfile", gradle(version)),
            (
                GRADLE,
                vec![("gradle/libs.versions.toml", &entries), ("app/build.gradle", "x"), ("build.gradle", "x")],
                "app/gradle.lockfile",
                gradle(version),
            ),
        ] {
            let project = project(package, &before, &[(lock, &text)]);
            let is_fixed = version == "1.1.0";
            assert_eq!(notes(&project, &[]).contains("1.0.0 → 1.1.0"), is_fixed, "{lock}");
            let report = project.json("v1.1.0");
            let expected: &[&str] = if is_fixed { &[] } else { &["dependency-affected"] };
            assert_eq!(codes(&report), expected, "{lock}: {report}");
            if is_fixed {
                assert_eq!(entry(&report, ID).unwrap()["fix"]["commits"].as_array().unwrap().len(), 1, "{lock}");
            }
        }
    }
}

#[test]
fn a_reference_that_moves_to_a_file_above_is_still_there() {
    let (old, none) = (csproj(&[("Acme.Json", "1.0.0"), ("B", "1")]), csproj(&[("B", "1")]));
    for (version, expected) in [("1.0.0", vec!["dependency-affected"]), ("1.1.0", Vec::new())] {
        let above = csproj(&[("Acme.Json", version)]);
        let project =
            project(NUGET, &[("x/X.csproj", &old)], &[("x/X.csproj", &none), ("Directory.Build.props", &above)]);
        assert_eq!(codes(&project.json("v1.1.0")), expected);
        assert_eq!(notes(&project, &[]).contains("1.0.0 → 1.1.0"), version == "1.1.0");
    }
}

#[test]
fn a_lock_file_of_one_project_says_nothing_of_the_others() {
    let old = csproj(&[("Acme.Json", "1.0.0")]);
    let both = [("x/X.csproj", old.as_str()), ("x/Y.csproj", &old)];
    let nuget = project(NUGET, &both, &[("x/packages.Y.lock.json", &nuget_lock("1.1.0"))]);
    assert_eq!(notes(&nuget, &[]), "");
    assert!(finding(&nuget.json("v1.1.0"), "dependency-partly-fixed").contains("still affected: x/X.csproj has 1.0.0"));
    let entries = catalog("json = \"com.acme:json:1.0.0\"\n");
    let builds =
        [("gradle/libs.versions.toml", entries.as_str()), ("app/build.gradle", "x"), ("lib/build.gradle", "x")];
    let lock = "com.acme:json:1.1.0=runtimeClasspath\n";
    let gradle = project(GRADLE, &builds, &[("app/gradle.lockfile", lock)]);
    assert_eq!(notes(&gradle, &[]), "");
    assert_eq!(codes(&gradle.json("v1.1.0")), ["dependency-unknown"]);
}

#[test]
fn what_was_there_in_no_exact_version_did_not_come() {
    let old = csproj(&[("Acme.Json", "1.0.0")]);
    let composer = |version: &str| {
        json!({ "packages": [{ "name": "a/b", "version": version }, { "name": "c/d", "version": "1.0" }] }).to_string()
    };
    for (package, path, before, after) in [
        (
            GRADLE,
            "gradle/libs.versions.toml",
            catalog("json = \"com.acme:json:1.+\"\n"),
            catalog("json = \"com.acme:json:1.0.0\"\n"),
        ),
        (("PyPI", "json"), "requirements.txt", "json>=1.0\nlog==1\n".to_owned(), "json==1.0.0\nlog==1\n".to_owned()),
        (NUGET, "x/X.csproj", old.replace("1.0.0", "$(JsonVersion)"), old.clone()),
        (NUGET, "x/X.csproj", old.replace("1.0.0", "(,1.5]"), old),
        (("Packagist", "a/b"), "composer.lock", composer("dev-main"), composer("1.0.0")),
    ] {
        let project = project(package, &[(path, &before)], &[(path, &after)]);
        assert_eq!(codes(&project.json("v1.1.0")), ["dependency-affected"], "{path}: {before}");
    }
}

#[test]
fn a_lock_file_that_is_new_beside_its_manifest_brought_nothing() {
    let lock = super::cargo_lock(&[("rand", "0.7.3")]);
    for (beside, expected) in [("Cargo.toml", "dependency-affected"), ("other/Cargo.toml", "dependency-introduced")] {
        let project = project(("crates.io", "rand"), &[(beside, "x")], &[("Cargo.lock", &lock)]);
        assert_eq!(codes(&project.json("v1.1.0")), [expected], "{beside}");
    }
}

#[test]
fn a_commit_that_no_record_names_may_have_had_what_the_next_one_has() {
    let file = "[submodule \"lib\"]\n\tpath = lib\n\turl = https://github.com/acme/lib\n";
    let link = |digit: &str| format!("{SUBMODULE}{}", digit.repeat(40));
    let (project, _) = updated(&[(".gitmodules", file), ("lib", &link("1"))], "Update", &[("lib", &link("a"))]);
    let events = json!([{ "introduced": "b".repeat(40) }, { "last_affected": "a".repeat(40) }]);
    let range = json!({ "type": "GIT", "repo": "https://github.com/acme/lib", "events": events });
    project.osv(ID, json!({ "affected": [{ "ranges": [range] }] }));
    assert_eq!(codes(&project.json("v1.1.0")), ["dependency-affected"]);
}

#[test]
fn an_upper_bound_is_no_removal() {
    let old = csproj(&[("Acme.Json", "1.0.0"), ("B", "1")]);
    for version in ["(,1.5]", "next", &"1".repeat(600)] {
        let project = project(NUGET, &[("x/X.csproj", &old)], &[("x/X.csproj", &old.replace("1.0.0", version))]);
        assert_eq!(notes(&project, &[]), "");
        let message = finding(&project.json("v1.1.0"), "dependency-unknown").to_owned();
        assert!(message.contains("a lower bound"), "{message}");
    }
}

#[test]
fn an_update_behind_a_project_is_its_version() {
    let old = csproj(&[("Acme.Json", "1.0.0"), ("B", "1")]);
    let update = csproj(&[("Acme.Json", "1.1.0")]).replace("Include", "Update");
    let project = project(NUGET, &[("x/X.csproj", &old)], &[("Directory.Build.targets", &update)]);
    let report = project.json("v1.1.0");
    assert_eq!(codes(&report), [""; 0]);
    let package = &entry(&report, ID).unwrap()["package"];
    assert_eq!((&package["files"][0]["path"], &package["to"]), (&json!("x/X.csproj"), &json!(["1.1.0"])));
}

#[test]
fn packages_of_a_private_server_are_not_the_public_ones() {
    let lock = |server: &str, version: &str| {
        format!(
            "packages:\n  json:\n    dependency: transitive\n    description:\n      name: json\n      url: \"{server}\"\n    \
             source: hosted\n    version: \"{version}\"\n"
        )
    };
    for (server, is_fixed) in [("https://pub.dev", true), ("https://pub.corp.example", false)] {
        let project = project(
            ("Pub", "json"),
            &[("pubspec.lock", &lock(server, "1.0.0"))],
            &[("pubspec.lock", &lock(server, "1.1.0"))],
        );
        assert_eq!(notes(&project, &[]).contains("1.0.0 → 1.1.0"), is_fixed, "{server}");
    }
}

#[test]
fn what_is_kept_in_contrib_is_shipped_where_it_is_a_submodule() {
    let link = |digit: &str| format!("{SUBMODULE}{}", digit.repeat(40));
    for (folder, is_shipped) in [("contrib/lib", true), ("examples/lib", false)] {
        let file = format!("[submodule \"lib\"]\n\tpath = {folder}\n\turl = https://github.com/acme/lib\n");
        let (project, _) =
            updated(&[(".gitmodules", &file), (folder, &link("a"))], "Update lib", &[(folder, &link("f"))]);
        let events = json!([{ "introduced": "a".repeat(40) }, { "fixed": "f".repeat(40) }]);
        let range = json!({ "type": "GIT", "repo": "https://github.com/acme/lib", "events": events });
        project.osv(ID, json!({ "affected": [{ "ranges": [range] }] }));
        assert_eq!(entry(&project.json("v1.1.0"), ID).unwrap()["package"]["shipped"], is_shipped, "{folder}");
    }
}
