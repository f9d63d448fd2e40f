//! The feed as its publishers and readers meet it.

mod dates;
mod kill;
mod published;
mod readers;
mod refused;
mod source;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::{Value, json};

use crate::builder::{failure, secnotes, started};
use crate::realdata::realdata;

/// A folder of records, and a place for a feed.
pub(crate) struct Publisher {
    folder: tempfile::TempDir,
}

impl Publisher {
    /// A publisher of so many records.
    pub(crate) fn new(records: usize) -> Self {
        let publisher = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(publisher.records()).unwrap();
        for number in 0..records {
            publisher.write(&record(number));
        }
        publisher
    }

    pub(crate) fn records(&self) -> PathBuf {
        self.folder.path().join("records")
    }

    pub(crate) fn feed(&self) -> PathBuf {
        self.folder.path().join("feed")
    }

    pub(crate) fn write(&self, record: &Value) {
        let path = self.records().join(format!("{}.json", record["id"].as_str().unwrap()));
        std::fs::write(path, record.to_string()).unwrap();
    }

    pub(crate) fn remove(&self, number: usize) {
        std::fs::remove_file(self.records().join(format!("{}.json", id(number)))).unwrap();
    }

    /// An export with more arguments.
    pub(crate) fn command(&self, more: &[&str]) -> assert_cmd::Command {
        let mut command = secnotes();
        command.env("SOURCE_DATE_EPOCH", "1800000000").current_dir(self.folder.path());
        command.arg("feed").arg("--out").arg(self.feed()).arg("--records").arg(self.records()).args(more);
        command
    }

    /// What an export says.
    pub(crate) fn export(&self, more: &[&str]) -> String {
        let output = self.command(more).assert().success();
        String::from_utf8(output.get_output().stderr.clone()).unwrap()
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.feed().join(name)).unwrap()).unwrap()
    }
}

pub(crate) fn id(number: usize) -> String {
    format!("CVE-2026-{}", 1000 + number)
}

pub(crate) fn record(number: usize) -> Value {
    json!({
        "schema_version": "1.7.0", "id": id(number), "modified": format!("2026-01-{:02}T00:00:00Z", 1 + number % 28),
        "published": "2026-01-01T00:00:00Z", "summary": format!("Title {number}"),
        "details": format!("Parcel **{number}** leaves its box."),
        "affected": [{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
                       "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.0.1" }] }] }],
    })
}

/// Path, bytes and time of every file below a folder.
pub(crate) fn snapshot(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            files.extend(snapshot(&entry.path()));
        } else {
            let modified = entry.metadata().unwrap().modified().unwrap();
            files.insert(entry.path(), (std::fs::read(entry.path()).unwrap(), modified));
        }
    }
    files
}

/// Name and bytes of every file of a feed.
pub(crate) fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = |path: &Path| path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
    snapshot(folder).into_iter().map(|(path, (bytes, _))| (name(&path), bytes)).collect()
}

#[test]
fn what_is_unchanged_is_not_touched() {
    let publisher = Publisher::new(40);
    assert!(publisher.export(&[]).contains("40 added, 0 changed, 0 withdrawn, 0 unchanged"));
    let before = snapshot(publisher.folder.path());
    // The time of a record is not its meaning, nor is the order of its fields.
    let mut touched = record(3);
    touched["modified"] = json!("2026-09-09T00:00:00Z");
    let fields = touched.as_object_mut().unwrap();
    let first = fields.shift_remove("id").unwrap();
    fields.insert("id".to_owned(), first);
    publisher.write(&touched);
    assert!(publisher.export(&[]).contains("0 added, 0 changed, 0 withdrawn, 40 unchanged"));
    assert!(publisher.export(&["--verify"]).contains("40 unchanged"));
    std::fs::remove_dir_all(publisher.records()).unwrap();
    std::fs::create_dir(publisher.records()).unwrap();
    let all: Vec<Value> = (0..40).rev().map(record).collect();
    std::fs::write(publisher.records().join("all-in-one.json"), json!(all).to_string()).unwrap();
    assert!(publisher.export(&[]).contains("40 unchanged"));
    let mut after = snapshot(publisher.folder.path());
    after.retain(|path, _| !path.starts_with(publisher.records()));
    let kept: BTreeMap<_, _> = before.into_iter().filter(|(path, _)| !path.starts_with(publisher.records())).collect();
    assert_eq!(after, kept);
}

