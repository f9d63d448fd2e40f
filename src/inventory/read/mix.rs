//! `mix.lock`: what Elixir's Mix locked (`Mix.Dep.Lock`, and `lock.ex` of Hex).

use super::found::Found;
use super::terms::{Group, Term, groups, is_version, terms};
use crate::inventory::dependency::{Dependency, Pin};
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file.
///
/// A key is an application; its package may have another name. What the project
/// itself asks for, and what for, stands in `mix.exs`. Packages of an
/// organization or of another repository than Hex's own are shown, as those of
/// git are: they are not the public ones of their names.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    let terms = terms(text, '#', &mut kept);
    // The first group is the whole map, or the list of before Elixir 1.0.
    for (group, is_top) in groups(&terms).zip(std::iter::once(true).chain(std::iter::repeat(false))) {
        for (key, entry) in group.items.iter().zip(group.items.iter().skip(1)) {
            let (Some(key), Some(entry)) = (key.text(), entry.tuple()) else { continue };
            match dependency(key, entry) {
                Entry::Found(found) => kept.add(Some(found)),
                Entry::Own => {}
                Entry::Broken => kept.tell(Some(entry.line), "an entry without a version", key),
                Entry::Other if is_top => kept.tell(Some(entry.line), "an entry of a kind that is not known", key),
                Entry::Other => {}
            }
        }
    }
    kept.finish()
}

/// What an entry says.
enum Entry {
    Found(Dependency),
    /// A folder of the project.
    Own,
    Broken,
    Other,
}

fn dependency(key: &str, entry: &Group<'_>) -> Entry {
    let Some(Term::Word(kind)) = entry.items.first() else { return Entry::Other };
    let version = |at: usize| entry.text(at).filter(|text| is_version(text));
    let found = match *kind {
        "hex" => entry.text(1).zip(version(2)).and_then(|(name, version)| {
            let is_public = entry.text(6).is_none_or(|repository| repository == "hexpm");
            let pin = if is_public { Pin::Exact } else { Pin::Shown };
            Some(Dependency::exact("Hex", name, version)?.pinned(pin))
        }),
        // Of before Elixir 1.0.
        "package" => version(1).and_then(|version| Dependency::exact("Hex", key, version)),
        "git" => entry.text(2).and_then(|state| Some(Dependency::exact("Hex", key, state)?.pinned(Pin::Shown))),
        "path" => return Entry::Own,
        _ => return Entry::Other,
    };
    found.map_or(Entry::Broken, Entry::Found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "%{\n  \"a\": {:hex, :a, \"1.0.0\", \"0a\", [:mix], [{:b, \"~> 1.0\", [hex: :b, repo: \"hexpm\", \
        optional: false]}], \"hexpm\", \"0b\"},\n  \"b\": {:hex, :b_c, \"1.2.0\", \"0a\", [:mix], [], \"hexpm:acme\", \"0b\"},\n  \
        \"c\": {:git, \"https://x/c.git\", \"0a1b\", [tag: \"v1\"]},\n}\n";

    fn told(text: &str) -> Vec<String> {
        let one = |found: &Dependency| format!("{} {} {}", found.package.name, found.version, found.pin.as_str());
        read(text).dependencies.iter().map(one).collect()
    }

    #[test]
    fn a_package_has_its_own_name_and_repository() {
        assert_eq!(told(SAMPLE), ["a 1.0.0 exact", "b_c 1.2.0 shown", "c 0a1b shown"]);
        assert_eq!(read(SAMPLE).problems, []);
        assert_eq!(told("[ \"a\": {:package, \"0.4.0\"} ]"), ["a 0.4.0 exact"]);
    }

    #[test]
    fn a_damaged_entry_hides_no_other() {
        for (from, to) in [(":a, \"1.0.0\"", ":a"), (":hex, :a", ":svn, :a"), ("\"1.0.0\"", "\"1.0.0")] {
            let parsed = read(&SAMPLE.replacen(from, to, 1));
            assert!(parsed.problems.iter().any(|problem| problem.line == Some(2)), "{to}");
            assert!(parsed.dependencies.iter().any(|found| found.package.name == "b_c"), "{to}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\",:a0%#<> \\n]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
