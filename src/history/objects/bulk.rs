//! Reads all commits of packs from end to end, in parallel.
//!
//! The git library looks every object up, opens a stream for it and reads on one
//! thread at a time; in the order in which a pack has them, commits are inflated at
//! the speed of inflating. What is odd is left out here (a damaged entry, a delta whose
//! base is elsewhere, a pack of another version): whoever needs such a commit reads it
//! by itself, and learns what is wrong with it.
//!
//! Measured on curl, with one and with two threads: the git library's own walk with a scan
//! of messages takes 0.38 and 0.51 s, inflating every commit from the pack 0.14 and 0.08 s.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::{Decompress, FlushDecompress, Status};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::database::{Lent, Objects};
use super::packs::{COMMIT, PackIndex, read_stretch};
use crate::history::oid::oid;
use crate::model::CommitId;

/// Objects that lie together are read together: so many bytes of a pack at a time.
const STRETCH: u64 = 2 << 20;

/// A larger commit is read by itself.
const LARGEST: usize = 1 << 20;

/// What to do with the commits of packs.
pub(in crate::history) struct Take<'t, C> {
    /// Whether a commit is wanted.
    pub(in crate::history) wanted: &'t (dyn Fn(&CommitId) -> bool + Sync),
    /// Nothing is read any more when commits have this many bytes.
    pub(in crate::history) most: u64,
    /// Takes a commit.
    pub(in crate::history) add: &'t (dyn Fn(&mut C, CommitId, &[u8]) + Sync),
    /// Takes note that nothing more is added.
    pub(in crate::history) done: &'t (dyn Fn(&mut C) + Sync),
}

impl Objects {
    /// The commits of a pack, by the path of its index; none where it is no such pack.
    pub(in crate::history) fn commits_in_pack<C: Default + Send>(&self, index: &Path, take: &Take<'_, C>) -> Vec<C> {
        let pack = Pack::open(index);
        pack.map(|pack| pack.commits(self, take, &AtomicU64::new(0))).unwrap_or_default()
    }
}

impl PackIndex {
    /// The bytes of a commit that the pack has whole, by the place of its name.
    pub(super) fn whole_commit(&self, place: u64, state: &mut Decompress) -> Option<Vec<u8>> {
        let at = self.place(place)?;
        // Most commits take less than this; one that takes more is read once more.
        for most in [2 << 10, LARGEST] {
            let packed = self.bytes(at, most)?;
            let (kind, size, data) = header(&packed)?;
            if kind != COMMIT || size > LARGEST {
                return None;
            }
            let mut bytes = Vec::new();
            if inflate(state, data, size, &mut bytes).is_some() {
                return Some(bytes);
            }
        }
        None
    }
}

/// A pack and the places of its objects: 36 bytes for each of them.
struct Pack {
    path: PathBuf,
    /// Where its objects end.
    end: u64,
    /// The names in their order, 20 bytes each.
    names: Vec<u8>,
    /// Where each begins, and the place of its name; in the order of the pack.
    entries: Vec<(u64, u32)>,
}

/// What one thread reads with.
struct Reader {
    file: Option<File>,
    packed: Vec<u8>,
    inflated: Vec<u8>,
    inflate: Decompress,
}

/// What a stretch of a pack has.
struct Found<C> {
    commits: C,
    /// Where its commits begin that are stored whole.
    whole: Vec<u64>,
    /// Where its deltas begin, and where their bases.
    deltas: Vec<(u64, u64)>,
    /// Where its deltas begin that name their bases, and the names.
    named: Vec<(u64, [u8; 20])>,
}

impl Pack {
    fn open(path: &Path) -> Option<Self> {
        let index = PackIndex::open(path)?;
        let mut entries: Vec<(u64, u32)> = index.places()?.into_iter().zip(0..).collect();
        entries.par_sort_unstable();
        Some(Self {
            path: path.with_extension("pack"),
            end: index.size.checked_sub(20)?,
            names: index.names()?,
            entries,
        })
    }

    fn names(&self) -> &[[u8; 20]] {
        self.names.as_chunks::<20>().0
    }

    fn id(&self, name: u32) -> Option<CommitId> {
        self.names().get(name as usize).copied().map(CommitId::from_bytes)
    }

