//! What stands in brackets beside versions.

use super::phrases;
use super::tokens::{Token, What};

/// Takes out what stands in brackets and says nothing of versions: `(LTS)`,
/// `(2023-04-05)`; of `up to (and including) 1.2` the words stay.
pub(super) fn without_asides(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let mut kept: Vec<Token<'_>> = Vec::with_capacity(tokens.len());
    let mut opened: Vec<usize> = Vec::new();
    for token in tokens {
        match token.what {
            What::Open('(' | '{') => opened.push(kept.len()),
            What::Close(')' | '}') if !opened.is_empty() => {
                let from = opened.pop().unwrap_or_default();
                let inside = kept.get(from + 1..).unwrap_or_default();
                if inside.iter().all(says_of_ends) {
                    if from < kept.len() {
                        kept.remove(from);
                    }
                    continue;
                } else if is_aside(inside) {
                    kept.truncate(from);
                    continue;
                }
            }
            _ => {}
        }
        kept.push(token);
    }
    kept
}

fn says_of_ends(token: &Token<'_>) -> bool {
    let What::Word(word) = token.what else { return false };
    matches!(
        word.to_ascii_lowercase().as_str(),
        "and"
            | "but"
            | "not"
            | "including"
            | "inclusive"
            | "included"
            | "inclusively"
            | "excluding"
            | "exclusive"
            | "excluded"
    )
}

/// A date, a word for what kind of release it is, or where the fix is.
fn is_aside(inside: &[Token<'_>]) -> bool {
    let first = inside.first().map(|token| token.what);
    let fixed = matches!(first, Some(What::Word(word)) if matches!(word.to_ascii_lowercase().as_str(), "fixed" | "patched" | "resolved" | "released" | "see"));
    let version = |token: &Token<'_>| matches!(token.what, What::Version(version) if !is_date(version.text));
    let turns = |token: &Token<'_>| matches!(token.what, What::Word(word) if phrases::turns(&word.to_lowercase()));
    let said =
        |token: &Token<'_>| matches!(token.what, What::Op(_) | What::Comma | What::Semicolon | What::Alternative);
    // `(and earlier)`, `(before the fork)`; not `(since 2019)`, nor `(on Windows)`.
    let dated = inside.iter().any(|token| matches!(token.what, What::Version(_)));
    let bounds = |token: &Token<'_>| {
        let What::Word(word) = token.what else { return false };
        let word = word.to_lowercase();
        word != "on" && (phrases::is_earlier(&word) || phrases::is_later(&word) || phrases::begins(&word))
    };
    fixed
        || !inside.is_empty()
            && !inside.iter().any(|token| version(token) || turns(token) || said(token) || !dated && bounds(token))
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let four_digits = text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    parts.iter().all(number) && (four_digits || parts.len() == 3 && parts.iter().any(|part| part.len() == 4))
        // `31 March 2023`
        || text.len() < 3 && number(&text)
}
