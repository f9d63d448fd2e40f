//! Findings of a release → problems, as every format takes them.

use super::{Findings, Item, Of, Place, Rule};
use crate::model::{Finding, FindingCode, Level, plain};

/// The findings in the order in which they are read: the most serious first, what the
/// project itself fixes before what it depends on.
///
/// What is in no file of the project is told at `home`, where a format wants a file.
#[must_use]
pub fn of_release(findings: &[Finding], release: &str, home: Option<&str>) -> Findings {
    let mut codes = FindingCode::ALL.to_vec();
    codes.sort_by_key(|code| (std::cmp::Reverse(code.level()), code.topic()));
    let mut items: Vec<Item> = findings.iter().filter_map(|finding| item(finding, &codes, home)).collect();
    items.sort_by_key(|item| item.rule);
    let rules = codes.into_iter().map(|code| Rule {
        code: code.as_str(),
        also: &[],
        level: code.level(),
        says: code.meaning(),
        mend: Some(code.mend()),
        means: match code.level() {
            Level::Error => "An error: what is printed may be wrong, or what people are told is not so.",
            Level::Warning => "A warning: look at it before the release is announced.",
            Level::Note => "A note: worth knowing.",
        },
        left_out_by: None,
        page: None,
    });
    Findings { rules: rules.collect(), items, unchecked: Vec::new(), of: Of::Release(release.to_owned()) }
}

fn item(finding: &Finding, codes: &[FindingCode], home: Option<&str>) -> Option<Item> {
    let place = finding.place.as_ref();
    let file = place.map(|place| place.file.as_str()).or(home).unwrap_or_default();
    Some(Item {
        rule: codes.iter().position(|code| *code == finding.code)?,
        subject: Some(finding.subject.clone()),
        place: Place {
            file: file.to_owned(),
            spot: place.and_then(|place| place.line).map(|line| (line, 1)),
            ..Place::default()
        },
        message: plain(&finding.message),
    })
}

#[cfg(test)]
mod tests {
    use super::super::sarif;
    use super::*;
    use crate::model::FindingPlace;

    fn findings() -> Vec<Finding> {
        let finding = |code, subject: &str| Finding::new(code, subject, "What was\nseen.");
        vec![
            finding(FindingCode::DependencyIntroduced, "Go:a").at(FindingPlace::file("go.mod")),
            finding(FindingCode::QuietSecurityFix, "abc"),
            finding(FindingCode::DecisionUnusable, "GHSA-1")
                .at(FindingPlace { file: "secnotes.links.toml".to_owned(), line: Some(7) }),
        ]
    }

    #[test]
    fn what_the_project_fixes_comes_before_what_it_depends_on() {
        let projected = of_release(&findings(), "v1", None);
        let codes: Vec<&str> = projected.items.iter().map(|item| projected.rules[item.rule].code).collect();
        assert_eq!(codes, ["decision-unusable", "quiet-security-fix", "dependency-introduced"]);
        assert!(projected.items.iter().all(|item| item.message == "What was seen."));
    }

    #[test]
    fn every_result_of_a_log_has_a_file() {
        let log: serde_json::Value =
            serde_json::from_str(&sarif(&of_release(&findings(), "v1", Some("secnotes.toml"))).unwrap().log).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        let place = |at: usize| {
            let physical = &results[at]["locations"][0]["physicalLocation"];
            (physical["artifactLocation"]["uri"].as_str().unwrap(), physical["region"]["startLine"].as_u64().unwrap())
        };
        assert_eq!([place(0), place(1), place(2)], [("secnotes.links.toml", 7), ("secnotes.toml", 1), ("go.mod", 1)]);
    }
}
