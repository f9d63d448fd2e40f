//! Advisories, archives, snapshots and stores.

use std::io::Write;
use std::path::Path;

use serde_json::json;

use super::git::start;
use super::{Case, say, write};

const NOTES: &str = "notes --repo repo --advisories advisories --tag v1.1.0 --no-cache";
const NOTES_JSON: &str = "notes --repo repo --advisories advisories --tag v1.1.0 --no-cache --format json";
const OSV: &str = "osv --all --repo repo --advisories advisories --no-cache";
const CHECK: &str = "osv --check advisories --repo repo";
const SARIF: &str = "osv --check advisories --repo repo --format sarif";
const FEED: &str = "feed --records advisories --out feed --repo repo";
const AFFECTED: &str = "affected --repo repo --advisories advisories";
const EXPLAIN: &str = "explain CVE-2026-90001 --repo repo --advisories advisories --no-cache";

const ALL: &[&str] = &[NOTES, NOTES_JSON, OSV, CHECK, SARIF, FEED, AFFECTED, EXPLAIN];

pub(super) const CASES: &[Case] = &[
    Case { name: "60 MB of empty entries", make: |at| file(at, &entries(60 << 20)), runs: ALL },
    Case { name: "64 MB of small objects", make: |at| file(at, &objects(63 << 20)), runs: ALL },
    Case { name: "64 MB of specifics", make: |at| file(at, &specifics(63 << 20)), runs: ALL },
    Case { name: "40 files of 60 MB", make: many_files, runs: &[NOTES, CHECK, FEED] },
    Case { name: "an archive that inflates 190 times", make: archive, runs: ALL },
    Case { name: "an archive of 5 GB of nothing", make: sparse, runs: ALL },
    Case { name: "JSON 1,000,000 deep", make: |at| file(at, &deep(1_000_000)), runs: ALL },
    Case { name: "100,000 affected entries", make: |at| file(at, &affected(100_000)), runs: ALL },
    Case { name: "100,000 events", make: |at| file(at, &events(100_000)), runs: ALL },
    Case { name: "100,000 references and aliases", make: |at| file(at, &references(100_000)), runs: ALL },
    Case { name: "a chain of 100,000 aliases", make: |at| chain(at, 100_000), runs: ALL },
    Case { name: "4,000 advisories of one version", make: |at| of_one_version(at, 4_000), runs: ALL },
    Case { name: "20,000 advisories of one version", make: |at| of_one_version(at, 20_000), runs: ALL },
    Case { name: "a details text of 60 MB", make: |at| file(at, &details(60 << 20)), runs: ALL },
    Case {
        name: "a snapshot's list of 1 GB",
        make: |at| {
            start(at)?;
            write(&at.join("snapshot/snapshot.json"), vec![b' '; 1 << 30])
        },
        runs: &["notes --repo repo --tag v1.1.0 --replay snapshot", "sync --repo repo --replay snapshot --store store"],
    },
    Case {
        name: "a feed's index of 1 GB",
        make: |at| {
            start(at)?;
            write(&at.join("feed/index.json"), vec![b' '; 1 << 30])
        },
        runs: &[FEED],
    },
];

/// An advisory of the project, patched in a version.
pub(super) fn advisory(id: &str, patched: &str) -> Vec<u8> {
    let record = json!({
        "schema_version": "1.7.0", "id": id, "modified": "2026-01-02T00:00:00Z", "summary": format!("Title of {id}"),
        "affected": [{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
                       "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": patched }] }] }],
    });
    record.to_string().into_bytes()
}

