//! Pieces → the parts of a text, each where its heading says that it belongs.

use super::piece::{Label, Piece};
use super::sieve::Sieve;
use super::words::{Kind, Said, said, said_first};
use crate::model::{Block, Inline, Prose, Texts, words};

/// The levels of what is no heading of Markdown: what is set in bold, and what stands before a
/// colon, which are below all that are.
const BOLD: u8 = 7;
const BEGINNING: u8 = 8;

pub(super) fn split(pieces: Vec<Piece>) -> Texts {
    let mut reader = Reader::default();
    for piece in pieces {
        reader.take(piece);
    }
    reader.texts
}

#[derive(Default)]
struct Reader {
    texts: Texts,
    /// The headings that what follows is below.
    places: Vec<Place>,
    /// How many folds deep it is in one that is withheld.
    folded: usize,
    /// Whether a heading has been read.
    begun: bool,
    sieve: Sieve,
    /// What the last piece was about, where it is one of two.
    last: Option<Kind>,
}

#[derive(Clone, Copy)]
struct Place {
    level: u8,
    kind: Kind,
    /// Whether it is the title of the text, below which all others stand.
    title: bool,
}

impl Reader {
    fn kind(&self) -> Kind {
        self.places.last().map_or(Kind::Description, |place| place.kind)
    }

    fn take(&mut self, piece: Piece) {
        match piece {
            Piece::Fold(_) if self.folded > 0 => self.folded += 1,
            Piece::Fold(name) if self.kind() != Kind::Withheld && is_of_exploit(said(&name), self.kind()) => {
                self.folded = 1;
            }
            Piece::Fold(_) => {}
            Piece::Unfold => self.folded = self.folded.saturating_sub(1),
            _ if self.folded > 0 => {}
            Piece::Heading(level, line) => self.heading(level, line),
            Piece::Paragraph(line, Some(label)) => self.labelled(line, label),
            Piece::Paragraph(line, None) => self.put(Piece::Paragraph(line, None), self.kind()),
            other => self.put(other, self.kind()),
        }
    }

    fn heading(&mut self, level: u8, line: Vec<Inline>) {
        let name = words(&line);
        let was = self.kind();
        let kind = self.enter(level, &name);
        self.begun = true;
        // The name of a part is not said again by a heading in it.
        let inherits = said(&name) == Said::Nothing && kind == was && self.places.len() > 1;
        let tells = kind == Kind::Notes && !["note", "notes"].contains(&name.to_lowercase().trim());
        if let Some(part) = self.part(kind).filter(|_| inherits || tells) {
            part.blocks.push(Block::Heading(line));
        }
        (self.sieve, self.last) = (Sieve::default(), None);
    }

    /// Steps to below a heading, and says what is there.
    fn enter(&mut self, level: u8, name: &str) -> Kind {
        let mut before = None;
        while let Some(last) = self.places.pop_if(|place| place.level >= level) {
            before = Some(last.kind);
        }
        let above = self.places.last().copied();
        let first = !self.begun && above.is_none();
        let own = if first && level < BOLD { said_first(name) } else { said(name) };
        let kind = match above {
            Some(place) if place.kind == Kind::Withheld => Kind::Withheld,
            Some(place) if !place.title => below(place.kind, own, before),
            _ => match own {
                Said::Kind(kind) => kind,
                _ if first => Kind::Description,
                Said::Either => Kind::Withheld,
                // Who divides a proof into steps does so by headings of its level.
                Said::Nothing if before == Some(Kind::Withheld) => Kind::Withheld,
                Said::Nothing => Kind::Aside,
            },
        };
        let title = first && !matches!(own, Said::Kind(_)) && level < BOLD;
        self.places.push(Place { level, kind, title });
        kind
    }

    /// A paragraph that begins with what may be a heading.
    fn labelled(&mut self, line: Vec<Inline>, label: Label) {
        let known = label.said();
        let is_heading = match known {
            // Where bold lines divide the text, one that says nothing that is known ends a part.
            Said::Nothing => label.is_heading_in_bold() && self.places.last().is_some_and(|place| place.level == BOLD),
            Said::Kind(Kind::Notes) => false,
            Said::Either => label.is_alone() && label.bold,
            Said::Kind(_) => label.bold || label.is_alone() || label.name.split(' ').count() <= 2,
        };
        if !is_heading {
            return self.put(Piece::Paragraph(line, None), self.kind());
        }
        self.heading(if label.bold { BOLD } else { BEGINNING }, vec![Inline::Text(label.name.clone())]);
        if label.is_alone() {
            return;
        }
        self.put(Piece::Paragraph(label.rest, None), self.kind());
        // `Severity: high` says nothing of the next paragraph; what is withheld may go on there.
        let stays = label.bold && self.kind() != Kind::Aside || self.kind() == Kind::Withheld;
        if !stays {
            self.places.pop();
        }
    }

    fn put(&mut self, piece: Piece, kind: Kind) {
        let words = match &piece {
            Piece::Paragraph(line, _) => words(line),
            _ => String::new(),
        };
        let (helps, mut sieve) = (kind.helps(), std::mem::take(&mut self.sieve));
        // A list or code behind a paragraph is about what that is about.
        let kind = match (kind, words.is_empty(), self.last) {
            (Kind::PatchesAndWorkarounds, true, Some(last)) => last,
            (Kind::PatchesAndWorkarounds, ..) if is_of_workaround(&words) => Kind::Workarounds,
            (Kind::PatchesAndWorkarounds, ..) => Kind::Patches,
            _ => kind,
        };
        self.last = Some(kind);
        if let Some(part) = self.part(kind) {
            sieve.add(piece, helps, &mut part.blocks);
        }
        self.sieve = sieve;
    }

    /// The part of a kind.
    const fn part(&mut self, kind: Kind) -> Option<&mut Prose> {
        let texts = &mut self.texts;
        match kind {
            Kind::Description => Some(&mut texts.description),
            Kind::Impact => Some(&mut texts.impact),
            Kind::Patches | Kind::PatchesAndWorkarounds => Some(&mut texts.patches),
            Kind::Workarounds => Some(&mut texts.workarounds),
            Kind::References => Some(&mut texts.references),
            Kind::Notes => Some(&mut texts.notes),
            Kind::Aside | Kind::Withheld => None,
        }
    }
}

/// What is below a heading within a part, by what it says, and what was before it there.
fn below(above: Kind, own: Said, before: Option<Kind>) -> Kind {
    match own {
        Said::Kind(kind @ (Kind::Description | Kind::Impact | Kind::Notes)) if above == Kind::Description => kind,
        Said::Kind(Kind::Description | Kind::Impact | Kind::Notes) => above,
        Said::Kind(kind) => kind,
        Said::Either if above.helps() => above,
        Said::Either => Kind::Withheld,
        Said::Nothing if before == Some(Kind::Withheld) => Kind::Withheld,
        Said::Nothing => above,
    }
}

fn is_of_exploit(said: Said, above: Kind) -> bool {
    said == Said::Kind(Kind::Withheld) || said == Said::Either && !above.helps()
}

fn is_of_workaround(text: &str) -> bool {
    const WORDS: [&str; 9] = [
        "workaround",
        "work around",
        "mitigat",
        "cannot upgrade",
        "can't upgrade",
        "can not upgrade",
        "unable to upgrade",
        "cannot update",
        "without upgrading",
    ];
    let text = text.to_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}
