//! A text in notes: wherever a template puts it, a Markdown parser finds the
//! structure that a harmless text has, and only text that was given.
#![no_main]

use std::cell::OnceCell;

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use libfuzzer_sys::fuzz_target;
use secnotes::emit::markdown::{BuiltIn, Template, render};
use secnotes::limits::Limits;
use secnotes_fuzz::report::report;

/// Where `§` is the text.
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

thread_local! {
    static PLACES_READ: OnceCell<(Template, Vec<Place>)> = const { OnceCell::new() };
}

/// A template, and what a harmless text makes of it.
struct Place {
    template: Template,
    nodes: Vec<String>,
}

fuzz_target!(|title: &str| {
    PLACES_READ.with(|places| {
        let (plain, places) = places.get_or_init(compiled);
        judge_text(title, &shown(title, plain));
        // Of an empty text nothing is left to stand anywhere.
        if !shown(title, plain).trim().is_empty() {
            places.iter().for_each(|place| judge(place, title));
        }
    });
});

fn compiled() -> (Template, Vec<Place>) {
    // A template that shows the first advisory so.
    let first = |text: &str| {
        let text = format!("{{{{#each advisories}}}}{{{{#if @first}}}}{text}{{{{/if}}}}{{{{/each}}}}");
        Template::from_text(&text, &text).expect("a template")
    };
    let own = PLACES.iter().map(|place| first(&place.replace('§', "{{summary}}")));
    let all = own.chain(BuiltIn::all().map(Template::BuiltIn));
    let place = |template: Template| Place { nodes: read(&shown("Harmless", &template)).0, template };
    (first("{{summary}}"), all.map(place).collect())
}

fn shown(title: &str, template: &Template) -> String {
    render(&report(title), template, &Limits::default()).expect("notes").text
}

fn judge(place: &Place, title: &str) {
    let notes = shown(title, &place.template);
    assert_eq!(read(&notes).0, place.nodes, "{title:?} in {:?}: {notes:?}", place.template.name());
    for pattern in ["{{", "{%", "}}"] {
        assert!(!notes.contains(pattern), "{pattern:?} in {notes:?}");
    }
}

/// Nothing shows that is not in the title, in its order.
fn judge_text(title: &str, notes: &str) {
    let text = read(notes).1;
    let mut given = title.chars();
    let mut left_out = |shown: char| shown != '…' && !given.any(|c| c == shown);
    let strange = text.chars().filter(|c| !c.is_whitespace()).find(|c| left_out(*c));
    assert_eq!(strange, None, "{title:?} shows as {text:?}");
}

/// The nodes in order, runs of text as one, and all the text.
fn read(markdown: &str) -> (Vec<String>, String) {
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
    let arena = Arena::new();
    let (mut nodes, mut text) = (Vec::<String>::new(), String::new());
    for node in parse_document(&arena, markdown, &options).descendants() {
        let depth = node.ancestors().count();
        let name = match &node.data.borrow().value {
            NodeValue::Text(run) => {
                text.push_str(run);
                "text".to_owned()
            }
            // What forges react to is set as code, and code stays code.
            NodeValue::Code(code) => {
                text.push_str(&code.literal);
                "text".to_owned()
            }
            NodeValue::HtmlInline(html) if ["<!-- -->", "<code>", "</code>"].contains(&html.as_str()) => "text".to_owned(),
            NodeValue::Link(link) => format!("link {}", link.url),
            NodeValue::Heading(heading) => format!("heading {}", heading.level),
            other => other.xml_node_name().to_owned(),
        };
        let line = format!("{depth} {name}");
        if name != "text" || nodes.last() != Some(&line) {
            nodes.push(line);
        }
    }
    (nodes, text)
}
