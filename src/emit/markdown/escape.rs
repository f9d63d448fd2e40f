//! Turns untrusted text into Markdown that shows this text and does nothing else.
//!
//! A title passes more than one reader on its way to a person, and each is met where it reads:
//!
//! - *Markdown* reads the source: a backslash. `<` and `&` are written as entities, so that a
//!   text is as harmless in HTML of a template, where Markdown has no backslashes.
//! - *GitHub and GitLab* read the rendered text: what they react to is set as code ([`readers`]).
//! - *Jekyll, Hugo, Helm* read the source for `{{`, `{%` and `{#`, code or not: a backslash between.
//! - *VitePress* reads the rendered text for `{{`: an empty comment between the two.
//!
//! None of it can be seen, or gets into what is copied. Code in a title stays code.
//!
//! The result is safe wherever text may stand: at the beginning of a line, in a heading, list,
//! quotation or table cell, inside `**…**` and as the text of a link. It is not meant to stand
//! in a code span, a link target or a link title.

use super::readers::{self, Place, is_word};
use crate::emit::code_spans::{self, Part};

/// Longer titles are cut: the longest of 27,795 published records has 255 characters.
const LONGEST: usize = 300;

/// Parts what a reader of the rendered text would read as one.
const COMMENT: &str = "<!-- -->";

/// The text on one line, without what cannot be seen, escaped.
pub(super) fn markdown(raw: &str) -> String {
    parts(code_spans::parts(&shown(raw)), true)
}

/// What is shown of a title, on one line.
pub(super) fn shown(raw: &str) -> String {
    cut(&visible(raw))
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
pub(super) const fn is_invisible(c: char) -> bool {
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

/// Parts of a line; `first` says whether they stand at its beginning.
pub(super) fn parts(parts: Vec<Part>, first: bool) -> String {
    let mut out = String::new();
    for part in with_words(parts) {
        match part {
            Part::Text(text) => out.push_str(&escape(&text, first && out.is_empty(), Within::Text)),
            Part::Code(code) => out.push_str(&span(&code)),
        }
    }
    out
}

/// With the words that later readers react to set as code. Text beside text is one, for a
/// mention may begin in one and end in the other; so is code, whose backticks would be.
fn with_words(parts: Vec<Part>) -> Vec<Part> {
    let words = |part: Part| match part {
        Part::Text(text) => {
            let runs = readers::runs(&text).into_iter();
            runs.map(|(run, reacts)| if reacts { Part::Code(run) } else { Part::Text(run) }).collect()
        }
        code @ Part::Code(_) => vec![code],
    };
    joined(joined(parts).into_iter().flat_map(words))
}

fn joined(parts: impl IntoIterator<Item = Part>) -> Vec<Part> {
    let mut all: Vec<Part> = Vec::new();
    for part in parts {
        match (all.last_mut(), part) {
            (_, Part::Code(text) | Part::Text(text)) if text.is_empty() => {}
            (Some(Part::Code(before)), Part::Code(text)) | (Some(Part::Text(before)), Part::Text(text)) => {
                before.push_str(&text);
            }
            (_, part) => all.push(part),
        }
    }
    all
}

/// Code on one line. Within backticks nothing can be escaped: what a table or a source of Jekyll
/// would read there is written in HTML.
fn span(code: &str) -> String {
    const READ: [&str; 8] = ["|", "{{", "}}", "{%", "%}", "{#", "#}", "{:"];
    if READ.iter().any(|read| code.contains(read)) {
        return format!("<code>{}</code>", escape(code, false, Within::Code));
    }
    let runs = code.split(|c| c != '`').map(str::len);
    let fence = "`".repeat((1..=code.len() + 1).find(|length| runs.clone().all(|run| run != *length)).unwrap_or(1));
    let blank = code.trim().is_empty();
    let pad = !blank && (code.starts_with(['`', ' ']) || code.ends_with(['`', ' ']));
    let pad = if pad { " " } else { "" };
    format!("{fence}{pad}{code}{pad}{fence}")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Text,
    /// An element of code, in which nobody but Markdown looks for addresses.
    Code,
}

/// The text, escaped; `first` says whether it stands at the beginning of a line.
fn escape(text: &str, first: bool, within: Within) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 16);
    for (at, &c) in chars.iter().enumerate() {
        let place = Place { chars: &chars, at };
        match c {
            '<' => out.push_str("&lt;"),
            '&' if is_entity(&chars, at) => out.push_str("&amp;"),
            // The end of a comment, if a template puts a text into one.
            '>' if chars
                .get(..at)
                .is_some_and(|before| before.ends_with(&['-', '-']) || before.ends_with(&['-', '!'])) =>
            {
                out.push_str("&gt;");
            }
            _ => {
                if backslash(place, c, first && at == 0) {
                    out.push('\\');
                }
                out.push(c);
            }
        }
        let braces = c == '{' && place.next() == Some('{');
        let sign = within == Within::Code && place.is_sign();
        if braces || sign || place.begins_bracketed() {
            out.push_str(COMMENT);
        }
    }
    out
}

