//! Repositories of several packages: whose an advisory, a commit and a tag are.

use serde_json::{Value, json};

use crate::builder::{Project, REMOTE};

/// Two charts, each with its own tags; both have a version 1.0.1.
fn charts(folder: &str) -> Project {
    let mut project = Project::new();
    let (a, b) = (format!("{folder}a/values.yaml"), format!("{folder}b/values.yaml"));
    project.edit("main", "Ada", "Start", &[(&a, "1\n"), (&b, "1\n")]);
    project.tag("a/1.0.0", "main");
    project.tag("b/1.0.0", "main");
    project.edit("main", "Ada", "[a] Update the mount path of the secret", &[(&a, "2\n")]);
    project.tag("a/1.0.1", "main");
    project.edit("main", "Bo", "[b] Bump the image, and read the secret from a file", &[(&b, "2\n")]);
    project.tag("b/1.0.1", "main");
    project
}

/// An advisory of the repository, as GitHub writes it.
fn advisory(project: &Project, ecosystem: &str, name: &str) {
    let id = "GHSA-c2h3-6mxw-7mvq";
    let record = json!([{
        "ghsa_id": id, "html_url": format!("{REMOTE}/security/advisories/{id}"),
        "summary": "The secret of the chart can be read", "severity": "critical", "state": "published",
        "published_at": "2026-01-04T00:00:00Z", "updated_at": "2026-01-04T00:00:00Z",
        "vulnerabilities": [{
            "package": { "ecosystem": ecosystem, "name": name },
            "vulnerable_version_range": "< 1.0.1", "patched_versions": "1.0.1",
        }],
    }]);
    project.write("advisory.json", &record.to_string());
}

fn configure(project: &Project, text: &str) {
    std::fs::write(project.path().join("secnotes.toml"), text).unwrap();
}

