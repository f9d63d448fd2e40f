//! What is not written, and what is said of it.

use super::{BODY, FORGES, Published};
use crate::upstream::{Kind, Writing};

/// Somebody writes another text once a request was answered.
fn overtaken() -> Kind {
    Kind::Then(Box::new(|world| {
        let releases = world.releases.get_mut("example/parcel").unwrap();
        releases[0].body = Some("Somebody else's.".to_owned());
    }))
}

#[test]
fn what_somebody_wrote_meanwhile_is_not_written_over() {
    for forge in FORGES {
        let published = Published::new(forge);
        // After it was read, and before the last look.
        published.upstream.fault("GET", 1, overtaken());
        let (code, told) = published.run(&["v1.0.1", "--yes"]);
        assert_eq!((code, told.contains("was changed by somebody else meanwhile")), (3, true), "{told}");
        assert!(told.contains("+Somebody else's."), "the difference is shown: {told}");
        assert_eq!((published.body().as_str(), published.changes().len()), ("Somebody else's.", 0));
        // In the moment that no forge guards it cannot be held back, and is told.
        let published = Published::new(forge);
        for method in ["PATCH", "PUT"] {
            published.upstream.fault(method, 1, overtaken());
        }
        let (code, told) = published.run(&["v1.0.1", "--yes"]);
        assert_eq!((code, told.contains("is another text now")), (3, true), "{told}");
        assert_eq!(published.body(), "Somebody else's.");
    }
}

#[test]
fn what_a_person_wrote_into_the_section_stays_unless_it_is_forced() {
    for forge in FORGES {
        let published = Published::new(forge);
        published.run(&["v1.0.1", "--yes"]);
        let edited = published.body().replace("GHSA-2222-2222-2222", "GHSA-2222-2222-2222 (see the blog)");
        published.change(|release| release.body = Some(edited.clone()));
        published.project.osv("GHSA-2222-2222-2222", serde_json::json!({ "summary": "Another title" }));
        published.upstream.forget();
        let (code, told) = published.run(&["v1.0.1", "--yes"]);
        assert_eq!((code, told.contains("--force writes over it")), (3, true), "{told}");
        assert!(told.contains("see the blog"), "the difference is shown: {told}");
        assert_eq!((published.body(), published.changes().len()), (edited, 0));
        assert_eq!(published.run(&["v1.0.1", "--yes", "--force"]).0, 0);
        assert!(published.body().contains("Another title") && !published.body().contains("blog"));
    }
}

#[test]
fn a_permission_that_is_missing_is_named() {
    for (forge, least) in FORGES.into_iter().zip(["contents: write", "the role Developer", "write:repository"]) {
        for status in [403, 404] {
            let published = Published::new(forge);
            published.upstream.world().writing = Writing::Refused(status);
            let (code, told) = published.run(&["v1.0.1", "--yes"]);
            assert_eq!((code, told.contains(least)), (1, true), "{told}");
            assert!(told.contains(&format!("may not be written ({status})")), "{told}");
            assert_eq!((published.body().as_str(), published.changes().len()), (BODY, 1), "once");
        }
        let published = Published::new(forge);
        published.upstream.world().token = Some("another".to_owned());
        let (code, told) = published.run(&["v1.0.1", "--yes"]);
        assert_eq!((code, told.contains("wrong, expired or revoked")), (1, true), "{told}");
        let output = published.bare(&["v1.0.1", "--yes"]).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("there is no token to write with") && told.contains(least), "{told}");
        assert_eq!(published.body(), BODY);
    }
}

#[test]
fn a_release_and_a_repository_that_are_not_there_are_told_apart() {
    for forge in FORGES {
        let published = Published::new(forge);
        let (code, told) = published.run(&["v1.0.2", "--yes"]);
        assert_eq!((code, told.contains("has no release of v1.0.2; make it")), (1, true), "{told}");
        published.upstream.world().releases.clear();
        let (code, told) = published.run(&["v1.0.2", "--yes"]);
        assert_eq!((code, told.contains("is not there, or the token may not see it")), (1, true), "{told}");
        assert_eq!(published.changes().len(), 0, "none is made");
    }
}

