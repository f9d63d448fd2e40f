//! Lists of dependencies for people.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use super::listing::Listing;
use crate::emit::markdown::visible;
use crate::inventory::{ChangeKind, Manifest, PackageChange, Pin, Place, Relation, Unlocked, together};
use crate::model::TagName;

/// What changed: of the project, then the files that moved.
pub(super) fn changes(listing: &Listing<'_>) -> String {
    let mut text = String::new();
    let name = name(listing);
    let Some(delta) = listing.delta else {
        return format!("{name}: there is no release before to compare with; --list lists what there is\n");
    };
    let previous = listing.previous_tag.map_or("the commit that is counted from", TagName::as_str);
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{name}, against {}", visible(previous));
    for (heading, pins) in [
        ("", &[Pin::Exact][..]),
        ("lowest versions that manifests take (no lock)", &[Pin::Floor][..]),
        ("what builds the project, moving or not said", &[Pin::Moving][..]),
        ("what weaker sources say of it: evidence neither for nor against", &[Pin::Outranked][..]),
        ("images, charts, forks and other versions that advisories do not speak of", &[Pin::Shown][..]),
    ] {
        let changes: Vec<&PackageChange> = delta.project.iter().filter(|change| pins.contains(&change.pin)).collect();
        if changes.is_empty() {
            continue;
        }
        let _ = if heading.is_empty() { writeln!(text) } else { writeln!(text, "\n{heading}") };
        for change in changes {
            let _ = writeln!(text, "{}", line(change));
        }
    }
    let moved: Vec<_> = delta.files.iter().filter(|file| !file.follows.is_empty()).collect();
    if !moved.is_empty() {
        let _ = writeln!(text, "\nfiles that took over what others said");
        for file in moved {
            let _ = writeln!(text, "  {} ← {}", visible(&file.path), joined(&file.follows, ", "));
        }
    }
    text.push_str(&open(listing));
    text
}

/// What is not known of what changed; that nothing did only where all is known.
fn open(listing: &Listing<'_>) -> String {
    let mut text = String::new();
    // Nothing of other people's code is among the changes.
    let unread: Vec<_> = listing.unread().into_iter().filter(|(file, _)| file.place != Place::Vendored).collect();
    let inventories = || listing.before.into_iter().chain([listing.inventory]);
    let damaged = |file: &&Manifest| !file.problems.is_empty() && file.place != Place::Vendored;
    let damaged: BTreeSet<&str> =
        inventories().flat_map(|of| &of.manifests).filter(damaged).map(|file| &*file.path).collect();
    let missing: BTreeSet<&str> = inventories().flat_map(|of| &of.missing).map(|path| &**path).collect();
    let unlocked: Vec<_> = listing.unlocked().into_iter().filter(|(file, _)| file.place != Place::Vendored).collect();
    if !unread.is_empty() || !damaged.is_empty() || !missing.is_empty() || !unlocked.is_empty() {
        let _ = writeln!(text, "\nnot known, because it is not read");
    } else if listing.delta.is_some_and(|delta| delta.project.is_empty()) {
        let _ = writeln!(text, "\nno dependency changed");
    }
    for (file, change) in unread {
        let (path, tool) = (visible(&file.path), file.lock.tool);
        let _ = writeln!(text, "  {path}, a lock file of {tool}: {}", change.map_or("the same", ChangeKind::as_str));
    }
    for (file, change) in unlocked {
        let became = match change {
            ChangeKind::Added => "is new",
            ChangeKind::Removed => "is gone",
            _ => "changed",
        };
        let _ = writeln!(text, "  {} {became}, and no lock file of it is read", visible(&file.path));
    }
    for path in damaged {
        let _ = writeln!(text, "  {}, or not all of it", visible(path));
    }
    for path in missing {
        let _ = writeln!(text, "  {}, which is not here, as in a partial clone", visible(path));
    }
    text
}

fn name(listing: &Listing<'_>) -> String {
    listing.tag.map_or_else(|| "unreleased commits".to_owned(), |tag| visible(tag.as_str()))
}

fn line(change: &PackageChange) -> String {
    format!(
        "  {:<10} {} {}{}",
        change.kind.as_str(),
        visible(&change.package.to_string()),
        sides(change),
        if change.shipped { "" } else { " (not shipped)" }
    )
}

/// What became of the versions; of several file by file and by compatible line.
fn sides(change: &PackageChange) -> String {
    match (&*change.from, &*change.to) {
        ([], to) => format!("new → {}", joined(to, ", ")),
        (from, []) => format!("{} → gone", joined(from, ", ")),
        ([from], [to]) => format!("{} → {}", visible(from), visible(to)),
        _ => {
            let clauses = together(&change.package, &change.moves);
            let moved = clauses.iter().map(|clause| clause.words(&visible));
            let new = change.new.iter().map(|version| format!("{} new", visible(version)));
            moved.chain(new).collect::<Vec<_>>().join(", ")
        }
    }
}

fn joined(texts: &[Arc<str>], separator: &str) -> String {
    texts.iter().map(|text| visible(text)).collect::<Vec<_>>().join(separator)
}

