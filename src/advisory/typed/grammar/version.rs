//! Versions that stand by themselves or begin a range.

use super::parser::{NO_VERSION, Parser};
use super::said::{High, Join, Said, Suffix, count, last, may_be_line, within};
use crate::advisory::typed::phrases::{self, Phrase};
use crate::advisory::typed::tokens::{Op, What, Written};

impl<'t> Parser<'t, '_> {
    /// A version with no comparison before it.
    pub(super) fn version(&mut self, version: Written<'t>) {
        // `version 1.4.24`, `Mbed TLS 4.0.0`: no further end of what stands before.
        let named = self.at.checked_sub(1).is_some_and(|before| phrases::is_release(self.word(before)));
        let after_line = self.at.checked_sub(1).is_some_and(|before| phrases::is_line(self.word(before)));
        self.take(1);
        if let Some(why) = self.turned
            && self.part.said.is_empty()
        {
            self.part.turned |= self.part.broken.is_none();
            self.part.broken = self.part.broken.or(Some(why));
        }
        if version.text.is_empty() {
            // `*`
            return self.say(Said::All);
        }
        let version = self.lined(version, 0);
        if let Some(suffix) = self.suffix() {
            return self.say(match suffix {
                Suffix::Earlier => Said::High(last(version), true),
                Suffix::Later => Said::Low(version.text),
            });
        }
        if version.and_later {
            return self.say(Said::Low(version.text));
        }
        if self.to(version) {
            return;
        }
        // `all 1.2 and 1.3 versions`
        let list = self.parts.last().is_some_and(|before| {
            before.says_all && matches!(before.said[..], [Said::Between(line, High::Line(..))] if may_be_line(line))
        });
        self.part.says_all |= list && matches!(self.part.join, Join::Comma | Join::Or);
        let all_of = self.part.says_all && self.part.said.is_empty() && count(version.text) == 2;
        let version = match version {
            version if (all_of || after_line) && may_be_line(version.text) => Written { is_line: true, ..version },
            version => version,
        };
        if version.is_line && phrases::is_line(self.word(self.at)) {
            self.those_before_are_lines();
        }
        // `Windows 10` is no version of the package.
        if !self.part.name.is_empty() && !named && count(version.text) < 2 && !version.is_line {
            return self.breaks(NO_VERSION);
        }
        self.say(if version.is_line {
            Said::Between(version.text, last(version))
        } else {
            Said::Exactly(version.text, named || !self.part.name.is_empty())
        });
    }

    /// A version as it stands before a word: `1.3 series` are all that begin so.
    pub(super) fn lined(&self, version: Written<'t>, ahead: usize) -> Written<'t> {
        let is_line = phrases::is_line(self.word(self.at + ahead)) && may_be_line(version.text);
        Written { is_line: version.is_line || is_line, ..version }
    }

    /// `the 1.2 and 1.3 branches`
    pub(super) fn those_before_are_lines(&mut self) {
        let mut join = self.part.join;
        for part in self.parts.iter_mut().rev() {
            match part.said[..] {
                [Said::Exactly(version, false)]
                    if matches!(join, Join::Comma | Join::Or) && part.broken.is_none() && may_be_line(version) =>
                {
                    part.said = vec![within(version, count(version))];
                    join = part.join;
                }
                _ => break,
            }
        }
    }

    /// What follows a version that begins a range: `- 1.4`, `up to 1.4`, `before
    /// 1.4`, `< 1.4`. Whether there was any.
    pub(super) fn to(&mut self, first: Written<'t>) -> bool {
        // `1.0 (up to 1.4)`
        let mut ahead = usize::from(matches!(self.what(0), Some(What::Open(_))));
        while phrases::is_filler(self.word(self.at + ahead)) {
            ahead += 1;
        }
        let (before, length) = match self.what(ahead) {
            Some(What::Dash) => (false, ahead + 1),
            Some(What::Op(op @ (Op::Lt | Op::Le))) => {
                // `1.0 <= version < 2.0`
                let mut length = ahead + 1;
                let mut op = op;
                while phrases::is_filler(self.word(self.at + length)) {
                    length += 1;
                }
                if let Some(What::Op(next @ (Op::Lt | Op::Le))) = self.what(length).filter(|_| length > ahead + 1) {
                    op = next;
                    length += 1;
                }
                (op == Op::Lt, length)
            }
            Some(What::Word(_)) => match self.phrase(self.at + ahead) {
                Some((Phrase::Before, length)) => (true, ahead + length),
                Some((Phrase::UpTo, length)) => (false, ahead + length),
                _ => return false,
            },
            _ => return false,
        };
        if let Some((end, length)) = self.version_ahead(length) {
            self.take(length);
            // `1.0 - 1.4 and later` is not what it seems.
            if self.suffix() == Some(Suffix::Later) {
                self.say(Said::Low(first.text));
                self.part.broken = self.part.broken.or(Some(NO_VERSION));
                return true;
            }
            let high = if before { High::Before(end.text) } else { last(end) };
            self.say(Said::Between(first.text, high));
            self.end_mark();
            return true;
        }
        if let Some(length) = self.moving_ahead(length) {
            self.take(length);
            self.say(Said::Low(first.text));
            return true;
        }
        false
    }
}
