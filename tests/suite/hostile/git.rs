//! What a repository may hold: objects that are cut off, have no end or are too
//! large, references that lead nowhere, and what git reads and others refuse.

use std::path::{Path, PathBuf};

use git2::{ObjectType, Oid};
use serde_json::json;

use crate::builder::{Project, codes, failure, started};

/// An object of any bytes, loose.
fn put(project: &Project, kind: ObjectType, bytes: &[u8]) -> Oid {
    project.git().odb().unwrap().write(kind, bytes).unwrap()
}

fn tree(project: &Project, entries: &[(&str, &[u8], Oid)]) -> Oid {
    let entry = |(mode, name, id): &(&str, &[u8], Oid)| [mode.as_bytes(), b" ", name, b"\0", id.as_bytes()].concat();
    put(project, ObjectType::Tree, &entries.iter().map(entry).collect::<Vec<_>>().concat())
}

fn refer(project: &Project, name: &str, to: Oid) {
    let file = project.path().join(".git").join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, format!("{to}\n")).unwrap();
}

/// A commit on `main` that is tagged, with this tree, these parents, and what else it says.
fn commit(project: &Project, tag: &str, tree: Oid, parents: &[Oid], rest: &[u8]) -> Oid {
    let mut bytes = format!("tree {tree}\n").into_bytes();
    parents.iter().for_each(|parent| bytes.extend_from_slice(format!("parent {parent}\n").as_bytes()));
    bytes.extend_from_slice(rest);
    let id = put(project, ObjectType::Commit, &bytes);
    refer(project, "refs/heads/main", id);
    refer(project, &format!("refs/tags/{tag}"), id);
    id
}

const PEOPLE: &str = "author A <a@b> 1767312000 +0000\ncommitter A <a@b> 1767312000 +0000\n";

fn said(message: &str) -> Vec<u8> {
    format!("{PEOPLE}\n{message}").into_bytes()
}

fn tree_of(project: &Project, commit: Oid) -> Oid {
    project.git().find_commit(commit).unwrap().tree_id()
}

fn loose(project: &Project, id: Oid) -> PathBuf {
    let name = id.to_string();
    project.path().join(".git/objects").join(&name[..2]).join(&name[2..])
}

fn overwrite(file: &Path, bytes: &[u8]) {
    // Git makes its objects read-only.
    std::fs::remove_file(file).unwrap();
    std::fs::write(file, bytes).unwrap();
}

/// Every loose object is in a pack, too.
fn pack(project: &Project) {
    let git = project.git();
    let mut builder = git.packbuilder().unwrap();
    git.odb().unwrap().foreach(|id| builder.insert_object(*id, None).is_ok()).unwrap();
    builder.write(&project.path().join(".git/objects/pack"), 0o644).unwrap();
}

/// A fix that is released in v1.1.0 and told in an advisory.
fn fixed() -> (Project, Oid) {
    let mut project = started();
    let fix = project.edit("main", "Ada", "Fix the parser", &[("src/parse.rs", "fn parse() {\n    check();\n}\n")]);
    project.tag("v1.1.0", "main");
    let url = format!("{}/commit/{fix}", crate::builder::REMOTE);
    project.osv("CVE-2026-90001", json!({ "references": [{ "type": "FIX", "url": url }] }));
    (project, Oid::from_str(&fix).unwrap())
}

/// What a file of these bytes is cut to.
fn cuts(bytes: &[u8]) -> [usize; 4] {
    [0, 2, bytes.len() / 2, bytes.len() - 3]
}

