//! What is kept of a history from one run to the next makes no difference to any answer.

use std::path::Path;

use serde_json::json;

use crate::builder::{Project, REMOTE, patched, secnotes};

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
    assert!(kept.iter().any(|file| file.extension().is_some_and(|end| end == "messages1")), "{kept:?}");
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

/// Some thousand commits in packs, so that these are read from end to end; the
/// benchmark has a million.
#[test]
fn a_large_history_is_read_alike_in_every_way() {
    let folder = tempfile::tempdir().unwrap();
    let (history, cache) = (folder.path().join("big.git"), folder.path().join("cache"));
    let made = large(&history);
    let advisories = folder.path().join("advisories");
    std::fs::create_dir(&advisories).unwrap();
    let record = json!({
        "schema_version": "1.7.0", "id": "CVE-2026-90002", "modified": "2026-01-01T00:00:00Z", "summary": "x",
        "affected": [{ "package": { "ecosystem": "Go", "name": "github.com/example/parcel" } }]
    });
    std::fs::write(advisories.join("CVE-2026-90002.json"), record.to_string()).unwrap();
    let question = ["notes", "--tag", "v1.2.0", "--format", "json"];
    let ask = |cache| said(&history, &advisories, &question, cache);
    let plain = ask(None);
    assert!(plain.0.contains("CVE-2026-90002") && plain.0.contains("\"tag\": \"v1.2.0\""), "{}", plain.0);
    // Loose first; then whole and as deltas of each other; then in two packs.
    for packed in [None, Some(made.len()), Some(made.len() / 2)] {
        if let Some(count) = packed {
            pack(&history, made.get(..count).unwrap());
        }
        let _ = std::fs::remove_dir_all(&cache);
        assert_eq!((ask(None), ask(Some(&cache)), ask(Some(&cache))), (plain.clone(), plain.clone(), plain.clone()));
    }
}

/// A history of 2,400 commits with three releases, the fix of an advisory in the last.
fn large(path: &Path) -> Vec<git2::Oid> {
    let mut options = git2::RepositoryInitOptions::new();
    options.bare(true).initial_head("main").external_template(false);
    let git = git2::Repository::init_opts(path, &options).unwrap();
    git.remote("origin", "https://github.com/example/parcel").unwrap();
    let tree = git.find_tree(git.treebuilder(None).unwrap().write().unwrap()).unwrap();
    let mut commits: Vec<git2::Oid> = Vec::new();
    for number in 0..2400 {
        let who = git2::Signature::new("Ada", "ada@example.org", &git2::Time::new(1_700_000_000 + number, 0)).unwrap();
        let message = match number {
            2000 => "Check the length of frames\n\nFixes CVE-2026-90002".to_owned(),
            _ => format!("parcel: tidy part {number} of the sorting office (#{number})"),
        };
        let parent = commits.last().map(|parent| git.find_commit(*parent).unwrap());
        let commit = git.commit(None, &who, &who, &message, &tree, parent.as_ref().as_slice()).unwrap();
        if number % 800 == 799 {
            git.reference(&format!("refs/tags/v1.{}.0", number / 800), commit, true, "").unwrap();
        }
        commits.push(commit);
    }
    git.reference("refs/heads/main", commits[2399], true, "").unwrap();
    commits
}

/// Packs commits, which then are loose no more.
fn pack(path: &Path, commits: &[git2::Oid]) {
    let git = git2::Repository::open(path).unwrap();
    let mut pack = git.packbuilder().unwrap();
    commits.iter().for_each(|commit| pack.insert_commit(*commit).unwrap());
    pack.write(&path.join("objects/pack"), 0o644).unwrap();
    for commit in commits {
        let name = commit.to_string();
        let _ = std::fs::remove_file(path.join("objects").join(&name[..2]).join(&name[2..]));
    }
}
