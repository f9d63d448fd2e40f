//! A tagged object of git: a commit, an annotated tag, a tree, or the damaged
//! file of a commit. Whatever it holds, reading it comes to an end; what git's
//! library reads is read; and what cannot be is told in one line.
#![no_main]

use std::cell::OnceCell;

use git2::{ObjectType, Oid, Repository as Git};
use libfuzzer_sys::fuzz_target;
use secnotes::history::{History, Outline, Repository, TagRules};
use secnotes_fuzz::{Choices, Scratch, assert_is_a_line};

const WHO: &str = "author A <a@b> 1767225600 +0000\ncommitter A <a@b> 1767225600 +0000\n\nText\n";

thread_local! {
    static FOLDER: OnceCell<Scratch> = const { OnceCell::new() };
}

fuzz_target!(|data: &[u8]| {
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| Scratch::new("history"));
        for entry in std::fs::read_dir(folder.path()).expect("a folder").flatten() {
            let _ = std::fs::remove_dir_all(entry.path());
            let _ = std::fs::remove_file(entry.path());
        }
        judge(folder, data);
    });
});

fn judge(folder: &Scratch, data: &[u8]) {
    let git = Git::init_bare(folder.path()).expect("a repository");
    let write = |kind: ObjectType, bytes: &[u8]| git.odb().and_then(|odb| odb.write(kind, bytes)).expect("an object");
    let tree = write(ObjectType::Tree, b"");
    let commit = |tree: Oid, parent: &str| format!("tree {tree}\n{parent}{WHO}");
    let root = write(ObjectType::Commit, commit(tree, "").as_bytes());
    let mut choices = Choices(data);
    let kind = choices.byte() % 4;
    let tip = match kind {
        0 => write(ObjectType::Commit, &named(choices.0, tree, root)),
        1 => write(ObjectType::Tag, &named(choices.0, tree, root)),
        2 => {
            let tree = write(ObjectType::Tree, choices.0);
            write(ObjectType::Commit, commit(tree, &format!("parent {root}\n")).as_bytes())
        }
        _ => {
            let tip = write(ObjectType::Commit, commit(tree, &format!("parent {root}\n")).as_bytes());
            damage(folder, tip, &mut choices);
            tip
        }
    };
    folder.write("refs/tags/v0.9.0", root.to_string().as_bytes());
    folder.write("refs/tags/v1.0.0", tip.to_string().as_bytes());
    let repository = Repository::open(folder.path()).expect("a repository");
    match History::load(&repository, &TagRules::default(), &[]) {
        Ok(history) => {
            let outline = Outline::load(&repository, &TagRules::default());
            assert!(outline.is_ok(), "the history is read, and its outline is not: {:?}", outline.err());
            let newest = history.releases.newest().expect("a release");
            assert!(newest.tag.as_str() == "v1.0.0", "an older release passes for the newest");
            let newest = history.graph.id(newest.commit);
            if let Err(error) = repository.files(newest, &|_| true, &|_| true) {
                assert_is_a_line(&error.to_string());
            }
        }
        Err(error) => {
            assert_is_a_line(&error.to_string());
            // The library never comes back from some damaged files.
            assert!(kind == 3 || !reads(&git, tip), "the library reads what is refused: {error}");
        }
    }
}

/// The text with the ids of a tree and of a commit where it names them.
fn named(text: &[u8], tree: Oid, commit: Oid) -> Vec<u8> {
    let text = text.split(|byte| *byte == b'@').collect::<Vec<_>>().join(tree.to_string().as_bytes());
    text.split(|byte| *byte == b'^').collect::<Vec<_>>().join(commit.to_string().as_bytes())
}

/// Whether git's own library finds a whole history there.
fn reads(git: &Git, tip: Oid) -> bool {
    let commit = git.find_object(tip, None).and_then(|object| object.peel_to_commit());
    let Ok(commit) = commit else { return false };
    let parents: Vec<Oid> = commit.parent_ids().collect();
    commit.time().seconds() >= 0 && parents.iter().all(|parent| git.find_commit(*parent).is_ok())
}

/// Cuts the file of an object, and writes over parts of it.
fn damage(folder: &Scratch, object: Oid, choices: &mut Choices<'_>) {
    let name = object.to_string();
    let (begin, rest) = name.split_at(2);
    let path = folder.path().join("objects").join(begin).join(rest);
    let mut bytes = std::fs::read(&path).expect("an object");
    for _ in 0..choices.byte() % 8 {
        let at = usize::from(choices.byte()) % bytes.len();
        bytes[at] = choices.byte();
    }
    if choices.byte() % 2 == 0 {
        bytes.truncate(usize::from(choices.byte()));
    }
    std::fs::remove_file(&path).expect("an object");
    std::fs::write(&path, bytes).expect("an object");
}
