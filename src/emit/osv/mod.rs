//! OSV records: what upstream records say, with the fix commits that were joined.

mod record;
pub mod validate;

pub use record::{Built, build};
