//! Subjects, without what copying a commit to another branch adds to them.

use super::{MergeKind, MessageFacts};

/// What two copies of a change have in common of their subjects: [`key`]. None of a
/// merge or a private fork: what GitHub or git writes over these is no subject.
pub(crate) fn of(facts: &MessageFacts) -> Option<&str> {
    (facts.merge == MergeKind::Ordinary).then(|| key(&facts.subject)).filter(|key| !key.is_empty())
}

/// What a subject and that of its copy have in common: `fix: bound the copy`
/// of `[release-1.2] fix: bound the copy (#12) (#15)`.
/// Parts are taken off until nothing changes, because copies of copies have several: `[1.0.x]
/// Combined backports for a 1.0.1 release (#12)`.
#[must_use]
pub fn key(subject: &str) -> &str {
    let mut rest = subject.trim().trim_end_matches('.');
    loop {
        let before = rest;
        rest = without_tail(rest).trim();
        rest = without_head(rest).trim();
        if rest == before || rest.is_empty() {
            return rest;
        }
    }
}

/// Takes what names the copy's line or its pull request off the end: `(#12)`,
/// `(cherry-pick #12)`, `(backport to 1.2)`, `[1.2.x]`, `for release 36`.
fn without_tail(subject: &str) -> &str {
    let bracketed = [('(', ')'), ('[', ']')].into_iter().find_map(|(open, close)| {
        let (head, inner) = subject.strip_suffix(close)?.rsplit_once(open)?;
        (!head.trim().is_empty()).then_some((head, inner))
    });
    if let Some((head, inner)) = bracketed {
        let number = inner.trim_start_matches("PR").trim().strip_prefix(['#', '!']);
        let is_number = number.is_some_and(is_digits);
        return if is_number || names_copy(inner) || is_line(inner) { head } else { subject };
    }
    for (at, word) in words(subject) {
        let is = |names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
        let is_tail = |rest: &str| {
            is(&["for"]) && is_line_in_words(rest)
                || is(&["on", "onto", "into"]) && is_branch(rest)
                || is(&["backport", "backported", "cherry-pick", "cherry-picked"])
                    && rest.strip_prefix("to ").is_some_and(is_line_in_words)
        };
        let (head, tail) = subject.split_at_checked(at).unwrap_or((subject, ""));
        if at > 0 && is_tail(tail.get(word.len()..).unwrap_or_default().trim()) {
            return head;
        }
    }
    subject
}

/// Takes what says that it is a copy, of what and for which line, off the
/// start: `[release-1.2]`, `[backport]`, `1.2: `, `Backport of #12:`,
/// `Automated cherry pick of #12:`, `Backport PR #12 on branch 1.2.x`.
fn without_head(subject: &str) -> &str {
    if let Some((inner, rest)) = subject.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let lower = inner.to_ascii_lowercase();
        let is_branch = lower.bytes().any(|byte| byte.is_ascii_digit())
            || ["backport", "cherry", "release", "stable"].iter().any(|word| lower.contains(word));
        if is_branch && !rest.trim().is_empty() {
            return rest.trim_start().trim_start_matches(':');
        }
    }
    // One word after it is what was backported, and no title.
    let title = |rest: &'_ str| rest.split_whitespace().nth(1).is_some();
    if let Some((_, rest)) = subject.split_once(" (").filter(|(start, _)| says_copy(start) && !start.contains(':'))
        && let Some(title_of) = rest.strip_suffix(')').filter(|rest| title(rest))
    {
        return title_of;
    }
    if let Some((start, rest)) = subject.split_once(": ").filter(|(_, rest)| title(rest))
        && (is_line(start) || says_copy(start) || start.split_once('(').is_some_and(|(start, _)| says_copy(start)))
    {
        return rest;
    }
    for head in ["backport ", "cherry-pick "] {
        if let Some((start, rest)) = subject.split_at_checked(head.len())
            && start.eq_ignore_ascii_case(head)
            && title(rest)
        {
            return rest;
        }
    }
    subject
}

