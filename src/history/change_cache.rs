//! What commits changed, kept in a file from one run to the next: a commit
//! never changes, and comparing its trees is what joining takes longest for.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::change::Change;
use crate::model::CommitId;

/// The first line of the file. The number counts up whenever what is kept, or
/// how words are cut, changes: a file of another number is as good as none.
const HEADER: &[u8] = b"secnotes changes 5\n";

/// A larger file is not read: something else wrote it.
const MAX_BYTES: u64 = 1 << 30;

type Entries = Vec<(CommitId, Arc<Change>)>;

/// The changes of a file; none where there is no file, or it is of another
/// version or damaged. What can be computed again need not be repaired.
pub(super) fn read(path: &Path) -> Entries {
    let small = std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= MAX_BYTES);
    let Some(bytes) = small.then(|| std::fs::read(path).ok()).flatten() else { return Vec::new() };
    let Some((sum, body)) = bytes.strip_prefix(HEADER).and_then(|rest| rest.split_first_chunk()) else {
        return Vec::new();
    };
    if crc32fast::hash(body).to_le_bytes() != *sum {
        return Vec::new();
    }
    let kept: Result<Vec<([u8; 20], Change)>, _> = postcard::from_bytes(body);
    let kept = kept.unwrap_or_default();
    kept.into_iter().map(|(id, change)| (CommitId::from_bytes(id), Arc::new(change))).collect()
}

/// Writes the file whole or not at all. Of two processes that write at once
/// the last wins, and what the other read is read again some day.
pub(super) fn write(path: &Path, mut entries: Entries) -> std::io::Result<()> {
    entries.sort_unstable_by_key(|(id, _)| *id);
    let entries: Vec<([u8; 20], &Change)> = entries.iter().map(|(id, change)| (*id.as_bytes(), &**change)).collect();
    let body = postcard::to_stdvec(&entries).map_err(std::io::Error::other)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(HEADER)?;
    file.write_all(&crc32fast::hash(&body).to_le_bytes())?;
    file.write_all(&body)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_file_is_as_good_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/changes");
        assert!(read(&path).is_empty());
        let change = Change { paths: vec!["a".into()], added: vec![1], ..Change::default() };
        let entries = vec![(CommitId::from_bytes([7; 20]), Arc::new(change))];
        write(&path, entries.clone()).unwrap();
        assert_eq!(read(&path), entries);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(read(&path).is_empty());
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            std::fs::write(&path, flipped).unwrap();
            assert!(read(&path).is_empty(), "{at}");
        }
        std::fs::write(&path, b"secnotes changes 0\nx").unwrap();
        assert!(read(&path).is_empty());
    }
}
