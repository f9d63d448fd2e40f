//! A snapshot: what a sync fetched, as plain files that can be kept beside a
//! release, attached to a bug report, and compiled from again.
//!
//! | file | holds |
//! | --- | --- |
//! | `snapshot.json` | `secnotes/snapshot/v1`: the sources, when each was read, what it lacks, and the digest of its records |
//! | `FOLDER/ID.json` | a record as it was fetched |
//! | `unpublished/FOLDER/ID.json` | one that is not published, only where that was asked for |

mod error;
mod list;
mod open;
mod record;

pub use error::SnapshotError;
pub use list::{LIST, is_snapshot};
pub use open::Snapshot;
pub use record::record;