#[test]
fn records_change_vanish_and_come_back() {
    let publisher = Publisher::new(20);
    publisher.export(&[]);
    let untouched = std::fs::metadata(publisher.feed().join("CVE-2026-1009.json")).unwrap().modified().unwrap();
    let mut changed = record(0);
    changed["summary"] = json!("Another title");
    publisher.write(&changed);
    publisher.write(&record(20));
    publisher.remove(1);
    let would = publisher.command(&["--dry-run"]).assert().success();
    let would = String::from_utf8(would.get_output().stdout.clone()).unwrap();
    assert_eq!(would, "add CVE-2026-1020\nchange CVE-2026-1000\nwithdraw CVE-2026-1001\n");
    assert!(publisher.export(&[]).contains("1 added, 1 changed, 1 withdrawn, 18 unchanged"));
    let now = "2027-01-15T08:00:00Z";
    assert_eq!(publisher.json("CVE-2026-1000.json")["modified"], now);
    let gone = publisher.json("CVE-2026-1001.json");
    assert_eq!(
        (&gone["withdrawn"], &gone["modified"], &gone["summary"]),
        (&json!(now), &json!(now), &json!("Title 1"))
    );
    assert_eq!(publisher.json("index.json")["counts"], json!({ "records": 21, "live": 20, "withdrawn": 1 }));
    let list = std::fs::read_to_string(publisher.feed().join("modified_id.csv")).unwrap();
    assert!(list.starts_with(&format!("{now},CVE-2026-1000\n{now},CVE-2026-1001\n2026-01-")), "{list}");
    let after = std::fs::metadata(publisher.feed().join("CVE-2026-1009.json")).unwrap().modified().unwrap();
    assert_eq!(after, untouched, "an unchanged file was written again");
    assert!(publisher.export(&[]).contains("0 added, 0 changed, 0 withdrawn, 21 unchanged"));
    publisher.write(&record(1));
    assert!(publisher.export(&[]).contains("0 added, 1 changed, 0 withdrawn, 20 unchanged"));
    let back = publisher.json("CVE-2026-1001.json");
    assert_eq!((back.get("withdrawn"), &back["modified"]), (None, &json!("2027-01-15T08:00:01Z")));
}

#[test]
fn losing_more_than_a_tenth_needs_force() {
    let publisher = Publisher::new(20);
    publisher.export(&[]);
    for number in 0..3 {
        publisher.remove(number);
    }
    let before = snapshot(&publisher.feed());
    for more in [&[][..], &["--dry-run"]] {
        let error = failure(&mut publisher.command(more), 1);
        assert!(
            error.contains("3 of 20 live records") && error.contains("CVE-2026-1000") && error.contains("--force"),
            "{error}"
        );
    }
    assert_eq!(snapshot(&publisher.feed()), before);
    assert!(publisher.export(&["--force"]).contains("3 withdrawn, 17 unchanged"));
    // Two of seventeen are more than a tenth of what stands, one is not.
    publisher.remove(3);
    assert!(publisher.export(&[]).contains("1 withdrawn, 19 unchanged"));
}

