//! Inventories of real histories, where they are at hand.

use std::path::Path;

use secnotes::history::{History, Repository, TagRules};
use secnotes::inventory::{Place, Reader, Rules};

use super::{go_mod, updated};
use crate::realdata::realdata;

/// What could not be read of these releases, and how many files were.
fn problems(path: &Path, releases: usize) -> (Vec<String>, usize) {
    let repository = Repository::open(path).unwrap();
    let history = History::load(&repository, &TagRules::default(), &[]).unwrap();
    let rules = Rules::default();
    let mut reader = Reader::new(&repository, &rules);
    let mut told = Vec::new();
    for release in history.releases.all().iter().rev().take(releases) {
        let inventory = reader.read(&[history.graph.id(release.commit)]).unwrap().remove(0);
        for file in inventory.manifests.iter().filter(|file| file.place != Place::Vendored) {
            told.extend(file.problems.iter().map(|problem| format!("{} {}: {problem:?}", release.tag, file.path)));
        }
    }
    (told, reader.files_read())
}

#[test]
fn real_lock_files_are_read_whole() {
    let Some(data) = realdata() else { return };
    // KServe's lock files are large: the newest releases do.
    for (project, releases) in [("kata-containers", 200), ("kubesphere", 200), ("kmesh", 200), ("kserve", 8)] {
        let (told, files) = problems(&data.join(format!("histories/{project}.git")), releases);
        assert!(told.is_empty(), "{told:?}");
        assert!(files >= 10, "{project}: {files}");
    }
}

#[test]
fn equal_files_are_read_once_whatever_the_number_of_tags() {
    let lock = go_mod(&[("golang.org/x/net", "0.37.0")]);
    let (mut project, _) = updated(&[("go.mod", &lock), ("tools/go.mod", &lock)], "Change", &[("page.txt", "x")]);
    for tag in ["v1.2.0", "v1.3.0", "v1.4.0"] {
        project.commit_file("main", "Change more", &format!("{tag}.txt"));
        project.tag(tag, "main");
    }
    let (told, files) = problems(&project.path(), 10);
    assert_eq!((told, files), (Vec::new(), 1));
}
