//! What looks like a fix and is none, and what must not be charged to others.

use serde_json::json;

use super::{affected, cargo_lock, finding, go_mod, notes, updated};
use crate::builder::{Project, codes, commits, entry};

/// rand 0.7.3 before, and these files after; 0.8.0 is fixed.
fn rand(after: &[(&str, &str)]) -> Project {
    let before = cargo_lock(&[("rand", "0.7.3"), ("log", "0.4.1")]);
    let (project, _) =
        updated(&[("Cargo.lock", &before), ("Cargo.toml", "[package]\nname = \"parcel\"\n")], "Change things", after);
    project.osv("RUSTSEC-2026-1", json!({ "affected": affected("crates.io", "rand", "0", "0.8.0") }));
    project
}

#[test]
fn what_is_only_not_seen_any_more_is_no_fix() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
    let fork = "version = 4\n\n[[package]]\nname = \"parcel\"\nversion = \"0.1.0\"\ndependencies = [\"rand\"]\n\n[[package]]\n\
                name = \"rand\"\nversion = \"0.7.3\"\nsource = \"git+https://example.org/rand#0123456789abcdef\"\n";
    let odd = cargo_lock(&[("rand", "0.7.4-not+ok+ok"), ("log", "0.4.1")]);
    for (text, why) in [
        (pointer, "cannot be read"),
        ("version = 4\n", "names nothing any more"),
        ("", "its lock file is gone, and the manifest beside it is not"),
        (fork, "a fork"),
        (odd.as_str(), ""),
    ] {
        let project = rand(&[("Cargo.lock", text)]);
        assert_eq!(notes(&project, &[]), "", "{text}");
        let message = finding(&project.json("v1.1.0"), "dependency-unknown").to_owned();
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn a_crate_that_is_really_gone_is_removed() {
    let project = rand(&[("Cargo.lock", &cargo_lock(&[("log", "0.4.1")]))]);
    assert!(notes(&project, &[]).contains("Removed: **rand** 0.7.3 (1 vulnerability)."));
}

#[test]
fn a_requirement_that_is_not_pinned_any_more_is_no_fix() {
    for after in ["requests>=2.20.0\n", "requests\n"] {
        let (project, _) = updated(
            &[("requirements.txt", "requests==2.20.0\nidna==3.0\n")],
            "Loosen",
            &[("requirements.txt", &format!("{after}idna==3.0\n"))],
        );
        project.osv("PYSEC-2026-1", json!({ "affected": affected("PyPI", "requests", "0", "2.31.0") }));
        assert_eq!(notes(&project, &[]), "", "{after}");
        assert_eq!(codes(&project.json("v1.1.0")), ["dependency-unknown"]);
    }
}

#[test]
fn a_module_that_an_old_go_mod_names_no_more_may_still_be_built() {
    let old = |text: String| text.replace("go 1.24.0", "go 1.13");
    let before = old(go_mod(&[("golang.org/x/net", "0.37.0"), ("golang.org/x/text", "0.3.0")]));
    let after = old(go_mod(&[("golang.org/x/text", "0.3.0")]));
    let (project, _) = updated(&[("go.mod", &before)], "Tidy", &[("go.mod", &after)]);
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.38.0") }));
    assert_eq!(notes(&project, &[]), "");
    assert!(finding(&project.json("v1.1.0"), "dependency-unknown").contains("before Go 1.17"));
    // The other way round nothing came: it was not named.
    let newer = go_mod(&[("golang.org/x/net", "0.37.0"), ("golang.org/x/text", "0.3.0")]);
    let (project, _) = updated(&[("go.mod", &after)], "Use Go 1.24", &[("go.mod", &newer)]);
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.38.0") }));
    assert_eq!(codes(&project.json("v1.1.0")), ["dependency-affected"]);
}

#[test]
fn a_module_whose_place_a_fork_takes_is_no_fix() {
    let before = go_mod(&[("golang.org/x/net", "0.37.0")]);
    let after = format!("{before}\nreplace golang.org/x/net => example.org/fork/net v1.0.0\n");
    let (project, _) = updated(&[("go.mod", &before)], "Use our fork", &[("go.mod", &after)]);
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.38.0") }));
    assert_eq!(notes(&project, &[]), "");
    assert_eq!(codes(&project.json("v1.1.0")), ["dependency-unknown"]);
}

#[test]
fn a_vulnerability_in_two_packages_is_fixed_when_both_left_it() {
    let before = go_mod(&[("example.org/p", "1.0.0"), ("example.org/q", "1.0.0")]);
    let after = go_mod(&[("example.org/p", "1.1.0"), ("example.org/q", "1.0.0")]);
    let (project, _) = updated(&[("go.mod", &before)], "Fix CVE-2026-90001", &[("go.mod", &after)]);
    let mut both = affected("Go", "example.org/p", "0", "1.1.0");
    both.as_array_mut().unwrap().extend(affected("Go", "example.org/q", "0", "1.1.0").as_array().unwrap().clone());
    project.osv("CVE-2026-90001", json!({ "affected": both }));
    assert_eq!(notes(&project, &[]), "");
    let report = project.json("v1.1.0");
    assert!(finding(&report, "dependency-partly-fixed").contains("another package that this affects is not"));
    assert!(finding(&report, "dependency-affected").contains("go.mod has 1.0.0"));
}

#[test]
fn what_only_developers_use_is_not_announced_as_shipped() {
    let lock = |nested: &str| {
        format!(
            r#"{{"name": "x", "lockfileVersion": 3, "packages": {{
                "": {{"dependencies": {{"minimist": "^1"}}, "devDependencies": {{"old": "^1"}}}},
                "node_modules/minimist": {{"version": "1.2.8"}},
                "node_modules/old": {{"version": "1.0.0", "dev": true, "dependencies": {{"minimist": "*"}}}},
                "node_modules/old/node_modules/minimist": {{"version": "{nested}", "dev": true}}}}}}"#
        )
    };
    let (project, _) = updated(
        &[("package-lock.json", &lock("0.0.8"))],
        "Update old's minimist",
        &[("package-lock.json", &lock("1.2.7"))],
    );
    project.osv("GHSA-2222-3333-4444", json!({ "affected": affected("npm", "minimist", "0", "1.2.6") }));
    let report = project.json("v1.1.0");
    assert_eq!(entry(&report, "GHSA-2222-3333-4444").unwrap()["package"]["shipped"], false);
    assert!(notes(&project, &[]).contains("1 more fixed in dependencies of development"));
}

