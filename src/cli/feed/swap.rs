//! Puts the new feed in the place of the old one, and sets right what a killed
//! export left.

use std::io;
use std::path::Path;

use super::error::FeedError;
use super::place::{Place, is_there, remove};
use super::{files, mark};

/// Swaps two folders; an error of the kind `Unsupported` where that needs two steps.
pub(super) type Exchange = dyn Fn(&Path, &Path) -> io::Result<()>;

/// A moment at which an export may be killed; only tests do something there.
pub(super) type Pause<'p> = dyn FnMut(&'static str) -> Result<(), FeedError> + 'p;

/// Publishes the staged folder. Readers find the old feed or the new one; where
/// folders cannot be exchanged they find none for the time between two renames.
/// The old feed stays beside, for readers that have its folder open.
pub(super) fn publish(place: &Place, exchange: &Exchange, pause: &mut Pause<'_>) -> Result<(), FeedError> {
    pause("before the swap")?;
    if !is_there(&place.feed) {
        std::fs::rename(&place.new, &place.feed).map_err(FeedError::files("create", &place.feed))?;
        pause("after the first publication")?;
        return files::flush_folder(&place.above);
    }
    match exchange(&place.new, &place.feed) {
        Ok(()) => {
            pause("after the exchange")?;
            files::flush_folder(&place.above)?;
            remove(&place.old)?;
            pause("after the removal of the feed before")?;
            rename(&place.new, &place.old)?;
        }
        Err(error) if error.kind() == io::ErrorKind::Unsupported => in_two_steps(place, pause)?,
        Err(error) => return Err(FeedError::files("replace", &place.feed)(error)),
    }
    pause("after the swap")?;
    keep_late_files(place)
}

/// For systems that cannot exchange folders. That the feed lies aside says that
/// the new one is complete: see [`recover`].
fn in_two_steps(place: &Place, pause: &mut Pause<'_>) -> Result<(), FeedError> {
    mark::set(place)?;
    rename(&place.feed, &place.aside)?;
    pause("between the two renames")?;
    if let Err(error) = rename(&place.new, &place.feed) {
        rename(&place.aside, &place.feed)?;
        return Err(error);
    }
    pause("after the two renames")?;
    files::flush_folder(&place.above)?;
    remove(&place.old)?;
    pause("after the removal of the feed before")?;
    rename(&place.aside, &place.old)?;
    mark::clear(place)
}

/// Files that somebody put into the folder while the new feed was made.
fn keep_late_files(place: &Place) -> Result<(), FeedError> {
    let failed = || FeedError::files("read", &place.old);
    for entry in std::fs::read_dir(&place.old).map_err(failed())? {
        let name = entry.map_err(failed())?.file_name();
        if !is_there(&place.feed.join(&name)) {
            files::carry(&place.old, &place.feed, &name)?;
        }
    }
    Ok(())
}

/// Finishes or takes back what a killed export began, and removes its leftovers.
/// Needs the lock.
pub(super) fn recover(place: &Place) -> Result<(), FeedError> {
    if is_there(&place.aside) {
        if !mark::knows(place) {
            return Err(FeedError::Unknown(place.aside.clone()));
        }
        if !is_there(&place.feed) {
            // The new feed was complete before the old one was moved aside.
            let whole = if is_there(&place.new) { &place.new } else { &place.aside };
            rename(whole, &place.feed)?;
        }
        if is_there(&place.aside) {
            remove(&place.old)?;
            rename(&place.aside, &place.old)?;
        }
        files::flush_folder(&place.above)?;
        mark::clear(place)?;
    }
    remove(&place.new)
}

fn rename(from: &Path, to: &Path) -> Result<(), FeedError> {
    std::fs::rename(from, to).map_err(FeedError::files("rename", from))
}

/// Swaps two folders in one step, as the system can.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn exchange(one: &Path, two: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    // An old kernel, or a file system such as NFS that has no such thing. The
    // last two are one number on Linux and two on macOS.
    let cannot = [Errno::NOSYS, Errno::INVAL, Errno::OPNOTSUPP, Errno::NOTSUP];
    renameat_with(CWD, one, CWD, two, RenameFlags::EXCHANGE).map_err(|error| match error {
        error if cannot.contains(&error) => io::ErrorKind::Unsupported.into(),
        Errno::BUSY => io::Error::other("it is a mount point and cannot be replaced; name a folder inside it"),
        Errno::XDEV => io::Error::other("it is in a lower layer of an overlay; name a folder on a volume"),
        error => error.into(),
    })
}

