//! Versions behind a sign: `< 1.2`, `^1.2`, and intervals in brackets.

use super::parser::{COMMIT, EXCLUDES, NO_VERSION, Parser};
use super::said::{High, Join, Said, Suffix, count, last, within};
use crate::advisory::typed::tokens::{Op, What};

impl Parser<'_, '_> {
    pub(super) fn comparison(&mut self, op: Op) {
        let (op, taken) = match (op, self.what(1)) {
            (Op::Lt, Some(What::Op(Op::Eq))) => (Op::Le, 2),
            (Op::Gt, Some(What::Op(Op::Eq))) => (Op::Ge, 2),
            _ => (op, 1),
        };
        let Some((version, length)) = self.version_ahead(taken) else {
            match self.moving_ahead(taken).filter(|_| matches!(op, Op::Lt | Op::Le)) {
                Some(length) => {
                    self.take(length);
                    self.say(Said::High(High::Open, false));
                }
                None => {
                    let commit = self.what(taken) == Some(What::Commit);
                    self.breaks(if commit { COMMIT } else { NO_VERSION });
                }
            }
            return;
        };
        self.take(length);
        let numbers = count(version.text);
        let suffix = self.suffix();
        let said = match op {
            // `< 2.41+` may mean anything.
            Op::Lt if version.and_later => None,
            Op::Lt => Some(Said::High(High::Before(version.text), false)),
            Op::Le => Some(Said::High(last(version), false)),
            Op::Gt | Op::Ge => Some(Said::Low(version.text)),
            Op::Eq => match suffix {
                Some(Suffix::Earlier) => Some(Said::High(last(version), false)),
                Some(Suffix::Later) => Some(Said::Low(version.text)),
                None if version.and_later => Some(Said::Low(version.text)),
                None if version.is_line => Some(Said::Between(version.text, last(version))),
                None => Some(Said::Exactly(version.text, true)),
            },
            Op::Ne => {
                self.part.turned |= self.part.broken.is_none();
                self.part.broken = self.part.broken.or(Some(EXCLUDES));
                return;
            }
            // npm, Composer and Cargo agree: the first number that is not zero stays.
            Op::Caret => {
                let zeros = version.text.split('.').take_while(|number| *number == "0").count();
                Some(within(version.text, (zeros + 1).min(numbers)))
            }
            Op::Pessimistic => Some(within(version.text, numbers.saturating_sub(1).max(1))),
            // Composer's is that of Ruby; npm's and Cargo's keeps two numbers.
            Op::Tilde if self.ecosystem == "Packagist" => Some(within(version.text, numbers.saturating_sub(1).max(1))),
            Op::Tilde => Some(within(version.text, numbers.min(2))),
        };
        match said {
            Some(said) if !version.text.is_empty() => self.say(said),
            _ => self.part.broken = self.part.broken.or(Some(NO_VERSION)),
        }
        self.end_mark();
    }

    /// `[1.0,2.0)`, `(,1.4]`, `[1.2.3]`, as Maven and NuGet write ranges.
    pub(super) fn interval(&mut self) -> bool {
        let Some(What::Open(open @ ('[' | '('))) = self.what(0) else { return false };
        let version = |at: usize| match self.what(at) {
            Some(What::Version(version)) if !version.is_line => Some(version.text),
            _ => None,
        };
        let (low, mut at) = match version(1) {
            Some(low) => (Some(low), 2),
            None => (None, 1),
        };
        if let (Some(What::Close(']')), Some(low), '[') = (self.what(at), low, open) {
            self.take(at + 1);
            self.say(Said::Exactly(low, true));
            return true;
        }
        if self.what(at) != Some(What::Comma) {
            return false;
        }
        at += 1;
        let high = version(at);
        at += usize::from(high.is_some());
        let Some(What::Close(close @ (']' | ')'))) = self.what(at) else { return false };
        // `(1.0, 1.2)` may be a list in brackets.
        if low.is_some() && high.is_some() && open == '(' && close == ')' {
            return false;
        }
        self.finish(Join::Alternative);
        self.take(at + 1);
        let end = high.map(|high| if close == ']' { High::Last(high) } else { High::Before(high) });
        self.say(match (low, end) {
            (Some(low), Some(end)) => Said::Between(low, end),
            (Some(low), None) => Said::Low(low),
            (None, Some(end)) => Said::High(end, false),
            (None, None) => Said::All,
        });
        // A comma that follows parts two ranges.
        let comma = self.what(0) == Some(What::Comma);
        self.at += usize::from(comma);
        self.finish(Join::Alternative);
        true
    }
}
