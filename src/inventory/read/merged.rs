//! The dependencies of a file, each once.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::inventory::dependency::{Dependency, Pin, Relation, Usage};
use crate::model::PackageName;

/// The dependencies of a file, in its order. A package that is installed at
/// several places in one version is one dependency, used in the weightiest way.
#[derive(Debug, Default)]
pub(super) struct Merged {
    list: Vec<Dependency>,
    places: FxHashMap<(Arc<PackageName>, Arc<str>, Pin), usize>,
}

impl Merged {
    /// Adds a dependency, and gives its place in the list.
    pub(super) fn add(&mut self, dependency: Dependency) -> usize {
        let key = (Arc::clone(&dependency.package), Arc::clone(&dependency.version), dependency.pin);
        let place = *self.places.entry(key).or_insert(self.list.len());
        match self.list.get_mut(place) {
            Some(known) => {
                known.relation = nearer(known.relation, dependency.relation);
                known.usage = weightier(known.usage, dependency.usage);
            }
            None => self.list.push(dependency),
        }
        place
    }

    /// The dependencies.
    pub(super) fn into_list(self) -> Vec<Dependency> {
        self.list
    }
}

/// The relation of a package that has both.
pub(in crate::inventory) fn nearer(one: Relation, other: Relation) -> Relation {
    one.min(other)
}

/// The usage of a package that has both: what is shipped once is shipped.
pub(in crate::inventory) fn weightier(one: Usage, other: Usage) -> Usage {
    let weight = |usage| match usage {
        Usage::Runtime => 0,
        Usage::Unknown => 1,
        Usage::Optional => 2,
        Usage::Build => 3,
        Usage::Test => 4,
        Usage::Dev => 5,
    };
    if weight(other) < weight(one) { other } else { one }
}
