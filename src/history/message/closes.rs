//! The issues that a message says its commit closes.

/// The words that GitHub and GitLab take for it.
/// Source: GitHub, "Linking a pull request to an issue".
const WORDS: [&str; 9] = ["fix", "fixes", "fixed", "close", "closes", "closed", "resolve", "resolves", "resolved"];

/// The numbers of the issues: `Fixes #12`, `closes: owner/name#12`. Linear in the
/// message's length.
pub(super) fn read(message: &str) -> Box<[u64]> {
    let mut numbers: Vec<u64> = Vec::new();
    for at in memchr::memchr_iter(b'#', message.as_bytes()) {
        let after = message.get(at + 1..).unwrap_or_default();
        let digits = after.bytes().take_while(u8::is_ascii_digit).take(9).count();
        let Some(number) = after.get(..digits).and_then(|digits| digits.parse::<u64>().ok()) else { continue };
        let start = message.floor_char_boundary(at.saturating_sub(80));
        let mut words = message.get(start..at).unwrap_or_default().split(|c: char| c.is_whitespace() || c == ':');
        // The repository stands right before the number, if at all.
        let of_repository = words.next_back().is_some_and(|last| last.is_empty() || last.contains('/'));
        let word = words.rfind(|word| !word.is_empty());
        let closes = word.is_some_and(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)));
        if of_repository && closes && number > 0 && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers.into()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn issues_are_closed_in_github_s_words() {
        for (message, numbers) in [
            ("Fix it\n\nFixes #12", vec![12]),
            ("Fixes: #12, closes owner/name#7", vec![12, 7]),
            ("Resolved #3 (#4)", vec![3]),
            ("See #12", vec![]),
            ("Fix (#12)", vec![]),
            ("fixes #", vec![]),
        ] {
            assert_eq!(read(message).to_vec(), numbers, "{message}");
        }
    }
}