/// `&name;` and `&#12;`; at the end, where a template may go on, what may become one: no name
/// has one letter (`AT&T`).
fn is_entity(chars: &[char], at: usize) -> bool {
    let rest = chars.get(at + 1..).unwrap_or_default();
    let name = rest.iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '#').count();
    rest.get(name).map_or(name != 1, |c| *c == ';')
}

/// Whether Markdown itself would read the character as more than text.
fn backslash(place: Place<'_>, c: char, first: bool) -> bool {
    match c {
        '\\' | '`' | '*' | '[' | ']' | '|' | '~' | '^' | '$' | '{' | '}' => true,
        // Between letters it neither opens nor closes emphasis: snake_case stays readable.
        '_' => ![place.previous(), place.next()].into_iter().all(is_word),
        '!' => first || place.next().is_none_or(|next| next == '['),
        // After a space it may be the closing sequence of a heading.
        '#' => first || matches!(place.previous(), Some(' ' | '{')),
        // Liquid's `{%`, kramdown's `{:`.
        '%' | ':' if place.previous() == Some('{') => true,
        // Quotations, lists, rules, front matter, underlined headings, table delimiters,
        // admonitions, GitLab's quick actions.
        '>' | '-' | '+' | '=' | ':' | '?' | '%' | '/' => first,
        '.' | ')' => first_number(place),
        _ => false,
    }
}

/// `1.` or `1)` at the beginning, before a space or the end.
fn first_number(place: Place<'_>) -> bool {
    let number = place.chars.get(..place.at).unwrap_or_default();
    !number.is_empty() && number.iter().all(char::is_ascii_digit) && place.next().is_none_or(|next| next == ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_titles_stay_as_they_are() {
        for title in [
            "Denial of service in json_decode (again) - part 2",
            "2.0.1 fixes 3 bugs; C# and Q&A pages, R&D -> prod",
            "Prüfung der Eingabe fehlt — パス",
            "Path traversal in org.apache.tomcat:tomcat-core",
            "org.apache.tomcat:tomcat-core:9.0.1 and com.google.guava:guava",
            "Unsound std::vec::Vec::from_iter at 10:30:15, 100 % of AT&T",
            "Prototype pollution via `__proto__` in `a.b['c']`",
            "Out-of-bounds read in ``a`b``",
            "gadget chain in a/b@",
        ] {
            assert_eq!(markdown(title), title);
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
            ("<img src=x>", "&lt;img src=x>"),
            ("<!-- x -->", "&lt;!-- x --&gt;"),
            ("a | b", "a \\| b"),
            ("&lt; &#60; a & b", "&amp;lt; `&#60`; a & b"),
            ("[^1] $x$ `z", "\\[\\^1\\] \\$x\\$ \\`z"),
            ("back\\slash", "back\\\\slash"),
            ("wow!", "wow\\!"),
        ] {
            assert_eq!(markdown(raw), escaped, "{raw}");
        }
    }

    #[test]
    fn what_later_readers_react_to_is_code() {
        for (raw, escaped) in [
            ("@octocat a@b.org @ c", "`@octocat` `a@b.org` @ c"),
            ("XSS in @angular/core.", "XSS in `@angular/core`."),
            ("fix #12, kata/agent#3 (gh-4) GH-5", "fix `#12`, `kata/agent#3` (`gh-4`) `GH-5`"),
            (":tada: done :+1:", "`:tada:` done `:+1:`"),
            ("at 10:30:15", "at 10:30:15"),
            ("org.apache.ant:ant:1.10 a::x::b", "`org.apache.ant:ant:1.10` `a::x::b`"),
            ("https://x.example/?a&b. www.x.example", "`https://x.example/?a&b`. `www.x.example`"),
            ("!12 &13 %14 $15 ~16 a~b", "`!12` `&13` `%14` `$15` `~16` `a~b`"),
            ("see [vulnerability:12]", "see \\[<!-- -->vulnerability:12\\]"),
            ("`a`#12", "`a#12`"),
        ] {
            assert_eq!(markdown(raw), escaped, "{raw}");
        }
    }

    #[test]
    fn templates_of_pages_find_nothing_to_fill_in() {
        for (raw, escaped) in [
            ("{{ x }} {% y %} {# z #}", "\\{<!-- -->\\{ x \\}\\} \\{\\% y %\\} \\{\\# z \\#\\}"),
            ("`{{ x }}`", "<code>\\{<!-- -->\\{ x \\}\\}</code>"),
            ("`a|b` `{%`", "<code>a\\|b</code> <code>\\{\\%</code>"),
            ("`{{ https://x.y }}`", "<code>\\{<!-- -->\\{ https:<!-- -->//x.y \\}\\}</code>"),
        ] {
            assert_eq!(markdown(raw), escaped, "{raw}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        assert_eq!(markdown("a\u{202e}b\u{200b}c\0d\r\n\te\u{2028}f\u{ad}"), "abc d e f");
        assert_eq!(markdown(" \u{200b}\n"), "");
        // The joiner of an attacker must not hide a mention from us.
        assert_eq!(markdown("@\u{2060}octocat"), "`@octocat`");
        assert_eq!(markdown(&"ab ".repeat(200)).chars().count(), 300);
    }
}
