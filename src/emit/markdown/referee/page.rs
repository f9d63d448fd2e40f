//! What a Markdown parser makes of notes: the structure, what can be read, and the runs of text
//! that GitHub and GitLab look through afterwards.

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};

/// Everything that some reader of Markdown understands.
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

#[derive(Debug, Default)]
pub(in crate::emit::markdown) struct Page {
    /// The nodes in order with their depths, runs of text and code as one.
    pub(in crate::emit::markdown) nodes: Vec<String>,
    /// All that can be read.
    pub(in crate::emit::markdown) text: String,
    /// Nodes of text that are not in code, and whether they are in links.
    pub(in crate::emit::markdown) runs: Vec<(String, bool)>,
}

impl Page {
    pub(in crate::emit::markdown) fn of(markdown: &str) -> Self {
        let arena = Arena::new();
        let mut page = Self::default();
        // Within `<code>`, and whether the last node was of text: then the next one goes on with it.
        let (mut code, mut goes_on) = (false, false);
        for node in parse_document(&arena, markdown, &options()).descendants() {
            let depth = node.ancestors().count();
            let went_on = std::mem::take(&mut goes_on);
            let name = match &node.data.borrow().value {
                NodeValue::Text(run) => {
                    page.text.push_str(run);
                    let link = node.ancestors().any(|above| matches!(above.data.borrow().value, NodeValue::Link(_)));
                    match page.runs.last_mut() {
                        _ if code => {}
                        Some((before, _)) if went_on => before.push_str(run),
                        _ => page.runs.push((run.to_string(), link)),
                    }
                    goes_on = !code;
                    "text".to_owned()
                }
                NodeValue::Code(code) => {
                    page.text.push_str(&code.literal);
                    "text".to_owned()
                }
                // What the escaper writes; any other HTML is not the notes'.
                NodeValue::HtmlInline(html) if html == "<!-- -->" => "text".to_owned(),
                NodeValue::HtmlInline(html) if (html == "<code>") != code && html.ends_with("code>") => {
                    code = !code;
                    "text".to_owned()
                }
                NodeValue::SoftBreak => {
                    page.text.push(' ');
                    "break".to_owned()
                }
                NodeValue::CodeBlock(block) => {
                    page.text.push_str(&block.literal);
                    format!("code {:?}", block.info)
                }
                NodeValue::Link(link) => format!("link {}", link.url),
                NodeValue::Heading(heading) => format!("heading {}", heading.level),
                other => other.xml_node_name().to_owned(),
            };
            let line = format!("{depth} {name}");
            if name != "text" || page.nodes.last() != Some(&line) {
                page.nodes.push(line);
            }
        }
        page
    }
}

/// A text without what markup of code may add or take away.
pub(in crate::emit::markdown) fn bare(text: &str) -> String {
    text.chars().filter(|c| *c != '`' && !c.is_whitespace()).collect()
}
