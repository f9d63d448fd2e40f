//! `secnotes dependencies`: what there is, and what changed.

use serde_json::Value;

use super::{cargo_lock, go_mod, updated};
use crate::builder::Project;

fn listing(project: &Project, more: &[&str]) -> String {
    let output = project.secnotes(&[&["dependencies", "--tag", "v1.1.0"], more].concat()).assert().success();
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

fn json(project: &Project) -> Value {
    serde_json::from_str(&listing(project, &["--format", "json"])).unwrap()
}

#[test]
fn what_changed_is_told_by_package() {
    let before = go_mod(&[("example.org/a", "1.0.0"), ("example.org/b", "1.2.0"), ("example.org/c", "1.0.0")]);
    let after = go_mod(&[("example.org/a", "1.1.0"), ("example.org/b", "1.1.0"), ("example.org/d", "0.1.0")]);
    let (project, _) = updated(&[("go.mod", &before)], "Update", &[("go.mod", &after)]);
    insta::assert_snapshot!(listing(&project, &[]), @r"
    v1.1.0, against v1.0.0

      upgraded   Go:example.org/a 1.0.0 → 1.1.0
      downgraded Go:example.org/b 1.2.0 → 1.1.0
      removed    Go:example.org/c 1.0.0 → gone
      added      Go:example.org/d new → 0.1.0
    ");
}

#[test]
fn a_lock_of_another_format_does_not_read_as_everything_new() {
    let poetry = |version: &str| {
        let package =
            |name: &str, version: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\n");
        ["attrs", "certifi", "idna"].map(|name| package(name, "1.0")).concat() + &package("urllib3", version)
    };
    let uv = |version: &str| {
        let source = "source = { registry = \"https://pypi.org/simple\" }\n\n";
        let package =
            |name: &str, version: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{source}");
        let all = ["attrs", "certifi", "idna"].map(|name| package(name, "1.0")).concat();
        format!("version = 1\nrevision = 3\n\n{all}{}", package("urllib3", version))
    };
    let (project, _) = updated(
        &[("python/poetry.lock", &poetry("2.0.0"))],
        "Move to uv",
        &[("python/poetry.lock", ""), ("python/uv.lock", &uv("2.2.0"))],
    );
    let told = json(&project);
    assert_eq!(told["changes"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!(told["changes"][0]["name"], "urllib3");
    assert_eq!(told["files"][0]["follows"][0], "python/poetry.lock");
    assert!(listing(&project, &[]).contains("python/uv.lock ← python/poetry.lock"));
}

#[test]
fn many_lock_files_that_become_one_are_followed_by_it() {
    let lock = |more: (&str, &str)| cargo_lock(&[("bytes", "1.0.0"), ("libc", "0.2.0"), ("serde", "1.0.0"), more]);
    let whole =
        cargo_lock(&[("bytes", "1.0.0"), ("libc", "0.2.0"), ("serde", "1.0.1"), ("log", "0.4.0"), ("time", "0.3.0")]);
    let (project, _) = updated(
        &[("a/Cargo.lock", &lock(("log", "0.4.0"))), ("b/Cargo.lock", &lock(("time", "0.3.0")))],
        "One workspace",
        &[("a/Cargo.lock", ""), ("b/Cargo.lock", ""), ("Cargo.lock", &whole)],
    );
    let told = json(&project);
    assert_eq!(told["changes"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!((&told["changes"][0]["name"], &told["changes"][0]["change"]), (&"serde".into(), &"upgraded".into()));
    let files = told["files"].as_array().unwrap();
    assert_eq!(files.len(), 1, "{files:?}");
}

#[test]
fn every_file_is_listed_with_whose_it_is_and_how_sure_its_versions_are() {
    let lock = go_mod(&[("example.org/a", "1.0.0")]);
    let toolchain =
        "[[toolchain]]\nfile = \"versions.yaml\"\nkey = \"languages.golang.version\"\npackage = \"Go:stdlib\"\n";
    let (project, _) = updated(
        &[("go.mod", &lock), ("vendor/x/Cargo.lock", &cargo_lock(&[("bytes", "1.0.0")]))],
        "Add more",
        &[
            ("versions.yaml", "languages:\n  golang:\n    version: \"1.24.13\"\n"),
            ("docs/requirements.txt", "sphinx==7.0\nmyst-parser>=2.0\n"),
            ("Dockerfile", "FROM alpine:3.20\n"),
        ],
    );
    std::fs::write(project.path().join("secnotes.toml"), toolchain).unwrap();
    insta::assert_snapshot!(listing(&project, &["--list"]), @"
    Dockerfile (Dockerfile)
      Docker:alpine 3.20 (direct, shown)
    docs/requirements.txt (requirements.txt, example)
      PyPI:sphinx 7.0
      PyPI:myst-parser 2.0 (floor)
    go.mod (go.mod)
      Go:stdlib 1.24.0 (direct, outranked)
      Go:toolchain 1.24.0 (direct, build, outranked)
      Go:example.org/a 1.0.0 (direct)
    vendor/x/Cargo.lock (Cargo.lock, vendored)
      crates.io:bytes 1.0.0 (direct)
    versions.yaml:languages.golang.version (toolchain)
      Go:stdlib 1.24.13 (direct)
      Go:toolchain 1.24.13 (direct, build)
    ");
}

#[test]
fn a_file_that_requirements_include_is_read_whatever_its_name() {
    let (project, _) = updated(
        &[
            ("requirements.txt", "-r deps/all.pip\nattrs==23.1\n"),
            ("deps/all.pip", "idna==3.6\n-r ../requirements.txt\n"),
        ],
        "Update",
        &[("deps/all.pip", "idna==3.7\n-r ../requirements.txt\n")],
    );
    let told = listing(&project, &[]);
    assert!(told.contains("upgraded   PyPI:idna 3.6 → 3.7"), "{told}");
    assert!(!listing(&project, &["--list"]).contains("not read"));
}

#[test]
fn what_others_include_is_followed_so_far_and_the_rest_is_told() {
    let many: String = (0..520).map(|at| format!("-r deps/{at}.pip\n")).collect();
    let files: Vec<(String, String)> =
        (0..520).map(|at| (format!("deps/{at}.pip"), format!("package{at}==1.0\n"))).collect();
    let mut files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("requirements.txt", &many));
    let (project, _) = updated(&files, "Update", &[("notes.txt", "more")]);
    let told = listing(&project, &["--list"]);
    assert_eq!(told.matches("PyPI:package").count(), 500, "{told}");
    let message = ", which is not read: of what the files of a tree include, 2000 are looked for and 500 read, 4 deep";
    assert_eq!(told.matches(message).count(), 1, "{told}");
    assert!(!told.contains("its name is not"), "{told}");
    let deep: Vec<(String, String)> =
        (0..6).map(|at| (format!("{at}.pip"), format!("-r {}.pip\npackage{at}==1.0\n", at + 1))).collect();
    let mut files: Vec<(&str, &str)> = deep.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("requirements.txt", "-r 0.pip\n"));
    let (project, _) = updated(&files, "Update", &[("notes.txt", "more")]);
    let told = listing(&project, &["--list"]);
    assert_eq!(told.matches("PyPI:package").count(), 4, "{told}");
    assert!(told.contains(&format!("it includes `4.pip`{message}")), "{told}");
}

#[test]
fn what_is_ignored_is_not_read_because_others_include_it() {
    let files = [("requirements.txt", "-r deps/all.pip\nattrs==23.1\n"), ("deps/all.pip", "idna==3.6\n")];
    let (project, _) = updated(&files, "Update", &[("notes.txt", "more")]);
    std::fs::write(project.path().join("secnotes.toml"), "[dependencies]\nignore = [\"all.pip\"]\n").unwrap();
    let told = listing(&project, &["--list"]);
    assert!(told.contains("PyPI:attrs 23.1") && !told.contains("idna"), "{told}");
    assert!(!told.contains("not read") && !told.contains("not in the tree"), "{told}");
}

#[test]
fn equal_files_of_a_rule_are_each_read_as_their_names_say() {
    let text = "GO_VERSION=1.22.8\n";
    let (project, _) = updated(&[("a.yaml", text), ("b.env.in", text)], "Update", &[("notes.txt", "more")]);
    let rule = "[[toolchain]]\nfile = \"{a.yaml,b.env.in}\"\nkey = \"GO_VERSION\"\npackage = \"Go:stdlib\"\n";
    std::fs::write(project.path().join("secnotes.toml"), rule).unwrap();
    let told = listing(&project, &["--list"]);
    assert!(told.contains("b.env.in:GO_VERSION (toolchain)\n  Go:stdlib 1.22.8"), "{told}");
    assert!(!told.contains("a.yaml:GO_VERSION (toolchain)\n  Go:stdlib"), "{told}");
}

#[test]
fn an_advisory_of_a_dependency_is_explained_by_its_lock_files() {
    let (before, after) = (go_mod(&[("golang.org/x/net", "0.37.0")]), go_mod(&[("golang.org/x/net", "0.38.0")]));
    let (project, bump) = updated(&[("go.mod", &before)], "Bump x/net", &[("go.mod", &after)]);
    let about = super::affected("Go", "golang.org/x/net", "0", "0.38.0");
    project.osv("GO-2026-1", serde_json::json!({ "affected": about, "aliases": ["CVE-2026-90001"] }));
    let output = project.secnotes(&["explain", "CVE-2026-90001"]).assert().success();
    let story = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    for part in [
        "(dependency): fixed, confirmed",
        &bump,
        "go.mod: golang.org/x/net 0.37.0 → 0.38.0 (GO-2026-1: fixed in 0.38.0)",
    ] {
        assert!(story.contains(part), "{part} in {story}");
    }
}

#[test]
fn an_update_of_one_of_two_files_is_an_update() {
    let (old, new) = (go_mod(&[("example.org/a", "1.0.0")]), go_mod(&[("example.org/a", "1.1.0")]));
    let (project, _) = updated(&[("go.mod", &old), ("api/go.mod", &old)], "Update", &[("go.mod", &new)]);
    insta::assert_snapshot!(listing(&project, &[]), @r"
    v1.1.0, against v1.0.0

      upgraded   Go:example.org/a 1.0.0 → 1.1.0
    ");
    let change = &json(&project)["changes"][0];
    assert_eq!(
        (&change["from"][0], &change["to"][0], &change["to"][1]),
        (&"1.0.0".into(), &"1.0.0".into(), &"1.1.0".into())
    );
}
