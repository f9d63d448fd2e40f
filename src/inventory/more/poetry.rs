//! What a `poetry.lock` leaves open.

use crate::inventory::read::python_graph::Graph;

/// What only the `pyproject.toml` beside the lock completes.
#[derive(Clone, Debug, Default)]
pub(in crate::inventory) struct Locked {
    /// The lock's packages, where it does not say what they are used for: so wrote
    /// Poetry from 1.5 to 1.8.
    pub(in crate::inventory) graph: Option<Graph>,
    /// What local packages ask for, as the index compares names.
    pub(in crate::inventory) asked_by_own: Vec<String>,
}
