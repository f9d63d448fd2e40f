//! Words: joints, bounds, names, and what says nothing.

use super::parser::{COMMIT, NO_VERSION, Parser};
use super::said::{High, Join, Said, last};
use crate::advisory::typed::phrases::{self, Phrase};
use crate::advisory::typed::tokens::{What, is_separator};

impl Parser<'_, '_> {
    pub(super) fn words(&mut self) {
        let word = self.word(self.at).to_owned();
        match word.as_str() {
            "and" | "plus" | "as" | "well" | "also" | "then" => return self.separate(Join::Comma),
            "or" => return self.separate(Join::Or),
            // `and up, including all 2.1 and later releases`
            // `at least 1.2 but less than 1.4`
            "but" if self.phrase(self.at + 1).is_some() || matches!(self.what(1), Some(What::Op(_))) => {
                return self.take(1);
            }
            "including" | "includes" => return self.separate(Join::Alternative),
            _ => {}
        }
        if let Some((phrase, length)) = self.phrase(self.at) {
            return self.bound(phrase, length);
        }
        if phrases::is_filler(&word) {
            self.part.says_all |= phrases::is_all(&word) && self.part.broken.is_none();
            return self.take(1);
        }
        // `none of 1.2.0, 1.2.4`, `versions other than 1.2.0`
        let but = matches!((word.as_str(), self.word(self.at + 1)), ("other", "than") | ("apart" | "aside", "from"));
        if phrases::turns(&word) || but || word == "none" {
            return self.turns(&word);
        }
        if !self.part.said.is_empty() {
            if phrases::is_condition(&word) {
                // `on Windows`: it is read for everybody.
                let mut length = 1;
                while self.what(length).is_some_and(|what| !is_separator(what))
                    && !self.goes_on(length)
                    && !phrases::excludes(self.word(self.at + length))
                {
                    length += 1;
                }
                return self.take(length);
            }
            return self.breaks(NO_VERSION);
        }
        if phrases::is_moving(&word) || phrases::is_none(&word) {
            return self.breaks(NO_VERSION);
        }
        self.part.name.push_str(&word);
        self.take(1);
    }

    /// `before 1.2`, `from 1.0 to 1.4`, `between 1.0 and 1.4`.
    pub(super) fn bound(&mut self, phrase: Phrase, length: usize) {
        let Some((version, length)) = self.version_ahead(length) else {
            let moving = self.moving_ahead(length).filter(|_| matches!(phrase, Phrase::UpTo | Phrase::Before));
            return match moving {
                Some(length) => {
                    self.take(length);
                    self.say(Said::High(High::Open, true));
                }
                None => {
                    let commit = self.what(length) == Some(What::Commit);
                    self.breaks(if commit { COMMIT } else { NO_VERSION });
                }
            };
        };
        self.take(length);
        if version.text.is_empty() {
            return self.breaks(NO_VERSION);
        }
        if phrase == Phrase::Between {
            let and = matches!(self.word(self.at), "and" | "to") || self.what(0) == Some(What::Dash);
            let end = and.then(|| self.version_ahead(1)).flatten();
            let Some((end, length)) = end else { return self.breaks(NO_VERSION) };
            self.take(length);
            self.say(Said::Between(version.text, last(end)));
            return self.end_mark();
        }
        let suffix = self.suffix();
        match phrase {
            Phrase::Before if version.and_later => self.part.broken = self.part.broken.or(Some(NO_VERSION)),
            Phrase::Before => self.say(Said::High(High::Before(version.text), true)),
            Phrase::UpTo => self.say(Said::High(last(version), true)),
            Phrase::From | Phrase::After if suffix.is_none() && self.to(version) => {}
            Phrase::From | Phrase::After | Phrase::Between => self.say(Said::Low(version.text)),
        }
        self.end_mark();
    }
}
