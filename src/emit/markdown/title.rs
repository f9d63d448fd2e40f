//! An advisory's title beside its package's name: without saying the name again.
//!
//! Go's database ends every title with the module's path, GitHub's often begins or
//! ends with the name: `Prototype Pollution in minimist`. Where the name only
//! closes or opens the title it goes; a sentence that needs it stays whole, as does
//! a title of which no two words would be left.

use crate::advisory::go_major;
use crate::model::Remote;

/// Words that may stand beside the name: `in the openssl crate`.
const NOUNS: [&str; 8] = ["the", "crate", "package", "library", "module", "gem", "github", "com"];

/// Words that say nothing without what follows `in`: `found in minimist`.
const NEEDING: [&str; 18] = [
    "used",
    "found",
    "present",
    "exists",
    "exist",
    "discovered",
    "identified",
    "reported",
    "fixed",
    "introduced",
    "contained",
    "implemented",
    "is",
    "are",
    "was",
    "and",
    "or",
    "of",
];

/// No title says the name more often at its end; a hostile one may.
const TIMES: usize = 3;

/// The title of an advisory about a package of this name.
pub(super) fn short(title: &str, package: &str) -> String {
    let name = Name::of(package);
    let mut rest = title.trim();
    // `… in ring in github.com/briansmith/ring`.
    for _ in 0..TIMES {
        rest = name.without_end(rest).unwrap_or(rest);
    }
    let ended = match name.within(rest) {
        Some((before, folder)) => format!("{before} in {folder}"),
        None => rest.to_owned(),
    };
    match name.without_beginning(&ended) {
        Some(begun) => capitalised(begun),
        None => ended,
    }
}

/// A title of the project's own advisory without its address at the end, which Go's database
/// adds to each: `… in github.com/owner/name/v2`.
pub(super) fn without_module<'t>(title: &'t str, remote: Option<&Remote>) -> &'t str {
    let own = |module: &str| {
        let address = remote.map(Remote::as_str).filter(|address| !address.is_empty());
        let module = module.to_lowercase();
        let rest = address.and_then(|address| module.strip_prefix(address));
        !module.contains(' ') && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let parted = title.trim().rsplit_once(" in ").filter(|(before, module)| own(module) && stands_alone(before));
    parted.map_or(title, |(before, _)| before)
}

/// The name of a package.
struct Name<'n> {
    whole: &'n str,
    /// All words of it, in lower case.
    words: Vec<String>,
    /// The words of what people call it: the last part, but for a major version.
    own: Vec<String>,
}

impl<'n> Name<'n> {
    fn of(package: &'n str) -> Self {
        let whole = go_major(package).0;
        let own = whole.rsplit(['/', ':']).next().unwrap_or(whole);
        Self { whole, words: words(whole), own: words(own) }
    }

    /// Whether a text is the name: its own words, perhaps with others of it.
    fn is_called(&self, text: &str) -> bool {
        let text = go_major(text.trim()).0;
        let said = words(text);
        let known = |word: &String| self.words.contains(word) || NOUNS.contains(&word.as_str());
        let is_own = |said: &[String]| !self.own.is_empty() && self.own.iter().all(|word| said.contains(word));
        // The address of its repository: `github.com/briansmith/ring` of `ring`.
        let last = text.rsplit_once('/').map(|(_, last)| words(last));
        let is_address = !text.contains(' ') && last.is_some_and(|last| last == self.own);
        is_address || said.iter().all(known) && is_own(&said)
    }

    fn without_end<'t>(&self, title: &'t str) -> Option<&'t str> {
        let (before, name) = title.trim_end_matches('.').rsplit_once(" in ")?;
        (self.is_called(name) && stands_alone(before)).then_some(before)
    }

    /// A folder of the package that the title ends with: `golang.org/x/net/html`.
    fn within<'t>(&self, title: &'t str) -> Option<(&'t str, &'t str)> {
        let (before, path) = title.rsplit_once(" in ")?;
        let folder = path.strip_prefix(self.whole)?.strip_prefix('/')?;
        (!folder.is_empty() && !folder.contains(' ')).then_some((before, folder))
    }

    fn without_beginning<'t>(&self, title: &'t str) -> Option<&'t str> {
        let bracketed = title.strip_prefix('[').and_then(|rest| rest.split_once("] "));
        let (name, rest) = bracketed.or_else(|| title.split_once(": "))?;
        (self.is_called(name) && stands_alone(rest)).then_some(rest.trim_start())
    }
}

/// Whether a title says something without the name that it had.
fn stands_alone(title: &str) -> bool {
    let last = title.split_whitespace().next_back().unwrap_or_default().to_ascii_lowercase();
    title.split_whitespace().nth(1).is_some() && !NEEDING.contains(&last.as_str())
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// With a capital letter, where it begins with a word and not with an identifier.
fn capitalised(title: &str) -> String {
    let first = title.split(' ').next().unwrap_or_default();
    let is_word = first.len() > 1 && first.chars().all(|c| c.is_ascii_lowercase());
    match title.split_at_checked(1) {
        Some((initial, rest)) if is_word => initial.to_ascii_uppercase() + rest,
        _ => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Titles as published, with the package of the record, and what is left of
    /// them, chosen by hand.
    #[test]
    fn real_titles_lose_the_name_and_nothing_else() {
        let table = include_str!("titles.tsv");
        let mut wrong = Vec::new();
        for line in table.lines().skip(1) {
            let [package, title, right] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            let right = if right == "=" { title } else { right };
            let made = short(title, package);
            if made != right {
                wrong.push(format!("{package}: {title}\n  {made}\n  {right}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(table.lines().count() > 100);
    }

    #[test]
    fn the_project_s_own_address_is_no_part_of_a_title() {
        let remote: Remote = "github.com/Acme/Widget".parse().unwrap();
        let of = |title: &'static str| without_module(title, Some(&remote));
        assert_eq!(of("Denial of service in github.com/acme/widget"), "Denial of service");
        assert_eq!(of("Denial of service in github.com/acme/widget/v2"), "Denial of service");
        for title in ["Bug in github.com/acme/widgets", "Crash in parser", "in github.com/acme/widget", ""] {
            assert_eq!(of(title), title);
        }
        assert_eq!(without_module("A crash in github.com/acme/widget", None), "A crash in github.com/acme/widget");
    }

    #[test]
    fn odd_titles_stay() {
        for title in
            ["", "in x", " in ", "in parcel", ": ", "[parcel] ", "[parcel]", "parcel: ", "a in b in parcel in "]
        {
            assert_eq!(short(title, "parcel"), title.trim(), "{title}");
        }
        assert_eq!(short("Odd thing in it", ""), "Odd thing in it");
        assert_eq!(short("É in ü: ß crash in Ünï", "ünï"), "É in ü: ß crash");
    }
}
