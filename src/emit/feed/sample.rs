//! Feeds for the tests.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::index::{Counts, Index, SCHEMA};
use super::item::Item;

/// A record with something in every field that is shown.
pub(super) fn record(id: &str) -> Value {
    json!({
        "schema_version": "1.7.5",
        "id": id,
        "modified": "2026-02-19T09:00:56Z",
        "published": "2026-02-01T00:00:00Z",
        "aliases": ["CVE-2026-24834"],
        "summary": format!("Parcels of {id} leave their box"),
        "details": "### Impact\n\nA *crafted* parcel. See [the docs](https://example.org/docs).\n",
        "severity": [{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N" }],
        "affected": [
            { "ranges": [{ "type": "GIT", "repo": "https://github.com/example/parcel",
                           "events": [{ "introduced": "0" }, { "fixed": "6a672503973bf7c687053e459bfff8a9652e16bf" }] }] },
            { "package": { "ecosystem": "Go", "name": "github.com/example/parcel" },
              "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.1.1" },
                                                          { "introduced": "1.2.0" }, { "last_affected": "1.2.3" }] }],
              "versions": ["1.0.0", "1.1.0"] },
        ],
        "references": [
            { "type": "ADVISORY", "url": "https://github.com/example/parcel/security/advisories/GHSA-2222-2222-2222" },
            { "type": "FIX", "url": "https://github.com/example/parcel/commit/6a672503973bf7c687053e459bfff8a9652e16bf" },
        ],
        "credits": [{ "name": "Ada", "type": "FINDER" }],
    })
}

/// The item and the bytes of a record.
pub(super) fn published(mut record: Value) -> (Item, Vec<u8>) {
    let id = record["id"].as_str().unwrap().to_owned();
    Item::publish(&id, &mut record)
}

/// An index of such records.
pub(super) fn index(ids: &[&str]) -> Index {
    let records: Vec<Item> = ids.iter().map(|id| published(record(id)).0).collect();
    Index {
        schema: SCHEMA.to_owned(),
        id: "urn:uuid:00000000-0000-8000-8000-000000000000".to_owned(),
        title: "Advisories".to_owned(),
        base_url: None,
        generator: "secnotes 0".to_owned(),
        modified: None,
        counts: Counts { records: ids.len(), live: ids.len(), withdrawn: 0 },
        files: BTreeMap::new(),
        records,
    }
}
