//! The record that an advisory of GitHub's is, in OSV's words.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use serde_json::{Map, Value, json};

use super::affected::affected;
use super::answer::GitHubAdvisory;
use super::credits::{credits_of, declined};
use super::form::{list, text};
use super::kept::SCORES;
use crate::advisory::error::NO_ID;
use crate::advisory::{Database, SourceRecord};
use crate::model::osv::{Maybe, Record, Reference, SeverityScore};
use crate::model::{AdvisoryId, Disclosure, Remote, differs_from_vector as differs};

impl GitHubAdvisory {
    /// The record in OSV's words.
    pub(in crate::advisory) fn into_source(self, origin: String) -> Result<SourceRecord, String> {
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
        let declined = declined(self.credits_detailed.as_deref());
        let host = self.host(repository.as_ref());
        let record = Arc::new(self.into_record(&id, repository.is_some(), host.as_deref()));
        Ok(SourceRecord { id, database, origin, record, disclosure, repository, declined })
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

    /// The host of its accounts: that of its repository, or of its own page.
    fn host(&self, repository: Option<&Remote>) -> Option<String> {
        let page = || self.html_url.as_deref()?.parse::<Remote>().ok();
        repository.map(|own| own.host().to_owned()).or_else(|| Some(page()?.host().to_owned()))
    }

    /// `is_own`: whether it is a repository's own. `host`: where its accounts are.
    fn into_record(self, id: &AdvisoryId, is_own: bool, host: Option<&str>) -> Record {
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
        let mut scores = Map::new();
        for (vector, score) in vectors.into_iter().flatten().filter_map(|one| Some((one.vector_string.clone()?, one))) {
            // What everybody computes needs no word.
            let stated = score.score.as_ref().filter(|score| score.as_f64().is_some_and(|it| differs(&vector, it)));
            if let Some(stated) = stated {
                scores.entry(vector.clone()).or_insert_with(|| stated.clone());
            }
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
        if !scores.is_empty() {
            specific.insert(SCORES.to_owned(), scores.into());
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
            credits: list(credits_of(credits.into_iter().flatten(), are_stated, host)),
            database_specific: if specific.is_empty() { Maybe::Absent } else { Maybe::Value(specific) },
            ..Record::default()
        }
    }
}