#[test]
fn only_published_advisories_of_the_project_are_exported() {
    let mut project = started();
    for (id, subject) in [("GHSA-2222-2222-2222", "public"), ("GHSA-3333-3333-3333", "secret")] {
        project.commit("main", &format!("Fix {subject} ({id})"));
    }
    project.tag("v1.0.1", "main");
    let advisory = |id: &str, state: &str, summary: &str| {
        json!({ "ghsa_id": id, "state": state, "summary": summary, "severity": "high",
                "published_at": if state == "published" { json!("2026-02-01T00:00:00Z") } else { Value::Null },
                "updated_at": "2026-02-01T00:00:00Z",
                "html_url": format!("{}/security/advisories/{id}", crate::builder::REMOTE),
                "vulnerabilities": [{ "package": { "ecosystem": "go", "name": "github.com/example/parcel" },
                                      "vulnerable_version_range": "< 1.0.1", "patched_versions": "1.0.1" }] })
    };
    let list = json!([
        advisory("GHSA-2222-2222-2222", "published", "Shown"),
        advisory("GHSA-3333-3333-3333", "draft", "EMBARGOED")
    ]);
    project.write("all.json", &list.to_string());
    let out = project.folder().join("feed");
    let arguments = ["feed", "--out", out.to_str().unwrap()];
    let refused = failure(project.secnotes(&arguments).arg("--include-unpublished"), 2);
    assert!(refused.contains("public") && !out.exists(), "{refused}");
    project.secnotes(&arguments).assert().success();
    let files = bytes(&out);
    assert!(files.contains_key("GHSA-2222-2222-2222.json"), "{:?}", files.keys());
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        assert!(!name.contains("GHSA-3333") && !text.contains("EMBARGOED") && !text.contains("GHSA-3333"), "{name}");
    }
    let index: Value = serde_json::from_slice(&files["index.json"]).unwrap();
    assert_eq!(index["title"], "Security advisories of example/parcel");
}

#[test]
fn files_of_others_stay_and_cannot_take_the_feeds_names() {
    let publisher = Publisher::new(3);
    std::fs::create_dir_all(publisher.feed().join(".well-known/deep")).unwrap();
    std::fs::write(publisher.feed().join("CNAME"), "osv.example.org\n").unwrap();
    std::fs::write(publisher.feed().join(".well-known/deep/security.txt"), "Contact: x\n").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("CNAME", publisher.feed().join("link")).unwrap();
    publisher.export(&[]);
    publisher.write(&record(3));
    publisher.export(&[]);
    assert_eq!(std::fs::read_to_string(publisher.feed().join("CNAME")).unwrap(), "osv.example.org\n");
    assert!(publisher.feed().join(".well-known/deep/security.txt").is_file());
    #[cfg(unix)]
    assert!(publisher.feed().join("link").is_symlink());
    assert!(publisher.feed().join("CVE-2026-1003.json").is_file());
    std::fs::write(publisher.feed().join("CVE-2026-1004.json"), "mine").unwrap();
    publisher.write(&record(4));
    let error = failure(&mut publisher.command(&[]), 1);
    assert!(error.contains("no feed's") && error.contains("CVE-2026-1004.json"), "{error}");
    assert_eq!(std::fs::read_to_string(publisher.feed().join("CVE-2026-1004.json")).unwrap(), "mine");
}

#[test]
fn a_folder_that_is_no_feed_is_not_overwritten() {
    let publisher = Publisher::new(3);
    std::fs::create_dir(publisher.feed()).unwrap();
    std::fs::write(publisher.feed().join("index.html"), "my page").unwrap();
    assert!(failure(&mut publisher.command(&[]), 1).contains("index.html"));
    std::fs::write(publisher.feed().join("index.json"), "{\"schema\":\"secnotes/feed/v2\"}").unwrap();
    assert!(failure(&mut publisher.command(&[]), 1).contains("secnotes/feed/v2"));
    assert_eq!(std::fs::read_to_string(publisher.feed().join("index.html")).unwrap(), "my page");
}

