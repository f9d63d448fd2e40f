//! What a description is made of, before it is known what each part is about.

use super::words::{Said, said, said_plainly};
use crate::model::Inline;

/// A part of a description, in its order.
#[derive(Debug)]
pub(super) enum Piece {
    /// A heading of Markdown or HTML, with its level.
    Heading(u8, Vec<Inline>),
    Paragraph(Vec<Inline>, Option<Label>),
    List(Option<u64>, Vec<Vec<Piece>>),
    Code {
        language: Option<String>,
        text: String,
    },
    /// The beginning of a part that is folded away, with what it is called.
    Fold(String),
    Unfold,
}

/// What a paragraph begins with and may be a heading: `**Impact**`, `Impact:`.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) name: String,
    /// The paragraph without it.
    pub(super) rest: Vec<Inline>,
    /// Whether it is set in bold.
    pub(super) bold: bool,
}

/// More words than these in bold are a sentence.
const FEW: usize = 6;

impl Label {
    pub(super) fn said(&self) -> Said {
        let few = self.name.split_whitespace().count() <= FEW;
        if self.bold && few { said(&self.name) } else { said_plainly(&self.name) }
    }

    /// Whether it is as short as a heading and all that its line has, in bold.
    pub(super) fn is_heading_in_bold(&self) -> bool {
        self.bold && self.is_alone() && self.name.split_whitespace().count() <= FEW && !self.name.ends_with('.')
    }

    /// Whether it is all that its line has.
    pub(super) const fn is_alone(&self) -> bool {
        self.rest.is_empty()
    }
}