fn codes(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

fn refused(project: &Project, arguments: &[&str]) -> String {
    let output = project.secnotes(arguments).assert().failure();
    String::from_utf8(output.get_output().stderr.clone()).unwrap()
}

fn records(project: &Project, arguments: &[&str]) -> Vec<Value> {
    let output = project.secnotes(arguments).assert().success();
    serde_json::from_slice(&output.get_output().stdout).unwrap()
}

#[test]
fn a_version_number_that_two_packages_share_says_nothing() {
    for ecosystem in ["npm", "other", "helm"] {
        let project = charts("");
        advisory(&project, ecosystem, "a");
        let report = project.json("a/1.0.1");
        let entry = &report["advisories"][0];
        assert_eq!((&entry["status"], &entry["confidence"]), (&json!("fixed"), &json!("likely")), "{ecosystem}");
        assert_eq!(entry["fix"]["commits"][0]["subject"], "[a] Update the mount path of the secret");
        assert_eq!(project.json("b/1.0.1")["advisories"], json!([]), "{ecosystem}");
        assert_eq!(project.notes("b/1.0.1"), "");
    }
}

#[test]
fn a_record_keeps_the_package_that_osv_has_no_ecosystem_for() {
    let project = charts("");
    advisory(&project, "other", "a");
    let out = project.folder().join("osv");
    let folder = out.to_str().unwrap();
    project.secnotes(&["osv", "--tag", "a/1.0.1", "--out", folder]).assert().success();
    let record: Value = serde_json::from_slice(&std::fs::read(out.join("GHSA-c2h3-6mxw-7mvq.json")).unwrap()).unwrap();
    assert_eq!(record["affected"].as_array().unwrap().len(), 1);
    assert_eq!(record["affected"][0]["database_specific"]["package"], json!({ "ecosystem": "other", "name": "a" }));
    assert_eq!(record["affected"][0]["versions"], json!(["a/1.0.0"]));
    project.secnotes(&["osv", "--check", folder]).assert().success();
    assert_eq!(records(&project, &["osv", "--all"]), [record]);
}

#[test]
fn an_advisory_of_which_nothing_tells_the_package_is_possible_everywhere() {
    let project = charts("charts/");
    configure(&project, "[[package]]\nprefix = \"{name}/\"\npath = \"charts/{name}\"\n");
    advisory(&project, "other", "charts-of-parcel");
    for tag in ["a/1.0.1", "b/1.0.1"] {
        let report = project.json(tag);
        assert_eq!(report["advisories"][0]["confidence"], "possible", "{tag}");
        assert!(codes(&report).contains(&"package-undecided"), "{report}");
        assert_eq!(project.notes(tag), "");
    }
    // The record says what it said, and no graph adds to it.
    let all = records(&project, &["osv", "--all"]);
    assert_eq!(all[0]["affected"].as_array().unwrap().len(), 1);
    assert!(all[0]["affected"][0].get("ranges").is_none(), "{all:?}");
    // The configuration decides.
    configure(
        &project,
        "[[package]]\nname = \"a\"\nprefix = \"a/\"\npath = \"charts/a\"\n\
         [[package]]\nname = \"b\"\nprefix = \"b/\"\npath = \"charts/b\"\nnames = [\"Bitnami:b\"]\n",
    );
    project.osv(
        "CVE-2026-10001",
        json!({
            "affected": [{ "package": { "ecosystem": "Bitnami", "name": "b" },
                           "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.0.1" }] }] }],
        }),
    );
    let told = |tag: &str| {
        let report = project.json(tag);
        report["advisories"].as_array().unwrap().iter().map(|entry| entry["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(told("b/1.0.1"), ["GHSA-c2h3-6mxw-7mvq", "CVE-2026-10001"]);
    assert_eq!(told("a/1.0.1"), ["GHSA-c2h3-6mxw-7mvq"]);
}

/// A Go repository with a module in a folder, which has a version of its own.
fn modules() -> Project {
    let mut project = Project::new();
    let (root, api) = ("module github.com/example/parcel\n", "module github.com/example/parcel/api\n");
    let files = [("go.mod", root), ("main.go", "1\n"), ("api/go.mod", api), ("api/api.go", "1\n")];
    project.edit("main", "Ada", "Start", &files);
    for tag in ["v1.0.0", "api/v1.0.0"] {
        project.tag(tag, "main");
    }
    project
}

fn module(project: &Project, id: &str, name: &str, fixed: &str, references: Value) {
    project.osv(
        id,
        json!({
            "affected": [{ "package": { "ecosystem": "Go", "name": name },
                           "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": fixed }] }] }],
            "references": references,
        }),
    );
}

