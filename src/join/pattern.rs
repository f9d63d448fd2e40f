//! Expressions over other people's words.

use std::sync::OnceLock;

use regex::{Regex, bytes};

/// An expression that is compiled when it is first needed.
///
/// Unicode's letters make an expression some ten times as dear to compile, and its
/// borders of words (`\b`) lead the engine from its fast ways; most messages are
/// ASCII, for which the expression without Unicode says the same. So there are two of
/// each, and a message with another letter gets the dear one.
pub(super) struct Pattern {
    text: &'static str,
    ascii: OnceLock<Option<bytes::Regex>>,
    unicode: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(super) const fn new(text: &'static str) -> Self {
        Self { text, ascii: OnceLock::new(), unicode: OnceLock::new() }
    }

    fn ascii(&self) -> Option<&bytes::Regex> {
        // None where it names a letter that is not ASCII.
        self.ascii.get_or_init(|| bytes::Regex::new(&format!("(?-u){}", self.text)).ok()).as_ref()
    }

    fn unicode(&self) -> Option<&Regex> {
        self.unicode.get_or_init(|| Regex::new(self.text).ok()).as_ref()
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        match self.ascii().filter(|_| text.is_ascii()) {
            Some(ascii) => ascii.is_match(text.as_bytes()),
            None => self.unicode().is_some_and(|unicode| unicode.is_match(text)),
        }
    }

    /// The first place where it matches within a line.
    pub(super) fn find_in_lines<'t>(&self, text: &'t str) -> Option<&'t str> {
        // One name with an accent among the sign-offs makes no other line dear.
        if text.is_ascii() { self.find(text) } else { text.lines().find_map(|line| self.find(line)) }
    }

    /// The first place where it matches.
    fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self.ascii().filter(|_| text.is_ascii()) {
            Some(ascii) => text.get(ascii.find(text.as_bytes())?.range()),
            None => self.unicode()?.find(text).map(|found| found.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn both_ways_say_the_same_of_ascii(text in "(fix|auth|x| |\\.|-|_|0|é|ſ|K){0,12}") {
            for pattern in [r"(?i)(?-u:\b)fix\w*(?-u:\b)", r"(?i)\bauth\b", r"(?ix)^[\x20]*[\w.-]{1,5}[\x20][^\w\n]"] {
                let (both, unicode) = (Pattern::new(pattern), Regex::new(pattern).unwrap());
                proptest::prop_assert_eq!(both.find(&text), unicode.find(&text).map(|found| found.as_str()));
                proptest::prop_assert_eq!(both.is_match(&text), unicode.is_match(&text));
                let lines = format!("{text}\n{text} x\nfix é auth");
                let first = lines.lines().find_map(|line| unicode.find(line)).map(|found| found.as_str());
                proptest::prop_assert_eq!(both.find_in_lines(&lines), first);
            }
        }
    }
}
