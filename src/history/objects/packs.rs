//! Whether an object is in a pack, by the packs' indexes.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use git2::Oid;

/// Whether a pack in a folder of objects has an object. It is asked only of loose
/// objects that are damaged: git looks into packs first, so that a whole copy
/// there is the one that counts. An index that cannot be read has nothing.
pub(super) fn hold(objects: &Path, id: Oid) -> bool {
    let Ok(files) = std::fs::read_dir(objects.join("pack")) else { return false };
    let indexes =
        files.flatten().map(|file| file.path()).filter(|path| path.extension().is_some_and(|end| end == "idx"));
    indexes
        .into_iter()
        .any(|path| path.is_file() && path.with_extension("pack").is_file() && holds(&path, id).unwrap_or(false))
}

/// Looks an object up in an index (gitformat-pack, "Version 2 pack-*.idx files"):
/// 8 bytes, 256 counts of the names up to each first byte, and the names in order.
fn holds(index: &Path, id: Oid) -> std::io::Result<bool> {
    const NAMES: u64 = 8 + 256 * 4;
    let mut file = File::open(index)?;
    let mut start = [0; 8];
    file.read_exact(&mut start)?;
    if start != *b"\xfftOc\0\0\0\x02" {
        return Ok(false);
    }
    let mut count = |of: u8| -> std::io::Result<u64> {
        let mut count = [0; 4];
        file.seek(SeekFrom::Start(8 + 4 * u64::from(of)))?;
        file.read_exact(&mut count)?;
        Ok(u64::from(u32::from_be_bytes(count)))
    };
    let first = id.as_bytes().first().copied().unwrap_or_default();
    let (mut low, mut high) = (if first == 0 { 0 } else { count(first - 1)? }, count(first)?);
    while low < high {
        let middle = low.midpoint(high);
        let mut name = [0; 20];
        file.seek(SeekFrom::Start(NAMES + 20 * middle))?;
        file.read_exact(&mut name)?;
        match name.as_slice().cmp(id.as_bytes()) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Equal => return Ok(true),
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    Ok(false)
}
