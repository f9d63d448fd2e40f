//! Tells the folders that a killed export left beside its feed from folders
//! that came with a checkout.
//!
//! A repository that has its feed in the work tree can also carry
//! `.NAME.secnotes-new` and `.NAME.secnotes-aside`: without the feed beside
//! them they look like an export that was killed between its two renames, and
//! would be published. What git cannot carry is which folder of this machine
//! each of them is. So an export notes that in the file of its lock, with the
//! file's own number, before it moves anything.

use std::fs::{File, Metadata};
use std::io::{Read, Write};
use std::path::Path;

use super::error::FeedError;
use super::place::{Place, open_lock};

/// A mark is shorter than this, in bytes.
const LONGEST: u64 = 512;

/// Notes which folders are about to change places.
pub(super) fn set(place: &Place) -> Result<(), FeedError> {
    let mark = text(place, &place.new, &place.feed);
    let failed = || FeedError::files("write", &place.lock);
    let mark = mark.ok_or_else(|| failed()(std::io::Error::other("the folders cannot be told apart")))?;
    let mut file = open_lock(&place.lock).map_err(failed())?;
    file.set_len(0).and_then(|()| file.write_all(mark.as_bytes())).and_then(|()| file.sync_all()).map_err(failed())
}

/// Takes the note back, when they have.
pub(super) fn clear(place: &Place) -> Result<(), FeedError> {
    let failed = FeedError::files("write", &place.lock);
    open_lock(&place.lock).and_then(|file| file.set_len(0)).map_err(failed)
}

/// Whether an export on this machine left the folder aside, and whether the
/// new one beside it is the one that it had made.
pub(super) fn knows(place: &Place) -> bool {
    let mut noted = String::new();
    let read = open_lock(&place.lock).and_then(|file| file.take(LONGEST).read_to_string(&mut noted));
    // The new feed may have been put into its place already.
    let new = if place.new.exists() { &place.new } else { &place.feed };
    read.is_ok() && text(place, new, &place.aside).is_some_and(|mark| mark == noted)
}

fn text(place: &Place, new: &Path, aside: &Path) -> Option<String> {
    let number = |path: &Path| File::open(path).and_then(|file| file.metadata()).ok().and_then(|found| number(&found));
    let lock = open_lock(&place.lock).and_then(|file| file.metadata()).ok().and_then(|found| self::number(&found))?;
    Some(format!("lock {lock}\nnew {}\naside {}\n", number(new)?, number(aside)?))
}

/// What names a file or folder on this machine and nowhere else.
#[cfg(unix)]
fn number(found: &Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    Some(format!("{}:{}", found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn number(found: &Metadata) -> Option<String> {
    let made = found.created().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(made.as_nanos().to_string())
}
