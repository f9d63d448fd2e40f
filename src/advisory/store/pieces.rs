//! Archives on their way into the store, piece by piece: the largest have more
//! records than fit into memory.

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::incoming::Incoming;
use super::items::{Items, items};
use super::pack::{Packer, pack};
use crate::advisory::Budget;
use crate::advisory::archive::{Archive, Entry, Zip, bomb, entry};

/// So many inflated bytes are read before they are handed on; three such pieces
/// are in memory at a time, with what is made of them.
const CHUNK_BYTES: u64 = 12 << 20;
const CHUNK_ENTRIES: usize = 4_000;

/// Some entries of an archive.
pub(in crate::advisory) struct Chunk {
    /// How many entries these were, records or not.
    pub(in crate::advisory) entries: usize,
    pub(in crate::advisory) records: Vec<Incoming>,
    /// Entries that cannot be used, and why.
    pub(in crate::advisory) bad: Vec<(String, String)>,
}

/// Hands the archive on, from an entry on: the next piece is read while
/// `take` keeps the last one.
///
/// Records are packed ahead, on all cores, as soon as `packer` is set.
pub(in crate::advisory) fn each_chunk<E>(
    archive: &Archive,
    begin: usize,
    packer: &OnceLock<Arc<Packer>>,
    budget: &Budget,
    take: &mut dyn FnMut(Chunk) -> Result<(), E>,
) -> Result<(), E> {
    let (sender, receiver) = sync_channel::<Chunk>(1);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let (mut at, mut inflated) = (begin, 0);
            while at < archive.len() {
                let (end, bytes) = chunk_end(archive, at);
                inflated += bytes;
                let chunk = if inflated > archive.most {
                    let bad = vec![("the rest".to_owned(), bomb())];
                    Chunk { entries: archive.len() - at, records: Vec::new(), bad }
                } else {
                    chunk(archive, at, end, packer.get().map(|packer| &**packer), budget)
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
fn chunk_end(archive: &Archive, begin: usize) -> (usize, u64) {
    let (mut end, mut bytes) = (begin, 0);
    while end < archive.len() && end - begin < CHUNK_ENTRIES && bytes < CHUNK_BYTES {
        bytes += archive.zip().by_index_raw(end).map_or(0, |entry| entry.size());
        end += 1;
    }
    (end, bytes)
}

fn chunk(archive: &Archive, begin: usize, end: usize, packer: Option<&Packer>, budget: &Budget) -> Chunk {
    let read = |zip: &mut Zip, at: usize| match entry(zip, at, budget.largest_file()) {
        None => (String::new(), Ok(Vec::new())),
        Some(Entry { name, bytes }) => {
            let name = name.unwrap_or_else(|| format!("entry {at}"));
            let records = bytes.and_then(|bytes| items(&name, bytes, budget));
            (name, records)
        }
    };
    let tools = || (archive.zip(), packer.and_then(|packer| Some((packer, packer.compressor().ok()?))));
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
