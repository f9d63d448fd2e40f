//! Other people's text within a line of ours.
//!
//! File names, tags, entries of archives, messages of servers and fields of
//! snapshots may hold line breaks, control characters and marks that turn the
//! direction of writing. Within a message they are spelt out, so that a reader
//! sees them, a terminal does not obey them, and no line begins with what a CI
//! service takes for a command (`::error::`, `##[group]`).

use std::fmt;
use std::path::Path;

/// A text to insert into a line: shown with what could break it spelt out.
///
/// ```
/// assert_eq!(secnotes::model::line("a\n::error::b\u{202e}").to_string(), "a\\n::error::b\\u{202e}");
/// ```
#[must_use]
pub const fn line(text: &str) -> Line<'_> {
    Line(text)
}

/// A path to insert into a line; bytes that are no text are replaced.
#[must_use]
pub fn line_of_path(path: &Path) -> String {
    line(&path.to_string_lossy()).to_string()
}

/// See [`line`].
#[derive(Clone, Copy, Debug)]
pub struct Line<'t>(&'t str);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut begin = 0;
        for (at, c) in self.0.char_indices().filter(|(_, c)| breaks_a_line(*c)) {
            f.write_str(self.0.get(begin..at).unwrap_or_default())?;
            write!(f, "{}", c.escape_default())?;
            begin = at + c.len_utf8();
        }
        f.write_str(self.0.get(begin..).unwrap_or_default())
    }
}

/// Whether a character could end a line, control a terminal, or hide or turn
/// around what stands beside it (Unicode's categories Cc, Zl, Zp and Cf).
#[must_use]
pub fn breaks_a_line(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

/// Unicode's format characters: they join, hide or turn around what stands beside them.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_inserted_begins_a_line_or_turns_it_around() {
        let hostile = "\u{1b}[2Ja\r\n::add-mask::b\u{202e}c\u{2028}d\u{85}e\u{200b}\t\u{7f}";
        let shown = line(hostile).to_string();
        assert!(!shown.chars().any(breaks_a_line), "{shown}");
        assert!(shown.contains("\\r\\n::add-mask::b\\u{202e}c"), "{shown}");
        assert_eq!(line("Straße `x` 日本").to_string(), "Straße `x` 日本");
    }
}
