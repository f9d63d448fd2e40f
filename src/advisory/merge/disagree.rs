//! Where the records of one advisory contradict each other, with both sides.
//! Which versions they call affected is compared where releases are known
//! (`join/disputes.rs`): `<= 1.2.3` and `< 1.2.4` may be the same.

use std::collections::{BTreeMap, BTreeSet};

use super::severity::{levels_differ, levels_of, vectors_of};
use crate::advisory::github::package_of;
use crate::advisory::{Affected, Database, Event, Fact, PackageName, SourceRecord};
use crate::model::{AdvisoryId, Disclosure, Finding, FindingCode, IdScheme, SeverityLevel, level_of_vector, line};

/// How many records or ids a message names.
const MAX_NAMED: usize = 8;

pub(super) fn findings(id: &AdvisoryId, records: &[SourceRecord], affected: &[Fact<Affected>]) -> Vec<Finding> {
    // What was withdrawn says nothing any more.
    let standing = || records.iter().filter(|record| record.disclosure != Disclosure::Withdrawn);
    let mut said: Vec<(FindingCode, String)> = Vec::new();
    said.extend(levels(standing()).map(|message| (FindingCode::RecordsDisagree, message)));
    said.extend(scores(standing()).into_iter().map(|message| (FindingCode::ScoresDiffer, message)));
    said.extend(several_ids(records).into_iter().map(|message| (FindingCode::RecordsDisagree, message)));
    said.extend(different(records, affected).map(|message| (FindingCode::RecordsDisagree, message)));
    said.into_iter().map(|(code, message)| Finding::new(code, id.as_str(), message)).collect()
}

fn levels<'r>(records: impl Iterator<Item = &'r SourceRecord> + Clone) -> Option<String> {
    if !levels_differ(records.clone()) {
        return None;
    }
    let said: Vec<(&SourceRecord, BTreeSet<SeverityLevel>)> =
        records.map(|record| (record, levels_of(record))).filter(|(_, levels)| !levels.is_empty()).collect();
    let (first, level) = said.first().and_then(|(record, levels)| Some((record, levels.last()?)))?;
    let sides = said.iter().take(MAX_NAMED).map(|(record, levels)| {
        let levels: Vec<&str> = levels.iter().map(|level| level.as_str()).collect();
        format!("{} says {}", named(record), levels.join(" or "))
    });
    let sides: Vec<String> = sides.collect();
    Some(format!(
        "Its records disagree on severity: {}. It is called {level}, as {} is the most trusted.",
        sides.join(", "),
        first.id
    ))
}

/// Vectors of one system that say different things, record by record.
fn scores<'r>(records: impl Iterator<Item = &'r SourceRecord>) -> Vec<String> {
    type Sides<'r> = Vec<(&'r SourceRecord, &'r str, BTreeSet<String>)>;
    let mut systems: BTreeMap<&'static str, Sides<'r>> = BTreeMap::new();
    for record in records {
        for vector in vectors_of(&record.record).filter(|vector| level_of_vector(vector) != SeverityLevel::Unknown) {
            systems.entry(system(vector)).or_default().push((record, vector, metrics(vector)));
        }
    }
    let differ = systems.into_iter().filter_map(|(system, sides)| {
        let (winner, _, first) = sides.first()?;
        // A record with several entries may score each: one that agrees is enough.
        let agrees = |record: &SourceRecord| sides.iter().any(|side| side.0.id == record.id && side.2 == *first);
        if sides.iter().all(|side| agrees(side.0)) {
            return None;
        }
        let mut told: Vec<String> = Vec::new();
        for (record, vector, _) in &sides {
            let side = format!("{} says {}", named(record), line(vector.trim()));
            if !told.contains(&side) && told.len() < MAX_NAMED {
                told.push(side);
            }
        }
        let (told, winner) = (told.join(", "), &winner.id);
        Some(format!("Its records score it differently by {system}: {told}. That of {winner} comes first."))
    });
    differ.collect()
}

fn system(vector: &str) -> &'static str {
    match vector.trim().get(..6) {
        Some("CVSS:4") => "CVSS 4",
        Some("CVSS:3") => "CVSS 3",
        _ => "CVSS 2",
    }
}

/// What a vector says of each metric: 3.0 and 3.1 have the same ones, and one
/// that is not defined (`E:X`) is as good as left out.
fn metrics(vector: &str) -> BTreeSet<String> {
    let metrics = vector.trim().trim_matches(['(', ')']).split('/').filter(|metric| !metric.starts_with("CVSS:"));
    metrics.filter(|metric| !metric.ends_with(":X") && !metric.ends_with(":ND")).map(str::to_ascii_uppercase).collect()
}

