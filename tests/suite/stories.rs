//! What secnotes says about each kind of link, end to end.

use serde_json::json;

use crate::builder::{Project, REMOTE, codes, commits, entry, fixed_by, started};

#[test]
fn a_named_merge_stands_for_the_commits_that_it_brought_in() {
    let mut project = started();
    let inner = [project.commit("fork", "Bound the copy"), project.commit("fork", "Test the bound")];
    project.commit("main", "Elsewhere");
    let merge = project.merge("fork", "Merge commit from fork");
    project.tag("v1.1.0", "main");
    project.osv("GO-2026-1", fixed_by(&[&merge]));
    let report = project.json("v1.1.0");
    let entry = entry(&report, "GO-2026-1").unwrap();
    assert_eq!(commits(entry), [inner[0].as_str(), &inner[1], &merge]);
    assert_eq!(entry["fix"]["commits"][2]["role"], "merge");
    assert_eq!((&entry["status"], &entry["confidence"]), (&json!("fixed"), &json!("confirmed")));
    assert_eq!(report["release"]["previous_tag"], "v1.0.0");
}

#[test]
fn an_inner_commit_of_a_private_fork_stands_for_the_whole_fork() {
    let mut project = started();
    let inner = [project.commit("fork", "Bound the copy"), project.commit("fork", "Bound the other copy")];
    project.commit("main", "Elsewhere");
    let merge = project.merge("fork", "Merge commit from fork");
    project.tag("v1.1.0", "main");
    let url = format!("{REMOTE}/commit/{}", inner[0]);
    project.osv("GO-2026-1", json!({ "references": [{ "type": "FIX", "url": url }] }));
    let report = project.json("v1.1.0");
    assert_eq!(commits(entry(&report, "GO-2026-1").unwrap()), [inner[0].as_str(), &inner[1], &merge]);
}

#[test]
fn an_inner_commit_of_an_ordinary_merge_stands_for_itself() {
    let mut project = started();
    let fix = project.commit("pr", "Bound the copy");
    project.commit("pr", "Unrelated");
    project.commit("main", "Elsewhere");
    let merge = project.merge("pr", "Merge pull request #12 from ada/pr");
    project.tag("v1.1.0", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    assert_eq!(commits(entry(&project.json("v1.1.0"), "GO-2026-1").unwrap()), [fix.as_str(), &merge]);
}

#[test]
fn pseudo_versions_and_abbreviated_hashes_name_commits() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    let other = project.commit("main", "Check the path");
    project.tag("v1.1.0", "main");
    let version = format!("0.0.0-20260101000000-{}", &fix[..12]);
    project.osv(
        "GO-2026-1",
        json!({ "affected": [{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel/cmd" },
            "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": version }] }] }] }),
    );
    let url = format!("{REMOTE}/commit/{}", &other[..9]);
    project.osv("GO-2026-2", json!({ "references": [{ "type": "WEB", "url": url }] }));
    let report = project.json("v1.1.0");
    assert_eq!(commits(entry(&report, "GO-2026-1").unwrap()), [fix.as_str()]);
    assert_eq!(commits(entry(&report, "GO-2026-2").unwrap()), [other.as_str()]);
}

#[test]
fn a_pull_request_needs_a_second_trace() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy (#15)");
    project.commit("main", "Another thing (#16)");
    project.tag("v1.1.0", "main");
    let references = |number: u32| json!([{ "type": "FIX", "url": format!("{REMOTE}/pull/{number}") }]);
    let patched = json!([{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
        "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.1.0" }] }] }]);
    project.osv("GO-2026-15", json!({ "references": references(15), "affected": patched }));
    project.osv("GO-2026-16", json!({ "references": references(16) }));
    let report = project.json("v1.1.0");
    let sure = entry(&report, "GO-2026-15").unwrap();
    assert_eq!((commits(sure), &sure["confidence"]), (vec![fix.as_str()], &json!("likely")));
    assert_eq!(entry(&report, "GO-2026-16").unwrap()["confidence"], "possible");
    assert!(codes(&report).contains(&"possible-fix"));
    let notes = project.notes("v1.1.0");
    assert!(notes.contains("GO-2026-15") && !notes.contains("GO-2026-16"), "{notes}");
}

