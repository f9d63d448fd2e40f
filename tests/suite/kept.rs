//! What is kept of a history from one run to the next makes no difference to any answer.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::builder::{Project, REMOTE, patched, secnotes};
use crate::realdata::realdata;

/// Standard output and exit code of a run with this cache; none: with none.
fn said(repository: &Path, advisories: &Path, arguments: &[&str], cache: Option<&Path>) -> (String, Option<i32>) {
    let mut command = secnotes();
    match cache {
        Some(cache) => _ = command.env("SECNOTES_CACHE_DIR", cache),
        None => _ = command.arg("--no-cache"),
    }
    let output = command
        .args(arguments)
        .arg("--quiet")
        .arg("--repo")
        .arg(repository)
        .arg("--advisories")
        .arg(advisories)
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|file| file.file_type().is_file())
        .map(|file| file.into_path())
        .collect();
    files.sort();
    files
}

/// A project with a fix, its copy on a branch, and a merge.
fn project() -> Project {
    let mut project = Project::new();
    let start = project.commit("main", "Start");
    project.tag("v1.0.0", "main");
    project.branch("release-1.0", &start);
    let fix =
        project.edit("main", "Ada", "Check the length of frames (#7)\n\nFixes CVE-2026-90001", &[("a.go", "b\n")]);
    project.tag("v1.1.0", "main");
    let copy = format!("Check the length of frames (#8)\n\n(cherry picked from commit {fix})");
    project.edit("release-1.0", "Ada", &copy, &[("a.go", "b\n")]);
    project.tag("v1.0.1", "release-1.0");
    let mut affected = patched(&["1.1.0"]);
    let events = json!([{ "introduced": "0" }, { "fixed": fix }]);
    let range = json!({ "type": "GIT", "repo": REMOTE, "events": events });
    affected[0]["ranges"].as_array_mut().unwrap().push(range);
    project.osv("CVE-2026-90001", json!({ "affected": affected }));
    project
}

#[test]
fn the_index_makes_no_difference_whole_damaged_or_grown() {
    let mut project = project();
    let cache = tempfile::tempdir().unwrap();
    let questions: [&[&str]; 5] = [
        &["notes", "--tag", "v1.0.1"],
        &["notes", "--tag", "v1.1.0", "--format", "json"],
        &["explain", "CVE-2026-90001"],
        &["osv", "--all"],
        &["affected", "CVE-2026-90001"],
    ];
    let hold = |project: &Project| {
        for question in questions {
            let ask = |cache| said(&project.path(), &project.advisories(), question, cache);
            let plain = ask(None);
            assert!(plain.0.contains("90001"), "{question:?}: {plain:?}");
            assert_eq!(ask(Some(cache.path())), plain, "{question:?}");
            assert_eq!(ask(Some(cache.path())), plain, "{question:?}, again");
        }
    };
    hold(&project);
    let kept = files(cache.path());
    assert!(kept.iter().any(|file| file.extension().is_some_and(|end| end == "messages")), "{kept:?}");
    for file in &kept {
        let mut bytes = std::fs::read(file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(file, bytes).unwrap();
    }
    hold(&project);
    project.commit("main", "Look again at CVE-2026-90001");
    project.tag("v1.2.0", "main");
    project.git().find_reference("refs/heads/release-1.0").unwrap().delete().unwrap();
    hold(&project);
}

#[test]
#[cfg(unix)]
fn what_is_kept_is_for_its_owner_s_eyes() {
    use std::os::unix::fs::PermissionsExt as _;
    let (project, cache) = (project(), tempfile::tempdir().unwrap());
    said(&project.path(), &project.advisories(), &["notes", "--tag", "v1.1.0"], Some(cache.path()));
    for file in files(cache.path()) {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file:?} has mode {mode:o}");
    }
}

/// Some thousand commits, so that packs are read from end to end; the benchmark has a
/// million.
#[test]
fn a_large_history_is_read_alike_in_every_way() {
    let Some(data) = realdata() else { return };
    let generator = data.join("../tools/big-history.py");
    let runs = |program: &str| Command::new(program).arg("--version").stdout(Stdio::null()).status().is_ok();
    if !generator.is_file() || !runs("python3") || !runs("git") {
        eprintln!("skipped: needs big-history.py, python3 and git");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (history, cache) = (folder.path().join("big.git"), folder.path().join("cache"));
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("HOME", "/nonexistent").arg("-C").arg(&history).args(arguments);
        command
    };
    std::fs::create_dir(&history).unwrap();
    assert!(git(&["init", "--quiet", "--bare"]).status().unwrap().success());
    let mut python = Command::new("python3").arg(&generator).arg("4000").stdout(Stdio::piped()).spawn().unwrap();
    let import = git(&["fast-import", "--quiet"]).stdin(python.stdout.take().unwrap()).status().unwrap();
    assert!(import.success() && python.wait().unwrap().success());
    let advisories = data.join("advisories/kata-containers");
    let question = ["notes", "--tag", "v25.0.9", "--format", "json"];
    let ask = |cache| said(&history, &advisories, &question, cache);
    let plain = ask(None);
    assert!(plain.0.contains("\"tag\": \"v25.0.9\""), "{}", plain.0);
    assert_eq!((ask(Some(&cache)), ask(Some(&cache))), (plain.clone(), plain.clone()));
    // Commits as deltas of each other, and git's own graph beside ours.
    assert!(git(&["repack", "-adfq", "--depth=20"]).status().unwrap().success());
    std::fs::remove_dir_all(&cache).unwrap();
    assert_eq!((ask(None), ask(Some(&cache))), (plain.clone(), plain.clone()));
    assert!(git(&["commit-graph", "write", "--reachable"]).status().unwrap().success());
    assert_eq!((ask(None), ask(Some(&cache))), (plain.clone(), plain));
}
