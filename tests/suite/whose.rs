//! Whose advisory it is: names in manifests, addresses in links, former addresses.

use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, codes, commits, entry, started};

fn package(ecosystem: &str, name: &str) -> Value {
    json!([{ "package": { "ecosystem": ecosystem, "name": name },
        "ranges": [{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }, { "fixed": "1.1.0" }] }] }])
}

/// A project with these files, whose release 1.1.0 has a fix; the fix's hash.
fn fixed(files: &[(&str, &str)]) -> (Project, String) {
    let mut project = Project::new();
    project.edit("main", "Ada", "Start", files);
    project.tag("v1.0.0", "main");
    let fix = project.edit("main", "Ada", "Bound the copy", &[("copy.c", "bound();\n")]);
    project.tag("v1.1.0", "main");
    (project, fix)
}

fn about(project: &Project, id: &str) -> String {
    project.explain(id)["about"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_manifests_of_every_ecosystem_name_what_is_published() {
    let (project, fix) = fixed(&[
        ("parcel.gemspec", "Gem::Specification.new do |s|\n  s.name = \"parcel\"\nend\n"),
        ("java/pom.xml", "<project><groupId>org.parcel</groupId><artifactId>parcel</artifactId></project>"),
        ("gradle/settings.gradle", "rootProject.name = 'parcel-gradle'\n"),
        ("gradle/build.gradle", "group = 'org.parcel'\n"),
        ("mix.exs", "defmodule P do\n  use Mix.Project\n  def project, do: [app: :parcel]\nend\n"),
        ("erlang/src/parcel_erl.app.src", "{application, parcel_erl, []}.\n"),
        ("py/setup.py", "from setuptools import setup\nsetup(name=\"parcel\")\n"),
        ("py2/setup.cfg", "[metadata]\nname = parcel-cfg\n"),
        ("net/P.csproj", "<Project><PropertyGroup><PackageId>Parcel</PackageId></PropertyGroup></Project>"),
        ("parcel.cabal", "name: parcel\n"),
        ("dart/pubspec.yaml", "name: parcel\n"),
        ("ml/parcel.opam", "opam-version: \"2.0\"\n"),
        ("r/DESCRIPTION", "Package: parcel\nVersion: 1\nLicense: MIT\n"),
        ("jl/Project.toml", "name = \"Parcel\"\nuuid = \"cd3eb016-35fb-5094-929b-558a96fad6f3\"\n"),
        ("php/composer.json", "{\"name\": \"acme/parcel\"}"),
        ("Package.swift", "let package = Package(name: \"Parcel\")\n"),
    ]);
    let names = [
        ("RubyGems", "parcel"),
        ("Maven", "org.parcel:parcel"),
        ("Maven", "org.parcel:parcel-gradle"),
        ("Hex", "parcel"),
        ("Hex", "parcel_erl"),
        ("PyPI", "parcel"),
        ("PyPI", "Parcel.Cfg"),
        ("NuGet", "Parcel"),
        ("Hackage", "parcel"),
        ("Pub", "parcel"),
        ("opam", "parcel"),
        ("CRAN", "parcel"),
        ("Julia", "Parcel"),
        ("Packagist", "acme/parcel"),
        ("SwiftURL", "github.com/example/parcel"),
    ];
    for (at, (ecosystem, name)) in names.iter().enumerate() {
        let url = format!("{REMOTE}/commit/{fix}");
        let more = json!({ "affected": package(ecosystem, name), "references": [{ "type": "WEB", "url": url }] });
        project.osv(&format!("GO-2026-{}", 100 + at), more);
    }
    let report = project.json("v1.1.0");
    for (at, name) in names.iter().enumerate() {
        let entry = entry(&report, &format!("GO-2026-{}", 100 + at));
        assert_eq!(entry.map(commits), Some(vec![fix.as_str()]), "{name:?}");
    }
    assert!(about(&project, "GO-2026-100").contains("a manifest of this repository"));
}

#[test]
fn a_record_that_says_where_the_code_is_is_believed() {
    let (project, fix) = fixed(&[("README", "x")]);
    let commit = json!({ "type": "WEB", "url": format!("{REMOTE}/commit/{fix}") });
    let home = json!({ "type": "PACKAGE", "url": format!("{REMOTE}/tree/main/lib") });
    project.osv("CVE-2026-1", json!({ "affected": package("npm", "odd-name"), "references": [commit, home] }));
    project.osv("CVE-2026-2", json!({ "affected": package("npm", "consumer"), "references": [commit] }));
    let go = package("Go", "github.com/consumer/x");
    project.osv("CVE-2026-3", json!({ "affected": go, "references": [commit, home] }));
    let report = project.json("v1.1.0");
    assert_eq!(entry(&report, "CVE-2026-1").map(commits), Some(vec![fix.as_str()]));
    assert!(entry(&report, "CVE-2026-2").is_none() && entry(&report, "CVE-2026-3").is_none());
    assert!(about(&project, "CVE-2026-1").contains("code is in this repository"));
}

#[test]
fn a_fix_here_of_a_package_that_is_called_so_is_ours_unless_it_leads_elsewhere_too() {
    let (project, fix) = fixed(&[("web/package.json", "{\"name\": \"parcel-web\"}")]);
    let link = |kind: &str, url: &str| json!({ "type": kind, "url": url });
    let own = link("FIX", &format!("{REMOTE}/commit/{fix}"));
    let other = link("FIX", "https://github.com/other/consumer/pull/2");
    for (id, ecosystem, name, references) in [
        ("CVE-2026-1", "PyPI", "parcel-gpu", json!([own])),
        // libgit2's fix, in a record of Mercurial.
        ("CVE-2026-2", "PyPI", "mercurial", json!([own])),
        ("CVE-2026-3", "PyPI", "parcel-gpu", json!([own, other])),
        // A manifest says what this project has on npm.
        ("CVE-2026-4", "npm", "parcel-gpu", json!([own])),
    ] {
        project.osv(id, json!({ "affected": package(ecosystem, name), "references": references }));
    }
    let report = project.json("v1.1.0");
    let ids: Vec<&str> =
        report["advisories"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["CVE-2026-1"]);
}

#[test]
fn a_whole_hash_is_that_commit_whatever_address_it_is_named_at() {
    let mut project = started();
    project.edit("main", "Ada", "Name the module", &[("go.mod", "module github.com/old/parcel\n")]);
    project.edit("main", "Ada", "[Security] reject what is not consistent", &[("y", "1\n")]);
    let fix = project.edit("main", "Ada", "Preserve the scope", &[("x", "1\n")]);
    project.tag("v1.1.0", "main");
    let url = format!("https://github.com/old/parcel/commit/{fix}");
    project.osv(
        "GO-2026-1",
        json!({ "affected": package("Go", "github.com/old/parcel"), "references": [{ "type": "FIX", "url": url }] }),
    );
    // Its page is where the project was, and it names no module of it.
    let page = "https://github.com/old/parcel/security/advisories/GHSA-2222-3333-4444";
    let more = json!({ "affected": package("npm", "x"), "references": [{ "type": "WEB", "url": page }] });
    project.osv("GHSA-2222-3333-4444", more);
    let report = project.json("v1.1.0");
    assert_eq!(entry(&report, "GO-2026-1").map(commits), Some(vec![fix.as_str()]));
    let findings = report["findings"].as_array().unwrap();
    let told = findings.iter().find(|finding| finding["code"] == "former-address").unwrap();
    let message = told["message"].as_str().unwrap();
    assert!(message.contains("add \"https://github.com/old/parcel\" to [project] repository"), "{message}");
    assert!(about(&project, "GHSA-2222-3333-4444").contains("its own page"));
}

#[test]
fn an_address_by_a_hash_makes_pages_ours_and_packages_of_that_address_only_told() {
    let (project, fix) = fixed(&[("go.mod", "module github.com/example/parcel\n")]);
    let commit = |address: &str| json!([{ "type": "FIX", "url": format!("{address}/commit/{fix}") }]);
    project.osv("CVE-2026-1", json!({ "affected": [], "references": commit("https://github.com/old/parcel") }));
    let range = json!([{ "ranges": [{ "type": "GIT", "repo": "https://github.com/old/parcel.git",
        "events": [{ "introduced": "0" }, { "fixed": fix }] }] }]);
    project.osv("GO-2026-2", json!({ "affected": range }));
    // A fork of this project has its commits, too.
    let fork = package("Go", "github.com/fork/parcel");
    project.osv("CVE-2026-3", json!({ "affected": fork, "references": commit("https://github.com/fork/parcel") }));
    let report = project.json("v1.1.0");
    for id in ["CVE-2026-1", "GO-2026-2"] {
        assert_eq!(entry(&report, id).map(commits), Some(vec![fix.as_str()]), "{id}");
    }
    assert!(entry(&report, "CVE-2026-3").is_none());
    let of_fork = |finding: &&Value| finding["subject"] == "github.com/fork/parcel";
    let told = report["findings"].as_array().unwrap().iter().find(of_fork).unwrap();
    assert!(told["message"].as_str().unwrap().contains("CVE-2026-3"), "{told}");
}

#[test]
fn a_history_that_was_merged_in_brings_no_address() {
    let mut project = started();
    // A library that is vendored with its commits begins at a root of its own.
    let library = project.orphan("library", "Bound the library's copy");
    project.merge("library", "Add 'lib/' from the library");
    project.tag("v1.1.0", "main");
    let url = format!("https://github.com/other/library/commit/{library}");
    project.osv("CVE-2026-1", json!({ "affected": [], "references": [{ "type": "FIX", "url": url }] }));
    let report = project.json("v1.1.0");
    assert!(entry(&report, "CVE-2026-1").is_none());
    assert!(!codes(&report).contains(&"former-address"));
}

#[test]
fn a_project_without_a_package_knows_its_records_by_their_ids_and_products() {
    let (project, _) = fixed(&[("README", "x")]);
    project.osv("CVE-2026-1", json!({ "affected": [], "database_specific": { "cpe": "cpe:2.3:a:example:parcel:*" } }));
    project.osv("CVE-2026-2", json!({ "affected": [], "database_specific": { "cpe": "cpe:2.3:a:other:parcel:*" } }));
    project.osv("x_parcel-1", json!({ "affected": [] }));
    let told = |id: &str| project.secnotes(&["explain", id, "--format", "json"]).output().unwrap();
    assert!(about(&project, "CVE-2026-1").contains("a product that is called as this repository"));
    assert!(!told("CVE-2026-2").status.success() && !told("x_parcel-1").status.success());
    std::fs::write(project.path().join("secnotes.toml"), "[osv]\nid-prefix = \"x_parcel\"\n").unwrap();
    assert!(about(&project, "x_parcel-1").contains("the project's own prefix"));
}

#[test]
fn what_the_newest_release_publishes_counts_though_the_branch_has_dropped_it() {
    let (mut project, fix) = fixed(&[("old/setup.cfg", "[metadata]\nname = box\n")]);
    project.edit("main", "Ada", "Move the box to a repository of its own", &[("old/setup.cfg", "")]);
    let references = json!([{ "type": "WEB", "url": format!("{REMOTE}/commit/{fix}") }]);
    project.osv("CVE-2026-1", json!({ "affected": package("PyPI", "box"), "references": references }));
    assert_eq!(entry(&project.json("v1.1.0"), "CVE-2026-1").map(commits), Some(vec![fix.as_str()]));
}

#[test]
fn a_name_of_an_earlier_major_version_is_still_ours() {
    let mut project = Project::new();
    project.edit("main", "Ada", "Start", &[("go.mod", "module github.com/old/parcel\n")]);
    project.tag("v1.0.0", "main");
    project.edit("main", "Ada", "Move", &[("go.mod", "module github.com/example/parcel/v2\n")]);
    let fix = project.edit("main", "Ada", "Bound the copy", &[("copy.go", "package x\n")]);
    project.tag("v2.0.0", "main");
    let references = json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{fix}") }]);
    project.osv("GO-2026-1", json!({ "affected": package("Go", "github.com/old/parcel"), "references": references }));
    assert_eq!(entry(&project.json("v2.0.0"), "GO-2026-1").map(commits), Some(vec![fix.as_str()]));
}

#[test]
fn where_nothing_is_ours_it_is_told_what_it_is_about() {
    let (project, _) = fixed(&[("README", "x")]);
    project.osv("CVE-2026-1", json!({ "affected": package("PyPI", "Box") }));
    let output = project.secnotes(&["notes", "--tag", "v1.1.0"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("1 about PyPI:box") && said.contains("packages = [\"PyPI:box\"]"), "{said}");
}
