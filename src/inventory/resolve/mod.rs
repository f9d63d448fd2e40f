//! What files say together: a workspace's replacements, included requirements,
//! a parent's properties.

mod completed;
mod go;
mod maven;
mod node;
mod python;
mod requirements;
mod tree_path;

use super::parsed::TreeFile;

/// Completes what the files of one tree say by what stands beside them. Files
/// are given and stay in the order of their paths.
pub(super) fn resolve(files: &mut [TreeFile]) {
    go::resolve(files);
    requirements::resolve(files);
    python::resolve(files);
    node::resolve(files);
    maven::resolve(files);
}
