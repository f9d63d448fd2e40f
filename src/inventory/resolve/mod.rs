//! What files say together: a workspace's replacements, included requirements,
//! a parent's properties.

mod bazel;
mod builders;
mod completed;
mod deno;
mod dotnet;
mod go;
mod gradle;
pub(super) mod maven;
mod node;
mod python;
mod requirements;
mod submodules;

pub(super) use self::submodules::submodules;
use super::parsed::TreeFile;
use super::tree_path::{folder, join};

/// The path of a file that another one names, from its own folder on; none
/// where that leads out of the tree.
pub(super) fn beside(file: &str, path: &str) -> Option<String> {
    join(folder(file), path)
}

/// Completes what the files of one tree say by what stands beside them. Files
/// are given and stay in the order of their paths.
pub(super) fn resolve(files: &mut [TreeFile]) {
    go::resolve(files);
    requirements::resolve(files);
    python::resolve(files);
    node::resolve(files);
    maven::resolve(files);
    gradle::resolve(files);
    dotnet::resolve(files);
    bazel::resolve(files);
    deno::resolve(files);
    builders::resolve(files);
}
