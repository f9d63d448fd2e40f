//! An advisory's Markdown as HTML that shows text and does nothing else.
//!
//! The parsed tree is cleaned before it is printed: HTML of the advisory shows
//! as text, images become links, and only web pages are linked to. What is
//! printed holds no markup but the printer's own.

use comrak::nodes::{NodeLink, NodeValue};
use comrak::{Arena, Node, Options, format_html, parse_document};

use crate::emit::feed::text;
use crate::emit::links;

/// The longest text that is shown, in characters; the record has the rest.
const LONGEST: usize = 32_000;

/// Headings go below this one, which stands above the details.
const ABOVE: u8 = 3;

/// The HTML of the details of an advisory.
pub(in crate::emit::feed) fn html(details: &str) -> String {
    let visible: String = details.chars().filter(|c| !text::deceives(*c)).map(harmless).take(LONGEST).collect();
    let arena = Arena::new();
    let options = options();
    let root = parse_document(&arena, &visible, &options);
    let nodes: Vec<Node<'_>> = root.descendants().collect();
    let mut outline = Outline::default();
    for node in nodes {
        clean(&arena, node, &mut outline);
    }
    let mut out = String::new();
    if format_html(root, &options, &mut out).is_err() {
        // Writing to a string cannot fail; if it does, the text is shown as it is.
        out = format!("<pre>{}</pre>\n", text::escape(&visible));
    }
    if details.len() > LONGEST && details.chars().nth(LONGEST).is_some() {
        out.push_str("<p>… The record has the rest of this text.</p>\n");
    }
    out
}

/// Control characters show as what they are: nothing that can be read.
const fn harmless(c: char) -> char {
    match c {
        '\n' | '\t' | '\r' => c,
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        _ if c.is_ascii_control() || matches!(c, '\u{80}'..='\u{9f}') => '\u{fffd}',
        _ => c,
    }
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.render.escape = true;
    options
}

/// The headings that a text is in, by the levels that it gives them.
///
/// Many advisories begin with `###`, since GitHub's form does: who jumps from
/// heading to heading would miss two levels. A heading is one below the one that
/// it is in, whatever its number.
#[derive(Default)]
struct Outline(Vec<u8>);

impl Outline {
    fn level(&mut self, written: u8) -> u8 {
        self.0.retain(|above| *above < written);
        self.0.push(written);
        let depth = u8::try_from(self.0.len()).unwrap_or(u8::MAX);
        ABOVE.saturating_add(depth).min(6)
    }
}

/// What is wider than the page scrolls in itself, and has to be reached without a
/// mouse for that (WCAG 2.1.1). A group is no landmark: a page may have hundreds.
fn scrolls(tag: &str, label: &str) -> String {
    format!("<{tag} tabindex=\"0\" role=\"group\" aria-label=\"{label}\">")
}

/// comrak shifts headings and prints sound HTML, and lets HTML of the text and `javascript:` links
/// through.
fn clean<'a>(arena: &'a Arena<'a>, node: Node<'a>, outline: &mut Outline) {
    let mut unwrap = false;
    let word = word_for_nothing(node);
    {
        let mut data = node.data.borrow_mut();
        match &mut data.value {
            NodeValue::Heading(_) if node.first_child().is_none() => unwrap = true,
            NodeValue::Heading(heading) => heading.level = outline.level(heading.level),
            NodeValue::CodeBlock(block) => {
                let (open, code) = (scrolls("pre", "Code"), text::escape(&block.literal));
                data.value = NodeValue::Raw(format!("{open}<code>{code}</code></pre>\n"));
            }
            NodeValue::Table(_) => {
                let raw = |html: String| arena.alloc(NodeValue::Raw(html).into());
                node.insert_before(raw(scrolls("div", "Table")));
                node.insert_after(raw("</div>\n".to_owned()));
            }
            NodeValue::Link(link) => match links::web_page(&link.url) {
                Some(url) => **link = NodeLink { url, title: String::new() },
                None => unwrap = true,
            },
            // An image would be fetched: its text stands for it.
            NodeValue::Image(image) => match links::web_page(&image.url).filter(|_| !is_in_link(node)) {
                Some(url) => data.value = NodeValue::Link(Box::new(NodeLink { url, title: String::new() })),
                None => unwrap = true,
            },
            _ => {}
        }
    }
    if let Some(word) = word {
        node.append(arena.alloc(NodeValue::Text(word.into()).into()));
    }
    if unwrap {
        for child in node.children().collect::<Vec<_>>() {
            node.insert_before(child);
        }
        node.detach();
    }
}