    /// Its commits: first those that are stored whole, then the deltas of these.
    fn commits<C: Default + Send>(&self, objects: &Objects, take: &Take<'_, C>, bytes: &AtomicU64) -> Vec<C> {
        let reader = || Reader {
            file: File::open(&self.path).ok(),
            packed: Vec::new(),
            inflated: Vec::new(),
            inflate: Decompress::new(true),
        };
        let found: Vec<Found<C>> = self
            .stretches()
            .into_par_iter()
            .map_init(reader, |reader, entries| self.read(reader, entries, take, bytes))
            .collect();
        let mut all = Vec::with_capacity(found.len());
        let (mut whole, mut open, mut named) = (Vec::new(), Vec::new(), Vec::new());
        for found in found {
            all.push(found.commits);
            whole.push(found.whole);
            open.push(found.deltas);
            named.extend(found.named);
        }
        let deltas = self.of_commits(whole.into_iter().flatten().collect(), open, &named);
        let shared = objects.shared();
        let of_deltas = deltas.par_chunks(1024).map_init(
            || shared.open(),
            |lent: &mut Lent<'_>, places: &[u64]| {
                let mut commits = C::default();
                let names = places.iter().filter_map(|at| self.entries.binary_search_by_key(at, |(at, _)| *at).ok());
                let ids = names.filter_map(|at| self.entries.get(at)).filter_map(|(_, name)| self.id(*name));
                for id in ids.filter(|id| (take.wanted)(id)) {
                    let take_it = |read: &[u8]| {
                        bytes.fetch_add(read.len() as u64, Ordering::Relaxed);
                        (take.add)(&mut commits, id, read);
                        Ok(())
                    };
                    if bytes.load(Ordering::Relaxed) <= take.most
                        && let Some(objects) = lent.objects()
                    {
                        // Whoever needs it reads it again, and learns what is wrong.
                        let _ = objects.with_commit(oid(id), take_it);
                    }
                }
                (take.done)(&mut commits);
                commits
            },
        );
        all.extend(of_deltas.collect::<Vec<C>>());
        all
    }

    /// The deltas whose bases, or bases' bases, are commits.
    fn of_commits(&self, mut known: FxHashSet<u64>, open: Vec<Vec<(u64, u64)>>, named: &[(u64, [u8; 20])]) -> Vec<u64> {
        let mut deltas = Vec::new();
        // These lie after their bases: one way through the pack finds all.
        for (at, base) in open.into_iter().flatten() {
            if known.contains(&base) {
                known.insert(at);
                deltas.push(at);
            }
        }
        if named.is_empty() {
            return deltas;
        }
        let mut places = vec![0; self.names().len()];
        for (at, name) in &self.entries {
            if let Some(place) = places.get_mut(*name as usize) {
                *place = *at;
            }
        }
        let place = |name| places.get(self.names().binary_search(name).ok()?).copied();
        let mut open: Vec<(u64, u64)> = named.iter().filter_map(|(at, name)| Some((*at, place(name)?))).collect();
        // These may lie anywhere. A delta by place of one by name is read by itself.
        loop {
            let before = deltas.len();
            open.retain(|(at, base)| {
                let found = known.contains(base) && known.insert(*at);
                if found {
                    deltas.push(*at);
                }
                !found
            });
            if deltas.len() == before {
                return deltas;
            }
        }
    }

    /// Neighbours that are read together.
    fn stretches(&self) -> Vec<&[(u64, u32)]> {
        let mut begin = self.entries.first().map_or(0, |(at, _)| *at);
        self.entries
            .chunk_by(|_, (next, _)| {
                let same = next.saturating_sub(begin) < STRETCH;
                if !same {
                    begin = *next;
                }
                same
            })
            .collect()
    }

    fn read<C: Default>(
        &self,
        reader: &mut Reader,
        entries: &[(u64, u32)],
        take: &Take<'_, C>,
        bytes: &AtomicU64,
    ) -> Found<C> {
        let (whole, deltas, named) = (Vec::new(), Vec::new(), Vec::new());
        let mut found = Found { commits: C::default(), whole, deltas, named };
        let (Some((begin, _)), Some((last, _))) = (entries.first(), entries.last()) else { return found };
        // Of the last, which may be a file of any size, as much as a commit may take.
        let after = self.entries.partition_point(|(at, _)| at <= last);
        let end = self.entries.get(after).map_or(self.end, |(at, _)| *at).min(last.saturating_add(LARGEST as u64));
        let Some(length) = end.checked_sub(*begin) else { return found };
        let read = reader.file.as_ref().and_then(|file| read_stretch(file, *begin, length, &mut reader.packed));
        if read.is_none() {
            return found;
        }
        for (at, name) in entries {
            let offset = usize::try_from(at - begin).unwrap_or(usize::MAX);
            let Some((kind, size, data)) = reader.packed.get(offset..).and_then(header) else { continue };
            match kind {
                COMMIT => {
                    found.whole.push(*at);
                    let Some(id) = self.id(*name) else { continue };
                    let spent = bytes.load(Ordering::Relaxed) > take.most;
                    if spent || size > LARGEST || !(take.wanted)(&id) {
                        continue;
                    }
                    let data = data.get(..data.len().min(usize::try_from(end - at).unwrap_or(0)));
                    if inflate(&mut reader.inflate, data.unwrap_or_default(), size, &mut reader.inflated).is_some() {
                        bytes.fetch_add(size as u64, Ordering::Relaxed);
                        (take.add)(&mut found.commits, id, &reader.inflated);
                    }
                }
                DELTA => {
                    let base = base(data).and_then(|back| at.checked_sub(back));
                    found.deltas.extend(base.map(|base| (*at, base)));
                }
                NAMED_DELTA => found.named.extend(data.first_chunk().map(|name| (*at, *name))),
                _ => {}
            }
        }
        (take.done)(&mut found.commits);
        found.deltas.shrink_to_fit();
        found
    }
}

