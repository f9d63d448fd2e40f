//! Other people's text within a line of ours.
//!
//! File names, tags, entries of archives, messages of servers and fields of
//! snapshots may hold line breaks, control characters and marks that turn the
//! direction of writing. Within a message they are spelt out, so that a reader
//! sees them, a terminal does not obey them, and no line begins with what a CI
//! service takes for a command (`::error::`). A command that services find
//! anywhere in a line (`##[group]`, `##vso[...]`, `##teamcity[...]`) is broken
//! where it stands.

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

/// What somebody else says in words, such as the system or a parser, to insert
/// into a line: it may quote a path or a file.
#[must_use]
pub fn line_of(words: &dyn fmt::Display) -> String {
    line(&words.to_string()).to_string()
}

/// See [`line()`].
#[derive(Clone, Copy, Debug)]
pub struct Line<'t>(&'t str);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        spell_out(self.0, f, breaks_a_line)
    }
}

/// Untrusted text for a terminal. Titles and subjects may have line breaks and
/// tabs, which are read as spaces.
#[must_use]
pub fn plain(text: &str) -> String {
    line(&text.replace(|c: char| c.is_control(), " ")).to_string()
}

/// A message of ours that may have several lines, as it goes to a terminal or
/// a log: the last guard, whatever was inserted. Line breaks stay; no line
/// begins with `::`, since GitHub's runner obeys such a line after any white space.
#[must_use]
pub fn guarded(text: &str) -> String {
    use fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let words = line.trim_start();
        let (indent, words) = line.split_at_checked(line.len() - words.len()).unwrap_or(("", line));
        // Writing to a string cannot fail.
        let _ = write!(out, "{}", Guarded(indent));
        let words = match words.strip_prefix("::") {
            Some(rest) => {
                let _ = write!(out, "{}:", ':'.escape_unicode());
                rest
            }
            None => words,
        };
        let _ = write!(out, "{}", Guarded(words));
    }
    out
}

/// A line of ours, which may have tabs.
struct Guarded<'t>(&'t str);

impl fmt::Display for Guarded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        spell_out(self.0, f, |c| c != '\t' && breaks_a_line(c))
    }
}

/// Writes the text with some characters spelt out, and with the commands
/// broken that CI services find anywhere in a line.
fn spell_out(text: &str, f: &mut fmt::Formatter<'_>, breaks: impl Fn(char) -> bool) -> fmt::Result {
    let (mut begin, mut before) = (0, '\0');
    for (at, c) in text.char_indices() {
        let previous = std::mem::replace(&mut before, c);
        let command = c == '#' && previous == '#' && begins_command(text.get(at + 1..).unwrap_or_default());
        if command {
            f.write_str(text.get(begin..at).unwrap_or_default())?;
            write!(f, "{}", c.escape_unicode())?;
        } else if breaks(c) && !(is_joiner(c) && joins(previous)) {
            f.write_str(text.get(begin..at).unwrap_or_default())?;
            write!(f, "{}", c.escape_default())?;
        } else {
            continue;
        }
        begin = at + c.len_utf8();
    }
    f.write_str(text.get(begin..).unwrap_or_default())
}

/// Whether a command goes on here after `##`: `[`, `vso[`, `teamcity[`, or
/// what another service may call its own.
fn begins_command(rest: &str) -> bool {
    rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('[')
}

const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether a joiner may follow: emoji and several scripts are written with
/// them. Beside ASCII they only hide.
fn joins(before: char) -> bool {
    !before.is_ascii() && !breaks_a_line(before)
}

/// Whether a character could end a line, control a terminal, or hide or turn
/// around what stands beside it (Unicode's categories Cc, Zl, Zp and Cf).
#[must_use]
pub fn breaks_a_line(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

/// Unicode's format characters: they join, hide or turn around what stands beside them.
#[must_use]
pub(super) const fn is_invisible(c: char) -> bool {
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
        assert_eq!(line("Straße `x` 日本 👩\u{200d}💻").to_string(), "Straße `x` 日本 👩\u{200d}💻");
        assert_eq!(line("a\u{200d}b 日\u{200d}\u{200d}").to_string(), "a\\u{200d}b 日\u{200d}\\u{200d}");
    }

    #[test]
    fn a_command_in_the_middle_of_a_line_is_broken() {
        for command in ["##[error]x", "a ##[add-mask]x", "##vso[task.setvariable a]b", "###TeamCity[x]", "##new[x"] {
            let shown = line(command).to_string();
            assert!(shown.contains("#\\u{23}"), "{shown}");
            assert_eq!(guarded(command), shown);
        }
        assert_eq!(line("## [1.0] and ###x").to_string(), "## [1.0] and ###x");
    }

    #[test]
    fn no_line_of_a_guarded_text_is_a_command() {
        let text = "a\n::error::b\n \t::add-mask::c\n\u{2003}::d\n\u{1b}::e\n\r::f\u{2028}::g\nh: ::i";
        let shown = guarded(text);
        assert!(shown.lines().all(|line| !line.trim_start().starts_with("::")), "{shown}");
        assert!(!shown.contains(|c: char| c != '\n' && c != '\t' && breaks_a_line(c)), "{shown}");
        assert!(shown.starts_with("a\n\\u{3a}:error::b\n \t\\u{3a}:add-mask::c\n"), "{shown}");
        assert!(shown.ends_with("\nh: ::i"), "{shown}");
        assert_eq!(guarded("error: a\n\n  1 | b = ::c\n  help: d\n"), "error: a\n\n  1 | b = ::c\n  help: d\n");
    }
}