#[test]
fn a_message_that_names_the_id_is_a_fix_and_later_ones_are_not() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy\n\nFixes CVE-2026-90001.");
    project.tag("v1.1.0", "main");
    project.commit("main", "Check again, for CVE-2026-90001");
    project.commit("main", "docs: add release notes for 1.1.0\n\n- CVE-2026-90001");
    project.tag("v1.2.0", "main");
    project.osv("GO-2026-1", json!({ "aliases": ["CVE-2026-90001"] }));
    let report = project.json("v1.1.0");
    assert_eq!(commits(entry(&report, "CVE-2026-90001").unwrap()), [fix.as_str()]);
    let later = project.json("v1.2.0");
    assert!(entry(&later, "CVE-2026-90001").is_none());
    assert_eq!(codes(&later), ["mentioned-not-fixed", "mentioned-not-fixed"]);
    assert_eq!(project.notes("v1.2.0"), "");
}

#[test]
fn a_private_fork_that_names_its_advisory_needs_no_record() {
    let mut project = started();
    let fix = project.commit("fork", "Bound the copy");
    project.commit("main", "Elsewhere");
    let merge = project.merge("fork", "Merge pull request from GHSA-2222-3333-4444");
    project.tag("v1.1.0", "main");
    let report = project.json("v1.1.0");
    let entry = entry(&report, "GHSA-2222-3333-4444").unwrap();
    assert_eq!((&entry["scope"], &entry["disclosure"]), (&json!("project"), &json!("unknown")));
    assert_eq!(commits(entry), [fix.as_str(), &merge]);
}

#[test]
fn a_private_fork_that_nothing_explains_is_a_finding() {
    let mut project = started();
    project.commit("fork", "Bound the copy");
    project.commit("main", "Elsewhere");
    project.merge("fork", "Merge commit from fork");
    project.tag("v1.1.0", "main");
    let report = project.json("v1.1.0");
    assert_eq!(codes(&report), ["unexplained-private-fork"]);
    assert_eq!(project.notes("v1.1.0"), "");
}

