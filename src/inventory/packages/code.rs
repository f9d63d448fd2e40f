//! Words, literals and signs of manifests that are programs. Nothing is run:
//! what a program computes is not known.

/// The largest program that is read, in bytes; real ones have a few thousand.
const LARGEST: usize = 1 << 20;

/// A language that manifests are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Elixir,
    Erlang,
    /// Groovy and Kotlin.
    Gradle,
    Python,
    Ruby,
}

/// A part of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    Word(&'t str),
    /// A text that stands there as it is.
    Text(&'t str),
    /// A text that something is put into, or that has escapes.
    Computed,
    Sign(char),
    /// The end of a line.
    Line,
}

/// The parts of a program, without its comments.
pub(super) fn tokens(text: &str, language: Language) -> Vec<Token<'_>> {
    let mut reading = Reading { rest: if text.len() > LARGEST { "" } else { text }, language, tokens: Vec::new() };
    while reading.step() {}
    reading.tokens
}

/// The token at a place; an end of line where there is none.
pub(super) fn at<'t>(tokens: &[Token<'t>], place: usize) -> Token<'t> {
    tokens.get(place).copied().unwrap_or(Token::Line)
}

/// The text that a word stands for, where the program says so once, at the
/// beginning of a line: `NAME = "x"`, in Elixir `@name "x"`.
pub(super) fn constant<'t>(tokens: &[Token<'t>], name: &str) -> Option<&'t str> {
    let mut found = None;
    for place in 0..tokens.len() {
        let before = place.checked_sub(1).map_or(Token::Line, |before| at(tokens, before));
        let begins = before == Token::Line || before == Token::Sign('@');
        if !begins || at(tokens, place) != Token::Word(name) {
            continue;
        }
        let value = match (before, at(tokens, place + 1)) {
            (Token::Line, Token::Sign('=')) if at(tokens, place + 2) != Token::Sign('=') => place + 2,
            (Token::Sign('@'), Token::Text(_) | Token::Sign(':')) => place + 1,
            _ => continue,
        };
        // An atom of Elixir.
        let value = value + usize::from(before == Token::Sign('@') && at(tokens, value) == Token::Sign(':'));
        let (Token::Text(text) | Token::Word(text), Token::Line) = (at(tokens, value), at(tokens, value + 1)) else {
            return None;
        };
        if found.replace(text).is_some() {
            return None;
        }
    }
    found
}

struct Reading<'t> {
    rest: &'t str,
    language: Language,
    tokens: Vec<Token<'t>>,
}

