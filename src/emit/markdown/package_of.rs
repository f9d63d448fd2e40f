//! The package of one advisory as templates see it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::escape;
use crate::advisory::go_major;
use crate::emit::json::v1;
use crate::inventory::{Move, together};
use crate::ledger::PackageUpdate;
use crate::model::PackageName;

/// The package of one advisory; empty for the project's own.
#[derive(Clone, Default, Serialize)]
pub(super) struct PackageOf {
    ecosystem: Option<String>,
    name: Option<String>,
    title: Option<String>,
    from: Vec<String>,
    to: Vec<String>,
    moved: Option<String>,
    label: Option<&'static str>,
    fixed_in: Option<String>,
    files: Vec<String>,
    shipped: bool,
}

impl PackageOf {
    pub(super) fn new(package: Option<&PackageUpdate>) -> Self {
        let Some(package) = package else { return Self::default() };
        let texts = |texts: &[String]| texts.iter().map(|text| escape::markdown(text)).collect();
        Self {
            ecosystem: Some(escape::markdown(&package.ecosystem)),
            name: Some(escape::markdown(&package.name)),
            title: Some(title(package)),
            from: texts(&package.from),
            to: texts(&package.to),
            moved: Some(moved(package, &package.moves.iter().cloned().collect())).filter(|text| !text.is_empty()),
            label: package.informational.map(v1::informational),
            fixed_in: package.fixed_in.as_deref().map(escape::markdown),
            files: package.files.iter().map(|file| escape::markdown(&file.path)).collect(),
            shipped: package.shipped,
        }
    }
}

/// Whether a package is Go itself: who updates Go updates both parts of it.
pub(super) fn is_go(package: &PackageUpdate) -> bool {
    package.ecosystem == "Go" && matches!(package.name.as_str(), "stdlib" | "toolchain")
}

/// What people call a package; a Go release has its standard library's version.
pub(super) fn title(package: &PackageUpdate) -> String {
    if is_go(package) { "Go".to_owned() } else { escape::markdown(&package.name) }
}

/// The last part of the name, which is what people call a component: `runc` is
/// `github.com/opencontainers/runc`.
pub(super) fn component(package: &PackageUpdate) -> String {
    let whole = go_major(&package.name).0;
    let own = whole.rsplit(['/', ':']).next().filter(|own| !own.is_empty());
    if is_go(package) { title(package) } else { escape::markdown(own.unwrap_or(&package.name)) }
}

pub(super) fn moved(package: &PackageUpdate, moves: &BTreeSet<Move>) -> String {
    let name = PackageName { ecosystem: package.ecosystem.clone(), name: package.name.clone() };
    let clauses = together(&name, moves);
    clauses.iter().map(|moves| moves.words(&escape::markdown)).collect::<Vec<_>>().join(", ")
}
