//! `yarn.lock` of yarn 1: entries by indentation, strings quoted where they must be.

use std::borrow::Cow;

use super::found::{Found, Said, exact, plain};
use super::lock_graph::LockGraph;
use super::merged::Merged;
use super::npm_source::{Source, name_and_range};
use crate::inventory::dependency::Pin;
use crate::inventory::more::More;
use crate::inventory::parsed::Parsed;
use crate::inventory::problem::Problem;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let mut lines = Lines::default();
    for (at, line) in text.lines().enumerate() {
        lines.take(at + 1, line.trim_end());
    }
    let Lines { entries, mut problems, .. } = lines;
    let mut found = Found::default();
    let mut merged = Merged::default();
    let mut graph = LockGraph::default();
    let mut nodes = Vec::new();
    for entry in &entries {
        let named = entry.descriptors.first().map(AsRef::as_ref).unwrap_or_default();
        let dependency = found.sound(entry.said(), || Some(entry.line), named);
        let node = graph.add(dependency.map(|found| merged.add(found)));
        for descriptor in &entry.descriptors {
            graph.describe(descriptor, node);
        }
        let (name, _) = entry.descriptors.first().map(|first| name_and_range(first)).unwrap_or_default();
        graph.name(name, node);
        nodes.push(node);
    }
    for (entry, node) in entries.iter().zip(nodes) {
        for (name, range, optional) in &entry.asks {
            if let Some(to) = graph.find(name, range) {
                graph.ask(node, to, *optional);
            }
        }
    }
    problems.extend(found.into_problems());
    Parsed { dependencies: merged.into_list().into(), problems, more: More::NodeLock(graph), ..Parsed::default() }
}

/// An entry: what asks for it, and what it is.
#[derive(Default)]
struct Entry<'a> {
    /// The line that it begins on.
    line: usize,
    descriptors: Vec<Cow<'a, str>>,
    version: Cow<'a, str>,
    resolved: Cow<'a, str>,
    asks: Vec<(Cow<'a, str>, Cow<'a, str>, bool)>,
}

impl Entry<'_> {
    fn said(&self) -> Said {
        // What is wrong with a key is told where it stands.
        let Some(first) = self.descriptors.first() else { return Ok(None) };
        let (name, range) = name_and_range(first);
        let name = range.strip_prefix("npm:").map_or(name, |alias| name_and_range(alias).0);
        let found = || exact("npm", Some(name), Some(&self.version));
        match self.source() {
            Source::Registry => found(),
            Source::Elsewhere => Ok(found()?.map(|found| found.pinned(Pin::Shown))),
            Source::Own => Ok(None),
        }
    }

    /// One range of several may be the address of what all of them get.
    fn source(&self) -> Source {
        let mut asked = self.descriptors.iter().map(|descriptor| Source::of_range(name_and_range(descriptor).1));
        asked.find(|source| *source != Source::Registry).unwrap_or_else(|| Source::of_address(&self.resolved))
    }
}

/// Which block of an entry the lines are in.
#[derive(Clone, Copy, Default, PartialEq)]
enum Block {
    #[default]
    Other,
    Dependencies,
    Optional,
}

/// What may be wrong with lines.
#[derive(Clone, Copy, PartialEq)]
enum Damage {
    Version,
    Merge,
    Stray,
}

#[derive(Default)]
struct Lines<'a> {
    entries: Vec<Entry<'a>>,
    block: Block,
    told: Vec<Damage>,
    problems: Vec<Problem>,
}

impl<'a> Lines<'a> {
    fn take(&mut self, number: usize, line: &'a str) {
        let content = line.trim_start();
        if content.is_empty() {
            return;
        }
        if let Some(comment) = content.strip_prefix('#') {
            let version = comment.trim_start().strip_prefix("yarn lockfile v");
            if let Some(version) = version.filter(|version| *version != "1") {
                self.tell(Damage::Version, number, version);
            }
            return;
        }
        if ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|marker| line.starts_with(marker)) {
            return self.tell(Damage::Merge, number, content);
        }
        match line.len() - content.len() {
            0 => self.begin(number, content),
            1..=3 => self.field(number, content),
            _ => self.ask(content),
        }
    }

    fn begin(&mut self, number: usize, content: &'a str) {
        self.block = Block::Other;
        let descriptors = content.strip_suffix(':').map(words).unwrap_or_default();
        if descriptors.is_empty() {
            self.tell(Damage::Stray, number, content);
        }
        // What follows a broken key is not the entry's before it.
        self.entries.push(Entry { line: number, descriptors, ..Entry::default() });
    }

    fn field(&mut self, number: usize, content: &'a str) {
        self.block = match content {
            "dependencies:" => Block::Dependencies,
            "optionalDependencies:" => Block::Optional,
            _ => Block::Other,
        };
        let Some(entry) = self.entries.last_mut() else { return self.tell(Damage::Stray, number, content) };
        if self.block == Block::Other {
            let mut found = words(content).into_iter();
            match (found.next().as_deref(), found.next()) {
                (Some("version"), Some(version)) => entry.version = version,
                (Some("resolved"), Some(resolved)) => entry.resolved = resolved,
                _ => {}
            }
        }
    }

    fn ask(&mut self, content: &'a str) {
        let Some(entry) = self.entries.last_mut().filter(|_| self.block != Block::Other) else { return };
        let mut found = words(content).into_iter();
        if let (Some(name), Some(range)) = (found.next(), found.next()) {
            entry.asks.push((name, range, self.block == Block::Optional));
        }
    }

    /// Tells of a damage, at its first line.
    fn tell(&mut self, damage: Damage, line: usize, content: &str) {
        if self.told.contains(&damage) {
            return;
        }
        self.told.push(damage);
        let message = match damage {
            Damage::Version => {
                format!("yarn lockfile v{} is not known; it is read as version 1 is", plain(content))
            }
            Damage::Merge => "it has an unfinished merge; both sides are read as one".to_owned(),
            Damage::Stray => format!("this line is of no entry: {}", plain(content)),
        };
        self.problems.push(Problem { line: Some(line), message });
    }
}

