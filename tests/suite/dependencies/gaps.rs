//! What is not read is told, and never taken for unchanged or gone.

use serde_json::{Value, json};

use super::{affected, finding, updated};
use crate::builder::{Project, codes, entry};

const OLD: &[(&str, &str)] = &[("web/bun.lockb", "1"), ("go.mod", "module github.com/example/parcel\n\ngo 1.24.0\n")];

fn told(project: &Project, more: &[&str]) -> String {
    let output = project.secnotes(&[&["dependencies", "--tag", "v1.1.0"], more].concat()).assert().success();
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

fn told_as_json(project: &Project) -> Value {
    serde_json::from_str(&told(project, &["--format", "json"])).unwrap()
}

/// A `package-lock.json` with one package.
fn npm_lock(name: &str, version: &str) -> String {
    let packages = json!({
        "": { "name": "parcel", "version": "1.0.0", "dependencies": { name: "^1" } },
        format!("node_modules/{name}"): {
            "version": version, "resolved": format!("https://registry.npmjs.org/{name}/-/{name}-{version}.tgz")
        }
    });
    json!({ "name": "parcel", "version": "1.0.0", "lockfileVersion": 3, "packages": packages }).to_string()
}

#[test]
fn a_lock_file_that_is_not_read_is_named_wherever_something_is_said_of_changes() {
    let (project, _) = updated(OLD, "Bump lodash (CVE-2026-90001)", &[("web/bun.lockb", "2")]);
    project.osv("CVE-2026-90001", json!({ "affected": affected("npm", "lodash", "0", "4.17.21") }));
    insta::assert_snapshot!(told(&project, &[]), @r"
    v1.1.0, against v1.0.0

    not known, because it is not read
      web/bun.lockb, a lock file of Bun: changed
    ");
    assert!(told(&project, &["--list"]).contains("web/bun.lockb is not read, a lock file of Bun\n"));
    let listing = told_as_json(&project);
    assert_eq!(listing["missing"], json!(["web/bun.lockb"]));
    let unread = json!([{ "path": "web/bun.lockb", "tool": "Bun", "place": "own", "change": "changed" }]);
    assert_eq!(listing["unread"], unread);
    let report = project.json("v1.1.0");
    let claim = &entry(&report, "CVE-2026-90001").unwrap()["claim"];
    assert_eq!(claim, &json!({ "reason": "lock-file-not-read", "detail": "web/bun.lockb is not read", "meant": null }));
    assert!(finding(&report, "lock-file-not-read").starts_with("A lock file of Bun is not read (web/bun.lockb): it"));
    assert!(finding(&report, "claim-not-borne-out").contains("web/bun.lockb is not read"));
}

#[test]
fn a_lock_file_alone_that_is_not_read_is_no_empty_inventory() {
    let (project, _) = updated(&[("bun.lockb", "1")], "Fix CVE-2026-90001", &[("bun.lockb", "2")]);
    project.osv("CVE-2026-90001", json!({ "affected": affected("npm", "lodash", "0", "4.17.21") }));
    assert_eq!(told(&project, &["--list"]), "bun.lockb is not read, a lock file of Bun\n");
    let report = project.json("v1.1.0");
    assert_eq!(entry(&report, "CVE-2026-90001").unwrap()["claim"]["detail"], "bun.lockb is not read");
}

#[test]
fn a_lock_file_that_did_not_change_bears_no_claim_out() {
    let (project, _) = updated(OLD, "Fix CVE-2026-90001", &[("page.txt", "x")]);
    project.osv("CVE-2026-90001", json!({ "affected": affected("npm", "lodash", "0", "4.17.21") }));
    assert!(told(&project, &[]).ends_with("web/bun.lockb, a lock file of Bun: the same\n"));
    let report = project.json("v1.1.0");
    assert_eq!(entry(&report, "CVE-2026-90001").unwrap()["claim"]["reason"], "package-not-here");
    assert!(finding(&report, "lock-file-not-read").contains("the same as in the release before"));
}

#[test]
fn a_lock_file_of_another_ecosystem_bears_no_claim_out() {
    let (project, _) = updated(OLD, "Fix CVE-2026-90001", &[("web/bun.lockb", "2")]);
    project.osv("CVE-2026-90001", json!({ "affected": affected("crates.io", "bytes", "0", "1.0.1") }));
    let report = project.json("v1.1.0");
    assert_eq!(entry(&report, "CVE-2026-90001").unwrap()["claim"]["reason"], "package-not-here");
}

#[test]
fn what_a_lock_file_that_is_not_read_may_have_taken_over_is_not_removed() {
    let before = npm_lock("lodash", "4.17.15");
    let (project, _) = updated(
        &[("package-lock.json", &before), ("Cargo.lock", &super::cargo_lock(&[("bytes", "1.0.0")]))],
        "Use Bun",
        &[("package-lock.json", ""), ("bun.lockb", "1")],
    );
    project.osv("GHSA-1111-1111-1111", json!({ "affected": affected("npm", "lodash", "0", "4.17.21") }));
    let report = project.json("v1.1.0");
    assert!(entry(&report, "GHSA-1111-1111-1111").is_none());
    let unknown = finding(&report, "dependency-unknown");
    assert!(unknown.contains("bun.lockb is not read, and may lock it now"), "{unknown}");
}

#[test]
fn what_a_lock_file_that_was_not_read_may_have_had_did_not_come() {
    let after = npm_lock("lodash", "4.17.15");
    let (project, _) = updated(&[("bun.lockb", "1")], "Use npm", &[("bun.lockb", ""), ("package-lock.json", &after)]);
    project.osv("GHSA-1111-1111-1111", json!({ "affected": affected("npm", "lodash", "0", "4.17.21") }));
    let report = project.json("v1.1.0");
    let codes = codes(&report);
    assert!(!codes.contains(&"dependency-introduced"), "{codes:?}");
    assert!(finding(&report, "lock-file-not-read").contains("what left with it is not known"));
}

#[test]
fn what_tests_and_vendored_code_lock_is_listed_and_no_finding() {
    let (project, _) = updated(
        &[("tests/bun.lockb", "1"), ("vendor/x/bun.lockb", "1"), OLD[1]],
        "Change",
        &[("tests/bun.lockb", "2"), ("vendor/x/bun.lockb", "2")],
    );
    assert_eq!(told_as_json(&project)["unread"][0]["place"], "test");
    assert_eq!(project.json("v1.1.0")["findings"], json!([]));
}

#[test]
fn a_shrinkwrap_makes_the_lock_beside_it_void() {
    let (old, new) = (npm_lock("minimist", "1.2.0"), npm_lock("minimist", "1.2.8"));
    let (project, _) = updated(
        &[("npm-shrinkwrap.json", &old), ("package-lock.json", &old)],
        "Bump minimist",
        &[("npm-shrinkwrap.json", &new)],
    );
    project.osv("GHSA-1111-1111-1111", json!({ "affected": affected("npm", "minimist", "1.0.0", "1.2.6") }));
    let report = project.json("v1.1.0");
    assert_eq!(entry(&report, "GHSA-1111-1111-1111").unwrap()["status"], "fixed");
    let void = json!([{ "path": "package-lock.json", "by": "npm-shrinkwrap.json" }]);
    assert_eq!(told_as_json(&project)["void"], void);
    let listed = told(&project, &["--list"]);
    assert!(listed.contains("package-lock.json does not count: npm-shrinkwrap.json stands beside it"), "{listed}");
}

#[test]
fn a_shrinkwrap_that_comes_takes_over_from_the_lock_beside_it() {
    let (old, new) = (npm_lock("minimist", "1.2.0"), npm_lock("minimist", "1.2.8"));
    let (project, commit) =
        updated(&[("package-lock.json", &old)], "Shrinkwrap and bump minimist", &[("npm-shrinkwrap.json", &new)]);
    project.osv("GHSA-1111-1111-1111", json!({ "affected": affected("npm", "minimist", "1.0.0", "1.2.6") }));
    let report = project.json("v1.1.0");
    let fixed = entry(&report, "GHSA-1111-1111-1111").unwrap();
    assert_eq!((&fixed["status"], crate::builder::commits(fixed)), (&json!("fixed"), vec![commit.as_str()]));
}

#[test]
fn a_key_that_cannot_be_read_is_a_finding_with_its_line() {
    let lock =
        "lockfileVersion: 5.3\n\npackages:\n\n  /acorn/8.7.0:\n    dev: false\n\n  invalidpath:\n    dev: false\n";
    let (project, _) = updated(&[("pnpm-lock.yaml", lock)], "Change", &[("page.txt", "x")]);
    let listed = told(&project, &["--list"]);
    assert!(listed.contains("npm:acorn 8.7.0"), "{listed}");
    assert!(listed.contains("problem: line 8: a key that names no package in a version: invalidpath"), "{listed}");
    let report = project.json("v1.1.0");
    assert_eq!(codes(&report), ["manifest-unreadable"]);
    assert_eq!(report["findings"][0]["subject"], "pnpm-lock.yaml:8");
    assert!(!told(&project, &[]).contains("no dependency changed"));
}

/// A CycloneDX document with one package of npm.
fn sbom(name: &str, version: &str) -> String {
    let component = json!({ "type": "library", "name": name, "purl": format!("pkg:npm/{name}@{version}") });
    json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component] }).to_string()
}

