//! Finds the files that may hold records: single ones, folder trees, archives.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{BadFile, Budget, Error};
use crate::files::{Enclosure, FileError, Place, Refusal};
use crate::limits::Exceeded;

/// The bytes of a file that may hold records.
#[derive(Debug)]
pub struct File {
    /// Where it is, as messages name it.
    pub origin: String,
    /// Its name in the archive that holds it, if one does.
    pub entry: Option<String>,
    /// Whether the user named this very file: then it has to be an advisory.
    pub named: bool,
    /// Its contents, or what is wrong with it.
    pub bytes: Result<Vec<u8>, String>,
}

/// The largest file or archive entry that is read; the largest public record
/// has four megabytes.
pub(super) const MAX_FILE: u64 = 64 << 20;

/// An archive may inflate to this many times its own size, and a little: JSON
/// deflates to a tenth, a bomb to a thousandth.
pub(super) const MAX_INFLATION: u64 = 200;

/// Reads every `.json` file at the paths, in folder trees and in zip archives,
/// in a fixed order.
///
/// # Errors
/// A path cannot be read, or is a folder without such files.
pub fn read(places: &[Place], budget: &Budget) -> Result<Vec<File>, Error> {
    let mut files = Vec::new();
    for place in places {
        if is_folder(place)? {
            let folder = Folder::open(place)?;
            let read = |path: &PathBuf| Ok::<_, Error>(read_place(path, &folder.place(path)?, false, budget)?);
            let found = folder.files.par_iter().map(read).collect::<Result<Vec<_>, _>>()?;
            if found.is_empty() {
                return Err(Error::NoAdvisory(place.as_path().to_owned()));
            }
            files.extend(found.into_iter().flatten());
        } else {
            files.extend(read_place(place.as_path(), place, true, budget)?);
        }
    }
    Ok(files)
}

/// Whether there is a folder at a place.
pub(super) fn is_folder(place: &Place) -> Result<bool, FileError> {
    let failed = |error| FileError { path: place.as_path().to_owned(), why: Refusal::System(error) };
    Ok(std::fs::metadata(place.resolve()?).map_err(failed)?.is_dir())
}

/// A folder whose contents may be other people's.
pub(super) struct Folder<'p> {
    place: &'p Place,
    /// What a link of the folder may lead to, and what not.
    walls: Option<Enclosure>,
    /// The files in it that may hold records, below the path that was named.
    pub(super) files: Vec<PathBuf>,
}

impl<'p> Folder<'p> {
    pub(super) fn open(place: &'p Place) -> Result<Self, FileError> {
        let path = place.resolve()?;
        let failed = |error| FileError { path: place.as_path().to_owned(), why: Refusal::System(error) };
        let walls = match place {
            Place::Named(_) => Some(Enclosure::of_folder(&path).map_err(failed)?),
            Place::Enclosed(_) => None,
        };
        Ok(Self { place, walls, files: tree(place.as_path())? })
    }

    /// The place of one of its files.
    pub(super) fn place(&self, file: &Path) -> Result<Place, FileError> {
        let Some(walls) = &self.walls else { return self.place.inside(file) };
        Ok(Place::Enclosed(walls.path(file.strip_prefix(self.place.as_path()).unwrap_or(file))))
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
        let wanted = entry
            .path()
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("json") || end.eq_ignore_ascii_case("zip"));
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
    let is_index = |path: &&PathBuf| path.file_name().is_some_and(|name| name == FEED_INDEX) && is_feed_index(path);
    let feeds: Vec<PathBuf> =
        paths.iter().filter(is_index).filter_map(|path| Some(path.parent()?.to_owned())).collect();
    let of_feed = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| FEED_LISTS.contains(&name))
            && path.parent().is_some_and(|folder| feeds.iter().any(|feed| feed == folder))
    };
    paths.retain(|path| !of_feed(path));
}

/// The list by which the folder of a feed is known.
const FEED_INDEX: &str = "index.json";

/// What such a folder holds beside records.
const FEED_LISTS: [&str; 4] = [FEED_INDEX, "all.json", "feed.json", "all.zip"];

fn is_feed_index(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(200).read_to_end(&mut head));
    read.is_ok() && String::from_utf8_lossy(&head).contains("\"secnotes/feed/")
}

