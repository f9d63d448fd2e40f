//! Untrusted text, fit for XML, HTML and JSON that people read.

use crate::emit::markdown::visible;

/// The longest line: the longest title of 27,795 published records has 255 characters.
const LONGEST_LINE: usize = 300;

/// The text on one line, without what cannot be seen or turns the direction of
/// writing, cut where it is longer than any title.
pub(super) fn line(raw: &str) -> String {
    let start: String = raw.chars().take(LONGEST_LINE * 4).collect();
    cut(&visible(&start), LONGEST_LINE)
}

/// The first so many characters, with a mark where something is left out.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

/// Escapes text for element content and quoted attributes, of XML and of HTML.
/// Characters that XML 1.0 does not allow become U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ if c.is_control() => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

/// Whether a character hides or turns the text around it ("Trojan Source").
pub(super) const fn deceives(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_text_is_text_in_xml_and_html() {
        assert_eq!(
            escape("a<b>&\"c'\u{0}\u{1b}\u{ffff}\n]]>"),
            "a&lt;b&gt;&amp;&quot;c&#39;\u{fffd}\u{fffd}\u{fffd}\n]]&gt;"
        );
    }

    #[test]
    fn a_line_is_one_visible_line_of_bounded_length() {
        assert_eq!(line(" a\r\n\tb\u{202e}c "), "a bc");
        assert_eq!(line(&"é".repeat(5000)), format!("{}…", "é".repeat(300)));
        assert_eq!(line(&"\u{200b}".repeat(5000)), "");
    }
}
