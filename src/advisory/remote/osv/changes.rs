//! `modified_id.csv`: every record of an ecosystem, and when it changed.

use std::collections::BTreeMap;

use crate::model::{AdvisoryId, Timestamp};

/// The records of a list, and when each changed. A list that was cut is refused.
/// What the list lacks is taken for deleted, which is why half of one may not pass.
pub(super) fn list(bytes: &[u8]) -> Result<BTreeMap<AdvisoryId, i64>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the list is no text".to_owned())?;
    if !text.is_empty() && !text.ends_with('\n') {
        return Err("the list was cut: its last line has no end".to_owned());
    }
    let mut records = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let record = line.split_once(',').and_then(|(time, id)| {
            // The list of all ecosystems names each before the id.
            let id = id.rsplit('/').next().unwrap_or(id).parse().ok()?;
            Some((id, Timestamp::new(time).unix()?.0))
        });
        let (id, changed) = record.ok_or_else(|| format!("line {} of the list names no record", at + 1))?;
        let latest: &mut i64 = records.entry(id).or_insert(changed);
        *latest = (*latest).max(changed);
    }
    if records.is_empty() { Err("the list is empty".to_owned()) } else { Ok(records) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_whole_or_refused() {
        let two = list(b"2026-01-02T00:00:00Z,GO-2026-2\n2026-01-01T00:00:00.5Z,Go/GO-2026-1\n").unwrap();
        assert_eq!(two.len(), 2);
        for bad in ["", "2026-01-02T00:00:00Z,GO-2026-2", "x,GO-2026-1\n", "2026-01-02T00:00:00Z\n", "<html>\n"] {
            assert!(list(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
