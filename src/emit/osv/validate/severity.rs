//! Severities: scores in the notation that their type names.

use serde_json::Value;

use super::place::Place;
use super::shape::{Shape, list_or_null, term, text};
use super::violation::{Rule, Violation, shown};
use crate::model::osv::Term;

const SEVERITY: Shape = Shape {
    fields: &[("type", |value, at, found| term(value, Term::Severity, at, found)), ("score", text)],
    required: &["type", "score"],
};

/// Ubuntu's priorities.
const PRIORITIES: &[&str] = &["negligible", "low", "medium", "high", "critical"];

/// A metric of a vector and its values.
type Metric = (&'static str, &'static [&'static str]);

/// The metrics of CVSS v2, which may come in any order and number.
const V2: &[Metric] = &[
    ("AV", &["N", "A", "L"]),
    ("AC", &["L", "M", "H"]),
    ("Au", &["M", "S", "N"]),
    ("C", &["N", "P", "C"]),
    ("I", &["N", "P", "C"]),
    ("A", &["N", "P", "C"]),
    ("E", &["U", "POC", "F", "H", "ND"]),
    ("RL", &["OF", "TF", "W", "U", "ND"]),
    ("RC", &["UC", "UR", "C", "ND"]),
    ("CDP", &["N", "L", "LM", "MH", "H", "ND"]),
    ("TD", &["N", "L", "M", "H", "ND"]),
    ("CR", &["L", "M", "H", "ND"]),
    ("IR", &["L", "M", "H", "ND"]),
    ("AR", &["L", "M", "H", "ND"]),
];

/// The metrics of CVSS v3, which may come in any order and number.
const V3: &[Metric] = &[
    ("AV", &["N", "A", "L", "P"]),
    ("AC", &["L", "H"]),
    ("PR", &["N", "L", "H"]),
    ("UI", &["N", "R"]),
    ("S", &["U", "C"]),
    ("C", &["N", "L", "H"]),
    ("I", &["N", "L", "H"]),
    ("A", &["N", "L", "H"]),
    ("E", &["X", "U", "P", "F", "H"]),
    ("RL", &["X", "O", "T", "W", "U"]),
    ("RC", &["X", "U", "R", "C"]),
    ("CR", &["X", "L", "M", "H"]),
    ("IR", &["X", "L", "M", "H"]),
    ("AR", &["X", "L", "M", "H"]),
    ("MAV", &["X", "N", "A", "L", "P"]),
    ("MAC", &["X", "L", "H"]),
    ("MPR", &["X", "N", "L", "H"]),
    ("MUI", &["X", "N", "R"]),
    ("MS", &["X", "U", "C"]),
    ("MC", &["X", "N", "L", "H"]),
    ("MI", &["X", "N", "L", "H"]),
    ("MA", &["X", "N", "L", "H"]),
];

/// The metrics that a CVSS v4 vector begins with, all of them, in this order.
const V4_BASE: &[Metric] = &[
    ("AV", &["N", "A", "L", "P"]),
    ("AC", &["L", "H"]),
    ("AT", &["N", "P"]),
    ("PR", &["N", "L", "H"]),
    ("UI", &["N", "P", "A"]),
    ("VC", &["H", "L", "N"]),
    ("VI", &["H", "L", "N"]),
    ("VA", &["H", "L", "N"]),
    ("SC", &["H", "L", "N"]),
    ("SI", &["H", "L", "N"]),
    ("SA", &["H", "L", "N"]),
];

/// The metrics that may follow in a CVSS v4 vector, each once, in this order.
const V4_REST: &[Metric] = &[
    ("E", &["X", "A", "P", "U"]),
    ("CR", &["X", "H", "M", "L"]),
    ("IR", &["X", "H", "M", "L"]),
    ("AR", &["X", "H", "M", "L"]),
    ("MAV", &["X", "N", "A", "L", "P"]),
    ("MAC", &["X", "L", "H"]),
    ("MAT", &["X", "N", "P"]),
    ("MPR", &["X", "N", "L", "H"]),
    ("MUI", &["X", "N", "P", "A"]),
    ("MVC", &["X", "N", "L", "H"]),
    ("MVI", &["X", "N", "L", "H"]),
    ("MVA", &["X", "N", "L", "H"]),
    ("MSC", &["X", "N", "L", "H"]),
    ("MSI", &["X", "N", "L", "H", "S"]),
    ("MSA", &["X", "N", "L", "H", "S"]),
    ("S", &["X", "N", "P"]),
    ("AU", &["X", "N", "Y"]),
    ("R", &["X", "A", "U", "I"]),
    ("V", &["X", "D", "C"]),
    ("RE", &["X", "L", "M", "H"]),
    ("U", &["X", "Clear", "Green", "Amber", "Red"]),
];

/// The list of severities of a record or of a package.
pub(super) fn severities(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    list_or_null(value, severity, at, found);
}

fn severity(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    let Some(severity) = SEVERITY.check(value, at, found) else { return };
    let (Some(kind), Some(score)) =
        (severity.get("type").and_then(Value::as_str), severity.get("score").and_then(Value::as_str))
    else {
        return;
    };
    if let Some(expected) = expected(kind).filter(|_| !is_sound(kind, score)) {
        let message = format!("\"{}\" is not {expected}", shown(score));
        found.push(Violation::new(&at.field("score"), Rule::BadScore, message));
    }
}

/// Whether a score is in the notation that its type names.
pub(in crate::emit::osv) fn is_sound(kind: &str, score: &str) -> bool {
    match kind {
        "CVSS_V2" => is_v2(score),
        "CVSS_V3" => is_v3(score),
        "CVSS_V4" => is_v4(score),
        "Ubuntu" => PRIORITIES.contains(&score),
        _ => false,
    }
}

fn expected(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "CVSS_V2" => "a CVSS v2 vector such as AV:N/AC:L/Au:N/C:P/I:P/A:P",
        "CVSS_V3" => "a CVSS v3 vector such as CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS_V4" => "a CVSS v4 vector such as CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
        "Ubuntu" => "one of Ubuntu's negligible, low, medium, high, critical",
        _ => return None,
    })
}

