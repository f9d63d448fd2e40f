//! HTML of a description: of its tags only what they mean for the parts of a text is kept.

use std::sync::LazyLock;

use regex::Regex;

use super::piece::Piece;
use crate::model::Inline;

/// Comments, and what is no text in the page at all.
static UNSEEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?is)<!--.*?(-->|$)|<(script|style|template|svg|iframe)\b.*?(</(script|style|template|svg|iframe)\s*>|$)",
    )
    .ok()
});

/// A tag, or what begins like one and has no end.
static TAG: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?s)<(/?)([a-zA-Z!?][a-zA-Z0-9-]*)[^>]*(>|$)").ok());

/// Whether a tag ends a line.
pub(super) fn breaks(tag: &str) -> bool {
    let name = tag.trim_start_matches('<').trim_end_matches(['>', '/', ' ']);
    name.eq_ignore_ascii_case("br")
}

/// The pieces of a block of HTML.
pub(super) fn pieces(html: &str) -> Vec<Piece> {
    let (Some(unseen), Some(tags)) = (&*UNSEEN, &*TAG) else { return Vec::new() };
    let seen = unseen.replace_all(html, "");
    let mut reading = Reading::default();
    let mut from = 0;
    for tag in tags.captures_iter(&seen) {
        let (Some(all), Some(close), Some(name)) = (tag.get(0), tag.get(1), tag.get(2)) else { continue };
        reading.text.push_str(seen.get(from..all.start()).unwrap_or_default());
        from = all.end();
        reading.tag(&name.as_str().to_ascii_lowercase(), close.is_empty());
    }
    reading.text.push_str(seen.get(from..).unwrap_or_default());
    reading.end(Holds::Text);
    reading.pieces
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Holds {
    #[default]
    Text,
    Heading(u8),
    Summary,
    Code,
}

#[derive(Default)]
struct Reading {
    pieces: Vec<Piece>,
    text: String,
    holds: Holds,
}

impl Reading {
    fn tag(&mut self, name: &str, opens: bool) {
        match name {
            "details" if opens => {
                self.end(Holds::Text);
                // What it is called comes with its summary.
                self.pieces.push(Piece::Fold(String::new()));
            }
            "details" => {
                self.end(Holds::Text);
                self.pieces.push(Piece::Unfold);
            }
            "summary" => self.end(if opens { Holds::Summary } else { Holds::Text }),
            "pre" => self.end(if opens { Holds::Code } else { Holds::Text }),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = name.bytes().last().unwrap_or(b'6').saturating_sub(b'0');
                self.end(if opens { Holds::Heading(level) } else { Holds::Text });
            }
            "p" | "div" | "ul" | "ol" | "li" | "table" | "tr" | "td" | "th" | "hr" | "blockquote"
                if self.holds == Holds::Text =>
            {
                self.end(Holds::Text);
            }
            "br" => self.text.push('\n'),
            _ => {}
        }
    }

    /// Ends what was read; what follows is of this kind.
    fn end(&mut self, next: Holds) {
        let text = decoded(&std::mem::take(&mut self.text));
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let holds = std::mem::replace(&mut self.holds, next);
        if words.is_empty() {
            return;
        }
        match holds {
            Holds::Heading(level) => self.pieces.push(Piece::Heading(level, vec![Inline::Text(words)])),
            Holds::Code => {
                self.pieces.push(Piece::Code { language: None, text: text.trim_matches('\n').trim_end().to_owned() });
            }
            Holds::Summary => match self.pieces.last_mut() {
                Some(Piece::Fold(name)) => *name = words,
                _ => self.pieces.push(Piece::Fold(words)),
            },
            Holds::Text => {
                let line = vec![Inline::Text(words)];
                let label = super::label::of(None, &line);
                self.pieces.push(Piece::Paragraph(line, label));
            }
        }
    }
}

/// The entities that people write in HTML by hand.
fn decoded(text: &str) -> String {
    let known = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    known.iter().fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c))
}
