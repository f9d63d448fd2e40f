//! Subjects, without what copying a commit to another branch adds to them.

/// What a subject and that of its copy have in common: `fix: bound the copy`
/// of `[release-1.2] fix: bound the copy (#12) (#15)`.
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

/// Takes `(#12)`, `(cherry-pick #12)`, `(backport to 1.2)` off the end.
fn without_tail(subject: &str) -> &str {
    let Some((head, inner)) = subject.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) else { return subject };
    let number = inner.trim_start_matches("PR").trim().strip_prefix(['#', '!']);
    let is_number = number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    let lower = inner.to_ascii_lowercase();
    let is_copy = ["cherry", "backport", "back-port"].iter().any(|word| lower.contains(word));
    // A subject that is nothing but brackets is its own.
    if (is_number || is_copy) && !head.trim().is_empty() { head } else { subject }
}

/// Takes `[release-1.2]`, `[backport]`, `Backport:`, `cherry-pick:` off the start.
fn without_head(subject: &str) -> &str {
    if let Some((inner, rest)) = subject.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let lower = inner.to_ascii_lowercase();
        let is_branch = lower.bytes().any(|byte| byte.is_ascii_digit())
            || ["backport", "cherry", "release", "stable"].iter().any(|word| lower.contains(word));
        if is_branch && !rest.trim().is_empty() {
            return rest.trim_start().trim_start_matches(':');
        }
    }
    let heads = ["backport:", "backport ", "cherry-pick:", "cherry-pick ", "cherry pick:", "cherry-picked:"];
    for head in heads {
        if let Some((start, rest)) = subject.split_at_checked(head.len())
            && start.eq_ignore_ascii_case(head)
            && rest.split_whitespace().count() > 1
        {
            return rest;
        }
    }
    subject
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
            "fix: bound the copy (cherry-pick #12 for 2.8) (#15)",
            "Backport: fix: bound the copy",
            "fix: bound the copy.",
        ] {
            assert_eq!(key(copy), "fix: bound the copy", "{copy}");
        }
        for own in ["(#12)", "[UI] fix it", "fix (really)", "", "backport"] {
            assert_eq!(key(own), own.trim(), "{own}");
        }
    }
}
