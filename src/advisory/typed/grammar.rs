//! What the words of a text say of versions, part by part.

mod ahead;

use super::asides::without_asides;
use super::phrases::{self, Phrase};
use super::tokens::{Op, Token, What, Written, tokens};
use super::{Doubt, Typed};
use crate::model::line;

/// How a part is joined with the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    /// A comma, `and`, nothing at all.
    Comma,
    Or,
    /// `;`, which people write between two ranges, and between two bounds of one.
    Semicolon,
    /// `||`
    Alternative,
}

/// The end of what a part says is affected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum High<'t> {
    Before(&'t str),
    Last(&'t str),
    /// The end of the line that these numbers begin, `1.2` of `1.2.x`; how many
    /// of the version's numbers count.
    Line(&'t str, usize),
    /// `<= latest`
    Open,
}

/// One statement of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said<'t> {
    Low(&'t str),
    /// Whether in words: `before 1.2 and 1.3` tells of two lines.
    High(High<'t>, bool),
    /// Both ends in one phrase: `1.0 - 1.4`.
    Between(&'t str, High<'t>),
    /// One version, and whether a word says that it is.
    Exactly(&'t str, bool),
    All,
    Joined(Join),
}

/// What a text says is affected.
#[derive(Debug, Default)]
pub(super) struct Affected<'t> {
    pub(super) spans: Vec<Said<'t>>,
    pub(super) doubts: Vec<Doubt>,
    /// Whether it says in so many words that nothing is affected.
    pub(super) is_none: bool,
}

/// A part of a text, between commas and words such as `and`.
#[derive(Debug)]
struct Part<'t> {
    join: Join,
    said: Vec<Said<'t>>,
    /// Whose versions, where words before them say so.
    name: String,
    /// Why what follows in it says nothing that can be used.
    broken: Option<&'static str>,
    /// Whether it is broken by a word that turns round what is said.
    turned: bool,
    /// Whether something of versions stands where it is broken already.
    lost: bool,
    says_all: bool,
    from: usize,
    to: usize,
}

struct Parser<'t, 'k> {
    tokens: &'k [Token<'t>],
    /// The words of the tokens in lower case; empty where a token is none.
    words: &'k [String],
    at: usize,
    parts: Vec<Part<'t>>,
    part: Part<'t>,
    /// Why the bare versions of this part say nothing, as those before them.
    turned: Option<&'static str>,
    ecosystem: &'t str,
}

pub(super) const NO_VERSION: &str = "cannot be read";
pub(super) const COMMIT: &str = "names a commit where a version belongs";
const EXCLUDES: &str = "leaves versions out, which no event can say";

/// Reads which versions a text calls affected.
pub(super) fn affected<'t>(text: &'t str, typed: Typed<'t>) -> Affected<'t> {
    if text.trim().is_empty() {
        // No bound bounds nothing.
        return Affected { spans: vec![Said::All], ..Affected::default() };
    }
    let tokens = without_asides(tokens(text, typed.package));
    let words = words_of(&tokens);
    let mut parser = Parser {
        tokens: &tokens,
        words: &words,
        at: 0,
        parts: Vec::new(),
        part: Part::new(Join::Comma, 0),
        turned: None,
        ecosystem: typed.ecosystem,
    };
    while parser.at < parser.tokens.len() {
        let before = parser.at;
        parser.step();
        // Whatever a step takes, it takes a word.
        parser.at = parser.at.max(before + 1);
    }
    parser.finish(Join::Comma);
    Affected { is_none: says_none(&words), ..told(text, parser.parts, typed.package) }
}

/// `None`, `widget is not affected`, and nothing else.
fn says_none(words: &[String]) -> bool {
    let is_affected = |word: &str| matches!(word, "affected" | "vulnerable" | "impacted");
    let mut last = words.iter().rev().map(String::as_str);
    words.iter().all(|word| !word.is_empty() && !phrases::is_condition(word))
        && match (last.next(), last.next()) {
            (Some("none"), None) | (Some("unaffected"), _) => true,
            (Some(word), Some("not")) => is_affected(word),
            _ => false,
        }
}

/// Takes of the parts what is about the package.
fn told<'t>(text: &'t str, parts: Vec<Part<'t>>, package: &str) -> Affected<'t> {
    let is_own = |name: &str| phrases::is_same_name(name, package);
    let any_own = parts.iter().any(|part| !part.name.is_empty() && is_own(&part.name));
    let mut names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    let one_name = names.len() < 2;
    let mut told = Affected::default();
    for part in &parts {
        let foreign = !(part.name.is_empty() || is_own(&part.name) || one_name && !any_own);
        let broken = part.broken.or_else(|| foreign.then_some("is about something else than the package"));
        if let Some(why) = broken {
            let words = text.get(part.from..part.to).unwrap_or(text).trim();
            told.doubts.push(Doubt::Unread(format!("“{}” {why}", shortened(words))));
        }
        // `all versions except 1.2.4`; not `all commits before 1a2b3c4d`.
        let says_all = part.says_all && part.said.is_empty() && (part.broken.is_none() || part.turned);
        if foreign || part.said.is_empty() && !says_all {
            continue;
        }
        told.spans.push(Said::Joined(part.join));
        if says_all {
            told.spans.push(Said::All);
        }
        let (last, before) = part.said.split_last().map_or((None, &[][..]), |(last, before)| (Some(*last), before));
        told.spans.extend(before);
        told.spans.extend(last.map(|last| match last {
            // `2.0 RC 1 to 2.4`: it begins there, and nobody knows where it ends.
            Said::Exactly(version, _) if part.lost && !part.turned => Said::Low(version),
            last => last,
        }));
    }
    if told.spans.is_empty() && told.doubts.is_empty() {
        told.doubts.push(Doubt::Unread(format!("“{}” {NO_VERSION}", shortened(text.trim()))));
    }
    told
}

/// A text within a sentence of ours.
pub(super) fn shortened(text: &str) -> String {
    let short: String = text.chars().take(80).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("{}{more}", line(&short))
}

pub(super) fn words_of(tokens: &[Token<'_>]) -> Vec<String> {
    let word = |token: &Token<'_>| match token.what {
        What::Word(word) => word.to_lowercase(),
        _ => String::new(),
    };
    tokens.iter().map(word).collect()
}

impl Part<'_> {
    const fn new(join: Join, from: usize) -> Self {
        Self {
            join,
            said: Vec::new(),
            name: String::new(),
            broken: None,
            turned: false,
            lost: false,
            says_all: false,
            from,
            to: from,
        }
    }
}

