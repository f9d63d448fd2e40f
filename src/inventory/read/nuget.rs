//! `packages.lock.json`.

use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let _ = text;
    Parsed::default()
}
