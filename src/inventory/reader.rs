//! The manifests and lock files of commits, from git's objects.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::contents::Inventory;
use super::dependency::Dependency;
use super::format::Format;
use super::known::{AllKnown, Known};
use super::parsed::Parsed;
use super::problem::Problem;
use super::read::found::quoted;
use super::read::toolchain::Syntax;
use super::read::{LARGEST, parse, parse_toolchain, too_large};
use super::resolve;
use super::rules::Rules;
use super::tree;
use super::unlocked::Unlocked;
use super::unread::Unread;
use super::void::{Void, void_by};
use crate::history::{BlobId, Error, FileAt, Files, Repository, Trees};
use crate::limits::Exceeded;
use crate::model::{CommitId, PackageName};

/// Files that include files that include files: real ones do so once or twice.
/// What is behind more is told: the file is not read whole.
const DEEPEST_INCLUDE: usize = 4;

/// The most files of one tree that are read because others include them, and that
/// are looked for: projects name many that a build writes. Large ones of .NET share
/// some hundred.
const MOST_INCLUDED: usize = 500;
const MOST_LOOKED_FOR: usize = 2_000;

/// What a name or a version takes that no other file has, in bytes.
const SHARED: usize = 128;

const OVER: &str = "what the manifests and lock files of the compared commits say takes";

/// The most files that are parsed at once, and bytes of them.
const CHUNK: usize = 256;
const CHUNK_BYTES: u64 = 16 << 20;

/// Files in parts of which each is parsed at once.
fn chunks<'a, Q>(repository: &Repository, asked: &'a [(BlobId, Q)]) -> impl Iterator<Item = &'a [(BlobId, Q)]> {
    let mut rest = asked;
    std::iter::from_fn(move || {
        let mut bytes = 0u64;
        let fit = rest.iter().take(CHUNK).take_while(|(blob, _)| {
            let first = bytes == 0;
            bytes = bytes.saturating_add(repository.size(*blob).unwrap_or(0).max(1));
            first || bytes <= CHUNK_BYTES
        });
        let (chunk, left) = rest.split_at_checked(fit.count())?;
        rest = left;
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// The files of a tree that others make void, and by which.
fn void(files: &Files) -> Void {
    let is_here = |path: &str| files.files.binary_search_by(|file| (*file.path).cmp(path)).is_ok();
    files.files.iter().filter_map(|file| Some((Arc::clone(&file.path), void_by(&file.path, is_here)?))).collect()
}

/// The files of a tree but for some, which are ordered as they are.
fn without(files: &Files, void: &Void) -> Arc<Files> {
    let is_void = |file: &&FileAt| void.binary_search_by(|(path, _)| path.cmp(&file.path)).is_ok();
    let rest = files.files.iter().filter(|file| !is_void(file)).cloned().collect();
    let (missing, elsewhere) = (files.missing.clone(), files.elsewhere.clone());
    Arc::new(Files { files: rest, missing, elsewhere, submodules: files.submodules.clone() })
}

/// What a file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum As {
    Format(Format),
    /// By the rule of this number: equal files may be written in other ways by their names.
    Toolchain(usize, Syntax),
}

/// A file that is read, and as what.
struct Wanted {
    path: Arc<str>,
    blob: BlobId,
    how: As,
}

/// The files of a commit's tree: what is read of it, all with what each is by its
/// name, and what others make void.
type Listed = (CommitId, Vec<Wanted>, (Arc<Files>, Vec<Known>), Void);

/// What was looked for of what the files of one tree include.
#[derive(Default)]
struct Followed {
    looked_for: FxHashSet<String>,
    found: usize,
}

/// Reads inventories. Equal files are read once, however many commits have them.
#[derive(Debug)]
pub struct Reader<'r> {
    repository: &'r Repository,
    rules: &'r Rules,
    trees: Trees<'r>,
    known: AllKnown,
    parsed: FxHashMap<(BlobId, As), Option<Arc<Parsed>>>,
    names: FxHashSet<Arc<PackageName>>,
    versions: FxHashSet<Arc<str>>,
    /// How many bytes of memory what was parsed takes, about.
    taken: u64,
}

impl<'r> Reader<'r> {
    /// Reads from a repository by rules.
    #[must_use]
    pub fn new(repository: &'r Repository, rules: &'r Rules) -> Self {
        let wanted = |path: &str| {
            let ruled = || rules.toolchains.iter().any(|rule| rule.files.matches(path));
            (Known::is_any(path) || ruled()) && !rules.ignored.matches(path)
        };
        Self {
            repository,
            rules,
            trees: Trees::new(repository, wanted),
            known: AllKnown::default(),
            parsed: FxHashMap::default(),
            names: FxHashSet::default(),
            versions: FxHashSet::default(),
            taken: 0,
        }
    }

