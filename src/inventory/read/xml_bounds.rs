//! Bounds for XML that no real `pom.xml` comes near, and that keep the reading of
//! any other linear.

use roxmltree::{Document, ParsingOptions};

use super::line;
use crate::inventory::problem::Problem;

/// Tags of a file, those that close too; large ones have a few thousand.
const MOST_TAGS: usize = 500_000;

/// Attributes of an element: each is compared with all before it.
const MOST_ATTRIBUTES: usize = 256;

/// Declarations of namespaces in a file: an element repeats those around it.
const MOST_NAMESPACES: usize = 1_000;

/// How the parser is to read what is within the bounds.
pub(super) fn options<'i>() -> ParsingOptions<'i> {
    ParsingOptions { nodes_limit: 2_000_000, ..ParsingOptions::default() }
}

/// The document that a text is; none where it is none, or exceeds a bound.
pub(in crate::inventory) fn document(text: &str) -> Option<Document<'_>> {
    exceeded(text).is_none().then(|| Document::parse_with_options(text, options()).ok())?
}

/// Says which bound a text exceeds.
///
/// Only the quotes, the comments and the sections of characters have to be seen
/// to count right, so that this is one look at each byte.
pub(super) fn exceeded(text: &str) -> Option<Problem> {
    let mut rest = text;
    let mut tags = 0;
    let mut namespaces = 0;
    while let Some((_, tag)) = rest.split_once('<') {
        let plain = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")];
        if let Some((open, close)) = plain.into_iter().find(|(open, _)| tag.starts_with(open)) {
            let (_, behind) = tag.strip_prefix(open).and_then(|tag| tag.split_once(close))?;
            rest = behind;
            continue;
        }
        let (attributes, declared, end) = look_at(tag);
        tags += 1;
        namespaces += declared;
        let what = if tags > MOST_TAGS {
            format!("it has more than {MOST_TAGS} tags")
        } else if attributes > MOST_ATTRIBUTES {
            format!("an element has more than {MOST_ATTRIBUTES} attributes")
        } else if namespaces > MOST_NAMESPACES {
            format!("it declares more than {MOST_NAMESPACES} namespaces")
        } else {
            rest = tag.get(end..).unwrap_or_default();
            continue;
        };
        let before = text.len() - tag.len();
        let line = line::of_offset(text, before);
        return Some(Problem { line: Some(line), message: what });
    }
    None
}

/// The number of attributes of a tag, of namespaces that it declares, and where it ends.
fn look_at(tag: &str) -> (usize, usize, usize) {
    let mut quote = None;
    let mut attributes = 0;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            // No value may hold this one (XML 1.0, 3.1): the quote was none.
            (_, b'<') | (None, b'>') => return (attributes, declarations(tag.get(..at)), at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'=') => attributes += 1,
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    (attributes, declarations(Some(tag)), tag.len())
}

fn declarations(tag: Option<&str>) -> usize {
    tag.map_or(0, |tag| tag.matches("xmlns").count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_files_are_within_the_bounds() {
        let text = "<?xml version='1.0'?><!-- a='1' <b --><p xmlns=\"x\" xmlns:y='<z'><![CDATA[<<<]]>a = b</p>";
        assert_eq!(exceeded(text), None);
        assert_eq!(exceeded("<!-- never closed"), None);
        assert_eq!(exceeded("a > b"), None);
    }

    #[test]
    fn what_would_take_ages_is_refused_with_its_line() {
        let attributes: String = (0..1_000).map(|number| format!(" a{number}='='")).collect();
        let namespaces: String = (0..2_000).map(|number| format!("<a xmlns:a{number}='x'>")).collect();
        let tags = "<a>".repeat(MOST_TAGS + 1);
        for text in [format!("\n<a{attributes}>"), format!("\n{namespaces}"), format!("\n{tags}")] {
            assert_eq!(exceeded(&text).and_then(|problem| problem.line), Some(2));
        }
    }
}
