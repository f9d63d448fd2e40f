//! What cannot be published is left out, and takes nothing with it.

use serde_json::{Value, json};

use super::{Publisher, bytes, id, record};
use crate::builder::{failure, started};

/// A record that no OSV schema allows.
fn invalid(number: usize) -> Value {
    let mut bad = record(number);
    bad["affected"][0]["ranges"][0]["events"] = json!([{ "fixed": "1" }]);
    bad
}

#[test]
fn what_cannot_be_published_is_left_out_and_named() {
    let publisher = Publisher::new(3);
    publisher.write(&invalid(7));
    std::fs::write(publisher.records().join("broken.json"), "{").unwrap();
    std::fs::write(publisher.records().join("CVE-2026-7777.json"), r#"{"ghsa_id":"GHSA-2222-2222-2222"}"#).unwrap();
    let mut spaced = record(5);
    spaced["id"] = json!("CVE-2026-1005\n");
    std::fs::write(publisher.records().join("spaced.json"), spaced.to_string()).unwrap();
    let mut twin = record(0);
    twin["summary"] = json!("Something else");
    std::fs::write(publisher.records().join("twin.json"), twin.to_string()).unwrap();
    let mut preview = record(6);
    preview["database_specific"] = json!({ "secnotes": { "unpublished": true } });
    publisher.write(&preview);
    let mut nameless = record(8);
    nameless.as_object_mut().unwrap().remove("id");
    std::fs::write(publisher.records().join("nameless.json"), nameless.to_string()).unwrap();
    let dry = publisher.command(&["--dry-run"]).assert().code(3);
    let dry = String::from_utf8_lossy(&dry.get_output().stderr).into_owned();
    assert!(dry.contains("7 records or files cannot be published and are left out"), "{dry}");
    assert!(!publisher.feed().exists());
    let strict = failure(&mut publisher.command(&["--strict"]), 1);
    assert!(strict.contains("nothing is published") && !publisher.feed().exists(), "{strict}");
    let error = failure(&mut publisher.command(&[]), 3);
    for part in [
        "CVE-2026-1007.json",
        "broken.json: it is not JSON",
        "GitHub's form",
        "something else of CVE-2026-1000",
        "spaced.json: `CVE-2026-1005\\n`",
        "preview of an unpublished advisory",
        "nameless.json",
    ] {
        for said in [&error, &strict] {
            assert!(said.contains(part), "{part} in {said}");
        }
    }
    // Of two that say different things it is not known which one is right.
    let names: Vec<String> = bytes(&publisher.feed()).into_keys().filter(|name| name.starts_with("CVE-")).collect();
    assert_eq!(names, ["CVE-2026-1001.json", "CVE-2026-1002.json"]);
    // Also with --quiet: the exit code alone says too little.
    assert!(failure(&mut publisher.command(&["--quiet"]), 3).contains("broken.json"));
}

#[test]
fn what_was_published_and_is_left_out_now_stays_as_it_is() {
    let publisher = Publisher::new(20);
    publisher.export(&[]);
    let before = bytes(&publisher.feed());
    publisher.write(&invalid(0));
    std::fs::write(publisher.records().join(format!("{}.json", id(1))), "{").unwrap();
    let mut twin = record(2);
    twin["summary"] = json!("Something else");
    std::fs::write(publisher.records().join("twin.json"), twin.to_string()).unwrap();
    publisher.remove(3);
    let said = failure(&mut publisher.command(&[]), 3);
    let stays = "what was published before stays as it is: CVE-2026-1000, CVE-2026-1001, CVE-2026-1002";
    assert!(said.contains(stays) && said.contains("0 added, 0 changed, 1 withdrawn, 19 unchanged"), "{said}");
    let after = bytes(&publisher.feed());
    for number in 0..3 {
        let name = format!("{}.json", id(number));
        assert_eq!(after[&name], before[&name], "{name}");
    }
    assert!(publisher.json(&format!("{}.json", id(3)))["withdrawn"].is_string());
}

#[test]
fn what_goes_on_under_another_id_and_is_left_out_stays_under_the_old_one() {
    let publisher = Publisher::new(12);
    publisher.export(&[]);
    publisher.remove(0);
    let mut successor = invalid(100);
    successor["aliases"] = json!([id(0)]);
    publisher.write(&successor);
    let said = failure(&mut publisher.command(&[]), 3);
    assert!(said.contains("stays as it is: CVE-2026-1000") && said.contains("0 withdrawn, 12 unchanged"), "{said}");
}

#[test]
fn an_entry_of_an_archive_that_cannot_be_read_is_known_by_its_name() {
    use std::io::Write;
    let publisher = Publisher::new(12);
    publisher.export(&[]);
    for number in 0..2 {
        publisher.remove(number);
    }
    let archive = std::fs::File::create(publisher.records().join("more.zip")).unwrap();
    let mut archive = zip::ZipWriter::new(archive);
    archive.start_file(format!("{}.json", id(0)), zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(b"{").unwrap();
    archive.finish().unwrap();
    let said = failure(&mut publisher.command(&[]), 3);
    assert!(said.contains("stays as it is: CVE-2026-1000") && said.contains("1 withdrawn, 11 unchanged"), "{said}");
}

#[test]
fn nothing_is_withdrawn_while_it_is_not_known_what_a_file_holds() {
    let publisher = Publisher::new(20);
    publisher.export(&[]);
    publisher.remove(3);
    std::fs::write(publisher.records().join("more.json"), "[{]").unwrap();
    let said = failure(&mut publisher.command(&[]), 3);
    assert!(said.contains("stays as it is: CVE-2026-1003") && said.contains("0 withdrawn, 20 unchanged"), "{said}");
    std::fs::remove_file(publisher.records().join("more.json")).unwrap();
    assert!(publisher.export(&[]).contains("1 withdrawn, 19 unchanged"));
}

#[test]
fn ids_that_differ_in_case_only_are_left_out_unless_one_has_the_file() {
    let publisher = Publisher::new(2);
    for id in ["GO-2026-1-a", "GO-2026-1-A"] {
        let mut one = record(0);
        one["id"] = json!(id);
        std::fs::write(publisher.records().join(format!("{}.json", id.replace('A', "upper"))), one.to_string())
            .unwrap();
    }
    let said = failure(&mut publisher.command(&[]), 3);
    assert!(said.contains("2 records or files") && said.contains("differ in case only"), "{said}");
    std::fs::remove_file(publisher.records().join("GO-2026-1-upper.json")).unwrap();
    assert!(publisher.export(&[]).contains("1 added"));
    // Published under one spelling, given under the other: no file is taken.
    let mut other = record(0);
    other["id"] = json!("GO-2026-1-A");
    std::fs::write(publisher.records().join("other.json"), other.to_string()).unwrap();
    let said = failure(&mut publisher.command(&[]), 3);
    assert!(said.contains("1 record or file") && said.contains("3 unchanged"), "{said}");
}

#[test]
fn of_nothing_that_can_be_published_no_feed_is_made() {
    let publisher = Publisher::new(0);
    publisher.write(&invalid(0));
    assert!(failure(&mut publisher.command(&[]), 1).contains("nothing is published"));
    assert!(!publisher.feed().exists());
}

#[test]
fn an_advisory_that_makes_no_valid_record_stops_no_feed() {
    let mut project = started();
    for (id, subject) in [("GHSA-2222-2222-2222", "one"), ("GHSA-3333-3333-3333", "two")] {
        let fix = project.commit("main", &format!("Fix {subject}"));
        let reference = json!({ "type": "FIX", "url": format!("{}/commit/{fix}", crate::builder::REMOTE) });
        project.osv(id, json!({ "references": [reference] }));
    }
    project.tag("v1.0.1", "main");
    let out = project.folder().join("feed");
    let arguments = ["feed", "--out", out.to_str().unwrap()];
    project.secnotes(&arguments).assert().success();
    let before = bytes(&out);
    project.osv("GHSA-3333-3333-3333", json!({ "references": [{ "type": "WEB", "url": "no address" }] }));
    assert!(failure(project.secnotes(&arguments).arg("--strict"), 1).contains("nothing is published"));
    assert_eq!(bytes(&out), before);
    let said = failure(&mut project.secnotes(&arguments), 3);
    assert!(said.contains("GHSA-3333-3333-3333") && said.contains("2 unchanged"), "{said}");
    assert_eq!(bytes(&out)["GHSA-3333-3333-3333.json"], before["GHSA-3333-3333-3333.json"]);
}
