//! Releases of Go, in their order.

use std::sync::Arc;

/// A release of Go that a `go` or `toolchain` line names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::inventory) struct GoRelease {
    /// As the file has it, without `go`: `1.21`, `1.23.7`, `1.22rc1`.
    pub(super) text: Arc<str>,
    /// Major, minor, how far (0 the language, 1 beta, 2 candidate, 3 release), and the number there.
    pub(super) key: (u32, u32, u8, u32),
}

impl GoRelease {
    /// Reads `1.21`, `1.23.7` or `1.22rc1`; with a suffix behind a dash too, as
    /// those who build Go themselves name their toolchains.
    pub(in crate::inventory) fn of(text: &str) -> Option<Self> {
        let text = text.split('-').next()?;
        let (major, rest) = text.split_once('.')?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (minor, rest) = rest.split_at_checked(digits)?;
        let minor = minor.parse().ok()?;
        let (stage, number) = if let Some(patch) = rest.strip_prefix('.') {
            (3, patch.parse().ok()?)
        } else if let Some(candidate) = rest.strip_prefix("rc") {
            (2, candidate.parse().ok()?)
        } else if let Some(beta) = rest.strip_prefix("beta") {
            (1, beta.parse().ok()?)
        } else if rest.is_empty() {
            // Up to 1.20 the first release has no third number; from 1.21 on
            // `1.21` is the language, which comes before its candidates.
            (if minor < 21 { 3 } else { 0 }, 0)
        } else {
            return None;
        };
        Some(Self { text: Arc::from(text), key: (major.parse().ok()?, minor, stage, number) })
    }

    /// The higher of the two, the first if they are equal.
    pub(in crate::inventory) fn higher(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) => Some(if other.key > one.key { other } else { one }),
            (one, other) => one.or(other),
        }
    }

    /// The version as advisories of Go write it, where this is one release and no
    /// line of several: `1.22.8`, `1.22.0-rc.2`.
    pub(in crate::inventory) fn in_full(&self) -> Option<String> {
        let (major, minor, stage, number) = self.key;
        match stage {
            3 if self.text.split('.').count() == 3 => Some(self.text.to_string()),
            2 => Some(format!("{major}.{minor}.0-rc.{number}")),
            1 => Some(format!("{major}.{minor}.0-beta.{number}")),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_ordered_as_go_orders_them() {
        let ordered = ["1.4", "1.20beta1", "1.20", "1.20.1", "1.21", "1.21rc2", "1.21.0", "1.21.10", "1.22"];
        for pair in ordered.windows(2) {
            let (low, high) = (GoRelease::of(pair[0]), GoRelease::of(pair[1]));
            assert_eq!(GoRelease::higher(high.clone(), low.clone()), high, "{pair:?}");
            assert_eq!(GoRelease::higher(low, high.clone()), high, "{pair:?}");
        }
        for text in ["", "1", "1.", "1.x", "1.21.", "1.21alpha1", "1.99999999999999", "one.1"] {
            assert_eq!(GoRelease::of(text), None, "{text}");
        }
    }
}
