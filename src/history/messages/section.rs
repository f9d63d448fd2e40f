//! How the index of messages lies in memory and in files: sections of values of one
//! size, each after its length in bytes.

use std::io::{Read, Write};
use std::ops::Range;

/// The first bytes of a file. The number counts up whenever the layout changes, or
/// what is read from a message (`tests::what_is_kept_has_its_number` has its
/// fingerprint): a file of another number is as good as none.
const HEADER: &[u8; 20] = b"secnotes messages 1\n";

/// Sections that are being written.
#[derive(Default)]
pub(super) struct Layout(Vec<u8>);

impl Layout {
    /// Room for so many bytes: to grow takes twice the room.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Adds a section of values of one size.
    pub(super) fn section<const N: usize>(&mut self, values: impl ExactSizeIterator<Item = [u8; N]>) {
        self.0.extend_from_slice(&((values.len() * N) as u64).to_le_bytes());
        values.for_each(|value| self.0.extend_from_slice(&value));
    }

    /// Adds a section of bytes, as they are written.
    pub(super) fn bytes(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let at = self.0.len();
        self.0.extend_from_slice(&[0; 8]);
        let begin = self.0.len();
        write(&mut self.0);
        let length = (self.0.len() - begin) as u64;
        if let Some(place) = self.0.get_mut(at..begin) {
            place.copy_from_slice(&length.to_le_bytes());
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Sections that are being read.
pub(super) struct Sections<'f> {
    bytes: &'f [u8],
    at: usize,
}

impl<'f> Sections<'f> {
    pub(super) const fn new(bytes: &'f [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Where the next section lies.
    pub(super) fn next(&mut self) -> Option<Range<usize>> {
        let begin = self.at.checked_add(8)?;
        let length = self.bytes.get(self.at..begin)?.try_into().ok().map(u64::from_le_bytes)?;
        let end = begin.checked_add(usize::try_from(length).ok()?)?;
        self.bytes.get(begin..end)?;
        self.at = end;
        Some(begin..end)
    }

    /// The values of the next section.
    pub(super) fn values<T, const N: usize>(&mut self, make: impl Fn([u8; N]) -> T) -> Option<Vec<T>> {
        let section = self.next()?;
        let (values, rest) = self.bytes.get(section)?.as_chunks::<N>();
        rest.is_empty().then(|| values.iter().map(|value| make(*value)).collect())
    }
}

/// Writes the two parts of a file, each after its length and its checksum.
pub(super) fn write(file: &mut impl Write, parts: [&[u8]; 2]) -> std::io::Result<()> {
    file.write_all(HEADER)?;
    for part in parts {
        file.write_all(&(part.len() as u64).to_le_bytes())?;
        file.write_all(&crc32fast::hash(part).to_le_bytes())?;
        file.write_all(part)?;
    }
    file.flush()
}

/// Checks the beginning of a file that is to be read part by part.
pub(super) fn begins(file: &mut impl Read) -> Option<()> {
    let mut header = [0; HEADER.len()];
    file.read_exact(&mut header).ok()?;
    (header == *HEADER).then_some(())
}

/// The next part of a file that has so many bytes; none where it is cut off or damaged.
pub(super) fn part(file: &mut impl Read, size: u64) -> Option<Vec<u8>> {
    let (mut length, mut sum) = ([0; 8], [0; 4]);
    file.read_exact(&mut length).ok()?;
    file.read_exact(&mut sum).ok()?;
    let length = u64::from_le_bytes(length);
    if length > size {
        return None;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).ok()?);
    file.take(length).read_to_end(&mut bytes).ok()?;
    let sound = bytes.len() as u64 == length && crc32fast::hash(&bytes).to_le_bytes() == sum;
    sound.then_some(bytes)
}
