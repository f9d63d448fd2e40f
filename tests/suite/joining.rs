//! Advisories that nothing names: candidates, backports, reverts, decisions.

use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, codes, commits, entry, failure, patched, started};

/// What six advisories are about, and the fix of each.
const SIX: [(&str, &str, &str); 6] = [
    ("Symlink following in archive extraction", "Check links before unpacking", "archive/extract.go"),
    ("Timing side channel in token comparison", "Compare tokens in constant time", "auth/token.go"),
    ("Memory exhaustion by nested YAML aliases", "Limit the depth of aliases", "yaml/alias.go"),
    ("Open redirect after login", "Only redirect to local pages after login", "web/login.go"),
    ("Credentials in debug log of registry client", "Redact the registry header", "registry/client.go"),
    ("Plugin path traversal by manifest name", "Refuse separators in plugin manifest names", "plugin/manifest.go"),
];

fn text(line: &str) -> String {
    format!("package x\n\nfunc f() {{\n\tprepare()\n\t{line}\n\tfinish()\n}}\n")
}

fn advisory(project: &Project, number: usize, title: &str, versions: &[&str]) -> String {
    let id = format!("GO-2026-{number}");
    project.osv(&id, json!({ "summary": title, "affected": patched(versions) }));
    id
}

#[test]
fn six_advisories_and_six_forks_come_out_right_as_a_set() {
    let mut project = started();
    let mut forks = Vec::new();
    for (at, (_, subject, path)) in SIX.iter().enumerate() {
        let fork = format!("fork{at}");
        let words = text(&format!("{}()", subject.replace(' ', "")));
        let fix = project.edit(&fork, "Ada", subject, &[(path, &words)]);
        forks.push((fix, project.merge_files(&fork, "Merge commit from fork")));
    }
    project.tag("v1.1.0", "main");
    for (at, (title, ..)) in SIX.iter().enumerate() {
        advisory(&project, at + 1, title, &["1.1.0"]);
    }
    let report = project.json("v1.1.0");
    for (at, (fix, merge)) in forks.iter().enumerate() {
        let entry = entry(&report, &format!("GO-2026-{}", at + 1)).unwrap();
        assert_eq!(commits(entry), [fix.as_str(), merge], "{}", SIX[at].0);
        assert_eq!(entry["confidence"], "likely");
    }
    assert!(!codes(&report).contains(&"unexplained-private-fork"));
}

#[test]
fn one_fork_brings_five_fixes_and_each_advisory_has_its_own() {
    let mut project = started();
    let mut fixes = Vec::new();
    for (title, subject, path) in &SIX[..5] {
        // The message says what the advisory says, in other words.
        let message = format!("{subject}\n\nThis is about {}.", title.to_lowercase());
        fixes.push(project.edit("fork", "Ada", &message, &[(path, &text("check()"))]));
    }
    project.edit("fork", "Ada", "Prepare release notes for 1.1.0", &[("CHANGELOG.md", "# 1.1.0\n")]);
    project.edit("main", "Bob", "Paint the barn", &[("barn.go", &text("paint()"))]);
    let merge = project.merge_files("fork", "Merge commit from fork");
    project.tag("v1.1.0", "main");
    for (at, (title, ..)) in SIX[..5].iter().enumerate() {
        advisory(&project, at + 1, title, &["1.1.0"]);
    }
    let report = project.json("v1.1.0");
    for (at, fix) in fixes.iter().enumerate() {
        let entry = entry(&report, &format!("GO-2026-{}", at + 1)).unwrap();
        assert_eq!(commits(entry), [fix.as_str(), &merge], "{}", SIX[at].0);
    }
    assert!(!codes(&report).contains(&"shared-fix-commit"));
}