/// An advisory of rand, which 0.9.0 fixes.
pub(super) fn of_rand(number: usize) -> String {
    let record = json!({
        "schema_version": "1.7.0", "id": format!("CVE-2025-{}", 10_000 + number), "modified": "2026-01-02T00:00:00Z",
        "affected": [{ "package": { "ecosystem": "crates.io", "name": "rand" },
                       "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "0.9.0" }] }] }],
    });
    record.to_string()
}

fn file(at: &Path, bytes: &[u8]) -> Result<(), String> {
    start(at)?;
    write(&at.join("advisories/b.json"), bytes)
}

/// A record whose `affected` is made of this, repeated.
fn record(field: &str, inside: &str, separator: &str, times: usize) -> Vec<u8> {
    let head = r#"{"schema_version":"1.7.0","id":"CVE-2026-90002","modified":"2026-01-02T00:00:00Z","#;
    let mut bytes = format!("{head}{field}").into_bytes();
    for number in 0..times {
        bytes.extend(if number == 0 { "" } else { separator }.bytes());
        bytes.extend(inside.replace("NUMBER", &number.to_string()).into_bytes());
    }
    bytes
}

fn closed(mut bytes: Vec<u8>, end: &str) -> Vec<u8> {
    bytes.extend(end.bytes());
    bytes
}

fn entries(size: usize) -> Vec<u8> {
    closed(record("\"affected\":[", "{}", ",", size / 3), "]}")
}

fn objects(size: usize) -> Vec<u8> {
    let mut bytes = b"[".to_vec();
    bytes.extend(br#"{"a":1},"#.repeat(size / 8));
    closed(bytes, "{}]")
}

fn specifics(size: usize) -> Vec<u8> {
    closed(record("\"database_specific\":{\"a\":[", "[]", ",", size / 3), "]}}")
}

fn details(size: usize) -> Vec<u8> {
    closed(record("\"details\":\"", "# a\\n", "", size / 5), "\"}")
}

fn many_files(at: &Path) -> Result<(), String> {
    start(at)?;
    let bytes = entries(60 << 20);
    (0..40).try_for_each(|number| write(&at.join(format!("advisories/f{number}.json")), &bytes))
}

fn archive(at: &Path) -> Result<(), String> {
    start(at)?;
    let file = std::fs::File::create(at.join("advisories/a.zip")).map_err(say)?;
    let mut archive = zip::ZipWriter::new(file);
    for number in 0..60 {
        archive.start_file(format!("{number}.json"), zip::write::SimpleFileOptions::default()).map_err(say)?;
        // What does not deflate keeps the ratio below that of a bomb.
        let mut noise = number;
        let noise: String = std::iter::repeat_with(|| {
            noise = (noise * 1_103_515_245_u64 + 12_345) % (1 << 31);
            char::from(b'a' + (noise >> 16) as u8 % 26)
        })
        .take(400_000)
        .collect();
        let record = entries(60 << 20);
        archive.write_all(&record).map_err(say)?;
        archive.start_file(format!("{number}.txt"), zip::write::SimpleFileOptions::default()).map_err(say)?;
        archive.write_all(noise.as_bytes()).map_err(say)?;
    }
    archive.finish().map(drop).map_err(say)
}

fn sparse(at: &Path) -> Result<(), String> {
    start(at)?;
    let file = std::fs::File::create(at.join("advisories/a.zip")).map_err(say)?;
    file.set_len(5 << 30).map_err(say)
}

fn deep(levels: usize) -> Vec<u8> {
    [b"[".repeat(levels), b"]".repeat(levels)].concat()
}

fn affected(number: usize) -> Vec<u8> {
    let entry = r#"{"package":{"ecosystem":"Go","name":"github.com/example/parcel"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.NUMBER.0"}]}]}"#;
    closed(record("\"affected\":[", entry, ",", number), "]}")
}

fn events(number: usize) -> Vec<u8> {
    let field = r#""affected":[{"package":{"ecosystem":"Go","name":"github.com/example/parcel"},"ranges":[{"type":"SEMVER","events":["#;
    closed(record(field, r#"{"introduced":"1.NUMBER.0"},{"fixed":"1.NUMBER.1"}"#, ",", number / 2), "]}]}]}")
}

fn references(number: usize) -> Vec<u8> {
    let link = r#"{"type":"FIX","url":"https://github.com/example/parcel/commit/NUMBER"}"#;
    let mut bytes = closed(record("\"references\":[", link, ",", number), "],\"aliases\":[");
    for at in 0..number {
        bytes.extend(format!("{}\"CVE-2025-{at}\"", if at == 0 { "" } else { "," }).into_bytes());
    }
    closed(bytes, "]}")
}

fn chain(at: &Path, number: usize) -> Result<(), String> {
    let links = (0..number).map(|at| {
        json!({ "id": format!("CVE-2025-{at}"), "modified": "2026-01-02T00:00:00Z",
                "aliases": [format!("CVE-2025-{}", at + 1)] })
    });
    file(at, json!(links.collect::<Vec<_>>()).to_string().as_bytes())
}

fn of_one_version(at: &Path, number: usize) -> Result<(), String> {
    let records = (0..number).map(|at| advisory(&format!("CVE-2025-{}", 10_000 + at), "1.1.0"));
    let records: Vec<String> = records.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect();
    file(at, format!("[{}]", records.join(",")).as_bytes())
}