#[test]
fn a_list_without_an_end_is_not_read_for_ever() {
    for forge in FORGES {
        let published = Published::new(forge);
        let page = b"[{\"id\": 1, \"tag_name\": \"v9\", \"body\": \"x\", \"description\": \"x\"}]".to_vec();
        published.upstream.fault("page=", 100, Kind::Body(page));
        let (code, told) = published.run(&["v1.0.2", "--yes"]);
        assert_eq!((code, told.contains("has no release of v1.0.2")), (1, true), "{told}");
        assert!(published.upstream.requests().len() <= 3, "{forge:?}");
    }
}

#[test]
fn a_repository_that_moved_is_followed_where_the_forge_lets_it() {
    for forge in FORGES {
        let published = Published::new(forge);
        {
            let mut world = published.upstream.world();
            let releases = world.releases.remove("example/parcel").unwrap();
            world.releases.insert("other/parcel".to_owned(), releases);
            world.moved.insert("example/parcel".to_owned(), "other/parcel".to_owned());
        }
        let (code, told) = published.run(&["v1.0.1", "--yes"]);
        let body = published.upstream.world().releases["other/parcel"][0].body.clone().unwrap();
        if forge.name == "gitlab" {
            assert_eq!((code, told.contains("git remote set-url"), body.as_str()), (1, true, BODY), "{told}");
        } else {
            assert_eq!((code, body.contains("GHSA-2222-2222-2222")), (0, true), "{told}");
        }
    }
}

#[test]
fn a_redirect_that_would_change_what_is_asked_is_not_followed() {
    for status in [301, 302, 303] {
        let published = Published::new(FORGES[0]);
        published.upstream.fault("PATCH", 1, Kind::Redirect("/repos/other/parcel/releases/40".to_owned(), status));
        let (code, told) = published.run(&["v1.0.1", "--yes"]);
        assert_eq!((code, told.contains("has moved")), (1, true), "{told}");
        assert_eq!(published.body(), BODY);
    }
}

#[test]
fn a_text_that_the_forge_only_says_it_took_is_told() {
    for forge in FORGES {
        let published = Published::new(forge);
        published.upstream.world().writing = Writing::Ignored;
        let (code, told) = published.run(&["v1.0.1", "--yes"]);
        assert_eq!((code, told.contains("still has its old text")), (1, true), "{told}");
    }
}

#[test]
fn a_text_near_the_limit_gets_a_shorter_section_or_none() {
    let (github, gitlab, gitea) = (FORGES[0], FORGES[1], FORGES[2]);
    let published = Published::new(github);
    // Markers alone do not fit.
    let full = "x".repeat(124_950);
    published.change(|release| release.body = Some(full.clone()));
    let (code, told) = published.run(&["v1.0.1", "--yes"]);
    assert_eq!((code, told.contains("125000")), (1, true), "{told}");
    assert_eq!((published.body(), published.changes().len()), (full.clone(), 0));
    for forge in [gitlab, gitea] {
        let published = Published::new(forge);
        published.change(|release| release.body = Some(full.clone()));
        assert_eq!(published.run(&["v1.0.1", "--yes"]).0, 0, "{forge:?}");
    }
}

#[test]
fn unpublished_advisories_and_incomplete_data_are_not_written() {
    let published = Published::new(FORGES[0]);
    let (code, told) = published.run(&["v1.0.1", "--yes", "--include-unpublished"]);
    assert_eq!((code, told.contains("never writes unpublished")), (2, true), "{told}");
    let (code, _) = published.run(&["v1.0.1", "--yes", "--offline"]);
    assert_eq!(code, 2);
    // Without any advisory the section would be taken away.
    let mut command = crate::builder::secnotes();
    command.arg("--repo").arg(published.project.path()).args(["publish", "v1.0.1", "--yes"]);
    command.arg("--store").arg(published.project.folder().join("store"));
    command.env("GITHUB_API_URL", published.upstream.url()).env("GH_TOKEN", super::SECRET);
    assert_eq!(command.output().unwrap().status.code(), Some(4));
    assert_eq!((published.body().as_str(), published.changes().len()), (BODY, 0));
}
