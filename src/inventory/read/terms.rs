//! Terms of Elixir and Erlang, as lock files write them: tuples, lists and maps of
//! words and texts. Nothing is evaluated.

use std::borrow::Cow;

use super::found::Found;

/// Terms of a file; the largest real lock files have some ten thousand.
const MOST: usize = 1_000_000;

/// How deep terms may stand in each other; real ones reach six.
const DEEPEST: usize = 64;

/// A term. What only parts terms is none: commas, the colons of atoms and keys,
/// the signs around binaries.
#[derive(Debug, PartialEq)]
pub(super) enum Term<'t> {
    /// An atom, a key or a number.
    Word(&'t str),
    Text(Cow<'t, str>),
    Group(Group<'t>),
}

/// A tuple, a list or a map.
#[derive(Debug, PartialEq)]
pub(super) struct Group<'t> {
    /// What it begins with: `{` or `[`.
    pub(super) open: char,
    /// The line that it begins in, counted from 1.
    pub(super) line: usize,
    pub(super) items: Vec<Term<'t>>,
}

impl<'t> Term<'t> {
    /// The text of a text or a word.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Text(text) => Some(text),
            Self::Group(_) => None,
        }
    }

    /// The tuple, or the map, that this is.
    pub(super) fn tuple(&self) -> Option<&Group<'t>> {
        match self {
            Self::Group(group) if group.open == '{' => Some(group),
            _ => None,
        }
    }
}

impl<'t> Group<'t> {
    /// The text of an item.
    pub(super) fn text(&self, at: usize) -> Option<&str> {
        self.items.get(at).and_then(Term::text)
    }
}

/// Whether a text may be a version of Hex, which are Semantic Versions: a hash
/// stands where one is missing.
pub(super) fn is_version(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('.') && text.chars().all(is_part)
}

/// Every group of a list of terms, each before those that stand in it.
pub(super) fn groups<'s, 't>(terms: &'s [Term<'t>]) -> impl Iterator<Item = &'s Group<'t>> {
    let mut open: Vec<std::slice::Iter<'s, Term<'t>>> = vec![terms.iter()];
    std::iter::from_fn(move || {
        while let Some(level) = open.last_mut() {
            match level.next() {
                Some(Term::Group(group)) => {
                    open.push(group.items.iter());
                    return Some(group);
                }
                Some(_) => {}
                None => {
                    open.pop();
                }
            }
        }
        None
    })
}

/// The terms of a text, whose comments begin with a sign. What a damage leaves is
/// read: a bracket that does not close ends with what stands around it.
pub(super) fn terms<'t>(text: &'t str, comment: char, found: &mut Found) -> Vec<Term<'t>> {
    let mut reading = Reading { groups: vec![Group { open: ' ', line: 1, items: Vec::new() }], count: 0 };
    for (line, number) in text.lines().zip(1..) {
        if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark)) {
            // Both sides are read: either may be what is used.
            found.tell(Some(number), "a merge was not finished here", line);
            continue;
        }
        reading.line(line, number, comment, found);
        if reading.count > MOST {
            found.tell(Some(number), "it has more terms than are read", "");
            break;
        }
    }
    if let Some(group) = reading.groups.get(1..).and_then(<[Group<'_>]>::last) {
        found.tell(Some(group.line), "a bracket that does not close", "");
    }
    while reading.close() {}
    reading.groups.pop().map(|group| group.items).unwrap_or_default()
}

struct Reading<'t> {
    /// The groups that are open, around each other; the first is the file.
    groups: Vec<Group<'t>>,
    count: usize,
}

impl<'t> Reading<'t> {
    fn line(&mut self, line: &'t str, number: usize, comment: char, found: &mut Found) {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let behind = rest.get(first.len_utf8()..).unwrap_or_default();
            rest = match first {
                _ if first == comment => return,
                '"' => self.quoted(behind, '"', number, found),
                '\'' => self.quoted(behind, '\'', number, found),
                '{' | '[' if self.groups.len() > DEEPEST => {
                    found.tell(Some(number), "its terms are deeper than what is read", "");
                    behind
                }
                '{' | '[' => {
                    self.groups.push(Group { open: first, line: number, items: Vec::new() });
                    behind
                }
                '}' | ']' => {
                    self.closed(if first == '}' { '{' } else { '[' }, number, found);
                    behind
                }
                _ if is_word(first) => {
                    let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
                    let (word, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
                    // What ends a term of Erlang.
                    if word != "." {
                        self.add(Term::Word(word));
                    }
                    behind
                }
                _ => behind,
            };
        }
    }

