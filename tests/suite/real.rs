//! Real histories and advisories, where they are.

use std::io::Read;

use secnotes::model::osv::Record;
use serde_json::Value;

use crate::builder::{codes, commits, entry, secnotes};
use crate::realdata::realdata;

fn kata(tag: &str) -> Option<Value> {
    let data = realdata()?;
    let mut command = secnotes();
    command.args(["notes", "--format", "json", "--tag", tag, "--repo"]).arg(data.join("histories/kata-containers.git"));
    let output = command.arg("--advisories").arg(data.join("advisories/kata-containers")).assert().success();
    Some(serde_json::from_slice(&output.get_output().stdout).unwrap())
}

/// The example near the top of README is what is printed.
#[test]
fn the_example_of_the_readme_is_the_notes_of_kata_3_27_0() {
    let Some(data) = realdata() else { return };
    let mut command = secnotes();
    command.args(["notes", "--tag", "3.27.0", "--quiet", "--repo"]).arg(data.join("histories/kata-containers.git"));
    for advisories in ["advisories/kata-containers", "osv/Go.zip"] {
        command.arg("--advisories").arg(data.join(advisories));
    }
    let output = command.assert().success();
    let readme = include_str!("../../README.md");
    let (_, shown) = readme.split_once("```markdown\n").unwrap();
    assert_eq!(String::from_utf8_lossy(&output.get_output().stdout), shown.split_once("```").unwrap().0);
}

#[test]
fn every_published_record_is_written_back_unchanged() {
    let Some(data) = realdata() else { return };
    let mut records = 0;
    for zip in ["Go.zip", "PyPI.zip", "Rust.zip"] {
        let mut archive = zip::ZipArchive::new(std::fs::File::open(data.join("osv").join(zip)).unwrap()).unwrap();
        for at in 0..archive.len() {
            let mut text = String::new();
            archive.by_index(at).unwrap().read_to_string(&mut text).unwrap();
            let value: Value = serde_json::from_str(&text).unwrap();
            let record: Record = serde_json::from_str(&text).unwrap();
            assert_eq!(serde_json::to_value(&record).unwrap(), value, "{zip} {}", record.id);
            records += 1;
        }
    }
    assert!(records > 8000, "{records}");
}

#[test]
fn kata_3_27_0_names_its_fork_and_all_four_commits() {
    let Some(report) = kata("3.27.0") else { return };
    let own = entry(&report, "GHSA-wwj6-vghv-5p64").unwrap();
    assert!(own["aliases"].as_array().unwrap().contains(&"CVE-2026-24834".into()));
    let found = commits(own);
    for hash in ["6a672503973b", "e17f96251dc3", "c727332b0ee0", "48aa077e8cb4", "336b922d4f7f"] {
        assert!(found.iter().any(|id| id.starts_with(hash)), "{hash}");
    }
    assert_eq!((found.len(), own["confidence"].as_str()), (5, Some("confirmed")));
    let dependency = entry(&report, "GO-2026-4440").unwrap();
    assert_eq!((dependency["scope"].as_str(), dependency["status"].as_str()), (Some("dependency"), Some("claimed")));
    assert_eq!(report["release"]["previous_tag"], "3.26.0");
}

#[test]
fn kata_4_0_0_hardens_what_3_29_0_fixed() {
    let Some(report) = kata("4.0.0") else { return };
    assert!(entry(&report, "GHSA-q49m-57vm-c8cc").is_none());
    assert!(codes(&report).contains(&"mentioned-not-fixed"));
}

#[test]
fn a_commit_that_two_kata_records_name_is_confirmed_for_neither() {
    let Some(report) = kata("3.31.0") else { return };
    for id in ["GHSA-2gv2-cffp-j227", "GHSA-rr59-xxvx-96qr"] {
        assert_ne!(entry(&report, id).unwrap()["confidence"], "confirmed", "{id}");
    }
}

#[test]
fn kubesphere_4_1_3_has_three_fixes_that_nobody_announced() {
    let Some(data) = realdata() else { return };
    let mut command = secnotes();
    command.args(["notes", "--format", "json", "--tag", "v4.1.3", "--repo"]).arg(data.join("histories/kubesphere.git"));
    let output = command.arg("--advisories").arg(data.join("advisories/kubesphere")).assert().success();
    let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let quiet: Vec<&str> = findings
        .iter()
        .filter(|finding| finding["code"] == "quiet-security-fix")
        .map(|finding| finding["subject"].as_str().unwrap())
        .collect();
    for commit in ["d6ff99e5a266", "5ae94c9a0c20", "0a75abc32cd4"] {
        assert!(quiet.iter().any(|id| id.starts_with(commit)), "{commit}: {quiet:?}");
    }
}

#[test]
fn advisories_of_other_repositories_are_not_kata_s() {
    let Some(data) = realdata() else { return };
    for id in ["GO-2026-5624", "GHSA-877x-32pm-p28x", "GHSA-6978-vg2j-cc9q"] {
        let mut command = secnotes();
        command.args(["explain", id, "--repo"]).arg(data.join("histories/kata-containers.git"));
        command.arg("--advisories").arg(data.join("advisories/kata-containers")).assert().failure().code(1);
    }
}

