//! Merges and pull requests, as messages speak of them.

use std::sync::LazyLock;

use regex::Regex;

use super::cut::cut;
use crate::model::AdvisoryId;

/// What kind of merge a subject speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MergeKind {
    /// None.
    #[default]
    Ordinary,
    /// Of a pull or merge request.
    PullRequest,
    /// Of the private fork of a GitHub advisory. Until 2024 the subject named
    /// the advisory; since then it is `Merge commit from fork`, and no more.
    PrivateFork {
        /// The advisory, where the subject names it.
        id: Option<AdvisoryId>,
    },
    /// Of a branch.
    Branch,
}

impl MergeKind {
    /// Whether it is of a private fork.
    #[must_use]
    pub const fn is_private_fork(&self) -> bool {
        matches!(self, Self::PrivateFork { .. })
    }

    /// The advisory whose private fork is merged, where the subject names it.
    #[must_use]
    pub const fn fork_of(&self) -> Option<&AdvisoryId> {
        match self {
            Self::PrivateFork { id } => id.as_ref(),
            _ => None,
        }
    }
}

/// Those of bors are met in crossbeam, of which a record names one.
static PULL_REQUESTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        ^Merge\ pull\ request\ \#([0-9]{1,9})(?-u:\b)          # GitHub, Bitbucket
        | ^Merged\ PR\ ([0-9]{1,9}):                     # Azure DevOps
        | ^[Mm]erge\ branch\ '(?:pr|pull)[-/]([0-9]{1,9})(?:/head|/merge)?'  # merged by hand
        | ^(?:Auto\ )?[Mm]erge\ \#([0-9]{1,9})(?-u:\b)         # bors, homu
        | \((?:PR\ ?)?\#([0-9]{1,9})\)                   # squash and rebase: title (#12)
        | \(!([0-9]{1,9})\)                              # GitLab's squash
        ",
    )
    .ok()
});
static GITLAB: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)^See merge request \S*!([0-9]{1,9})\s*$").ok());

/// The numbers of the pull requests that brought the commit, as its subject
/// (GitLab: a line of its body) says. `Fixes #12` names an issue, not these.
/// Bodies name other pull requests as well, those that are copied for one.
pub(super) fn pull_requests(subject: &str, message: &str) -> Box<[u64]> {
    let mut numbers = Vec::new();
    let mut collect = |regex: &Option<Regex>, text: &str| {
        for captures in regex.iter().flat_map(|regex| regex.captures_iter(text)) {
            let number = captures.iter().skip(1).flatten().find_map(|number| number.as_str().parse::<u64>().ok());
            numbers.extend(number.filter(|number| *number > 0));
        }
    };
    if subject.contains(['#', '!', '\'']) || subject.starts_with("Merged PR") {
        collect(&PULL_REQUESTS, subject);
    }
    if message.contains("See merge request") {
        collect(&GITLAB, message);
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into()
}

/// What kind of merge a subject speaks of.
pub(super) fn kind(subject: &str) -> MergeKind {
    let lower = |prefix: &str| subject.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    if lower("Merge commit from fork") {
        return MergeKind::PrivateFork { id: None };
    }
    if lower("Merge pull request from GHSA-") {
        let id = subject.get("Merge pull request from ".len()..).and_then(|rest| rest.split_whitespace().next());
        return MergeKind::PrivateFork { id: id.and_then(|id| id.parse().ok()) };
    }
    if lower("Merge pull request #") || lower("Merge #") || lower("Auto merge of #") || lower("Merged PR ") {
        return MergeKind::PullRequest;
    }
    if lower("Merge branch ") || lower("Merge remote-tracking branch ") || lower("Merge tag ") {
        return MergeKind::Branch;
    }
    MergeKind::Ordinary
}

/// What a merge of a private fork brought, as its body says: the first line that
/// is no trailer. Of a squash GitHub writes the subjects there, as a list.
/// The body may be empty: then the changes alone tell which advisory it was.
pub(super) fn title(subject: &str, message: &str) -> Option<Box<str>> {
    if !kind(subject).is_private_fork() {
        return None;
    }
    let lines = message.lines().map(str::trim).filter(|line| !line.is_empty()).skip(1);
    let lines = lines.map(|line| line.trim_start_matches(['*', '-', '#']).trim());
    let is_trailer =
        |line: &&str| line.split_once(": ").is_some_and(|(key, _)| key.contains('-') && !key.contains(' '));
    let title = lines.filter(|line| !is_trailer(line)).find(|line| line.split_whitespace().count() > 1)?;
    Some(cut(title, crate::limits::SUBJECT).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::message::scan;

    #[test]
    fn pull_requests_are_read_in_every_forge_s_spelling() {
        for (message, numbers) in [
            ("Merge pull request #12 from owner/branch", vec![12]),
            ("Merge pull request #12 in PROJ/repo from x to y", vec![12]),
            ("Merged PR 123: title", vec![123]),
            ("Merge #12 #13", vec![12]),
            ("merge branch 'pr-12' into release-1.1", vec![12]),
            ("Fix the lock (#12)", vec![12]),
            ("Cherry-pick (#6254) (#6253)", vec![6253, 6254]),
            ("Merge branch 'x' into 'y'\n\nSee merge request group/proj!123", vec![123]),
            ("Fix #12", vec![]),
            ("Fix\n\nFixes: #12", vec![]),
            ("Fix (#0)", vec![]),
        ] {
            assert_eq!(scan(message).pull_requests.to_vec(), numbers, "{message}");
        }
    }

    #[test]
    fn the_body_says_what_a_private_fork_did() {
        let of = |message: &str| scan(message).title.map(String::from);
        let squashed = "Merge commit from fork\n\n* Check links before unpacking\n\nSigned-off-by: A <a@x>";
        assert_eq!(of(squashed).as_deref(), Some("Check links before unpacking"));
        assert_eq!(of("Merge commit from fork\n\nSigned-off-by: Ada B <a@x>"), None);
        assert_eq!(of("Check links\n\nbefore unpacking"), None);
    }

    #[test]
    fn merges_of_private_forks_are_told_with_and_without_an_id() {
        assert_eq!(kind("Merge commit from fork"), MergeKind::PrivateFork { id: None });
        let id = "GHSA-wwj6-vghv-5p64".parse().ok();
        assert_eq!(kind("Merge pull request from GHSA-wwj6-vghv-5p64"), MergeKind::PrivateFork { id });
        assert_eq!(kind("Merge pull request #1 from a/b"), MergeKind::PullRequest);
        assert_eq!(kind("Merge branch 'main' into x"), MergeKind::Branch);
        assert_eq!(kind("Fix"), MergeKind::Ordinary);
    }
}
