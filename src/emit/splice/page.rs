//! What a Markdown parser sees of a text: its headings, and the lines of HTML
//! on which a marker may stand. A heading or a marker within a code block, a
//! comment or `<pre>` is none, and the parser knows these in every nesting.

use std::ops::Range;

use comrak::nodes::{AstNode, NodeHtmlBlock, NodeValue};
use comrak::{Arena, Options, parse_document};

use super::lines::Lines;

/// A heading that stands in no quotation and no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::emit) struct Heading {
    pub(in crate::emit) level: u8,
    /// What a reader sees of it.
    pub(in crate::emit) text: String,
    /// Its lines, counted from 0: an underlined one has more than one.
    pub(in crate::emit) lines: Range<usize>,
}

/// A text as Markdown.
pub(in crate::emit) struct Page<'t> {
    pub(super) lines: Lines<'t>,
    pub(in crate::emit) headings: Vec<Heading>,
    /// Lines of HTML that could be markers, in their order.
    pub(super) html: Vec<usize>,
    /// Lines on which a comment stands within text, and would be a marker on a line of its own.
    pub(super) within: Vec<usize>,
    /// The line after the front matter.
    pub(super) first: usize,
    /// Whether there is nothing but lists, after a heading at the beginning.
    pub(super) is_list: bool,
}

/// How a marker begins, on a line of its own.
pub(super) const OPEN: &str = "<!--";
/// What every marker says first.
pub(super) const NAME: &str = "secnotes:";

impl<'t> Page<'t> {
    pub(in crate::emit) fn of(text: &'t str) -> Self {
        let mut page = Self {
            lines: Lines::of(text),
            headings: Vec::new(),
            html: Vec::new(),
            within: Vec::new(),
            first: 0,
            is_list: false,
        };
        let mut options = Options::default();
        options.extension.front_matter_delimiter = Some("---".to_owned());
        let arena = Arena::new();
        let root = parse_document(&arena, text, &options);
        for node in root.children() {
            page.block(node);
        }
        for node in root.descendants() {
            page.html(node);
        }
        page.html.sort_unstable();
        page.within.dedup();
        let blocks = root.children().skip(usize::from(page.begins_with_heading()));
        let mut lists = blocks.map(|node| matches!(node.data.borrow().value, NodeValue::List(_))).peekable();
        page.is_list = lists.peek().is_some() && lists.all(|is_list| is_list);
        page
    }

    /// The text of some lines.
    pub(in crate::emit) fn text(&self, lines: Range<usize>) -> &'t str {
        self.lines.text(lines)
    }

    fn begins_with_heading(&self) -> bool {
        let first = (0..self.lines.count()).find(|line| !self.lines.is_blank(*line));
        self.headings.first().is_some_and(|heading| Some(heading.lines.start) == first)
    }

    fn block<'a>(&mut self, node: &'a AstNode<'a>) {
        let data = node.data.borrow();
        let (start, end) = (data.sourcepos.start.line, data.sourcepos.end.line);
        match &data.value {
            NodeValue::FrontMatter(_) => self.first = end,
            NodeValue::Heading(heading) => {
                let lines = start.saturating_sub(1)..end;
                self.headings.push(Heading { level: heading.level, text: visible(node), lines });
            }
            _ => {}
        }
    }

    fn html<'a>(&mut self, node: &'a AstNode<'a>) {
        let data = node.data.borrow();
        let start = data.sourcepos.start.line.saturating_sub(1);
        match &data.value {
            NodeValue::HtmlBlock(block) => {
                let lines = block.literal.split_inclusive('\n').count();
                self.html.extend((start..start + lines).take(read_as_html(block)));
            }
            NodeValue::HtmlInline(html) if is_ours(html) => self.within.push(start),
            _ => {}
        }
    }
}

/// How many lines of a block of HTML may be markers (the numbers are those of
/// `CommonMark`'s section 4.6). A comment ends with its line, or holds the next
/// ones; `<pre>`, `<script>` and declarations hold theirs; other tags do not.
const fn read_as_html(block: &NodeHtmlBlock) -> usize {
    match block.block_type {
        2 => 1,
        6 | 7 => usize::MAX,
        _ => 0,
    }
}

/// Whether a piece of HTML begins as a marker does.
pub(super) fn is_ours(html: &str) -> bool {
    html.trim_start().strip_prefix(OPEN).is_some_and(|rest| rest.trim_start().starts_with(NAME))
}

fn visible<'a>(heading: &'a AstNode<'a>) -> String {
    let mut text = String::new();
    for node in heading.descendants() {
        match &node.data.borrow().value {
            NodeValue::Text(run) => text.push_str(run),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => text.push(' '),
            _ => {}
        }
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(text: &str) -> Vec<(u8, String, Range<usize>)> {
        Page::of(text).headings.into_iter().map(|heading| (heading.level, heading.text, heading.lines)).collect()
    }

    #[test]
    fn headings_of_both_kinds_are_seen_with_their_lines() {
        let text = "\
---\ntitle: v9.9.9\n---\n# Changes\n\n## <small>25.0.4 (2025-07-21)</small>\n\nv1.2.0\nof May\n------\n\
            ## [v1.2.0](https://example.org/compare/v1.1.0...v1.2.0) `b` #\n";
        assert_eq!(
            headings(text),
            [
                (1, "Changes".to_owned(), 3..4),
                (2, "25.0.4 (2025-07-21)".to_owned(), 5..6),
                (2, "v1.2.0 of May".to_owned(), 7..10),
                (2, "v1.2.0 b".to_owned(), 10..11),
            ]
        );
        assert_eq!(Page::of(text).first, 3);
        assert_eq!(
            headings("a\r\n===\r\n## b\r\r\n# c"),
            [(1, "a".to_owned(), 0..2), (2, "b".to_owned(), 2..3), (1, "c".to_owned(), 4..5)]
        );
    }

    #[test]
    fn what_only_looks_like_a_heading_is_none() {
        for text in [
            "```\n# a\n```\n",
            "~~~md\n# a\n\n```\n# b\n~~~\n",
            "    # a\n",
            "<!--\n# a\n\n# b\n-->\n",
            "<pre>\n\n# a\n\n</pre>\n",
            "- x\n  ```\n  # a\n  ```\n",
            "> # a\n",
            "- # a\n",
            "\\# a\n",
            "#a\n",
            "####### a\n",
        ] {
            assert_eq!(headings(text), [], "{text}");
        }
        // A fence ends with its list.
        assert_eq!(headings("- x\n  ```\n  # a\n\n# b\n").len(), 1);
    }

    #[test]
    fn markers_stand_on_lines_of_html_alone() {
        let html = |text: &str| Page::of(text).html;
        assert_eq!(html("<!-- a -->\ntext\n<!-- b -->\n\n<details>\n<!-- c -->\n</details>\n"), [0, 2, 4, 5, 6]);
        assert_eq!(html("- x\n\n  <!-- a -->\n"), [2]);
        for text in ["```\n<!-- a -->\n```\n", "    <!-- a -->\n", "<pre>\n<!-- a -->\n</pre>\n", "x <!-- a -->\n"] {
            assert!(html(text).is_empty(), "{text}");
        }
        assert_eq!(html("<!--\n<!-- a -->\n"), [0]);
        assert_eq!(Page::of("x <!-- secnotes:end a -->\n").within, [0]);
    }
}