#[test]
fn a_backport_fixes_its_own_line() {
    let mut project = started();
    let base = project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    project.branch("release-1.1", &base);
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.2.0", "main");
    let copy = project.commit("release-1.1", &format!("Bound the copy\n\n(cherry picked from commit {fix})"));
    project.tag("v1.1.1", "release-1.1");
    project.commit("main", "Work");
    project.tag("v1.3.0", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    let on_line = project.json("v1.1.1");
    let backport = entry(&on_line, "GO-2026-1").unwrap();
    assert_eq!(commits(backport), [copy.as_str()]);
    assert_eq!(
        (&backport["fix"]["first_release"], &backport["fix"]["also_fixed_in"]),
        (&json!("v1.1.1"), &json!(["v1.2.0"]))
    );
    let on_main = project.json("v1.2.0");
    let original = entry(&on_main, "GO-2026-1").unwrap();
    assert_eq!((commits(original), &original["fix"]["also_fixed_in"]), (vec![fix.as_str()], &json!(["v1.1.1"])));
    assert!(entry(&project.json("v1.3.0"), "GO-2026-1").is_none());
}

#[test]
fn a_release_has_a_fix_of_two_commits_when_it_has_both() {
    let mut project = started();
    let first = project.commit("main", "Bound the copy");
    project.tag("v1.1.0", "main");
    let second = project.commit("main", "Bound the other copy");
    project.tag("v1.2.0", "main");
    let references = [&first, &second].map(|hash| json!({ "type": "FIX", "url": format!("{REMOTE}/commit/{hash}") }));
    project.osv("GO-2026-1", json!({ "references": references }));
    let partial = project.json("v1.1.0");
    assert_eq!(entry(&partial, "GO-2026-1").unwrap()["status"], "partial");
    assert!(codes(&partial).contains(&"partial-fix"));
    assert_eq!(project.notes("v1.1.0"), "");
    let whole = project.json("v1.2.0");
    let entry = entry(&whole, "GO-2026-1").unwrap();
    assert_eq!((commits(entry), &entry["status"]), (vec![first.as_str(), &second], &json!("fixed")));
}

#[test]
fn a_revert_takes_the_fix_away_and_a_reapplication_brings_it_back() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    let revert = project.commit("main", &format!("Revert \"Bound the copy\"\n\nThis reverts commit {fix}."));
    project.tag("v1.1.0", "main");
    project.commit("main", &format!("Reapply \"Bound the copy\"\n\nThis reverts commit {revert}."));
    project.tag("v1.2.0", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    let without = project.json("v1.1.0");
    assert_eq!(entry(&without, "GO-2026-1").unwrap()["status"], "reverted");
    assert!(codes(&without).contains(&"fix-reverted"));
    assert_eq!(entry(&project.json("v1.2.0"), "GO-2026-1").unwrap()["status"], "fixed");
}

#[test]
fn a_patched_version_alone_says_which_release_and_not_which_commit() {
    let mut project = started();
    project.commit("main", "Quietly bound the copy");
    project.commit("main", "Start sooner");
    project.tag("v1.1.0", "main");
    project.write("own.json", &repository_advisory("GHSA-2222-3333-4444", "published").to_string());
    let report = project.json("v1.1.0");
    let entry = entry(&report, "GHSA-2222-3333-4444").unwrap();
    assert_eq!((commits(entry).len(), &entry["confidence"]), (0, &json!("likely")));
    assert_eq!(entry["aliases"], json!(["CVE-2026-90001"]));
    assert_eq!(codes(&report), ["fix-commit-unknown"]);
}

fn repository_advisory(id: &str, state: &str) -> serde_json::Value {
    json!({ "ghsa_id": id, "cve_id": "CVE-2026-90001", "state": state, "summary": "MARKED secret", "severity": "high",
        "html_url": format!("{REMOTE}/security/advisories/{id}"), "published_at": "2026-02-01T00:00:00Z", "updated_at": "2026-02-02T00:00:00Z",
        "vulnerabilities": [{ "package": { "ecosystem": "go", "name": "github.com/example/parcel" },
            "vulnerable_version_range": "< 1.1.0", "patched_versions": "1.1.0" }] })
}

#[test]
fn a_draft_is_seen_by_those_who_ask_and_by_nobody_else() {
    let mut project = started();
    project.commit("main", "Bound the copy");
    project.tag("v1.1.0", "main");
    project.write("own.json", &repository_advisory("GHSA-2222-3333-4444", "draft").to_string());
    for arguments in [
        &["notes", "--tag", "v1.1.0"][..],
        &["notes", "--tag", "v1.1.0", "--format", "json", "-v"],
        &["osv", "--tag", "v1.1.0"],
    ] {
        let output = project.secnotes(arguments).assert().success();
        let text = String::from_utf8_lossy(&output.get_output().stdout).into_owned()
            + &String::from_utf8_lossy(&output.get_output().stderr);
        assert!(!text.contains("MARKED") && !text.contains("2222") && !text.contains("90001"), "{text}");
    }
    let error = crate::builder::failure(&mut project.secnotes(&["explain", "GHSA-2222-3333-4445"]), 1);
    assert!(!error.contains("4444"), "{error}");
    let preview = project.secnotes(&["notes", "--tag", "v1.1.0", "--include-unpublished"]).assert().success();
    let text = String::from_utf8(preview.get_output().stdout.clone()).unwrap();
    assert!(text.starts_with("> [!CAUTION]") && text.contains("MARKED"), "{text}");
}

#[test]
fn a_withdrawn_advisory_is_left_out_unless_asked_for() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.1.0", "main");
    let mut record = fixed_by(&[&fix]);
    record["withdrawn"] = json!("2026-02-02T00:00:00Z");
    project.osv("GO-2026-1", record);
    assert_eq!(project.notes("v1.1.0"), "");
    let asked = project.secnotes(&["notes", "--tag", "v1.1.0", "--include-withdrawn"]).assert().success();
    assert!(String::from_utf8_lossy(&asked.get_output().stdout).contains("GO-2026-1"));
}

#[test]
fn a_claim_about_a_dependency_is_told_and_not_printed_without_a_lock_file() {
    let mut project = started();
    let bump = project.commit("main", "Bump x/net to v0.50\n\nFixes GO-2026-4440 and RUSTSEC-2026-9");
    project.commit("main", "ci: ignore RUSTSEC-2024-0320");
    project.tag("v1.1.0", "main");
    let net = json!([{ "package": { "ecosystem": "Go", "name": "golang.org/x/net" } }]);
    project.osv("GO-2026-4440", json!({ "affected": net, "aliases": ["CVE-2026-90009"] }));
    let report = project.json("v1.1.0");
    let entry = entry(&report, "CVE-2026-90009").unwrap();
    assert_eq!((&entry["scope"], &entry["status"]), (&json!("dependency"), &json!("claimed")));
    assert_eq!(commits(entry).len(), 0);
    assert_eq!(entry["evidence"][0]["commit"], bump);
    assert_eq!(entry["claim"]["reason"], "no-lock-files");
    assert_eq!(crate::builder::entry(&report, "RUSTSEC-2026-9").unwrap()["claim"]["reason"], "unknown-id");
    assert_eq!(codes(&report), ["mentioned-not-fixed", "claim-not-borne-out", "unknown-advisory"]);
    assert_eq!(project.notes("v1.1.0"), "");
}