    /// The inventories of some commits, in their order.
    ///
    /// # Errors
    /// A commit or its tree is not here, or the files say more than is kept.
    pub fn read(&mut self, commits: &[CommitId]) -> Result<Vec<Inventory>, Error> {
        let mut listed: Vec<Listed> = Vec::with_capacity(commits.len());
        for commit in commits {
            let files = self.trees.of(*commit)?;
            let void = void(&files);
            let files = if void.is_empty() { files } else { without(&files, &void) };
            let known: Vec<Known> = files.files.iter().map(|file| self.known.of(&file.path)).collect();
            let wanted = self.wanted(files.files.iter().zip(&known));
            listed.push((*commit, wanted, (files, known), void));
        }
        self.parse(listed.iter().flat_map(|(_, wanted, ..)| wanted))?;
        let mut followed: Vec<Followed> = listed.iter().map(|_| Followed::default()).collect();
        for _ in 0..DEEPEST_INCLUDE {
            let mut found = false;
            for ((commit, wanted, ..), followed) in listed.iter_mut().zip(&mut followed) {
                let included = self.included(*commit, wanted, followed);
                found |= !included.is_empty();
                wanted.extend(included);
            }
            if !found {
                break;
            }
            self.parse(listed.iter().flat_map(|(_, wanted, ..)| wanted))?;
        }
        // Git is asked where a tree has submodules.
        let remotes = std::cell::OnceCell::new();
        let inventory = |((commit, wanted, (files, of_files), void), followed): (Listed, Followed)| {
            let mut missing = files.missing.clone();
            let known: FxHashSet<Arc<str>> = wanted.iter().map(|file| Arc::clone(&file.path)).collect();
            let mut here = Vec::new();
            for file in wanted {
                match self.parsed.get(&(file.blob, file.how)) {
                    Some(Some(parsed)) if format(file.how).is_guess() && parsed.says_nothing() => {}
                    Some(Some(parsed)) => here.push((file.path, format(file.how), Arc::clone(parsed))),
                    _ => missing.push(file.path),
                }
            }
            missing.sort();
            missing.dedup();
            for (path, format, parsed) in &mut here {
                if *format == Format::Submodules {
                    *parsed = Arc::new(resolve::submodules(
                        parsed,
                        &files.submodules,
                        remotes.get_or_init(|| self.repository.remotes()),
                    ));
                }
                if let Some(told) = self.not_followed(path, parsed, &known, &followed) {
                    *parsed = Arc::new(told);
                }
            }
            let manifests = tree::manifests(here, self.rules);
            let all = || files.files.iter().zip(&of_files);
            let companions = all().filter(|(_, known)| known.is_companion);
            let companions = companions.map(|(file, _)| Arc::clone(&file.path)).collect();
            let at = |file: &FileAt| (Arc::clone(&file.path), self.rules.place(&file.path), file.blob);
            let unread = |(file, known): (&FileAt, &Known)| {
                let (lock, (path, place, blob)) = (known.unread?, at(file));
                Some(Unread { lock, path, place, blob })
            };
            let unread = all().filter_map(unread).collect();
            let unlocked = |(file, known): (&FileAt, &Known)| {
                let (kind, (path, place, blob)) = (known.unlocked?, at(file));
                Some(Unlocked::new(path, place, kind, blob))
            };
            let unlocked = all().filter_map(unlocked).collect();
            let elsewhere = files.elsewhere.clone();
            Inventory { commit, manifests, missing, companions, unread, unlocked, void, elsewhere }
        };
        Ok(listed.into_iter().zip(followed).map(inventory).collect())
    }

    /// How many different files were read so far.
    #[must_use]
    pub fn files_read(&self) -> usize {
        self.parsed.values().flatten().count()
    }

