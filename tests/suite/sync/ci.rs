//! CI jobs: what is not there is fetched first; what is too old is said.

use rusqlite::Connection;

use super::Synced;
use crate::builder::started;
use crate::upstream::Upstream;

fn project(more: &str) -> Synced {
    let mut project = started();
    project.commit("main", "Fix the parser (GHSA-2222-2222-2222)");
    project.tag("v1.0.1", "main");
    let synced = Synced::with(project, Upstream::start(), more);
    synced.publish("GHSA-2222-2222-2222");
    synced
}

#[test]
fn a_ci_job_without_a_store_syncs_what_it_needs_first() {
    for verb in [vec!["notes", "--tag", "v1.0.1"], vec!["osv", "--tag", "v1.0.1"]] {
        let synced = project("");
        let output = synced.run(&verb).env("CI", "true").assert().success();
        let (stdout, stderr) = (&output.get_output().stdout, &output.get_output().stderr);
        assert!(String::from_utf8_lossy(stdout).contains("GHSA-2222-2222-2222"));
        assert!(String::from_utf8_lossy(stderr).contains("synced advisories: 1 new"));
        // The second verb of the job asks nobody.
        synced.upstream.forget();
        synced.run(&verb).env("CI", "true").assert().success();
        assert!(synced.upstream.requests().is_empty());
    }
}

#[test]
fn offline_and_outside_of_ci_nobody_is_asked() {
    let synced = project("");
    for (arguments, ci) in [(vec!["notes", "--offline"], "true"), (vec!["notes"], ""), (vec!["notes"], "false")] {
        let output = synced.run(&arguments).env("CI", ci).assert().failure().code(4);
        let error = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
        assert!(error.contains("advisories are missing: there are none: `secnotes sync` fetches them"), "{error}");
    }
    assert!(synced.upstream.requests().is_empty());
    let output = synced.run(&["sync", "--offline"]).assert().failure().code(2);
    drop(output);
}

#[test]
fn a_ci_job_whose_server_fails_says_what_is_missing() {
    let synced = project("");
    synced.upstream.fault("security-advisories", 20, crate::upstream::Kind::Reset);
    let output = synced.run(&["notes", "--tag", "v1.0.1"]).env("CI", "1").assert().failure().code(4);
    let error = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
    assert!(error.contains("repository example/parcel") && error.contains("is missing"), "{error}");
}

fn age(synced: &Synced, seconds: i64) {
    let connection = Connection::open(synced.store().join("advisories.sqlite")).unwrap();
    connection.execute("UPDATE source SET synced = synced - ?1", [seconds]).unwrap();
}

#[test]
fn data_that_is_older_than_max_age_is_used_and_said() {
    let synced = project("[advisories]\nmax-age = \"2d\"\n");
    synced.sync();
    synced.run(&["notes", "--tag", "v1.0.1"]).assert().success();
    age(&synced, 3 * 86_400);
    let output = synced.run(&["notes", "--tag", "v1.0.1"]).assert().failure().code(4);
    assert!(String::from_utf8_lossy(&output.get_output().stdout).contains("GHSA-2222-2222-2222"));
    let error = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
    assert!(error.contains("was synced 3 days ago, which is older than max-age"), "{error}");
    // A CI job with such a store, from its cache, syncs.
    synced.run(&["notes", "--tag", "v1.0.1"]).env("CI", "true").assert().success();
    synced.run(&["notes", "--tag", "v1.0.1"]).assert().success();
}

#[test]
fn a_source_that_was_added_since_is_missing_until_it_is_synced() {
    let synced = project("");
    synced.sync();
    synced.configure("ecosystems = [\"Go\"]\n");
    let output = synced.run(&["notes", "--tag", "v1.0.1"]).assert().failure().code(4);
    let error = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
    assert!(error.contains("ecosystem Go at") && error.contains("was never synced"), "{error}");
    synced.osv("GO-2026-1");
    synced.sync();
    synced.run(&["notes", "--tag", "v1.0.1"]).assert().success();
}
