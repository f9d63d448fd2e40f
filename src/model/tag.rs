//! Tag names.

use std::fmt;

/// The name of a tag as git has it, without `refs/tags/`.
///
/// A tag name is no version: `apisix/5.0.8` names version 5.0.8, and
/// `untagged-c2a6` names none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct TagName(Box<str>);

impl TagName {
    /// The tag of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TagName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