#[test]
fn a_new_module_has_no_past_and_a_gone_one_leaves_none_to_others() {
    let at = |net: &str| {
        go_mod(&[
            ("golang.org/x/net", net),
            ("example.org/a", "1.0.0"),
            ("example.org/b", "1.0.0"),
            ("example.org/c", "1.0.0"),
        ])
    };
    let about = affected("Go", "golang.org/x/net", "0", "0.20.0");
    let (project, _) = updated(&[("go.mod", &at("0.10.0"))], "Add qpext", &[("qpext/go.mod", &at("0.25.0"))]);
    project.osv("GO-2026-1", json!({ "affected": about }));
    assert_eq!(codes(&project.json("v1.1.0")), ["dependency-affected"]);
    let (project, _) =
        updated(&[("a/go.mod", &at("0.10.0")), ("b/go.mod", &at("0.25.0"))], "Do without a", &[("a/go.mod", "")]);
    project.osv("GO-2026-1", json!({ "affected": about }));
    assert!(notes(&project, &[]).contains("Removed: **golang.org/x/net** 0.10.0 (1 vulnerability)."));
    let files = entry(&project.json("v1.1.0"), "GO-2026-1").unwrap()["package"]["files"].clone();
    assert_eq!((files.as_array().unwrap().len(), &files[0]["path"]), (1, &json!("a/go.mod")));
}

#[test]
fn a_small_file_that_moved_unchanged_fixed_nothing() {
    let lock = go_mod(&[("golang.org/x/net", "0.10.0")]);
    let (project, _) = updated(&[("svc/go.mod", &lock)], "Rename", &[("svc/go.mod", ""), ("service/go.mod", &lock)]);
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.20.0") }));
    assert_eq!(codes(&project.json("v1.1.0")), ["dependency-affected"]);
}

#[test]
fn one_of_two_affected_versions_that_left_is_a_part() {
    let (before, after) =
        (cargo_lock(&[("rand", "0.7.3"), ("rand", "0.8.5")]), cargo_lock(&[("rand", "0.7.3"), ("rand", "0.9.1")]));
    let (project, _) = updated(&[("Cargo.lock", &before)], "Bump rand", &[("Cargo.lock", &after)]);
    project.osv("RUSTSEC-2026-1", json!({ "affected": affected("crates.io", "rand", "0", "0.9.0") }));
    assert_eq!(codes(&project.json("v1.1.0")), ["dependency-partly-fixed"]);
}

