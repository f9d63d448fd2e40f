//! Archives of records that are read piece by piece: the largest have more
//! records than fit into memory.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use serde_json::value::RawValue;

use super::files::{MAX_FILE, MAX_INFLATION, climbs, read_up_to};
use super::read::{looks_like_advisory, read_record};
use super::store::{Incoming, Packer, pack};

/// So many inflated bytes are read before they are handed on; three such pieces
/// are in memory at a time, with what is made of them.
const CHUNK_BYTES: u64 = 12 << 20;
const CHUNK_ENTRIES: usize = 4_000;

/// An open archive.
pub(super) struct Archive {
    zip: zip::ZipArchive<Shared>,
    /// How much it may inflate to in all.
    budget: u64,
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
        Self::of(File::open(path).map_err(|error| error.to_string())?)
    }

    pub(super) fn of(file: File) -> Result<Self, String> {
        let size = file.metadata().map_err(|error| error.to_string())?.len();
        let zip = zip::ZipArchive::new(Shared { file: Arc::new(file), at: 0, size });
        let zip = zip.map_err(|error| format!("it is no whole zip archive: {error}"))?;
        Ok(Self { zip, budget: MAX_FILE + MAX_INFLATION * size })
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
        take: &mut dyn FnMut(Chunk) -> Result<(), E>,
    ) -> Result<(), E> {
        let (sender, receiver) = sync_channel::<Chunk>(1);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let (mut at, mut inflated) = (begin, 0);
                while at < self.len() {
                    let (end, bytes) = self.chunk_end(at);
                    inflated += bytes;
                    let chunk = if inflated > self.budget {
                        let why =
                            format!("it inflates to more than {MAX_INFLATION} times its size, as only a zip bomb does");
                        Chunk { entries: self.len() - at, records: Vec::new(), bad: vec![("the rest".to_owned(), why)] }
                    } else {
                        self.chunk(at, end, packer.get().map(|packer| &**packer))
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

    fn chunk(&self, begin: usize, end: usize, packer: Option<&Packer>) -> Chunk {
        let read = |zip: &mut zip::ZipArchive<Shared>, at: usize| match zip.by_index(at) {
            Err(error) => (format!("entry {at}"), Err(error.to_string())),
            Ok(entry) => {
                let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
                if climbs(&name) {
                    let why = "its path leads out of the archive; get the archive from a trusted place";
                    return (name, Err(why.to_owned()));
                }
                if entry.is_dir() || !name.to_ascii_lowercase().ends_with(".json") {
                    return (name, Ok(Vec::new()));
                }
                let records = read_up_to(entry, MAX_FILE).and_then(incoming);
                (name, records)
            }
        };
        let tools = || (self.zip.clone(), packer.and_then(|packer| Some((packer, packer.compressor().ok()?))));
        let read_and_pack = |(zip, tools): &mut (zip::ZipArchive<Shared>, Option<(&Packer, _)>), at: usize| {
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

/// The records of a text, each read or not.
pub(super) type Items = Vec<Result<Incoming, String>>;

/// The records of a JSON text: one, a list of them, or none where it is plainly
/// something else; each by itself, for one that is broken stops no other.
pub(super) fn incoming(bytes: Vec<u8>) -> Result<Items, String> {
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
struct Shared {
    file: Arc<File>,
    at: u64,
    size: u64,
}

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let count = std::os::unix::fs::FileExt::read_at(&*self.file, buffer, self.at)?;
        #[cfg(windows)]
        let count = std::os::windows::fs::FileExt::seek_read(&*self.file, buffer, self.at)?;
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
