//! Whether what is published is what its formats promise.

use std::io::Read;

use serde_json::Value;

use super::{Publisher, bytes};

#[test]
fn the_archive_the_lists_and_the_files_hold_the_same_records() {
    let publisher = Publisher::new(300);
    publisher.export(&["--base-url", "https://example.org/osv/"]);
    let feed = bytes(&publisher.feed());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(feed["all.zip"].clone())).unwrap();
    assert_eq!(archive.len(), 300);
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let mut text = Vec::new();
        entry.read_to_end(&mut text).unwrap();
        let name = String::from_utf8(entry.name_raw().to_vec()).unwrap();
        assert_eq!(text, feed[&name], "{name}");
    }
    let list = String::from_utf8(feed["modified_id.csv"].clone()).unwrap();
    let times: Vec<&str> = list.lines().map(|line| line.split_once(',').unwrap().0).collect();
    assert_eq!(times.len(), 300);
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    let rest: Value = serde_json::from_slice(&feed["all.json"]).unwrap();
    for stub in rest.as_array().unwrap() {
        // As OSV.dev's importer does: link + id + extension.
        let record: Value = serde_json::from_slice(&feed[&format!("{}.json", stub["id"].as_str().unwrap())]).unwrap();
        assert_eq!((&record["id"], &record["modified"]), (&stub["id"], &stub["modified"]));
    }
    let index: Value = serde_json::from_slice(&feed["index.json"]).unwrap();
    for item in index["records"].as_array().unwrap() {
        let file = &feed[&format!("{}.json", item["id"].as_str().unwrap())];
        assert_eq!(item["sha256"].as_str(), Some(secnotes::model::Sha256::of(file).as_str()));
        assert_eq!(item["size"].as_u64(), Some(file.len() as u64));
    }
}

#[test]
fn a_feed_is_an_input_of_its_own() {
    // Its lists and its index are no records, and its archive holds the same ones.
    let publisher = Publisher::new(5);
    publisher.export(&[]);
    let copy = publisher.folder.path().join("copy");
    let mut command = crate::builder::secnotes();
    command
        .current_dir(publisher.folder.path())
        .arg("feed")
        .arg("--records")
        .arg(publisher.feed())
        .arg("--out")
        .arg(&copy);
    command.assert().success();
    assert_eq!(bytes(&copy), bytes(&publisher.feed()));
}