#[test]
fn an_sbom_of_the_repository_is_a_file_among_others() {
    let (old, new) = (npm_lock("minimist", "1.2.0"), npm_lock("minimist", "1.2.8"));
    let (project, _) = updated(
        &[("package-lock.json", &old), ("sbom.json", &sbom("minimist", "1.2.0"))],
        "Bump minimist",
        &[("package-lock.json", &new)],
    );
    project.osv("GHSA-1111-1111-1111", json!({ "affected": affected("npm", "minimist", "1.0.0", "1.2.6") }));
    let report = project.json("v1.1.0");
    assert_eq!(entry(&report, "GHSA-1111-1111-1111").unwrap()["status"], "partial");
    let partly = finding(&report, "dependency-partly-fixed");
    assert!(partly.contains("fixed in package-lock.json; still affected: sbom.json has 1.2.0"), "{partly}");
}

#[test]
fn an_sbom_that_comes_or_goes_brings_and_takes_nothing() {
    let lock = npm_lock("left", "1.0.0");
    let about = affected("npm", "minimist", "1.0.0", "1.2.6");
    for (before, after, code) in [("", "1.2.0", "dependency-affected"), ("1.2.0", "", "dependency-unknown")] {
        let file = |version: &str| if version.is_empty() { String::new() } else { sbom("minimist", version) };
        let (before, after) = (file(before), file(after));
        let mut first = vec![("package-lock.json", lock.as_str())];
        first.extend((!before.is_empty()).then_some(("sbom.json", before.as_str())));
        let (project, _) = updated(&first, "Change", &[("sbom.json", &after)]);
        project.osv("GHSA-1111-1111-1111", json!({ "affected": about.clone() }));
        assert_eq!(codes(&project.json("v1.1.0")), [code]);
    }
}

