//! The entry of OSV.dev's `source.yaml` that the help and the documentation print.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::{Publisher, record};
use crate::builder::secnotes;

/// What an entry may say, as OSV.dev's tool `sourcerepo-sync` reads it, beside what
/// the importer keeps there for itself.
const KEYS: [&str; 21] = [
    "accepted_ecosystems",
    "bucket",
    "consider_all_branches",
    "db_prefix",
    "detect_cherrypicks",
    "directory_path",
    "editable",
    "extension",
    "human_link",
    "ignore_git",
    "ignore_patterns",
    "key_path",
    "link",
    "name",
    "repo_branch",
    "repo_url",
    "repo_username",
    "rest_api_url",
    "strict_validation",
    "type",
    "versions_from_repo",
];

/// The entry that a text holds: the lines from `- name` on, to the first blank one or fence.
fn entry(text: &str) -> BTreeMap<String, Value> {
    let lines = text.lines().skip_while(|line| !line.trim_start().starts_with("- name:"));
    let lines = lines.take_while(|line| !line.trim().is_empty() && !line.starts_with("```"));
    let pairs = lines.map(|line| line.trim_start().trim_start_matches("- ").split_once(": ").unwrap());
    let read = |text: &str| match text {
        "True" => json!(true),
        "False" => json!(false),
        text => serde_json::from_str(&text.replace('\'', "\"")).unwrap(),
    };
    pairs.map(|(key, value)| (key.to_owned(), read(value))).collect()
}

fn page() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/feed.md")).unwrap()
}

#[test]
fn the_help_and_the_documentation_print_one_entry_that_osv_dev_reads() {
    let output = secnotes().args(["feed", "--help"]).assert().success();
    let help = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    let entry = entry(&help);
    assert_eq!(entry, self::entry(&page()));
    for key in entry.keys() {
        assert!(KEYS.contains(&key.as_str()), "{key}");
    }
    assert_eq!((&entry["type"], &entry["consider_all_branches"]), (&json!(2), &json!(true)));
    for no in ["editable", "detect_cherrypicks", "versions_from_repo", "ignore_git"] {
        assert_eq!(entry[no], json!(false), "{no}");
    }
    // A prefix of one's own, and not those of GitHub and CVE, whose ids are other sources'.
    let prefix = entry["db_prefix"][0].as_str().unwrap();
    assert!(prefix.ends_with('-') && !["GHSA-", "CVE-"].contains(&prefix), "{prefix}");
    assert_eq!(entry["ignore_patterns"], json!([format!("^(?!{prefix}).*$")]));
    // Every key is explained.
    for key in entry.keys() {
        assert!(page().contains(&format!("\n| `{key}` | ")), "{key}");
    }
}

#[test]
fn the_addresses_of_the_entry_are_files_of_the_feed() {
    let entry = entry(&page());
    let text = |key: &str| entry[key].as_str().unwrap();
    let link = text("link");
    assert!(link.ends_with('/'), "the importer puts the id behind it");
    let publisher = Publisher::new(1);
    publisher.export(&["--base-url", link]);
    let file = |address: &str| publisher.feed().join(address.strip_prefix(link).unwrap());
    assert!(file(text("rest_api_url")).is_file());
    let id = record(0)["id"].as_str().unwrap().to_owned();
    assert!(file(&format!("{link}{id}{}", text("extension"))).is_file());
    let human = text("human_link").replace("{{ BUG_ID }}", &id);
    let html = std::fs::read_to_string(publisher.feed().join("index.html")).unwrap();
    let anchor = human.strip_prefix(link).and_then(|rest| rest.strip_prefix('#')).unwrap();
    assert!(html.contains(&format!(" id=\"{anchor}\"")), "{anchor}");
}