#[test]
fn every_record_that_is_written_passes_the_schema_and_the_check() {
    let (Some(data), Some(referee)) = (realdata(), crate::osv_referee::referee("1.9.0")) else { return };
    for project in ["kata-containers", "kubesphere"] {
        let folder = tempfile::tempdir().unwrap();
        let history = data.join("histories").join(format!("{project}.git"));
        let mut command = secnotes();
        command.args(["osv", "--all", "--quiet", "--repo"]).arg(&history).arg("--out").arg(folder.path());
        command.arg("--advisories").arg(data.join("advisories").join(project)).assert().success();
        let mut records = 0;
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let record: Value = serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
            let broken: Vec<String> = referee.iter_errors(&record).map(|error| error.to_string()).collect();
            assert!(broken.is_empty(), "{}: {broken:?}", record["id"]);
            records += 1;
        }
        assert!(records > 0, "{project}");
        let mut check = secnotes();
        check.args(["osv", "--level", "error", "--repo"]).arg(&history).arg("--check").arg(folder.path());
        check.assert().success();
    }
}

#[test]
fn kata_s_lines_are_affected_until_their_fix() {
    let Some(data) = realdata() else { return };
    let mut command = secnotes();
    command.args(["osv", "--all", "--quiet", "--repo"]).arg(data.join("histories/kata-containers.git"));
    let output = command.arg("--advisories").arg(data.join("advisories/kata-containers")).assert().success();
    let records: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    let record = records.as_array().unwrap().iter().find(|record| record["id"] == "GHSA-wwj6-vghv-5p64").unwrap();
    let git = &record["affected"][0];
    let tags: Vec<&str> = git["versions"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(tags.contains(&"3.26.0") && !tags.contains(&"3.27.0"), "{tags:?}");
    // The last of the four commits that the private fork brought in; without
    // file contents nobody can tell that it changes no code.
    let events = git["ranges"][0]["events"].as_array().unwrap();
    let fixed: Vec<&str> = events.iter().filter_map(|event| event["fixed"].as_str()).collect();
    assert!(fixed.iter().any(|fixed| fixed.starts_with("336b922d4f7f")), "{fixed:?}");
}

/// The store selects what a project needs; that must be all that it needs.
#[test]
fn a_store_gives_the_same_answers_as_the_files_that_it_was_made_of() {
    let Some(data) = realdata() else { return };
    let folder = tempfile::tempdir().unwrap();
    let osv = data.join("osv");
    for (project, tags) in [
        ("kata-containers", ["3.26.0", "3.27.0"]),
        ("kubesphere", ["v4.1.2", "v4.1.3"]),
        ("kserve", ["v0.15.0", "v0.15.2"]),
    ] {
        let mut paths = vec![osv.join("Go.zip"), osv.join("PyPI.zip"), osv.join("Rust.zip")];
        paths.extend(Some(data.join("advisories").join(project)).filter(|own| own.is_dir()));
        let remote = match project {
            "kata-containers" => "https://github.com/kata-containers/kata-containers".to_owned(),
            other => format!("https://github.com/{other}/{other}"),
        };
        let config = folder.path().join(format!("{project}.toml"));
        let text = format!(
            "[project]\nrepository = \"{remote}\"\n[source.github]\nenabled = false\n[source.osv]\nenabled = false\n\
             [source.files]\npaths = {paths:?}\n"
        );
        std::fs::write(&config, text).unwrap();
        let run = |arguments: &[&str], from_files: bool| {
            let mut command = secnotes();
            command.args(arguments).arg("--config").arg(&config).arg("--quiet").arg("--repo");
            command.arg(data.join(format!("histories/{project}.git"))).arg("--store").arg(folder.path().join(project));
            if from_files {
                paths.iter().for_each(|path| {
                    command.arg("--advisories").arg(path);
                });
            }
            let output = command.assert().success();
            String::from_utf8(output.get_output().stdout.clone()).unwrap()
        };
        run(&["sync"], false);
        for tag in tags {
            let report = ["notes", "--tag", tag, "--format", "json"];
            // Where a record came from is what differs.
            let answer = |from_files: bool| {
                let mut report: Value = serde_json::from_str(&run(&report, from_files)).unwrap();
                for finding in report["findings"].as_array_mut().unwrap() {
                    let message = finding["message"].as_str().unwrap().split(" (/").next().unwrap().to_owned();
                    finding["message"] = message.into();
                }
                report
            };
            let (store, files) = (answer(false), answer(true));
            assert!(store == files, "{project} {tag}");
            assert!(store["compiled_from"]["digest"].as_str().unwrap().starts_with("sha256:"));
        }
        assert!(run(&["osv", "--all"], false) == run(&["osv", "--all"], true), "{project}");
    }
}