/// Every manifest and what it names.
pub(super) fn list(listing: &Listing<'_>) -> String {
    let mut text = String::new();
    for file in &listing.inventory.manifests {
        let place = match file.place {
            Place::Own => String::new(),
            place => format!(", {}", place.as_str()),
        };
        let _ = writeln!(text, "{} ({}{place})", visible(&file.path), file.format.as_str());
        for dependency in file.dependencies.iter() {
            let mut words = Vec::new();
            words.extend((dependency.relation != Relation::Unknown).then(|| dependency.relation.as_str()));
            let usage = dependency.usage.as_str();
            words.extend((!["runtime", "unknown"].contains(&usage)).then_some(usage));
            words.extend((dependency.pin != Pin::Exact).then(|| dependency.pin.as_str()));
            let words = if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) };
            let version = visible(&dependency.version);
            let _ = writeln!(text, "  {} {version}{words}", visible(&dependency.package.to_string()));
        }
        for problem in &file.problems {
            let line = problem.line.map(|line| format!("line {line}: ")).unwrap_or_default();
            let _ = writeln!(text, "  problem: {line}{}", visible(&problem.message));
        }
    }
    for (path, by) in &listing.inventory.void {
        let _ = writeln!(text, "{} does not count: {} stands beside it", visible(path), visible(by));
    }
    for file in &listing.inventory.unread {
        let _ = writeln!(text, "{} is not read, a lock file of {}", visible(&file.path), file.lock.tool);
    }
    for file in Unlocked::of(listing.inventory) {
        let _ = writeln!(text, "{} is not read, and has no lock file that is", visible(&file.path));
    }
    for path in &listing.inventory.missing {
        let _ = writeln!(text, "{} is not here, as in a partial clone", visible(path));
    }
    if text.is_empty() {
        let _ = writeln!(text, "{} has no manifest or lock file that secnotes knows", name(listing));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Delta, Dependency, Format, Inventory};

    /// A tree whose lock files, by path, have these versions of one crate.
    fn tree(files: &[(&str, &[&str])]) -> Inventory {
        let manifest = |(path, versions): &(&str, &[&str])| Manifest {
            path: Arc::from(*path),
            format: Format::CargoLock,
            place: Place::Own,
            dependencies: versions.iter().filter_map(|v| Dependency::exact("crates.io", "rand", v)).collect(),
            unpinned: Vec::new(),
            problems: Vec::new(),
        };
        Inventory::of(files.iter().map(manifest).collect())
    }

    fn told(from: &[(&str, &[&str])], to: &[(&str, &[&str])]) -> Option<String> {
        let delta = Delta::new(&tree(from), &tree(to));
        delta.project.first().map(|change| format!("{} {}", change.kind.as_str(), sides(change)))
    }

    #[test]
    fn several_versions_are_told_by_line() {
        let told = |from, to| told(&[("Cargo.lock", from)], &[("Cargo.lock", to)]).unwrap();
        assert_eq!(told(&["0.8.5", "0.9.2"], &["0.8.6", "0.9.4"]), "upgraded 0.8.5 → 0.8.6, 0.9.2 → 0.9.4");
        assert_eq!(told(&["0.7.3", "0.8.5"], &["0.8.5", "1.0.0"]), "upgraded 0.7.3 → 1.0.0");
        assert_eq!(told(&["0.8.5"], &["0.8.5", "0.9.2", "1.0.0"]), "changed 0.9.2 new, 1.0.0 new");
        assert_eq!(told(&["0.8.5", "0.9.2"], &["0.8.5"]), "changed 0.9.2 removed");
        assert_eq!(told(&["0.8.6", "0.9.2"], &["0.8.5", "0.9.4"]), "changed 0.8.6 → 0.8.5 (downgrade), 0.9.2 → 0.9.4");
        assert_eq!(told(&[], &["0.8.5", "0.9.2"]), "added new → 0.8.5, 0.9.2");
        assert_eq!(told(&["0.8.5", "0.9.2"], &[]), "removed 0.8.5, 0.9.2 → gone");
    }

    #[test]
    fn versions_are_paired_file_by_file() {
        let (a, b) = ("a/Cargo.lock", "b/Cargo.lock");
        let old: &[&str] = &["0.8.5"];
        let two = [(a, old), (b, old)];
        assert_eq!(told(&two, &[(a, &["0.8.6"]), (b, old)]).unwrap(), "upgraded 0.8.5 → 0.8.6");
        assert_eq!(told(&two, &[(a, &["0.8.4"]), (b, old)]).unwrap(), "downgraded 0.8.5 → 0.8.4 (downgrade)");
        // The files have the same versions taken together.
        let swapped = told(&[(a, &["0.8.5"]), (b, &["0.8.6"])], &[(a, &["0.8.6"]), (b, &["0.8.6"])]);
        assert_eq!(swapped.unwrap(), "upgraded 0.8.5 → 0.8.6");
        assert_eq!(told(&two, &[(a, old), (b, &[])]), None, "another file has it");
        assert_eq!(told(&[(a, old)], &[("c/Cargo.lock", &["0.8.6"])]).unwrap(), "upgraded 0.8.5 → 0.8.6");
    }
}
