//! GitHub's advisories, as its REST answers write them, told in OSV's words.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::merge::package_of;
use super::read::NO_ID;
use super::typed::{self, End, Reading, Typed};
use super::{Database, SourceRecord};
use crate::model::order::{has_semver, is_semver};
use crate::model::osv::{Affected, Credit, Maybe, Package, Range, Record, Reference, SeverityScore};
use crate::model::{AdvisoryId, Disclosure, Remote};

/// A repository's advisory or a global one; nearly every field may be missing.
/// Source: GitHub REST, "Repository security advisories" and "Global security advisories".
#[derive(Deserialize)]
pub(super) struct GitHubAdvisory {
    ghsa_id: String,
    cve_id: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    html_url: Option<String>,
    summary: Option<String>,
    description: Option<String>,
    severity: Option<String>,
    state: Option<String>,
    published_at: Option<String>,
    updated_at: Option<String>,
    withdrawn_at: Option<String>,
    #[serde(default)]
    identifiers: Option<Vec<Identifier>>,
    #[serde(default)]
    vulnerabilities: Option<Vec<Vulnerability>>,
    #[serde(default)]
    cvss: Option<Score>,
    #[serde(default)]
    cvss_severities: Option<Scores>,
    #[serde(default)]
    cwe_ids: Option<Vec<String>>,
    #[serde(default)]
    references: Option<Vec<Value>>,
    #[serde(default)]
    credits: Option<Vec<Value>>,
    #[serde(default)]
    credits_detailed: Option<Vec<Value>>,
    #[serde(default)]
    source_code_location: Option<String>,
}

#[derive(Deserialize)]
struct Identifier {
    value: String,
}

#[derive(Deserialize)]
struct Vulnerability {
    package: Option<GitHubPackage>,
    vulnerable_version_range: Option<String>,
    patched_versions: Option<String>,
    #[serde(default)]
    first_patched_version: Option<Value>,
    #[serde(default)]
    vulnerable_functions: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct GitHubPackage {
    ecosystem: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Score {
    vector_string: Option<String>,
}

#[derive(Deserialize)]
struct Scores {
    cvss_v3: Option<Score>,
    cvss_v4: Option<Score>,
}

/// GitHub's names of ecosystems, and OSV's.
const ECOSYSTEMS: [(&str, &str); 12] = [
    ("go", "Go"),
    ("rust", "crates.io"),
    ("npm", "npm"),
    ("pip", "PyPI"),
    ("maven", "Maven"),
    ("composer", "Packagist"),
    ("rubygems", "RubyGems"),
    ("nuget", "NuGet"),
    ("actions", "GitHub Actions"),
    ("erlang", "Hex"),
    ("pub", "Pub"),
    ("swift", "SwiftURL"),
];

/// Where a record keeps a package of an ecosystem that OSV does not know.
pub(crate) const UNKNOWN_PACKAGE: &str = "package";

/// Where a record keeps what people typed into GitHub's form.
const RANGE_TEXT: &str = "vulnerable_version_range";
/// The same of the patched versions, where the list of them says less.
const PATCHED_TEXT: &str = "patched_versions_text";

/// GitHub's name of an ecosystem that OSV names so.
#[must_use]
pub fn github_ecosystem(osv: &str) -> Option<&'static str> {
    ECOSYSTEMS.iter().find(|(_, ours)| *ours == osv).map(|(theirs, _)| *theirs)
}

impl GitHubAdvisory {
    /// The record in OSV's words.
    pub(super) fn into_source(self, origin: String) -> Result<SourceRecord, String> {
        let id: AdvisoryId = self.ghsa_id.parse().map_err(|_| NO_ID.to_owned())?;
        let repository = self.repository();
        let disclosure = match self.state.as_deref() {
            // What was never published cannot have been withdrawn.
            Some("draft") => Disclosure::Draft,
            Some("triage") => Disclosure::Triage,
            Some("closed") => Disclosure::Closed,
            Some("withdrawn") => Disclosure::Withdrawn,
            // A global advisory has no state: its date says that it is public.
            None if self.published_at.is_none() => Disclosure::Draft,
            Some("published") | None if self.withdrawn_at.is_some() => Disclosure::Withdrawn,
            Some("published") | None => Disclosure::Published,
            // A state that this does not know is not taken for public.
            Some(_) => Disclosure::Draft,
        };
        let database = if repository.is_some() { Database::RepositoryAdvisory } else { Database::GitHub };
        let declined = self.declined();
        let record = Arc::new(self.into_record(&id, repository.is_some()));
        Ok(SourceRecord { id, database, origin, record, disclosure, repository, declined })
    }

