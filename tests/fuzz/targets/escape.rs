//! A text in notes: wherever a template puts it, a Markdown parser finds the
//! structure that a harmless text has, and only text that was given.
#![no_main]

use std::cell::OnceCell;

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use libfuzzer_sys::fuzz_target;
use secnotes::emit::markdown::{Template, render};
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

/// U+2060 WORD JOINER, with which the escaper breaks patterns.
const JOINER: char = '\u{2060}';

thread_local! {
    static TEMPLATES: OnceCell<Vec<Template>> = const { OnceCell::new() };
}

fuzz_target!(|title: &str| {
    TEMPLATES.with(|templates| templates.get_or_init(compiled).iter().for_each(|place| judge(place, title)));
});

fn compiled() -> Vec<Template> {
    let template = |place: &&str| {
        let text = place.replace('§', "{{summary}}");
        Template::from_text(place, &of_the_first(&text)).expect("a template")
    };
    let mut all: Vec<Template> = PLACES.iter().map(template).collect();
    all.extend([Template::Default, Template::Kata]);
    all
}

/// A template that shows the first advisory so.
fn of_the_first(text: &str) -> String {
    format!("{{{{#each advisories}}}}{{{{#if @first}}}}{text}{{{{/if}}}}{{{{/each}}}}")
}

fn judge(template: &Template, title: &str) {
    let notes = shown(title, template);
    let harmless = shown("Harmless", template);
    let (nodes, text) = read(&notes);
    if !shows_something(title) {
        return;
    }
    let (expected, _) = read(&harmless);
    assert_eq!(nodes, expected, "{title:?} in {:?}: {notes:?}", template.name());
    for pattern in ["{{", "{%", "}}"] {
        assert!(!notes.contains(pattern), "{pattern:?} in {notes:?}");
    }
    if template.name() == "§" {
        let mut given = title.chars();
        let mut left_out = |shown: char| shown != '…' && !given.any(|c| c == shown);
        let strange = text.chars().filter(|c| !c.is_whitespace()).find(|c| left_out(*c));
        assert_eq!(strange, None, "{title:?} shows as {text:?}");
    }
}

/// Whether anything of a text is left that can be seen.
fn shows_something(title: &str) -> bool {
    let plain = Template::from_text("plain", &of_the_first("{{summary}}")).expect("a template");
    !shown(title, &plain).trim().is_empty()
}

fn shown(title: &str, template: &Template) -> String {
    render(&report(title), template, &Limits::default()).expect("notes")
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
            NodeValue::Code(code) => format!("code {}", code.literal),
            NodeValue::Link(link) => format!("link {}", link.url),
            NodeValue::Heading(heading) => format!("heading {}", heading.level),
            other => other.xml_node_name().to_owned(),
        };
        let line = format!("{depth} {name}");
        if name != "text" || nodes.last() != Some(&line) {
            nodes.push(line);
        }
    }
    (nodes, text.replace(JOINER, ""))
}
