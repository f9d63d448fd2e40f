//! Loose objects: the files of their own that git keeps objects in until it packs them.
//!
//! They are read here, because libgit2 1.9.7 waits for ever for the rest of one that was cut off,
//! at full speed, and makes room for whatever size an object states.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use flate2::{Decompress, FlushDecompress, Status};
use git2::{ObjectType, Oid};
use rustc_hash::{FxHashMap, FxHashSet};

use super::fault::{Fault, judge};
use super::packs;
use super::parse::type_named;
use crate::limits;
use crate::model::line_of_path;

/// The loose objects of a repository and of those that it borrows from, as they
/// were when it was opened. Only their names are read then.
#[derive(Debug, Default)]
pub(super) struct Loose {
    folders: Vec<PathBuf>,
    /// The folder that each is in.
    of: FxHashMap<[u8; 20], u32>,
    /// Those that were found whole.
    whole: Mutex<FxHashSet<[u8; 20]>>,
}

type Header = (u64, ObjectType);

impl Loose {
    /// Lists the loose objects in a folder of objects, and in those that it borrows from.
    pub(super) fn list(objects: &Path) -> Self {
        let mut loose = Self { folders: folders(objects), ..Self::default() };
        for (folder, number) in loose.folders.iter().zip(0u32..) {
            for first in 0..=u8::MAX {
                let Ok(names) = std::fs::read_dir(folder.join(format!("{first:02x}"))) else { continue };
                for name in names.flatten() {
                    let id = name.file_name().to_str().and_then(|rest| id(first, rest));
                    if let Some(id) = id {
                        loose.of.entry(id).or_insert(number);
                    }
                }
            }
        }
        loose
    }

    /// A file of a pack that is no file: the git library would wait for what a
    /// pipe has to say.
    pub(super) fn odd_pack(&self) -> Option<PathBuf> {
        let files = self.folders.iter().filter_map(|folder| std::fs::read_dir(folder.join("pack")).ok());
        let mut files = files.flat_map(|files| files.flatten().map(|file| file.path()));
        files.find(|path| std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()))
    }

    /// The indexes of all packs: those of the own folder first.
    pub(super) fn pack_indexes(&self) -> Vec<PathBuf> {
        self.folders.iter().flat_map(|folder| packs::indexes(folder)).collect()
    }

    fn path(&self, id: Oid) -> Option<PathBuf> {
        if self.of.is_empty() {
            return None;
        }
        let folder = self.folders.get(*self.of.get(id.as_bytes())? as usize)?;
        let name = id.to_string();
        let (first, rest) = name.split_at_checked(2)?;
        Some(folder.join(first).join(rest))
    }

    /// Whether an object is in a pack as well, where git looks first.
    pub(super) fn is_packed(&self, id: Oid) -> bool {
        self.folders.iter().any(|folder| packs::hold(folder, id))
    }

    /// Whether an object is loose.
    pub(super) fn has(&self, id: Oid) -> bool {
        self.of.contains_key(id.as_bytes())
    }

    /// The size and the kind of an object; none where it is not loose.
    pub(super) fn header(&self, id: Oid) -> Option<Result<Header, Fault>> {
        Some(Stream::open(&self.path(id)?).map(|(_, header)| header))
    }

    /// An object of one of some kinds and at most so many bytes; none where it is not loose.
    pub(super) fn read(
        &self,
        id: Oid,
        wanted: &[ObjectType],
        most: u64,
    ) -> Option<Result<(ObjectType, Vec<u8>), Fault>> {
        let path = self.path(id)?;
        let read = || {
            let (stream, (size, kind)) = Stream::open(&path)?;
            judge(size, kind, wanted, most)?;
            let mut bytes = Vec::new();
            stream.rest(size, &mut |part| bytes.extend_from_slice(part))?;
            Ok((kind, bytes))
        };
        Some(read())
    }

    /// Whether an object may be read by others: it is not loose, in a pack as
    /// well, or whole.
    pub(super) fn check(&self, id: Oid) -> Result<(), Fault> {
        let Some(path) = self.path(id) else { return Ok(()) };
        let bytes = id.as_bytes().try_into().unwrap_or_default();
        let whole = || self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        if whole().contains(&bytes) {
            return Ok(());
        }
        let read = || {
            let (stream, (size, _)) = Stream::open(&path)?;
            stream.rest(size, &mut |_| {})
        };
        match read() {
            Err(fault) if !self.is_packed(id) => Err(fault),
            _ => {
                whole().insert(bytes);
                Ok(())
            }
        }
    }

    /// Checks every loose object. Gives the first that is damaged, by its name.
    pub(super) fn check_all(&self) -> Result<(), (Oid, Fault)> {
        use rayon::prelude::*;
        let damaged = self.of.par_iter().filter_map(|(id, _)| {
            let id = Oid::from_bytes(id).ok()?;
            self.check(id).err().map(|fault| (id, fault))
        });
        damaged.min_by_key(|(id, _)| *id).map_or(Ok(()), Err)
    }
}

