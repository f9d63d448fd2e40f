//! Archives of records that are read piece by piece: the largest have more
//! records than fit into memory.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use serde_json::value::RawValue;

use super::Budget;
use super::files::{climbs, is_other_yaml, is_record_name, json_of, read_up_to, too_large};
use super::read::{looks_like_advisory, read_record};
use super::store::{Incoming, Packer, pack};
use crate::limits::{INFLATION, INFLATION_FREE};
use crate::model::yaml::{is_yaml, may_be_record};

/// So many inflated bytes are read before they are handed on; three such pieces
/// are in memory at a time, with what is made of them.
const CHUNK_BYTES: u64 = 12 << 20;
const CHUNK_ENTRIES: usize = 4_000;

/// An archive that somebody reads.
pub(super) type Zip = zip::ZipArchive<Shared>;

/// An open archive.
pub(super) struct Archive {
    zip: Zip,
    /// How much it may inflate to in all.
    most: u64,
}

/// Some entries of an archive.
pub(super) struct Chunk {
    /// How many entries these were, records or not.
    pub(super) entries: usize,
    pub(super) records: Vec<Incoming>,
    /// Entries that cannot be used, and why.
    pub(super) bad: Vec<(String, String)>,
}

impl Archive {
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        Self::of_file(File::open(path).map_err(|error| error.to_string())?)
    }

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

    /// Hands the archive on, from an entry on: the next piece is read while
    /// `take` keeps the last one.
    ///
    /// Records are packed ahead, on all cores, as soon as `packer` is set.
    pub(super) fn each_chunk<E>(
        &self,
        begin: usize,
        packer: &OnceLock<Arc<Packer>>,
        budget: &Budget,
        take: &mut dyn FnMut(Chunk) -> Result<(), E>,
    ) -> Result<(), E> {
        let (sender, receiver) = sync_channel::<Chunk>(1);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let (mut at, mut inflated) = (begin, 0);
                while at < self.len() {
                    let (end, bytes) = self.chunk_end(at);
                    inflated += bytes;
                    let chunk = if inflated > self.most {
                        let bad = vec![("the rest".to_owned(), bomb())];
                        Chunk { entries: self.len() - at, records: Vec::new(), bad }
                    } else {
                        self.chunk(at, end, packer.get().map(|packer| &**packer), budget)
                    };
                    at += chunk.entries;
                    if sender.send(chunk).is_err() {
                        return;
                    }
                }
            });
            receiver.into_iter().try_for_each(take)
        })
    }

    /// Where a piece ends that begins at an entry, and what it says it inflates to.
    fn chunk_end(&self, begin: usize) -> (usize, u64) {
        let (mut end, mut bytes) = (begin, 0);
        while end < self.len() && end - begin < CHUNK_ENTRIES && bytes < CHUNK_BYTES {
            bytes += self.zip.clone().by_index_raw(end).map_or(0, |entry| entry.size());
            end += 1;
        }
        (end, bytes)
    }

    fn chunk(&self, begin: usize, end: usize, packer: Option<&Packer>, budget: &Budget) -> Chunk {
        let read = |zip: &mut Zip, at: usize| match entry(zip, at, budget.largest_file()) {
            None => (String::new(), Ok(Vec::new())),
            Some(Entry { name, bytes }) => {
                let name = name.unwrap_or_else(|| format!("entry {at}"));
                let records = bytes.and_then(|bytes| incoming(&name, bytes, budget));
                (name, records)
            }
        };
        let tools = || (self.zip.clone(), packer.and_then(|packer| Some((packer, packer.compressor().ok()?))));
        let read_and_pack = |(zip, tools): &mut (Zip, Option<(&Packer, _)>), at: usize| {
            let (name, mut records) = read(zip, at);
            if let (Ok(records), Some((packer, compressor))) = (&mut records, tools) {
                let public = records.iter_mut().flatten().filter(|record| !record.is_private());
                public.for_each(|record| pack(record, packer, compressor));
            }
            (name, records)
        };
        let all: Vec<(String, Result<Items, String>)> =
            (begin..end).into_par_iter().map_init(tools, read_and_pack).collect();
        let mut chunk = Chunk { entries: end - begin, records: Vec::new(), bad: Vec::new() };
        for (name, records) in all {
            for record in records.unwrap_or_else(|why| vec![Err(why)]) {
                match record {
                    Ok(record) => chunk.records.push(record),
                    Err(why) => chunk.bad.push((name.clone(), why)),
                }
            }
        }
        chunk
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

const LONGER: &str = "it cannot be inflated, or has more bytes than the archive says; make the archive again";

/// What an archive that inflates without end is told.
pub(super) fn bomb() -> String {
    format!("it inflates to more than {INFLATION} times its size, as only a zip bomb does")
}

/// The records of a text, each read or not.
pub(super) type Items = Vec<Result<Incoming, String>>;

/// The records of a file, of JSON or by its name of YAML: one, a list of them, or
/// none where it is plainly something else; each by itself, for one that is broken
/// stops no other.
pub(super) fn incoming(name: &str, bytes: Vec<u8>, budget: &Budget) -> Result<Items, String> {
    let bytes = if is_yaml(name) {
        if !may_be_record(&bytes) {
            return Ok(Vec::new());
        }
        budget.fits_yaml(&bytes).map_err(|error| error.to_string())?;
        json_of(&bytes)?
    } else {
        bytes
    };
    let _loan = budget.lend(&bytes, 1).map_err(|error| error.to_string())?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    if text.trim_ascii_start().first() == Some(&b'[') {
        let items: Vec<&RawValue> = serde_json::from_slice(text).map_err(|error| not_json(&error))?;
        let advisory =
            |item: &&&RawValue| serde_json::from_str(item.get()).is_ok_and(|item| looks_like_advisory(&item));
        if !items.iter().any(|item| advisory(&item)) {
            return Ok(Vec::new());
        }
        return Ok(items.into_iter().map(|item| Incoming::read(item.get().as_bytes().to_vec())).collect());
    }
    // Nearly always it is a record, and then it is parsed once.
    match read_record(text, "") {
        Ok(record) => Ok(vec![Ok(Incoming::of(&record, bytes))]),
        Err(why) => {
            let value: serde_json::Value = serde_json::from_slice(text).map_err(|error| not_json(&error))?;
            if looks_like_advisory(&value) { Ok(vec![Err(why)]) } else { Ok(Vec::new()) }
        }
    }
}

fn not_json(error: &serde_json::Error) -> String {
    format!("it is not JSON (line {}, column {})", error.line(), error.column())
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
