//! What a candidate is, whichever advisory it is held against.

/// The words by which a candidate speaks of security.
#[derive(Debug)]
pub(super) struct Alarm {
    pub(super) words: String,
    pub(super) in_subject: bool,
}

/// Why a candidate is hardly a fix of the project's own code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    Prose,
    Preparation,
    Unshipped,
    Update,
    Upkeep,
    Denied,
    Work,
    Revert,
}

/// What is known of a candidate once its changes are read.
#[derive(Debug)]
pub(super) struct Nature {
    pub(super) doubt: Option<Doubt>,
    /// Whether it changes tests along with the code.
    pub(super) tests: bool,
}
