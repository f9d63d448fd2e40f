//! What a project's change logs say of a release, entry by entry, and which
//! commits an entry is about.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::titles::title;
use super::words::telling;
use crate::history::words::Word;
use crate::history::{Change, line_hash, message};
use crate::model::AdvisoryId;

/// The longest entry that is read as one: what is longer is a page of prose.
const MAX_ENTRY: usize = 2_000;

/// How many of the words of an entry and a title are the same for them to speak
/// of one change, and how many these are at least.
/// The part is of the shorter of the two, and a third of the longer has to be there: a title of
/// three words is in many long entries.
const ALIKE: f64 = 0.6;
const ALIKE_WORDS: usize = 3;

/// An entry of a change log.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) text: String,
    /// The advisories that it names.
    pub(super) ids: Vec<AdvisoryId>,
    /// The numbers of pull requests and issues that it names: `#12`, `!12`, `pull/12`.
    numbers: BTreeSet<u64>,
    /// The keys of issues of a tracker that it names: `ZOOKEEPER-4799`.
    keys: BTreeSet<String>,
    /// The commits that it names, at least seven digits of them.
    hashes: BTreeSet<String>,
    words: Vec<Word>,
    lines: FxHashSet<u64>,
}

/// What a commit tells of itself. A release may have thousands of commits and
/// of entries, so that each message is read once for all entries.
#[derive(Debug)]
pub(super) struct Told {
    id: String,
    numbers: BTreeSet<u64>,
    keys: BTreeSet<String>,
    /// The telling words of its title, ordered.
    title: Vec<Word>,
}

impl Told {
    pub(super) fn new(id: String, message: &str) -> Self {
        let (numbers, keys, _) = names(message);
        Self { id, numbers, keys, title: telling(title(message)) }
    }
}

impl Entry {
    fn new(text: String, lines: &[&str]) -> Self {
        let said = message::scan(&text);
        let ids: Vec<AdvisoryId> = said.mentions.iter().map(|mention| mention.id.clone()).collect();
        let (numbers, keys, hashes) = names(&text);
        let words = telling(&text);
        let lines = lines.iter().filter_map(|line| line_hash(line.as_bytes())).collect();
        Self { ids, numbers, keys, hashes, words, lines, text }
    }

    /// Whether the entry is about a commit: it names its hash, its number or its
    /// issue, was written by it, or says what its title says.
    pub(super) fn is_about(&self, commit: &Told, change: Option<&Change>) -> bool {
        self.hashes.iter().any(|hash| commit.id.starts_with(hash.as_str()))
            || self.is_written_by(change)
            || !self.numbers.is_disjoint(&commit.numbers)
            || !self.keys.is_disjoint(&commit.keys)
            || self.is_alike(&commit.title)
    }

    /// Whether a commit wrote the entry beside what it changed.
    fn is_written_by(&self, change: Option<&Change>) -> bool {
        let Some(change) = change.filter(|change| change.has_own_code()) else { return false };
        !self.lines.is_empty() && self.lines.iter().all(|line| change.added.binary_search(line).is_ok())
    }

    fn is_alike(&self, theirs: &[Word]) -> bool {
        let both = theirs.iter().filter(|word| self.words.binary_search(word).is_ok()).count();
        let fewer = theirs.len().min(self.words.len());
        let more = theirs.len().max(self.words.len());
        both >= ALIKE_WORDS && both as f64 >= ALIKE * fewer as f64 && both as f64 * 3.0 >= ALIKE * more as f64
    }
}

/// The entries of some lines: a bullet, an element, or a paragraph each.
pub(super) fn entries(lines: &[String]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut close = |open: &mut Vec<&str>| {
        let text = open.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
        if text.len() <= MAX_ENTRY && text.bytes().filter(u8::is_ascii_alphabetic).count() > 8 {
            entries.push(Entry::new(text, open));
        }
        open.clear();
    };
    for line in lines {
        let bare = line.trim();
        if bare.is_empty() || begins(bare) {
            close(&mut open);
        }
        if !bare.is_empty() {
            open.push(line);
        }
    }
    close(&mut open);
    entries
}

