//! What a `pyproject.toml` asks for.

use crate::inventory::dependency::Usage;
use crate::inventory::read::python_graph::Edge;

/// What a project asks for, with or without a version: a lock file beside it tells which.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Asked {
    /// Not what builds the project, which no lock file has.
    pub(in crate::inventory) groups: Vec<(Usage, Vec<Edge>)>,
}