#[test]
fn a_hostile_title_stays_a_title() {
    let mut project = started();
    let fix = project.commit("main", "Bound <img src=x> @everyone");
    project.tag("v1.1.0", "main");
    let mut record = fixed_by(&[&fix]);
    record["summary"] =
        json!("x\n# Owned\n[a](javascript:alert(1)) ![b](c) <script> @octocat {{#each advisories}} #1 :octocat:");
    project.osv("GO-2026-1", record);
    let notes = project.notes("v1.1.0");
    assert_eq!(notes.lines().filter(|line| line.starts_with('#')).count(), 2, "{notes}");
    for part in ["\n# Owned", "[a](javascript", "![b]", "<script>", "{{#", "<img", "\u{2060}"] {
        assert!(!notes.contains(part), "{part} in {notes}");
    }
    // What a forge would react to is code, and of the project's own commits a link.
    for part in ["`@octocat`", "`#1`", "`:octocat:`", "[@everyone](https://github.com/everyone)"] {
        assert!(notes.contains(part), "no {part} in {notes}");
    }
}

#[test]
fn records_are_written_with_every_line_s_fix() {
    let mut project = started();
    let base = project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    project.branch("release-1.1", &base);
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.2.0", "main");
    let copy = project.commit("release-1.1", &format!("Bound the copy\n\n(cherry picked from commit {fix})"));
    project.tag("v1.1.1", "release-1.1");
    let mut record = fixed_by(&[&fix]);
    record["database_specific"] = json!({ "kept": true });
    project.osv("GO-2026-1", record);
    let out = project.folder().join("osv");
    project.secnotes(&["osv", "--tag", "v1.2.0", "--out", out.to_str().unwrap()]).assert().success();
    let written: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.join("GO-2026-1.json")).unwrap()).unwrap();
    assert_eq!(
        written["affected"][0]["ranges"][0]["events"],
        json!([{ "introduced": "0" }, { "fixed": fix }, { "fixed": copy }])
    );
    assert_eq!(written["affected"][0]["versions"], json!(["v1.0.0", "v1.1.0"]));
    assert_eq!(written["database_specific"]["kept"], true);
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 1, "a temporary file was left behind");
}

#[test]
fn explain_tells_the_story() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.1.0", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    let output = project.secnotes(&["explain", "go-2026-1"]).assert().success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    for part in ["First fixed in: v1.1.0", &fix, "fixed_event: GO-2026-1 has a GIT range"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn what_is_unreleased_is_counted_from_the_last_release() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    let output = project.secnotes(&["notes", "--unreleased", "--format", "json"]).assert().success();
    let report: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!((&report["release"]["tag"], &report["release"]["previous_tag"]), (&json!(null), &json!("v1.0.0")));
    assert_eq!(commits(entry(&report, "GO-2026-1").unwrap()), [fix.as_str()]);
}

#[test]
fn from_counts_over_several_releases() {
    let mut project = started();
    let fix = project.commit("main", "Bound the copy");
    project.tag("v1.1.0", "main");
    project.commit("main", "Work");
    project.tag("v1.2.0", "main");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    assert_eq!(project.notes("v1.2.0"), "");
    let all = project.secnotes(&["notes", "--tag", "v1.2.0", "--from", "v1.0.0"]).assert().success();
    assert!(String::from_utf8_lossy(&all.get_output().stdout).contains("GO-2026-1"));
}

#[test]
fn without_a_tag_the_one_at_head_or_the_newest_is_taken_and_named() {
    let mut project = started();
    let say = |project: &Project| {
        String::from_utf8(project.secnotes(&["notes"]).assert().success().get_output().stderr.clone()).unwrap()
    };
    assert!(say(&project).contains("using v1.0.0, the tag at HEAD"));
    project.commit("main", "Work");
    assert!(say(&project).contains("using v1.0.0, the newest release"));
}

#[test]
fn the_same_input_gives_the_same_bytes_whatever_the_threads() {
    let mut project = started();
    for number in 0..20 {
        let fix = project.commit("main", &format!("Bound copy {number}\n\nFixes CVE-2026-{}", 90000 + number));
        project.osv(&format!("GO-2026-{number}"), fixed_by(&[&fix]));
    }
    project.tag("v1.1.0", "main");
    let run = |threads: &str| {
        let mut command = project.secnotes(&["notes", "--tag", "v1.1.0", "--format", "json"]);
        command.env("RAYON_NUM_THREADS", threads).assert().success().get_output().stdout.clone()
    };
    assert_eq!(run("1"), run("7"));
}

