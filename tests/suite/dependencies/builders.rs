//! What builds Go, and what only may.

use serde_json::json;

use super::{affected, finding, notes, updated};
use crate::builder::{Project, commits, entry};

fn module(go: &str) -> String {
    format!("module github.com/example/parcel\n\n{go}\n")
}

/// A record that calls Go's standard library fixed in a release.
fn fixed_in(project: &Project, id: &str, release: &str) {
    project.osv(id, json!({ "affected": affected("Go", "stdlib", "0", release) }));
}

/// The ids that are fixed, and the codes of the findings, where a project is updated so.
fn told(before: &[(&str, &str)], after: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let (project, _) = updated(before, "Build with another Go", after);
    fixed_in(&project, "GO-2026-1", "1.22.8");
    fixed_in(&project, "GO-2026-2", "1.23.4");
    let report = project.json("v1.1.0");
    let fixed = report["advisories"].as_array().unwrap().iter().filter(|entry| entry["status"] == "fixed");
    let ids = fixed.map(|entry| entry["id"].as_str().unwrap().to_owned()).collect();
    let codes =
        report["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap().to_owned());
    (ids, codes.collect())
}

#[test]
fn the_strongest_source_says_what_builds() {
    let (old, new) = (module("go 1.19"), module("go 1.22.8"));
    let image = |release: &str| format!("FROM golang:{release}\n");
    let workflow = |inputs: &str| {
        format!(
            "on: {{push: {{tags: ['v*']}}}}\njobs: {{a: {{steps: [{{uses: actions/setup-go@v5, with: {{{inputs}}}}}]}}}}\n"
        )
    };
    let release = ".github/workflows/release.yml";
    let nothing: &[&str] = &[];
    let of = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<String>>();
    for (name, before, after, ids, codes) in [
        (
            "the image stays, and the least moves",
            vec![("Dockerfile", image("1.22.7")), ("go.mod", old.clone())],
            vec![("go.mod", new.clone())],
            nothing,
            &["dependency-affected"][..],
        ),
        (
            "the image moves, and the least stays",
            vec![("Dockerfile", image("1.22.7")), ("go.mod", old.clone())],
            vec![("Dockerfile", image("1.22.8"))],
            &["GO-2026-1"],
            &["dependency-affected"],
        ),
        (
            "only the least moves",
            vec![("go.mod", old.clone())],
            vec![("go.mod", new.clone())],
            nothing,
            &["builder-possible"],
        ),
        (
            "an image that leaves the patch open says nothing, and silences the rest",
            vec![("Dockerfile", image("1.22")), ("go.mod", old.clone()), (".go-version", "1.22.7\n".to_owned())],
            vec![("go.mod", new.clone()), (".go-version", "1.22.8\n".to_owned())],
            nothing,
            &["builder-unknown"],
        ),
        (
            "an image that is pinned now was of some release before",
            vec![("Dockerfile", image("1.22"))],
            vec![("Dockerfile", image("1.22.8"))],
            nothing,
            &["dependency-affected"],
        ),
        (
            "the workflow of releases, before what a version manager reads",
            vec![(release, workflow("go-version: 1.22.7")), (".go-version", "1.23.4\n".to_owned())],
            vec![(release, workflow("go-version: 1.22.8"))],
            &["GO-2026-1"],
            &["dependency-affected"],
        ),
        (
            "a workflow that is led to go.mod builds with what that says",
            vec![(release, workflow("go-version-file: go.mod")), ("go.mod", module("go 1.22.0\n\ntoolchain go1.22.7"))],
            vec![("go.mod", module("go 1.22.0\n\ntoolchain go1.23.4"))],
            &["GO-2026-1", "GO-2026-2"],
            &[],
        ),
        (
            "what a version manager reads, before go.mod",
            vec![(".tool-versions", "golang 1.22.7\n".to_owned()), ("go.mod", old.clone())],
            vec![(".tool-versions", "golang 1.23.4\n".to_owned())],
            &["GO-2026-1", "GO-2026-2"],
            &[],
        ),
        (
            "the toolchain line, where nothing else is",
            vec![("go.mod", module("go 1.22.0\n\ntoolchain go1.22.7"))],
            vec![("go.mod", module("go 1.22.0\n\ntoolchain go1.22.8"))],
            &["GO-2026-1"],
            &["dependency-affected"],
        ),
        (
            "the file that says it is another one now",
            vec![("Dockerfile", image("1.22.7")), (".go-version", "1.22.1\n".to_owned())],
            vec![("Dockerfile", "FROM scratch\n".to_owned()), ("build/Dockerfile", image("1.23.4"))],
            &["GO-2026-1", "GO-2026-2"],
            &[],
        ),
        (
            "a workflow that goes beside another that stays is no part of a fix",
            vec![
                (".github/workflows/a.yml", workflow("go-version: 1.22.7")),
                (release, workflow("go-version: 1.22.7")),
            ],
            vec![(".github/workflows/a.yml", "on: push\n".to_owned())],
            nothing,
            &["dependency-affected"],
        ),
        (
            "of two images one moves now",
            vec![("Dockerfile", image("1.22.7"))],
            vec![("Dockerfile", image("1.22")), ("b/Dockerfile", image("1.23.4"))],
            nothing,
            &["dependency-unknown", "builder-unknown"],
        ),
        (
            "an image says more than what a version manager reads, and nobody knows what built before",
            vec![(".go-version", "1.22.7\n".to_owned())],
            vec![("Dockerfile", image("1.23.4"))],
            nothing,
            &["dependency-unknown"],
        ),
        (
            "a file that cannot be read any more takes nothing away",
            vec![("mise.toml", "[tools]\ngo = '1.22.7'\n".to_owned())],
            vec![("mise.toml", "[tools\ngo = '1.22.7'\n".to_owned())],
            nothing,
            &["dependency-unknown", "manifest-unreadable"],
        ),
        (
            "an image of the same name elsewhere has what its makers put there",
            vec![("Dockerfile", image("1.22.7"))],
            vec![("Dockerfile", "FROM registry.example/golang:1.23.4\n".to_owned())],
            nothing,
            &["dependency-unknown", "builder-unknown"],
        ),
        (
            "workflows of tests set up several on purpose",
            vec![(release, workflow("go-version: '${{ matrix.go }}'"))],
            vec![(release, workflow("go-version: '${{ matrix.none }}'"))],
            nothing,
            &["builder-unknown"],
        ),
        (
            "an image of tests builds nothing that is shipped",
            vec![("tests/Dockerfile", image("1.22.7")), ("go.mod", old)],
            vec![("tests/Dockerfile", image("1.22.7")), ("go.mod", new)],
            nothing,
            &["dependency-affected", "builder-possible"],
        ),
    ] {
        let before: Vec<(&str, &str)> = before.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let after: Vec<(&str, &str)> = after.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let (fixed, found) = told(&before, &after);
        assert_eq!(fixed, of(ids), "{name}");
        assert_eq!(found, of(codes), "{name}");
    }
}

#[test]
fn a_commit_that_moves_the_builder_is_the_fix() {
    let env = |release: &str| format!("# what builds\nGO_VERSION={release}\n");
    let (before, after) = (env("1.22.7"), env("1.22.8"));
    let (project, commit) = updated(&[("versions.env", &before)], "Build with Go 1.22.8", &[("versions.env", &after)]);
    let rule = "[[toolchain]]\nfile = \"versions.env\"\nkey = \"GO_VERSION\"\npackage = \"Go:stdlib\"\n";
    std::fs::write(project.path().join("secnotes.toml"), rule).unwrap();
    fixed_in(&project, "GO-2026-1", "1.22.8");
    let report = project.json("v1.1.0");
    let fixed = entry(&report, "GO-2026-1").unwrap();
    assert_eq!((&fixed["status"], &fixed["confidence"]), (&json!("fixed"), &json!("confirmed")));
    assert_eq!(commits(fixed), [commit.as_str()]);
    assert_eq!(fixed["package"]["files"][0]["path"], "versions.env:GO_VERSION");
}

#[test]
fn what_the_least_release_may_mean_is_a_finding_and_no_line_of_the_notes() {
    let (old, new) = (module("go 1.22.0"), module("go 1.22.8"));
    let (project, _) = updated(&[("go.mod", &old)], "Require Go 1.22.8", &[("go.mod", &new)]);
    fixed_in(&project, "GO-2026-1", "1.22.8");
    assert_eq!(notes(&project, &[]), "");
    let report = project.json("v1.1.0");
    let told = finding(&report, "builder-possible");
    assert!(
        told.starts_with("The least Go that builds the project went from 1.22.0 to 1.22.8 (go.mod). If that is what"),
        "{told}"
    );
    assert!(told.contains("it fixes 1 known vulnerability: GO-2026-1."), "{told}");
}

#[test]
fn what_runs_the_project_does_not_go_with_its_image() {
    let image = |name: &str| format!("FROM {name}\n");
    for (before, after, fixed, code) in [
        ("node:20.11.0", "node:20.11.1-slim", &["BIT-node-2026-1"][..], None),
        ("node:20.11.0", "gcr.io/distroless/nodejs20", &[], Some("dependency-unknown")),
        ("node:20.11.0", "node:20", &[], Some("dependency-unknown")),
        ("node:20", "node:20.11.1", &[], None),
    ] {
        let (old, new) = (image(before), image(after));
        let (project, _) = updated(&[("Dockerfile", &old)], "Run on another image", &[("Dockerfile", &new)]);
        project.osv("BIT-node-2026-1", json!({ "affected": affected("Bitnami", "node", "0", "20.11.1") }));
        let report = project.json("v1.1.0");
        let entries = report["advisories"].as_array().unwrap().iter().filter(|entry| entry["status"] == "fixed");
        assert_eq!(entries.map(|entry| entry["id"].as_str().unwrap()).collect::<Vec<_>>(), fixed, "{before} {after}");
        assert!(report["advisories"].as_array().unwrap().iter().all(|entry| entry["status"] != "removed"));
        if let Some(code) = code {
            finding(&report, code);
        }
    }
}

#[test]
fn a_package_of_any_kind_may_have_its_version_in_a_script() {
    let script =
        |release: &str| format!("#!/bin/sh\nset -e\nreadonly RUNC_VERSION=\"${{RUNC_VERSION:-v{release}}}\"\n");
    let (before, after) = (script("1.1.11"), script("1.1.12"));
    let (project, _) = updated(&[("ci/runc.sh", &before)], "Fetch runc 1.1.12", &[("ci/runc.sh", &after)]);
    let rule = "[[toolchain]]\nfile = \"ci/runc.sh\"\nkey = \"RUNC_VERSION\"\npackage = \"Go:github.com/opencontainers/runc\"\n";
    std::fs::write(project.path().join("secnotes.toml"), rule).unwrap();
    project.osv("GO-2026-3", json!({ "affected": affected("Go", "github.com/opencontainers/runc", "0", "1.1.12") }));
    let fixed = entry(&project.json("v1.1.0"), "GO-2026-3").cloned().unwrap();
    assert_eq!((&fixed["status"], &fixed["package"]["to"]), (&json!("fixed"), &json!(["1.1.12"])));
}

#[test]
fn the_commit_of_an_image_that_ships_is_found_beside_a_stage_that_builds_with_the_old_one() {
    let file = |last: &str| format!("FROM node:20.11.0 AS build\nRUN make\nFROM node:{last}-alpine\n");
    let (project, commit) =
        updated(&[("Dockerfile", &file("20.11.0"))], "Update the image", &[("Dockerfile", &file("20.11.1"))]);
    project.osv("BIT-node-2024-1", json!({ "affected": affected("Bitnami", "node", "0", "20.11.1") }));
    assert_eq!(commits(entry(&project.json("v1.1.0"), "BIT-node-2024-1").unwrap()), [commit.as_str()]);
    let output = project.secnotes(&["dependencies", "--tag", "v1.1.0"]).assert().success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    assert!(text.contains("\n  upgraded   Bitnami:node 20.11.0 → 20.11.1\n"), "{text}");
}
