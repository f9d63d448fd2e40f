//! Where each package is, before and after, and whether what a file does not
//! name is really not there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::side::{Inexact, NAMES_NOTHING, Side, Versions, take};
use super::{moved, runtimes, taken_over};
use crate::inventory::tree_path::{self, is_above};
use crate::inventory::{Format, Inventory, Manifest, Place, Succession, is_of_runtime};
use crate::model::PackageName;

/// The inventories of two releases, with what follows what.
pub(super) struct Pair<'i> {
    from: Option<Before<'i>>,
    to: Side<'i>,
}

struct Before<'i> {
    side: Side<'i>,
    succession: Succession,
    /// What there is to say of each file that nothing follows.
    gone: BTreeMap<usize, Gone>,
    /// The files that follow none, and that a manifest without a lock file stood in for.
    unlocked: BTreeSet<usize>,
}

/// Why what a file had may be there though it is gone; the same for all its packages.
struct Gone {
    /// What is said before any lock file that is not read.
    first: Option<&'static str>,
    then: Option<&'static str>,
}

impl<'i> Pair<'i> {
    pub(super) fn new(from: Option<&'i Inventory>, to: &'i Inventory) -> Self {
        let from = from.map(|inventory| {
            let succession = Succession::new(inventory, to);
            let gone = gone(inventory, to, &succession);
            let new = to.manifests.iter().enumerate().filter(|(at, _)| succession.before(*at).next().is_none());
            let unlocked = new.filter(|(_, file)| is_unlocked(inventory, file)).map(|(at, _)| at).collect();
            Before { side: Side::new(inventory), succession, gone, unlocked }
        });
        Self { from, to: Side::new(to) }
    }

    pub(super) const fn is_compared(&self) -> bool {
        self.from.is_some()
    }

    /// Every package that counts, before or after.
    pub(super) fn packages(&self) -> BTreeSet<&'i PackageName> {
        let before = self.from.iter().flat_map(|before| before.side.found.keys().copied());
        before.chain(self.to.found.keys().copied()).collect()
    }

    /// The files' versions of a package.
    pub(super) fn versions(&self, package: &PackageName) -> Vec<Versions<'i>> {
        let mut rows = self.by_file(package);
        let from = self.from.as_ref().map(|before| &before.side);
        if is_of_runtime(package) {
            runtimes::settle(&mut rows, package, from, &self.to);
        } else {
            taken_over::settle(&mut rows, from, &self.to);
        }
        rows
    }

    fn by_file(&self, package: &PackageName) -> Vec<Versions<'i>> {
        let nothing = BTreeMap::new();
        let after = self.to.found.get(package).unwrap_or(&nothing);
        let before = self.from.as_ref().and_then(|before| before.side.found.get(package)).unwrap_or(&nothing);
        let (mut rows, mut followed) = (Vec::new(), BTreeSet::new());
        let follows = |earlier: usize| self.from.iter().flat_map(move |before| before.succession.after(earlier));
        let places: BTreeSet<usize> = before.keys().copied().flat_map(follows).chain(after.keys().copied()).collect();
        for (at, file) in places.into_iter().filter_map(|at| Some((at, self.to.inventory.manifests.get(at)?))) {
            let earlier: Vec<usize> = self.from.iter().flat_map(|before| before.succession.before(at)).collect();
            let mut from: BTreeMap<&'i str, bool> = BTreeMap::new();
            for versions in earlier.iter().filter_map(|earlier| before.get(earlier)) {
                take(&mut from, versions);
            }
            followed.extend(earlier.iter().copied().filter(|earlier| before.contains_key(earlier)));
            let to = after.get(&at).cloned().unwrap_or_default();
            if !from.is_empty() || !to.is_empty() {
                let hidden_before = from.is_empty() && self.may_have_had((at, file), &earlier, package);
                let lost = if to.is_empty() { self.may_have(file, package) } else { None };
                rows.push(Versions { path: &file.path, from, to, hidden_before, lost });
            }
        }
        let gone = before.iter().filter(|(at, _)| !followed.contains(*at));
        rows.extend(gone.filter_map(|(at, versions)| {
            let earlier = self.from.as_ref()?;
            let file = earlier.side.inventory.manifests.get(*at)?;
            let lost = self.may_be_elsewhere(file, earlier.gone.get(at)?, package);
            let (from, to) = (versions.clone(), BTreeMap::new());
            Some(Versions { path: &file.path, from, to, hidden_before: false, lost })
        }));
        rows
    }

    /// Whether a package that came into a file may have been there before, unseen.
    fn may_have_had(&self, (at, file): (usize, &Manifest), earlier: &[usize], package: &PackageName) -> bool {
        let Some(before) = &self.from else { return false };
        // What a manifest asks for anew has come, as a rule: who names what another
        // package brought does so for a version that is fixed.
        let hides = |earlier: &Manifest| {
            let is_part = || !earlier.format.is_manifest() && !before.side.is_all_named(earlier, package);
            !earlier.problems.is_empty() || is_partial(earlier) || is_part()
        };
        let is_hidden = if earlier.is_empty() {
            // A list that is new says nothing of what came: it was shipped before, perhaps.
            file.format == Format::Sbom
                || unread_beside(before.side.inventory, tree_path::folder(&file.path), package).is_some()
                || before.unlocked.contains(&at)
        } else {
            earlier.iter().filter_map(|earlier| before.side.inventory.manifests.get(*earlier)).any(hides)
        };
        is_hidden || is_elsewhere(&before.side.inexact, &file.path, package)
    }

    /// Why a file may have a package that it does not name.
    fn may_have(&self, file: &Manifest, package: &PackageName) -> Option<&'static str> {
        if !file.problems.is_empty() {
            Some("its file cannot be read, or not all of it")
        } else if file.dependencies.is_empty() && (file.format.is_whole() || !self.to.is_all_named(file, package)) {
            Some(NAMES_NOTHING)
        } else if is_partial(file) {
            // "go.mod file: lazy module loading" (Go Modules Reference, 1.17).
            Some("a go.mod of before Go 1.17 names no modules that others need")
        } else {
            self.elsewhere(file, package)
        }
    }

    /// Why a package may be there though its file is gone.
    fn may_be_elsewhere(&self, file: &Manifest, gone: &Gone, package: &PackageName) -> Option<&'static str> {
        let unread = || unread_beside(self.to.inventory, file.format.home(&file.path), package);
        gone.first.or_else(unread).or(gone.then).or_else(|| self.elsewhere(file, package))
    }

    /// Why a package may be there beside a file, or above it, or with another one.
    fn elsewhere(&self, file: &Manifest, package: &PackageName) -> Option<&'static str> {
        if is_elsewhere(&self.to.inexact, &file.path, package) {
            return Some(
                "it is there in a version of which advisories do not speak: a fork, a lower bound, a vendored copy",
            );
        }
        // What the project still names somewhere is what it brings everywhere: the same
        // version, as a rule, where one of its modules does without.
        let at_home = |at: &usize| self.to.inventory.manifests.get(*at).is_some_and(|other| other.place == file.place);
        let is_named = self.to.found.get(package).is_some_and(|files| files.keys().any(at_home));
        (!is_named && !self.to.is_all_named(file, package))
            .then_some("its file does not name all that is used, and another package may still bring it")
    }
}