/// What stands where nothing can be read, and something has to: a link is read out
/// by its text, and a cell by the head of its column.
fn word_for_nothing(node: Node<'_>) -> Option<&'static str> {
    let heads = |row: Node<'_>| matches!(row.data.borrow().value, NodeValue::TableRow(true));
    let word = match &node.data.borrow().value {
        NodeValue::Image(_) => "image",
        NodeValue::Link(_) => "link",
        NodeValue::TableCell if node.parent().is_some_and(heads) => "–",
        _ => return None,
    };
    is_blank(node).then_some(word)
}

/// Whether nothing can be read in a node, as far as it is looked at.
fn is_blank(node: Node<'_>) -> bool {
    let mut inside = node.descendants().skip(1).take(NEAR);
    !inside.any(|part| match &part.data.borrow().value {
        NodeValue::Text(text) => !text.trim().is_empty(),
        NodeValue::Code(_) | NodeValue::Image(_) | NodeValue::HtmlInline(_) => true,
        _ => false,
    })
}

/// How far up a link is looked for, and how far down a text: images within images
/// could be nested thousands deep, and each would look at all of them.
const NEAR: usize = 100;

fn is_in_link(node: Node<'_>) -> bool {
    let mut above = node.ancestors().skip(1).take(NEAR);
    above.any(|above| matches!(above.data.borrow().value, NodeValue::Link(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_shown_as_it_is_meant() {
        let shown = html("# Impact\n\nA *b* `c<d>` [e](https://f.example/?g&h \"i\") ~~j~~\n\n```rust\nk\n```\n");
        insta::assert_snapshot!(shown, @r#"
        <h4>Impact</h4>
        <p>A <em>b</em> <code>c&lt;d&gt;</code> <a href="https://f.example/?g&amp;h">e</a> <del>j</del></p>
        <pre tabindex="0" role="group" aria-label="Code"><code>k
        </code></pre>
        "#);
    }

    #[test]
    fn headings_follow_each_other_without_a_gap() {
        let levels = |text: &str| -> Vec<u32> {
            let html = html(text);
            html.split("<h").skip(1).map(|rest| rest.chars().next().unwrap().to_digit(10).unwrap()).collect()
        };
        assert_eq!(levels("### Impact\n\n### Patches\n\n#### 1.2\n\n## Credits\n"), [4, 4, 5, 4]);
        assert_eq!(levels("# a\n\n### b\n\n## c\n\n# d\n"), [4, 5, 5, 4]);
        assert_eq!(levels("# a\n\n## b\n\n### c\n\n#### d\n\n##### e\n\n> ###### f\n"), [4, 5, 6, 6, 6, 6]);
        // One without a text is none.
        assert_eq!(levels("##\n\n> #\n\n### a\n"), [4]);
    }

    #[test]
    fn what_has_to_be_read_out_has_a_word() {
        let link = |text: &str| format!("<p><a href=\"https://x.example/\">{text}</a></p>\n");
        assert_eq!(html("[ ](https://x.example/)"), link(" link"));
        assert_eq!(html("[**`a`**](https://x.example/)"), link("<strong><code>a</code></strong>"));
        // The cell above the names of a table's rows is often left empty.
        let table = html("|  | a |\n|---|---|\n|  | b |\n");
        assert!(table.contains("<th>–</th>\n<th>a</th>") && table.contains("<td></td>\n<td>b</td>"), "{table}");
    }

    #[test]
    fn what_scrolls_is_reached_by_keyboard_and_has_a_name() {
        for (text, tag) in [("    a", "pre"), ("```sh\na\n```", "pre"), ("| a |\n|---|\n| b |", "div")] {
            let html = html(text);
            assert!(html.contains(&format!("<{tag} tabindex=\"0\" role=\"group\" aria-label=\"")), "{html}");
        }
        let nested = html("> | a |\n> |---|\n> | b |\n> - ```\n>   <b>\n>   ```\n");
        assert_eq!((nested.matches("<div ").count(), nested.matches("</div>").count()), (1, 1), "{nested}");
        assert!(nested.contains("<code>&lt;b&gt;\n</code></pre>"), "{nested}");
    }

    #[test]
    fn html_of_an_advisory_is_text() {
        for hostile in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<style>*{}</style>\n\n<iframe src=\"https://x.example\">",
            "<!-- -->\n<svg/onload=alert(1)>",
            "`<b>` \\<b> &lt;b&gt; <b>",
            "]]><script>",
        ] {
            let html = html(hostile);
            assert_eq!(tags_beside(&html), Vec::<String>::new(), "{html}");
        }
    }

    #[test]
    fn only_web_pages_are_linked() {
        for hostile in [
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](java\u{0}script:x)",
            "[a](&#106;avascript:alert(1))",
            "[a](data:text/html,x)",
            "[a](vbscript:x)",
            "[a](//x.example)",
            "[a](#anchor)",
            "<javascript:alert(1)>",
            "[a][b]\n\n[b]: javascript:alert(1)",
            "a@b.example",
            "[a](https://good.example@evil.example/)",
            "![a](javascript:alert(1))",
        ] {
            let html = html(hostile);
            assert!(!html.contains("<a") && !html.contains("<img"), "{hostile}: {html}");
        }
        let escaped = html("[a](https://x.example/\"onclick=\"alert(1)'><b>)");
        assert!(!escaped.contains("\"onclick") && !escaped.contains("<b>"), "{escaped}");
    }

    #[test]
    fn images_become_links_and_never_links_within_links() {
        assert_eq!(html("![a](https://x.example/i.png)"), "<p><a href=\"https://x.example/i.png\">a</a></p>\n");
        assert_eq!(html("![](https://x.example/i.png)"), "<p><a href=\"https://x.example/i.png\">image</a></p>\n");
        let badge = html("[![a](https://x.example/i.png)](https://y.example/)");
        assert_eq!(badge, "<p><a href=\"https://y.example/\">a</a></p>\n");
        assert_eq!(
            html("[![a](https://x.example/i.png)](javascript:x)"),
            "<p><a href=\"https://x.example/i.png\">a</a></p>\n"
        );
    }

    #[test]
    fn characters_that_deceive_are_left_out() {
        assert_eq!(html("a\u{202e}b\u{1b}[31m\u{0}\u{2066}\u{ffff}"), "<p>ab\u{fffd}[31m\u{fffd}\u{fffd}</p>\n");
    }

    #[test]
    fn what_is_huge_or_deep_is_bounded() {
        for piece in [">", "[", "*", "- ", "<b>", "`", "![", "| a ", "(", "_a", "\n> ", "[a](", "&#1;", "https://a.b/"]
        {
            let html = html(&piece.repeat(2_000_000 / piece.len()));
            assert!(html.ends_with("the rest of this text.</p>\n"), "{piece}");
            assert!(html.len() < 40 * LONGEST, "{piece}: {}", html.len());
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_written_only_known_tags_and_web_pages_come_out(
            pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..24)
        ) {
            let html = html(&pieces.concat());
            let tags = tags_beside(&html);
            proptest::prop_assert!(tags.iter().all(|tag| MORE.contains(&tag.as_str())), "{tags:?} in {html}");
            for target in html.split("href=\"").skip(1) {
                proptest::prop_assert!(target.starts_with("http"), "{html}");
            }
        }
    }

    const PIECES: &[&str] = &[
        "<script>",
        "</script>",
        "<img src=x onerror=y>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<a href='javascript:x'>",
        "[a](",
        "](",
        "javascript:x",
        "data:text/html,x",
        "https://a.example/",
        ")",
        "[",
        "]",
        "![",
        "<",
        ">",
        "\"",
        "'",
        "&lt;",
        "&#60;",
        "`",
        "```",
        "\n",
        "\n\n",
        "    ",
        "# ",
        "- ",
        "> ",
        "| a |\n|---|\n",
        "*",
        "~~",
        "\\",
        "www.b.example",
        "a@b.example",
        "\u{0}",
        "\u{202e}",
        "x",
    ];

    const MORE: &[&str] = &[
        "em", "/em", "strong", "/strong", "del", "/del", "ul", "/ul", "ol", "/ol", "li", "/li", "table", "/table",
        "thead", "/thead", "tbody", "/tbody", "tr", "/tr", "th", "/th", "td", "/td", "hr", "h5", "/h5", "br", "h6",
        "/h6", "div", "/div",
    ];

    /// Tags that are not the printer's.
    fn tags_beside(html: &str) -> Vec<String> {
        let tags = html.split('<').skip(1).filter_map(|rest| rest.split(['>', ' ']).next());
        let own =
            ["p", "/p", "code", "/code", "pre", "/pre", "a", "/a", "br", "h4", "/h4", "blockquote", "/blockquote"];
        tags.filter(|tag| !own.contains(tag)).map(str::to_owned).collect()
    }
}
