//! The notes of a release in a TOML file, as containerd's release tool reads
//! them: `preface = """…"""`. All bytes but those of the section stay.

use toml::de::{DeTable, DeValue};

use super::error::SpliceError;
use super::place::Placement;
use super::{Edits, Held, Section, Spliced};
use crate::model::TagName;

/// The key whose text is printed above the list of changes.
const KEY: &str = "preface";

/// How a text is written in TOML (specification 1.0, "String").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `"""…"""`
    Lines,
    /// `"…"`
    Line,
    /// `'''…'''`
    LiteralLines,
    /// `'…'`
    LiteralLine,
}

/// The preface of a file, and where each of its characters is written.
struct Preface {
    form: Form,
    text: String,
    /// Of each character, where it begins in the text and where it ends in the file.
    ends: Vec<(usize, usize)>,
    /// Where the first one begins in the file.
    begin: usize,
    line: usize,
}

/// The file with the section of a release in its preface; below a heading of the
/// release, which a preface has not, is before its first heading.
///
/// # Errors
/// As for [`super::splice`]; or the file is no TOML, or has no preface that can hold lines.
pub fn splice_preface(
    file: &str,
    section: &Section<'_>,
    place: &Placement,
    edits: Edits,
) -> Result<Spliced, SpliceError> {
    let preface = Preface::of(file)?;
    let place = if *place == Placement::UnderHeading { &Placement::BeforeHeadings } else { place };
    let fitting = preface.fitting(section.body);
    let spliced = super::splice(&preface.text, &Section { body: &fitting, ..*section }, place, edits)?;
    if !spliced.changed {
        return Ok(Spliced { text: file.to_owned(), changed: false });
    }
    if preface.form == Form::LiteralLine {
        return Err(SpliceError::OneLine { line: preface.line });
    }
    let text = preface.written(file, &spliced.text);
    // What was meant is what a reader of the file gets.
    match Preface::of(&text) {
        Ok(read) if read.text == spliced.text && others(file) == others(&text) => Ok(Spliced { text, changed: true }),
        _ => Err(SpliceError::Open),
    }
}

/// What stands between the markers of a tag in the preface of a file.
///
/// # Errors
/// As for [`super::held`]; or the file is no TOML, or has no preface.
pub fn held_in_preface(file: &str, tag: &TagName) -> Result<Option<Held>, SpliceError> {
    super::held(&Preface::of(file)?.text, tag)
}

/// The preface of a file, as it will be published, and for each of its lines the
/// line of the file, counted from 1.
///
/// # Errors
/// The file is no TOML, or has no preface.
pub fn preface(file: &str) -> Result<(String, Vec<usize>), SpliceError> {
    let preface = Preface::of(file)?;
    let (mut line, mut counted, mut lines) = (1, 0, Vec::new());
    let starts = std::iter::once(0).chain(preface.text.match_indices('\n').map(|(at, _)| at + 1));
    for start in starts {
        let at = preface.place(start).max(counted);
        line += file.get(counted..at).unwrap_or_default().matches('\n').count();
        counted = at;
        lines.push(line);
    }
    Ok((preface.text, lines))
}

/// All that a file says beside its preface.
fn others(file: &str) -> Option<toml::Table> {
    let mut table = file.parse::<toml::Table>().ok()?;
    table.remove(KEY);
    Some(table)
}

impl Preface {
    fn of(file: &str) -> Result<Self, SpliceError> {
        let line_of = |at: usize| file.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let root = DeTable::parse(file).map_err(|error| SpliceError::NotToml {
            line: line_of(error.span().unwrap_or_default().start),
            why: error.message().to_owned(),
        })?;
        let value = root.get_ref().get(KEY).ok_or(SpliceError::NoPreface)?;
        let DeValue::String(text) = value.get_ref() else { return Err(SpliceError::NoPreface) };
        let span = value.span();
        let raw = file.get(span.clone()).unwrap_or_default();
        let forms =
            [(Form::Lines, "\"\"\""), (Form::LiteralLines, "'''"), (Form::Line, "\""), (Form::LiteralLine, "'")];
        let found = forms.into_iter().find_map(|(form, sign)| {
            let inner = raw.strip_prefix(sign)?.strip_suffix(sign)?;
            Some((form, span.start + sign.len(), inner))
        });
        let (form, begin, inner) = found.ok_or(SpliceError::NoPreface)?;
        let mut preface = Self { form, text: String::new(), ends: Vec::new(), begin, line: line_of(span.start) };
        preface.read(inner);
        // A character that was not read as the parser reads it would move all others.
        if preface.text == **text { Ok(preface) } else { Err(SpliceError::OneLine { line: preface.line }) }
    }

