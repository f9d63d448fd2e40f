//! Markers: comments on lines of their own, which name the tag whose section
//! stands between them, and the digest of what was written there.
//!
//! A tag's name is written so that it can end no comment and no line, whatever
//! it holds.

use super::error::SpliceError;
use super::lines::plain;
use super::page::{NAME, OPEN, Page, is_ours};
use crate::model::Sha256;

const CLOSE: &str = "-->";
const ALGORITHM: &str = "sha256:";

/// A marker as it is read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Marker {
    Begin { tag: String, digest: String },
    End { tag: String },
}

pub(super) fn begin(tag: &str, body: &str) -> String {
    format!("{OPEN} {NAME}begin {} {ALGORITHM}{} {CLOSE}", encoded(tag), digest(body))
}

pub(super) fn end(tag: &str) -> String {
    format!("{OPEN} {NAME}end {} {CLOSE}", encoded(tag))
}

/// The digest of what stands between two markers. Editors and forges change line
/// endings, and formatters set blank lines around comments: neither is an edit.
pub(super) fn digest(body: &str) -> String {
    Sha256::of(content(&plain(body)).as_bytes()).to_string()
}

/// A text without the blank lines before and after it.
pub(super) fn content(text: &str) -> &str {
    let text = text.trim_end();
    let blank = text.len() - text.trim_start().len();
    let indent = text.get(..blank).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    text.get(indent..).unwrap_or_default()
}

/// The markers of a page with their lines.
pub(super) fn markers(page: &Page<'_>) -> Result<Vec<(usize, Marker)>, SpliceError> {
    let mut found = Vec::new();
    for line in &page.html {
        let text = page.lines.line(*line);
        match read(text) {
            Some(marker) => found.push((*line, marker)),
            None if says_ours(text) => return Err(SpliceError::BadMarker { line: line + 1 }),
            None => {}
        }
    }
    match page.within.first() {
        Some(line) => Err(SpliceError::BadMarker { line: line + 1 }),
        None => Ok(found),
    }
}

fn read(line: &str) -> Option<Marker> {
    let inner = line.trim().strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
    let words: Vec<&str> = inner.trim().strip_prefix(NAME)?.split_ascii_whitespace().collect();
    match words.as_slice() {
        ["begin", tag, digest] => {
            let digest = digest.strip_prefix(ALGORITHM)?;
            let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            let sound = digest.len() == 64 && digest.bytes().all(is_hex);
            sound.then_some(Marker::Begin { tag: decoded(tag)?, digest: (*digest).to_owned() })
        }
        ["end", tag] => Some(Marker::End { tag: decoded(tag)? }),
        _ => None,
    }
}

/// Whether a line has a marker somewhere.
fn says_ours(line: &str) -> bool {
    line.match_indices(OPEN).any(|(at, _)| is_ours(line.get(at..).unwrap_or_default()))
}

/// A body that holds no marker: one in it would be taken for ours. The sign that
/// is written as an entity shows as itself.
pub(super) fn without_markers(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find(OPEN) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let (open, after) = from.split_at_checked(OPEN.len()).unwrap_or((from, ""));
        out.push_str(before);
        out.push_str(if is_ours(from) { "&lt;!--" } else { open });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Letters, digits and what tags are made of stay. A dash after a dash does not,
/// so that no comment ends: nor, in a strict reader, is broken.
fn encoded(tag: &str) -> String {
    let mut out = String::with_capacity(tag.len());
    for byte in tag.bytes() {
        let stays = byte.is_ascii_alphanumeric() || b"._/+@~".contains(&byte) || (byte == b'-' && !out.ends_with('-'));
        if stays {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    match out.strip_suffix('-') {
        Some(rest) => format!("{rest}%2D"),
        None => out,
    }
}

fn decoded(written: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, after @ ..] = after else { return None };
        let digit = |byte: u8| char::from(byte).to_digit(16);
        bytes.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_tag_breaks_no_marker() {
        for tag in [
            "v1.2.0",
            "chart/1.2.0",
            "@scope/name@1.0.0",
            "a-->b",
            "--!>",
            "-",
            "a--",
            "x sha256:0",
            "a\nb",
            "\"'`<>&",
            "100%25",
            "版本1.0\u{202e}",
        ] {
            let (begin, end) = (begin(tag, "x"), end(tag));
            for line in [&begin, &end] {
                assert_eq!(line.matches("-->").count(), 1, "{line}");
                assert!(!line.trim_start_matches("<!--").trim_end_matches("-->").contains("--"), "{line}");
                assert!(line.is_ascii() && !line.contains('\n'), "{line}");
            }
            assert_eq!(read(&begin), Some(Marker::Begin { tag: tag.to_owned(), digest: digest("x") }));
            assert_eq!(read(&end), Some(Marker::End { tag: tag.to_owned() }));
        }
        assert!(begin("kata/v1.2.0-rc1", "").contains(" kata/v1.2.0-rc1 "), "ordinary tags stay readable");
    }

    #[test]
    fn what_is_no_whole_marker_is_refused() {
        let digest = digest("");
        for bad in [
            "<!-- secnotes:begin v1 -->".to_owned(),
            "<!-- secnotes:begin v1 sha256:00 -->".to_owned(),
            format!("<!-- secnotes:begin v1 sha256:{} -->", digest.to_uppercase()),
            "<!-- secnotes:end -->".to_owned(),
            "<!-- secnotes:end %zz -->".to_owned(),
            "<!-- secnotes:end %ff -->".to_owned(),
            "<!-- secnotes:end v1 --> text".to_owned(),
            "<!-- secnotes:begin".to_owned(),
            "<p><!-- secnotes:end v1 -->".to_owned(),
            "text <!--secnotes:end v1 -->".to_owned(),
        ] {
            let text = format!("# a\n\n{bad}\n");
            let told = markers(&Page::of(&text));
            assert!(matches!(told, Err(SpliceError::BadMarker { line: 3 })), "{bad}: {told:?}");
        }
        assert!(markers(&Page::of("<!-- about secnotes -->\n")).unwrap().is_empty());
    }

    #[test]
    fn a_body_holds_no_marker() {
        let body = "a\n<!-- secnotes:end v1 -->\n<!--\nsecnotes:begin x\n<!-- other -->\n<!<!-- secnotes:\n";
        let mended = without_markers(body);
        assert!(!mended.match_indices(OPEN).any(|(at, _)| is_ours(mended.get(at..).unwrap())), "{mended}");
        assert_eq!(mended.replace("&lt;!--", "<!--"), body);
    }

    #[test]
    fn blank_lines_and_line_endings_are_no_edit() {
        assert_eq!(digest("\r\n\r\n    a\r\n b\r\n\r\n"), digest("    a\n b"));
        assert_ne!(digest("    a\n"), digest("a\n"));
    }
}
