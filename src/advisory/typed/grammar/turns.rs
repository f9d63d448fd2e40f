//! Words that turn round what is said: `except`, `not affected`, `fixed in`.

use super::parser::{EXCLUDES, NO_VERSION, Parser};
use super::said::{Join, Said};
use crate::advisory::typed::phrases;

impl Parser<'_, '_> {
    /// At a word that turns round what is said.
    pub(super) fn turns(&mut self, word: &str) {
        if self.part.broken.is_none() {
            self.part.turned = true;
            if self.turns_what_is_before(word) {
                self.part.said.clear();
                self.part.says_all = false;
                if self.at.checked_sub(1).is_some_and(|before| matches!(self.word(before), "are" | "were")) {
                    self.turns_the_list();
                }
            }
        }
        self.breaks(if phrases::excludes(word) { EXCLUDES } else { NO_VERSION });
    }

    /// `1.2.0, 1.3.0 and 1.4.0 are not affected`
    pub(super) fn turns_the_list(&mut self) {
        let mut join = self.part.join;
        for part in self.parts.iter_mut().rev() {
            if !matches!(join, Join::Comma | Join::Or) || !matches!(part.said[..], [Said::Exactly(..)]) {
                break;
            }
            part.said.clear();
            (part.turned, part.broken) = (true, part.broken.or(Some(NO_VERSION)));
            join = part.join;
        }
    }

    /// `2.0.0 is not affected`, `2.0.0 unaffected`; not `1.0 - 1.4 except 1.2`.
    pub(super) fn turns_what_is_before(&self, word: &str) -> bool {
        let rest = self.words.get(self.at + 1..).unwrap_or_default();
        let mut rest = rest.iter().map(String::as_str).take_while(|word| !word.is_empty() && !phrases::is_joint(word));
        match word {
            "not" | "never" | "no" | "non" => {
                let affected = rest.any(|word| matches!(word, "affected" | "vulnerable" | "impacted"));
                affected && self.version_ahead(1).is_none()
            }
            "unaffected" | "safe" | "fixed" | "fix" | "patched" | "resolved" | "mitigated" | "backported"
            | "excluded" => self.version_ahead(1).is_none(),
            _ => false,
        }
    }
}
