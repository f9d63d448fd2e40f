//! Why an object cannot be used.

use git2::{ErrorCode, ObjectType};

/// Why an object cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::history) enum Fault {
    /// It is not here, as in a partial clone, or was lost.
    #[error("it is missing")]
    Missing,
    /// It is here, and is not what git wrote.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// It has more bytes than are read.
    #[error("it has {0} bytes, more than are read of such an object")]
    TooLarge(u64),
    /// It is of another kind than it is used as.
    #[error("it is a {0}")]
    Kind(ObjectType),
}

impl Fault {
    /// An object that is not what git wrote.
    pub(super) fn damaged(why: impl Into<String>) -> Self {
        Self::Damaged(why.into())
    }

    /// What the git library says of an object.
    pub(super) fn of(error: &git2::Error) -> Self {
        if is_missing(error) { Self::Missing } else { Self::damaged(error.message()) }
    }
}

/// Refuses an object of another kind than is wanted, and one that is too large.
pub(super) fn judge(size: u64, kind: ObjectType, wanted: &[ObjectType], most: u64) -> Result<(), Fault> {
    if !wanted.contains(&kind) {
        Err(Fault::Kind(kind))
    } else if size > most {
        Err(Fault::TooLarge(size))
    } else {
        Ok(())
    }
}

/// Whether an error of the git library says that an object is not there.
fn is_missing(error: &git2::Error) -> bool {
    error.code() == ErrorCode::NotFound
}
