//! Which heading is a release's: `## v0.36.0`, `## [1.2.0] - 2026-01-01`,
//! `## <small>25.0.4 (2025-07-21)</small>`, `# Release (v1.13.2)`.

use std::ops::Range;

use super::error::SpliceError;
use super::page::Heading;
use crate::model::{TagName, Version};

/// A release as headings name it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'s> {
    /// Its tag.
    pub tag: &'s TagName,
    /// Its version.
    pub version: Option<&'s Version>,
}

/// How a heading names a release; what is greater is surer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// In the tag's letters or the version's, not only by a version of the same place (`8.1.0` for `8_1_0`).
    exact: bool,
    /// Before any other word: `## Upgrading to 1.2.0` is no release.
    first: bool,
    /// By the whole tag: `## chart/1.2.0` beside `## other/1.2.0`.
    whole: bool,
}

/// The place of the release's heading among these; none where there is none.
pub(in crate::emit) fn find(headings: &[&Heading], of: Named<'_>) -> Result<Option<usize>, SpliceError> {
    let fits: Vec<(usize, Fit)> =
        headings.iter().enumerate().filter_map(|(at, heading)| Some((at, fit(&heading.text, of)?))).collect();
    let exact = fits.iter().any(|(_, fit)| fit.exact);
    let fits: Vec<(usize, Fit)> = fits.into_iter().filter(|(_, fit)| fit.exact == exact).collect();
    // `### Upgrading to v4.1.1` below `# v4.1.1` is a part of that release.
    let is_within = |inner: usize, outer: usize| outer < inner && part_of(headings, outer).contains(&inner);
    let is_part = |inner: usize| fits.iter().any(|(outer, _)| is_within(inner, *outer));
    let fits: Vec<(usize, Fit)> = fits.iter().copied().filter(|(at, _)| !is_part(*at)).collect();
    let best = fits.iter().map(|(_, fit)| *fit).max();
    let mut best = fits.into_iter().filter(|(_, fit)| Some(*fit) == best).map(|(at, _)| at);
    match (best.next(), best.next()) {
        (Some(first), Some(second)) => {
            let line = |at: usize| headings.get(at).map_or(0, |heading| heading.lines.start + 1);
            Err(SpliceError::TwoHeadings { wanted: wanted(of), first: line(first), second: line(second) })
        }
        (found, _) => Ok(found),
    }
}

/// A heading and all below it, by their places.
pub(in crate::emit) fn part_of(headings: &[&Heading], at: usize) -> Range<usize> {
    let level = headings.get(at).map_or(0, |heading| heading.level);
    let after = headings.iter().skip(at + 1).take_while(|heading| heading.level > level).count();
    at..at + 1 + after
}

/// What is looked for, in words.
pub(in crate::emit) fn wanted(of: Named<'_>) -> String {
    match of.version {
        Some(version) if version.as_str() != of.tag.as_str() => format!("{} or {}", of.tag, version),
        _ => of.tag.to_string(),
    }
}

/// Whether a heading is that of some release.
pub(in crate::emit) fn names_a_release(heading: &str) -> bool {
    let first = words(heading).next();
    let version = first.and_then(|(_, word)| word.trim_start_matches(['v', 'V']).parse::<Version>().ok());
    version.is_some_and(|version| version.numbers().len() > 1)
}

/// Whether a text, such as the name of a file, names the release in its own letters.
pub(in crate::emit) fn is_named(text: &str, of: Named<'_>) -> bool {
    fit(text, of).is_some_and(|fit| fit.exact)
}

fn fit(heading: &str, of: Named<'_>) -> Option<Fit> {
    let by_tag = occurrences(heading, of.tag.as_str()).map(|at| (at, true, true));
    let by_version = words(heading).filter_map(|(at, word)| {
        let version = of.version?;
        if ends_in(word, version.as_str()) {
            return Some((at, true, false));
        }
        let stated = word.trim_start_matches(['v', 'V']).parse::<Version>().ok()?;
        let same = stated == *version && stated.build() == version.build();
        // 1.2 may be the heading of a whole line.
        (same && stated.numbers().len() == version.numbers().len()).then_some((at, false, false))
    });
    let is_news = |(at, ..): &(usize, bool, bool)| !is_before(heading.get(..*at).unwrap_or_default());
    let found = by_tag.chain(by_version).filter(is_news);
    let fits = found.map(|(at, exact, whole)| {
        let before = heading.get(..at).unwrap_or_default();
        Fit { exact, first: !before.contains(char::is_alphanumeric), whole }
    });
    fits.max()
}

