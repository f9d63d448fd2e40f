//! `notes --splice`: the section in a file that people write.

use std::path::PathBuf;

use serde_json::json;

use crate::builder::{Project, failure, patched, started};

const ID: &str = "GHSA-2222-2222-2222";
const LOG: &str = "# Changelog\n\n## [v1.1.0] - 2026-01-02\n\n- By hand.\n\n## [v1.0.0]\n\n- First.";

struct Log {
    project: Project,
    file: PathBuf,
}

impl Log {
    /// A project whose v1.1.0 fixes an advisory, with a change log.
    fn new(text: &str) -> Self {
        let mut project = started();
        project.commit("main", "Check the length (GHSA-2222-2222-2222)");
        project.tag("v1.1.0", "main");
        project.osv(ID, json!({ "affected": patched(&["1.1.0"]) }));
        let file = project.path().join("CHANGELOG.md");
        std::fs::write(&file, text).unwrap();
        Self { project, file }
    }

    fn splice(&self, more: &[&str]) -> assert_cmd::Command {
        let mut command = self.project.secnotes(&["notes", "--tag", "v1.1.0", "--splice"]);
        command.arg(&self.file).args(more);
        command
    }

    /// What the command says on standard output, without the folder.
    fn done(&self, more: &[&str]) -> String {
        let output = self.splice(more).assert().success();
        let told = String::from_utf8(output.get_output().stdout.clone()).unwrap();
        told.replace(&format!("{}/", self.project.path().to_str().unwrap()), "")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.file).unwrap()
    }
}

#[test]
fn a_section_is_put_in_and_stays_right() {
    let log = Log::new(LOG);
    let check = log.splice(&["--check"]).assert().code(3);
    let diff = String::from_utf8(check.get_output().stdout.clone()).unwrap();
    assert!(diff.contains("\n+### Security\n") && diff.contains("\n - By hand.\n"), "{diff}");
    assert!(String::from_utf8_lossy(&check.get_output().stderr).contains("is not up to date"));
    assert_eq!(log.text(), LOG);

    assert_eq!(log.done(&[]), "CHANGELOG.md:5: put in the section of v1.1.0\n");
    let text = log.text();
    assert!(
        text.starts_with("# Changelog\n\n## [v1.1.0] - 2026-01-02\n\n<!-- secnotes:begin v1.1.0 sha256:"),
        "{text}"
    );
    assert!(text.ends_with("\n\n<!-- secnotes:end v1.1.0 -->\n\n- By hand.\n\n## [v1.0.0]\n\n- First."), "{text}");
    assert!(text.contains("\n### Security\n") && text.contains("Title of GHSA-2222-2222-2222"), "{text}");
    assert_eq!(log.done(&[]), "CHANGELOG.md:5: the section of v1.1.0 is up to date\n");
    assert_eq!(log.done(&["--check"]), "CHANGELOG.md:5: the section of v1.1.0 is up to date\n");
    assert_eq!(log.text(), text);

    // The CVE came three days later.
    log.project.osv(ID, json!({ "affected": patched(&["1.1.0"]), "aliases": ["CVE-2026-1000"] }));
    assert_eq!(log.done(&[]), "CHANGELOG.md:5: brought the section of v1.1.0 up to date\n");
    assert!(log.text().contains("CVE-2026-1000") && log.text().ends_with("- By hand.\n\n## [v1.0.0]\n\n- First."));
    // A release with nothing to say gets no markers.
    let text = log.text();
    let output = log.project.secnotes(&["notes", "--tag", "v1.0.0", "--splice"]).arg(&log.file).assert().success();
    assert!(String::from_utf8_lossy(&output.get_output().stdout).contains("there is nothing to announce of v1.0.0"));
    assert_eq!(log.text(), text);
}

#[test]
fn what_a_person_changed_stops_a_splice_unless_it_is_forced() {
    let log = Log::new(LOG);
    log.done(&[]);
    let text = log.text();
    let edited = text.replace("Title of", "A better title than");
    std::fs::write(&log.file, &edited).unwrap();
    for arguments in [&[][..], &["--check"]] {
        let told = failure(&mut log.splice(arguments), 3);
        assert!(told.contains("CHANGELOG.md: line 5: somebody edited the section of v1.1.0"), "{told}");
        assert!(told.contains("A better title than") && told.contains("let --force take it away"), "{told}");
        assert_eq!(log.text(), edited);
    }
    log.done(&["--force"]);
    assert_eq!(log.text(), text);
}

#[test]
fn a_withdrawn_advisory_stays_struck_and_one_that_is_gone_leaves_the_markers() {
    let log = Log::new(LOG);
    log.done(&[]);
    log.project.osv(ID, json!({ "affected": patched(&["1.1.0"]), "withdrawn": "2026-03-04T05:06:07Z" }));
    log.done(&[]);
    let text = log.text();
    assert!(text.contains("~~") && text.contains("2026-03-04") && text.contains(ID), "{text}");
    assert_eq!(log.done(&[]), "CHANGELOG.md:5: the section of v1.1.0 is up to date\n");
    // Without the section of before nobody heard of it.
    std::fs::write(&log.file, LOG).unwrap();
    assert!(log.done(&[]).contains("there is nothing to announce of v1.1.0, and no section"));

    log.project.osv(ID, json!({ "affected": patched(&["1.1.0"]) }));
    log.done(&[]);
    let other = json!([{ "package": { "ecosystem": "Go", "name": "example.org/nobody" } }]);
    log.project.osv(ID, json!({ "affected": other }));
    log.project.osv("GO-2000-1", json!({ "affected": other }));
    assert_eq!(log.done(&[]), "CHANGELOG.md:5: emptied the section of v1.1.0: there is nothing to announce\n");
    let text = log.text();
    let (_, rest) = text.split_once("<!-- secnotes:begin v1.1.0 sha256:").unwrap();
    assert_eq!(rest.split_once(" -->\n").unwrap().1, format!("<!-- secnotes:end v1.1.0 -->\n\n{}", &LOG[39..]));
}

