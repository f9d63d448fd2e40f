//! `secnotes osv --check`: from files to what it prints and its exit code.

use std::io::Write;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::builder::{Project, REMOTE, failure, secnotes};
use crate::realdata::realdata;

/// A record without a problem, with more fields or other ones.
fn record(id: &str, more: Value) -> Value {
    let mut record = json!({
        "schema_version": "1.7.5", "id": id, "modified": "2026-02-19T09:00:56Z", "summary": "A title",
        "affected": [{ "package": { "ecosystem": "npm", "name": "parcel" },
                       "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.0.0" }] }] }],
    });
    for (key, value) in more.as_object().unwrap() {
        record[key] = value.clone();
    }
    record
}

fn write(folder: &Path, name: &str, record: &Value) {
    std::fs::write(folder.join(name), serde_json::to_string_pretty(record).unwrap()).unwrap();
}

/// The problems of some paths as JSON, and the exit code.
fn check(folder: &Path, arguments: &[&str]) -> (Value, i32) {
    let mut command = secnotes();
    command.current_dir(folder).args(["osv", "--format", "json"]).args(arguments);
    let output = command.output().unwrap();
    let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
        panic!("{}", String::from_utf8_lossy(&output.stderr));
    });
    (document, output.status.code().unwrap())
}

fn codes(document: &Value) -> Vec<&str> {
    document["problems"].as_array().unwrap().iter().map(|problem| problem["code"].as_str().unwrap()).collect()
}

#[test]
fn sound_records_are_done_and_broken_ones_are_findings() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "good.json", &record("GO-2026-1", json!({})));
    let (document, code) = check(folder.path(), &["--check", "."]);
    assert_eq!((codes(&document).len(), code), (0, 0));
    assert_eq!(document["schema"], "secnotes/check/v1");
    // Without a network nobody knows whether the package exists: that is said.
    let unchecked: Vec<_> = document["unchecked"].as_array().unwrap().iter().map(|gap| &gap["codes"][0]).collect();
    assert_eq!(unchecked, ["commit-not-found", "package-unknown", "version-unknown"]);
    write(folder.path(), "bad.json", &record("GO-2026-2", json!({ "aliases": ["GO-2026-2"] })));
    write(folder.path(), "package.json", &json!({ "name": "x" }));
    let (document, code) = check(folder.path(), &["--check", "."]);
    assert_eq!((codes(&document), code), (vec!["alias-of-itself"], 3));
    let problem = &document["problems"][0];
    assert_eq!(problem["file"], "bad.json");
    assert_eq!(
        (&problem["line"], &problem["column"], &problem["pointer"]),
        (&json!(27), &json!(14), &json!("/aliases"))
    );
    assert_eq!(document["summary"], json!({ "files": 2, "records": 2, "errors": 1, "warnings": 0, "notes": 0 }));
}

#[test]
fn levels_and_codes_can_be_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let both = json!({ "summary": "x".repeat(200), "aliases": ["CVE-2026-1", "CVE-2026-1"] });
    write(folder.path(), "x.json", &record("GO-2026-1", both));
    let code = |arguments: &[&str]| check(folder.path(), &[&["--check", "x.json"], arguments].concat());
    assert_eq!(code(&[]).1, 3);
    assert_eq!(code(&["--level", "error"]).1, 0);
    assert_eq!(code(&["--ignore", "alias-twice"]).1, 0);
    assert_eq!(code(&["--ignore", "alias-twice", "--level", "note"]).1, 3);
    assert_eq!(codes(&code(&["--ignore", "REC:002"]).0), ["summary-too-long"]);
    assert_eq!(codes(&code(&["--only", "REC:002"]).0), ["alias-twice"]);
    assert_eq!(code(&["--only", "PKG:003"]).0["unchecked"], json!([]));
    let text = |arguments: &[&str]| {
        let mut command = secnotes();
        let output =
            command.current_dir(folder.path()).args(["osv", "--check", "x.json"]).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(
        text(&[]),
        "warning[alias-twice]: CVE-2026-1 stands in `aliases` more than once; once is enough (REC:002)\n  \
         at x.json:27:14 GO-2026-1 /aliases\n"
    );
    assert!(text(&["--level", "note"]).contains("note[summary-too-long]"));
    let mut unknown = secnotes();
    unknown.current_dir(folder.path()).args(["osv", "--check", "x.json", "--ignore", "alias-twise"]);
    let error = failure(&mut unknown, 2);
    assert!(error.contains("the nearest is alias-twice"), "{error}");
}

