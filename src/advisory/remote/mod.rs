//! Fetches advisories into the store: from GitHub, from OSV, from files.
//!
//! `sync` lists the sources in their order. Each reads what changed since the
//! last time, writes page by page, and ends with what it could not read: a
//! source that fails stops no other one, and takes nothing away that was there.

mod address;
mod bulk;
mod client;
mod failure;
mod files;
mod github;
mod observe;
mod osv;
mod pages;
mod sync;
mod token;
mod wait;

pub use address::{Base, NotABase};
pub use client::{Client, Patience, Traffic};
pub use failure::{Failure, FailureKind};
pub use observe::Observer;
pub use pages::pages;
pub use sync::TokenFor;
pub use sync::{GitHub, Osv, SourceOutcome, Sources, Wanted, sync};
pub use token::{NotAToken, Token};