#[test]
fn one_merge_brings_two_fixes_commit_by_commit() {
    let mut project = started();
    let mut fixes = Vec::new();
    for (_, subject, path) in &SIX[..2] {
        fixes.push(project.edit("fork", "Ada", subject, &[(path, &text(&format!("{}()", subject.replace(' ', ""))))]));
    }
    for number in 0..4 {
        project.edit("main", "Bob", &format!("Tidy part {number} up"), &[(&format!("part{number}.go"), &text("x()"))]);
    }
    project.merge_files("fork", "Merge commit from fork");
    project.tag("v1.1.0", "main");
    for (at, (title, ..)) in SIX[..2].iter().enumerate() {
        advisory(&project, at + 1, title, &["1.1.0"]);
    }
    for (at, fix) in fixes.iter().enumerate() {
        let story = project.explain(&format!("GO-2026-{}", at + 1));
        assert_eq!(story["candidates"][0]["chosen"], true);
        let report = project.json("v1.1.0");
        let linked = entry(&report, &format!("GO-2026-{}", at + 1)).map(commits).unwrap_or_default();
        assert!(linked.is_empty() || linked[0] == fix, "{linked:?}");
        assert!(!linked.contains(&fixes[1 - at].as_str()));
    }
}

#[test]
fn equal_candidates_are_possible_and_both_are_shown() {
    let mut project = started();
    project.edit("main", "Ada", "Check links in the reader", &[("a/reader.go", &text("checkLinks()"))]);
    project.edit("main", "Ada", "Check links in the writer", &[("a/writer.go", &text("checkLinks()"))]);
    project.tag("v1.1.0", "main");
    let id = advisory(&project, 1, "Links are followed", &["1.1.0"]);
    let report = project.json("v1.1.0");
    assert!(entry(&report, &id).is_none_or(|entry| commits(entry).is_empty()));
    let story = project.explain(&id);
    assert!(story["commits"].as_array().unwrap().is_empty());
    assert_eq!(story["candidates"].as_array().unwrap().len(), 2);
    assert!(project.notes("v1.1.0").is_empty());
}

#[test]
fn the_only_change_of_a_release_that_is_called_patched_is_its_fix() {
    let mut project = started();
    let fix = project.edit("main", "Ada", "Some fixes", &[("a.go", &text("check()"))]);
    project.edit("main", "Ada", "Release v1.1.0", &[("VERSION", "1.1.0\n")]);
    project.tag("v1.1.0", "main");
    let id = advisory(&project, 1, "Links are followed", &["1.1.0"]);
    // Whoever says so: of 97 such changes in the tables 96 are right.
    assert_eq!(commits(entry(&project.json("v1.1.0"), &id).unwrap()), [fix.as_str()]);
    let own = json!([{ "ghsa_id": "GHSA-2222-3333-4444", "state": "published", "summary": "Links are followed",
        "html_url": "https://github.com/example/parcel/security/advisories/GHSA-2222-3333-4444",
        "url": "https://api.github.com/repos/example/parcel/security-advisories/GHSA-2222-3333-4444",
        "vulnerabilities": [{ "package": { "ecosystem": "go", "name": "github.com/example/parcel" },
                              "vulnerable_version_range": "< 1.1.0", "patched_versions": "1.1.0" }] }]);
    project.write("own.json", &own.to_string());
    std::fs::remove_file(project.advisories().join(format!("{id}.json"))).unwrap();
    assert_eq!(commits(entry(&project.json("v1.1.0"), "GHSA-2222-3333-4444").unwrap()), [fix.as_str()]);
}

