//! Turns untrusted text into Markdown that shows this text and does nothing else.
//!
//! A title passes more than one reader on its way to a person: GitHub-flavoured
//! Markdown, then GitHub's or GitLab's own pass over the rendered text
//! (mentions, references, emoji), and often Jekyll, Hugo, VitePress or Helm
//! around it. A backslash stops the first reader only. For the others the
//! pattern is broken with a word joiner, which has no width and allows no line
//! break.
//!
//! The result is safe wherever text may stand: at the beginning of a line, in a
//! heading, list, quotation or table cell, inside `**…**` and as the text of a
//! link. It is not meant to stand in a code span, a link target or a link title.

/// U+2060 WORD JOINER.
pub(super) const JOINER: char = '\u{2060}';

/// Longer titles are cut: the longest of 27,795 published records has 255 characters.
const LONGEST: usize = 300;

/// The text on one line, without what cannot be seen, escaped.
pub(super) fn markdown(raw: &str) -> String {
    escape(&cut(&visible(raw)))
}

/// Every run of white space and control characters as one space; invisible
/// characters and those that turn the direction of writing left out.
pub(in crate::emit) fn visible(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut gap = false;
    for c in raw.chars() {
        if c.is_whitespace() || c.is_control() {
            gap = true;
        } else if !is_invisible(c) {
            if gap && !text.is_empty() {
                text.push(' ');
            }
            gap = false;
            text.push(c);
        }
    }
    text
}

/// Characters that show nothing, or change how others show ("Trojan Source").
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

fn escape(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 16);
    for (at, &c) in chars.iter().enumerate() {
        let place = Place { chars: &chars, at };
        if place.backslash(c) {
            out.push('\\');
        }
        if place.joiner_before(c) {
            out.push(JOINER);
        }
        out.push(c);
        if place.joiner_after(c) {
            out.push(JOINER);
        }
    }
    out
}

/// A character among its neighbours.
struct Place<'t> {
    chars: &'t [char],
    at: usize,
}