    /// Who declined to be credited, and accepted nothing.
    fn declined(&self) -> Vec<String> {
        let people = |state: &str| -> FxHashSet<String> {
            let all = self.credits_detailed.iter().flatten();
            let those = all.filter(|credit| {
                credit.get("state").and_then(Value::as_str).is_some_and(|one| one.eq_ignore_ascii_case(state))
            });
            those.filter_map(login_of).map(|login| login.trim().to_lowercase()).collect()
        };
        let mut declined: Vec<String> = people("declined").difference(&people("accepted")).cloned().collect();
        declined.sort_unstable();
        declined
    }

    /// The repository of a repository advisory, by its own address.
    fn repository(&self) -> Option<Remote> {
        let address = |url: &Option<String>, marker: &str, strip: &str| {
            let url = url.as_deref()?;
            let (repository, _) = url.split_once(marker)?;
            repository.replacen(strip, "", 1).replacen("api.github.com/", "github.com/", 1).parse().ok()
        };
        address(&self.html_url, "/security/advisories/", "")
            .or_else(|| address(&self.url, "/security-advisories/", "repos/"))
    }

    /// `is_own`: whether it is a repository's own.
    fn into_record(self, id: &AdvisoryId, is_own: bool) -> Record {
        let mut aliases: Vec<String> = self.identifiers.unwrap_or_default().into_iter().map(|id| id.value).collect();
        aliases.extend(self.cve_id);
        aliases.retain(|alias| !alias.eq_ignore_ascii_case(id.as_str()));
        aliases.sort_unstable();
        aliases.dedup();
        let vectors = [
            self.cvss_severities.as_ref().and_then(|scores| scores.cvss_v4.as_ref()),
            self.cvss_severities.as_ref().and_then(|scores| scores.cvss_v3.as_ref()),
            self.cvss.as_ref(),
        ];
        let mut severity: Vec<SeverityScore> = Vec::new();
        for vector in vectors.into_iter().flatten().filter_map(|score| score.vector_string.clone()) {
            let kind = if vector.starts_with("CVSS:4") { "CVSS_V4" } else { "CVSS_V3" };
            let score = SeverityScore { kind: text(kind), score: text(vector), extra: Map::new() };
            // There are three at most.
            if !severity.contains(&score) {
                severity.push(score);
            }
        }
        let mut specific = Map::new();
        if let Some(word) = self.severity {
            specific.insert("severity".to_owned(), json!(word.to_ascii_uppercase()));
        }
        if let Some(cwes) = self.cwe_ids.filter(|cwes| !cwes.is_empty()) {
            specific.insert("cwe_ids".to_owned(), json!(cwes));
        }
        let mut references: Vec<Reference> = Vec::new();
        let mut known: FxHashSet<String> = FxHashSet::default();
        let mut link = |kind: &str, url: String| {
            if known.insert(url.clone()) {
                references.push(Reference { kind: text(kind), url: text(url), extra: Map::new() });
            }
        };
        self.html_url.into_iter().for_each(|url| link("ADVISORY", url));
        for reference in self.references.unwrap_or_default() {
            let url = reference.as_str().or_else(|| reference.get("url").and_then(Value::as_str));
            url.into_iter().for_each(|url| link("WEB", url.to_owned()));
        }
        self.source_code_location.into_iter().filter(|url| !url.is_empty()).for_each(|url| link("PACKAGE", url));
        // Only a repository's advisory has a state, wherever it lies.
        let are_stated = is_own || self.state.is_some() || self.credits_detailed.is_some();
        let credits = if are_stated { self.credits_detailed } else { self.credits };
        Record {
            id: id.to_string(),
            modified: self.updated_at.or_else(|| self.published_at.clone()).into(),
            published: self.published_at.into(),
            withdrawn: self.withdrawn_at.into(),
            aliases: list(aliases),
            summary: self.summary.into(),
            details: self.description.into(),
            severity: list(severity),
            affected: list(self.vulnerabilities.unwrap_or_default().into_iter().map(affected).collect()),
            references: list(references),
            credits: list(credits_of(credits.into_iter().flatten(), are_stated)),
            database_specific: if specific.is_empty() { Maybe::Absent } else { Maybe::Value(specific) },
            ..Record::default()
        }
    }
}

fn text(text: impl Into<String>) -> Maybe<String> {
    Maybe::Value(text.into())
}

fn list<T>(items: Vec<T>) -> Maybe<Vec<T>> {
    if items.is_empty() { Maybe::Absent } else { Maybe::Value(items) }
}

/// Those who may be named. A repository's advisory has each credit twice: in
/// `credits` with nothing but login and type, in `credits_detailed` with whether
/// it was accepted; who declined it, or has not answered, is not to be named. A
/// global advisory has `credits` alone, of those whom GitHub names itself.
/// Source: GitHub REST, `RepositoryAdvisoryCredit` and `GlobalAdvisory`.
fn credits_of(credits: impl Iterator<Item = Value>, are_stated: bool) -> Vec<Credit> {
    let (mut names, mut known): (Vec<Credit>, FxHashSet<(String, String)>) = Default::default();
    for credit in credits {
        let state = credit.get("state").and_then(Value::as_str);
        let accepted = |state: &str| state.eq_ignore_ascii_case("accepted");
        if !state.map_or(!are_stated, accepted) {
            continue;
        }
        let user = credit.get("user");
        let Some(login) = login_of(&credit) else { continue };
        let kind = credit.get("type").and_then(Value::as_str).unwrap_or("other").to_ascii_uppercase();
        if known.insert((login.to_lowercase(), kind.clone())) {
            let page = user.and_then(|user| user.get("html_url")).and_then(Value::as_str);
            let contact = page.filter(|page| page.starts_with("https://")).map(|page| vec![page.to_owned()]);
            names.push(Credit { name: text(login), kind: text(kind), contact: contact.into(), ..Credit::default() });
        }
    }
    names
}

fn login_of(credit: &Value) -> Option<&str> {
    credit.get("login").or_else(|| credit.get("user")?.get("login"))?.as_str()
}

fn affected(vulnerability: Vulnerability) -> Affected {
    let (mut package, mut specific) = (None, Map::new());
    if let Some((theirs, name)) = vulnerability.package.and_then(|package| Some((package.ecosystem?, package.name?))) {
        let known = ECOSYSTEMS.iter().find(|(name, _)| theirs.eq_ignore_ascii_case(name));
        match known {
            Some((_, ecosystem)) => {
                package = Some(Package { ecosystem: text(*ecosystem), name: text(name), ..Package::default() });
            }
            // OSV has no such ecosystem: charts and images are "other" to GitHub.
            None => {
                specific.insert(UNKNOWN_PACKAGE.to_owned(), json!({ "ecosystem": theirs, "name": name }));
            }
        }
    }
    let patched = vulnerability.patched_versions.or_else(|| match vulnerability.first_patched_version? {
        Value::String(version) => Some(version),
        // Older answers wrap it: {"identifier": "1.2.3"}.
        other => other.get("identifier").and_then(Value::as_str).map(str::to_owned),
    });
    let (raw, patched) = (vulnerability.vulnerable_version_range.unwrap_or_default(), patched.unwrap_or_default());
    let named = |of: fn(&Package) -> Option<&str>| package.as_ref().and_then(of).unwrap_or_default();
    let reading = typed::read(Typed {
        ecosystem: named(|package| package.ecosystem.text()),
        package: specific
            .get(UNKNOWN_PACKAGE)
            .and_then(|package| package.get("name")?.as_str())
            .unwrap_or(named(|package| package.name.text())),
        vulnerable: &raw,
        patched: &patched,
    });
    if reading.patched.join(", ") != patched {
        specific.insert(PATCHED_TEXT.to_owned(), json!(patched));
    }
    specific.insert(RANGE_TEXT.to_owned(), json!(raw));
    specific.insert("patched_versions".to_owned(), json!(reading.patched));
    let functions = vulnerability.vulnerable_functions.filter(|functions| !functions.is_empty());
    let ecosystem_specific = functions.map(|functions| {
        let mut map = Map::new();
        map.insert("affected_functions".to_owned(), json!(functions));
        map
    });
    let ranges = ranges_of(&reading.ranges, named(|package| package.ecosystem.text()));
    Affected {
        package: package.into(),
        ranges: list(ranges),
        ecosystem_specific: ecosystem_specific.into(),
        database_specific: Maybe::Value(specific),
        ..Affected::default()
    }
}

/// What a person typed of the versions of an entry of GitHub's, read again.
pub(super) fn typed_of(entry: &Affected) -> Option<Reading> {
    let specific = entry.database_specific.value()?;
    let vulnerable = specific.get(RANGE_TEXT)?.as_str()?;
    let listed = specific.get("patched_versions").and_then(Value::as_array).into_iter().flatten();
    let listed: Vec<&str> = listed.filter_map(Value::as_str).collect();
    let patched = specific.get(PATCHED_TEXT).and_then(Value::as_str).map_or_else(|| listed.join(", "), str::to_owned);
    let package = package_of(entry);
    let (ecosystem, package) = package.as_ref().map_or(("", ""), |package| (&package.ecosystem, &package.name));
    Some(typed::read(Typed { ecosystem, package, vulnerable, patched: &patched }))
}

/// Ranges as OSV has them: one that has `fixed` events may have no
/// `last_affected` (OSV schema, `affected[].ranges[].events`). Where versions are
/// semantic ones, `9.5` is written as `9.5.0`: no registry has the other.
fn ranges_of(ranges: &[typed::Range], ecosystem: &str) -> Vec<Range> {
    let event = |key: &str, version: &str| {
        let whole = (has_semver(ecosystem) && version != "0").then(|| whole_semver(version)).flatten();
        Map::from_iter([(key.to_owned(), json!(whole.as_deref().unwrap_or(version)))])
    };
    let of = |are_last: bool| {
        let those = ranges.iter().filter(|range| matches!(range.end, End::LastAffected(_)) == are_last);
        let events = those.flat_map(|range| {
            let end = match &range.end {
                End::Open => None,
                End::Fixed(version) => Some(event("fixed", version)),
                End::LastAffected(version) => Some(event("last_affected", version)),
            };
            std::iter::once(event("introduced", &range.introduced)).chain(end)
        });
        let events: Vec<_> = events.collect();
        let range = || Range { kind: text("ECOSYSTEM"), events: Maybe::Value(events.clone()), ..Range::default() };
        (!events.is_empty()).then(range)
    };
    of(false).into_iter().chain(of(true)).collect()
}

/// A semantic version of a text that leaves out its last numbers; none where it
/// leaves out nothing, or is no such version otherwise.
fn whole_semver(text: &str) -> Option<String> {
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let (numbers, rest) = text.split_at_checked(end)?;
    let missing = 3_usize.checked_sub(numbers.split('.').count()).filter(|missing| *missing > 0)?;
    let whole = format!("{numbers}{}{rest}", ".0".repeat(missing));
    is_semver(&whole).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(value: Value) -> SourceRecord {
        serde_json::from_value::<GitHubAdvisory>(value).unwrap().into_source("x.json".to_owned()).unwrap()
    }

    #[test]
    fn a_repository_advisory_becomes_a_record() {
        let source = source(json!({
            "ghsa_id": "GHSA-wwj6-vghv-5p64", "cve_id": "CVE-2026-24834", "state": "published", "severity": "critical",
            "html_url": "https://github.com/kata-containers/kata-containers/security/advisories/GHSA-wwj6-vghv-5p64",
            "vulnerabilities": [{ "package": { "ecosystem": "go", "name": "github.com/kata-containers/kata-containers" },
                "vulnerable_version_range": "<= 3.26.0", "patched_versions": "3.27.0" }],
            "cvss_severities": { "cvss_v3": { "vector_string": "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H" }, "cvss_v4": null }
        }));
        assert_eq!(source.repository.unwrap().as_str(), "github.com/kata-containers/kata-containers");
        assert_eq!(source.record.aliases.items(), ["CVE-2026-24834"]);
        let events = source.record.affected.items()[0].ranges.items()[0].events.items().to_vec();
        assert_eq!(json!(events), json!([{"introduced": "0"}, {"fixed": "3.27.0"}]));
    }

    #[test]
    fn what_a_person_typed_becomes_events() {
        let events = |range: &str, patched: &str| {
            let source = source(json!({
                "ghsa_id": "GHSA-2222-2222-2222", "state": "published",
                "vulnerabilities": [{ "package": { "ecosystem": "npm", "name": "widget" },
                    "vulnerable_version_range": range, "patched_versions": patched }]
            }));
            let affected = source.record.affected.items()[0].clone();
            let ranges: Vec<_> = affected.ranges.items().iter().map(|range| range.events.items().to_vec()).collect();
            json!(ranges)
        };
        assert_eq!(events(">= 4.0.0, < 4.1.3", "4.1.3"), json!([[{"introduced": "4.0.0"}, {"fixed": "4.1.3"}]]));
        assert_eq!(events("", "1.0"), json!([[{"introduced": "0"}, {"fixed": "1.0.0"}]]));
        assert_eq!(events(">= 1.2, < 9.5", ""), json!([[{"introduced": "1.2.0"}, {"fixed": "9.5.0"}]]));
        assert_eq!(events("1.x", "None"), json!([[{"introduced": "1.0.0"}]]));
        assert_eq!(events("~1.3-rc.1", "1.3.4.5"), json!([[{"introduced": "1.3.0-rc.1"}, {"fixed": "1.3.4.5"}]]));
        assert_eq!(
            events("= 1.2.3 || < 1.1", "None"),
            json!([[{"introduced": "0"}, {"fixed": "1.1.0"}], [{"introduced": "1.2.3"}, {"last_affected": "1.2.3"}]])
        );
        assert_eq!(events("None", "1.2.3"), json!([]));
    }

    #[test]
    fn what_cannot_be_read_is_read_again_from_the_record() {
        let source = source(json!({
            "ghsa_id": "GHSA-2222-2222-2222", "state": "published",
            "vulnerabilities": [{ "package": { "ecosystem": "other", "name": "images" },
                "vulnerable_version_range": "< 1.2", "patched_versions": "commit 1a2b3c4d" }]
        }));
        let reading = typed_of(&source.record.affected.items()[0]).unwrap();
        assert_eq!(reading.ranges.len(), 1);
        assert_eq!(reading.doubts.len(), 1, "{:?}", reading.doubts);
    }

    #[test]
    fn only_who_accepted_a_credit_is_named() {
        let names = |advisory: Value| -> Vec<String> {
            let credits = source(advisory).record.credits.items().to_vec();
            credits
                .iter()
                .map(|credit| format!("{} {}", credit.name.text().unwrap(), credit.kind.text().unwrap()))
                .collect()
        };
        let credit = |login: &str, kind: &str, state: Option<&str>| {
            let page = format!("https://github.com/{login}");
            let mut credit = json!({ "user": { "login": login, "html_url": page }, "type": kind });
            if let Some(state) = state {
                credit["state"] = json!(state);
            }
            credit
        };
        let plain = json!([{ "login": "finder1", "type": "finder" }, { "login": "shy1", "type": "reporter" }]);
        let detailed = json!([
            credit("finder1", "finder", Some("accepted")),
            credit("Finder1", "finder", Some("accepted")),
            credit("finder1", "remediation_developer", Some("accepted")),
            credit("shy1", "reporter", Some("declined")),
            credit("late1", "sponsor", Some("pending")),
            credit("odd1", "sponsor", Some("invited")),
            credit("odd2", "sponsor", None),
        ]);
        let page = "https://github.com/acme/widget/security/advisories/GHSA-2222-2222-2222";
        let mut own = json!({ "ghsa_id": "GHSA-2222-2222-2222", "html_url": page, "state": "published",
            "credits": plain, "credits_detailed": detailed });
        assert_eq!(names(own.clone()), ["finder1 FINDER", "finder1 REMEDIATION_DEVELOPER"]);
        assert_eq!(source(own.clone()).record.credits.items()[0].contact.items(), ["https://github.com/finder1"]);
        let mut anywhere = own.clone();
        anywhere.as_object_mut().unwrap().remove("html_url");
        assert_eq!(names(anywhere).len(), 2);
        // Without states nobody is known to have accepted.
        own.as_object_mut().unwrap().remove("credits_detailed");
        assert!(names(own).is_empty());
        let global = json!({ "ghsa_id": "GHSA-2222-2222-2222", "published_at": "2026-01-01T00:00:00Z",
            "html_url": "https://github.com/advisories/GHSA-2222-2222-2222",
            "credits": [credit("finder1", "finder", None)] });
        assert_eq!(names(global), ["finder1 FINDER"]);
    }

    #[test]
    fn who_declined_is_named_by_no_other_record() {
        let credit = |login: &str, state: &str| json!({ "user": { "login": login }, "type": "finder", "state": state });
        let own = json!({ "ghsa_id": "GHSA-2222-2222-2222", "state": "published",
            "html_url": "https://github.com/acme/widget/security/advisories/GHSA-2222-2222-2222",
            "credits_detailed": [credit("Shy1", "declined"), credit("finder1", "accepted"), credit("late1", "pending")] });
        let people =
            ["shy1", "finder1", "other1"].map(|login| json!({ "user": { "login": login }, "type": "reporter" }));
        let global = json!({ "ghsa_id": "GHSA-2222-2222-2222", "published_at": "2026-01-01T00:00:00Z",
            "credits": people });
        let merged = super::super::merge::merge(vec![source(global), source(own)]);
        let names: Vec<&str> = merged[0].credits.iter().map(|credit| credit.value.name.as_str()).collect();
        assert_eq!(names, ["finder1", "finder1", "other1"]);
        for record in &merged[0].records {
            let mut written = record.record.credits.items().iter().filter_map(|credit| credit.name.text());
            assert!(!written.any(|name| name == "shy1"));
        }
    }

    #[test]
    fn a_state_that_is_not_known_is_not_public() {
        for (state, disclosure) in
            [("draft", Disclosure::Draft), ("triage", Disclosure::Triage), ("new", Disclosure::Draft)]
        {
            assert_eq!(source(json!({ "ghsa_id": "GHSA-2222-2222-2222", "state": state })).disclosure, disclosure);
        }
        let withdrawn =
            json!({ "ghsa_id": "GHSA-2222-2222-2222", "state": "published", "withdrawn_at": "2026-01-01T00:00:00Z" });
        assert_eq!(source(withdrawn).disclosure, Disclosure::Withdrawn);
    }
}
