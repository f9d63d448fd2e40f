//! Problems as SARIF 2.1.0, which code hosts read.

use serde_json::{Value, json};

use super::{Findings, Item, Place, Rule, Unchecked};
use crate::model::Level;

/// The problems as a SARIF log.
///
/// # Errors
/// None in practice: every field can be written.
pub fn sarif(findings: &Findings) -> Result<String, serde_json::Error> {
    let rules: Vec<Value> = findings.rules.iter().map(rule).collect();
    let results: Vec<Value> = findings.rows().map(|(item, rule)| result(item, rule)).collect();
    let notifications: Vec<Value> = findings.unchecked.iter().map(notification).collect();
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "secnotes",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notifications }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    Ok(serde_json::to_string_pretty(&log)? + "\n")
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "shortDescription": { "text": rule.says },
        "defaultConfiguration": { "level": level(rule.level) },
        "properties": { "tags": rule.also },
    })
}

/// What could not be checked, so that silence is not taken for soundness.
fn notification(unchecked: &Unchecked) -> Value {
    let text = format!("not checked: {} ({})", unchecked.reason, unchecked.codes.join(", "));
    json!({ "level": "note", "message": { "text": text } })
}

/// SARIF's words for levels (section 3.27.10).
const fn level(level: Level) -> &'static str {
    level.as_str()
}

fn result(item: &Item, rule: &Rule) -> Value {
    let place = &item.place;
    let mut physical = json!({ "artifactLocation": location(place) });
    if let (Some((line, column)), Some(physical)) = (place.spot, physical.as_object_mut()) {
        physical.insert("region".to_owned(), json!({ "startLine": line, "startColumn": column }));
    }
    let subject = item.subject.as_deref().unwrap_or_default();
    let entry = place.entry.as_deref().unwrap_or_default();
    let inner: Vec<&str> = [entry, subject, &place.pointer].into_iter().filter(|part| !part.is_empty()).collect();
    let mut location = json!({ "physicalLocation": physical });
    if let (false, Some(location)) = (inner.is_empty(), location.as_object_mut()) {
        location.insert("logicalLocations".to_owned(), json!([{ "fullyQualifiedName": inner.join(" ") }]));
    }
    json!({
        "ruleId": rule.code,
        "ruleIndex": item.rule,
        "level": level(rule.level),
        "message": { "text": if subject.is_empty() { item.message.clone() } else { format!("{subject}: {}", item.message) } },
        "locations": [location],
        // Stays the same when lines move, so that a host recognises the problem.
        "partialFingerprints": { "secnotes/v1": format!("{} {}", rule.code, inner.join(" ")) },
    })
}

/// Relative addresses are relative to the root of the sources.
fn location(place: &Place) -> Value {
    let file = place.file.replace('\\', "/");
    let absolute = file.starts_with('/') || file.as_bytes().get(1) == Some(&b':');
    if absolute {
        json!({ "uri": format!("file:///{}", encoded(file.trim_start_matches('/'))) })
    } else {
        let file = file.trim_start_matches("./");
        json!({ "uri": encoded(file), "uriBaseId": "%SRCROOT%" })
    }
}

/// A path with everything escaped that an address's path may not hold (RFC
/// 3986, section 3.3). The colon goes too: a first part with one is a scheme.
fn encoded(path: &str) -> String {
    let mut text = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::sample::findings;
    use super::*;

    fn log() -> Value {
        serde_json::from_str(&sarif(&findings()).unwrap()).unwrap()
    }

    #[test]
    fn results_point_at_their_rules() {
        let log = log();
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(run["tool"]["driver"]["name"], "secnotes");
        let said = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
        assert_eq!(said, "not checked: no list was given (unused)");
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            assert_eq!(rules[index]["defaultConfiguration"]["level"], result["level"]);
            assert!(result["message"]["text"].is_string());
            assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        }
    }

    #[test]
    fn addresses_are_relative_and_encoded() {
        let log = log();
        let physical = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(physical["artifactLocation"], json!({ "uri": "osv/a%20b.json", "uriBaseId": "%SRCROOT%" }));
        assert_eq!(physical["region"], json!({ "startLine": 3, "startColumn": 7 }));
        let uri = |file: &str| location(&Place { file: file.to_owned(), ..Place::default() })["uri"].clone();
        assert_eq!(uri("./é#?:%.json"), "%C3%A9%23%3F%3A%25.json");
        assert_eq!(uri("/tmp/x.json"), "file:///tmp/x.json");
        assert_eq!(uri("C:\\x.json"), "file:///C%3A/x.json");
    }
}