#[test]
fn sboms_that_are_given_count_before_and_after() {
    let (project, _) = updated(OLD, "Change", &[("page.txt", "x")]);
    project.osv("GHSA-1111-1111-1111", json!({ "affected": affected("npm", "minimist", "1.0.0", "1.2.6") }));
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, version: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, sbom("minimist", version)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (old, new) = (file("app-1.0.cdx.json", "1.2.0"), file("app-1.1.cdx.json", "1.2.8"));
    let args = ["--sbom", &new, "--sbom-before", &old];
    insta::assert_snapshot!(told(&project, &args), @r"
    v1.1.0, against v1.0.0

      upgraded   npm:minimist 1.2.0 → 1.2.8

    not known, because it is not read
      web/bun.lockb, a lock file of Bun: the same
    ");
    let output = project.secnotes(&[&["notes", "--tag", "v1.1.0", "--format", "json"], &args[..]].concat()).assert();
    let report: Value = serde_json::from_slice(&output.success().get_output().stdout).unwrap();
    let fixed = entry(&report, "GHSA-1111-1111-1111").unwrap();
    assert_eq!(fixed["status"], "fixed");
    assert_eq!(fixed["package"]["files"][0]["path"], "sbom:app-1.1.cdx.json");
    // Without the one before, nothing is known of what came.
    let output = project.secnotes(&["notes", "--tag", "v1.1.0", "--format", "json", "--sbom", &old]).assert();
    let report: Value = serde_json::from_slice(&output.success().get_output().stdout).unwrap();
    assert!(codes(&report).contains(&"dependency-affected"), "{report}");
}

#[test]
fn what_is_given_as_an_sbom_has_to_be_one() {
    let (project, _) = updated(OLD, "Change", &[("page.txt", "x")]);
    let file = project.path().join("no.json");
    std::fs::write(&file, "{}").unwrap();
    let output = project.secnotes(&["dependencies", "--tag", "v1.1.0", "--sbom", file.to_str().unwrap()]).assert();
    let told = String::from_utf8_lossy(&output.failure().code(1).get_output().stderr).into_owned();
    assert!(told.contains("as an SBOM: it is no SBOM in JSON of CycloneDX or SPDX 2"), "{told}");
}

#[test]
fn bundlers_other_lock_fixes_nothing_without_its_manifest() {
    let lock = |version: &str| {
        format!(
            "GEM\n  remote: https://rubygems.org/\n  specs:\n    rack ({version})\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rack\n"
        )
    };
    let (old, new) = (lock("2.2.3"), lock("2.2.9"));
    let (project, _) = updated(
        &[("Gemfile", "gem \"rack\"\n"), ("Gemfile.lock", &old)],
        "Try another lock file",
        &[("gems.locked", &new)],
    );
    project.osv("CVE-2026-90001", json!({ "affected": affected("RubyGems", "rack", "0", "2.2.9") }));
    assert!(told(&project, &["--list"]).contains("gems.locked does not count: Gemfile stands beside it"));
    assert_eq!(told_as_json(&project)["changes"], json!([]));
    assert!(entry(&project.json("v1.1.0"), "CVE-2026-90001").is_none());
}

#[test]
fn a_file_with_several_problems_is_one_file_that_is_not_whole() {
    let module = "maven.install(artifacts = [\"oops\", ONE + TWO])\n";
    let (project, _) = updated(&[("MODULE.bazel", "module()\n")], "Ask for artifacts", &[("MODULE.bazel", module)]);
    let output = project.secnotes(&["dependencies", "--tag", "v1.1.0"]).assert().success();
    let said = String::from_utf8(output.get_output().stderr.clone()).unwrap();
    assert!(said.contains("not read, or not whole: 1 file or folder;"), "{said}");
}

#[test]
fn a_manifest_without_a_lock_file_that_changed_is_named() {
    let before = [("build.gradle.kts", "1"), ("setup.py", "1"), ("mix.exs", "1"), ("web/package.json", "{}"), OLD[1]];
    let after = [("build.gradle.kts", "2"), ("setup.py", ""), ("deno.json", "{}")];
    let (project, _) = updated(&before, "Update things", &after);
    insta::assert_snapshot!(told(&project, &[]), @r"
    v1.1.0, against v1.0.0

    not known, because it is not read
      build.gradle.kts changed, and no lock file of it is read
      deno.json is new, and no lock file of it is read
      setup.py is gone, and no lock file of it is read
    ");
    let unlocked = told_as_json(&project)["unlocked"].clone();
    assert_eq!(unlocked[0], json!({ "path": "build.gradle.kts", "place": "own", "change": "changed" }));
    let report = project.json("v1.1.0");
    assert_eq!(codes(&report), ["lock-file-not-read"]);
    assert!(
        finding(&report, "lock-file-not-read")
            .starts_with("What changed in build.gradle.kts, deno.json, setup.py since the release before is not known")
    );
    let listed = told(&project, &["--list"]);
    assert!(listed.contains("mix.exs is not read, and has no lock file that is\n"), "{listed}");
}

#[test]
fn a_lock_file_speaks_for_the_manifests_below_it_and_what_did_not_change_for_itself() {
    let lock = super::cargo_lock(&[("bytes", "1.0.0")]);
    let before = [("Cargo.lock", lock.as_str()), ("a/Cargo.toml", "1"), ("setup.py", "1"), ("bun.lockb", "1")];
    let (project, _) = updated(&before, "Change", &[("a/Cargo.toml", "2"), ("package.json", "{}")]);
    let text = told(&project, &[]);
    assert!(!text.contains("Cargo.toml") && !text.contains("setup.py") && !text.contains("package.json"), "{text}");
    let before = [("Cargo.lock", lock.as_str()), ("Cargo.toml", "1"), ("tests/setup.py", "1")];
    let (project, _) = updated(&before, "Change", &[("Cargo.toml", "2")]);
    assert!(told(&project, &[]).ends_with("\nno dependency changed\n"));
    let (project, _) = updated(&before, "Change", &[("tests/setup.py", "2")]);
    assert!(told(&project, &[]).contains("tests/setup.py changed"));
    assert!(codes(&project.json("v1.1.0")).is_empty(), "what tests ask for reaches nobody");
}

#[test]
fn a_lock_file_that_is_gone_is_told_to_be_gone_and_bears_no_claim_out() {
    let module = "module github.com/example/parcel\n\ngo 1.24.0\n";
    let (project, _) = updated(
        &[("glide.lock", "1"), ("docs.txt", "x")],
        "Fix CVE-2026-90001",
        &[("glide.lock", ""), ("go.mod", module), ("mixin/jsonnetfile.lock.json", "1")],
    );
    project.osv("CVE-2026-90001", json!({ "affected": affected("Go", "example.org/x", "0", "1.2.0") }));
    let report = project.json("v1.1.0");
    assert_eq!(entry(&report, "CVE-2026-90001").unwrap()["claim"]["reason"], "package-not-here");
    let findings = report["findings"].as_array().unwrap();
    let message = findings.iter().find(|finding| finding["subject"] == "glide.lock").unwrap()["message"].clone();
    assert_eq!(
        message,
        "A lock file of Glide is not read (glide.lock): the release before had it, and this one does not: what left with \
         it is not known."
    );
    let (project, _) = updated(&[("flake.lock", "1"), OLD[1]], "Fix CVE-2026-90001", &[("flake.lock", "2")]);
    let claim = entry(&project.json("v1.1.0"), "CVE-2026-90001").unwrap()["claim"].clone();
    assert_eq!(claim["detail"], "no record of CVE-2026-90001 was given", "no record speaks of what Nix locks");
}
