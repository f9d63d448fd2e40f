//! The submodules that a `.gitmodules` names.

/// A submodule that the file names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::inventory) struct Submodule {
    /// Its folder from the root of the tree.
    pub(in crate::inventory) path: String,
    /// The address of its repository, perhaps from that of this one on.
    pub(in crate::inventory) url: String,
}
