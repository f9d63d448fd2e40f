//! The feed: a project's OSV records as a folder that OSV.dev can import as it
//! is, and that people and programs can subscribe to.
//!
//! This room decides and renders, and touches nothing: what the folder holds,
//! what the time is and where the records come from is handed in. [`weigh`]
//! tells what is new in a record, [`Plan`] gathers the verdicts, [`render`]
//! makes every file beside the records. The same input gives the same bytes:
//! every date comes from a record.

mod archive;
mod atom;
mod base_url;
mod canonical;
mod html;
mod identity;
mod index;
mod item;
mod json_feed;
mod listing;
mod plan;
mod render;
#[cfg(test)]
mod sample;
mod settings;

mod text;
mod view;

pub use crate::model::{DERIVED_FILES, INDEX_FILE};
pub use base_url::{BaseUrl, NotABaseUrl};
pub use canonical::same_meaning;
pub use index::{Counts, FileDigest, Index, SCHEMA, UnreadableIndex};
pub use item::{Item, names_a_file};
pub use plan::{Dates, Export, Plan, Published, Stamp, Verdict, is_too_much, weigh, withdraw};
pub use render::{RenderError, Rendered, render};
pub use settings::Settings;