#[test]
fn a_module_in_a_folder_is_no_part_of_the_module_around_it() {
    let mut project = modules();
    let fix = project.edit("main", "Ada", "Bound what is read from the wire", &[("api/api.go", "2\n")]);
    project.tag("api/v1.0.1", "main");
    project.edit("main", "Ada", "Sort the list", &[("main.go", "2\n")]);
    project.tag("v1.0.1", "main");
    let other = project.edit("main", "Ada", "Check the length of paths", &[("main.go", "3\n")]);
    for tag in ["v1.0.2", "api/v1.0.2"] {
        project.tag(tag, "main");
    }
    let link = |commit: &str| json!([{ "type": "FIX", "url": format!("{REMOTE}/commit/{commit}") }]);
    module(&project, "GO-2026-0001", "github.com/example/parcel/api", "1.0.1", link(&fix));
    module(&project, "GO-2026-0002", "github.com/example/parcel", "1.0.2", link(&other));
    let announced = |tag: &str| {
        let report = project.json(tag);
        let entries = report["advisories"].as_array().unwrap().clone();
        entries.iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(announced("api/v1.0.1"), ["GO-2026-0001"]);
    assert_eq!(announced("v1.0.1"), [] as [&str; 0]);
    assert_eq!(announced("v1.0.2"), ["GO-2026-0002"]);
    assert_eq!(announced("api/v1.0.2"), [] as [&str; 0]);
    let all = records(&project, &["osv", "--all"]);
    let tags = |at: usize| all[at]["affected"][0]["versions"].clone();
    assert_eq!((tags(0), tags(1)), (json!(["api/v1.0.0"]), json!(["v1.0.0", "v1.0.1"])));
}

#[test]
fn a_record_of_two_packages_has_what_the_history_of_each_proves() {
    let mut project = modules();
    let fix = project.edit("main", "Ada", "Bound what is read", &[("api/api.go", "2\n"), ("main.go", "2\n")]);
    project.tag("api/v1.0.1", "main");
    project.edit("main", "Ada", "Sort the list", &[("main.go", "3\n")]);
    project.tag("v1.1.0", "main");
    let entry = |name: &str, fixed: &str| {
        json!({ "package": { "ecosystem": "Go", "name": name },
                "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": fixed }] }] })
    };
    project.osv(
        "GO-2026-0003",
        json!({
            "affected": [entry("github.com/example/parcel", "1.1.0"), entry("github.com/example/parcel/api", "1.0.1")],
            "references": [{ "type": "FIX", "url": format!("{REMOTE}/commit/{fix}") }],
        }),
    );
    assert!(project.notes("v1.1.0").contains("GO-2026-0003") && project.notes("api/v1.0.1").contains("GO-2026-0003"));
    let all = records(&project, &["osv", "--all"]);
    let of_release = records(&project, &["osv", "--tag", "v1.1.0"]);
    assert_eq!((all.len(), &all), (1, &of_release));
    let listed: Vec<&Value> =
        all[0]["affected"].as_array().unwrap().iter().filter_map(|entry| entry.get("versions")).collect();
    assert_eq!(listed, [&json!(["api/v1.0.0"]), &json!(["v1.0.0"])]);
    let out = project.folder().join("osv");
    project.secnotes(&["osv", "--all", "--out", out.to_str().unwrap()]).assert().success();
    project.secnotes(&["osv", "--check", out.to_str().unwrap()]).assert().success();
    // `affected` tells the releases of each package.
    let output = project.secnotes(&["affected", "--advisories", out.to_str().unwrap()]).assert().success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    assert!(text.contains("GO-2026-0003, api: 1 of 2 releases are affected"), "{text}");
}

#[test]
fn a_change_of_other_packages_alone_is_no_fix_and_no_quiet_one() {
    let mut project = charts("");
    let fix = project.edit("main", "Bo", "[b] Fix an out-of-bounds read in the parser", &[("b/values.yaml", "3\n")]);
    project.tag("a/1.0.2", "main");
    project.tag("b/1.0.2", "main");
    project.osv(
        "CVE-2026-10002",
        json!({
            "affected": [{ "package": { "ecosystem": "Bitnami", "name": "a" },
                           "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.0.2" }] }] }],
            "references": [{ "type": "WEB", "url": format!("{REMOTE}/security/advisories/CVE-2026-10002") },
                           { "type": "FIX", "url": format!("{REMOTE}/commit/{fix}") }],
        }),
    );
    let report = project.json("a/1.0.2");
    assert_eq!(report["advisories"][0]["fix"]["commits"], json!([]), "{report}");
    let told = codes(&report);
    assert!(told.contains(&"fix-commit-unknown") && !told.contains(&"quiet-security-fix"), "{told:?}");
    assert!(codes(&project.json("b/1.0.2")).contains(&"quiet-security-fix"));
}

#[test]
fn a_shared_path_is_a_part_of_each_package_that_shares_it() {
    let mut project = charts("charts/");
    let fix = project.edit("main", "Ada", "[common] Quote the values", &[("charts/common/x.tpl", "1\n")]);
    project.tag("a/1.0.2", "main");
    project.osv(
        "CVE-2026-10003",
        json!({
            "affected": [{ "package": { "ecosystem": "Bitnami", "name": "a" },
                           "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.0.2" }] }] }],
            "references": [{ "type": "WEB", "url": format!("{REMOTE}/security/advisories/CVE-2026-10003") },
                           { "type": "FIX", "url": format!("{REMOTE}/commit/{fix}") }],
        }),
    );
    project.tag("common/1.0.0", "main");
    let rule = "[[package]]\nprefix = \"{name}/\"\npath = \"charts/{name}\"\n";
    configure(&project, rule);
    assert_eq!(project.json("a/1.0.2")["advisories"][0]["fix"]["commits"], json!([]));
    configure(&project, &format!("{rule}shared = [\"charts/common\"]\n"));
    assert_eq!(project.json("a/1.0.2")["advisories"][0]["fix"]["commits"][0]["id"], json!(fix));
}

