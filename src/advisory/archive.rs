//! Zip archives of records, whoever made them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use super::contents::{is_other_yaml, is_record_name, read_up_to, too_large};
use crate::limits::{INFLATION, INFLATION_FREE};

/// An archive that somebody reads.
pub(super) type Zip = zip::ZipArchive<Shared>;

/// An open archive.
pub(super) struct Archive {
    zip: Zip,
    /// How much it may inflate to in all.
    pub(super) most: u64,
}

impl Archive {
    #[cfg(feature = "net")]
    pub(super) fn open(path: &std::path::Path) -> Result<Self, String> {
        Self::of_file(File::open(path).map_err(|error| error.to_string())?)
    }

    #[cfg(feature = "net")]
    pub(super) fn of_file(file: File) -> Result<Self, String> {
        Self::of(Shared::of_file(file).map_err(|error| error.to_string())?)
    }

    pub(super) fn of(shared: Shared) -> Result<Self, String> {
        let most = INFLATION_FREE + INFLATION * shared.size;
        let zip = zip::ZipArchive::new(shared);
        let zip = zip.map_err(|error| format!("it is no whole zip archive: {error}"))?;
        Ok(Self { zip, most })
    }

    /// A reader of its own.
    pub(super) fn zip(&self) -> Zip {
        self.zip.clone()
    }

    /// The entries and the bytes that each says it has, up to where it is a bomb.
    pub(super) fn sizes(&self) -> impl Iterator<Item = (usize, u64)> {
        let mut zip = self.zip();
        let mut left = self.most;
        (0..self.len()).map_while(move |at| {
            let size = zip.by_index_raw(at).map_or(0, |entry| entry.size());
            left = left.checked_sub(size)?;
            Some((at, size))
        })
    }

    pub(super) fn len(&self) -> usize {
        self.zip.len()
    }
}

/// An entry that may hold records.
pub(super) struct Entry {
    /// Its name; none of one that is not even listed.
    pub(super) name: Option<String>,
    /// Its bytes, or what is wrong with it.
    pub(super) bytes: Result<Vec<u8>, String>,
}

/// Reads an entry of at most so many bytes; none of a folder and of what holds no records.
pub(super) fn entry(zip: &mut Zip, at: usize, most: u64) -> Option<Entry> {
    let entry = match zip.by_index(at) {
        Ok(entry) => entry,
        Err(error) => return Some(Entry { name: None, bytes: Err(error.to_string()) }),
    };
    let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
    if climbs(&name) {
        let why = "its path leads out of the archive; get the archive from a trusted place";
        return Some(Entry { name: Some(name), bytes: Err(why.to_owned()) });
    }
    if entry.is_dir() || !is_record_name(&name) {
        return None;
    }
    let size = entry.size();
    let bytes = if size > most { Err(too_large(most)) } else { read_up_to(entry, size).map_err(|_| LONGER.to_owned()) };
    if is_other_yaml(&name, &bytes) {
        return None;
    }
    Some(Entry { name: Some(name), bytes })
}

/// Whether the name of an archive's entry would lead out of a folder.
fn climbs(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    name.starts_with(['/', '\\']) || drive || name.split(['/', '\\']).any(|part| part == "..") || name.contains('\0')
}

const LONGER: &str = "it cannot be inflated, or has more bytes than the archive says; make the archive again";

/// What an archive that inflates without end is told.
pub(super) fn bomb() -> String {
    format!("it inflates to more than {INFLATION} times its size, as only a zip bomb does")
}

/// A file that several readers read, each at its own place.
#[derive(Clone)]
pub(super) struct Shared {
    bytes: Bytes,
    at: u64,
    size: u64,
}

#[derive(Clone)]
enum Bytes {
    File(Arc<File>),
    /// Of a pipe.
    Read(Arc<[u8]>),
}

impl Shared {
    pub(super) fn of_file(file: File) -> io::Result<Self> {
        let size = file.metadata()?.len();
        Ok(Self { bytes: Bytes::File(Arc::new(file)), at: 0, size })
    }

    pub(super) fn of_bytes(bytes: Vec<u8>) -> Self {
        let size = bytes.len() as u64;
        Self { bytes: Bytes::Read(bytes.into()), at: 0, size }
    }
}

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &self.bytes {
            #[cfg(unix)]
            Bytes::File(file) => std::os::unix::fs::FileExt::read_at(&**file, buffer, self.at)?,
            #[cfg(windows)]
            Bytes::File(file) => std::os::windows::fs::FileExt::seek_read(&**file, buffer, self.at)?,
            Bytes::Read(bytes) => {
                let at = usize::try_from(self.at).unwrap_or(usize::MAX);
                bytes.get(at..).unwrap_or_default().read(buffer)?
            }
        };
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_climbs_out_of_an_archive_is_known() {
        for name in ["../x.json", "/etc/x.json", "a/../../x.json", "..\\x.json", "C:x.json"] {
            assert!(climbs(name), "{name}");
        }
        assert!(!climbs("a/b..c.json"));
    }
}
