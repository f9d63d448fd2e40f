//! Finds the files that may hold records: single ones, folder trees, archives.

use std::fs;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::archive::{Archive, Entry, Shared, Zip, bomb, entry};
use super::contents::{is_other_yaml, is_record_name, json_of, read_up_to};
use super::{BadFile, Budget, Error};
use crate::files::{Enclosure, FileError, Place, Refusal};
use crate::limits::Exceeded;
use crate::model::yaml::is_yaml;
use crate::model::{DERIVED_FILES, INDEX_FILE};

/// The bytes of a file that may hold records.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// The file, or the archive that holds it.
    pub file: String,
    /// Its name in the archive, if one holds it.
    pub entry: Option<String>,
    /// Whether this very file was named, not a folder or an archive around it:
    /// then it has to be an advisory.
    pub named: bool,
    /// Its contents, or what is wrong with it.
    pub bytes: Result<Vec<u8>, String>,
}

impl File {
    /// Where it is, as messages name it.
    #[must_use]
    pub fn origin(&self) -> String {
        self.entry.as_ref().map_or_else(|| self.file.clone(), |entry| format!("{}: {entry}", self.file))
    }

    /// Whether it is named as YAML.
    pub(super) fn is_yaml(&self) -> bool {
        is_yaml(self.entry.as_ref().unwrap_or(&self.file))
    }

    /// The file with JSON for its contents, whatever it was written in.
    fn into_json(self, budget: &Budget) -> Result<Self, Exceeded> {
        if !self.is_yaml() {
            return Ok(self);
        }
        budget.fits_yaml(self.bytes.as_deref().unwrap_or_default())?;
        let bytes = self.bytes.and_then(|bytes| json_of(&bytes));
        budget.take(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))?;
        Ok(Self { bytes, ..self })
    }
}

/// Reads every `.json` and `.yaml` file at the places, in folder trees and in zip
/// archives, in a fixed order; YAML as the JSON that it stands for.
///
/// # Errors
/// A path cannot be read, or is a folder without such files, or they are too much.
pub fn read(places: &[Place], budget: &Budget) -> Result<Vec<File>, Error> {
    each(places, budget, &Ok)
}

/// Makes something of every such file, side by side, as it is read.
pub(super) fn each<T: Send>(places: &[Place], budget: &Budget, make: &Make<'_, T>) -> Result<Vec<T>, Error> {
    each_as_it_is(places, budget, &|file| make(file.into_json(budget)?))
}

/// The same, with the contents as they were written.
pub(super) fn each_as_it_is<T: Send>(places: &[Place], budget: &Budget, make: &Make<'_, T>) -> Result<Vec<T>, Error> {
    let mut all = Vec::new();
    for place in places {
        if is_folder(place)? {
            let folder = Folder::open(place)?;
            if folder.files.is_empty() {
                return Err(Error::NoAdvisory(place.as_path().to_owned()));
            }
            let read = |path: &PathBuf| one(path, &folder.place(path), false, budget, make);
            let made = folder.files.par_iter().map(read).collect::<Result<Vec<_>, Error>>()?;
            all.extend(made.into_iter().flatten());
        } else {
            all.extend(one(place.as_path(), place, true, budget, make)?);
        }
    }
    Ok(all)
}

/// What becomes of a file.
pub(super) type Make<'m, T> = dyn Fn(File) -> Result<T, Exceeded> + Sync + 'm;

/// Whether there is a folder at a place.
pub(super) fn is_folder(place: &Place) -> Result<bool, FileError> {
    let failed = |error| FileError { path: place.as_path().to_owned(), why: Refusal::System(error) };
    Ok(std::fs::metadata(place.resolve()?).map_err(failed)?.is_dir())
}

/// A folder whose contents may be other people's.
pub(super) struct Folder<'p> {
    place: &'p Place,
    /// What its files may lead to.
    walls: Enclosure,
    /// The files in it that may hold records, below the path that was named.
    pub(super) files: Vec<PathBuf>,
}

impl<'p> Folder<'p> {
    pub(super) fn open(place: &'p Place) -> Result<Self, FileError> {
        place.resolve()?;
        Ok(Self { place, walls: place.walls()?, files: tree(place.as_path())? })
    }

    /// The place of one of its files.
    pub(super) fn place(&self, file: &Path) -> Place {
        let path = match self.place {
            // The folder may itself be reached through a link.
            Place::Named(named) => file.strip_prefix(named.as_path()).unwrap_or(file),
            Place::Enclosed(_) => file,
        };
        Place::Enclosed(self.walls.path(path))
    }
}