#[test]
fn a_package_is_named_by_its_tag_or_by_its_name() {
    let mut project = charts("");
    advisory(&project, "npm", "a");
    let error = refused(&project, &["notes", "--package", "c"]);
    assert!(error.contains("no package here is called `c`; there are a, b"), "{error}");
    let error = refused(&project, &["notes", "--tag", "c/1.0.1"]);
    assert!(error.contains("`c/1.0.1` is no tag here; the packages are a, b"), "{error}");
    // The tag at HEAD is b's.
    let output = project.secnotes(&["notes", "--format", "json"]).assert().success();
    assert!(String::from_utf8_lossy(&output.get_output().stderr).contains("using b/1.0.1"));
    let output = project.secnotes(&["notes", "--package", "a", "--format", "json"]).assert().success();
    let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!((&report["release"]["tag"], report["advisories"].as_array().unwrap().len()), (&json!("a/1.0.1"), 1));
    // What is asked of an advisory is asked of its package.
    let story = project.explain("GHSA-c2h3-6mxw-7mvq");
    assert!(story.to_string().contains("a/1.0.1") && !story.to_string().contains("b/1.0.1"), "{story}");
    project.edit("main", "Ada", "Go on", &[("README", "1\n")]);
    let error = refused(&project, &["notes", "--unreleased"]);
    assert!(error.contains("several packages: a, b; name one with --package"), "{error}");
    let single = crate::builder::started();
    let error = refused(&single, &["notes", "--package", "a"]);
    assert!(error.contains("has no packages with releases of their own"), "{error}");
}

#[test]
fn what_packages_cannot_both_be_is_told_with_its_place() {
    let project = charts("charts/");
    let a = "[[package]]\nname = \"a\"\nprefix = \"a/\"\npath = \"charts/a\"\n";
    for (text, place, told) in [
        (
            format!("{a}[[package]]\nname = \"x\"\nprefix = \"a/\"\npath = \"x\"\n"),
            7,
            "two packages have tags that begin with `a/`",
        ),
        (
            format!("{a}[[package]]\nname = \"x\"\nprefix = \"b/\"\npath = \"charts/a/\"\n"),
            8,
            "`charts/a` is a path of the package `a` already",
        ),
        (format!("{a}[[package]]\nname = \"a\"\nprefix = \"b/\"\npath = \"x\"\n"), 5, "two packages are called `a`"),
        ("[[package]]\nprefix = \"a/\"\npath = \"x\"\n".to_owned(), 1, "has no name"),
        ("[[package]]\nprefix = \"{name}\"\npath = \"{name}\"\n".to_owned(), 2, "does not say where the name ends"),
        ("[[package]]\nname = \"a\"\nprefix = \"{name}/\"\npath = \"{name}\"\n".to_owned(), 2, "has many names"),
        ("[[package]]\nprefix = \"{name}/\"\npath = \"charts\"\n".to_owned(), 3, "do not agree on {name}"),
        ("[[package]]\nname = \"a\"\nprefix = \"a/\"\n".to_owned(), 1, "has no path"),
        (
            "[[package]]\nname = \"a\"\nprefix = \"a/\"\npath = \"../x\"\n".to_owned(),
            4,
            "is not a path within the repository",
        ),
        (format!("{a}shared = [\"/etc\"]\n"), 5, "is not a path within the repository"),
        (format!("{a}names = [\"nobody:x\"]\n"), 5, "OSV knows no ecosystem `nobody`"),
        (format!("{a}color = 1\n"), 5, "unknown key `color`"),
        (format!("[releases]\nprefix = \"a/\"\n{a}"), 2, "for a repository of one package"),
        // What the repository contradicts.
        (
            format!("{a}[[package]]\nname = \"x\"\nprefix = \"x/\"\npath = \"x\"\n"),
            7,
            "no tag begins with `x/` and a version",
        ),
        (
            "[[package]]\nprefix = \"{name}/\"\npath = \"x/{name}\"\n".to_owned(),
            2,
            "no tag fits `{name}/` whose folder is there",
        ),
        (a.replace("charts/a", "a"), 4, "a/1.0.1 has no `a`"),
        (
            "[[package]]\nprefix = \"{name}/\"\npath = \"charts/{name}\"\n[[package]]\nname = \"x\"\nprefix = \"a/1.\"\npath = \"charts/b\"\n".to_owned(),
            3,
            "is a path of two packages",
        ),
    ] {
        configure(&project, &text);
        let error = refused(&project, &["notes", "--tag", "a/1.0.1"]);
        assert!(error.contains(told) && error.contains(&format!("secnotes.toml:{place}:")), "{text}{error}");
    }
}

