//! `notes --diff-release`: the text of a release on its forge against the ledger.

use super::{FORGES, Published, SECRET};

/// Runs the comparison, and gives the exit code and all that was printed.
fn compared(published: &Published, arguments: &[&str]) -> (i32, String) {
    let mut command = published.of(&["notes", "--diff-release"]);
    let output = command.args(arguments).env(published.forge.token, SECRET).output().unwrap();
    let text = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
    assert!(!text.contains("MARKEDSECRET"), "the token was printed: {text}");
    (output.status.code().unwrap(), text)
}

#[test]
fn the_text_of_a_release_is_held_against_the_ledger() {
    for forge in FORGES {
        let published = Published::new(forge);
        let (code, told) = compared(&published, &["--tag", "v1.0.1"]);
        assert_eq!((code, told.contains("GHSA-2222-2222-2222")), (3, true), "{told}");
        published.run(&["v1.0.1", "--yes"]);
        let (code, told) = compared(&published, &["--tag", "v1.0.1"]);
        assert_eq!(code, 0, "{told}");
        // What another release fixes is not this one's.
        published.change(|release| release.body = Some("Fixes GHSA-3333-3333-3333.".to_owned()));
        let (code, told) = compared(&published, &["--tag", "v1.0.1", "--format", "json"]);
        assert_eq!(code, 3, "{told}");
        for kind in ["not-fixed", "not-announced"] {
            assert!(told.contains(kind), "{told}");
        }
        assert_eq!(published.changes().len(), 1, "it writes nothing");
    }
}

#[test]
fn all_releases_are_compared_with_what_is_published() {
    for forge in FORGES {
        let published = Published::new(forge);
        published.put("v1.0.2", Some("Fixes GHSA-3333-3333-3333."));
        published.change(|release| release.body = Some("Fixes GHSA-2222-2222-2222.".to_owned()));
        let (code, told) = compared(&published, &["--all"]);
        assert_eq!(code, 0, "{told}");
        if forge.name == "gitlab" {
            continue;
        }
        // A draft is not published.
        published.change(|release| release.draft = true);
        let (code, told) = compared(&published, &["--all"]);
        assert_eq!((code, told.contains("GHSA-2222-2222-2222")), (3, true), "{told}");
        let (code, told) = compared(&published, &["--tag", "v1.0.1"]);
        assert_eq!(code, 0, "one that is asked for by its tag is: {told}");
    }
}

#[test]
fn a_release_that_is_not_there_is_told() {
    let published = Published::new(FORGES[0]);
    let (code, told) = compared(&published, &["--tag", "v1.0.2"]);
    assert_eq!((code, told.contains("has no release of v1.0.2")), (1, true), "{told}");
    // The newest has no text.
    let (code, told) = compared(&published, &[]);
    assert_eq!((code, told.contains("says nothing of v1.0.2")), (1, true), "{told}");
    let (code, told) = compared(&published, &["--offline"]);
    assert_eq!((code, told.contains("contradict each other")), (2, true), "{told}");
}
