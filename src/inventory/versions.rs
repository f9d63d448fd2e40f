//! Versions of a package in its ecosystem's order.

use std::collections::BTreeSet;

use crate::model::PackageName;
use crate::model::order::{Key, Order};

/// Versions of a package in its ecosystem's order; what has no place in it comes first.
#[must_use]
pub(crate) fn versions_in_order(package: &PackageName, versions: &BTreeSet<&str>) -> Vec<String> {
    let order = Order::of_ecosystem(&package.ecosystem);
    in_order(order, versions.iter().copied()).into_iter().map(str::to_owned).collect()
}

pub(super) fn in_order<V: Ord + AsRef<str>>(order: Option<Order>, versions: impl Iterator<Item = V>) -> Vec<V> {
    let mut keyed: Vec<(Option<Key>, V)> =
        versions.map(|version| (order.and_then(|order| order.key(version.as_ref())), version)).collect();
    keyed.sort();
    keyed.into_iter().map(|(_, version)| version).collect()
}
