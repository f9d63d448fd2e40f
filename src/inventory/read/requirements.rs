//! `requirements.txt`.

use crate::inventory::parsed::Parsed;

/// The files that a requirements file includes.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Includes {}

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let _ = text;
    Parsed::default()
}