#[test]
fn options_of_writing_and_of_checking_exclude_each_other() {
    for arguments in [&["osv", "--check", "x", "--tag", "v1"][..], &["osv", "--format", "json"], &["osv", "--check"]] {
        failure(secnotes().args(arguments), 2);
    }
}

#[test]
fn broken_files_are_problems_and_the_others_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "bad.json", &record("GO-2026-2", json!({ "aliases": ["GO-2026-2"] })));
    std::fs::write(folder.path().join("cut.json"), "{\n  \"id\": ").unwrap();
    std::fs::write(folder.path().join("deep.json"), "[".repeat(200_000)).unwrap();
    std::fs::write(folder.path().join("latin.json"), b"{\"id\": \"\xff\"}").unwrap();
    std::fs::write(
        folder.path().join("twice.json"),
        record("GO-2026-3", json!({})).to_string().replacen('{', "{\"id\": \"GO-1\",", 1),
    )
    .unwrap();
    let (document, code) = check(folder.path(), &["--check", "missing.json", "."]);
    assert_eq!(code, 3);
    assert_eq!(
        codes(&document),
        ["unreadable-file", "alias-of-itself", "not-json", "not-json", "not-json", "duplicate-key"]
    );
    assert_eq!(document["problems"][2]["line"], 2);
    let mut empty = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    empty.start_file("readme.md", zip::write::SimpleFileOptions::default()).unwrap();
    std::fs::write(folder.path().join("x.zip"), empty.finish().unwrap().into_inner()).unwrap();
    assert_eq!(codes(&check(folder.path(), &["--check", "x.zip"]).0), ["not-a-record"]);
}

#[test]
fn records_come_from_archives_and_from_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let bad = record("GO-2026-2", json!({ "aliases": ["GO-2026-2"] }));
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("GO-2026-2.json", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(bad.to_string().as_bytes()).unwrap();
    std::fs::write(folder.path().join("all.zip"), archive.finish().unwrap().into_inner()).unwrap();
    let (document, _) = check(folder.path(), &["--check", "all.zip"]);
    let problem = &document["problems"][0];
    assert_eq!((&problem["file"], &problem["entry"]), (&json!("all.zip"), &json!("GO-2026-2.json")));
    let mut command = secnotes();
    command
        .args(["osv", "--check", "-", "--format", "json"])
        .write_stdin(json!([record("GO-2026-1", json!({})), bad]).to_string());
    let output = command.output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["problems"][0]["pointer"], "/1/aliases");
    assert_eq!(document["problems"][0]["file"], "<stdin>");
}

#[test]
fn a_list_of_known_packages_stands_for_the_registries() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "x.json", &record("GO-2026-1", json!({})));
    std::fs::write(folder.path().join("known.csv"), "ecosystem,name,versions\nnpm,parcel,0.9.0\n").unwrap();
    let (document, code) = check(folder.path(), &["--check", "x.json", "--known-packages", "known.csv"]);
    assert_eq!((codes(&document), code), (vec!["version-unknown"], 3));
    std::fs::write(folder.path().join("known.csv"), "npm\n").unwrap();
    let mut command = secnotes();
    command.current_dir(folder.path()).args(["osv", "--check", "x.json", "--known-packages", "known.csv"]);
    let error = failure(&mut command, 1);
    assert!(error.contains("known.csv") && error.contains("entry 1 needs"), "{error}");
}

