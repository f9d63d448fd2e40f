//! The lines of requirements files, as pip joins and parts them ("Requirements
//! File Format" in its guide).

/// A line without its comment, joined with those that continue it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line<'t> {
    /// The number of its first line, from 1.
    pub(super) number: usize,
    /// Empty where only comments stand, at a file's head.
    pub(super) text: String,
    /// The comments on it and directly below it.
    pub(super) comments: Vec<&'t str>,
}

/// The lines of a text that say something.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    // Whether the last line goes on in the next, and whether comments are its.
    let (mut goes_on, mut attached) = (false, false);
    for (number, line) in (1..).zip(text.lines()) {
        let (said, comment) = parted(line);
        // A comment alone ends a line that goes on; pip-compile ends with one after
        // a backslash.
        let (said, again) = match said.strip_suffix('\\') {
            Some(said) if comment.is_none() => (said, true),
            _ => (said, false),
        };
        if !said.trim_start().is_empty() {
            match lines.last_mut().filter(|_| goes_on) {
                Some(line) => line.text.push_str(said),
                None => lines.push(Line { number, text: said.trim_start().to_owned(), comments: Vec::new() }),
            }
            attached = true;
        } else if comment.is_none() && !again {
            attached = false;
        }
        goes_on = again && (goes_on || !said.trim_start().is_empty());
        if let (Some(comment), Some(line), true) = (comment, lines.last_mut(), attached) {
            line.comments.push(comment);
        }
    }
    lines
}

/// A line's text and its comment, which begins with the line or behind white space:
/// a `#` in a word is part of a URL.
fn parted(line: &str) -> (&str, Option<&str>) {
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        if c == '#' && before.is_whitespace() {
            let (said, comment) = line.split_at_checked(at).unwrap_or((line, ""));
            return (said.trim_end(), Some(comment.trim_start_matches('#').trim()));
        }
        before = c;
    }
    (line.trim_end(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_on_and_keep_their_comments() {
        let text = "# head\n\na==1 \\\n    --hash=sha256:0 \\\n    --hash=sha256:1\n    # via\n    #   b\n\n# alone\nc @ https://x/#egg=c # why\r\nd==\\\n# cut\ne=\\\n=1\\";
        let lines: Vec<_> = lines(text).into_iter().map(|line| (line.number, line.text, line.comments)).collect();
        assert_eq!(
            lines,
            [
                (3, "a==1     --hash=sha256:0     --hash=sha256:1".to_owned(), vec!["via", "b"]),
                (10, "c @ https://x/#egg=c".to_owned(), vec!["why"]),
                (11, "d==".to_owned(), vec!["cut"]),
                (13, "e==1".to_owned(), vec![]),
            ]
        );
    }
}
