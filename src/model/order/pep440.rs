//! Python's order, PEP 440.

/// The place of a version by PEP 440.
///
/// Numbers have at most 64 bits: `pep440_rs` reads no others. Versions from
/// before the PEP (`2004d`) have no place. `packaging` once put them before all
/// others and now refuses them, as the installers do: no lock file has them, and
/// a mistyped `fixed` would end a range before its beginning.
pub(super) fn read(text: &str) -> Option<pep440_rs::Version> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::Order;
    use super::super::tests::{ascending, equal, no_place};

    #[test]
    fn versions_are_ordered_as_pep_440_says() {
        // "Summary of permitted suffixes and relative ordering".
        ascending(
            Order::Pep440,
            &[
                "1.dev0",
                "1.0.dev456",
                "1.0a1",
                "1.0a2.dev456",
                "1.0a12.dev456",
                "1.0a12",
                "1.0b1.dev456",
                "1.0b2",
                "1.0b2.post345.dev456",
                "1.0b2.post345",
                "1.0rc1.dev456",
                "1.0rc1",
                "1.0",
                "1.0+abc.5",
                "1.0+abc.7",
                "1.0+5",
                "1.0.post456.dev34",
                "1.0.post456",
                "1.0.15",
                "1.1.dev1",
                "1!0.1",
            ],
        );
    }

    #[test]
    fn spellings_of_one_version_are_one() {
        equal(Order::Pep440, &["1.0", "1", "1.0.0", "v1.0", " 1.0 ", "0!1.0", "01.0"]);
        equal(Order::Pep440, &["1.0rc1", "1.0.RC-1", "1.0c1", "1.0_pre1", "1.0preview1"]);
        equal(Order::Pep440, &["1.0.post1", "1.0-1", "1.0-r1", "1.0rev1"]);
        no_place(Order::Pep440, &["", "2004d", "1.0-foo", "1.99999999999999999999999999"]);
    }
}