/// The words of a line, which blanks and commas part, and which JSON's quotes may hold together.
fn words(line: &str) -> Vec<Cow<'_, str>> {
    let mut found = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return found;
        }
        let end = if rest.starts_with('"') { end_of_quoted(rest) } else { rest.find([' ', '\t', ',']) };
        let (word, after) = end.and_then(|end| rest.split_at_checked(end)).unwrap_or((rest, ""));
        found.push(unquoted(word));
        rest = after;
    }
}

/// Where a quoted word ends, behind its quote.
fn end_of_quoted(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    let closes = |(_, byte): &(usize, u8)| {
        let closes = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        closes
    };
    text.bytes().enumerate().skip(1).find(closes).map(|(at, _)| at + 1)
}

fn unquoted(word: &str) -> Cow<'_, str> {
    let Some(inner) = word.strip_prefix('"') else { return Cow::Borrowed(word) };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    if inner.contains('\\') {
        serde_json::from_str(word).map_or(Cow::Borrowed(inner), Cow::Owned)
    } else {
        Cow::Borrowed(inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(parsed: &Parsed) -> Vec<String> {
        parsed.dependencies.iter().map(|found| format!("{} {}", found.package.name, found.version)).collect()
    }

    #[test]
    fn words_are_parted_by_blanks_and_commas_outside_of_quotes() {
        assert_eq!(words("a@1, \"b@>= 1, < 2\",c"), ["a@1", "b@>= 1, < 2", "c"]);
        assert_eq!(words(r#"  "a \"b\" \\" x"#), [r#"a "b" \"#, "x"]);
        assert_eq!(words("\"open"), ["open"]);
        assert_eq!(words(" ,, "), Vec::<&str>::new());
        assert_eq!(words("\""), [""]);
    }

    #[test]
    fn what_follows_a_broken_key_is_not_the_entrys_before_it() {
        let text = "left@^1:\n  version \"1.2.3\"\nright@^1\n  version \"9.9.9\"\nnext@^1:\n  version \"1.0.0\"\n";
        let parsed = read(text);
        assert_eq!(told(&parsed), ["left 1.2.3", "next 1.0.0"]);
        assert_eq!(parsed.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(3)]);
    }

    #[test]
    fn one_damage_is_told_once() {
        let parsed = read(&"# yarn lockfile v9\nstray\n<<<<<<< ours\n".repeat(1000));
        assert_eq!(parsed.problems.len(), 3);
    }

    #[test]
    fn one_address_among_ranges_says_where_all_of_them_come_from() {
        let text = "left@0.0.8, \"left@ssh://host.example/left.git#0.0.8\":\n  version \"0.0.8\"\n";
        assert_eq!(read(text).dependencies.first().map(|left| left.pin), Some(Pin::Shown));
    }

    #[test]
    fn lines_of_megabytes_are_read_once() {
        for text in [
            "\"a".repeat(1 << 20),
            "\\\"".repeat(1 << 20),
            format!("\"{}:\n", "\\".repeat(1 << 20)),
            " ".repeat(1 << 22),
        ] {
            assert!(read(&text).dependencies.is_empty());
        }
    }

    #[test]
    fn an_entry_without_a_version_is_told_with_its_line_and_a_folder_needs_none() {
        let text = "left@^1:\n  resolved \"https://x/left.tgz\"\n\nown@file:own:\n\nright@^1:\n  version \"1.0.0\"\n";
        let parsed = read(text);
        let problems: Vec<_> = parsed.problems.iter().map(|found| (found.line, found.message.as_str())).collect();
        assert_eq!(problems, [(Some(1), "a package without a version: left@^1")]);
        assert_eq!(told(&parsed), ["right 1.0.0"]);
    }
}
