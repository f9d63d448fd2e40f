//! Advisories that would fill the memory.

use std::io::Write;
use std::path::Path;

use crate::builder::{Project, failure, started};
use crate::sync::Synced;

const HEAD: &str = "{\"id\":\"GO-2026-1\",\"modified\":\"2026-01-01T00:00:00Z\",";

/// Texts of some bytes, each of which takes many times as much when it is parsed.
fn texts(size: usize) -> Vec<(&'static str, String)> {
    let text = |begin: &str, unit: &str, end: &str| format!("{begin}{}{end}", unit.repeat(size / unit.len()));
    vec![
        ("affected", text(&format!("{HEAD}\"affected\":["), "{},", "{}]}")),
        ("members", text(&format!("{HEAD}\"affected\":["), "{\"a\":1},", "{}]}")),
        ("list", text("[", "{\"a\":1},", "{}]")),
        ("unknown", text(&format!("{HEAD}\"x\":["), "[1],", "1]}")),
        ("specific", text(&format!("{HEAD}\"database_specific\":{{\"a\":["), "1,", "1]}}")),
        ("aliases", text(&format!("{HEAD}\"aliases\":["), "\"\",", "\"\"]}")),
        ("events", text(&format!("{HEAD}\"affected\":[{{\"ranges\":[{{\"events\":["), "{\"a\":\"b\"},", "{}]}]}]}")),
        ("deep", text(&format!("{HEAD}\"x\":["), "[[[[[[]]]]]],", "1]}")),
        ("github", text("{\"ghsa_id\":\"GHSA-2222-2222-2222\",\"vulnerabilities\":[", "{},", "{}]}")),
    ]
}

/// The arguments by which a file is read, and standard input to read it from.
fn readers(file: &Path, out: &Path) -> Vec<Vec<String>> {
    let path = |path: &Path| path.to_string_lossy().into_owned();
    vec![
        vec!["notes".into(), "--advisories".into(), path(file)],
        vec!["osv".into(), "--all".into(), "--advisories".into(), path(file)],
        vec!["osv".into(), "--check".into(), path(file)],
        vec!["feed".into(), "--out".into(), path(out), "--records".into(), path(file)],
    ]
}

fn said(project: &Project, arguments: &[String]) -> String {
    let mut command = crate::builder::secnotes();
    let output = command.arg("--repo").arg(project.path()).args(arguments).output().unwrap();
    assert!(!output.status.success());
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn every_reader_counts_what_a_text_becomes_before_it_is_parsed() {
    let project = started();
    let (file, out) = (project.folder().join("x.json"), project.folder().join("feed"));
    for (name, text) in texts(300_000) {
        std::fs::write(&file, text).unwrap();
        for mut arguments in readers(&file, &out) {
            arguments.extend(["--limit".to_owned(), "advisories=2MiB".to_owned()]);
            let said = said(&project, &arguments);
            assert!(said.contains("limit `advisories`") && said.contains("--limit advisories=4MiB"), "{name}: {said}");
        }
    }
}

#[test]
fn files_share_one_budget_wherever_they_are() {
    let mut project = started();
    project.commit("main", "Fix CVE-2026-90001");
    let records = project.folder().join("records");
    std::fs::create_dir(&records).unwrap();
    for n in 0..20 {
        let text = format!(
            "{{\"id\":\"GO-2026-{n}\",\"modified\":\"2026-01-01T00:00:00Z\",\"details\":\"{}\"}}",
            "x".repeat(9_000)
        );
        std::fs::write(records.join(format!("GO-2026-{n}.json")), text).unwrap();
    }
    let archive = project.folder().join("records.zip");
    let mut writer = zip::ZipWriter::new(std::fs::File::create(&archive).unwrap());
    for entry in std::fs::read_dir(&records).unwrap() {
        let entry = entry.unwrap();
        writer.start_file(entry.file_name().to_str().unwrap(), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&std::fs::read(entry.path()).unwrap()).unwrap();
    }
    writer.finish().unwrap();
    // Each fits, and both do not.
    let run = |paths: &[&Path]| {
        let mut command = crate::builder::secnotes();
        command.arg("--repo").arg(project.path()).args(["notes", "--limit", "advisories=300KiB"]);
        for path in paths {
            command.arg("--advisories").arg(path);
        }
        command
    };
    run(&[&records]).assert().success();
    run(&[&archive]).assert().success();
    let error = failure(&mut run(&[&records, &archive]), 4);
    assert!(error.contains("limit `advisories`"), "{error}");
}

#[test]
fn a_larger_file_is_allowed_by_the_command_line() {
    let project = started();
    let text = format!("{HEAD}\"details\":\"{}\"}}", "x".repeat(200_000));
    std::fs::write(project.advisories().join("x.json"), text).unwrap();
    let error = failure(&mut project.secnotes(&["notes", "--limit", "advisory-file=100000"]), 4);
    assert!(error.contains("x.json") && error.contains("--limit advisory-file=200000"), "{error}");
    project.secnotes(&["notes", "--limit", "advisory-file=300000"]).assert().success();
}

#[cfg(target_os = "linux")]
#[test]
fn large_texts_and_sparse_archives_are_refused_in_little_memory() {
    let project = started();
    let file = project.folder().join("x.json");
    let sparse = project.folder().join("x.zip");
    std::fs::write(&sparse, b"PK\x03\x04").unwrap();
    std::fs::OpenOptions::new().write(true).open(&sparse).unwrap().set_len(5 << 30).unwrap();
    let limited = |file: &Path| {
        let script = format!(
            "ulimit -v 1000000; exec '{}' --repo '{}' notes --advisories '{}'",
            env!("CARGO_BIN_EXE_secnotes"),
            project.path().to_string_lossy(),
            file.to_string_lossy()
        );
        let mut command = assert_cmd::Command::new("/bin/sh");
        command.env_clear().env("HOME", "/nonexistent").args(["-c", &script]);
        failure(&mut command, 4)
    };
    for (name, text) in texts(20 << 20).into_iter().take(3) {
        std::fs::write(&file, text).unwrap();
        let error = limited(&file);
        assert!(error.contains("limit `advisories`"), "{name}: {error}");
    }
    assert!(limited(&sparse).contains("no whole zip archive"));
}

#[test]
fn answers_of_servers_are_counted_as_well() {
    for (name, text) in texts(300_000) {
        let synced = Synced::new();
        synced.osv("GO-2026-1");
        let body = format!("[{text}]").into_bytes();
        synced.upstream.fault("security-advisories", 9, crate::upstream::Kind::Body(body));
        let output = synced.run(&["sync", "--limit", "advisories=2MiB"]).assert().failure().code(4);
        let log = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
        assert!(log.contains("limit `advisories`"), "{name}: {log}");
        assert_eq!(synced.ids(), ["GO-2026-1"], "{name}: the other sources are read");
    }
}

#[test]
fn a_record_with_hundreds_of_thousands_of_links_and_credits_is_read_once_through() {
    let project = started();
    let many = |unit: &dyn Fn(usize) -> String| (0..150_000).map(unit).collect::<Vec<_>>().join(",");
    let links = many(&|n| format!("{{\"url\":\"https://a.example/{n}\"}}"));
    let credits = many(&|n| format!("{{\"name\":\"{n}\"}}"));
    let text = format!("{HEAD}\"references\":[{links}],\"credits\":[{credits}]}}");
    std::fs::write(project.advisories().join("x.json"), text).unwrap();
    project.secnotes(&["notes", "--limit", "advisories=2GiB"]).assert().success();
}
