//! Which file of a later tree says what an earlier file said: files move, are
//! merged into one, are parted, and change their format.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::is_of_runtime;
use super::contents::Inventory;
use super::place::Place;
use super::tree::Manifest;
use super::tree_path::folder;
use crate::model::PackageName;

/// The files of two trees, and which follow which, by their places in the trees'
/// lists. A file may follow several, and be followed by several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Succession {
    /// (earlier, later), ordered.
    pairs: Vec<(usize, usize)>,
    /// (later, earlier), ordered.
    turned: Vec<(usize, usize)>,
}

/// A file that keeps this part of another's packages is its successor: an
/// update changes versions, and seldom most of the names.
/// Without a successor everything in a file that moved would be removed, and come anew.
const KEPT: f64 = 0.5;

/// Packages of fewer names than this say nothing by their likeness: two small
/// projects may use the same three.
const FEWEST: usize = 4;

impl Succession {
    /// Finds what follows what. A file of the same path follows its namesake.
    /// Of the others a file that is gone is followed by the file, of the same
    /// ecosystem, that has most of its packages; a new file follows likewise.
    /// Where a tool is changed (`package-lock.json` to `pnpm-lock.yaml`) the format says nothing and
    /// the packages tell.
    #[must_use]
    pub fn new(from: &Inventory, to: &Inventory) -> Self {
        let earlier: Vec<Names<'_>> = from.manifests.iter().map(Names::of).collect();
        let later: Vec<Names<'_>> = to.manifests.iter().map(Names::of).collect();
        let at: BTreeMap<&str, usize> = to.manifests.iter().enumerate().map(|(at, file)| (&*file.path, at)).collect();
        let mut pairs = BTreeSet::new();
        let mut gone = Vec::new();
        for (index, file) in from.manifests.iter().enumerate() {
            match at.get(&*file.path) {
                Some(other) => {
                    pairs.insert((index, *other));
                }
                None => gone.push(index),
            }
        }
        let followed: BTreeSet<usize> = pairs.iter().map(|(_, later)| *later).collect();
        let new: Vec<usize> = (0..later.len()).filter(|index| !followed.contains(index)).collect();
        for index in &gone {
            // What is new is the likelier home of what is gone; of what was there
            // already only a workspace's, which stands above what it takes over.
            let same = new.iter().copied().find(|later_index| same(&earlier, *index, &later, *later_index));
            let above: Vec<usize> = (0..later.len()).filter(|at| above(&earlier, *index, &later, *at)).collect();
            let home = same
                .or_else(|| best(*index, &earlier, &new, &later))
                .or_else(|| best(*index, &earlier, &above, &later));
            pairs.extend(home.map(|home| (*index, home)));
        }
        let homes: BTreeSet<usize> = pairs.iter().map(|(_, later)| *later).collect();
        for index in new.into_iter().filter(|index| !homes.contains(index)) {
            pairs.extend(best(index, &later, &gone, &earlier).map(|origin| (origin, index)));
        }
        let mut turned: Vec<_> = pairs.iter().map(|(earlier, later)| (*later, *earlier)).collect();
        turned.sort_unstable();
        Self { pairs: pairs.into_iter().collect(), turned }
    }

    /// The earlier files that a later one follows.
    pub fn before(&self, later: usize) -> impl Iterator<Item = usize> + '_ {
        paired(&self.turned, later)
    }

    /// The later files that follow an earlier one.
    pub fn after(&self, earlier: usize) -> impl Iterator<Item = usize> + '_ {
        paired(&self.pairs, earlier)
    }
}

/// What a file is paired with, in ordered pairs.
fn paired(pairs: &[(usize, usize)], of: usize) -> impl Iterator<Item = usize> + '_ {
    let begin = pairs.partition_point(|(file, _)| *file < of);
    pairs.iter().skip(begin).take_while(move |(file, _)| *file == of).map(|(_, other)| *other)
}

/// Whether two files say the same, so that one is the other's new place.
fn same(earlier: &[Names<'_>], a: usize, later: &[Names<'_>], b: usize) -> bool {
    let (Some(a), Some(b)) = (earlier.get(a), later.get(b)) else { return false };
    let moved = a.file.format == b.file.format && a.file.dependencies == b.file.dependencies;
    moved && !a.packages.is_empty() && b.file.place != Place::Vendored
}

/// Whether a later file is of the same format, in a folder above.
fn above(earlier: &[Names<'_>], a: usize, later: &[Names<'_>], b: usize) -> bool {
    let (Some(a), Some(b)) = (earlier.get(a), later.get(b)) else { return false };
    let (folder, own) = (b.folder(), a.folder());
    let is_above = || folder.is_empty() || own.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    a.file.format == b.file.format && is_above()
}

/// What a file names, for likeness.
struct Names<'m> {
    file: &'m Manifest,
    packages: BTreeSet<&'m PackageName>,
}