/// Whether a line begins an entry.
/// Beside Markdown's bullets these are those of plain text, of reStructuredText and of change logs
/// in XML, which have an element for each entry.
fn begins(line: &str) -> bool {
    let marks =
        ["- ", "* ", "+ ", "o ", "• ", "*) ", ".. ", "<fix>", "<li>", "<action", "<update>", "<add>", "<scode>"];
    marks.iter().any(|mark| line.starts_with(mark))
        || line.starts_with('#')
        || line.split_once([')', '.']).is_some_and(|(number, rest)| {
            rest.starts_with(' ')
                && !number.is_empty()
                && number.len() < 4
                && number.bytes().all(|b| b.is_ascii_digit())
        })
}

/// The numbers, keys and hashes that a text names.
fn names(text: &str) -> (BTreeSet<u64>, BTreeSet<String>, BTreeSet<String>) {
    let (mut numbers, mut keys, mut hashes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let text = text.get(..text.floor_char_boundary(16 * 1024)).unwrap_or(text);
    let parts = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '#' | '!' | '-' | '/' | '_')));
    for part in parts {
        for piece in part.split('/') {
            let digits = piece.rsplit_once(['#', '!']).map(|(_, digits)| digits);
            let digits = digits.or_else(|| piece.strip_prefix("GH-")).or_else(|| piece.strip_prefix("gh-"));
            numbers.extend(digits.and_then(|digits| digits.parse::<u64>().ok()));
            // What these begin looks like an issue's key and is none: `CVE-2024`, `UTF-8`, `SHA-256`.
            let key = piece.split_once('-').filter(|(name, number)| {
                name.len() > 1
                    && name.bytes().all(|byte| byte.is_ascii_uppercase())
                    && !matches!(
                        *name,
                        "CVE" | "CWE" | "GHSA" | "RFC" | "SHA" | "UTF" | "ISO" | "TLS" | "HTTP" | "GO" | "GH"
                    )
                    && !number.is_empty()
                    && number.bytes().all(|byte| byte.is_ascii_digit())
            });
            keys.extend(key.map(|_| piece.to_owned()));
            // Git abbreviates to seven at least. Digits and letters both: `20240131` is a date, and `defaced` a
            // word.
            let hash = (7..=40).contains(&piece.len())
                && piece.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
                && piece.bytes().any(|byte| byte.is_ascii_digit())
                && piece.bytes().any(|byte| byte.is_ascii_alphabetic());
            hashes.extend(hash.then(|| piece.to_owned()));
        }
        // `pull/12`, `issues/12`
        let mut path = part.split('/').peekable();
        while let Some(piece) = path.next() {
            if matches!(piece, "pull" | "issues" | "merge_requests" | "pulls") {
                numbers.extend(path.peek().and_then(|number| number.parse::<u64>().ok()));
            }
        }
    }
    (numbers, keys, hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<Entry> {
        entries(&text.lines().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn entries_are_bullets_elements_and_paragraphs() {
        let texts: Vec<String> =
            all("## 1.2.3\n\n- Bound the header table.\n  It grew without end. (#12)\n- Fix a typo in the manual\n\n\
             <fix>Close the channel twice</fix>\n<fix>\nKeep the session\n</fix>\n")
            .into_iter()
            .map(|entry| entry.text)
            .collect();
        assert_eq!(
            texts,
            [
                "- Bound the header table. It grew without end. (#12)",
                "- Fix a typo in the manual",
                "<fix>Close the channel twice</fix>",
                "<fix> Keep the session </fix>"
            ]
        );
    }

    #[test]
    fn an_entry_is_about_what_it_names() {
        let entry = &all("* Limit the depth of nested lists. [#4711, ZOOKEEPER-12] CVE-2024-1001 by 1a2b3c4d5e")[0];
        assert_eq!(entry.ids.len(), 1);
        let is_about = |id: &str, message: &str, change: Option<&Change>| {
            entry.is_about(&Told::new(id.to_owned(), message), change)
        };
        assert!(is_about("ffff", "ZOOKEEPER-12: bound it", None));
        assert!(is_about("ffff", "Bound it\n\nCloses #4711", None));
        assert!(is_about("1a2b3c4d5e6f", "x", None));
        assert!(is_about("ffff", "Limit depth of nested lists", None));
        assert!(!is_about("ffff", "ZOOKEEPER-13: bound the list (#47)", None));
        let lines: Vec<u64> = entry.lines.iter().copied().collect();
        let with = |path: &str| Change { paths: vec![path.to_owned()], added: lines.clone(), ..Change::default() };
        let (code, notes) = (with("src/list.c"), with("CHANGES.md"));
        assert!(is_about("ffff", "x", Some(&code)));
        assert!(!is_about("ffff", "x", Some(&notes)), "who writes notes alone fixed nothing");
    }
}
