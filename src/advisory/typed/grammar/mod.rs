//! What the words of a text say of versions, part by part.

mod ahead;
mod behind;
mod comparison;
mod parser;
mod said;
mod told;
mod turns;
mod version;
mod words;

use super::asides::without_asides;
use super::reading::Typed;
use super::tokens::{What, tokens, words_of};
use parser::{Parser, Part};
use told::{says_none, told};

pub(super) use parser::{COMMIT, NO_VERSION};
pub(super) use said::{Affected, High, Join, Said, count};
pub(super) use told::shortened;

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

impl Parser<'_, '_> {
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
}
