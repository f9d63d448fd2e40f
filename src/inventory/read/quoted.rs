//! Words of a file, as a problem quotes them.

/// How much of a file's words a problem quotes, in characters.
const QUOTED: usize = 60;

/// The text, short and with nothing in it that a terminal obeys.
pub(super) fn quoted(text: &str) -> String {
    let mut short = String::new();
    for character in text.chars().take(QUOTED) {
        match character {
            '"' | '\'' | '\\' => short.push(character),
            other => short.extend(other.escape_debug()),
        }
    }
    if text.chars().nth(QUOTED).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        assert_eq!(quoted("it's \u{1b}[31m\n\u{202e}"), "it's \\u{1b}[31m\\n\\u{202e}");
        assert_eq!(quoted(&"x".repeat(61)), format!("{}…", "x".repeat(60)));
    }
}