#[test]
fn a_story_over_all_lines_tells_the_fix_from_its_neighbours() {
    let mut project = started();
    let at = project.edit("main", "Ada", "Lay the ground", &[("ground.go", &text("lay()"))]);
    project.tag("v1.1.0", "main");
    project.branch("v1.0", &at);
    let (first, second) = (text("bound(copy)"), text("bound(copy)").replace("finish", "end"));
    for number in 0..5 {
        let subject = format!("Paint the old shed number {number}");
        project.edit("v1.0", "Bob", &subject, &[(&format!("shed{number}.go"), &text("paint()"))]);
    }
    let backport = project.edit("v1.0", "Ada", "[1.0] Bound the copy of frames (#8)", &[("copy.go", &first)]);
    project.tag("v1.0.1", "v1.0");
    for number in 0..5 {
        let subject = format!("Paint the new barn number {number}");
        project.edit("main", "Bob", &subject, &[(&format!("barn{number}.go"), &text("paint()"))]);
    }
    let fix = project.edit("main", "Ada", "Bound the copy of frames (#7)", &[("copy.go", &second)]);
    project.tag("v1.1.1", "main");
    let id = advisory(&project, 1, "Overflow by frames that are too long", &["1.0.1", "1.1.1"]);
    for (tag, commit) in [("v1.0.1", &backport), ("v1.1.1", &fix)] {
        let report = project.json(tag);
        assert_eq!(commits(entry(&report, &id).unwrap()), [commit.as_str()], "{tag}");
    }
    let story = project.explain(&id);
    let kinds: Vec<&str> = story["candidates"][0]["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|evidence| evidence["kind"].as_str().unwrap())
        .collect();
    assert!(kinds.contains(&"story"), "{kinds:?}");
}

/// A fix on `main`, in v1.1.0, that a record names; and a branch `old` from before it.
fn fixed_on_main(subject: &str, fixed: &str) -> (Project, String) {
    let mut project = started();
    let base = project.edit("main", "Ada", "Lay the ground", &[("copy.go", &text("copy()"))]);
    project.branch("old", &base);
    let fix = project.edit("main", "Ada", subject, &[("copy.go", fixed)]);
    project.tag("v1.1.0", "main");
    let url = format!("{REMOTE}/commit/{fix}");
    project.osv(
        "GO-2026-1",
        json!({ "references": [{ "type": "FIX", "url": url }], "affected": patched(&["1.0.1", "1.1.0"]) }),
    );
    (project, fix)
}

fn tier(project: &Project, backport: &str) -> Option<(String, String)> {
    let story = project.explain("GO-2026-1");
    let link = story["commits"].as_array().unwrap().iter().find(|commit| commit["id"] == backport)?.clone();
    let first = link["evidence"].as_array().unwrap().iter().find(|evidence| evidence["kind"] != "patched_version")?;
    Some((first["kind"].as_str().unwrap().to_owned(), link["confidence"].as_str().unwrap().to_owned()))
}

fn is(kind: &str, confidence: &str) -> Option<(String, String)> {
    Some((kind.to_owned(), confidence.to_owned()))
}

#[test]
fn a_backport_of_the_same_lines_is_as_sure_as_its_original() {
    let (mut project, _) = fixed_on_main("Bound the copy of frames", &text("copy(bounded)"));
    project.edit("old", "Bob", "Elsewhere", &[("other.go", &text("x()"))]);
    let backport = project.edit("old", "Bob", "Bound the copy of frames (#9)", &[("copy.go", &text("copy(bounded)"))]);
    project.tag("v1.0.1", "old");
    assert_eq!(tier(&project, &backport), is("same_patch", "confirmed"));
    let report = project.json("v1.0.1");
    assert_eq!(commits(entry(&report, "GO-2026-1").unwrap()), [backport.as_str()]);
}

#[test]
fn an_edited_backport_is_likely_and_a_namesake_is_none() {
    let long = text("copy(bounded)\n\tlimit(frame)\n\tcheck(length)\n\treport(error)");
    let (mut project, _) = fixed_on_main("Bound the copy of frames", &long);
    let edited = text("copy(bounded)\n\tlimit(frame)\n\tcheck(length)\n\tlog(error)");
    let backport = project.edit("old", "Ada", "Bound the copy of frames", &[("copy.go", &edited)]);
    project.tag("v1.0.1", "old");
    let base = "old";
    let namesake = project.edit(base, "Ada", "Bound the copy of frames", &[("docs/other.go", &text("nothing()"))]);
    project.tag("v1.0.2", "old");
    assert_eq!(tier(&project, &backport), is("edited_copy", "likely"));
    assert_eq!(tier(&project, &namesake), None);
}

#[test]
fn copies_of_a_commit_that_nobody_has_are_one_fix() {
    let missing = "0123456789abcdef0123456789abcdef01234567";
    let mut project = started();
    let base = project.edit("main", "Ada", "Lay the ground", &[("copy.go", &text("copy()"))]);
    project.branch("old", &base);
    let message = format!("Bound it\n\n(cherry picked from commit {missing})");
    let fix = project.edit("main", "Ada", &message, &[("copy.go", &text("copy(bounded)"))]);
    project.tag("v1.1.0", "main");
    let subject = format!("(cherry picked from commit {})", &missing[..10]);
    let backport = project.edit("old", "Bob", &subject, &[("copy.go", &text("copy(limited)"))]);
    project.tag("v1.0.1", "old");
    let url = format!("{REMOTE}/commit/{missing}");
    project.osv("GO-2026-1", json!({ "references": [{ "type": "FIX", "url": url }] }));
    let story = project.explain("GO-2026-1");
    let ids: Vec<&Value> = story["commits"].as_array().unwrap().iter().map(|commit| &commit["id"]).collect();
    assert!(ids.contains(&&json!(fix)) && ids.contains(&&json!(backport)), "{story}");
    assert_eq!(story["first_fixed_in"], json!(["v1.0.1", "v1.1.0"]));
}

#[test]
fn a_quiet_revert_takes_the_fix_away_and_the_same_patch_brings_it_back() {
    let (mut project, fix) = fixed_on_main("Bound the copy of frames", &text("copy(bounded)"));
    let undo = project.edit("main", "Bob", "Simplify the frames", &[("copy.go", &text("copy()"))]);
    project.tag("v1.2.0", "main");
    project.edit("main", "Ada", "Bound the copy of frames", &[("copy.go", &text("copy(bounded)"))]);
    project.tag("v1.3.0", "main");
    assert_eq!(entry(&project.json("v1.2.0"), "GO-2026-1").unwrap()["status"], "reverted");
    assert_eq!(entry(&project.json("v1.3.0"), "GO-2026-1").unwrap()["status"], "fixed");
    let story = project.explain("GO-2026-1");
    assert_eq!((&story["reverts"][0]["by"]["id"], &story["reverts"][0]["of"]), (&json!(undo), &json!(fix)));
    assert_eq!(story["reverts"][1]["reapplies"], true);
}

#[test]
fn a_fix_that_is_a_revert_is_the_fix() {
    let mut project = started();
    let bug = project.edit("main", "Ada", "Copy without a bound", &[("copy.go", &text("copy()"))]);
    project.tag("v1.1.0", "main");
    let message = format!("Revert \"Copy without a bound\"\n\nThis reverts commit {bug}.");
    let fix = project.edit("main", "Ada", &message, &[("copy.go", "")]);
    project.tag("v1.2.0", "main");
    let url = format!("{REMOTE}/commit/{fix}");
    let affected = json!([{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
        "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "1.1.0" }, { "fixed": "1.2.0" }] }] }]);
    project.osv("GO-2026-1", json!({ "references": [{ "type": "FIX", "url": url }], "affected": affected }));
    project.branch("v1.1", &bug);
    project.edit("v1.1", "Bob", "Paint the shed", &[("shed.go", &text("paint()"))]);
    let backport = project.edit("v1.1", "Ada", "Revert \"Copy without a bound\"", &[("copy.go", "")]);
    project.tag("v1.1.1", "v1.1");
    let report = project.json("v1.2.0");
    let own = entry(&report, "GO-2026-1").unwrap();
    assert_eq!((commits(own), &own["status"]), (vec![fix.as_str()], &json!("fixed")));
    let report = project.json("v1.1.1");
    assert_eq!(commits(entry(&report, "GO-2026-1").unwrap()), [backport.as_str()]);
}

#[test]
fn a_reverted_security_update_is_reported_where_it_ships() {
    let mut project = started();
    let bump = project.commit("main", "Bump framing to 2.1, which fixes CVE-2026-4242");
    project.tag("v1.1.0", "main");
    project.commit("main", &format!("Revert \"Bump framing\"\n\nThis reverts commit {bump}."));
    let quiet = project.commit("main", "Bump xmlkit to 3.2 to fix a denial of service");
    project.commit("main", &format!("Revert \"Bump xmlkit to 3.2\"\n\nThis reverts commit {quiet}."));
    project.tag("v1.2.0", "main");
    assert!(!codes(&project.json("v1.1.0")).contains(&"security-update-reverted"));
    let report = project.json("v1.2.0");
    let findings = report["findings"].as_array().unwrap().iter();
    let subjects: Vec<&str> = findings
        .filter(|finding| finding["code"] == "security-update-reverted")
        .map(|finding| finding["subject"].as_str().unwrap())
        .collect();
    assert_eq!(subjects.len(), 2, "{report}");
    assert!(subjects.contains(&"CVE-2026-4242") && subjects.contains(&quiet.as_str()));
}

#[test]
fn a_quiet_security_fix_is_a_finding_and_no_line_of_the_notes() {
    let mut project = started();
    project.commit("main", "Restrict anonymous access to /version");
    project.commit("main", "Bump x to 2.0 because of a privilege escalation");
    project.commit("main", "docs: explain the privilege escalation of 2020");
    project.commit("main", "Speed the listing up");
    project.tag("v1.1.0", "main");
    let report = project.json("v1.1.0");
    assert_eq!(codes(&report), ["quiet-security-fix"]);
    assert!(project.notes("v1.1.0").is_empty());
}

#[test]
fn a_reference_to_release_notes_is_not_followed() {
    let mut project = started();
    let fix = project.edit("main", "Ada", "Bound the copy of frames", &[("copy.go", &text("copy(bounded)"))]);
    let notes =
        project.edit("main", "Ada", "Add the notes of 1.1.0", &[("CHANGELOG.md", "# 1.1.0\n\nFixes a copy.\n")]);
    project.edit("main", "Bob", "Paint the barn", &[("barn.go", &text("paint()"))]);
    project.tag("v1.1.0", "main");
    let url = format!("{REMOTE}/commit/{notes}");
    project.osv(
        "GO-2026-1",
        json!({ "summary": "Overflow in the copy of frames", "references": [{ "type": "FIX", "url": url }],
                "affected": patched(&["1.1.0"]) }),
    );
    let report = project.json("v1.1.0");
    assert!(codes(&report).contains(&"contradicted-reference"), "{report}");
    assert_eq!(commits(entry(&report, "GO-2026-1").unwrap()), [fix.as_str()]);
}

#[test]
fn a_commit_from_before_the_first_affected_version_is_not_the_fix() {
    let mut project = Project::new();
    let early = project.edit("main", "Ada", "Copy frames", &[("copy.go", &text("copy()"))]);
    project.tag("v1.0.0", "main");
    project.commit("main", "More");
    project.tag("v1.1.0", "main");
    project.edit("main", "Ada", "Bound it", &[("copy.go", &text("copy(bounded)"))]);
    project.edit("main", "Bob", "Paint the barn", &[("barn.go", &text("paint()"))]);
    project.tag("v1.1.1", "main");
    let url = format!("{REMOTE}/commit/{early}");
    let affected = json!([{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
        "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "1.1.0" }, { "fixed": "1.1.1" }] }] }]);
    project.osv("GO-2026-1", json!({ "references": [{ "type": "FIX", "url": url }], "affected": affected }));
    let story = project.explain("GO-2026-1");
    assert!(story["commits"].as_array().unwrap().iter().all(|commit| commit["id"] != json!(early)), "{story}");
    assert_eq!(story["not_the_fix"][0]["id"], json!(early));
}

#[test]
fn the_commit_that_introduced_it_is_not_the_fix() {
    let mut project = started();
    let bug = project.edit("main", "Ada", "Copy frames in one go (#6)", &[("copy.go", &text("copyAll(frames)"))]);
    for version in ["v1.1.0", "v1.1.1", "v1.1.2", "v1.1.3"] {
        project.edit("main", "Bob", &format!("Paint for {version}"), &[(&format!("{version}.go"), &text("paint()"))]);
        project.tag(version, "main");
    }
    let fix = project.edit("main", "Ada", "Copy frames one by one", &[("copy.go", &text("copyEach(frames)"))]);
    project.edit("main", "Bob", "Paint the barn", &[("barn.go", &text("paint()"))]);
    project.tag("v1.1.4", "main");
    let references = json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{bug}") }]);
    project.osv(
        "GO-2026-1",
        json!({ "summary": "Frames are copied into too small a buffer in copyAll", "references": references,
                "affected": patched(&["1.1.4"]) }),
    );
    let report = project.json("v1.1.4");
    assert!(codes(&report).contains(&"contradicted-reference"), "{report}");
    assert_eq!(commits(entry(&report, "GO-2026-1").unwrap()), [fix.as_str()]);
}

#[test]
fn squashed_forks_of_one_author_are_copies_when_their_lines_are() {
    let mut project = started();
    let long = text("copy(bounded)\n\tlimit(frame)\n\tcheck(length)\n\treport(error)");
    let base = project.edit("main", "Ada", "Lay the ground", &[("copy.go", &text("copy()"))]);
    project.branch("old", &base);
    let fix = project.edit("main", "Ada", "Merge commit from fork", &[("copy.go", &long)]);
    project.tag("v1.1.0", "main");
    project.edit("old", "Ada", "Merge commit from fork", &[("other.go", &text("other(fix)"))]);
    let backport = project.edit("old", "Ada", "Merge commit from fork", &[("copy.go", &long)]);
    project.tag("v1.0.1", "old");
    let references = json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{fix}") }]);
    project.osv("GO-2026-1", json!({ "references": references, "affected": patched(&["1.0.1", "1.1.0"]) }));
    let report = project.json("v1.0.1");
    assert_eq!(commits(entry(&report, "GO-2026-1").unwrap()), [backport.as_str()]);
}

#[test]
fn a_commit_that_two_records_name_goes_to_the_one_whose_words_it_has() {
    let mut project = started();
    let extraction = SIX[0];
    let redirect = SIX[3];
    let named =
        project.edit("fork", "Ada", extraction.1, &[(extraction.2, &text("checkLinksBeforeExtraction(archive)"))]);
    project.merge_files("fork", "Merge commit from fork");
    let other = project.edit("main", "Ada", redirect.1, &[(redirect.2, &text("redirectLocal(afterLogin)"))]);
    project.edit("main", "Bob", "Paint the barn", &[("barn.go", &text("paint()"))]);
    project.tag("v1.1.0", "main");
    let url = format!("{REMOTE}/commit/{named}");
    for (number, (title, ..)) in [(1, extraction), (2, redirect)] {
        let references = json!([{ "type": "FIX", "url": url }]);
        project.osv(
            &format!("GO-2026-{number}"),
            json!({ "summary": title, "references": references, "affected": patched(&["1.1.0"]) }),
        );
    }
    let report = project.json("v1.1.0");
    assert!(commits(entry(&report, "GO-2026-1").unwrap()).contains(&named.as_str()));
    let second = entry(&report, "GO-2026-2").unwrap();
    assert_eq!((commits(second), &second["confidence"]), (vec![other.as_str()], &json!("likely")));
    let finding = report["findings"].as_array().unwrap().iter().find(|one| one["code"] == "contradicted-reference");
    assert_eq!(finding.unwrap()["subject"], "GO-2026-2");
}

#[test]
fn without_file_contents_messages_decide_and_say_so() {
    let mut project = started();
    let fix = project.edit("fork", "Ada", SIX[5].1, &[(SIX[5].2, &text("refuseSeparators(manifest)"))]);
    project.merge_files("fork", "Merge commit from fork");
    project.edit("main", "Bob", "Paint the barn", &[("barn.go", &text("paint()"))]);
    project.tag("v1.1.0", "main");
    let id = advisory(&project, 1, SIX[5].0, &["1.1.0"]);
    let objects = project.path().join(".git/objects");
    let git = project.git();
    let odb = git.odb().unwrap();
    let mut blobs = Vec::new();
    odb.foreach(|oid| {
        blobs.extend((odb.read_header(*oid).unwrap().1 == git2::ObjectType::Blob).then(|| oid.to_string()));
        true
    })
    .unwrap();
    for blob in blobs {
        std::fs::remove_file(objects.join(&blob[..2]).join(&blob[2..])).unwrap();
    }
    let report = project.json("v1.1.0");
    assert_eq!(commits(entry(&report, &id).unwrap())[0], fix);
}

#[test]
fn a_draft_has_no_influence_on_what_is_said_in_public() {
    let (project, id, [one, _]) = undecided();
    let before = project.explain(&id);
    let url = format!("{REMOTE}/commit/{one}");
    let draft = json!([{ "ghsa_id": "GHSA-2222-3333-4444", "state": "draft", "summary": "Frames are too long",
        "description": format!("Fixed by {url}"), "url": "https://api.github.com/repos/example/parcel/security-advisories/GHSA-2222-3333-4444",
        "html_url": "https://github.com/example/parcel/security/advisories/GHSA-2222-3333-4444",
        "vulnerabilities": [{ "package": { "ecosystem": "go", "name": "github.com/example/parcel" },
                              "vulnerable_version_range": "< 1.1.0", "patched_versions": "1.1.0" }] }]);
    project.write("draft.json", &draft.to_string());
    assert_eq!(project.explain(&id), before);
    for of in ["v1.1.0", &one] {
        assert!(!project.explain(of).to_string().contains("GHSA-2222"), "{of}");
    }
    let private = project.secnotes(&["explain", &id, "--include-unpublished"]).assert().success();
    assert!(!private.get_output().stdout.is_empty());
}

/// A release with two changes that tell nothing apart.
fn undecided() -> (Project, String, [String; 2]) {
    let mut project = started();
    let one = project.edit("main", "Ada", "Mend the reader", &[("reader.go", &text("mend()"))]);
    let two = project.edit("main", "Ada", "Mend the writer", &[("writer.go", &text("mend()"))]);
    project.tag("v1.1.0", "main");
    let id = advisory(&project, 1, "Frames are too long", &["1.1.0"]);
    (project, id, [one, two])
}

#[test]
fn a_review_is_written_down_and_obeyed() {
    let (project, id, [one, two]) = undecided();
    assert!(entry(&project.json("v1.1.0"), &id).is_none_or(|entry| commits(entry).is_empty()));
    let output = project.secnotes(&["review"]).write_stdin(format!("9\n{one}\nI wrote it\n")).assert().success();
    let said = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
    assert!(said.contains("Frames are too long") && said.contains(&two[..7]), "{said}");
    let file = project.path().join("secnotes.links.toml");
    assert!(std::fs::read_to_string(&file).unwrap().contains("I wrote it"));
    let report = project.json("v1.1.0");
    let decided = entry(&report, &id).unwrap();
    assert_eq!((commits(decided), &decided["confidence"]), (vec![one.as_str()], &json!("confirmed")));
    // Decided, it is not asked about again.
    let again = project.secnotes(&["review"]).write_stdin("").assert().success();
    assert!(again.get_output().stdout.is_empty());
    // The record names it one day: the decision has become unnecessary.
    let reference = |hash: &str| {
        let url = format!("{REMOTE}/commit/{hash}");
        json!({ "references": [{ "type": "FIX", "url": url }], "affected": patched(&["1.1.0"]) })
    };
    project.osv(&id, reference(&one));
    assert!(codes(&project.json("v1.1.0")).contains(&"decision-unnecessary"));
    project.osv(&id, reference(&two));
    let report = project.json("v1.1.0");
    assert!(codes(&report).contains(&"decision-contradicted"));
    assert_eq!(commits(entry(&report, &id).unwrap()), [one.as_str()]);
}

#[test]
fn none_of_these_is_an_answer() {
    let (project, id, [one, two]) = undecided();
    project.secnotes(&["review", &id]).write_stdin("n\nnot here\n").assert().success();
    let story = project.explain(&id);
    let text = story.to_string();
    assert!(!text.contains(&one) && !text.contains(&two), "{text}");
}

#[test]
fn decisions_that_cannot_be_used_say_so() {
    let (project, id, _) = undecided();
    let file = project.path().join("secnotes.toml");
    let missing = "[[link]]\nadvisory = \"GO-2026-99\"\ncommits = [\"0123456789\"]\nreason = \"x\"\n";
    std::fs::write(&file, missing).unwrap();
    assert!(codes(&project.json("v1.1.0")).contains(&"decision-unusable"));
    std::fs::write(&file, missing.replace("GO-2026-99", &id)).unwrap();
    assert!(codes(&project.json("v1.1.0")).contains(&"decision-unusable"));
    std::fs::write(&file, "[[link]]\nadvisory = \"../x\"\ncommit = []\n").unwrap();
    let error = failure(&mut project.secnotes(&["notes", "--tag", "v1.1.0"]), 1);
    for part in ["not an advisory's id", "unknown key `commit`", "decides nothing"] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn explain_speaks_of_advisories_releases_and_commits_in_one_schema() {
    let (project, fix) = fixed_on_main("Bound the copy of frames", &text("copy(bounded)"));
    for (of, kind) in [("GO-2026-1", "advisory"), ("v1.1.0", "release"), (&fix[..12], "commit")] {
        let story = project.explain(of);
        assert_eq!((&story["schema"], &story["kind"]), (&json!("secnotes/explain/v1"), &json!(kind)));
        let text = project.secnotes(&["explain", of]).assert().success();
        let text = String::from_utf8_lossy(&text.get_output().stdout).into_owned();
        assert!(text.contains("GO-2026-1") && text.contains("+6.0"), "{text}");
    }
    assert_eq!(project.explain(&fix)["first_releases"], json!(["v1.1.0"]));
}

#[test]
fn what_was_kept_changes_no_answer() {
    let (project, id, _) = undecided();
    let run = |arguments: &[&str]| {
        let mut command = project.secnotes(arguments);
        command.env("SECNOTES_CACHE_DIR", project.folder().join("cache"));
        command.assert().success().get_output().stdout.clone()
    };
    let cold = run(&["explain", &id]);
    let kept: Vec<_> = project.folder().join("cache").read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    let changes = kept.iter().find(|path| path.file_name().unwrap().to_str().unwrap().starts_with("changes-")).unwrap();
    assert_eq!(kept.len(), 2, "what commits changed, and the index of their messages");
    assert_eq!(run(&["explain", &id]), cold);
    assert_eq!(run(&["explain", &id, "--no-cache"]), cold);
    std::fs::write(changes, "secnotes changes 1\nbroken").unwrap();
    assert_eq!(run(&["explain", &id]), cold);
}
