//! Problems as SARIF 2.1.0, which code hosts read: with all that GitHub's code
//! scanning shows, and within what it takes.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use rustc_hash::FxHashMap;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::fingerprint::text_hash;
use super::{Findings, Item, Place, Rule, Unchecked};
use crate::model::Level;

/// A SARIF log.
#[derive(Debug)]
#[non_exhaustive]
pub struct Sarif {
    /// Its text.
    pub log: String,
    /// What had to be left out of it, if anything.
    pub cut: Option<String>,
}

/// What GitHub takes of a run. A log with more is refused as a whole.
///
/// Source: GitHub's documentation, "SARIF support for code scanning".
struct Limits {
    /// Results of a run.
    results: usize,
    /// Bytes of a log, compressed by gzip: 10 MB, less what a compressor of
    /// another make may add.
    compressed: usize,
}

/// A log of 42,118 results lost them all (aquasecurity/tfsec-sarif-action issue 43).
const GITHUB: Limits = Limits { results: 25_000, compressed: 9_500_000 };

/// The longest description of a rule, in characters, and the longest message: a
/// title of an alert, of which only the first sentence is shown.
const LONGEST: usize = 1024;

/// The problems as a SARIF log, the most serious first, as many as GitHub takes.
///
/// # Errors
/// None in practice: every field can be written.
pub fn sarif(findings: &Findings) -> Result<Sarif, serde_json::Error> {
    within(findings, &GITHUB)
}

fn within(findings: &Findings, limits: &Limits) -> Result<Sarif, serde_json::Error> {
    let rules: Vec<Value> = findings.rules.iter().map(rule).collect();
    let mut notifications: Vec<Value> = findings.unchecked.iter().map(notification).collect();
    let mut size = Size::new();
    size.add(&serde_json::to_string(&rules)?);
    let mut results: Vec<Box<RawValue>> = Vec::new();
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    'all: for level in [Level::Error, Level::Warning, Level::Note] {
        for (item, rule) in findings.rows().filter(|(_, rule)| rule.level == level) {
            // Each is written at once: as values a hundred thousand take gigabytes.
            let text = serde_json::to_string(&result(item, rule, &mut seen))?;
            size.add(&text);
            if results.len() == limits.results || size.compressed() > limits.compressed {
                break 'all;
            }
            results.push(RawValue::from_string(text)?);
        }
    }
    let left_out = findings.rows().count() - results.len();
    let cut = (left_out > 0).then(|| {
        format!(
            "{left_out} of {} problems are left out, the least serious: GitHub refuses a log of more than {} results or of 10 MB \
             compressed",
            findings.rows().count(),
            limits.results
        )
    });
    if let Some(cut) = &cut {
        notifications.push(json!({ "level": "warning", "message": { "text": cut } }));
    }
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: json!({ "driver": {
                "name": "secnotes",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } }),
            invocations: json!([{ "executionSuccessful": true, "toolExecutionNotifications": notifications }]),
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    Ok(Sarif { log: serde_json::to_string_pretty(&log)? + "\n", cut })
}

#[derive(serde::Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(serde::Serialize)]
struct Run {
    tool: Value,
    invocations: Value,
    #[serde(rename = "columnKind")]
    column_kind: &'static str,
    results: Vec<Box<RawValue>>,
}

/// How much texts take when they are compressed, nearly.
struct Size(GzEncoder<Count>);

#[derive(Default)]
struct Count(usize);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Size {
    fn new() -> Self {
        Self(GzEncoder::new(Count::default(), Compression::default()))
    }

    fn add(&mut self, text: &str) {
        // Nothing is written that could fail.
        let _ = self.0.write_all(text.as_bytes());
    }

    fn compressed(&self) -> usize {
        self.0.get_ref().0
    }
}

