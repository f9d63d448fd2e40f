//! What comes next in a text, before anything of it is taken.

use super::parser::Parser;
use super::said::count;
use crate::advisory::typed::phrases::{self, Phrase};
use crate::advisory::typed::tokens::{Op, What, Written};

impl<'t> Parser<'t, '_> {
    /// Words that say nothing, and names, up to a version; none where there is none.
    pub(super) fn version_ahead(&self, mut ahead: usize) -> Option<(Written<'t>, usize)> {
        let mut names = 0;
        loop {
            match self.tokens.get(self.at + ahead)?.what {
                What::Version(version) => return Some((self.lined(version, ahead + 1), ahead + 1)),
                What::Op(Op::Eq) => ahead += 1,
                What::Word(_) if phrases::is_filler(self.word(self.at + ahead)) => ahead += 1,
                // `prior to PolarSSL 1.2.6`
                What::Word(_) if names < 3 && !self.has_meaning(self.at + ahead) => {
                    names += 1;
                    ahead += 1;
                }
                _ => return None,
            }
        }
    }

    /// Whether a word says something of versions.
    pub(super) fn has_meaning(&self, at: usize) -> bool {
        let word = self.word(at);
        phrases::is_moving(word)
            || phrases::turns(word)
            || phrases::is_condition(word)
            || matches!(word, "and" | "or" | "including")
            || self.phrase(at).is_some()
            || phrases::is_later(word)
            || phrases::is_earlier(word)
    }

    pub(super) fn phrase(&self, at: usize) -> Option<(Phrase, usize)> {
        let words: Vec<&str> = (at..at + 5).map(|at| self.word(at)).take_while(|word| !word.is_empty()).collect();
        let (phrase, mut length) = phrases::phrase(&words)?;
        // `up to and including, 1.2`
        let including = matches!(self.word(at + length - 1), "including" | "excluding");
        let comma = self.tokens.get(at + length).is_some_and(|token| token.what == What::Comma);
        length += usize::from(including && comma);
        let end = matches!(phrase, Phrase::Before | Phrase::UpTo);
        let (included, more) = self.inclusion(at + length).filter(|_| end).unwrap_or((phrase == Phrase::UpTo, 0));
        Some((
            if !end {
                phrase
            } else if included {
                Phrase::UpTo
            } else {
                Phrase::Before
            },
            length + more,
        ))
    }

    /// `and including`, `, but not including,` between a bound's words and its version:
    /// whether it is included, and how many words that is.
    pub(super) fn inclusion(&self, from: usize) -> Option<(bool, usize)> {
        let comma = |at: usize| usize::from(self.tokens.get(at).is_some_and(|token| token.what == What::Comma));
        let mut at = from + comma(from);
        if (self.word(at), self.word(at + 1)) == ("or", "equal") {
            return Some((true, at + 2 + usize::from(self.word(at + 2) == "to") - from));
        }
        at += usize::from(matches!(self.word(at), "and" | "but" | "or"));
        let not = self.word(at) == "not";
        at += usize::from(not);
        let included = match self.word(at) {
            "including" | "inclusive" => !not,
            "excluding" | "exclusive" => not,
            _ => return None,
        };
        at += 1;
        at += usize::from(self.word(at) == "of");
        Some((included, at + comma(at) - from))
    }

    /// `latest`, `the latest version`, where a version belongs.
    pub(super) fn moving_ahead(&self, mut ahead: usize) -> Option<usize> {
        while phrases::is_filler(self.word(self.at + ahead)) {
            ahead += 1;
        }
        if !phrases::is_moving(self.word(self.at + ahead)) {
            return None;
        }
        ahead += 1;
        while phrases::is_filler(self.word(self.at + ahead)) || matches!(self.word(self.at + ahead), "commit") {
            ahead += 1;
        }
        Some(ahead)
    }

    /// Whether `and` or `or` stands there, and something of versions behind it:
    /// `on Windows and 1.3.0 on Linux`, not `on Windows and Linux`.
    pub(super) fn goes_on(&self, ahead: usize) -> bool {
        let mut next = ahead + 1;
        while phrases::is_filler(self.word(self.at + next)) {
            next += 1;
        }
        let word = self.word(self.at + next);
        let bounds = self.phrase(self.at + next).is_some_and(|(_, length)| self.version_ahead(next + length).is_some());
        let suffix = phrases::is_earlier(word) || phrases::is_later(word) && word != "on";
        let op = matches!(self.what(next), Some(What::Op(_)));
        // `for Node 18 and 20`
        let version = self.version_ahead(next).is_some_and(|(version, _)| version.is_line || count(version.text) > 1);
        phrases::is_joint(self.word(self.at + ahead)) && (op || bounds || suffix || version)
    }
}