impl<'m> Names<'m> {
    fn of(file: &'m Manifest) -> Self {
        // Every module has Go itself, and every workflow what it sets up.
        let packages = file.dependencies.iter().map(|dependency| &*dependency.package);
        let packages = packages.filter(|package| !is_of_runtime(package));
        Self { file, packages: packages.collect() }
    }

    fn folder(&self) -> &str {
        folder(&self.file.path)
    }
}

/// The candidate that has the largest part of a file's packages, if that is
/// most of them; of equals one in the same folder, then the first.
fn best(index: usize, of: &[Names<'_>], candidates: &[usize], others: &[Names<'_>]) -> Option<usize> {
    let file = of.get(index)?;
    let few = file.packages.len() < FEWEST;
    let likeness = |candidate: &usize| {
        let other = others.get(*candidate)?;
        let near = other.folder() == file.folder();
        // Somebody else's copy is no home of the project's own file.
        if other.file.place != file.file.place || (few && !near) || file.packages.is_empty() {
            return None;
        }
        let kept = file.packages.intersection(&other.packages).count() as f64 / file.packages.len() as f64;
        (kept >= KEPT).then_some((kept, near))
    };
    let rated = candidates.iter().filter_map(|candidate| Some((likeness(candidate)?, *candidate)));
    let better = |a: &((f64, bool), usize), b: &((f64, bool), usize)| {
        a.0.0.total_cmp(&b.0.0).then(a.0.1.cmp(&b.0.1)).then(b.1.cmp(&a.1))
    };
    rated.max_by(better).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Dependency, Format, Place};
    use super::*;

    fn inventory(files: &[(&str, &str)]) -> Inventory {
        let manifest = |(path, packages): &(&str, &str)| Manifest {
            path: Arc::from(*path),
            format: Format::of(path).unwrap(),
            place: Place::of(path),
            dependencies: packages.split(' ').filter_map(|name| Dependency::exact("PyPI", name, "1")).collect(),
            unpinned: Vec::new(),
            problems: Vec::new(),
        };
        Inventory::of(files.iter().map(manifest).collect())
    }

    fn pairs(from: &[(&str, &str)], to: &[(&str, &str)]) -> Vec<(usize, usize)> {
        Succession::new(&inventory(from), &inventory(to)).pairs
    }

    #[test]
    fn a_file_that_moves_or_changes_its_format_has_a_successor() {
        assert_eq!(pairs(&[("poetry.lock", "a b c d")], &[("uv.lock", "a b c d e")]), [(0, 0)]);
        assert_eq!(pairs(&[("x/uv.lock", "a b c d")], &[("y/uv.lock", "a b c")]), [(0, 0)]);
        assert_eq!(pairs(&[("x/uv.lock", "a b c d")], &[("y/uv.lock", "e f g h")]), []);
    }

    #[test]
    fn many_files_that_become_one_are_all_followed_by_it() {
        let from = [("a/Cargo.lock", "a b c d"), ("b/Cargo.lock", "c d e f"), ("Cargo.lock", "x y")];
        assert_eq!(pairs(&from, &[("Cargo.lock", "a b c d e f x y")]), [(0, 0), (1, 0), (2, 0)]);
        let to = [("a/Cargo.lock", "a b c d"), ("b/Cargo.lock", "c d e f")];
        assert_eq!(pairs(&[("Cargo.lock", "a b c d e f")], &to), [(0, 0), (0, 1)]);
    }

    #[test]
    fn pairs_are_found_from_both_sides() {
        let from = [("a/Cargo.lock", "a b c d"), ("b/Cargo.lock", "c d e f"), ("c/Cargo.lock", "x")];
        let to = [("Cargo.lock", "a b c d e f"), ("c/Cargo.lock", "x")];
        let found = Succession::new(&inventory(&from), &inventory(&to));
        let all = |of: &dyn Fn(usize) -> Vec<usize>| (0..3).map(of).collect::<Vec<_>>();
        assert_eq!(all(&|earlier| found.after(earlier).collect()), [vec![0], vec![0], vec![1]]);
        assert_eq!(all(&|later| found.before(later).collect()), [vec![0, 1], vec![2], vec![]]);
    }

    #[test]
    fn small_files_and_other_people_s_are_not_taken_for_each_other() {
        assert_eq!(pairs(&[("x/uv.lock", "a b")], &[("y/uv.lock", "a b c")]), []);
        assert_eq!(pairs(&[("x/uv.lock", "a b")], &[("y/uv.lock", "a b")]), [(0, 0)], "it only moved");
        assert_eq!(pairs(&[("poetry.lock", "a b")], &[("uv.lock", "a b")]), [(0, 0)]);
        assert_eq!(pairs(&[("x/uv.lock", "a b c d")], &[("vendor/x/uv.lock", "a b c d")]), []);
    }
}
