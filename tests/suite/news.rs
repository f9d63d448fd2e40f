//! What is news in a release, and what is carried over: the cases of
//! `docs/releases.md`.

use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, codes, entry, fixed_by, patched, started};

/// What a release does about an advisory, in a word.
fn status(project: &Project, tag: &str, id: &str) -> Option<String> {
    entry(&project.json(tag), id).map(|entry| entry["status"].as_str().unwrap().to_owned())
}

/// The standard output of a command.
fn printed(project: &Project, arguments: &[&str]) -> String {
    let output = project.secnotes(arguments).assert().success();
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

fn copy_of(fix: &str) -> String {
    format!("Bound the copy\n\n(cherry picked from commit {fix})")
}

/// 1.1.0 on the main branch, 1.1.1 on a branch that begins so many commits
/// later, 1.2.0 on the main branch with the same fix.
fn picked(commits_after: usize) -> Project {
    let mut project = started();
    let mut at = project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    for _ in 0..commits_after {
        at = project.commit("main", "More work");
    }
    project.branch("release-1.1", &at);
    let fix = project.commit("release-1.1", "Bound the copy");
    project.tag("v1.1.1", "release-1.1");
    project.commit("main", &copy_of(&fix));
    project.tag("v1.2.0", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    project
}

#[test]
fn the_first_of_a_line_carries_over_what_a_sibling_announced() {
    for commits_after in [0, 3] {
        let project = picked(commits_after);
        assert_eq!(status(&project, "v1.1.1", "GO-2026-1").as_deref(), Some("fixed"));
        let report = project.json("v1.2.0");
        let carried = entry(&report, "GO-2026-1").unwrap();
        assert_eq!((&carried["status"], &carried["carried"]["from"]), (&json!("carried"), &json!("v1.1.1")));
        assert_eq!(carried["carried"]["date"], project.json("v1.1.1")["release"]["date"]);
        assert_eq!(carried["fix"]["also_fixed_in"], json!(["v1.1.1"]));
        assert_eq!(carried["fix"]["first_release"], Value::Null);
        let release = &report["release"];
        assert_eq!((&release["previous_tag"], &release["previous_reason"]), (&json!("v1.1.0"), &json!("ancestor")));
        assert_eq!(project.notes("v1.2.0"), "");
        assert_eq!(project.explain("GO-2026-1")["first_fixed_in"], json!(["v1.1.1"]));
    }
}

#[test]
fn what_is_carried_over_is_listed_when_asked_for_and_explained() {
    let project = picked(0);
    for template in ["default", "kata"] {
        let listed = printed(&project, &["notes", "--tag", "v1.2.0", "--carried", "--template", template]);
        assert!(listed.contains("GO-2026-1") && listed.contains("(since [v1.1.1]("), "{listed}");
        let announced = printed(&project, &["notes", "--tag", "v1.1.1", "--carried", "--template", template]);
        assert!(announced.contains("GO-2026-1") && !announced.contains("since"), "{announced}");
    }
    let story = printed(&project, &["explain", "v1.2.0"]);
    for part in [
        "Counted from v1.1.0, the latest release that it descends from; v1.1.1 was cut beside it.",
        "Nothing is known to be fixed here for the first time.",
        "GO-2026-1: carried, likely",
        "no news: v1.1.1 of 2026-01-01 brought it first",
    ] {
        assert!(story.contains(part), "{story}");
    }
    assert_eq!(project.explain("v1.2.0")["advisories"][0]["carried"]["from"], "v1.1.1");
}

#[test]
fn records_know_facts_and_no_news() {
    let project = picked(0);
    let written = |arguments: &[&str]| serde_json::from_str::<Value>(&printed(&project, arguments)).unwrap();
    assert_eq!(written(&["osv", "--tag", "v1.2.0"]), json!([]), "what a release announces has records");
    let events = &written(&["osv", "--tag", "v1.1.1"])[0]["affected"][0]["ranges"][0]["events"];
    assert_eq!(events.as_array().unwrap().len(), 3, "both fixes end a range: {events}");
}

#[test]
fn later_releases_say_nothing_of_what_is_carried_over() {
    let mut project = picked(0);
    project.commit("main", "Work");
    project.tag("v1.2.1", "main");
    project.commit("main", "Work");
    project.tag("v1.3.0", "main");
    for tag in ["v1.2.1", "v1.3.0"] {
        assert_eq!(status(&project, tag, "GO-2026-1"), None, "{tag}");
    }
}

#[test]
fn a_line_whose_release_before_was_affected_announces_whatever_other_lines_did() {
    // Traefik: 2.11.14 has the fix, is merged into 3.2, and 3.2.1 announces it.
    let mut project = started();
    let base = project.commit("main", "Work");
    project.branch("v2", &base);
    project.commit("v2", "Prepare 2.11.0");
    project.tag("v2.11.0", "v2");
    project.commit("main", "Break things");
    project.tag("v3.2.0", "main");
    let fix = project.commit("v2", "Bound the copy");
    project.tag("v2.11.1", "v2");
    project.merge("v2", "Merge branch v2 into main");
    project.tag("v3.2.1", "main");
    project.commit("main", "Work");
    project.tag("v3.3.0", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    for tag in ["v2.11.1", "v3.2.1"] {
        assert_eq!(status(&project, tag, "GO-2026-1").as_deref(), Some("fixed"), "{tag}");
    }
    assert_eq!(status(&project, "v3.3.0", "GO-2026-1"), None);
    assert_eq!(project.explain("GO-2026-1")["first_fixed_in"], json!(["v2.11.1", "v3.2.1"]));
}

#[test]
fn the_first_of_a_line_announces_what_the_highest_version_before_it_lacks() {
    // 1.1.2 came after 1.2.0 was out: who gets 1.2.0 had no fix before.
    let mut project = started();
    let base = project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    project.branch("release-1.1", &base);
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.2.0", "main");
    project.commit("release-1.1", &copy_of(&fix));
    project.tag("v1.1.1", "release-1.1");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    for tag in ["v1.1.1", "v1.2.0"] {
        assert_eq!(status(&project, tag, "GO-2026-1").as_deref(), Some("fixed"), "{tag}");
    }
}

#[test]
fn what_a_line_brings_again_is_carried_over_on_it() {
    let project = picked(0);
    let main = project.git().refname_to_id("refs/heads/main").unwrap().to_string();
    project.branch("release-1.1", &main);
    project.tag("v1.1.2", "release-1.1");
    assert_eq!(status(&project, "v1.1.2", "GO-2026-1").as_deref(), Some("carried"), "the main branch has a copy");
}

#[test]
fn what_was_taken_back_is_news_when_it_is_fixed_again() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    let back = project.commit("main", &format!("Revert \"Bound the copy\"\n\nThis reverts commit {fix}."));
    project.tag("v1.0.2", "main");
    project.commit("main", &format!("Revert \"Revert \"Bound the copy\"\"\n\nThis reverts commit {back}."));
    project.tag("v1.0.3", "main");
    project.commit("main", "Work");
    project.tag("v1.0.4", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    for (tag, expected) in
        [("v1.0.1", Some("fixed")), ("v1.0.2", Some("reverted")), ("v1.0.3", Some("fixed")), ("v1.0.4", None)]
    {
        assert_eq!(status(&project, tag, "GO-2026-1").as_deref(), expected, "{tag}");
    }
}

#[test]
fn the_rest_of_a_fix_makes_it_news() {
    let mut project = started();
    let first = project.commit("main", "Bound the copy");
    project.tag("v1.0.1", "main");
    let second = project.commit("main", "Bound the other copy");
    project.tag("v1.0.2", "main");
    let events = json!([{ "introduced": "0" }, { "fixed": first }, { "fixed": second }]);
    project
        .osv("GO-2026-1", json!({ "affected": [{ "ranges": [{ "type": "GIT", "repo": REMOTE, "events": events }] }] }));
    let (part, whole) = (status(&project, "v1.0.1", "GO-2026-1"), status(&project, "v1.0.2", "GO-2026-1"));
    assert_eq!((part.as_deref(), whole.as_deref()), (Some("partial"), Some("fixed")));
}

#[test]
fn what_only_a_record_says_is_carried_over_likewise() {
    let mut project = started();
    let base = project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    project.branch("release-1.1", &base);
    for tag in ["v1.1.1", "v1.1.2"] {
        project.commit("release-1.1", "chore: tidy up");
        project.tag(tag, "release-1.1");
    }
    project.commit("main", "chore: tidy up");
    project.tag("v1.2.0", "main");
    project.osv("GO-2026-1", json!({ "affected": patched(&["1.1.1", "1.2.0"]) }));
    // Here 1.1.x was affected until 1.2.0 was out.
    let late = json!([{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
        "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "1.1.0" }, { "fixed": "1.2.0" }] }] }]);
    project.osv("GO-2026-2", json!({ "affected": late }));
    for (tag, id, expected) in [
        ("v1.1.1", "GO-2026-1", Some("fixed")),
        ("v1.1.2", "GO-2026-1", None),
        ("v1.2.0", "GO-2026-1", Some("carried")),
        ("v1.2.0", "GO-2026-2", Some("fixed")),
    ] {
        assert_eq!(status(&project, tag, id).as_deref(), expected, "{tag} {id}");
    }
    assert_eq!(project.explain("GO-2026-1")["first_fixed_in"], json!(["v1.1.1"]));
}

/// v1.0.1 and v1.0.2 at one commit, which fixes an advisory, updates a
/// dependency, claims to fix another one, and is preceded by a quiet fix.
fn tagged_twice(first: &str, second: &str) -> Project {
    let mut project = Project::new();
    let go_mod = |version: &str| {
        format!("module github.com/example/parcel\n\ngo 1.24.4\n\nrequire golang.org/x/net {version}\n")
    };
    project.edit("main", "Ada", "Start", &[("go.mod", &go_mod("v0.30.0"))]);
    project.tag("v1.0.0", "main");
    project.edit("main", "Ada", "Prevent path traversal when unpacking archives", &[("quiet", "text\n")]);
    let fix = project.edit("main", "Ada", "Check the owner", &[("go.mod", &go_mod("v0.45.0"))]);
    project.edit("main", "Ada", "build: new base image, fixes CVE-2026-90009", &[("image", "text\n")]);
    project.tag(first, "main");
    project.tag(second, "main");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    let affected = json!([{ "package": { "ecosystem": "Go", "name": "golang.org/x/net" },
        "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "0.44.0" }] }] }]);
    project.osv("GO-2026-2", json!({ "affected": affected }));
    project
}

#[test]
fn a_release_with_no_commit_of_its_own_brings_no_news() {
    for (first, second) in [("v1.0.1", "v1.0.2"), ("v1.1.0-rc2", "v1.1.0-rc3"), ("v1.0.1", "v1.1.0")] {
        let project = tagged_twice(first, second);
        let told = project.json(first);
        let ids: Vec<&str> =
            told["advisories"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["GO-2026-1", "CVE-2026-90009", "GO-2026-2"], "{first}");
        assert!(codes(&told).contains(&"quiet-security-fix") && codes(&told).contains(&"unknown-advisory"), "{told}");
        let again = project.json(second);
        assert_eq!((&again["advisories"], &again["findings"]), (&json!([]), &json!([])), "{second}");
        let release = &again["release"];
        assert_eq!((&release["previous_tag"], &release["previous_reason"]), (&json!(first), &json!("same-commit")));
        let dependencies = printed(&project, &["dependencies", "--tag", second]);
        assert!(dependencies.contains(&format!("{second}, against {first}")), "{dependencies}");
        assert!(dependencies.contains("no dependency changed"), "{dependencies}");
        let story = printed(&project, &["explain", second]);
        assert!(story.contains(&format!("Counted from {first}, which is tagged at the same commit.")), "{story}");
    }
}

#[test]
fn a_final_release_at_the_commit_of_its_candidate_announces() {
    let project = tagged_twice("v1.1.0-rc3", "v1.1.0");
    assert_eq!(project.json("v1.1.0")["advisories"].as_array().unwrap().len(), 3);
    assert_eq!(project.json("v1.1.0")["release"]["previous_tag"], "v1.0.0");
}

#[test]
fn a_release_that_is_spelled_twice_is_announced_under_both_names_and_listed_once() {
    let project = tagged_twice("1.0.1", "v1.0.1");
    for tag in ["1.0.1", "v1.0.1"] {
        assert_eq!(status(&project, tag, "GO-2026-1").as_deref(), Some("fixed"), "{tag}");
        assert_eq!(project.json(tag)["release"]["previous_tag"], "v1.0.0");
    }
    assert_eq!(project.explain("GO-2026-1")["first_fixed_in"], json!(["1.0.1"]));
}

#[test]
fn what_a_record_says_of_the_second_tag_is_said_of_the_first() {
    // The record speaks of the tag that was published in the end.
    let mut project = started();
    project.commit("main", "chore: tidy up");
    project.tag("v1.0.1", "main");
    project.tag("v1.0.2", "main");
    project.osv("GO-2026-1", json!({ "affected": patched(&["1.0.2"]) }));
    assert_eq!(status(&project, "v1.0.1", "GO-2026-1").as_deref(), Some("fixed"));
    assert_eq!(status(&project, "v1.0.2", "GO-2026-1"), None);
}

#[test]
fn a_fix_is_looked_for_in_the_code_of_a_release_whichever_of_its_tags_a_record_names() {
    let mut project = started();
    for name in ["alpha", "beta", "gamma"] {
        project.commit_file("main", &format!("docs: write about {name}"), &format!("docs/{name}.md"));
    }
    let fix = project.commit_file("main", "Validate archive entry names against path traversal", "unpack/archive.go");
    project.tag("v1.0.1", "main");
    project.tag("v1.0.2", "main");
    project.osv(
        "GO-2026-1",
        json!({ "summary": "Path traversal by archive entry names in unpack", "affected": patched(&["1.0.2"]) }),
    );
    let story = project.explain("GO-2026-1");
    assert_eq!(story["candidates"][0]["commits"][0]["id"], json!(fix), "{story}");
}

#[test]
fn a_commit_to_count_from_that_is_not_before_is_told() {
    let project = picked(0);
    let told = |tag: &str, from: &str| {
        let output = project.secnotes(&["notes", "--tag", tag, "--from", from, "--format", "json"]).assert().success();
        let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
        let findings = codes(&report).into_iter().filter(|code| *code == "from-is-not-before").count();
        (String::from_utf8(output.get_output().stderr.clone()).unwrap(), findings, report)
    };
    let (said, findings, report) = told("v1.2.0", "v1.1.1");
    assert!(said.contains("is no ancestor of v1.2.0") && findings == 1, "{said}");
    assert_eq!(entry(&report, "GO-2026-1").unwrap()["status"], "carried");
    let (said, findings, report) = told("v1.1.0", "v1.2.0");
    assert!(said.contains("is newer than v1.1.0") && findings == 1, "{said}");
    assert_eq!(report["advisories"], json!([]));
    for from in ["v1.1.0", "v1.2.0"] {
        let (said, findings, _) = told("v1.2.0", from);
        assert_eq!((said.as_str(), findings), ("", 0), "{from}");
    }
    let listed = project.secnotes(&["dependencies", "--tag", "v1.1.0", "--from", "v1.2.0"]).assert().success();
    assert!(String::from_utf8_lossy(&listed.get_output().stderr).contains("is newer than v1.1.0"));
}

#[test]
fn with_a_commit_to_count_from_only_that_counts() {
    let project = picked(0);
    let output =
        project.secnotes(&["notes", "--tag", "v1.2.0", "--from", "v1.1.0", "--format", "json"]).assert().success();
    let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(entry(&report, "GO-2026-1").unwrap()["status"], "fixed", "1.1.1 was not asked about");
    assert!(report["release"]["counted_from"].as_str().unwrap().starts_with("Counted from commit "), "{report}");
}

#[test]
fn what_is_unreleased_is_no_news_where_the_line_went_on_beside_it() {
    let project = picked(0);
    project.git().tag_delete("v1.2.0").unwrap();
    let output = project.secnotes(&["notes", "--unreleased", "--format", "json"]).assert().success();
    let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    let carried = entry(&report, "GO-2026-1").unwrap();
    assert_eq!((&carried["status"], &carried["carried"]["from"]), (&json!("carried"), &json!("v1.1.1")));
}

#[test]
fn what_the_highest_version_before_had_left_of_dependencies_is_no_news() {
    let go_mod = |net: &str, text: &str| {
        format!(
            "module github.com/example/parcel\n\ngo 1.24.4\n\nrequire (\n\tgolang.org/x/net {net}\n\tgolang.org/x/text {text}\n)\n"
        )
    };
    let mut project = Project::new();
    let base = project.edit("main", "Ada", "Start", &[("go.mod", &go_mod("v0.30.0", "v0.20.0"))]);
    project.tag("v1.1.0", "main");
    project.branch("release-1.1", &base);
    project.edit("release-1.1", "Ada", "Update x/net", &[("go.mod", &go_mod("v0.45.0", "v0.20.0"))]);
    project.tag("v1.1.1", "release-1.1");
    project.edit("main", "Ada", "Update both", &[("go.mod", &go_mod("v0.46.0", "v0.30.0"))]);
    project.tag("v1.2.0", "main");
    project.commit("main", "Work");
    for (id, name, fixed) in [("GO-2026-1", "golang.org/x/net", "0.44.0"), ("GO-2026-2", "golang.org/x/text", "0.25.0")]
    {
        let affected = json!([{ "package": { "ecosystem": "Go", "name": name },
            "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": fixed }] }] }]);
        project.osv(id, json!({ "affected": affected }));
    }
    assert_eq!(status(&project, "v1.1.1", "GO-2026-1").as_deref(), Some("fixed"));
    let report = project.json("v1.2.0");
    let (net, text) = (entry(&report, "GO-2026-1").unwrap(), entry(&report, "GO-2026-2").unwrap());
    assert_eq!((&net["status"], &text["status"]), (&json!("carried"), &json!("fixed")));
    assert_eq!((&net["carried"]["from"], &net["fix"]["first_release"]), (&json!("v1.1.1"), &Value::Null));
    let notes = project.notes("v1.2.0");
    assert!(!notes.contains("GO-2026-1") && notes.contains("GO-2026-2"), "{notes}");
    let listed = printed(&project, &["notes", "--tag", "v1.2.0", "--carried"]);
    assert!(listed.contains("GO-2026-1") && listed.contains("(since [v1.1.1]("), "{listed}");
    assert!(printed(&project, &["explain", "v1.2.0"]).contains("no news: v1.1.1 of 2026-01-01 had it"));
    let from = printed(&project, &["notes", "--tag", "v1.2.0", "--from", "v1.1.0"]);
    assert!(from.contains("GO-2026-1"), "with a commit to count from only that counts: {from}");
}
