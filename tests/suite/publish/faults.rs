//! Whatever fails, and at which step: the text is the old one or the new one.

use std::time::Duration;

use super::{BODY, FORGES, Forge, Published};
use crate::upstream::Kind;

/// The text that a run without faults leaves.
fn new_text(forge: Forge) -> String {
    let published = Published::new(forge);
    assert_eq!(published.run(&["v1.0.1", "--yes"]).0, 0);
    published.body()
}

/// The requests of a run without faults.
const STEPS: usize = 4;

/// Lets the first requests work.
fn works_until(published: &Published, step: usize) {
    if step > 0 {
        published.upstream.fault("", step, Kind::Slow(Duration::ZERO));
    }
}

/// What goes wrong, in words, and how.
type Fault = (&'static str, fn() -> Kind);

fn kinds() -> Vec<Fault> {
    vec![
        ("no answer", || Kind::Reset),
        ("an answer that is cut off", || Kind::Cut(5)),
        ("a head without a body", || Kind::Cut(0)),
        ("a wrong length", || Kind::Length(7)),
        ("an error", || Kind::Status(500, Vec::new(), "{}".to_owned())),
        ("an error afterwards", || Kind::Late(502)),
        ("a page for people", || Kind::Late(200)),
        ("a busy server", || Kind::Status(503, vec![("retry-after", "0".to_owned())], String::new())),
        ("too many requests", || Kind::RateLimited { remaining: 0, reset_in: -5, status: 429 }),
        ("no JSON", || Kind::Body(b"<html>".to_vec())),
        ("JSON that ends early", || Kind::Body(b"{\"id\": 40, \"tag_name\": \"v1.0".to_vec())),
        ("another kind of JSON", || Kind::Body(b"[1, 2]".to_vec())),
        ("wrong types", || Kind::Body(b"{\"id\": \"x\", \"tag_name\": 5, \"body\": [], \"description\": []}".to_vec())),
        ("the release of another tag", || Kind::Body(b"{\"id\": 40, \"tag_name\": \"v9\", \"body\": \"x\"}".to_vec())),
        ("a slow answer", || Kind::Slow(Duration::from_millis(50))),
        ("a redirect in circles", || Kind::Redirect("/api/v4/projects/x".to_owned(), 307)),
    ]
}

#[test]
fn whatever_fails_the_text_is_the_old_one_or_the_new_one() {
    let new = FORGES.map(new_text);
    // The requests of a run: the release, the last look, the change, and the look afterwards.
    for forge in FORGES {
        let published = Published::new(forge);
        published.run(&["v1.0.1", "--yes"]);
        assert_eq!(published.upstream.requests().len(), STEPS, "{forge:?}");
    }
    for step in 0..STEPS {
        for (number, (what, kind)) in kinds().into_iter().enumerate() {
            // Each fault meets each forge, at one step or another.
            let (forge, new) = (FORGES[(step + number) % 3], &new[(step + number) % 3]);
            let published = Published::new(forge);
            works_until(&published, step);
            published.upstream.fault("", if step % 2 == 0 { 100 } else { 2 }, kind());
            let (code, told) = published.run(&["v1.0.1", "--yes"]);
            let body = published.body();
            assert!(body == BODY || body == *new, "{forge:?}, {what} at step {step}: {body}");
            // What it says it did, it did.
            assert!(code != 0 || body == *new, "{forge:?}, {what} at step {step}: {told}");
            assert!([0, 1, 3].contains(&code), "{forge:?}, {what} at step {step}: {code} {told}");
        }
    }
}

#[test]
fn what_fails_once_is_mended_without_anybody() {
    for forge in FORGES {
        let new = new_text(forge);
        for step in 0..STEPS {
            for kind in [Kind::Reset, Kind::Cut(0), Kind::Late(502), Kind::Status(503, Vec::new(), String::new())] {
                let published = Published::new(forge);
                works_until(&published, step);
                published.upstream.fault("", 1, kind);
                let (code, told) = published.run(&["v1.0.1", "--yes"]);
                assert_eq!((code, published.body() == new), (0, true), "{forge:?} at step {step}: {told}");
            }
        }
    }
}

#[test]
fn a_change_that_was_done_and_not_answered_is_not_sent_again() {
    for forge in FORGES {
        let published = Published::new(forge);
        for method in ["PATCH", "PUT"] {
            published.upstream.fault(method, 1, Kind::Cut(0));
        }
        assert_eq!(published.run(&["v1.0.1", "--yes"]).0, 0);
        assert_eq!(published.changes().len(), 1, "{forge:?}");
    }
}

#[test]
fn where_nothing_can_be_known_it_says_so() {
    for forge in FORGES {
        let published = Published::new(forge);
        works_until(&published, 3);
        published.upstream.fault("", 100, Kind::Reset);
        let (code, told) = published.run(&["v1.0.1", "--yes"]);
        assert_eq!((code, told.contains("it is not known whether v1.0.1 was written")), (1, true), "{told}");
    }
}