fn rule(rule: &Rule) -> Value {
    let (severity, precision) = match rule.level {
        Level::Error => ("error", "very-high"),
        Level::Warning => ("warning", "high"),
        Level::Note => ("recommendation", "medium"),
    };
    let means = rule.means;
    let sentences = || [rule.says, means].into_iter().chain(rule.mend).map(str::to_owned).collect::<Vec<_>>();
    let (mut text, mut markdown) = (sentences(), sentences());
    if !rule.also.is_empty() {
        text.push(format!("OSV's linter reports the same as {}.", rule.also.join(", ")));
        markdown.push(format!("OSV's linter reports the same as `{}`.", rule.also.join("`, `")));
    }
    if let Some(option) = rule.left_out_by {
        text.push(format!("To leave it out: {option} {}.", rule.code));
        markdown.push(format!("To leave it out: `{option} {}`.", rule.code));
    }
    let mut descriptor = json!({
        "id": rule.code,
        "name": in_one_word(rule.code),
        "shortDescription": { "text": shortened(rule.says) },
        "fullDescription": { "text": shortened(&format!("{} {means}", rule.says)) },
        "help": { "text": text.join("\n\n"), "markdown": markdown.join("\n\n") },
        "defaultConfiguration": { "level": level(rule.level) },
        // A score of security would make each a vulnerability of the repository,
        // which records about vulnerabilities are not.
        "properties": { "tags": rule.also, "precision": precision, "problem.severity": severity },
    });
    if let (Some(page), Some(descriptor)) = (rule.page, descriptor.as_object_mut()) {
        descriptor.insert("helpUri".to_owned(), json!(page));
    }
    descriptor
}

/// A rule's name as SARIF wants one: an identifier (section 3.49.7).
fn in_one_word(code: &str) -> String {
    let capital = |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
    code.split('-').map(capital).collect::<Vec<String>>().concat()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some(_) => text.chars().take(LONGEST - 1).chain(['…']).collect(),
    }
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

