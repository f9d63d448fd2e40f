//! What people read of dependencies: lines, folded lists, labels, and findings
//! that end.

use serde_json::json;

use super::{affected, cargo_lock, finding, go_mod, notes, updated};
use crate::builder::codes;

#[test]
fn versions_of_one_crate_are_told_by_the_line_that_they_are_of() {
    let before = cargo_lock(&[("rand", "0.7.3"), ("rand", "0.8.5"), ("rand", "0.9.2")]);
    let after = cargo_lock(&[("rand", "0.8.6"), ("rand", "0.9.4")]);
    let (project, _) = updated(&[("Cargo.lock", &before)], "Update rand", &[("Cargo.lock", &after)]);
    let two = json!([{ "package": { "ecosystem": "crates.io", "name": "rand" }, "ranges": [
        { "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "0.8.6" }] },
        { "type": "SEMVER", "events": [{ "introduced": "0.9.0" }, { "fixed": "0.9.3" }] }] }]);
    project.osv("RUSTSEC-2026-0097", json!({ "affected": two }));
    let notes = notes(&project, &[]);
    assert!(notes.contains("- **rand** 0.7.3 removed, 0.8.5 → 0.8.6, 0.9.2 → 0.9.4 ("), "{notes}");
}

#[test]
fn many_vulnerabilities_of_go_are_one_line() {
    let built = |version: &str| format!("module github.com/example/parcel\n\ngo {version}\n\ntoolchain go{version}\n");
    let (project, _) = updated(&[("go.mod", &built("1.25.12"))], "Bump Go", &[("go.mod", &built("1.25.13"))]);
    for at in 1..=7 {
        let id = format!("GO-2026-{at}");
        project.osv(&id, json!({ "affected": affected("Go", "stdlib", "0", "1.25.13") }));
    }
    project.osv("GO-2026-8", json!({ "affected": affected("Go", "toolchain", "0", "1.25.13") }));
    // The toolchain only builds.
    for (of, first) in [("runtime", "7 vulnerabilities: [GO-2026-7]("), ("all", "8 vulnerabilities: [GO-2026-8](")] {
        let notes = notes(&project, &["--dependencies", of]);
        let lines: Vec<&str> = notes.lines().filter(|line| line.starts_with('-')).collect();
        assert!(lines[0].starts_with("- **Go** 1.25.12 → 1.25.13 (") && lines.len() == 1, "{notes}");
        assert!(lines[0].contains(first) && lines[0].contains("[GO-2026-1]"), "{notes}");
    }
}

#[test]
fn what_is_only_unsound_is_called_so() {
    let (before, after) = (cargo_lock(&[("bumpalo", "3.11.0")]), cargo_lock(&[("bumpalo", "3.17.0")]));
    let (project, _) = updated(&[("Cargo.lock", &before)], "Update bumpalo", &[("Cargo.lock", &after)]);
    let unsound = json!([{ "package": { "ecosystem": "crates.io", "name": "bumpalo" },
                           "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "3.11.1" }] }],
                           "database_specific": { "informational": "unsound" } }]);
    project.osv("RUSTSEC-2022-0078", json!({ "affected": unsound, "summary": "bumpalo: use after free in bumpalo" }));
    let notes = notes(&project, &[]);
    assert!(notes.contains("RUSTSEC-2022-0078.html), unsound: Use after free\n"), "{notes}");
    assert_eq!(project.json("v1.1.0")["advisories"][0]["package"]["informational"], "unsound");
}

#[test]
fn what_stays_as_it_was_is_one_finding_and_what_lists_it_lists_all() {
    let modules = ["a", "b", "c", "d"].map(|name| format!("example.org/{name}"));
    let all: Vec<(&str, &str)> = modules.iter().map(|name| (name.as_str(), "1.0.0")).collect();
    let lock = go_mod(&all);
    let (project, _) = updated(&[("go.mod", &lock)], "Change a page", &[("page.txt", "x")]);
    for (at, module) in modules.iter().enumerate() {
        let about = affected("Go", module, "0", "1.1.0");
        project.osv(&format!("GO-2026-{at}"), json!({ "affected": about }));
    }
    let report = project.json("v1.1.0");
    assert_eq!(codes(&report), ["dependency-affected"]);
    let message = finding(&report, "dependency-affected");
    assert!(message.starts_with("The release has 4 known vulnerabilities in 4 packages as before: "), "{message}");
    assert!(message.contains(", 1 more. `secnotes notes --include-affected` lists them"), "{message}");
    let listed = notes(&project, &["--include-affected"]);
    assert_eq!(listed.lines().filter(|line| line.contains(" 1.0.0, fixed in 1.1.0: [GO-2026-")).count(), 4, "{listed}");
    let output = project.secnotes(&["notes", "--tag", "v1.1.0", "--include-affected", "--format", "json"]).assert();
    let report: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(codes(&report), ["dependency-affected"; 4]);
}

#[test]
fn what_people_work_on_the_project_with_is_not_shipped() {
    let (old, new) = (go_mod(&[("golang.org/x/net", "0.37.0")]), go_mod(&[("golang.org/x/net", "0.38.0")]));
    let (project, _) = updated(&[("hack/go.mod", &old)], "Bump x/net", &[("hack/go.mod", &new)]);
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.38.0") }));
    assert!(notes(&project, &[]).contains("1 more fixed in dependencies of development"));
    std::fs::write(project.path().join("secnotes.toml"), "[dependencies]\nown = [\"hack/go.mod\"]\n").unwrap();
    assert!(notes(&project, &[]).contains("- **golang.org/x/net** 0.37.0 → 0.38.0"));
}

#[test]
fn packages_that_are_only_gone_are_one_line_without_ids() {
    let before = go_mod(&[("example.org/a", "1.0.0"), ("example.org/b", "1.0.0"), ("example.org/c", "1.0.0")]);
    let (project, _) = updated(&[("go.mod", &before)], "Do without b (CVE-2019-3)", &[("go.mod", &go_mod(&[]))]);
    for (id, name) in [("CVE-2026-1", "a"), ("CVE-2026-2", "a"), ("CVE-2019-3", "b"), ("CVE-2019-4", "c")] {
        let about = affected("Go", &format!("example.org/{name}"), "0", "1.1.0");
        project.osv(id, json!({ "published": "2019-12-01T00:00:00Z", "affected": about }));
    }
    let notes = notes(&project, &[]);
    assert!(
        notes.contains(
            "\nRemoved: **example.org/a** 1.0.0 (2 vulnerabilities), **example.org/c** 1.0.0 (1 vulnerability).\n"
        ),
        "{notes}"
    );
    let bullets: Vec<&str> = notes.lines().filter(|line| line.starts_with('-')).collect();
    assert!(bullets.len() == 1 && bullets[0].starts_with("- **example.org/b** 1.0.0 removed ("), "{notes}");
    assert!(bullets[0].contains("[CVE-2019-3]"), "a bullet has an id: {notes}");
}