#[test]
fn a_commit_or_a_tag_that_is_cut_off_ends_the_history() {
    let (project, fix) = fixed();
    let text = format!("object {fix}\ntype commit\ntag v1.2.0\ntagger A <a@b> 1767312000 +0000\n\nx\n");
    let tag = put(&project, ObjectType::Tag, text.as_bytes());
    refer(&project, "refs/tags/v1.2.0", tag);
    for id in [fix, tag] {
        let file = loose(&project, id);
        let whole = std::fs::read(&file).unwrap();
        for length in cuts(&whole) {
            overwrite(&file, &whole[..length]);
            for verb in [["notes", "--tag", "v1.0.0"].as_slice(), &["osv", "--all"], &["explain", "CVE-2026-90001"]] {
                let error = failure(&mut project.secnotes(verb), 5);
                assert!(error.contains(&id.to_string()) && error.contains("damaged"), "{error}");
                assert!(error.contains("fetch --refetch"), "{error}");
            }
        }
        overwrite(&file, &whole);
    }
    assert!(project.notes("v1.1.0").contains("CVE-2026-90001"));
}

#[test]
fn a_commit_between_releases_that_is_cut_off_is_named() {
    let mut project = started();
    let middle = project.commit("main", "Work");
    project.commit("main", "More");
    project.tag("v1.1.0", "main");
    let file = loose(&project, Oid::from_str(&middle).unwrap());
    let whole = std::fs::read(&file).unwrap();
    overwrite(&file, &whole[..whole.len() / 2]);
    for verb in [["notes"].as_slice(), &["notes", "--from", "main~2"], &["notes", "--from", &middle[..10]]] {
        let error = failure(&mut project.secnotes(verb), 5);
        assert!(error.contains(&middle) && error.contains("damaged") && error.contains(" fsck"), "{error}");
    }
}

#[test]
fn files_that_are_cut_off_are_found_as_those_of_a_partial_clone() {
    let (project, fix) = fixed();
    let top = tree_of(&project, fix);
    let folder = project.git().find_tree(top).unwrap().get_name("src").unwrap().id();
    let file = project.git().find_tree(folder).unwrap().get_name("parse.rs").unwrap().id();
    for id in [top, folder, file] {
        let place = loose(&project, id);
        let whole = std::fs::read(&place).unwrap();
        for length in cuts(&whole) {
            overwrite(&place, &whole[..length]);
            assert!(project.notes("v1.1.0").contains("CVE-2026-90001"));
            if id != file {
                assert!(codes(&project.json("v1.1.0")).contains(&"unreadable"), "{id}");
            }
            project.secnotes(&["explain", "CVE-2026-90001", "--suggest-introduced"]).assert().success();
        }
        overwrite(&place, &whole);
    }
    assert!(!codes(&project.json("v1.1.0")).contains(&"unreadable"));
}

#[test]
fn a_whole_copy_in_a_pack_stands_in_for_a_damaged_object() {
    let (project, fix) = fixed();
    pack(&project);
    for id in [fix, tree_of(&project, fix)] {
        overwrite(&loose(&project, id), b"x\x9c");
    }
    assert!(project.notes("v1.1.0").contains("CVE-2026-90001"));
    assert!(!codes(&project.json("v1.1.0")).contains(&"unreadable"));
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_of_git_is_not_waited_for() {
    let (project, fix) = fixed();
    pack(&project);
    let packs = project.path().join(".git/objects/pack");
    let index = std::fs::read_dir(&packs).unwrap().flatten().map(|file| file.path());
    let index = index.into_iter().find(|file| file.extension().unwrap() == "idx").unwrap();
    let pipe = |file: &Path| {
        std::fs::remove_file(file).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(file).status().unwrap().success());
    };
    pipe(&index);
    assert!(failure(&mut project.secnotes(&["notes"]), 1).contains("is a pipe"));
    std::fs::remove_dir_all(packs).unwrap();
    let whole = std::fs::read(loose(&project, fix)).unwrap();
    pipe(&loose(&project, fix));
    assert!(failure(&mut project.secnotes(&["notes"]), 5).contains(&fix.to_string()));
    overwrite(&loose(&project, fix), &whole);
    pipe(&project.path().join(".git/refs/tags/v1.1.0"));
    assert!(failure(&mut project.secnotes(&["notes"]), 5).contains("the tag `v1.1.0`"));
}

