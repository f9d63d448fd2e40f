//! The lines that a commit changed, as far as joining asks.

use std::collections::BTreeSet;

use git2::{Blob, DiffOptions, ObjectType, Oid};

use super::change::{Change, PatchId, is_ci, is_foreign, is_prose, is_test};
use super::objects::{Fault, Objects, SUBMODULE, type_of};
use super::tree_diff::Difference;
use super::version_lines::VersionLines;
use super::words::{Word, each_stem, fingerprint};
use crate::limits;

type HunkCb<'c> = dyn FnMut(git2::DiffDelta<'_>, git2::DiffHunk<'_>) -> bool + 'c;
type LineCb<'c> = dyn FnMut(git2::DiffDelta<'_>, Option<git2::DiffHunk<'_>>, git2::DiffLine<'_>) -> bool + 'c;

/// The most lines of one change that are kept, and the most words.
const MAX_LINES: usize = 20_000;
const MAX_WORDS: usize = 6_000;

/// A shorter line, white space left out, is on every page: `}else{`, `return0;`.
const TELLING: usize = 10;

/// The lines of a change while they are gathered.
#[derive(Default)]
pub(super) struct Lines {
    contexts: BTreeSet<String>,
    added: Vec<u64>,
    removed: Vec<u64>,
    words: BTreeSet<Word>,
    versions: VersionLines,
    /// For each file its name and its lines in order, added and removed apart:
    /// what the identity is made of.
    files: Vec<(Vec<u8>, [Vec<u8>; 2])>,
    /// How many bytes these have.
    bytes: usize,
}

impl Lines {
    /// Compares the files that differ; none where the contents of one are not
    /// here, or they are too much.
    pub(super) fn read(objects: &Objects, differences: &[Difference]) -> Option<Self> {
        let mut options = DiffOptions::new();
        // With the heuristic hunks are git's own for 2,996 of 3,000 commits, without it for 2,899.
        options.context_lines(3).indent_heuristic(true);
        let mut lines = Self::default();
        let (mut sizes, mut compared) = (0u64, 0usize);
        for difference in differences {
            if is_foreign(&difference.path) {
                is_here(objects, difference)?;
                continue;
            }
            lines.files.push((difference.path.as_bytes().to_vec(), [Vec::new(), Vec::new()]));
            let path = &difference.path;
            lines.versions.begin(path, !is_prose(path) && !is_test(path) && !is_ci(path));
            if lines.submodule(difference) {
                continue;
            }
            let Some(blobs) = contents(objects, difference, (&mut sizes, &mut compared))? else { continue };
            lines.compare(objects, difference, &blobs, &mut options)?;
        }
        Some(lines)
    }

    /// Of a submodule that came or went, git shows the commit that is used.
    fn submodule(&mut self, difference: &Difference) -> bool {
        let Some((sign, (id, mode))) = difference.new.map(|new| ('+', new)).or(difference.old.map(|old| ('-', old)))
        else {
            return false;
        };
        let is_one = type_of(mode) == SUBMODULE;
        if is_one {
            self.line(sign, format!("Subproject commit {id}\n").as_bytes());
        }
        is_one
    }

    fn compare(
        &mut self,
        objects: &Objects,
        difference: &Difference,
        [old, new]: &[Option<Blob<'_>>; 2],
        options: &mut DiffOptions,
    ) -> Option<()> {
        let lines = std::cell::RefCell::new(self);
        // The path says which language's functions are looked for.
        let path = Some(difference.path.as_str());
        let git = objects.git();
        let mut hunk = |_: git2::DiffDelta<'_>, hunk: git2::DiffHunk<'_>| {
            lines.borrow_mut().context(hunk.header());
            true
        };
        let mut line = |_: git2::DiffDelta<'_>, _: Option<git2::DiffHunk<'_>>, line: git2::DiffLine<'_>| {
            lines.borrow_mut().line(line.origin(), line.content())
        };
        let (hunk, line): (&mut HunkCb<'_>, &mut LineCb<'_>) = (&mut hunk, &mut line);
        git.diff_blobs(old.as_ref(), path, new.as_ref(), path, Some(options), None, None, Some(hunk), Some(line)).ok()
    }

    /// The function that git names after the second `@@`.
    fn context(&mut self, header: &[u8]) {
        let header = String::from_utf8_lossy(header);
        if let Some(context) = header.splitn(3, "@@").nth(2).map(str::trim).filter(|context| !context.is_empty())
            && self.contexts.len() < 200
        {
            self.contexts.insert(context.chars().take(120).collect());
        }
    }