    /// A text up to its end, and what is behind it. Texts of lock files have no
    /// ends of lines.
    fn quoted(&mut self, rest: &'t str, quote: char, number: usize, found: &mut Found) -> &'t str {
        let mut escaped = false;
        let end = rest.find(|c: char| {
            let is_end = c == quote && !escaped;
            escaped = c == '\\' && !escaped;
            is_end
        });
        let Some((text, behind)) = end.and_then(|end| rest.split_at_checked(end)) else {
            found.tell(Some(number), "a text that does not end", rest);
            return "";
        };
        let text = if text.contains('\\') { Cow::Owned(plain(text)) } else { Cow::Borrowed(text) };
        self.add(Term::Text(text));
        behind.strip_prefix(quote).unwrap_or(behind)
    }

    /// Closes the innermost group of a kind, with what stands open in it.
    fn closed(&mut self, open: char, number: usize, found: &mut Found) {
        if !self.groups.iter().any(|group| group.open == open) {
            return found.tell(Some(number), "a bracket that closes nothing", "");
        }
        while let Some(last) = self.groups.last() {
            let is_meant = last.open == open;
            if !is_meant {
                found.tell(Some(last.line), "a bracket that does not close", "");
            }
            self.close();
            if is_meant {
                return;
            }
        }
    }

    /// Puts the innermost group into the one around it; whether there is one.
    fn close(&mut self) -> bool {
        if self.groups.len() < 2 {
            return false;
        }
        let Some(group) = self.groups.pop() else { return false };
        self.add(Term::Group(group));
        true
    }

    fn add(&mut self, term: Term<'t>) {
        self.count += 1;
        if let Some(group) = self.groups.last_mut() {
            group.items.push(term);
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '@' | '.' | '-' | '+' | '?' | '!')
}

/// A text with what its backslashes stand before.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        plain.extend(if c == '\\' { characters.next() } else { Some(c) });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, comment: char) -> (String, Vec<Option<usize>>) {
        fn write(terms: &[Term<'_>], told: &mut String) {
            for term in terms {
                match term {
                    Term::Word(word) => *told += &format!("{word} "),
                    Term::Text(text) => *told += &format!("<{text}> "),
                    Term::Group(group) => {
                        told.push(group.open);
                        write(&group.items, told);
                        told.push_str(") ");
                    }
                }
            }
        }
        let mut found = Found::default();
        let mut told = String::new();
        write(&terms(text, comment, &mut found), &mut told);
        (told, found.finish().problems.into_iter().map(|problem| problem.line).collect())
    }

    #[test]
    fn terms_of_both_languages_are_read() {
        let elixir = "%{\n  # x\n  \"a\": {:hex, :\"b-c\", \"1.0\", [optional: false]},\n  \"d\" => {},\n}\n";
        assert_eq!(told(elixir, '#').0, "{<a> {hex <b-c> <1.0> [optional false ) ) <d> {) ) ");
        let erlang = "{\"1.2.0\",\n[{<<\"a\">>,{pkg,'b'},0}]}. % {\n[].\n";
        assert_eq!(told(erlang, '%').0, "{<1.2.0> [{<a> {pkg <b> ) 0 ) ) ) [) ");
        assert_eq!(told("\"a\\\"b\\\\\" c", '#').0, "<a\"b\\> c ");
    }

    #[test]
    fn what_stands_around_a_damage_is_read() {
        for (text, expected, line) in [
            ("{a,\n[b,\nc}\n{d}", "{a [b c ) ) {d ) ", Some(2)),
            ("{a]\n}", "{a ) ", Some(1)),
            ("\n}", "", Some(2)),
            ("{\"a\n b}", "{b ) ", Some(1)),
            ("a\n<<<<<<< HEAD\n{b}", "a {b ) ", Some(2)),
            ("{a\n{b", "{a {b ) ) ", Some(2)),
        ] {
            assert_eq!(told(text, '%'), (expected.to_owned(), vec![line]), "{text}");
        }
    }

    #[test]
    fn deep_and_many_terms_are_bounded() {
        for text in ["[".repeat(1 << 20), "{".repeat(1 << 20) + &"}".repeat(1 << 20), "[],".repeat(2 << 20)] {
            assert!(!told(&text, '#').1.is_empty());
        }
        let lines = "a\n".repeat(MOST + 10);
        assert_eq!(told(&lines, '#').1, [Some(MOST + 1)]);
    }
}
