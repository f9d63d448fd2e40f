//! What a file says in its tree, in the place of what it says alone.

use std::collections::HashSet;

use crate::inventory::dependency::Dependency;
use crate::inventory::parsed::TreeFile;

/// Gives a file other dependencies, each once, if they are others: equal lists are
/// shared among the tags that have them.
pub(super) fn complete(files: &mut [TreeFile], at: usize, mut dependencies: Vec<Dependency>) {
    let Some(file) = files.get_mut(at) else { return };
    // What differs alone may be the same with what the tree says of it.
    let mut seen = HashSet::new();
    dependencies.retain(|dependency| seen.insert(dependency.clone()));
    if *file.dependencies != *dependencies {
        file.dependencies = dependencies.into();
    }
}
