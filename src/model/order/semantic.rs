//! Semantic Versioning 2.0, and the ecosystems that took most of it.

use std::ops::RangeInclusive;

use super::number::{Number, trim_zeros};

/// A version that is ordered as semantic versions are. Field by field, as they
/// are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Semantic {
    /// Without zeros at the end, so that shorter forms are the same.
    numbers: Vec<Number>,
    stage: Stage,
    /// Empty but for Pub and Julia, which order by it.
    build: Vec<Identifier>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Before(Vec<Identifier>),
    Release,
}

/// Numbers come before words (item 11.4.3 of the specification).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    Number(Number),
    Word(String),
}

impl Semantic {
    /// To the letter of the specification, except that the text may be longer
    /// than anything can be ordered for.
    pub(super) fn strict(text: &str) -> Option<Self> {
        Some(Self { build: Vec::new(), ..read(text, 3..=3, false)? })
    }

    /// As tags and people write it: with a `v`, with fewer numbers, with
    /// leading zeros (`v2024.01.02`).
    pub(super) fn loose(text: &str) -> Option<Self> {
        Some(Self { build: Vec::new(), ..Self::with_build(text)? })
    }

    /// The same for Pub and Julia, which order `1.0.0` before `1.0.0+1`, as the
    /// builds of Julia's JLL packages are told apart. Source: `pub_semver`,
    /// "Semantics"; docs.julialang.org, "Version Number Literals".
    pub(super) fn with_build(text: &str) -> Option<Self> {
        read(text.strip_prefix(['v', 'V']).unwrap_or(text), 1..=3, true)
    }

    /// NuGet's: a fourth number, and words whatever their case. Source:
    /// learn.microsoft.com/nuget, "Package versioning".
    pub(super) fn nuget(text: &str) -> Option<Self> {
        Some(Self { build: Vec::new(), ..read(&text.trim().to_ascii_lowercase(), 1..=4, true)? })
    }
}

fn read(text: &str, count: RangeInclusive<usize>, leading_zeros: bool) -> Option<Semantic> {
    let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
    let (core, before) = text.split_once('-').map_or((text, None), |(core, before)| (core, Some(before)));
    let sound = |digits: &str| leading_zeros || digits == "0" || !digits.starts_with('0');
    let number = |digits: &str| Number::read(digits).filter(|_| sound(digits));
    let mut numbers = core.split('.').map(number).collect::<Option<Vec<_>>>()?;
    if !count.contains(&numbers.len()) {
        return None;
    }
    trim_zeros(&mut numbers);
    let identifier = |text: &str| match Number::read(text) {
        Some(number) => sound(text).then_some(Identifier::Number(number)),
        None => is_word(text).then(|| Identifier::Word(text.to_owned())),
    };
    let stage = match before {
        Some(before) => Stage::Before(before.split('.').map(identifier).collect::<Option<_>>()?),
        None => Stage::Release,
    };
    // Leading zeros are sound here in the strictest reading too (item 10).
    let of_build = |text: &str| match Number::read(text) {
        Some(number) => Some(Identifier::Number(number)),
        None => identifier(text),
    };
    let build = build.map_or(Some(Vec::new()), |build| build.split('.').map(of_build).collect())?;
    Some(Semantic { numbers, stage, build })
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ascending, equal, no_place};
    use super::super::{Order, is_semver};

    #[test]
    fn semantic_versions_are_ordered_as_items_9_to_11_of_the_specification_say() {
        let list = [
            "0.9.9",
            "1.0.0-0.3.7",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0-x-y-z.--",
            "1.0.0",
            "1.9.0",
            "1.10.0",
            "2.0.0",
            "2.1.0",
            "2.1.1",
            "2.1.99999999999999999999999999",
        ];
        ascending(Order::Semver, &list);
        ascending(Order::Loose, &list);
        equal(Order::Semver, &["1.0.0-alpha", "1.0.0-alpha+001", "1.0.0-alpha+21AF26D3----117B344092BD"]);
        no_place(
            Order::Semver,
            &["v1.0.0", "1.0", "1.02.3", "1.0.0-01", "1.0.0-", "1.0.0+", "1.0.0-a..b", "1.0.0-ä", ""],
        );
    }

    #[test]
    fn tags_and_short_forms_are_semantic_versions_where_they_are_read_loosely() {
        equal(Order::Loose, &["v4", "4", "4.0", "v4.0.0", "V4.0.0+incompatible", "04.00"]);
        ascending(Order::Loose, &["v3", "v4.0.0-rc.1", "v4", "v4.1", "v4.1.2", "v2024.01.02", "v2024.10"]);
        no_place(Order::Loose, &["main", "v", "1.2.3.4", "1..2", "1.0.0-", "vv1", "1 "]);
    }

    #[test]
    fn the_length_of_a_number_makes_no_version_unsound() {
        assert!(is_semver("1.2.3-0.20200101000000-abcdefabcdef") && is_semver(&format!("1.0.{}", "9".repeat(999))));
        assert!(!is_semver("1.02.3") && !is_semver("v1.2.3") && !is_semver("1.2") && !is_semver(""));
    }

    #[test]
    fn nuget_has_a_fourth_number_and_no_case() {
        // "Version ordering" of learn.microsoft.com/nuget/concepts/package-versioning.
        ascending(
            Order::NuGet,
            &[
                "1.0.0",
                "1.0.1-aaa",
                "1.0.1-alpha",
                "1.0.1-alpha.2",
                "1.0.1-alpha.10",
                "1.0.1-alpha2",
                "1.0.1-Beta",
                "1.0.1-open",
                "1.0.1-rc",
                "1.0.1-zzz",
                "1.0.1",
                "1.0.1.1-rc",
                "1.0.1.1",
            ],
        );
        equal(Order::NuGet, &["1", "1.0", "1.0.0", "1.0.0.0", "1.00", "01.0.0+a5f3b"]);
        equal(Order::NuGet, &["1.0-RC.1", "1.0.0-rc.1"]);
        no_place(Order::NuGet, &["1.0.0.0.0", "v1.0", "1.0-", "*", "[1.0,2.0)"]);
    }

    #[test]
    fn pub_orders_by_the_build_too() {
        ascending(
            Order::Pub,
            &[
                "1.0.0-alpha",
                "1.0.0-alpha.1",
                "1.0.0-beta.2",
                "1.0.0-beta.11",
                "1.0.0-rc.1",
                "1.0.0-rc.1+build.1",
                "1.0.0",
                "1.0.0+0.3.7",
                "1.3.7+build",
                "1.3.7+build.2.b8f12d7",
                "1.3.7+build.11.e0f985a",
                "2.0.0",
            ],
        );
        equal(Order::Pub, &["01.2.3", "1.2.3"]);
        equal(Order::Pub, &["1.2.3-01+01", "1.2.3-1+1"]);
    }
}