#[test]
fn two_packages_that_claim_a_tag_are_told() {
    let mut project = Project::new();
    project.edit("main", "Ada", "Start", &[("a/x", "1\n"), ("b/x", "1\n")]);
    project.tag("a/v1.0.0", "main");
    configure(
        &project,
        "[[package]]\nname = \"a\"\nprefix = \"a/\"\npath = \"a\"\n[[package]]\nname = \"b\"\nprefix = \"a/v\"\npath = \"b\"\n",
    );
    let error = refused(&project, &["notes", "--tag", "a/v1.0.0"]);
    assert!(error.contains("the tag `a/v1.0.0` is a release of the package `a` already"), "{error}");
}

#[test]
fn dependencies_are_those_of_the_packages_manifests() {
    let mut project = charts("");
    let lock = |version: &str| {
        json!({ "name": "x", "lockfileVersion": 3,
                "packages": { "": { "dependencies": { "lodash": version } },
                              "node_modules/lodash": { "version": version } } })
        .to_string()
    };
    let (old, new) = (lock("4.17.20"), lock("4.17.21"));
    project.edit("main", "Ada", "Use lodash", &[("a/package-lock.json", &old), ("b/package-lock.json", &old)]);
    project.tag("a/1.1.0", "main");
    project.tag("b/1.1.0", "main");
    project.edit("main", "Ada", "[b] Update lodash", &[("b/package-lock.json", &new)]);
    project.tag("a/1.1.1", "main");
    project.tag("b/1.1.1", "main");
    let other = json!([{ "package": { "ecosystem": "npm", "name": "lodash" },
                         "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "4.17.21" }] }] }]);
    project.osv("CVE-2026-10004", json!({ "affected": other }));
    assert_eq!(project.json("b/1.1.1")["advisories"][0]["status"], "fixed");
    assert_eq!(project.json("a/1.1.1")["advisories"], json!([]));
    let output = project.secnotes(&["dependencies", "--tag", "b/1.1.1", "--list"]).assert().success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    assert!(text.contains("b/package-lock.json") && !text.contains("a/package-lock.json"), "{text}");
}

#[test]
fn a_word_before_the_version_is_a_package_where_a_manifest_gives_the_name() {
    let manifest = |name: &str| format!("[package]\nname = \"{name}\"\n");
    let (parcel, util) = (manifest("parcel"), manifest("parcel-util"));
    let mut project = Project::new();
    let files = [("parcel/Cargo.toml", parcel.as_str()), ("util/Cargo.toml", &util)];
    project.edit("main", "Ada", "Start", &files);
    project.tag("parcel-1.0.0", "main");
    project.tag("parcel-util-0.1.0", "main");
    let fix = project.edit("main", "Ada", "Bound the buffer", &[("util/lib.rs", "1\n")]);
    project.tag("parcel-1.0.1", "main");
    project.tag("parcel-util-0.1.1", "main");
    project.osv(
        "RUSTSEC-2026-0001",
        json!({
            "affected": [{ "package": { "ecosystem": "crates.io", "name": "parcel-util" },
                           "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "0.1.1" }] }] }],
            "references": [{ "type": "FIX", "url": format!("{REMOTE}/commit/{fix}") }],
        }),
    );
    assert!(project.notes("parcel-util-0.1.1").contains("RUSTSEC-2026-0001"));
    assert_eq!(project.notes("parcel-1.0.1"), "");
    assert_eq!(project.json("parcel-util-0.1.1")["release"]["previous_tag"], "parcel-util-0.1.0");
}

#[test]
fn a_project_that_changed_its_spelling_is_one_and_not_two_packages() {
    let mut project = Project::new();
    let manifest = "{\"name\": \"parcel\"}";
    project.edit("main", "Ada", "Start", &[("parcel/package.json", manifest), ("main.c", "1\n")]);
    project.tag("parcel-1_0_0", "main");
    project.edit("main", "Ada", "Go on", &[("main.c", "2\n")]);
    project.tag("parcel-1_1_0", "main");
    project.edit("main", "Ada", "Go on", &[("main.c", "3\n")]);
    project.tag("v2.0.0", "main");
    project.edit("main", "Ada", "Fix an out-of-bounds read", &[("main.c", "4\n")]);
    project.tag("v2.0.1", "main");
    assert_eq!(project.json("v2.0.0")["release"]["previous_tag"], "parcel-1_1_0");
    assert!(codes(&project.json("v2.0.1")).contains(&"quiet-security-fix"));
    // A folder of plain words names no package.
    project.edit("main", "Ada", "Script", &[("release/run.sh", "1\n")]);
    project.tag("release/2.1.0", "main");
    assert_eq!(project.json("release/2.1.0")["release"]["previous_tag"], "v2.0.1");
}

#[test]
fn init_writes_the_packages_that_it_sees() {
    let mut project = charts("charts/");
    let chart = |name: &str| format!("charts/{name}/package.json");
    let manifest = |name: &str| format!("{{\"name\": \"{name}\"}}");
    let files: Vec<(String, String)> = ["a", "b", "c"].map(|name| (chart(name), manifest(name))).into();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    project.edit("main", "Ada", "Declare", &files);
    project.tag("c/0.1.0", "main");
    let written = |project: &Project| {
        project.secnotes(&["init", "--force"]).assert().success();
        std::fs::read_to_string(project.path().join("secnotes.toml")).unwrap()
    };
    let text = written(&project);
    assert!(text.contains("\n[[package]]\nprefix = \"{name}/\"\npath = \"charts/{name}\"\n"), "{text}");
    project.secnotes(&["notes", "--tag", "c/0.1.0"]).assert().success();
    let mut modules = modules();
    modules.edit("main", "Ada", "Go on", &[("main.go", "2\n")]);
    modules.tag("v1.0.1", "main");
    modules.edit("main", "Ada", "Go on", &[("main.go", "3\n")]);
    modules.tag("v1.0.2", "main");
    let text = written(&modules);
    assert!(text.contains("name = \"api\"\nprefix = \"api/\"\npath = \"api\"\n"), "{text}");
    assert!(text.contains("name = \"parcel\"\npath = \".\"\n"), "{text}");
    modules.secnotes(&["notes", "--tag", "api/v1.0.0"]).assert().success();
    // A project with one row of releases has none.
    assert!(!written(&crate::builder::started()).contains("\n[[package]]"));
}

#[test]
fn a_commit_whose_trees_are_not_here_belongs_to_every_package() {
    let mut project = charts("");
    let fix = project.edit("main", "Bo", "[b] Fix an out-of-bounds read in the parser", &[("b/values.yaml", "3\n")]);
    project.tag("a/1.0.2", "main");
    let tree = project.git().find_commit(fix.parse().unwrap()).unwrap().tree_id().to_string();
    assert!(!codes(&project.json("a/1.0.2")).contains(&"quiet-security-fix"));
    std::fs::remove_file(project.path().join(format!(".git/objects/{}/{}", &tree[..2], &tree[2..]))).unwrap();
    let report = project.json("a/1.0.2");
    assert!(codes(&report).contains(&"quiet-security-fix"), "{report}");
    let told = |finding: &&Value| finding["code"] == "unreadable" && finding["subject"] == "packages";
    assert!(report["findings"].as_array().unwrap().iter().any(|finding| told(&finding)), "{report}");
}

#[test]
fn a_single_tag_of_a_package_is_a_slip_and_a_project_may_tag_its_own_as_one() {
    let mut project = Project::new();
    let manifest = |name: &str| format!("{{\"name\": \"{name}\"}}");
    let (core, own) = (manifest("@parcel/core"), manifest("parcel"));
    let files = [("packages/core/package.json", core.as_str()), ("packages/parcel/package.json", own.as_str())];
    project.edit("main", "Ada", "Start", &files);
    for tag in ["v1.0.0", "v1.0.1", "@parcel/core@1.0.1", "v1.1.0"] {
        project.tag(tag, "main");
        project.commit_file("main", "Work", tag.trim_start_matches('@'));
    }
    // Babel: the whole is one project.
    let before = |project: &Project, tag: &str| project.json(tag)["release"]["previous_tag"].clone();
    assert_eq!(before(&project, "v1.1.0"), "v1.0.1");
    project.secnotes(&["notes", "--if-none", "nothing"]).assert().success();
    // socket.io: 4.7.4 went on as socket.io@4.8.0, beside engine.io@6.6.0.
    for tag in ["@parcel/core@1.0.2", "parcel@1.2.0", "parcel@1.2.1"] {
        project.commit_file("main", "Work", tag.trim_start_matches('@'));
        project.tag(tag, "main");
    }
    assert_eq!(before(&project, "parcel@1.2.0"), "v1.1.0");
    assert_eq!(before(&project, "@parcel/core@1.0.2"), "@parcel/core@1.0.1");
}

#[test]
fn init_writes_what_the_tags_of_the_root_look_like_and_gives_it_a_name_of_its_own() {
    let mut project = Project::new();
    let files = [("Cargo.toml", "[package]\nname = \"core\"\n"), ("sys/Cargo.toml", "[package]\nname = \"sys\"\n")];
    project.edit("main", "Ada", "Start", &files);
    // git2-rs: 0.17.2, then git2-0.18.0, beside libgit2-sys-0.16.0.
    for tag in ["0.16.0", "0.17.0", "sys-0.1.0", "0.17.1", "sys-0.2.0", "parcel-0.18.0", "parcel-0.18.1", "sys-0.3.0"] {
        project.commit_file("main", "Work", tag);
        project.tag(tag, "main");
    }
    project.secnotes(&["init"]).assert().success();
    let text = std::fs::read_to_string(project.path().join("secnotes.toml")).unwrap();
    assert!(text.contains("\npattern = [\"{version}\", \"parcel-{version}\", \"v{version}\"]\n"), "{text}");
    for (tag, before) in [("parcel-0.18.0", "0.17.1"), ("sys-0.3.0", "sys-0.2.0")] {
        assert_eq!(project.json(tag)["release"]["previous_tag"], before, "{tag}");
    }
}

#[test]
fn what_is_measured_is_what_notes_of_a_tag_see() {
    use secnotes::compile::Overview;
    use secnotes::history::Repository;
    use secnotes::{advisory, files};
    let project = charts("");
    advisory(&project, "other", "a");
    let place = files::Place::named(project.advisories().join("advisory.json"));
    let records = advisory::read(&[place], &advisory::Budget::default()).unwrap().records;
    let advisories = advisory::merge(records);
    let repository = Repository::open(&project.path()).unwrap();
    let overview = Overview::read(&repository, &REMOTE.parse().unwrap()).unwrap();
    let (views, of) = overview.views(&advisories, &["b/1.0.1", "a/1.0.1", "c/1.0.1", "a/1.0.0"]).unwrap();
    assert_eq!((views.len(), of), (2, vec![Some(1), Some(0), None, Some(0)]));
    let subjects = |at: usize| -> Vec<&str> {
        let history = &views[at].history;
        history.own(history.graph.nodes()).into_iter().map(|node| &*history.commit(node).message.subject).collect()
    };
    assert_eq!(subjects(0), ["Start", "[a] Update the mount path of the secret"]);
    assert_eq!(subjects(1), ["Start", "[b] Bump the image, and read the secret from a file"]);
    let is_of_sibling = |at: usize| views[at].project.is_of_sibling(&views[at].advisories(&advisories)[0]);
    assert!(!is_of_sibling(0) && is_of_sibling(1));
}