/// Records that are aliases of two CVEs, or of two advisories of GitHub's without
/// one, each of which may be a vulnerability of its own. GitHub has some
/// vulnerabilities twice, under one CVE.
fn several_ids(records: &[SourceRecord]) -> Vec<String> {
    let withdrawn: BTreeSet<&AdvisoryId> =
        records.iter().filter(|record| record.disclosure == Disclosure::Withdrawn).map(|record| &record.id).collect();
    let mut found = Vec::new();
    for record in records.iter().filter(|record| record.disclosure != Disclosure::Withdrawn) {
        let ids: BTreeSet<AdvisoryId> = record.ids().filter(|id| !withdrawn.contains(id)).collect();
        let of = |scheme: IdScheme| -> Vec<&str> {
            ids.iter().filter(|id| id.scheme() == scheme).map(AdvisoryId::as_str).collect()
        };
        let (cves, ghsas) = (of(IdScheme::Cve), of(IdScheme::Ghsa));
        let same = if cves.is_empty() { ghsas } else { cves };
        if same.len() > 1 {
            let more = if same.len() > MAX_NAMED { " …" } else { "" };
            let shown: Vec<&str> = same.iter().copied().take(MAX_NAMED).collect();
            found.push(format!(
                "{} joins {} ids of one database by its aliases, which may be several vulnerabilities: {}{more}.",
                named(record),
                same.len(),
                shown.join(", ")
            ));
        }
    }
    found
}

/// Two records of one database that share an alias, and say of what is fixed
/// where nothing that agrees (CVE-2021-21295 and CVE-2021-21409 of Netty), or
/// tell of one package under two titles.
fn different(records: &[SourceRecord], affected: &[Fact<Affected>]) -> Option<String> {
    let fixed = |at: usize| -> BTreeSet<String> {
        let entries = affected.iter().filter(|fact| fact.source == at).map(|fact| &fact.value);
        entries.flat_map(fixed_by).collect()
    };
    let standing: Vec<(usize, &SourceRecord, BTreeSet<String>)> = records
        .iter()
        .enumerate()
        .filter(|(_, record)| record.disclosure != Disclosure::Withdrawn)
        .map(|(at, record)| (at, record, fixed(at)))
        .filter(|(.., fixed)| !fixed.is_empty())
        .take(32)
        .collect();
    for (index, (_, one, ours)) in standing.iter().enumerate() {
        for (_, other, theirs) in standing.iter().skip(index + 1) {
            let same_database = database_of(one) == database_of(other) && one.id != other.id;
            let names = |a: &SourceRecord, b: &SourceRecord| a.ids().any(|id| id == b.id);
            let two = ours.is_disjoint(theirs) || twice(one, other);
            if !same_database || names(one, other) || names(other, one) || !two {
                continue;
            }
            let shared = one.ids().find(|id| other.ids().any(|other| other == *id));
            let Some(shared) = shared else { continue };
            let list = |fixed: &BTreeSet<String>| {
                let shown: Vec<&str> = fixed.iter().take(4).map(String::as_str).collect();
                line(&shown.join(", ")).to_string()
            };
            return Some(format!(
                "{} (fixed in {}) and {} (fixed in {}) share the alias {shared}, and may be two vulnerabilities.",
                named(one),
                list(ours),
                named(other),
                list(theirs)
            ));
        }
    }
    None
}

/// Whether two records tell of one package, under two titles.
fn twice(one: &SourceRecord, other: &SourceRecord) -> bool {
    let title = |record: &SourceRecord| record.record.summary.text().map(|title| title.trim().to_lowercase());
    let packages = |record: &SourceRecord| -> BTreeSet<PackageName> {
        record.record.affected.items().iter().filter_map(package_of).collect()
    };
    let titles = title(one).zip(title(other));
    titles.is_some_and(|(one, other)| one != other) && !packages(one).is_disjoint(&packages(other))
}

/// The versions and commits in which an entry is fixed, each as one spells it.
fn fixed_by(entry: &Affected) -> impl Iterator<Item = String> {
    let bare = |text: &str| text.trim_start_matches(['v', 'V']).trim_end_matches(".0").to_ascii_lowercase();
    let commits = entry.ranges.iter().filter(|range| range.repo.is_some()).flat_map(|range| &range.events);
    let commits = commits.filter_map(|event| match event {
        Event::Fixed(commit) => Some(commit.as_str()),
        _ => None,
    });
    entry.patched.iter().map(String::as_str).chain(commits).map(bare)
}