#[test]
fn a_merge_that_only_brings_an_update_did_not_make_it() {
    let lock = |net: &str, other: &str| go_mod(&[("golang.org/x/net", net), ("example.org/other", other)]);
    let mut project = Project::new();
    project.edit("main", "Ada", "Start", &[("go.mod", &lock("0.10.0", "1.0.0"))]);
    project.tag("v1.0.0", "main");
    project.edit("feat", "Ada", "Bump other", &[("go.mod", &lock("0.10.0", "1.1.0"))]);
    let bump = project.edit("main", "Ada", "bump net (#5)", &[("go.mod", &lock("0.25.0", "1.0.0"))]);
    project.merge_text("feat", "Merge pull request #9 from ada/feat", "go.mod", &lock("0.25.0", "1.1.0"));
    project.tag("v1.1.0", "main");
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.20.0") }));
    let report = project.json("v1.1.0");
    let fixed = entry(&report, "GO-2026-1").unwrap();
    assert_eq!((commits(fixed), &fixed["fix"]["pull_requests"]), (vec![bump.as_str()], &json!([5])));
}

#[test]
fn an_update_that_was_taken_back_and_made_again_is_the_last_one() {
    let at = |net: &str| go_mod(&[("golang.org/x/net", net)]);
    let mut project = Project::new();
    project.edit("main", "Ada", "Start", &[("go.mod", &at("0.10.0"))]);
    project.tag("v1.0.0", "main");
    project.edit("main", "Ada", "bump net (#1)", &[("go.mod", &at("0.25.0"))]);
    project.edit("main", "Ada", "Back to the old net (#2)", &[("go.mod", &at("0.10.0"))]);
    let last = project.edit("main", "Ada", "bump net (#3)", &[("go.mod", &at("0.26.0"))]);
    project.tag("v1.1.0", "main");
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.20.0") }));
    let report = project.json("v1.1.0");
    let fixed = entry(&report, "GO-2026-1").unwrap();
    assert_eq!((commits(fixed), &fixed["fix"]["pull_requests"]), (vec![last.as_str()], &json!([3])));
}

#[test]
fn a_range_that_says_nothing_certain_is_told() {
    let events = json!([{ "introduced": "0.6.0" }, { "fixed": "latest" }]);
    let about = json!([{ "package": { "ecosystem": "crates.io", "name": "rand" },
                         "ranges": [{ "type": "SEMVER", "events": events }] }]);
    let project = rand(&[("page.txt", "x")]);
    project.osv("RUSTSEC-2026-1", json!({ "affected": about }));
    assert!(finding(&project.json("v1.1.0"), "odd-record").contains("the event “latest”"));
}

#[test]
fn a_path_cannot_write_lines_of_its_own_into_a_log() {
    let lock = cargo_lock(&[("rand", "0.7.3")]);
    let (project, _) = updated(&[("a\n::error::x/Cargo.lock", &lock)], "Add", &[("page.txt", "x")]);
    project.osv("RUSTSEC-2026-1", json!({ "affected": affected("crates.io", "rand", "0", "0.8.0") }));
    let output = project.secnotes(&["notes", "--tag", "v1.1.0", "--verbose"]).assert().success();
    let said = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
    assert!(said.contains("dependency-affected") && !said.contains("\n::error"), "{said}");
}

#[test]
fn go_s_own_line_withholds_no_fix_of_a_module() {
    let at = |net: &str| go_mod(&[("golang.org/x/net", net)]).replace("go 1.24.0", "go 1.19");
    let (project, _) = updated(&[("go.mod", &at("0.10.0"))], "Bump x/net", &[("go.mod", &at("0.20.0"))]);
    let mut both = affected("Go", "golang.org/x/net", "0", "0.20.0");
    both.as_array_mut().unwrap().extend(affected("Go", "stdlib", "0", "1.21.3").as_array().unwrap().clone());
    project.osv("GO-2026-1", json!({ "affected": both }));
    assert!(notes(&project, &[]).contains("**golang.org/x/net** 0.10.0 → 0.20.0"));
}

