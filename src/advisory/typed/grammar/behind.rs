//! What stands behind a version: `and earlier`, `inclusive`.

use super::parser::Parser;
use super::said::{High, Said, Suffix};
use crate::advisory::typed::phrases;
use crate::advisory::typed::tokens::What;

impl Parser<'_, '_> {
    /// `and earlier`, `or newer`, `onwards`, behind a version.
    pub(super) fn suffix(&mut self) -> Option<Suffix> {
        // `1.2.4 (and earlier)`
        let mut ahead = usize::from(matches!(self.what(0), Some(What::Open(_))));
        // `1.2 versions and later`, `1.2 series and earlier`
        while phrases::is_release(self.word(self.at + ahead)) || phrases::is_line(self.word(self.at + ahead)) {
            ahead += 1;
        }
        let comma = self.what(ahead) == Some(What::Comma);
        ahead += usize::from(comma);
        ahead += usize::from(matches!(self.word(self.at + ahead), "and" | "or"));
        while phrases::is_filler(self.word(self.at + ahead)) {
            ahead += 1;
        }
        let word = self.word(self.at + ahead);
        let suffix = if phrases::is_earlier(word) {
            Suffix::Earlier
        } else if phrases::is_later(word) {
            Suffix::Later
        } else {
            return None;
        };
        ahead += 1;
        // `and below 1.2`, `and up to 1.3`, `and earlier than`: no suffix; nor is `1.2 on Windows`.
        let phrase = self.phrase(self.at + ahead - 1);
        let bounds = phrase.is_some_and(|(_, length)| self.version_ahead(ahead - 1 + length).is_some());
        let goes_on = matches!(self.word(self.at + ahead), "to" | "than" | "through" | "until" | "till");
        let condition = word == "on" && self.what(ahead).is_some_and(|what| matches!(what, What::Word(_)));
        if bounds || goes_on || condition || matches!(self.what(ahead), Some(What::Version(_))) {
            return None;
        }
        while phrases::is_release(self.word(self.at + ahead)) {
            ahead += 1;
        }
        self.take(ahead);
        Some(suffix)
    }

    /// `inclusive` or `exclusive` behind an end.
    pub(super) fn end_mark(&mut self) {
        let comma = usize::from(self.what(0) == Some(What::Comma));
        let word = self.word(self.at + comma);
        let excluded = matches!(word, "exclusive" | "excluded" | "exclusively");
        let included = matches!(word, "inclusive" | "included" | "inclusively");
        if !excluded && !included {
            return;
        }
        self.take(comma + 1);
        if self.part.broken.is_some() {
            return;
        }
        let high = self.part.said.last_mut().and_then(|said| match said {
            Said::High(high, _) | Said::Between(_, high) => Some(high),
            _ => None,
        });
        match high {
            Some(high @ High::Last(_)) if excluded => {
                if let High::Last(version) = *high {
                    *high = High::Before(version);
                }
            }
            Some(high @ High::Before(_)) if included => {
                if let High::Before(version) = *high {
                    *high = High::Last(version);
                }
            }
            _ => {}
        }
    }
}