#[test]
fn a_damaged_pack_is_an_error_and_no_end() {
    for part in ["pack", "idx"] {
        for place in [20, 60, 90] {
            let (project, _) = fixed();
            pack(&project);
            for folder in std::fs::read_dir(project.path().join(".git/objects")).unwrap().flatten() {
                if folder.file_name().len() == 2 {
                    std::fs::remove_dir_all(folder.path()).unwrap();
                }
            }
            let files = std::fs::read_dir(project.path().join(".git/objects/pack")).unwrap().flatten();
            let file = files.map(|file| file.path()).find(|file| file.extension().unwrap() == part).unwrap();
            let whole = std::fs::read(&file).unwrap();
            overwrite(&file, &whole[..whole.len() * place / 100]);
            let output = project.secnotes(&["notes"]).output().unwrap();
            let error = String::from_utf8(output.stderr).unwrap();
            assert!(matches!(output.status.code(), Some(1 | 5)) && error.starts_with("error: "), "{error}");
        }
    }
}

#[test]
fn a_tag_that_leads_to_nothing_is_never_the_release_before() {
    let nowhere = Oid::from_str(&"1".repeat(40)).unwrap();
    let (project, fix) = fixed();
    let tag = |object: Oid| format!("object {object}\ntype commit\ntag x\ntagger A <a@b> 1767312000 +0000\n\nx\n");
    let of_nothing = put(&project, ObjectType::Tag, tag(nowhere).as_bytes());
    let garbage = put(&project, ObjectType::Commit, b"garbage");
    let no_parent = put(&project, ObjectType::Commit, format!("tree {fix}\nparent 12\n{PEOPLE}\nx").as_bytes());
    for target in [nowhere, of_nothing, garbage, no_parent] {
        refer(&project, "refs/tags/v1.2.0", target);
        for verb in [["notes"].as_slice(), &["notes", "--tag", "v1.1.0"], &["osv", "--all"], &["affected"]] {
            let error = failure(&mut project.secnotes(verb), 5);
            assert!(error.contains("`v1.2.0`") && error.contains("fetch --refetch"), "{error}");
        }
    }
    for text in ["", "xyz\n", "ref: refs/tags/v1.2.0\n", "ref: refs/heads/gone\n"] {
        std::fs::write(project.path().join(".git/refs/tags/v1.2.0"), text).unwrap();
        let error = failure(&mut project.secnotes(&["notes"]), 5);
        assert!(error.contains("the tag `v1.2.0`") && error.contains("update-ref -d refs/tags/v1.2.0"), "{error}");
    }
    std::fs::remove_file(project.path().join(".git/refs/tags/v1.2.0")).unwrap();
    refer(&project, "refs/heads/lost", nowhere);
    assert!(failure(&mut project.secnotes(&["notes"]), 5).contains("the branch `lost`"));
}

#[test]
fn a_head_to_nowhere_and_files_beside_references_are_no_harm() {
    let (project, _) = fixed();
    std::fs::write(project.path().join(".git/HEAD"), "ref: refs/heads/none\n").unwrap();
    std::fs::write(project.path().join(".git/refs/tags/v9.0.0.lock"), "").unwrap();
    std::fs::create_dir_all(project.path().join(".git/refs/remotes/origin")).unwrap();
    std::fs::write(project.path().join(".git/refs/remotes/origin/HEAD"), "ref: refs/remotes/origin/gone\n").unwrap();
    assert!(project.notes("v1.1.0").contains("CVE-2026-90001"));
    assert!(failure(&mut project.secnotes(&["notes", "--unreleased"]), 1).contains("no commits yet"));
}