    /// Reads what stands between the quotes.
    fn read(&mut self, inner: &str) {
        let mut rest = inner;
        if matches!(self.form, Form::Lines | Form::LiteralLines) {
            rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or(rest);
        }
        let start = self.begin;
        let has_escapes = matches!(self.form, Form::Lines | Form::Line);
        let mut is_first = true;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            let (read, after) = if has_escapes && c == '\\' { escaped(after) } else { (Some(c), after) };
            if let Some(c) = read {
                if is_first {
                    self.begin = start + inner.len() - rest.len();
                    is_first = false;
                }
                self.ends.push((self.text.len(), start + inner.len() - after.len()));
                self.text.push(c);
            }
            rest = after;
        }
        if is_first {
            self.begin = start + inner.len();
        }
    }

    /// Where a place of the text is in the file: behind the character before, so
    /// that a backslash that swallows line breaks swallows none of the section.
    fn place(&self, at: usize) -> usize {
        let before = self.ends.partition_point(|(start, _)| *start < at);
        before.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(self.begin, |(_, end)| *end)
    }

    /// The section as this form of text can hold it. Literal texts have no escapes,
    /// so three apostrophes are written as Markdown can.
    fn fitting(&self, body: &str) -> String {
        match self.form {
            Form::Lines | Form::Line => body.to_owned(),
            Form::LiteralLines | Form::LiteralLine => {
                let harmless = |c: char| if c.is_control() && !matches!(c, '\n' | '\t') { '\u{fffd}' } else { c };
                body.replace("\r\n", "\n").chars().map(harmless).collect::<String>().replace("'''", "''&#39;")
            }
        }
    }

    /// The file with another text, of which only what differs is written.
    fn written(&self, file: &str, new: &str) -> String {
        let same = |(old, new): &((usize, char), (usize, char))| old.1 == new.1;
        let begin = self.text.char_indices().zip(new.char_indices()).take_while(same).last();
        let begin = begin.map_or(0, |((at, c), _)| at + c.len_utf8());
        let (old_rest, new_rest) = (self.text.get(begin..).unwrap_or_default(), new.get(begin..).unwrap_or_default());
        let pairs = old_rest.chars().rev().zip(new_rest.chars().rev());
        let end: usize = pairs.take_while(|(old, new)| old == new).map(|(c, _)| c.len_utf8()).sum();
        let (old_end, new_end) = (self.text.len() - end, new.len() - end);
        let changed = new.get(begin..new_end).unwrap_or_default();
        let before = file.get(..self.place(begin)).unwrap_or_default();
        let after = file.get(self.place(old_end).max(self.place(begin))..).unwrap_or_default();
        format!("{before}{}{after}", self.quoted(changed))
    }

    fn quoted(&self, text: &str) -> String {
        if matches!(self.form, Form::LiteralLines | Form::LiteralLine) {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let is_at_edge = out.is_empty() || chars.peek().is_none();
            match c {
                '\\' => out.push_str("\\\\"),
                // Three of them end the text, and others may stand beside.
                '"' if self.form == Form::Line || is_at_edge || out.ends_with('"') => out.push_str("\\\""),
                '\n' | '\t' if self.form == Form::Lines => out.push(c),
                '\r' if self.form == Form::Lines && chars.peek() == Some(&'\n') => out.push(c),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                _ if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
                _ => out.push(c),
            }
        }
        out
    }
}

