//! Problems that the tests of all formats print.

use super::{Findings, Item, Place, Rule, Unchecked};
use crate::model::Level;

pub(super) fn findings() -> Findings {
    let rule = |code, also, level| Rule { code, also, level, says: "A rule.", page: None };
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
        files: 2,
        records: 3,
    }
}