fn tree(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let mut paths = Vec::new();
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.file_name() != ".git") {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(folder).to_path_buf();
            FileError { path, why: Refusal::System(error.into()) }
        })?;
        let name = entry.file_name().to_string_lossy();
        let wanted = is_record_name(&name) || name.to_ascii_lowercase().ends_with(".zip");
        // A pipe would be waited for, a device never ends; where a link leads is
        // looked at when it is read.
        if wanted && (entry.file_type().is_file() || entry.path_is_symlink() && !entry.path().is_dir()) {
            paths.push(entry.into_path());
        }
    }
    leave_out_feeds(&mut paths);
    Ok(paths)
}

/// The folder of a feed holds lists and an archive of its records beside them.
fn leave_out_feeds(paths: &mut Vec<PathBuf>) {
    let is_index = |path: &&PathBuf| path.file_name().is_some_and(|name| name == INDEX_FILE) && is_feed_index(path);
    let feeds: Vec<PathBuf> =
        paths.iter().filter(is_index).filter_map(|path| Some(path.parent()?.to_owned())).collect();
    let of_feed = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name == INDEX_FILE || DERIVED_FILES.contains(&name))
            && path.parent().is_some_and(|folder| feeds.iter().any(|feed| feed == folder))
    };
    paths.retain(|path| !of_feed(path));
}

fn is_feed_index(path: &Path) -> bool {
    let mut head = Vec::new();
    // A link may lead to a pipe, which would be waited for.
    let is_file = std::fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
    let read = is_file && std::fs::File::open(path).and_then(|file| file.take(200).read_to_end(&mut head)).is_ok();
    read && String::from_utf8_lossy(&head).contains("\"secnotes/feed/")
}

fn one<T: Send>(path: &Path, place: &Place, named: bool, budget: &Budget, make: &Make<'_, T>) -> Result<Vec<T>, Error> {
    let origin = path.to_string_lossy().into_owned();
    let file = |bytes| File { file: origin.clone(), entry: None, named, bytes };
    let opened = place.open().map_err(|error| error.why.to_string());
    let opened = opened.and_then(|file| Source::of(file, budget).map_err(|error| error.to_string()));
    Ok(match opened {
        Ok(Source::Archive(source)) => match Archive::of(source) {
            Ok(archive) => of_archive(&origin, &archive, budget, make)?,
            Err(reason) => vec![make(file(Err(reason)))?],
        },
        Ok(Source::File(opened)) => {
            let most = budget.largest_file();
            // What is read takes its room first, however many files are read at once;
            // YAML that holds something else takes none.
            let size = opened.metadata().map_or(0, |found| if found.is_file() { found.len() } else { 0 });
            let may_be_other = !named && is_yaml(&origin);
            if !may_be_other {
                budget.take(size.min(most))?;
            }
            let bytes = read_up_to(opened, most);
            if may_be_other {
                if is_other_yaml(&origin, &bytes) {
                    return Ok(Vec::new());
                }
                budget.take(size.min(most))?;
            }
            vec![make(file(bytes))?]
        }
        Ok(Source::Stream(bytes)) => {
            budget.take(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))?;
            vec![make(file(bytes))?]
        }
        Err(reason) => vec![make(file(Err(reason)))?],
    })
}

/// What an open file is.
enum Source {
    Archive(Shared),
    File(fs::File),
    /// A pipe that a person named, read.
    Stream(Result<Vec<u8>, String>),
}

impl Source {
    fn of(mut file: fs::File, budget: &Budget) -> io::Result<Self> {
        if !file.metadata()?.is_file() {
            let bytes = read_up_to(file, budget.largest_file());
            return Ok(match bytes {
                Ok(bytes) if is_archive(&bytes) => Self::Archive(Shared::of_bytes(bytes)),
                bytes => Self::Stream(bytes),
            });
        }
        let mut head = Vec::new();
        (&mut file).take(4).read_to_end(&mut head)?;
        file.rewind()?;
        Ok(if is_archive(&head) { Self::Archive(Shared::of_file(file)?) } else { Self::File(file) })
    }
}

/// Whether a file begins as zip archives do, with a file or with their end.
fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

