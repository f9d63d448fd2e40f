//! Reverts: what a commit takes back.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::CommitPrefix;

/// What a commit takes back, or takes back the taking back of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reverts {
    /// The commits that it names. Of a reverted merge, git names the merge first
    /// and then where it leads back to; only the merge is here.
    pub commits: Vec<CommitPrefix>,
    /// The subject of the innermost commit that it quotes.
    pub subject: Option<Box<str>>,
    /// Whether it brings the commit back: a revert of a revert.
    pub reapplies: bool,
}

static HASH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?-u:\b)(?:this )?revert(?:s|ing|ed)?(?: of)?:?\s+(?:commits?\s+)?([0-9a-f]{7,40})(?-u:\b)").ok()
});

static GOES_BACK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?-u:\b)(?:revert\w*|back(?:s|ed|ing)?[\x20-]?out|undo(?:es|ing)?|undid|roll(?:s|ed|ing)?[\x20-]?back|restor(?:e|es|ed|ing)|go(?:es)?[\x20]back)(?-u:\b)").ok()
});

/// Whether a subject hints that its commit takes something back.
pub(crate) fn goes_back(subject: &str) -> bool {
    GOES_BACK.as_ref().is_some_and(|back| back.is_match(subject))
}

/// What a message takes back.
pub(super) fn read(subject: &str, message: &str) -> Option<Reverts> {
    let (quoted, depth) = unwrap(subject);
    let says_revert = depth.is_some();
    if !says_revert && !message.contains("revert") && !message.contains("Revert") {
        return None;
    }
    let mut commits: Vec<CommitPrefix> = Vec::new();
    for captures in HASH.iter().flat_map(|hash| hash.captures_iter(message)) {
        let hash =
            captures.get(1).map(|hash| hash.as_str()).filter(|hash| hash.bytes().any(|byte| byte.is_ascii_digit()));
        commits.extend(hash.and_then(|hash| hash.parse::<CommitPrefix>().ok()));
    }
    commits.dedup();
    // "reverts" somewhere in a body, with no hash and no such subject, is talk.
    if !says_revert && (commits.is_empty() || !message.contains("his reverts commit")) {
        return None;
    }
    let subject = says_revert.then(|| quoted.trim()).filter(|quoted| !quoted.is_empty()).map(Into::into);
    Some(Reverts { commits, subject, reapplies: depth.is_some_and(|depth| depth % 2 == 0) })
}

/// Takes `Revert "…"` off a subject, however often; how many were taken off,
/// none where it is no such subject. `Reapply "…"` is two.
fn unwrap(subject: &str) -> (&str, Option<u32>) {
    let (mut rest, mut depth) = (subject.trim(), None);
    loop {
        let words = [("Revert \"", 1), ("revert \"", 1), ("Reapply \"", 2), ("reapply \"", 2)];
        let Some((inner, count)) =
            words.iter().find_map(|(word, count)| rest.strip_prefix(word).map(|inner| (inner, count)))
        else {
            break;
        };
        depth = Some(depth.unwrap_or(0) + count);
        rest = inner.rfind('"').and_then(|quote| inner.get(..quote)).unwrap_or(inner).trim();
    }
    if depth.is_none() {
        // Conventional commits: `revert: feat: add x`.
        let inner = rest.strip_prefix("revert: ").or_else(|| rest.strip_prefix("Revert: "));
        if let Some(inner) = inner {
            return (inner, Some(1));
        }
    }
    (rest, depth)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(message: &str) -> Option<Reverts> {
        read(message.lines().next().unwrap_or_default(), message)
    }

    #[test]
    fn git_s_own_revert_is_read() {
        let reverts =
            of("Revert \"Fix \"x\" in y\"\n\nThis reverts commit 6a672503973bf7c687053e459bfff8a9652e16bf.").unwrap();
        assert_eq!(reverts.subject.as_deref(), Some("Fix \"x\" in y"));
        assert_eq!(reverts.commits.len(), 1);
        assert!(!reverts.reapplies);
    }

    #[test]
    fn a_reverted_merge_names_the_merge() {
        let text = "Revert \"Merge x\"\n\nThis reverts commit 6a672503973b, reversing\nchanges made to ffa59ce3aa78.";
        let reverts = of(text).unwrap();
        assert_eq!(reverts.commits, ["6a672503973b".parse().unwrap()]);
    }

    #[test]
    fn a_revert_of_a_revert_brings_it_back() {
        assert!(of("Revert \"Revert \"Fix x\"\"").unwrap().reapplies);
        assert!(of("Reapply \"Fix x\"\n\nThis reverts commit 6a672503973b.").unwrap().reapplies);
        assert!(!of("Revert \"Reapply \"Fix x\"\"").unwrap().reapplies);
        assert_eq!(of("revert: feat: add x").unwrap().subject.as_deref(), Some("feat: add x"));
    }

    #[test]
    fn talk_of_reverting_is_no_revert() {
        assert!(of("Explain how revert works").is_none());
        assert!(of("Fix x\n\nNobody reverts this.").is_none());
        assert!(of("Fix x\n\nThis reverts commit 6a672503973b partly.").is_some());
    }
}
