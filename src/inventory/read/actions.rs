//! Workflows and actions of GitHub Actions
//! (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax>).

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_saphyr::Spanned;

use super::found::Found;
use super::image;
use super::setup;
use super::value;
use super::walk;
use super::yaml_comment::Lines;
use crate::inventory::builder::Builder;
use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};
use crate::inventory::parsed::Parsed;

/// OSV's name of the ecosystem.
const ECOSYSTEM: &str = "GitHub Actions";

/// Reads the text of such a file: the actions of its steps, and the workflows
/// that its jobs call.
///
/// Advisories name repositories: `owner/repo/path@ref` is `owner/repo`. A full
/// version tag is exact; a branch or a moving tag (`v4`) is shown. A commit with
/// a comment that names a full version (`# v4.1.2`) is that version: Dependabot
/// and Renovate keep the comment when they move the commit. Any other commit is
/// shown. Actions of the same repository (`./x`) are own and left out.
pub(super) fn read(text: &str) -> Parsed {
    let ways: [walk::Way<'_>; 4] = [
        &[Some("jobs"), None, Some("uses")],
        &[Some("jobs"), None, Some("steps"), None, Some("uses")],
        &[Some("runs"), Some("steps"), None, Some("uses")],
        &[Some("runs"), Some("image")],
    ];
    let mut lines = Lines::of(text);
    let mut kept = Found::default();
    let ended = walk::yaml(text, &ways, |path, uses: Spanned<Value>| {
        let line = usize::try_from(uses.defined.line()).unwrap_or_default();
        let uses = match &uses.value {
            Value::Text(text) => text.trim(),
            Value::Other(_) => "",
        };
        if let Some(image) = uses.strip_prefix("docker://") {
            let dependency = image::dependency(image);
            if dependency.is_none() && !image.contains("${{") {
                kept.tell(Some(line), "an image that has no name", image);
            }
            return kept.add(dependency.map(|image| image.used(Usage::Build)));
        }
        let is_image = path.last().is_some_and(|key| key == "image");
        if is_image || uses.starts_with("./") || uses.contains("${{") {
            return;
        }
        let Some((repository, reference)) = repository_and_reference(uses) else {
            return kept.tell(Some(line), "an action that names no repository with a ref", uses);
        };
        kept.add(dependency(&repository, reference, lines.comment_after(line, uses)));
    });
    kept.ended(ended);
    kept.finish().built_by(set_up(text))
}

/// What the workflow sets up to build with. What breaks its reading off was told
/// where the steps are read.
fn set_up(text: &str) -> Vec<Builder> {
    if !["setup-", "rust-toolchain", "container:"].iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    let ways: [walk::Way<'_>; 4] = [&[Some("on")], &[Some("env")], &[Some("jobs")], &[Some("runs")]];
    let mut entries = Vec::new();
    walk::yaml(text, &ways, |path, value: value::Value<'_>| {
        entries.extend(path.last().map(|key| (Cow::Owned(key.clone()), value)));
    });
    setup::builders(&value::Value::Map(entries))
}

/// A value of any shape, so that one step of a wrong one hides no other.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Other(IgnoredAny),
}

/// `owner/repo` and the ref of `owner/repo/path@ref`.
fn repository_and_reference(uses: &str) -> Option<(String, &str)> {
    let (path, reference) = uses.split_once('@')?;
    let mut parts = path.split('/');
    let (owner, name) = (parts.next()?, parts.next()?);
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    (is_name(owner) && is_name(name) && !reference.is_empty()).then(|| (format!("{owner}/{name}"), reference))
}

fn dependency(repository: &str, reference: &str, comment: Option<&str>) -> Option<Dependency> {
    let is_commit = matches!(reference.len(), 40 | 64) && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    let version = if is_commit { comment.and_then(version_of_comment) } else { full_version(reference) };
    let (version, pin) = version.map_or((reference, Pin::Shown), |version| (version, Pin::Exact));
    let action = Dependency::exact(ECOSYSTEM, repository, version)?;
    Some(action.pinned(pin).related(Relation::Direct).used(Usage::Build))
}

