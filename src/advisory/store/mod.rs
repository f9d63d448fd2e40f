//! The embedded store: what `sync` fetched, in two SQLite files.
//!
//! | file | holds | who may read it |
//! | --- | --- | --- |
//! | `advisories.sqlite` | public records, and what the next sync has to know | as the folder allows |
//! | `unpublished.sqlite` | drafts, triage and closed advisories, and the pages they came in | the owner |
//! | `sync.lock` | nothing; who has locked it may write | the owner |
//! | `downloads/` | archives that are on their way | the owner |
//!
//! Records are kept as they were fetched, packed with zstd. They are looked up
//! by terms (`terms.rs`), so that a release reads the few that it needs of the two
//! million there are. Readers see the store as it was when they began, and
//! never wait for a sync; a sync that is killed leaves what it had committed.
//!
//! SQLite, because nothing else was better where it matters: 499,446 records (979 MB of JSON) are a
//! file of 416 MB, written in 6.5 s, with 6 µs a record and 8 µs a look-up. redb, heed and fjall
//! were tried.

mod condemned;
mod database;
mod error;
mod files;
mod incoming;
#[cfg(feature = "net")]
mod items;
mod notes;
mod opening;
mod pack;
#[cfg(feature = "net")]
mod pieces;
mod questions;
mod reader;
mod records;
mod source;
mod terms;
mod writer;

pub use error::StoreError;
pub use incoming::Incoming;
#[cfg(feature = "net")]
pub(crate) use incoming::digest;
#[cfg(feature = "net")]
pub(in crate::advisory) use items::{Items, items};
#[cfg(feature = "net")]
pub(crate) use notes::plain;
pub use opening::Notice;
#[cfg(feature = "net")]
pub(crate) use pack::Packer;
#[cfg(feature = "net")]
pub(in crate::advisory) use pieces::each_chunk;
pub use reader::{Look, Store};
pub use records::Counts;
pub use source::{FILES, Missing, Page, SourceName, SourceState};
pub use writer::Writer;

#[cfg(test)]
mod tests;