#[test]
fn ci_gets_annotations_and_sarif() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("a b")).unwrap();
    let nasty = "GO-2026-2\n::stop-commands::x\u{1b}[31m";
    write(folder.path(), "a b/x.json", &record(nasty, json!({ "aliases": [nasty] })));
    let print = |format: &str| {
        let mut command = secnotes();
        command.current_dir(folder.path()).args(["osv", "--check", "a b", "--format", format]);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let lines = print("github");
    assert!(lines.starts_with("::error file=a b/x.json,line=27,col=14,title=alias-of-itself::"), "{lines}");
    assert!(!lines.contains('\u{1b}'), "{lines}");
    let ours = ["::error file=", "::warning file=", "::notice title=secnotes::"];
    assert!(lines.lines().all(|line| ours.iter().any(|begin| line.starts_with(begin))), "{lines}");
    assert!(lines.contains("title=id-not-plain::"), "{lines}");
    let log: Value = serde_json::from_str(&print("sarif")).unwrap();
    let result = &log["runs"][0]["results"][0];
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "a%20b/x.json");
    assert_eq!(physical["region"]["startLine"], 27);
    let hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
    assert!(hash.ends_with(":1"), "{hash}");
    let text = print("text");
    assert!(!text.contains('\u{1b}') && text.lines().count() == 4, "{text}");
}

