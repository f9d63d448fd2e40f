//! Opening repositories of every shape, and tags of every spelling.

use crate::builder::{Project, secnotes};

#[test]
fn a_repository_is_found_from_a_subfolder_and_bare_and_from_a_linked_work_tree() {
    let mut project = Project::new();
    project.commit("main", "Start");
    project.tag("v1.0.0", "main");
    let sub = project.path().join("a/b");
    std::fs::create_dir_all(&sub).unwrap();
    let bare = project.folder().join("bare.git");
    git2::build::RepoBuilder::new().bare(true).clone(project.path().to_str().unwrap(), &bare).unwrap();
    let linked = project.folder().join("linked");
    project.git().worktree("linked", &linked, None).unwrap();
    for path in [sub, bare, linked, project.path().join(".git")] {
        // Without any advisory the exit code says that they are missing.
        secnotes().args(["notes", "--tag", "v1.0.0", "--repo"]).arg(&path).assert().code(4);
    }
}

#[test]
fn a_monorepo_s_tag_picks_its_own_package() {
    let mut project = Project::new();
    project.commit("main", "Start");
    project.tag("apisix/1.0.0", "main");
    project.tag("other/5.0.0", "main");
    project.commit("main", "Fix CVE-2026-90001");
    project.tag("apisix/1.1.0", "main");
    let report = project.json("apisix/1.1.0");
    assert_eq!(report["release"]["version"], "1.1.0");
    assert_eq!(report["release"]["previous_tag"], "apisix/1.0.0");
}

#[test]
fn tags_of_one_unusual_spelling_are_read() {
    let mut project = Project::new();
    project.commit("main", "Start");
    project.tag("curl-8_0_0", "main");
    project.commit("main", "Work");
    project.tag("curl-8_1_0", "main");
    assert_eq!(project.json("curl-8_1_0")["release"]["previous_tag"], "curl-8_0_0");
}

#[test]
fn a_final_release_looks_past_its_candidates() {
    let mut project = Project::new();
    project.commit("main", "Start");
    project.tag("v1.0.0", "main");
    project.commit("main", "Merge pull request from GHSA-2222-3333-4444");
    project.tag("v1.1.0-rc.1", "main");
    project.commit("main", "Work");
    project.tag("v1.1.0", "main");
    for tag in ["v1.1.0-rc.1", "v1.1.0"] {
        let report = project.json(tag);
        assert_eq!(report["release"]["previous_tag"], "v1.0.0");
        assert_eq!(report["advisories"][0]["fix"]["first_release"], tag);
    }
}

#[test]
fn formats_that_cannot_be_read_are_named() {
    for (extension, part) in [
        ("objectformat = sha256", "SHA-256"),
        ("refstorage = reftable", "git refs migrate"),
        ("partialclone = origin", "use a full clone"),
    ] {
        let project = Project::new();
        let config = project.path().join(".git/config");
        let text = std::fs::read_to_string(&config)
            .unwrap()
            .replace("repositoryformatversion = 0", "repositoryformatversion = 1");
        std::fs::write(&config, format!("{text}[extensions]\n\t{extension}\n")).unwrap();
        let error = crate::builder::failure(&mut project.secnotes(&["notes"]), 1);
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn advisories_of_nobody_here_are_noticed() {
    let mut project = Project::new();
    project.commit("main", "Start");
    project.tag("v1.0.0", "main");
    project.osv(
        "GO-2026-1",
        serde_json::json!({ "affected": [{ "package": { "ecosystem": "Go", "name": "example.org/x" } }] }),
    );
    let output = project.secnotes(&["notes", "--tag", "v1.0.0"]).assert().success();
    let said = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
    assert!(said.contains("none of the 1 advisories is about this project (github.com/example/parcel)"), "{said}");
}
