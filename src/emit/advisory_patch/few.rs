//! Many versions in a few words.

/// The first and the last of many.
pub(super) fn few(all: &[&str]) -> String {
    match all {
        [first @ .., last] if all.len() > 8 => {
            format!("{}, … {last} ({} of them)", first.get(..6).unwrap_or_default().join(", "), all.len())
        }
        _ => all.join(", "),
    }
}
