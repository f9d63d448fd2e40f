//! `index.json`: what the feed holds, for clients that fetch only what changed,
//! and for the next export, which compares with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::item::{Item, names_a_file};
use crate::model::{Sha256, Timestamp, line};

/// The value of the index's `schema`.
pub const SCHEMA: &str = "secnotes/feed/v1";

/// The index of a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// [`SCHEMA`].
    pub schema: String,
    /// The feed's own id, a URN that it keeps for life.
    pub id: String,
    /// What the feed is called.
    pub title: String,
    /// Where it is published; `null` where that was not said.
    pub base_url: Option<String>,
    /// What wrote it: `secnotes 0.1.0`.
    pub generator: String,
    /// The newest `modified` of its records.
    pub modified: Option<Timestamp>,
    /// How many records there are.
    pub counts: Counts,
    /// The other files that the records were made into.
    pub files: BTreeMap<String, FileDigest>,
    /// The records, by id.
    pub records: Vec<Item>,
}

/// How many records a feed holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All.
    pub records: usize,
    /// Those that stand.
    pub live: usize,
    /// Those that were taken back.
    pub withdrawn: usize,
}

/// A file and its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    /// The size in bytes.
    pub size: u64,
    /// The digest.
    pub sha256: Sha256,
}

/// The text is no index of a feed, or of a later format.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnreadableIndex {
    /// It is something else.
    #[error("it is no index of a feed: {}", line(.0))]
    NotAnIndex(String),
    /// It is of a format that this version does not know.
    #[error("it is of the format `{}`, and this secnotes writes `{SCHEMA}`", line(.0))]
    OtherFormat(String),
}

impl Index {
    /// Reads an index. Ids become names of files, so each has to be one.
    ///
    /// # Errors
    /// The bytes are no index of this format.
    pub fn read(bytes: &[u8]) -> Result<Self, UnreadableIndex> {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
        }
        let no = |error: &dyn std::fmt::Display| UnreadableIndex::NotAnIndex(error.to_string());
        let index: Self = match serde_json::from_slice(bytes) {
            Ok(index) => index,
            Err(error) => {
                return Err(match serde_json::from_slice::<Head>(bytes) {
                    Ok(head) if head.schema != SCHEMA => UnreadableIndex::OtherFormat(head.schema),
                    _ => no(&error),
                });
            }
        };
        if index.schema != SCHEMA {
            return Err(UnreadableIndex::OtherFormat(index.schema));
        }
        if let Some(item) = index.records.iter().find(|item| !names_a_file(&item.id)) {
            return Err(UnreadableIndex::NotAnIndex(format!("`{}` is no id", line(&item.id))));
        }
        // Dates are written into lists line by line.
        let dated = |item: &&Item| {
            let plain = |text: &str| text.len() <= 40 && !text.chars().any(char::is_control);
            let others = [&item.published, &item.withdrawn, &item.updated].into_iter().flatten();
            plain(item.modified.as_str()) && others.into_iter().all(|stamp| plain(stamp.as_str()))
        };
        if let Some(item) = index.records.iter().find(|item| !dated(item)) {
            return Err(UnreadableIndex::NotAnIndex(format!("the dates of {} are none", item.id)));
        }
        if !index.records.is_sorted_by(|a, b| a.id < b.id) {
            return Err(UnreadableIndex::NotAnIndex("its records are not in order".to_owned()));
        }
        Ok(index)
    }

    /// The record of an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Item> {
        let place = self.records.binary_search_by(|item| item.id.as_str().cmp(id)).ok()?;
        self.records.get(place)
    }

    /// The index as JSON: one line a record, so that a diff shows what changed.
    pub(super) fn to_json(&self) -> Result<String, serde_json::Error> {
        let field = |name: &str, json: String| format!("  \"{name}\": {json},\n");
        let mut out = String::from("{\n");
        out.push_str(&field("schema", serde_json::to_string(&self.schema)?));
        out.push_str(&field("id", serde_json::to_string(&self.id)?));
        out.push_str(&field("title", serde_json::to_string(&self.title)?));
        out.push_str(&field("base_url", serde_json::to_string(&self.base_url)?));
        out.push_str(&field("generator", serde_json::to_string(&self.generator)?));
        out.push_str(&field("modified", serde_json::to_string(&self.modified)?));
        out.push_str(&field("counts", serde_json::to_string(&self.counts)?));
        let files: Vec<String> = self
            .files
            .iter()
            .map(|(name, file)| Ok(format!("{}: {}", serde_json::to_string(name)?, serde_json::to_string(file)?)))
            .collect::<Result<_, serde_json::Error>>()?;
        out.push_str(&format!("  \"files\": {{\n    {}\n  }},\n", files.join(",\n    ")));
        let records: Vec<String> = self.records.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        let (open, close) = if records.is_empty() { ("", "") } else { ("\n    ", "\n  ") };
        out.push_str(&format!("  \"records\": [{open}{}{close}]\n}}\n", records.join(",\n    ")));
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::feed::sample;

    #[test]
    fn an_index_is_read_as_it_was_written() {
        for index in [sample::index(&[]), sample::index(&["CVE-2026-1", "GHSA-2222-2222-2222"])] {
            let json = index.to_json().unwrap();
            assert_eq!(Index::read(json.as_bytes()).unwrap(), index, "{json}");
        }
        let json = sample::index(&["CVE-2026-1", "CVE-2026-2"]).to_json().unwrap();
        assert_eq!(json.lines().filter(|line| line.contains("CVE-2026-")).count(), 2);
    }

    #[test]
    fn what_is_no_index_is_told_apart() {
        let json = sample::index(&["CVE-2026-1"]).to_json().unwrap();
        let read = |text: &str| Index::read(text.as_bytes()).unwrap_err().to_string();
        assert!(read("{}").contains("no index of a feed"));
        assert!(read(&json.replace("feed/v1", "feed/v2")).contains("secnotes/feed/v2"));
        assert!(read(r#"{"schema":"secnotes/feed/v9"}"#).contains("secnotes/feed/v9"));
        assert!(read(&json.replace("CVE-2026-1", "../../etc/passwd")).contains("is no id"));
    }

    #[test]
    fn records_are_found_by_id() {
        let index = sample::index(&["CVE-2026-1", "CVE-2026-10", "CVE-2026-2"]);
        assert_eq!(index.find("CVE-2026-10").unwrap().id, "CVE-2026-10");
        assert_eq!(index.find("CVE-2026-3"), None);
    }
}
