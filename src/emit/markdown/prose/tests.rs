use proptest::prelude::*;

use super::*;
use crate::emit::markdown::referee::FILLED_IN;
use crate::emit::markdown::referee::filters::found;
use crate::emit::markdown::referee::hostile::hostile;
use crate::emit::markdown::referee::page::{Page, bare};

fn text(words: &str) -> Inline {
    Inline::Text(words.to_owned())
}

fn paragraph(words: &str) -> Block {
    Block::Paragraph(vec![text(words)])
}

fn link(words: &str, url: &str) -> Inline {
    Inline::Link { text: vec![text(words)], url: url.to_owned() }
}

fn code_of(words: &str) -> Block {
    Block::Code { language: Some("sh".to_owned()), text: words.to_owned() }
}

fn shown(blocks: Vec<Block>) -> String {
    markdown(&Prose { blocks }).unwrap_or_default()
}

#[test]
fn paragraphs_lists_and_code_are_what_they_are() {
    let items = vec![
        vec![paragraph("one"), code_of("a\n\nb")],
        vec![Block::List { start: None, items: vec![vec![paragraph("deep")], vec![paragraph("#2 of @x")]] }],
    ];
    let blocks = vec![
        Block::Heading(vec![text("Who is affected?")]),
        Block::Paragraph(vec![
            text("See "),
            link("the docs", "https://x.example/a(b)"),
            text(", "),
            link("https://x.example/", "https://x.example/"),
            text(" or "),
            link("this", "javascript:x"),
            Inline::Break,
            text("- and "),
            Inline::Code("a|b".to_owned()),
        ]),
        Block::List { start: Some(3), items },
        code_of("echo `x` ``` y\n"),
    ];
    insta::assert_snapshot!(shown(blocks), @r"
    **Who is affected?**

    See [the docs](https://x.example/a%28b%29), <https://x.example/> or this\
    \- and <code>a\|b</code>

    3. one

       ```sh
       a

       b
       ```
    4. - deep
       - `#2` of `@x`

    ````sh
    echo `x` ``` y
    ````
    ");
}

#[test]
fn code_that_would_be_filled_in_is_html() {
    assert_eq!(
        shown(vec![code_of("image: {{ .Values.x }} <b>\n\n::y")]),
        "<pre><code>image: &#123;&#123; .Values.x &#125;&#125; &lt;b&gt;\n\n::y</code></pre>"
    );
}

#[test]
fn a_mention_in_two_parts_is_one() {
    let line = vec![text("@"), link("octo", "ftp://x"), text("cat")];
    assert_eq!(shown(vec![Block::Paragraph(line)]), "`@octocat`");
    assert_eq!(
        shown(vec![Block::Paragraph(vec![text("!"), link("a", "https://x.example/")])]),
        "\\![a](https://x.example/)"
    );
}

#[test]
fn what_is_long_ends_with_a_block_and_says_so() {
    let long = "word ".repeat(500);
    let printed = shown(vec![paragraph(&long), paragraph(&long), paragraph("end")]);
    assert!(printed.ends_with("word\n\n…") && printed.len() < limits::DETAILS, "{}", printed.len());
    let one = shown(vec![paragraph(&"word ".repeat(5000))]);
    assert!(one.ends_with(" word…") && one.len() <= limits::DETAILS + 8, "{}", one.len());
}

#[test]
fn a_line_has_all_of_a_short_text() {
    let items = vec![vec![paragraph("set `a` to 1")], vec![paragraph("restart.")], vec![paragraph("wait")]];
    let blocks =
        vec![paragraph("Either:"), Block::List { start: Some(1), items }, code_of("a\nb"), code_of("kubectl get x")];
    let line = one_line(&Prose { blocks }).unwrap();
    assert_eq!(line, "Either: set \\`a\\` to 1; restart. wait … `kubectl get x`");
    let long = one_line(&Prose { blocks: vec![paragraph(&"word ".repeat(500))] }).unwrap();
    assert!(long.ends_with(" word…") && long.len() <= LINE + 4 && !long.contains('\n'), "{long}");
    assert_eq!(one_line(&Prose::default()), None);
    // As people end the items of a list.
    let items = ["Turn it off, or;", "Use a proxy, and", "Wait.", "Go"].map(|item| vec![paragraph(item)]);
    let list = Prose { blocks: vec![Block::List { start: None, items: items.to_vec() }] };
    assert_eq!(one_line(&list).as_deref(), Some("Turn it off; Use a proxy; Wait. Go"));
}

fn inline() -> impl Strategy<Value = Inline> {
    prop_oneof![
        4 => hostile().prop_map(Inline::Text),
        2 => hostile().prop_map(Inline::Code),
        1 => Just(Inline::Break),
        1 => (hostile(), hostile()).prop_map(|(text, url)| Inline::Link { text: vec![Inline::Text(text)], url }),
        1 => hostile().prop_map(|text| Inline::Link { text: vec![Inline::Code(text)], url: "https://x.example/".to_owned() }),
    ]
}

fn block() -> impl Strategy<Value = Block> {
    let line = || prop::collection::vec(inline(), 1..4);
    let leaf = prop_oneof![
        3 => line().prop_map(Block::Paragraph),
        1 => line().prop_map(Block::Heading),
        1 => hostile().prop_map(|text| Block::Code { language: None, text }),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let items = prop::collection::vec(prop::collection::vec(inner, 1..3), 1..3);
        (prop::option::of(0..2_000_000_000_u64), items).prop_map(|(start, items)| Block::List { start, items })
    })
}

/// What a page may hold of such a text.
const KINDS: [&str; 12] = [
    "document",
    "paragraph",
    "text",
    "strong",
    "list",
    "item",
    "linebreak",
    "link",
    "code",
    "html_block",
    "break",
    "softbreak",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_said_nothing_else_comes_out(blocks in prop::collection::vec(block(), 1..4)) {
        let printed = shown(blocks.clone());
        prop_assert!(printed.chars().all(|c| !is_invisible(c) && (c == '\n' || c == '\t' || !c.is_control())), "{:?}", printed);
        prop_assert!(FILLED_IN.iter().take(5).all(|sign| !printed.contains(sign)), "{:?}", printed);
        let page = Page::of(&printed);
        prop_assert_eq!(found(&page), Vec::<String>::new(), "{:?}", &printed);
        for node in &page.nodes {
            let kind = node.split(' ').nth(1).unwrap_or_default();
            prop_assert!(KINDS.contains(&kind), "{} in {:?}", node, printed);
            if kind == "link" {
                prop_assert!(node.contains(" link http"), "{} in {:?}", node, printed);
            }
        }
        let line = one_line(&Prose { blocks }).unwrap_or_default();
        prop_assert!(!line.contains('\n'), "{:?}", line);
        let page = Page::of(&line);
        prop_assert_eq!(found(&page), Vec::<String>::new(), "{:?}", &line);
        prop_assert_eq!(page.nodes.iter().filter(|node| node.starts_with("2 ")).count(), usize::from(!line.is_empty()), "{:?}", line);
    }

    #[test]
    fn a_paragraph_shows_its_text(words in hostile(), more in hostile()) {
        let line = vec![text(&words), Inline::Code(more.clone())];
        let page = Page::of(&shown(vec![Block::Paragraph(line)]));
        prop_assert_eq!(bare(&page.text), bare(&escape::visible(&format!("{words}{more}"))));
    }
}
