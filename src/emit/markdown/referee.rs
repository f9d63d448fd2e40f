//! A Markdown parser judges the escaper: whatever a title holds, the notes have
//! the structure they have with a harmless title, and show the title's text.

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use proptest::prelude::*;

use super::{BuiltIn, Template, escape};
use crate::emit::sample;
use crate::ledger::ReleaseReport;
use crate::model::{Credit, CreditType};

fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.strikethrough = true;
    extension.table = true;
    extension.autolink = true;
    extension.tasklist = true;
    extension.superscript = true;
    extension.footnotes = true;
    extension.inline_footnotes = true;
    extension.description_lists = true;
    extension.front_matter_delimiter = Some("---".to_owned());
    extension.multiline_block_quotes = true;
    extension.alerts = true;
    extension.math_dollars = true;
    extension.math_code = true;
    extension.shortcodes = true;
    extension.wikilinks_title_after_pipe = true;
    options
}

/// The nodes in order, runs of text as one, and all the text.
fn read(markdown: &str) -> (Vec<String>, String) {
    let arena = Arena::new();
    let (mut nodes, mut text) = (Vec::<String>::new(), String::new());
    for node in parse_document(&arena, markdown, &options()).descendants() {
        let depth = node.ancestors().count();
        let value = &node.data.borrow().value;
        let name = match value {
            NodeValue::Text(run) => {
                text.push_str(run);
                "text".to_owned()
            }
            NodeValue::Code(code) => {
                text.push_str(&code.literal);
                format!("code {}", code.literal)
            }
            NodeValue::Link(link) => format!("link {}", link.url),
            NodeValue::Heading(heading) => format!("heading {}", heading.level),
            other => other.xml_node_name().to_owned(),
        };
        let line = format!("{depth} {name}");
        if name != "text" || nodes.last() != Some(&line) {
            nodes.push(line);
        }
    }
    (nodes, text.replace(escape::JOINER, ""))
}

fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "#",
        "##",
        " ",
        "  ",
        "    ",
        "\t",
        "\n",
        "\n\n",
        "\r\n",
        "-",
        "---",
        "- ",
        "+ ",
        "* ",
        "*",
        "**",
        "***",
        "_",
        "__",
        "=",
        "===",
        "1.",
        "1. ",
        "2) ",
        "`",
        "```",
        "~~",
        "~~~",
        "[",
        "]",
        "(",
        ")",
        "[x](y)",
        "![x](y)",
        "[^1]",
        "[^1]: ",
        "[x]: y",
        "^[note]",
        "[[wiki]]",
        "[ ] ",
        "[x] ",
        "<",
        ">",
        "<b>",
        "</b>",
        "<!-- ",
        "-->",
        "<?",
        "<![CDATA[",
        "<https://a.b>",
        "&",
        "&lt;",
        "&#60;",
        "&#x3c;",
        "&amp",
        ";",
        "!",
        "|",
        "|-|",
        ":-:",
        ":",
        ":tada:",
        ":+1:",
        "$",
        "$$",
        "$x$",
        "$`x`$",
        "\\",
        "\\\\",
        "@octocat",
        "a@b.org",
        "mailto:",
        "xmpp:",
        "https://",
        "http://x.org",
        "ftp://x.y",
        "www.",
        "www.x.org",
        "x.org/?a=(b)",
        "#12",
        "GH-12",
        "a/b#3",
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "{{{{",
        "{:.x}",
        "> ",
        "> [!NOTE]",
        ">>>",
        "\u{202e}",
        "\u{200b}",
        "\u{2060}",
        "\0",
        "\u{a0}",
        "\u{2028}",
        "é",
        "漢字",
        "“",
        "…",
        "a",
        "b c",
        "word",
        "1",
        "99",
        "\"",
        "'",
        "^",
        "%",
        "/",
        "?",
        ".",
        "::: x",
        "term\n: x",
        "e\u{301}",
        "🎉",
        "#️⃣",
    ]);
    prop_oneof![
        4 => prop::collection::vec(pieces, 1..10).prop_map(|pieces| pieces.concat()),
        1 => "\\PC{1,30}",
        1 => "[ -~\\n]{1,30}",
    ]
}

/// The places where a user's template may put a text.
const PLACES: [&str; 16] = [
    "§",
    "- §",
    "### §",
    "### § #",
    "> §",
    "> [!NOTE]\n> §",
    "before\n§",
    "§\nafter",
    "§: more",
    "**§** more",
    "[§](https://x.example/)",
    "1. §",
    "- a\n- §\n- b",
    "| § | b |\n|---|---|\n| § | c |",
    "| a |\n§",
    "§ and §",
];

fn with_title(title: &str) -> ReleaseReport {
    let mut report = sample::full();
    for entry in &mut report.advisories {
        entry.summary = Some(title.to_owned());
        entry.credits = vec![
            sample::credit(&format!("N{title}"), CreditType::Finder),
            Credit { url: Some(format!("javascript:{title}")), ..sample::credit("Jane", CreditType::Reporter) },
        ];
        for commit in &mut entry.fix.commits {
            title.clone_into(&mut commit.subject);
        }
    }
    report
}

fn render(report: &crate::ledger::ReleaseReport, template: &Template) -> String {
    super::render(report, template, &crate::limits::Limits::default()).unwrap().text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_hostile_text_is_text_in_every_place(title in hostile()) {
        let seen = escape::visible(&title);
        prop_assume!(!seen.is_empty());
        let escaped = escape::markdown(&title);
        prop_assert!(!escaped.contains("{{") && !escaped.contains("{%") && !escaped.contains("}}"), "{escaped:?}");
        for place in PLACES {
            let (nodes, text) = read(&place.replace('§', &escaped));
            let (expected, harmless) = read(&place.replace('§', "Harmless"));
            prop_assert_eq!(nodes, expected, "{:?} in {:?}", &escaped, place);
            prop_assert_eq!(text, harmless.replace("Harmless", &seen), "{:?} in {:?}", &escaped, place);
        }
    }

    #[test]
    fn no_later_reader_finds_a_mention_a_reference_or_an_emoji(title in hostile()) {
        let escaped = escape::markdown(&title);
        let arena = Arena::new();
        let mut shown = String::new();
        for node in parse_document(&arena, &escaped, &Options::default()).descendants() {
            if let NodeValue::Text(run) = &node.data.borrow().value {
                shown.push_str(run);
            }
        }
        for pattern in ["@[A-Za-z0-9_]", "#[0-9]", "(?i)\\bgh-[0-9]", ":[a-z][a-z0-9_+-]*:", "://", "(?i)\\bwww\\.", "\\{\\{", "\\{%", "\\}\\}"] {
            let pattern = regex::Regex::new(pattern).unwrap();
            prop_assert!(!pattern.is_match(&shown), "{} in {:?}", pattern, shown);
        }
    }

    #[test]
    fn whole_notes_keep_their_structure(title in hostile(), which in 0..BuiltIn::all().count()) {
        prop_assume!(!escape::visible(&title).is_empty());
        let template = BuiltIn::all().nth(which).map(Template::BuiltIn).unwrap();
        let (nodes, _) = read(&render(&with_title(&title), &template));
        let (expected, _) = read(&render(&with_title("Harmless"), &template));
        prop_assert_eq!(nodes, expected, "{}", template.name());
    }
}
