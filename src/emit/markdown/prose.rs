//! Prints what an advisory says in its own words as Markdown that shows it and does nothing else.
//!
//! There are paragraphs, lists, code and links to pages of the web, and nothing else: no HTML but
//! of code that something other than Markdown would read, no picture, no table, no heading that
//! could be taken for one of the page's.

use super::escape::{self, is_invisible};
use crate::emit::code_spans::Part;
use crate::emit::links;
use crate::limits;
use crate::model::{Block, Inline, Prose, words};

/// How long a text is that stands within a line, in characters.
const LINE: usize = 400;

/// The text, to stand at the beginning of a line; nothing if there is nothing to read. What is
/// too long ends with the block that still fits.
pub(in crate::emit) fn markdown(prose: &Prose) -> Option<String> {
    let (mut text, mut left) = (String::new(), limits::DETAILS);
    for block in &prose.blocks {
        let printed = printed(block);
        if printed.is_empty() {
            continue;
        }
        let long = printed.chars().count();
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        if long > left {
            // Of the first block as much as fits, if it can be cut.
            if let (true, Block::Paragraph(line)) = (text.is_empty(), block) {
                text.push_str(&self::line(&shortened(line, left)));
            } else {
                text.push('…');
            }
            break;
        }
        left -= long;
        text.push_str(&printed);
    }
    (!text.is_empty()).then_some(text)
}

/// The text on one line, without lines of code; nothing if there is nothing to read.
pub(in crate::emit) fn one_line(prose: &Prose) -> Option<String> {
    let mut parts = Vec::new();
    in_line(&prose.blocks, &mut parts);
    let text = line(&shortened(&parts, LINE));
    (!text.is_empty()).then_some(text)
}

fn in_line(blocks: &[Block], into: &mut Vec<Inline>) {
    for block in blocks {
        let before = words(into);
        if before.chars().count() > LINE {
            return;
        }
        if !before.is_empty() && !before.ends_with(' ') {
            into.push(Inline::Text(" ".to_owned()));
        }
        match block {
            Block::Heading(line) | Block::Paragraph(line) => into.extend(line.iter().cloned()),
            Block::List { items, .. } => {
                for (at, item) in items.iter().enumerate() {
                    // A list of 16,000 items took a second where all were put together first.
                    if words(into).chars().count() > LINE {
                        return;
                    }
                    if at > 0 {
                        without_joint(into);
                        let ended = words(into).trim_end().ends_with(['.', ';', '!', '?', ':', '。']);
                        into.push(Inline::Text(if ended { " " } else { "; " }.to_owned()));
                    }
                    in_line(item, into);
                }
            }
            Block::Code { text, .. } if !text.contains('\n') => into.push(Inline::Code(text.clone())),
            Block::Code { .. } => into.push(Inline::Text("…".to_owned())),
        }
    }
}

/// Without what leads on to the next item of a list: `…, or`.
fn without_joint(line: &mut [Inline]) {
    if let Some(Inline::Text(text)) = line.last_mut() {
        let sign = [',', ';', ' '];
        let end = text.trim_end_matches(sign);
        let end = [" or", " and"].iter().find_map(|joint| end.strip_suffix(joint)).unwrap_or(end);
        *text = end.trim_end_matches(sign).to_owned();
    }
}

/// So much of a line, to the end of a word.
fn shortened(line: &[Inline], most: usize) -> Vec<Inline> {
    let (mut kept, mut left) = (Vec::new(), most);
    for part in line {
        let text = words(std::slice::from_ref(part));
        let long = text.chars().count();
        if long <= left {
            left -= long;
            kept.push(part.clone());
            continue;
        }
        if let Inline::Text(text) = part {
            let fits: String = text.chars().take(left).collect();
            let whole = fits.rfind(' ').and_then(|end| fits.get(..end)).unwrap_or(&fits);
            kept.push(Inline::Text(whole.to_owned()));
        }
        kept.push(Inline::Text("…".to_owned()));
        break;
    }
    kept
}

fn printed(block: &Block) -> String {
    match block {
        Block::Heading(text) => {
            let text = line(text);
            if text.is_empty() { text } else { format!("**{text}**") }
        }
        Block::Paragraph(text) => lines(text),
        Block::List { start, items } => list(*start, items),
        Block::Code { language, text } => code(language.as_deref(), text),
    }
}

