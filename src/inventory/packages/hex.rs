//! `mix.exs`, and OTP's `*.app.src` and `*.app` (<https://hex.pm/docs/publish>).

use super::code::{Language, Token, at, constant, tokens};

/// The name of the package of a `mix.exs`: its own, else the application's.
pub(super) fn mix(text: &str) -> Option<&str> {
    let tokens = tokens(text, Language::Elixir);
    let is_project = |place: usize| {
        [at(&tokens, place), at(&tokens, place + 1), at(&tokens, place + 2)]
            == [Token::Word("Mix"), Token::Sign('.'), Token::Word("Project")]
    };
    (0..tokens.len()).find(|place| is_project(*place))?;
    if let Some(start) = (0..tokens.len()).find(|place| is_package(&tokens, *place))
        && let Some(value) = named(&tokens, start)
    {
        return literal(&tokens, value);
    }
    let is_app = |place: usize| [at(&tokens, place), at(&tokens, place + 1)] == [Token::Word("app"), Token::Sign(':')];
    literal(&tokens, (0..tokens.len()).find(|place| is_app(*place))? + 2)
}

/// Whether a list of what is published begins behind a place: `package: [`, `def package do`.
fn is_package(tokens: &[Token<'_>], place: usize) -> bool {
    let before = place.checked_sub(1).map_or(Token::Line, |before| at(tokens, before));
    let literal = [at(tokens, place + 1), at(tokens, place + 2)] == [Token::Sign(':'), Token::Sign('[')];
    at(tokens, place) == Token::Word("package") && (literal || matches!(before, Token::Word("def" | "defp")))
}

/// The place of the value of `name:` in the first list behind a place.
fn named(tokens: &[Token<'_>], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for place in start..tokens.len() {
        match at(tokens, place) {
            Token::Sign('[' | '{' | '(') => depth += 1,
            Token::Sign(']' | '}' | ')') => match depth.checked_sub(1) {
                None | Some(0) if at(tokens, place) == Token::Sign(']') => return None,
                below => depth = below.unwrap_or(0),
            },
            Token::Word("name") if depth == 1 && at(tokens, place + 1) == Token::Sign(':') => return Some(place + 2),
            Token::Word("end") if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// An atom, a text, or an attribute that stands for one.
fn literal<'t>(tokens: &[Token<'t>], place: usize) -> Option<&'t str> {
    match (at(tokens, place), at(tokens, place + 1)) {
        (Token::Text(name), _) | (Token::Sign(':'), Token::Word(name) | Token::Text(name)) => Some(name),
        (Token::Sign('@'), Token::Word(attribute)) => constant(tokens, attribute),
        _ => None,
    }
}

/// The name of the package of an OTP application.
pub(super) fn app(text: &str) -> Option<&str> {
    let tokens = tokens(text, Language::Erlang);
    let value = |key: &str| {
        let begins = |place: usize| {
            [at(&tokens, place), at(&tokens, place + 1), at(&tokens, place + 2)]
                == [Token::Sign('{'), Token::Word(key), Token::Sign(',')]
        };
        let mut place = (0..tokens.len()).find(|place| begins(*place))? + 3;
        while at(&tokens, place) == Token::Sign('<') {
            place += 1;
        }
        match at(&tokens, place) {
            Token::Word(name) | Token::Text(name) => Some(name),
            _ => None,
        }
    };
    let own = value("application")?;
    Some(value("pkg_name").unwrap_or(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_may_have_another_name_than_its_application() {
        let project = |project: &str, more: &str| {
            format!(
                "defmodule P do\n use Mix.Project\n def project do\n [{project}, name: \"Plug\"]\n end\n{more}\nend\n"
            )
        };
        for (text, name) in [
            (project("app: :plug", ""), Some("plug")),
            (project("app: @app", "@app :x\n"), Some("x")),
            (project("app: :p, package: [files: [name: 1], name: :q]", ""), Some("q")),
            (project("app: :p", "defp package do\n[licenses: [\"MIT\"], name: \"q\"]\nend"), Some("q")),
            (project("app: :p", "defp package do\n[licenses: [\"MIT\"]]\nend\ndef x, do: [name: :y]"), Some("p")),
            (project("apps_path: \"apps\"", ""), None),
            ("[app: :p]".to_owned(), None),
        ] {
            assert_eq!(mix(&text), name, "{text}");
        }
    }

    #[test]
    fn an_application_is_named_first() {
        assert_eq!(app("%% x\n{application, cowboy, [\n {vsn, git}]}."), Some("cowboy"));
        assert_eq!(app("{application, 'a_b', [{pkg_name, <<\"ab\">>}]}."), Some("ab"));
        assert_eq!(app("{app, x, []}."), None);
    }
}