#[test]
fn a_lock_file_that_moved_and_broke_is_no_removal() {
    let lock = cargo_lock(&[("rand", "0.7.3"), ("log", "0.4.1")]);
    for after in [
        [
            ("svc/Cargo.lock", ""),
            ("svc/Cargo.toml", ""),
            ("service/Cargo.lock", "[[package"),
            ("service/Cargo.toml", "x"),
        ],
        [("svc/Cargo.lock", ""), ("svc/Cargo.toml", ""), ("service/Cargo.toml", "x"), ("page.txt", "x")],
        [("svc/Cargo.lock", ""), ("svc/Cargo.toml", ""), ("third_party/svc/Cargo.lock", &lock), ("page.txt", "x")],
    ] {
        let (project, _) = updated(&[("svc/Cargo.lock", &lock), ("svc/Cargo.toml", "x")], "Move", &after);
        project.osv("RUSTSEC-2026-1", json!({ "affected": affected("crates.io", "rand", "0", "0.8.0") }));
        assert_eq!(notes(&project, &[]), "", "{after:?}");
    }
    // A folder that is gone with all that is in it, is.
    let after = [("svc/Cargo.lock", ""), ("svc/Cargo.toml", "")];
    let (project, _) = updated(&[("svc/Cargo.lock", &lock), ("svc/Cargo.toml", "x"), ("a", "b")], "Do without", &after);
    project.osv("RUSTSEC-2026-1", json!({ "affected": affected("crates.io", "rand", "0", "0.8.0") }));
    assert!(notes(&project, &[]).contains("Removed: **rand** 0.7.3 (1 vulnerability)."));
}

#[test]
fn a_version_that_a_parent_elsewhere_manages_is_not_seen() {
    let pom = |version: &str| {
        let parent = "<parent><groupId>org.example</groupId><artifactId>above</artifactId><version>1</version><relativePath/></parent>";
        let head = format!("<project>{parent}<artifactId>parcel</artifactId>");
        let on = |name: &str, version: &str| {
            format!("<dependency><groupId>org.example</groupId><artifactId>{name}</artifactId>{version}</dependency>")
        };
        let other = on("other", "<version>2</version>");
        format!("{head}<dependencies>{}{other}</dependencies></project>", on("netty", version))
    };
    for after in ["", "<version>${managed}</version>"] {
        let (project, _) = updated(
            &[("pom.xml", &pom("<version>1.0.0</version>"))],
            "Use a bill of materials",
            &[("pom.xml", &pom(after))],
        );
        let mut about = affected("Maven", "org.example:netty", "0", "1.1.0");
        about[0]["ranges"][0]["type"] = json!("ECOSYSTEM");
        project.osv("GHSA-2222-3333-4444", json!({ "affected": about }));
        assert_eq!(notes(&project, &[]), "", "{after}");
        assert_eq!(codes(&project.json("v1.1.0")), ["dependency-unknown"]);
    }
}

#[test]
fn a_fork_in_a_folder_silences_nobody_s_advisories() {
    let at = |net: &str| go_mod(&[("golang.org/x/net", net)]).replace("parcel", "parcel/svc");
    let (project, _) = updated(
        &[("svc/go.mod", &at("0.10.0")), ("forked/net/go.mod", "module golang.org/x/net\n")],
        "Bump x/net",
        &[("svc/go.mod", &at("0.20.0"))],
    );
    project.osv("GO-2026-1", json!({ "affected": affected("Go", "golang.org/x/net", "0", "0.20.0") }));
    assert!(notes(&project, &[]).contains("**golang.org/x/net** 0.10.0 → 0.20.0"));
}

#[test]
fn what_another_folder_asks_for_hides_no_removal() {
    let uv = |names: &[&str]| {
        let source = "source = { registry = \"https://pypi.org/simple\" }\n\n";
        let all = names.iter().map(|name| format!("[[package]]\nname = \"{name}\"\nversion = \"2.20.0\"\n{source}"));
        format!("version = 1\n\n{}", all.collect::<String>())
    };
    let (project, _) = updated(
        &[("uv.lock", &uv(&["requests", "idna"])), ("docs/requirements.txt", "requests\n")],
        "Do without requests",
        &[("uv.lock", &uv(&["idna"]))],
    );
    project.osv("PYSEC-2026-1", json!({ "affected": affected("PyPI", "requests", "0", "2.31.0") }));
    assert!(notes(&project, &[]).contains("Removed: **requests** 2.20.0 (1 vulnerability)."));
}