#[test]
fn hand_edits_are_found_and_undone() {
    let publisher = Publisher::new(12);
    publisher.export(&[]);
    let published = bytes(&publisher.feed());
    let at = |name: &str| publisher.feed().join(name);
    std::fs::remove_file(at("CVE-2026-1000.json")).unwrap();
    std::fs::write(at("CVE-2026-1001.json"), "{}").unwrap();
    std::fs::write(at("atom.xml"), "").unwrap();
    // Of the same size, and younger than the index.
    let mut edited = published["CVE-2026-1002.json"].clone();
    edited[20] ^= 1;
    let touch = |name: &str, edited: &[u8], seconds: i64| {
        std::fs::write(at(name), edited).unwrap();
        let index = std::fs::metadata(at("index.json")).unwrap().modified().unwrap();
        let moment = if seconds < 0 {
            index - std::time::Duration::from_secs(seconds.unsigned_abs())
        } else {
            index + std::time::Duration::from_secs(seconds.unsigned_abs())
        };
        std::fs::File::options().write(true).open(at(name)).unwrap().set_modified(moment).unwrap();
    };
    touch("CVE-2026-1002.json", &edited, 60);
    assert!(publisher.export(&[]).contains("0 added, 0 changed, 0 withdrawn, 9 unchanged, 3 restored"));
    assert_eq!(bytes(&publisher.feed()), published);
    // Of the same size, and older: only --verify looks.
    touch("CVE-2026-1003.json", &edited, -60);
    assert!(publisher.export(&[]).contains("12 unchanged"));
    assert_ne!(bytes(&publisher.feed()), published);
    assert!(publisher.export(&["--verify"]).contains("11 unchanged, 1 restored"));
    assert_eq!(bytes(&publisher.feed()), published);
    // What no input holds cannot be made again.
    publisher.remove(4);
    std::fs::write(at("CVE-2026-1004.json"), "{}").unwrap();
    assert!(failure(&mut publisher.command(&[]), 1).contains("changed by hand"));
}

#[test]
fn a_title_or_base_url_renders_again_and_keeps_the_records() {
    let publisher = Publisher::new(2);
    publisher.export(&[]);
    let before = bytes(&publisher.feed());
    std::fs::write(
        publisher.folder.path().join("secnotes.toml"),
        "[feed]\ntitle = \"Ours\"\nbase-url = \"https://example.org/osv\"\n",
    )
    .unwrap();
    publisher.export(&[]);
    let after = bytes(&publisher.feed());
    for (name, bytes) in &before {
        let same = ["all.zip", "all.json", "modified_id.csv"].contains(&name.as_str()) || name.starts_with("CVE-");
        assert_eq!(after[name] == *bytes, same, "{name}");
    }
    let ids = |feed: &BTreeMap<String, Vec<u8>>| {
        let feed: Value = serde_json::from_slice(&feed["feed.json"]).unwrap();
        feed["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&before), ids(&after), "subscribers would see everything again");
    let bad = publisher.command(&["--base-url", "file:///srv"]).assert().failure().code(2);
    assert!(String::from_utf8_lossy(&bad.get_output().stderr).contains("https://example.org/advisories/"));
}

#[test]
fn a_time_that_is_none_is_refused() {
    let publisher = Publisher::new(1);
    let error = failure(publisher.command(&[]).env("SOURCE_DATE_EPOCH", "yesterday"), 2);
    assert!(error.contains("SOURCE_DATE_EPOCH"), "{error}");
}

#[test]
fn a_dry_run_writes_nothing() {
    let publisher = Publisher::new(2);
    let said = publisher.command(&["--dry-run"]).assert().success();
    assert_eq!(said.get_output().stdout, b"add CVE-2026-1000\nadd CVE-2026-1001\n");
    let names: Vec<_> =
        std::fs::read_dir(publisher.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["records"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_the_folder_stays_a_link_and_web_servers_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let publisher = Publisher::new(2);
    let real = publisher.folder.path().join("real");
    std::fs::create_dir(&real).unwrap();
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o751)).unwrap();
    std::os::unix::fs::symlink("real", publisher.feed()).unwrap();
    publisher.export(&[]);
    assert!(publisher.feed().is_symlink());
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&real), mode(&real.join("index.html"))), (0o751, 0o644));
    assert!(real.join("CVE-2026-1001.json").is_file());
}

#[test]
fn one_export_at_a_time() {
    let publisher = Publisher::new(2);
    publisher.export(&[]);
    let lock = std::fs::File::open(publisher.folder.path().join(".feed.secnotes-lock")).unwrap();
    lock.lock().unwrap();
    assert!(failure(&mut publisher.command(&[]), 1).contains("another export"));
}

