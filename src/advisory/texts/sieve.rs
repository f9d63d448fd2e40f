//! Pieces → blocks, without what is of an exploit and stands below no heading that says so.

use super::label;
use super::piece::Piece;
use super::withheld::{self, Announced};
use super::words::{Kind, Said, said};
use crate::model::{Block, Inline, words};

/// What GitHub's form asks, in the words in which it stands there until somebody writes, and
/// often before what was written.
const FORM: [&str; 7] = [
    "what kind of vulnerability is it? who is impacted?",
    "has the problem been patched? what versions should users upgrade to?",
    "is there a way for users to fix or remediate the vulnerability without upgrading?",
    "are there any links users can visit to find out more?",
    "short summary of the problem. make the impact and severity as clear as possible. for example: an unsafe \
     deserialization vulnerability allows any unauthenticated user to execute arbitrary code on the server.",
    "give all details on the vulnerability. pointing to the incriminated source code is very helpful for the maintainer.",
    "complete instructions, including specific configuration details, to reproduce the vulnerability.",
];

/// Takes the pieces of a part, one after the other.
#[derive(Default)]
pub(super) struct Sieve {
    /// Whether what went before was left out with what follows.
    dropping: bool,
    /// Whether what went before was the project's own source.
    source: bool,
}

impl Sieve {
    /// Adds the blocks of a piece. In a part that tells what helps, code is what people are to
    /// run, and only what is announced as an exploit is one. In any other it is held to be one
    /// (`… leads to a crash:`), unless it is announced as the project's own.
    pub(super) fn add(&mut self, piece: Piece, helps: bool, into: &mut Vec<Block>) {
        match piece {
            Piece::Paragraph(line, _) | Piece::Heading(_, line) => self.paragraph(line, into),
            Piece::Code { .. } | Piece::List(..) if self.dropping => {}
            Piece::Code { language, text } => {
                let own = self.source || is_source(into);
                let shown = if helps {
                    let attack = says(into, withheld::names_attacker);
                    announced(into, true) == Announced::Nothing && !withheld::is_of_proof(&text) && !attack
                } else {
                    own && !withheld::attacks(&text)
                };
                if !shown {
                    self.drop(into);
                } else if !text.trim().is_empty() {
                    self.source = own;
                    into.push(Block::Code { language, text });
                }
            }
            Piece::List(start, items) => {
                let steps = match announced(into, helps) {
                    Announced::Exploit => true,
                    // `An attacker can:` is followed by what that would do, or by numbered steps.
                    Announced::Attack => start.is_some(),
                    Announced::Outcome | Announced::Nothing => false,
                };
                if steps {
                    self.drop(into);
                } else {
                    let items = shown(items, start.is_some(), helps);
                    into.extend((!items.is_empty()).then_some(Block::List { start, items }));
                }
            }
            Piece::Fold(_) | Piece::Unfold => {}
        }
    }

    fn paragraph(&mut self, line: Vec<Inline>, into: &mut Vec<Block>) {
        let line = without_form(line);
        let text = words(&line);
        let told = withheld::announced(&text);
        let urls = || line.iter().filter_map(|part| if let Inline::Link { url, .. } = part { Some(url) } else { None });
        let named = |part: &Inline| matches!(part, Inline::Link { text, .. } if said(&words(text)) == Said::Kind(Kind::Withheld));
        let leads = urls().any(|url| withheld::leads_to_exploit(url)) || line.iter().any(named);
        // A sentence that says that there is a proof is no proof; its link is one.
        let is_one = leads || told == Announced::Exploit && (urls().next().is_some() || ends_open(&text));
        (self.dropping, self.source) = (is_one && ends_open(&text), false);
        if !is_one {
            let line = without_proofs(line);
            into.extend((!words(&line).trim().is_empty()).then_some(Block::Paragraph(line)));
        }
    }

