//! What a file of a tree is by its name. Every table of names is asked here, once
//! for each path, whatever number of commits have it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::format::Format;
use super::unlocked::{self, Kind};
use super::unread::UnreadLock;

/// What a file is known to be; a file may be several of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// What it is read as.
    pub(super) format: Option<Format>,
    /// Whether it is the manifest of some lock file.
    pub(super) is_companion: bool,
    /// The lock file that it is, if that is not read.
    pub(super) unread: Option<&'static UnreadLock>,
    /// The manifest that it is, if what it asks for is not read.
    pub(super) unlocked: Option<&'static Kind>,
}

impl Known {
    pub(super) fn of(path: &str) -> Self {
        Self {
            format: Format::of(path),
            is_companion: is_companion(path),
            unread: UnreadLock::of(path),
            unlocked: unlocked::kind(path),
        }
    }

    /// Whether a file is anything: asked of every file of a tree, of which few are.
    pub(super) fn is_any(path: &str) -> bool {
        Format::of(path).is_some()
            || is_companion(path)
            || UnreadLock::of(path).is_some()
            || unlocked::kind(path).is_some()
    }
}

fn is_companion(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    Format::ALL.iter().any(|format| format.has_companion(name))
}

/// What the files that were met are.
#[derive(Debug, Default)]
pub(super) struct AllKnown(FxHashMap<Arc<str>, Known>);

impl AllKnown {
    pub(super) fn of(&mut self, path: &Arc<str>) -> Known {
        *self.0.entry(Arc::clone(path)).or_insert_with(|| Known::of(path))
    }
}
