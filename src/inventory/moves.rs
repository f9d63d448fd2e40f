//! What took a version's place: by compatible line, file by file.

use std::collections::{BTreeMap, BTreeSet};

use super::versions::versions_in_order;
use crate::model::PackageName;
use crate::model::order::{Key, Order};

/// What became of one version of a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// The version.
    pub from: String,
    /// What took its place; none where nothing did.
    pub to: Option<String>,
}

/// Several moves that are told together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moves {
    /// The earlier versions, in their order.
    pub from: Vec<String>,
    /// The later ones; none where they are gone.
    pub to: Vec<String>,
    /// Whether they are lower.
    pub is_downgrade: bool,
}

/// More clauses than this of one line are told as one.
const CLAUSES: usize = 2;

/// What took the place of versions of one file. What is still there has not moved.
#[must_use]
pub fn moves<'v>(
    package: &PackageName,
    of: impl IntoIterator<Item = &'v str>,
    before: &BTreeSet<&str>,
    after: &BTreeSet<&str>,
) -> BTreeSet<Move> {
    let mut gone = of.into_iter().filter(|version| !after.contains(version)).peekable();
    if gone.peek().is_none() {
        return BTreeSet::new();
    }
    let later = Later::new(package, before, after);
    gone.map(|from| Move { from: from.to_owned(), to: later.successor(from).map(str::to_owned) }).collect()
}

/// The later versions of a file, each list in their order.
struct Later<'v> {
    package: &'v PackageName,
    /// By line, those that were not there before.
    came: BTreeMap<Line, Vec<(Option<Key>, &'v str)>>,
    /// By line, all.
    all: BTreeMap<Line, Vec<(Option<Key>, &'v str)>>,
    /// Those of lines that had none before.
    new: Vec<(Option<Key>, &'v str)>,
}

impl<'v> Later<'v> {
    fn new(package: &'v PackageName, before: &BTreeSet<&str>, after: &BTreeSet<&'v str>) -> Self {
        let known: BTreeSet<Line> = before.iter().map(|version| Line::of(package, version)).collect();
        let mut keyed: Vec<_> = after.iter().map(|version| (key(package, version), *version)).collect();
        keyed.sort();
        let mut later = Self { package, came: BTreeMap::new(), all: BTreeMap::new(), new: Vec::new() };
        for (key, version) in keyed {
            let line = Line::of(package, version);
            if !before.contains(version) {
                later.came.entry(line.clone()).or_default().push((key.clone(), version));
            }
            if !known.contains(&line) {
                later.new.push((key.clone(), version));
            }
            later.all.entry(line).or_default().push((key, version));
        }
        later
    }

    /// Who used the one uses the other: in a line that is what package managers
    /// choose, of another line only what nothing else there became
    /// (`0.8.5, 0.9.2 → 0.9.4` moves 0.9.2 alone).
    fn successor(&self, from: &str) -> Option<&'v str> {
        let (own, line) = (key(self.package, from), Line::of(self.package, from));
        let of_line = [self.came.get(&line), self.all.get(&line)];
        of_line.into_iter().flatten().chain([&self.new]).find_map(|versions| {
            let above = versions.get(versions.partition_point(|(key, _)| *key < own));
            above.or(versions.last()).map(|(_, version)| *version)
        })
    }
}

fn key(package: &PackageName, version: &str) -> Option<Key> {
    Order::of_ecosystem(&package.ecosystem).and_then(|order| order.key(version))
}

/// Versions that may take each other's place without a change of who uses them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Line {
    /// All there are: a Go module has its major version in its path, and Python,
    /// Maven and most others install one version of a package.
    Only,
    /// Cargo and npm install one beside another, each the newest that a caret
    /// requirement takes: the numbers up to the first that is not zero.
    Caret(Vec<u64>),
}

impl Line {
    fn of(package: &PackageName, version: &str) -> Self {
        if !matches!(package.ecosystem.as_str(), "crates.io" | "npm") {
            return Self::Only;
        }
        let core = version.trim_start_matches('v').split(['-', '+']).next().unwrap_or_default();
        let mut numbers = Vec::new();
        for part in core.split('.') {
            let Ok(number) = part.parse() else { break };
            numbers.push(number);
            if number != 0 {
                break;
            }
        }
        Self::Caret(numbers)
    }
}

/// Earlier and later versions.
type Sides<'v> = (BTreeSet<&'v str>, BTreeSet<&'v str>);

/// Moves of all files, told together where they are of one line, in the order of
/// the versions. That a version is gone from one file is not told where another
/// file has its successor.
#[must_use]
pub fn together(package: &PackageName, moves: &BTreeSet<Move>) -> Vec<Moves> {
    let mut targets: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for Move { from, to } in moves {
        targets.entry(from).or_default().extend(to.as_deref());
    }
    let mut clauses: BTreeMap<(Line, BTreeSet<&str>), BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in targets {
        clauses.entry((Line::of(package, from), to)).or_default().insert(from);
    }
    let mut by_line: BTreeMap<&Line, Vec<Sides<'_>>> = BTreeMap::new();
    for ((line, to), from) in &clauses {
        by_line.entry(line).or_default().push((from.clone(), to.clone()));
    }
    let mut told = Vec::new();
    for clauses in by_line.into_values() {
        let (gone, mut moved): (Vec<_>, Vec<_>) = clauses.into_iter().partition(|(_, to)| to.is_empty());
        if moved.len() > CLAUSES {
            let all = moved.into_iter().reduce(|(mut from, mut to), (more_from, more_to)| {
                from.extend(more_from);
                to.extend(more_to);
                (from, to)
            });
            moved = Vec::from_iter(all);
        }
        told.extend(moved.into_iter().chain(gone).map(|(from, to)| clause(package, &from, &to)));
    }
    let lowest = |moves: &Moves| moves.from.first().and_then(|version| key(package, version));
    told.sort_by_cached_key(|moves| (lowest(moves), moves.from.clone(), moves.to.clone()));
    told
}