/// Swaps two folders in one step: not here.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(path: &Path, text: &str) {
        std::fs::create_dir(path).unwrap();
        std::fs::write(path.join("feed"), text).unwrap();
    }

    fn read(path: &Path) -> Option<String> {
        std::fs::read_to_string(path.join("feed")).ok()
    }

    fn unsupported(_: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Publishes "new" over `before`, killed at the pause of this number;
    /// whether it came to its end, and at which pause it was killed.
    fn killed_at(place: &Place, exchange: &Exchange, number: usize) -> Option<&'static str> {
        let (mut seen, mut killed) = (0, None);
        let outcome = publish(place, exchange, &mut |step| {
            seen += 1;
            if seen > number {
                killed = Some(step);
                return Err(FeedError::Busy(place.feed.clone()));
            }
            Ok(())
        });
        assert_eq!(outcome.is_err(), killed.is_some(), "{outcome:?}");
        killed
    }

    #[test]
    fn a_kill_at_every_step_leaves_the_old_feed_or_the_new_one() {
        let can: &Exchange = &exchange;
        for (name, exchange, whole) in [("in one step", can, true), ("in two steps", &unsupported as &Exchange, false)]
        {
            for before in [None, Some("old")] {
                let mut steps = 0;
                loop {
                    let temporary = tempfile::tempdir().unwrap();
                    let place = Place::new(&temporary.path().join("feed")).unwrap();
                    if let Some(text) = before {
                        folder(&place.feed, text);
                        folder(&place.old, "older");
                    }
                    folder(&place.new, "new");
                    let killed = killed_at(&place, exchange, steps);
                    let seen = read(&place.feed);
                    let or_old = seen.as_deref() == before || seen.as_deref() == Some("new");
                    let gap = !whole && killed == Some("between the two renames") && seen.is_none();
                    assert!(or_old || gap, "{name}, {killed:?}: {seen:?}");
                    recover(&place).unwrap();
                    let mended = read(&place.feed);
                    assert!(mended.as_deref() == before || mended.as_deref() == Some("new"), "{name}, {killed:?}");
                    assert!(seen.is_none() || seen == mended, "{name}, {killed:?}: recovery changed the feed");
                    assert!(!is_there(&place.new) && !is_there(&place.aside));
                    if killed.is_none() {
                        assert_eq!(mended.as_deref(), Some("new"));
                        assert_eq!(read(&place.old).as_deref(), before);
                        break;
                    }
                    steps += 1;
                }
                assert!(steps >= if before.is_some() { 4 } else { 2 }, "{name}: {steps}");
            }
        }
    }

    #[test]
    fn folders_that_no_export_left_are_not_published() {
        let temporary = tempfile::tempdir().unwrap();
        let place = Place::new(&temporary.path().join("feed")).unwrap();
        folder(&place.new, "planted");
        folder(&place.aside, "planted, too");
        // Not with a lock that was planted, either.
        for lock in ["", "lock 1:2\nnew 1:3\naside 1:4\n"] {
            std::fs::write(&place.lock, lock).unwrap();
            assert!(matches!(recover(&place), Err(FeedError::Unknown(_))), "{lock}");
            assert!(!is_there(&place.feed) && is_there(&place.aside));
        }
    }

    #[test]
    fn a_feed_that_cannot_be_put_in_place_is_put_back() {
        let temporary = tempfile::tempdir().unwrap();
        let place = Place::new(&temporary.path().join("feed")).unwrap();
        folder(&place.feed, "old");
        folder(&place.new, "new");
        let outcome = publish(&place, &unsupported, &mut |step| {
            if step == "between the two renames" {
                std::fs::remove_dir_all(&place.new).unwrap();
            }
            Ok(())
        });
        assert!(outcome.is_err());
        assert_eq!(read(&place.feed).as_deref(), Some("old"));
    }

    #[test]
    fn files_that_came_late_are_kept() {
        let temporary = tempfile::tempdir().unwrap();
        let place = Place::new(&temporary.path().join("feed")).unwrap();
        folder(&place.feed, "old");
        std::fs::create_dir(place.feed.join("late")).unwrap();
        std::fs::write(place.feed.join("late/file"), "x").unwrap();
        folder(&place.new, "new");
        publish(&place, &exchange, &mut |_| Ok(())).unwrap();
        assert_eq!(read(&place.feed).as_deref(), Some("new"));
        assert_eq!(std::fs::read_to_string(place.feed.join("late/file")).unwrap(), "x");
    }
}
