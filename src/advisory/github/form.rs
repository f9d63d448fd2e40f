//! Fields of an OSV record that is made.

use crate::model::osv::Maybe;

pub(super) fn text(text: impl Into<String>) -> Maybe<String> {
    Maybe::Value(text.into())
}

pub(super) fn list<T>(items: Vec<T>) -> Maybe<Vec<T>> {
    if items.is_empty() { Maybe::Absent } else { Maybe::Value(items) }
}
