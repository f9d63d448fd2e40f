//! Advisories of dependencies, fetched and used.

use serde_json::json;

use super::{affected, go_mod};
use crate::builder::Project;
use crate::sync::Synced;
use crate::upstream::{Upstream, record};

fn synced(more: &str) -> Synced {
    let mut project = Project::new();
    project.edit("main", "Ada", "Start", &[("go.mod", &go_mod(&[("golang.org/x/net", "0.37.0")]))]);
    project.tag("v1.0.0", "main");
    project.edit("main", "Ada", "Bump x/net", &[("go.mod", &go_mod(&[("golang.org/x/net", "0.38.0")]))]);
    project.tag("v1.1.0", "main");
    let synced = Synced::with(project, Upstream::start(), more);
    let mut about_net = record("GO-2026-7");
    about_net["affected"] = affected("Go", "golang.org/x/net", "0", "0.38.0");
    let mut about_other = record("GO-2026-8");
    about_other["affected"] = affected("Go", "example.org/other", "0", "0.38.0");
    synced.upstream.world().osv.insert("GO-2026-7".to_owned(), about_net);
    synced.upstream.world().osv.insert("GO-2026-8".to_owned(), about_other);
    synced
}

fn notes(synced: &Synced) -> String {
    let output = synced.run(&["notes", "--tag", "v1.1.0"]).assert().success();
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

#[test]
fn sync_asks_for_what_the_releases_depend_on() {
    let synced = synced("");
    synced.sync();
    assert_eq!(synced.ids(), ["GO-2026-7"]);
    assert!(notes(&synced).contains("**golang.org/x/net** 0.37.0 → 0.38.0"));
}

#[test]
fn a_dependency_that_is_new_since_the_sync_is_asked_for_before_anything_is_said_of_it() {
    let mut synced = synced("");
    synced.sync();
    let with = go_mod(&[("golang.org/x/net", "0.38.0"), ("example.org/other", "0.1.0")]);
    synced.project.edit("main", "Ada", "Use another", &[("go.mod", &with)]);
    synced.project.tag("v1.2.0", "main");
    let output = synced.run(&["notes", "--tag", "v1.2.0"]).assert().code(4);
    let said = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
    assert!(said.contains("Go:example.org/other was not asked for"), "{said}");
    synced.sync();
    let output = synced.run(&["notes", "--tag", "v1.2.0", "--format", "json"]).assert().success();
    assert!(String::from_utf8_lossy(&output.get_output().stdout).contains("dependency-introduced"));
}

#[test]
fn nobody_is_asked_for_dependencies_where_that_is_switched_off() {
    let synced = synced("dependencies = false\n");
    synced.sync();
    assert_eq!(synced.ids(), Vec::<String>::new());
}

#[test]
fn an_ecosystem_that_is_kept_whole_needs_no_question_by_package() {
    let synced = synced("ecosystems = [\"Go\"]\n");
    synced.sync();
    let asked = synced.upstream.requests().iter().filter(|request| request.path().contains("querybatch")).count();
    assert_eq!(asked, 0);
    assert!(notes(&synced).contains("golang.org/x/net"));
    let report = synced.run(&["notes", "--tag", "v1.1.0", "--format", "json"]).assert().success();
    let report: serde_json::Value = serde_json::from_slice(&report.get_output().stdout).unwrap();
    assert_eq!(report["compiled_from"]["records"], json!(1), "what is used, and not all that is kept");
}