/// GitHub refuses a log of more than 25,000 results as a whole.
#[test]
fn a_log_of_too_many_results_keeps_the_worst_and_says_what_was_cut() {
    let folder = tempfile::tempdir().unwrap();
    let mut zip = zip::ZipWriter::new(std::fs::File::create(folder.path().join("all.zip")).unwrap());
    for at in 0..26_000 {
        zip.start_file(format!("{at}.json"), zip::write::SimpleFileOptions::default()).unwrap();
        let mut record = record(&format!("GO-2026-{at}"), json!({ "published": "2026-03-01T00:00:00Z" }));
        if at == 25_999 {
            record["aliases"] = json!(["GO-2026-25999"]);
        }
        zip.write_all(record.to_string().as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    let mut command = secnotes();
    command.current_dir(folder.path()).args(["osv", "--check", "all.zip", "--format", "sarif"]);
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 25_000);
    assert_eq!(
        (&run["results"][0]["ruleId"], &run["results"][0]["level"]),
        (&json!("alias-of-itself"), &json!("error"))
    );
    let cut = "1001 of 26001 problems are left out, the least serious";
    assert!(said.contains(cut), "{said}");
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert!(notifications.iter().any(|told| told["message"]["text"].as_str().unwrap().starts_with(cut)));
}

/// A repository whose fix was backported, and the record that says so.
fn fixed() -> (Project, [String; 4]) {
    let mut project = Project::new();
    let start = project.commit("main", "Start");
    project.tag("v1.0.0", "main");
    let bug = project.commit("main", "Add the parser");
    project.tag("v1.1.0", "main");
    project.branch("release-1.1", &bug);
    let fix = project.commit("main", "Bound the parser");
    project.tag("v1.2.0", "main");
    let copy = project.commit("release-1.1", &format!("Bound the parser\n\n(cherry picked from commit {fix})"));
    project.tag("v1.1.1", "release-1.1");
    (project, [start, bug, fix, copy])
}

/// The problems of a record about that repository.
fn of_project(project: &Project, affected: Value) -> Vec<Value> {
    write(project.folder(), "record.json", &record("GO-2026-1", json!({ "affected": affected })));
    let mut command = secnotes();
    command.arg("--repo").arg(project.path()).args(["osv", "--format", "json", "--check"]);
    let output = command.arg(project.folder().join("record.json")).output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    document["problems"].as_array().unwrap().clone()
}

fn git(events: Value) -> Value {
    json!({ "type": "GIT", "repo": REMOTE, "events": events })
}

/// Each problem as `code pointer`.
fn seen(problems: &[Value]) -> Vec<String> {
    let words =
        |problem: &Value| ["code", "pointer"].map(|field| problem[field].as_str().unwrap().to_owned()).join(" ");
    problems.iter().map(words).collect()
}

#[test]
fn a_record_that_agrees_with_the_repository_is_sound() {
    let (project, [_, bug, fix, copy]) = fixed();
    let range = git(json!([{ "introduced": bug }, { "fixed": fix }, { "fixed": copy }]));
    let package = json!({ "ecosystem": "Go", "name": "github.com/example/parcel" });
    let semver = json!({ "type": "SEMVER", "events": [{ "introduced": "1.1.0" }, { "fixed": "1.1.1" }] });
    let affected = json!([
        { "ranges": [range], "versions": ["v1.1.0"] },
        { "package": package, "ranges": [semver] },
    ]);
    assert_eq!(seen(&of_project(&project, affected)), [""; 0]);
}

#[test]
fn commits_are_looked_up_and_abbreviations_completed() {
    let (project, [_, bug, fix, copy]) = fixed();
    let events =
        json!([{ "introduced": bug }, { "fixed": &fix[..10] }, { "fixed": copy }, { "fixed": "9".repeat(40) }]);
    let problems = of_project(&project, json!([{ "ranges": [git(events)] }]));
    assert_eq!(
        seen(&problems),
        ["not-a-full-hash /affected/0/ranges/0/events/1/fixed", "commit-not-found /affected/0/ranges/0/events/3/fixed"]
    );
    assert!(problems[0]["message"].as_str().unwrap().ends_with(&format!("the commit is {fix}")), "{problems:?}");
}

#[test]
fn an_end_that_does_not_descend_from_the_beginning_is_an_error() {
    let (project, [_, _, fix, copy]) = fixed();
    let problems =
        of_project(&project, json!([{ "ranges": [git(json!([{ "introduced": fix }, { "last_affected": copy }]))] }]));
    assert_eq!(seen(&problems), ["end-without-introduced /affected/0/ranges/0/events/1/last_affected"]);
}

/// What happens next in a history of branches.
#[derive(Clone, Debug)]
enum Step {
    Work(usize),
    Merge(usize),
    Root(usize),
}

/// Histories in which every commit is a release, and the events of records, by
/// the numbers of commits; 0 is the event of that name, or nothing.
fn histories() -> impl Strategy<Value = (Vec<Step>, Vec<[Vec<usize>; 4]>)> {
    let step = prop_oneof![
        5 => (0usize..4).prop_map(Step::Work),
        3 => (1usize..4).prop_map(Step::Merge),
        1 => (1usize..4).prop_map(Step::Root),
    ];
    let some = |least: usize, most: usize| prop::collection::vec(0usize..20, least..most);
    let events = [some(1, 4), some(0, 4), some(0, 3), some(0, 2)];
    (prop::collection::vec(step, 5..16), prop::collection::vec(events, 20..40))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    /// What `affected` calls affected is what the checker wants to be listed, however
    /// the events lie; and listing any other release is a problem.
    #[test]
    fn affected_and_the_checker_give_events_one_meaning((steps, records) in histories()) {
        let mut project = Project::new();
        let mut commits = vec![project.commit("main", "Start")];
        project.tag("v1.0.0", "main");
        for (number, step) in steps.iter().enumerate() {
            let (commit, branch) = match step {
                Step::Work(branch) => (project.commit(&format!("b{branch}"), "Work"), format!("b{branch}")),
                Step::Root(branch) => (project.orphan(&format!("b{branch}"), "Begin"), format!("b{branch}")),
                Step::Merge(branch) => {
                    project.commit(&format!("b{branch}"), "Last work");
                    (project.merge(&format!("b{branch}"), "Merge"), "main".to_owned())
                }
            };
            commits.push(commit);
            project.tag(&format!("v1.{}.0", number + 1), &branch);
        }
        let kinds = ["introduced", "fixed", "last_affected", "limit"];
        for (at, events) in records.iter().enumerate() {
            let named = events.iter().zip(kinds).flat_map(|(numbers, kind)| numbers.iter().map(move |number| (kind, *number)));
            let events = named.filter_map(|(kind, number)| match (kind, number) {
                ("introduced", 0) => Some(json!({ "introduced": "0" })),
                (_, 0) => None,
                _ => Some(json!({ kind: commits[number % commits.len()] })),
            });
            let range = git(events.collect());
            project.osv(&format!("GO-2026-{at}"), json!({ "affected": [{ "ranges": [range] }] }));
        }
        let output = project.secnotes(&["affected", "--format", "json"]).assert().success();
        let told: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
        let wrong = |lists: &dyn Fn(&Value) -> Value| {
            for told in told["records"].as_array().unwrap() {
                let file = project.advisories().join(format!("{}.json", told["id"].as_str().unwrap()));
                let mut record: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
                record["affected"][0]["versions"] = lists(&told["affected"]);
                std::fs::write(&file, record.to_string()).unwrap();
            }
            let mut command = secnotes();
            command.arg("--repo").arg(project.path()).args(["osv", "--format", "json"]);
            for code in ["listed-not-affected", "affected-not-listed"] {
                command.args(["--only", code]);
            }
            let output = command.arg("--check").arg(project.advisories()).output().unwrap();
            let document: Value = serde_json::from_slice(&output.stdout).unwrap();
            document["problems"].as_array().unwrap().len()
        };
        let none = |tags: &Value| tags.as_array().unwrap().is_empty();
        let all = told["records"].as_array().unwrap();
        // A record that lists nothing asks for nothing; let it list what is no release.
        let exact = wrong(&|tags| if none(tags) { json!(["none"]) } else { tags.clone() });
        prop_assert_eq!(exact, 0, "{:?}", told);
        let one_less = wrong(&|tags| json!(["none"].into_iter().chain(tags.as_array().unwrap().iter().skip(1).map(|tag| tag.as_str().unwrap())).collect::<Vec<_>>()));
        prop_assert_eq!(one_less, all.iter().filter(|told| !none(&told["affected"])).count());
        let releases: Vec<String> = (0..=steps.len()).map(|number| format!("v1.{number}.0")).collect();
        let too_many = wrong(&|_| json!(releases));
        let whole = |told: &&Value| told["affected"].as_array().unwrap().len() == releases.len();
        prop_assert_eq!(too_many, all.len() - all.iter().filter(whole).count());
    }
}

#[test]
fn where_a_branch_without_the_vulnerability_is_fixed_and_merged_all_agree() {
    let mut project = Project::new();
    let start = project.commit("main", "Start");
    project.tag("v1.0.0", "main");
    project.branch("side", &start);
    let bug = project.commit("main", "Add the parser");
    project.tag("v1.1.0", "main");
    let fix = project.commit("side", "Bound the parser");
    project.tag("v1.0.1", "side");
    project.merge("side", "Merge the side");
    project.tag("v1.2.0", "main");
    let affected = |versions: Value| json!([{ "ranges": [git(json!([{ "introduced": bug }, { "fixed": fix }]))], "versions": versions }]);
    let end = "end-without-introduced /affected/0/ranges/0/events/1/fixed";
    assert_eq!(seen(&of_project(&project, affected(json!(["v1.1.0", "v1.2.0"])))), [end]);
    assert_eq!(
        seen(&of_project(&project, affected(json!(["v1.1.0"])))),
        [end, "affected-not-listed /affected/0/versions"]
    );
    project.osv("GO-2026-1", json!({ "affected": affected(json!([])) }));
    let output = project.secnotes(&["affected"]).assert().success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    assert!(text.contains("2 of 4 releases are affected"), "{text}");
}

#[test]
fn entries_of_one_package_are_held_against_the_graph_together() {
    let (project, [_, bug, fix, copy]) = fixed();
    let package = json!({ "ecosystem": "Go", "name": "github.com/example/parcel" });
    let semver =
        |from: &str, to: &str| json!({ "type": "SEMVER", "events": [{ "introduced": from }, { "fixed": to }] });
    let range = git(json!([{ "introduced": bug }, { "fixed": fix }, { "fixed": copy }]));
    // Each entry has a part of what is affected, and another what the commits are.
    let affected = json!([
        { "ranges": [range] },
        { "package": package, "ranges": [semver("1.1.0", "1.1.1")], "versions": ["1.1.0"] },
        { "package": package, "ranges": [semver("1.1.5", "1.1.9")] },
    ]);
    let codes: Vec<String> = seen(&of_project(&project, affected));
    assert!(codes.iter().all(|seen| seen.starts_with("version-unknown /affected/2/")), "{codes:?}");
}

/// Lists of versions are made of what a registry has: releases that were never
/// published there, and versions that nobody tagged.
#[test]
fn a_registry_need_not_have_what_is_tagged() {
    let (project, [_, bug, fix, copy]) = fixed();
    std::fs::write(project.path().join("secnotes.toml"), "[project]\npackages = [\"npm:parcel\"]\n").unwrap();
    let range = git(json!([{ "introduced": bug }, { "fixed": fix }, { "fixed": copy }]));
    let of = |ecosystem: &str, name: &str| {
        let semver = json!({ "type": "SEMVER", "events": [{ "introduced": "1.1.0" }, { "fixed": "1.1.1" }] });
        let package = json!({ "ecosystem": ecosystem, "name": name });
        let entry = json!({ "package": package, "ranges": [semver], "versions": ["1.1.0-nightly.1", "1.1.1-beta.1"] });
        seen(&of_project(&project, json!([{ "ranges": [range] }, entry])))
    };
    let outside = "version-outside-ranges /affected/1/versions";
    assert_eq!(of("npm", "parcel"), [outside]);
    let of_tags = ["version-outside-ranges", "version-unknown", "affected-not-listed"];
    assert_eq!(of("Go", "github.com/example/parcel"), of_tags.map(|code| format!("{code} /affected/1/versions")));
}

#[test]
fn a_version_that_a_tag_of_another_kind_spells_exists() {
    let (project, _) = fixed();
    project.tag("parcel-sys-v0.9.12", "main");
    let of = |fixed: &str| {
        let semver = json!({ "type": "SEMVER", "events": [{ "introduced": "0.0.0-0" }, { "fixed": fixed }] });
        let package = json!({ "ecosystem": "Go", "name": "github.com/example/parcel" });
        seen(&of_project(&project, json!([{ "package": package, "ranges": [semver] }])))
    };
    assert_eq!(of("0.9.12"), [""; 0]);
    for unknown in ["0.9.2", "9.12.0"] {
        assert_eq!(of(unknown), ["version-unknown /affected/0/ranges/0/events/1/fixed"]);
    }
}

/// The word of records ends a line at its release: that commit is no fix, and its
/// copies are none.
#[test]
fn a_line_that_ends_by_the_records_word_asks_for_no_backports() {
    let (project, [_, bug, fix, _]) = fixed();
    let range = git(json!([{ "introduced": bug }, { "fixed": fix }]));
    let check = |more: Value| {
        let mut record = record("GO-2026-1", json!({ "affected": [{ "ranges": [range] }] }));
        record["database_specific"] = more;
        write(project.folder(), "record.json", &record);
        let mut command = secnotes();
        command.arg("--repo").arg(project.path()).args(["osv", "--format", "json", "--check"]);
        let output = command.arg(project.folder().join("record.json")).output().unwrap();
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        seen(document["problems"].as_array().unwrap())
    };
    assert_eq!(
        check(json!({ "secnotes": { "fixed_by_record": [] } })),
        ["backport-missing /affected/0/ranges/0/events"]
    );
    assert_eq!(check(json!({ "secnotes": { "fixed_by_record": [fix] } })), [""; 0]);
}

#[test]
fn a_release_after_the_last_affected_one_is_the_fixed_one() {
    let (project, _) = fixed();
    let package = json!({ "ecosystem": "Go", "name": "github.com/example/parcel" });
    let semver =
        |last: &str| json!({ "type": "SEMVER", "events": [{ "introduced": "1.1.0" }, { "last_affected": last }] });
    let problems = of_project(&project, json!([{ "package": package, "ranges": [semver("1.1.0")] }]));
    assert_eq!(seen(&problems), ["fixed-not-said /affected/0/ranges/0/events/1/last_affected"]);
    assert!(problems[0]["message"].as_str().unwrap().ends_with("`fixed` 1.1.1"), "{problems:?}");
    assert_eq!(seen(&of_project(&project, json!([{ "package": package, "ranges": [semver("1.2.0")] }]))), [""; 0]);
    let old = json!([{ "package": package, "ranges": [{ "type": "SEMVER",
                       "events": [{ "introduced": "0" }, { "last_affected": "0.9.0" }] }] }]);
    let codes = seen(&of_project(&project, old));
    assert_eq!(
        codes,
        ["version-unknown /affected/0/ranges/0/events/1/last_affected"],
        "1.0.0 may not be the first after it"
    );
}

#[test]
fn a_backport_that_is_not_listed_is_missed() {
    let (project, [_, bug, fix, copy]) = fixed();
    let problems = of_project(&project, json!([{ "ranges": [git(json!([{ "introduced": bug }, { "fixed": fix }]))] }]));
    assert_eq!(seen(&problems), ["backport-missing /affected/0/ranges/0/events"]);
    let message = problems[0]["message"].as_str().unwrap();
    assert!(message.contains(&copy) && message.contains("v1.1.1"), "{message}");
}

#[test]
fn versions_and_commits_have_to_agree_both_ways() {
    let (project, [_, bug, fix, copy]) = fixed();
    let range = git(json!([{ "introduced": bug }, { "fixed": fix }, { "fixed": copy }]));
    let problems = of_project(&project, json!([{ "ranges": [range], "versions": ["v1.0.0"] }]));
    assert_eq!(
        seen(&problems),
        ["listed-not-affected /affected/0/versions", "affected-not-listed /affected/0/versions"]
    );
    assert!(problems[0]["message"].as_str().unwrap().contains("v1.0.0"), "{problems:?}");
    assert!(problems[1]["message"].as_str().unwrap().contains("v1.1.0"), "{problems:?}");
    let package = json!({ "ecosystem": "Go", "name": "github.com/example/parcel" });
    let semver = json!({ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.1.2" }] });
    let problems = of_project(&project, json!([{ "ranges": [range] }, { "package": package, "ranges": [semver] }]));
    assert_eq!(
        seen(&problems),
        ["ranges-disagree /affected/1/ranges", "version-unknown /affected/1/ranges/0/events/1/fixed"]
    );
    let message = problems[0]["message"].as_str().unwrap();
    assert!(message.contains("2 by the versions only: v1.0.0, v1.1.1;"), "{message}");
}

#[test]
fn a_modules_versions_are_those_of_its_path() {
    let mut project = Project::new();
    project.commit("main", "Start");
    project.tag("v1.0.0", "main");
    let bug = project.commit("main", "Add the parser");
    project.tag("v2.0.0", "main");
    let fix = project.commit("main", "Bound the parser");
    project.tag("v2.1.0", "main");
    let of_module = |path: &str, introduced: &str, fixed: &str| {
        let range = json!({ "type": "SEMVER", "events": [{ "introduced": introduced }, { "fixed": fixed }] });
        let package = json!({ "ecosystem": "Go", "name": format!("github.com/example/parcel{path}") });
        let commits = git(json!([{ "introduced": bug }, { "fixed": fix }]));
        let problems =
            of_project(&project, json!([{ "ranges": [commits] }, { "package": package, "ranges": [range] }]));
        problems.iter().map(|problem| problem["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of_module("/v2", "2.0.0", "2.1.0"), [""; 0]);
    assert_eq!(of_module("/v2", "2.0.0-0", "2.1.0"), [""; 0], "Go's way to say: from the first candidate on");
    assert_eq!(of_module("", "0", "1.0.1"), ["ranges-disagree", "version-unknown"]);
    // What is in a folder has tags of its own, which nobody gave.
    assert_eq!(of_module("/api", "0", "9.9.9"), [""; 0]);
    let pseudo = |commit: &str| format!("2.0.1-0.20260101000000-{commit}");
    assert_eq!(of_module("/v2", "2.0.0", &pseudo(&fix[..12])), [""; 0]);
    assert_eq!(of_module("/v2", "2.0.0", &pseudo("999999999999")), ["commit-not-found"]);
}

#[test]
fn a_repository_is_asked_only_of_its_own_records() {
    let (project, _) = fixed();
    write(project.folder(), "record.json", &record("GO-2026-1", json!({})));
    let mut command = secnotes();
    command.arg("--repo").arg(project.path()).args(["osv", "--check"]).arg(project.folder().join("record.json"));
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("not checked: none of the records is about github.com/example/parcel"), "{said}");
    assert_eq!(output.status.code(), Some(0));
    failure(secnotes().args(["--repo", "/nonexistent", "osv", "--check"]).arg(project.folder().join("record.json")), 1);
}

#[test]
fn a_shallow_clone_is_no_hindrance_unless_it_was_named() {
    let (project, [_, bug, fix, copy]) = fixed();
    std::fs::write(project.path().join(".git/shallow"), format!("{fix}\n")).unwrap();
    let range = git(json!([{ "introduced": bug }, { "fixed": fix }, { "fixed": copy }]));
    write(project.folder(), "record.json", &record("GO-2026-1", json!({ "affected": [{ "ranges": [range] }] })));
    let check = || {
        let mut command = secnotes();
        command.args(["osv", "--check"]).arg(project.folder().join("record.json"));
        command
    };
    let output = check().current_dir(project.path()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("fetch --unshallow --tags"), "{said}");
    failure(check().arg("--repo").arg(project.path()), 5);
}

#[test]
fn the_help_lists_every_code() {
    let output = secnotes().args(["osv", "--help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for code in secnotes::check::Code::all() {
        assert!(help.contains(&format!("  {code} (")), "{code}");
    }
}

#[test]
fn what_is_written_passes_its_own_check() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo");
    secnotes().arg("demo").arg(&demo).assert().success();
    secnotes().current_dir(&demo).args(["osv", "--tag", "v1.2.0", "--out", "osv"]).assert().success();
    let (document, code) = check(&demo, &["--check", "osv", "--level", "error"]);
    assert_eq!(code, 0, "{document:#}");
    assert!(document["summary"]["records"].as_u64().unwrap() > 3);
}

#[test]
fn published_records_are_judged_as_they_were_counted() {
    let Some(realdata) = realdata() else { return };
    let zips =
        ["Go", "PyPI", "Rust"].map(|name| realdata.join(format!("osv/{name}.zip")).to_string_lossy().to_string());
    let paths: Vec<&str> = zips.iter().map(String::as_str).collect();
    let (document, _) = check(&realdata, &[&["--check"], paths.as_slice()].concat());
    let linter = |code: &str| {
        let problems = document["problems"].as_array().unwrap().iter();
        let of = problems.filter(|problem| problem["also"].as_array().unwrap().iter().any(|also| also == code));
        of.map(|problem| (problem["file"].to_string(), problem["entry"].to_string()))
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    };
    // What OSV's linter says of the same records; all of these that it calls
    // broken are (an id twice among the aliases, 0.10.0 introduced and fixed).
    assert!(document["summary"]["records"].as_u64().unwrap() > 8_000);
    assert_eq!([linter("REC:001"), linter("REC:002"), linter("REC:003"), linter("REC:004")], [0, 20, 0, 0]);
    assert_eq!([linter("RNG:001"), linter("RNG:002"), linter("PKG:001"), linter("PKG:003")], [0, 7, 0, 0]);
}
