//! Builds the record of an advisory that a release fixes.

use serde_json::{Map, Value, json};

use crate::advisory::Advisory;
use crate::emit::links;
use crate::history::Node;
use crate::ledger::{Entry, Ledger};
use crate::model::osv::{Affected, Credit, Maybe, Range, Record, Reference, SeverityScore};
use crate::model::{AdvisoryId, CommitId, Confidence, Remote, Timestamp};

/// The version of the specification that the records follow.
const SCHEMA_VERSION: &str = "1.7.5";

/// Ecosystems whose versions are semantic versions by their own rules.
const SEMVER: [&str; 5] = ["Go", "crates.io", "npm", "Hex", "SwiftURL"];

/// A record and the name of its file.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// `GHSA-….json`. An id has no character that could lead out of a folder.
    pub file_name: String,
    /// The record.
    pub record: Value,
}

/// The record of one of the project's advisories, for an entry of a report on
/// `tip`; none where no record of it was given.
///
/// # Errors
/// None in practice: every field can be written.
pub fn build(ledger: &Ledger<'_>, entry: &Entry, tip: Node) -> Result<Option<Built>, serde_json::Error> {
    let Some(advisory) = ledger.own.iter().find(|advisory| advisory.id == entry.id) else { return Ok(None) };
    if advisory.records.is_empty() {
        return Ok(None);
    }
    let fixed = ledger.completing_commits(&advisory.id, tip);
    let record = record(ledger.project.remotes.first(), advisory, entry, &fixed);
    let file_name = format!("{}.json", advisory.id);
    Ok(Some(Built { file_name, record: serde_json::to_value(record)? }))
}

fn record(remote: Option<&Remote>, advisory: &Advisory, entry: &Entry, fixed: &[CommitId]) -> Record {
    let sources = || advisory.records.iter().map(|source| &*source.record);
    let base = advisory.records.iter().find(|source| source.id == advisory.id).or(advisory.records.first());
    let mut record = base.map(|base| (*base.record).clone()).unwrap_or_default();
    let times = |of: fn(&Record) -> &Maybe<String>| {
        let moments = sources().filter_map(move |source| Timestamp::new(of(source).text()?).unix());
        moments.map(|(seconds, _)| seconds).collect::<Vec<_>>()
    };
    let utc = |seconds: i64| Timestamp::from_unix(seconds).map(|stamp| stamp.to_string());
    let published = times(|record| &record.published).into_iter().min();
    let modified = times(|record| &record.modified).into_iter().max().max(published);
    record.schema_version = Maybe::Value(SCHEMA_VERSION.to_owned());
    record.id = advisory.id.to_string();
    record.published = published.and_then(utc).into();
    // Zero dates are no dates; a record that has none at all changed at the
    // beginning of time, rather than at a moment that moves with each run.
    record.modified = Maybe::Value(modified.and_then(utc).unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned()));
    record.withdrawn = record
        .withdrawn
        .text()
        .and_then(|text| Timestamp::new(text).unix())
        .and_then(|(seconds, _)| utc(seconds))
        .into();
    record.aliases = list(advisory.aliases.iter().map(AdvisoryId::to_string).collect());
    record.summary = advisory.summary.as_ref().map(|summary| summary.value.clone()).into();
    record.details = sources().find_map(|source| source.details.text().map(str::to_owned)).into();
    record.severity = list(severity(advisory));
    record.affected = list(affected(remote, advisory, fixed, !record.severity.is_absent()));
    record.references = list(references(remote, advisory, fixed));
    record.credits = list(credits(advisory));
    record.database_specific = Maybe::Value(specific(&record, entry));
    record
}

fn list<T>(items: Vec<T>) -> Maybe<Vec<T>> {
    if items.is_empty() { Maybe::Absent } else { Maybe::Value(items) }
}