#[test]
fn real_records_make_a_feed_that_stays() {
    let Some(data) = realdata() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (archive, count) in [("Go", 4291), ("Rust", 1206)] {
        let out = folder.path().join(archive);
        let export = || {
            let mut command = secnotes();
            command.current_dir(folder.path()).arg("feed").arg("--out").arg(&out).arg("--records");
            let output = command.arg(data.join(format!("osv/{archive}.zip"))).assert().success();
            String::from_utf8(output.get_output().stderr.clone()).unwrap()
        };
        assert!(export().contains(&format!("{count} added")));
        let before = snapshot(&out);
        assert!(export().contains(&format!("{count} unchanged")));
        assert_eq!(snapshot(&out), before);
        let page = std::fs::read_to_string(out.join("index.html")).unwrap();
        assert!(!page.contains("<script") && !page.contains("<img"));
        roxmltree::Document::parse(&std::fs::read_to_string(out.join("atom.xml")).unwrap()).unwrap();
    }
}

#[test]
fn a_feed_that_would_name_fewer_fixes_needs_force() {
    let publisher = Publisher::new(6);
    let with_fixes = |number: usize, fixes: &[&str]| {
        let mut one = record(number);
        let fixed = fixes.iter().map(|version| json!({ "fixed": version }));
        let events: Vec<Value> = std::iter::once(json!({ "introduced": "0" })).chain(fixed).collect();
        one["affected"] = json!([{ "package": { "ecosystem": "npm", "name": "parcel" },
                                   "ranges": [{ "type": "SEMVER", "events": events }] }]);
        one
    };
    (0..6).for_each(|number| publisher.write(&with_fixes(number, &["1.0.1"])));
    publisher.export(&[]);
    (0..3).for_each(|number| publisher.write(&with_fixes(number, &[])));
    let before = bytes(&publisher.feed());
    let error = failure(&mut publisher.command(&[]), 1);
    assert!(error.contains("3 of 6 live records would name fewer fixes"), "{error}");
    assert_eq!(bytes(&publisher.feed()), before);
    assert!(publisher.export(&["--force"]).contains("3 changed"));
}

#[test]
fn a_record_that_goes_on_under_another_id_points_to_it() {
    let publisher = Publisher::new(12);
    publisher.export(&[]);
    // Two of twelve would be too much, were they gone.
    for number in 0..2 {
        publisher.remove(number);
        let mut successor = record(100 + number);
        successor["aliases"] = json!([id(number)]);
        publisher.write(&successor);
    }
    let said = publisher.export(&[]);
    assert!(said.contains("2 added") && said.contains("2 withdrawn"), "{said}");
    let old = publisher.json(&format!("{}.json", id(0)));
    assert!(old["aliases"].as_array().unwrap().contains(&json!(id(100))), "{old}");
    assert!(old.get("withdrawn").is_some());
}

#[test]
fn a_folder_that_is_in_use_is_not_exchanged() {
    let publisher = Publisher::new(2);
    std::fs::create_dir(publisher.feed()).unwrap();
    let mut command = publisher.command(&[]);
    command.current_dir(publisher.feed());
    assert!(failure(&mut command, 1).contains("it is the current folder"));
    std::fs::create_dir(publisher.feed().join(".git")).unwrap();
    assert!(failure(&mut publisher.command(&[]), 1).contains("git work tree"));
    let mut command = secnotes();
    command.arg("feed").arg("--out").arg(publisher.folder.path()).arg("--records").arg(publisher.records());
    assert!(failure(command.current_dir("/"), 1).contains("it holds what the feed is made of"));
}

#[test]
fn a_repository_without_tags_publishes_nothing() {
    let mut project = crate::builder::Project::new();
    let fix = project.commit("main", "Bound the copy");
    project.osv(
        "GO-2026-1",
        json!({ "references": [{ "type": "FIX", "url": format!("{}/commit/{fix}", crate::builder::REMOTE) }] }),
    );
    for verb in [vec!["osv", "--all"], vec!["feed", "--out", "/tmp/secnotes-never-made"]] {
        assert!(failure(&mut project.secnotes(&verb), 1).contains("has no tags"), "{verb:?}");
    }
}

#[test]
fn a_feed_s_own_lists_are_no_records() {
    let publisher = Publisher::new(3);
    publisher.export(&[]);
    let mut check = secnotes();
    let output = check.args(["osv", "--level", "error", "--check"]).arg(publisher.feed()).assert().success();
    let said = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
    assert!(said.contains("in 3 records"), "{said}");
}