/// The number of a delta whose base is in the same pack, some bytes before it.
const DELTA: u8 = 6;
/// The number of a delta that names its base.
const NAMED_DELTA: u8 = 7;

/// The type and the size of a packed object, and what follows (gitformat-pack: three
/// bits of type, four of size, and seven more for each byte whose highest bit is set).
fn header(bytes: &[u8]) -> Option<(u8, usize, &[u8])> {
    let (first, mut rest) = bytes.split_first()?;
    let mut size = usize::from(first & 0x0f);
    let (mut shift, mut more) = (4, first & 0x80 != 0);
    while more {
        let (next, after) = rest.split_first()?;
        size |= usize::from(next & 0x7f).checked_shl(shift)?;
        (shift, more, rest) = (shift + 7, next & 0x80 != 0, after);
        if shift > 60 {
            return None;
        }
    }
    Some(((first >> 4) & 7, size, rest))
}

/// How many bytes before a delta its base begins (gitformat-pack, "offset encoding").
fn base(bytes: &[u8]) -> Option<u64> {
    let (first, mut rest) = bytes.split_first()?;
    let (mut back, mut more) = (u64::from(first & 0x7f), first & 0x80 != 0);
    while more {
        let (next, after) = rest.split_first()?;
        back = back.checked_add(1)?.checked_mul(128)? | u64::from(next & 0x7f);
        (more, rest) = (next & 0x80 != 0, after);
    }
    Some(back)
}

/// Inflates an object that has to have this size.
fn inflate(inflate: &mut Decompress, data: &[u8], size: usize, into: &mut Vec<u8>) -> Option<()> {
    inflate.reset(true);
    into.clear();
    // One byte more, so that what is larger than it says is seen.
    into.reserve(size + 1);
    let status = inflate.decompress_vec(data, into, FlushDecompress::Finish).ok()?;
    (status == Status::StreamEnd && into.len() == size).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_packed_objects_are_read() {
        assert_eq!(header(&[0x15, 9]), Some((COMMIT, 5, [9].as_slice())));
        assert_eq!(header(&[0x95, 0x0a]), Some((COMMIT, 5 + 16 * 10, [].as_slice())));
        assert_eq!((header(&[]), header(&[0x95]), header(&[0xff; 20])), (None, None, None));
        assert_eq!((base(&[0x05]), base(&[0x80, 0x00]), base(&[0x80])), (Some(5), Some(128), None));
        assert_eq!(base(&[0xff; 30]), None);
    }
}
