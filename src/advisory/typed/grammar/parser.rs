//! A text that is being read, part by part.

use super::said::{Join, Said};
use crate::advisory::typed::tokens::{Token, What};

/// A part of a text, between commas and words such as `and`.
#[derive(Debug)]
pub(super) struct Part<'t> {
    pub(super) join: Join,
    pub(super) said: Vec<Said<'t>>,
    /// Whose versions, where words before them say so.
    pub(super) name: String,
    /// Why what follows in it says nothing that can be used.
    pub(super) broken: Option<&'static str>,
    /// Whether it is broken by a word that turns round what is said.
    pub(super) turned: bool,
    /// Whether something of versions stands where it is broken already.
    pub(super) lost: bool,
    pub(super) says_all: bool,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Reads a text, word by word.
pub(super) struct Parser<'t, 'k> {
    pub(super) tokens: &'k [Token<'t>],
    /// The words of the tokens in lower case; empty where a token is none.
    pub(super) words: &'k [String],
    pub(super) at: usize,
    pub(super) parts: Vec<Part<'t>>,
    pub(super) part: Part<'t>,
    /// Why the bare versions of this part say nothing, as those before them.
    pub(super) turned: Option<&'static str>,
    pub(super) ecosystem: &'t str,
}

pub(crate) const NO_VERSION: &str = "cannot be read";
pub(crate) const COMMIT: &str = "names a commit where a version belongs";
pub(super) const EXCLUDES: &str = "leaves versions out, which no event can say";

impl Part<'_> {
    pub(super) const fn new(join: Join, from: usize) -> Self {
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
    pub(super) fn what(&self, ahead: usize) -> Option<What<'t>> {
        self.tokens.get(self.at + ahead).map(|token| token.what)
    }

    pub(super) fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    /// Takes a word, which belongs to the part.
    pub(super) fn take(&mut self, many: usize) {
        let end = self.tokens.get(self.at + many - 1).map(|token| token.to);
        self.part.to = end.unwrap_or(self.part.to);
        self.at += many;
    }

    /// Ends the part. A part without a name speaks of what the one before does.
    pub(super) fn finish(&mut self, join: Join) {
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

    pub(super) fn say(&mut self, said: Said<'t>) {
        if self.part.broken.is_none() {
            self.part.said.push(said);
        }
        self.part.lost |= self.part.broken.is_some();
    }

    pub(super) fn separate(&mut self, join: Join) {
        self.at += 1;
        self.finish(join);
    }

    /// What follows up to the next comma is lost.
    pub(super) fn breaks(&mut self, why: &'static str) {
        self.part.broken = self.part.broken.or(Some(why));
        self.take(1);
    }
}