#[test]
fn a_commit_that_git_reads_is_a_release() {
    let odd: [&[u8]; 8] = [
        b"author A <a@b> 9223372036854775808 +0000\ncommitter A <a@b> 9223372036854775808 +0000\n\nx",
        b"author A <a@b> NaN +0000\ncommitter A <a@b> NaN +0000\n\nx",
        b"author A <a@b> -5 +0000\ncommitter A <a@b> -5 +0000\n\nx",
        b"author A <a@b> 1767312000 +99999999\ncommitter A <a@b> 1767312000 x\n\nx",
        b"author\ncommitter\n\nx",
        b"\nx\0y",
        b"",
        b"author A <a@b> 1 +0000\ngpgsig \xff\n parent 12\nencoding klingon\n",
    ];
    for rest in odd {
        let (project, fix) = fixed();
        let id = commit(&project, "v1.2.0", tree_of(&project, fix), &[fix], rest);
        let text = format!("object {id}\ntype commit\ntag v1.3.0\ntagger ???\n");
        refer(&project, "refs/tags/v1.3.0", put(&project, ObjectType::Tag, text.as_bytes()));
        let stories = project.secnotes(&["explain", "CVE-2026-90001"]).assert().success();
        let told = String::from_utf8_lossy(&stories.get_output().stdout).into_owned();
        assert!(told.contains("v1.1.0"), "{told}");
        for tag in ["v1.2.0", "v1.3.0"] {
            assert_eq!(project.json(tag)["release"]["tag"], tag);
            assert_eq!(project.json(tag)["release"]["commit"], id.to_string());
            assert!(!codes(&project.json(tag)).contains(&"unreadable"));
        }
        project.secnotes(&["notes", "--tag", "v1.3.0", "--from", &id.to_string()]).assert().success();
        project.secnotes(&["notes", "--unreleased", "--from", "v1.2.0"]).assert().success();
    }
}

#[test]
fn a_tag_of_a_tag_of_a_tag_is_a_release_and_one_of_a_file_is_none() {
    let (project, fix) = fixed();
    let mut at = (fix, "commit");
    for _ in 0..2_000 {
        let text = format!("object {}\ntype {}\ntag x\n\n", at.0, at.1);
        at = (put(&project, ObjectType::Tag, text.as_bytes()), "tag");
    }
    refer(&project, "refs/tags/v1.2.0", at.0);
    assert_eq!(project.json("v1.2.0")["release"]["commit"], fix.to_string());
    let file = put(&project, ObjectType::Blob, b"key");
    let of_file = put(&project, ObjectType::Tag, format!("object {file}\ntype blob\ntag x\n\n").as_bytes());
    for target in [file, of_file, tree_of(&project, fix)] {
        refer(&project, "refs/tags/v9.0.0", target);
        let error = failure(&mut project.secnotes(&["notes", "--tag", "v9.0.0"]), 1);
        assert!(error.contains("there is no tag `v9.0.0`"), "{error}");
    }
}

/// Ten trees, each of which has the one before ten times.
fn git_bomb(project: &Project) -> Oid {
    let file = put(project, ObjectType::Blob, b"module example.org/x\n");
    let level = |mode, id| (0..10u8).map(|n| (mode, vec![b'a' + n], id)).collect::<Vec<_>>();
    let mut entries = level("100644", file);
    for _ in 0..10 {
        let borrowed: Vec<(&str, &[u8], Oid)> = entries.iter().map(|(mode, name, id)| (*mode, &**name, *id)).collect();
        entries = level("40000", tree(project, &borrowed));
    }
    let borrowed: Vec<(&str, &[u8], Oid)> = entries.iter().map(|(mode, name, id)| (*mode, &**name, *id)).collect();
    tree(project, &borrowed)
}

#[test]
fn a_tree_without_end_meets_a_limit() {
    let (project, fix) = fixed();
    let bomb = git_bomb(&project);
    let id = commit(&project, "v1.2.0", bomb, &[fix], &said("Fix CVE-2026-90002"));
    let few = ["--limit", "tree-entries=20000"];
    for verb in [["notes"].as_slice(), &["osv", "--all"], &["explain", "v1.2.0"]] {
        let error = failure(project.secnotes(verb).args(few), 1);
        assert!(error.contains("limit `tree-entries`") && error.contains("tree-entries=40000"), "{error}");
    }
    // In the history alone, only what was compared is not known.
    commit(&project, "v1.3.0", tree_of(&project, fix), &[id], &said("Fix CVE-2026-90003"));
    assert!(project.notes("v1.1.0").contains("CVE-2026-90001"));
    project.secnotes(&["explain", &id.to_string()]).args(few).assert().success();
    let output = project.secnotes(&["notes", "--tag", "v1.2.0", "--format", "json"]).args(few).assert().success();
    let report: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    let finding = report["findings"].as_array().unwrap().iter().find(|finding| finding["subject"] == "dependencies");
    assert!(finding.unwrap()["message"].as_str().unwrap().contains("tree-entries"), "{report}");
}

