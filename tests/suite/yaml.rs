//! Records in YAML, as the PyPA's database keeps them: they say what their JSON
//! would say, wherever records are read.

use std::io::Write;

use serde_json::{Value, json};

use crate::builder::{Project, failure, secnotes, started};

const YAML: &str = "\
id: GHSA-2222-2222-2222
modified: 2026-02-01T00:00:00Z
published: 2026-01-31 12:00:00
aliases: [CVE-2026-90001]
summary: A parcel
  leaves its box
details: |
  Text: with a colon.
affected:
- package:
    ecosystem: Go
    name: github.com/example/parcel
  ranges:
  - type: SEMVER
    events:
    - introduced: 0
    - fixed: 1.0.1
database_specific:
  count: 3
";

fn json_of_it() -> Value {
    json!({
        "id": "GHSA-2222-2222-2222", "modified": "2026-02-01T00:00:00Z", "published": "2026-01-31T12:00:00Z",
        "aliases": ["CVE-2026-90001"], "summary": "A parcel leaves its box", "details": "Text: with a colon.\n",
        "affected": [{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
                       "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.0.1" }] }] }],
        "database_specific": { "count": 3 },
    })
}

fn fixed() -> Project {
    let mut project = started();
    project.commit("main", "Fix CVE-2026-90001");
    project.tag("v1.0.1", "main");
    project
}

fn written(project: &Project) -> Value {
    let output = project.secnotes(&["osv", "--all", "--quiet"]).assert().success();
    serde_json::from_slice(&output.get_output().stdout).unwrap()
}

#[test]
fn an_advisory_in_yaml_says_what_its_json_says() {
    let (yaml, json, zip) = (fixed(), fixed(), fixed());
    json.write("x.json", &json_of_it().to_string());
    yaml.write("PYSEC.yaml", YAML);
    // What lies beside the records of a database.
    yaml.write("workflow.yml", "on: push\njobs: {}\n");
    yaml.write("chart.yaml", "{{- include \"x\" . }}\n");
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("vulns/parcel/PYSEC.yaml", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(YAML.as_bytes()).unwrap();
    std::fs::write(zip.advisories().join("all.zip"), archive.finish().unwrap().into_inner()).unwrap();
    let expected = written(&json);
    assert_eq!(expected[0]["database_specific"]["count"], 3);
    assert_eq!(written(&yaml), expected);
    assert_eq!(written(&zip), expected);
}

#[test]
fn a_store_and_a_feed_take_yaml_too() {
    let project = fixed();
    project.write("x.yaml", YAML);
    let sources = format!(
        "[source.files]\npaths = [{:?}]\n[source.osv]\nenabled = false\n[source.github]\nenabled = false\n",
        project.advisories()
    );
    let config = project.folder().join("secnotes.toml");
    std::fs::write(&config, sources).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = secnotes();
        command.args(arguments).arg("--config").arg(&config).arg("--repo").arg(project.path());
        command.arg("--store").arg(project.folder().join("store")).assert().success().get_output().stdout.clone()
    };
    run(&["sync"]);
    let stored: Value = serde_json::from_slice(&run(&["osv", "--all", "--quiet"])).unwrap();
    assert_eq!(stored, written(&project));
    let feed = project.folder().join("feed");
    let mut command = secnotes();
    command.arg("feed").arg("--records").arg(project.advisories()).arg("--out").arg(&feed).assert().success();
    let published: Value =
        serde_json::from_slice(&std::fs::read(feed.join("GHSA-2222-2222-2222.json")).unwrap()).unwrap();
    assert_eq!(published, json_of_it());
}

#[test]
fn problems_of_yaml_have_their_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.yaml"), YAML.replace("Go", "Goo")).unwrap();
    std::fs::write(folder.path().join("b.yaml"), format!("{YAML}id: again\n")).unwrap();
    let mut command = secnotes();
    let output = command.current_dir(folder.path()).args(["osv", "--check", ".", "--format", "json"]).output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let problems = document["problems"].as_array().unwrap();
    let at = |code: &str| {
        let problem = problems.iter().find(|problem| problem["code"] == code).unwrap_or_else(|| panic!("{document}"));
        json!([problem["file"], problem["line"], problem["column"]])
    };
    assert_eq!(at("unknown-ecosystem"), json!(["a.yaml", 11, 16]));
    assert_eq!(at("not-yaml"), json!(["b.yaml", 20, 1]));
    let mut stream = secnotes();
    stream.args(["osv", "--check", "-"]).write_stdin(YAML.replace("SEMVER", "SEMVAR"));
    let output = stream.assert().code(3);
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    assert!(text.contains("unknown-word") && text.contains("<stdin>:14:11"), "{text}");
}

#[test]
fn hostile_yaml_is_a_clear_error_that_quotes_nothing() {
    let bomb: String = (1..9).fold("a0: &a0 [SECRET]\n".to_owned(), |text, level| {
        let before = level - 1;
        format!("{text}a{level}: &a{level} [*a{before}, *a{before}, *a{before}, *a{before}]\n")
    });
    for (what, text) in [
        ("it has an alias", format!("{YAML}{bomb}")),
        ("it has a key twice", format!("{YAML}summary: SECRET\n")),
        ("it has a tag", format!("{YAML}x: !!python/object:os.system SECRET\n")),
        ("it has a key that is no text", format!("{YAML}1: SECRET\n")),
        ("it has a second document", format!("{YAML}---\nid: SECRET\n")),
        ("deeper than what is read", format!("{YAML}x: {}SECRET\n", "[".repeat(50_000))),
        ("it is not YAML", format!("{YAML}  SECRET: [\n")),
        ("`affected`: invalid type", YAML.replace("affected:", "affected: SECRET\nother:")),
    ] {
        let project = fixed();
        project.write("x.yaml", &text);
        let mut command = project.secnotes(&["notes", "--tag", "v1.0.1"]);
        let error = failure(&mut command, 4);
        assert!(error.contains(what) && error.contains("x.yaml") && !error.contains("SECRET"), "{what}: {error}");
    }
}
