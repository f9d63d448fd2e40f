//! What a release fixed by updating, what it brought in, and what is only claimed.

mod builders;
mod claims;
mod gaps;
mod gradle_and_dotnet;
mod listing;
mod manifests;
mod real;
mod statements;
mod submodules;
mod sync;
mod told;
mod traps;

use serde_json::{Value, json};

use crate::builder::{Project, codes, commits, entry};

/// A `go.mod` with these requirements.
pub(crate) fn go_mod(requirements: &[(&str, &str)]) -> String {
    let lines: Vec<String> = requirements.iter().map(|(name, version)| format!("\t{name} v{version}\n")).collect();
    format!("module github.com/example/parcel\n\ngo 1.24.0\n\nrequire (\n{})\n", lines.concat())
}

/// A `Cargo.lock` in which the project's own crate uses these.
pub(crate) fn cargo_lock(crates: &[(&str, &str)]) -> String {
    let own: Vec<String> = crates.iter().map(|(name, version)| format!(" \"{name} {version}\",\n")).collect();
    let mut text = format!(
        "version = 4\n\n[[package]]\nname = \"parcel\"\nversion = \"0.1.0\"\ndependencies = [\n{}]\n",
        own.concat()
    );
    for (name, version) in crates {
        text.push_str(&format!(
            "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\
             source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
        ));
    }
    text
}

/// An OSV `affected` list: the package is affected from one version until another.
pub(crate) fn affected(ecosystem: &str, name: &str, introduced: &str, fixed: &str) -> Value {
    let events = json!([{ "introduced": introduced }, { "fixed": fixed }]);
    json!([{ "package": { "ecosystem": ecosystem, "name": name }, "ranges": [{ "type": "SEMVER", "events": events }] }])
}

/// A project whose releases v1.0.0 and v1.1.0 have these files; gives the
/// commit between them.
pub(crate) fn updated(before: &[(&str, &str)], message: &str, after: &[(&str, &str)]) -> (Project, String) {
    let mut project = Project::new();
    project.commit("main", "Start");
    project.edit("main", "Ada", "Depend on things", before);
    project.tag("v1.0.0", "main");
    let commit = project.edit("main", "Ada", message, after);
    project.commit_file("main", "Change a page", "unrelated.txt");
    project.tag("v1.1.0", "main");
    (project, commit)
}

/// x/net before and after, with a record that calls 0.38.0 fixed.
fn net(before: &str, after: &str) -> (Project, String) {
    let (before, after) = (go_mod(&[("golang.org/x/net", before)]), go_mod(&[("golang.org/x/net", after)]));
    let (project, commit) = updated(&[("go.mod", &before)], "Bump x/net", &[("go.mod", &after)]);
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.38.0") }));
    (project, commit)
}

fn notes(project: &Project, more: &[&str]) -> String {
    let output = project.secnotes(&[&["notes", "--tag", "v1.1.0"], more].concat()).assert().success();
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

fn finding<'j>(report: &'j Value, code: &str) -> &'j str {
    let findings = report["findings"].as_array().unwrap();
    let found = findings.iter().find(|finding| finding["code"] == code);
    found.unwrap_or_else(|| panic!("no {code} in {findings:?}"))["message"].as_str().unwrap()
}

#[test]
fn an_update_that_leaves_the_affected_range_is_a_fix_with_its_commit() {
    let (project, bump) = net("0.37.0", "0.38.0");
    let report = project.json("v1.1.0");
    let fixed = entry(&report, "GO-2026-1").unwrap();
    assert_eq!((&fixed["scope"], &fixed["status"]), (&json!("dependency"), &json!("fixed")));
    assert_eq!(fixed["confidence"], "confirmed");
    assert_eq!(commits(fixed), [bump.as_str()]);
    let file =
        json!({ "path": "go.mod", "from": ["0.37.0"], "to": ["0.38.0"], "was_affected": true, "affected": false });
    let moves = json!([{ "from": "0.37.0", "to": "0.38.0" }]);
    assert_eq!(
        fixed["package"],
        json!({ "ecosystem": "Go", "name": "golang.org/x/net", "from": ["0.37.0"], "to": ["0.38.0"],
                "shipped": true, "files": [file], "moves": moves, "affected": [], "fixed_in": null,
                "informational": null })
    );
    assert_eq!(fixed["evidence"][0]["kind"], "lock_file");
    assert_eq!(report["findings"], json!([]));
    let notes = notes(&project, &[]);
    assert!(notes.contains("### Dependencies\n\n- **golang.org/x/net** 0.37.0 → 0.38.0 ([`"), "{notes}");
    assert!(notes.ends_with("): [GO-2026-1](https://pkg.go.dev/vuln/GO-2026-1): Title of GO-2026-1\n"), "{notes}");
}