impl<'t> Reading<'t> {
    /// Reads one token; whether there was one.
    fn step(&mut self) -> bool {
        use Language::{Elixir, Erlang, Gradle, Python, Ruby};
        let rest = self.rest;
        let Some(first) = rest.chars().next() else { return false };
        let behind = rest.get(first.len_utf8()..).unwrap_or_default();
        let comment = match self.language {
            Elixir | Python | Ruby => first == '#',
            Erlang => first == '%',
            Gradle => rest.starts_with("//"),
        };
        if comment {
            self.rest = rest.find('\n').and_then(|end| rest.get(end..)).unwrap_or_default();
        } else if self.language == Gradle && rest.starts_with("/*") {
            self.rest = rest.split_once("*/").map_or("", |(_, behind)| behind);
        } else if self.language == Ruby && behind.starts_with(['q', 'Q']) && first == '%' && self.quoted(behind) {
        } else if first == '\n' {
            self.tokens.push(Token::Line);
            self.rest = behind;
        } else if first == '\\' && behind.starts_with('\n') {
            self.rest = behind.get(1..).unwrap_or_default();
        } else if first.is_whitespace() {
            self.rest = behind;
        } else if matches!(first, '"' | '\'') {
            self.text(first);
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let (word, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
            self.tokens.push(Token::Word(word));
            self.rest = behind;
        } else {
            self.tokens.push(Token::Sign(first));
            self.rest = behind;
        }
        true
    }

    /// Ruby's `%q{…}`; whether it is one.
    fn quoted(&mut self, behind: &'t str) -> bool {
        let mut parts = behind.chars();
        let (kind, open) = (parts.next(), parts.next());
        let close = match open {
            Some('{') => '}',
            Some('(') => ')',
            Some('[') => ']',
            Some('<') => '>',
            _ => return false,
        };
        let Some((text, behind)) = parts.as_str().split_once(close) else { return false };
        let plain = !text.contains(['\\', '\n']) && (kind == Some('q') || !text.contains("#{"));
        self.tokens.push(if plain { Token::Text(text) } else { Token::Computed });
        self.rest = behind;
        true
    }

    fn text(&mut self, quote: char) {
        use Language::{Elixir, Erlang, Gradle, Python, Ruby};
        let rest = self.rest;
        let triple = if quote == '"' { "\"\"\"" } else { "'''" };
        if !matches!(self.language, Erlang | Ruby)
            && let Some(inner) = rest.strip_prefix(triple)
        {
            self.tokens.push(Token::Computed);
            self.rest = inner.split_once(triple).map_or("", |(_, behind)| behind);
            return;
        }
        let inner = rest.get(1..).unwrap_or_default();
        let mut escaped = false;
        // One that ends with its line is an apostrophe.
        let end = inner.find(|c: char| {
            let ends = !escaped && (c == quote || c == '\n');
            escaped = !escaped && c == '\\';
            ends
        });
        let (text, behind) = inner.split_at_checked(end.unwrap_or(inner.len())).unwrap_or((inner, ""));
        let put_in = match self.language {
            Elixir | Ruby => quote == '"' && text.contains("#{"),
            Gradle => quote == '"' && text.contains('$'),
            Erlang | Python => false,
        };
        let plain = behind.starts_with(quote) && !put_in && !text.contains('\\');
        self.tokens.push(if plain { Token::Text(text) } else { Token::Computed });
        self.rest = behind.strip_prefix(quote).unwrap_or(behind);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Language; 5] = [Language::Elixir, Language::Erlang, Language::Gradle, Language::Python, Language::Ruby];

    #[test]
    fn comments_are_left_out_and_what_is_computed_is_not_known() {
        use Token::{Computed, Line, Sign, Text, Word};
        for (language, text, expected) in [
            (Language::Ruby, "n = \"a#{b}\" # 'c'\n%q{d}", vec![Word("n"), Sign('='), Computed, Line, Text("d")]),
            (Language::Python, "\"\"\"n='a'\"\"\"\n'b' \\\n'c\\n'", vec![Computed, Line, Text("b"), Computed]),
            (Language::Gradle, "/* 'a' */ n \"$b\" // c\n'd'", vec![Word("n"), Computed, Line, Text("d")]),
            (Language::Erlang, "{a, 'b'}. % c", vec![Sign('{'), Word("a"), Sign(','), Text("b"), Sign('}'), Sign('.')]),
            (Language::Elixir, "don't\n:a", vec![Word("don"), Computed, Line, Sign(':'), Word("a")]),
        ] {
            assert_eq!(tokens(text, language), expected, "{text}");
        }
    }

    #[test]
    fn a_constant_is_one_that_is_set_once() {
        let of = |text| constant(&tokens(text, Language::Python), "NAME");
        assert_eq!(of("import x\nNAME = 'a'\nother = 'b'\n"), Some("a"));
        assert_eq!(of("NAME = 'a'\nNAME = 'b'\n"), None);
        assert_eq!(of("NAME = 'a' + x\n"), None);
        assert_eq!(of("if NAME == 'a': pass\n"), None);
        let elixir = tokens("@name :a\n[app: @name]", Language::Elixir);
        assert_eq!(constant(&elixir, "name"), Some("a"));
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "[\\PC\\n\"'\\\\%#{}/*]{0,200}") {
            for language in ALL {
                let tokens = tokens(&text, language);
                prop_assert!(tokens.len() <= text.len());
                constant(&tokens, "a");
            }
        }
    }
}