#[test]
fn shuffled_advisories_give_the_same_report() {
    use secnotes::advisory::Budget;
    use secnotes::files::Place;
    use secnotes::history::{History, Repository, TagRules};
    use secnotes::join::{self, Index};
    use secnotes::{advisory, history, ledger};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo");
    secnotes::cli::demo::create(&path).unwrap();
    let repository = Repository::open(&path).unwrap();
    let history = History::load(&repository, &TagRules::default(), &[]).unwrap();
    let index = Index::new(&history);
    let project = advisory::Project::at(repository.remotes());
    let mut records = advisory::read(&[Place::named(path.join("advisories"))], &Budget::default()).unwrap().records;
    let release = history.releases.find("v1.2.0").unwrap();
    let mut report = || {
        // A rotation and a reversal reach every pair's both orders.
        records.reverse();
        records.rotate_left(3);
        let joining = join::Joining { changes: &history::NoChanges, decisions: &[], unpublished: false };
        let ledger = ledger::Ledger::new(&history, &index, &project, advisory::merge(records.clone()), &joining);
        let mut query = ledger::Query::of(&history, release);
        (query.include_withdrawn, query.include_unpublished) = (true, true);
        ledger.report(&query, None)
    };
    let first = report();
    assert!(first.advisories.len() > 8);
    for _ in 0..6 {
        assert_eq!(report(), first);
    }
}

#[test]
fn a_blind_join_knows_nothing_that_messages_name() {
    use secnotes::advisory::Budget;
    use secnotes::files::Place;
    use secnotes::history::{History, NoChanges, Repository, TagRules};
    use secnotes::join::{Index, Joining};
    use secnotes::model::EvidenceKind;
    use secnotes::{advisory, ledger};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo");
    secnotes::cli::demo::create(&path).unwrap();
    let repository = Repository::open(&path).unwrap();
    let history = History::load(&repository, &TagRules::default(), &[]).unwrap();
    let project = advisory::Project::at(repository.remotes());
    let records = advisory::read(&[Place::named(path.join("advisories"))], &Budget::default()).unwrap().records;
    let (seeing, blind) = (Index::new(&history), Index::blind(&history));
    let forks = |index: &Index<'_>| history.graph.nodes().filter(|node| index.is_private_fork(*node)).count();
    assert!(forks(&seeing) > 0 && forks(&seeing) == forks(&blind));
    let named = |index: &Index<'_>| {
        let joining = Joining { changes: &NoChanges, decisions: &[], unpublished: false };
        let ledger = ledger::Ledger::new(&history, index, &project, advisory::merge(records.clone()), &joining);
        let of_message = |kind| {
            use EvidenceKind::{MessageId, NegativeMention, PrivateForkMerge, PullRequestReference};
            matches!(kind, MessageId | NegativeMention | PrivateForkMerge | PullRequestReference)
        };
        let links = ledger.links.iter().flat_map(|links| &links.links).flat_map(|link| &link.evidence);
        let mentions = ledger.links.iter().flat_map(|links| &links.mentions).map(|(_, evidence)| evidence);
        links.chain(mentions).filter(|evidence| of_message(evidence.kind)).count()
    };
    assert!(seeing.named_ids().count() > 0 && !seeing.private_fork_ids(&history).is_empty() && named(&seeing) > 3);
    assert_eq!((blind.named_ids().count(), blind.private_fork_ids(&history).len(), named(&blind)), (0, 0, 0));
}

#[test]
fn releases_cut_on_branches_of_their_own_announce_a_fix_once() {
    let mut project = started();
    let base = project.commit("main", "Work");
    project.branch("release-1.1", &base);
    project.commit("release-1.1", "Prepare 1.1.0");
    project.tag("v1.1.0", "release-1.1");
    let fix = project.commit("main", "Bound the copy");
    project.branch("release-1.2", &fix);
    project.commit("release-1.2", "Prepare 1.2.0");
    project.tag("v1.2.0", "release-1.2");
    project.commit("release-1.1", &format!("Bound the copy\n\n(cherry picked from commit {fix})"));
    project.tag("v1.1.1", "release-1.1");
    let later = project.commit("main", "More work");
    project.branch("release-1.3", &later);
    project.commit("release-1.3", "Prepare 1.3.0");
    project.tag("v1.3.0", "release-1.3");
    project.osv("GO-2026-1", fixed_by(&[&fix]));
    let also = |tag: &str| entry(&project.json(tag), "GO-2026-1").map(|entry| entry["fix"]["also_fixed_in"].clone());
    assert_eq!(also("v1.1.1"), Some(json!(["v1.2.0"])));
    assert_eq!(also("v1.2.0"), Some(json!(["v1.1.1"])));
    assert_eq!(also("v1.3.0"), None);
}
