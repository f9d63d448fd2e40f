//! Problems that the tests of all formats print.

use super::{Findings, Item, Of, Place, Rule, Unchecked};
use crate::model::Level;

pub(super) fn findings() -> Findings {
    let rule = |code, also, level| Rule {
        code,
        also,
        level,
        says: "A rule.",
        mend: None,
        means: "An error: this cannot be true.",
        left_out_by: Some("--ignore"),
        page: None,
    };
    Findings {
        rules: vec![
            rule("bad-id", &["SCH:001"], Level::Error),
            rule("unused", &[], Level::Warning),
            rule("too-long", &[], Level::Note),
        ],
        items: vec![
            Item {
                rule: 0,
                subject: Some("GHSA-1".to_owned()),
                place: Place {
                    file: "osv/a b.json".to_owned(),
                    entry: None,
                    pointer: "/affected/0/x".to_owned(),
                    spot: Some((3, 7)),
                    width: 6,
                    line_hash: Some("a7f2ff13bc495cf2:1".to_owned()),
                },
                message: "\"GHSA\" is wrong; mend it".to_owned(),
            },
            Item {
                rule: 2,
                subject: Some("GHSA-\u{1b}[31m".to_owned()),
                place: Place {
                    file: "all.zip".to_owned(),
                    entry: Some("evil\n::error::x.json".to_owned()),
                    ..Place::default()
                },
                message: "cut it".to_owned(),
            },
        ],
        unchecked: vec![Unchecked { codes: vec!["unused"], reason: "no list was given".to_owned() }],
        of: Of::Records { files: 2, records: 3 },
    }
}

/// Of a release: one of its lock files, a commit twice, and what is in no file.
pub(super) fn of_release() -> Findings {
    let rule = |code, level, says, mend| Rule {
        code,
        also: &[],
        level,
        says,
        mend: Some(mend),
        means: "It is.",
        left_out_by: None,
        page: None,
    };
    let item = |rule, subject: &str, file: &str, message: &str| Item {
        rule,
        subject: Some(subject.to_owned()),
        place: Place { file: file.to_owned(), ..Place::default() },
        message: message.to_owned(),
    };
    let commit = "8fb797a9dd483dec911a2fe9687fc0dd7a9b8ea3";
    Findings {
        rules: vec![
            rule("introduced", Level::Warning, "It came.", "Update it."),
            rule("quiet", Level::Warning, "It is quiet.", "Publish it."),
            rule("reverted", Level::Error, "It went.", "Bring it in."),
        ],
        items: vec![
            item(2, "GHSA-1", "", "Taken back."),
            item(1, commit, "", "Commit 8fb797a9dd48 looks like a fix."),
            item(0, "Go:a", "go.mod", "One came."),
            item(0, "Go:b", "", "Both came."),
            item(0, "Go:c", "", "Both came."),
            item(0, "Go:d", "", "Another came."),
        ],
        unchecked: Vec::new(),
        of: Of::Release("v1.2.0".to_owned()),
    }
}
