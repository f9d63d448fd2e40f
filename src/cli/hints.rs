//! Which option of the command mends what the library says is wrong: ends of its
//! sentences, which knows of no options.

use crate::advisory::snapshot::SnapshotError;
use crate::advisory::store::StoreError;
use crate::history;

pub(super) const fn of_history(error: &history::Error) -> &'static str {
    match error {
        history::Error::NotARepository(_) => "; name one with --repo",
        history::Error::Branch(_) => ", or --unreleased for what HEAD has and no release yet",
        history::Error::NoReleases { refused } if refused.is_empty() => ", or use --unreleased",
        _ => "",
    }
}

pub(super) const fn of_store(error: &StoreError) -> &'static str {
    match error {
        StoreError::NotAFile { .. } | StoreError::Foreign(_) => " with --store",
        _ => "",
    }
}

pub(super) const fn of_snapshot(error: &SnapshotError) -> &'static str {
    match error {
        SnapshotError::NotASnapshot { .. } => "; `secnotes sync --record` makes one",
        SnapshotError::Changed(_) => " with --advisories",
        SnapshotError::Store(error) => of_store(error),
        _ => "",
    }
}