#[test]
fn what_is_built_counts_and_not_what_is_required() {
    let replaced = |version: &str| {
        format!(
            "{}\nreplace golang.org/x/net => golang.org/x/net v{version}\n",
            go_mod(&[("golang.org/x/net", "0.38.0")])
        )
    };
    let (before, after) = (replaced("0.30.0"), replaced("0.31.0"));
    let (project, _) = updated(&[("go.mod", &before)], "Bump x/net", &[("go.mod", &after)]);
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.38.0") }));
    project.osv("GO-2026-2", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.31.0") }));
    let report = project.json("v1.1.0");
    assert!(entry(&report, "GO-2026-1").is_none());
    assert_eq!(entry(&report, "GO-2026-2").unwrap()["package"]["from"], json!(["0.30.0"]));
    assert!(finding(&report, "dependency-affected").contains("go.mod has 0.31.0"));
}

#[test]
fn a_fix_in_one_lock_file_of_two_is_told_and_not_announced() {
    let (old, new) = (go_mod(&[("golang.org/x/net", "0.37.0")]), go_mod(&[("golang.org/x/net", "0.38.0")]));
    let (project, bump) = updated(&[("go.mod", &old), ("tools/go.mod", &old)], "Bump x/net", &[("go.mod", &new)]);
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.38.0") }));
    let report = project.json("v1.1.0");
    let partial = entry(&report, "GO-2026-1").unwrap();
    assert_eq!((&partial["status"], commits(partial)), (&json!("partial"), vec![bump.as_str()]));
    let message = finding(&report, "dependency-partly-fixed");
    assert!(message.contains("fixed in go.mod; still affected: tools/go.mod has 0.37.0"), "{message}");
    assert!(message.contains("Update golang.org/x/net to 0.38.0"), "{message}");
    assert_eq!(notes(&project, &[]), "");
}

#[test]
fn what_came_in_and_what_stayed_is_told_and_printed_only_when_asked_for() {
    let (before, after) = (go_mod(&[("golang.org/x/net", "0.30.0")]), go_mod(&[("golang.org/x/net", "0.37.0")]));
    let (project, _) = updated(&[("go.mod", &before)], "Bump x/net", &[("go.mod", &after)]);
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0.35.0", "0.38.0") }));
    project.osv("GO-2026-2", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.39.0") }));
    let report = project.json("v1.1.0");
    assert_eq!(report["advisories"], json!([]));
    assert!(finding(&report, "dependency-introduced").starts_with("GO-2026-1 came with this release"));
    assert!(finding(&report, "dependency-affected").contains("Update golang.org/x/net to 0.39.0"));
    assert_eq!(notes(&project, &[]), "");
    let asked = notes(&project, &["--include-affected"]);
    assert!(asked.contains("### Known vulnerabilities in dependencies\n\n"), "{asked}");
    let line = "- **golang.org/x/net** 0.37.0, 1 new in this release, fixed in 0.39.0\n";
    assert!(asked.contains(line) && asked.contains("GO-2026-1") && asked.contains("GO-2026-2"), "{asked}");
    let output = project.secnotes(&["notes", "--tag", "v1.1.0", "--include-affected", "--format", "json"]).assert();
    let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(entry(&report, "GO-2026-1").unwrap()["status"], "introduced");
    assert_eq!(entry(&report, "GO-2026-2").unwrap()["status"], "affected");
}

#[test]
fn a_package_that_is_dropped_takes_its_advisories_with_it() {
    let before = go_mod(&[("golang.org/x/net", "0.37.0"), ("golang.org/x/text", "0.3.0")]);
    let after = go_mod(&[("golang.org/x/text", "0.3.0")]);
    let (project, drop) = updated(&[("go.mod", &before)], "Do without x/net", &[("go.mod", &after)]);
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.38.0") }));
    let report = project.json("v1.1.0");
    let removed = entry(&report, "GO-2026-1").unwrap();
    assert_eq!((&removed["status"], commits(removed)), (&json!("removed"), vec![drop.as_str()]));
    assert!(notes(&project, &[]).contains("Removed: **golang.org/x/net** 0.37.0 (1 vulnerability)."));
}

#[test]
fn of_several_versions_of_a_crate_only_the_affected_one_has_to_go() {
    let before = cargo_lock(&[("bytes", "0.4.12"), ("bytes", "1.10.1")]);
    let after = cargo_lock(&[("bytes", "0.4.12"), ("bytes", "1.11.1")]);
    let (project, _) = updated(&[("Cargo.lock", &before)], "Bump bytes", &[("Cargo.lock", &after)]);
    project.osv("RUSTSEC-2026-1", json!({ "affected": affected("crates.io", "bytes", "1.2.1", "1.11.1") }));
    let package = entry(&project.json("v1.1.0"), "RUSTSEC-2026-1").unwrap()["package"].clone();
    assert_eq!((&package["from"], &package["to"]), (&json!(["1.10.1"]), &json!(["1.11.1"])));
    assert_eq!(package["files"][0]["from"], json!(["0.4.12", "1.10.1"]));
}

#[test]
fn what_is_not_shipped_is_counted_in_a_line_and_named_when_asked_for() {
    let (old, new) = (go_mod(&[("golang.org/x/net", "0.37.0")]), go_mod(&[("golang.org/x/net", "0.38.0")]));
    let (project, _) = updated(&[("tests/go.mod", &old)], "Bump x/net", &[("tests/go.mod", &new)]);
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.38.0") }));
    let counted = notes(&project, &[]);
    assert!(counted.contains("\n1 more fixed in dependencies of development, tests and builds only.\n"), "{counted}");
    assert!(!counted.contains("GO-2026-1"), "{counted}");
    assert!(notes(&project, &["--dependencies", "all"]).contains("GO-2026-1"));
    assert_eq!(notes(&project, &["--dependencies", "none"]), "");
    assert_eq!(entry(&project.json("v1.1.0"), "GO-2026-1").unwrap()["package"]["shipped"], false);
}

#[test]
fn what_is_shipped_is_fixed_whatever_tests_still_have() {
    let (old, new) = (go_mod(&[("golang.org/x/net", "0.37.0")]), go_mod(&[("golang.org/x/net", "0.38.0")]));
    let (project, _) = updated(&[("go.mod", &old), ("tests/go.mod", &old)], "Bump x/net", &[("go.mod", &new)]);
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.38.0") }));
    let report = project.json("v1.1.0");
    assert_eq!(entry(&report, "GO-2026-1").unwrap()["status"], "fixed");
    let message = finding(&report, "dependency-affected");
    assert!(message.contains("Go:golang.org/x/net (1 advisory; tests/go.mod)"), "{message}");
}

#[test]
fn too_little_severity_is_counted_and_unknown_severity_is_never_too_little() {
    let (project, _) = net("0.37.0", "0.38.0");
    let low = json!([{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N" }]);
    let about = affected("Go", "golang.org/x/net", "0", "0.38.0");
    project.osv("GO-2026-2", json!({ "affected": about, "severity": low }));
    let notes = notes(&project, &["--dependency-severity", "high"]);
    assert!(notes.contains("GO-2026-1") && !notes.contains("GO-2026-2"), "{notes}");
    assert!(notes.contains("\n1 more of lower severity.\n"), "{notes}");
}

#[test]
fn records_of_one_vulnerability_are_one_line_with_the_id_that_people_search_for() {
    let (project, _) = net("0.37.0", "0.38.0");
    let about = affected("Go", "golang.org/x/net", "0", "0.38.0");
    project.osv("GHSA-2222-3333-4444", json!({ "affected": about, "aliases": ["GO-2026-1", "CVE-2026-90001"] }));
    let report = project.json("v1.1.0");
    assert_eq!(report["advisories"].as_array().unwrap().len(), 1);
    let notes = notes(&project, &[]);
    let line = notes.lines().find(|line| line.contains("CVE-2026-90001")).unwrap();
    assert!(!line.contains("[GHSA-2222-3333-4444]") && !line.contains("[GO-2026-1]"), "{line}");
    let ids = [json!(["CVE-2026-90001", "GO-2026-1"]), json!(["CVE-2026-90001", "GHSA-2222-3333-4444"])];
    assert!(ids.contains(&report["advisories"][0]["aliases"]), "{report}");
}

#[test]
fn what_records_contradict_each_other_on_is_told_and_not_announced() {
    let (project, _) = net("0.37.0", "0.38.0");
    let longer = affected("Go", "golang.org/x/net", "0", "0.40.0");
    project.osv("GHSA-2222-3333-4444", json!({ "affected": longer, "aliases": ["GO-2026-1"] }));
    let report = project.json("v1.1.0");
    assert!(finding(&report, "dependency-disputed").contains("GHSA-2222-3333-4444, GO-2026-1"));
    assert_eq!(notes(&project, &[]), "");
}

/// A record of Go's database whose end is a version that Go's module proxy does
/// not know (golang/vulndb#4145, of docker's 28.0.0).
fn beyond_go(project: &Project, fixed: &str) {
    let custom = json!([{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }, { "fixed": fixed }] }]);
    let mut go = json!([{ "package": { "ecosystem": "Go", "name": "github.com/docker/docker" },
                          "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }] }] }]);
    go[0]["ecosystem_specific"] = json!({ "custom_ranges": custom });
    project.osv("GO-2026-1", json!({ "affected": go, "aliases": ["GHSA-2222-3333-4444"] }));
    let github = affected("Go", "github.com/docker/docker", "0", "28.0.0");
    project.osv("GHSA-2222-3333-4444", json!({ "affected": github }));
}

#[test]
fn a_record_of_go_ends_where_it_says_so_of_versions_that_go_does_not_know() {
    let of = |version| go_mod(&[("github.com/docker/docker", version)]);
    let (before, after) = (of("24.0.9+incompatible"), of("28.3.3+incompatible"));
    let (project, _) = updated(&[("go.mod", &before)], "Bump docker", &[("go.mod", &after)]);
    beyond_go(&project, "28.0.0");
    assert!(notes(&project, &[]).contains("GHSA-2222-3333-4444"));
    assert_eq!(codes(&project.json("v1.1.0")), [""; 0], "both records agree");
    beyond_go(&project, "RELEASE.2025-02-28");
    let report = project.json("v1.1.0");
    assert!(finding(&report, "odd-record").contains("“RELEASE.2025-02-28”"), "no version of Go's, and told");
    assert!(codes(&report).contains(&"dependency-disputed"));
}

#[test]
fn a_commit_is_not_placed_among_versions_that_go_does_not_know() {
    let of = |version| go_mod(&[("github.com/docker/docker", version)]);
    let (before, after) = (of("24.0.9+incompatible"), of("28.0.1-0.20260219090056-6a672503973b"));
    let (project, _) = updated(&[("go.mod", &before)], "Bump docker", &[("go.mod", &after)]);
    beyond_go(&project, "28.0.0");
    assert_eq!(notes(&project, &[]), "");
    assert!(finding(&project.json("v1.1.0"), "dependency-disputed").contains("28.0.1-0.20260219090056-6a672503973b"));
}

#[test]
fn a_withdrawn_record_says_nothing() {
    let (project, _) = net("0.37.0", "0.38.0");
    let about = affected("Go", "golang.org/x/net", "0", "0.38.0");
    project.osv("GO-2026-1", json!({ "affected": about, "withdrawn": "2026-01-15T00:00:00Z" }));
    assert_eq!(project.json("v1.1.0")["advisories"], json!([]));
    assert_eq!(notes(&project, &[]), "");
}

#[test]
fn the_pull_request_that_brought_an_update_is_named() {
    let mut project = Project::new();
    project.edit("main", "Ada", "Start", &[("go.mod", &go_mod(&[("golang.org/x/net", "0.37.0")]))]);
    project.tag("v1.0.0", "main");
    let bump = project.edit("topic", "Ada", "Bump x/net", &[("go.mod", &go_mod(&[("golang.org/x/net", "0.38.0")]))]);
    project.edit("main", "Ada", "Change a page", &[("page.txt", "x")]);
    project.merge_files("topic", "Merge pull request #41 from ada/topic");
    project.tag("v1.1.0", "main");
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.38.0") }));
    let report = project.json("v1.1.0");
    let fixed = entry(&report, "GO-2026-1").unwrap();
    assert_eq!(fixed["fix"]["pull_requests"], json!([41]));
    assert_eq!(commits(fixed), [bump.as_str()]);
    let notes = notes(&project, &[]);
    assert!(notes.contains(" ([#41](https://github.com/example/parcel/pull/41)): "), "{notes}");
}

#[test]
fn only_the_commit_that_crosses_the_fix_is_named() {
    let mut project = Project::new();
    let at = |version: &str| go_mod(&[("golang.org/x/net", version)]);
    project.edit("main", "Ada", "Start", &[("go.mod", &at("0.30.0"))]);
    project.tag("v1.0.0", "main");
    project.edit("main", "Ada", "Bump x/net to 0.35.0", &[("go.mod", &at("0.35.0"))]);
    let crosses = project.edit("main", "Ada", "Update dependencies", &[("go.mod", &at("0.38.0"))]);
    project.edit("main", "Ada", "Bump x/net to 0.39.0", &[("go.mod", &at("0.39.0"))]);
    project.tag("v1.1.0", "main");
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.38.0") }));
    assert_eq!(commits(entry(&project.json("v1.1.0"), "GO-2026-1").unwrap()), [crosses.as_str()]);
}

#[test]
fn the_project_s_own_modules_are_no_dependencies() {
    let own = |version: &str| go_mod(&[("github.com/example/parcel/api", version)]);
    let (project, _) =
        updated(&[("tools/go.mod", &own("0.1.0"))], "Use the new api", &[("tools/go.mod", &own("0.2.0"))]);
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "github.com/example/parcel/api", "0", "0.2.0") }));
    assert!(entry(&project.json("v1.1.0"), "GO-2026-1").is_none_or(|entry| entry["scope"] == "project"));
}

#[test]
fn a_broken_lock_file_is_a_finding_with_its_line_and_the_others_are_read() {
    let (old, new) = (go_mod(&[("golang.org/x/net", "0.37.0")]), go_mod(&[("golang.org/x/net", "0.38.0")]));
    let broken = "version = 4\n\n[[package]\nname = \"x\"\n";
    let (project, _) = updated(&[("go.mod", &old)], "Bump x/net", &[("go.mod", &new), ("Cargo.lock", broken)]);
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.38.0") }));
    let report = project.json("v1.1.0");
    assert_eq!(entry(&report, "GO-2026-1").unwrap()["status"], "fixed");
    assert_eq!(codes(&report), ["manifest-unreadable"]);
    assert_eq!(report["findings"][0]["subject"], "Cargo.lock:3");
}

#[test]
fn a_first_release_fixes_nothing_by_updating() {
    let (project, _) = net("0.37.0", "0.38.0");
    let report = project.json("v1.0.0");
    assert_eq!(report["advisories"], json!([]));
    assert!(finding(&report, "dependency-affected").contains("go.mod has 0.37.0"));
}

#[test]
fn a_tree_that_is_not_here_leaves_the_messages() {
    let (project, bump) = {
        let (before, after) = (go_mod(&[("golang.org/x/net", "0.37.0")]), go_mod(&[("golang.org/x/net", "0.38.0")]));
        updated(&[("go.mod", &before)], "Bump x/net to v0.38.0", &[("go.mod", &after)])
    };
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.38.0") }));
    // As in a partial clone: the trees of tags are here, that of a commit between them is not.
    let tree = project.git().find_commit(bump.parse().unwrap()).unwrap().tree_id().to_string();
    std::fs::remove_file(project.path().join(format!(".git/objects/{}/{}", &tree[..2], &tree[2..]))).unwrap();
    let report = project.json("v1.1.0");
    let fixed = entry(&report, "GO-2026-1").unwrap();
    assert_eq!((&fixed["status"], commits(fixed)), (&json!("fixed"), vec![bump.as_str()]));
    assert!(fixed["evidence"].as_array().unwrap().iter().any(|evidence| evidence["kind"] == "update_subject"));
}

#[test]
fn that_nobody_maintains_a_crate_is_told_only_where_a_commit_deals_with_it() {
    let unmaintained = json!([{ "package": { "ecosystem": "crates.io", "name": "yaml-rust" },
                                "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0.0.0-0" }] }],
                                "database_specific": { "informational": "unmaintained" } }]);
    let (before, after) = (cargo_lock(&[("yaml-rust", "0.4.5"), ("log", "0.4.1")]), cargo_lock(&[("log", "0.4.1")]));
    let told = |message: &str| {
        let (project, _) = updated(&[("Cargo.lock", &before)], message, &[("Cargo.lock", &after)]);
        project.osv("RUSTSEC-2024-0320", json!({ "affected": unmaintained }));
        let first = project.json("v1.0.0");
        assert_eq!(first["findings"], json!([]), "no finding says that it is there");
        notes(&project, &[])
    };
    assert_eq!(told("Do without yaml-rust"), "");
    assert!(told("Do without yaml-rust, for RUSTSEC-2024-0320").contains("**yaml-rust** 0.4.5 removed"));
}
