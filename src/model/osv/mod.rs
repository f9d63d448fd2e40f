//! The OSV record, as the specification (schema 1.7) writes it down.
//!
//! Reading a record and writing it back changes nothing: unknown fields are
//! kept at every level, and absent, `null` and present are three things.

pub(crate) mod canonical;
mod ecosystem;
mod maybe;
mod record;

pub use ecosystem::ECOSYSTEMS;
pub use maybe::Maybe;
pub use record::{Affected, Credit, Package, Range, Record, Reference, SeverityScore};
