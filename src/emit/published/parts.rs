//! What a published text says of one release: a part of a change log, or all of
//! a text that is about one release.

use crate::emit::splice::{Heading, Named, Page, SpliceError, find, is_named, names_a_release, part_of, preface};

/// A published text about one release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub(super) text: String,
    /// Where each of its lines begins, and its line in the file, counted from 1.
    lines: Vec<(usize, usize)>,
}

impl Text {
    /// A text that is about one release, such as the body of a release on a forge.
    #[must_use]
    pub fn of_release(text: &str) -> Self {
        Self::numbered(text.to_owned(), 1..)
    }

    fn numbered(text: String, numbers: impl IntoIterator<Item = usize>) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
        let lines = starts.zip(numbers).collect();
        Self { text, lines }
    }

    /// The `preface` of a TOML file.
    ///
    /// # Errors
    /// The file is no TOML, or has no preface.
    pub fn of_preface(file: &str) -> Result<Self, SpliceError> {
        let (text, lines) = preface(file)?;
        Ok(Self::numbered(text, lines))
    }

    /// What the line of a place in the text is in its file.
    pub(super) fn line(&self, at: usize) -> usize {
        let after = self.lines.partition_point(|(start, _)| *start <= at);
        after.checked_sub(1).and_then(|line| self.lines.get(line)).map_or(1, |(_, number)| *number)
    }
}

/// A text with the parts of several releases, or that of one.
pub struct ChangeLog<'t> {
    text: &'t str,
    page: Page<'t>,
}

impl<'t> ChangeLog<'t> {
    /// Reads the headings of a text.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        Self { text, page: Page::of(text) }
    }

    /// What it says of a release; none where it is about others.
    ///
    /// # Errors
    /// Two headings could be the release's.
    pub fn part(&self, of: Named<'_>) -> Result<Option<Text>, SpliceError> {
        let headings: Vec<&Heading> = self.page.headings.iter().collect();
        let Some(at) = find(&headings, of)? else {
            // What has no release's heading at all is about the one that was asked for.
            let is_of_others = headings.iter().any(|heading| names_a_release(&heading.text));
            return Ok((!is_of_others).then(|| Text::of_release(self.text)));
        };
        let part = part_of(&headings, at);
        let begin = headings.get(part.start).map_or(0, |heading| heading.lines.start);
        let end = headings.get(part.end).map_or(usize::MAX, |next| next.lines.start);
        Ok(Some(Text::numbered(self.page.text(begin..end).to_owned(), begin + 1..)))
    }

    /// All of it.
    #[must_use]
    pub fn whole(&self) -> Text {
        Text::of_release(self.text)
    }

    /// Whether it has the heading of some release.
    #[must_use]
    pub fn has_releases(&self) -> bool {
        self.page.headings.iter().any(|heading| names_a_release(&heading.text))
    }
}

/// Whether the name of a file is that of a release: `v2.1.5.toml`, `CHANGELOG-4.1.1.md`.
#[must_use]
pub fn is_file_of(name: &str, of: Named<'_>) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    is_named(stem, of)
}
