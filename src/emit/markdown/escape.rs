//! Untrusted text as one line of harmless Markdown.

/// Longer titles are cut: no advisory needs more, and some try.
const MAX_CHARACTERS: usize = 300;

/// Stands within what GitHub would turn into a mention, a reference or an
/// emoji after Markdown is done, where a backslash no longer helps. It has no
/// width and no meaning (U+2060 WORD JOINER).
const JOINER: char = '\u{2060}';

/// The text on one line, so that it reads the same and can be nothing else:
/// no heading, list, link, image, HTML, code, mention, reference, emoji,
/// formula or template directive.
#[must_use]
pub fn escape(text: &str) -> String {
    let line = one_line(text);
    let characters: Vec<char> = line.chars().collect();
    let mut out = String::with_capacity(line.len() + 16);
    for (at, c) in characters.iter().copied().enumerate() {
        let next = characters.get(at + 1).copied();
        let previous = at.checked_sub(1).and_then(|before| characters.get(before)).copied();
        match c {
            // Whatever can open or close a construct; `{{`, `{%` and `{#` for
            // Jekyll, Hugo and Helm, which expand templates in release notes.
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '$' | '^' => push(&mut out, c),
            '{' if matches!(next, Some('{' | '%' | '#')) || previous == Some('{') => push(&mut out, c),
            // Within a word GitHub takes an underscore for itself.
            '_' if !(previous.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric)) => {
                push(&mut out, c)
            }
            '&' if next.is_some_and(|next| next.is_ascii_alphanumeric() || next == '#') => push(&mut out, c),
            '!' if next == Some('[') => push(&mut out, c),
            // At a line's start these begin a heading, list, quote or rule.
            '#' | '-' | '+' | '=' if at == 0 => push(&mut out, c),
            '.' | ')' if only_digits(characters.get(..at)) => push(&mut out, c),
            '@' => {
                out.push(c);
                out.push(JOINER);
            }
            '#' | ':' if next.is_some_and(char::is_alphanumeric) || next == Some('+') || next == Some('-') => {
                out.push(c);
                out.push(JOINER);
            }
            ':' if next == Some('/') => push(&mut out, c),
            // www.example.org and GH-123 become links by themselves.
            '.' if ends_with(characters.get(..at), "www") => push(&mut out, c),
            '-' if ends_with(characters.get(..at), "gh") && next.is_some_and(|next| next.is_ascii_digit()) => {
                out.push(c);
                out.push(JOINER);
            }
            _ => out.push(c),
        }
    }
    out
}

fn push(out: &mut String, c: char) {
    out.push('\\');
    out.push(c);
}

fn only_digits(before: Option<&[char]>) -> bool {
    before.is_some_and(|before| !before.is_empty() && before.iter().all(char::is_ascii_digit))
}

fn ends_with(before: Option<&[char]>, word: &str) -> bool {
    let Some(before) = before else { return false };
    let Some(start) = before.len().checked_sub(word.len()) else { return false };
    before.get(start..).is_some_and(|tail| tail.iter().collect::<String>().eq_ignore_ascii_case(word))
}

/// White space becomes single spaces; what is not seen or turns the direction
/// of text goes away.
fn one_line(text: &str) -> String {
    let visible =
        text.chars().map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c }).filter(|c| !is_hidden(*c));
    let line: String = visible.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MAX_CHARACTERS {
        return line;
    }
    let mut cut: String = line.chars().take(MAX_CHARACTERS).collect();
    cut.push('…');
    cut
}

/// Zero-width, joining, direction-changing and tag characters.
const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinary_titles_stay_readable() {
        for title in [
            "Kata Container to Guest micro VM privilege escalation",
            "VM Escape via virtiofsd (Argument Injection) - through pod_annotations",
            "Path traversal in copy_file, e.g. ../x",
        ] {
            assert_eq!(escape(title), title);
        }
    }

    #[test]
    fn hostile_titles_are_harmless() {
        for (title, escaped) in [
            ("# Heading", "\\# Heading"),
            ("x\n# Heading", "x # Heading"),
            ("[a](javascript:x)", "\\[a\\](javascript:\u{2060}x)"),
            ("![a](b)", "\\!\\[a\\](b)"),
            ("<script>", "\\<script\\>"),
            ("hi @octocat", "hi @\u{2060}octocat"),
            ("see #12", "see #\u{2060}12"),
            ("GH-12", "GH-\u{2060}12"),
            (":octocat:", ":\u{2060}octocat:"),
            ("https://x.example", "https\\://x.example"),
            ("www.x.example", "www\\.x.example"),
            ("{{secret}} {% x %}", "\\{\\{secret}} \\{% x %}"),
            ("&lt;b&gt;", "\\&lt;b\\&gt;"),
            ("1. list", "1\\. list"),
            ("a\u{202e}b\u{200b}c", "abc"),
            ("`code` *b* _i_ ~s~ | $x$", "\\`code\\` \\*b\\* \\_i\\_ \\~s\\~ \\| \\$x\\$"),
        ] {
            assert_eq!(escape(title), escaped, "{title:?}");
        }
        assert_eq!(escape(&"x".repeat(1000)).chars().count(), 301);
    }

    proptest! {
        #[test]
        fn commonmark_sees_one_paragraph_of_text(title in "([#*_`~<>\\[\\]()!|{}$&@:.\\\\ \n\t+=0-9a-z-]|www\\.|https://|&amp;|<b>|GH-1){0,30}") {
            let mut options = comrak::Options::default();
            options.extension.autolink = true;
            options.extension.strikethrough = true;
            options.extension.table = true;
            options.extension.tasklist = true;
            options.extension.footnotes = true;
            options.extension.math_dollars = true;
            let arena = comrak::Arena::new();
            let text = escape(&title);
            // Templates ask whether there is a title.
            prop_assume!(!text.is_empty());
            // As our templates have it: after a bullet, and alone on a line.
            for whole in [format!("- **{text}**\n"), format!("{text}\n")] {
                let root = comrak::parse_document(&arena, &whole, &options);
                for node in root.descendants() {
                    use comrak::nodes::NodeValue as V;
                    let value = &node.data.borrow().value;
                    let harmless = matches!(value, V::Document | V::Paragraph | V::Text(_) | V::Escaped | V::List(_) | V::Item(_) | V::Strong);
                    prop_assert!(harmless, "{:?} in {:?}", value, whole);
                }
            }
            let directive = text.contains("{{") || text.contains("{%");
            prop_assert!(!directive);
        }
    }
}
