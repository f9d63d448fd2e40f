//! Beginnings of paragraphs that may be headings: `**Impact**`, `**Impact:** …`, `PoC:`.

use super::piece::Label;
use crate::model::{Inline, words};

/// The longest that is taken for one, in characters.
const LONGEST: usize = 80;

/// How many words it has at most where it is not set in bold.
const FEW: usize = 5;

/// The label of a paragraph, of which this much at its beginning is set in bold.
pub(super) fn of(bold: Option<String>, line: &[Inline]) -> Option<Label> {
    match bold {
        Some(name) => of_bold(&name, line),
        None => of_text(line),
    }
}

/// In bold, and either alone on its line, or before or with a colon.
fn of_bold(name: &str, line: &[Inline]) -> Option<Label> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST {
        return None;
    }
    let rest = without(line, name)?;
    let next = match rest.first() {
        Some(Inline::Text(text)) => text.trim_start(),
        Some(Inline::Break) | None => "",
        Some(_) => "x",
    };
    let colon = name.ends_with(':') || next.starts_with(':') || next.is_empty();
    colon.then(|| Label { name: named(name), rest: trimmed(rest), bold: true })
}

/// A few words that are all, or stand before a colon.
fn of_text(line: &[Inline]) -> Option<Label> {
    let [Inline::Text(first), after @ ..] = line else { return None };
    let few = |text: &str| text.split_whitespace().count() <= FEW;
    if after.is_empty()
        && few(first)
        && !first.contains([':', '：'])
        && !first.trim_end().ends_with(['.', ',', ';', '!'])
    {
        return Some(Label { name: named(first), rest: Vec::new(), bold: false });
    }
    let (name, _) = first.split_once([':', '：'])?;
    if name.chars().count() > LONGEST / 2 || !few(name) || name.trim().is_empty() || name.contains(['.', ',', '/']) {
        return None;
    }
    let rest = without(line, name)?;
    Some(Label { name: named(name), rest: trimmed(rest), bold: false })
}

/// The line after so much of its beginning, which has no link.
pub(super) fn without(line: &[Inline], name: &str) -> Option<Vec<Inline>> {
    let mut left = name.trim().chars().filter(|c| !c.is_whitespace()).count();
    let mut rest = Vec::new();
    for part in line {
        let text = words(std::slice::from_ref(part));
        if left == 0 {
            rest.push(part.clone());
            continue;
        }
        let length = text.chars().filter(|c| !c.is_whitespace()).count();
        if length <= left {
            left -= length;
            continue;
        }
        let Inline::Text(text) = part else { return None };
        let mut seen = 0;
        let after = text.char_indices().find(|(_, c)| {
            seen += usize::from(!c.is_whitespace());
            seen > left
        });
        rest.push(Inline::Text(text.get(after?.0..)?.to_owned()));
        left = 0;
    }
    Some(rest)
}

fn named(name: &str) -> String {
    name.trim().trim_end_matches([':', '：']).trim_end().to_owned()
}

/// Without the colon and the white space that it begins with.
fn trimmed(mut rest: Vec<Inline>) -> Vec<Inline> {
    if let Some(Inline::Text(text)) = rest.first_mut() {
        *text = text.trim_start().trim_start_matches([':', '：']).trim_start().to_owned();
    }
    let blank = |part: &Inline| match part {
        Inline::Break => true,
        Inline::Text(text) => text.trim().is_empty(),
        _ => false,
    };
    let start = rest.iter().take_while(|part| blank(part)).count();
    rest.drain(..start);
    rest
}
