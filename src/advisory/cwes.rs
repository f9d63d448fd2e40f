//! Kinds of weaknesses, as records name them.

use serde_json::Value;

use super::{Advisory, standing_first};
use crate::model::osv;

/// The numbers of the weaknesses that a record names, in its order.
///
/// OSV has no field for them. GitHub's records and the CVE list's have `cwe_ids`,
/// others `cwes` with an id each.
pub(crate) fn cwes_of(record: &osv::Record) -> Vec<u32> {
    let specific = record.database_specific.value();
    let lists = ["cwe_ids", "cwes"].iter().filter_map(|key| specific?.get(*key)?.as_array());
    let id = |value: &Value| {
        let text = value.as_str().or_else(|| value.get("cweId")?.as_str()).or_else(|| value.get("cwe_id")?.as_str())?;
        text.strip_prefix("CWE-")?.parse::<u32>().ok()
    };
    lists.flatten().filter_map(id).collect()
}

impl Advisory {
    /// The kinds of weaknesses (`CWE-22`), each once, by the most trusted record that
    /// names any: what others add is often another view of the same.
    #[must_use]
    pub fn cwes(&self) -> Vec<String> {
        let mut all = standing_first(&self.records).map(|source| cwes_of(&source.record));
        let mut cwes = all.find(|cwes| !cwes.is_empty()).unwrap_or_default();
        cwes.truncate(MOST);
        let mut seen = rustc_hash::FxHashSet::default();
        cwes.into_iter().filter(|cwe| seen.insert(*cwe)).map(|cwe| format!("CWE-{cwe}")).collect()
    }
}

/// The most kinds of one advisory; honest records have some three.
const MOST: usize = 16;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::advisory::{merge, read_record};

    #[test]
    fn the_most_trusted_record_that_names_a_weakness_counts() {
        let record = |id: &str, specific: serde_json::Value| {
            let record = json!({ "id": id, "aliases": ["CVE-2026-1"], "modified": "2026-01-01T00:00:00Z",
                "database_specific": specific });
            read_record(record.to_string().as_bytes(), id).unwrap()
        };
        let of = |records| merge(records)[0].cwes();
        let own = record("GHSA-2222-2222-2222", json!({ "cwe_ids": ["CWE-22", "CWE-22", "CWE-x", 5, "CWE-59"] }));
        let other = record("GO-2026-1", json!({ "cwes": [{ "cweId": "CWE-79" }, { "name": "no id" }] }));
        let none = record("GHSA-2222-2222-2222", json!({ "cwe_ids": "CWE-22" }));
        assert_eq!(of(vec![own, other.clone()]), ["CWE-22", "CWE-59"]);
        assert_eq!(of(vec![none, other]), ["CWE-79"]);
        assert!(of(vec![record("GO-2026-1", json!({}))]).is_empty());
    }
}
