//! The section that goes into a text: its headings as deep as the place asks,
//! and no marker in it.

use super::lines::plain;
use super::marker::{content, without_markers};
use super::page::{Heading, Page};

/// What goes between the markers, with lines that end in `\n`.
pub(super) struct Body {
    text: String,
    headings: Vec<Heading>,
    is_list: bool,
}

impl Body {
    pub(super) fn of(body: &str) -> Self {
        let text = content(&without_markers(&plain(body))).to_owned();
        let Page { headings, is_list, .. } = Page::of(&text);
        Self { text, headings, is_list }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it has nothing but lists, perhaps below a heading.
    pub(super) const fn is_list(&self) -> bool {
        self.is_list
    }

    /// The heading that all of it is below.
    pub(super) fn heading(&self) -> Option<&str> {
        let first = self.headings.first().filter(|heading| heading.lines.start == 0);
        first.map(|heading| heading.text.as_str())
    }

    /// The level of its highest heading.
    pub(super) fn level(&self) -> Option<u8> {
        self.headings.iter().map(|heading| heading.level).min()
    }

    /// The text with its highest heading at a level, and without the first one
    /// where that stands above it already.
    pub(super) fn fitted(&self, level: Option<u8>, is_headed: bool) -> String {
        let deeper = match (level, self.level()) {
            (Some(wanted), Some(has)) => i16::from(wanted) - i16::from(has),
            _ => 0,
        };
        let lines: Vec<&str> = self.text.split('\n').collect();
        let mut out: Vec<String> = Vec::with_capacity(lines.len());
        let mut next = 0;
        for (at, heading) in self.headings.iter().enumerate() {
            out.extend(lines.get(next..heading.lines.start).unwrap_or_default().iter().map(|line| (*line).to_owned()));
            let own = lines.get(heading.lines.clone()).unwrap_or_default();
            next = heading.lines.end;
            if at == 0 && is_headed && heading.lines.start == 0 {
                continue;
            }
            out.extend(at_level(own, heading.level, deeper));
        }
        out.extend(lines.get(next..).unwrap_or_default().iter().map(|line| (*line).to_owned()));
        content(&out.join("\n")).to_owned()
    }
}

/// The lines of a heading, so much deeper.
fn at_level(lines: &[&str], level: u8, deeper: i16) -> Vec<String> {
    let as_it_is = || lines.iter().map(|line| (*line).to_owned()).collect();
    if deeper == 0 {
        return as_it_is();
    }
    let signs = "#".repeat(usize::try_from((i16::from(level) + deeper).clamp(1, 6)).unwrap_or(1));
    match lines {
        [line] => vec![format!("{signs}{}", line.trim_start().trim_start_matches('#'))],
        // Underlined headings have two levels only.
        [words @ .., _underline] => {
            let words = words.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
            // Signs at the end would belong to the heading's form.
            let close = if words.ends_with('#') { " #" } else { "" };
            vec![format!("{signs} {words}{close}")]
        }
        [] => as_it_is(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_go_as_deep_as_the_place_asks_and_code_does_not() {
        let body = Body::of("\n## Security\r\n\r\n### a ###\n\n```\n## code\n```\n\nb\nc #\n---\n\n###### d\n");
        assert_eq!(
            body.fitted(Some(3), false),
            "### Security\n\n#### a ###\n\n```\n## code\n```\n\n### b c # #\n\n###### d"
        );
        assert_eq!(body.fitted(Some(1), false).lines().next(), Some("# Security"));
        assert_eq!(
            body.fitted(None, false),
            "## Security\n\n### a ###\n\n```\n## code\n```\n\nb\nc #\n---\n\n###### d"
        );
        let deeper = Page::of(&body.fitted(Some(3), false))
            .headings
            .iter()
            .map(|heading| heading.text.clone())
            .collect::<Vec<_>>();
        assert_eq!(deeper, ["Security", "a", "b c #", "d"]);
    }

    #[test]
    fn a_list_is_known_with_its_heading_and_without() {
        for (text, heading, is_list) in [
            ("- a\n- b\n", None, true),
            ("### Security\n\n- a\n\n  b\n", Some("Security"), true),
            ("## Security\n\nCVEs:\n\n- a\n", Some("Security"), false),
            ("## Security\n\n### a\n\n- b\n", Some("Security"), false),
            ("## Security\n", Some("Security"), false),
            ("", None, false),
        ] {
            let body = Body::of(text);
            assert_eq!((body.heading(), body.is_list()), (heading, is_list), "{text}");
        }
        assert_eq!(Body::of("## Security\n\n- a\n").fitted(None, true), "- a");
    }
}