fn result(item: &Item, rule: &Rule, seen: &mut FxHashMap<String, usize>) -> Value {
    let place = &item.place;
    let subject = item.subject.as_deref().unwrap_or_default();
    let entry = place.entry.as_deref().unwrap_or_default();
    let inner: Vec<&str> = [entry, subject, &place.pointer].into_iter().filter(|part| !part.is_empty()).collect();
    let identity = format!("{} {}", rule.code, inner.join(" "));
    let count = seen.entry(identity.clone()).or_default();
    *count += 1;
    // GitHub wants a region of everything; what has no line of its own stands at the beginning.
    let (line, column) = place.spot.unwrap_or((1, 1));
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": location(place),
        "region": { "startLine": line, "startColumn": column, "endLine": line, "endColumn": column + place.width },
    } });
    if let (false, Some(location)) = (inner.is_empty(), location.as_object_mut()) {
        location.insert("logicalLocations".to_owned(), json!([{ "fullyQualifiedName": inner.join(" ") }]));
    }
    let message = if subject.is_empty() { item.message.clone() } else { format!("{subject}: {}", item.message) };
    json!({
        "ruleId": rule.code,
        "ruleIndex": item.rule,
        "level": level(rule.level),
        "message": { "text": shortened(&message) },
        "locations": [location],
        // Both stay the same when lines move, so that a host recognises the problem.
        // GitHub reads the first only; what is at no line has to differ by it as well.
        "partialFingerprints": {
            "primaryLocationLineHash": place.line_hash.clone().unwrap_or_else(|| text_hash(&identity, *count)),
            "secnotes/v1": identity,
        },
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
        serde_json::from_str(&sarif(&findings()).unwrap().log).unwrap()
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
    fn rules_and_results_have_what_github_asks_for() {
        let log = log();
        let run = &log["runs"][0];
        assert_eq!(
            run["tool"]["driver"]["rules"][0],
            json!({
                "id": "bad-id",
                "name": "BadId",
                "shortDescription": { "text": "A rule." },
                "fullDescription": { "text": "A rule. An error: this cannot be true." },
                "help": {
                    "text": "A rule.\n\nAn error: this cannot be true.\n\n\
                             OSV's linter reports the same as SCH:001.\n\nTo leave it out: --ignore bad-id.",
                    "markdown": "A rule.\n\nAn error: this cannot be true.\n\n\
                                 OSV's linter reports the same as `SCH:001`.\n\nTo leave it out: `--ignore bad-id`.",
                },
                "defaultConfiguration": { "level": "error" },
                "properties": { "tags": ["SCH:001"], "precision": "very-high", "problem.severity": "error" },
            })
        );
        let result = &run["results"][0];
        assert_eq!(result["partialFingerprints"]["primaryLocationLineHash"], "a7f2ff13bc495cf2:1");
        let of_archive = &run["results"][1];
        let hash = of_archive["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
        assert!(hash.ends_with(":1") && hash.len() > 10, "{hash}");
        let region = &of_archive["locations"][0]["physicalLocation"]["region"];
        assert_eq!(*region, json!({ "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1 }));
    }

    #[test]
    fn addresses_are_relative_and_encoded() {
        let log = log();
        let physical = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(physical["artifactLocation"], json!({ "uri": "osv/a%20b.json", "uriBaseId": "%SRCROOT%" }));
        assert_eq!(physical["region"], json!({ "startLine": 3, "startColumn": 7, "endLine": 3, "endColumn": 13 }));
        let uri = |file: &str| location(&Place { file: file.to_owned(), ..Place::default() })["uri"].clone();
        assert_eq!(uri("./é#?:%.json"), "%C3%A9%23%3F%3A%25.json");
        assert_eq!(uri("/tmp/x.json"), "file:///tmp/x.json");
        assert_eq!(uri("C:\\x.json"), "file:///C%3A/x.json");
    }

    #[test]
    fn a_log_is_cut_to_what_github_takes_and_keeps_the_worst() {
        let mut findings = findings();
        let (worst, least) = (findings.items[0].clone(), findings.items[1].clone());
        findings.items = vec![least; 30];
        findings.items.push(worst);
        let few = within(&findings, &Limits { results: 10, ..GITHUB }).unwrap();
        let log: Value = serde_json::from_str(&few.log).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!((results.len(), &results[0]["level"], &results[9]["level"]), (10, &json!("error"), &json!("note")));
        let said = few.cut.unwrap();
        assert!(said.starts_with("21 of 31 problems are left out, the least serious: "), "{said}");
        let notifications = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
        assert_eq!(notifications[1], json!({ "level": "warning", "message": { "text": said } }));
        assert!(sarif(&findings).unwrap().cut.is_none());
    }

    #[test]
    fn a_log_stays_within_its_compressed_size() {
        let mut findings = findings();
        let first = findings.items[0].clone();
        // Digests of numbers hardly compress.
        let message = |at: u32| {
            use sha2::{Digest, Sha256};
            let words = (0..10)
                .map(|part| Sha256::digest(format!("{at} {part}")).iter().map(|byte| format!("{byte:02x}")).collect());
            words.collect::<Vec<String>>().join(" ")
        };
        findings.items = (0..2000).map(|at| Item { message: message(at), ..first.clone() }).collect();
        let most = 300_000;
        let cut = within(&findings, &Limits { compressed: most, ..GITHUB }).unwrap();
        assert!(cut.cut.is_some());
        let mut size = GzEncoder::new(Vec::new(), Compression::default());
        size.write_all(cut.log.as_bytes()).unwrap();
        let size = size.finish().unwrap().len();
        assert!(size < most + most / 20 && size > most / 2, "{size}");
    }

    #[test]
    fn long_messages_are_cut() {
        assert_eq!(shortened(&"é".repeat(1024)).chars().count(), 1024);
        let cut = shortened(&"é".repeat(1025));
        assert!(cut.chars().count() == 1024 && cut.ends_with('…'));
    }
}
