//! The OSV record, as the specification writes it down.
//!
//! Reading a record and writing it back changes nothing: unknown fields are
//! kept at every level, and absent, `null` and present are three things.
//!
//! These are models of our own, because the `osv` crate (0.3.0) failed to parse 507 of 27,795
//! published records, changed 13,421 and lost fields of 1,793 (`severity[].source`,
//! `ranges[].database_specific`, `credits[].type`). With these it is none.

pub(crate) mod canonical;
mod maybe;
mod record;
mod stated;
mod vocabulary;

pub use maybe::Maybe;
pub use record::{Affected, Credit, Package, Range, Record, Reference, SeverityScore};
pub use stated::StatedRange;
pub(crate) use stated::{CUSTOM_RANGES, Said, completed};
pub use vocabulary::{EVERY_PACKAGE, SchemaVersion, Term, is_ecosystem, since, words};
