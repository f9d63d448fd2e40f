//! The people of the story, and its steps in a few words each.

use super::super::builder::{Edit, Person, Step};

pub(super) const ADA: Person = Person { name: "Ada Park", email: "ada@parcel.example" };
pub(super) const GRACE: Person = Person { name: "Grace Okafor", email: "grace@parcel.example" };
pub(super) const BOT: Person = Person { name: "dependabot[bot]", email: "bot@parcel.example" };

pub(super) const fn commit(name: &'static str, by: Person, message: &'static str, edits: &'static [Edit]) -> Step {
    Step::Commit { name, by, message, edits, on_forge: false }
}

/// A pull request that the forge squashed into one commit.
pub(super) const fn squash(name: &'static str, by: Person, message: &'static str, edits: &'static [Edit]) -> Step {
    Step::Commit { name, by, message, edits, on_forge: true }
}

pub(super) const fn merge(name: &'static str, by: Person, message: &'static str) -> Step {
    Step::Merge { name, by, message }
}

pub(super) const fn tag(name: &'static str, message: &'static str) -> Step {
    Step::Tag { name, by: ADA, message }
}

pub(super) const fn write(path: &'static str, text: &'static str) -> Edit {
    Edit::Write { path, text }
}

pub(super) const fn append(path: &'static str, text: &'static str) -> Edit {
    Edit::Append { path, text }
}

pub(super) const fn replace(path: &'static str, from: &'static str, to: &'static str) -> Edit {
    Edit::Replace { path, from, to }
}