/// A line for each that ends on purpose.
fn lines(text: &[Inline]) -> String {
    let lines = text.split(|part| *part == Inline::Break).map(line).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\\\n")
}

/// All on one line.
fn line(text: &[Inline]) -> String {
    let mut writer = Writer::default();
    text.iter().for_each(|part| writer.part(part));
    writer.flush();
    writer.printed
}

#[derive(Default)]
struct Writer {
    printed: String,
    /// Text and code since the last link.
    run: Vec<Part>,
    /// Whether white space stands before what comes: between a text and a link it is kept, at
    /// the ends of a line it is not.
    gap: bool,
}

impl Writer {
    fn part(&mut self, part: &Inline) {
        match part {
            Inline::Text(words) => self.words(words, Part::Text),
            Inline::Code(words) => self.words(words, Part::Code),
            Inline::Break => self.gap = true,
            Inline::Link { text, url } => match links::web_page(url) {
                Some(url) => self.link(text, &url),
                None => text.iter().for_each(|part| self.part(part)),
            },
        }
    }

    /// Adds what can be seen of a part, after a space where there is any white space.
    fn words(&mut self, words: &str, part: impl FnOnce(String) -> Part) {
        let seen = escape::visible(words);
        let blank = |c: char| c.is_whitespace() || c.is_control();
        self.gap |= words.starts_with(blank);
        if !seen.is_empty() {
            self.space();
            self.run.push(part(seen));
        }
        self.gap |= words.ends_with(blank);
    }

    fn space(&mut self) {
        if std::mem::take(&mut self.gap) && !(self.printed.is_empty() && self.run.is_empty()) {
            self.run.push(Part::Text(" ".to_owned()));
        }
    }

    fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        self.printed.push_str(&escape::parts(run, self.printed.is_empty()));
    }

    /// A link; one that shows its own address is written as that, unless an emoji could be in
    /// it, which GitHub makes of the texts of links too.
    fn link(&mut self, text: &[Inline], url: &str) {
        let label = line_of_label(text);
        if label.is_empty() {
            return;
        }
        self.space();
        self.flush();
        if url.matches(':').count() == 1 && words(text).trim() == url {
            self.printed.push_str(&format!("<{url}>"));
        } else {
            self.printed.push_str(&format!("[{label}]({url})"));
        }
    }
}

/// The text of a link, in which there is no other.
fn line_of_label(text: &[Inline]) -> String {
    let plain = |part: &Inline| match part {
        Inline::Link { text, .. } => Inline::Text(words(text)),
        other => other.clone(),
    };
    line(&text.iter().map(plain).collect::<Vec<_>>())
}

fn list(start: Option<u64>, items: &[Vec<Block>]) -> String {
    // CommonMark reads nine digits of a number.
    let first = start.map(|start| start.min(999_999));
    let item = |(at, blocks): (usize, &Vec<Block>)| {
        let blocks: Vec<String> = blocks.iter().map(printed).filter(|block| !block.is_empty()).collect();
        let mark = match first {
            Some(first) => format!("{}. ", first + u64::try_from(at).unwrap_or(0)),
            None => "- ".to_owned(),
        };
        let text = indented(&blocks.join("\n\n"), mark.len());
        (!text.is_empty()).then(|| format!("{mark}{}", text.trim_start_matches(' ')))
    };
    items.iter().enumerate().filter_map(item).collect::<Vec<_>>().join("\n")
}

/// The text with so many spaces before each line that has something.
fn indented(text: &str, by: usize) -> String {
    let space = " ".repeat(by);
    let line = |line: &str| if line.is_empty() { String::new() } else { format!("{space}{line}") };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Lines of code, as they are but for what cannot be seen. Where Jekyll, Hugo or Helm would fill
/// in a template, which they do in code too, they are written in HTML.
fn code(language: Option<&str>, text: &str) -> String {
    let seen = |c: &char| *c == '\n' || *c == '\t' || !c.is_control() && !is_invisible(*c);
    let text: String = text.chars().filter(seen).collect();
    let text = text.trim_matches('\n').trim_end();
    if text.trim().is_empty() {
        return String::new();
    }
    if ["{{", "}}", "{%", "%}", "{#", "#}"].iter().any(|read| text.contains(read)) {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let escaped = escaped.replace('{', "&#123;").replace('}', "&#125;");
        return format!("<pre><code>{escaped}</code></pre>");
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{}\n{text}\n{fence}", language.unwrap_or_default())
}

#[cfg(test)]
mod tests;