fn id(first: u8, rest: &str) -> Option<[u8; 20]> {
    // Git writes small letters, and looks for them.
    let plain = rest.len() == 38 && rest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let id = plain.then(|| Oid::from_str(&format!("{first:02x}{rest}")).ok()).flatten()?;
    id.as_bytes().try_into().ok()
}

/// A folder of objects, and those that it borrows from, as deep as the git library goes.
fn folders(own: &Path) -> Vec<PathBuf> {
    let mut all = vec![own.to_path_buf()];
    let mut at = 0;
    for _ in 0..limits::ALTERNATES_DEPTH {
        let end = all.len();
        for folder in all.get(at..end).unwrap_or_default().to_vec() {
            let file = folder.join("info/alternates");
            if !std::fs::metadata(&file).is_ok_and(|found| found.is_file()) {
                continue;
            }
            let listed = std::fs::read_to_string(file).unwrap_or_default();
            for line in listed.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
                let borrowed = folder.join(line);
                if !all.contains(&borrowed) {
                    all.push(borrowed);
                }
            }
        }
        at = end;
    }
    all
}

/// The longest beginning of a loose object that is no contents: `commit 18446744073709551615`.
const LONGEST_HEADER: usize = 32;

/// A loose object that is being read.
struct Stream {
    file: BufReader<File>,
    inflate: Decompress,
    /// What was inflated and not handed on.
    begin: Vec<u8>,
    ended: bool,
}

