//! The folders of an `uv.lock`'s own packages.

/// The folders of the project's own packages, from the lock's folder on.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Members {
    pub(in crate::inventory) folders: Vec<String>,
}
