//! The words of a text that tells of versions.

use crate::model::Version;

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
    Ne,
    /// `^1.2`: up to the next number that is not zero.
    Caret,
    /// `~1.2`, of which ecosystems say different things.
    Tilde,
    /// `~> 1.2`: all but the last number stay.
    Pessimistic,
}

/// A version as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written<'t> {
    /// The version itself, without a project's prefix; of `1.2.x` what stands
    /// before the hole, which may be nothing (`*`).
    pub(super) text: &'t str,
    /// Whether it stands for all versions that begin so.
    pub(super) is_line: bool,
    /// Whether a plus follows: and later.
    pub(super) and_later: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What<'t> {
    Op(Op),
    Version(Written<'t>),
    /// A comma, a line's end, `/`, `&`.
    Comma,
    Semicolon,
    /// `||`: another range follows.
    Alternative,
    Dash,
    /// `(`, `[` and what closes them.
    Open(char),
    Close(char),
    /// In lower case where that is all that it needs.
    Word(&'t str),
    /// A commit's hash.
    Commit,
}

/// A word and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) what: What<'t>,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Elements of HTML that people paste with their text.
const ELEMENTS: [&str; 11] = ["br", "br/", "br /", "ul", "ol", "p", "code", "b", "i", "em", "strong"];

/// Parts a text into its words. `package`: whose name may stand before a version.
pub(super) fn tokens<'t>(text: &'t str, package: &str) -> Vec<Token<'t>> {
    let mut tokens: Vec<Token<'t>> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(first) = rest.chars().next() else { break };
        let (what, length) = match mark(rest, first) {
            Mark::Is(what, length) => (Some(what), length),
            Mark::Skip(length) => (None, length),
            Mark::None => {
                let length = rest.find(ends_a_word).unwrap_or(rest.len()).max(first.len_utf8());
                let word = rest.get(..length).unwrap_or(rest);
                let before = tokens.len();
                words(word, at, package, &mut tokens);
                debug_assert!(tokens.len() >= before);
                at += length;
                continue;
            }
        };
        tokens.extend(what.map(|what| Token { what, from: at, to: at + length }));
        at += length;
    }
    tildes_between(&mut tokens);
    tokens
}

/// `1.3.0 ~ 1.3.3` is from one to the other.
fn tildes_between(tokens: &mut [Token<'_>]) {
    for at in 1..tokens.len() {
        if let [Token { what: What::Version(_), .. }, tilde, Token { what: What::Version(_), .. }] =
            tokens.get_mut(at - 1..).and_then(|rest| rest.get_mut(..3)).unwrap_or_default()
            && tilde.what == What::Op(Op::Tilde)
        {
            tilde.what = What::Dash;
        }
    }
}

enum Mark<'t> {
    Is(What<'t>, usize),
    Skip(usize),
    None,
}

/// The mark that a text begins with: no word.
fn mark(rest: &str, first: char) -> Mark<'static> {
    let op = |op: Op, length: usize| Mark::Is(What::Op(op), length);
    // Answers of web pages: `&lt;= 1.2`.
    for (entity, what) in [("&lt;", "<"), ("&gt;", ">"), ("&le;", "≤"), ("&ge;", "≥"), ("&amp;", "&")] {
        if rest.starts_with(entity) {
            let equal = rest.get(entity.len()..).is_some_and(|rest| rest.starts_with('='));
            let more = usize::from(equal && matches!(what, "<" | ">"));
            return match what {
                "<" if equal => op(Op::Le, entity.len() + more),
                ">" if equal => op(Op::Ge, entity.len() + more),
                "<" => op(Op::Lt, entity.len()),
                ">" => op(Op::Gt, entity.len()),
                "≤" => op(Op::Le, entity.len()),
                "≥" => op(Op::Ge, entity.len()),
                _ => Mark::Is(What::Comma, entity.len()),
            };
        }
    }
    if first == '<'
        && let Some((element, _)) = rest.get(1..).and_then(|rest| rest.split_once('>'))
    {
        let name = element.trim_start_matches('/').trim().to_ascii_lowercase();
        if name == "li" {
            return Mark::Is(What::Comma, element.len() + 2);
        } else if ELEMENTS.contains(&name.as_str()) {
            return Mark::Skip(element.len() + 2);
        }
    }
    for (text, what) in [
        ("<==", Op::Le),
        (">==", Op::Ge),
        ("~>", Op::Pessimistic),
        ("!=", Op::Ne),
        ("<>", Op::Ne),
        ("<=", Op::Le),
        ("=<", Op::Le),
        (">=", Op::Ge),
        ("=>", Op::Ge),
        ("===", Op::Eq),
        ("==", Op::Eq),
        ("~=", Op::Pessimistic),
        ("<", Op::Lt),
        (">", Op::Gt),
        ("=", Op::Eq),
        ("≤", Op::Le),
        ("⩽", Op::Le),
        ("≦", Op::Le),
        ("≥", Op::Ge),
        ("⩾", Op::Ge),
        ("≧", Op::Ge),
        ("≠", Op::Ne),
        ("^", Op::Caret),
        ("~", Op::Tilde),
    ] {
        if rest.starts_with(text) {
            return op(what, text.len());
        }
    }
    match first {
        '|' => Mark::Is(What::Alternative, rest.len() - rest.trim_start_matches('|').len()),
        ';' => Mark::Is(What::Semicolon, 1),
        ',' | '\n' | '&' | '、' | '，' => Mark::Is(What::Comma, first.len_utf8()),
        '–' | '—' | '−' | '…' | '→' | '〜' | '～' => Mark::Is(What::Dash, first.len_utf8()),
        '(' | '[' | '{' => Mark::Is(What::Open(first), 1),
        ')' | ']' | '}' => Mark::Is(What::Close(first), 1),
        _ if ends_a_word(first) => Mark::Skip(first.len_utf8()),
        _ => Mark::None,
    }
}