/// The words of a subject with where they begin.
fn words(subject: &str) -> impl Iterator<Item = (usize, &str)> {
    let place = |word: &str| word.as_ptr() as usize - subject.as_ptr() as usize;
    subject.split_whitespace().map(move |word| (place(word), word))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text speaks of copying: `backport to 1.2`, `cherry-pick #12`.
fn names_copy(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["cherry", "backport", "back-port"].iter().any(|word| lower.contains(word))
}

/// Whether a text says that a copy follows, and perhaps of what and for which
/// line: `Backport of #12`, `Automated cherry pick of #12`, `Backport PR #12 on
/// branch 1.2.x`. Any other word makes it a sentence about backports.
fn says_copy(text: &str) -> bool {
    const KNOWN: [&str; 18] = [
        "automated",
        "automatic",
        "auto",
        "manual",
        "manually",
        "cherry",
        "pick",
        "picked",
        "pr",
        "pull",
        "request",
        "of",
        "from",
        "to",
        "on",
        "for",
        "branch",
        "into",
    ];
    let known = |word: &str| {
        let word = word.to_ascii_lowercase();
        let word = word.trim_matches([',', '.', '`', '"']);
        let number = word.strip_prefix(['#', '!']).unwrap_or(word);
        names_copy(word) || KNOWN.contains(&word) || is_digits(number) || is_line(word)
    };
    names_copy(text) && text.split_whitespace().all(known)
}

/// `1.2`, `1.2.x`, `v1.2`, `release-1.2`, `stable/1.2`, `1.2-stable`, `branch-1.2`.
fn is_line(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let bare = LINE_WORDS.iter().fold(lower.as_str(), |rest, word| {
        let rest = rest.strip_prefix(word).map_or(rest, |rest| rest.trim_start_matches(['-', '/', '_', '.']));
        rest.strip_suffix(word).map_or(rest, |rest| rest.trim_end_matches(['-', '/', '_', '.']))
    });
    let bare = bare.strip_prefix('v').unwrap_or(bare);
    let number = |part: &str| is_digits(part) && part.len() <= 4;
    let mut parts = bare.split(['.', '_']);
    let named = bare.len() < lower.len();
    let first = parts.next().is_some_and(number);
    let mut more = 0;
    first
        && parts.all(|part| {
            (part == "x" || number(part)) && {
                more += 1;
                true
            }
        })
        && (more > 0 || named)
}

/// Words around a version in the names of branches.
const LINE_WORDS: [&str; 5] = ["release", "releases", "stable", "branch", "maint"];

/// The name of a branch that has one of [`LINE_WORDS`], or a version that ends
/// in `x`: `on 1.2` may be about somebody else's version.
fn is_branch(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    is_line_in_words(text) && (lower.ends_with('x') || LINE_WORDS.iter().any(|word| lower.contains(word)))
}

/// A line as a sentence names it: `release 36`, `the 1.2 branch`, `a 1.0.1 release`.
fn is_line_in_words(text: &str) -> bool {
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.trim_matches(['`', '"', '\'', ',', '.']).to_ascii_lowercase())
        .filter(|word| !matches!(word.as_str(), "the" | "a" | "an"))
        .collect();
    let named = |word: &String| LINE_WORDS.contains(&word.as_str()) || word == "line" || word == "series";
    match words.as_slice() {
        [only] => is_line(only),
        [name, version] if named(name) => is_line(version) || is_digits(version),
        [version, name] if named(name) => is_line(version) || is_digits(version),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn copies_have_the_subject_of_their_original() {
        for copy in [
            "fix: bound the copy",
            "fix: bound the copy (#12)",
            "fix: bound the copy (#12) (#15)",
            "[release-1.2] fix: bound the copy (#15)",
            "[1.1] fix: bound the copy",
            "[1.1] [backport] fix: bound the copy",
            "[43.0.x] fix: bound the copy (#12345)",
            "fix: bound the copy (cherry-pick #12 for 2.8) (#15)",
            "fix: bound the copy (backport to 1.2)",
            "fix: bound the copy (1.2.x)",
            "fix: bound the copy [1.2]",
            "fix: bound the copy [backport 1.2] (#15)",
            "fix: bound the copy for release 36",
            "fix: bound the copy for release-36.0",
            "fix: bound the copy for a 1.0.1 release (#15)",
            "fix: bound the copy for the 1.2 branch",
            "fix: bound the copy on release-1.2",
            "fix: bound the copy backport to 1.2",
            "Backport: fix: bound the copy",
            "Backport fix: bound the copy",
            "Backport of #12: fix: bound the copy",
            "Backport of 12 to 1.2: fix: bound the copy (#15)",
            "Backport PR #12 on branch 1.2.x (fix: bound the copy)",
            "Backport PR #12: fix: bound the copy",
            "backport(1.2): fix: bound the copy",
            "Automated cherry pick of #12: fix: bound the copy",
            "Cherry-pick #12 to 7.x: fix: bound the copy",
            "1.2 backport: fix: bound the copy",
            "release-1.2: fix: bound the copy",
            "1.2.x: fix: bound the copy",
            "fix: bound the copy.",
        ] {
            assert_eq!(key(copy), "fix: bound the copy", "{copy}");
        }
        for own in ["(#12)", "[UI] fix it", "fix (really)", "", "backport"] {
            assert_eq!(key(own), own.trim(), "{own}");
        }
    }

    #[test]
    fn versions_of_others_and_sentences_about_backports_stay() {
        for own in [
            "Bump golang.org/x/net to 0.17.0",
            "Update the image to 1.2",
            "Fix the build for Python 3.8",
            "Run the tests on 3.8",
            "ci: fix the backport action: use a token",
            "Make the backport workflow run for forks",
            "2024: a new year",
            "docs: how to cherry-pick for maintainers",
            "fix(1.2 parser): accept dots",
            "Release 1.2.3",
        ] {
            assert_eq!(key(own), own, "{own}");
        }
    }
}
