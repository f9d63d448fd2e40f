//! Markdown → pieces: paragraphs, lists, code and headings, and nothing else.

use comrak::nodes::{ListType, NodeValue};
use comrak::{Arena, Node, Options, parse_document};

use super::html;
use super::label;
use super::piece::Piece;
use super::words::{Kind, Said, said};
use crate::limits;
use crate::model::{Inline, words};

/// Lists in lists, and quotations in quotations; what is deeper is left out.
const DEEPEST: usize = 8;

/// The pieces of a text, as far as it is read.
pub(super) fn pieces(markdown: &str) -> Vec<Piece> {
    let read: String = markdown.chars().take(limits::DESCRIPTION).collect();
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    let mut pieces = Vec::new();
    blocks(parse_document(&arena, &read, &options), 0, &mut pieces);
    pieces
}

fn blocks<'a>(parent: Node<'a>, depth: usize, into: &mut Vec<Piece>) {
    if depth > DEEPEST {
        return;
    }
    for node in parent.children() {
        match &node.data.borrow().value {
            NodeValue::Heading(heading) => into.push(Piece::Heading(heading.level, inlines(node))),
            NodeValue::Paragraph => {
                let line = inlines(node);
                let label = label::of(bold_beginning(node), &line);
                if !line.is_empty() {
                    into.push(Piece::Paragraph(line, label));
                }
            }
            // What is quoted stands where the quotation stands.
            NodeValue::BlockQuote => blocks(node, depth + 1, into),
            NodeValue::List(list) => {
                let start = (list.list_type == ListType::Ordered).then(|| u64::try_from(list.start).unwrap_or(1));
                into.push(Piece::List(start, node.children().map(|item| item_of(item, depth + 1)).collect()));
            }
            NodeValue::CodeBlock(block) => into.push(code(&block.info, &block.literal)),
            NodeValue::HtmlBlock(block) => into.extend(html::pieces(&block.literal)),
            NodeValue::Table(_) => into.push(table(node)),
            _ => {}
        }
    }
}

fn item_of<'a>(item: Node<'a>, depth: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    blocks(item, depth, &mut pieces);
    pieces
}

fn code(info: &str, literal: &str) -> Piece {
    let word = info.split_whitespace().next().unwrap_or_default();
    let sound = |c: char| c.is_ascii_alphanumeric() || "+-#_.".contains(c);
    let language = (!word.is_empty() && word.len() <= 20 && word.chars().all(sound)).then(|| word.to_owned());
    Piece::Code { language, text: literal.trim_end().to_owned() }
}

/// The text that a paragraph begins with, if it is set in bold.
fn bold_beginning(paragraph: Node<'_>) -> Option<String> {
    let first = paragraph.first_child()?;
    matches!(first.data.borrow().value, NodeValue::Strong).then(|| crate::model::words(&inlines(first)))
}

/// A row is an item, each cell after the name of its column.
fn table(table: Node<'_>) -> Piece {
    let cells = |row: Node<'_>| row.children().map(inlines).collect::<Vec<_>>();
    let mut rows = table.children();
    let head = rows.next().map(cells).unwrap_or_default();
    // A column of payloads is one of an exploit, as a part below such a heading is.
    let gone = |at: usize| head.get(at).is_some_and(|name| said(&words(name)) == Said::Kind(Kind::Withheld));
    let item = |row: Node<'_>| {
        let mut line = Vec::new();
        for (at, cell) in cells(row).into_iter().enumerate().filter(|(at, cell)| !cell.is_empty() && !gone(*at)) {
            if !line.is_empty() {
                line.push(Inline::Text(", ".to_owned()));
            }
            if let Some(name) = head.get(at).filter(|name| !name.is_empty()) {
                line.extend(name.iter().cloned());
                line.push(Inline::Text(": ".to_owned()));
            }
            line.extend(cell);
        }
        vec![Piece::Paragraph(line, None)]
    };
    Piece::List(None, rows.map(item).collect())
}

/// What can be read in a node, without its emphasis. What is struck out is left out: without
/// the stroke it would say what nobody says any more.
fn inlines(node: Node<'_>) -> Vec<Inline> {
    use comrak::arena_tree::NodeEdge::{End, Start};
    let mut line = Line::default();
    for edge in node.traverse() {
        let (part, starts) = match edge {
            Start(part) => (part, true),
            End(part) => (part, false),
        };
        match (&part.data.borrow().value, starts) {
            (NodeValue::Strikethrough, true) => line.struck += 1,
            (NodeValue::Strikethrough, false) => line.struck = line.struck.saturating_sub(1),
            _ if line.struck > 0 => {}
            (NodeValue::Link(link), true) => line.open(&link.url),
            (NodeValue::Link(_), false) => line.close(),
            (NodeValue::Text(text), true) => line.text(text),
            (NodeValue::Code(code), true) => line.push(Inline::Code(code.literal.clone())),
            (NodeValue::SoftBreak, true) => line.text(" "),
            (NodeValue::LineBreak, true) => line.push(Inline::Break),
            (NodeValue::HtmlInline(tag), true) if html::breaks(tag) => line.push(Inline::Break),
            _ => {}
        }
    }
    line.ended()
}

#[derive(Default)]
struct Line {
    parts: Vec<Inline>,
    /// The address of the link that is open, and where it began.
    link: Option<(String, usize)>,
    struck: usize,
}

impl Line {
    fn push(&mut self, part: Inline) {
        self.parts.push(part);
    }

    fn text(&mut self, text: &str) {
        let within = self.link.as_ref().is_none_or(|(_, start)| self.parts.len() > *start);
        match self.parts.last_mut() {
            Some(Inline::Text(before)) if within => before.push_str(text),
            _ => self.push(Inline::Text(text.to_owned())),
        }
    }

    fn open(&mut self, url: &str) {
        self.link = is_web_address(url).then(|| (url.to_owned(), self.parts.len()));
    }

    fn close(&mut self) {
        if let Some((url, start)) = self.link.take() {
            let text = self.parts.split_off(start.min(self.parts.len()));
            if !crate::model::words(&text).trim().is_empty() {
                self.push(Inline::Link { text, url });
            }
        }
    }

    /// The line without breaks and white space around it; nothing if there is nothing to read.
    fn ended(mut self) -> Vec<Inline> {
        if crate::model::words(&self.parts).trim().is_empty() {
            return Vec::new();
        }
        let blank = |part: &Inline| match part {
            Inline::Break => true,
            Inline::Text(text) => text.trim().is_empty(),
            _ => false,
        };
        while self.parts.last().is_some_and(blank) {
            self.parts.pop();
        }
        let start = self.parts.iter().take_while(|part| blank(part)).count();
        self.parts.drain(..start);
        self.parts
    }
}

/// Whether an address is one of the web, in which schemes have no case.
fn is_web_address(url: &str) -> bool {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}