/// Whether what comes next is what the release is counted from: `Changes between
/// 3.1.6 and 3.1.7`.
fn is_before(text: &str) -> bool {
    let word = text.split(|c: char| !c.is_alphanumeric()).rfind(|word| !word.is_empty()).unwrap_or_default();
    ["after", "before", "between", "from", "since", "until"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Where a tag stands and nothing goes on before or after it: 1.2.0 is not in
/// 11.2.0, 1.2.0-rc1 and 1.2.0.1.
fn occurrences<'h>(heading: &'h str, tag: &'h str) -> impl Iterator<Item = usize> + 'h {
    heading.match_indices(tag).map(|(at, _)| at).filter(move |at| {
        let before = heading.get(..*at).unwrap_or_default();
        let after = heading.get(at + tag.len()..).unwrap_or_default();
        let mut next = after.chars();
        let goes_on = match (next.next(), next.next()) {
            (Some(c), next) if is_joint(c) => next.is_some_and(char::is_alphanumeric),
            (Some(c), _) => c.is_alphanumeric(),
            (None, _) => false,
        };
        !tag.is_empty() && !goes_on && !before.ends_with(|c: char| c.is_alphanumeric() || c == '.' || c == '/')
    })
}

/// What holds the parts of a version together.
const fn is_joint(c: char) -> bool {
    matches!(c, '.' | '-' | '_' | '+' | '~')
}

/// The words of a heading that may be versions, each with its place.
fn words(heading: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || is_joint(c);
    let pieces = heading.split(move |c: char| !is_part(c));
    pieces.filter_map(|piece| {
        let word = piece.trim_matches(is_joint);
        let at = word.as_ptr() as usize - heading.as_ptr() as usize;
        (!word.is_empty()).then_some((at, word))
    })
}

/// Whether a word is a version, perhaps after a name or a `v`: `wordpress-1.2.0`.
fn ends_in(word: &str, version: &str) -> bool {
    let Some(name) = word.strip_suffix(version) else { return false };
    let name = name.trim_end_matches(['v', 'V']);
    let is_version =
        name.as_bytes().windows(2).any(|two| matches!(two, [b'.', digit] | [digit, b'.'] if digit.is_ascii_digit()));
    name.is_empty() || (name.ends_with(is_joint) && !name.ends_with("..") && !is_version)
}

#[cfg(test)]
mod tests {
    use super::super::page::Page;
    use super::*;

    fn found(text: &str, tag: &str, version: &str) -> Result<Option<String>, SpliceError> {
        let page = Page::of(text);
        let headings: Vec<&Heading> = page.headings.iter().collect();
        let (tag, version) = (TagName::new(tag), version.parse::<Version>().ok());
        let at = find(&headings, Named { tag: &tag, version: version.as_ref() })?;
        Ok(at.map(|at| headings[at].text.clone()))
    }

    #[test]
    fn headings_of_releases_are_found_as_people_write_them() {
        for heading in [
            "## v1.2.0",
            "## 1.2.0",
            "# v1.2.0",
            "## [1.2.0] - 2026-01-01",
            "## [v1.2.0](https://example.org/compare/v1.1.0...v1.2.0) (2026-01-01)",
            "## 1.2.0 / 2026-01-01",
            "## Version 1.2.0",
            "## <small>1.2.0 (2026-01-01)</small>",
            "## **1.2.0**",
            "# Release (v1.2.0)",
            "## c-ares version 1.2.0 - April 8 2025",
            "## wordpress-1.2.0",
            "### Changes between 1.1.9 and 1.2.0 [1 Jun 2026]",
            "## 1.2.0. The one with the fix",
            "## [1.2.0/0.70.0/0.37.2] - 2026-08-03",
            "## 1.2.0 - 2026-01-10 {#version-1-2-0}",
            "v1.2.0\n======",
        ] {
            let text = format!("# Changelog\n\n## v1.3.0\n\n{heading}\n\n## v1.1.0\n");
            assert!(found(&text, "v1.2.0", "1.2.0").unwrap().is_some(), "{heading}");
        }
    }

    #[test]
    fn other_versions_are_none_of_it() {
        for heading in [
            "11.2.0",
            "1.2.0-rc1",
            "1.2.0.1",
            "0.1.2.0",
            "1.2.0+build",
            "1.2.0rc1",
            "v1.2.0-rc.1",
            "1.2.01",
            "Changes since 1.2.0",
            "Changes between 1.2.0 and 1.2.1",
            "v1.1.0...v1.2.0",
            "1.2",
        ] {
            let told = found(&format!("## {heading}\n"), "v1.2.0", "1.2.0");
            assert_eq!(told, Ok(None), "{heading}");
        }
    }

    #[test]
    fn the_release_is_the_heading_that_says_most() {
        let is = |text: &str, tag: &str, version: &str, heading: &str| {
            assert_eq!(found(text, tag, version).unwrap().as_deref(), Some(heading), "{text}");
        };
        is("## 1.2.0\n\n## Upgrading to 1.2.0\n", "1.2.0", "1.2.0", "1.2.0");
        is("# Release v4.1.1\n\n## Upgrade to v4.1.1\n", "v4.1.1", "4.1.1", "Release v4.1.1");
        is("# Changelog for v1.21\n\n## v1.21.0\n", "v1.21.0", "1.21.0", "v1.21.0");
        is("## chart/1.2.0\n\n## other/1.2.0\n", "chart/1.2.0", "1.2.0", "chart/1.2.0");
        is("# Changelog\n\n## 1.2.0 (2026-01-01)\n", "chart/1.2.0", "1.2.0", "1.2.0 (2026-01-01)");
        is("## 8.1.0\n", "curl-8_1_0", "8_1_0", "8.1.0");
        is("## untagged-c2a6\n", "untagged-c2a6", "", "untagged-c2a6");
    }

    #[test]
    fn two_headings_of_one_release_are_told_with_their_lines() {
        let told = found("## 1.2.0\n\n## 1.1.0\n\n## 1.2.0\n", "v1.2.0", "1.2.0");
        let wanted = "v1.2.0 or 1.2.0".to_owned();
        assert_eq!(told, Err(SpliceError::TwoHeadings { wanted, first: 1, second: 5 }));
    }

    #[test]
    fn a_heading_that_begins_with_a_version_is_a_releases() {
        assert!(names_a_release("[v1.2] - 2026") && names_a_release("1.2.0"));
        assert!(!names_a_release("What's Changed in 1.2.0") && !names_a_release("2026") && !names_a_release(""));
    }
}
