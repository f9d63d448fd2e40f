//! Whether a JSON value is an OSV record, by the specification's schema 1.7.5.
//!
//! The rules are written out here, each under a stable code, so that a record
//! is told what to mend and where, not only that it failed. Their verdict is
//! that of the published JSON schema with formats checked; a test holds the two
//! against each other on thousands of real and damaged records. What the schema
//! lets pass, passes: fields it does not know inside `affected`, say, or a
//! `fixed` that is no text beside an `introduced` that is.

mod affected;
mod events;
mod home;
mod place;
mod record;
mod severity;
mod shape;
mod time;
mod uri;
mod violation;

pub(super) use home::has_home;
pub(crate) use violation::shown;
pub use violation::{Rule, Violation};

/// Everything that keeps a value from being a valid OSV record, in the order of
/// the specification's fields; nothing for a valid record. Takes time linear in
/// the record's size, and descends no deeper than the specification does.
#[must_use]
pub fn validate(record: &serde_json::Value) -> Vec<Violation> {
    let mut found = Vec::new();
    record::check(record, &place::Place::ROOT, &mut found);
    found
}