fn ends_a_word(c: char) -> bool {
    // Web pages leave marks that nobody sees.
    let unseen = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    unseen || c.is_whitespace() || c.is_control() || "<>=≤≥⩽⩾≦≧≠|;,&、，–—−…→〜～()[]{}\"'`“”‘’«»".contains(c)
}

/// What stands between two marks: a version, a word, or two versions and a dash.
fn words<'t>(word: &'t str, from: usize, package: &str, tokens: &mut Vec<Token<'t>>) {
    let mut push = |what: What<'t>, from: usize, length: usize| tokens.push(Token { what, from, to: from + length });
    match word {
        "-" | "--" | "..." | ".." => return push(What::Dash, from, word.len()),
        "/" | "+" => return push(What::Comma, from, word.len()),
        "*" => return push(What::Version(Written { text: "", is_line: true, and_later: false }), from, 1),
        _ => {}
    }
    // `1.0..1.5`, `0.9.6-1.31.2`.
    let parted = word
        .split_once("..")
        .or_else(|| word.match_indices(['-', '~']).find_map(|(at, _)| two_versions(word, at, package)));
    if let Some((first, last)) = parted
        && let (Some(one), Some(other)) = (version(first, package), version(last.trim_start_matches('.'), package))
    {
        push(What::Version(one), from, first.len());
        push(What::Dash, from + first.len(), 1);
        return push(What::Version(other), from + word.len() - last.len(), last.len());
    }
    // `1.2.3/1.3.1`
    if let Some((first, last)) = word.split_once('/')
        && let (Some(one), Some(other)) = (version(first, package), version(last, package))
        && first.starts_with(|c: char| c.is_ascii_digit() || matches!(c, 'v' | 'V'))
    {
        push(What::Version(one), from, first.len());
        push(What::Comma, from + first.len(), 1);
        return push(What::Version(other), from + first.len() + 1, last.len());
    }
    // `<v`, `:` and dots of sentences.
    let bare = word.trim_end_matches(['.', ':', '?', '!']).trim_start_matches([':', '.']);
    let start = from + word.find(bare).unwrap_or_default();
    let what = if is_commit(bare) {
        What::Commit
    } else if let Some(version) = version(bare, package) {
        What::Version(version)
    } else if bare.is_empty() {
        return;
    } else {
        What::Word(bare)
    };
    push(what, start, bare.len());
}

/// `0.9.6-1.31.2`, parted at a dash: two versions, of which the second is the
/// greater; `1.2.3-1.1` is one, with a packager's revision.
fn two_versions<'t>(word: &'t str, at: usize, package: &str) -> Option<(&'t str, &'t str)> {
    let (first, last) = word.split_at_checked(at)?;
    let last = last.get(1..)?;
    let (one, other) = (version(first, package)?, version(last, package)?);
    let has_v = |text: &str| text.starts_with(['v', 'V']);
    let bare = |text: &str| text.strip_prefix(['v', 'V']).unwrap_or(text).starts_with(|c: char| c.is_ascii_digit());
    if !bare(last) {
        return None;
    }
    // `1.2.3-1` is a revision, `v1-v2` is none.
    let least = if has_v(first) && has_v(last) { 1 } else { 2 };
    let (low, high) = (numbers(one.text), numbers(other.text));
    if low.len() < least || high.len() < least {
        return None;
    }
    if is_numbers(one.text) && is_numbers(other.text) {
        return (low < high).then_some((first, last));
    }
    // `1.0-20130712.225817-4` and `0.0.0-0.20191109021931-daa7c04131f5` are one, of a day.
    let is_stamp = high.iter().any(|number| *number > 999_999);
    let is_greater = one.text.parse::<Version>().ok()? < other.text.parse::<Version>().ok()?;
    (!is_stamp && low.len() == high.len() && is_greater).then_some((first, last))
}

/// The numbers that a version begins with.
fn numbers(text: &str) -> Vec<u64> {
    let numbers = text.get(..text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len()));
    numbers.unwrap_or_default().split('.').map_while(|number| number.parse().ok()).collect()
}