fn clause(package: &PackageName, from: &BTreeSet<&str>, to: &BTreeSet<&str>) -> Moves {
    let (from, to) = (versions_in_order(package, from), versions_in_order(package, to));
    let place = |version: Option<&String>| key(package, version?);
    let is_downgrade = place(to.last()).zip(place(from.first())).is_some_and(|(to, from)| to < from);
    Moves { from, to, is_downgrade }
}

impl Moves {
    /// The clause in words: `0.8.4 and 0.8.5 → 0.8.6`, `0.7.3 removed`. `shown` makes
    /// a version harmless where it is printed.
    #[must_use]
    pub fn words(&self, shown: &dyn Fn(&str) -> String) -> String {
        let list = |versions: &[String]| match versions {
            [] => String::new(),
            [one] => shown(one),
            [one, other] => format!("{} and {}", shown(one), shown(other)),
            [first, .., last] => format!("{} to {}", shown(first), shown(last)),
        };
        let downgrade = if self.is_downgrade { " (downgrade)" } else { "" };
        match self.to.as_slice() {
            [] => format!("{} removed", list(&self.from)),
            to => format!("{} → {}{downgrade}", list(&self.from), list(to)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files, each with its versions before and after.
    fn told(ecosystem: &str, files: &[(&[&'static str], &[&'static str])]) -> String {
        let package = PackageName { ecosystem: ecosystem.to_owned(), name: "parcel".to_owned() };
        let side = |versions: &[&'static str]| versions.iter().copied().collect::<BTreeSet<&str>>();
        let of_file = |(before, after): &(&[&'static str], &[&'static str])| {
            let (before, after) = (side(before), side(after));
            moves(&package, before.iter().copied(), &before, &after)
        };
        let all: BTreeSet<Move> = files.iter().flat_map(of_file).collect();
        let clauses = together(&package, &all);
        clauses.iter().map(|moves| moves.words(&str::to_owned)).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn lines_of_one_lock_file_are_paired() {
        for (before, after, words) in [
            (&["0.8.5", "0.9.2"][..], &["0.8.6", "0.9.4"][..], "0.8.5 → 0.8.6, 0.9.2 → 0.9.4"),
            (&["0.7.3", "0.8.5"], &["0.8.6"], "0.7.3 removed, 0.8.5 → 0.8.6"),
            (&["0.8.5", "0.9.2"], &["0.9.4"], "0.8.5 removed, 0.9.2 → 0.9.4"),
            (&["0.8.5", "0.9.2"], &["0.9.2"], "0.8.5 removed"),
            (&["0.8.5", "0.9.2"], &["1.0.0"], "0.8.5 → 1.0.0, 0.9.2 → 1.0.0"),
            (&["0.8.8"], &["0.8.11", "1.0.3"], "0.8.8 → 0.8.11"),
            (&["0.10.0"], &["0.12.0", "0.11.1"], "0.10.0 → 0.11.1"),
            (&["1.1.0", "1.5.0"], &["1.5.0"], "1.1.0 → 1.5.0"),
            (&["0.0.3"], &["0.0.4"], "0.0.3 → 0.0.4"),
            (&["0.0.3", "0.0.5"], &["0.0.5"], "0.0.3 removed"),
            (&["2.0.0-rc.1"], &["2.0.0"], "2.0.0-rc.1 → 2.0.0"),
            (&["1.5.0"], &["1.4.9"], "1.5.0 → 1.4.9 (downgrade)"),
            (&["1.5.0"], &[], "1.5.0 removed"),
        ] {
            assert_eq!(told("crates.io", &[(before, after)]), words, "{before:?}");
        }
    }

    #[test]
    fn other_ecosystems_have_one_line() {
        assert_eq!(
            told("Go", &[(&["0.38.0"], &["0.49.0"]), (&["0.43.0"], &["0.50.0"])]),
            "0.38.0 → 0.49.0, 0.43.0 → 0.50.0"
        );
        assert_eq!(told("PyPI", &[(&["2.31.0"], &["3.0.1"])]), "2.31.0 → 3.0.1");
        assert_eq!(told("Maven", &[(&["2.17.0", "2.12.4"], &["2.17.2"])]), "2.12.4 and 2.17.0 → 2.17.2");
        assert_eq!(told("NoSuchEcosystem", &[(&["b"], &["a"])]), "b → a");
    }

    #[test]
    fn files_are_told_together() {
        let files: &[(&[&'static str], &[&'static str])] =
            &[(&["3.8.0"], &["3.17.0"]), (&["3.11.0"], &["3.17.0"]), (&["3.8.0"], &[])];
        assert_eq!(told("crates.io", files), "3.8.0 and 3.11.0 → 3.17.0");
        let files: &[(&[&'static str], &[&'static str])] = &[
            (&["1.32.0"], &["1.44.2"]),
            (&["1.35.1"], &["1.45.0"]),
            (&["1.36.0"], &["1.44.2"]),
            (&["1.38.0"], &["1.44.2", "1.45.0"]),
            (&["1.38.0"], &["1.45.0"]),
            (&["0.2.25"], &[]),
        ];
        assert_eq!(told("crates.io", files), "0.2.25 removed, 1.32.0 to 1.38.0 → 1.44.2 and 1.45.0");
    }
}
