//! The events of a range.

use serde_json::{Map, Value};

use super::place::Place;
use super::shape::wrong_type;
use super::violation::{Rule, Violation, shown};
use crate::model::order::EventKind;

const KINDS: [&str; 4] = {
    let [introduced, fixed, last_affected, limit] = EventKind::ALL;
    [introduced.as_str(), fixed.as_str(), last_affected.as_str(), limit.as_str()]
};

/// One event, by itself. The schema counts the kinds that hold text: an event
/// with a `fixed` that is text and a `limit` that is none says one thing.
pub(super) fn event(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    let Value::Object(event) = value else {
        return wrong_type(value, "an object", at, found);
    };
    if said(event).count() == 1 {
        return;
    }
    let said: Vec<_> = said(event).map(|(kind, _)| kind).collect();
    let odd = KINDS.iter().find_map(|kind| event.get_key_value(*kind));
    match (said.is_empty(), odd) {
        (true, Some((kind, value))) => wrong_type(value, "a string", &at.field(kind), found),
        (true, None) => {
            let message = "this event has none of introduced, fixed, last_affected, limit, and OSV expects one";
            found.push(Violation::new(at, Rule::NotOneEvent, message));
        }
        (false, _) => {
            let message =
                format!("this event has {}, and OSV expects one of them: each is its own event", said.join(" and "));
            found.push(Violation::new(at, Rule::NotOneEvent, message));
        }
    }
}

/// The events of a range together.
pub(super) fn check(events: &[Value], git: bool, at: &Place<'_>, found: &mut Vec<Violation>) {
    // A schema that asks for a field asks objects only, so an event that is no
    // object, an error by itself, counts as any kind.
    let any = |kind: &str| events.iter().any(|event| event.as_object().is_none_or(|event| event.contains_key(kind)));
    if !any("introduced") {
        let message = "no event says `introduced`, and OSV expects one, \"0\" for the beginning of time";
        found.push(Violation::new(at, Rule::NotIntroduced, message));
    }
    if any("fixed") && any("last_affected") {
        let message = "events say `fixed` and `last_affected`, and a range may have one kind of end only";
        found.push(Violation::new(at, Rule::FixedAndLastAffected, message));
    }
    if git {
        for (index, event) in events.iter().enumerate() {
            hash(event, &at.item(index), found);
        }
    }
}

/// The hash of an event of a GIT range; an event that does not say one thing
/// has been reported for that.
fn hash(event: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    let Value::Object(event) = event else { return };
    let mut said = said(event);
    if let (Some((kind, text)), None) = (said.next(), said.next())
        && !is_full_hash(text)
    {
        let message =
            format!("\"{}\" is not a full commit hash: 40 or 64 lower-case hexadecimal digits, or 0", shown(text));
        found.push(Violation::new(&at.field(kind), Rule::NotAFullHash, message));
    }
}

/// The kinds of an event that hold text.
fn said(event: &Map<String, Value>) -> impl Iterator<Item = (&'static str, &str)> {
    KINDS.iter().filter_map(|kind| Some((*kind, event.get(*kind)?.as_str()?)))
}

fn is_full_hash(text: &str) -> bool {
    let digits = |c: u8| matches!(c, b'0'..=b'9' | b'a'..=b'f');
    text == "0" || (matches!(text.len(), 40 | 64) && text.bytes().all(digits))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules(events: Value, git: bool) -> Vec<(String, Rule)> {
        let mut found = Vec::new();
        let events = events.as_array().unwrap();
        for (index, value) in events.iter().enumerate() {
            event(value, &Place::ROOT.item(index), &mut found);
        }
        check(events, git, &Place::ROOT, &mut found);
        found.into_iter().map(|violation| (violation.at, violation.rule)).collect()
    }

    fn at(place: &str, rule: Rule) -> Vec<(String, Rule)> {
        vec![(place.to_owned(), rule)]
    }

    #[test]
    fn an_event_says_exactly_one_thing() {
        let zero = json!({ "introduced": "0" });
        assert_eq!(rules(json!([zero, { "fixed": "1.2.0" }, { "introduced": "1.3.0" }, { "limit": "*" }]), false), []);
        assert_eq!(rules(json!([{ "introduced": "0", "fixed": "1.2.0" }]), false), at("/0", Rule::NotOneEvent));
        assert_eq!(rules(json!([zero, {}]), false), at("/1", Rule::NotOneEvent));
        assert_eq!(rules(json!([zero, { "fixed": 1.2 }]), false), at("/1/fixed", Rule::WrongType));
        assert_eq!(rules(json!([zero, "1.2.0"]), false).first(), Some(&("/1".to_owned(), Rule::WrongType)));
        // What the schema lets pass.
        assert_eq!(rules(json!([{ "introduced": "0", "fixed": null, "note": "" }]), false), []);
    }

    #[test]
    fn a_range_begins_somewhere() {
        assert_eq!(rules(json!([]), false), at("", Rule::NotIntroduced));
        assert_eq!(rules(json!([{ "fixed": "1.2.0" }]), false), at("", Rule::NotIntroduced));
    }

    #[test]
    fn a_range_ends_in_one_way() {
        let fixed = json!([{ "introduced": "0" }, { "fixed": "1.2.0" }, { "introduced": "2" }, { "fixed": "3" }]);
        assert_eq!(rules(fixed, false), []);
        let both =
            json!([{ "introduced": "0" }, { "fixed": "1.2.0" }, { "introduced": "2" }, { "last_affected": "3" }]);
        assert_eq!(rules(both, false), at("", Rule::FixedAndLastAffected));
    }

    #[test]
    fn commits_are_full_lower_case_hashes() {
        let hash = "6978cc9d877f32a16fdc16a5cbf03ed3cb0ed7ba";
        for good in ["0", hash, &"0".repeat(64)] {
            assert_eq!(rules(json!([{ "introduced": good }]), true), [], "{good}");
        }
        // PYSEC-2023-80 and PYSEC-2017-27 have such ends.
        let (dot, patch) = (format!("{hash}."), format!("{hash}.patch"));
        for bad in [
            "",
            "00",
            "6978cc9",
            &dot,
            &patch,
            &hash.to_uppercase(),
            &format!("{hash}\n"),
            &"g".repeat(40),
            &"é".repeat(20),
        ] {
            assert_eq!(rules(json!([{ "introduced": bad }]), true), at("/0/introduced", Rule::NotAFullHash), "{bad}");
            assert_eq!(rules(json!([{ "introduced": bad }]), false), [], "{bad}");
        }
    }
}