/// The full version that a comment names: `v4.1.2`, `tag=v4.1.2`, `pin @v4.1.2`,
/// `renovate: tag=v4.1.2`, `ratchet:owner/repo@v4.1.2`. It stands first: a version
/// further on in a sentence may be any.
fn version_of_comment(comment: &str) -> Option<&str> {
    let mut words = comment.trim();
    words = words.strip_prefix("renovate:").unwrap_or(words).trim_start();
    if let Some((_, tag)) = words.strip_prefix("ratchet:").and_then(|rest| rest.split_once('@')) {
        words = tag;
    }
    for mark in ["pin", "tag", "version"] {
        let rest = words.strip_prefix(mark).filter(|rest| rest.starts_with([' ', '=', ':', '@']));
        words = rest.map_or(words, |rest| rest.trim_start_matches([' ', '=', ':']));
    }
    words = words.strip_prefix('@').unwrap_or(words);
    full_version(words.split([' ', '\t', ',', ';', ')']).next()?)
}

/// The version of a tag that names at least major, minor and patch, without its `v`.
fn full_version(tag: &str) -> Option<&str> {
    let version = tag.strip_prefix(['v', 'V']).unwrap_or(tag);
    let numbers = version.split(['-', '+']).next()?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_full = numbers.split('.').count() >= 3 && numbers.split('.').all(is_number);
    let is_plain = version.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_'));
    (is_full && is_plain).then_some(version)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "on: push\njobs:\n  a:\n    steps:\n    - uses: acme/setup@v4.1.2\n    - {uses: 'acme/cache/save@v3', with: {uses: no/no@v1.0.0}}\n    - run: |\n        uses: no/no@v1.0.0\n    - uses: \"acme/sign@0123456789012345678901234567890123456789\" # v2.0.1\n";

    fn told(text: &str) -> Vec<String> {
        let told = |action: &Dependency| format!("{} {} {}", action.package.name, action.version, action.pin.as_str());
        read(text).dependencies.iter().map(told).collect()
    }

    #[test]
    fn steps_are_read_in_every_style() {
        assert_eq!(told(SAMPLE), ["acme/setup 4.1.2 exact", "acme/cache v3 shown", "acme/sign 2.0.1 exact"]);
        assert_eq!(read(SAMPLE).problems, []);
        assert_eq!(told(&SAMPLE.replace('\n', "\r\n")), told(SAMPLE));
    }

    #[test]
    fn the_comment_behind_a_commit_names_its_version() {
        for (comment, expected) in [
            (" v4.1.2", Some("4.1.2")),
            ("4.1.2", Some("4.1.2")),
            (" tag=v4.1.2", Some("4.1.2")),
            (" tag: v4.1.2-rc.1", Some("4.1.2-rc.1")),
            (" pin @v4.1.2", Some("4.1.2")),
            (" pin@v4.1.2", Some("4.1.2")),
            (" renovate: tag=v4.1.2", Some("4.1.2")),
            (" ratchet:acme/setup@v4.1.2", Some("4.1.2")),
            (" v4.1.2, the last one for node16", Some("4.1.2")),
            (" v4.1.2 # zizmor: ignore[x]", Some("4.1.2")),
            (" v4", None),
            (" main", None),
            (" not v4.1.2", None),
            (" pinned", None),
            ("", None),
        ] {
            assert_eq!(version_of_comment(comment), expected, "{comment}");
        }
    }

    #[test]
    fn only_a_full_version_tag_is_a_version() {
        for (tag, expected) in [
            ("v4.1.2", Some("4.1.2")),
            ("4.1.2", Some("4.1.2")),
            ("v1.0.0-beta.2", Some("1.0.0-beta.2")),
            ("v4", None),
            ("v4.1", None),
            ("main", None),
            ("release/v1.2.3", None),
            ("v1..3", None),
            ("v", None),
            ("1.2.3/x", None),
        ] {
            assert_eq!(full_version(tag), expected, "{tag}");
        }
    }

    #[test]
    fn many_steps_are_read_in_one_go() {
        let steps = "    - uses: acme/setup@0123456789012345678901234567890123456789 # v2.0.1\n".repeat(20_000);
        assert_eq!(told(&format!("jobs:\n  a:\n    steps:\n{steps}")), ["acme/setup 2.0.1 exact"]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\"'&*!|>:@#a0 \\n-]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