    /// Takes a line; false where there are too many.
    fn line(&mut self, origin: char, content: &[u8]) -> bool {
        let added = match origin {
            '+' => true,
            '-' => false,
            _ => return true,
        };
        self.versions.line(added, content);
        let bare: Vec<u8> = content.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        self.bytes += bare.len() + 1;
        let Some((_, of_file)) = self.files.last_mut() else { return true };
        let [plus, minus] = of_file;
        let into = if added { plus } else { minus };
        into.extend_from_slice(&bare);
        into.push(b'\n');
        // A lone brace is on every page.
        if bare.len() < 3 || self.added.len() + self.removed.len() >= MAX_LINES {
            return self.bytes <= limits::CHANGED_LINES;
        }
        let lines = if added { &mut self.added } else { &mut self.removed };
        lines.push(fingerprint(&bare));
        if self.words.len() < MAX_WORDS {
            each_stem(&String::from_utf8_lossy(content), &mut |stem, _| {
                self.words.insert(Word::of(stem));
            });
        }
        self.bytes <= limits::CHANGED_LINES
    }

    pub(super) fn finish(mut self, change: &mut Change) {
        self.files.retain(|(_, [added, removed])| !added.is_empty() || !removed.is_empty());
        self.files.sort();
        self.added.sort_unstable();
        self.removed.sort_unstable();
        change.read = true;
        change.versions_only = self.versions.are_all();
        change.patch_id = patch_id(&self.files, false);
        change.inverse_patch_id = patch_id(&self.files, true);
        (change.shipped_id, change.shipped_lines) = shipped(&mut self.files);
        change.contexts = self.contexts.into_iter().collect();
        change.added = self.added;
        change.removed = self.removed;
        change.words = self.words.into_iter().collect();
    }
}

/// The hash of a line, whatever white space it has; none of one that is on every
/// page.
pub(crate) fn line_hash(line: &[u8]) -> Option<u64> {
    let bare: Vec<u8> = line.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    // A lone brace is on every page.
    (bare.len() >= 3).then(|| fingerprint(&bare))
}

/// The identity of the lines of code alone, and how many distinct ones there
/// are: a copy on another line has its own change log, its tests may have
/// changed since, and its files may have moved.
fn shipped(files: &mut Vec<(Vec<u8>, [Vec<u8>; 2])>) -> (Option<PatchId>, u32) {
    files.retain_mut(|(path, _)| {
        let name = String::from_utf8_lossy(path);
        let ships = !is_prose(&name) && !is_test(&name) && !is_ci(&name);
        path.clear();
        ships
    });
    files.sort();
    let sides = files.iter().flat_map(|(_, sides)| sides);
    let lines: BTreeSet<&[u8]> = sides.flat_map(|side| side.split(|byte| *byte == b'\n')).collect();
    let telling = lines.iter().filter(|line| line.len() >= TELLING);
    (patch_id(files, false), u32::try_from(telling.count()).unwrap_or(u32::MAX))
}

fn patch_id(files: &[(Vec<u8>, [Vec<u8>; 2])], inverse: bool) -> Option<PatchId> {
    if files.is_empty() {
        return None;
    }
    let mut text = Vec::new();
    for (path, [added, removed]) in files {
        let (plus, minus) = if inverse { (removed, added) } else { (added, removed) };
        for part in [path, plus, minus] {
            text.extend_from_slice(&(part.len() as u64).to_le_bytes());
            text.extend_from_slice(part);
        }
    }
    // SHA-1 as git computes it: nobody makes two changes collide by chance.
    let id = Oid::hash_object(ObjectType::Blob, &text).ok()?;
    id.as_bytes().try_into().ok().map(PatchId)
}

/// Whether a file's contents are here; none where they are not. A change that is
/// not whole here is not compared in part.
fn is_here(objects: &Objects, difference: &Difference) -> Option<()> {
    let mut sides = difference.old.into_iter().chain(difference.new);
    sides.all(|(id, mode)| type_of(mode) == SUBMODULE || objects.kind(id).is_ok()).then_some(())
}

/// The contents of a file before and after; nothing where it is too large to be
/// compared, and none where it is not here or all together are too large.
fn contents<'o>(
    objects: &'o Objects,
    difference: &Difference,
    (sizes, lines): (&mut u64, &mut usize),
) -> Option<Option<[Option<Blob<'o>>; 2]>> {
    let (mut blobs, mut most) = ([None, None], 0);
    for (side, blob) in [difference.old, difference.new].into_iter().zip(&mut blobs) {
        let Some((id, _)) = side else { continue };
        match objects.blob(id, limits::COMPARED_FILE) {
            Ok(found) => {
                *sizes += found.size() as u64;
                most = most.max(memchr::memchr_iter(b'\n', found.content()).count());
                *blob = Some(found);
            }
            Err(Fault::TooLarge(_)) => return Some(None),
            Err(_) => return None,
        }
    }
    *lines += most;
    (*sizes <= limits::COMPARED_FILES && *lines <= limits::COMPARED_LINES).then_some(Some(blobs))
}
