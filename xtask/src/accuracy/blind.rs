//! Records and messages with everything taken out that names a commit: what is
//! left are words, versions, dates and people.

use std::sync::Arc;

use regex::Regex;
use secnotes::advisory::SourceRecord;
use secnotes::history::{Change, Changes, message};
use secnotes::model::{CommitId, osv};
use serde_json::{Map, Value};

/// What names a commit.
pub(crate) struct Blind {
    address: Regex,
    /// In an address: a commit, a change request, an issue.
    change: Regex,
    /// In an address: a file as it was at a commit.
    file: Regex,
    hash: Regex,
    number: Regex,
    pseudo_version: Regex,
}

impl Blind {
    pub(crate) fn new() -> Result<Self, String> {
        let regex = |pattern: &str| Regex::new(pattern).map_err(|error| error.to_string());
        Ok(Self {
            address: regex(r#"(?i)https?://[^\s<>()\[\]"'`|]+"#)?,
            change: regex(
                r"(?ix)/(?:commits? | commitdiff | changesets? | rev | compare | pulls? | pull-requests | merge_requests | issues?)/[^/\s]
                  | [?&;](?:id|h|hb|rev|commit)=[0-9a-f]{7}",
            )?,
            file: regex(r"(?i)(/(?:blob|tree|raw|blame)/)[0-9a-f]{7,64}(/|$)")?,
            hash: regex(r"\b[0-9a-f]{7,64}\b")?,
            number: regex(
                r"(?i)\b(?:gh|pr|pull request|merge request|issue)[- ]?[#!]?\d+\b|(?:[\w.-]+/[\w.-]+)?#\d+\b",
            )?,
            pseudo_version: regex(r"\d{14}-[0-9a-f]{12}\b")?,
        })
    }

    /// A record that names no commit. Its ids and its versions stay.
    pub(crate) fn record(&self, source: &SourceRecord) -> SourceRecord {
        let mut record = osv::Record::clone(&source.record);
        for text in [&mut record.summary, &mut record.details] {
            self.mask(text);
        }
        if let osv::Maybe::Value(references) = &mut record.references {
            references.retain(|link| link.url.text().is_none_or(|url| !self.names_a_change(url)));
            references.iter_mut().for_each(|link| self.mask(&mut link.url));
        }
        if let osv::Maybe::Value(affected) = &mut record.affected {
            affected.iter_mut().for_each(|affected| self.affected(affected));
        }
        self.mask_map(&mut record.database_specific);
        mask_values(self, record.extra.values_mut());
        SourceRecord { record: Arc::new(record), ..source.clone() }
    }

    fn affected(&self, affected: &mut osv::Affected) {
        if let osv::Maybe::Value(ranges) = &mut affected.ranges {
            ranges.retain(|range| range.kind.text() != Some("GIT"));
            for range in ranges {
                self.mask_map(&mut range.database_specific);
                let osv::Maybe::Value(events) = &mut range.events else { continue };
                events.iter_mut().for_each(|event| self.event(event));
                events.retain(|event| !event.is_empty());
            }
        }
        if let osv::Maybe::Value(versions) = &mut affected.versions {
            versions.retain(|version| !self.pseudo_version.is_match(version));
        }
        self.mask_map(&mut affected.ecosystem_specific);
        self.mask_map(&mut affected.database_specific);
        mask_values(self, affected.extra.values_mut());
    }

    /// A range may begin at a commit, which then is said to be the first one.
    fn event(&self, event: &mut Map<String, Value>) {
        let names = |value: &Value| value.as_str().is_some_and(|text| self.pseudo_version.is_match(text));
        if let Some(introduced) = event.get_mut("introduced").filter(|value| names(value)) {
            *introduced = Value::from("0");
        }
        event.retain(|_, value| !names(value));
    }

    fn names_a_change(&self, url: &str) -> bool {
        let rest = self.file.replace_all(url, "${1}HEAD${2}");
        self.change.is_match(&rest) || self.finds_hash(&rest)
    }

    /// A text without hashes, and without numbers of pull requests and issues.
    fn text(&self, text: &str) -> String {
        let addresses = self.address.replace_all(text, |found: &regex::Captures<'_>| {
            let url = found.get(0).map_or("", |url| url.as_str());
            if self.names_a_change(url) {
                String::new()
            } else {
                self.file.replace_all(url, "${1}HEAD${2}").into_owned()
            }
        });
        let hashes = self.hash.replace_all(&addresses, |found: &regex::Captures<'_>| {
            let word = found.get(0).map_or("", |word| word.as_str());
            if is_hash(word) { String::new() } else { word.to_owned() }
        });
        self.number.replace_all(&hashes, "").into_owned()
    }

    fn finds_hash(&self, text: &str) -> bool {
        self.hash.find_iter(text).any(|found| is_hash(found.as_str()))
    }

    fn mask(&self, text: &mut osv::Maybe<String>) {
        if let osv::Maybe::Value(text) = text {
            *text = self.text(text);
        }
    }

    fn mask_map(&self, map: &mut osv::Maybe<Map<String, Value>>) {
        if let osv::Maybe::Value(map) = map {
            mask_values(self, map.values_mut());
        }
    }
}