fn severity(advisory: &Advisory) -> Vec<SeverityScore> {
    let score = |vector: &String| {
        let kind = match vector.get(..7) {
            Some("CVSS:4.") => "CVSS_V4",
            Some("CVSS:3.") => "CVSS_V3",
            _ => "CVSS_V2",
        };
        SeverityScore { kind: Maybe::Value(kind.to_owned()), score: Maybe::Value(vector.clone()), extra: Map::new() }
    };
    advisory.severity.vectors.iter().map(score).collect()
}

/// A GIT entry of its own, then each package as the most trusted record that
/// names it says.
fn affected(remote: Option<&Remote>, advisory: &Advisory, fixed: &[CommitId], scored: bool) -> Vec<Affected> {
    let mut entries = Vec::new();
    if let (Some(remote), false) = (remote, fixed.is_empty()) {
        let event = |key: &str, value: String| Map::from_iter([(key.to_owned(), json!(value))]);
        let introduced = std::iter::once(event("introduced", "0".to_owned()));
        let range = Range {
            kind: Maybe::Value("GIT".to_owned()),
            repo: Maybe::Value(remote.url()),
            events: Maybe::Value(introduced.chain(fixed.iter().map(|id| event("fixed", id.to_string()))).collect()),
            ..Range::default()
        };
        entries.push(Affected { ranges: Maybe::Value(vec![range]), ..Affected::default() });
    }
    let mut taken: Vec<(String, usize)> = Vec::new();
    for (source, record) in advisory.records.iter().enumerate() {
        for entry in record.record.affected.items() {
            let Some(package) = entry.package.value() else { continue };
            let name =
                format!("{}:{}", package.ecosystem.text().unwrap_or_default(), package.name.text().unwrap_or_default());
            if taken.iter().any(|(known, by)| *known == name && *by != source) {
                continue;
            }
            taken.push((name, source));
            let mut entry = entry.clone();
            if scored {
                // The specification allows a score in one place only.
                entry.severity = Maybe::Absent;
            }
            entry.ranges =
                list(entry.ranges.items().iter().map(|range| typed(range, package.ecosystem.text())).collect());
            entries.push(entry);
        }
    }
    entries
}

/// GitHub does not say the range type; for some ecosystems it is always SEMVER.
fn typed(range: &Range, ecosystem: Option<&str>) -> Range {
    let semver = ecosystem.is_some_and(|ecosystem| SEMVER.contains(&ecosystem));
    let mut range = range.clone();
    if semver && range.kind.text() == Some("ECOSYSTEM") {
        range.kind = Maybe::Value("SEMVER".to_owned());
    }
    range
}

fn references(remote: Option<&Remote>, advisory: &Advisory, fixed: &[CommitId]) -> Vec<Reference> {
    let reference = |kind: &str, url: String| Reference {
        kind: Maybe::Value(kind.to_owned()),
        url: Maybe::Value(url),
        extra: Map::new(),
    };
    let fixes: Vec<String> = fixed.iter().filter_map(|id| links::commit(remote, id)).collect();
    let kept = advisory.references.iter().filter(|known| !fixes.contains(&known.value.url));
    let mut all: Vec<Reference> = kept.map(|known| reference(&known.value.kind, known.value.url.clone())).collect();
    all.extend(fixes.into_iter().map(|url| reference("FIX", url)));
    all
}

fn credits(advisory: &Advisory) -> Vec<Credit> {
    let mut all: Vec<Credit> = Vec::new();
    for credit in advisory.records.iter().flat_map(|source| source.record.credits.items()) {
        if credit.name.text().is_some() && all.iter().all(|known| known.name != credit.name) {
            all.push(credit.clone());
        }
    }
    all
}

/// What the upstream database says, and how we know what we added.
fn specific(record: &Record, entry: &Entry) -> Map<String, Value> {
    let mut specific = record.database_specific.value().cloned().unwrap_or_default();
    let mut kinds: Vec<&str> = entry.evidence.iter().map(|evidence| evidence.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let provenance = json!({
        "tool": format!("secnotes {}", env!("CARGO_PKG_VERSION")),
        "confidence": entry.confidence.as_str(),
        "evidence": kinds,
    });
    if entry.confidence >= Confidence::Likely {
        specific.insert("secnotes".to_owned(), provenance);
    }
    specific
}
