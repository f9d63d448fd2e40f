//! What is affected: packages and their ranges.

use serde_json::Value;

use super::place::Place;
use super::shape::{Shape, list, object, text, texts, word};
use super::violation::{Rule, Violation};
use super::{events, home, severity};

const AFFECTED: Shape = Shape {
    fields: &[
        ("package", |value, at, found| {
            PACKAGE.check(value, at, found);
        }),
        ("severity", severity::severities),
        ("ranges", |value, at, found| list(value, range, at, found)),
        ("versions", texts),
        ("ecosystem_specific", object),
        ("database_specific", object),
    ],
    required: &[],
};

const PACKAGE: Shape = Shape {
    fields: &[("ecosystem", home::ecosystem), ("name", text), ("purl", text)],
    required: &["ecosystem", "name"],
};

const RANGE: Shape = Shape {
    fields: &[
        ("type", |value, at, found| word(value, RANGE_TYPES, at, found)),
        ("repo", text),
        ("events", |value, at, found| list(value, events::event, at, found)),
        ("database_specific", object),
    ],
    required: &["type", "events"],
};

const RANGE_TYPES: &[&str] = &["GIT", "SEMVER", "ECOSYSTEM"];

/// One entry of `affected`.
pub(super) fn package(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    AFFECTED.check(value, at, found);
}

fn range(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    let Some(range) = RANGE.check(value, at, found) else { return };
    let git = range.get("type").is_some_and(|kind| kind == "GIT");
    if git && !range.contains_key("repo") {
        let message = "`repo` is missing, and a GIT range has to say whose commits it names";
        found.push(Violation::new(at, Rule::GitWithoutRepo, message));
    }
    if let Some(events) = range.get("events").and_then(Value::as_array) {
        events::check(events, git, &at.field("events"), found);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Rule;
    use super::*;

    fn rules(check: fn(&Value, &Place<'_>, &mut Vec<Violation>), value: Value) -> Vec<Rule> {
        let mut found = Vec::new();
        check(&value, &Place::ROOT, &mut found);
        found.into_iter().map(|violation| violation.rule).collect()
    }

    #[test]
    fn a_package_has_an_ecosystem_and_a_name() {
        assert_eq!(rules(package, json!({})), []);
        assert_eq!(rules(package, json!({ "package": { "ecosystem": "Go", "name": "" } })), []);
        assert_eq!(rules(package, json!({ "package": { "ecosystem": "Go" } })), [Rule::MissingField]);
        assert_eq!(rules(package, json!({ "package": null })), [Rule::WrongType]);
        assert_eq!(rules(package, json!({ "versions": ["1", null] })), [Rule::WrongType]);
        assert_eq!(rules(package, json!({ "ecosystem_specific": [] })), [Rule::WrongType]);
    }

    #[test]
    fn a_range_has_a_type_and_events() {
        assert_eq!(rules(range, json!({ "type": "SEMVER", "events": [{ "introduced": "0" }] })), []);
        assert_eq!(rules(range, json!({ "events": [{ "introduced": "0" }] })), [Rule::MissingField]);
        assert_eq!(rules(range, json!({ "type": "SEMVER" })), [Rule::MissingField]);
        assert_eq!(rules(range, json!({ "type": "semver", "events": [{ "introduced": "0" }] })), [Rule::UnknownWord]);
        assert_eq!(rules(range, json!({ "type": "SEMVER", "events": null })), [Rule::WrongType]);
    }

    #[test]
    fn a_git_range_names_its_repository() {
        let mut git = json!({ "type": "GIT", "events": [{ "introduced": "0" }] });
        assert_eq!(rules(range, git.clone()), [Rule::GitWithoutRepo]);
        git["repo"] = json!("https://github.com/kserve/kserve");
        assert_eq!(rules(range, git), []);
    }
}
