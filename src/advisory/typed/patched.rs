//! Which versions a text calls patched.

use super::asides::without_asides;
use super::grammar::{COMMIT, NO_VERSION, count, shortened};
use super::phrases;
use super::reading::{Doubt, Typed};
use super::tokens::{Op, What, is_separator, tokens, words_of};

/// What a text says is patched.
#[derive(Debug, Default)]
pub(super) struct Patched<'t> {
    pub(super) versions: Vec<&'t str>,
    pub(super) doubts: Vec<Doubt>,
}

/// Reads which versions a text calls patched.
pub(super) fn patched<'t>(text: &'t str, typed: Typed<'t>) -> Patched<'t> {
    let tokens = without_asides(tokens(text, typed.package));
    let words = words_of(&tokens);
    let mut patched = Patched::default();
    // One after the other, up to the next comma: is there any that cannot be read?
    let mut op: Option<Op> = None;
    let mut broken = false;
    let mut said_none = false;
    let mut names = 0;
    // `not fixed in 2.0.0, 2.0.1`: the part that turns, which the list after it goes on.
    let mut turned: Option<usize> = None;
    let (mut part, mut begun) = (0, 0);
    let unread = |why: &str, at: usize, patched: &mut Patched<'t>| {
        let from = tokens.get(at).map_or(0, |token| token.from);
        let to = tokens.get(at).map_or(text.len(), |token| token.to);
        let words = text.get(from..to).unwrap_or(text);
        patched.doubts.push(Doubt::Unread(format!("patched “{}” {why}", shortened(words))));
    };
    for (at, token) in tokens.iter().enumerate() {
        let word = words.get(at).map_or("", String::as_str);
        match token.what {
            What::Comma | What::Semicolon | What::Alternative => {
                turned = turned.filter(|_| token.what == What::Comma);
                (op, broken, names, part, begun) = (None, turned.is_some(), 0, part + 1, patched.versions.len());
            }
            What::Op(Op::Eq) if op.is_some() => {}
            What::Op(one) => {
                op = Some(one);
                broken &= turned.is_none_or(|turned| turned == part);
            }
            What::Version(_) if broken => {}
            What::Version(version) => {
                match op.take() {
                    Some(Op::Gt) => unread("names no version but what comes after it", at, &mut patched),
                    // `>= 4.0.1, < 4.1.0`: the patched versions of one line.
                    Some(Op::Lt | Op::Le) if !patched.versions.is_empty() => {}
                    Some(Op::Lt | Op::Le | Op::Ne) => unread("is no beginning of what is patched", at, &mut patched),
                    // `>= 2.2.x` begins with its first.
                    Some(Op::Ge) if !version.text.is_empty() => patched.versions.push(version.text),
                    _ if version.is_line => unread("names a line and no version", at, &mut patched),
                    _ if names > 0 && count(version.text) < 2 => unread("names no version", at, &mut patched),
                    _ if patched.versions.contains(&version.text) => {}
                    _ => patched.versions.push(version.text),
                }
            }
            What::Commit => unread(COMMIT, at, &mut patched),
            What::Word(_) if phrases::is_joint(word) => {
                (op, broken, names, part, begun) = (None, turned.is_some(), 0, part + 1, patched.versions.len());
            }
            // `2.0.0 still vulnerable`, `not fixed in 2.0.0`; not `no fix yet`.
            What::Word(_)
                if matches!(word, "no" | "not" | "never" | "without" | "still" | "vulnerable" | "affected") =>
            {
                let rest = tokens.get(at + 1..).unwrap_or_default().iter().zip(words.get(at + 1..).unwrap_or_default());
                let mut rest = rest.take_while(|(token, word)| !is_separator(token.what) && !phrases::is_joint(word));
                if rest.any(|(token, _)| matches!(token.what, What::Version(_))) {
                    turned = Some(part);
                } else if patched.versions.len() > begun {
                    patched.versions.truncate(begun);
                } else {
                    said_none |= !broken;
                    continue;
                }
                if !broken {
                    unread("says that something is not patched", at, &mut patched);
                }
                broken = true;
            }
            What::Word("fixed" | "patched" | "resolved" | "Fixed" | "Patched" | "Resolved")
                if turned.is_some_and(|turned| turned != part) =>
            {
                (turned, broken) = (None, false);
            }
            What::Word(_) if matches!(word, "before" | "prior" | "below" | "after" | "except" | "unaffected") => {
                broken = true;
                unread(NO_VERSION, at, &mut patched);
            }
            What::Word(_) if phrases::is_none(word) || phrases::is_moving(word) => said_none = true,
            What::Word(_)
                if phrases::is_filler(word)
                    || phrases::is_patched(word)
                    || phrases::is_later(word)
                    || phrases::is_release(word) => {}
            // A name, or words that explain.
            What::Word(_) => names += 1,
            What::Dash | What::Open(_) | What::Close(_) => {}
        }
    }
    let dashes = tokens.iter().all(|token| matches!(token.what, What::Dash | What::Comma));
    if patched.versions.is_empty() && patched.doubts.is_empty() && names > 0 && !said_none && !dashes {
        patched.doubts.push(Doubt::Unread(format!("patched “{}” names no version", shortened(text.trim()))));
    }
    patched
}