fn mask_values<'v>(blind: &Blind, values: impl Iterator<Item = &'v mut Value>) {
    let mut waiting: Vec<&mut Value> = values.collect();
    while let Some(value) = waiting.pop() {
        match value {
            Value::String(text) => *text = blind.text(text),
            Value::Array(items) => waiting.extend(items),
            Value::Object(map) => waiting.extend(map.values_mut()),
            _ => {}
        }
    }
}

/// A number, or a word of the letters a to f, is no hash.
fn is_hash(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit()) && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Changes whose messages name no advisory.
pub(crate) struct Unnamed<'c>(pub(crate) &'c dyn Changes);

impl Changes for Unnamed<'_> {
    fn changes(&self, commits: &[CommitId]) -> Vec<Option<Arc<Change>>> {
        self.0.changes(commits)
    }

    fn messages(&self, commits: &[CommitId]) -> Vec<Option<Arc<str>>> {
        let messages = self.0.messages(commits).into_iter();
        messages.map(|message| Some(Arc::from(message::without_ids(&message?)))).collect()
    }

    fn contents_at(&self, commits: &[CommitId], paths: &[String]) -> Vec<Vec<Option<[u8; 20]>>> {
        self.0.contents_at(commits, paths)
    }

    fn notes(&self, spans: &[(Option<CommitId>, CommitId)]) -> Vec<Vec<String>> {
        let notes = self.0.notes(spans).into_iter();
        notes.map(|lines| lines.iter().map(|line| message::without_ids(line)).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use secnotes::advisory::Database;
    use secnotes::model::Disclosure;
    use serde_json::json;

    use super::*;

    fn blinded(record: Value) -> Value {
        let record: osv::Record = serde_json::from_value(record).unwrap();
        let source = SourceRecord {
            id: record.id.parse().unwrap(),
            database: Database::GitHub,
            origin: "x".to_owned(),
            record: Arc::new(record),
            disclosure: Disclosure::Published,
            repository: None,
            declined: Vec::new(),
        };
        serde_json::to_value(&*Blind::new().unwrap().record(&source).record).unwrap()
    }

    #[test]
    fn no_reference_names_a_commit() {
        let hash = "6a672503973bf7c687053e459bfff8a9652e16bf";
        let urls = [
            format!("https://github.com/a/b/commit/{hash}"),
            format!("https://git.example.org/b.git/commit/?id={hash}"),
            format!("https://example.org/patches/{hash}.patch"),
            "https://gitlab.com/a/b/-/merge_requests/4".to_owned(),
            "https://github.com/a/b/pull/12/files".to_owned(),
            "https://github.com/a/b/issues/12".to_owned(),
            format!("https://github.com/a/b/blob/{hash}/src/copy.c#L10-L12"),
            "https://github.com/a/b/security/advisories/GHSA-2222-3333-4444".to_owned(),
            "https://github.com/a/b/releases/tag/v1.2.3".to_owned(),
            "https://github.com/a/b/issues".to_owned(),
        ];
        let references: Vec<Value> = urls.iter().map(|url| json!({ "type": "WEB", "url": url })).collect();
        let record = blinded(json!({ "id": "GHSA-2222-3333-4444", "references": references }));
        let left: Vec<&str> =
            record["references"].as_array().unwrap().iter().filter_map(|link| link["url"].as_str()).collect();
        assert_eq!(
            left,
            [
                "https://github.com/a/b/blob/HEAD/src/copy.c#L10-L12",
                "https://github.com/a/b/security/advisories/GHSA-2222-3333-4444",
                "https://github.com/a/b/releases/tag/v1.2.3",
                "https://github.com/a/b/issues",
            ]
        );
    }

    #[test]
    fn a_text_keeps_its_words_and_loses_what_names_a_commit() {
        let text = "Patched by 6a67250 and [#12](https://github.com/a/b/pull/12), see a/b#7, PR 9 and GH-8; \
                    buffers of 10000000 bytes at 0x7fffffff were defaced in CVE-2024-1234, C#7 is <not>.";
        let record = blinded(json!({ "id": "GHSA-2222-3333-4444", "details": text,
            "database_specific": { "fix": ["6a672503973b", "v1.2.3"] } }));
        assert_eq!(
            record["details"],
            "Patched by  and [](), see ,  and ; buffers of 10000000 bytes at 0x7fffffff were defaced in \
             CVE-2024-1234, C is <not>."
        );
        assert_eq!(record["database_specific"]["fix"], json!(["", "v1.2.3"]));
    }

    #[test]
    fn versions_stay_and_commits_of_ranges_go() {
        let record = blinded(json!({ "id": "GO-2026-1", "affected": [{
            "package": { "ecosystem": "Go", "name": "github.com/a/b" },
            "versions": ["1.0.0", "0.0.0-20260219090056-6a672503973b"],
            "ranges": [
                { "type": "GIT", "repo": "https://github.com/a/b", "events": [{ "introduced": "0" }, { "fixed": "6a67250" }] },
                { "type": "SEMVER", "events": [{ "introduced": "0.0.0-20260219090056-6a672503973b" }, { "fixed": "1.2.3" },
                    { "fixed": "0.0.0-20260219090056-6a672503973b" }] },
            ],
        }] }));
        let affected = &record["affected"][0];
        assert_eq!(affected["versions"], json!(["1.0.0"]));
        assert_eq!(
            affected["ranges"],
            json!([{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.2.3" }] }])
        );
    }
}
