//! Whether a JSON value is an OSV record, by the schema of the version that it
//! declares: 1.7.5's and 1.9.0's to the letter, and of older ones what they lack
//! besides. A record that declares no version that there is, is held to the newest.
//!
//! The rules are written out here, each under a stable code, so that a record
//! is told what to mend and where, not only that it failed. Their verdict is
//! that of the published JSON schema with formats checked; a test holds the two
//! against each other on thousands of real and damaged records. What the schema
//! lets pass, passes: fields it does not know inside `affected`, say, or a
//! `fixed` that is no text beside an `introduced` that is.

mod affected;
mod declared;
mod events;
mod home;
mod place;
mod record;
mod severity;
mod shape;
mod time;
mod uri;
mod violation;

pub(crate) use declared::{declared, each_use, needed};
pub(super) use home::{has_home, is_ecosystem, prefix};
pub(super) use severity::is_sound;
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
