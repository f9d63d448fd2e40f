//! The lines of a text, and where they are.

use std::ops::Range;

/// The lines of a text. As in `CommonMark`, a line ends in `\n`, `\r\n` or `\r`.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: usize| match bytes.get(at) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let after = (0..bytes.len()).filter(|at| ends(*at)).map(|at| at + 1);
        let starts = std::iter::once(0).chain(after).filter(|start| *start < text.len()).collect();
        Self { text, starts }
    }

    pub(super) const fn count(&self) -> usize {
        self.starts.len()
    }

    /// Where a line begins; the end of the text for those beyond.
    pub(super) fn start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// The text of some lines, with their endings.
    pub(super) fn text(&self, lines: Range<usize>) -> &'t str {
        self.text.get(self.start(lines.start)..self.start(lines.end)).unwrap_or_default()
    }

    /// The line with its ending.
    fn whole(&self, line: usize) -> &'t str {
        self.text(line..line + 1)
    }

    /// The line without its ending.
    pub(super) fn line(&self, line: usize) -> &'t str {
        self.whole(line).trim_end_matches(['\r', '\n'])
    }

    /// What ends the line; nothing ends the last of some texts.
    pub(super) fn ending(&self, line: usize) -> &'t str {
        let whole = self.whole(line);
        whole.get(self.line(line).len()..).unwrap_or_default()
    }

    pub(super) fn is_blank(&self, line: usize) -> bool {
        line < self.count() && self.line(line).trim().is_empty()
    }
}

/// A text whose lines end in `\n`.
pub(super) fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_in_commonmark() {
        let text = "a\r\n\rb\nc\n\nd";
        let lines = Lines::of(text);
        let all: Vec<_> = (0..lines.count()).map(|line| (lines.line(line), lines.ending(line))).collect();
        assert_eq!(all, [("a", "\r\n"), ("", "\r"), ("b", "\n"), ("c", "\n"), ("", "\n"), ("d", "")]);
        assert_eq!((lines.start(2), lines.start(6)), (4, text.len()));
        assert!(lines.is_blank(1) && !lines.is_blank(6));
        assert_eq!(Lines::of("").count(), 0);
        assert_eq!(plain(text), "a\n\nb\nc\n\nd");
    }
}