/// Silence because nothing is sure takes nothing away.
#[test]
fn a_section_is_not_emptied_where_records_call_the_release_patched() {
    let log = Log::new(LOG);
    log.done(&[]);
    let text = log.text();
    let mut project = started();
    for path in ["reader.go", "writer.go"] {
        project.edit("main", "Ada", &format!("Check links in {path}"), &[(path, "package x\n\nfunc check() {}\n")]);
    }
    project.tag("v1.1.0", "main");
    project.osv("GO-2026-1", json!({ "summary": "Links are followed", "affected": patched(&["1.1.0"]) }));
    let mut command = project.secnotes(&["notes", "--tag", "v1.1.0", "--splice"]);
    let told = failure(command.arg(&log.file), 3);
    assert!(told.contains("the notes of v1.1.0 are empty because of that"), "{told}");
    assert_eq!(log.text(), text);
}

#[test]
fn the_configuration_says_where_a_section_goes() {
    let log = Log::new("Introduction.\n\n## What's Changed\n\n* a\n");
    let told = failure(&mut log.splice(&[]), 1);
    assert!(told.contains("there is no heading of v1.1.0 or 1.1.0; there are:\n  line 3: What's Changed\n"), "{told}");
    assert!(told.contains("`[notes] place` in secnotes.toml"), "{told}");
    let config = log.project.path().join("secnotes.toml");
    std::fs::write(&config, "[notes]\nplace = \"before What's Changed\"\n").unwrap();
    assert_eq!(log.done(&[]), "CHANGELOG.md:3: put in the section of v1.1.0\n");
    assert!(log.text().ends_with("<!-- secnotes:end v1.1.0 -->\n\n## What's Changed\n\n* a\n"));
}

#[test]
fn the_preface_of_a_toml_file_holds_a_section() {
    let mut log = Log::new("");
    log.file = log.project.path().join("v1.1.0.toml");
    let text = "previous = \"v1.0.0\"\r\n\npreface = \"\"\"\\\nThe first \\\"patch\\\".\n\"\"\"\n# end\n";
    std::fs::write(&log.file, text).unwrap();
    log.done(&[]);
    let (before, after) = text.split_once("\"\"\"\n# end").unwrap();
    assert!(log.text().starts_with(before) && log.text().ends_with(&format!("\"\"\"\n# end{after}")), "{}", log.text());
    let read: toml::Table = log.text().parse().unwrap();
    assert!(read["preface"].as_str().unwrap().contains("\n## Security\n"));
    assert!(log.done(&["--check"]).contains("is up to date"));
    std::fs::write(&log.file, "previous = 1\n").unwrap();
    assert!(failure(&mut log.splice(&[]), 1).contains("v1.1.0.toml: there is no text `preface`"));
}

#[test]
#[cfg(unix)]
fn the_file_keeps_its_rights_and_its_links_and_leads_nowhere_else() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let mut log = Log::new(LOG);
    let real = log.project.path().join("docs-changes.md");
    std::fs::rename(&log.file, &real).unwrap();
    symlink("docs-changes.md", &log.file).unwrap();
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    log.done(&[]);
    assert!(std::fs::symlink_metadata(&log.file).unwrap().is_symlink());
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(std::fs::read_to_string(&real).unwrap().contains("secnotes:begin"));

    let outside = log.project.folder().join("outside.md");
    std::fs::write(&outside, LOG).unwrap();
    std::fs::remove_file(&log.file).unwrap();
    symlink(&outside, &log.file).unwrap();
    assert!(failure(&mut log.splice(&[]), 1).contains("leads out"));
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), LOG);
    // A person may name it.
    log.file = outside;
    log.done(&[]);
    log.file = log.project.path().join(".git/config");
    assert!(failure(&mut log.splice(&[]), 1).contains("git's own folder"));
}

#[test]
fn a_splice_that_cannot_be_is_told() {
    let mut log = Log::new(LOG);
    for (arguments, told) in [
        (&["--include-unpublished"][..], "--splice writes what will be public"),
        (&["--format", "json"], "--splice puts Markdown into a file"),
        (&["--output", "x.md"], "cannot be used with"),
        (&["--if-none", "x"], "cannot be used with"),
    ] {
        let error = failure(&mut log.splice(arguments), 2);
        assert!(error.contains(told), "{error}");
    }
    let mut check = log.project.secnotes(&["notes", "--tag", "v1.1.0", "--check"]);
    assert!(failure(&mut check, 2).contains("--splice"));
    assert_eq!(log.text(), LOG);
    std::fs::write(&log.file, b"\xff\n").unwrap();
    assert!(failure(&mut log.splice(&[]), 1).contains("it is not UTF-8"));
    log.file = log.project.path().join("none.md");
    assert!(failure(&mut log.splice(&[]), 1).contains("none.md: create it with a heading for the release"));
    assert!(!log.file.exists());
}