    /// Leaves out what comes, and of the paragraph before the sentence that says how it is
    /// attacked. One that says what comes of it (`… crashes if the key is no scalar:`) ends with `…`.
    fn drop(&mut self, into: &mut Vec<Block>) {
        self.dropping = true;
        let Some(Block::Paragraph(line)) = into.pop_if(|last| matches!(last, Block::Paragraph(_))) else { return };
        let text = words(&line);
        let line = match withheld::announced(&text) {
            Announced::Attack | Announced::Exploit => without_last(line),
            Announced::Outcome | Announced::Nothing if ends_open(&text) => left_open(line),
            Announced::Outcome | Announced::Nothing => line,
        };
        into.extend((!words(&line).trim().is_empty()).then_some(Block::Paragraph(line)));
    }
}

/// A paragraph without its last sentence.
fn without_last(line: Vec<Inline>) -> Vec<Inline> {
    let mut sentences = sentences(line);
    sentences.pop_if(|last| words(last).trim().is_empty());
    sentences.pop();
    sentences.concat()
}

/// A paragraph that ends with `…` instead of a colon.
fn left_open(mut line: Vec<Inline>) -> Vec<Inline> {
    if let Some(Inline::Text(text)) = line.last_mut() {
        let said = text.trim_end().trim_end_matches([':', '：']).trim_end().len();
        text.truncate(said);
    }
    line.push(Inline::Text("…".to_owned()));
    line
}

/// A paragraph without the question of the form that it begins with.
fn without_form(line: Vec<Inline>) -> Vec<Inline> {
    let text = words(&line).trim_start().to_lowercase();
    match FORM.iter().find(|form| text.starts_with(**form)) {
        Some(form) => label::without(&line, form).unwrap_or_default(),
        None => line,
    }
}

/// The sentences of a paragraph that are about no proof of concept.
fn without_proofs(line: Vec<Inline>) -> Vec<Inline> {
    if !withheld::is_of_proof(&words(&line)) {
        return line;
    }
    let mut sentences = sentences(line);
    sentences.retain(|sentence| !withheld::is_of_proof(&words(sentence)));
    sentences.concat()
}

fn sentences(line: Vec<Inline>) -> Vec<Vec<Inline>> {
    let mut sentences = vec![Vec::new()];
    for part in line {
        let Inline::Text(text) = part else {
            if let Some(sentence) = sentences.last_mut() {
                sentence.push(part);
            }
            continue;
        };
        for (at, piece) in text.split_inclusive(". ").enumerate() {
            match sentences.last_mut() {
                Some(sentence) if at == 0 => sentence.push(Inline::Text(piece.to_owned())),
                _ => sentences.push(vec![Inline::Text(piece.to_owned())]),
            }
        }
        if text.ends_with(". ") {
            sentences.push(Vec::new());
        }
    }
    sentences
}

/// What the last paragraph announces.
fn announced(blocks: &[Block], helps: bool) -> Announced {
    let Some(Block::Paragraph(line)) = blocks.last() else { return Announced::Nothing };
    match withheld::announced(&words(line)) {
        Announced::Attack | Announced::Outcome if helps => Announced::Nothing,
        told => told,
    }
}

fn is_source(blocks: &[Block]) -> bool {
    says(blocks, withheld::announces_source)
}

/// Whether the last paragraph says something.
fn says(blocks: &[Block], what: fn(&str) -> bool) -> bool {
    matches!(blocks.last(), Some(Block::Paragraph(line)) if what(&words(line)))
}

fn ends_open(text: &str) -> bool {
    text.trim_end().ends_with([':', '：'])
}

/// The items of a list. Behind an item that is of an exploit, the others go on with it, until
/// one says that it is about something else.
fn shown(items: Vec<Vec<Piece>>, numbered: bool, helps: bool) -> Vec<Vec<Block>> {
    let (mut shown, mut gone) = (Vec::new(), false);
    for item in items {
        let label = item.first().and_then(|first| match first {
            Piece::Paragraph(_, Some(label)) => Some(label.said()),
            Piece::Heading(_, line) => Some(said(&words(line))),
            _ => None,
        });
        match label {
            Some(Said::Kind(Kind::Withheld)) => gone = true,
            Some(Said::Kind(_)) => gone = false,
            _ => {}
        }
        if gone {
            continue;
        }
        let (mut sieve, mut blocks) = (Sieve::default(), Vec::new());
        for piece in item {
            sieve.add(piece, helps, &mut blocks);
        }
        gone = numbered && sieve.dropping;
        if !blocks.is_empty() {
            shown.push(blocks);
        }
    }
    shown
}