/// Whether a word is the hash of a commit, or the beginning of one.
fn is_commit(word: &str) -> bool {
    let hexadecimal = word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let has = |of: fn(&u8) -> bool| word.as_bytes().iter().any(of);
    hexadecimal && (word.len() >= 40 || word.len() >= 7 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic))
}

/// A version as it may be written: with a `v`, with the project's name or a word
/// for releases before it, as a line (`1.2.x`), with a plus behind it.
fn version<'t>(word: &'t str, package: &str) -> Option<Written<'t>> {
    if word.len() > crate::model::order::LONGEST || is_commit(word) {
        return None;
    }
    let digit = word.find(|c: char| c.is_ascii_digit())?;
    let (prefix, rest) = word.split_at_checked(digit)?;
    if !is_prefix(prefix, rest, package) {
        return None;
    }
    let (rest, and_later) = match rest.strip_suffix('+') {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let sound = rest.chars().all(|c| c.is_ascii_alphanumeric() || ".-_+~!:*".contains(c));
    if !sound || rest.split('.').any(str::is_empty) {
        return None;
    }
    // The hole and all that follows: `1.x.x`, `1.2.*`, `2.X`.
    let hole = rest.match_indices('.').find(|(at, _)| {
        let parts = rest.get(at + 1..).unwrap_or_default();
        parts.split('.').all(|part| matches!(part, "x" | "X" | "*" | "xx" | "XX"))
    });
    match hole {
        Some((at, _)) => {
            let text = rest.get(..at)?;
            is_numbers(text).then_some(Written { text, is_line: true, and_later })
        }
        None if rest.contains('*') => None,
        None => Some(Written { text: rest, is_line: false, and_later }),
    }
}

fn is_numbers(text: &str) -> bool {
    text.split(['.', '_']).all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What may stand before a version within its word.
fn is_prefix(prefix: &str, rest: &str, package: &str) -> bool {
    let lower = prefix.to_ascii_lowercase();
    let lower =
        lower.strip_suffix('v').filter(|before| !before.ends_with(|c: char| c.is_alphanumeric())).unwrap_or(&lower);
    let name = lower.trim_end_matches(['-', '_', '/', '@', '.', ':']);
    if lower.is_empty() {
        return true;
    }
    if matches!(name, "cve" | "ghsa" | "cwe" | "rfc" | "pr" | "gh") || name.starts_with("cve-") {
        return false;
    }
    if matches!(name, "v" | "ver" | "version" | "rel" | "release" | "releases" | "tag" | "tags" | "stable") {
        return true;
    }
    if name.len() == lower.len() {
        // Go's toolchain writes `go1.21`; of `x86` and `log4j` the name goes on.
        return name == "go" && rest.contains('.');
    }
    // The project's own name, or any before three numbers: `curl-8_1_0`.
    super::phrases::is_same_name(name, package) || rest.split(['.', '_']).count() > 2
}

/// The words of a text in lower case; empty where a token is none.
pub(super) fn words_of(tokens: &[Token<'_>]) -> Vec<String> {
    let word = |token: &Token<'_>| match token.what {
        What::Word(word) => word.to_lowercase(),
        _ => String::new(),
    };
    tokens.iter().map(word).collect()
}

/// Whether a token parts what is said.
pub(super) const fn is_separator(what: What<'_>) -> bool {
    matches!(what, What::Comma | What::Semicolon | What::Alternative)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let shown = |token: &Token<'_>| match token.what {
            What::Version(written) if written.is_line => format!("line {}", written.text),
            What::Version(written) if written.and_later => format!("{} or later", written.text),
            What::Version(written) => written.text.to_owned(),
            What::Op(op) => format!("{op:?}"),
            What::Word(word) => format!("“{word}”"),
            other => format!("{other:?}"),
        };
        tokens(text, "curl").iter().map(shown).collect()
    }

    #[test]
    fn versions_are_told_from_words() {
        assert_eq!(shown("<=v1.0"), ["Le", "1.0"]);
        assert_eq!(shown("curl-8_1_0, release-1.2"), ["8_1_0", "Comma", "1.2"]);
        assert_eq!(shown("`1.2.x` 1.* *"), ["line 1.2", "line 1", "line "]);
        assert_eq!(shown("1.2+"), ["1.2 or later"]);
        assert_eq!(shown("0.9.6-1.31.2 and 1.2.3-1.1"), ["0.9.6", "Dash", "1.31.2", "“and”", "1.2.3-1.1"]);
        assert_eq!(shown("commit 1a2b3c4d"), ["“commit”", "Commit"]);
        for word in ["CVE-2024-12345", "HTTP/2", "x86_64", "log4j2", "sha-256", "1..2", "1.2.*.4"] {
            assert!(!tokens(word, "").iter().any(|token| matches!(token.what, What::Version(one) if one.text == word)));
        }
        assert_eq!(shown("HTTP/2 x86_64"), ["“HTTP/2”", "“x86_64”"]);
    }
}