/// What a backslash and the text after it stand for, and what follows. One at the
/// end of a line stands for nothing, with all white space behind it.
fn escaped(after: &str) -> (Option<char>, &str) {
    let Some(c) = after.chars().next() else { return (None, after) };
    let rest = after.get(c.len_utf8()..).unwrap_or_default();
    let hex = |digits: usize| {
        let (number, rest) = rest.split_at_checked(digits).unwrap_or((rest, ""));
        (u32::from_str_radix(number, 16).ok().and_then(char::from_u32), rest)
    };
    match c {
        'b' => (Some('\u{8}'), rest),
        't' => (Some('\t'), rest),
        'n' => (Some('\n'), rest),
        'f' => (Some('\u{c}'), rest),
        'r' => (Some('\r'), rest),
        'e' => (Some('\u{1b}'), rest),
        'x' => hex(2),
        'u' => hex(4),
        'U' => hex(8),
        '"' | '\\' => (Some(c), rest),
        _ => (None, after.trim_start()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::release;
    use super::*;

    const FILE: &str = "# a file of a release\ncommit = \"HEAD\"\r\n\npreface = \"\"\"\\\n  The fifth release \\u00e9 \\\n  \
                        of \\\"x\\\".\n\n### Security Updates\n\n* by hand\n\"\"\"\n\n# below\n[a]\nb = '''\nc'''\n";

    fn spliced(file: &str, body: &str) -> Result<Spliced, SpliceError> {
        let (tag, version) = release("v2.1.5", "2.1.5");
        let section = Section { tag: &tag, version: Some(&version), body };
        splice_preface(file, &section, &Placement::UnderHeading, Edits::Refuse)
    }

    #[test]
    fn a_section_stands_before_the_headings_of_a_preface_and_no_other_byte_changes() {
        let body = "## Security\n\n- \\a \"\"\" '''\u{1b} \"x\"\n";
        let told = spliced(FILE, body).unwrap();
        let (before, after) = FILE.split_once("### Security Updates").unwrap();
        assert!(told.text.starts_with(before) && told.text.ends_with(&format!("\n\n### Security Updates{after}")));
        let (text, _) = preface(&told.text).unwrap();
        assert!(
            text.contains(
                "### Security\n\n- \\a \"\"\" '''\u{1b} \"x\"\n\n<!-- secnotes:end v2.1.5 -->\n\n### Security Updates"
            ),
            "{text}"
        );
        assert!(told.text.contains("- \\\\a \"\\\"\\\" '''\\u001B \"x\"\n"), "{}", told.text);
        assert!(!spliced(&told.text, body).unwrap().changed);
        assert_eq!(
            held_in_preface(&told.text, &TagName::new("v2.1.5")).unwrap().unwrap().body,
            "### Security\n\n- \\a \"\"\" '''\u{1b} \"x\""
        );
        let emptied = spliced(&told.text, "").unwrap();
        assert!(emptied.text.len() < told.text.len() && emptied.text.starts_with(before), "{}", emptied.text);
    }

    #[test]
    fn every_form_of_text_that_can_hold_lines_holds_the_section() {
        let body = "- '''a''' \"\"\"b\"\"\"\\\n";
        for (file, changed) in [
            ("preface = '''\nx '' y\n'''\n", "- ''&#39;a''&#39; \"\"\"b\"\"\"\\"),
            ("preface = \"x\\ty\"\n", "- '''a''' \"\"\"b\"\"\"\\"),
            ("preface = \"\"\n", "- '''a''' \"\"\"b\"\"\"\\"),
            ("preface = \"\"\"\\\n  \"\"\"\n", "- '''a''' \"\"\"b\"\"\"\\"),
            ("preface = \"\"\"x\\\n  \"\"\"\n", "- '''a''' \"\"\"b\"\"\"\\"),
            ("preface = \"\"\"\r\nx\r\n\"\"\"\r\n", "- '''a''' \"\"\"b\"\"\"\\"),
        ] {
            let told = spliced(file, body).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert_eq!(held_in_preface(&told.text, &TagName::new("v2.1.5")).unwrap().unwrap().body, changed, "{file}");
            assert!(!spliced(&told.text, body).unwrap().changed, "{file}");
            assert_eq!(told.text.matches('\n').count() == told.text.matches("\r\n").count(), file.contains('\r'));
        }
    }

    #[test]
    fn a_file_without_a_place_is_told() {
        for (file, told) in [
            ("a = 1\n", "there is no text `preface`"),
            ("preface = 1\n", "there is no text `preface`"),
            ("[x]\npreface = \"\"\n", "there is no text `preface`"),
            ("\npreface = 'x'\n", "line 2: `preface` is a text of one line"),
            ("\n\npreface = \"\"\"\n", "line 4: this is not TOML"),
        ] {
            let error = spliced(file, "- a\n").unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }
}