impl Place<'_> {
    fn get(&self, place: Option<usize>) -> Option<char> {
        self.chars.get(place?).copied()
    }

    fn previous(&self) -> Option<char> {
        self.get(self.at.checked_sub(1))
    }

    /// The next character; at the end, where the template may go on with
    /// anything, `None`.
    fn next(&self) -> Option<char> {
        self.get(self.at.checked_add(1))
    }

    /// Whether Markdown itself would read the character as more than text.
    fn backslash(&self, c: char) -> bool {
        let first = self.at == 0;
        match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '^' | '$' | '{' | '}' => true,
            // Between letters it neither opens nor closes emphasis: snake_case stays readable.
            '_' => ![self.previous(), self.next()].into_iter().all(is_word),
            '&' => self.next().is_none_or(|next| next.is_alphanumeric() || next == '#'),
            '!' => first || self.next().is_none_or(|next| next == '['),
            // After a space it may be the closing sequence of a heading.
            '#' => first || self.previous() == Some(' '),
            // Lists, rules, front matter, underlined headings, table delimiters,
            // admonitions, GitLab's quick actions.
            '-' | '+' | '=' | ':' | '?' | '%' | '/' => first,
            '.' | ')' => self.ends_list_number(),
            _ => false,
        }
    }

    /// `1.` or `1)` at the beginning, before a space or the end.
    fn ends_list_number(&self) -> bool {
        let number = self.chars.get(..self.at).unwrap_or_default();
        !number.is_empty() && number.iter().all(char::is_ascii_digit) && self.next().is_none_or(|next| next == ' ')
    }

    fn joiner_before(&self, c: char) -> bool {
        // www.example.org becomes a link without any scheme.
        c == '.' && self.follows_word("www")
    }

    /// Whether a pass over the rendered text would read a pattern from here.
    /// A backslash is gone by then: Markdown has eaten it, and the host reads the text that is left.
    fn joiner_after(&self, c: char) -> bool {
        let next = self.next();
        match c {
            // Mentions and e-mail addresses.
            '@' => next != Some(' '),
            // #12; !12, &12, $12 and ~label are GitLab's merge request, epic, snippet and label.
            '#' => next.is_none_or(char::is_alphanumeric),
            '!' | '&' | '$' => next.is_some_and(|next| next.is_ascii_digit()),
            '~' => next.is_some_and(char::is_alphanumeric),
            '%' => {
                next == Some('}') || (!is_word(self.previous()) && next.is_some_and(|n| is_word(Some(n)) || n == '"'))
            }
            // {{ Helm and Vue, {% and {# Liquid and Jinja, {: kramdown, {{< Hugo.
            '{' => next.is_none_or(|next| "{%#:<".contains(next)),
            '}' => next.is_none_or(|next| next == '}'),
            ':' => self.begins_address() || self.begins_emoji(),
            // GH-12 is a reference on GitHub, GL-12 on GitLab.
            '-' => {
                next.is_some_and(|next| next.is_ascii_digit()) && (self.follows_word("gh") || self.follows_word("gl"))
            }
            _ => false,
        }
    }

    fn begins_address(&self) -> bool {
        matches!(self.chars.get(self.at + 1..), Some(['/', '/', ..] | ['/']))
    }

    /// `:name:`, or `:name` at the end; `10:30:15` holds no emoji's name.
    fn begins_emoji(&self) -> bool {
        let rest = self.chars.get(self.at + 1..).unwrap_or_default();
        let is_name = |c: &char| c.is_ascii_alphanumeric() || "_+-".contains(*c);
        let name: Vec<_> = rest.iter().copied().take_while(is_name).collect();
        let closed = rest.get(name.len()).is_none_or(|&c| c == ':');
        let time = name.len() <= 2 && name.iter().all(char::is_ascii_digit);
        closed && !time
    }

    /// Whether this word, in any case, stands right before.
    fn follows_word(&self, word: &str) -> bool {
        let Some(start) = self.at.checked_sub(word.len()) else { return false };
        let before = self.chars.get(start..self.at).unwrap_or_default();
        let same = before.iter().zip(word.chars()).all(|(a, b)| a.eq_ignore_ascii_case(&b));
        same && !is_word(self.get(start.checked_sub(1)))
    }
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The escaped text with joiners made visible.
    fn shown(raw: &str) -> String {
        markdown(raw).replace(JOINER, "·")
    }

    #[test]
    fn ordinary_titles_stay_readable() {
        for title in [
            "Denial of service in json_decode (again) - part 2",
            "runtime: don't follow symlinks, e.g. `..`".replace('`', "'").as_str(),
            "2.0.1 fixes 3 bugs; C# and Q&A pages",
            "Prüfung der Eingabe fehlt — パス",
        ] {
            let readable = markdown(title).replace("C#\u{2060}", "C#").replace("Q\\&A", "Q&A");
            assert_eq!(readable, title);
        }
    }

    #[test]
    fn markdown_is_shown_and_not_obeyed() {
        for (raw, escaped) in [
            ("# heading", "\\# heading"),
            ("> quote\n\n# heading", "\\> quote \\# heading"),
            ("- item", "\\- item"),
            ("1. item", "1\\. item"),
            ("1) item", "1\\) item"),
            ("---", "\\---"),
            ("===", "\\==="),
            ("    code", "code"),
            ("**a** _b_ snake_case __c__", "\\*\\*a\\*\\* \\_b\\_ snake_case \\_\\_c\\_\\_"),
            ("![x](y)", "\\!\\[x\\](y)"),
            ("see ![x](y)", "see \\!\\[x\\](y)"),
            ("<img src=x>", "\\<img src=x\\>"),
            ("<!-- x -->", "\\<!-- x --\\>"),
            ("a | b", "a \\| b"),
            ("&lt; &#60; a & b", "\\&lt; \\&#·60; a & b"),
            ("[^1] $x$ ~~y~~ `z`", "\\[\\^1\\] \\$x\\$ \\~\\~·y\\~\\~ \\`z\\`"),
            ("back\\slash", "back\\\\slash"),
            ("wow!", "wow\\!"),
        ] {
            assert_eq!(shown(raw), escaped, "{raw}");
        }
    }

    #[test]
    fn later_readers_find_no_pattern() {
        for (raw, escaped) in [
            ("@octocat a@b.org @ c", "@·octocat a@·b.org @ c"),
            ("fix #12, kata/agent#3 gh-4 GH-5", "fix \\#·12, kata/agent#·3 gh-·4 GH-·5"),
            (":tada: done :+1:", "\\:·tada: done :·+1:"),
            ("at 10:30:15", "at 10:30:15"),
            ("https://x.example www.x.example", "https:·//x.example www·.x.example"),
            ("{{ x }} {% y %} {# z #}", "\\{·\\{ x \\}·\\} \\{·% y %·\\} \\{·# z \\#\\}·"),
            ("!12 &13 %14", "\\!·12 \\&·13 %·14"),
        ] {
            assert_eq!(shown(raw), escaped, "{raw}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        assert_eq!(markdown("a\u{202e}b\u{200b}c\0d\r\n\te\u{2028}f\u{ad}"), "abc d e f");
        assert_eq!(markdown(" \u{200b}\n"), "");
        // The joiner of an attacker must not hide a mention from us.
        assert_eq!(shown("@\u{2060}octocat"), "@·octocat");
        assert_eq!(markdown(&"ab ".repeat(200)).chars().count(), 300);
    }
}