    /// What the files of a tree are read as. A file that a rule names may be a
    /// manifest as well.
    fn wanted<'f>(&self, files: impl Iterator<Item = (&'f FileAt, &'f Known)>) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        for (file, known) in files {
            if let Some(format) = known.format {
                wanted.push(Wanted { path: Arc::clone(&file.path), blob: file.blob, how: As::Format(format) });
            }
            for (at, rule) in
                self.rules.toolchains.iter().enumerate().filter(|(_, rule)| rule.files.matches(&file.path))
            {
                let path = if rule.key.is_empty() {
                    Arc::clone(&file.path)
                } else {
                    format!("{}:{}", file.path, rule.key).into()
                };
                wanted.push(Wanted { path, blob: file.blob, how: As::Toolchain(at, Syntax::of(&file.path)) });
            }
        }
        wanted
    }

    /// Files that others include, and whose names say nothing: `-r deps/all.pip`.
    fn included(&self, commit: CommitId, wanted: &[Wanted], followed: &mut Followed) -> Vec<Wanted> {
        let known: FxHashSet<&str> = wanted.iter().map(|file| &*file.path).collect();
        let is_new = |path: &str| !known.contains(path) && !self.rules.ignored.matches(path);
        let mut paths = BTreeMap::new();
        for file in wanted {
            let parsed = self.parsed.get(&(file.blob, file.how)).and_then(Option::as_ref);
            let included = parsed.into_iter().flat_map(|parsed| parsed.included());
            let places = included.filter_map(|(path, format)| Some((resolve::beside(&file.path, path)?, format)));
            paths.extend(places.filter(|(path, _)| is_new(path)));
        }
        let mut found = Vec::new();
        for (path, format) in paths {
            if followed.found >= MOST_INCLUDED || followed.looked_for.len() >= MOST_LOOKED_FOR {
                break;
            }
            if !followed.looked_for.insert(path.clone()) {
                continue;
            }
            let Some(blob) = self.trees.file(commit, &path) else { continue };
            followed.found += 1;
            found.push(Wanted { path: path.into(), blob, how: As::Format(format) });
        }
        found
    }

    /// What a file says without the files that it includes and that were not even
    /// looked for: because they are ignored, or because there are too many of them,
    /// which is told. None where there is no such file.
    fn not_followed(
        &self,
        path: &str,
        parsed: &Parsed,
        known: &FxHashSet<Arc<str>>,
        followed: &Followed,
    ) -> Option<Parsed> {
        let not_followed = |include: &str| {
            let place = resolve::beside(path, include)?;
            (!known.contains(place.as_str()) && !followed.looked_for.contains(&place)).then_some(place)
        };
        let open: Vec<String> = parsed.included().into_iter().filter_map(|(path, _)| not_followed(path)).collect();
        let over = open.iter().find(|path| !self.rules.ignored.matches(path));
        let message = over.map(|path| {
            format!(
                "it includes {}, which is not read: of what the files of a tree include, {MOST_LOOKED_FOR} are looked \
                 for and {MOST_INCLUDED} read, {DEEPEST_INCLUDE} deep",
                quoted(path)
            )
        });
        let followed = |include: &str| not_followed(include).is_none();
        (!open.is_empty()).then(|| parsed.including(&followed, message.map(|message| Problem::new(None, message))))
    }

    /// Parses what was not yet.
    fn parse<'w>(&mut self, wanted: impl Iterator<Item = &'w Wanted>) -> Result<(), Error> {
        let mut asked = Vec::new();
        for file in wanted {
            if let Entry::Vacant(place) = self.parsed.entry((file.blob, file.how)) {
                place.insert(None);
                asked.push((file.blob, file.how));
            }
        }
        let (rules, most) = (self.rules, self.repository.limits().manifests);
        // Chunks bound what is in memory before names and versions are shared.
        for chunk in chunks(self.repository, &asked) {
            // What is over the limit stays over it: nothing more is read.
            if self.taken > most {
                return Err(Exceeded::new(OVER, "manifests", most).into());
            }
            let make = |how: &As, contents: Result<&[u8], usize>| match (how, contents) {
                (_, Err(size)) => too_large(size),
                (As::Format(format), Ok(bytes)) => parse(*format, bytes),
                (As::Toolchain(at, syntax), Ok(bytes)) => {
                    let rule = rules.toolchains.get(*at);
                    rule.map_or_else(Parsed::default, |rule| parse_toolchain(*syntax, bytes, &rule.key, &rule.package))
                }
            };
            let read = self.repository.read_blobs(chunk, LARGEST, make);
            for ((blob, how), parsed) in chunk.iter().zip(read) {
                let shared = parsed.map(|parsed| Arc::new(self.share(parsed)));
                self.parsed.insert((*blob, *how), shared);
            }
        }
        if self.taken > most { Err(Exceeded::new(OVER, "manifests", most).into()) } else { Ok(()) }
    }

    /// The same with names and versions that other files have, too: they are
    /// the same few thousand in thousands of files.
    fn share(&mut self, mut parsed: Parsed) -> Parsed {
        let known = self.names.len() + self.versions.len();
        let share = |dependency: &Dependency| {
            let mut shared = dependency.clone();
            shared.package = once(&mut self.names, &dependency.package);
            shared.version = once(&mut self.versions, &dependency.version);
            shared
        };
        parsed.dependencies = parsed.dependencies.iter().map(share).collect();
        let fresh = self.names.len() + self.versions.len() - known;
        self.taken += (size_of_val(&*parsed.dependencies)
            + size_of_val(&*parsed.builders)
            + fresh * SHARED
            + parsed.size_of_more()) as u64;
        parsed
    }
}

fn once<T: ?Sized + std::hash::Hash + Eq>(known: &mut FxHashSet<Arc<T>>, value: &Arc<T>) -> Arc<T> {
    match known.get(value) {
        Some(known) => Arc::clone(known),
        None => {
            known.insert(Arc::clone(value));
            Arc::clone(value)
        }
    }
}

const fn format(how: As) -> Format {
    match how {
        As::Format(format) => format,
        As::Toolchain(..) => Format::Toolchain,
    }
}
