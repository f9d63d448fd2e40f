//! Hashes as the git library has them.

use git2::Oid;

use crate::model::CommitId;

/// The library's form of a hash.
pub(super) fn oid(id: CommitId) -> Oid {
    Oid::from_bytes(id.as_bytes()).unwrap_or(Oid::ZERO_SHA1)
}

/// Our form of a hash.
pub(super) fn commit_id(oid: Oid) -> CommitId {
    CommitId::from_bytes(oid.as_bytes().try_into().unwrap_or([0; 20]))
}
