//! What a text says of versions, statement by statement.

use crate::advisory::typed::reading::Doubt;
use crate::advisory::typed::tokens::Written;

/// How a part is joined with the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
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
pub(crate) enum High<'t> {
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
pub(crate) enum Said<'t> {
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
pub(crate) struct Affected<'t> {
    pub(crate) spans: Vec<Said<'t>>,
    pub(crate) doubts: Vec<Doubt>,
    /// Whether it says in so many words that nothing is affected.
    pub(crate) is_none: bool,
}

/// The end at a version, with it: `<= 1.2.x` and `<= 1.2+` go on to the end of the line.
pub(super) fn last(version: Written<'_>) -> High<'_> {
    if version.text.is_empty() {
        High::Open
    } else if version.is_line || version.and_later {
        High::Line(version.text, count(version.text))
    } else {
        High::Last(version.text)
    }
}

/// From a version on, as long as its first numbers stay.
pub(super) const fn within(text: &str, numbers: usize) -> Said<'_> {
    Said::Between(text, High::Line(text, numbers))
}

/// Whether a version may name a line by its first one or two numbers.
pub(super) fn may_be_line(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && count(text) < 3
}

/// How many numbers a version begins with.
pub(crate) fn count(text: &str) -> usize {
    let number = |part: &&str| part.starts_with(|c: char| c.is_ascii_digit());
    text.split(['.', '_']).take_while(number).count()
}

/// Which way a version goes on by the words behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suffix {
    Earlier,
    Later,
}
