//! How records are written.

use super::ids::IdPrefix;
use crate::model::Confidence;

/// How records are written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Links that are less sure write no events.
    pub least: Confidence,
    /// What ids begin with, where the project keeps a scheme of its own.
    pub id_prefix: Option<IdPrefix>,
}

impl Default for Options {
    fn default() -> Self {
        Self { least: Confidence::Likely, id_prefix: None }
    }
}