fn read_place(path: &Path, place: &Place, named: bool, budget: &Budget) -> Result<Vec<File>, Exceeded> {
    let origin = path.to_string_lossy().into_owned();
    let bytes = place.open().map_err(|error| error.why.to_string()).and_then(|file| {
        if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip")) {
            // An archive may be large; its entries are bounded one by one.
            read_up_to(file, 4 << 30)
        } else {
            read_up_to(file, budget.largest_file())
        }
    });
    budget.take(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))?;
    Ok(match bytes {
        Ok(bytes) if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") => {
            read_archive(&origin, bytes)
        }
        bytes => vec![File { origin, entry: None, named, bytes }],
    })
}

pub(super) fn read_up_to(reader: impl Read, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > limit {
        return Err(format!("it is larger than {} MiB", limit >> 20));
    }
    Ok(bytes)
}

fn read_archive(origin: &str, bytes: Vec<u8>) -> Vec<File> {
    let bad = |origin: String, reason: String| File { origin, entry: None, named: false, bytes: Err(reason) };
    let budget = MAX_FILE + MAX_INFLATION * bytes.len() as u64;
    let mut archive = match zip::ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(error) => return vec![bad(origin.to_owned(), format!("it is no zip archive: {error}"))],
    };
    let (mut files, mut inflated) = (Vec::new(), 0);
    for at in 0..archive.len() {
        let entry = match archive.by_index(at) {
            Ok(entry) => entry,
            Err(error) => {
                files.push(bad(format!("{origin}: entry {at}"), error.to_string()));
                continue;
            }
        };
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let place = format!("{origin}: {name}");
        if climbs(&name) {
            let reason = "its path leads out of the archive; get the archive from a trusted place".to_owned();
            files.push(File { origin: place, entry: Some(name), named: false, bytes: Err(reason) });
            continue;
        }
        if entry.is_dir() || !name.to_ascii_lowercase().ends_with(".json") {
            continue;
        }
        let contents = read_up_to(entry, MAX_FILE);
        inflated += contents.as_ref().map_or(MAX_FILE, |contents| contents.len() as u64);
        if inflated > budget {
            files.push(bad(
                origin.to_owned(),
                format!("it inflates to more than {MAX_INFLATION} times its size, as only a zip bomb does"),
            ));
            break;
        }
        files.push(File { origin: place, entry: Some(name), named: false, bytes: contents });
    }
    files
}

/// Whether the name of an archive's entry would lead out of a folder.
pub(super) fn climbs(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    name.starts_with(['/', '\\']) || drive || name.split(['/', '\\']).any(|part| part == "..") || name.contains('\0')
}

impl From<(&str, String)> for BadFile {
    fn from((origin, reason): (&str, String)) -> Self {
        Self { origin: origin.to_owned(), reason }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, contents) in entries {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(contents).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_path_that_climbs_out_of_an_archive_is_refused() {
        for name in ["../x.json", "/etc/x.json", "a/../../x.json", "..\\x.json", "C:x.json"] {
            assert!(climbs(name), "{name}");
        }
        assert!(!climbs("a/b..c.json"));
        let files = read_archive("x.zip", archive(&[("../evil.json", b"{}"), ("good.json", b"{}")]));
        assert!(files.iter().any(|file| file.bytes.is_err()));
    }

    #[test]
    fn a_zip_bomb_is_refused_before_it_fills_the_memory() {
        let zeros = vec![b' '; 40 << 20];
        let bomb = archive(&[("a.json", &zeros), ("b.json", &zeros), ("c.json", &zeros)]);
        let files = read_archive("bomb.zip", bomb);
        let refused =
            files.iter().filter_map(|file| file.bytes.as_ref().err()).any(|reason| reason.contains("zip bomb"));
        assert!(refused);
    }

    #[test]
    fn other_files_of_an_archive_are_passed_over() {
        let files = read_archive("x.zip", archive(&[("readme.md", b"#"), ("a/b.json", b"{}")]));
        assert_eq!(files.iter().map(|file| file.origin.as_str()).collect::<Vec<_>>(), ["x.zip: a/b.json"]);
    }
}