impl<'t> Parser<'t, '_> {
    fn what(&self, ahead: usize) -> Option<What<'t>> {
        self.tokens.get(self.at + ahead).map(|token| token.what)
    }

    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    /// Takes a word, which belongs to the part.
    fn take(&mut self, many: usize) {
        let end = self.tokens.get(self.at + many - 1).map(|token| token.to);
        self.part.to = end.unwrap_or(self.part.to);
        self.at += many;
    }

    /// Ends the part. A part without a name speaks of what the one before does.
    fn finish(&mut self, join: Join) {
        let from = self.tokens.get(self.at).map_or(self.part.to, |token| token.from);
        let part = std::mem::replace(&mut self.part, Part::new(join, from));
        if part.from == part.to {
            // `1.0, or 1.2`: the stronger joint counts.
            let stronger = if part.join == Join::Comma { join } else { part.join };
            self.part.join = if join == Join::Alternative { join } else { stronger };
            self.turned = self.turned.filter(|_| matches!(self.part.join, Join::Comma | Join::Or));
            return;
        }
        let mut part = part;
        // `except 2.0.0 and 2.0.1`: the list goes on.
        if part.turned && matches!(join, Join::Comma | Join::Or) {
            self.turned = part.broken;
        } else {
            self.turned = None;
        }
        if part.said.is_empty() && !part.name.is_empty() && !part.says_all && part.broken.is_none() {
            // `all versions of PolarSSL and Mbed TLS`
            let before = self.parts.last().filter(|_| part.join == Join::Comma);
            part.says_all = before.is_some_and(|before| before.says_all && before.said.is_empty());
            part.broken = (!part.says_all).then_some(NO_VERSION);
        }
        if part.name.is_empty()
            && let Some(before) = self.parts.last()
        {
            part.name.clone_from(&before.name);
        }
        self.parts.push(part);
    }

    fn say(&mut self, said: Said<'t>) {
        if self.part.broken.is_none() {
            self.part.said.push(said);
        }
        self.part.lost |= self.part.broken.is_some();
    }

    fn step(&mut self) {
        if self.part.from == self.part.to
            && let Some(token) = self.tokens.get(self.at)
        {
            (self.part.from, self.part.to) = (token.from, token.from);
        }
        match self.what(0) {
            None => {}
            Some(What::Comma) => self.separate(Join::Comma),
            Some(What::Semicolon) => self.separate(Join::Semicolon),
            Some(What::Alternative) => self.separate(Join::Alternative),
            Some(What::Op(op)) => self.comparison(op),
            Some(What::Version(version)) => self.version(version),
            Some(What::Commit) => self.breaks(COMMIT),
            Some(What::Open(_)) if self.interval() => {}
            Some(What::Open(_) | What::Close(_)) => self.take(1),
            Some(What::Dash) => self.breaks(NO_VERSION),
            Some(What::Word(_)) => self.words(),
        }
    }

    fn separate(&mut self, join: Join) {
        self.at += 1;
        self.finish(join);
    }

    /// What follows up to the next comma is lost.
    fn breaks(&mut self, why: &'static str) {
        self.part.broken = self.part.broken.or(Some(why));
        self.take(1);
    }

    /// At a word that turns round what is said.
    fn turns(&mut self, word: &str) {
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
    fn turns_the_list(&mut self) {
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
    fn turns_what_is_before(&self, word: &str) -> bool {
        let rest = self.words.get(self.at + 1..).unwrap_or_default();
        let mut rest = rest.iter().map(String::as_str).take_while(|word| !word.is_empty() && !is_joint(word));
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

    fn comparison(&mut self, op: Op) {
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

    /// A version with no comparison before it.
    fn version(&mut self, version: Written<'t>) {
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
    fn lined(&self, version: Written<'t>, ahead: usize) -> Written<'t> {
        let is_line = phrases::is_line(self.word(self.at + ahead)) && may_be_line(version.text);
        Written { is_line: version.is_line || is_line, ..version }
    }

    /// `the 1.2 and 1.3 branches`
    fn those_before_are_lines(&mut self) {
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
    fn to(&mut self, first: Written<'t>) -> bool {
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

    /// `and earlier`, `or newer`, `onwards`, behind a version.
    fn suffix(&mut self) -> Option<Suffix> {
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
    fn end_mark(&mut self) {
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

    /// `[1.0,2.0)`, `(,1.4]`, `[1.2.3]`, as Maven and NuGet write ranges.
    fn interval(&mut self) -> bool {
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

    fn words(&mut self) {
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
    fn bound(&mut self, phrase: Phrase, length: usize) {
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Suffix {
    Earlier,
    Later,
}

/// The end at a version, with it: `<= 1.2.x` and `<= 1.2+` go on to the end of the line.
fn last(version: Written<'_>) -> High<'_> {
    if version.text.is_empty() {
        High::Open
    } else if version.is_line || version.and_later {
        High::Line(version.text, count(version.text))
    } else {
        High::Last(version.text)
    }
}

/// From a version on, as long as its first numbers stay.
const fn within(text: &str, numbers: usize) -> Said<'_> {
    Said::Between(text, High::Line(text, numbers))
}

pub(super) fn is_joint(word: &str) -> bool {
    matches!(word, "and" | "or")
}

pub(super) const fn is_separator(what: What<'_>) -> bool {
    matches!(what, What::Comma | What::Semicolon | What::Alternative)
}

/// Whether a version may name a line by its first one or two numbers.
fn may_be_line(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && count(text) < 3
}

/// How many numbers a version begins with.
pub(super) fn count(text: &str) -> usize {
    let number = |part: &&str| part.starts_with(|c: char| c.is_ascii_digit());
    text.split(['.', '_']).take_while(number).count()
}
