//! Many versions in a few words.

use crate::emit::ends::ends;

/// The first and the last of many.
pub(super) fn few(all: &[&str]) -> String {
    match ends(all, 6) {
        Some((first, last)) => format!("{}, … {last} ({} of them)", first.join(", "), all.len()),
        None => all.join(", "),
    }
}
