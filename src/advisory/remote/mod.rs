//! Fetches advisories into the store: from GitHub, from OSV, from files.
//!
//! `sync` goes through the sources in their order; each is a file of `github`,
//! `osv` or `files`. Each reads what changed since the last time, writes page by
//! page, and ends with what it could not read: a source that fails stops no other
//! one, and takes nothing away that was there. What all have at hand is in
//! `source`; `client` asks servers.
//!
//! A new source is a file that makes a `source::Source` of the settings, and a
//! line in the list of `sync`.

mod client;
mod files;
mod github;
mod group;
mod osv;
mod pages;
mod settings;
mod source;
mod sync;
mod wanted;

pub use client::Client;
pub use pages::pages;
pub use settings::{GitHub, Osv, Sources, TokenFor};
pub use sync::{SourceOutcome, sync};
pub use wanted::Wanted;
