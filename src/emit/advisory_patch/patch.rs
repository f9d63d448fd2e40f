//! What the form should say.

use serde::Serialize;

use crate::model::AdvisoryId;

/// What the form should say.
#[derive(Clone, Debug, Serialize)]
pub struct AdvisoryPatch {
    pub(super) schema: &'static str,
    pub(super) id: AdvisoryId,
    /// The rows of the form, as the graph proves them.
    pub(super) vulnerabilities: Vec<Row>,
    /// The rows of today.
    pub(super) today: Vec<Row>,
    /// What to change, in words.
    pub(super) differences: Vec<String>,
    /// Why a package has no rows, and lines that were never fixed.
    pub(super) remarks: Vec<String>,
}

/// A row of the form: "Affected products".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Row {
    pub(super) package: Product,
    pub(super) vulnerable_version_range: String,
    pub(super) patched_versions: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Product {
    /// GitHub's name of the ecosystem: `go`, `pip`.
    pub(super) ecosystem: String,
    pub(super) name: String,
}