#[test]
fn a_tree_that_is_deeper_than_git_allows_is_looked_into_so_far() {
    let (project, fix) = fixed();
    let mut deep = tree(&project, &[("100644", b"x", put(&project, ObjectType::Blob, b"x"))]);
    for _ in 0..5_000 {
        deep = tree(&project, &[("40000", b"d", deep)]);
    }
    let id = commit(&project, "v1.2.0", deep, &[fix], &said("Fix CVE-2026-90002"));
    assert!(codes(&project.json("v1.2.0")).contains(&"unreadable"));
    assert!(project.notes("v1.1.0").contains("CVE-2026-90001"));
    project.secnotes(&["explain", &id.to_string()]).assert().success();
    project.secnotes(&["explain", "CVE-2026-90001", "--suggest-introduced"]).assert().success();
}

#[test]
fn names_that_no_file_can_have_are_no_harm() {
    let (long, slashes) = (vec![b'x'; 70_000], b"../../etc/passwd".to_vec());
    for name in [b"".as_slice(), b"..", b".git", b"\xff\xfe\n::error::x", b"a/b", &slashes, &long] {
        for mode in ["100644", "40000", "120000", "160000", "7777777"] {
            let (project, fix) = fixed();
            let below = tree_of(&project, fix);
            let entry: (&str, &[u8], Oid) = (mode, name, below);
            let id = commit(&project, "v1.2.0", tree(&project, &[entry, entry]), &[fix], &said("Fix CVE-2026-90002"));
            assert!(project.notes("v1.1.0").contains("CVE-2026-90001"));
            project.secnotes(&["explain", &id.to_string()]).assert().success();
        }
    }
}

#[test]
fn a_commit_of_too_many_bytes_is_named() {
    for packed in [false, true] {
        let (project, fix) = fixed();
        let mut rest = said("x");
        rest.resize(80 << 20, b'\0');
        let id = commit(&project, "v1.2.0", tree_of(&project, fix), &[fix], &rest);
        if packed {
            pack(&project);
            std::fs::remove_file(loose(&project, id)).unwrap();
        }
        let error = failure(&mut project.secnotes(&["notes"]), 5);
        assert!(error.contains(&id.to_string()) && error.contains("bytes"), "{error}");
    }
}

#[test]
fn a_history_of_too_many_bytes_meets_a_limit() {
    let (project, fix) = fixed();
    commit(&project, "v1.2.0", tree_of(&project, fix), &[fix], &said(&"word ".repeat(300_000)));
    let error = failure(project.secnotes(&["notes"]).args(["--limit", "commits=1MiB"]), 1);
    assert!(error.contains("limit `commits`") && error.contains("--limit commits=2MiB"), "{error}");
    project.secnotes(&["notes"]).args(["--limit", "commits=2MiB"]).assert().success();
}

#[test]
fn messages_of_megabytes_stay_with_their_commits() {
    let (project, fix) = fixed();
    let mut at = fix;
    for n in 0..20 {
        let message = format!("Fix CVE-2026-8{n:04}\n\n{}", "\n".repeat(4 << 20));
        at = commit(&project, &format!("v2.{n}.0"), tree_of(&project, fix), &[at], &said(&message));
    }
    for n in [0, 7, 19] {
        let id = format!("CVE-2026-8{n:04}");
        project.osv(&id, json!({}));
        let report = project.json(&format!("v2.{n}.0"));
        let entry = crate::builder::entry(&report, &id).unwrap();
        assert_eq!(crate::builder::commits(entry).len(), 1, "{report}");
    }
}

