//! Ids that subscribers remember a feed and its entries by.

use std::fmt::Write as _;

use super::base_url::BaseUrl;
use crate::model::Sha256;

/// The id of a new feed. It is kept in `index.json` from then on, so that a
/// feed that moves or gets another title stays the same feed.
pub(super) fn of_feed(base: Option<&BaseUrl>, title: &str) -> String {
    urn(&format!("feed\n{}", base.map_or(title, BaseUrl::as_str)))
}

/// The id of a record's entry: the same whatever happens to the record.
pub(super) fn of_entry(feed: &str, id: &str) -> String {
    urn(&format!("entry\n{feed}\n{id}"))
}

/// A UUID of version 8 (RFC 9562, section 5.8) over a digest, as a URN.
fn urn(name: &str) -> String {
    let digest = Sha256::of(format!("secnotes\n{name}").as_bytes());
    let mut urn = "urn:uuid:".to_owned();
    for (at, digit) in digest.as_str().chars().take(32).enumerate() {
        if [8, 12, 16, 20].contains(&at) {
            urn.push('-');
        }
        let digit = match at {
            12 => '8',
            // The variant: the two highest bits are 10.
            16 => char::from_digit(digit.to_digit(16).unwrap_or(0) & 3 | 8, 16).unwrap_or('8'),
            _ => digit,
        };
        // Writing to a string cannot fail.
        let _ = urn.write_char(digit);
    }
    urn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_of_version_8_and_differ() {
        let feed = of_feed(None, "Advisories");
        let (one, two) = (of_entry(&feed, "GHSA-1"), of_entry(&feed, "GHSA-2"));
        assert_ne!(one, two);
        assert_ne!(one, of_entry("other", "GHSA-1"));
        for urn in [&feed, &one, &two] {
            let uuid = urn.strip_prefix("urn:uuid:").unwrap();
            let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12], "{uuid}");
            assert_eq!(uuid.as_bytes()[14], b'8');
            assert!(b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
        }
    }

    #[test]
    fn the_ids_of_a_feed_never_change() {
        // Subscribers would see every entry again.
        let feed = of_feed(Some(&"https://example.org/osv".parse().unwrap()), "Advisories");
        insta::assert_snapshot!(format!("{feed}\n{}", of_entry(&feed, "GHSA-2222-2222-2222")), @r"
        urn:uuid:55fcc7c6-e429-8e15-8ab1-e32b68e33942
        urn:uuid:a6b2d44d-c5ad-8d4a-8d3d-b2f941eb75a5
        ");
    }
}
