//! Versions that are numbers and nothing else: Haskell's and R's.

use super::number::Number;

/// Numbers, compared one by one; what goes on comes later, though it be with a
/// zero. Sources: the documentation of `Data.Version`, and that of R's
/// `package_version`, where a dash is a dot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Dotted(Vec<Number>);

impl Dotted {
    pub(super) fn haskell(text: &str) -> Option<Self> {
        text.split('.').map(Number::read).collect::<Option<_>>().map(Self)
    }

    pub(super) fn r(text: &str) -> Option<Self> {
        text.split(['.', '-']).map(Number::read).collect::<Option<_>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Order;
    use super::super::tests::{ascending, equal, no_place};

    #[test]
    fn numbers_are_compared_one_by_one() {
        ascending(Order::Haskell, &["0.9", "1", "1.0", "1.0.0", "1.2.3", "1.10", "2.0"]);
        ascending(Order::R, &["0.9-10", "1.0", "1.0-0", "1.0-1", "1.0.2", "1.2.3", "1.10"]);
        equal(Order::R, &["1.2-3", "1.2.3", "1-2-3", "1.02.3"]);
        no_place(Order::Haskell, &["", "1.", "1.0-1", "1.0a", "v1"]);
        no_place(Order::R, &["", "1.", "1.0_1", "1.0a"]);
    }
}
