//! A record as the feed's index shows it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::canonical;
use super::text;
use crate::model::Sha256;
use crate::model::{AdvisoryId, SeverityLevel, Timestamp, level_of_vector};

/// One record of the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id; the file is named after it.
    pub id: String,
    /// When its meaning last changed.
    pub modified: Timestamp,
    /// When the feed took it up as it is, where that is not `modified`: readers
    /// learn of a record that was written earlier only when it joins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    /// When it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Timestamp>,
    /// Its ids elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Its title: untrusted text on one line, at most 300 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// `unknown`, `none`, `low`, `medium`, `high` or `critical`.
    pub severity: String,
    /// The size of its file in bytes.
    pub size: u64,
    /// The digest of its file.
    pub sha256: Sha256,
    /// The digest of what it says apart from `modified` and the tool's version.
    pub meaning: Sha256,
}

/// Whether an id can be the name of a file as it stands: one with a space or a
/// line break around it is read as an id, and is none.
#[must_use]
pub fn names_a_file(id: &str) -> bool {
    id.parse::<AdvisoryId>().is_ok_and(|parsed| parsed.as_str().len() == id.len())
}

/// The most aliases that the index repeats.
const MOST_ALIASES: usize = 50;

impl Item {
    /// The name of the record's file.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.json", self.id)
    }

    /// Whether the record still stands.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.withdrawn.is_none()
    }

    /// When it became what it is, for who reads the feed.
    #[must_use]
    pub fn updated(&self) -> &Timestamp {
        self.updated.as_ref().unwrap_or(&self.modified)
    }

    /// When it was published, where that is known: Go's database writes the
    /// zero date for what it does not know.
    #[must_use]
    pub fn publication(&self) -> Option<&Timestamp> {
        self.published.as_ref().filter(|stamp| stamp.date().is_some())
    }

    /// How severe it is.
    #[must_use]
    pub fn level(&self) -> SeverityLevel {
        SeverityLevel::from_word(&self.severity)
    }

    /// The item of a record and the bytes of its file.
    pub(super) fn of(id: &str, record: &Value, bytes: &[u8], meaning: Sha256) -> Self {
        let text_of = |name: &str| record.get(name).and_then(Value::as_str);
        let aliases = record.get("aliases").and_then(Value::as_array).into_iter().flatten();
        Self {
            id: id.to_owned(),
            modified: Timestamp::new(text_of("modified").unwrap_or_default()),
            updated: None,
            published: text_of("published").map(Timestamp::new),
            withdrawn: text_of("withdrawn").map(Timestamp::new),
            aliases: aliases.filter_map(Value::as_str).take(MOST_ALIASES).map(text::line).collect(),
            summary: text_of("summary").map(text::line).filter(|summary| !summary.is_empty()),
            severity: level(record).as_str().to_owned(),
            size: bytes.len() as u64,
            sha256: Sha256::of(bytes),
            meaning,
        }
    }

    /// The item of a record, which is put into its one spelling, and the bytes.
    pub(super) fn publish(id: &str, record: &mut Value) -> (Self, Vec<u8>) {
        let meaning = canonical::meaning(record);
        let bytes = canonical::bytes(record);
        (Self::of(id, record, &bytes, meaning), bytes)
    }
}

/// The word that the database uses, else the highest that a vector scores.
fn level(record: &Value) -> SeverityLevel {
    let word = record.get("database_specific").and_then(|specific| specific.get("severity")).and_then(Value::as_str);
    let word = word.map_or(SeverityLevel::Unknown, SeverityLevel::from_word);
    if word != SeverityLevel::Unknown {
        return word;
    }
    let packages = record.get("affected").and_then(Value::as_array).into_iter().flatten();
    let places = std::iter::once(record).chain(packages).filter_map(|place| place.get("severity")?.as_array());
    let vectors = places.flatten().take(64).filter_map(|score| score.get("score")?.as_str());
    vectors.map(level_of_vector).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn severity_is_the_databases_word_or_the_highest_vector() {
        let high = json!([{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N" }]);
        assert_eq!(
            level(&json!({ "severity": high, "database_specific": { "severity": "MODERATE" } })),
            SeverityLevel::Medium
        );
        assert_eq!(level(&json!({ "severity": high })), SeverityLevel::High);
        assert_eq!(level(&json!({ "affected": [{}, { "severity": high }] })), SeverityLevel::High);
        assert_eq!(level(&json!({ "severity": null, "affected": null })), SeverityLevel::Unknown);
    }

    #[test]
    fn an_id_leads_to_no_other_folder() {
        assert!(names_a_file("GHSA-wwj6-vghv-5p64") && names_a_file("openSUSE-SU-2022:1234-1"));
        for id in ["", "../x", "CVE-1/x", "CVE-1 ", "\nCVE-1", ".CVE-1", "CVE-1\u{0}"] {
            assert!(!names_a_file(id), "{id:?}");
        }
    }

    #[test]
    fn an_item_holds_no_text_that_breaks_a_line_or_floods_the_index() {
        let mut record = json!({ "id": "A-1", "modified": "m", "summary": format!("a\nb\u{202e}{}", "x".repeat(9999)),
                                 "aliases": vec!["CVE-1"; 999] });
        let (item, bytes) = Item::publish("A-1", &mut record);
        assert_eq!(item.size, bytes.len() as u64);
        assert!(item.summary.unwrap().chars().count() <= 301);
        assert_eq!(item.aliases.len(), MOST_ALIASES);
    }
}