/// Whether a package stands beside a file, or above it, in a version of which
/// advisories do not speak.
fn is_elsewhere(inexact: &Inexact<'_>, path: &str, package: &PackageName) -> bool {
    let folder = tree_path::folder(path);
    // A Go module has its replacements for itself.
    let counts = |place: &str| if package.ecosystem == "Go" { place == folder } else { is_above(place, folder) };
    inexact.get(package).is_some_and(|places| places.iter().any(|place| counts(place)))
}

/// Why what the files had that nothing follows may be there all the same.
fn gone(from: &Inventory, to: &Inventory, succession: &Succession) -> BTreeMap<usize, Gone> {
    let moved = moved::reasons(from, to);
    let files = from.manifests.iter().enumerate().filter(|(at, _)| succession.after(*at).next().is_none());
    let told = |(at, file): (usize, &Manifest)| {
        let then = || moved.get(&file.format).copied();
        (at, Gone { first: is_not_here(file, to), then: is_replaced(file, to).or_else(then) })
    };
    files.map(told).collect()
}

fn is_not_here(gone: &Manifest, to: &Inventory) -> Option<&'static str> {
    if gone.format == Format::Sbom {
        return Some("its SBOM is gone, which takes away nothing of what is shipped");
    }
    if to.missing.iter().any(|missing| gone.path.starts_with(&**missing)) {
        return Some("its file is not here, as in a partial clone");
    }
    let leads =
        |other: &str| gone.path.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let is_elsewhere = to.elsewhere.iter().any(|other| leads(other));
    is_elsewhere.then_some("its file is a link or in a submodule now, which is not followed")
}

fn is_replaced(gone: &Manifest, to: &Inventory) -> Option<&'static str> {
    if is_unlocked(to, gone) {
        return Some("its lock file is gone, and the manifest beside it is not");
    }
    let copied = |file: &Manifest| file.place == Place::Vendored && file.dependencies == gone.dependencies;
    to.manifests.iter().any(copied).then_some("its file moved to where other people's code is")
}

