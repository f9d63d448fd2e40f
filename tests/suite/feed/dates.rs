//! What is new in a feed looks new to those who read it.

use serde_json::{Value, json};

use super::{Publisher, id, record};
use crate::builder::{Project, REMOTE, started};

const FIRST: &str = "1772359500"; // 2026-03-01T10:05:00Z
const SECOND: &str = "1772363100"; // 2026-03-01T11:05:00Z

/// An export of the project's advisories at a moment.
fn export(project: &Project, epoch: &str) {
    let out = project.folder().join("feed");
    let mut command = project.secnotes(&["feed", "--out", out.to_str().unwrap()]);
    command.env("SOURCE_DATE_EPOCH", epoch).assert().success();
}

fn advise(project: &Project, id: &str, fix: &str, modified: &str, summary: &str) {
    let reference = json!({ "type": "FIX", "url": format!("{REMOTE}/commit/{fix}") });
    project
        .osv(id, json!({ "modified": modified, "published": modified, "summary": summary, "references": [reference] }));
}

/// Ids and their times.
type Dated = Vec<(String, String)>;

/// As an importer lists them, and as feed readers do.
fn listed(project: &Project) -> (Dated, Dated) {
    let read = |name: &str| std::fs::read_to_string(project.folder().join("feed").join(name)).unwrap();
    let csv = read("modified_id.csv");
    let pair = |(time, id): (&str, &str)| (id.to_owned(), time.to_owned());
    let lines: Vec<_> = csv.lines().map(|line| pair(line.split_once(',').unwrap())).collect();
    let feed: Value = serde_json::from_str(&read("feed.json")).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let title = |item: &Value| text(&item["title"]).split(':').next().unwrap().to_owned();
    let items: Vec<_> =
        feed["items"].as_array().unwrap().iter().map(|item| (title(item), text(&item["date_modified"]))).collect();
    let xml = read("atom.xml");
    let document = roxmltree::Document::parse(&xml).unwrap();
    let updated = document.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2005/Atom", "updated")));
    let updated: Vec<String> = updated.map(|node| node.text().unwrap().to_owned()).collect();
    // Of the feed, and of each entry, the newest first.
    assert_eq!(updated[0], updated[1]);
    assert_eq!(updated[1..], items.iter().map(|(_, time)| time.clone()).collect::<Vec<_>>());
    (lines, items)
}

fn pairs(expected: &[(&str, &str)]) -> Dated {
    expected.iter().map(|(id, time)| ((*id).to_owned(), (*time).to_owned())).collect()
}

#[test]
fn a_record_that_joins_or_changes_is_the_newest() {
    let mut project = started();
    let fixes: Vec<String> = (0..3).map(|number| project.commit("main", &format!("Mend parcel {number}"))).collect();
    project.tag("v1.0.1", "main");
    let (one, two, three) = ("CVE-2026-1001", "CVE-2026-1002", "CVE-2026-1003");
    advise(&project, one, &fixes[0], "2026-03-01T10:00:00Z", "One");
    advise(&project, three, &fixes[2], "2026-02-01T10:00:00Z", "Three");
    export(&project, FIRST);
    // What the first export holds is no news.
    let first = pairs(&[(one, "2026-03-01T10:00:00Z"), (three, "2026-02-01T10:00:00Z")]);
    assert_eq!(listed(&project), (first.clone(), first));
    // Known only an hour later, and written before what is published.
    advise(&project, two, &fixes[1], "2026-03-01T09:50:00Z", "Two");
    export(&project, SECOND);
    let second =
        pairs(&[(two, "2026-03-01T11:05:00Z"), (one, "2026-03-01T10:00:00Z"), (three, "2026-02-01T10:00:00Z")]);
    assert_eq!(listed(&project), (second.clone(), second.clone()));
    let file = std::fs::read(project.folder().join(format!("feed/{two}.json"))).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&file).unwrap()["modified"], "2026-03-01T11:05:00Z");
    // The same again is the same, whenever it is.
    export(&project, "1800000000");
    assert_eq!(listed(&project), (second.clone(), second));
    // A change with a date of its own that readers have passed, at the moment of the last export.
    advise(&project, three, &fixes[2], "2026-03-01T10:30:00Z", "Another three");
    export(&project, SECOND);
    let third = pairs(&[(three, "2026-03-01T11:05:01Z"), (two, "2026-03-01T11:05:00Z"), (one, "2026-03-01T10:00:00Z")]);
    assert_eq!(listed(&project), (third.clone(), third));
}

#[test]
fn records_passed_through_keep_their_dates_and_a_warning_names_who_would_be_missed() {
    let publisher = Publisher::new(4);
    assert!(!publisher.export(&[]).contains("no later"));
    for number in 10..22 {
        publisher.write(&record(number));
    }
    let mut changed = record(2);
    changed["modified"] = json!("2026-01-03T12:00:00Z");
    changed["summary"] = json!("Another title");
    publisher.write(&changed);
    let mut late = record(0);
    late["id"] = json!("CVE-2026-0999");
    publisher.write(&late);
    let warning = "2 records that joined or changed have no later `modified` than the newest published before, \
                   2026-01-04T00:00:00Z (CVE-2026-0999, CVE-2026-1002)";
    let dry = publisher.command(&["--dry-run"]).assert().success();
    assert!(String::from_utf8_lossy(&dry.get_output().stderr).contains(warning));
    let said = publisher.export(&[]);
    assert!(said.contains(warning) && said.contains("13 added, 1 changed"), "{said}");
    assert_eq!(publisher.json("CVE-2026-0999.json")["modified"], "2026-01-01T00:00:00Z");
    assert_eq!(publisher.json(&format!("{}.json", id(2)))["modified"], "2026-01-03T12:00:00Z");
    // For who reads the feeds they are new now.
    let feed = publisher.json("feed.json");
    let late = feed["items"].as_array().unwrap().iter().find(|item| item["title"].as_str().unwrap().contains("0999"));
    assert_eq!(late.unwrap()["date_modified"], "2027-01-15T08:00:00Z");
    let xml = std::fs::read_to_string(publisher.feed().join("atom.xml")).unwrap();
    assert!(xml.find("<updated>2027-01-15T08:00:00Z</updated>") < xml.find("<entry>"), "{xml}");
    let again = publisher.export(&[]);
    assert!(!again.contains("no later") && again.contains("17 unchanged"), "{again}");
    // Many are counted, and few are named.
    for number in 100..120 {
        let mut old = record(number);
        old["modified"] = json!("2020-01-01T00:00:00Z");
        publisher.write(&old);
    }
    let said = publisher.export(&[]);
    assert!(said.contains("20 records that joined") && said.contains("CVE-2026-1107 and 12 more)"), "{said}");
}

#[test]
fn a_late_record_is_in_the_feeds_however_many_are_younger() {
    let publisher = Publisher::new(150);
    publisher.export(&[]);
    let mut late = record(900);
    late["modified"] = json!("1999-01-01T00:00:00Z");
    publisher.write(&late);
    publisher.export(&[]);
    let first = &publisher.json("feed.json")["items"][0];
    assert!(first["title"].as_str().unwrap().starts_with(&id(900)), "{first}");
}