impl Stream {
    /// Opens a file and reads what it says of its contents.
    fn open(path: &Path) -> Result<(Self, Header), Fault> {
        let system = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => Fault::Missing,
            _ => Fault::damaged(format!("{}: {error}", line_of_path(path))),
        };
        // A pipe in the file's place would be waited for.
        if !std::fs::metadata(path).map_err(system)?.is_file() {
            return Err(Fault::damaged("there is no regular file in its place"));
        }
        let file = BufReader::new(File::open(path).map_err(system)?);
        let mut stream = Self { file, inflate: Decompress::new(true), begin: Vec::new(), ended: false };
        let mut part = [0; 256];
        while !stream.ended && stream.begin.len() < LONGEST_HEADER {
            let length = stream.inflate(&mut part)?;
            stream.begin.extend_from_slice(part.get(..length).unwrap_or_default());
        }
        let end = stream.begin.iter().take(LONGEST_HEADER).position(|byte| *byte == 0);
        let text = end.and_then(|end| std::str::from_utf8(stream.begin.get(..end)?).ok());
        let header = text.and_then(|text| {
            let (kind, size) = text.split_once(' ')?;
            Some((size.parse().ok()?, type_named(kind.as_bytes())?))
        });
        let header = header.ok_or_else(|| Fault::damaged("it does not say what it is"))?;
        stream.begin.drain(..end.map_or(0, |end| end + 1));
        Ok((stream, header))
    }

    /// Inflates some more bytes; none at the end, and there only.
    fn inflate(&mut self, into: &mut [u8]) -> Result<usize, Fault> {
        while !self.ended {
            let input = self.file.fill_buf().map_err(|error| Fault::damaged(error.to_string()))?;
            let (given, at_end) = (input.len(), input.is_empty());
            let (taken, made) = (self.inflate.total_in(), self.inflate.total_out());
            let flush = if at_end { FlushDecompress::Finish } else { FlushDecompress::None };
            let status = self.inflate.decompress(input, into, flush);
            let status = status.map_err(|_| Fault::damaged("its file cannot be inflated"))?;
            let taken = usize::try_from(self.inflate.total_in() - taken).unwrap_or(given);
            let made = usize::try_from(self.inflate.total_out() - made).unwrap_or(0);
            self.file.consume(taken);
            self.ended = status == Status::StreamEnd;
            if made > 0 {
                return Ok(made);
            }
            if !self.ended && at_end {
                return Err(Fault::damaged("its file is cut off"));
            }
        }
        Ok(0)
    }

    /// Hands on the contents, which have to be of this size.
    fn rest(mut self, size: u64, hand_on: &mut dyn FnMut(&[u8])) -> Result<(), Fault> {
        let other = || Fault::damaged(format!("it has not the {size} bytes that it says it has"));
        let mut left = size.checked_sub(self.begin.len() as u64).ok_or_else(other)?;
        hand_on(&self.begin);
        let mut part = vec![0; 32 << 10];
        while !self.ended {
            let length = self.inflate(&mut part)?;
            left = left.checked_sub(length as u64).ok_or_else(other)?;
            hand_on(part.get(..length).unwrap_or_default());
        }
        let more = self.file.fill_buf().is_ok_and(|more| !more.is_empty());
        if left > 0 {
            Err(other())
        } else if more {
            Err(Fault::damaged("its file goes on after its end"))
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A folder of objects with one loose file of this text.
    fn stored(folder: &Path, bytes: &[u8]) -> (Loose, Oid) {
        let (first, rest) = ("ab", "11111111111111111111111111111111111111");
        std::fs::create_dir_all(folder.join(first)).unwrap();
        std::fs::write(folder.join(first).join(rest), bytes).unwrap();
        (Loose::list(folder), Oid::from_str(&format!("{first}{rest}")).unwrap())
    }

    fn deflated(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: &[u8], most: u64) -> Result<(ObjectType, Vec<u8>), Fault> {
        let folder = tempfile::tempdir().unwrap();
        let (loose, id) = stored(folder.path(), bytes);
        let read = loose.read(id, &[ObjectType::Blob], most).unwrap();
        assert_eq!(read.is_ok(), loose.check(id).is_ok() && read.is_ok());
        read
    }

    #[test]
    fn a_loose_object_is_read_whole_or_not_at_all() {
        // Random enough that its file has several parts.
        let text: Vec<u8> = (0u32..60_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let object = deflated(&[format!("blob {}\0", text.len()).as_bytes(), &text].concat());
        assert_eq!(read(&object, 60_000).unwrap(), (ObjectType::Blob, text));
        assert_eq!(read(&object, 59_999).unwrap_err(), Fault::TooLarge(60_000));
        let step = object.len() / 50;
        for length in (0..20).chain((20..object.len()).step_by(step)).chain(object.len() - 20..object.len()) {
            assert!(matches!(read(&object[..length], 60_000), Err(Fault::Damaged(_))), "{length}");
        }
        assert!(read(&[object.as_slice(), b"x"].concat(), 60_000).is_err());
        let mut flipped = object.clone();
        flipped[object.len() / 2] ^= 4;
        assert!(read(&flipped, 60_000).is_err());
    }

    #[test]
    fn what_a_loose_object_says_of_itself_has_to_be_so() {
        for text in [
            "blob 4\0abc",
            "blob 2\0abc",
            "blob x\0abc",
            "blob 3 abc",
            "blub 3\0abc",
            "",
            "blob -1\0",
            "blob 99999999999999999999\0",
        ] {
            assert!(matches!(read(&deflated(text.as_bytes()), 100), Err(Fault::Damaged(_))), "{text}");
        }
        assert_eq!(read(&deflated(b"tree 3\0abc"), 100).unwrap_err(), Fault::Kind(ObjectType::Tree));
        assert_eq!(read(&deflated(b"blob 0\0"), 100).unwrap().1, b"");
    }

    #[test]
    fn folders_that_borrow_from_each_other_are_listed_once() {
        let folder = tempfile::tempdir().unwrap();
        for (own, other) in [("a", "../b"), ("b", "../a")] {
            std::fs::create_dir_all(folder.path().join(own).join("info")).unwrap();
            std::fs::write(folder.path().join(own).join("info/alternates"), format!("# x\n{other}\n")).unwrap();
        }
        let listed = folders(&folder.path().join("a"));
        assert!(listed.len() <= limits::ALTERNATES_DEPTH + 1, "{listed:?}");
        let (_, id) = stored(&folder.path().join("b"), &deflated(b"blob 1\0x"));
        assert!(Loose::list(&folder.path().join("a")).read(id, &[ObjectType::Blob], 1).unwrap().is_ok());
    }
}
