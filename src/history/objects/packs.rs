//! Looks objects up in packs, without the git library: it maps what it reads, and a
//! look-up here and there then counts as the whole pack.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use git2::Oid;

/// The number of a commit as the type of a packed object.
pub(super) const COMMIT: u8 = 1;

/// A pack and its index, open (gitformat-pack, "Version 2 pack-*.idx files": 8 bytes, 256
/// counts of the names up to each first byte, the names in order, a checksum of four
/// bytes each, places of four bytes, and those of eight).
pub(super) struct PackIndex {
    index: File,
    pack: File,
    /// How many bytes the pack has.
    pub(super) size: u64,
    counts: Vec<u32>,
}

/// Where the names begin.
const NAMES: u64 = 8 + 256 * 4;

impl PackIndex {
    /// Opens an index and its pack; none where one is not there, is no file, or is of
    /// another version.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let is_file = |path: &Path| std::fs::metadata(path).is_ok_and(|found| found.is_file());
        let pack = path.with_extension("pack");
        if !is_file(path) || !is_file(&pack) {
            return None;
        }
        let mut index = File::open(path).ok()?;
        let mut head = [0; NAMES as usize];
        index.read_exact(&mut head).ok()?;
        let counts = head.strip_prefix(b"\xfftOc\0\0\0\x02")?.as_chunks::<4>().0;
        let counts: Vec<u32> = counts.iter().map(|count| u32::from_be_bytes(*count)).collect();
        let pack = File::open(pack).ok()?;
        let size = pack.metadata().ok()?.len();
        // A count that lies asks for no memory.
        let length = index.metadata().ok()?.len();
        let fits = u64::from(*counts.last()?) <= length / 28;
        // An index ends with the checksum that its pack ends with, and its own. Of a pack
        // that was cut off, or is not the index's, nothing is taken: git reads none of it.
        let (mut named, mut own) = ([0; 20], [0; 20]);
        Self::read_at(&index, length.checked_sub(40)?, &mut named)?;
        Self::read_at(&pack, size.checked_sub(20)?, &mut own)?;
        (fits && named == own).then_some(Self { index, pack, size, counts })
    }

    /// How many objects there are.
    pub(super) fn len(&self) -> u64 {
        self.counts.last().copied().map_or(0, u64::from)
    }

    fn read_at(mut file: &File, at: u64, into: &mut [u8]) -> Option<()> {
        file.seek(SeekFrom::Start(at)).ok()?;
        file.read_exact(into).ok()
    }

    /// The place of an object's name; none where there is none.
    pub(super) fn find(&self, id: Oid) -> Option<u64> {
        let first = usize::from(*id.as_bytes().first()?);
        let before = first.checked_sub(1).map_or(Some(0), |before| self.counts.get(before).copied())?;
        let (mut low, mut high) = (u64::from(before), u64::from(*self.counts.get(first)?));
        let mut name = [0; 20];
        while low < high {
            let middle = low.midpoint(high);
            Self::read_at(&self.index, NAMES + 20 * middle, &mut name)?;
            match name.as_slice().cmp(id.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Where the object of a name's place begins in the pack.
    pub(super) fn place(&self, place: u64) -> Option<u64> {
        let (mut near, mut far) = ([0; 4], [0; 8]);
        Self::read_at(&self.index, NAMES + 24 * self.len() + 4 * place, &mut near)?;
        let near = u32::from_be_bytes(near);
        let Some(number) = near.checked_sub(1 << 31) else { return Some(u64::from(near)) };
        Self::read_at(&self.index, NAMES + 28 * self.len() + 8 * u64::from(number), &mut far)?;
        Some(u64::from_be_bytes(far))
    }

    /// So many bytes of the pack from a place on, or as many as there are.
    pub(super) fn bytes(&self, at: u64, most: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(most);
        read_stretch(&self.pack, at, most as u64, &mut bytes)?;
        Some(bytes)
    }

    /// Whether the object of a name's place is a commit that is stored whole.
    pub(super) fn is_whole_commit(&self, place: u64) -> Option<bool> {
        let kind = *self.bytes(self.place(place)?, 1)?.first()?;
        Some((kind >> 4) & 7 == COMMIT)
    }

    /// The names in their order, each of 20 bytes.
    pub(super) fn names(&self) -> Option<Vec<u8>> {
        let mut names = vec![0; usize::try_from(20 * self.len()).ok()?];
        Self::read_at(&self.index, NAMES, &mut names)?;
        Some(names)
    }

    /// Where each object begins in the pack, in the order of the names.
    pub(super) fn places(&self) -> Option<Vec<u64>> {
        let mut near = vec![0; usize::try_from(4 * self.len()).ok()?];
        Self::read_at(&self.index, NAMES + 24 * self.len(), &mut near)?;
        let near: Vec<u32> = near.as_chunks::<4>().0.iter().map(|place| u32::from_be_bytes(*place)).collect();
        let count = near.iter().filter(|place| **place >= 1 << 31).count();
        let mut far = vec![0; 8 * count];
        Self::read_at(&self.index, NAMES + 28 * self.len(), &mut far)?;
        let (far, _) = far.as_chunks::<8>();
        let place = |near: u32| match near.checked_sub(1 << 31) {
            None => Some(u64::from(near)),
            Some(number) => far.get(number as usize).map(|place| u64::from_be_bytes(*place)),
        };
        near.into_iter().map(place).collect()
    }
}

/// Reads so many bytes of a file from a place on, or as many as there are.
pub(super) fn read_stretch(mut file: &File, at: u64, most: u64, into: &mut Vec<u8>) -> Option<()> {
    into.clear();
    file.seek(SeekFrom::Start(at)).ok()?;
    file.take(most).read_to_end(into).ok()?;
    Some(())
}

/// The indexes in a folder of objects, in an order.
pub(super) fn indexes(objects: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(objects.join("pack")).into_iter().flatten().flatten().map(|file| file.path());
    let mut indexes: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "idx")).collect();
    indexes.sort();
    indexes
}

/// Whether a pack in a folder of objects has an object. It is asked only of loose
/// objects that are damaged: git looks into packs first, so that a whole copy
/// there is the one that counts. An index that cannot be read has nothing.
pub(super) fn hold(objects: &Path, id: Oid) -> bool {
    indexes(objects).iter().any(|path| PackIndex::open(path).is_some_and(|pack| pack.find(id).is_some()))
}
