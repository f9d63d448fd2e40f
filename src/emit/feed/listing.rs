//! Lists of what changed when: the CSV of OSV.dev's buckets, and what its
//! importer reads of a REST source.

use serde_json::json;

use super::item::Item;
use crate::model::Timestamp;

/// The newest by a date first, then by id.
pub(super) fn newest_first(items: &[Item], date: impl Fn(&Item) -> &Timestamp) -> Vec<&Item> {
    let mut keyed: Vec<_> = items.iter().map(|item| (date(item).unix(), item)).collect();
    keyed.sort_by(|(a, one), (b, two)| b.cmp(a).then_with(|| one.id.cmp(&two.id)));
    keyed.into_iter().map(|(_, item)| item).collect()
}

/// `modified_id.csv`: time and id, the newest first, so that a reader may stop
/// at the first line that it knows. Neither needs quoting: a time was checked,
/// and an id holds no comma.
pub(super) fn modified_ids(newest: &[&Item]) -> String {
    newest.iter().map(|item| format!("{},{}\n", item.modified, item.id)).collect()
}

/// `all.json`: an array of ids and times, a record a line.
pub(super) fn rest(newest: &[&Item]) -> String {
    let lines: Vec<String> =
        newest.iter().map(|item| json!({ "id": item.id, "modified": item.modified }).to_string()).collect();
    if lines.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", lines.join(",\n")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::feed::sample;

    #[test]
    fn lists_begin_with_the_newest() {
        let mut items = sample::index(&["CVE-2026-1", "CVE-2026-2", "CVE-2026-3"]).records;
        items[0].modified = Timestamp::new("2026-01-01T00:00:00Z");
        // Later than the whole second, though the text sorts before it.
        items[1].modified = Timestamp::new("2026-01-01T00:00:00.25Z");
        items[2].modified = Timestamp::new("2026-01-01T00:00:00Z");
        let newest = newest_first(&items, |item| &item.modified);
        assert_eq!(
            modified_ids(&newest),
            "2026-01-01T00:00:00.25Z,CVE-2026-2\n2026-01-01T00:00:00Z,CVE-2026-1\n2026-01-01T00:00:00Z,CVE-2026-3\n"
        );
        let list: serde_json::Value = serde_json::from_str(&rest(&newest)).unwrap();
        assert_eq!(list[0], json!({ "id": "CVE-2026-2", "modified": "2026-01-01T00:00:00.25Z" }));
        assert_eq!(list.as_array().unwrap().len(), 3);
        assert_eq!(rest(&[]), "[]\n");
    }
}