/// Whether the manifest that a lock file stands beside is there, and no lock file
/// that says what this one says: none of another tool, none of a workspace above.
/// Then what it locked is still asked for, in versions that nothing says: calling that removed
/// would be a false fix.
fn is_unlocked(inventory: &Inventory, lock: &Manifest) -> bool {
    let (folder, name) = (lock.format.home(&lock.path), lock.path.rsplit('/').next().unwrap_or(&lock.path));
    let is_beside = |path: &Arc<str>| {
        let own = path.rsplit('/').next().unwrap_or(path);
        own != name && tree_path::folder(path) == folder && lock.format.has_companion(own)
    };
    let manifests = lock.format.companions();
    let locks = |file: &Manifest| {
        let within = is_above(file.format.home(&file.path), folder);
        // A catalog says what may be asked for, and nothing of the rest.
        let within = within && file.format != Format::GradleCatalog;
        let same = file.format.companions().iter().any(|manifest| manifests.contains(manifest));
        same && within && file.problems.is_empty() && !file.dependencies.is_empty()
    };
    inventory.companions.iter().any(is_beside) && !inventory.manifests.iter().any(locks)
}

/// What is told of a lock file beside a folder, if there is one that is not read
/// and may lock a package.
fn unread_beside(inventory: &Inventory, folder: &str, package: &PackageName) -> Option<&'static str> {
    let mut unread = inventory.unread.iter().filter(|file| file.place != Place::Vendored);
    let found = unread.find(|file| file.lock.locks(&package.ecosystem) && beside(&file.path, folder))?;
    Some(found.lock.lost)
}

/// Whether a file is in a folder, below it, or in one above it.
fn beside(path: &str, folder: &str) -> bool {
    is_above(tree_path::folder(path), folder) || is_above(folder, tree_path::folder(path))
}

/// Whether a file names only a part of what is built: up to Go 1.16, `go.mod`
/// names what the module itself imports, and may leave out the rest.
fn is_partial(file: &Manifest) -> bool {
    if file.format != Format::GoMod {
        return false;
    }
    let mut named = file.dependencies.iter();
    let go = named.find(|dependency| dependency.package.ecosystem == "Go" && dependency.package.name == "stdlib");
    let minor = |version: &str| {
        let mut parts = version.split('.');
        let (major, minor) = (parts.next()?.parse::<u32>().ok()?, parts.next()?);
        let digits: String = minor.chars().take_while(char::is_ascii_digit).collect();
        Some((major, digits.parse::<u32>().ok()?))
    };
    // Without a `go` line it is 1.16.
    go.and_then(|go| minor(&go.version)).is_none_or(|version| version < (1, 17))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Dependency;

    /// A tree of files, each with the packages that it has in a version.
    fn tree(files: impl Iterator<Item = (String, Vec<String>)>) -> Inventory {
        let manifest = |(path, names): (String, Vec<String>)| Manifest {
            place: Place::Own,
            format: Format::of(&path).unwrap(),
            path: path.into(),
            dependencies: names.iter().filter_map(|name| Dependency::exact("PyPI", name, "1.0")).collect(),
            unpinned: Vec::new(),
            problems: Vec::new(),
        };
        Inventory::of(files.map(manifest).collect())
    }

    fn rows(from: &Inventory, to: &Inventory) -> (usize, usize) {
        let pair = Pair::new(Some(from), to);
        let packages = pair.packages();
        let rows = |package: &&PackageName| pair.versions(package).len();
        (packages.len(), packages.iter().map(rows).sum())
    }

    /// To look through all files for each package would take minutes.
    #[test]
    fn a_package_is_only_looked_for_in_files_that_have_it() {
        let of = |at: usize| {
            let names = if at == 0 { (0..2_000).map(|at| format!("p{at}")).collect() } else { vec!["q".to_owned()] };
            (format!("f{at}/uv.lock"), names)
        };
        let tree = tree((0..10_000).map(of));
        assert_eq!(rows(&tree, &tree), (2_001, 2_000 + 9_999));
    }

    /// To compare all files with all new ones for each of their packages, too.
    #[test]
    fn files_that_are_gone_are_looked_for_once() {
        let side = |side: &str| {
            tree((0..1_500).map(|at| (format!("{side}{at}/uv.lock"), vec![format!("{side}a"), format!("{side}b")])))
        };
        assert_eq!(rows(&side("x"), &side("y")), (4, 6_000));
    }
}
