//! `go.work`.

use crate::inventory::parsed::Parsed;

/// What a `go.work` says.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Directives {}

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let _ = text;
    Parsed::default()
}