/// `GHSA` of `GHSA-2222-…`, `PYSEC` of `PYSEC-2024-1`.
fn database_of(record: &SourceRecord) -> &str {
    record.id.as_str().split('-').next().unwrap_or_default()
}

/// A record's id, with where it is from if the id does not tell: a project's own
/// advisory and GitHub's have the same.
fn named(record: &SourceRecord) -> String {
    match record.database {
        Database::RepositoryAdvisory => format!("{} (the repository's own)", record.id),
        Database::GitHub => format!("{} (GitHub)", record.id),
        Database::Cve | Database::Other => record.id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::advisory::merge;

    fn told(records: &[(&str, Value)]) -> Vec<String> {
        let source = |(id, more): &(&str, Value)| {
            let mut record = json!({ "id": id, "modified": "2026-01-01T00:00:00Z" });
            for (key, value) in more.as_object().unwrap() {
                record[key] = value.clone();
            }
            let withdrawn = record.get("withdrawn").is_some();
            SourceRecord {
                id: id.parse().unwrap(),
                database: if id.starts_with("GHSA") { Database::GitHub } else { Database::Other },
                origin: format!("{id}.json"),
                record: Arc::new(serde_json::from_value(record).unwrap()),
                disclosure: if withdrawn { Disclosure::Withdrawn } else { Disclosure::Published },
                repository: None,
                declined: Vec::new(),
            }
        };
        let merged = merge(records.iter().map(source).collect());
        assert_eq!(merged.len(), 1);
        merged[0].findings.iter().map(|finding| format!("{} {}", finding.code, finding.message)).collect()
    }

    fn fixed(package: &str, version: &str) -> Value {
        json!({ "aliases": ["CVE-2026-1"], "affected": [{ "package": { "ecosystem": "npm", "name": package },
            "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": version }] }] }] })
    }

    #[test]
    fn an_alias_that_joins_two_vulnerabilities_is_told_with_who_joins_them() {
        let told_of = told(&[("GO-2026-1", json!({ "aliases": ["CVE-2026-1", "CVE-2026-2"] }))]);
        assert!(told_of[0].starts_with("records-disagree GO-2026-1 joins 2 ids"), "{told_of:?}");
        let told_of = told(&[
            ("GHSA-2222-2222-2222", fixed("widget", "1.2.3")),
            ("GHSA-3333-3333-3333", fixed("gadget", "4.0.1")),
        ]);
        let both =
            "GHSA-2222-2222-2222 (GitHub) (fixed in 1.2.3) and GHSA-3333-3333-3333 (GitHub) (fixed in 4.0.1) share";
        assert!(told_of[0].contains(both), "{told_of:?}");
    }

    #[test]
    fn the_same_vulnerability_twice_is_no_disagreement() {
        let of_github = json!({ "aliases": ["CVE-2026-1", "GHSA-2222-2222-2222", "GHSA-3333-3333-3333"] });
        assert_eq!(told(&[("GO-2026-1", of_github)]), Vec::<String>::new());
        // One package under two names, as GitHub and PyPA have them.
        let twice = [("PYSEC-2026-1", fixed("widget", "1.2.0")), ("PYSEC-2026-2", fixed("widget-gpu", "v1.2"))];
        assert_eq!(told(&twice), Vec::<String>::new());
        let mut duplicate = fixed("gadget", "4.0.1");
        duplicate["withdrawn"] = json!("2026-01-02T00:00:00Z");
        assert_eq!(
            told(&[("GHSA-2222-2222-2222", fixed("widget", "1.2.3")), ("GHSA-3333-3333-3333", duplicate)]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn scores_of_two_systems_do_not_contradict_each_other() {
        let score = |kind: &str, vector: &str, word: Option<&str>| {
            json!({ "aliases": ["CVE-2026-1"], "severity": [{ "type": kind, "score": vector }],
                "database_specific": { "severity": word } })
        };
        let four = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N";
        let three = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N";
        let same = [
            ("GHSA-2222-2222-2222", score("CVSS_V4", four, Some("HIGH"))),
            ("GO-2026-1", score("CVSS_V3", three, None)),
        ];
        assert_eq!(told(&same), Vec::<String>::new());
        let other = "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N";
        let differ = [
            ("GHSA-2222-2222-2222", score("CVSS_V4", four, Some("HIGH"))),
            ("GO-2026-1", score("CVSS_V3", other, None)),
        ];
        let told = told(&differ);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].contains("GHSA-2222-2222-2222 (GitHub) says high, GO-2026-1 says low. It is called high"),
            "{told:?}"
        );
    }
}