#[test]
fn a_parent_that_is_named_again_is_one_parent() {
    let (project, fix) = fixed();
    let id = commit(&project, "v1.2.0", tree_of(&project, fix), &vec![fix; 20_000], &said("Merge"));
    project.secnotes(&["explain", &id.to_string()]).assert().success();
    assert!(!project.notes("v1.2.0").contains("CVE-2026-90001"));
    // A merge of very many is not asked what it changed itself.
    let parents: Vec<Oid> = (0..200)
        .map(|n| {
            let text = [format!("tree {}\nparent {fix}\n", tree_of(&project, fix)).into_bytes(), said(&n.to_string())];
            put(&project, ObjectType::Commit, &text.concat())
        })
        .collect();
    commit(&project, "v1.3.0", tree_of(&project, fix), &parents, &said("Merge"));
    project.secnotes(&["notes", "--tag", "v1.3.0"]).assert().success();
}

#[test]
fn manifests_that_say_too_much_meet_a_limit() {
    let mut project = started();
    let lines = |from: usize| (from..from + 400).map(|n| format!("\texample.org/m{n} v1.0.0\n")).collect::<String>();
    let go_mod = |from| format!("module example.org/x\n\ngo 1.22\n\nrequire (\n{})\n", lines(from));
    project.edit("main", "Ada", "Add", &[("a/go.mod", &go_mod(0)), ("b/go.mod", &go_mod(1_000))]);
    project.tag("v1.1.0", "main");
    let few = ["--limit", "manifests=64KiB"];
    let error = failure(project.secnotes(&["dependencies"]).args(few), 1);
    assert!(error.contains("limit `manifests`") && error.contains("--limit manifests=128KiB"), "{error}");
    let output = project.secnotes(&["notes", "--format", "json"]).args(few).assert().success();
    assert!(String::from_utf8_lossy(&output.get_output().stdout).contains("limit `manifests`"));
    project.secnotes(&["dependencies"]).assert().success();
}

#[test]
fn statements_of_a_module_are_read_up_to_a_bound_and_the_rest_is_told() {
    let mut project = started();
    let same = "require example.org/a v1.0.0\n".repeat(100_000);
    let go_mod = format!("module example.org/x\n\ngo 1.22\n{same}require example.org/b v1.0.0\n");
    project.edit("main", "Ada", "Add", &[("go.mod", &go_mod)]);
    project.tag("v1.1.0", "main");
    let output = project.secnotes(&["dependencies", "--list"]).assert().success();
    let told = String::from_utf8_lossy(&output.get_output().stdout).into_owned()
        + &String::from_utf8_lossy(&output.get_output().stderr);
    assert!(told.contains("more than 100000 statements"), "{told}");
    // What is dropped counts for what is kept.
    let lines = format!("module example.org/y\n\ngo 1.22\n{}", "require example.org/a v1.0.0\n".repeat(2_000));
    project.edit("main", "Ada", "Change", &[("go.mod", &lines)]);
    project.tag("v1.2.0", "main");
    let few = ["--limit", "manifests=256KiB"];
    assert!(failure(project.secnotes(&["dependencies", "--tag", "v1.2.0"]).args(few), 1).contains("limit `manifests`"));
}

#[test]
fn requirements_that_include_too_many_files_are_told() {
    let mut project = started();
    let name = |n: usize| format!("requirements/r{n:02}.txt");
    let text = |n: usize| format!("-r r{:02}.txt\nopen{n}\n", n + 1);
    let mut files: Vec<(String, String)> = (0..40).map(|n| (name(n), text(n))).collect();
    files.push((name(40), "last==1.0\n".to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    project.edit("main", "Ada", "Add", &files);
    project.tag("v1.1.0", "main");
    let output = project.secnotes(&["notes", "--tag", "v1.1.0", "--format", "json"]).assert().success();
    let report: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let told: Vec<&str> = findings
        .iter()
        .filter(|finding| finding["message"].as_str().unwrap().contains("more than 32 files"))
        .map(|finding| finding["subject"].as_str().unwrap())
        .collect();
    assert!(told.contains(&"requirements/r00.txt") && !told.contains(&"requirements/r20.txt"), "{told:?}");
}
