//! What is typed of versions, and what is read of it.

/// What somebody typed of the versions of one package.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Typed<'t> {
    /// The package's ecosystem in OSV's words, or anything else.
    pub(crate) ecosystem: &'t str,
    /// The package's name, which people write before its versions.
    pub(crate) package: &'t str,
    /// Which versions are affected.
    pub(crate) vulnerable: &'t str,
    /// Which versions have the fix.
    pub(crate) patched: &'t str,
}

/// What the text says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The affected ranges, in the order of their versions, none of which overlap.
    pub(crate) ranges: Vec<Range>,
    /// The versions that are called patched, in the order of the text.
    pub(crate) patched: Vec<String>,
    /// What could not be read, or contradicts itself.
    pub(crate) doubts: Vec<Doubt>,
}

/// A range of affected versions, with OSV's meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    /// The first affected version, or `0`.
    pub(crate) introduced: String,
    /// Where it ends.
    pub(crate) end: End,
}

/// The end of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Nothing says where.
    Open,
    /// The first version that is not affected.
    Fixed(String),
    /// The last version that is.
    LastAffected(String),
}

/// What a text leaves in doubt, in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doubt {
    /// It cannot be read, and bounds nothing.
    Unread(String),
    /// What it calls patched and what it calls affected do not fit together.
    Contradicted(String),
}