fn of_archive<T: Send>(origin: &str, archive: &Archive, budget: &Budget, make: &Make<'_, T>) -> Result<Vec<T>, Error> {
    let entries: Vec<(usize, u64)> = archive.sizes().collect();
    let read = |zip: &mut Zip, (at, size): &(usize, u64)| -> Result<Option<T>, Exceeded> {
        let most = budget.largest_file();
        let may_be_other = zip.name_for_index(*at).and_then(Result::ok).is_some_and(|name| is_yaml(&name));
        if !may_be_other {
            budget.take((*size).min(most))?;
        }
        let Some(Entry { name, bytes }) = entry(zip, *at, most) else { return Ok(None) };
        if may_be_other {
            budget.take((*size).min(most))?;
        }
        // One that is not even listed has no name to be asked for by.
        let file = if name.is_some() { origin.to_owned() } else { format!("{origin}: entry {at}") };
        make(File { file, entry: name, named: false, bytes }).map(Some)
    };
    let made = entries.par_iter().map_init(|| archive.zip(), read).collect::<Result<Vec<_>, _>>()?;
    let mut made: Vec<T> = made.into_iter().flatten().collect();
    if entries.len() < archive.len() {
        made.push(make(File { file: origin.to_owned(), entry: None, named: false, bytes: Err(bomb()) })?);
    }
    Ok(made)
}

impl From<(&str, String)> for BadFile {
    fn from((origin, reason): (&str, String)) -> Self {
        Self { origin: origin.to_owned(), reason }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, contents) in entries {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(contents).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn read_archive(bytes: Vec<u8>) -> Vec<File> {
        let archive = Archive::of(Shared::of_bytes(bytes)).unwrap();
        of_archive("x.zip", &archive, &Budget::default(), &Ok).unwrap()
    }

    #[test]
    fn an_entry_whose_path_climbs_out_is_refused() {
        let files = read_archive(archive(&[("../evil.json", b"{}"), ("good.json", b"{}")]));
        assert!(files.iter().any(|file| file.bytes.is_err()));
    }

    #[test]
    fn a_zip_bomb_is_refused_before_it_fills_the_memory() {
        let zeros = vec![b' '; 40 << 20];
        let bomb = archive(&[("a.json", &zeros), ("b.json", &zeros), ("c.json", &zeros)]);
        let files = read_archive(bomb);
        let refused =
            files.iter().filter_map(|file| file.bytes.as_ref().err()).any(|reason| reason.contains("zip bomb"));
        assert!(refused);
    }

    #[test]
    fn an_entry_that_is_larger_than_the_archive_says_is_refused() {
        let mut bytes = archive(&[("a.json", &[b' '; 5_000])]);
        // The size stands in the entry's own header and in the archive's list.
        let size = 5_000_u32.to_le_bytes();
        let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..at + 4] == size).collect();
        assert_eq!(places.len(), 2);
        for at in places {
            bytes[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
        }
        assert!(read_archive(bytes)[0].bytes.is_err());
    }

    #[test]
    fn yaml_that_holds_something_else_takes_no_room() {
        let folder = tempfile::tempdir().unwrap();
        let other = format!("on: push\n{}", "# a comment\n".repeat(1_000));
        let record = "id: GO-2026-1\nmodified: 2026-01-01\n";
        for (name, text) in [("ci.yml", other.as_str()), ("a.yaml", record)] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let zip = archive(&[("ci.yml", other.as_bytes()), ("a.yaml", record.as_bytes())]);
        std::fs::write(folder.path().join("x.zip"), zip).unwrap();
        let limits = crate::limits::Limits { advisories: 4_000, ..Default::default() };
        let files = read(&[Place::named(folder.path())], &Budget::new(&limits)).unwrap();
        let json = b"{\"id\":\"GO-2026-1\",\"modified\":\"2026-01-01T00:00:00Z\"}";
        assert_eq!(files.len(), 2);
        assert!(files.iter().all(|file| file.bytes.as_deref() == Ok(json.as_slice())), "{files:?}");
    }

    #[test]
    fn other_files_of_an_archive_are_passed_over() {
        let entries: [(&str, &[u8]); 4] =
            [("readme.md", b"#"), ("a/b.json", b"{}"), ("ci.yaml", b"on: push"), ("c.yml", b"id: x\naffected: []\n")];
        let files = read_archive(archive(&entries));
        let origins: Vec<String> = files.iter().map(File::origin).collect();
        assert_eq!(origins, ["x.zip: a/b.json", "x.zip: c.yml"]);
    }
}
