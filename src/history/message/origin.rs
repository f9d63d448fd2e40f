//! Copies: what a message says its commit was taken from.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::CommitPrefix;

/// A commit that another says it was copied from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The hash, perhaps abbreviated; perhaps of a commit that nobody has.
    pub commit: CommitPrefix,
    /// In which words.
    pub kind: OriginKind,
}

/// The words by which a copy names its original.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum OriginKind {
    /// `(cherry picked from commit …)`, as `git cherry-pick -x` writes it, and its kin.
    CherryPicked,
    /// `Upstream-commit: …`, `commit … upstream.`
    Upstream,
    /// `Backport-of: …`, `Backported from commit …`
    Backport,
}

impl OriginKind {
    /// The words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CherryPicked => "cherry picked from",
            Self::Upstream => "upstream commit",
            Self::Backport => "backport of",
        }
    }
}

/// What may stand between the words and the hash: `commit`, punctuation, the
/// address of a forge's page.
/// The third form is that of the Linux kernel's stable branches. The trailer may be the subject, so
/// that it is looked for everywhere.
static ORIGINS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?imx)
        (?-u:\b)(?P<cherry>cherry[\x20-]?pick(?:ed)?[\x20-](?:from|of)) [:\x20]{1,2}(?:commit[s:\x20]{0,2})?(?:https?://\S{1,200}/)?(?P<c>[0-9a-f]{7,40})(?-u:\b)
        | (?-u:\b)(?P<upstream>upstream(?:[\x20-]commit)?(?:[\x20-]id)?) [:\x20]{1,2}(?:commit\ )?(?:https?://\S{1,200}/)?(?P<u>[0-9a-f]{7,40})(?-u:\b)
        | ^\s*(?:\[\ )?commit\ (?P<stable>[0-9a-f]{40})\ upstream
        | (?-u:\b)(?P<backport>back-?port(?:ed|s)?[\x20-](?:of|from)) [:\x20]{1,2}(?:commit[:\x20]{0,2})?(?:https?://\S{1,200}/)?(?P<b>[0-9a-f]{7,40})(?-u:\b)
        ",
    )
    .ok()
});

/// The commits that a message says it copies.
pub(super) fn read(message: &str) -> Box<[Origin]> {
    if !["cherry", "Cherry", "pstream", "ackport", "ack-port"].iter().any(|word| message.contains(word)) {
        return Box::default();
    }
    let mut origins = Vec::new();
    for captures in ORIGINS.iter().flat_map(|origins| origins.captures_iter(message)) {
        let named = [
            ("c", OriginKind::CherryPicked),
            ("u", OriginKind::Upstream),
            ("stable", OriginKind::Upstream),
            ("b", OriginKind::Backport),
        ];
        let origin = named.into_iter().find_map(|(group, kind)| {
            let text = captures.name(group)?.as_str();
            // Seven and more letters a-f are a word sooner than a hash.
            let hash = text.bytes().any(|byte| byte.is_ascii_digit());
            Some(Origin { commit: text.parse().ok().filter(|_| hash)?, kind })
        });
        origins.extend(origin.filter(|origin| !origins.contains(origin)));
    }
    origins.into()
}

/// `Backport of #12`, `Automated cherry pick of #12`, `(backport #12)`,
/// `Backport PR #12 on branch 1.2.x`: a pull request of this repository. One
/// that is named with an owner may be anybody's.
static REQUESTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?imx)
        (?-u:\b)(?:back-?port(?:s|ed|ing)?|cherry[\x20-]?pick(?:s|ed|ing)?)
        (?:[\x20-](?:of|from|for))? (?:\x20(?:pr|pull\ request|mr|merge\ request))? :?\x20? [\#!](?P<number>[0-9]{1,9})(?-u:\b)
        ",
    )
    .ok()
});

/// The pull requests that a message says it copies.
pub(super) fn requests(message: &str) -> Box<[u64]> {
    if !["herry", "ackport", "ack-port", "CHERRY", "BACKPORT"].iter().any(|word| message.contains(word)) {
        return Box::default();
    }
    let found = REQUESTS.iter().flat_map(|requests| requests.captures_iter(message));
    let numbers = found.filter_map(|captures| captures.name("number")?.as_str().parse::<u64>().ok());
    let mut numbers: Vec<u64> = numbers.filter(|number| *number > 0).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_may_name_a_pull_request() {
        for text in [
            "Backport of #12: fix: bound the copy",
            "[release-1.2] fix: bound the copy (backport #12) (#15)",
            "Automated cherry pick of #12: fix: bound the copy",
            "Backport PR #12 on branch 1.2.x (fix: bound the copy)",
            "fix: bound the copy\n\nBackports #12",
            "fix: bound the copy\n\nCherry-pick of PR #12.",
            "fix: bound the copy (cherry-pick #12 for 2.8) (#15)",
            "fix: bound the copy\n\nBackport: !12",
        ] {
            assert_eq!(&*requests(text), [12], "{text}");
        }
        for text in
            ["Fix the backport action (#12)", "Backport of other/project#12", "backport 12 commits", "cherry #0"]
        {
            assert!(requests(text).is_empty(), "{text}");
        }
    }

    const HASH: &str = "6a672503973bf7c687053e459bfff8a9652e16bf";

    #[test]
    fn a_copy_names_its_original_in_many_ways() {
        for (text, kind) in [
            (format!("Fix\n\n(cherry picked from commit {HASH})"), OriginKind::CherryPicked),
            (format!("(cherry picked from commit {HASH})"), OriginKind::CherryPicked),
            ("Fix\n\nCherry-picked from 6a672503973b".to_owned(), OriginKind::CherryPicked),
            (format!("Cherry-picked-from: {HASH}").replace("picked-from", "picked from"), OriginKind::CherryPicked),
            (format!("cherry-pick of https://github.com/a/b/commit/{HASH}"), OriginKind::CherryPicked),
            (format!("Upstream-commit: {HASH}"), OriginKind::Upstream),
            (format!("[ Upstream commit {HASH} ]"), OriginKind::Upstream),
            (format!("x\n\ncommit {HASH} upstream.\n"), OriginKind::Upstream),
            (format!("Backport-of: {HASH}"), OriginKind::Backport),
            (format!("Backported from commit {HASH}"), OriginKind::Backport),
        ] {
            let origins = read(&text);
            assert_eq!(origins.len(), 1, "{text}");
            assert_eq!(origins[0].kind, kind, "{text}");
            assert!(origins[0].commit.matches(&HASH.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn words_are_no_hashes() {
        for text in
            ["cherry picked from commit defaced", "cherry-pick from main", "upstream: 1.2.3", "backport of #123"]
        {
            assert!(read(text).is_empty(), "{text}");
        }
    }
}
