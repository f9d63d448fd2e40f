//! The folder in which the parts of an index are kept.
//!
//! A file is written beside its place, renamed when it is whole, and never changed:
//! what kills a run costs the time of one more reading. Several processes may write at
//! once. Two that read the same commits write a part each, which one of them puts
//! together later; one that finds a file gone takes the commits as not read.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::commits::Commits;
use super::part::Part;
use super::texts::Texts;
use super::{read, section};

/// What the names of parts end in. The number is that of the layout, so that versions of
/// secnotes that differ in it let each other's files be.
const ENDING: &str = "messages1";

/// What the names of files begin with that are not whole.
const NEW: &str = ".new-";

/// Nobody writes for so long: who left such a file was killed.
const LEFT: std::time::Duration = std::time::Duration::from_secs(3600);

/// A larger file is not read: something else wrote it.
const LARGEST: u64 = 8 << 30;

/// A part is put together with those that are not this many times as large: so a
/// history of a million commits has some ten parts, and each commit is written some
/// ten times in its life.
const AS_LARGE: u64 = 2;

/// What is read of a part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Its commits, and what their messages say.
    All,
    /// Its commits, as if their messages said nothing.
    Commits,
}

/// The parts that a folder holds, and the files that are damaged, which are as good as
/// none.
pub(super) fn read(folder: &Path, extent: Extent) -> (Vec<Part>, Vec<PathBuf>) {
    let (mut parts, mut damaged) = (Vec::new(), Vec::new());
    for path in paths(folder) {
        match read_part(&path, extent) {
            Ok(Some(part)) => parts.push(part),
            Ok(None) => damaged.push(path),
            // It may be read the next time.
            Err(_) => {}
        }
    }
    (parts, damaged)
}

/// The files of a folder, in an order.
fn paths(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let mut paths: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == ENDING)).collect();
    paths.sort();
    paths
}

fn read_part(path: &Path, extent: Extent) -> std::io::Result<Option<Part>> {
    let found = std::fs::metadata(path)?;
    // A pipe in the file's place would be waited for.
    if !found.is_file() || found.len() > LARGEST {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    let mut file = BufReader::with_capacity(64 << 10, File::open(path)?);
    let mut read = || {
        section::begins(&mut file)?;
        let commits = Commits::read(&mut section::Sections::new(&section::part(&mut file, found.len())?))?;
        let texts = match extent {
            Extent::All => Texts::new(section::part(&mut file, found.len())?)?,
            Extent::Commits => Texts::default(),
        };
        Some(Part { commits, texts })
    };
    Ok(read())
}

/// Keeps a new part, together with older ones that are not much larger, which are
/// taken out of `known`. A folder that cannot be written is no harm.
pub(super) fn grow(folder: &Path, fresh: Part, known: &mut Vec<Part>, damaged: &[PathBuf]) -> Part {
    let mut part = fresh;
    let mut small = Vec::new();
    known.sort_by_key(|part| part.commits.len());
    let mut size = u64::from(part.commits.len());
    while known.first().is_some_and(|next| u64::from(next.commits.len()) <= size * AS_LARGE) {
        let next = known.remove(0);
        size += u64::from(next.commits.len());
        small.push(next);
    }
    let taken: Vec<String> = small.iter().map(name).collect();
    if !small.is_empty() {
        small.push(part);
        part = match read::together(&small, known) {
            Some(part) => part,
            None => {
                let fresh = small.pop();
                known.extend(small);
                return fresh.unwrap_or_default();
            }
        };
    }
    if write(folder, &part).is_ok() {
        tidy(folder, &taken, damaged, &part);
    }
    part
}

/// Removes the files of parts that are in another now, those that are damaged, and what
/// runs that were killed left behind.
fn tidy(folder: &Path, taken: &[String], damaged: &[PathBuf], part: &Part) {
    let own = folder.join(name(part));
    let stale = taken.iter().map(|name| folder.join(name)).chain(damaged.iter().cloned());
    for path in stale.filter(|path| *path != own) {
        let _ = std::fs::remove_file(path);
    }
    for file in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let age = file.metadata().and_then(|found| found.modified()).ok().and_then(|at| at.elapsed().ok());
        let is_new = file.file_name().to_string_lossy().starts_with(NEW);
        if is_new && age.is_some_and(|age| age > LEFT) {
            let _ = std::fs::remove_file(file.path());
        }
    }
}

/// The name of a part: how many commits it has, and which.
fn name(part: &Part) -> String {
    let mut sum = crc32fast::Hasher::new();
    part.commits.ids.iter().for_each(|id| sum.update(id.as_bytes()));
    format!("{:08}-{:08x}.{ENDING}", part.commits.len(), sum.finalize())
}

fn write(folder: &Path, part: &Part) -> std::io::Result<()> {
    // Subjects of a private repository are for its owner's eyes.
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)?;
    let mut file = tempfile::Builder::new().prefix(NEW).tempfile_in(folder)?;
    let mut commits = section::Layout::with_room(part.commits.bytes());
    part.commits.write(&mut commits);
    section::write(&mut file, [&commits.finish(), part.texts.data()])?;
    file.persist(folder.join(name(part))).map_err(|error| error.error)?;
    Ok(())
}