fn is_v2(score: &str) -> bool {
    score.split('/').all(|part| is_one_of(part, V2))
}

fn is_v3(score: &str) -> bool {
    let metrics = score.strip_prefix("CVSS:3.0/").or_else(|| score.strip_prefix("CVSS:3.1/"));
    metrics.is_some_and(|metrics| metrics.split('/').all(|part| is_one_of(part, V3)))
}

fn is_v4(score: &str) -> bool {
    let Some(metrics) = score.strip_prefix("CVSS:4.0/") else { return false };
    let mut parts = metrics.split('/');
    let base = V4_BASE.iter().all(|metric| parts.next().is_some_and(|part| is_metric(part, metric)));
    let mut rest = V4_REST.iter();
    base && parts.all(|part| rest.any(|metric| is_metric(part, metric)))
}

fn is_one_of(part: &str, metrics: &[Metric]) -> bool {
    metrics.iter().any(|metric| is_metric(part, metric))
}

fn is_metric(part: &str, (name, values): &Metric) -> bool {
    part.split_once(':').is_some_and(|(key, value)| key == *name && values.contains(&value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules(value: &Value) -> Vec<Rule> {
        let mut found = Vec::new();
        severities(value, &Place::ROOT, &mut found);
        found.into_iter().map(|violation| violation.rule).collect()
    }

    #[test]
    fn a_severity_has_a_known_type_and_a_score() {
        assert_eq!(rules(&json!([{ "type": "Ubuntu", "score": "low" }])), []);
        assert_eq!(rules(&json!([{ "type": "Ubuntu", "score": "Low" }])), [Rule::BadScore]);
        assert_eq!(rules(&json!([{ "type": "CVSS_V5", "score": "low" }])), [Rule::UnknownWord]);
        assert_eq!(rules(&json!([{ "type": "Ubuntu" }])), [Rule::MissingField]);
        assert_eq!(rules(&json!([{ "score": "low" }])), [Rule::MissingField]);
        assert_eq!(rules(&json!([{ "type": "CVSS_V3", "score": 9.8 }])), [Rule::WrongType]);
        assert_eq!(rules(&json!({})), [Rule::WrongType]);
    }

    #[test]
    fn vectors_of_v2_and_v3_are_any_metrics_in_any_order() {
        assert!(is_v2("AV:N/AC:L/Au:N/C:P/I:P/A:P/E:POC/CDP:LM"));
        assert!(is_v2("A:P/A:P"));
        assert!(is_v3("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MPR:X"));
        assert!(is_v3("CVSS:3.1/A:H"));
        for bad in ["", "/", "AV:N/", "/AV:N", "AV:P", "AV:", "av:N", "AV:N\n", "(AV:N)", "CVSS:2.0/AV:N"] {
            assert!(!is_v2(bad), "{bad}");
        }
        for bad in
            ["", "CVSS:3.1", "CVSS:3.1/", "CVSS:3.2/AV:N", "AV:N", "CVSS:3.1/AV:N/", "CVSS:3.1/AV:N:L", "CVSS:3x1/AV:N"]
        {
            assert!(!is_v3(bad), "{bad}");
        }
    }

    #[test]
    fn vectors_of_v4_keep_the_order_of_their_metrics() {
        let base = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";
        assert!(is_v4(base));
        assert!(is_v4(&format!("{base}/E:A/MSI:S/U:Amber")));
        assert!(!is_v4(&format!("{base}/U:Amber/E:A")), "out of order");
        assert!(!is_v4(&format!("{base}/E:A/E:A")), "twice");
        assert!(!is_v4(&format!("{base}/")));
        assert!(!is_v4("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N"), "one is missing");
        assert!(!is_v4("CVSS:4.0/AC:L/AV:N/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"));
    }
}
