//! Submodules: repositories at commits, and what records say of these commits.

use serde_json::json;

use super::{finding, updated};
use crate::builder::{Project, SUBMODULE, codes, commits, entry};

const FILE: &str = "[submodule \"lib\"]\n\tpath = third_party/lib\n\turl = ../../acme/Lib.git\n";

fn hash(digit: &str) -> String {
    digit.repeat(40)
}

/// A project whose submodule moves, with a record that says where a vulnerability
/// of its repository begins and ends.
fn moved(from: &str, to: &str) -> (Project, String) {
    let link = |digit: &str| format!("{SUBMODULE}{}", hash(digit));
    let before = [(".gitmodules", FILE), ("third_party/lib", &link(from))];
    let (project, bump) = updated(&before, "Update lib", &[("third_party/lib", &link(to))]);
    let events = json!([{ "introduced": hash("a") }, { "fixed": hash("f") }]);
    let range = json!({ "type": "GIT", "repo": "https://github.com/acme/lib.git", "events": events });
    project.osv("CVE-2026-1", json!({ "affected": [{ "ranges": [range] }] }));
    (project, bump)
}

fn listing(project: &Project, more: &[&str]) -> String {
    let output = project.secnotes(&[&["dependencies", "--tag", "v1.1.0"], more].concat()).assert().success();
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

#[test]
fn a_submodule_is_a_dependency_that_its_commits_change() {
    let (project, _) = moved("1", "2");
    let change = format!("  changed    Git:github.com/acme/lib {} → {}\n", hash("1"), hash("2"));
    assert_eq!(listing(&project, &[]), format!("v1.1.0, against v1.0.0\n\n{change}"));
    assert!(listing(&project, &["--list"]).contains(".gitmodules (.gitmodules)\n  Git:github.com/acme/lib 2222"));
}

#[test]
fn a_move_from_a_commit_that_a_record_names_to_its_fix_is_a_fix() {
    let (project, bump) = moved("a", "f");
    let report = project.json("v1.1.0");
    let fixed = entry(&report, "CVE-2026-1").unwrap();
    assert_eq!((&fixed["scope"], &fixed["status"]), (&json!("dependency"), &json!("fixed")));
    assert_eq!(
        (&fixed["package"]["ecosystem"], &fixed["package"]["name"]),
        (&json!("Git"), &json!("github.com/acme/lib"))
    );
    assert_eq!(commits(fixed), [bump.as_str()]);
    assert_eq!(report["findings"], json!([]));
}

#[test]
fn a_commit_that_is_named_affected_is_found() {
    let (project, _) = moved("f", "a");
    let report = project.json("v1.1.0");
    assert!(finding(&report, "dependency-introduced").contains(&format!(".gitmodules has {}", hash("a"))));
    assert!(
        finding(&report, "dependency-introduced").contains(&format!("Update github.com/acme/lib to {}", hash("f")))
    );
}

#[test]
fn of_a_commit_that_no_record_names_nothing_is_said_but_that() {
    for (from, told) in [("1", "1 advisory name"), ("a", "affected the release before")] {
        let (project, _) = moved(from, "2");
        let report = project.json("v1.1.0");
        assert_eq!(codes(&report), ["dependency-unknown"], "{report}");
        assert!(finding(&report, "dependency-unknown").contains(told), "{report}");
        assert!(entry(&report, "CVE-2026-1").is_none_or(|entry| entry["status"] != "fixed"), "{report}");
    }
}
